"""Train in a browser: a run is started, watched, left, found again, stopped, and its model explored."""

import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from waiting import SECONDS, changed, open_tab

pytestmark = pytest.mark.browser
WAIT = {"timeout": SECONDS * 1000}
LEFT = re.compile(r"Training: about .* left")


@pytest.fixture
def train(page):
    """The tab's panel; a run that the test leaves behind is stopped."""
    panel = open_tab(page, "Train")
    expect(panel.get_by_alt_text("Real images")).to_be_visible(**WAIT)
    yield panel
    for stop in page.locator("#train-stop:enabled:visible").all():
        stop.click()


def state(page: Page):
    return page.locator(".run-state")


def generated(page: Page):
    return page.get_by_alt_text("Generated images at step")


def frames(page: Page, most: int):
    """Waits until the scrubber reaches so far."""
    page.wait_for_function("most => document.querySelector('[data-part=scrub]')?.max >= most", arg=most,
                           timeout=SECONDS * 1000)  # fmt: skip


def test_a_run_from_start_to_explore(page, train, tmp_path):
    page.get_by_label("Name").fill("First steps")
    page.get_by_role("button", name="Start").dblclick()  # two clicks, one run
    expect(generated(page)).to_be_visible(**WAIT)
    first = generated(page).get_attribute("src")
    assert changed(generated(page), "src", first) != first
    expect(state(page)).to_have_text(LEFT)
    expect(page.get_by_role("progressbar", name="Progress of the run")).to_be_visible()
    expect(train.get_by_text("images a second")).to_be_visible(**WAIT)
    expect(train.get_by_text("healthy: 50–70 %")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(state(page)).to_contain_text("Stopped after", **WAIT)
    expect(state(page)).to_contain_text("is kept as first-steps", **WAIT)
    with page.expect_download() as download:
        page.locator("#train-download").click()
    download.value.save_as(tmp_path / "model.zip")
    assert "first-steps/model.safetensors" in zipfile.ZipFile(tmp_path / "model.zip").namelist()
    page.get_by_role("tab", name="Explore", exact=True).click()
    expect(page.locator(".card", has_text="First steps")).to_be_visible(**WAIT)
    page.get_by_role("tab", name="Train", exact=True).click()
    page.get_by_role("link", name="Open it in Explore").click()
    expect(page.locator(".card", has_text="First steps").get_by_role("radio")).to_be_checked(**WAIT)


def test_a_reloaded_page_comes_back_to_its_run_and_can_watch_it_again(page, train):
    page.get_by_role("button", name="Start").click()
    frames(page, 2)
    page.reload()
    frames(page, 2)
    expect(state(page)).to_have_text(LEFT)
    expect(page.get_by_role("button", name="Start")).to_be_disabled()
    scrubber = page.get_by_role("slider", name="Moment of the run")
    last = generated(page).get_attribute("src")
    scrubber.focus()
    page.keyboard.press("Home")
    assert changed(generated(page), "src", last) != last
    frames(page, 4)  # the run goes on, and the moment looked at stays
    expect(generated(page)).to_have_attribute("alt", re.compile("at step 0, 0 s"))
    page.keyboard.press("End")
    assert changed(generated(page), "src", generated(page).get_attribute("src"))  # it follows the run again


def test_a_second_visitor_waits_in_line_and_a_closed_tab_makes_room(page, train, chromium, url):
    page.get_by_role("button", name="Start").click()
    frames(page, 1)
    context = chromium.new_context(base_url=url)
    other = context.new_page()
    open_tab(other, "Train")
    other.get_by_role("button", name="Start").click()
    expect(state(other)).to_contain_text("Waiting in line: place 1", **WAIT)
    page.goto("about:blank")
    expect(generated(other)).to_be_visible(**WAIT)
    other.get_by_role("button", name="Stop").click()
    expect(state(other)).to_contain_text("Stopped", **WAIT)
    context.close()


def test_own_images_are_checked_file_by_file(page, train, tmp_path):
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        for number in range(50):
            pixels = np.random.RandomState(number).randint(0, 256, (8, 9, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "one.png")
            archive.write(tmp_path / "one.png", f"{number}.png")
        archive.writestr("letter.png", "Dear all, this is not a picture.")
    train.get_by_label("Data").click()
    page.get_by_role("option", name="My own images").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Add images of your own first")).to_be_visible(**WAIT)
    upload = train.locator("#train-files input[type=file]")
    upload.set_input_files(tmp_path / "one.png")
    expect(train.get_by_role("alert")).to_contain_text("50 images or more", **WAIT)
    train.locator("#train-files").get_by_label("Clear").click()
    upload.set_input_files(tmp_path / "pictures.zip")
    expect(train.get_by_text("50 images are ready.")).to_be_visible(**WAIT)
    expect(train.get_by_text("letter.png is not a picture")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(generated(page)).to_be_visible(**WAIT)


def test_a_link_to_a_run_that_is_gone_says_so(page):
    page.goto("/?tab=train&run=nonsense")
    expect(state(page)).to_contain_text("no longer known", **WAIT)
    expect(page.get_by_role("button", name="Start")).to_be_enabled()
