"""Walks through latent space: from seed to seed, from class to class; played in the browser, saved as films.

All frames of a walk reach the page in one picture, so that playing and scrubbing ask the server nothing.
"""

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import gradio as gr
import numpy as np
from numpy import ndarray

from gan.images import data_uri, gif, grid, mp4
from gan.latent import WAYS, parse_seeds, walk
from gan.studio import Studio
from gan.ui.classes import Stop, latents, read_classes, slug, stops, title
from gan.ui.parts import in_a_sentence, script

COLUMNS = 16  # of the sheet that holds the frames: 240 frames of 64 pixels are 1024 x 960
SAVED_SIDE = 256  # pixels, at least, of a saved film: chats and slides show small ones blurred
FORMATS = {"gif": (gif, "image/gif"), "mp4": (mp4, "video/mp4")}
KINDS = [("curved (slerp)", "slerp"), ("straight (lerp)", "lerp")]

PLAYER = """<div class="walk-player" data-part="player" hidden>
  <canvas class="pixels" role="img" width="1" height="1"></canvas>
  <div class="transport">
    <button type="button" data-do="play" aria-label="Pause">❚❚</button>
    <input type="range" min="0" max="0" value="0" step="1" aria-label="Frame of the walk">
    <output></output>
  </div>
  <div class="filmstrip" role="group" aria-label="Frames of the walk; click one to see it"></div>
</div>
<p class="empty" data-part="hint"><span>Name some seeds and press <b>Make the walk</b>: the images between
them play here.</span></p>"""

FASTER = """(fps) => void document.dispatchEvent(new CustomEvent("gan:fps", {detail: fps}))"""


@dataclass(frozen=True)
class Walk:
    """A walk, checked: what is made, played and saved."""

    model: str
    stops: tuple[Stop, ...]
    frames: int
    kind: str
    loop: bool
    fps: float

    def file_name(self, kind: str) -> str:
        seeds, classes = (dict.fromkeys(names) for names in zip(*self.stops, strict=True))  # each but once
        return f"walk-{self.model}{slug(*map(str, [*seeds][:6]), *[*classes][:3])}.{kind}"

    def words(self) -> str:
        stops = ", ".join(f"{seed} ({value})" if value else f"{seed}" for seed, value in self.stops)
        return f"Walk through seeds {stops}"


def read_walk(studio: Studio, model, seeds, kind="slerp", frames=48, loop=True, fps=12, classes=()) -> Walk:
    """The Walk that someone asked for, in the page or over HTTP. Raises ValueError, a sentence."""
    limits = studio.limits
    if not model:
        raise ValueError("There is no model to walk through yet; train one first.")
    info = studio.info(model)
    named = stops(
        info, parse_seeds(str(seeds), limits.walk_seeds), read_classes(info, classes), limits.walk_seeds
    )
    if len(named) < 2:
        or_classes = "; or one seed and two classes" if info.classes else ""
        raise ValueError(f"A walk goes from seed to seed: name at least two, like 1,2 or 1-4{or_classes}.")
    if kind not in WAYS:
        raise ValueError(f"A walk is one of {', '.join(WAYS)}, not “{str(kind)[:20]}”.")
    frames = int(_number("The number of frames", frames, 2, limits.walk_frames))
    return Walk(model, tuple(named), frames, kind, bool(loop), _number("Frames a second", fps, 1, 30))


def _number(what: str, value, low: float, high: float) -> float:
    is_number = isinstance(value, (int, float)) and math.isfinite(value)
    if not is_number or not low <= value <= high:
        raise ValueError(f"{what} must be from {low:g} to {high:g}, not {str(value)[:20]}.")
    return value


def walk_images(studio: Studio, asked: Walk) -> ndarray:
    """Its frames, (n, h, w, c) uint8; each stop's own image stands exactly on one of them.

    Between two classes lies their mix, straight: a class has no circle to walk along.
    """
    z, classes = latents(studio.info(asked.model), asked.stops)
    path = np.concatenate(
        [walk(z, asked.frames, asked.kind, asked.loop), walk(classes, asked.frames, "lerp", asked.loop)], 1
    )
    some = studio.limits.generate_images  # at a time, so that one walk takes no more memory than one request
    return np.concatenate(
        [studio.generate(asked.model, path[k : k + some]) for k in range(0, len(path), some)]
    )


