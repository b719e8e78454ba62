"""What the Train tab shows of people's own images before a run: pure functions of what the doctor found."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
from numpy import ndarray

from gan.images import data_uri, fit, grid
from gan.studio import Doctor
from gan.words import percent

VALUES = 12  # of a label
FIRST = 3  # sentences of advice that need no unfolding
PAIRS = 6  # near-duplicates
FITTED, FIT_SIDE = 4, 64  # pictures in the preview of the ways to fit, and their pixels
FIT_WORDS = {
    "crop": "Crop to the middle", "pad": "Pad with the edges' colours", "white": "Pad with white",
    "stretch": "Stretch",
}  # fmt: skip
FIT_SHORT = {"crop": "Crop", "pad": "Edges", "white": "White", "stretch": "Stretch"}
Pairs = Iterable[tuple[ndarray, ndarray]]  # of images (h, w, c) uint8


def report(found: Doctor, pairs: Pairs = (), augmentation: str = "") -> str:
    """All findings: how many are ready and the advice at once, the rest to unfold.

    `pairs` are near-duplicates, an image and its twin; `augmentation` is what `before_and_after` gave.
    """
    more = _fold(f"More advice ({len(found.advice) - FIRST})", _list(found.advice[FIRST:], "advice"))
    advice = _list(found.advice[:FIRST], "advice") + (more if len(found.advice) > FIRST else "")
    parts = (_skipped(found), _doubles(found, pairs), _labels(found), _originals(found), _more(augmentation))
    return (
        f'<div class="doctor" role="status"><p><b>{found.count:,} images are ready.</b> '
        f"{found.held_out:,} of them are held out, for measuring.</p>"
        f"{advice}{''.join(parts)}{_list(found.notes)}</div>"
    )


def refusal(error: ValueError) -> str:
    """Why all of it was refused."""
    return f'<div class="doctor refused" role="alert"><p>{escape(str(error))}</p></div>'


def before_and_after(images: ndarray, augmented: ndarray) -> str:
    """The same images without and with augmentation, one row each; (n, h, w, c) uint8."""
    rows = (("real", "● Your images", images), ("quiet", "What D sees of them", augmented))
    return '<div class="before-after">' + "".join(
        f'<figure><figcaption class="{kind}">{words}</figcaption>{_strip(row, words)}</figure>'
        for kind, words, row in rows
    ) + "</div>"  # fmt: skip


def fits(samples: Sequence) -> str:
    """The same few pictures that are not square in every way they can become so, a row each."""
    if not samples:
        return ""
    rows = ""
    for how, words in FIT_WORDS.items():
        shown = "".join(_strip([fit(sample, FIT_SIDE, 3, how)], words) for sample in samples[:FITTED])
        rows += f"<figure><figcaption>{FIT_SHORT[how]}</figcaption>{shown}</figure>"
    return f'<div class="fits">{rows}</div>'


def _skipped(found: Doctor) -> str:
    if not found.skipped:
        return ""
    body = _list(found.skipped_words(), "long")
    return _fold(f"{len(found.skipped):,} skipped", body, unfold=True)


def _doubles(found: Doctor, pairs: Pairs) -> str:
    if not (found.duplicates or found.near_duplicates):
        return ""
    words = []
    if found.duplicates:
        words.append(f"{_were(found.duplicates)} the same as another and left out.")
    if found.near_duplicates:
        words.append(f"{_were(found.near_duplicates)} nearly the same as another and kept.")
    shown = "".join(_strip([a, b], "Two images that are nearly the same") for a, b in list(pairs)[:PAIRS])
    return _fold(
        f"{found.duplicates + found.near_duplicates:,} duplicates and near-duplicates",
        f'<p>{" ".join(words)}</p><div class="pairs">{shown}</div>',
    )


def _labels(found: Doctor) -> str:
    shown = ""
    for name, values in found.labels.items():
        most = max(values.values(), default=0) or 1
        rows = "".join(
            f'<tr><th scope="row">{escape(value)}</th>'
            f'<td><i style="width:{100 * count / most:.0f}%"></i></td><td>{count:,}</td></tr>'
            for value, count in list(values.items())[:VALUES]
        )
        more = f"<p>and {len(values) - VALUES:,} more</p>" if len(values) > VALUES else ""
        title = f"{len(values):,} kinds by {escape(name)}"
        shown += _fold(title, f"<table>{rows}</table>{more}")
    return shown


def _originals(found: Doctor) -> str:
    lines, side = [], f"{found.image_size} × {found.image_size}"
    if found.sizes:
        small, middle, large = (f"{width:,} × {height:,}" for width, height in found.sizes)
        lines.append(f"From {small} to {large} pixels; the median is {middle}.")
    if found.enlarged:
        lines.append(f"{percent(found.enlarged)} were smaller than {side} and enlarged.")
    if found.cropped:
        lines.append(found.fit_words())
    if found.barred:
        lines.append(found.bar_words())
    if found.modes:
        converted = ", ".join(f"{count:,} × {mode}" for mode, count in found.modes.items())
        lines.append(f"Converted: {converted}.")
    return _fold("Sizes and kinds of the originals", _list(lines)) if lines else ""


def _more(augmentation: str) -> str:
    return _fold("What augmentation would do to them", augmentation) if augmentation else ""


def _were(count: int) -> str:
    return "1 was" if count == 1 else f"{count:,} were"


def _fold(title: str, body: str, unfold: bool = False) -> str:
    return f"<details{' open' if unfold else ''}><summary>{title}</summary>{body}</details>"


def _list(sentences: Iterable[str], kind: str = "") -> str:
    lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    focus = ' tabindex="0"' if kind == "long" else ""  # it scrolls
    return f'<ul class="{kind}"{focus}>{lines}</ul>' if lines else ""


def _strip(images, alt: str) -> str:
    strip = grid(np.stack(images), columns=len(images))
    height, width = strip.shape[:2]
    return (
        f'<img class="pixels" src="{data_uri(strip)}" alt="{escape(alt)}" width="{width}" height="{height}" '
        'draggable="false">'
    )
