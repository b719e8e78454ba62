"""The one boundary between tensors in [-1, 1], uint8 arrays, and the picture files that people send and get.

Arrays are uint8 with channels last: `h` rows by `w` columns, 1 channel (grey) or 3 (RGB). Only the functions
that meet tensors need torch, so a page that just shows pictures never imports it.
"""

import base64
import io
import json
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from gan.limits import Limits
from gan.pictures import decoding
from gan.pictures.fitting import ImageError, checked, fit, from_array

__all__ = [
    "ENLARGING", "ImageError", "bicubic", "data_uri", "enlarged", "fit", "gif", "grid", "in_colour", "mp4",
    "open_image", "open_with_remarks", "png", "recipe_of", "to_tensor", "to_uint8", "webp", "webp_uri",
    "with_recipe",
]  # fmt: skip

PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
PNG_HEADER_END = 33  # bytes of the beginning and of the header, which comes first
KEYWORD = b"gan-studio"  # of what a saved picture says of itself


def to_tensor(images):
    """uint8 (n, h, w, c), array or tensor -> float32 tensor (n, c, h, w) in [-1, 1], on the tensor's device.

    0 becomes -1, 255 becomes 1.
    """
    import torch

    if isinstance(images, np.ndarray):
        images = torch.from_numpy(np.array(images))  # a copy: torch wants memory that may be written
    return images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def to_uint8(tensor) -> np.ndarray:
    """Tensor (n, c, h, w) in [-1, 1], any float type and device -> uint8 (n, h, w, c), rounded and clamped.

    Not-a-number becomes mid grey, on every device alike.
    """
    values = tensor.detach().float().nan_to_num(nan=0.0).add(1).mul(127.5).round().clamp(0, 255)
    return np.ascontiguousarray(values.byte().permute(0, 2, 3, 1).cpu().numpy())


def open_image(
    source, max_pixels: int | None = None, name: str = "", limits: Limits | None = None
) -> Image.Image:
    """The first picture of a file (a path, or its bytes) in RGB: upright, in sRGB's colours, all there.

    What is transparent stands on white, or on black or grey where it would vanish there. One of more than
    16 million pixels comes smaller. It is decoded in another process, within the limits on time and memory;
    `max_pixels`, in place of theirs, is held against the header before. Raises ImageError, a sentence that
    names the file (`name`, where the source is bytes).
    """
    return open_with_remarks(source, max_pixels, name, limits)[0]


def open_with_remarks(
    source, max_pixels: int | None = None, name: str = "", limits: Limits | None = None
) -> tuple[Image.Image, list[str]]:
    """As open_image, and sentences on what was decided: which of several pictures, on which ground."""
    limits = limits or Limits()
    if max_pixels is not None:
        limits = replace(limits, image_pixels=max_pixels)
    is_bytes = isinstance(source, (bytes, bytearray, memoryview))
    name = name or ("The image" if is_bytes else Path(source).name)
    answer = decoding.ask(decoding.whole, bytes(source) if is_bytes else Path(source), name, limits)
    return decoding.picture(answer), decoding.remarks(name, answer.facts)


def enlarged(images, times: int):
    """Images (n, h, w, c) -> (n, times·h, times·w, c): each pixel stands repeated."""
    return images.repeat(times, 1).repeat(times, 2)


def bicubic(images, times: int) -> np.ndarray:
    """Images (n, h, w, c) -> (n, times·h, times·w, c) along cubic curves, Keys (1981) with a = −½."""
    n, h, w, c = images.shape
    size = (times * w, times * h)
    larger = [np.asarray(from_array(image).resize(size, Image.Resampling.BICUBIC)) for image in images]
    return np.stack(larger).reshape(n, times * h, times * w, c)


ENLARGING = {"nearest": enlarged, "bicubic": bicubic}  # without a network: images and how many times


def in_colour(image):
    """Grey or in colour, (…, h, w, 1 or 3) -> (…, h, w, 3)."""
    return image if image.shape[-1] == 3 else np.repeat(image, 3, -1)


def grid(images, columns: int | None = None) -> np.ndarray:
    """Images (n, h, w, c) side by side without gaps -> (H, W, c); nearly square unless `columns` is given.

    What is left over in the last row is white.
    """
    n, h, w, c = images.shape
    columns = columns or max(1, math.ceil(math.sqrt(n)))
    rows = math.ceil(n / columns)
    cells = np.full((rows * columns, h, w, c), 255, np.uint8)
    cells[:n] = images
    return cells.reshape(rows, columns, h, w, c).swapaxes(1, 2).reshape(rows * h, columns * w, c)


