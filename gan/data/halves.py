"""Two pictures side by side in one file, A|B, as the data sets of pix2pix have them."""

from collections import Counter

import numpy as np
from PIL import Image

from gan.pictures.colours import over

NEARLY_ALL = 0.95  # of the pictures must be twice as wide as high
ACROSS = 0.25  # of them something may run across the middle in,
BROKEN = 0.5  # and so many at least must break off there
NEAR = 4  # columns on each side of the middle that are looked at
SUDDEN, LEVELS = 3, 2  # a break: so many times what changes from column to column beside it, and levels more
STILL = 1.0  # levels below which nothing changes there
SMALL = (64, 32)  # pixels in which is looked whether a half shows anything
SHOWS = 8.0  # standard deviation in levels of a half that shows something


def is_double(size: tuple[int, int]) -> bool:
    """It is exactly twice as wide as high."""
    return size[0] == 2 * size[1]


def seam(image: Image.Image) -> str:
    """What is in the middle of a picture that is twice as wide as high: "broken", "across" or "still".

    A photo goes on across it. Two pictures side by side break off there, or stand on a plain ground each.
    """
    middle = image.width // 2
    if middle < 2 * NEAR:
        return "still"
    columns = _grey(image.crop((middle - NEAR, 0, middle + NEAR, image.height)))
    steps = np.abs(np.diff(columns, axis=1)).mean(0)
    there = steps[NEAR - 1]
    beside = np.delete(steps, [NEAR - 2, NEAR - 1, NEAR]).mean()  # a JPEG blurs a break a little
    if there > SUDDEN * beside + LEVELS:
        return "broken"
    if beside > STILL:
        return "across"
    halves = np.split(_grey(image.resize(SMALL, Image.Resampling.BOX)), 2, axis=1)
    return "broken" if min(half.std() for half in halves) > SHOWS else "still"


def _grey(image: Image.Image) -> np.ndarray:
    return np.asarray(over(image).convert("L"), np.float32)


def are_likely(seams: Counter, count: int) -> bool:
    """Whether `count` pictures look like pairs, by what `seam` says of those that may be."""
    there = seams.total()
    return may_be(seams, count) and seams["across"] <= ACROSS * there and seams["broken"] >= BROKEN * there


def may_be(seams: Counter, count: int) -> bool:
    """Whether nearly all are twice as wide as high."""
    return bool(count) and seams.total() >= NEARLY_ALL * count
