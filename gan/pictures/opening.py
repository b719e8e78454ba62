"""A picture file as sRGB, upright, whatever it is; what it holds beyond its first picture is told.

What is read here is strangers': call it in a process that may die of it, see decoding.py.
"""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PIL import Image, UnidentifiedImageError
from PIL.MpoImagePlugin import MpoImageFile
from PIL.TiffImagePlugin import TiffImageFile

from gan.pictures import colours, kinds, tiffs
from gan.pictures.fitting import ImageError

# Named one by one: Pillow's other readers start programs (EPS), guess from no signature (TGA), hide a picture
# larger than their header says (ICO), or read what hardly anybody has (JPEG 2000, QOI, PCX).
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF")
MANY = 16_000_000  # pixels: a larger picture is made smaller before its colours are worked on
STRIP = 128  # rows of the smaller picture at a time
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
NEW_SUBFILE, SUB_IFDS, DNG = 254, 330, 50706  # tags of TIFF
START = 2048  # bytes by which a file is known
HDR = (16, 18)  # transfers: perceptual quantisation and hybrid log-gamma
MOST_PAGES = 32  # that are looked through
CUT_OFF = "is damaged or cut off, so it can't be read"
# Pillow keeps the upper eight of a colour's bits; cameras fill twelve of sixteen from below
DARK = 16
# Ten bits are kept in twelve and fourteen in sixteen: two bits of such a picture stay empty
DIM = 0.25  # of white
TOO_DEEP = "uses so few of its 16 bits a colour that it would be black here: save it with 8 bits first"
TOO_MUCH = "is damaged, or too large to open: make it smaller first"
# What a file holds beyond the picture that is used -> in a sentence
MORE = {
    "frames": "is an animation: its first frame is used",
    "pages": "has several pages: the first one is used",
    "pair": "holds more than one image: the first one is used",
}


@dataclass(frozen=True)
class Bounds:
    """What a picture's header may state."""

    pixels: int
    side: int


@dataclass(frozen=True)
class Opened:
    """A picture and what was done to have it."""

    image: Image.Image  # RGB, or RGBA where something of it is transparent; at most MANY pixels
    size: tuple[int, int]  # of the file's picture, upright
    modes: tuple[str, ...]  # what it has that it has not here
    more: str = ""  # of MORE
    scale: tuple[float, float] | None = None  # of a grey of more than eight bits: see colours.scale_of
    light: float | None = None  # of more than eight bits: how much of white its brightest place has


