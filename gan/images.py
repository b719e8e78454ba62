"""The one boundary between tensors in [-1, 1], uint8 arrays, and the picture files that people send and get.

Arrays are uint8 with channels last: `h` rows by `w` columns, 1 channel (grey) or 3 (RGB). Only the functions
that meet tensors need torch, so a page that just shows pictures never imports it.
"""

import base64
import io
import math
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

# Named one by one: Pillow's other readers start programs (EPS), guess from no signature (TGA), or hide a
# picture larger than their header says (ICO).
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF", "JPEG2000", "QOI")
READABLE = "PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF"
ORIENTATION = 0x0112  # the EXIF tag, and what undoes each of its values
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageError(ValueError):
    """A picture that can't be used; its text is a sentence for the person who sent it."""


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


def open_image(source, max_pixels: int = 40_000_000, name: str = "") -> Image.Image:
    """The first picture of a file (a path, or its bytes) in RGB: upright, and transparency laid over white.

    `max_pixels` is held against the header before anything is decoded. Raises ImageError, a sentence that
    names the file (`name`, where the source is bytes).
    """
    is_bytes = isinstance(source, (bytes, bytearray, memoryview))
    name = name or ("The image" if is_bytes else Path(source).name)
    try:
        data = bytes(source) if is_bytes else Path(source).read_bytes()
    except FileNotFoundError as error:  # an upload, for one: they are swept away after a while
        raise ImageError(f"{name} is no longer here; choose it again.") from error
    except OSError as error:
        raise ImageError(f"{name} could not be read: {error.strerror or error}.") from error
    return _decode(_open_header(data, name, max_pixels), name)


def _open_header(data: bytes, name: str, max_pixels: int) -> Image.Image:
    if not data:
        raise ImageError(f"{name} is empty (0 bytes).")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(_too_large(name, max_pixels)) from error
    except Exception as error:  # a broken header makes Pillow raise nearly any kind
        raise ImageError(_unreadable(name, data)) from error
    if image.width * image.height > max_pixels:
        raise ImageError(_too_large(name, max_pixels, image.size))
    return image


def _decode(image: Image.Image, name: str) -> Image.Image:
    try:
        image.load()
        upright = _upright(image)
        return to_rgb(upright)
    except Exception as error:  # broken data: again nearly any kind
        raise ImageError(f"{name} is damaged or cut off, so it can't be read.") from error


def _too_large(name: str, max_pixels: int, size: tuple[int, int] | None = None) -> str:
    measured = f" ({size[0]:,} × {size[1]:,} pixels)" if size else ""
    return f"{name} is too large{measured}: at most {max_pixels / 1e6:g} million pixels, please."


def _unreadable(name: str, data: bytes) -> str:
    start = data[:400].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml")) or b"<svg" in start:
        return f"{name} is an SVG drawing, which has no pixels: save it as {READABLE} first."
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"):
        return f"{name} is a HEIC photo, which can't be read here: save it as {READABLE} first."
    return f"{name} is not a picture that can be read here: send {READABLE}."


def _upright(image: Image.Image) -> Image.Image:
    try:
        turn = UPRIGHT.get(image.getexif().get(ORIENTATION))
    except Exception:  # a picture with broken EXIF is still a picture
        turn = None
    return image if turn is None else image.transpose(turn)


def to_rgb(image: Image.Image) -> Image.Image:
    """Any of Pillow's modes as 8-bit RGB, transparency laid over white, deep greys scaled to 0..255."""
    if image.mode.startswith(("I", "F")):
        image = _deep_to_grey(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _deep_to_grey(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and float greys as 8-bit ones.

    Whole numbers are parts of 65,535, floats parts of the least of 1, 255 and 65,535 that holds them all;
    what fits none of these is spread from its least to its greatest value.
    """
    values = np.nan_to_num(np.asarray(image, np.float32), posinf=0, neginf=0)
    tops = (1, 255, 65535) if image.mode == "F" else (65535,)
    low, high = float(values.min()), float(values.max())
    top = next((top for top in tops if low >= 0 and high <= top), None)
    low, span = (low, high - low or 1) if top is None else (0, top)
    return Image.fromarray(np.rint((values - low) * (255 / span)).astype(np.uint8))


def fit(image, size: int, channels: int, how: str = "crop") -> np.ndarray:
    """A picture (Pillow's, or uint8 (h, w), (h, w, 1 | 3 | 4)) as uint8 (size, size, channels).

    What is not square gives its largest centred square (crop), or is whole between bars of its edges' own
    colours (pad) or of white, or is pulled to a square (stretch). Resized with antialiasing; luma (Rec. 601)
    for one channel.
    """
    image = to_rgb(image if isinstance(image, Image.Image) else _from_array(image))
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


def _from_array(image) -> Image.Image:
    image = _checked(image)
    return Image.fromarray(np.ascontiguousarray(image[..., 0] if image.shape[2:] == (1,) else image))


def _checked(image) -> np.ndarray:
    image = np.asarray(image)
    is_picture = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (1, 3, 4))
    if not is_picture or image.dtype != np.uint8 or not image.size:
        raise ImageError(
            f"An image is an array of uint8, (h, w) or (h, w, 1, 3 or 4), not {image.dtype} {image.shape}."
        )
    return image


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
    image = _checked(image)
    height, width = image.shape[:2]
    rows = np.zeros((height, 1 + image[0].size), np.uint8)  # each row behind its filter: 0, none
    rows[:, 1:] = image.reshape(height, -1)
    colour = {1: 0, 3: 2, 4: 6}[image.size // (height * width)]  # grey, RGB, RGBA
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def data_uri(image) -> str:
    """The PNG of an image (h, w, c) as an address that a page shows without another request."""
    return "data:image/png;base64," + base64.b64encode(png(image)).decode("ascii")


def gif(frames, fps: float, scale: int = 1) -> bytes:
    """Frames (n, h, w, c) as an endless GIF, each pixel `scale` pixels wide; 50 frames a second at most.

    A frame that shows the same as the one before lengthens that one instead.
    """
    _check_frames(frames, fps, scale)
    # GIF counts in hundredths of a second; rounding the running sum keeps the whole as long as it should be
    ends = np.rint(np.arange(len(frames) + 1) * (100 / min(fps, 50))).astype(int)
    first, *rest = (_from_array(frame) for frame in _scaled(frames, scale))
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=rest, loop=0, duration=(10 * np.diff(ends)).tolist())
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
