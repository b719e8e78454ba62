"""Between two sides: there and back again, what the way back is told in secret, and what else has changed."""

from dataclasses import asdict

import numpy as np
from numpy import ndarray

from gan.checkpoint.info import ModelInfo
from gan.images import data_uri
from gan.measure.measures import CHANGED, MEASURES
from gan.studio import Studio
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.translate.sources import unpacked, way_of, whole
from gan.words import label_words, percent

AMPLIFIED = 8  # times, so that one sees a few levels
SHAKEN = 3.0  # levels, twice the noise: by more an honest way back is seldom thrown off
FIGURES = ("seen", "others_kept", "outside", "cycle_error")  # of a model's card

WAYS_BACK = (  # for each number of Hiding, what was done to the picture between
    ("exact", "as it is", "The picture goes back exactly as the generator made it, with all decimals."),
    ("rounded", "in 8 bits", "First it is rounded to whole levels, as in any picture file. What was hidden "
     "below one level is lost."),
    ("noisy", "under noise", "First each value goes up or down by 3/256, which is a level and a half: nobody "
     "sees it. What was hidden in so few levels is drowned out."),
)  # fmt: skip
STEGANOGRAPHY = (
    "Glasses, for example, cover the eyes, and yet the way back must show them again. A generator can cheat: "
    "it writes what it must remember into the picture, too faint for anyone to see (steganography; Chu et "
    "al., 2017). Then the way back works only as long as the picture stays exactly as it is."
)
CLASSIFIER = (
    "A small classifier that this project trained on the labels of these pictures. It says "
    "what it sees in the source and in the result. It is wrong now and then, most of all about a drawing "
    "that looks like none of these pictures."
)


def returned(studio: Studio, asked: dict) -> dict:
    """The drawing on the other side and back again, what that leaves undone, and how the way back knows.

    "errors": of the picture that came back, in levels; as it was, rounded to 8 bits between, and under noise.
    """
    info = studio.info(str(asked.get("model")))
    source, way = whole(info, unpacked(info, asked.get("source"))), way_of(info, asked)
    found = studio.there_and_back(info.name, [source], way)
    taken, made, back = found.sources[0], found.made[0], found.back[0]
    return {
        "there": data_uri(made), "back": data_uri(back), "difference": data_uri(difference(taken, back)),
        "errors": asdict(found.error), "hiding": hiding(asdict(found.error)),
        "card": card(info, studio.change(info.name, taken, made, way)),
    }  # fmt: skip


def difference(a: ndarray, b: ndarray) -> ndarray:
    """How far two images (h, w, c) uint8 are apart, amplified: black where they are alike."""
    off = np.abs(a.astype(np.int16) - b)
    return (AMPLIFIED * off).clip(max=255).astype(np.uint8)


def frame() -> Markup:
    """The part of the tab that `returned` fills."""
    return html(
        '<div class="more" data-part="back-more" hidden><h2>Does it hide what it must remember? {}</h2>'
        '<div class="score-card" data-part="hiding"></div><h2>What changed, as a classifier sees it {}</h2>'
        '<div class="score-card" data-part="card"></div></div>',
        explain(STEGANOGRAPHY, "Hiding"), explain(CLASSIFIER, "The classifier"),
    )  # fmt: skip


def hiding(error: dict[str, float]) -> Markup:
    """error: mean absolute errors of the way back in levels, by the name of what was done between."""
    rows = joined(
        html('<tr><th scope="row">{}</th><td>{:.1f} levels</td><td>{}</td></tr>', name, error[key], words)
        for key, name, words in WAYS_BACK
    )
    return html(
        "<table><caption>How far what comes back is from the source: the average over all pixels, in levels "
        "from 0 to 255</caption><tbody>{}</tbody></table><p>{}</p>", rows, verdict(error),
    )  # fmt: skip


def verdict(error: dict[str, float]) -> str:
    exact, worst = error["exact"], max(error["rounded"], error["noisy"])
    if worst - exact < max(SHAKEN, exact / 2):
        return "It comes back about as well each time: no sign that anything is hidden in this picture."
    return (
        f"A change that nobody sees takes the error from {exact:.1f} to {worst:.1f} levels: the way back "
        "reads something that you cannot see. It is hidden in the picture in between."
    )


def card(info: ModelInfo, change) -> Markup:
    """What was changed in this picture, a measure.change.Change, and what the model's card says of many."""
    return html(
        "{}<p>{}</p>{}", _labels(change) if change.of else NO_CLASSIFIER, pixels(change), _figures(info)
    )


NO_CLASSIFIER = html(
    "<p>There is no classifier for these pictures, so which labels changed is not known.</p>"
)


def _labels(change) -> Markup:
    rows = joined(map(_label, (change.of, *change.others)))
    return html(
        '<p>{}</p><table><thead><tr><th scope="col">Label</th><th scope="col">Before</th>'
        '<th scope="col">After</th></tr></thead><tbody>{}</tbody></table>', seen(change), rows,
    )  # fmt: skip


def _label(told) -> Markup:
    after = told.after if told.kept else html("<b>{}</b> (changed)", told.after)
    return html(
        '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', label_words(told.column), told.before, after
    )


def seen(change) -> str:
    """Whether the classifier sees the change, and how many of the other labels stayed."""
    of, others = change.of, change.others
    if not change.seen:
        first = f"The classifier does not see the change: for {label_words(of.column)} it says “{of.after}”."
    elif change.already:
        first = "The source already looked like the other side."
    else:
        first = "The classifier sees the change."
    lost = [label_words(one.column) for one in others if not one.kept]
    changed = f"Changed, but should not have: {', '.join(lost)}." if lost else ""
    return " ".join(filter(None, (first, _stayed(len(others) - len(lost), len(others)), changed)))


def _stayed(kept: int, count: int) -> str:
    """How many other labels are as they were, of so many; "" where that goes without saying."""
    if count < 2:
        return "The other label stays the same." if kept else ""
    if kept == count:
        return f"All {count} other labels stay the same."
    if not kept:
        return f"None of the {count} other labels stays the same."
    return f"{kept} of the {count} other labels {'stays' if kept == 1 else 'stay'} the same."


def pixels(change) -> str:
    """How many pixels were changed, inside the place of what tells the sides apart and outside of it."""
    if change.outside is None or change.inside is None:
        return ""
    return (
        f"Changed by more than {CHANGED} levels: {percent(change.inside)} of the pixels in the place where "
        f"the two sides differ, and {percent(change.outside)} of all others."
    )


def _figures(info: ModelInfo) -> Markup:
    there = [(MEASURES[name], info.metrics[name]) for name in FIGURES if name in info.metrics]
    if not there:
        return html('<p class="about">This model was not measured on many pictures.</p>')
    rows = joined(
        html("<div><dt>{}</dt><dd>{}</dd></div>", one.title, _figure(one, value)) for one, value in there
    )
    return html(
        '<p class="about">On many pictures that it never saw, the worse of the two ways:</p>'
        '<dl class="figures">{}</dl>', rows,
    )  # fmt: skip


def _figure(measure, value: float) -> str:
    return percent(value) if measure.share else f"{value:.1f} levels"
