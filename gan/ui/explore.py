"""The Explore tab: one image, and the sliders that move it through its Generator's latent space.

The sliders live in one gr.HTML component whose script (explore.js) calls the server functions below, each with
one JSON value. Twelve gr.Sliders would cost a Gradio event three times what this does (see tests/bench), and
their listener could draw two drags in the wrong order; here one request is under way at a time, and the last
position is always asked for.
"""

import logging
from collections.abc import Callable
from functools import lru_cache, wraps
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import gradio as gr
import numpy as np
from numpy import ndarray

from gan.images import data_uri, grid, open_image
from gan.latent import LAST_SEED, Latent
from gan.studio import ModelInfo, Studio
from gan.ui import walk
from gan.ui.image_api import generate_endpoint, interpolate_endpoint
from gan.ui.parts import UNEXPECTED, picture, script, verdict

log = logging.getLogger(__name__)

DIRECTIONS = 12  # sliders
FURTHEST = 4.0  # σ, where a slider ends
AROUND = (-2, -1, 0, 1, 2)  # steps from the present image to its neighbours
PAGE = 10  # raw coordinates at a time
STEPS = (0.25, 0.5, 1.0, 1.5)  # σ between neighbours
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
NO_MODEL = "There is no model yet. Open the Train tab, start a run, and what it makes appears here."


# What the tab shows


def explorer(opened: dict) -> str:
    """The whole component as it first stands on the page, before its script has run."""
    first = opened.get("frame") or {"image": BLANK, "alt": "", "verdict": ""}
    return f"""<p class="empty" role="status" data-part="empty">{opened.get("empty", "")}</p>
<div class="explorer"><div class="stage">
  <img class="pixels hero" id="explore-image" src="{first["image"]}" alt="{escape(first["alt"])}" draggable="false">
  <div class="verdict-place" data-part="verdict">{first["verdict"]}</div>
</div><div class="panel">
  <p class="notice" role="status" data-part="notice"></p>
  <fieldset class="models"><legend>Model</legend>
    <div class="cards" data-part="models">{opened.get("models", "")}</div></fieldset>
  {SEED_ROW}
  <div class="moving">
    <fieldset class="directions"><legend>Directions, strongest first, in σ</legend>
      <div data-part="directions">{opened.get("directions", "")}</div></fieldset>
    <fieldset class="neighbourhood"><legend>Neighbours, a click away</legend>
      <div class="cells" data-part="neighbours" role="group" aria-label="Images around the present one"></div>
      {AXES}</fieldset>
  </div>
  {COORDINATES}
</div></div>"""


