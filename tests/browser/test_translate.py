"""The Translate tab as a person uses it: draw, undo, choose, predict, and a photo of one's own."""

import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect


@pytest.fixture
def bench(page: Page):
    page.goto("/?tab=translate")
    place = page.locator(".translator")
    expect(place.get_by_role("button", name="Example 1")).to_be_visible()
    expect(place.locator("[data-part=image]")).to_have_attribute("src", drawn())
    return place


def drawn(but: str = ""):
    """Any image that was drawn, but for one."""
    return re.compile(rf"^(?!{re.escape(but)}$)data:image/png" if but else "^data:image/png")


def result(bench) -> str:
    return bench.locator("[data-part=image]").get_attribute("src")


def changes(bench, does):
    """`does` leads to another result."""
    before = result(bench)
    does()
    expect(bench.locator("[data-part=image]")).to_have_attribute("src", drawn(but=before))


def stroke(page: Page, bench, start=(0.3, 0.1), end=(0.7, 0.1)):
    box = bench.locator(".pad").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


def test_a_face_changes_with_the_drawing_and_back(page, bench):
    first = result(bench)
    assert "example=0" in page.url or "translator" not in page.url
    bench.get_by_label("green hair", exact=True).check(force=True)
    expect(bench.locator("[data-part=paint]")).to_have_text("green hair")
    changes(bench, lambda: stroke(page, bench))
    expect(bench.get_by_alt_text("The true answer")).to_be_hidden()  # nobody knows it
    page.wait_for_url("**translator=parts-to-face**")
    assert "example=" not in page.url
    page.keyboard.press("Control+z")
    expect(bench.locator("[data-part=image]")).to_have_attribute("src", first)
    expect(bench.get_by_alt_text("The true answer")).to_be_visible()  # it is the example again
    page.wait_for_url("**example=0**")
    changes(bench, bench.get_by_role("button", name="Redo").click)
    bench.get_by_role("button", name="Eraser").click()
    expect(bench.get_by_text("You erase")).to_be_visible()
    expect(bench.locator("[data-part=paint]")).to_be_hidden()
    bench.get_by_role("button", name="Brush").click()
    changes(bench, bench.get_by_role("button", name="Clear").click)


def test_a_drawing_outlives_a_reload_and_a_look_at_another_model(page, bench):
    example = result(bench)
    changes(bench, lambda: stroke(page, bench))
    page.wait_for_url(lambda url: "translator=parts-to-face" in url and "example" not in url)
    drawing = result(bench)
    page.reload()
    image = bench.locator("[data-part=image]")
    expect(image).to_have_attribute("src", drawing)
    expect(bench.get_by_text("This is your drawing from before")).to_be_visible()
    models = bench.locator("[data-part=models]")
    models.select_option("edges-to-face")
    page.wait_for_url("**translator=edges-to-face**")
    models.select_option("parts-to-face")
    expect(image).to_have_attribute("src", drawing)
    bench.get_by_role("button", name="Undo").click()
    expect(image).to_have_attribute("src", example)
    page.reload()
    expect(image).to_have_attribute("src", example)


def test_it_is_drawn_on_by_keyboard_and_filled(page, bench):
    bench.get_by_label("pink hat", exact=True).check(force=True)
    bench.get_by_role("button", name="Fill", exact=True).click()
    pad = bench.locator(".pad")
    pad.focus()
    page.keyboard.press("ArrowDown")
    expect(pad).to_have_js_property("ariaDescription", "Column 9, row 10")
    changes(bench, lambda: page.keyboard.press(" "))


def test_one_predicts_and_then_sees_the_answer(page, bench):
    bench.get_by_role("button", name="Hide the answer").click()
    for name in ("What the generator makes of it", "The true answer"):
        expect(bench.get_by_alt_text(name)).to_be_hidden()
    changes(bench, bench.get_by_role("button", name="Example 3").click)
    page.wait_for_url("**example=2**")
    bench.get_by_role("button", name="Show the answer").click()
    expect(bench.get_by_alt_text("The true answer")).to_be_visible()
    shown = bench.get_by_alt_text("The true answer").get_attribute("src")
    page.reload()
    expect(bench.get_by_alt_text("The true answer")).to_have_attribute("src", shown)


def test_a_photo_becomes_edges_and_then_a_face(page, bench, tmp_path):
    bench.get_by_label("Translator").select_option("edges-to-face")
    page.wait_for_url("**translator=edges-to-face**")
    expect(bench.locator("[data-part=about]")).to_contain_text("edges")
    photo = tmp_path / "photo.png"
    Image.linear_gradient("L").resize((90, 60)).quantize(4).save(photo)
    send = page.locator("#translate-file input[type=file]").set_input_files
    changes(bench, lambda: send(photo))
    of_photo = result(bench)
    expect(bench.get_by_alt_text("The true answer")).to_be_hidden()
    changes(bench, bench.get_by_role("button", name="Clear").click)
    page.get_by_role("button", name="Clear", exact=True).last.click()
    changes(bench, lambda: send(photo))  # the same once more
    assert result(bench) == of_photo


def test_the_pair_is_saved_crisp(page, bench, tmp_path):
    with page.expect_download() as saved:
        bench.get_by_role("button", name="Save the pair").click()
    assert saved.value.suggested_filename == "parts-to-face-pair.png"
    assert Image.open(saved.value.path()).size == (1024, 512)


def test_what_l1_alone_makes_of_it_stands_beside(page, bench):
    beside = bench.get_by_alt_text("What L1 alone makes of it")
    expect(beside).to_have_attribute("src", drawn())
    before = beside.get_attribute("src")
    bench.get_by_role("button", name="Surprise me").click()
    expect(beside).to_have_attribute("src", drawn(but=before))
