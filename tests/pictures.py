"""Pictures to take in, and the taking in: for the tests of people's own images."""

import base64
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan.data import Choices, DataError, prepare
from gan.limits import Limits

SMALL = Limits(train_images_least=2)


def picture(number: int, size: int = 32) -> bytes:
    """A plain picture, another colour for each number."""
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour(number)).save(out, "PNG")
    return out.getvalue()


def colour(number: int) -> tuple[int, int, int]:
    return (number % 256, number // 256, 100)


def packed(path, members: dict[str, bytes], method=zipfile.ZIP_DEFLATED, comment: bytes = b""):
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def taking(folder: Path):
    """What takes files in to own.npz in a folder."""

    def run(*files, limits=SMALL, size=32, channels=3, **choices):
        return prepare(list(files), size, channels, folder / "own.npz", limits, choices=Choices(**choices))

    return run


def refusing(folder: Path):
    """What takes files in, is refused and returns the sentence; nothing may be left behind."""

    def run(*files, **options) -> str:
        with pytest.raises(DataError) as caught:
            taking(folder)(*files, **options)
        assert not list(folder.glob("*"))
        text = str(caught.value)
        assert text.endswith(".") and "\n" not in text and str(folder.parent) not in text
        return text

    return run


def drawn(number: int, side: int = 64) -> tuple[Image.Image, Image.Image]:
    """A true pair: the outlines of a few shapes, and the shapes in colour; another for each number."""
    random = np.random.RandomState(number)
    lines, shapes = Image.new("RGB", (side, side), "white"), Image.new("RGB", (side, side), "#dde")
    for _ in range(3):
        left, top = (int(place) for place in random.randint(0, side // 2, 2))
        box = [
            left,
            top,
            left + random.randint(side // 6, side // 2),
            top + random.randint(side // 6, side // 2),
        ]
        shape = ("ellipse", "rectangle")[random.randint(2)]
        getattr(ImageDraw.Draw(lines), shape)(box, outline="black", width=2)
        getattr(ImageDraw.Draw(shapes), shape)(box, fill=tuple(random.randint(0, 200, 3).tolist()))
    return lines, shapes


def as_file(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def side_by_side(one: Image.Image, other: Image.Image) -> Image.Image:
    both = Image.new("RGB", (one.width + other.width, one.height))
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    return both


def pixels(address: str) -> np.ndarray:
    """An image that came as a data URI, in whole numbers that can be subtracted."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))), int)
