"""Sliders with names in a browser: what is dragged, what the address says, and the search for some."""

import shutil
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import another, changed, explored

from gan.checkpoint import ATTRIBUTES, read_attributes
from gan.ui.explore.named import MOST, NONE_FOUND

pytestmark = pytest.mark.browser
SETTLED = """() => {
    const query = document.querySelector("#explore-image").dataset.query;
    return query && location.search.endsWith(query) && !document.querySelector(".cells.stale");
}"""
ENDS = """of => getComputedStyle(document.querySelector(`[data-part=${of}]`)).getPropertyValue("--ends")"""


def asked(page) -> dict:
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


def slider(page, name: str):
    return page.get_by_role("slider", name=f"{name}:")


def test_glasses_are_dragged_on_by_name_and_the_link_opens_them_elsewhere(page, chromium, url):
    image = explored(page, "?model=pixel-faces&seed=3")
    page.wait_for_function(ENDS, arg="named")
    before, glasses = image.get_attribute("src"), slider(page, "glasses")
    glasses.scroll_into_view_if_needed()
    box = glasses.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], middle, steps=10)
    page.mouse.up()
    changed(image, "src", before)
    page.wait_for_function(SETTLED)
    moved = float(glasses.input_value())
    assert moved > 1 and asked(page) == {"model": "pixel-faces", "seed": "3", "named": f"glasses:{moved:g}"}
    expect(glasses).to_have_attribute("aria-valuetext", f"+{moved:.2f} σ")
    # by keyboard, a second one beside the first
    dragged = image.get_attribute("src")
    slider(page, "red hair").focus()
    page.keyboard.press("PageUp")
    changed(image, "src", dragged)
    page.wait_for_function(SETTLED)
    assert asked(page)["named"].startswith(f"glasses:{moved:g},red hair:")
    shown, there = image.get_attribute("src"), urlsplit(page.url).query
    with another(chromium, base_url=url, viewport={"width": 390, "height": 844}) as context:
        other = context.new_page()
        expect(explored(other, f"?{there}")).to_have_attribute("src", shown)
        expect(slider(other, "glasses")).to_have_value(f"{moved:g}")
        assert other.evaluate("document.documentElement.scrollWidth") <= 390
        assert both_ways(other) == []
        # of a hundred faces there are some on which it fails, and that is said
        explored(other, "?model=pixel-faces&seed=918027&named=glasses:3")
        failed = slider(other, "glasses").locator("xpath=ancestor::label").locator("small")
        expect(failed).to_have_text("not seen in this image")
        slider(other, "glasses").dblclick()
        expect(failed).to_contain_text("flips")
    # a double click sets one back, the seed's own image all of them
    slider(page, "red hair").dblclick()
    changed(image, "src", shown)
    page.wait_for_function(SETTLED)
    assert asked(page)["named"] == f"glasses:{moved:g}"
    page.get_by_role("button", name="Reset to the seed").click()
    expect(image).to_have_attribute("src", before)
    expect(glasses).to_have_value("0")


def test_a_click_on_the_picture_of_an_end_goes_there_and_a_double_click_no_further(page):
    image = explored(page, "?model=pixel-faces&seed=3")
    page.wait_for_function(ENDS, arg="named")
    row = slider(page, "glasses").locator("xpath=ancestor::label")
    for nth, value in ((0, "-3"), (1, "3")):
        before = image.get_attribute("src")
        row.locator(".end").nth(nth).dblclick()
        changed(image, "src", before)
        page.wait_for_function(SETTLED)
        expect(slider(page, "glasses")).to_have_value(value)
        assert asked(page)["named"] == f"glasses:{value}"


@pytest.fixture
def unnamed(models):
    """A model in whose folder nobody has looked for names."""
    folder = models / "unnamed"
    shutil.copytree(models / "pixel-faces-bigan", folder, ignore=shutil.ignore_patterns(ATTRIBUTES))
    yield folder
    shutil.rmtree(folder)


def test_names_are_looked_for_by_one_press(page, unnamed):
    explored(page, f"?model={unnamed.name}&seed=3")
    look = page.get_by_role("button", name="Look for sliders with names")
    numbered = page.get_by_role("slider", name="Direction 1:")
    expect(numbered).to_be_visible()
    look.click()
    expect(page.get_by_role("button", name="Looking …")).to_be_disabled()
    first, before = page.locator("#explore-image"), page.locator("#explore-image").get_attribute("src")
    numbered.fill("2")  # meanwhile all else goes on
    changed(first, "src", before)
    expect(page.get_by_text("Looking …")).to_have_count(0)
    work = [one.name for one in read_attributes(unnamed) if one.works][:MOST]
    expect(page.locator("#explore [data-part=named] [data-named]")).to_have_count(len(work))
    expect(page.locator("#explore .notice")).to_have_text("" if work else NONE_FOUND)
    expect(look).to_have_count(0)
    expect(numbered).to_have_value("2")


def test_sliders_without_names_are_folded_until_one_moves_the_image(page):
    image = explored(page, "?model=pixel-faces&seed=3")
    fold = page.get_by_text("More sliders, by number")
    first = page.get_by_role("slider", name="Direction 1:")
    expect(fold).to_be_visible()
    expect(first).to_be_hidden()
    plain = image.get_attribute("src")
    fold.focus()
    page.keyboard.press("Enter")
    expect(first).to_be_visible()
    page.wait_for_function(ENDS, arg="numbered")
    first.fill("2")
    moved = changed(image, "src", plain)
    page.wait_for_function(SETTLED)
    assert asked(page)["moves"] == "2"
    image = explored(page, "?model=pixel-faces&seed=3&moves=2&named=a+beak:1")
    expect(image).to_have_attribute("src", moved)
    expect(first).to_be_visible()
    expect(first).to_have_value("2")
    expect(page.locator("#explore .notice")).to_contain_text("no slider called “a beak”")
    page.wait_for_function(SETTLED)
    assert "named" not in asked(page)
