"""Networks layer by layer in a browser: blocks and maps to choose, a channel changed, links that keep it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import another, changed, explored, open_tab

pytestmark = pytest.mark.browser
REQUESTS = (
    "() => performance.getEntriesByType('resource').filter((one) => /component_server/.test(one.name)).length"
)


def looked_at(page, name="inside") -> str:
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def test_a_channel_is_switched_off_and_its_link_shows_the_same_elsewhere(page, chromium, url):
    image = explored(page, "?model=pixel-faces&seed=3")
    place = page.locator("#explore .inside")
    maps, off = place.locator(".map"), place.get_by_alt_text("The image with the channel changed")
    expect(maps).to_have_count(0)  # nothing is asked for before somebody opens it
    place.get_by_text("Inside G, layer by layer").click()
    expect(place.get_by_role("radio", name="ReLU 96 × 8 × 8 no weights")).to_be_checked()
    expect(maps).to_have_count(96)
    expect(place.get_by_alt_text("The image as it is")).to_have_attribute("src", image.get_attribute("src"))
    expect(off).to_be_hidden()
    # by keyboard: another block, the first of its maps, and louder
    place.get_by_role("radio", name="ReLU 96 × 8 × 8 no weights").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(place.get_by_role("heading", name="ReLU: 48 × 16 × 16")).to_be_visible()
    expect(maps).to_have_count(48)
    first = maps.first.get_by_role("radio")
    first.focus()
    page.keyboard.press("Space")
    expect(off).to_be_visible()
    expect(place.get_by_text("switched off. That changes")).to_be_visible()
    channel, dark = first.get_attribute("value"), off.get_attribute("src")
    assert looked_at(page) == f"layers.9*{channel}*0" and dark != image.get_attribute("src")
    place.get_by_role("radio", name="× 4", exact=True).check()
    loud = changed(off, "src", dark)
    expect(place.get_by_text(f"Channel {channel} times 4.")).to_be_visible()
    place.get_by_role("radio", name="× 1, as it is").check()
    changed(off, "src", loud)
    expect(off).to_have_attribute("src", image.get_attribute("src"))
    place.get_by_role("radio", name="× 4", exact=True).check()
    page.wait_for_url(lambda url: looked_at(page) == f"layers.9*{channel}*4")
    expect(off).to_have_attribute("src", loud)
    assert both_ways(page) == []
    link = page.url
    # the image moves, and both follow
    page.get_by_role("button", name="Next seed").click()
    moved = changed(off, "src", loud)
    expect(place.get_by_alt_text("The image as it is")).to_have_attribute("src", image.get_attribute("src"))
    assert moved != image.get_attribute("src")
    with another(chromium, base_url=url, viewport={"width": 390, "height": 844}) as context:
        other = context.new_page()
        other.goto(link)
        far = other.locator("#explore .inside")
        expect(far.get_by_alt_text("The image with the channel changed")).to_have_attribute("src", loud)
        expect(far.get_by_role("radio", name="× 4", exact=True)).to_be_checked()
        assert other.evaluate("document.documentElement.scrollWidth") <= 390
        other.locator("[name=explore-model][value=fashion-conditional]").press("Space")
        expect(far.get_by_role("radio", name="crop")).to_have_count(1)  # another model's blocks
        expect(far.get_by_alt_text("The image with the channel changed")).to_be_hidden()
    place.get_by_text("Inside G, layer by layer").click()
    page.wait_for_url(lambda url: "inside=" not in url)


def test_a_picture_is_followed_through_d(page, chromium, url):
    panel = open_tab(page, "Judge")
    expect(panel.get_by_role("article")).to_have_count(8)
    place = page.locator("#judge-inside .inside")
    place.get_by_text("Inside D, layer by layer").click()
    maps = place.locator(".map")
    expect(maps).to_have_count(64)
    sheet = "of => getComputedStyle(of).getPropertyValue('--sheet')"
    before = place.locator(".maps").evaluate(sheet)
    place.get_by_role("radio", name="◆ Generated 4").check(force=True)
    other = "[before, of] => getComputedStyle(of).getPropertyValue('--sheet') !== before"
    page.wait_for_function(f"({other.replace('[before, of]', '([before, of])')})",
                           arg=[before, place.locator(".maps").element_handle()])  # fmt: skip
    place.get_by_role("radio", name="convolution 32 × 16 × 16 896 weights").check(force=True)
    expect(maps).to_have_count(32)
    page.wait_for_url(lambda url: looked_at(page, "insideD") == "network.layers.0")
    assert both_ways(page) == [] and looked_at(page, "pictureD") == "8"
    with another(chromium, base_url=url) as context:
        other = context.new_page()
        other.goto(page.url)
        far = other.locator("#judge-inside .inside")
        expect(far.locator(".map")).to_have_count(32)
        expect(far.get_by_role("radio", name="◆ Generated 4")).to_be_checked()
        expect(far.locator(".maps")).to_have_attribute("style", place.locator(".maps").get_attribute("style"))
    # other pictures, and another network
    panel.get_by_role("button", name="Clear all").click()
    expect(place.get_by_text("None yet")).to_be_visible()
    expect(maps.first).to_be_hidden()
    panel.get_by_role("button", name="● Real").click()
    expect(place.get_by_role("radio", name="● Real 4")).to_have_count(1)
    expect(maps).to_have_count(32)
    panel.get_by_label("Which model's discriminator judges").click()
    page.get_by_role("option", name="Edges to face").first.click()
    expect(place.get_by_text("scores of the patches")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
