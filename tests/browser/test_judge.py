"""Judge in a browser: a person's pictures go in, one verdict each comes out."""

import re

import numpy as np
import pytest
from pictures import picture
from PIL import Image
from playwright.sync_api import expect
from waiting import another, open_tab

pytestmark = pytest.mark.browser
ORIENTATION = 0x0112  # EXIF


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Three that programs stumble over, and one that is none."""
    folder = tmp_path_factory.mktemp("pictures")
    y, x = np.mgrid[:90, :160].astype(np.uint8)
    photo = Image.fromarray(np.dstack([x, 2 * y, 255 - x]))
    photo.convert("CMYK").save(folder / "print.jpg")
    Image.merge("LA", (photo.convert("L"), Image.fromarray(2 * y))).save(folder / "drawing.png")
    turned = Image.Exif()
    turned[ORIENTATION] = 6
    photo.save(folder / "phone.jpg", exif=turned)
    (folder / "letter.jpg").write_text("Dear all, this is not an image.")
    return folder


@pytest.fixture
def judge(page):
    """The tab's panel, cleared of the images that lie there at first."""
    panel = open_tab(page, "Judge")
    expect(panel.get_by_role("article")).to_have_count(8)
    panel.get_by_role("button", name="Clear all").click()
    expect(panel.get_by_text("Nothing to judge yet.")).to_be_visible()
    return panel


def drop(judge, *files):
    judge.locator("#judge-files input[type=file]").set_input_files(files)


def test_what_is_dropped_in_right_after_clear_all_stays(page):
    judge, held = open_tab(page, "Judge"), []
    expect(judge.locator(".judge-card").first).to_be_visible()
    page.route("**/queue/join**", lambda one: held.append(one))
    with page.expect_request("**/queue/join**"):
        judge.get_by_role("button", name="Clear all").click()
    added = {"name": "a.png", "mimeType": "image/png", "buffer": picture(3)}
    with page.expect_response("**/gradio_api/upload**"):
        judge.locator("#judge-files input[type=file]").set_input_files(added)
    for one in held:
        one.continue_()
    page.unroute("**/queue/join**")
    expect(judge.locator("#judge-shown")).to_contain_text("a.png")
    expect(judge.locator(".judge-card")).to_have_count(1)


def test_three_pictures_three_verdicts_and_a_bad_file_by_name(judge, pictures):
    drop(judge, *(pictures / name for name in ("print.jpg", "drawing.png", "letter.jpg", "phone.jpg")))
    cards = judge.get_by_role("article")
    expect(cards).to_have_count(3)
    expect(judge.get_by_role("status").get_by_text("letter.jpg is not an image")).to_be_visible()
    for number, name in enumerate(("print.jpg", "drawing.png", "phone.jpg")):
        card = cards.nth(number)
        expect(card.get_by_role("heading", name=name)).to_be_visible()
        expect(card.locator(".judge-score")).to_contain_text("(logit)")
        expect(card.locator(".judge-verdict")).to_be_visible()
        expect(card.locator(".judge-verdict")).to_contain_text("lower")
    expect(judge.get_by_label("All images by their score").get_by_role("listitem")).to_have_count(3)


def test_examples_of_each_kind_then_another_model_then_nothing(page, judge, pictures, chromium, url):
    cards = judge.get_by_role("article")
    for pressed, kind in enumerate(("● Real", "◆ Generated", "▦ Noise"), 1):
        judge.get_by_role("button", name=kind).click()
        expect(cards).to_have_count(4 * pressed)
        expect(judge.get_by_role("heading", name=f"{kind} 4")).to_be_visible()
    first = cards.first.locator(".judge-score").inner_text()
    judge.get_by_label("Which model's discriminator judges").click()
    page.get_by_role("option").nth(1).click()
    expect(cards.first.locator(".judge-score")).not_to_have_text(first)
    expect(cards).to_have_count(12)
    judge.get_by_role("button", name="▦ Noise").click()
    page.wait_for_url(re.compile("noise.101"))
    judge.get_by_label("Show where it looks").check()
    page.wait_for_url(re.compile("heat=1"))
    drop(judge, pictures / "phone.jpg")  # is nobody else's
    expect(cards).to_have_count(13)
    with another(chromium, base_url=url) as context:
        other = context.new_page()
        other.goto(page.url)
        theirs = other.locator("#judge-shown").get_by_role("article")
        expect(theirs).to_have_count(12)
        expect(other.get_by_label("Show where it looks")).to_be_checked()
        for number in (0, 11):
            score = cards.nth(number + 1).locator(".judge-score").text_content()
            expect(theirs.nth(number).locator(".judge-score")).to_have_text(score)
    judge.get_by_role("button", name="Clear all").click()
    expect(judge.get_by_text("Nothing to judge yet.")).to_be_visible()


def test_the_tab_opens_with_images_that_are_judged(page):
    panel = open_tab(page, "Judge")
    for name in ("● Real 1", "● Real 4", "◆ Generated 1", "◆ Generated 4"):
        expect(panel.get_by_role("heading", name=name)).to_be_visible()
    levels = panel.get_by_role("heading").evaluate_all("all => all.map(one => one.tagName)")
    assert set(levels) == {"H2"}


def test_where_it_looks_lies_beside_the_picture_when_asked_for(page, judge):
    judge.get_by_role("button", name="● Real").click()
    expect(judge.get_by_role("article")).to_have_count(4)
    heat = judge.get_by_alt_text("Where the network looks in").first
    expect(heat).to_have_count(0)
    judge.get_by_label("Show where it looks").check()
    expect(heat).to_be_visible()
    photo = judge.get_by_alt_text("● Real 1. A real image").bounding_box()
    assert heat.bounding_box()["x"] >= photo["x"] + photo["width"]
    # a discriminator of patches says what it thinks of each
    judge.get_by_label("Which model's discriminator judges").click()
    page.get_by_role("option", name="Edges to face").first.click()
    expect(judge.get_by_text("of the patches real").first).to_be_visible()


def test_one_picture_alone_fills_its_row_and_says_it_all(judge, pictures):
    drop(judge, pictures / "phone.jpg")
    card = judge.get_by_role("article")
    expect(card).to_have_count(1)
    expect(card.locator(".verdict p")).to_contain_text("lower")
    expect(card.locator("svg.hist .marker")).to_have_count(1)
    place = judge.locator("#judge-shown").bounding_box()
    assert card.bounding_box()["width"] > 0.95 * place["width"]
    expect(card.get_by_alt_text("Nearest to phone.jpg")).to_be_visible()


def test_seventeen_pictures_are_cut_to_sixteen_with_a_sentence(judge, tmp_path):
    for number in range(17):
        Image.new("RGB", (9, 9), (15 * number, 0, 0)).save(tmp_path / f"{number}.png")
    drop(judge, *sorted(tmp_path.glob("*.png")))
    expect(judge.get_by_role("article")).to_have_count(16)
    expect(judge.get_by_role("status")).to_contain_text("17 images are too many at once")
