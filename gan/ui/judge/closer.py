"""What a discriminator is asked closer: what would flip its mind, what is alike to it, what it learnt."""

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from gan.studio import LABELLED, Alike, Flip, Read, Studio
from gan.ui.help import explain
from gan.ui.judge.histograms import signed
from gan.ui.judge.inside import picture_of
from gan.ui.judge.side_by_side import compared
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import in_turn, picture
from gan.ui.scripts import scripted
from gan.words import label_words, percent

UNSEEN, PLAIN = 3.0, 12.0  # grey levels, root mean square: below one hardly seen, above the other plainly
ALIKE = 8  # pictures in a row
LEANS = {True: "real", False: "generated"}
NOT_FLIPPED = (
    "No small change was found that flips it: its score hardly moves with any pixel of this picture."
)
ABOUT_FLIP = explain(
    "The change goes down the slope of the score until it crosses the middle between the network's usual "
    "score of real pictures and of generated ones (DeepFool, Moosavi-Dezfooli et al. 2016), in whole grey "
    "levels. It is the smallest that was found; a smaller one may exist.",
    "The smallest change",
)
ABOUT_READ = explain(
    "A linear probe (Alain & Bengio 2017): ridge regression from the features onto each label. Columns can "
    "be compared with each other, and not with what a network reaches that is taught these labels.",
    "Reading off",
)


def _place(name: str, title: str, hint: str | Markup, chosen: bool = False) -> Markup:
    pictures = html(
        '<fieldset class="looked-at"><legend>The picture that is looked at</legend>'
        '<div data-part="{}-pictures"></div></fieldset>', name,
    ) if chosen else ""  # fmt: skip
    return html(
        '<details class="inside" data-part="{name}"><summary><h2>{title}</h2></summary>'
        '<p class="hint">{hint}</p>{pictures}'
        '<p class="judge-notes" role="status" data-part="{name}-notice" hidden></p>'
        '<div data-part="{name}-shown"></div></details>',
        name=name, title=title, hint=hint, pictures=pictures,
    )  # fmt: skip


PLACES = joined((
    _place(
        "flip", "What would flip its mind?",
        html("As little as possible is changed in the picture, until the discriminator takes a real one for "
             "generated, or a generated one for real. {}", ABOUT_FLIP), chosen=True,
    ),
    _place(
        "alike", "What looks alike to it",
        "To tell real from generated it had to find out what such pictures are made of, without a single "
        "label. So it knows which are alike: beside what is nearest pixel by pixel one sees what it goes by.",
        chosen=True,
    ),
    _place(
        "read", "What can be read off its features",
        html("Nobody told it what a picture shows. How much of that can be read off its features by a "
             "straight line, learnt from {} labelled pictures? {}", LABELLED, ABOUT_READ),
    ),
    _place(
        "beside", "Several discriminators, side by side",
        "The same pictures, asked of others: of the same network earlier in its training, and of those that "
        "other recipes have taught.",
    ),
))  # fmt: skip


def flipped(studio: Studio, asked: dict) -> dict:
    """The smallest change of a "picture", as the page shows it, that flips the "model" 's mind."""
    info = studio.info(str(asked.get("model")))
    found = studio.flip(info.name, picture_of(studio, info, asked.get("picture")))
    if found is None:
        return {"shown": html("<p>{}</p>", NOT_FLIPPED)}
    beside = " What it is shown beside the picture stays as it was." * info.sees_source
    return {"shown": flip_view(found, beside)}


def alike(studio: Studio, asked: dict) -> dict:
    """The held-out pictures most like a "picture", by the "model" 's features and by pixels."""
    info = studio.info(str(asked.get("model")))
    found = studio.alike(info.name, picture_of(studio, info, asked.get("picture")), ALIKE)
    return {"shown": alike_view(found)}


def read_off(studio: Studio, asked: dict) -> dict:
    """How well labels are read off the features of the "model"."""
    return {"shown": read_view(studio.read_off(str(asked.get("model"))))}


