"""Pixel art that stands enlarged by a whole number: found, and made smaller or larger without a blur."""

import math
from collections.abc import Iterator

import numpy as np
from PIL import Image

MOST_PIXELS = (
    2**22
)  # of a picture that is looked at: larger drawings are no pixel art, and would cost too much
STRIP = 256  # rows that are looked at together: a large picture twice in memory would be too much


def times(image: Image.Image) -> int:
    """How often each pixel of a picture stands repeated in both directions; 1 where it does not."""
    step = math.gcd(*image.size) if image.width * image.height <= MOST_PIXELS else 1
    middle = image.height // 2  # where nearly all photos tell that they are none
    for top, bottom in ((middle, middle + 1), *_strips(image.height)):
        if step == 1:
            return 1
        pixels = np.asarray(image.crop((0, top, image.width, bottom)))
        step = math.gcd(step, *_changes(pixels, 1), *(top + row for row in _changes(pixels, 0)))
    return step


def refitted(image: Image.Image, size: int, how: str) -> Image.Image:
    """Enlarged pixel art on its own grid, enlarged to `size` where that is a multiple; others as they are.

    What is left to do is to cut or to pad, as images.fit does by `how`.
    """
    if image.size == (size, size):
        return image
    step = times(image)
    width, height = (side // step for side in image.size)
    side = min(width, height) if how == "crop" else max(width, height)
    if step == 1 or size % side or step * side == size or (how == "stretch" and width != height):
        return image
    own = image.resize((width, height), Image.Resampling.NEAREST)
    if how == "crop":
        own = _middle(own, side)
    return own.resize((own.width * size // side, own.height * size // side), Image.Resampling.NEAREST)


def _middle(own: Image.Image, side: int) -> Image.Image:
    """What a square in the middle needs of it, a line more where that begins within a pixel.

    Enlarged whole, a strip a thousand times as long as it is high would fill the memory.
    """
    left, top = ((length - side) // 2 for length in own.size)
    return own.crop((left, top, own.width - left, own.height - top))


def _strips(height: int) -> Iterator[tuple[int, int]]:
    """Rows from and to, a few at a time, each strip with the first row of the next."""
    for top in range(0, height, STRIP):
        yield top, min(top + STRIP + 1, height)


def _changes(pixels: np.ndarray, axis: int) -> list[int]:
    """The rows (0) or columns (1) that are not as the one before."""
    moved = np.moveaxis(pixels, axis, 0)
    differ = (moved[1:] != moved[:-1]).any(tuple(range(1, moved.ndim)))
    return (np.flatnonzero(differ) + 1).tolist()
