"""What one draws with, on any pad there is: tools and colours, and drawings as the script sends them."""

import base64
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy import ndarray

from gan.studio import Paint
from gan.ui.markup import Markup, html, joined

UNFIT = "This drawing does not fit the model; reload the page."


def canvas(name: str) -> Markup:
    """The pad itself; name: what is drawn on it."""
    return html(
        """<canvas class="pixels pad" data-part="pad" tabindex="0" role="application"
  aria-label="{}, a grid to draw on: arrow keys move, space paints"></canvas>""",
        name,
    )


def tools(more: Markup) -> Markup:
    """The hand's tools, colours, and `more` below them."""
    return html(
        """<div class="tools" data-part="tools">
  <div class="buttons" role="group" aria-label="Tools" data-part="hand">
    <button type="button" data-tool="brush" aria-pressed="true">Brush</button>
    <button type="button" data-tool="fill" aria-pressed="false">Fill</button>
    <button type="button" data-tool="erase" aria-pressed="false">Eraser</button>
    <label class="field">Size <input type="range" data-part="size" min="1" max="4" value="1"></label>
    <button type="button" data-do="undo">Undo</button>
    <button type="button" data-do="redo">Redo</button>
    <button type="button" data-do="clear">Clear</button>
  </div>
  <div class="palette" data-part="palette"></div>
  <p class="about"><span data-part="does">You paint with</span> <b data-part="paint"></b></p>
  <div class="buttons">{}</div>
</div>""",
        more,
    )


def palette(paints: Sequence[Paint]) -> Markup:
    """A radio for each colour, grouped; its value is the colour, #rrggbb."""
    groups = [(name, list(some)) for name, some in groupby(paints, lambda paint: paint.group)]
    return joined(
        html("<fieldset><legend>{}</legend>{}</fieldset>", name or "Colour", joined(map(_swatch, some)))
        for name, some in groups
    )


def _swatch(paint: Paint) -> Markup:
    colour = f"#{paint.colour:06x}"
    return html(
        '<label class="swatch" title="{}"><input type="radio" name="paint" value="{}" aria-label="{}">'
        '<i style="background:{}"></i></label>', paint.name, colour, paint.name, colour,
    )  # fmt: skip


def packed(pixels: ndarray) -> str:
    """Pixels as the script and the server send them to each other, base64."""
    return base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode("ascii")


def unpacked(text, side: int, channels: int) -> ndarray:
    """A drawing (side, side, channels) uint8 as the script sends it. Raises ValueError for anything else."""
    try:
        pixels = base64.b64decode(text if isinstance(text, str) else "", validate=True)
    except ValueError:
        pixels = b""
    if len(pixels) != side * side * channels:
        raise ValueError(UNFIT)
    return np.frombuffer(pixels, np.uint8).reshape(side, side, channels)