def flip_view(found: Flip, beside: str = "") -> Markup:
    most = int(np.abs(found.difference).max())
    times = max(1, 127 // most)
    drawn = np.clip(127.5 + times * found.difference, 0, 255).astype(np.uint8)
    was, now = LEANS[found.before > 0], LEANS[found.after > 0]
    many = f"made {times} times stronger, " if times > 1 else ""
    figures = (
        (found.picture, f"As it is: {signed(found.before)}, so it leans towards {was}.", was),
        (drawn, f"The change, {many}around grey: lighter was added, darker taken away.", ""),
        (found.changed, f"Changed: it leans towards {now}, by a hair.", now),
    )
    return html(
        '<div class="flip">{}</div><p class="closer-words">{}{}</p>',
        joined(map(_figure, figures)), flip_words(found), beside,
    )  # fmt: skip


def _figure(one: tuple[ndarray, str, str]) -> Markup:
    image, words, leans = one
    return html(
        '<figure class="leans-{}"><div class="judge-picture">{}</div><figcaption>{}</figcaption></figure>',
        leans, picture(image, words), words,
    )  # fmt: skip


def flip_words(found: Flip) -> str:
    most = int(np.abs(found.difference).max())
    size = f"{found.size:.1f} of 255 grey levels in the mean, {most} at most"
    if found.size < UNSEEN:
        sees = "That is hardly seen: it decides by what nobody looks at."
    elif found.size < PLAIN:
        sees = "One sees it, if one looks for it."
    else:
        sees = "One sees it plainly: to change its mind the picture has to become another one."
    alone = found.noise * found.before > 0
    counts = "what counts is where it changes, not how much" if alone else "that much flips it anyhow"
    return (
        f"Values change by {size}. {sees} As much random noise puts its score at {signed(found.noise)}: "
        f"{counts}. Scores are counted from the middle between real and generated."
    )


def alike_view(found: Alike) -> Markup:
    rows = (("As it sees them", found.by_features), ("Pixel by pixel", found.by_pixels))
    return html(
        '{}<p class="hint">Of {:,} pictures that it was not trained on, the nearest first.</p>',
        joined(_row(words, pictures) for words, pictures in rows), found.among,
    )  # fmt: skip


def _row(words: str, pictures: ndarray) -> Markup:
    drawn = joined(html("<li>{}</li>", picture(one, f"{words}, number {number}"))
                   for number, one in enumerate(pictures, 1))  # fmt: skip
    return html('<h3 class="alike-by">{}</h3><ol class="alike">{}</ol>', words, drawn)


def read_view(rows: Sequence[Read]) -> Markup:
    names = ("Always the commonest", "From the pixels", "Before its training", "As it is now")
    head = joined(html('<th scope="col">{}</th>', name) for name in names)
    return html(
        '<div class="scrolls"><table class="read-off"><caption>Right about so many held-out pictures'
        '</caption><thead><tr><th scope="col">Label</th>{}</tr></thead><tbody>{}</tbody></table></div>',
        head, joined(map(_read_row, rows)),
    )  # fmt: skip


def _read_row(row: Read) -> Markup:
    shares = (row.commonest, row.pixels, row.untrained, row.trained)
    best = max(shares[1:])
    cells = joined(
        html('<td{}><span class="bar" style="--share:{:.3f}"></span>{}</td>',
             html(' class="best"') if share == best else "", share, percent(share))
        for share in shares
    )  # fmt: skip
    return html('<tr><th scope="row">{}</th>{}</tr>', label_words(row.label), cells)


# Layout


def build(studio: Studio, apart: str):
    """Below what is judged, of which the script hears. apart: a class of what makes room for the game."""
    asked = in_turn(flipped, alike, read_off, compared)
    scripted("judge/closer", *asked, studio=studio, value=None, html_template="${first}", first=PLACES,
             elem_id="judge-closer", elem_classes=apart)  # fmt: skip
