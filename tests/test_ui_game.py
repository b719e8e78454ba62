"""The game without a browser: what the page gets before and after, and what it may not send."""

import base64
import io
import re
import struct
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from gan.measure.game import OVER, Round, Rounds
from gan.measure.scoring import judge as judged
from gan.ui.judge import game_answer, game_curve, game_tells, game_view, look
from gan.ui.judge.game import Table
from gan.ui.parts import MISUNDERSTOOD

SCORES = np.linspace(-3, 3, 50)


def a_round(real, logits):
    images = np.zeros((20, 4, 4, 3), np.uint8)
    return Round("m", "M", None, 5, images, real, logits, 0.0)


FACTS = {"title": "A & B", "dataset": "Faces", "steps": 900, "patches": False, "judges": True}


class MockStudio:
    """Real pictures are white and generated ones black; D knows that, and so does whoever sees them.

    kept: the steps of a run; alike: all pictures are the same; most: real ones that there are.
    """

    def __init__(self, kept=(), alike=False, most=10, **facts):
        self.kept, self.alike, self.most, self.facts, self.asked = kept, alike, most, FACTS | facts, []

    def judges(self, browser):
        return [self.info("m")]

    def info(self, model):
        if model not in ("m", "n"):
            raise ValueError(f"There is no model called {model}; choose one from the list.")
        return SimpleNamespace(name=model, **self.facts)

    def moments(self, model):
        return self.kept

    def examples(self, model, kind, count, seed=0, step=None):
        self.asked.append((kind, seed, step))
        white = kind == "real" and not self.alike
        return np.full((min(count, self.most), 4, 4, 3), 255 * white, np.uint8)

    def see(self, model, pictures):
        return np.stack(pictures)

    def score(self, model, pictures, step=None):
        return judged([float(np.mean(one)) / 100 - 1 for one in pictures], SCORES, SCORES)

    def heat(self, model, pictures, step=None):
        return np.stack([np.linspace(-1, 1, 16, dtype=np.float32).reshape(4, 4) for _ in pictures])

    def usual_heat(self, model, step=None):
        return None if self.facts["patches"] else np.full((4, 4), 0.5, np.float32)

    def references(self, model, step=None):
        return SCORES, SCORES


@pytest.fixture
def table():
    return Table()


def sheet_of(dealt):
    return Image.open(io.BytesIO(base64.b64decode(dealt["sheet"].partition(",")[2])))


def truth_of(dealt):
    """What an eye sees: white is real."""
    pixels = np.asarray(sheet_of(dealt))[::4, ::4, 0]
    return ["real" if one else "generated" for one in pixels.reshape(-1).tolist()]


def chunks(png):
    """The kinds of what a PNG holds, in their order."""
    found, place = [], 8
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        found.append(kind)
        place += 12 + length
    return found


def answered(table, dealt, votes, before=()):
    return table.answered(None, {"round": dealt["round"], "votes": votes, "before": list(before)})


def test_nothing_of_the_truth_is_sent_before_the_answer(table):
    """Where pictures are alike, rounds of other truths are the same but for their names."""
    studio = MockStudio(alike=True)
    rounds = [table.begun(studio, {}) for _ in range(3)]
    assert len({one.pop("round") for one in rounds}) == 3
    assert rounds[0] == rounds[1] == rounds[2]
    assert chunks(base64.b64decode(rounds[0]["sheet"].partition(",")[2])) == [b"IHDR", b"IDAT", b"IEND"]


def test_ten_of_each_lie_on_one_sheet_in_another_order_each_time(table):
    studio = MockStudio()
    rounds = [table.begun(studio, {"model": "n"}) for _ in range(4)]
    assert {sheet_of(one).size for one in rounds} == {(20, 16)} and rounds[0]["columns"] == 5
    truths = [truth_of(one) for one in rounds]
    assert all(truth.count("real") == truth.count("generated") == 10 for truth in truths)
    assert len(set(map(tuple, truths))) > 1
    assert len({seed for _, seed, _ in studio.asked}) == 8  # of no seed that another might know


