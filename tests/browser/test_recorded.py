"""Train before anyone has started a run: a recorded one plays, is left alone by links, and goes on."""

import re
import shutil

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import changed, open_tab

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
