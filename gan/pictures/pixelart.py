"""Pixel art that stands enlarged by a whole number: found, and made smaller or larger without a blur."""

import math

import numpy as np
from PIL import Image


def times(image: Image.Image) -> int:
    """How often each pixel of a picture stands repeated in both directions; 1 where it does not."""
    middle = np.asarray(image.crop((0, image.height // 2, image.width, image.height // 2 + 1)))
    step = math.gcd(_step(middle, 1), image.height)
    if step == 1:  # as with nearly all photos
        return 1
    pixels = np.asarray(image)
    step = math.gcd(step, _step(pixels, 1))
    return math.gcd(step, _step(pixels, 0)) if step > 1 else 1


def refitted(image: Image.Image, size: int, how: str) -> Image.Image:
    """Enlarged pixel art on its own grid, enlarged to `size` where that is a multiple; others as they are.

    What is left to do is to cut or to pad, as images.fit does by `how`.
    """
    step = times(image)
    width, height = (side // step for side in image.size)
    side = min(width, height) if how == "crop" else max(width, height)
    if step == 1 or size % side or step * side == size or (how == "stretch" and width != height):
        return image
    own = image.resize((width, height), Image.Resampling.NEAREST)
    return own.resize((width * size // side, height * size // side), Image.Resampling.NEAREST)


def _step(pixels: np.ndarray, axis: int) -> int:
    """The largest number of rows (0) or columns (1) at whose multiples alone something changes."""
    moved = np.moveaxis(pixels, axis, 0)
    differ = (moved[1:] != moved[:-1]).any(tuple(range(1, moved.ndim)))
    return math.gcd(len(moved), *(np.flatnonzero(differ) + 1).tolist())
