"""A sketch pad: the discriminator's verdict as one draws, and the nearest images there are."""

from numpy import ndarray

from gan.images import enlarged
from gan.measure.scoring import from_elsewhere
from gan.studio import COLOURS, GREYS, ModelInfo, Studio
from gan.ui import drawing
from gan.ui.explore.asked import query_of
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture, verdict

BESIDE = 3  # training images

ABOUT_SKETCH = explain(
    "The discriminator sees your drawing just as it saw real and generated images while it learnt. It has "
    "seen nothing else, so try what convinces it: a clean face, a wrong colour, a single pixel. The "
    "generator’s nearest image is the best of up to 10,000 samples; “Search for it” goes on from there.",
    "Sketch pad",
)
DOES = html("""<button type="button" data-do="from-image">Put the image in sight on it</button>
<button type="button" data-do="search" data-part="search">Search for it in the latent space</button>
<label class="field" data-part="mixed-place">Another colour <input type="color" data-part="mixed"
  aria-label="a colour of your own"></label>""")
SKETCH = html(
    """<details class="sketch drawn-on" data-part="sketch">
<summary>Sketch pad: draw for the discriminator</summary>
<p class="hint">Each stroke is judged at once. When you pause, the nearest images follow: of the generator,
and of those that it learnt from. {about}</p>
<div class="sketch-columns" data-part="sketch-columns" inert>
  <div>{canvas}<div class="verdict-place" data-part="sketch-verdict" role="status"></div></div>
  <div>{tools}<div class="sketch-near" data-part="sketch-near"></div></div>
</div></details>""",
    about=ABOUT_SKETCH, canvas=drawing.canvas("Sketch"), tools=drawing.tools(DOES),
)  # fmt: skip


def sketch_begun(studio: Studio, asked: dict) -> dict:
    """The grid and the colours of a model's pad."""
    info = _info(studio, asked)
    palette = drawing.palette(GREYS if info.channels == 1 else COLOURS)
    return {"side": info.pad_side, "channels": info.channels, "palette": palette}


def sketched(studio: Studio, asked: dict) -> dict:
    """What the discriminator makes of a sketch: every stroke asks for it."""
    info = _info(studio, asked)
    return {"verdict": verdict(from_elsewhere(studio.score(info.name, [_sketch(info, asked)])[0]))}


def near_sketch(studio: Studio, asked: dict) -> dict:
    """The nearest of the generator's samples, with the way there, and of the training images."""
    info = _info(studio, asked)
    sketch = _sketch(info, asked)
    found = studio.nearest_sample(info.name, sketch)
    known = studio.nearest_training(info.name, sketch, BESIDE)
    own = _figure(found.reconstruction, f"The generator’s nearest, of {found.samples:,}", found.error)
    real = joined(_figure(image, "A training image", error) for image, error in known)
    go = html(
        '<div class="buttons"><button type="button" data-do="go" data-query="{}">Open the generator’s in the '
        "sliders</button></div>",
        query_of(info.name, found.point),
    )
    return {"shown": html('<div class="sketch-images">{}{}</div>{}', own, real, go)}


def _figure(image: ndarray, name: str, error: float) -> Markup:
    return html(
        "<figure>{}<figcaption><b>{}</b> {:.0f} grey levels off</figcaption></figure>",
        picture(image, name), name, error,
    )  # fmt: skip


def _info(studio: Studio, asked: dict) -> ModelInfo:
    info = studio.info(str(asked.get("model")))
    if not info.has_latent:
        raise ValueError("This model makes its images out of another picture: draw for it in Translate.")
    return info


def _sketch(info: ModelInfo, asked: dict) -> ndarray:
    """A drawing on the model's own grid, as large as its images."""
    pixels = drawing.unpacked(asked.get("sketch"), info.pad_side, info.channels)
    return enlarged(pixels[None], info.enlarged)[0]
