"""The game "Which is real?": rounds that a server keeps, and how often people were wrong. numpy alone.

The share of pictures that people call wrong measures a generator: HYPE-infinity of Zhou et al. (2019). It is
0 where they tell every picture, and 50 % where they can do no better than guess.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy import ndarray

OF_EACH = 10  # real pictures of a round, and as many generated ones
PICTURES = 2 * OF_EACH
SECONDS = 1800.0  # that a round is kept: it takes two minutes
MOST_ROUNDS = 400  # at once
MOST_BYTES = 64 * 2**20  # of all their pictures
MOST_MODELS = 500  # whose players are counted
SURE = 4  # pictures that count as those D was most sure of
OVER = "This round is over; start another."


class GameError(ValueError):
    """What was asked for is no move of this game; its text is a sentence."""


@dataclass(frozen=True, eq=False)
class Round:
    """Twenty pictures in the order in which they are shown, and what only the server knows of them."""

    model: str
    title: str  # of the model, for people
    step: int | None  # of its run, at which it is asked; None for the model as it is kept
    trained: int  # the step that its generator comes from
    images: ndarray  # (n, h, w, c) uint8
    real: ndarray  # (n,) bool: it is a real one
    logits: ndarray  # (n,) float: D's scores
    middle: float  # above which D takes a picture for real, see `middle`

    @property
    def of_d(self) -> ndarray:
        """D's votes, (n,) bool: it takes the picture for real."""
        return self.logits > self.middle

    @property
    def surest(self) -> list[int]:
        """The numbers of the pictures that D is surest of, the surest first."""
        return np.argsort(-np.abs(self.logits - self.middle), kind="stable")[:SURE].tolist()


def dealt(real: ndarray, made: ndarray) -> tuple[ndarray, ndarray]:
    """Both kinds, (n, h, w, c) uint8 each, in one order that nobody can foresee; and which are real, (n,)."""
    order = np.random.default_rng(secrets.randbits(128)).permutation(len(real) + len(made))
    return np.concatenate([real, made])[order], order < len(real)


@dataclass(frozen=True)
class Confusion:
    """How many real and generated pictures were called what."""

    real_as_real: int
    real_as_generated: int
    generated_as_real: int
    generated_as_generated: int

    @property
    def right(self) -> int:
        return self.real_as_real + self.generated_as_generated

    @property
    def wrong(self) -> int:
        return self.real_as_generated + self.generated_as_real

    @property
    def count(self) -> int:
        return self.right + self.wrong


def confusion(real: ndarray, said: ndarray) -> Confusion:
    """real, said: (n,) bool, what the pictures are and were called; True for real."""
    pairs = ((real, said), (real, ~said), (~real, said), (~real, ~said))
    return Confusion(*(int((is_so & called).sum()) for is_so, called in pairs))


def fooling(real: ndarray, said: ndarray) -> list[int]:
    """The numbers of the pictures that were called wrong."""
    return np.flatnonzero(real != said).tolist()


@dataclass(frozen=True)
class Tally:
    """Rounds of one model added up, whoever played them."""

    rounds: int = 0
    wrong: int = 0
    count: int = 0  # pictures

    def plus(self, outcome: Confusion) -> "Tally":
        return Tally(self.rounds + 1, self.wrong + outcome.wrong, self.count + outcome.count)


@dataclass(frozen=True, eq=False)
class _Kept:
    """A round that somebody plays, or has answered."""

    since: float
    round: Round
    votes: ndarray  # (n,) bool; none yet of one that is being played


class Rounds:
    """The rounds that are being played on a server, by names nobody guesses, and what came of those before.

    Safe from any thread. The oldest rounds go first where there are too many.
    """

    def __init__(self, clock: Callable[[], float] = monotonic):
        self._clock, self._lock = clock, threading.Lock()
        self._open: OrderedDict[str, _Kept] = OrderedDict()  # by name, the oldest first
        self._answered: OrderedDict[str, _Kept] = OrderedDict()
        self._tallies: OrderedDict[tuple[str, int], Tally] = OrderedDict()  # (model, trained) -> all rounds

    def begin(self, round: Round) -> str:
        """The name by which its player, and nobody else, will answer."""
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._open[name] = _Kept(self._clock(), round, np.zeros(0, bool))
            self._tidy()
        return name

    def answer(self, name: str, said: Sequence[bool]) -> tuple[Round, Tally]:
        """Votes on all of its pictures, which end the round; with what everybody's rounds add up to.

        Raises GameError for a round that is over or that there never was, and for other than as many votes.
        """
        with self._lock:
            self._tidy()
            if name not in self._open:
                raise GameError(OVER)
            round = self._open[name].round
            if len(said) != len(round.real):
                raise GameError(f"A round takes one vote for each of its {len(round.real)} pictures.")
            del self._open[name]
            votes = np.array(said, bool)
            self._answered[name] = _Kept(self._clock(), round, votes)
            return round, self._counted(round, confusion(round.real, votes))

    def _counted(self, round: Round, outcome: Confusion) -> Tally:
        key = round.model, round.trained
        self._tallies[key] = tally = self._tallies.get(key, Tally()).plus(outcome)
        self._tallies.move_to_end(key)
        while len(self._tallies) > MOST_MODELS:
            self._tallies.popitem(last=False)
        return tally

    def answered(self, name: str) -> tuple[Round, ndarray]:
        """A round that has been answered, with the votes (n,) bool. Raises GameError for any other."""
        with self._lock:
            self._tidy()
            if name not in self._answered:
                raise GameError(OVER)
            kept = self._answered[name]
            return kept.round, kept.votes

    def _tidy(self):
        """What is too old goes, and the oldest where there is too much: answered ones first."""
        old = self._clock() - SECONDS
        for rounds in (self._answered, self._open):
            while rounds and (next(iter(rounds.values())).since < old or self._are_too_many()):
                rounds.popitem(last=False)

    def _are_too_many(self) -> bool:
        there = [*self._open.values(), *self._answered.values()]
        return len(there) > MOST_ROUNDS or sum(one.round.images.nbytes for one in there) > MOST_BYTES
