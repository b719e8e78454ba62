"""The Judge tab: what a discriminator makes of images, where it looks, and how sure one may be."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path

import gradio as gr
import numpy as np
from numpy import ndarray

from gan.images import ImageError
from gan.scoring import Score
from gan.studio import Studio
from gan.ui.histograms import Histograms, histograms, signed, svg
from gan.ui.parts import model_choices, picture, refreshed, verdict
from gan.ui.score_api import look, refusal, score_endpoint

log = logging.getLogger(__name__)

EXAMPLES = 4  # images that a press of a button brings
THUMB = 7.0  # per cent of the strip's width that a thumbnail keeps to itself
REAL_RGB, FAKE_RGB = (29, 99, 196), (194, 81, 0)  # --real and --fake of style.css, for pixels

KINDS = {"real": "● Real", "generated": "◆ Generated", "noise": "▦ Noise"}
ORIGINS = {
    "file": "", "real": "A real image, held out of training. ", "generated": "Made by the generator. ",
    "noise": "Random pixels. ",
}
EMPTY = (
    '<div class="judge-empty"><strong>Nothing to judge yet.</strong>'
    "<p>Drop in images of your own, or take four from the data, from the model or from random noise.</p>"
    "<p>Each is cut to a square, shrunk to the size that the network knows, and judged.</p></div>"
)
NO_MODEL = "There is no model to judge with yet. Train one in the Train tab: it appears here at once."


@dataclass(frozen=True)
class Examples:
    """A few images of one kind, drawn by a seed, so that another model can be asked about the same ones."""

    kind: str  # of KINDS
    model: str  # whose data or generator they come from
    seed: int


@dataclass(frozen=True)
class Bench:
    """What lies there to be judged: all that the page remembers of a visitor's images."""

    files: tuple[str, ...] = ()
    examples: tuple[Examples, ...] = ()  # at most one of each kind


@dataclass(frozen=True)
class Seen:
    """An image as the network gets it."""

    name: str
    kind: str  # of ORIGINS
    image: ndarray  # (h, w, c) uint8


# What the tab shows


def render(
    seen: list[Seen], scores: list[Score], heats: ndarray | None, data: Histograms, remarks: list[str]
) -> str:
    """The whole right-hand side; without `heats` the place for where it looks stands empty."""
    heats = [None] * len(seen) if heats is None else heats
    judged = enumerate(zip(seen, scores, heats, strict=True))
    cards = "".join(card(number, *one, data) for number, one in judged)
    together = strip(seen, scores, data) if len(seen) > 1 else ""
    return f'{notes(remarks)}{together}<div class="judge-cards">{cards}</div>'


def notes(remarks: list[str]) -> str:
    """Sentences about what could not be judged."""
    items = "".join(f"<li>{escape(one)}</li>" for one in remarks)
    return f'<ul class="judge-notes" role="status">{items}</ul>' if items else ""


def card(number: int, seen: Seen, score: Score, heat: ndarray | None, data: Histograms) -> str:
    """One image: what the network saw, the verdict, the numbers, and its place among the others."""
    name, size = escape(seen.name), len(seen.image)
    grey = " in grey" if seen.image.shape[2] == 1 else ""
    saw = f"{ORIGINS[seen.kind]}What the network saw: {size} × {size} pixels{grey}."
    caption = f'<span class="saw">{saw}</span><span class="looks">{heat_words(heat)}</span>'
    return (
        f'<article class="judge-card from-{seen.kind} is-{score.likeness}"><h3 title="{name}">{name}</h3>'
        f'<figure><div class="judge-picture">{picture(seen.image, f"{seen.name}. {saw}")}'
        f"{heat_image(seen.name, heat)}</div>{numbers(score)}<figcaption>{caption}</figcaption></figure>"
        f"{verdict(score)}{svg(data, f'judge-{number}', score.logit)}</article>"
    )


def numbers(score: Score) -> str:
    """The score itself: plain words first, the term and its definition behind."""
    rows = (
        ("Score", "(logit)", signed(score.logit), "What the network says. Above 0 it leans towards real"),
        ("From 0 to 1", "(sigmoid)", f"{score.probability:.3f}",
         "1 / (1 + exp(−logit)). Not the probability that the image is real"),
    )
    return '<dl class="judge-numbers">' + "".join(
        f'<div title="{why}"><dt>{what} <small>{term}</small></dt><dd>{value}</dd></div>'
        for what, term, value, why in rows
    ) + "</dl>"


