"""People's own images: from files and zips to one .npz that `load` reads like any other data set.

One bad picture is named and skipped; a trick, or too much of anything, refuses the whole upload.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gan.config import IMAGE_SIZES, Limits
from gan.data import store, zips
from gan.data.sets import DataError
from gan.images import ImageError, fit, open_image

# Pixels of all pictures together, as a multiple of Limits.image_pixels: a blank picture packs so small that
# the limit on bytes alone would leave hours of work
PIXELS_IN_ALL = 100
# A zip lists folders and macOS's doubles beside its files; with more lines than this it is not even opened
LINES_A_FILE = 4


@dataclass(frozen=True)
class Intake:
    """What became of an upload."""

    count: int  # images kept
    skipped: tuple[tuple[str, str], ...]  # a file's name, and the sentence that says why
    duplicates: int  # the same pixels as an image before, once cropped and resized; dropped
    path: Path  # of the .npz


@dataclass
class _Pile:
    """The images taken so far, and what they have used of the limits."""

    image_size: int
    channels: int
    limits: Limits
    pixels: bytearray = field(default_factory=bytearray)  # grows in place: no second copy to stack them
    seen: set[bytes] = field(default_factory=set)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    duplicates: int = 0
    bytes_read: int = 0
    pixels_read: int = 0

    def add(self, name: str, data: bytes | ImageError):
        try:
            if isinstance(data, ImageError):
                raise data
            self.bytes_read += len(data)
            _check_bytes(self.bytes_read, self.limits)
            self._keep(open_image(data, self.limits.image_pixels, name))
        except ImageError as error:
            self.skipped.append((name, str(error)))

    def _keep(self, image):
        self.pixels_read += image.width * image.height
        if self.pixels_read > PIXELS_IN_ALL * self.limits.image_pixels:
            raise DataError("These pictures hold too many pixels in all: send fewer, or smaller ones.")
        pixels = fit(image, self.image_size, self.channels).tobytes()
        mark = hashlib.blake2b(pixels, digest_size=16).digest()
        if mark in self.seen:
            self.duplicates += 1
        else:
            self.seen.add(mark)
            self.pixels += pixels

    def images(self) -> np.ndarray:
        shape = (-1, self.image_size, self.image_size, self.channels)
        return np.frombuffer(self.pixels, np.uint8).reshape(shape)


def prepare(
    files: list[Path], image_size: int, channels: int, out: Path, limits: Limits | None = None
) -> Intake:
    """Takes in pictures and zips of pictures, cropped and resized, and writes them to `out`, an .npz.

    Raises DataError, a sentence, for what is refused whole: too many or too large, a zip that is damaged,
    locked or plays tricks, or fewer good pictures than training needs.
    """
    if image_size not in IMAGE_SIZES or channels not in (1, 3):
        raise DataError(f"Images can be {', '.join(map(str, IMAGE_SIZES))} pixels wide, in 1 or 3 channels.")
    pile = _Pile(image_size, channels, limits or Limits())
    try:
        _fill(pile, [Path(file) for file in files])
        count = len(pile.seen)
        _check_enough(count, pile)
        store.write(Path(out), pile.images(), np.zeros((count, 0), np.uint8))
    except OSError as error:
        name = zips.shown(Path(error.filename or "The upload").name)
        raise DataError(f"{name} could not be read or written: {error.strerror or error}.") from error
    return Intake(count, tuple(pile.skipped), pile.duplicates, Path(out))


def _fill(pile: _Pile, files: list[Path]):
    _check_headers(files, pile.limits)
    for file in files:
        for name, data in _contents(file):
            pile.add(name, data)


def _contents(file: Path) -> Iterator[tuple[str, bytes | ImageError]]:
    if zips.is_zip(file):
        yield from zips.contents(file)
    else:
        yield zips.shown(file.name), file.read_bytes()


def _check_headers(files: list[Path], limits: Limits):
    """Holds the files' own sizes and what the zips' directories state against the limits."""
    count = size = 0
    for file in files:
        sizes = _unpacked_sizes(file, limits)
        count, size = count + len(sizes), size + sum(sizes)
        _check_count(count, limits)
        _check_bytes(size, limits)


def _unpacked_sizes(file: Path, limits: Limits) -> list[int]:
    packed = file.stat().st_size
    if not zips.is_zip(file):
        return [packed]
    _check_bytes(packed, limits)
    _check_count(zips.directory_lines(file) // LINES_A_FILE, limits)
    with zips.open_zip(file) as archive:
        members = zips.members(archive)
    zips.check(file, members)
    return [member.file_size for member in members]


def _check_count(count: int, limits: Limits):
    if count > limits.upload_files:
        raise DataError(f"That is more than {limits.upload_files:,} files: send fewer.")


def _check_bytes(size: int, limits: Limits):
    if size > limits.upload_bytes:
        most = f"{limits.upload_bytes / 2**20:g} MB"
        raise DataError(f"That is more than {most} unpacked: send fewer images, or smaller ones.")


def _check_enough(count: int, pile: _Pile):
    if count >= pile.limits.train_images_least:
        return
    usable = "1 usable image" if count == 1 else f"{count:,} usable images"
    doubles = f" ({pile.duplicates:,} more are doubles)" if pile.duplicates else ""
    why = f" {pile.skipped[0][1]}" if pile.skipped else ""
    least = pile.limits.train_images_least
    raise DataError(f"Training needs {least:,} images or more, and here are {usable}{doubles}.{why}")
