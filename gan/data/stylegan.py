"""The labels that StyleGAN's dataset_tool.py keeps in a dataset.json: numbers, one or several a picture."""

import json

from gan.data.pile import MOST_VALUES, Labels, Place
from gan.data.sheets import (
    CLASSES,
    MOST_COLUMNS,
    Sheet,
    Unreadable,
    columns,
    last_ends,
    matched,
    means_one,
    plain,
)

NAMED_IN = ("class_names", "classes", "label_names", "names")  # keys of dataset.json, none of them a standard


def labels(said: list[Sheet], sheets: list[Sheet], kept: set[Place], left_out: set[Place]) -> Labels:
    """The columns of the pictures kept, and of their doubles, or none and a note that says why."""
    rows: dict[Place, object] = {}
    known: tuple[str, ...] = ()
    notes, places = [], kept | left_out
    pictures = last_ends(places)
    for sheet in said:
        try:
            found, given = _read(sheet)
            found = {path: value for path, value in found.items() if means_one(path, pictures)}
            rows |= matched(found, sheet, places)
            known = known or given or _classes(sheet, sheets)
        except Unreadable as error:
            notes.append(f"{sheet.name} {error}")
    if not rows:
        return Labels(notes=tuple(notes or [f"{said[0].name} names none of these images."]))
    try:
        texts, titles = _texts(rows)
    except Unreadable as error:
        return Labels(notes=(*notes, f"{said[0].name} {error}"))
    made = columns({place: texts.get(place, ("",) * len(titles)) for place in places}, titles, kept, known)
    return Labels(made.names, made.values, made.rows, (*notes, *made.notes))


def _read(sheet: Sheet) -> tuple[dict[str, object], tuple[str, ...]]:
    """What it says of each path, and the names of its classes where it says any."""
    if not sheet.whole:
        raise Unreadable("is too long and was not read: there are no labels.")
    try:
        said = json.loads(sheet.data)
        listed = said["labels"] or ()
        pairs = listed.items() if isinstance(listed, dict) else listed
        rows = {plain(str(path)): value for path, value in pairs if value is not None}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable("holds no labels that can be read here.") from error
    if not rows:
        raise Unreadable("says that these images have no labels.")
    return rows, next((_in_order(said[key]) for key in NAMED_IN if said.get(key)), ())


def _in_order(classes) -> tuple[str, ...]:
    """Names given as a list, or each by its number."""
    if isinstance(classes, dict):
        try:
            classes = [classes[key] for key in sorted(classes, key=int)]
        except ValueError:
            return ()
    return tuple(map(str, classes)) if isinstance(classes, list) else ()


def _classes(sheet: Sheet, sheets: list[Sheet]) -> tuple[str, ...]:
    """The lines of classes.txt beside it."""
    beside = (sheet.place.archive, sheet.folder)
    for one in sheets:
        if one.kind == CLASSES and (one.place.archive, one.folder) == beside:
            lines = one.data[: MOST_VALUES * 1000].decode("utf-8-sig", "replace").splitlines()
            return tuple(line.strip() for line in lines if line.strip())
    return ()


def _texts(rows: dict[Place, object]) -> tuple[dict[Place, tuple[str, ...]], tuple[str, ...]]:
    """The values as texts, and the columns' names: one column, or several of several numbers a picture."""
    lists = {place: value if isinstance(value, list) else [value] for place, value in rows.items()}
    widths = {len(value) for value in lists.values()}
    if len(widths) > 1 or not all(_is_kind(item) for value in lists.values() for item in value):
        raise Unreadable("holds labels that are neither whole numbers nor words, so they name no classes.")
    width = max(widths)
    if width > 1 and all(sorted(map(str, value)) == ["0"] * (width - 1) + ["1"] for value in lists.values()):
        lists, width = {place: [value.index(1)] for place, value in lists.items()}, 1  # one-hot
    if width > MOST_COLUMNS:
        raise Unreadable(f"holds {width:,} numbers for each image; more than {MOST_COLUMNS} can't be labels.")
    titles = ("label",) if width == 1 else tuple(f"label {number + 1}" for number in range(width))
    return {place: tuple(map(_text, value)) for place, value in lists.items()}, titles


def _is_kind(value) -> bool:
    return isinstance(value, (str, int)) or (isinstance(value, float) and value.is_integer())


def _text(value) -> str:
    return value if isinstance(value, str) else str(int(value))
