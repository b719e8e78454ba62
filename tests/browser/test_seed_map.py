"""The map of seeds: a start is chosen by mouse and by keyboard, near and far."""

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import another, explored

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


def test_the_link_opens_the_map_where_one_looked_and_the_plane_of_neighbours(page, chromium, url):
    explored(page, "?model=pixel-faces&seed=3")
    page.get_by_text("A map of seeds, to start from").click()
    page.wait_for_url("**map=1\\*0.5\\*0.5*")
    zoom, frame = page.get_by_role("button", name="Zoom in"), page.locator(".map-frame")
    zoom.click()
    zoom.click()
    page.wait_for_url("**map=4\\*0.5\\*0.5*")
    frame.evaluate("frame => frame.scrollTo(0, frame.scrollHeight)")
    page.wait_for_url(lambda url: "map=4*0.125*0.8" in url)
    axes = page.locator(".neighbourhood")
    axes.get_by_label("→ direction").select_option("3")
    axes.get_by_label("step").select_option("1.5")
    page.wait_for_url(lambda url: "around=2*1*1.5" in url)
    # another model is looked about in likewise
    page.locator("[name=explore-model][value=fashion-conditional]").press("Space")
    page.wait_for_url(
        lambda url: "model=fashion-conditional" in url and "around=2*1*1.5" in url and "map=4" in url
    )
    with another(chromium, base_url=url) as context:
        other = context.new_page()
        explored(other, page.url.split("/", 3)[3])
        far = other.locator(".map-frame")
        expect(far).to_be_visible()
        middle = """frame => [(frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth,
            (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight]"""
        assert far.evaluate(middle) == pytest.approx(frame.evaluate(middle), abs=0.01)
        assert far.evaluate("frame => frame.scrollHeight > 2 * frame.clientHeight")
        across = other.locator(".neighbourhood").get_by_label("→ direction")
        expect(across.locator("option:checked")).to_have_text("3")
    page.go_back()
    page.wait_for_url(lambda url: "model=pixel-faces" in url and "around=2*1*1.5" in url)


@pytest.mark.parametrize("around", ["2*2*1", "2*99*1", "2*1", "2*1*0.3", "a*b*c"])
def test_a_plane_that_there_is_not_is_the_first_one(page, around):
    explored(page, f"?model=pixel-faces&seed=3&around={around}&map=7*0*0")
    axes = page.locator(".neighbourhood")
    assert [axes.get_by_label(name).input_value() for name in ("→ direction", "↑ direction")] == ["0", "1"]
    expect(page.locator("[data-part=neighbours] button")).to_have_count(25)
    assert "around" not in page.url and "map" not in page.url
    expect(page.locator(".map-frame")).to_be_hidden()
