"""People's own pairs in a browser: two folders, or pictures side by side, asked about and trained on."""

import pytest
from pictures import as_file, drawn, packed, side_by_side
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
COUNT = 60


def pick(page: Page, field: str, choice: str):
    page.locator(f"{field} input").click()
    page.get_by_role("listbox").get_by_role("option", name=choice, exact=True).click()


def show_settings(page: Page):
    """Unfolds those that own images decide, and those that make a run light."""
    for fold in ("#train-more", "#settings-networks", "#settings-game"):
        page.locator(f"{fold} > button").first.click()
    expect(page.locator("#settings-game .settings")).to_be_visible()


def run_lightly(page: Page):
    """Starts what is asked for in the smallest steps, and waits until its pictures are there."""
    page.locator("#set-batch input[type=number]").fill("8")
    pick(page, "#set-precision", "float32")
    page.locator("#train-start").click()
    expect(page.locator(".run-facts")).to_contain_text("· pix2pix ·")
    expect(page.get_by_alt_text("Generated images at step")).to_be_visible()
    expect(page.locator(".run-facts")).to_contain_text("images a second")
    expect(page.locator('[data-part="data"]')).to_contain_text("each beside its true answer")


def test_two_folders_with_the_same_names_train_pix2pix(page, train, tmp_path):
    for number in range(COUNT):
        for folder, image in zip(("edges", "photos"), drawn(number), strict=True):
            (tmp_path / "set" / folder).mkdir(parents=True, exist_ok=True)
            image.save(tmp_path / "set" / folder / f"{number}.png")
    (tmp_path / "set" / "edges" / "alone.png").write_bytes(as_file(drawn(99)[0]))
    pick(page, "#train-data", "My own images …")
    expect(page.locator("#train-pairs")).to_be_hidden()
    train.locator(".folder input").set_input_files(tmp_path / "set")
    report = train.locator(".doctor")
    expect(report).to_contain_text(
        "60 pairs: “edges” is the source, “photos” the answer; 1 picture has no partner"
    )
    expect(page.locator("#train-pairs").get_by_label("edges → photos")).to_be_checked()
    show_settings(page)
    pick(page, "#train-recipe", "CycleGAN, as in courses")
    for key, value in (("side_label", "folder"), ("side_a", "edges"), ("side_b", "photos")):
        expect(page.locator(f"#set-{key} textarea, #set-{key} input")).to_have_value(value)
    pick(page, "#train-recipe", "pix2pix")
    expect(page.locator("#set-view input")).to_have_value("The data's own pairs")
    expect(page.locator("#train-says")).not_to_contain_text("Changed")
    train.get_by_label("photos → edges").check()
    expect(report).to_contain_text("“photos” is the source, “edges” the answer")
    run_lightly(page)
    expect(page.locator(".run-facts")).to_contain_text("108 images")


def test_pictures_side_by_side_are_asked_about_and_train_pix2pix(page, train, tmp_path):
    pictures = {f"{number}.png": as_file(side_by_side(*drawn(number))) for number in range(COUNT)}
    pick(page, "#train-data", "My own images …")
    pick(page, "#train-recipe", "pix2pix")
    show_settings(page)
    expect(page.locator("#set-view input")).to_have_value("Edges")
    train.locator("#train-files input[type=file]").set_input_files(packed(tmp_path / "both.zip", pictures))
    report, asks = train.locator(".doctor"), page.locator("#train-pairs")
    expect(report).to_contain_text(
        "60 pairs: each file is cut into two pictures side by side, the left one is"
    )
    expect(asks.get_by_label("left → right")).to_be_checked()
    expect(page.locator("#set-view input")).to_have_value("The data's own pairs")
    asks.get_by_label("No pairs: plain pictures").check()
    expect(report).to_contain_text("60 images are ready")
    expect(report).to_contain_text("far from square")
    expect(page.locator("#set-view input")).to_have_value("Edges")
    asks.get_by_label("right → left").check()
    expect(report).to_contain_text("the right one is the source, the left one the answer")
    expect(page.locator("#set-view input")).to_have_value("The data's own pairs")
    run_lightly(page)
    expect(page.locator(".run-facts")).to_contain_text("108 images")
