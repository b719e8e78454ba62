"""The pile that people's pictures come onto, one at a time: cropped, resized, counted, held to the limits.

Wherever pictures come from, one bad one is named and skipped, and too much of anything refuses the whole.
"""

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from gan.data import looks
from gan.data.names import shown
from gan.data.sets import DataError
from gan.data.sprites import LEAST_SIDE, Sheet
from gan.limits import Limits
from gan.pictures import decoding, kinds
from gan.pictures.fitting import ImageError
from gan.pictures.opening import START
from gan.specs import FITS, IMAGE_SIZES

if TYPE_CHECKING:
    from gan.data.pairing import Pairing

# Pixels of all pictures together, as a multiple of Limits.image_pixels: a blank picture packs so small that
# the limit on bytes alone would leave hours of work. Who allows more bytes allows more pixels with them.
PIXELS_IN_ALL = 100
BYTES_A_PIXEL = 8  # four channels of 16 bits, unpacked: no picture's file is larger, but for its header
MOST_VALUES = 256  # of a label: they are kept in a byte
LABELS_FROM = ("", "dataset", "folder", "csv", "names", "none")  # "": from dataset.json, else from folders
SIDES, TWO_FOLDERS = ("left", "right"), ("first", "second")  # of a pair; whichever is named is the source
PAIRS = ("", *SIDES, *TWO_FOLDERS, "none")  # "": as found
MOST_TILE = 2048  # pixels of a sprite sheet's drawing
FEW_WORDS = 4  # of a way to have labels
FIRST = 8  # pictures that are looked at for being sprite sheets
SAMPLES = 6  # pictures that are not square, to show the ways of fitting on
MOST_COSTLY = 20  # pictures that take too long or too much

Progress = Callable[[int, int], None]  # pictures done, pictures in all


class TooMuch(DataError):
    """More than the limits allow, of anything."""


class UncutSheet(DataError):
    """Too few pictures, but among them one that holds many: a sprite sheet of drawings of `side` pixels."""

    def __init__(self, words: str, side: int):
        super().__init__(words)
        self.side = side


@dataclass(frozen=True)
class Choices:
    """What a person decides of how their pictures are taken in. Raises DataError for what there is not."""

    fit: str = "crop"  # how a picture becomes a square: see images.fit
    cut_bars: bool = False  # black or white bars at two sides are cut off first
    labels: str = ""  # where labels come from
    pairs: str = ""  # which of two is the source: see pairing.py
    tiles: int = 0  # sprite sheets are cut into drawings of so many pixels a side; 0: they stay whole

    def __post_init__(self):
        if self.tiles and not (isinstance(self.tiles, int) and LEAST_SIDE <= self.tiles <= MOST_TILE):
            raise DataError(f"A sprite sheet's drawings can be {LEAST_SIDE} to {MOST_TILE:,} pixels a side.")
        asked = (("fit", self.fit, FITS), ("labels", self.labels, LABELS_FROM), ("pairs", self.pairs, PAIRS))
        for what, value, allowed in asked:
            if value not in allowed:
                able = ", ".join(filter(None, allowed))
                raise DataError(f"The {what} can be {able}, not “{shown(str(value))}”.")


USUAL = Choices()


@dataclass(frozen=True)
class Intake:
    """What became of an upload."""

    count: int  # images kept
    skipped: tuple[tuple[str, str], ...]  # a file's name, and the sentence that says why
    duplicates: int  # the same pixels as an image before, once cropped and resized; dropped
    path: Path  # of the .npz, which may go once it has a name
    labels: tuple[str, ...] = ()  # names of its label columns
    torn: int = 0  # of the duplicates: how many had another label than the image that was kept
    modes: dict[str, int] = field(default_factory=dict)  # what was converted, such as "alpha" -> images kept
    sizes: np.ndarray | None = field(default=None, compare=False, repr=False)  # (count, 2): width, height
    notes: tuple[str, ...] = ()  # sentences on what else was decided on the way
    choices: Choices = USUAL
    barred: int = 0  # images kept with black or white bars on two sides, cut off or not
    samples: tuple[Image.Image, ...] = field(default=(), compare=False, repr=False)  # small, none square
    ways: tuple["Way", ...] = ()  # to have labels
    used: str = "none"  # the one of them that was
    name: str = ""  # that `load` knows the images by, once they are kept: see kept.py
    pairing: "Pairing | None" = field(default=None, repr=False)  # where they are pairs, or may be some
    grids: dict[tuple[int, int, int], int] = field(default_factory=dict)  # of pixel art: see looks.py
    tile: int = 0  # side of the drawings in sprite sheets, which all these look like


