"""Any picture of Pillow's as 8-bit sRGB: colour profiles, gamma, more bits than eight, transparency."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageCms

GROUNDS = {255: "white", 0: "black", 128: "grey"}  # that a transparent picture may stand on, in this order
VANISHED = 0.1  # of the contrast that its shape could have: with less a drawing can't be seen on a ground
NOTHING = 2.0  # levels of 255: what is fainter is no drawing
SPACES = {"RGB": ("RGB", "RGBA", "P", "PA"), "GRAY": ("L", "LA"), "CMYK": ("CMYK",), "Lab": ("LAB",)}
# Wider colours by their number in ITU-T H.273 -> linear sRGB: Rec. 2020 and Display P3, both with D65
PRIMARIES = {
    9: [[1.66049, -0.58764, -0.07285], [-0.12455, 1.13290, -0.00835], [-0.01815, -0.10058, 1.11873]],
    12: [[1.22494, -0.22494, 0], [-0.04206, 1.04206, 0], [-0.01964, -0.07864, 1.09827]],
}
CUBE = np.indices((5, 5, 5)).reshape(1, 3, -1).swapaxes(1, 2).astype(np.uint8) * 63  # colours all over RGB
FINE = 4095  # steps of linear light
BLOCK = 256  # rows at a time
HDR = 16  # floats up to here count from 0 to their own greatest
# What whole numbers are parts of: eight bits and twelve are kept in sixteen as well, and would look black
WHOLE_TOPS, FLOAT_TOPS = (255, 4095, 65535), (1, 255, 65535)
PLAIN = {(0, top) for top in (1, 255, 65535)}  # scales that need no word


def plain(image: Image.Image, primaries: int = 1, scale: tuple | None = None) -> Image.Image:
    """The picture as RGB, or as RGBA where something of it is transparent, in the colours of sRGB.

    `primaries`: of PRIMARIES, what its numbers mean where it has no profile. `scale`: see scale_of.
    """
    if is_deep(image):
        deep, image = image, deep_to_grey(image, scale or scale_of(image)[0])
        image.info = meaning(deep)
    alpha = _alpha(image)
    colours = _managed(image) or _corrected(image, image.convert("RGB"))
    if primaries in PRIMARIES and "icc_profile" not in image.info:
        colours = _narrowed(colours, PRIMARIES[primaries])
    if alpha:
        colours.putalpha(alpha)
    colours.info = {}
    return colours


def is_deep(image: Image.Image) -> bool:
    """One grey of more than eight bits."""
    return image.mode.startswith(("I", "F"))


def meaning(image: Image.Image) -> dict:
    """What a file says of its numbers, for another image of the same."""
    return {key: image.info[key] for key in ("icc_profile", "gamma", "srgb") if key in image.info}


def over(image: Image.Image, ground: int = 255) -> Image.Image:
    """RGB or RGBA as RGB, on a grey of 0 to 255."""
    if image.mode != "RGBA":
        return image
    below = Image.new("RGB", image.size, (ground,) * 3)
    below.paste(image, mask=image.getchannel("A"))
    return below


def to_rgb(image: Image.Image, ground: int = 255) -> Image.Image:
    """Any of Pillow's modes as 8-bit RGB in sRGB's colours, transparency laid over `ground`."""
    return image if image.mode == "RGB" and not image.info else over(plain(image), ground)


def vanishes(on_white: np.ndarray, on_black: np.ndarray) -> list[bool]:
    """Whether a drawing, uint8 on white and on black, can't be seen on each of GROUNDS."""
    low, span = on_black.astype(np.float32), on_white.astype(np.float32) - on_black
    shape = _contrast(255 - span)
    if shape < NOTHING:
        return [False] * len(GROUNDS)
    return [_contrast(low + span * (ground / 255) - ground) < VANISHED * shape for ground in GROUNDS]


def on_ground(on_white: np.ndarray, on_black: np.ndarray, ground: int) -> np.ndarray:
    """What stands between the two, uint8."""
    low = on_black.astype(np.float32)
    return np.rint(low + (on_white - low) * (ground / 255)).clip(0, 255).astype(np.uint8)


def best_ground(image: Image.Image) -> int:
    """The first of GROUNDS on which an RGBA picture can be seen."""
    small = image.resize((64, 64), Image.Resampling.BOX, reducing_gap=2.0)
    hidden = vanishes(*(np.asarray(over(small, ground)) for ground in (255, 0)))
    return next((ground for ground, gone in zip(GROUNDS, hidden, strict=True) if not gone), 255)


