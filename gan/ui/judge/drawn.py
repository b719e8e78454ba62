"""Whether a model can draw what somebody has dropped in, where that scores as its own images do.

That takes a search, so the page asks for it once the verdicts are there: see drawn.js.
"""

from gan.measure.scoring import Score, reworded
from gan.studio import Studio
from gan.ui.judge.inside import picture_of
from gan.ui.judge.view import stated
from gan.ui.parts import in_turn
from gan.ui.scripts import scripted


def drawn(studio: Studio, asked: dict) -> dict:
    """The verdict on a "picture", as the page shows it, by the "model"; "whole": with its scale."""
    info = studio.info(str(asked.get("model")))
    image = picture_of(studio, info, asked.get("picture"))
    [score] = studio.score(info.name, [image])
    if score.likeness == "generated":
        score = reworded_by(studio.draws(info.name, image), score)
    return {"verdict": stated(score, asked.get("whole") is True)}


def reworded_by(draws: str, score: Score) -> Score:
    """draws: how the model can draw what scores as its own images do."""
    if draws == "not":
        return reworded(score, "undrawn", "neither")
    return reworded(score, "roughly", "generated") if draws == "roughly" else score


# Layout


def build(studio: Studio):
    scripted("judge/drawn", *in_turn(drawn), studio=studio, value="", elem_id="judge-drawn")
