"""The tells of a round of "Which is real?": where D looked, beside what the picture is and was called."""

from collections.abc import Mapping, Sequence

from numpy import ndarray

from gan.measure.game import Round, fooling
from gan.ui.judge.game_answer import origin
from gan.ui.judge.histograms import Histograms, signed
from gan.ui.judge.view import Seen, heat_image, heat_words, patch_words
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture

COVERED = html(
    'Patch by patch the picture was covered, and D asked again. <span class="real">Blue spots spoke for '
    'real</span>, <span class="fake">orange ones against</span>.'
)
PATCHES = html(
    'This discriminator judges patch by patch: <span class="real">blue ones look real</span> to it, <span '
    'class="fake">orange ones generated</span>.'
)
VOTES = (
    "D calls real what it scores above {}: halfway between its usual scores of real and of generated images."
)


def tells(
    round: Round,
    said: ndarray,
    looks: Mapping[int, ndarray],
    fooled: Sequence[int],
    data: Histograms,
    patches: bool,
) -> Markup:
    """Where D looked on some pictures, by their numbers: `fooled`, which fooled the player, and others.

    looks: heat maps (h, w). patches: they are what D says of each patch, not how its score would move.
    """
    more = len(fooling(round.real, said)) - len(fooled)
    groups = (
        (f"These fooled you{f', and {more} more' if more else ''}", [n for n in looks if n in fooled]),
        ("Of these D was surest", [n for n in looks if n not in fooled]),
    )
    shown = joined(
        html('<div class="game-group"><h4>{}</h4><div class="game-looks">{}</div></div>', words,
             joined(_look(round, said, number, looks[number], data, patches) for number in numbers))
        for words, numbers in groups if numbers
    )  # fmt: skip
    legend, votes = PATCHES if patches else COVERED, VOTES.format(_number(round.middle))
    return html("<h3>The tells: where D looked</h3><p>{} {}</p>{}", legend, votes, shown)


def _number(middle: float) -> str:
    return signed(middle) if abs(middle) >= 0.005 else "0"


def _look(round: Round, said: ndarray, number: int, heat: ndarray, data: Histograms, patches: bool) -> Markup:
    image, name = round.images[number], f"Picture {number + 1}"
    words = patch_words(heat) if patches else heat_words(heat, data.span)
    looked = heat_image(Seen(name, "file", image), heat, data.span, words)
    both = html(
        '<div class="judge-picture">{}</div><div class="judge-picture">{}</div>', picture(image, name), looked
    )
    you, d = ("real" if one[number] else "generated" for one in (said, round.of_d))
    return html(
        '<article class="{}"><div class="judge-pictures">{}</div><div><h5>{}</h5><p>You said {}, D {}. '
        "<small>Score {}</small></p><details><summary>What the spots say</summary><p>{}</p></details></div>"
        "</article>",
        *origin(round, number, both), you, d, signed(round.logits[number]), words,
    )  # fmt: skip
