"""What the Judge tab shows, as pure functions: cards, the line of all images, heat maps, words on scores."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy import ndarray

from gan.measure.scoring import Score, reworded
from gan.specs import Label
from gan.ui.help import explain
from gan.ui.judge.histograms import Histograms, signed, svg
from gan.ui.judge.look import Look
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture, verdict
from gan.words import label_words, percent

THUMB = 7.0  # per cent of the strip's width that a thumbnail keeps to itself,
NUMBER = 20.0  # and besides one off the scale for its number
OFF = {-1: ("left", "← {}"), 1: ("right", "{} →")}  # by Histograms.beyond

SHARES = {"no": "0 of 100", "fewer than 1 in 100": "<1 of 100", "more than 99 in 100": ">99 of 100"}
KINDS = {"real": "● Real", "generated": "◆ Generated", "noise": "▦ Noise"}
ORIGINS = {
    "file": "",
    "real": "A real image, held out from training. ",
    "generated": "Made by the generator. ",
    "noise": "Random pixels. ",
}
EMPTY = html(
    '<div class="judge-empty"><strong>Nothing to judge yet.</strong>'
    "<p>Drop in images of your own, or try four from the data, from the model or from random noise.</p>"
    "<p>Each is made square, as the model's training images were, resized to fit the network, and judged."
    "</p></div>"
)
FEW = 2  # images, up to which each card says all; with more the line of all images says it
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
    look: Look | None = None  # where the network looks, once that is found out
    nearest: ndarray | None = None  # of the images it knows, for one that is unlike them all: (h, w, c)
    why: str = ""  # it is unlike them
    untried: str = ""  # the model of which drawn.js asks whether it can draw this


def render(
    judged: list[Judged], data: Histograms, remarks: list[str], looking: bool = False, told: str = ""
) -> Markup:
    """The whole right-hand side; while `looking` a place stands empty for where the network looks.

    told: a sentence on what the network was told beside the images.
    """
    every = len(judged) <= FEW
    cards = joined(card(number, one, data, every, looking) for number, one in enumerate(judged))
    together = strip(judged, data) if len(judged) > 1 else ""
    kind = "few" if every else "many"
    beside = html('<p class="judge-told">{}</p>', told) if told else ""
    return html('{}{}{}<div class="judge-cards {}">{}</div>', notes(remarks), together, beside, kind, cards)


def told_words(labels: Sequence[Label], learnt: bool) -> str:
    """What a network that takes labels was told of them. learnt: it has met them left open in training."""
    names = [label_words(label.column) for label in labels]
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    how = "left open, which it learnt as “any”" if learnt else "told as all their values in equal parts"
    return (
        f"Judged without labels: {listed} {'are' if len(names) > 1 else 'is'} {how}. Nothing is read from "
        "the image, and the images that it is compared with were judged in the same way."
    )


def notes(remarks: list[str]) -> Markup:
    """Sentences about what could not be judged."""
    items = joined(html("<p>{}</p>", one) for one in remarks)
    return html('<div class="judge-notes" role="status">{}</div>', items) if items else items


def card(number: int, one: Judged, data: Histograms, whole: bool, looking: bool) -> Markup:
    """One image: what the network saw, where it looks, what is nearest to it, and its place among others."""
    score = one.score
    return html(
        '<article class="judge-card from-{seen.kind} is-{likeness}"><h2 title="{seen.name}">{seen.name}</h2>'
        '{verdict}<div class="judge-pictures">{pictures}</div><div class="judge-says">{numbers}{place}</div>'
        "</article>",
        seen=one.seen,
        likeness=score.likeness,
        verdict=headed(one, whole),
        pictures=pictures(one, data, looking),
        numbers=numbers(score),
        place=svg(data, f"judge-{number}", score.logit) if whole else "",
    )


def pictures(one: Judged, data: Histograms, looking: bool) -> Markup:
    seen = one.seen
    grey = " in grey" if seen.image.shape[2] == 1 else ""
    shaped, side = f", {seen.shaping}" if seen.shaping else "", len(seen.image)
    saw = f"{ORIGINS[seen.kind]}What the network saw: {side} × {side} pixels{grey}{shaped}."
    found = [figure(picture(seen.image, f"{seen.name}. {saw}"), saw)]
    if one.look is not None:
        found.append(figure(one.look.image(seen.image, seen.name, data.span), one.look.caption(data.span)))
    elif looking:
        found.append(figure("", LOOKING))
    if one.nearest is not None:
        found.append(figure(picture(one.nearest, f"Nearest to {seen.name}"), one.why))
    return joined(found)


def figure(image: str, words: str) -> Markup:
    return html(
        '<figure><div class="judge-picture">{}</div><figcaption>{}</figcaption></figure>', image, words
    )


def headed(one: Judged, whole: bool) -> Markup:
    """The verdict; of what scores as generated images do, and may be nothing of the kind, a place for it."""
    if not one.untried:
        return stated(one.score, whole)
    return html(
        '<div aria-live="polite" data-untried="{}" data-whole="{:d}">{}</div>',
        one.untried, whole, stated(reworded(one.score, "untried", "unknown"), whole),
    )  # fmt: skip


def stated(score: Score, whole: bool) -> Markup:
    """The verdict, with its scale where there is room."""
    return verdict(score) if whole else in_words(score)


def in_words(score: Score) -> Markup:
    """The verdict: what the image is like, and then where it lies among others."""
    like, _, place = score.verdict.partition(". ")
    return html('<p class="judge-verdict"><strong>{}.</strong> {}</p>', like, place)


def numbers(score: Score) -> Markup:
    """How many of each kind score lower: plain words first, the score itself behind."""
    return html(
        '<dl class="judge-numbers"><dt>It scores higher than</dt>'
        '<dd class="real">{} <small>real images</small></dd><dd class="fake">{} <small>generated</small></dd>'
        '</dl><p class="judge-score">Score (logit) {}{}</p>',
        SHARES.get(score.above_real, score.above_real),
        SHARES.get(score.above_fake, score.above_fake),
        signed(score.logit),
        explain(SIGMOID.format(score.probability), "Score"),
    )


def why_strange(kin) -> str:
    """What is nearest to a strange image, with a number against what is usual, and what tells it from all."""
    words = (
        f"The nearest image it knows differs by {percent(kin.distance / 2)} of the way from black to white; "
        f"up to {percent(kin.usual / 2)} is usual"
    )
    if not kin.odd:
        return f"{words}."
    *most, last = kin.odd[:3]
    traits = f"{', '.join(most)} and {last}" if most else last
    join = ". The image has" if kin.distance > kin.usual else ", so that is near. But the image has"
    return f"{words}{join} {traits} than any it knows."


def strip(judged: list[Judged], data: Histograms) -> Markup:
    """All images on one line under the histograms, each where its score lies."""
    logits = [one.score.logit for one in judged]
    lanes = dodge(list(map(data.place, logits)), [THUMB + NUMBER * abs(data.beyond(one)) for one in logits])
    thumbs = joined(_thumb(one, data, lane) for one, lane in zip(judged, lanes, strict=True))
    return html(
        '<section class="judge-strip" aria-label="All images by their score">{}<ol style="--lanes:{}">{}</ol>'
        "<p><span>← lower score</span><span>The score, or logit: D’s one number for an image</span>"
        "<span>higher score →</span></p></section>",
        svg(data, "judge-strip", height=96),
        max(lanes) + 1,
        thumbs,
    )


def _thumb(one: Judged, data: Histograms, lane: int) -> Markup:
    """Where its score lies; of one beyond the axis at that edge, with an arrow and the number."""
    name, logit = one.seen.name, one.score.logit
    beyond, score = data.beyond(logit), signed(logit)
    arrow = (
        html('<span class="off is-{}">{}</span>', OFF[beyond][0], OFF[beyond][1].format(score))
        if beyond
        else ""
    )
    said = f"{name}: score {score}{', off the scale' if beyond else ''}"
    return html(
        '<li class="from-{}" style="--x:{:.4f};--lane:{}" title="{}">{}{}</li>',
        one.seen.kind, data.place(logit) / 100, lane, said, picture(one.seen.image, said), arrow,
    )  # fmt: skip


def dodge(places: list[float], widths: list[float]) -> list[int]:
    """For each place the first lane in which no neighbour is nearer than the wider of both is wide."""
    chosen: list[int] = []
    for place, width in zip(places, widths, strict=True):
        near = (abs(place - other) < max(width, its) for other, its in zip(places, widths, strict=True))
        taken = {lane for lane, is_near in zip(chosen, near, strict=False) if is_near}
        chosen.append(next(lane for lane in range(len(places)) if lane not in taken))
    return chosen


def explanation(title: str, data: Histograms, more: Sequence[str] = ()) -> Markup:
    """What a score means and does not mean, with this model's own overlap, and `more` about its network."""
    return html("""<div class="judge-words">
<p><strong>The score (logit)</strong> is the one number that the discriminator gives an image. In training it
learnt to give real images of its data a high one, and its generator's images a low one. Above 0 it leans
towards real. (Recipes that only compare images in pairs do not fix where 0 is; here it lies midway between
the two groups.) <strong>The sigmoid</strong> squeezes the score to 0–1. It is not the probability that an
image is real.</p>
<p><strong>How sure can you be?</strong> In {title}, the scores of real and of generated images
overlap by <strong>{overlap}</strong>. Someone who sees only the score and guesses as well as
possible is still wrong about {wrong:.0f} times in 100, if half the images are real.
{sureness} The verdicts call usual what lies between the lowest 5 and the highest 5 of 100: of two images
just before and just beyond such a line one may be called otherwise, and they hardly differ.</p>
<p><strong>What it can't tell.</strong> It knows its own data and its own generator, nothing else. A photo, a
drawing or another program's image is neither, and its score alone means nothing: check first
whether it lies among the others at all.</p>
<p><strong>Unlike anything it knows</strong> is an image that is further from the nearest one the model knows,
real or generated, than those are from each other, or that has less, or more, detail than any of them:
plain grey is close to everything, and shows nothing. Its score says little.</p>
<p><strong>Where it looks.</strong> Patch by patch the image is covered and scored again (occlusion). Nearly
any covering lowers a score, so each spot is held against the same one in held-out real images, on average.
<span class="real">Blue spots speak more for real</span>: without them the score falls further than theirs.
<span class="fake">Orange spots speak less for real</span>: without them it falls less, or rises.</p>
{more}</div>""",
        more=joined(html("<p>{}</p>", one) for one in more),
        title=title, overlap=percent(data.overlap), wrong=50 * data.overlap, sureness=sureness(data),
    )  # fmt: skip


def sureness(data: Histograms) -> str:
    if data.overlap > 0.5:
        return "So one score decides next to nothing."
    if data.overlap > 0.1:
        return "So one score is a hint, and no more."
    return "Between these two groups one score tells a lot; about any other image it may tell nothing."