class Place(NamedTuple):
    """Where a picture of a person's own lies: what labels are worked out from."""

    archive: int  # a zip's number among all that was sent, 0 outside of zips
    path: str  # its folders and its name
    zip: str = ""  # the zip's name, without its ending
    half: str = ""  # of one that holds two pictures side by side: left or right


class Way(NamedTuple):
    """A way to have labels, found in what was sent."""

    kind: str  # one of LABELS_FROM
    source: str  # "the names", "labels.csv"
    words: tuple[str, ...]  # the values of a label, or the names of several

    @property
    def proposal(self) -> str:
        """Labels from the names: cat, dog."""
        rest = len(self.words) - FEW_WORDS
        more = f" and {rest:,} more" if rest > 0 else ""
        return f"Labels from {self.source}: {', '.join(self.words[:FEW_WORDS])}{more}"


@dataclass(frozen=True)
class Labels:
    """Label columns, worked out from the marks that pictures were put on the pile with."""

    names: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # mark -> its values' indices, in the names' order; None where no picture kept has that value
    rows: Mapping[Any, tuple[int | None, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    used: str = "none"


@dataclass
class Pile:
    """The images taken so far, and what they have used of the limits.

    Raises DataError for an image size that no model has.
    """

    image_size: int
    channels: int
    limits: Limits
    choices: Choices = USUAL
    pixels: bytearray = field(default_factory=bytearray)  # grows in place: no second copy to stack them
    sizes: array = field(default_factory=lambda: array("I"))
    marks: list[Hashable] = field(default_factory=list)  # of each image kept
    seen: dict[bytes, int] = field(default_factory=dict)  # an image's digest -> its row
    doubles: list[tuple[int, Hashable]] = field(default_factory=list)  # the row that stayed, the other's mark
    skipped: list[tuple[str, str]] = field(default_factory=list)
    modes: Counter = field(default_factory=Counter)
    barred: int = 0
    seams: Counter = field(default_factory=Counter)  # of pictures twice as wide as high: see halves.py
    grids: Counter = field(default_factory=Counter)  # of enlarged pixel art, its own
    sheets: list[Sheet] = field(default_factory=list)  # among the first pictures
    on_black: dict[int, bytes] = field(default_factory=dict)  # of what is transparent
    more: Counter = field(default_factory=Counter)  # of opening.MORE -> images kept
    scales: Counter = field(default_factory=Counter)  # of greys of more than eight bits
    lights: list[float] = field(default_factory=list)  # of pictures of more than eight bits: see opening.py
    costly: int = 0
    samples: list[Image.Image] = field(default_factory=list)
    bytes_read: int = 0
    pixels_read: int = 0

    def __post_init__(self):
        if self.image_size not in IMAGE_SIZES or self.channels not in (1, 3):
            sizes = ", ".join(map(str, IMAGE_SIZES))
            raise DataError(f"Images can be {sizes} pixels wide, in 1 or 3 channels.")

    def add(self, name: str, data: bytes | ImageError, mark: Hashable = None):
        """Takes one picture, or names it as skipped. `mark` is what labels are worked out from at the end."""
        try:
            if isinstance(data, ImageError):
                raise data
            self.bytes_read += len(data)
            check_bytes(self.bytes_read, self.limits)
            for found, place in self._looks(name, data, mark):
                self._keep(found, place)
        except ImageError as error:
            self.skipped.append((name, str(error)))
            self.costly += isinstance(error, decoding.CostlyError)
            if self.costly >= MOST_COSTLY:
                raise TooMuch(f"{self.costly} of these images can't be opened in time. {error}") from error

    def _looks(self, name: str, data: bytes, mark: Any) -> Iterator[tuple[decoding.Answer, Hashable]]:
        """What comes of a file, with the mark of each: a picture, its halves, or a sheet's drawings."""
        choices = self.choices
        if choices.pairs in SIDES:
            found = _parts(self._ask(looks.look_at_halves, name, data))
            if not found:
                raise ImageError(f"{name} is not twice as wide as it is high, so it is no pair side by side.")
            yield from zip(found, (mark._replace(half=half) for half in SIDES), strict=True)
            return
        if choices.tiles and (found := _parts(self._ask(looks.look_at_sprites, name, data, choices.tiles))):
            check_drawings(len(self.marks) + len(found), self.limits)
            yield from ((drawing, mark) for drawing in found)
            return
        sample, first = len(self.samples) < SAMPLES, len(self.marks) < FIRST
        yield self._ask(looks.look, name, data, choices.cut_bars, sample, first), mark

    def _ask(self, work: decoding.Work, name: str, data: bytes, *more) -> decoding.Answer:
        if not data:  # thousands of these would each be a question to the process that opens pictures
            raise ImageError(f"{name} is empty (0 bytes).")
        if not kinds.MAY_BE_PICTURE.match(data):  # likewise
            raise ImageError(f"{name} is {kinds.what_is(name, data[:START])}.")
        wanted = (self.image_size, self.channels, self.choices.fit)
        return decoding.ask(work, data, name, self.limits, *wanted, *more, side=looks.SIDE, patient=True)

    def _keep(self, found: decoding.Answer, mark: Hashable):
        (pixels, *others), facts = found.parts, found.facts
        self.pixels_read += facts["pixels"]
        if self.pixels_read > _pixels_in_all(self.limits):
            raise TooMuch("These images hold too many pixels in all: send fewer, or smaller ones.")
        sample = looks.sample(facts, others.pop()) if facts["sample"] else None
        digest = hashlib.blake2b(b"".join([pixels, *others]), digest_size=16).digest()
        row = self.seen.setdefault(digest, len(self.marks))
        if row < len(self.marks):
            self.doubles.append((row, mark))
            return
        self.pixels += pixels
        self.sizes.extend(facts["size"])
        self.marks.append(mark)
        self.modes.update(facts["modes"])
        self.more.update(filter(None, [facts["more"]]))
        self.scales.update([tuple(sorted(facts["scale"]))] if facts["scale"] else [])
        self.lights += [facts["light"]] if facts["light"] is not None else []
        self.barred += facts["barred"]
        self.seams.update(filter(None, [facts["seam"]]))
        self.sheets += [Sheet(*facts["sheet"])] if facts["sheet"] else []
        self.grids.update([tuple(facts["grid"])] if facts["grid"] else [])
        if others:
            self.on_black[row] = others[0]
        if sample:
            self.samples.append(sample)

    def images(self) -> np.ndarray:
        """(n, size, size, channels), not copied: nothing may be added as long as someone holds it."""
        shape = (-1, self.image_size, self.image_size, self.channels)
        return np.frombuffer(self.pixels, np.uint8).reshape(shape)


def check_count(count: int, limits: Limits):
    if count > limits.upload_files:
        raise TooMuch(f"That is more than {limits.upload_files:,} files: send fewer.")


def check_drawings(count: int, limits: Limits):
    """As many as files: a sheet of a few kilobytes may hold a thousand, each of which takes its room here."""
    if count > limits.upload_files:
        raise TooMuch(
            f"These sheets hold more than {limits.upload_files:,} drawings: send fewer, or larger squares."
        )


def check_bytes(size: int, limits: Limits):
    if size > limits.upload_bytes:
        most = f"{limits.upload_bytes / 2**20:g} MB"
        raise TooMuch(f"That is more than {most} unpacked: send fewer images, or smaller ones.")


def check_enough(pile: Pile):
    count, least = len(pile.seen), pile.limits.train_images_least
    if count >= least:
        return
    usable = "1 usable image" if count == 1 else f"{count:,} usable images"
    doubles = f" ({len(pile.doubles):,} more are duplicates)" if pile.doubles else ""
    has = f"Training needs {least:,} images or more, but this has {usable}{doubles}."
    if pile.sheets:
        side, across, down = pile.sheets[0]
        what = f"It looks like a sprite sheet, {across} × {down} drawings of {side} × {side} pixels"
        raise UncutSheet(f"{has} {what}: have it cut into these.", side)
    why = f" {pile.skipped[0][1]}" if pile.skipped else ""
    raise DataError(f"{has}{why}")


def _parts(answer: decoding.Answer) -> list[decoding.Answer]:
    """The pictures that one was cut into, each an answer of its own; all have as many parts."""
    facts = answer.facts["parts"]
    each = len(answer.parts) // max(1, len(facts))
    return [decoding.Answer(one, answer.parts[number * each : (number + 1) * each])
            for number, one in enumerate(facts)]  # fmt: skip


def most_bytes(limits: Limits) -> int:
    """Of one picture's file: what is larger is none, and is not even read."""
    return BYTES_A_PIXEL * limits.image_pixels + 2**20


def oversize(name: str, size: int) -> ImageError:
    return ImageError(f"{name} is too large to be an image ({size / 2**20:,.0f} MB).")


def _pixels_in_all(limits: Limits) -> int:
    return int(PIXELS_IN_ALL * limits.image_pixels * max(1, limits.upload_bytes / Limits().upload_bytes))
