"""Latent arithmetic: the sum itself, and what the server answers."""

from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch
from pictures import pixels

from gan.latent import Latent, seed_to_z
from gan.studio import Studio
from gan.ui.explore import sums


def test_what_a_has_and_b_has_not_is_put_upon_c():
    a, b, c = np.array([[3.0, 0], [1, 0]]), np.array([[1.0, 1]]), np.array([[0.0, 2]])
    np.testing.assert_allclose(sums.summed_up({"a": a, "b": b, "c": c}), [1, 1])
    np.testing.assert_allclose(sums.summed_up({"c": c}), [0, 2])
    # (2, 0) - (0, -2) + (2, 2) = (4, 4), 5.657 long; the farthest image lies 2.828 from the origin
    terms = {"a": np.array([[2.0, 0]]), "b": np.array([[0.0, -2]]), "c": np.array([[2.0, 2]])}
    np.testing.assert_allclose(sums.summed_up(terms), [2, 2])


@pytest.fixture(scope="module")
def studio(models):
    return Studio(models, "cpu")


def test_a_sum_is_the_image_of_its_link(studio):
    asked = {"model": "pixel-faces", "a": ["5", "7M1"], "b": ["5", "7M1"], "c": ["9"]}
    answer = sums.summed(studio, asked)
    assert sorted(answer["means"]) == ["a", "b", "c"] and "pictures" not in answer
    found = Latent.from_query(dict(parse_qsl(answer["query"])))
    z, _ = studio.points("pixel-faces", [found])
    np.testing.assert_allclose(z[0], seed_to_z(9, 100), atol=6e-4)  # A and B cancel out
    np.testing.assert_array_equal(pixels(answer["sum"]), studio.generate("pixel-faces", z)[0])
    whole = sums.summed(studio, asked | {"whole": True})["pictures"]
    assert [one["text"] for one in whole["a"]] == ["5", "7M1"]


def test_a_stylegans_are_summed_in_w_and_the_sum_is_a_slider(studio):
    model, told = "stylegan-faces", "glasses=dark+hat=no hat"
    a, c = Latent(5, value=told, psi=0.7), Latent(9, moves=(1.5,))
    texts = {"a": ["5"], "b": ["5"], "c": ["9"]}
    found = Latent.from_query(dict(parse_qsl(sums.summed(studio, {"model": model} | texts)["query"])))
    np.testing.assert_allclose(studio.styles(model, [found]), studio.styles(model, [Latent(9)]), atol=1e-6)
    G = studio.library.model(model).G
    w = {one: G.styles(torch.from_numpy(studio.points(model, [one])[0]))[0, 0] - G.network.mean_w
         for one in (replace(a, psi=1), replace(c, moves=()))}  # fmt: skip
    at = {a: 0.7 * w[replace(a, psi=1)].numpy(),
          c: w[replace(c, moves=())].numpy() + 1.5 * studio.directions(model)[0][0]}  # fmt: skip
    for one in (a, c):
        np.testing.assert_allclose(studio.styles(model, [one])[0, 3], at[one], atol=1e-5)
    means, sum = sums._in_styles(studio, studio.info(model), {"a": [a], "b": [Latent(2)], "c": [c]})
    assert (sum.seed, sum.moves, sum.psi) == (9, (), 1.0) and sum.taught[0][0] == "sum"
    np.testing.assert_array_equal(means[2], studio.draw(model, c).image)
    total = at[a] - studio.styles(model, [Latent(2)])[0, 0] + at[c]
    farthest = max(np.linalg.norm(studio.styles(model, [one])[0, 0]) for one in (a, Latent(2), c))
    total *= min(1, farthest / np.linalg.norm(total))
    np.testing.assert_allclose(studio.styles(model, [sum])[0, 0], total, atol=0.03)  # a link's digits


def test_only_a_stylegan_has_styles(studio):
    with pytest.raises(ValueError, match="no styles"):
        studio.styles("pixel-faces", [Latent(1)])


@pytest.mark.parametrize("changes, said", [
    ({"a": [], "c": []}, "Put an image"), ({"a": ["5"] * 9}, "Up to 8"), ({"a": "5"}, "Up to 8"),
    ({"a": ["x"]}, "no image of a walk"), ({"model": "nobody"}, "no model"),
])  # fmt: skip
def test_what_cannot_be_summed_is_refused_in_a_sentence(studio, changes, said):
    with pytest.raises(ValueError, match=said):
        sums.summed(studio, {"model": "pixel-faces", "a": ["5"], "c": ["6"]} | changes)
