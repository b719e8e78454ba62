"""Two sliders at once on a pad, in a browser: by mouse, by keys, and in a link."""

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from test_named import SETTLED, asked, slider
from waiting import another, changed, explored

pytestmark = pytest.mark.browser


def test_two_sliders_are_dragged_at_once_and_the_link_opens_the_same_pad(page, chromium, url):
    image = explored(page, "?model=pixel-faces&seed=3")
    before = image.get_attribute("src")
    place = page.locator("[data-part=pad-place]")
    place.get_by_text("Two sliders at once, on a pad").click()
    place.get_by_label("→ across").select_option("glasses")
    place.get_by_label("↑ up").select_option("Direction 1")
    square, dot = place.locator(".pad"), place.locator(".dot")
    square.scroll_into_view_if_needed()
    box = square.bounding_box()

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    page.mouse.move(*at(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*at(0.75, 0.25), steps=8)
    page.mouse.move(*at(0.8, 1.4))  # beyond its edge it stays there
    page.mouse.up()
    dragged = changed(image, "src", before)
    glasses, first = slider(page, "glasses"), slider(page, "Direction 1")
    assert float(glasses.input_value()) == pytest.approx(2.4, abs=0.1) and first.input_value() == "-4"
    expect(dot).to_have_accessible_name(f"glasses at +{float(glasses.input_value()):.2f} σ, Direction 1 at "
                                        "−4.00 σ; arrow keys move it")  # fmt: skip
    # by keys, and by the sliders themselves
    dot.focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(first).to_have_value("-3")
    place.get_by_label("→ across").select_option("Direction 1")  # both change places
    expect(place.get_by_label("↑ up").locator("option:checked")).to_have_text("glasses")
    first.press("Home")
    up = (float(glasses.input_value()) + 4) / 8
    expect(dot).to_have_attribute("style", f"left: 0%; top: {100 * (1 - up):g}%;")
    changed(image, "src", dragged)
    page.wait_for_function(SETTLED)
    assert asked(page)["padAcross"] == "move.0" and asked(page)["padUp"] == "named.glasses"
    assert both_ways(page) == []
    with another(chromium, base_url=url, viewport={"width": 390, "height": 844}, has_touch=True) as context:
        other = context.new_page()
        same = explored(other, page.url.split("/", 3)[3])
        expect(same).to_have_attribute("src", image.get_attribute("src"))
        far = other.locator("[data-part=pad-place]")
        expect(far.locator(".dot")).to_have_attribute("title", dot.get_attribute("title"))
        assert other.evaluate("document.documentElement.scrollWidth") <= 390
        seen = same.get_attribute("src")
        far.locator(".pad").tap(position={"x": 20, "y": 20})
        changed(same, "src", seen)
        assert float(slider(other, "glasses").input_value()) > 3
    square.dblclick()
    expect(glasses).to_have_value("0")
    expect(first).to_have_value("0")
    # another model has other sliders, and a choice that there is not leaves it usable
    page.locator("[name=explore-model][value=fashion-conditional]").press("Space")
    expect(place.get_by_label("→ across").locator("option:checked")).to_have_text("Direction 1")
    place.get_by_text("Two sliders at once, on a pad").click()
    page.wait_for_url(lambda url: "pad" not in url)
