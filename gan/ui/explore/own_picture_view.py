"""What became of one's own picture in a model's latent space, as HTML: pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import ndarray

from gan.studio import Inverted
from gan.ui.explore.asked import query_of
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture
from gan.words import percent

ABOUT = explain(
    "GAN inversion (Zhu et al. 2016). The search begins with the nearest of up to 10,000 of the model's own "
    "images, or with the answer of its encoder, a third network that learnt the way back. Then the numbers "
    "of z are moved, step by step, so that the image comes nearer, from several starts at once. z stays "
    "about as long as that of a seed. Labels are those that come nearest.",
    "Your own picture",
)
ABOUT_ERROR = explain(
    "Each pixel's values are grey levels from 0 to 255, of red, green and blue each. The error is how far "
    "those of two images are apart: the root of the mean square difference. 0 is the same image; black and "
    "white are 255 apart. One of the model's own images and a picture of another kind were searched for in "
    "the same way: so near, and so far, is what this model can reach.",
    "The error",
)
HEADING = html(
    """<h2>Your own picture {}</h2>
<p class="hint">Where is it in this model’s latent space? The nearest image that the model can draw is
searched for, in ten seconds or so. From there all sliders work. (What the discriminator makes of a picture,
Judge says.)</p>""",
    ABOUT,
)
OR = html('<p class="judge-or">or try an example; press again for another</p>')
EXAMPLES = {"generated": "◆ One of its own", "real": "● A real one"}
EMPTY = html("""<div class="own-empty"><p>Add a picture, or try an example: here you will see how near this
model comes to it, beside how near it comes to its own images, and a way to go on from there.</p></div>""")
WAITING = html("""<div class="own-empty" role="status"><p>The search begins as soon as those that others have
asked for are over …</p></div>""")
UNKNOWN, MEASURING = "—", "…"


@dataclass(frozen=True, eq=False)
class Given:
    """A picture to look for in a model's latent space."""

    model: str
    image: Any  # an image, or (h, w, c) uint8
    kind: str  # "file", "generated" or "real"
    name: str
    shaping: str = ""  # how the picture became a square
    remarks: Markup | str = ""
    z: ndarray | None = None  # its true latent, where that is known


@dataclass(frozen=True, eq=False)
class Card:
    """What was found, and what it is held against; None for what is not known yet, or at all."""

    found: Inverted
    encoder: tuple[ndarray, float] | None  # what an encoder alone makes of the picture, and its error
    training: tuple[ndarray, float] | None  # the nearest training image, and how far it is
    own: Inverted | None = None
    another: Inverted | None = None
    over: bool = False  # nothing more is measured


def refused(sentence: str) -> Markup:
    return html('<div class="own-empty" role="status"><p>{}</p></div>', sentence)


def working(given: Given, found: Inverted) -> Markup:
    """How far the search is, and the best so far."""
    return html(
        """{remarks}<div class="own-found">{figures}<p class="own-progress"><progress max="100" value="{done}"
aria-label="The search"></progress> {share}: {error:.1f} grey levels off so far</p></div>""",
        remarks=given.remarks, figures=_figures(given, found), done=round(100 * found.share),
        share=percent(found.share), error=found.error,
    )  # fmt: skip


def report(given: Given, card: Card) -> Markup:
    """Picture and result side by side, the report card, and the way to the latent."""
    true = "" if given.z is None else likeness(given.z, card.found.z[: len(given.z)])
    return html(
        """{remarks}<div class="own-found">{figures}
<p class="own-words" role="status"><b>{verdict}</b>{early}{true}</p>
<table class="own-card"><caption>How far off, in grey levels from 0 to 255 {about}</caption>
<tbody>{rows}</tbody></table>
<a class="button own-go" href="?{there}">Open it in the sliders</a></div>""",
        remarks=given.remarks, figures=_figures(given, card.found), verdict=verdict(card),
        early="" if card.found.share == 1 else " The search was stopped before its end.", true=true,
        about=ABOUT_ERROR, rows=joined(_rows(given, card)), there=query_of(given.model, card.found.point),
    )  # fmt: skip


def verdict(card: Card) -> str:
    """Whether the model can draw it, in a sentence."""
    error = card.found.error
    if not card.own or not card.another:
        return "It is not known what this model can reach: that was stopped." if card.over else (
            "Found. Now two more pictures are searched for, to compare with …"
        )  # fmt: skip
    if card.found.is_no_likeness(card.another):
        return "This model cannot draw that: its nearest image is no likeness."
    if card.found.is_as_near(card.own):
        return "This model can draw that, about as well as an image of its own."
    if card.training and error < card.training[1]:
        return "This model can draw something like it: nearer than any image it was trained on."
    return "This model can draw that only roughly."


def likeness(true: ndarray, found: ndarray) -> Markup:
    return html(""" Its true latent is known: the numbers found correlate with the seed's at <b>{:.2f}</b>,
where 1 is perfect and 0 is chance.""", float(np.corrcoef(true, found)[0, 1]))  # fmt: skip


def _rows(given: Given, card: Card) -> Iterator[Markup]:
    unknown = UNKNOWN if card.over else MEASURING
    name = "Your picture" if given.kind == "file" else "This picture"
    shown: list[tuple] = [(name, card.found.reconstruction, card.found.error)]
    if card.encoder:
        shown.append(("Its encoder's answer alone", *card.encoder))
    for name, one in (("One of its own images", card.own),
                      ("A picture of another kind", card.another)):  # fmt: skip
        shown.append((name, one and one.seen, one and one.error))
    shown.append(("The nearest training image", *(card.training or (None, None))))
    longest = max(error for *_, error in shown if error is not None)
    for name, image, error in shown:
        there = error is not None
        yield html(
            '<tr><th scope="row">{}</th><td>{}</td><td class="own-bar"><i style="width:{:.1f}%"></i></td>'
            "<td>{}</td></tr>",
            name, picture(image, "") if there else html('<span class="own-blank"></span>'),
            100 * error / max(longest, 1e-6) if there else 0, f"{error:.1f}" if there else unknown,
        )  # fmt: skip


def _figures(given: Given, found: Inverted) -> Markup:
    size = f"{found.seen.shape[1]} × {found.seen.shape[0]} pixels"
    shaping = f", {given.shaping}" if given.shaping else ""
    return html(
        '{}<p class="own-arrow" aria-hidden="true">→ z →<br>G</p>{}',
        _figure(found.seen, given.kind, given.name, f"As the model has its images: {size}{shaping}"),
        _figure(found.reconstruction, "generated", "What the model makes of it", _from(found)),
    )  # fmt: skip


def _from(found: Inverted) -> str:
    began = f"the nearest of {found.samples:,} samples" if found.samples else "the encoder's answer"
    return f"From the z that was found, beginning with {began}"


def _figure(image: ndarray, kind: str, name: str, words: str) -> Markup:
    return html(
        '<figure class="from-{}">{}<figcaption><b>{}</b>{}</figcaption></figure>',
        kind, picture(image, f"{name}. {words}"), name, words,
    )  # fmt: skip
