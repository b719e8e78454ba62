"""Labels of people's own pictures: from their folders, or from StyleGAN's dataset.json."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gan.data import folders, names
from gan.data.pile import MOST_VALUES, Labels, Place

STYLEGAN, CLASSES = "dataset.json", "classes.txt"
MOST_SHEET = 8 * 2**20  # bytes: a few hundred thousand pictures
MOST_COLUMNS = 64
NAMED_IN = ("class_names", "classes", "label_names", "names")  # keys of dataset.json, none of them a standard
UNKNOWN = "unlabelled"


@dataclass(frozen=True)
class Sheet:
    """A file beside the pictures that says what they are."""

    place: Place
    data: bytes

    @property
    def name(self) -> str:
        return names.shown(self.place.path.rpartition("/")[2])

    @property
    def kind(self) -> str:
        return self.place.path.rpartition("/")[2].casefold()


class Unreadable(Exception):
    """A sheet that says no labels; its text is a sentence without the file's name."""


def is_sheet(path: str) -> bool:
    return path.rpartition("/")[2].casefold() in (STYLEGAN, CLASSES)


def labels(sheets: list[Sheet], kept: set[Place], left_out: set[Place]) -> Labels:
    """The columns of the pictures kept, and of their doubles. The labels of a dataset.json are the labels."""
    said = [sheet for sheet in sheets if sheet.kind == STYLEGAN]
    found = _of_stylegan(said, sheets, kept, left_out) if said else Labels()
    if found.names or (said and all(folders.is_in_shard(place.path, ".*") for place in kept)):
        return found
    of_folders = folders.labels(kept, left_out)
    return replace(of_folders, notes=(*found.notes, *of_folders.notes))


def _of_stylegan(said: list[Sheet], sheets: list[Sheet], kept: set[Place], left_out: set[Place]) -> Labels:
    """Shards of 1,000 pictures each are no kinds: without labels in dataset.json there are none."""
    rows, known, notes, places = {}, (), [], kept | left_out
    for sheet in said:
        try:
            found, given = _read_stylegan(sheet)
            rows |= Index(found, sheet).of(places)
            known = known or given or _classes(sheet, sheets)
        except Unreadable as error:
            notes.append(f"{sheet.name} {error}")
    try:
        rows, titles = _columns(rows)
    except Unreadable as error:
        return Labels(notes=(*notes, f"{said[0].name} {error}"))
    made = columns({place: rows.get(place, ("",) * len(titles)) for place in places}, titles, kept, known)
    return replace(made, notes=(*notes, *made.notes))


class Index:
    """What a sheet says of each path, found by the whole path or by as much of its end as is clear."""

    def __init__(self, said: dict[str, object], sheet: Sheet):
        self.archive, self.folder = sheet.place.archive, sheet.place.path.rpartition("/")[0]
        self.said = {names.composed(path.replace("\\", "/")).lstrip("./"): row for path, row in said.items()}

    def of(self, places: set[Place]) -> dict[Place, object]:
        ends = Counter(end for place in places for end in _ends(place.path))
        found = {}
        for place in places:
            inside = place.path.removeprefix(self.folder).lstrip("/")
            clear = (end for end in _ends(place.path) if ends[end] == 1 and end in self.said)
            if place.archive == self.archive and inside in self.said:
                found[place] = self.said[inside]
            elif (end := next(clear, None)) is not None:
                found[place] = self.said[end]
        return found


def _ends(path: str) -> list[str]:
    """A path and what is left of it without its folders, the longest first."""
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


def _read_stylegan(sheet: Sheet) -> tuple[dict[str, object], tuple[str, ...]]:
    """What it says of each path, and the names of its classes where it says any."""
    if len(sheet.data) > MOST_SHEET:
        raise Unreadable(f"is larger than {MOST_SHEET // 2**20} MB and was not read: there are no labels.")
    try:
        said = json.loads(sheet.data)
        listed = said["labels"]
        rows = {str(name): value for name, value in listed.items() if value is not None} if isinstance(
            listed, dict) else {str(name): value for name, value in listed or () if value is not None}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable("says no labels that can be read here.") from error
    if not rows:
        raise Unreadable("says that these pictures have no labels.")
    given = next((_listed(said[key]) for key in NAMED_IN if said.get(key)), ())
    return rows, given


