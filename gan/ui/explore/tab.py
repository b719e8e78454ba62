"""The Explore tab: one image, and the sliders that move it through its Generator's latent space.

The sliders live in one gr.HTML component whose script (explore.js) calls the server functions below, each
with one JSON value, which is quicker than a Gradio event with fourteen gr.Sliders. The script has one request
under way at a time and asks for the last position when the answer is there. Gradio's own `always_last` lets
two quick events through together, and the older image may come last.
"""

import logging
from collections.abc import Mapping

import gradio as gr
import numpy as np
from numpy import ndarray

from gan.images import data_uri, grid
from gan.labels import one_hot
from gan.latent import Latent
from gan.studio import ModelInfo, Studio
from gan.ui import whose
from gan.ui.explore import (
    closed,
    inside,
    knobs,
    latent_api,
    named,
    own_picture,
    seed_map,
    sketch,
    styles,
    sums,
    teach,
    through,
    view,
    walk,
)
from gan.ui.explore.api import generate_endpoint, interpolate_endpoint
from gan.ui.explore.asked import place, query_of, read_latent, slid, whole
from gan.ui.explore.classes import usual_class
from gan.ui.explore.model_list import model_cards
from gan.ui.explore.pickers import MOST_PICTURED, every, pickers
from gan.ui.explore.view import AROUND, DIRECTIONS, FURTHEST, PAGE, STEPS
from gan.ui.inputs import takes
from gan.ui.markup import Markup
from gan.ui.parts import in_turn, sentence_of, verdict
from gan.ui.scripts import scripted

log = logging.getLogger(__name__)

NO_MODEL = "There is no model yet. Open the Train tab, start a run, and what it makes appears here."
NO_FOLDER = (
    "There is no model here: the folder of models that this page was started with does not exist. Whoever "
    "started it can check --checkpoints; or open the Train tab, start a run, and what it makes appears here."
)
OTHER_WEIGHTS = "The picture was saved from another model of this name, so here it looks different."
GONE = "The model shown here was deleted. This image is from another model."

# What a model opens with when nothing else is asked for, chosen by eye: its labels, or one of its first 64
# seeds where seed 0 is torn.
FIRST: dict[str, dict[str, str]] = {
    "face-builder": {
        "class": "glasses=none+hat=no hat+hair_length=long+hair_color=blue+skin=skin 3+mouth=happy+"
        "beard=no beard+earrings=no earrings+clothing_color=yellow",
    },
    "pixel-faces": {"seed": "57"},
    "fashion": {"seed": "23"},
    "peeps-builder": {
        "class": "hair=bun+expression=happy+glasses=none+facial_hair=none+skin=skin 3+clothing_color=teal",
    },
    "pixel-faces-dcgan": {"seed": "58"},
    "pixel-faces-bigan": {"seed": "35"},
    "fashion-conditional": {"seed": "22"},
    "emoji-builder": {"seed": "40", "class": "style=noto+group=smileys & emotion+skin=none"},
    "stylegan-peeps": {
        "seed": "2",
        "class": "hair=short+expression=happy+glasses=none+facial_hair=none+skin=skin 3+clothing_color=teal",
    },
}

# What the script asks the server


def frame(studio: Studio, asked: dict) -> dict:
    """The image at this position: what every step of a drag asks for, and so no more than it needs."""
    model, latent = place(asked)
    return {
        "image": data_uri(studio.draw(model, latent).image),
        "alt": view.alt(latent),
        "query": query_of(model, latent),
    }


def judged(studio: Studio, asked: dict) -> dict:
    """What the Discriminator makes of that image: asked for some ten times a second during a drag."""
    model, latent = place(asked)
    return {"verdict": verdict(studio.verdict(model, latent)), "unseen": named.unseen(studio, model, latent)}


def opened(studio: Studio, query: dict) -> dict:
    """All that a link asks for; a bad one gets a default image, of its model if it can, and a sentence."""
    browser, refused = whose.of(query), ""
    models = studio.generators(browser)
    for asked in [query, *({"model": name} for name in (query.get("model"), *(one.name for one in models)))]:
        try:
            answer = _opened(studio, models, asked, browser)
            return answer | {"notice": f"{refused} Here is another image instead."} if refused else answer
        except ValueError as error:
            log.info("not opened: %s", error)
            refused = refused or sentence_of(error)
        except Exception:  # one model never takes the page down
            log.exception("not opened: %s", asked.get("model"))
            refused = refused or "That model can't be shown here."
    none = NO_MODEL if studio.checkpoints.is_dir() else NO_FOLDER
    return {"empty": refused if models else next(iter(studio.unreadable(browser).values()), none)}


