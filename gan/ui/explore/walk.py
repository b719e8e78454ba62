"""Walks through latent space from image to image; played in the browser, saved as films.

A walk's stops are whole latents: what someone saw in Explore, with all that was moved there, or plain seeds.

All frames of a walk reach the page in one picture, so that playing and scrubbing ask the server nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import gradio as gr
import numpy as np
from numpy import ndarray

from gan.images import data_uri, grid
from gan.latent import WAYS, Latent, places, walk
from gan.studio import Studio
from gan.ui.explore.classes import choices, file_stem, heading, slug
from gan.ui.explore.stops import is_plain, manners, pictured, read_stop, seed_stops, stop_words, stops_of
from gan.ui.films import FORMATS, SIDES, USUAL_SIDE, address, film
from gan.ui.inputs import takes
from gan.ui.markup import html
from gan.ui.parts import in_a_sentence
from gan.ui.scripts import scripted

LEG = 0.1, 60  # seconds from one stop to the next
COLUMNS = 16  # of the sheet that holds the frames: 240 frames of 64 pixels are 1024 x 960
ABOUT_CURVED = "Curved keeps z at a typical distance from the origin"
KINDS = [("curved (slerp)", "slerp"), ("straight (lerp)", "lerp")]

SAMPLE, SAMPLE_WORDS = "0, 1, 2", "Sample of a walk"  # what plays before anyone has added an image

PLAYER = html("""<div class="walk-player" data-part="player" hidden>
  <p class="walk-about" data-part="old" role="status" hidden>This is the walk as it was: <b>Make the walk</b>
  takes in what you changed.</p>
  <canvas class="pixels" role="img" width="1" height="1"></canvas>
  <div class="transport">
    <button type="button" data-do="play" aria-label="Pause">❚❚</button>
    <input type="range" min="0" max="0" value="0" step="1" aria-label="Frame of the walk">
    <output></output>
  </div>
  <div class="filmstrip" role="group" aria-label="Frames of the walk; click one to see it"></div>
