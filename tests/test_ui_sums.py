"""Latent arithmetic: the sum itself, and what the server answers."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
from pictures import pixels

from gan.latent import Latent, seed_to_z
from gan.studio import Studio
from gan.ui.explore import sums


def test_what_a_has_and_b_has_not_is_put_upon_c():
    a, b, c = np.array([[3.0, 0], [1, 0]]), np.array([[1.0, 1]]), np.array([[0.0, 2]])
    assert sums.summed_latent({"a": a, "b": b, "c": c}) == Latent(edits=((0, 1.0), (1, 1.0)))
    assert sums.summed_latent({"c": c}) == Latent(edits=((0, 0.0), (1, 2.0)))
    # (2, 0) - (0, -2) + (2, 2) = (4, 4), 5.657 long; the farthest image lies 2.828 from the origin
    terms = {"a": np.array([[2.0, 0]]), "b": np.array([[0.0, -2]]), "c": np.array([[2.0, 2]])}
    assert sums.summed_latent(terms) == Latent(edits=((0, 2.0), (1, 2.0)))


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


@pytest.mark.parametrize("changes, said", [
    ({"a": [], "c": []}, "Put an image"), ({"a": ["5"] * 9}, "Up to 8"), ({"a": "5"}, "Up to 8"),
    ({"a": ["x"]}, "no image of a walk"), ({"model": "nobody"}, "no model"),
    ({"model": "stylegan-faces"}, "StyleGAN"),
])  # fmt: skip
def test_what_cannot_be_summed_is_refused_in_a_sentence(studio, changes, said):
    with pytest.raises(ValueError, match=said):
        sums.summed(studio, {"model": "pixel-faces", "a": ["5"], "c": ["6"]} | changes)
