"""What is what in a pixel face: every pixel is given the part that it belongs to.

The faces are drawn in layers of few colours, and their labels name most of these; what is left is told by
where it lies. Worked out from the pictures themselves, on their own grid of 16 by 16.
"""

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from gan.data.sets import DataSet

DATA, GRID = "pixel_faces", 16

# Colours by the value of a label, the first of each the one that a part is painted in
SKIN = {
    "skin 1": (0xFFDEB4, 0xFFDBAC), "skin 2": (0xF6D4AA, 0xF5CFA0), "skin 3": (0xECC99E, 0xEAC393),
    "skin 4": (0xE3BD93, 0xE0B687), "skin 5": (0xD0A87D, 0xCB9E6E), "skin 6": (0xBD9267, 0xB68655),
    "skin 7": (0xAB7C51, 0xA26D3D), "skin 8": (0x99673B, 0x8D5524),
}  # fmt: skip
HAIR = {
    "auburn": (0x611C17, 0x612616), "black": (0x28150A,), "blond": (0xCAB188,), "blue": (0x009BBD,),
    "brown": (0x603015, 0x603A14), "dark blond": (0xA78961,), "green": (0x91CB15,),
    "light brown": (0x83623B,), "red": (0xBD1700,),
}  # fmt: skip
CLOTHING = {
    "blue": 0x428BCA, "coral": 0xFF6F69, "cream": 0xFFEEAD, "green": 0x44C585, "navy": 0x03396C,
    "red": 0xD11141, "yellow": 0xFFC425,
}  # fmt: skip
HATS = {
    "brown": (0x2E1E05, 0x6D6251), "blue": (0x2663A3, 0x6892BF), "green": (0x3D8A6B, 0x78AD98),
    "grey": (0x989789, 0xB7B6AD), "pink": (0xCC6192, 0xDB91B3), "purple": (0x614F8A, 0x9184AD),
    "red": (0xA62116, 0xC1645D),
}  # fmt: skip
FRAMES = (0x191919, 0x323232, 0x4B4B4B, 0x43677D, 0x5F705C, 0xA04B5D,  # and each where light falls on it
          0x474747, 0x5B5B5B, 0x6F6F6F, 0x698697, 0x7F8D7D, 0xB36F7E)  # fmt: skip
LIPS = (0xD29985, 0xC98276, 0xE35D6A, 0xDE0F0D)
BACKGROUND = 0xFFFFFF


@dataclass(frozen=True)
class Part:
    """A part by name and the colour that stands for it, 0xRRGGBB."""

    name: str
    colour: int
    group: str  # of those that lie beside each other
    natural: bool = True  # it looks like that


PARTS = (
    *(Part(name, colours[0], "Skin") for name, colours in SKIN.items()),
    *(Part(f"{name} hair", colours[0], "Hair") for name, colours in HAIR.items()),
    *(Part(f"{name} hat", colours[0], "Hat") for name, colours in HATS.items()),
    *(Part(f"{name} clothes", colour, "Clothes") for name, colour in CLOTHING.items()),
    Part("eyes", 0x00FFFF, "Face", False),
    Part("mouth", 0xFF00FF, "Face", False),
    Part("beard", 0x7F00FF, "Face", False),
    Part("earrings", 0xFFFF00, "Face", False),
    Part("frame of glasses", 0x000000, "Glasses", False),
    Part("dark lens", 0x606060, "Glasses", False),
    Part("light lens", 0xC0C0FF, "Glasses", False),
    Part("background", BACKGROUND, "Nothing"),
)
COLOURS = {part.name: part.colour for part in PARTS}
ROWS, COLUMNS = np.mgrid[:GRID, :GRID]
EYES = (ROWS >= 4) & (ROWS <= 8) & (COLUMNS >= 3) & (COLUMNS <= 12)
MOUTH = (ROWS >= 9) & (ROWS <= 11) & (COLUMNS >= 5) & (COLUMNS <= 10)
EARS = (ROWS >= 6) & (ROWS <= 8) & ((COLUMNS <= 2) | (COLUMNS >= 13))
SIDES = (ROWS >= 6) & (ROWS <= 8) & ((COLUMNS <= 3) | (COLUMNS >= 12))
BEARD = SIDES | (ROWS == 8) & ((COLUMNS == 4) | (COLUMNS == 11)) | (ROWS >= 9) & (ROWS <= 11)
CHIN, BODY = ROWS == 12, ROWS >= 12
SKIN_TONES = [tone for tones in SKIN.values() for tone in tones]
HAIR_TONES = [tone for tones in HAIR.values() for tone in tones]


