"""The Translate tab for models of other kinds: between two sides and back, and enlarging under the lens."""

import re
import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect
from waiting import changed

from gan import checkpoint
from gan.recipes import recipe_config
from gan.trainer import Trainer

pytestmark = pytest.mark.browser
DRAWN = re.compile("^data:image/png")
KINDS = {
    "t-glasses": (
        "cyclegan",
        "pixel_faces",
        {"side_label": "glasses", "side_a": "none", "side_b": "dark,light"},
    ),
    "t-peeps": ("srresnet", "open_peeps", {"image_size": 64, "view": "small-4"}),
}


@pytest.fixture(scope="module", autouse=True)
def own_models(models, few_images):
    for name, (recipe, data, model) in KINDS.items():
        config = recipe_config(recipe, {"feature_maps": 4, "blocks": 1} | model, data=data, batch=4,
                               precision="float32", device="cpu", measure_images=0)  # fmt: skip
        trainer = Trainer(config)
        trainer.step()
        checkpoint.save_model(models / name, trainer.snapshot(), name)
    yield
    for name in KINDS:
        shutil.rmtree(models / name)


def paint(page):
    """One stroke on the pad, from the keyboard."""
    page.locator(".translator .pad").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")


def test_glasses_on_and_off_and_what_it_costs(page):
    page.goto("/?tab=translate&translator=t-glasses")
    place, back = page.locator(".translator"), page.get_by_alt_text("And back again")
    expect(back).to_have_attribute("src", DRAWN)
    difference = page.get_by_alt_text("Difference from the source")
    expect(difference).to_have_attribute("src", DRAWN)
    expect(page.get_by_alt_text("The true answer")).to_be_hidden()
    way = place.get_by_label("Way")
    expect(way.locator("option")).to_have_text(
        ["without glasses → with glasses", "with glasses → without glasses"]
    )
    expect(place.locator("[data-part=hiding] td:nth-child(2)")).to_have_text(
        [re.compile(r"^\d+\.\d levels$")] * 3
    )
    labels = place.locator("[data-part=card] tbody tr")
    expect(labels).to_have_count(9)
    expect(labels.first).to_contain_text("glasses")
    before, source = back.get_attribute("src"), place.locator("[data-example='0']").get_attribute("style")
    way.select_option("off")
    page.wait_for_url("**way=off**")
    expect(back).not_to_have_attribute("src", before)
    expect(place.locator("[data-example='0']")).not_to_have_attribute("style", source)  # of the other side
    pad = place.locator(".pad")
    paint(page)
    pad.blur()  # without the keyboard's mark
    drawn = pad.evaluate("pad => pad.toDataURL()")
    page.wait_for_url(re.compile("^((?!example=).)*$"))
    way.select_option("on")  # what one has drawn goes the other way, too
    page.wait_for_url("**way=on")
    page.wait_for_function("([pad, drawn]) => pad.toDataURL() === drawn", arg=[pad.element_handle(), drawn])
    way.select_option("off")
    page.wait_for_url("**way=off")
    place.get_by_role("button", name="Example 2").click()
    page.wait_for_url("**example=1**")
    page.reload()
    expect(way).to_have_value("off")
    expect(back).to_have_attribute("src", DRAWN)
    expect(difference).to_have_attribute("src", DRAWN)
    before = difference.get_attribute("src")
    place.get_by_role("button", name="Clear").click()
    changed(difference, "src", before)
    page.wait_for_url(lambda address: "example=" not in address)
    assert "way=off" in page.url
    expect(place.get_by_role("button", name="Hide the answer")).to_be_hidden()  # nobody knows one


def test_one_lens_lies_over_all_pictures(page, tmp_path):
    page.goto("/?tab=translate&translator=t-peeps")
    row = page.get_by_role("application", name="Lens over all pictures")
    figures = row.locator("figcaption")
    every = ["Nearest", "Bicubic", "◆ Pixels alone", "● The true picture"]
    expect(figures).to_have_text(every)
    expect(row.locator("dl").first).to_contain_text("dB")
    places = (
        "row => [...row.querySelectorAll('.lens')].map((one) => getComputedStyle(one).backgroundPosition)"
    )
    row.locator(".under").first.hover(position={"x": 1, "y": 1})
    assert row.evaluate(places) == ["0% 0%"] * 4
    row.focus()
    page.keyboard.press("ArrowRight")
    moved = row.evaluate(places)
    assert len(set(moved)) == 1 and moved[0].endswith(" 0%") and moved[0] != "0% 0%"
    photo = tmp_path / "photo.png"
    Image.linear_gradient("L").resize((90, 60)).save(photo)
    before = row.locator("img").last.get_attribute("src")
    page.locator("#translate-file input[type=file]").set_input_files(photo)
    expect(row.locator("img").last).not_to_have_attribute("src", before)  # it is the true picture itself
    expect(figures).to_have_text(every)
    assert row.evaluate(places) == moved
    paint(page)
    expect(figures).to_have_text(every[:3])
    expect(page.locator("[data-part=lens-words]")).to_contain_text("Nobody knows the true picture")
    expect(page.get_by_alt_text("The true answer")).to_be_hidden()


@pytest.mark.new_window
def test_an_example_taken_right_after_a_stroke_stays_in_the_address(page):
    page.clock.install()
    page.goto("/?tab=translate&translator=t-glasses&way=on")
    expect(page.get_by_alt_text("And back again")).to_have_attribute("src", DRAWN)
    page.clock.pause_at(2**33)  # so that the stroke does not settle before the example is there
    paint(page)
    page.locator(".translator").get_by_role("button", name="Example 3").click()
    page.wait_for_url("**example=2**")
    page.clock.run_for(1000)
    assert "example=2" in page.url