def latent_of(studio: Studio, model: str, query: Mapping[str, str]) -> tuple[Latent, str]:
    """What a link asks for, within reach of the sliders, and a sentence where that is less; see `within`.

    Raises ValueError for values that make no sense.
    """
    first = FIRST.get(model, {})
    if query.get("seed"):  # from another model, say: that seed, in the labels that this one opens with
        first = {name: value for name, value in first.items() if name != "seed"}
    asked = Latent.from_query(first | {name: value for name, value in query.items() if value})
    return view.within(asked, _names(studio, model) if asked.named else (), _dim(studio, model))


def _names(studio: Studio, model: str) -> set[str]:
    """Of the sliders that have one."""
    called = {one.name for one in named.sliders(studio, model) or ()}
    return called.union(closed.names(_dim(studio, model)))


def _dim(studio: Studio, model: str) -> int:
    """How many numbers a direction of the model has."""
    return studio.directions(model)[0].shape[1]


def _opened(studio: Studio, models: list[ModelInfo], query: dict, browser: str) -> dict:
    name = str(query.get("model") or (models[0].name if models else ""))
    info, (latent, notice) = studio.info(name), latent_of(studio, name, query)
    state = {
        "model": name,
        "seed": latent.seed,
        "scale": latent.scale,
        "moves": latent.moves,
        "edits": latent.edits,
        "class": latent.value or usual_class(info),
        "psi": latent.psi,
        "noise": latent.noise,
        "below": latent.below,
        "layers": latent.layers,
        "named": latent.named,
        "taught": latent.taught,
    }
    weights = studio.weights(name)
    return {
        "state": state,
        "weights": weights,
        "notice": notice or ("" if query.get("weights", weights) == weights else OTHER_WEIGHTS),
        "models": _cards(studio, _with(models, info), name, browser),
        "classes": pickers(info, state["class"]),
        "directions": _directions(studio, info),
        "knobs": knobs.knobs(studio, info),
        "mixing": styles.mixing(info),
        "sums": sums.sums(),
        "through": through.through(studio.moments(name), info.steps),
        **frame(studio, state),
        **judged(studio, state),
    }


def _directions(studio: Studio, info: ModelInfo) -> Markup:
    _, change = studio.directions(info.name)
    by_name = named.directions(named.sliders(studio, info.name), change, info.layers)
    return by_name + closed.fold(_dim(studio, info.name))


def find(studio: Studio, asked: dict) -> dict:
    """Looks for directions with names, and draws all sliders anew."""
    studio.limits.check_open()
    model, _ = place(asked)
    studio.named_directions(model, named.SECONDS)
    return {
        "directions": _directions(studio, studio.info(model)),
        "notice": "" if named.sliders(studio, model) else named.NONE_FOUND,
    }


def cards(studio: Studio, asked: dict) -> dict:
    """The models there are now, for a page that has been open since there were fewer."""
    browser, chosen = whose.of(asked), str(asked.get("model"))
    models = studio.generators(browser)
    try:
        models, gone = _with(models, studio.info(chosen)), ""
    except ValueError:
        gone = GONE
    return {"models": _cards(studio, models, chosen, browser), "gone": gone}


def _cards(studio: Studio, models: list[ModelInfo], chosen: str, browser: str) -> str:
    deletes = not studio.limits.read_only
    return model_cards(models, chosen, browser, studio.unreadable(browser), deletes)


def _with(models: list[ModelInfo], chosen: ModelInfo) -> list[ModelInfo]:
    """A link opens any model: the chosen one is in the list, even if this browser would not find it there."""
    return models if chosen.name in [info.name for info in models] else [*models, chosen]