SEED_ROW = f"""<div class="seedrow">
  <label class="field">Seed <input type="number" data-field="seed" min="0" max="{LAST_SEED}" step="1" value="0"
    title="The number that the image's latent is drawn from: same seed, same image"></label>
  <span class="buttons"><button type="button" data-do="previous" aria-label="Previous seed">◀</button>
  <button type="button" data-do="next" aria-label="Next seed">▶</button>
  <button type="button" data-do="dice" title="A seed at random">⚄ Dice</button></span>
  <span class="buttons share"><button type="button" data-do="copy" title="A link that shows just this image">Copy
  link</button> <a class="button" data-part="save" download="image.png" href="#"
    title="The image as a PNG, at its own size">Save PNG</a></span>
</div><div class="seedrow">
  <label class="field scale-of-z" title="z is multiplied by this: below 1 nearer the average image, above 1 bolder">
    Scale of z <input type="range" data-field="scale" min="0" max="2" step="0.01" value="1">
    <output data-value="scale">1.00</output></label>
  <button type="button" data-do="reset" title="All sliders back: the seed's own image">Reset to the seed</button>
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
  <p class="hint">The numbers that the seed stands for, before directions and scale. A direction moves many of them
  at once; here each moves alone.</p>
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
    details = f"{info.dataset}: {info.parameters[0]:,} parameters in the generator, {info.images_seen:,} images seen"
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


def direction_rows(change: ndarray) -> str:
    """A slider for each direction. change (k,): how much of an image each moves per σ, as the Studio says."""
    return "".join(
        f'<label class="slide" title="1 σ along direction {k + 1} changes the image by {_share(one)} of the range '
        f'of its values (root mean square)"><span>{k + 1}</span>'
        f'<i class="strength" style="--share:{one / max(change[0], 1e-9):.3f}"></i><small>{_share(one)}</small>'
        f'<input type="range" data-move="{k}" min="-{FURTHEST:g}" max="{FURTHEST:g}" step="0.05" value="0" '
        f'aria-label="Direction {k + 1}, changes the image by {_share(one)} per σ">'
        f'<output data-value="move-{k}">0.00</output></label>'
        for k, one in enumerate(change[:DIRECTIONS])
    )


def _share(change: float) -> str:
    return f"{change / 2:.1%}"  # values span 2, from -1 to 1


def cells(moves: list[tuple[float, float]], across: int, up: int) -> str:
    """The neighbourhood as buttons, row by row, over one picture of them all. moves: where each cell lies."""
    side = len(AROUND)
    return "".join(
        f'<button type="button" class="cell" data-move-across="{x}" data-move-up="{y}" '
        f'tabindex="{0 if here else -1}"{" aria-current=true" if here else ""} '
        f'aria-label="{"Present image: " if here else ""}direction {across + 1} at {x:+.2f} σ, '
        f'direction {up + 1} at {y:+.2f} σ" '
        f'style="background-position:{100 * (k % side) / (side - 1)}% {100 * (k // side) / (side - 1)}%"></button>'
        for k, (x, y) in enumerate(moves)
        for here in [k == side * side // 2]
    )


def coordinate_rows(values: ndarray, first: int, edited: set[int]) -> str:
    """A slider for each of these coordinates, the first of them number `first`."""
    return "".join(
        f'<label class="slide{" edited" if place in edited else ""}"><span>z<sub>{place}</sub></span>'
        f'<input type="range" data-coordinate="{place}" min="-4" max="4" step="0.01" value="{value:.4f}" '
        f'aria-label="Coordinate {place}"><output>{value:.2f}</output></label>'
        for place, value in enumerate(values, first)
    )


# What the script asks the server


def answered(handler: Callable[[Studio, dict], dict]) -> Callable:
    """A server function: a ValueError, written for people, becomes {"error": sentence}; others go to the log."""

    @wraps(handler)
    def answer(studio: Studio, asked: Any) -> dict:
        try:
            if not isinstance(asked, dict):
                raise ValueError("The page and the server do not understand each other; reload the page.")
            return handler(studio, asked)
        except ValueError as error:
            log.info("%s refused: %s", handler.__name__, error)
            return {"error": str(error)}
        except Exception:
            log.exception("%s failed", handler.__name__)
            return {"error": UNEXPECTED}

    return answer


def read_latent(asked: dict) -> Latent:
    """The Latent that the script's JSON stands for. Raises ValueError, a sentence."""
    try:
        moves, edits = tuple(asked.get("moves") or ()), tuple(map(tuple, asked.get("edits") or ()))
        return Latent(asked.get("seed", 0), asked.get("scale", 1.0), moves, edits)
    except TypeError:
        raise ValueError("These positions of the sliders make no sense; reload the page.") from None


def frame(studio: Studio, asked: dict) -> dict:
    """The image at this position and what the Discriminator makes of it: what a drag asks for."""
    model, latent = str(asked.get("model")), read_latent(asked)
    directions, _ = studio.directions(model)
    seen = studio.frame(model, latent.z(directions))
    return {
        "image": data_uri(seen.image),
        "alt": f"Image that the generator makes of seed {latent.seed}. {seen.score.verdict}",
        "verdict": verdict(seen.score),
        "query": urlencode({"model": model} | latent.to_query()),
    }