def film(images: ndarray, format: str, fps: float) -> bytes:
    """A file of these frames, "gif" or "mp4", enlarged by a whole number so that the pixels stay crisp."""
    return FORMATS[format][0](images, fps, scale=max(1, -(-SAVED_SIDE // images.shape[1])))


# Listeners


def asked_for(studio: Studio, shown: dict | None, seeds, kind, frames, loop, fps, classes=()) -> Walk:
    """The Walk of the controls. shown: the model in sight, and its class, for where none is named."""
    shown = shown or {}
    return read_walk(
        studio, shown.get("model"), seeds, kind, frames, loop, fps, classes or shown.get("class") or ""
    )


@in_a_sentence
def made(studio: Studio, *asked) -> dict:
    """What the player plays: the sheet of frames and how it is laid out."""
    one = asked_for(studio, *asked)
    images = walk_images(studio, one)
    return {
        "sheet": data_uri(grid(images, COLUMNS)), "columns": COLUMNS, "frames": len(images),
        "width": images.shape[2], "height": images.shape[1], "fps": one.fps, "loop": one.loop,
        "words": one.words(),
    }  # fmt: skip


@in_a_sentence
def saved(format: str, studio: Studio, *asked) -> dict:
    """A film for the browser to keep: no file is left on the server."""
    one = asked_for(studio, *asked)
    data = base64.b64encode(film(walk_images(studio, one), format, one.fps)).decode("ascii")
    return {"name": one.file_name(format), "address": f"data:{FORMATS[format][1]};base64,{data}"}


def offered(studio: Studio, shown: dict | None, chosen: list[str] | None) -> dict:
    """The choice of classes, for the model in sight; hidden for one that is told none."""
    try:
        info = studio.info((shown or {}).get("model"))
    except ValueError:  # none is in sight yet, or it is gone
        return gr.update(visible=False)
    kept = [one for one in chosen or () if one in info.classes]
    return gr.update(choices=info.classes, value=kept, label=title(info), visible=bool(info.classes))


# Layout


def build(studio: Studio, shown: gr.HTML):
    """The walk below the explorer. shown: the component whose value is the model and the class in sight."""
    with gr.Row(elem_id="walk", equal_height=False):
        with gr.Column(min_width=300):
            player = gr.HTML(
                html_template=PLAYER, js_on_load=script("shared.js", "walk.js"), apply_default_css=False,
                padding=False,
            )
        with gr.Column(min_width=300):
            asked = [shown, *controls(studio.limits)]
            make = gr.Button("Make the walk", variant="primary")
            with gr.Row():
                saves = {format: gr.Button(f"Save {format.upper()}") for format in FORMATS}
    keep = gr.HTML(html_template="", js_on_load=script("keep.js"), visible="hidden")
    busy = {"api_visibility": "private", "concurrency_id": "walk", "concurrency_limit": 2,
            "show_progress": "hidden"}  # fmt: skip
    gr.on([make.click, asked[1].submit], partial(made, studio), asked, player, **busy)
    *_, fps, classes = asked
    fps.input(None, fps, js=FASTER)  # a film that plays follows at once
    shown.change(
        partial(offered, studio), [shown, classes], classes, queue=False, show_progress="hidden",
        api_visibility="private",
    )
    for format, button in saves.items():
        _saving(button, partial(saved, format, studio), asked, keep, busy)


def _saving(button: gr.Button, save: Callable, asked: list, keep: gr.HTML, busy: dict):
    """The button says that it is at work, and cannot be pressed twice meanwhile."""
    label, plain = button.value, {"queue": False, "api_visibility": "private", "show_progress": "hidden"}
    pressed = button.click(lambda: gr.Button("Saving …", interactive=False), None, button, **plain)
    pressed.then(save, asked, keep, **busy).then(
        lambda: gr.Button(label, interactive=True), None, button, **plain
    )


def controls(limits) -> list[gr.components.Component]:
    """What a walk is made of, in the order that `asked_for` takes it."""
    gr.Markdown("## A walk from seed to seed")
    seeds = gr.Textbox("0, 1, 2", label="Seeds", info="Two or more, like 1,2,5-10", max_length=200)
    classes = gr.Dropdown(
        [], multiselect=True, visible=False, label="Classes",
        info="One for all seeds or one for each. One seed and several classes: from class to class. "
        "None: the class shown above",
    )
    with gr.Row():
        kind = gr.Radio(KINDS, value="slerp", label="Way", info="Curved stays where latents lie")
        loop = gr.Checkbox(True, label="Closed loop", info="Back to the first seed")
    with gr.Row():
        frames = gr.Slider(2, limits.walk_frames, value=48, step=1, label="Frames")
        fps = gr.Slider(1, 30, value=12, step=1, label="Frames a second")
    return [seeds, kind, frames, loop, fps, classes]
