"""Labels that a model is told: beside latents, left open, and as people name them."""

import numpy as np
import pytest
from small import model_of

from gan.labels import ANY, chosen, in_turn, latents, left_open, one_hot, spelled, usual
from gan.latent import seed_to_z
from gan.specs import Label, Noise

FACE = (Label("hat", ("none", "cap", "crown")), Label("mouth", ("none", "smile")))


def test_latents_have_a_class_beside_the_seeds_own_numbers():
    given = model_of(latent_dim=4, classes=("a", "b", "c")).given
    z = latents(given, [5, 6, 7, 8])
    np.testing.assert_array_equal(z[:, :4], [seed_to_z(seed, 4) for seed in (5, 6, 7, 8)])
    assert z[:, 4:].argmax(1).tolist() == [0, 1, 2, 0]
    dealt = latents(given, range(5), np.array([[2], [0]]))
    assert dealt[:, 4:].argmax(1).tolist() == [2, 0, 2, 0, 2] and dealt.dtype == np.float32
    assert latents(model_of(latent_dim=4).given, [1]).shape == (1, 4)


def test_several_labels_stand_side_by_side_and_every_combination_comes():
    given = Noise(latent_dim=4, labels=FACE)
    assert given.width == 5
    np.testing.assert_array_equal(one_hot([(1, 0), (2, 1)], given), [[0, 1, 0, 1, 0], [0, 0, 1, 0, 1]])
    turns = in_turn(given, 7).tolist()
    assert turns[:4] == [[0, 0], [1, 0], [2, 0], [0, 1]] and turns[6] == turns[0]
    assert len({tuple(row) for row in turns}) == 6
    assert in_turn(Noise(), 3).shape == (3, 0) and one_hot(in_turn(Noise(), 3), Noise()).shape == (3, 0)


def test_a_label_left_open_is_nothing_where_that_was_learnt_and_else_all_in_equal_parts():
    plain, open_ = Noise(latent_dim=4, labels=FACE), Noise(latent_dim=4, labels=FACE, label_dropout=0.1)
    np.testing.assert_allclose(one_hot([(1, ANY)], plain)[0], [0, 1, 0, 0.5, 0.5])
    np.testing.assert_allclose(one_hot([(1, ANY)], open_)[0], [0, 1, 0, 0, 0])
    np.testing.assert_allclose(left_open(plain), [1 / 3, 1 / 3, 1 / 3, 0.5, 0.5])
    assert not left_open(open_).any()
    assert usual(plain) == (0, 0) and usual(open_) == (ANY, ANY)
    assert left_open(Noise()).shape == (0,)


@pytest.mark.parametrize("value, numbers", [
    ("cap", (1, ANY)), ("hat=cap", (1, ANY)), ("hat=Cap + mouth=smile", (1, 1)), ("mouth=none", (ANY, 0)),
    ("cap+smile", (1, 1)), ("any", (ANY, ANY)), ("hat=any+mouth=smile", (ANY, 1)), ("", (ANY, ANY)),
    ({"hat": "crown"}, (2, ANY)), ({"hat": "any", "mouth": "none"}, (ANY, 0)),
])  # fmt: skip
def test_labels_as_people_name_them(value, numbers):
    assert chosen(FACE, value) == numbers
    assert chosen(FACE, spelled(FACE, numbers)) == numbers


@pytest.mark.parametrize("value, word", [
    ("none", "of hat and of mouth"), ("scarf", "knows no “scarf”"), ("hat=scarf", "none, cap, crown"),
    ("shoe=cap", "has hat, mouth"), ({"shoe": "cap"}, "has hat, mouth"),
])  # fmt: skip
def test_what_it_does_not_know_is_said(value, word):
    with pytest.raises(ValueError, match=word):
        chosen(FACE, value)
    with pytest.raises(ValueError, match="is not conditional"):
        chosen((), value)


def test_of_one_label_the_value_alone_is_its_name_whatever_it_holds():
    garment = (Label("garment", ("T-shirt/top", "a=b", "a+b")),)
    for number, value in enumerate(garment[0].values):
        assert chosen(garment, value) == (number,) and spelled(garment, (number,)) == value


def test_a_value_that_is_called_any_is_told_from_the_word_that_leaves_a_label_open():
    wild = Label("kind", ("cat", "any", " Any", "named any"))
    assert wild.values == ("cat", "named named any", "named  Any", "named any")
    assert Label("kind", wild.values) == wild and Label("x", ("many", "any hat")).values == (
        "many",
        "any hat",
    )
    for labels in ((wild,), (*FACE, wild)):
        rest = (ANY,) * (len(labels) - 1)
        for text in ("any", "Any", "kind=any", {"kind": "any"}, ""):
            assert chosen(labels, text) == (*rest, ANY), text
        for number, value in enumerate(wild.values):
            assert chosen(labels, value) == chosen(labels, {"kind": value}) == (*rest, number)
            assert chosen(labels, spelled(labels, (*rest, number))) == (*rest, number)


@pytest.mark.parametrize("labels", [
    (Label("blood", ("A+", "A", "0")), Label("size", ("x", "A"))),
    (Label("C+", ("x", "y")), Label("E=mc", ("x", "a=b"))),
    (Label("hat", ("cap", "cap+size=A")), Label("size", ("x", "A"))),
    (Label("hat", ("hat=x", "x")), Label("size", ("x", "A"))),
    (Label("grade", ("A+", "A", "grade=A")),),
])  # fmt: skip
def test_names_that_hold_the_signs_between_labels_are_read_as_they_are_written(labels):
    for numbers in np.ndindex(*(len(label.values) for label in labels)):
        if spelled(labels, numbers) != "hat=cap+size=A":  # two ways to write one
            assert chosen(labels, spelled(labels, numbers)) == numbers
