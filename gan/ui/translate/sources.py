"""Sources as the script and the server send them to each other: the pixels of a model's own grid, base64."""

from collections.abc import Mapping

from numpy import ndarray

from gan.checkpoint.info import ModelInfo
from gan.images import enlarged
from gan.ui import drawing

LAST_EXAMPLE = 2**31


def on_grid(images: ndarray, info: ModelInfo) -> ndarray:
    return images[:, :: info.enlarged, :: info.enlarged]


def whole(info: ModelInfo, source: ndarray) -> ndarray:
    """A source of the model's own grid, (side, side, k), as the Studio takes it."""
    return enlarged(source[None], info.enlarged)[0]


def unpacked(info: ModelInfo, text) -> ndarray:
    """A drawing as the script sends it. Raises ValueError for what is none of this model's."""
    return drawing.unpacked(text, info.pad_side, info.source_channels)


def truth_of(info: ModelInfo, text) -> ndarray | None:
    """The true answer that the script holds, at the model's full size; None where nobody knows it."""
    return drawing.unpacked(text, info.image_size, info.channels) if text else None


def way_of(info: ModelInfo, asked: Mapping) -> str:
    """The way that is asked for, if the model has it, else its usual one; "" where there is only one."""
    way = str(asked.get("way") or "")
    return way if way in info.ways else next(iter(info.ways), "")


def number_of(value) -> int:
    """The number of an example, from a link or the script. Raises ValueError."""
    text = str(value)
    if not text.isdecimal() or len(text) > 10 or int(text) > LAST_EXAMPLE:
        raise ValueError(f"Examples have numbers from 0 to {LAST_EXAMPLE:,}.")
    return int(text)