def scale_of(image: Image.Image) -> tuple[tuple[float, float], float]:
    """Which of a deep grey's numbers are black and white, and the greatest that it has.

    Numbers are parts of the least of the usual greatest values that holds them all; floats a little beyond 1
    are bright light and go up to their own greatest; what fits none is spread from its least to its greatest.
    """
    ends = [(block.min(), block.max()) for _, block in _blocks(image)]
    low, high = float(min(end[0] for end in ends)), float(max(end[1] for end in ends))
    return _scale(low, high, FLOAT_TOPS if image.mode == "F" else WHOLE_TOPS), high


def deep_to_grey(image: Image.Image, scale: tuple[float, float]) -> Image.Image:
    """16-bit, 32-bit and float greys as 8-bit ones, black and white being at these numbers."""
    low, top = scale
    grey = np.empty(image.size[::-1], np.uint8)
    for rows, block in _blocks(image):
        grey[rows] = np.rint((block - low) * (255 / (top - low or 1)))
    return Image.fromarray(grey)


def _blocks(image: Image.Image) -> Iterator[tuple[slice, np.ndarray]]:
    values = np.asarray(image)
    for top in range(0, len(values), BLOCK):
        rows = slice(top, top + BLOCK)
        yield rows, _finite(values[rows])


def _scale(low: float, high: float, tops: tuple) -> tuple[float, float]:
    if low >= 0 and tops is FLOAT_TOPS and 1 < high <= HDR:
        return 0, high
    top = next((top for top in tops if low >= 0 and high <= top), None)
    return (low, high) if top is None else (0, top)


def _finite(values: np.ndarray) -> np.ndarray:
    return np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)


def _contrast(difference: np.ndarray) -> float:
    return float(np.sqrt(np.square(difference).mean()))


def _alpha(image: Image.Image) -> Image.Image | None:
    if not image.has_transparency_data:
        return None
    alpha = image.convert("RGBA").getchannel("A")
    return alpha if extrema(alpha)[0] < 255 else None


def extrema(band: Image.Image) -> tuple[float, float]:
    """The least and the greatest number of a picture that has one each."""
    low, high = band.getextrema()
    assert not isinstance(low, tuple) and not isinstance(high, tuple)
    return low, high


def _managed(image: Image.Image) -> Image.Image | None:
    """RGB by the picture's colour profile, None where it has none that can be used."""
    try:
        if image.mode == "LAB":
            return _converted(image, ImageCms.createProfile("LAB"))
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        space = profile.profile.xcolor_space.strip()
        if image.mode not in SPACES[space] or (space == "RGB" and _is_srgb(profile)):
            return None
        base = image.convert("L" if space == "GRAY" else space)
        return _converted(base, profile)
    except Exception:  # none, or a broken one: most programs show such a picture without it
        return None


def _converted(image: Image.Image, profile) -> Image.Image:
    intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    srgb = ImageCms.createProfile("sRGB")
    made = ImageCms.profileToProfile(image, profile, srgb, intent, "RGB", flags=flags)
    assert made is not None  # as it would be for one that is changed in place
    return made


def _is_srgb(profile) -> bool:
    """By what it does: linear light, for one, calls itself sRGB as well."""
    change = np.asarray(_converted(Image.fromarray(CUBE), profile)).astype(int) - CUBE
    return bool(np.abs(change).max() <= NOTHING)


def _narrowed(image: Image.Image, matrix: list) -> Image.Image:
    """Wider colours as sRGB's; what lies beyond these becomes the strongest there is."""
    pixels, small = np.array(image), np.float32
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(small)
    light = np.arange(FINE + 1) / FINE
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    curve, turned = np.rint(255 * curve).astype(np.uint8), np.array(matrix, small).T * FINE
    for top in range(0, len(pixels), BLOCK):
        rows = pixels[top : top + BLOCK]
        rows[:] = curve[np.rint(linear[rows] @ turned).clip(0, FINE).astype(np.uint16)]
    return Image.fromarray(pixels)


def _corrected(image: Image.Image, colours: Image.Image) -> Image.Image:
    """A PNG that names a gamma and no colour space, as browsers show it."""
    gamma = image.info.get("gamma")
    if not gamma or "srgb" in image.info or not 0.1 <= gamma <= 5 or abs(gamma * 2.2 - 1) < 0.05:
        return colours
    power = 1 / (2.2 * gamma)
    return colours.point([round(255 * (value / 255) ** power) for value in range(256)] * 3)
