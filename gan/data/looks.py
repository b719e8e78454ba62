"""How a picture of a set looks once it is small, and on which ground the transparent ones of a set stand."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gan.data import bars, halves, sprites
from gan.pictures import pixelart
from gan.pictures.colours import GROUNDS, PLAIN, best_ground, on_ground, over, vanishes
from gan.pictures.fitting import fit
from gan.pictures.opening import DIM, Opened

if TYPE_CHECKING:
    from gan.data.pile import Pile

SIDE = bars.LOOKED_AT  # pixels that the shorter side of a photo has at least before it is made small
SAMPLE_SIDE = 192  # of a picture that is shown as an example
TOLERATED = 0.02  # share of drawings that may vanish on white, which most drawings are meant for
MORE = {
    "frames": ("1 file is an animation: its first frame is used.",
               "{:,} files are animations: the first frame of each is used."),
    "pages": ("1 file has several pages: the first one is used.",
              "{:,} files have several pages: the first one of each is used."),
    "pair": ("1 file holds more than one image: the first one is used.",
             "{:,} files hold more than one image: the first one of each is used."),
}  # fmt: skip


def look(
    opened: Opened, size: int, channels: int, how: str, cut_bars: bool, sample: bool, first: bool = False
) -> tuple:  # fmt: skip
    """The picture as a small square, uint8; a transparent one on white and on black, between which all are.

    Last, where a `sample` is asked for and it is not square, comes a larger one, RGB. Of the `first` pictures
    it is told whether they are sprite sheets.
    """
    image, is_clear = opened.image, opened.image.mode == "RGBA"
    between = None if is_clear else bars.inside(image)
    scale = opened.size[0] / image.width
    facts = {
        "pixels": opened.size[0] * opened.size[1], "size": opened.size, "modes": opened.modes,
        "more": opened.more, "scale": opened.scale, "light": opened.light,
        "barred": between is not None, "sample": None, "grid": _own_grid(image),
        "seam": halves.seam(image) if halves.is_double(opened.size) else "",
        "sheet": sprites.found(image) if first and image.size == opened.size else None,
    }  # fmt: skip
    if between and cut_bars:
        image = image.crop(between)
        facts["size"] = [round(side * scale) for side in image.size]
    parts = [fit(over(image, ground), size, channels, how).tobytes() for ground in (255, 0)[: 1 + is_clear]]
    if sample and image.width != image.height:
        image.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE))
        facts["sample"] = image.size
        parts.append(over(image, best_ground(image) if is_clear else 255).tobytes())
    return facts, parts


def look_at_halves(opened: Opened, size: int, channels: int, how: str) -> tuple:
    """The same of the left and of the right half of a picture; nothing of one that has no two square halves.

    Bars stay: cut off one half alone, the two would no longer fit onto each other.
    """
    image, (width, height) = opened.image, opened.size
    if not halves.is_double(opened.size):
        return {"parts": []}, []
    middle = image.width // 2
    facts, parts = [], []
    for left, right in ((0, middle), (middle, 2 * middle)):
        half = replace(opened, image=image.crop((left, 0, right, image.height)), size=(width // 2, height))
        said, pixels = look(half, size, channels, how, False, False)
        facts.append(said | {"barred": False})
        parts += pixels
    return {"parts": facts}, parts


def look_at_sprites(opened: Opened, size: int, channels: int, how: str, side: int) -> tuple:
    """The same of each drawing of a sprite sheet, whose pixels stay whole; nothing of what is none."""
    if opened.image.size != opened.size or not sprites.fits(opened.size, side):
        return {"parts": []}, []
    facts, parts = [], []
    for drawing in sprites.cut(opened.image, side):
        if size % side == 0:
            drawing = drawing.resize((size, size), Image.Resampling.NEAREST)
        said, pixels = look(
            replace(opened, image=drawing, size=(side, side)), size, channels, how, False, False
        )
        facts.append(said | {"barred": False})
        parts += pixels
    return {"parts": facts}, parts


def _own_grid(image: Image.Image) -> tuple[int, int, int] | None:
    """Of enlarged pixel art its own width and height, and how many times it is enlarged; None for others."""
    times = pixelart.times(image)
    width, height = (side // times for side in image.size)
    return (width, height, times) if times > 1 and width * height > 1 else None


def sample(facts: dict, data: bytes) -> Image.Image:
    return Image.frombytes("RGB", facts["sample"], data)


def settle(pile: "Pile") -> tuple[str, ...]:
    """Puts all transparent pictures of a set on one ground that shows them; sentences on what was decided."""
    notes = [one if count == 1 else many.format(count) for kind, (one, many) in MORE.items()
             if (count := pile.more[kind])]  # fmt: skip
    notes += _on_scales(pile) + _on_light(pile)
    if pile.on_black:
        notes += _on_one_ground(pile)
        _drop_doubles(pile)
    return tuple(notes)


def _on_scales(pile: "Pile") -> list[str]:
    """Where greys of more than eight bits can't be compared with each other."""
    usual = {scale: count for scale, count in pile.scales.items() if scale in PLAIN or scale == (0, 4095)}
    spread = pile.scales.total() - sum(usual.values())
    whites = sorted((top, count) for (_, top), count in usual.items())
    notes = []
    if spread > 1:
        notes.append(
            f"{spread:,} images have values in an unusual range: each is stretched from black to white, so "
            "their brightness can't be compared."
        )
    if len(whites) > 1:
        told = ", ".join(f"{top:,} in {count:,}" for top, count in whites)
        notes.append(
            f"Images of more than 8 bits use different numbers for white: {told}. If they "
            "belong together, save them all the same way with 8 bits first."
        )
    return notes