def test_who_sees_it_all_is_told_so_and_d_too(table):
    dealt = table.begun(MockStudio(), {})
    answer = answered(table, dealt, truth_of(dealt))
    assert answer["wrong"] == 0
    page = answer["answer"]
    assert "You were right about 20 of 20 pictures, and D about 20 of them. A draw!" in page
    assert page.count('<li class="from-real">') == page.count('<li class="from-fake">') == 10
    assert "Both of you were right" in page and "D saw it, you did not" not in page
    assert "A &amp; B" in page and "A & B" not in page
    tells = table.tells(MockStudio(), {"round": dealt["round"]})["tells"]
    assert "D saw it" not in tells and tells.count("<article") == 4
    assert tells.index("<summary>Of these D was surest</summary>") < tells.index("<article")


def test_who_is_wrong_sees_where_d_looked_and_how_often_all_were(table):
    studio = MockStudio()
    for number in (1, 2):
        dealt = table.begun(studio, {})
        page = answered(table, dealt, ["real"] * 20)["answer"]
        assert ("first round on this model" in page) == (number == 1)
    assert "Everybody, 2 rounds" in page and "20 of 40" in page and "without names" in page
    assert "You were right about 10 of 20 pictures, and D about 20 of them. D wins." in page
    assert "D saw it, you did not" in page and "50 % is chance" in page
    tells = table.tells(studio, {"round": dealt["round"]})["tells"]
    assert "D saw it, you did not: 4 of 10 pictures</h4>" in tells and "You said real, D generated. " in tells
    assert tells.index("<h4>D saw it") < tells.index("<article") < tells.index("Of these D was surest")
    assert "You saw it, D did not" not in tells and "What speaks most against it lies at the top" in tells
    assert tells.count("Where the network looks in") == 8 and look.BESIDE in tells


def test_the_summary_stands_first_and_all_else_is_folded(table):
    dealt = table.begun(MockStudio(), {})
    page = answered(table, dealt, ["real"] * 20, [[100, 10]])["answer"]
    folded = [f"<summary><h3>{one}" for one in ("All twenty", "Real or generated", "When did it fool you?")]
    order = ("D wins.", "95 % interval", "Play another round", "The tells", *folded)
    places = [page.index(one) for one in order]
    assert places == sorted(places) and page.count("<details") == 3
    assert page.index("<details") > page.index("The tells")


def test_pictures_are_looked_into_by_who_saw_what_they_are():
    real = np.arange(20) < 10
    logits = np.where(real, 1.0, -1.0)
    logits[[0, 10, 11]] *= -1  # D errs about these
    votes = real.copy()
    votes[[0, 1, 2, 3, 4, 5]] ^= True  # and the player about these
    round = a_round(logits=logits + np.linspace(0, 0.1, 20), real=real)
    groups = game_tells.told_apart(round, votes)
    assert [one.title for one in groups] == [
        "D saw it, you did not: 4 of 5 pictures", "You saw it, D did not", "Both of you were wrong",
        "Of these D was surest",
    ]  # fmt: skip
    assert [one.shown for one in groups[:3]] == [[1, 2, 3, 4], [10, 11], [0]]
    shown = [number for one in groups for number in one.shown]
    assert len(shown) == len(set(shown)) and groups[3].shown == [
        n for n in round.surest if n not in shown[:7]
    ]


def test_a_round_is_over_once_it_is_answered_or_forgotten(table):
    dealt = table.begun(MockStudio(), {})
    with pytest.raises(ValueError, match=OVER):
        table.tells(MockStudio(), dealt)
    answered(table, dealt, ["real"] * 20)
    for name in (dealt["round"], "guessed", "", None, ["x"]):
        with pytest.raises(ValueError, match=OVER):
            answered(table, {"round": name}, ["real"] * 20)


@pytest.mark.parametrize("votes", [
    None, "real", {}, ["real"] * 19, ["real"] * 21, ["real"] * 19 + ["maybe"], ["real"] * 19 + [None],
    ["real"] * 19 + [["real"]], [True] * 20,
])  # fmt: skip
def test_votes_that_are_none_are_a_sentence_and_end_nothing(table, votes):
    dealt = table.begun(MockStudio(), {})
    with pytest.raises(ValueError, match="vote"):
        answered(table, dealt, votes)
    answered(table, dealt, ["real"] * 20)


@pytest.mark.parametrize("before", [
    None, 5, {}, [5], [[1]], [[1, 2, 3]], [["1", 2]], [[1, 21]], [[-1, 2]], [[1.5, 2]], [[True, 2]],
    [[1e300, 2]], [[10**30, 2]], [[1, 2]] * 401,
])  # fmt: skip
def test_earlier_rounds_that_make_no_sense_are_a_sentence(table, before):
    dealt = table.begun(MockStudio(), {})
    with pytest.raises(ValueError, match=MISUNDERSTOOD):
        table.answered(None, {"round": dealt["round"], "votes": ["real"] * 20, "before": before})