def opened(studio: Studio, query: dict) -> dict:
    """All that a link asks for; a bad one gets a default image and a sentence."""
    models = studio.models()
    notice = ""
    for name in dict.fromkeys(filter(None, [query.get("model"), *(info.name for info in models)])):
        try:
            latent = Latent() if notice else Latent.from_query(query)
            return _opened(studio, models, name, latent) | {"notice": notice}
        except ValueError as error:
            log.info("not opened: %s", error)
            notice = notice or f"{error} Here is another image instead."
    return {"empty": NO_MODEL}


def _opened(studio: Studio, models: list[ModelInfo], name: str, latent: Latent) -> dict:
    state = {
        "model": name,
        "seed": latent.seed,
        "scale": latent.scale,
        "moves": latent.moves,
        "edits": latent.edits,
    }
    _, change = studio.directions(name)
    return {
        "state": state,
        "models": model_cards(models, name),
        "directions": direction_rows(change),
        "frame": frame(studio, state),
    }


def cards(studio: Studio, asked: dict) -> dict:
    """The models there are now, for a page that has been open since there were fewer."""
    return {"models": model_cards(studio.models(), str(asked.get("model")))}


def neighbours(studio: Studio, asked: dict) -> dict:
    """The images around the present one in the plane of two directions."""
    model, latent = str(asked.get("model")), read_latent(asked)
    across, up = (_whole(asked.get(key), DIRECTIONS) for key in ("across", "up"))
    step = asked.get("step")
    if step not in STEPS or across == up:
        raise ValueError("Neighbours lie along two different directions, a step apart.")
    directions, _ = studio.directions(model)
    z = latent.z(directions)
    here = np.pad(latent.moves, (0, DIRECTIONS))[[across, up]]
    moves = [
        np.clip(here + step * np.array([x, y]), -FURTHEST, FURTHEST) for y in AROUND[::-1] for x in AROUND
    ]
    moves[len(moves) // 2] = here  # the centre is the present image, wherever a link has put it
    plane = latent.scale * (np.array(moves) - here) @ directions[[across, up]]  # (25, dim)
    images = studio.generate(model, (z + plane).astype(np.float32))
    shown = cells([tuple(map(float, one)) for one in moves], across, up)
    return {"cells": shown, "sheet": data_uri(grid(images, len(AROUND)))}


def coordinates(studio: Studio, asked: dict) -> dict:
    """One page of the raw coordinates, as the seed gives them or as they were edited."""
    latent, dim = read_latent(asked), studio.info(str(asked.get("model"))).latent_dim
    pages = -(-dim // PAGE)
    first = PAGE * _whole(asked.get("page"), pages)
    z = Latent(latent.seed, edits=latent.edits).z(np.zeros((0, dim), np.float32))
    rows = coordinate_rows(z[first : first + PAGE], first, {place for place, _ in latent.edits})
    return {"rows": rows, "pages": pages}


def _whole(value, end: int) -> int:
    if not isinstance(value, int) or not 0 <= value < end:
        raise ValueError(f"That must be a whole number from 0 to {end - 1}.")
    return value


# Layout


def build(studio: Studio, tab: gr.Tab):
    """Fill the tab; when it is selected, explore.js asks for models that were trained meanwhile."""
    asked = (opened, cards, frame, neighbours, coordinates)
    view = gr.HTML(
        value=None,  # the model's name, for the walk below
        html_template="${first}",
        first=explorer(opened(studio, {})),
        js_on_load=script("explore.js"),
        server_functions=[_served(handler, studio) for handler in asked],
        apply_default_css=False,
        padding=False,
        elem_id="explore",
    )
    tab.select(None, js='() => void document.dispatchEvent(new Event("gan:models"))')
    walk.build(studio, view)
    gr.api(generate_endpoint(studio), api_name="generate")
    gr.api(interpolate_endpoint(studio), api_name="interpolate")


def _served(handler: Callable, studio: Studio) -> Callable:
    def serve(asked):
        return answered(handler)(studio, asked)

    serve.__name__ = handler.__name__  # what the script calls it by
    return serve
