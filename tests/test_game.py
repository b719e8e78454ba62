"""The game's rules apart from any page: rounds, votes, what a server remembers, what a share is worth."""

import numpy as np
import pytest

from gan.measure import game
from gan.measure.game import Confusion, GameError, Round, Rounds, Tally, confusion, dealt, fooling
from gan.measure.scoring import middle


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def a_round(model="m", trained=5, side=2, **others):
    real = np.arange(20) % 2 == 0
    images = np.zeros((20, side, side, 3), np.uint8)
    known = {"title": "M", "step": None, "logits": np.linspace(-1, 1, 20), "middle": 0.0} | others
    return Round(model=model, trained=trained, images=images, real=real, **known)


REAL_ONES = [n % 2 == 0 for n in range(20)]


def test_a_deal_keeps_each_picture_with_its_truth_and_foretells_nothing():
    real, made = (np.full((10, 1, 1, 1), value, np.uint8) for value in (1, 0))
    orders = set()
    for _ in range(20):
        images, truth = dealt(real, made)
        assert (images[:, 0, 0, 0] == truth).all() and truth.sum() == 10
        orders.add(truth.tobytes())
    assert len(orders) > 10  # of 184,756


def test_the_table_counts_what_was_called_what():
    real = np.array([1, 1, 1, 1, 1, 0, 0, 0], bool)
    said = np.array([1, 1, 1, 0, 0, 1, 0, 0], bool)
    outcome = confusion(real, said)
    assert outcome == Confusion(3, 2, 1, 2)
    assert (outcome.right, outcome.wrong, outcome.count) == (5, 3, 8)
    assert fooling(real, said) == [3, 4, 5]


def test_d_takes_for_real_what_it_scores_above_its_middle_and_is_surest_far_from_it():
    """A critic's scores may all lie below 0, and its least one says generated all the same."""
    scores = np.array([-4.1, -6.0, -5.9, -9.0, -6.3])
    round = a_round(logits=scores, middle=middle(np.array([-4, -3, -5.0]), np.array([-8, -9, -1.0])))
    assert round.middle == -6
    assert round.of_d.tolist() == [True, False, True, False, False]
    assert round.surest == [3, 0, 4, 2]


def test_a_round_is_answered_once():
    rounds = Rounds()
    name = rounds.begin(a_round())
    with pytest.raises(GameError, match=game.OVER):
        rounds.answered(name)  # nobody is told anything before
    round, tally = rounds.answer(name, REAL_ONES)
    assert round.model == "m" and tally == Tally(1, 0, 20)
    assert rounds.answered(name)[1].tolist() == REAL_ONES
    for other in (name, "", "guessed"):
        with pytest.raises(GameError, match=game.OVER):
            rounds.answer(other, REAL_ONES)


@pytest.mark.parametrize("votes", [[], REAL_ONES[:19], [*REAL_ONES, True]])
def test_other_than_as_many_votes_are_refused_and_the_round_goes_on(votes):
    rounds = Rounds()
    name = rounds.begin(a_round())
    with pytest.raises(GameError, match="one vote for each of its 20"):
        rounds.answer(name, votes)
    rounds.answer(name, REAL_ONES)


def test_a_round_grows_old():
    clock = Clock()
    rounds = Rounds(clock)
    first, second = rounds.begin(a_round()), rounds.begin(a_round())
    rounds.answer(second, REAL_ONES)
    clock.now = game.SECONDS + 1
    for ask in (lambda: rounds.answer(first, REAL_ONES), lambda: rounds.answered(second)):
        with pytest.raises(GameError, match=game.OVER):
            ask()


@pytest.mark.parametrize("bound, most", [("MOST_ROUNDS", 3), ("MOST_BYTES", 3 * 240)])
def test_the_oldest_rounds_make_room_those_that_were_answered_first(monkeypatch, bound, most):
    monkeypatch.setattr(game, bound, most)
    rounds = Rounds()
    names = [rounds.begin(a_round()) for _ in range(3)]
    rounds.answer(names[2], REAL_ONES)
    last = rounds.begin(a_round())
    with pytest.raises(GameError):
        rounds.answered(names[2])
    rounds.answer(names[0], REAL_ONES)
    rounds.begin(a_round())
    rounds.begin(a_round())
    with pytest.raises(GameError):
        rounds.answer(names[1], REAL_ONES)
    rounds.answer(last, REAL_ONES)


def test_everybodys_rounds_on_a_model_are_added_up_and_another_step_is_another_model():
    rounds = Rounds()

    def play(votes, **of):
        return rounds.answer(rounds.begin(a_round(**of)), votes)[1]

    assert play(REAL_ONES) == Tally(1, 0, 20)
    assert play([True] * 20) == Tally(2, 10, 40)
    assert play([True] * 20, trained=6) == Tally(1, 10, 20)
    assert play([True] * 20, model="n") == Tally(1, 10, 20)
    assert play(REAL_ONES) == Tally(3, 10, 60)


def test_only_so_many_models_are_counted(monkeypatch):
    monkeypatch.setattr(game, "MOST_MODELS", 2)
    rounds = Rounds()
    for model in ("a", "b", "a", "c", "b"):
        last = rounds.answer(rounds.begin(a_round(model)), REAL_ONES)[1]
    assert last.rounds == 1  # b was played longest ago when c came
