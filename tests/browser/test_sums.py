"""Latent arithmetic in a browser: an equation of pictures, by mouse and by keyboard, and in a link."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from pictures import pixels
from playwright.sync_api import expect
from test_axe import both_ways

pytestmark = pytest.mark.browser


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
    assert both_ways(page) == []
    link, shown = page.url, total.get_attribute("src")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(link)
    expect(place.get_by_role("button", name="Take seed 3 out of A").locator("img")).to_be_visible()
    expect(total).to_have_attribute("src", shown)
    go.click()
    expect(image).to_have_attribute("src", shown)
    assert "edits" in parse_qs(urlsplit(page.url).query)
    expect(place.get_by_role("button", name="Take seed 3 out of A")).to_be_visible()  # the equation stays


def test_a_stylegans_sum_is_a_slider_that_leads_there(page):
    page.goto("/?model=stylegan-faces&seed=3")
    place, image = page.locator(".sums"), page.locator("#explore-image")
    expect(image).to_have_attribute("data-query", re.compile("^model=stylegan-faces&seed=3"))
    place.get_by_role("button", name="Add to A").click()
    page.get_by_role("button", name="Next seed").click()
    page.wait_for_url("**seed=4*")
    place.get_by_role("button", name="Add to C").click()
    total, last = place.get_by_alt_text("A − B + C"), place.get_by_alt_text("The average of the images in C")
    expect(last).to_have_attribute("src", image.get_attribute("src"))
    expect(total).to_be_visible()
    shown, plain = total.get_attribute("src"), last.get_attribute("src")
    assert shown != plain
    place.get_by_role("button", name="Open the sum").click()
    expect(image).to_have_attribute("src", shown)
    assert parse_qs(urlsplit(page.url).query)["seed"] == ["4"]
    slider = page.get_by_role("slider", name="sum: opened from a link")
    expect(slider).to_have_value("1")
    slider.fill("0")
    expect(image).to_have_attribute("src", plain)  # and from there back to C
