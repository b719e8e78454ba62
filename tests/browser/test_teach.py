"""A slider of one's own in a browser: marked, taught, moved, linked, renamed, saved, removed, opened."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import another, changed, explored

from gan.measure import attributes, features
from gan.studio import Studio

pytestmark = pytest.mark.browser
SETTLED = """() => {
    const query = document.querySelector("#explore-image").dataset.query;
    return query && location.search.endsWith(query) && !document.querySelector(".cells.stale");
}"""


@pytest.fixture
def glasses(models):
    """Whether the picture of a seed of the first model has glasses, as a person would see."""
    there = next(a for a in attributes.attributes(features.columns("pixel_faces")) if a.name == "glasses")

    def wears(seeds: list[int]) -> list[bool]:
        return there.of(
            features.labels("pixel_faces", Studio(models, "cpu").taught_by("pixel-faces", seeds))
        ).tolist()

    return wears


def test_a_slider_is_taught_by_clicking_and_goes_along_with_links_and_files(
    page, chromium, url, glasses, tmp_path
):
    image = explored(page, "?model=pixel-faces&seed=3")
    page.get_by_text("Teach a slider by clicking").click()
    said = page.locator("[data-part=lesson]")
    for _ in range(2):
        pupils = page.locator(".pupil")
        expect(pupils.first).to_be_visible()
        seeds = [int(one.get_attribute("data-seed")) for one in pupils.all()]
        for pupil, wears in zip(pupils.all(), glasses(seeds), strict=True):
            pupil.click()
            if not wears:
                pupil.click()
        page.get_by_role("button", name="Other pictures").click()
        expect(pupils.first).not_to_have_attribute("data-seed", str(seeds[0]))
    marked = said.inner_text()
    page.locator(".pupil").first.click()
    expect(said).not_to_have_text(marked)
    page.get_by_role("button", name="Undo a mark").click()
    expect(said).to_have_text(marked)
    teach = page.get_by_role("button", name="Teach the slider")
    teach.click()
    expect(page.locator("[data-part=notice]")).to_contain_text("Give the slider a name")
    page.get_by_label("Its name").fill("My Glasses")
    teach.click()
    slider = page.get_by_role("slider", name="my glasses: flips")
    expect(slider).to_be_visible()
    expect(slider).to_be_focused()
    before = image.get_attribute("src")
    page.keyboard.press("PageUp")
    moved = changed(image, "src", before)
    page.wait_for_function(SETTLED)
    assert "taught=my+glasses" in page.url
    page.get_by_role("button", name="Add to the walk").click()  # with what one's own slider moves
    expect(page.locator(".walk-stops li span")).to_contain_text("my glasses +")
    # elsewhere, by its link, on a phone
    there = urlsplit(page.url).query
    with another(chromium, base_url=url, viewport={"width": 390, "height": 844}) as context:
        other = context.new_page()
        expect(explored(other, f"?{there}")).to_have_attribute("src", moved)
        expect(other.get_by_role("slider", name="my glasses: opened from a link")).to_have_value(
            slider.input_value()
        )
        expect(other.locator(".walk-stops li img")).to_have_attribute("src", moved)
        other.get_by_text("Teach a slider by clicking").click()
        expect(other.locator(".pupil").first).to_be_visible()
        assert other.evaluate("document.documentElement.scrollWidth") <= 390
        assert both_ways(other) == []
    # the browser keeps it, at rest, and Reset does not take it away
    explored(page, "?model=pixel-faces&seed=4")
    expect(slider).to_have_value("0")
    page.get_by_role("button", name="Reset to the seed").click()
    expect(slider).to_be_visible()
    page.get_by_role("button", name="Rename my glasses").click()
    page.get_by_label("New name").fill("Spectacles")
    page.keyboard.press("Enter")
    renamed = page.get_by_role("slider", name="spectacles: flips")
    expect(renamed).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save spectacles").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "pixel-faces-spectacles.json" and json.loads(file.read_text())["name"] == "spectacles"
    page.get_by_role("button", name="Remove spectacles").click()
    expect(renamed).to_have_count(0)
    expect(page.get_by_text("Your own sliders")).to_be_hidden()
    page.locator("[data-part=slider-file]").set_input_files(file)
    expect(renamed).to_be_visible()
    # another model has none of it, and refuses its file
    explored(page, "?model=face-builder")
    expect(renamed).to_have_count(0)
    page.locator("[data-part=slider-file]").set_input_files(file)
    expect(page.locator("[data-part=notice]")).to_contain_text("taught to another model, pixel-faces")
    file.write_text("{}")
    page.locator("[data-part=slider-file]").set_input_files(file)
    expect(page.locator("[data-part=notice]")).to_contain_text("no slider that was saved here")


def test_sliders_from_the_weights_are_folded_and_move_the_image(page):
    image = explored(page, "?model=stylegan-faces&seed=3")
    fold = page.get_by_text("Sliders from the weights alone", exact=True)
    fold.click()
    slider = page.get_by_role("slider", name="From the weights, direction 1", exact=True)
    before = image.get_attribute("src")
    slider.press("PageUp")
    changed(image, "src", before)
    page.wait_for_function(SETTLED)
    assert "named=sefa+1" in page.url
    page.wait_for_function(
        """() => getComputedStyle(document.querySelector("[data-part=closed]")).getPropertyValue("--ends")"""
    )