def read(source: bytes | str, name: str, bounds: Bounds, side: int = 0) -> Opened:
    """The picture of a file, from its bytes or its path. Raises ImageError.

    With `side` one may be had that is smaller than the file's, but whose sides are as long at least.
    """
    image, start = _header(source, name, bounds)
    primaries, transfer = _meaning(image, start)
    if transfer in HDR:
        raise ImageError(f"{name} is an HDR image, which can't be shown here: save it without HDR first.")
    try:
        image = _page(image, name, bounds)
        if isinstance(image, TiffImageFile) and not tiffs.prepare(image):
            raise ImageError(f"{name} is {kinds.BROKEN}.")
        modes, more, size, scale, light = _modes(image), _more(image), image.size, None, None
        if image.format in ("JPEG", "MPO") and (side or size[0] * size[1] > MANY):
            wanted = (side, side) if side else (size[0] // 2, size[1] // 2)
            width, height = (min(a, max(1, b)) for a, b in zip(size, wanted, strict=True))
            image.draft(None, (width, height))
        image.load()
        turned = _orientation(image)
        size = size[::-1] if turned and turned in (5, 6, 7, 8) else size
        if colours.is_deep(image):
            image, scale, light = _deep(image)
        image = _smaller(image)  # the large one may go now
        image = colours.plain(image, primaries, scale)
        if "16 bit" in modes and "grey" not in modes:
            if 0 < (brightest := _brightest(image)) < DARK:
                raise ImageError(f"{name} {TOO_DEEP}.")
            light = brightest / 255
        upright = image.transpose(UPRIGHT[turned]) if turned in UPRIGHT else image
        return Opened(upright, size, modes, more, scale, light)
    except (ImageError, MemoryError):
        raise
    except Exception as error:  # broken data make Pillow raise nearly any kind, and so does too little memory
        if image.width * image.height > MANY:
            raise ImageError(f"{name} {TOO_MUCH}.") from error
        raise ImageError(f"{name} {f'is {kinds.BROKEN}' if image.format == 'TIFF' else CUT_OFF}.") from error


def _header(source: bytes | str, name: str, bounds: Bounds) -> tuple[Image.Image, bytes]:
    """The file read as far as its first picture's size, and its first bytes."""
    start = source[:START] if isinstance(source, bytes) else _start(source)
    if not start:
        raise ImageError(f"{name} is empty (0 bytes).")
    if start[8:10] == b"CR" and start[:4] == b"II*\0":  # a TIFF as well, of thumbnails
        raise ImageError(f"{name} is {kinds.RAW}.")
    if start[12:16] == b"CgBI":  # a PNG as programs for iPhones hold it, which no other reads
        raise ImageError(f"{name} is {kinds.BROKEN}.")
    try:
        image = Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(_too_large(name, bounds)) from error
    except MemoryError:
        raise
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is {kinds.what_is(name, start)}.") from error
    except Exception as error:  # a broken header; WebP's reader takes all the memory that it needs here
        raise ImageError(f"{name} {TOO_MUCH if start[8:12] == b'WEBP' else f'is {kinds.BROKEN}'}.") from error
    _check(image, name, bounds)
    return image, start


def _start(path: str) -> bytes:
    with Path(path).open("rb") as stream:
        return stream.read(START)


def _meaning(image: Image.Image, start: bytes) -> tuple[int, int]:
    """Primaries and transfer by their numbers in ITU-T H.273, which Pillow does not tell; 1 is usual."""
    if image.format == "AVIF" and (found := re.search(rb"colrnclx(..)(..)", start, re.DOTALL)):
        return struct.unpack(">HH", found[1] + found[2])
    if image.format == "PNG" and (found := re.search(rb"\0\0\0\x04cICP(.)(.)", start, re.DOTALL)):
        return found[1][0], found[2][0]
    return 1, 1


def _check(image: Image.Image, name: str, bounds: Bounds):
    if image.width * image.height > bounds.pixels or max(image.size) > bounds.side:
        raise ImageError(_too_large(name, bounds, image.size))


def _too_large(name: str, bounds: Bounds, size: tuple[int, int] | None = None) -> str:
    measured = f" ({size[0]:,} × {size[1]:,} pixels)" if size else ""
    if size and max(size) > bounds.side:
        return f"{name} is too large{measured}: at most {bounds.side:,} pixels a side, please."
    return f"{name} is too large{measured}: at most {bounds.pixels / 1e6:g} million pixels, please."


def _page(image: Image.Image, name: str, bounds: Bounds) -> Image.Image:
    """Of a TIFF its first page, or the largest one where that is marked as a smaller copy of another."""
    if not isinstance(image, TiffImageFile):
        return image
    tags, is_named_raw = image.tag_v2, name.lower().endswith(kinds.RAW_ENDS)
    is_raw = DNG in tags or (SUB_IFDS in tags and is_named_raw)
    if not is_raw and not _is_copy(tags):
        return image
    hidden = SUB_IFDS in tags or is_named_raw
    first, pages = (False, image.width * image.height), [] if is_raw else list(_pages(image))
    best = max(pages, default=(first, 0))
    if is_raw or (best[0] <= first and hidden):
        raise ImageError(f"{name} is {kinds.RAW}.")
    image.seek(best[1] if best[0] > first else 0)
    _check(image, name, bounds)
    return image


def _pages(image: TiffImageFile) -> Iterator[tuple[tuple[bool, int], int]]:
    """Of each further page whether it is no copy, its pixels, and its number."""
    for page in range(1, MOST_PAGES):
        try:
            image.seek(page)
        except Exception:  # the end, or a page of a kind that Pillow does not know
            return
        yield (not _is_copy(image.tag_v2), image.width * image.height), page


def _deep(image: Image.Image) -> tuple[Image.Image, tuple[float, float], float | None]:
    """A grey of more than eight bits, which of its numbers are black and white, and its light: see Opened."""
    negative, info, white = tiffs.is_negative(image), colours.meaning(image), tiffs.white_of(image)
    image = tiffs.numbers(image) if isinstance(image, TiffImageFile) else image
    image.info = info
    (low, top), high = colours.scale_of(image)
    top = white or top
    return image, (top, low) if negative else (low, top), None if negative or not top else high / top


def _is_copy(tags) -> bool:
    kind = tags.get(NEW_SUBFILE, 0)
    return isinstance(kind, int) and bool(kind & 1)


def _modes(image: Image.Image) -> tuple[str, ...]:
    found = {
        "alpha": image.has_transparency_data,
        "grey": (image.mode.startswith(("1", "L")) or colours.is_deep(image)) and image.mode != "LAB",
        "CMYK": image.mode == "CMYK",
        "16 bit": colours.is_deep(image) or ";16" in str(getattr(image, "tile", "")),  # how Pillow unpacks it
    }
    return tuple(mode for mode, there in found.items() if there)


def _more(image: Image.Image) -> str:
    if not getattr(image, "is_animated", False):
        return ""
    if isinstance(image, MpoImageFile):  # phones put copies and maps of brightness beside their photo
        assert image.mpinfo  # the index of its pictures
        kinds_of = [one["Attribute"]["MPType"] for one in image.mpinfo[0xB002][1:]]
        return "pair" if any(kind.startswith("Multi-Frame") for kind in kinds_of) else ""
    return "pages" if image.format == "TIFF" else "frames"


def _orientation(image: Image.Image) -> int | None:
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # a picture with broken EXIF is still a picture
        return None


def _brightest(image: Image.Image) -> int:
    return max(cast("tuple[int, int]", ends)[1] for ends in image.convert("RGB").getextrema())


def _smaller(image: Image.Image) -> Image.Image:
    """A picture of at most MANY pixels, made smaller strip by strip: a second one as large costs too much."""
    if image.width * image.height <= MANY or colours.is_deep(image):
        return image
    factor = next(k for k in range(2, 99) if image.width * image.height <= MANY * k * k)
    mode = "RGBA" if image.has_transparency_data else {"P": "RGB", "1": "L"}.get(image.mode, image.mode)
    small = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, small.height, STRIP):
        rows = (0, factor * top, image.width, min(image.height, factor * (top + STRIP)))
        strip = image.crop(rows)
        strip = strip if strip.mode == mode else strip.convert(mode)
        small.paste(strip.reduce(factor), (0, top))
    small.info = colours.meaning(image)
    return small