def heat_image(name: str, heat: ndarray | None) -> str:
    """Where it looks, to lie over the picture: blue speaks for real, orange against, clear says nothing."""
    if heat is None:
        return ""
    strength = np.abs(heat) / max(float(np.abs(heat).max()), 1e-6)
    colours = np.where(heat[..., None] > 0, REAL_RGB, FAKE_RGB)
    overlay = np.dstack([colours, 235 * strength]).astype(np.uint8)  # (h, w, 4)
    return picture(overlay, f"Where the network looks in {name}. {heat_words(heat)}", "heat")


def heat_words(heat: ndarray | None) -> str:
    if heat is None:
        return "Finding out where it looks …"
    most, least = float(heat.max()), float(heat.min())
    words = [f"Bluest spot covered: score falls by {most:.2f}."] * (most > 0)
    words += [f"Most orange covered: rises by {-least:.2f}."] * (least < 0)
    return " ".join(words) or "No spot makes a difference."


def strip(seen: list[Seen], scores: list[Score], data: Histograms) -> str:
    """All images on one line under the histograms, each where its score lies."""
    places = [data.place(score.logit) for score in scores]
    lanes = dodge(places, THUMB)
    thumbs = "".join(
        f'<li class="from-{one.kind}" style="--x:{place / 100:.4f};--lane:{lane}" '
        f'title="{escape(one.name)}: {signed(score.logit)}">'
        f"{picture(one.image, f'{one.name}: score {signed(score.logit)}')}</li>"
        for one, score, place, lane in zip(seen, scores, places, lanes, strict=True)
    )
    return (
        '<section class="judge-strip" aria-label="All images by their score">'
        f'{svg(data, "judge-strip", height=96)}<ol style="--lanes:{max(lanes) + 1}">{thumbs}</ol>'
        "<p><span>← lower score</span><span>higher score →</span></p></section>"
    )


def dodge(places: list[float], width: float) -> list[int]:
    """For each place the first lane in which no neighbour is nearer than `width`."""
    chosen: list[int] = []
    for place in places:
        taken = {lane for lane, other in zip(chosen, places, strict=False) if abs(place - other) < width}
        chosen.append(next(lane for lane in range(len(places)) if lane not in taken))
    return chosen


def explanation(title: str, data: Histograms) -> str:
    """What a score means and does not mean, with this model's own overlap."""
    return f"""<div class="judge-words">
<p><strong>The score (logit)</strong> is the one number that the discriminator gives an image. In training it
learnt to give real images of its data a high one, and its generator's images a low one. Above 0 it leans
towards real. (Recipes that only compare images in pairs leave 0 open; here it lies midway between the two
groups.) <strong>The sigmoid</strong> squeezes the score to 0–1. It is not the probability that an image is
real.</p>
<p><strong>How sure may one be?</strong> In {escape(title)}, the scores of real and of generated images
overlap by <strong>{100 * data.overlap:.0f} %</strong>. Someone who sees the score alone and guesses as well
as can be is still wrong about {50 * data.overlap:.0f} times in 100, when half the images are real.
{sureness(data)}</p>
<p><strong>What it can't tell.</strong> It knows its own data and its own generator, nothing else. A photo, a
drawing or another program's image is neither, and its score alone means nothing: see whether it lies among
the others at all.</p>
<p><strong>Where it looks.</strong> Patch by patch the image is covered and scored again (occlusion).
<span class="real">Blue spots speak for real</span>: without them the score falls.
<span class="fake">Orange spots speak against</span>: without them it rises.</p></div>"""


def sureness(data: Histograms) -> str:
    if data.overlap > 0.5:
        return "So one score decides next to nothing."
    if data.overlap > 0.1:
        return "So one score is a hint, and no more."
    return "Between these two groups one score tells a lot; about any other image it may tell nothing."


# What the tab does


def show(studio: Studio, model: str | None, bench: Bench) -> Iterator[str]:
    """The right-hand side: the verdicts at once, where it looks as soon as that is found out."""
    try:
        seen, remarks = gather(studio, model, bench) if model else ([], [NO_MODEL])
        if not seen:
            yield notes(remarks) or EMPTY
            return
        images = [one.image for one in seen]
        scores, data = studio.score(model, images), histograms(*studio.references(model))
        yield render(seen, scores, None, data, remarks)
        yield render(seen, scores, studio.heat(model, images), data, remarks)
    except ValueError as error:  # a sentence for people: the model is gone, for one
        log.warning("could not judge: %s", error)
        yield notes([str(error)])