def png(image) -> bytes:
    """An image (h, w), or (h, w, 1, 3 or 4), as a PNG: lossless, native size.

    Written here, since a drag waits for it: Pillow takes longer, trying filters on every row.
    """
    image = checked(image)
    height, width = image.shape[:2]
    rows = np.zeros((height, 1 + image[0].size), np.uint8)  # each row behind its filter: 0, none
    rows[:, 1:] = image.reshape(height, -1)
    colour = {1: 0, 3: 2, 4: 6}[image.size // (height * width)]  # grey, RGB, RGBA
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.data, 1)), (b"IEND", b""))
    return PNG_BEGIN + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_recipe(content: bytes, recipe: dict) -> bytes:
    """A PNG that says how it was made, in a tEXt chunk: see `recipe_of`. png.js writes the same."""
    chunk = _chunk(b"tEXt", KEYWORD + b"\0" + json.dumps(recipe).encode("ascii"))
    return content[:PNG_HEADER_END] + chunk + content[PNG_HEADER_END:]


def recipe_of(content: bytes) -> str:
    """What a PNG that the page has saved says of how it was made, "" for any other file."""
    place = len(PNG_BEGIN) if content.startswith(PNG_BEGIN) else len(content)
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + length]
        name, zero, text = body.partition(b"\0")
        if kind == b"tEXt" and zero and name == KEYWORD:
            return text.decode("latin-1")
        place += 12 + length
    return ""


def data_uri(image) -> str:
    """The PNG of an image (h, w, c) as an address that a page shows without another request."""
    return "data:image/png;base64," + base64.b64encode(png(image)).decode("ascii")


def webp_uri(image) -> str:
    """The same for a large picture, as a WebP that may be some levels off, in far fewer bytes."""
    out = io.BytesIO()
    from_array(image).convert("RGB").save(out, "WEBP", quality=90)
    return "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def gif(frames, fps: float, scale: int = 1) -> bytes:
    """Frames (n, h, w, c) as an endless GIF, each pixel `scale` pixels wide; 50 frames a second at most.

    A frame that shows the same as the one before lengthens that one instead.
    """
    _check_frames(frames, fps, scale)
    # GIF counts in hundredths of a second; rounding the running sum keeps the whole as long as it should be
    ends = np.rint(np.arange(len(frames) + 1) * (100 / min(fps, 50))).astype(int)
    first, *rest = (from_array(frame) for frame in _scaled(frames, scale))
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=rest, loop=0, duration=(10 * np.diff(ends)).tolist())
    return out.getvalue()


def webp(frames, fps: float, scale: int = 1) -> bytes:
    """Frames (n, h, w, c) as an endless animated WebP, lossless: all colours, and fewer bytes than a GIF."""
    _check_frames(frames, fps, scale)
    ends = np.rint(np.arange(len(frames) + 1) * (1000 / fps)).astype(int)  # milliseconds
    first, *rest = (from_array(frame) for frame in _scaled(frames, scale))
    out = io.BytesIO()
    first.save(out, "WEBP", save_all=True, append_images=rest, loop=0, lossless=True, method=0,
               duration=np.diff(ends).tolist())  # fmt: skip
    return out.getvalue()


def mp4(frames, fps: float, scale: int = 1) -> bytes:
    """Frames (n, h, w, c) as H.264 in yuv420p, which browsers play; an odd side repeats its last line."""
    import av  # 30 MB of video libraries that only an export needs

    _check_frames(frames, fps, scale)
    rate = Fraction(fps).limit_denominator(1001)
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "16"})
        stream.pix_fmt = "yuv420p"
        for number, frame in enumerate(_scaled(frames, scale)):
            picture = av.VideoFrame.from_ndarray(_even_rgb(frame), format="rgb24")
            if not number:
                stream.width, stream.height = picture.width, picture.height
            picture.pts, picture.time_base = number, 1 / rate
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return out.getvalue()


def _check_frames(frames, fps: float, scale: int):
    if not len(frames):
        raise ImageError("There are no frames to save.")
    if not (math.isfinite(fps) and fps > 0) or scale < 1:
        raise ImageError("A film needs more than 0 frames a second and a scale of 1 or more.")


def _scaled(frames, scale: int) -> Iterator[np.ndarray]:
    """One frame at a time: a long walk at full scale need not stand in memory whole."""
    for frame in frames:
        yield frame.repeat(scale, 0).repeat(scale, 1)


def _even_rgb(frame: np.ndarray) -> np.ndarray:
    h, w, c = frame.shape
    even = np.pad(frame, ((0, h % 2), (0, w % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(even.repeat(3, 2) if c == 1 else even)
