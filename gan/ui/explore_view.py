"""What the Explore tab shows, as HTML: pure functions of what the Studio says."""

from functools import lru_cache
from html import escape
from pathlib import Path

import numpy as np
from numpy import ndarray

from gan.images import open_image
from gan.latent import LAST_SEED, Latent
from gan.studio import ModelInfo
from gan.ui.classes import title
from gan.ui.parts import picture
from gan.words import percent

DIRECTIONS = 12  # sliders
FURTHEST = 4.0  # σ, where a slider ends
AROUND = (-2, -1, 0, 1, 2)  # steps from the present image to its neighbours
PAGE = 10  # raw coordinates at a time
STEPS = (0.25, 0.5, 1.0, 1.5)  # σ between neighbours
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def explorer(opened: dict) -> str:
    """The whole component as it first stands on the page, before its script has run."""
    nothing = dict.fromkeys(("alt", "verdict", "models", "classes", "directions", "empty"), "")
    first = {"image": BLANK} | nothing | opened
    return f"""<p class="empty" role="status" data-part="empty">{first["empty"]}</p>
<div class="explorer"><div class="stage">
  <img class="pixels hero" id="explore-image" src="{first["image"]}" alt="{escape(first["alt"])}"
    draggable="false">
  <div class="verdict-place" data-part="verdict">{first["verdict"]}</div>
</div><div class="panel">
  <p class="notice" role="status" data-part="notice"></p>
  <fieldset class="models"><legend>Model</legend>
    <div class="cards" data-part="models">{first["models"]}</div></fieldset>
  <div class="class-place" data-part="classes">{first["classes"]}</div>
  {SEED_ROW}
  <div class="moving">
    <fieldset class="directions"><legend>Directions, strongest first, in σ</legend>
      <div data-part="directions">{first["directions"]}</div></fieldset>
    <fieldset class="neighbourhood"><legend>Neighbours, a click away</legend>
      <div class="cells" data-part="neighbours" role="group" 
        aria-label="Images around the present one; arrow keys move among them, Enter goes there"></div>
      {AXES}</fieldset>
  </div>
  {COORDINATES}
</div></div>"""


SEED_ROW = f"""<div class="seedrow">
  <label class="field">Seed <input type="number" data-field="seed" min="0" max="{LAST_SEED}" step="1"
    value="0" title="The number that the image's latent is drawn from: same seed, same image"></label>
  <span class="buttons"><button type="button" data-do="previous" aria-label="Previous seed">◀</button>
  <button type="button" data-do="next" aria-label="Next seed">▶</button>
  <button type="button" data-do="dice" title="A seed at random">⚄ Dice</button></span>
  <span class="buttons share"><button type="button" data-do="copy"
    title="A link that shows just this image">Copy link</button>
  <a class="button" data-part="save" download="image.png" href="#"
    title="The image as a PNG, at its own size">Save PNG</a></span>
</div><div class="seedrow">
  <label class="field scale-of-z"
    title="z is multiplied by this: below 1 nearer the average image, above 1 bolder">Scale of z
    <input type="range" data-field="scale" min="0" max="2" step="0.01" value="1">
    <output data-value="scale">1.00</output></label>
  <button type="button" data-do="reset"
    title="All sliders back: the seed's own image">Reset to the seed</button>
</div>"""

_AXIS_OPTIONS = "".join(f'<option value="{k}">{k + 1}</option>' for k in range(DIRECTIONS))
_STEP_OPTIONS = "".join(
    f'<option value="{step}"{" selected" if step == 1 else ""}>{step:g} σ</option>' for step in STEPS
)
AXES = f"""<div class="axes">
  <label>→ direction <select data-field="across">{_AXIS_OPTIONS}</select></label>
  <label>↑ direction <select data-field="up">{_AXIS_OPTIONS}</select></label>
  <label>step <select data-field="step">{_STEP_OPTIONS}</select></label></div>"""

COORDINATES = f"""<details class="coordinates" data-part="coordinates">
  <summary>Raw coordinates of z</summary>
  <p class="hint">The numbers that the seed stands for, before directions and scale. A direction moves many of
  them at once; here each moves alone.</p>
  <div data-part="rows"></div>
  <span class="buttons"><button type="button" data-do="page-back">◀ {PAGE} before</button>
  <button type="button" data-do="page-on">next {PAGE} ▶</button>
  <button type="button" data-do="unedit">The seed's own numbers</button></span>
</details>"""


def model_cards(models: list[ModelInfo], chosen: str) -> str:
    """The models as a group of radio buttons, each with images and its facts."""
    return "".join(_card(info, info.name == chosen) for info in models)