</div>
<p class="empty" data-part="hint"><span>Add a second image, or type seeds and press Enter: the images
between them play here.</span></p>""")

HEADING = html("""<h2 class="walk-heading" tabindex="-1">
Walk: a morph between images, as GIF, WebP or MP4</h2>
<p class="walk-about">Add images you like, just as you see them, with everything you changed. The walk is an
animation that leads from one to the next; where their classes or labels differ, through a mix of both. Below
an image you can set how many seconds it takes to the next one; left empty, all take equally long.</p>""")

STOPS = html("""<div class="walk-stops"><ol data-part="stops" aria-label="Stops of the walk"></ol>
<p class="walk-none" data-part="none">No images yet: a sample walk goes through seeds 0, 1 and 2.</p>
<button type="button" data-do="add">Add this image</button></div>""")

FASTER = """(fps) => void document.dispatchEvent(new CustomEvent("gan:fps", {detail: fps}))"""


# How a walk goes stands in its link (stops.js), and is read from there when the page is loaded.
TOLD = """(kind, loop, frames, fps, ease) => {
    const detail = [kind, loop ? "loop" : "once", frames, fps, ...(ease ? ["ease"] : [])].join();
    document.dispatchEvent(new CustomEvent("gan:film", {detail}));
}"""
# What plays is not what the controls say any more; a seed that is written and taken back says nothing new.
CHANGED = """(seeds) => void (seeds === "" || document.dispatchEvent(new Event("gan:stops-changed")))"""
# What is pressed after the seeds have gone off stays: their stops are added to the list as it is when they
# come, and the field is emptied of nothing but them.
GATHERS = """(...asked) => {
    document.querySelector("#walk-seeds").dataset.sent = asked[1];
    document.dispatchEvent(new Event("gan:walk-gathers"));
    return asked;
}"""
EMPTIED = '(seeds) => (document.querySelector("#walk-seeds").dataset.sent === seeds ? "" : seeds)'
ASKED = """(...asked) => {
    document.dispatchEvent(new Event("gan:walk-asked"));
    return asked;
}"""
MADE = """() => void document.dispatchEvent(new Event("gan:walk-made"))"""
READ = """() => {
    const film = new URLSearchParams(location.search).get("film") || "";
    const [kind, loop, frames, fps, ease] = film.split(",");
    const within = (text, low, high, usual) =>
        /^\\d+$/.test(text) && text >= low && text <= high ? Number(text) : usual;
    return [kind === "lerp" ? "lerp" : "slerp", loop !== "once", within(frames, 2, MOST, 48),
        within(fps, 1, 30, 12), ease === "ease"];
}"""


@dataclass(frozen=True)
class Walk:
    """A walk, checked: what is made, played and saved."""

    model: str
    stops: tuple[Latent, ...]
    places: tuple[float, ...]  # of its frames, see latent.places
    kind: str
    loop: bool
    fps: float

    def file_name(self, kind: str) -> str:
        seeds = dict.fromkeys(str(stop.seed) for stop in self.stops)  # each but once
        classes = dict.fromkeys(stop.value for stop in self.stops)
        texts = "" if all(map(is_plain, self.stops)) else " ".join(stop.to_text() for stop in self.stops)
        return f"{file_stem(f'walk-{self.model}', slug(*seeds), slug(*classes), texts)}.{kind}"

    def words(self) -> str:
        return f"Walk through seeds {', '.join(map(stop_words, self.stops))}"


def read_walk(
    studio: Studio, model, seeds, kind="slerp", frames=48, loop=True, fps=12, classes=(), before=(), *,
    ease=False, seconds=(),
) -> Walk:  # fmt: skip
    """The Walk that someone asked for, in the page or over HTTP. Raises ValueError, a sentence.

    before: latents, each as its text, that the walk passes through before the seeds, which may be none then.
    seconds: from each stop to the next, or None for an even share of the frames.
    """
    limits = studio.limits
    if not model:
        raise ValueError("There is no model yet; train one first.")
    info = studio.info(model)
    named = [read_stop(studio, model, text) for text in before[: limits.walk_seeds + 1]]
    if str(seeds).strip() or not named:
        named += seed_stops(studio, info, seeds, classes)
    _check_count(studio, named)
    if len(named) < 2:
        or_classes = "; or one seed and two classes" if info.classes else ""
        raise ValueError(
            f"A walk goes from image to image: add at least two, or give seeds, like 1,2 or 1-4{or_classes}."
        )
    if kind not in WAYS:
        raise ValueError(f"A walk is one of {', '.join(WAYS)}, not “{str(kind)[:20]}”.")
    frames = int(_number("The number of frames", frames, 2, limits.walk_frames))
    fps = _number("Frames a second", fps, 1, 30)
    legs = [
        None if one is None else fps * _number("The seconds from image to image", one, *LEG)
        for one in seconds
    ]
    at = places(len(named), frames, bool(loop), legs, bool(ease))
    if len(at) > limits.walk_frames:
        raise ValueError(
            f"That walk takes {len(at)} frames, and one has at most {limits.walk_frames}: give it fewer "
            "seconds from image to image, or fewer frames a second."
        )
    return Walk(model, tuple(named), tuple(at.tolist()), kind, bool(loop), fps)


def _check_count(studio: Studio, stops):
    most = studio.limits.walk_seeds
    if len(stops) > most:
        raise ValueError(f"A walk passes through at most {most} images; remove some.")


def _number(what: str, value, low: float, high: float) -> float:
    is_number = isinstance(value, (int, float)) and math.isfinite(value)
    if not is_number or not low <= value <= high:
        raise ValueError(f"{what} must be from {low:g} to {high:g}, not {str(value)[:20]}.")
    return value


def read_seconds(text: str) -> list[float | None]:
    """From each stop to the next, as "1.5,,2": None where it says nothing. Raises ValueError, a sentence."""
    try:
        return [float(part) if part.strip() else None for part in str(text).split(",")]
    except ValueError:
        raise ValueError(f"Seconds are numbers with commas between, not “{str(text)[:20]}”.") from None


def walk_images(studio: Studio, asked: Walk) -> ndarray:
    """Its frames, (n, h, w, c) uint8; each stop's own image stands exactly on one of them.

    Between two classes, or labels, lies their mix, straight: a class has no circle to walk along. Nor have
    moves in a StyleGAN's styles.
    """
    z, moved = studio.points(asked.model, asked.stops)
    z, classes = np.split(z, [studio.info(asked.model).latent_dim], 1)
    at = np.array(asked.places)
    path = np.concatenate([walk(z, at, asked.kind), walk(classes, at, "lerp")], 1)
    if moved is not None:
        moved = walk(moved.reshape(len(moved), -1), at, "lerp").reshape(-1, *moved.shape[1:])
    some = studio.limits.generate_images  # at a time, so that one walk takes no more memory than one request
    parts = (
        (path[alike[k : k + some]], manner, None if moved is None else moved[alike[k : k + some]])
        for manner, alike in manners(asked.stops, at)
        for k in range(0, len(alike), some)
    )
    return np.concatenate([studio.generate(asked.model, *part) for part in parts])


# Listeners


def asked_for(
    studio: Studio, shown: dict | None, seeds, kind, frames, loop, fps, ease=False, classes=(), added=None
) -> Walk:
    """The Walk of the controls. shown: the model in sight, and its class, for where none is named.

    added: the stops that stand on the page. Without any, and without seeds, it is a sample.
    """
    shown, added = shown or {}, added or ()
    seeds = SAMPLE if is_sample(seeds, added) else seeds
    classes = classes or [shown.get("class") or ""]  # no text to be cut: commas may stand in a name
    before, seconds = [stop["text"] for stop in added], [stop.get("seconds") for stop in added]
    return read_walk(studio, shown.get("model"), seeds, kind, frames, loop, fps, classes, before, ease=ease,
                     seconds=seconds)  # fmt: skip


def is_sample(seeds, added) -> bool:
    """Whether the controls name no image at all."""
    return not str(seeds).strip() and not added


def are_stops(value) -> bool:
    """What the page sends as the stops that stand on it."""
    return isinstance(value, list) and all(isinstance(one, dict) and "text" in one for one in value)


@in_a_sentence
def gathered(studio: Studio, shown: dict | None, seeds, *options) -> list | dict:
    """All the stops, those that the seeds name at their end."""
    *_, classes, added = options
    shown, added = shown or {}, added or []
    if not str(seeds).strip():
        return gr.skip()
    info = studio.info(shown.get("model"))
    named = seed_stops(studio, info, seeds, classes or [shown.get("class") or ""])
    _check_count(studio, [*added, *named])
    return [*added, *pictured(studio, info.name, named)]


@in_a_sentence
def made(
    studio: Studio, shown: dict | None, seeds, kind, frames, loop, fps, ease=False, classes=(), added=None
) -> dict:
    """What the player plays: the sheet of frames and how it is laid out. Arguments as for `asked_for`."""
    one = asked_for(studio, shown, seeds, kind, frames, loop, fps, ease, classes, added)
    images = walk_images(studio, one)
    return {
        "sheet": data_uri(grid(images, COLUMNS)), "columns": COLUMNS, "frames": len(images),
        "width": images.shape[2], "height": images.shape[1], "fps": one.fps, "loop": one.loop,
        "words": SAMPLE_WORDS if is_sample(seeds, added) else one.words(),
    }  # fmt: skip


def of_stops(studio: Studio, shown: dict | None, _seeds, *rest) -> dict:
    """What plays of the stops, or a sample where there are none, whatever is being written meanwhile."""
    return made(studio, shown, "", *rest)


@in_a_sentence
def saved(format: str, studio: Studio, side: int, *asked) -> dict:
    """A film of the walk for the browser to keep. asked: as for `asked_for`."""
    one = asked_for(studio, *asked)
    content = film(walk_images(studio, one), format, one.fps, side)
    return {"name": one.file_name(format), "address": address(content, format)}


def offered(studio: Studio, shown: dict | None, chosen: list[str] | None) -> dict:
    """The choice of classes, for the model in sight; hidden for one that is told none, or several labels.

    With several the images that one adds say what they are told.
    """
    try:
        info = studio.info((shown or {}).get("model"))
    except ValueError:  # none is in sight yet, or it is gone
        return gr.update(visible=False)
    there = choices(info)
    kept = [one for one in chosen or () if one in dict(there).values()]
    return gr.update(choices=there, value=kept, label=heading(info.label), visible=len(info.labels) == 1)


# Layout


def build(studio: Studio, shown: gr.HTML):
    """The walk below the explorer. shown: the component whose value is the model and the class in sight."""
    with gr.Column(elem_id="walk"):
        gr.HTML(HEADING)
        with gr.Row(equal_height=False):
            with gr.Column(min_width=300):
                player = scripted("explore/walk", html_template=PLAYER)
            with gr.Column(min_width=300):
                asked = [shown, *controls(studio)]
                make = gr.Button("Make the walk", variant="primary")
                with gr.Row(elem_classes="walk-saves"):
                    saves = {
                        format: gr.Button(f"Save {one.title}", min_width=96)
                        for format, one in FORMATS.items()
                    }
                side = gr.Radio([(f"{one} pixels", one) for one in SIDES], value=USUAL_SIDE,
                                label="Size of a saved film", info="At least so wide, and crisp")  # fmt: skip
    keep = scripted("explore/keep", html_template="", visible="hidden")
    private = {"api_visibility": "private", "show_progress": "hidden"}
    busy = private | {"concurrency_id": "film", "concurrency_limit": 2}
    seeds, *way, classes, added = asked[1:]
    kind, frames, loop, fps, ease = way
    for one in way:
        one.change(None, [kind, loop, frames, fps, ease], js=TOLD)
    most = str(studio.limits.walk_frames)
    gr.on(None, None, None, [kind, loop, frames, fps, ease], js=READ.replace("MOST", most))
    # one after another, so that the last walk that was asked for is the one that stays
    making = private | {"concurrency_id": "walk", "concurrency_limit": 1, "js": ASKED}
    presses = [make.click, seeds.submit]
    gather = gr.on(presses, partial(gathered, studio), asked, added, js=GATHERS, **private)
    gather.success(None, seeds, seeds, js=EMPTIED)
    makes = partial(of_stops, studio)
    for one in (
        gather.success(makes, asked, player, **making),
        added.submit(makes, asked, player, trigger_mode="always_last", **making),
    ):
        one.success(None, js=MADE)  # the same film once more is no other value
    fps.input(None, fps, js=FASTER)  # a film that plays follows at once
    seeds.input(None, seeds, js=CHANGED)
    gr.on([one.input for one in (kind, loop, frames, ease, classes)], None, js=CHANGED)
    shown.change(
        partial(offered, studio),
        [shown, classes],
        classes,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    for format, button in saves.items():
        _saving(button, partial(saved, format, studio), [side, *asked], keep, busy)


def _saving(button: gr.Button, save: Callable, asked: list, keep: gr.HTML, busy: dict):
    """The button says that it is at work, and cannot be pressed twice meanwhile."""
    label, plain = button.value, {"queue": False, "api_visibility": "private", "show_progress": "hidden"}
    pressed = button.click(lambda: gr.Button("Saving …", interactive=False), None, button, **plain)
    pressed.then(save, asked, keep, **busy).then(
        lambda: gr.Button(label, interactive=True), None, button, **plain
    )


def controls(studio: Studio) -> list[gr.components.Component]:
    """What a walk is made of, in the order that `asked_for` takes it."""
    limits = studio.limits
    added = scripted(
        "explore/stops", stops_of, studio=studio, value=None, html_template=STOPS, elem_id="walk-stops"
    )
    takes(added, are_stops)
    seeds = gr.Textbox(
        "", label="Seeds", max_length=200, elem_id="walk-seeds",
        info="The quick way: seeds like 1,2,5-10, then Enter. They keep the labels chosen above: for another "
        "person choose others there, and press “Add to the walk”",
    )  # fmt: skip
    classes = gr.Dropdown(
        [],
        multiselect=True,
        visible=False,
        label="Classes",
        info="One for all seeds, or one per seed. One seed and several classes: a walk "
        "from class to class. Empty: the class shown above",
    )
    with gr.Row():
        kind = gr.Radio(KINDS, value="slerp", label="Path", info=ABOUT_CURVED)
        loop = gr.Checkbox(True, label="Closed loop", info="Back to the first image")
    with gr.Row():
        most = limits.walk_frames
        frames = gr.Slider(2, most, value=min(48, most), step=1, label="Frames", min_width=240)
        fps = gr.Slider(1, 30, value=12, step=1, label="Frames a second", min_width=240)
    ease = gr.Checkbox(False, label="Slow at each image", info="Eased in and out, not at one speed")
    return [seeds, kind, frames, loop, fps, ease, classes, added]