@pytest.mark.parametrize("step", [-1, 1.5, "5", "", True, 10**30, [5]])
def test_a_step_that_is_none_is_a_sentence(table, step):
    with pytest.raises(ValueError, match=MISUNDERSTOOD):
        table.begun(MockStudio(), {"step": step})


@pytest.mark.parametrize(("facts", "said"), [
    ({"judges": False}, "A & B has no discriminator to play against. Choose another model."),
    ({"most": 3}, "A round takes 10 real pictures that A & B has not learnt from, and there are 3."),
])  # fmt: skip
def test_a_model_that_cannot_be_played_against_says_why(table, facts, said):
    with pytest.raises(ValueError, match=said):
        table.begun(MockStudio(**facts), {})


def test_no_model_at_all_is_a_sentence(table, monkeypatch):
    studio = MockStudio()
    monkeypatch.setattr(studio, "judges", lambda browser: [])
    with pytest.raises(ValueError, match="There is no model to play against yet"):
        table.begun(studio, {})


def test_the_kept_steps_of_a_run_are_on_offer_and_are_asked_for(table):
    assert table.begun(MockStudio(), {})["moments"] == ""
    studio = MockStudio(kept=(0, 100, 500, 900))
    dealt = table.begun(studio, {"step": 100})
    assert re.findall(r'<option value="(\d*)"( selected)?>(.*?)<', dealt["moments"]) == [
        ("", "", "as it was kept, step 900"),
        ("0", "", "at step 0"),
        ("100", " selected", "at step 100"),
        ("500", "", "at step 500"),
    ]
    assert dealt["trained"] == 100 and {step for _, _, step in studio.asked} == {100}
    assert "at step 100" in dealt["about"]
    page = answered(table, dealt, ["real"] * 20)["answer"]
    assert "How well the model “A &amp; B” at step 100 fools people" in page
    assert "When did it fool you?" not in page
    assert table.begun(studio, {"step": 0})["trained"] == 0
    dealt = table.begun(studio, {})
    assert dealt["trained"] == 900 and 'value="" selected' in dealt["moments"]
    page = answered(table, dealt, truth_of(dealt), [[100, 10]])["answer"]
    assert "When did it fool you?" in page


def test_the_curve_adds_up_the_rounds_of_a_step_and_says_what_it_shows():
    assert game_curve.curve([]) == game_curve.curve([(5, 3), (5, 4)]) == ""
    points = game_curve.added([(900, 9), (5, 1), (900, 3), (300, 0)])
    assert points == [(5, 1, 20), (300, 0, 20), (900, 12, 40)]
    drawing = ElementTree.fromstring(game_curve.svg(points))
    said = "Your error rate: step 5: 5\xa0%, step 300: 0\xa0%, step 900: 30\xa0%."
    assert drawing.get("aria-label").startswith(said)
    dots = drawing.findall("circle")
    across = [float(dot.get("cx")[:-1]) for dot in dots]
    assert across == pytest.approx([4, 4 + 72 * 295 / 895, 76], abs=0.01)
    heights = [float(dot.get("cy")) for dot in dots]
    assert heights[1] > heights[0] > heights[2]  # 0 % stands lowest


@pytest.mark.parametrize(("wrong", "said"), [
    (5, "better than by guessing"), (6, "Guessing could have brought the same."),
    (10, "Guessing could have brought the same."), (15, "call it by the wrong name"),
])  # fmt: skip
def test_what_an_error_rate_says(wrong, said):
    outcome = SimpleNamespace(wrong=wrong, count=20)
    assert said in game_answer.told(outcome) and "50 % is chance" in game_answer.told(outcome)


def test_a_discriminator_of_patches_is_told_as_one(table):
    dealt = table.begun(MockStudio(patches=True), {})
    answered(table, dealt, ["real"] * 20)
    tells = table.tells(MockStudio(patches=True), dealt)["tells"]
    assert look.PATCHES in tells and "of the patches real" in tells


def test_the_frame_names_its_keys():
    assert all(f"<kbd>{key}</kbd>" in game_view.frame() for key in ("←", "→", "R", "G", "⌫"))


def test_a_table_has_rounds_of_its_own():
    rounds = Rounds()
    assert Table(rounds).rounds is rounds and Table().rounds is not Table().rounds
