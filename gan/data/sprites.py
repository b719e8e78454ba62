"""Sprite sheets: one picture that is a grid of equal drawings on a plain or a transparent ground."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from gan.pictures.pixelart import MOST_PIXELS

LEAST_SIDE = 8  # pixels of a drawing
LEAST = 9  # drawings in a sheet
FILLED = 0.5  # of its places that hold one, at least
MOST = 1024  # drawings that are cut out of one picture


class Sheet(NamedTuple):
    """What a sheet holds."""

    side: int  # of each drawing's square, in pixels
    across: int
    down: int


def found(image: Image.Image) -> Sheet | None:
    """The grid of a picture, RGB or RGBA, between whose squares nothing crosses; None without one."""
    drawn = _drawn(image) if image.width * image.height <= MOST_PIXELS else None
    if drawn is None or not drawn.any():
        return None
    common = math.gcd(*image.size)
    columns, rows = (np.asarray(drawn.any(axis)) for axis in (0, 1))
    for side in (side for side in range(LEAST_SIDE, common + 1) if common % side == 0):
        sheet = Sheet(side, image.width // side, image.height // side)
        if sheet.across * sheet.down < LEAST:
            return None
        if _parted(columns, side) and _parted(rows, side):
            filled = int(_squares(drawn, side).any((1, 3)).sum())
            return sheet if filled >= max(LEAST, FILLED * sheet.across * sheet.down) else None
    return None


def cut(image: Image.Image, side: int) -> Iterator[Image.Image]:
    """Its squares of that side, row by row, without those that are empty."""
    drawn = _drawn(image)
    for top in range(0, image.height, side):
        for left in range(0, image.width, side):
            if drawn is None or drawn[top : top + side, left : left + side].any():
                yield image.crop((left, top, left + side, top + side))


def fits(size: tuple[int, int], side: int) -> bool:
    """A picture of this size has several such squares, and is made of nothing else."""
    return not (size[0] % side or size[1] % side) and 1 < size[0] * size[1] // side**2 <= MOST


def _drawn(image: Image.Image) -> np.ndarray | None:
    """Where a picture is not ground, (h, w) bool: all four corners are; None where they are not alike."""
    pixels = np.asarray(image)
    if image.mode == "RGBA":
        pixels = pixels[..., 3:]
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]]
    if (corners != corners[0]).any() or (image.mode == "RGBA" and corners[0].any()):
        return None
    return (pixels != corners[0]).any(-1)


def _parted(lines: np.ndarray, side: int) -> bool:
    """At each multiple of the side the line before it or the one behind it is empty; (n,): which are not."""
    return not (lines[side - 1 : -1 : side] & lines[side::side]).any()


def _squares(drawn: np.ndarray, side: int) -> np.ndarray:
    height, width = drawn.shape
    return drawn.reshape(height // side, side, width // side, side)