def neighbours(studio: Studio, asked: dict) -> dict:
    """The images around the present one in the plane of two directions."""
    model, latent = place(asked)
    across, up = (whole(asked.get(key), DIRECTIONS) for key in ("across", "up"))
    step = asked.get("step")
    if step not in STEPS or across == up:
        raise ValueError("Neighbours lie along two different directions, a step apart.")
    here = np.pad(latent.moves, (0, DIRECTIONS))[[across, up]]
    sliders = f"move.{across}", f"move.{up}"
    moves = [
        np.clip(here + step * np.array([x, y]), -FURTHEST, FURTHEST) for y in AROUND[::-1] for x in AROUND
    ]
    moves[len(moves) // 2] = here  # the centre is the present image, wherever a link has put it
    points = [slid(slid(latent, sliders[0], x), sliders[1], y) for x, y in moves]
    images = _drawn(studio, model, latent, points)
    shown = view.cells([tuple(map(float, one)) for one in moves], across, up)
    return {"cells": shown, "sheet": data_uri(grid(images, len(AROUND)))}


def ends(studio: Studio, asked: dict) -> dict:
    """The present image with each slider in turn towards its two ends: a row of two for each.

    Of those without names, of the named ones, of those in closed form, or of somebody's own.
    """
    model, latent = place(asked)
    if asked.get("of") == "own":
        sliders = [f"taught.{name}" for name, *_ in latent.taught]
    elif asked.get("of") == "named":
        sliders = [f"named.{one.name}" for one in named.sliders(studio, model) or ()]
    elif asked.get("of") == "closed":
        sliders = [f"named.{name}" for name in closed.names(_dim(studio, model))]
    else:
        rows = min(len(studio.directions(model)[0]), DIRECTIONS)
        sliders = [f"move.{k}" for k in range(rows)]
    points = [slid(latent, slider, end) for slider in sliders for end in (-view.ENDS, view.ENDS)]
    return {"sheet": data_uri(grid(_drawn(studio, model, latent, points), 2)), "rows": len(sliders)}


def _drawn(studio: Studio, model: str, like: Latent, points: list[Latent]) -> ndarray:
    z, moved = studio.points(model, points)
    return studio.generate(model, z, like, moved)


def classes(studio: Studio, asked: dict) -> dict:
    """The present point with each value of each label, side by side, as the pickers have them."""
    model, latent = place(asked)
    info = studio.info(model)
    if not info.classes:
        raise ValueError("This model is not conditional: it has no classes to choose from.")
    told = one_hot(every(info, latent.value)[:MOST_PICTURED], info.given)
    z, moved = studio.points(model, [latent] * len(told))
    beside = np.concatenate([z[:, : info.latent_dim], told], 1)
    images = studio.generate(model, beside, latent, moved)
    return {"sheet": data_uri(grid(images, len(images)))}


def coordinates(studio: Studio, asked: dict) -> dict:
    """One page of the raw coordinates, as the seed gives them or as they were edited."""
    latent, dim = read_latent(asked), studio.info(str(asked.get("model"))).latent_dim
    pages = -(-dim // PAGE)
    first = PAGE * whole(asked.get("page"), pages)
    z = latent.own(dim)
    rows = view.coordinate_rows(z[first : first + PAGE], first, {place for place, _ in latent.edits})
    return {"rows": rows, "pages": pages}


def is_shown(value) -> bool:
    """What the page sends as the model and the class in sight."""
    return isinstance(value, dict) and all(isinstance(one, str | None) for one in value.values())


# Layout


def build(studio: Studio, tab: gr.Tab):
    """Fill the tab; when it is selected, explore.js asks for models that were trained meanwhile."""
    asked = (opened, cards, frame, coordinates, whose.delete_model, sketch.sketch_begun, sketch.sketched,
             *in_turn(judged, neighbours, ends, classes, styles.mixed, sums.summed, inside.looked_inside,
                      inside.with_channel, teach.pupils),
             *in_turn(through.drawn_through, seed_map.mapped, sketch.near_sketch),
             *in_turn(find, teach.taught))  # fmt: skip
    shown = scripted(
        "explore/explore", *asked, studio=studio,
        value=None,  # the model and the class in sight, for what is below
        html_template="${first}", first=view.explorer(opened(studio, {})), elem_id="explore",
    )  # fmt: skip
    takes(shown, is_shown)
    tab.select(None, js='() => void document.dispatchEvent(new Event("gan:models"))')
    own_picture.build(studio, shown)
    walk.build(studio, shown)
    gr.api(generate_endpoint(studio), api_name="generate")
    gr.api(interpolate_endpoint(studio), api_name="interpolate")
    gr.api(latent_api.encode_endpoint(studio), api_name="encode")
    gr.api(latent_api.invert_endpoint(studio), api_name="invert", **own_picture.ALONE)