def of_faces(data: DataSet, images: ndarray, labels: ndarray) -> ndarray:
    """Pixel faces (n, 16, 16, 3) uint8 and their labels (n, k) -> each pixel in its part's colour."""
    told = {column: np.array(data.label_values[column])[labels[:, data.label_names.index(column)]]
            for column in data.label_names}  # fmt: skip
    return _rgb(_Painter(_codes(images), told).out)


def nearest(images: ndarray) -> ndarray:
    """Any picture (n, h, w, 3) uint8 in the colours of parts that are painted as they are."""
    colours = _rgb(np.array([part.colour for part in PARTS if part.natural])).astype(np.int32)
    off = np.square(images[..., None, :].astype(np.int32) - colours).sum(-1)
    return colours[off.argmin(-1)].astype(np.uint8)


class _Painter:
    """Paints part after part over what is left. Masks and codes are (n, 16, 16)."""

    def __init__(self, code: ndarray, told: dict[str, ndarray]):
        self.code, self.told = code, told
        self.out = np.full(code.shape, BACKGROUND)
        white = code == BACKGROUND
        self.rest = ~white
        self.paint(white & EYES & _inside(code), COLOURS["eyes"])
        self.paint(white & MOUTH, COLOURS["mouth"])
        skin = self.by_label("skin", {name: colours[0] for name, colours in SKIN.items()})
        self.paint(np.isin(code, SKIN_TONES), skin)
        hair = self.by_label("hair_color", {name: colours[0] for name, colours in HAIR.items()})
        self.paint(self.rest & np.isin(code, HAIR_TONES), hair)
        for colours in HATS.values():
            self.paint(self.where("hat", "hat") & np.isin(code, colours) & (ROWS < 5), colours[0])
        self.paint(self.where("beard", "beard") & CHIN, COLOURS["beard"])
        self.paint(self.rest & BODY, self.by_label("clothing_color", CLOTHING))
        self.paint(self.where("earrings", "earrings") & EARS, COLOURS["earrings"])
        with_glasses = self.rest & ~self.where("glasses", "none")
        self.paint(with_glasses & np.isin(code, FRAMES), COLOURS["frame of glasses"])
        self.paint(self.rest & MOUTH & np.isin(code, LIPS), COLOURS["mouth"])
        self.paint(self.where("beard", "beard") & BEARD, COLOURS["beard"])  # of a shade of its own
        self.paint(self.rest & MOUTH, COLOURS["mouth"])
        for lens in ("dark", "light"):
            self.paint(self.where("glasses", lens) & EYES, COLOURS[f"{lens} lens"])
        self.paint(self.rest & EYES, COLOURS["eyes"])
        self.paint(self.rest, skin)

    def paint(self, where: ndarray, colour: ndarray | int):
        self.out = np.where(where, colour, self.out)
        self.rest = self.rest & ~where

    def by_label(self, column: str, colours: dict[str, int]) -> ndarray:
        """(n, 1, 1): the colour that the label of each image names."""
        return np.array([colours[value] for value in self.told[column]])[:, None, None]

    def where(self, column: str, value: str) -> ndarray:
        """What is left of the images with that label."""
        return self.rest & (self.told[column] == value)[:, None, None]


def _inside(code: ndarray) -> ndarray:
    """White that the face surrounds, unlike the ground beside a narrow head."""
    there = code != BACKGROUND
    left = np.logical_or.accumulate(there, 2)
    right = np.logical_or.accumulate(there[:, :, ::-1], 2)[:, :, ::-1]
    return left & right


def _codes(images: ndarray) -> ndarray:
    """(n, h, w, 3) uint8 -> (n, h, w) of 0xRRGGBB."""
    red, green, blue = np.moveaxis(images.astype(np.int64), -1, 0)
    return (red << 16) | (green << 8) | blue


def _rgb(codes: ndarray) -> ndarray:
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], -1).astype(np.uint8)
