"""What the Judge tab shows, as pure functions: cards, the line of all images, heat maps, words on scores."""

from dataclasses import dataclass
from html import escape

import numpy as np
from numpy import ndarray

from gan.measure.scoring import SHORT, Score
from gan.ui.help import explain
from gan.ui.judge.histograms import Histograms, signed, svg
from gan.ui.parts import picture, verdict
from gan.words import percent

THUMB = 7.0  # per cent of the strip's width that a thumbnail keeps to itself
REAL_RGB, FAKE_RGB = (29, 99, 196), (194, 81, 0)  # --real and --fake of style.css, for pixels

SHARES = {"no": "0 of 100", "fewer than 1 in 100": "&lt;1 of 100", "more than 99 in 100": "&gt;99 of 100"}
KINDS = {"real": "● Real", "generated": "◆ Generated", "noise": "▦ Noise"}
ORIGINS = {
    "file": "",
    "real": "A real image, held out from training. ",
    "generated": "Made by the generator. ",
    "noise": "Random pixels. ",
}
EMPTY = (
    '<div class="judge-empty"><strong>Nothing to judge yet.</strong>'
    "<p>Drop in images of your own, or try four from the data, from the model or from random noise.</p>"
    "<p>Each is made square, as the model's training images were, resized to fit the network, and judged."
    "</p></div>"
)
FEW = 2  # images, up to which each card says all; with more the line of all images says it
TINY = 0.1  # of the range of scores: a spot that moves the score by less decides nothing
LOOKING = "Finding out where it looks …"
SIGMOID = (
    "The one number that the network gives an image; above 0 it leans towards real. Squeezed into 0 to 1 "
    "(sigmoid) it is {:.3f}, which is not the chance that the image is real."
)


@dataclass(frozen=True)
class Seen:
    """An image as the network gets it."""

    name: str
    kind: str  # of ORIGINS
    image: ndarray  # (h, w, c) uint8
    shaping: str = ""  # how it became a square


@dataclass(frozen=True)
class Judged:
    """What there is to tell of an image."""

    seen: Seen
    score: Score
    heat: ndarray | None = None  # (h, w): where the network looks, once that is found out
    nearest: ndarray | None = None  # of the images it knows, for one that is unlike them all: (h, w, c)
    why: str = ""  # it is unlike them


def render(judged: list[Judged], data: Histograms, remarks: list[str], looking: bool = False) -> str:
    """The whole right-hand side; while `looking` a place stands empty for where the network looks."""
    every = len(judged) <= FEW
    cards = "".join(card(number, one, data, every, looking) for number, one in enumerate(judged))
    together = strip(judged, data) if len(judged) > 1 else ""
    kind = "few" if every else "many"
    return f'{notes(remarks)}{together}<div class="judge-cards {kind}">{cards}</div>'


def notes(remarks: list[str]) -> str:
    """Sentences about what could not be judged."""
    items = "".join(f"<p>{escape(one)}</p>" for one in remarks)
    return f'<div class="judge-notes" role="status">{items}</div>' if items else ""


def card(number: int, one: Judged, data: Histograms, whole: bool, looking: bool) -> str:
    """One image: what the network saw, where it looks, what is nearest to it, and its place among others."""
    seen, score, name = one.seen, one.score, escape(one.seen.name)
    says = verdict(score) + svg(data, f"judge-{number}", score.logit) if whole else short_verdict(score)
    return (
        f'<article class="judge-card from-{seen.kind} is-{score.likeness}"><h2 title="{name}">{name}</h2>'
        f'<div class="judge-pictures">{pictures(one, data, looking)}</div>'
        f'<div class="judge-says">{numbers(score)}{says}</div></article>'
    )


def pictures(one: Judged, data: Histograms, looking: bool) -> str:
    seen = one.seen
    grey = " in grey" if seen.image.shape[2] == 1 else ""
    shaped, side = f", {seen.shaping}" if seen.shaping else "", len(seen.image)
    saw = f"{ORIGINS[seen.kind]}What the network saw: {side} × {side} pixels{grey}{shaped}."
    found = [figure(picture(seen.image, f"{seen.name}. {saw}"), saw)]
    if one.heat is not None:
        found.append(figure(heat_image(seen, one.heat, data.span), heat_words(one.heat, data.span)))
    elif looking:
        found.append(figure("", LOOKING))
    if one.nearest is not None:
        found.append(figure(picture(one.nearest, f"Nearest to {seen.name}"), one.why))
    return "".join(found)


def figure(image: str, words: str) -> str:
    return (
        f'<figure><div class="judge-picture">{image}</div><figcaption>{escape(words)}</figcaption></figure>'
    )


