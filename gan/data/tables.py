"""Labels in a CSV or TSV file beside the pictures: one column names these, the others say what they are."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from gan.data import names
from gan.data.pile import Labels, Place
from gan.data.sheets import MOST_COLUMNS, Sheet, Unreadable, columns, last_ends, matched, means_one, plain

DELIMITERS = ",;\t|"
LOOKED_AT = 200  # lines, to find the delimiter and the column of names
LONGEST_PATH = 1000  # letters
LEAST = 0.5  # of the pictures that a table must name


def labels(sheets: list[Sheet], kept: set[Place], left_out: set[Place]) -> tuple[Labels, str]:
    """The columns of all tables that have the same ones, and the tables' name; notes where there are none."""
    notes, name, places = [], "", kept | left_out
    rows: dict[Place, tuple[str, ...]] = {}
    titles: tuple[str, ...] = ()
    known = last_ends(places)
    for sheet in sheets:
        try:
            heads, found = _read(sheet, known)
            if not titles or titles == heads:
                rows |= matched(found, sheet, places)
                titles, name = heads, name or sheet.name
        except Unreadable as error:
            notes.append(f"{sheet.name} {error}")
    if rows and len(kept & rows.keys()) < LEAST * len(kept):
        notes.append(f"{name} names only {len(kept & rows.keys()):,} of {len(kept):,} images.")
        rows = {}
    if not rows:
        return Labels(notes=tuple(notes)), ""
    whole = {place: rows.get(place, ("",) * len(titles)) for place in places}
    made = columns(whole, titles, kept, repeated=True)
    return Labels(made.names, made.values, made.rows, (*notes, *made.notes)), name


def _read(sheet: Sheet, known: set[str]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The titles of its columns but the one of names, and what they say of each picture's path."""
    if not sheet.whole:
        raise Unreadable("is too long and was not read.")
    try:
        return _of_lines(_lines(_text(sheet.data)), known)
    except (csv.Error, UnicodeError) as error:
        raise Unreadable("is not a table that can be read here.") from error


def _of_lines(
    lines: Iterator[list[str]], known: set[str]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    first = list(islice(lines, LOOKED_AT))
    place = _names_in(first, known)
    width = min(MOST_COLUMNS + 1, Counter(map(len, first)).most_common(1)[0][0])
    others = [number for number in range(width) if number != place]
    if not others:
        raise Unreadable("holds nothing but names.")
    head = first[0] if not _hits(first[0], place, known) else []
    said = {}
    for line in chain(first[1:] if head else first, lines):
        if _hits(line, place, known) and (path := plain(line[place])) not in said:
            said[path] = tuple(_cell(line, number) for number in others)
    return _titles(head, others), said


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # Excel's “Unicode text”
        return data.decode("utf-16")
    encoding = names.encoding_of(data[: 2**16].splitlines())
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeError:
        return data.decode("utf-8-sig", "replace")


def _lines(text: str) -> Iterator[list[str]]:
    head = text[: 2**16].splitlines()[:LOOKED_AT]

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(line) for line in csv.reader(head, delimiter=delimiter))
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
        return (times, width) if width > 1 else (0, 0)

    delimiter = max(DELIMITERS, key=evenness)
    return filter(None, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True))


def _names_in(lines: list[list[str]], known: set[str]) -> int:
    """The column whose cells are the pictures' names."""
    hits = Counter(
        number
        for line in lines
        for number in range(min(len(line), MOST_COLUMNS))
        if _hits(line, number, known)
    )
    if not hits:
        raise Unreadable("names none of these images.")
    return max(sorted(hits), key=hits.__getitem__)


def _hits(line: list[str], number: int, known: set[str]) -> bool:
    return number < len(line) and means_one(plain(line[number][:LONGEST_PATH]), known)


def _cell(line: list[str], number: int) -> str:
    return names.short(line[number]) if number < len(line) else ""


def _titles(head: list[str], others: Iterable[int]) -> tuple[str, ...]:
    others = list(others)
    unnamed = ["label"] if len(others) == 1 else [f"label {place + 1}" for place in range(len(others))]
    return tuple(_cell(head, number) or spare for number, spare in zip(others, unnamed, strict=True))
