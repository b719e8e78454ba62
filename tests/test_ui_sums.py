"""Latent arithmetic: the sum itself, what the server answers, and the equation in a browser."""

import base64
import io
import re
from urllib.parse import parse_qs, parse_qsl, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

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


def pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))), int)


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


@pytest.mark.browser
def test_an_equation_is_put_together_opened_by_its_link_and_leads_to_its_sum(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?model=pixel-faces&seed=3")
    place, image = page.locator(".sums"), page.locator("#explore-image")
    go = place.get_by_role("button", name="Open the sum")
    expect(go).to_be_disabled()
    expect(image).to_have_attribute("data-query", re.compile("^model=pixel-faces&seed=3"))
    place.get_by_role("button", name="Add to A").press("Enter")
    first = place.get_by_alt_text("The average of the images in A")
    expect(first).to_be_visible()
    expect(first).to_have_attribute("src", image.get_attribute("src"))
    page.get_by_role("button", name="Next seed").click()
    page.wait_for_url("**seed=4*")
    for name in ("B", "C"):
        place.get_by_role("button", name=f"Add to {name}").click()
    page.wait_for_url(lambda url: "sum=3**4**4&" in url)
    total, last = place.get_by_alt_text("A − B + C"), place.get_by_alt_text("The average of the images in C")
    expect(last).to_be_visible()
    summed, expected = (pixels(one.get_attribute("src")) for one in (total, first))
    np.testing.assert_allclose(summed, expected, atol=3)  # 3 - 4 + 4, in numbers of three decimals
    place.get_by_role("button", name="Take seed 4 out of B").click()
    page.wait_for_url(lambda url: "sum=3****4&" in url)
    expect(place.get_by_alt_text("The average of the images in B")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    link, shown = page.url, total.get_attribute("src")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(link)
    expect(place.get_by_role("button", name="Take seed 3 out of A").locator("img")).to_be_visible()
    expect(total).to_have_attribute("src", shown)
    go.click()
    expect(image).to_have_attribute("src", shown)
    assert "edits" in parse_qs(urlsplit(page.url).query)
    expect(place.get_by_role("button", name="Take seed 3 out of A")).to_be_visible()  # the equation stays
