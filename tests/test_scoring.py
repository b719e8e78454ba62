"""Scores and verdicts: every branch of the rule, ties, tiny references and scores that are none."""

import numpy as np
import pytest

from gan.measure.scoring import UNUSUAL, WORDS, from_elsewhere, judge, reworded

REAL = np.linspace(0, 10, 101)  # usual from 0.5 to 9.5, 9 wide
FAKE = np.linspace(-10, 2, 121)  # usual from -9.4 to 1.4, 10.8 wide


def one(logit, real=REAL, fake=FAKE):
    return judge([logit], real, fake)[0]


@pytest.mark.parametrize(
    ("logit", "likeness", "words"),
    [
        (5.0, "real", WORDS),
        (-5.0, "generated", WORDS),
        (1.0, "either", WORDS),
        (9.9, "real", UNUSUAL),  # above the usual real scores, not far
        (-12.0, "generated", UNUSUAL),
        (9.5 + 10.7, "real", UNUSUAL),  # the margin is the wider range's width, 10.8
        (9.5 + 10.9, "neither", WORDS),
        (-9.4 - 10.7, "generated", UNUSUAL),
        (-9.4 - 10.9, "neither", WORDS),
    ],
)
def test_each_verdict_by_its_rule(logit, likeness, words):
    score = one(logit)
    assert score.likeness == likeness
    assert score.verdict.startswith(words[likeness])


def test_a_strange_image_is_neither_however_it_scores():
    usual, strange = judge([5.0, 5.0], REAL, FAKE, [False, True])
    assert (usual.likeness, strange.likeness) == ("real", "neither")
    assert strange.verdict.startswith("Unlike anything it was trained on")
    assert judge([5.0], REAL[:4], FAKE, [True])[0].likeness == "unknown"
    with pytest.raises(ValueError):
        judge([1.0, 2.0], REAL, FAKE, [True])


def test_other_words_leave_where_it_lies():
    score = one(-5.0)
    other = reworded(score, "undrawn", "neither")
    assert other.likeness == "neither" and other.logit == score.logit
    assert other.verdict == f"{WORDS['undrawn']} {score.verdict.removeprefix(WORDS['generated'] + ' ')}"


def test_a_picture_from_elsewhere_is_not_called_generated_for_its_score():
    for logit in (-5.0, 5.0):
        score, told = one(logit), from_elsewhere(one(logit))
        assert (told == score) == (score.likeness != "generated") and told.likeness == score.likeness
    assert from_elsewhere(one(-5.0)).verdict.startswith("It scores more like generated images")


def test_one_that_scores_below_all_of_either_is_not_said_to_be_like_one_of_them():
    lowest = one(min(FAKE) - 0.1)
    assert (lowest.likeness, lowest.above_fake) == ("generated", "no")
    for words in ("scored", "untried", "roughly"):
        assert reworded(lowest, words, "generated").verdict.startswith(
            "It scores lower than real and generated images do"
        )


def test_far_between_two_separate_groups_is_neither():
    real, fake = np.linspace(9, 10, 50), np.linspace(-10, -9, 50)
    assert one(0.0, real, fake).likeness == "neither"
    assert one(8.8, real, fake).likeness == "real"
    assert one(-8.8, real, fake).likeness == "generated"


def test_as_far_from_one_range_as_from_the_other_is_either():
    real, fake = np.full(9, 1.0), np.array([-2.0] * 3 + [-1.0] * 3 + [-3.0] * 3)
    assert one(0.0, real, fake).likeness == "either"


def test_percentiles_count_what_is_strictly_below():
    score = one(2.0, real=[1, 2, 2, 3, 4], fake=[-1, 0, 1, 1, 2])
    assert score.real_percentile == pytest.approx(20)
    assert score.fake_percentile == pytest.approx(80)
    assert score.verdict.endswith("4 of the 5 generated images score lower, and 1 of the 5 real ones does.")


@pytest.mark.parametrize("real, fake, words", [
    (0, 0, "No real image and no generated one scores lower."),
    (0, 140, "14 of 100 generated images score lower still, no real one does."),
    (0, 700, "70 of 100 generated images score lower, no real one does."),
    (10, 140, "14 of 100 generated images score lower still, and 1 of 100 real ones does."),
    (140, 0, "No generated image scores lower still, and 14 of 100 real ones do."),
    (3, 1000, "All generated images score lower, and fewer than 1 in 100 real ones do."),
    (997, 990, "99 of 100 generated images score lower, and more than 99 in 100 real ones do."),
    (1000, 999, "More than 99 in 100 generated images score lower, and all real ones do."),
    (1000, 1000, "All real and all generated images score lower."),
])  # fmt: skip
def test_where_it_lies_is_said_in_a_whole_sentence(real, fake, words):
    """No share is rounded to none or to all."""
    references = [np.where(np.arange(1000) < lower, -1.0, 1.0) for lower in (real, fake)]
    assert judge([0.0], *references)[0].verdict.endswith(f" {words}")


def test_a_small_reference_is_counted_and_not_made_a_hundred():
    few = np.array([-1.0, 1, 1, 1, 1, 1])
    words = "No generated image scores lower still, and 1 of the 6 real ones does."
    assert one(0, few, FAKE + 50).verdict.endswith(words)


def test_a_discriminator_that_scores_all_alike():
    alike = np.full(100, 3.0)
    assert one(3.0, alike, alike).likeness == "either"
    assert one(3.1, alike, alike).likeness == "neither"


def test_tiny_references_give_percentiles_but_no_verdict():
    score = one(0.5, real=[0, 1, 2, 3], fake=FAKE)
    assert score.likeness == "unknown"
    assert score.verdict.startswith("Too few images to compare with")
    assert score.real_percentile == pytest.approx(25)
    assert one(0.5, real=[0, 1, 2, 3, 4]).likeness != "unknown"


@pytest.mark.parametrize(("logit", "probability"), [(0, 0.5), (np.log(3), 0.75), (-1000, 0), (1000, 1)])
def test_the_probability_is_the_sigmoid(logit, probability):
    assert one(logit).probability == pytest.approx(probability)


def test_a_verdict_does_not_depend_on_where_zero_lies():
    for logit in np.linspace(-25.03, 25, 23):
        assert one(logit).verdict == one(logit + 64, REAL + 64, FAKE + 64).verdict


def test_scores_keep_the_order_of_the_images():
    logits = np.array([3.0, -1.0, 2.0])
    assert [score.logit for score in judge(logits, REAL, FAKE)] == list(logits)
    assert judge([], REAL, FAKE) == []


@pytest.mark.parametrize(
    ("logits", "real", "fake", "message"),
    [
        ([0, np.nan], REAL, FAKE, "score of an image is not a number"),
        ([np.inf], REAL, FAKE, "score of an image is not a number"),
        ([0], [np.nan], FAKE, "score of a real image is not a number"),
        ([0], REAL, [1, -np.inf], "score of a generated image is not a number"),
        ([0], [], FAKE, "without scores of real images"),
        ([0], REAL, [], "without scores of generated images"),
        ([[0]], REAL, FAKE, "one an image"),
    ],
)
def test_what_cannot_be_judged_gets_a_sentence(logits, real, fake, message):
    with pytest.raises(ValueError, match=message):
        judge(logits, real, fake)
