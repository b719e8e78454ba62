"""Train before anyone has started a run: a recorded one plays, is left alone by links, and goes on."""

import re
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import another, changed, open_tab

from gan.studio import RECORDED

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def first_run(models, request):
    shutil.copytree(request.config.rootpath / "checkpoints" / RECORDED, models / RECORDED)
    yield
    shutil.rmtree(models / RECORDED)


def test_a_recorded_run_plays_and_whoever_likes_it_goes_on_with_it(page):
    panel = open_tab(page, "Train")
    state, made = page.locator(".run-state"), page.get_by_alt_text("Generated images at step")
    expect(state).to_contain_text("This run was recorded")
    expect(page.locator(".run-scrub").get_by_role("button", name="Pause")).to_be_visible()
    expect(made).to_be_visible()
    changed(made, "src", made.get_attribute("src"))
    assert "run=" not in page.url  # nobody has asked for it
    expect(page.get_by_role("button", name="Start")).to_be_in_viewport()
    expect(panel.get_by_role("slider", name="How often the discriminator is right")).to_be_visible()
    expect(panel.get_by_role("button", name="Delete its model …")).to_be_hidden()  # it is nobody's
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 and page.evaluate("scrollY") == 0
    assert both_ways(page) == []
    panel.get_by_role("button", name="Resume for 2 more minutes").click()
    expect(state).to_have_text(re.compile(r"Training: about .* left"))
    assert "run=" in page.url
    page.locator("#train-stop").click()
    expect(state).to_contain_text("is kept as")


def test_a_link_opens_the_game_at_a_moment_of_the_recorded_run(page, chromium, url):
    page.goto("/?tab=judge&judge=first-run&game=1")
    panel = page.get_by_role("tabpanel").filter(visible=True)
    expect(panel.locator("[data-part=count]")).to_have_text("Picture 1 of 20")
    moments = panel.locator("[data-part=moments]")
    step = moments.locator("option").nth(1).get_attribute("value")
    moments.select_option(step)
    page.wait_for_url(re.compile(f"gameStep={step}"))
    with another(chromium, base_url=url, viewport={"width": 390, "height": 844}) as context:
        other = context.new_page()
        other.goto(f"/?{urlsplit(page.url).query}")
        expect(other.locator("[data-part=moments]")).to_have_value(step)
        chosen = other.get_by_label("Which model's discriminator judges")
        expect(chosen).to_have_value("Pixel faces, two minutes")


def test_its_seeds_are_drawn_through_its_training(page):
    page.goto("/?model=first-run&seed=1")
    place = page.get_by_role("region", name="Through training")
    place.get_by_text("Through training, along one slider").click()
    place.get_by_role("slider", name="Step of training").press("Home")
    expect(place.get_by_role("img")).to_have_accessible_name(re.compile(r"^Step [\d,]+, Direction 1 at 0 σ$"))
    assert both_ways(page) == []
