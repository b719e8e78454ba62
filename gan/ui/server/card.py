"""The picture of a link's preview: what a chat shows before anyone opens the link."""

from io import BytesIO

import numpy as np
from numpy import ndarray
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)  # what chats and social networks ask for
EDGE = 534  # the image's place, square
MARGIN = 48
PAPER, INK, QUIET, LINE = "#ffffff", "#1f2328", "#59636e", "#d4d9df"
REAL, FAKE = "#1d63c4", "#c25100"
TITLE_LETTERS = 34  # in two lines of 17


def compose(title: str, words: str, image: ndarray | None = None) -> bytes:
    """A PNG of 1200 × 630: the image (h, w, c) uint8 in whole crisp pixels, its title, the program's name.

    Letters that the font beside Pillow lacks are left out, for the page's own title has them all.
    """
    card = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(card)
    if image is None:
        _mark(draw, MARGIN, 190, 250)
    else:
        _paste(card, draw, image)
    left, y = MARGIN + EDGE + MARGIN, 180
    for line in _lines(title):
        y = _write(draw, left, y, line, 56, INK)
    y = _write(draw, left, y + 12, words, 32, QUIET)
    _mark(draw, left, SIZE[1] - MARGIN - 38, 36)
    _write(draw, left + 88, SIZE[1] - MARGIN - 44, "GAN Studio", 36, INK)
    out = BytesIO()
    card.save(out, "PNG")
    return out.getvalue()


def _paste(card: Image.Image, draw: ImageDraw.ImageDraw, image: ndarray):
    height, width = image.shape[:2]
    scale = max(1, EDGE // max(height, width))
    shown = Image.fromarray(np.broadcast_to(image, (height, width, 3)).copy())
    shown = shown.resize((width * scale, height * scale), Image.Resampling.NEAREST)
    shown.thumbnail((EDGE, EDGE))  # for an image larger than its place
    left, top = (MARGIN + (EDGE - size) // 2 for size in shown.size)
    card.paste(shown, (left, top))
    frame = (left - 2, top - 2, left + shown.width + 1, top + shown.height + 1)
    draw.rectangle(frame, outline=LINE, width=2)


def _lines(title: str) -> list[str]:
    """Up to two lines of a title, broken between words where that fits."""
    words, lines = title.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= TITLE_LETTERS // 2 or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = [line[: TITLE_LETTERS // 2] for line in lines[:2]]
    return kept if kept == lines else [*kept[:-1], kept[-1][: TITLE_LETTERS // 2 - 1] + "…"]


def _write(draw: ImageDraw.ImageDraw, left: int, top: int, words: str, size: int, colour: str) -> int:
    """Writes a line; gives where the next one begins."""
    known = "".join(letter for letter in words if ord(letter) < 0x250 or letter == "…")
    draw.text((left, top), known, fill=colour, font=ImageFont.load_default(size))
    return top + round(size * 1.3)


def _mark(draw: ImageDraw.ImageDraw, left: int, top: int, size: int):
    """The program's sign: generated is an orange diamond, real a blue circle."""
    half, circle = size / 2, left + round(1.1 * size)
    middle = top + half
    draw.polygon([(left + half, top), (left + size, middle), (left + half, top + size), (left, middle)], FAKE)
    draw.ellipse((circle, top + size * 0.06, circle + size * 0.88, top + size * 0.94), fill=REAL)
