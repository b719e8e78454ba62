"""TIFF's rarer numbers, which Pillow's reader takes for others: set right, or told."""

import numpy as np
from PIL import Image, TiffImagePlugin
from PIL.TiffImagePlugin import TiffImageFile

from gan.pictures.colours import extrema

# Pillow's own unpacking of planes takes two bytes of a colour for two pixels; libtiff's does not
TiffImagePlugin.READ_LIBTIFF = True
PHOTOMETRIC, PLANAR, SAMPLE_FORMAT, BITS = 262, 284, 339, 258  # tags
WHITE_IS_ZERO, SEPARATE, SIGNED = 0, 2, 2
# libtiff gives numbers in the machine's order of bytes, whichever the file's is
NATIVE = {
    "F;32F": "F;32NF", "F;32BF": "F;32NF", "I;32S": "I;32NS", "I;32BS": "I;32NS", "I;16S": "I;16NS",
    "I;16BS": "I;16NS",
}  # fmt: skip


def prepare(image: TiffImageFile) -> bool:
    """Before a TIFF is loaded: whether its numbers can be told at all."""
    tags = image.tag_v2
    image.tile = [tile._replace(args=_native(*tile.args or ())) for tile in image.tile]
    signed = SIGNED in tags.get(SAMPLE_FORMAT, ()) and 8 in tags.get(BITS, ())
    return not signed and not (image.mode == "LA" and tags.get(PLANAR) == SEPARATE)


def _native(mode: str, *others) -> tuple:
    """What a tile is unpacked by, with its mode in the machine's order."""
    return NATIVE.get(mode, mode), *others


def numbers(image: TiffImageFile) -> Image.Image:
    """Of a loaded TIFF of more than eight bits, the picture with large unsigned numbers as they are."""
    unsigned = SIGNED not in image.tag_v2.get(SAMPLE_FORMAT, ())
    if image.mode == "I" and unsigned and extrema(image)[0] < 0:  # of 32 bits, as the sign is one
        return Image.fromarray((np.array(image).view(np.uint32) >> 16).astype(np.uint16))
    return image


def is_negative(image: Image.Image) -> bool:
    """Its least number is white, and Pillow, which turns eight bits and fewer around, leaves it so."""
    deep = image.mode.startswith(("I", "F"))
    return isinstance(image, TiffImageFile) and deep and image.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO


def white_of(image: Image.Image) -> int:
    """The greatest number of a TIFF of more than eight bits a value and fewer than sixteen; 0 of others."""
    bits = image.tag_v2.get(BITS, (0,))[0] if isinstance(image, TiffImageFile) else 0
    return 2**bits - 1 if 8 < bits < 16 else 0
