"""Pictures to take in, and the taking in: for the tests of people's own images."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from gan.data import DataError, prepare
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

    def run(*files, limits=SMALL, size=32, channels=3):
        return prepare(list(files), size, channels, folder / "own.npz", limits)

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