def _card(info: ModelInfo, chosen: bool) -> str:
    facts = f"{info.image_size} × {info.image_size}, {info.recipe}"
    details = f"{info.dataset}. {info.parameters[0]:,} parameters in the generator; "
    details += f"trained on {info.images_seen:,} images."
    return (
        f'<label class="card" title="{escape(details)}"><input type="radio" name="explore-model" '
        f'value="{escape(info.name)}"{" checked" if chosen else ""}>{_preview(info)}'
        f"<span><b>{escape(info.title)}</b><small>{escape(facts)}</small></span></label>"
    )


def _preview(info: ModelInfo) -> str:
    if not info.preview.is_file():
        return ""
    return _cropped(info.preview, info.preview.stat().st_mtime_ns, 2 * info.image_size)


@lru_cache(maxsize=256)
def _cropped(preview: Path, changed_ns: int, side: int) -> str:
    """The first four images of the preview's grid; kept, since every opened page asks for all of them."""
    return picture(np.asarray(open_image(preview))[:side, :side], alt="")


def class_choices(info: ModelInfo, chosen: str) -> str:
    """A conditional model's classes as radio buttons, each with its part of one picture of them all."""
    if not info.classes:
        return ""
    last = len(info.classes) - 1
    choices = "".join(
        _class_choice(value, 100 * k / last, value == chosen) for k, value in enumerate(info.classes)
    )
    words = "the same seed and sliders in every class"
    return (
        f"<fieldset><legend>{escape(title(info))} <small>{words}</small></legend>"
        f'<div class="class-cards" style="--count:{last + 1}">{choices}</div></fieldset>'
    )


def _class_choice(value: str, place: float, chosen: bool) -> str:
    name = escape(value)
    return (
        f'<label class="class" title="{name}"><input type="radio" name="explore-class" value="{name}"'
        f'{" checked" if chosen else ""}><i style="background-position:{place:.3f}% 0"></i>'
        f"<span>{name}</span></label>"
    )


def alt(latent: Latent) -> str:
    """What the image is, for those who cannot see it."""
    drawn = f", class {latent.value}" if latent.value else ""
    edited = f", {len(latent.edits)} of its numbers replaced" if latent.edits else ""
    return f"Image that the generator makes of seed {latent.seed}{drawn}{edited}"


def direction_rows(change: ndarray) -> str:
    """A slider for each direction. change (k,): how much of an image each moves per σ, as the Studio says."""
    return "".join(
        _direction_row(k, one, one / max(change[0], 1e-9)) for k, one in enumerate(change[:DIRECTIONS])
    )


def _direction_row(k: int, change: float, strength: float) -> str:
    changes = f"changes the image by {_share(change)}"
    return (
        f'<label class="slide" title="1 σ along direction {k + 1} {changes} of the range of its values '
        f'(root mean square). Double-click: back to 0"><span>{k + 1}</span>'
        f'<i class="strength" style="--share:{strength:.3f}"></i><small>{_share(change)}</small>'
        f'<input type="range" data-move="{k}" min="-{FURTHEST:g}" max="{FURTHEST:g}" step="0.05" value="0" '
        f'aria-label="Direction {k + 1}, {changes} per σ"><output data-value="move-{k}">0.00</output></label>'
    )


def _share(change: float) -> str:
    return percent(change / 2, 1)  # values span 2, from -1 to 1


def cells(moves: list[tuple[float, float]], across: int, up: int) -> str:
    """The neighbourhood as buttons, row by row, over one picture of them all. moves: where each cell lies."""
    return "".join(_cell(number, x, y, across, up) for number, (x, y) in enumerate(moves))


def _cell(number: int, x: float, y: float, across: int, up: int) -> str:
    last = len(AROUND) - 1
    row, column = divmod(number, len(AROUND))
    here = row == column == last // 2
    place = f"direction {across + 1} at {x:+.2f} σ, direction {up + 1} at {y:+.2f} σ"
    return (
        f'<button type="button" class="cell" data-move-across="{x}" data-move-up="{y}" '
        f'tabindex="{0 if here else -1}"{" aria-current=true" if here else ""} '
        f'aria-label="{"Present image: " if here else ""}{place}" '
        f'style="background-position:{100 * column / last:g}% {100 * row / last:g}%"></button>'
    )


def coordinate_rows(values: ndarray, first: int, edited: set[int]) -> str:
    """A slider for each of these coordinates, the first of them number `first`."""
    return "".join(
        f'<label class="slide{" edited" if place in edited else ""}"><span>z<sub>{place}</sub></span>'
        f'<input type="range" data-coordinate="{place}" min="-4" max="4" step="0.01" value="{value:.4f}" '
        f'aria-label="Coordinate {place}"><output>{value:.2f}</output></label>'
        for place, value in enumerate(values, first)
    )
