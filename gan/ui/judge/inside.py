"""D, layer by layer, on a picture that is being judged."""

import base64

import gradio as gr
import numpy as np
from numpy import ndarray

from gan.images import open_image
from gan.studio import ModelInfo, Studio
from gan.ui import inside
from gan.ui.help import explain
from gan.ui.markup import Markup, html
from gan.ui.parts import MISUNDERSTOOD, in_turn
from gan.ui.scripts import scripted

GROUP = "d"  # of the choices
BEGIN = "data:image/png;base64,"
LONGEST = 2**20  # letters of a picture's address
# tells the script who judges, and what lies there, as HTML: the pictures are in it, as the network saw them
JUDGED = """(shown, judge) =>
  void document.dispatchEvent(new CustomEvent("gan:judged", { detail: { shown, judge } }))"""

ABOUT_D = explain(
    "Each block takes the maps of the one before it and makes its own; a map is what one channel says about "
    "each place. A box is drawn as high and wide as its maps, and as deep as there are channels; grey ones "
    "have weights, the others only work on what comes. Each value of a map is made of a small part of the "
    "picture; the further on, the larger that part.",
    "Inside D",
)
INSIDE_D = html("""<details class="inside" data-part="inside">
<summary><h2>Inside D, layer by layer</h2></summary>
<p class="hint">From the picture to its score, block by block. The first maps answer to edges and spots of
colour, later ones to larger shapes, and the last one is the score. {about}</p>
<fieldset class="looked-at"><legend>The picture that is looked at</legend>
  <div data-part="pictures"></div></fieldset>
<p class="judge-notes" role="status" data-part="inside-notice" hidden></p>
<div data-part="look" hidden>
  <div class="net" data-part="net" role="radiogroup" aria-label="The blocks of D"></div>
  <div class="seen"><div class="words" data-part="inside-words"></div>
    <div class="maps as-pictures" data-part="maps" tabindex="0" role="group"
      aria-label="The maps of this block"></div></div>
</div></details>""", about=ABOUT_D)  # fmt: skip


def looked_through(studio: Studio, asked: dict) -> dict:
    """The blocks of D and the maps of one, by its name in "layer", for a "picture" as the page shows it."""
    info = studio.info(str(asked.get("model")))
    picture = picture_of(studio, info, asked.get("picture"))
    D = studio.inside_judge(info.name, picture)
    layers = D.layers()
    here, notice = inside.chosen(layers, asked.get("layer"))
    drawn = inside.network(layers, GROUP, _ends(info))
    return {"layer": here.name, "net": drawn, "notice": notice, **inside.maps(D.maps(here.name))}


def _ends(info: ModelInfo) -> tuple[Markup, Markup]:
    shrunk = f", made {info.enlarged} times smaller" if info.enlarged > 1 else ""
    what = "scores of the patches" if info.patches else "score"
    return (
        html("<b>picture</b><br>{} × {} × {}{} →", info.channels, info.image_size, info.image_size, shrunk),
        html("→ <b>{}</b><br>{:,} weights in all", what, info.parameters[1]),
    )


def picture_of(studio: Studio, info: ModelInfo, address) -> ndarray:
    """A picture as the page has it, (h, w, c) uint8. Raises ValueError for what does not fit the model."""
    if not isinstance(address, str) or not address.startswith(BEGIN) or len(address) > LONGEST:
        raise ValueError(MISUNDERSTOOD)
    try:
        content = base64.b64decode(address.removeprefix(BEGIN), validate=True)
    except ValueError:
        raise ValueError(MISUNDERSTOOD) from None
    side = info.image_size
    image = open_image(content, max_pixels=side * side, name="The picture", limits=studio.limits)
    if image.size != (side, side):
        raise ValueError("This picture does not fit the model; choose it again.")
    return np.asarray(image)[..., : info.channels]


# Layout


def build(studio: Studio, shown: gr.HTML, model: gr.Dropdown, apart: str):
    """The part below what is judged, `shown`, by `model`. apart: a class of what makes room for the game."""
    scripted("judge/inside", *in_turn(looked_through), studio=studio, value=None, html_template="${first}",
             first=INSIDE_D, elem_id="judge-inside", elem_classes=apart)  # fmt: skip
    shown.change(None, [shown, model], None, js=JUDGED)