def short_verdict(score: Score) -> str:
    """The verdict in a few words, and the sentence behind them."""
    return (
        f'<details class="judge-short"><summary>{SHORT[score.likeness]}</summary>'
        f"<p>{escape(score.verdict)}</p></details>"
    )


def numbers(score: Score) -> str:
    """How many of each kind score lower: plain words first, the score itself behind."""
    rows = "".join(
        f'<dd class="{kind}">{SHARES.get(share, share)} <small>{words}</small></dd>'
        for kind, share, words in (
            ("real", score.above_real, "real images"), ("fake", score.above_fake, "generated"))
    )  # fmt: skip
    return (
        f'<dl class="judge-numbers"><dt>It scores higher than</dt>{rows}</dl>'
        f'<p class="judge-score">Score (logit) {signed(score.logit)}'
        f"{explain(SIGMOID.format(score.probability), 'Score')}</p>"
    )


def why_strange(kin) -> str:
    """What is nearest to a strange image, with a number against what is usual, and what tells it from all."""
    words = (
        f"The nearest image it knows is {percent(kin.distance / 2)} of the range of values away; up to "
        f"{percent(kin.usual / 2)} is usual"
    )
    if not kin.odd:
        return f"{words}."
    *most, last = kin.odd[:3]
    traits = f"{', '.join(most)} and {last}" if most else last
    join = ". The image has" if kin.distance > kin.usual else ", so that is near. But the image has"
    return f"{words}{join} {traits} than any it knows."


def heat_image(seen: Seen, heat: ndarray, span: float) -> str:
    """Where it looks, over the picture in grey: blue speaks for real, orange against, clear says nothing.

    The colours are full where a spot moves the score by the most, or by TINY of the range of scores if that
    is more: what decides nothing stays pale.
    """
    strength = np.abs(heat) / max(float(np.abs(heat).max()), TINY * span, 1e-6)
    colours = np.where(heat[..., None] > 0, REAL_RGB, FAKE_RGB)
    overlay = np.dstack([colours, 235 * strength]).astype(np.uint8)  # (h, w, 4)
    over = picture(overlay, f"Where the network looks in {seen.name}. {heat_words(heat, span)}", "heat")
    return picture(seen.image, "", "under") + over


def heat_words(heat: ndarray, span: float) -> str:
    most, least = float(heat.max()), float(heat.min())
    words = [f"Covering the bluest spot lowers the score by {most:.2f}."] * (most > 0)
    words += [f"Covering the most orange one raises it by {-least:.2f}."] * (least < 0)
    if not words:
        return "No spot makes a difference."
    share = max(most, -least) / span
    size = "tiny" if share < TINY else percent(share)
    return f"{' '.join(words)} Scores span {span:.1f}, so that is {size}."


def strip(judged: list[Judged], data: Histograms) -> str:
    """All images on one line under the histograms, each where its score lies."""
    places = [data.place(one.score.logit) for one in judged]
    lanes = dodge(places, THUMB)
    thumbs = "".join(
        f'<li class="from-{one.seen.kind}" style="--x:{place / 100:.4f};--lane:{lane}" '
        f'title="{escape(one.seen.name)}: {signed(one.score.logit)}">'
        f"{picture(one.seen.image, f'{one.seen.name}: score {signed(one.score.logit)}')}</li>"
        for one, place, lane in zip(judged, places, lanes, strict=True)
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
towards real. (Recipes that only compare images in pairs do not fix where 0 is; here it lies midway between
the two groups.) <strong>The sigmoid</strong> squeezes the score to 0–1. It is not the probability that an
image is real.</p>
<p><strong>How sure can you be?</strong> In {escape(title)}, the scores of real and of generated images
overlap by <strong>{percent(data.overlap)}</strong>. Someone who sees only the score and guesses as well as
possible is still wrong about {50 * data.overlap:.0f} times in 100, if half the images are real.
{sureness(data)}</p>
<p><strong>What it can't tell.</strong> It knows its own data and its own generator, nothing else. A photo, a
drawing or another program's image is neither, and its score alone means nothing: check first
whether it lies among the others at all.</p>
<p><strong>Unlike anything it knows</strong> is an image that is further from the nearest one the model knows,
real or generated, than those are from each other, or that has less, or more, detail than any of them:
plain grey is close to everything, and shows nothing. Its score says little.</p>
<p><strong>Where it looks.</strong> Patch by patch the image is covered and scored again (occlusion).
<span class="real">Blue spots speak for real</span>: without them the score falls.
<span class="fake">Orange spots speak against</span>: without them it rises.</p></div>"""


def sureness(data: Histograms) -> str:
    if data.overlap > 0.5:
        return "So one score decides next to nothing."
    if data.overlap > 0.1:
        return "So one score is a hint, and no more."
    return "Between these two groups one score tells a lot; about any other image it may tell nothing."
