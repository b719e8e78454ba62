"""The sketch pad in a browser: a stroke and its verdict, the nearest images, and the search for one."""

import pytest
from playwright.sync_api import Page, expect
from test_axe import both_ways

pytestmark = pytest.mark.browser
SAID = """([before, same]) => {
    const said = document.querySelector("[data-part=sketch-verdict]").innerHTML;
    return (said === before) === same;
}"""


def says(page: Page, before: str, same: bool = False):
    """Waits for another verdict than before, or for the same one."""
    page.wait_for_function(SAID, arg=[before, same])


def test_one_draws_is_judged_and_goes_where_the_nearest_image_is(page):
    page.goto("/?model=pixel-faces&seed=3")
    place, image = page.locator("[data-part=sketch]"), page.locator("#explore-image")
    place.get_by_text("Sketch pad: draw for the discriminator").click()
    said = place.locator("[data-part=sketch-verdict]")
    expect(said).to_contain_text("Logit")
    blank = said.inner_html()
    place.get_by_role("button", name="Put the image in sight on it").click()
    says(page, blank)
    sketch, shown = (
        one.inner_text().partition(". ") for one in (said, page.locator(".stage .verdict-place"))
    )
    assert sketch[2] == shown[2]  # it is the same image, and scores the same; but a sketch is nobody's sample
    assert "Like a generated image" in shown[0] and "It scores more like generated images" in sketch[0]
    expect(place.get_by_alt_text("A training image")).to_have_count(3)
    place.get_by_label("red", exact=True).check(force=True)
    pad, before = place.get_by_role("application"), said.inner_html()
    pad.scroll_into_view_if_needed()
    pad.click(position={"x": 40, "y": 40})
    says(page, before)
    place.get_by_role("button", name="Undo").click()
    says(page, before, same=True)
    shown = image.get_attribute("src")
    expect(place.locator(".sketch-near.stale")).to_have_count(0)
    place.get_by_role("button", name="Open the generator’s in the sliders").click()
    expect(image).not_to_have_attribute("src", shown)
    # the search below takes it as a picture of one's own
    place.get_by_role("button", name="Search for it in the latent space").click()
    own = page.locator("#own-picture")
    expect(own.get_by_text("sketch.png").first).to_be_visible()
    expect(own.get_by_text("What the model makes of it")).to_be_visible()
    own.get_by_role("button", name="Stop the search").click()
    place.get_by_role("button", name="Clear").click()
    with page.expect_response("**/gradio_api/upload**"):  # though there is one already
        place.get_by_role("button", name="Search for it in the latent space").click()
    expect(own.get_by_text("What the model makes of it")).to_be_visible()
    own.get_by_role("button", name="Stop the search").click()
    expect(place.locator(".sketch-near.stale")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert both_ways(page) == []
