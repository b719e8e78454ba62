"""Films to keep: of a walk in Explore, and of a run in Train."""

import base64
from collections.abc import Callable
from typing import NamedTuple

from numpy import ndarray

from gan.images import gif, mp4, webp


class Format(NamedTuple):
    title: str
    write: Callable  # frames, frames a second and a scale -> the file
    type: str


FORMATS = {
    "gif": Format("GIF", gif, "image/gif"),
    "webp": Format("WebP", webp, "image/webp"),
    "mp4": Format("MP4", mp4, "video/mp4"),
}
SIDES = (256, 512, 1024)  # pixels, at least: chats and slides show small ones blurred
USUAL_SIDE = 512


def film(images: ndarray, format: str, fps: float, side: int = USUAL_SIDE) -> bytes:
    """A file of these frames (n, h, w, c), each pixel enlarged by a whole number so that all stay crisp.

    side: one of SIDES, which the frames then have at least. Raises ValueError, a sentence.
    """
    if format not in FORMATS:
        raise ValueError(f"A film is one of {', '.join(FORMATS)}, not “{str(format)[:20]}”.")
    if side not in SIDES:
        raise ValueError(f"A film is {', '.join(map(str, SIDES))} pixels wide, not {str(side)[:20]}.")
    return FORMATS[format].write(images, fps, scale=max(1, -(-side // images.shape[1])))


def address(content: bytes, format: str) -> str:
    """A film within an address, for the browser to keep: no file is left on the server."""
    return f"data:{FORMATS[format].type};base64,{base64.b64encode(content).decode('ascii')}"
