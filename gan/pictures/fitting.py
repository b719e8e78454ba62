"""Pictures as the small squares that networks know."""

import numpy as np
from PIL import Image

from gan.pictures import pixelart
from gan.pictures.colours import to_rgb


class ImageError(ValueError):
    """A picture that can't be used; its text is a sentence for the person who sent it."""


def fit(image, size: int, channels: int, how: str = "crop") -> np.ndarray:
    """A picture (Pillow's, or uint8 (h, w), (h, w, 1 | 3 | 4)) as uint8 (size, size, channels).

    What is not square gives its largest centred square (crop), or is whole between bars of its edges' own
    colours (pad) or of white, or is pulled to a square (stretch). Resized with antialiasing; luma (Rec. 601)
    for one channel. Pixel art that stands enlarged by a whole number stays so where the size is a multiple.
    """
    image = to_rgb(image if isinstance(image, Image.Image) else from_array(image))
    image = pixelart.refitted(image, size, how)
    if how == "crop":
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))  # resize's own box would see past its edge
    padded = how in ("pad", "white") and image.width != image.height
    within = [max(1, round(size * side / max(image.size))) for side in image.size] if padded else (size, size)
    if image.size != tuple(within):
        image = image.resize(within, Image.Resampling.LANCZOS, reducing_gap=3.0)
    pixels = np.asarray(image.convert("L" if channels == 1 else "RGB")).reshape(*image.size[::-1], channels)
    return _padded(pixels, size, how) if padded else pixels.copy()


def _padded(pixels: np.ndarray, size: int, how: str) -> np.ndarray:
    """Pixels (h, w, c), one of the sides `size` long, in the middle of a square."""
    if pixels.shape[0] == size:
        return _padded(pixels.swapaxes(0, 1), size, how).swapaxes(0, 1).copy()
    top = (size - len(pixels)) // 2
    edges = [255, 255] if how == "white" else [pixels[edge].mean(0).round() for edge in (0, -1)]
    square = np.empty((size, *pixels.shape[1:]), np.uint8)
    square[:top], square[top : top + len(pixels)], square[top + len(pixels) :] = edges[0], pixels, edges[1]
    return square


def from_array(image) -> Image.Image:
    image = checked(image)
    return Image.fromarray(np.ascontiguousarray(image[..., 0] if image.shape[2:] == (1,) else image))


def checked(image) -> np.ndarray:
    image = np.asarray(image)
    is_picture = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (1, 3, 4))
    if not is_picture or image.dtype != np.uint8 or not image.size:
        raise ImageError(
            f"An image is an array of uint8, (h, w) or (h, w, 1, 3 or 4), not {image.dtype} {image.shape}."
        )
    return image
