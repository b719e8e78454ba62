"""Views: what a picture leaves when something of it is taken away. Each makes pairs out of any data set.

A view goes from the target to the source, the way that the networks learn to go back. It is made in the same
manner of a photo that somebody sends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy import ndarray

from gan.data import parts
from gan.data.sets import DataError, DataSet
from gan.images import enlarged
from gan.specs import ENLARGED, LEAST_GRID

EDGE = 40  # levels that two neighbours differ by, at least, in one channel, where an edge is
GROUND = 24  # levels that the ground may differ by
LUMA = np.array([0.299, 0.587, 0.114])  # Rec. 601
AREAS = 8  # levels of a channel that areas of one colour keep
MISSING = 128
FEW = 64  # images


def edges(images: ndarray) -> ndarray:
    """Black where a pixel differs from the one on its right or below; (n, h, w, 1)."""
    levels = images.astype(np.int16)
    there = np.zeros(images.shape[:3], bool)
    there[:, :, :-1] |= (np.abs(np.diff(levels, axis=2)) >= EDGE).any(-1)
    there[:, :-1] |= (np.abs(np.diff(levels, axis=1)) >= EDGE).any(-1)
    return np.where(there, 0, 255).astype(np.uint8)[..., None]


def silhouette(images: ndarray) -> ndarray:
    """Black where the ground does not reach, which begins at the edge of the picture; (n, h, w, 1)."""
    levels = images.astype(np.int16)
    border = np.concatenate([levels[:, 0], levels[:, -1], levels[:, :, 0], levels[:, :, -1]], 1)
    ground = np.median(border, 1).astype(np.int16)[:, None, None]
    alike = (np.abs(levels - ground) <= GROUND).all(-1)
    reached = alike.copy()
    reached[:, 1:-1, 1:-1] = False
    going = np.arange(len(images))  # those that the ground still spreads in: soon a few winding ones
    while len(going):
        now = reached[going]
        wider = now.copy()
        wider[:, 1:] |= now[:, :-1]
        wider[:, :-1] |= now[:, 1:]
        wider[:, :, 1:] |= now[:, :, :-1]
        wider[:, :, :-1] |= now[:, :, 1:]
        wider &= alike[going]
        reached[going] = wider
        going = going[(wider != now).any((1, 2))]
    return np.where(reached, 255, 0).astype(np.uint8)[..., None]


def grey(images: ndarray) -> ndarray:
    """Luma, Rec. 601; (n, h, w, 1)."""
    return np.rint(images @ LUMA).astype(np.uint8)[..., None] if images.shape[-1] == 3 else images


def half(images: ndarray) -> ndarray:
    """The left half; the right one is plain grey."""
    out = images.copy()
    out[:, :, images.shape[2] // 2 :] = MISSING
    return out


def areas(images: ndarray) -> ndarray:
    """Areas of few colours, without fine detail; (n, h, w, 3)."""
    step = 256 // AREAS
    flat = images // step * step + step // 2
    return flat if images.shape[-1] == 3 else flat.repeat(3, -1)


def small(images: ndarray, times: int) -> ndarray:
    """Means over squares of `times` pixels a side; (n, h / times, w / times, c)."""
    n, height, width, channels = images.shape
    squares = images.reshape(n, height // times, times, width // times, times, channels)
    return np.rint(squares.mean((2, 4))).astype(np.uint8)


# Of images (n, h, w, c) uint8 the sources (n, h, w, k) uint8
OF: dict[str, Callable[[ndarray], ndarray]] = {
    "edges": edges, "parts": areas, "silhouette": silhouette, "grey": grey, "half": half,
    "small-2": partial(small, times=2), "small-4": partial(small, times=4),
}  # fmt: skip


@dataclass(frozen=True)
class Paint:
    """A colour that a source is painted with, 0xRRGGBB."""

    name: str
    colour: int
    group: str = ""


INK = (Paint("black", 0x000000), Paint("white", 0xFFFFFF))
GREYS = tuple(Paint(f"grey {step}", 0x010101 * level) for step, level in enumerate(range(0, 256, 51)))
COLOURS = (
    *(Paint(name, colour) for name, colour in (
        ("black", 0x000000), ("grey", 0x808080), ("white", 0xFFFFFF), ("red", 0xDD2E44), ("orange", 0xF4900C),
        ("yellow", 0xFFCC4D), ("green", 0x77B255), ("blue", 0x3B88C3), ("purple", 0x9266CC),
        ("brown", 0x825D33), ("skin", 0xF7DECE))),
)  # fmt: skip


def paints(name: str, data: str) -> tuple[Paint, ...]:
    """What one paints a source of this view with; data: the name of the set that the model was trained on."""
    if _knows_parts(name, data):
        return tuple(Paint(part.name, part.colour, part.group) for part in parts.PARTS)
    return {"edges": INK, "silhouette": INK, "grey": GREYS}.get(name, COLOURS)


def grid_of(images: ndarray) -> int:
    """How often the pixels of these images (n, h, w, c) stand repeated in both directions: 1, 2 or 4.

    No more often than leaves a grid that networks can work on.
    """
    able = (times for times in ENLARGED if times == 1 or images.shape[1] >= LEAST_GRID * times)
    some = images[:FEW]  # most sets show by their first images that they are no pixel art
    return max(times for times in able if _is_repeated(some, times) and _is_repeated(images, times))


def _is_repeated(images: ndarray, times: int) -> bool:
    if images.shape[1] % times or images.shape[2] % times:
        return False
    rows = images[:, ::times]
    columns = rows[:, :, ::times]
    return all(
        np.array_equal(images[:, at::times], rows) and np.array_equal(rows[:, :, at::times], columns)
        for at in range(1, times)
    )


def pairs(name: str, data: DataSet, times: int = 1) -> tuple[ndarray, ndarray]:
    """Sources (n, h, w, k) and their targets (n, h, w, c) uint8: a view of all images, on their own grid.

    "pair" takes the pairs that the data holds. Raises DataError for a view that it cannot give.
    """
    check(name, data)
    if name == "pair":
        return data.images[::2], data.images[1::2]
    if _knows_parts(name, data.name):
        return enlarged(parts.of_faces(data, data.images[:, ::2, ::2], data.labels), 2), data.images
    return enlarged(OF[name](data.images[:, ::times, ::times]), times), data.images


def some_pairs(name: str, data: DataSet, times: int, count: int, seed: int) -> tuple[ndarray, ndarray]:
    """`pairs` of `count` images that a seed chooses."""
    random = np.random.RandomState(seed)
    whole = np.arange(len(data.images)).reshape(-1, 2 if name == "pair" else 1)
    chosen = whole[random.choice(len(whole), min(count, len(whole)), replace=False)].ravel()
    return pairs(name, data.part(chosen), times)


def of_photo(name: str, data: str, photo: ndarray, times: int = 1) -> ndarray:
    """A photo (h, w, c) uint8 of a model's size as its kind of source, (h, w, k) uint8.

    data: the name of the set that the model was trained on.
    """
    if name == "pair":
        return photo
    own = small(photo[None], times)
    made = parts.nearest(own) if _knows_parts(name, data) else OF[name](own)
    return enlarged(made, times)[0]


def on_grid(photo: ndarray, times: int) -> ndarray:
    """A photo (h, w, c) uint8 as pixel art whose pixels stand repeated so often, of the same size."""
    return enlarged(small(photo[None], times), times)[0]


def _knows_parts(name: str, data: str) -> bool:
    """The view is parts, and of that set they are known exactly."""
    return name == "parts" and data == parts.DATA


def check(name: str, data: DataSet):
    """Raises DataError, a sentence, for a view that this data set cannot give."""
    if name == "pair" and not len(data.pair):
        raise DataError(f"{data.title} holds no pairs: choose a view, which makes some.")
    if name == "grey" and data.channels == 1:
        raise DataError(f"{data.title} is grey already: choose another view.")
