"""Letterboxed pictures: black or white bars at two opposite sides, which a network would learn to paint."""

import numpy as np
from PIL import Image

from gan.images import fit
from gan.specs import ModelConfig

DARK, BRIGHT = 24, 240  # levels of 255: a bar's are all below or all above, but for what JPEG adds
PLAIN = 0.98  # of a bar's pixels
LEAST, MOST = 0.03, 0.4  # of the side, for one bar
UNEVEN = 0.2  # share by which two bars may differ
LOOKED_AT = 256  # pixels of the longer side: a bar shows there too


def inside(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The box (left, top, right, bottom) between the bars, None where there are none.

    A plain ground all around, as drawings and pictures of goods have, is no pair of bars.
    """
    step = max(1, max(image.size) // LOOKED_AT)
    grey = np.asarray((image.reduce(step) if step > 1 else image).convert("L"))
    for tone in (grey <= DARK, grey >= BRIGHT):
        rows, columns = (_ends(tone.mean(axis) >= PLAIN) for axis in (1, 0))
        if _is_pair(rows, len(grey)) and 0 in columns:
            top, bottom = (_cut(end, step) for end in rows)
            return 0, top, image.width, image.height - bottom
        if _is_pair(columns, grey.shape[1]) and 0 in rows:
            left, right = (_cut(end, step) for end in columns)
            return left, 0, image.width - right, image.height
    return None


def without(image: Image.Image) -> Image.Image:
    """The picture between its bars, or all of it."""
    return image.crop(inside(image))


def _ends(plain: np.ndarray) -> tuple[int, int]:
    """How many lines are plain from the first one on, and how many up to the last one."""
    if plain.all():
        return 0, 0
    return int(plain.argmin()), int(plain[::-1].argmin())


def _is_pair(ends: tuple[int, int], side: int) -> bool:
    return LEAST * side <= min(ends) and max(ends) <= MOST * side and (
        max(ends) - min(ends) <= max(2, UNEVEN * sum(ends))
    )  # fmt: skip


def _cut(lines: int, step: int) -> int:
    """Pixels of the picture; the line between bar and picture was mixed when it was made small."""
    return lines * step + (step if step > 1 else 0)


def fitted(picture: np.ndarray | Image.Image, config: ModelConfig) -> np.ndarray:
    """A picture as the model's own were: (h, w, c) uint8.

    Bars are cut off photos alone: what comes as an array has been through this, or was generated.
    """
    if config.cut_bars and isinstance(picture, Image.Image):
        picture = without(picture)
    return fit(picture, config.image_size, config.channels, config.fit)
