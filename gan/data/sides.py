"""Two sides out of one data set, told apart by the values of a label, such as glasses and none.

Where the data are pixel art, the place of what tells them apart is worked out from the pictures.
"""

import numpy as np
from numpy import ndarray

from gan.data.sets import DataError, DataSet
from gan.specs import Sides

LEAST = 20  # training images a side
SURE = 6.0  # σ by which the share of a colour differs, where the sides differ
COLOURS = 2**12  # that are told apart: 16 levels a channel
OFTEN = 20  # images that have a colour at a place, before that says anything


def _of(column: str, a: str, b: str) -> Sides:
    return Sides(column=column, a=a, b=b)


OFFERED: dict[str, tuple[Sides, ...]] = {  # by data set; the first is taken where nobody says which
    "pixel_faces": (
        _of("glasses", "none", "dark,light"), _of("hat", "no hat", "hat"), _of("beard", "no beard", "beard"),
        _of("mouth", "sad", "happy"), _of("hair_color", "black", "blond"),
    ),
    "open_peeps": (
        _of("glasses", "none", "glasses,sunglasses"), _of("expression", "not happy", "happy"),
        _of("facial_hair", "none", "beard,moustache"),
    ),
    "fashion_mnist": (_of("garment", "sneaker", "ankle boot"),),
    "emoji": (_of("style", "noto", "twemoji"),),
}  # fmt: skip


def chosen(asked: Sides, data: DataSet) -> Sides:
    """The sides with what was left open filled in: by what the data offer, else by the commonest values.

    Where one side alone is named, the other is all the rest. Raises DataError.
    """
    if not asked.column and (asked.a or asked.b):
        raise DataError("Say which label of the data tells the two sides apart.")
    sides = _filled(asked, data)
    a, b = _rows(sides, data.train)
    if (a & b).any():
        raise DataError("The two sides share a value: each value can stand on one side only.")
    for values, count in ((sides.a, a.sum()), (sides.b, b.sum())):
        if count < LEAST:
            raise DataError(f"Only {count} training images are “{values[:40]}”; a side needs {LEAST}.")
    return sides


def split(sides: Sides, data: DataSet) -> tuple[ndarray, ndarray]:
    """The images of A and those of B, (n, h, w, c) uint8 each. Raises DataError."""
    a, b = _rows(sides, data)
    return data.images[a], data.images[b]


def held_out(sides: Sides, data: DataSet) -> tuple[ndarray, ndarray]:
    """The same of the held-out images; of few images, of which no side may lack all, those it learns from."""
    a, b = split(sides, data.held_out)
    return (a, b) if len(a) and len(b) else split(sides, data.train)


def place(sides: Sides, data: DataSet, times: int) -> ndarray | None:
    """Where pixel art, its pixels standing repeated so often, differs between the sides: (h, w) bool.

    There some colour is more frequent on one side: its two shares differ by more than SURE of the deviations
    that they would have if they were alike. None for other images.
    """
    if times == 1:
        return None
    codes = _codes(data.images[:, ::times, ::times])
    each = [codes[rows] for rows in _rows(sides, data)]
    (a, b), (m, n) = map(_counts, each), map(len, each)
    share = (a + b) / (m + n)
    deviation = np.sqrt(share * (1 - share) * (1 / m + 1 / n))
    differ = (np.abs(a / m - b / n) > SURE * deviation) & (a + b >= OFTEN)
    there = differ.any(-1).reshape(codes.shape[1:])
    return there.repeat(times, 0).repeat(times, 1)


def _codes(images: ndarray) -> ndarray:
    """Images (n, h, w, c) uint8 -> (n, h, w): the number of each pixel's colour, one of COLOURS."""
    codes = np.zeros(images.shape[:3], np.int32)
    for channel in np.moveaxis(images, -1, 0):
        codes = codes << 4 | channel >> 4
    return codes


def _counts(codes: ndarray) -> ndarray:
    """How many of the images (n, h, w) have each colour at each pixel, (h·w, COLOURS)."""
    flat = codes.reshape(len(codes), -1)
    pixels = flat.shape[1]
    at = flat + COLOURS * np.arange(pixels)
    return np.bincount(at.ravel(), minlength=pixels * COLOURS).reshape(pixels, COLOURS)


def _filled(asked: Sides, data: DataSet) -> Sides:
    offered = OFFERED.get(data.name, ())
    if not asked.column and offered:
        return offered[0]
    column = asked.column or _first_column(data)
    if column not in data.label_names:
        there = ", ".join(data.label_names) or "none"
        raise DataError(f"{data.title} has no label “{column[:60]}”; there are {there}.")
    if asked.a or asked.b:
        return _of(column, asked.a or _rest(asked.b, column, data), asked.b or _rest(asked.a, column, data))
    known = (one for one in offered if one.column == column)
    return next(known, None) or _of(column, *_commonest(column, data))


def _first_column(data: DataSet) -> str:
    several = (name for name, labels in zip(data.label_names, data.labels.T, strict=True)
               if len(np.unique(labels)) > 1)  # fmt: skip
    column = next(several, None)
    if column is None:
        raise DataError(f"{data.title} has no label that tells two sides apart: "
                        "put the images of each side into a folder of its own.")  # fmt: skip
    return column


def _rest(values: str, column: str, data: DataSet) -> str:
    there = data.label_values[column]
    taken = named(values, column, there)
    return ",".join(one for one in there if one not in taken)


def _commonest(column: str, data: DataSet) -> tuple[str, str]:
    values = data.label_values[column]
    counts = np.bincount(_labels(column, data), minlength=len(values))
    if (counts > 0).sum() < 2:
        raise DataError(f"All images have the same {column[:60]}: choose another label.")
    a, b = np.sort(np.argsort(-counts, kind="stable")[:2])
    return values[a], values[b]


def _rows(sides: Sides, data: DataSet) -> tuple[ndarray, ndarray]:
    """Which images are of A, and which of B, (n,) bool each. Raises DataError."""
    if sides.column not in data.label_names:
        raise DataError(f"{data.title} has no label “{sides.column[:60]}” that tells the two sides apart.")
    there, labels = data.label_values[sides.column], _labels(sides.column, data)
    a, b = (np.isin(labels, [there.index(value) for value in named(values, sides.column, there)])
            for values in (sides.a, sides.b))  # fmt: skip
    return a, b


def _labels(column: str, data: DataSet) -> ndarray:
    return data.labels[:, data.label_names.index(column)]


def named(values: str, column: str, there: tuple[str, ...]) -> list[str]:
    """Those of a label's values that a text names, with commas between; a value may have commas of its own.

    Raises DataError.
    """
    each = [values] if values in there else [one.strip() for one in values.split(",")]
    for value in each:
        if value not in there:
            raise DataError(f"No image has the {column[:60]} “{value[:60]}”; there are {', '.join(there)}.")
    return each
