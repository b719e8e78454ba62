"""What the Judge tab shows, as pure functions: cards, the line of all images, heat maps, words on scores."""

from dataclasses import dataclass
from html import escape

import numpy as np
from numpy import ndarray

from gan.scoring import Score
from gan.ui.histograms import Histograms, signed, svg
from gan.ui.parts import picture, verdict
from gan.words import percent

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


@dataclass(frozen=True)
class Seen:
    """An image as the network gets it."""

    name: str
    kind: str  # of ORIGINS
    image: ndarray  # (h, w, c) uint8


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
    items = "".join(f"<p>{escape(one)}</p>" for one in remarks)
    return f'<div class="judge-notes" role="status">{items}</div>' if items else ""


def card(number: int, seen: Seen, score: Score, heat: ndarray | None, data: Histograms) -> str:
    """One image: what the network saw, the verdict, the numbers, and its place among the others."""
    name, size = escape(seen.name), len(seen.image)
    grey = " in grey" if seen.image.shape[2] == 1 else ""
    saw = f"{ORIGINS[seen.kind]}What the network saw: {size} × {size} pixels{grey}."
    caption = f'<span class="saw">{saw}</span><span class="looks">{heat_words(heat)}</span>'
    return (
        f'<article class="judge-card from-{seen.kind} is-{score.likeness}"><h2 title="{name}">{name}</h2>'
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
overlap by <strong>{percent(data.overlap)}</strong>. Someone who sees the score alone and guesses as well
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