def gather(studio: Studio, model: str, bench: Bench) -> tuple[list[Seen], list[str]]:
    """What lies on the bench as `model` gets it, no more than the limit, and sentences about the rest."""
    most = studio.limits.judge_images
    seen, remarks = [], []
    for path in bench.files[:most]:
        try:
            seen.append(Seen(Path(path).name, "file", look(studio, model, path)))
        except ImageError as error:
            remarks.append(refusal(error))
    for examples in bench.examples:
        try:
            seen += taken(studio, model, examples)
        except ValueError as error:  # its model or its data set is gone
            remarks.append(refusal(error))
    asked = len(seen) + max(0, len(bench.files) - most)
    if asked > most:
        remarks.append(f"{asked} images are too many at once: only the first {most} were judged.")
    return seen[:most], remarks


def taken(studio: Studio, model: str, examples: Examples) -> list[Seen]:
    """Examples as `model` gets them, whichever model they were drawn from."""
    images = studio.examples(examples.model, examples.kind, EXAMPLES, examples.seed)
    own = examples.model == model or examples.kind == "noise"
    origin = "" if own else f" ({studio.info(examples.model).title})"
    return [
        Seen(f"{KINDS[examples.kind]} {number}{origin}", examples.kind, image)
        for number, image in enumerate(studio.see(model, list(images)), 1)
    ]


def put_files(bench: Bench, files: list[str] | None) -> Bench:
    return replace(bench, files=tuple(map(str, files or ())))


def put_examples(kind: str, model: str, bench: Bench) -> Bench:
    """`bench` with fresh examples of `kind` in place of those that lay there."""
    before = [examples.seed for examples in bench.examples if examples.kind == kind]
    kept = [examples for examples in bench.examples if examples.kind != kind]
    fresh = Examples(kind, model, before[0] + 1 if before else 0)
    order = list(KINDS).index
    return replace(bench, examples=tuple(sorted([*kept, fresh], key=lambda one: order(one.kind))))


def explain(studio: Studio, model: str | None) -> str:
    if not model:
        return NO_MODEL
    return explanation(studio.info(model).title, histograms(*studio.references(model)))


def build(studio: Studio, tab: gr.Tab):
    """Fill the tab; selecting it brings in models that were trained meanwhile."""
    bench = gr.State(Bench())
    with gr.Row(elem_id="judge"):
        with gr.Column(scale=1, min_width=260):
            model, files, takes, clear = _controls(studio)
        with gr.Column(scale=3, min_width=320):
            with gr.Accordion("What does a score mean?", open=False):
                words = gr.HTML(padding=False)
            shown = gr.HTML(EMPTY, elem_id="judge-shown", padding=False)

    private = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last"}
    # what fills the bench is queued: after a listener beside the queue the page hears of no State's change
    for kind, button in takes.items():
        button.click(partial(put_examples, kind), [model, bench], bench, **private)
    files.change(put_files, [bench, files], bench, **private)
    clear.click(lambda: (Bench(), None), None, [bench, files], **private)
    gr.on([bench.change, model.change], partial(show, studio), [model, bench], shown, **private)
    gr.on([tab.select, model.change], partial(explain, studio), model, words, queue=False, **private)
    tab.select(partial(refreshed, studio), model, model, queue=False, **private)
    gr.api(score_endpoint(studio), api_name="score")


def _controls(studio: Studio):
    choices, most = model_choices(studio), studio.limits.judge_images
    model = gr.Dropdown(choices, value=choices[0][1] if choices else None, label="Whose discriminator judges")
    files = gr.File(
        label=f"Your images, up to {most}", file_count="multiple", height=180, elem_id="judge-files"
    )
    gr.HTML('<p class="judge-or">or take four examples, and press again for others</p>', padding=False)
    with gr.Row():
        takes = {
            kind: gr.Button(text, size="sm", min_width=70, elem_classes=f"judge-take-{kind}")
            for kind, text in KINDS.items()
        }
    gr.Checkbox(
        label="Show where it looks", elem_id="judge-heat",
        info="Blue spots speak for real, orange ones against.",
    )
    return model, files, takes, gr.Button("Clear all", size="sm")
