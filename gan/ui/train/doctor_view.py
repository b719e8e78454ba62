"""What the Train tab shows of people's own images before a run: pure functions of what the doctor found."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy import ndarray

from gan.images import fit, grid
from gan.studio import Doctor
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture
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


def report(found: Doctor, pairs: Pairs = (), augmentation: str = "") -> Markup:
    """All findings: how many are ready and the advice at once, the rest to unfold.

    `pairs` are near-duplicates, an image and its twin; `augmentation` is what `before_and_after` gave.
    """
    more = _fold(f"More advice ({len(found.advice) - FIRST})", _list(found.advice[FIRST:], "advice"))
    advice = _list(found.advice[:FIRST], "advice") + (more if len(found.advice) > FIRST else "")
    parts = (_skipped(found), _doubles(found, pairs), _labels(found), _originals(found), _more(augmentation))
    return html(
        '<div class="doctor" role="status"><p><b>{:,} images are ready.</b> {:,} of them are held out, for '
        "measuring.</p>{}{}{}</div>",
        found.count, found.held_out, advice, joined(parts), _list(found.notes),
    )  # fmt: skip


def refusal(error: ValueError) -> Markup:
    """Why all of it was refused."""
    return html('<div class="doctor refused" role="alert"><p>{}</p></div>', error)


def before_and_after(images: ndarray, augmented: ndarray) -> Markup:
    """The same images without and with augmentation, one row each; (n, h, w, c) uint8."""
    rows = (("real", "● Your images", images), ("quiet", "What D sees of them", augmented))
    shown = joined(
        html('<figure><figcaption class="{}">{}</figcaption>{}</figure>', kind, words, _strip(row, words))
        for kind, words, row in rows
    )
    return html('<div class="before-after">{}</div>', shown)


def fits(samples: Sequence) -> Markup | str:
    """The same few pictures that are not square in every way they can become so, a row each."""
    if not samples:
        return ""
    rows = []
    for how, words in FIT_WORDS.items():
        shown = joined(_strip([fit(sample, FIT_SIDE, 3, how)], words) for sample in samples[:FITTED])
        rows.append(html("<figure><figcaption>{}</figcaption>{}</figure>", FIT_SHORT[how], shown))
    return html('<div class="fits">{}</div>', joined(rows))


def _skipped(found: Doctor) -> Markup | str:
    if not found.skipped:
        return ""
    body = _list(found.skipped_words(), "long")
    return _fold(f"{len(found.skipped):,} skipped", body, unfold=True)


def _doubles(found: Doctor, pairs: Pairs) -> Markup | str:
    if not (found.duplicates or found.near_duplicates):
        return ""
    words = []
    if found.duplicates:
        words.append(f"{_were(found.duplicates)} the same as another and left out.")
    if found.near_duplicates:
        words.append(f"{_were(found.near_duplicates)} nearly the same as another and kept.")
    shown = joined(_strip([a, b], "Two images that are nearly the same") for a, b in list(pairs)[:PAIRS])
    return _fold(
        f"{found.duplicates + found.near_duplicates:,} duplicates and near-duplicates",
        html('<p>{}</p><div class="pairs">{}</div>', " ".join(words), shown),
    )


def _labels(found: Doctor) -> Markup:
    return joined(_label(name, values) for name, values in found.labels.items())


def _label(name: str, values: dict[str, int]) -> Markup:
    most = max(values.values(), default=0) or 1
    rows = joined(
        html(
            '<tr><th scope="row">{}</th><td><i style="width:{:.0f}%"></i></td><td>{:,}</td></tr>',
            value, 100 * count / most, count,
        )
        for value, count in list(values.items())[:VALUES]
    )  # fmt: skip
    more = html("<p>and {:,} more</p>", len(values) - VALUES) if len(values) > VALUES else ""
    return _fold(f"{len(values):,} kinds by {name}", html("<table>{}</table>{}", rows, more))


def _originals(found: Doctor) -> Markup | str:
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


def _more(augmentation: str) -> Markup | str:
    return _fold("What augmentation would do to them", augmentation) if augmentation else ""


def _were(count: int) -> str:
    return "1 was" if count == 1 else f"{count:,} were"


def _fold(title: str, body: str, unfold: bool = False) -> Markup:
    return html("<details{}><summary>{}</summary>{}</details>", " open" if unfold else "", title, body)


def _list(sentences: Iterable[str], kind: str = "") -> Markup:
    lines = joined(html("<li>{}</li>", sentence) for sentence in sentences)
    focus = html(' tabindex="0"') if kind == "long" else ""  # it scrolls
    return html('<ul class="{}"{}>{}</ul>', kind, focus, lines) if lines else lines


def _strip(images, alt: str) -> Markup:
    return picture(grid(np.stack(images), columns=len(images)), alt)
