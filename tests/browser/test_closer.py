"""What a discriminator is asked closer, in a browser: each place answers, follows, and stands in the link."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import another, open_tab

pytestmark = pytest.mark.browser


def link(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def changed_to(flip):
    """The picture that D thinks otherwise of."""
    return flip.get_by_role("figure").filter(has_text="Changed: it leans towards").locator("img")


def test_a_discriminator_is_asked_closer_and_the_link_asks_the_same(page, chromium, url):
    panel = open_tab(page, "Judge")
    expect(panel.get_by_role("article")).to_have_count(8)
    closer = page.locator("#judge-closer")
    expect(closer.locator("img:visible")).to_have_count(0)  # nothing is asked before a place is open
    # by keyboard: the smallest change, of one picture and then of another
    closer.get_by_text("What would flip its mind?").locator("xpath=ancestor::summary").focus()
    page.keyboard.press("Enter")
    flip = closer.locator("[data-part=flip]")
    after = changed_to(flip)
    expect(flip.get_by_text("so it leans towards generated")).to_be_visible()
    first = after.get_attribute("src")
    flip.get_by_role("radio", name="● Real 1").focus()
    page.keyboard.press("ArrowRight")
    expect(after).not_to_have_attribute("src", first)
    second = after.get_attribute("src")
    # what is alike is asked of the same picture
    closer.get_by_text("What looks alike to it").click()
    alike = closer.locator("[data-part=alike]")
    expect(alike.get_by_role("listitem")).to_have_count(16)
    expect(alike.get_by_role("radio", name="● Real 2")).to_be_checked()
    # others, side by side
    closer.get_by_text("Several discriminators, side by side").click()
    table = closer.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(9)
    beside = closer.locator("[data-part=beside]")
    expect(beside.get_by_role("checkbox", name="StyleGAN2, pixel faces")).to_be_checked()
    for box in beside.get_by_role("checkbox", checked=True).all()[::-1]:
        columns = table.get_by_role("columnheader").count()
        box.uncheck()
        expect(table.get_by_role("columnheader")).to_have_count(columns - 1)
    beside.get_by_role("checkbox", name="ProGAN").check()
    expect(table.get_by_role("columnheader", name="ProGAN")).to_be_visible()
    page.wait_for_url(lambda _: link(page).get("judges") == "progan")
    assert link(page)["closer"] == "flip,alike,beside" and link(page)["picture"] == "2"
    assert both_ways(page) == []
    with another(chromium, base_url=url, viewport={"width": 390, "height": 844}) as context:
        other = context.new_page()
        other.goto(page.url)
        far = other.locator("#judge-closer")
        expect(far.get_by_role("columnheader", name="ProGAN")).to_be_visible()
        expect(changed_to(far.locator("[data-part=flip]"))).to_have_attribute("src", second)
        expect(far.locator("[data-part=read]")).not_to_have_attribute("open", "")
        assert other.evaluate("document.documentElement.scrollWidth") <= 390
        # who judges and who is asked beside come together, of what the address has lie there
        titles = ["Picture", "ProGAN, pixel faces", "StyleGAN2, pixel faces"]
        other.goto("/?tab=judge&judge=progan&closer=beside&judges=stylegan-faces&bench=noise.100.progan")
        expect(far.get_by_role("columnheader")).to_have_text(titles)
        expect(far.get_by_role("rowheader")).to_have_text([f"▦ Noise {number}" for number in range(1, 5)])
        assert link(other)["judges"] == "stylegan-faces"
        other.goto("/?tab=judge&judge=nobody")
        expect(
            other.get_by_text(
                "There is no model “nobody” here; “Pixel faces, by their labels” judges instead."
            )
        ).to_be_visible()
        expect(other.locator(".judge-card")).to_have_count(8)
    # other pictures are asked about, and nothing is where nothing lies
    panel.get_by_role("button", name="● Real").click()
    expect(after).not_to_have_attribute("src", second)
    panel.get_by_role("button", name="Clear all").click()
    expect(flip.get_by_text("None yet")).to_be_visible()
    expect(closer.locator("img:visible")).to_have_count(0)
    # a translator's has no features, and says so; its labels are nobody's
    closer.get_by_text("What can be read off its features").click()
    read = closer.locator("[data-part=read]")
    expect(read.get_by_role("rowheader", name="glasses")).to_be_visible()
    panel.get_by_label("Which model's discriminator judges").click()
    page.get_by_role("option", name="Glasses off and on").first.click()
    expect(read.get_by_text("belongs to a translator")).to_be_visible()
    expect(read.get_by_role("table")).to_have_count(0)
    for part in ("What would flip", "What looks alike", "What can be read", "Several"):
        closer.get_by_text(part).click()
    page.wait_for_url(lambda _: "closer" not in link(page) and "judges" not in link(page))
