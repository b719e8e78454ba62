"""The tells of a round of "Which is real?": where D looked, beside what the picture is and was called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from gan.measure.game import Round
from gan.ui.judge.game_answer import GROUPS, origin
from gan.ui.judge.histograms import Histograms, signed
from gan.ui.judge.look import Look
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture

SHOWN = 4  # pictures of a group, at most
SUREST = "Of these D was surest"
VOTES = (
    "D calls real what it scores above {}: halfway between its usual scores of real and of generated images."
)


@dataclass(frozen=True)
class Group:
    """Pictures that have in common who saw what they are."""

    words: str
    all: list[int]  # their numbers

    @property
    def shown(self) -> list[int]:
        return self.all[:SHOWN]

    @property
    def title(self) -> str:
        some = f": {len(self.shown)} of {len(self.all)} pictures" if len(self.all) > len(self.shown) else ""
        return f"{self.words}{some}"


def told_apart(round: Round, said: ndarray) -> list[Group]:
    """The pictures that are looked into: where the player and D differed first, D's surest last."""
    right, right_too = said == round.real, round.of_d == round.real
    wrong = (one for one in GROUPS if one[0] != (True, True))
    seen = ((words, (right == you) & (right_too == d)) for (you, d), words in wrong)
    there = [Group(words, np.flatnonzero(which).tolist()) for words, which in seen]
    groups = [one for one in there if one.all]
    shown = {number for one in groups for number in one.shown}
    return [*groups, Group(SUREST, [number for number in round.surest if number not in shown])]


def tells(
    round: Round, said: ndarray, groups: Sequence[Group], looks: Mapping[int, Look], data: Histograms
) -> Markup:
    """Where D looked on the pictures of some groups, by their numbers; its surest are folded away."""
    shown = joined(
        html(
            '<{0} class="game-group"><{1}>{2}</{1}><div class="game-looks">{3}</div></{0}>',
            *(("details", "summary") if one.words == SUREST else ("div", "h4")), one.title,
            joined(_look(round, said, number, looks[number], data) for number in one.shown),
        )
        for one in groups if one.shown
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
        '<article class="{}"><div class="judge-pictures">{}</div><div><h5>{}</h5><p>You said {}, D {}. {} '
        "<small>Score {}</small></p><details><summary>What the spots say</summary><p>{}</p></details></div>"
        "</article>",
        *origin(round, number, both), you, d, look.tell(data.span), signed(round.logits[number]), words,
    )  # fmt: skip