def _on_light(pile: "Pile") -> list[str]:
    """Where all leave two of their bits empty; of night photos it may be meant."""
    if not 0 < max(pile.lights, default=0) < DIM:
        return []
    return [
        f"The {len(pile.lights):,} images of more than 8 bits are dark: none is brighter than a quarter of "
        "white. If they should be brighter, save them with 8 bits first."
    ]


def _on_one_ground(pile: "Pile") -> list[str]:
    shape = (pile.image_size, pile.image_size, pile.channels)
    step = shape[0] * shape[1] * shape[2]
    pairs = {
        row: tuple(np.frombuffer(data, np.uint8).reshape(shape)
                   for data in (pile.pixels[row * step : (row + 1) * step], black))
        for row, black in pile.on_black.items()
    }  # fmt: skip
    gone = np.array([vanishes(*pair) for pair in pairs.values()]).sum(0)
    best = 0 if gone[0] <= TOLERATED * len(pairs) else int(gone.argmin())
    ground, word = list(GROUNDS.items())[best]
    for row, (on_white, on_black) in pairs.items() if best else ():
        pile.pixels[row * step : (row + 1) * step] = on_ground(on_white, on_black, ground).tobytes()
    of = f"of the {len(pairs):,} images with a transparent background"
    moved = f"{gone[0]:,} {of} would vanish on white, so all of these are put on {word}."
    hidden = f"{gone[best]:,} {of} can hardly be seen on {word}."
    return [moved] * bool(best) + [hidden] * bool(gone[best])


def _drop_doubles(pile: "Pile"):
    """Pictures that differed only in what is transparent may be the same now."""
    step = len(pile.pixels) // len(pile.marks)
    first: dict[bytes, int] = {}  # pixels -> the place of their row among those that stay
    kept, now = list[int](), list[int]()  # the rows that stay; each row's place among these
    for row, mark in enumerate(pile.marks):
        place = first.setdefault(bytes(pile.pixels[row * step : (row + 1) * step]), len(kept))
        now.append(place)
        if place == len(kept):
            kept.append(row)
        else:
            pile.doubles.append((row, mark))
    pile.doubles = [(now[row], mark) for row, mark in pile.doubles]
    if len(kept) == len(pile.marks):
        return
    pile.pixels = bytearray(b"".join(pile.pixels[row * step : (row + 1) * step] for row in kept))
    pile.sizes = type(pile.sizes)("I", (side for row in kept for side in pile.sizes[2 * row : 2 * row + 2]))
    pile.marks = [pile.marks[row] for row in kept]
    pile.seen = first
