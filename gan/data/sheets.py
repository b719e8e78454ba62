"""Files beside people's pictures that say what these are, and the label columns that come of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gan.data import names
from gan.data.pile import MOST_VALUES, Labels, Place
from gan.limits import Limits

STYLEGAN, CLASSES = "dataset.json", "classes.txt"
TABLES = (".csv", ".tsv")
MOST_SHEETS = 8  # that are looked at
A_SHARE = 32  # of all bytes of an upload, that all sheets together may have
DEEPEST = 8  # of a path's parts, from its end, by which a picture is found
MOST_COLUMNS = 64
UNKNOWN = "unlabelled"


@dataclass(frozen=True)
class Sheet:
    """A file beside the pictures that says what they are."""

    place: Place
    data: bytes
    whole: bool = True  # not if it was too long to be taken

    @property
    def name(self) -> str:
        return names.shown(self.place.path.rpartition("/")[2])

    @property
    def kind(self) -> str:
        return self.name.casefold()

    @property
    def folder(self) -> str:
        return self.place.path.rpartition("/")[0]


class Unreadable(Exception):
    """A sheet that says no labels; its text is a sentence without the file's name."""


def is_sheet(path: str) -> bool:
    name = path.rpartition("/")[2].casefold()
    return name in (STYLEGAN, CLASSES) or name.endswith(TABLES)


def most_bytes(limits: Limits) -> int:
    return limits.upload_bytes // A_SHARE


def taken(place: Place, data: bytes, before: list[Sheet], limits: Limits) -> Sheet:
    """A sheet, without its data if that is too much together with the sheets before."""
    size = len(data) + sum(len(sheet.data) for sheet in before)
    whole = size <= most_bytes(limits) and len(before) < MOST_SHEETS
    return Sheet(place, data if whole else b"", whole)


def plain(path: str) -> str:
    """A path as sheets write it, in the spelling of the pictures' own."""
    return names.composed(path.strip().replace("\\", "/")).removeprefix("./").lstrip("/")


def ends(path: str) -> list[str]:
    """A path without more and more of its folders, the longest first, and the same without its ending."""
    parts = path.rsplit("/", DEEPEST)
    parts = parts[1:] if len(parts) > DEEPEST else parts
    cut = ["/".join(parts[start:]) for start in range(len(parts))]
    return [*cut, *(end[: end.rindex(".")] for end in cut if "." in parts[-1])]


def last_ends(places: Iterable[Place]) -> set[str]:
    """Names of the pictures, with and without their endings: what a sheet must say to mean one of them."""
    return {end for place in places for end in ends(place.path.rpartition("/")[2])}


def means_one(path: str, known: set[str]) -> bool:
    """Whether a path in a sheet may be one of the pictures whose `last_ends` are known."""
    name = path.rpartition("/")[2]
    return name in known or name.rpartition(".")[0] in known


Row = TypeVar("Row")


def matched(said: dict[str, Row], sheet: Sheet, places: Iterable[Place]) -> dict[Place, Row]:
    """What a sheet says of each place, by its path from there or by as much of its end as is clear."""
    if not said:
        return {}
    of_said = _clear((end, row) for path, row in said.items() for end in ends(path))
    of_places = {place: ends(place.path) for place in places}
    times = Counter(end for cut in of_places.values() for end in cut)
    found: dict[Place, Row] = {}
    for place, cut in of_places.items():
        inside = place.path.removeprefix(sheet.folder).lstrip("/")
        if place.archive == sheet.place.archive and inside in said:
            found[place] = said[inside]
            continue
        clear = (of_said.get(end) for end in cut if times[end] == 1)
        if (row := next((one for one in clear if one is not None), None)) is not None:
            found[place] = row
    return found


def _clear(pairs: Iterable[tuple[str, Row]]) -> dict[str, Row | None]:
    """What is said of each end of a path, None where two different things are."""
    found: dict[str, Row | None] = {}
    for end, row in pairs:
        found[end] = row if found.get(end, row) == row else None
    return found


def columns(
    rows: Mapping[Place, Sequence[str]], titles: Sequence[str], kept: set[Place], known: tuple[str, ...] = (),
    repeated: bool = False,
) -> Labels:  # fmt: skip
    """Label columns of texts, those with two values at least and 256 at most; "" is an unknown one.

    The pictures kept decide on the values; with `repeated`, what nearly each has for itself names no kind.
    `known` are the names of numbered classes.
    """
    values, tables, notes = {}, [], []
    for number, title in enumerate(names.distinct(map(names.short, titles))):
        there = sorted({rows[place][number] for place in kept} - {""}, key=names.natural)
        missing = any(rows[place][number] == "" for place in kept)
        if repeated and len(there) > max(2, len(kept) // 2):
            continue
        if len(there) + missing > MOST_VALUES:
            notes.append(f"“{title}” has {len(there):,} values; more than {MOST_VALUES} can't be a label.")
        elif len(there) > 1:
            words = [*(names.short(_name(value, known)) for value in there), *[UNKNOWN] * missing]
            values[title] = tuple(names.distinct(words))
            tables.append((number, {value: place for place, value in enumerate([*there, *[""] * missing])}))
    table = {place: tuple(of.get(row[number]) for number, of in tables) for place, row in rows.items()}
    return Labels(tuple(values), values, table, tuple(notes))


def _name(value: str, known: tuple[str, ...]) -> str:
    is_number = value.isascii() and value.isdigit() and len(value) < 9
    return known[int(value)] if is_number and int(value) < len(known) else value