def _listed(classes) -> tuple[str, ...]:
    """Names in their order, given as a list or by number."""
    if isinstance(classes, dict):
        try:
            classes = [classes[key] for key in sorted(classes, key=int)]
        except ValueError:
            return ()
    return tuple(map(str, classes)) if isinstance(classes, list) else ()


def _classes(sheet: Sheet, sheets: list[Sheet]) -> tuple[str, ...]:
    """The lines of classes.txt beside it."""
    folder = sheet.place.path.rpartition("/")[0]
    for one in sheets:
        if one.kind == CLASSES and (one.place.archive, one.place.path.rpartition("/")[0]) == (
            sheet.place.archive, folder
        ):  # fmt: skip
            lines = one.data[: MOST_VALUES * 1000].decode("utf-8-sig", "replace").splitlines()
            return tuple(line.strip() for line in lines if line.strip())
    return ()


def _columns(rows: dict[Place, object]) -> tuple[dict[Place, tuple[str, ...]], tuple[str, ...]]:
    """Values as texts, and the columns' names: one of a number or a text each, several of several numbers."""
    lists = {place: value if isinstance(value, list) else [value] for place, value in rows.items()}
    widths = {len(value) for value in lists.values()}
    if len(widths) > 1 or not all(_is_kind(item) for value in lists.values() for item in value):
        raise Unreadable("says labels that are no whole numbers or words, so that they name no kinds.")
    width = max(widths, default=1)
    if width > 1 and all(sorted(value) == [0] * (width - 1) + [1] for value in lists.values()):
        lists, width = {place: [value.index(1)] for place, value in lists.items()}, 1  # one-hot
    if width > MOST_COLUMNS:
        raise Unreadable(f"says {width:,} numbers of each picture; more than {MOST_COLUMNS} make no labels.")
    titles = ("label",) if width == 1 else tuple(f"label {number + 1}" for number in range(width))
    return {place: tuple(map(_word, value)) for place, value in lists.items()}, titles


def _is_kind(value) -> bool:
    return isinstance(value, (str, int)) or (isinstance(value, float) and value.is_integer())


def _word(value) -> str:
    return value if isinstance(value, str) else str(int(value))


def columns(
    rows: dict[Place, Sequence[str]], titles: tuple[str, ...], kept: set[Place], known: tuple[str, ...] = ()
) -> Labels:
    """Label columns of texts, those with two values at least and 256 at most; "" is an unknown one.

    The pictures kept decide on the values. `known` are the names of numbered classes.
    """
    values, tables, notes = {}, [], []
    for title, number in zip(names.distinct(map(names.short, titles)), range(len(titles)), strict=True):
        there = sorted({rows[place][number] for place in kept} - {""}, key=names.natural)
        missing = any(rows[place][number] == "" for place in kept)
        if len(there) + missing > MOST_VALUES:
            notes.append(f"“{title}” has {len(there):,} values; more than {MOST_VALUES} make no label.")
        elif len(there) > 1:
            words = [*(names.short(_name(value, known)) for value in there), *[UNKNOWN] * missing]
            values[title] = tuple(names.distinct(words))
            tables.append((number, {value: place for place, value in enumerate([*there, *[""] * missing])}))
    table = {place: tuple(of.get(row[number]) for number, of in tables) for place, row in rows.items()}
    return Labels(tuple(values), values, table, tuple(notes))


def _name(value: str, known: tuple[str, ...]) -> str:
    return known[int(value)] if value.isascii() and value.isdigit() and int(value[:9]) < len(known) else value
