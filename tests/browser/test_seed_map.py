"""The map of seeds: a start is chosen by mouse and by keyboard, near and far."""

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import explored

pytestmark = pytest.mark.browser


def test_a_start_is_chosen_from_the_map(page):
    image = explored(page, "?model=pixel-faces&seed=3&moves=2")
    page.get_by_text("A map of seeds, to start from").click()
    sheet = page.get_by_role("application", name="Map of seeds")
    expect(sheet).to_have_accessible_description("Seed 3")
    sheet.scroll_into_view_if_needed()
    sheet.click(position={"x": 5, "y": 5})
    page.wait_for_url(lambda url: "seed=3" not in url and "moves" not in url)
    corner = sheet.get_attribute("aria-description")
    assert page.url.endswith(f"seed={corner.split()[1]}")
    # by keyboard: one to the right and back is the same seed
    before = image.get_attribute("src")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp", "Enter"):
        sheet.press(key)
    expect(sheet).to_have_accessible_description(corner)
    assert image.get_attribute("src") == before
    sheet.press("ArrowDown")
    sheet.press("Enter")
    below = sheet.get_attribute("aria-description")
    assert below != corner
    page.wait_for_url(f"**seed={below.split()[1]}")
    zoom, out = page.get_by_role("button", name="Zoom in"), page.get_by_role("button", name="Zoom out")
    expect(out).to_be_disabled()
    width = sheet.bounding_box()["width"]
    zoom.click()
    zoom.click()
    expect(zoom).to_be_disabled()
    assert sheet.bounding_box()["width"] == pytest.approx(4 * width, rel=0.02)
    page.get_by_label("Seed", exact=True).fill("5000")
    expect(sheet).to_have_accessible_description("Seed 5000 is not on this map of 576")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert both_ways(page) == []
