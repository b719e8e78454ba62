"""The game "Which is real?": what game.js asks the server, which keeps the truth until a round is over."""

import secrets
from collections.abc import Mapping

import numpy as np

from gan.checkpoint.info import ModelInfo
from gan.images import data_uri, grid
from gan.measure.game import OF_EACH, PICTURES, GameError, Round, Rounds, dealt, fooling
from gan.measure.scoring import middle
from gan.studio import Studio
from gan.ui import whose
from gan.ui.judge import game_answer, game_tells, game_view
from gan.ui.judge.histograms import histograms
from gan.ui.judge.look import looked
from gan.ui.parts import MISUNDERSTOOD

COLUMNS = 5  # of the sheet
MOST_BEFORE = 400  # of a browser's earlier rounds, and
MOST_STEP = 10**12
VOTES = {"real": True, "generated": False}
NO_MODEL = "There is no model to play against yet. Train one in the Train tab: it appears here at once."
ANOTHER = "Choose another model."


class Table:
    """Where people play: the rounds of one server. Its methods are asked by the script."""

    def __init__(self, rounds: Rounds | None = None):
        self.rounds = rounds or Rounds()

    def begun(self, studio: Studio, asked: Mapping) -> dict:
        """A new round against a model, or against its run at a kept step: twenty pictures and no truth.

        All of them are one PNG: neither a file's size nor anything in it tells one from another.
        """
        info, step = _model(studio, asked), _step(asked.get("step"))
        round = _round(studio, info, step)
        height, width = round.images.shape[1:3]
        return {
            "round": self.rounds.begin(round), "sheet": data_uri(grid(round.images, COLUMNS)),
            "columns": COLUMNS, "width": width, "height": height, "pictures": PICTURES,
            "model": info.name, "step": step, "trained": round.trained, "about": game_view.about(info, step),
            "moments": game_view.moments(studio.moments(info.name), info.steps, step),
        }  # fmt: skip

    def answered(self, studio: Studio, asked: Mapping) -> dict:
        """The votes on a round, and with that its end: the truth, D's votes, and what they come to.

        "before": earlier rounds of this browser on the same model, [step, how many were wrong] each.
        """
        said, before = _votes(asked.get("votes")), _before(asked.get("before"))
        round, tally = self.rounds.answer(str(asked.get("round")), said)
        votes = np.array(said)
        wrong = len(fooling(round.real, votes))
        earlier = [*before, (round.trained, wrong)]
        return {"answer": game_answer.answer(round, votes, tally, earlier), "wrong": wrong}

    def tells(self, studio: Studio, asked: Mapping) -> dict:
        """Where D looked: on pictures about which it and the player differed or both erred; its surest."""
        round, votes = self.rounds.answered(str(asked.get("round")))
        groups = game_tells.told_apart(round, votes)
        chosen = [number for group in groups for number in group.shown]
        looks = looked(studio, round.model, round.images[chosen], round.logits[chosen], round.step)
        data = histograms(*studio.references(round.model, round.step))
        found = dict(zip(chosen, looks, strict=True))
        return {"tells": game_tells.tells(round, votes, groups, found, data)}


def _model(studio: Studio, asked: Mapping) -> ModelInfo:
    """The model that was asked for, else the first. Raises ValueError, a sentence."""
    name = asked.get("model") or next((info.name for info in studio.judges(whose.of(asked))), "")
    if not name:
        raise GameError(NO_MODEL)
    info = studio.info(str(name))
    if not info.judges:
        raise GameError(f"{info.title} has no discriminator to play against. {ANOTHER}")
    return info


def _round(studio: Studio, info: ModelInfo, step: int | None) -> Round:
    """Raises ValueError, a sentence, for a model of whose kind too few real pictures are here."""
    name, kinds = info.name, ("real", "generated")
    real, made = (studio.examples(name, kind, OF_EACH, secrets.randbits(31), step) for kind in kinds)
    least = min(len(real), len(made))
    if least < OF_EACH:
        raise GameError(
            f"A round takes {OF_EACH} real pictures that {info.title} has not learnt from, and there "
            f"are {least}. {ANOTHER}"
        )
    images, truth = dealt(*(studio.see(name, list(part)) for part in (real, made)))
    logits = np.array([score.logit for score in studio.score(name, list(images), step)])
    zero = middle(*studio.references(name, step))
    trained = info.steps if step is None else step
    return Round(name, info.title, step, trained, images, truth, logits, zero)


def _votes(votes) -> list[bool]:
    if not isinstance(votes, list) or len(votes) != PICTURES:
        raise GameError(f"A round takes one vote for each of its {PICTURES} pictures.")
    if not all(isinstance(one, str) and one in VOTES for one in votes):
        raise GameError("A vote is “real” or “generated”; reload the page.")
    return [VOTES[one] for one in votes]


def _before(rounds) -> list[tuple[int, int]]:
    if not isinstance(rounds, list) or len(rounds) > MOST_BEFORE:
        raise GameError(MISUNDERSTOOD)
    if not all(isinstance(one, list) and len(one) == 2 for one in rounds):
        raise GameError(MISUNDERSTOOD)
    return [(_whole(step, MOST_STEP), _whole(wrong, PICTURES)) for step, wrong in rounds]


def _step(value) -> int | None:
    return None if value is None else _whole(value, MOST_STEP)


def _whole(value, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise GameError(MISUNDERSTOOD)
    return value
