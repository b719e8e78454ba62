"""The tells of a round of "Which is real?": where D looked, beside what the picture is and was called."""

from collections.abc import Mapping, Sequence

from numpy import ndarray

from gan.measure.game import Round, fooling
from gan.ui.judge.game_answer import origin
from gan.ui.judge.histograms import Histograms, signed
from gan.ui.judge.look import Look
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture

VOTES = (
    "D calls real what it scores above {}: halfway between its usual scores of real and of generated images."
)


def tells(
    round: Round,
    said: ndarray,
    looks: Mapping[int, Look],
    fooled: Sequence[int],
    data: Histograms,
) -> Markup:
    """Where D looked on some pictures, by their numbers: `fooled`, which fooled the player, and others."""
    more = len(fooling(round.real, said)) - len(fooled)
    groups = (
        (f"These fooled you{f', and {more} more' if more else ''}", [n for n in looks if n in fooled]),
        ("Of these D was surest", [n for n in looks if n not in fooled]),
    )
    shown = joined(
        html('<div class="game-group"><h4>{}</h4><div class="game-looks">{}</div></div>', words,
             joined(_look(round, said, number, looks[number], data) for number in numbers))
        for words, numbers in groups if numbers
    )  # fmt: skip
    legend, votes = next(iter(looks.values())).legend, VOTES.format(_number(round.middle))
    return html("<h3>The tells: where D looked</h3><p>{} {}</p>{}", legend, votes, shown)


def _number(middle: float) -> str:
    return signed(middle) if abs(middle) >= 0.005 else "0"


def _look(round: Round, said: ndarray, number: int, look: Look, data: Histograms) -> Markup:
    image, name = round.images[number], f"Picture {number + 1}"
    looked, words = look.image(image, name, data.span), look.words(data.span)
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
