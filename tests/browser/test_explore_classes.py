"""Explore in a browser for a model that is told a class, and for one that finds an image's latent."""

import re
import shutil
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import another, changed, explored, numbered

from gan import checkpoint
from gan.recipes import recipe_config
from gan.trainer import Trainer

pytestmark = pytest.mark.browser
SETTLED = """() => {
    const query = document.querySelector("#explore-image").dataset.query;
    return query && location.search.endsWith(query) && !document.querySelector(".cells.stale");
}"""
SHEET = """() => getComputedStyle(document.querySelector(".class-place")).getPropertyValue("--sheet")"""


@pytest.fixture(scope="module", autouse=True)
def small_models(models):
    """A conditional model and a BiGAN, tiny and hardly trained, among the shipped ones."""
    made = {"classes": ("conditional", "fashion_mnist", 28, 1), "encoder": ("bigan", "pixel_faces", 32, 3)}
    for name, (recipe, data, size, channels) in made.items():
        model = {"feature_maps": 4, "latent_dim": 8, "image_size": size, "channels": channels}
        config = recipe_config(
            recipe, model, data=data, batch=16, precision="float32", device="cpu", ema_images=0
        )
        trainer = Trainer(config)
        for _ in range(5):
            trainer.step()
        checkpoint.save_model(models / name, trainer.snapshot(), f"Tiny {name}")
    yield
    for name in made:
        shutil.rmtree(models / name)


def choose(page, name: str, among=None) -> str:
    """Chooses a class, of one label if need be; gives the image that follows."""
    image = page.locator("#explore-image")
    before = image.get_attribute("src")
    (among or page).get_by_role("radio", name=name, exact=True).check(force=True)
    after = changed(image, "src", before)
    page.wait_for_function(SETTLED)
    return after


def asked(page) -> dict:
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


def test_another_class_is_another_image_of_the_same_seed_and_the_link_keeps_it(page, chromium, url):
    explored(page, "?model=classes&seed=5")
    expect(page.get_by_role("radio", name="t-shirt", exact=True)).to_be_checked()
    page.wait_for_function(f"({SHEET})().startsWith('url(')")
    dress = choose(page, "dress")
    boot = choose(page, "ankle boot")
    assert boot != dress and page.get_by_label("Seed", exact=True).input_value() == "5"
    assert asked(page) == {"model": "classes", "seed": "5", "class": "ankle boot"}
    save = page.get_by_role("link", name="Save PNG")
    assert save.get_attribute("download") == "classes-seed-5-ankle-boot.png"
    before = page.locator("#explore-image").get_attribute("src")
    page.get_by_label("Next seed").click()
    changed(page.locator("#explore-image"), "src", before)
    page.wait_for_function(SETTLED)
    assert asked(page) == {"model": "classes", "seed": "6", "class": "ankle boot"}  # the class stays, too
    context = another(chromium, base_url=url)
    other = context.new_page()
    image = explored(other, "?" + urlsplit(page.url).query)
    assert image.get_attribute("src") == page.locator("#explore-image").get_attribute("src")
    expect(other.get_by_role("radio", name="ankle boot", exact=True)).to_be_checked()
    context.close()


def test_the_keyboard_walks_through_the_classes(page):
    image = explored(page, "?model=classes")
    before = image.get_attribute("src")
    page.get_by_role("radio", name="t-shirt", exact=True).focus()
    page.keyboard.press("ArrowRight")
    changed(image, "src", before)
    page.wait_for_function(SETTLED)
    assert asked(page)["class"] == "trouser"


def test_a_walk_from_class_to_class(page):
    explored(page, "?model=classes&class=bag")
    field = page.get_by_role("combobox", name="Garment")
    expect(field).to_be_visible()
    for name in ("dress", "sandal"):
        field.click()
        page.get_by_role("option", name=name, exact=True).click()
    page.get_by_role("textbox", name="Seeds").fill("4")
    page.get_by_role("button", name="Make the walk").click()
    expect(page.get_by_role("img", name="Walk through seeds 4 (dress), 4 (sandal)")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save GIF").click()
    assert download.value.suggested_filename == "walk-classes-4-dress-sandal.gif"


def test_a_plain_model_shows_none_of_this(page):
    explored(page, "?model=classes")
    expect(page.get_by_role("group", name="Garment")).to_be_visible()
    page.locator("[name=explore-model][value=pixel-faces]").check(force=True)
    expect(page.get_by_role("group", name="Garment")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Garment")).to_have_count(0)
    page.wait_for_function(SETTLED)
    assert "class" not in asked(page)


def test_a_picture_is_searched_for_and_its_latent_visited(page, tmp_path):
    Image.radial_gradient("L").resize((300, 200)).save(tmp_path / "photo.jpg")
    (tmp_path / "letter.png").write_text("Dear all, this is not an image.")
    explored(page, "?model=encoder&seed=3")
    upload = page.locator("#own-picture-file input[type=file]")
    expect(upload).to_have_count(1)
    upload.set_input_files(tmp_path / "letter.png")
    expect(page.get_by_text("letter.png is not an image")).to_be_visible()
    page.locator("#own-picture-file").get_by_label("Clear").click()
    upload.set_input_files(tmp_path / "photo.jpg")
    seen = page.get_by_role("img", name=re.compile("photo.jpg. As the model has its images: 32 × 32"))
    expect(seen).to_be_visible()
    go = page.get_by_role("link", name="Open it in the sliders")
    expect(go).to_be_visible()
    made = page.get_by_role("img", name="What the model makes of it").get_attribute("src")
    go.click()
    expect(page.locator("#explore-image")).to_have_attribute("src", made)
    page.wait_for_function(SETTLED)
    assert len(asked(page)["edits"].split("_")) == 8
    expect(page.get_by_text("This is the latent that was found")).to_be_visible()
    expect(seen).to_be_visible()  # it stays, to be compared with
    numbered(page, 0).fill("1.5")  # and the sliders move from there
    changed(page.locator("#explore-image"), "src", made)
    page.wait_for_function(SETTLED)
    assert asked(page)["moves"] == "1.5" and "edits" in asked(page)
    page.reload()
    expect(page.locator("#explore-image")).not_to_have_attribute("src", made)
    page.wait_for_function(SETTLED)
    assert asked(page)["moves"] == "1.5" and "edits" in asked(page)


def test_examples_one_after_another_and_gone_with_the_model(page):
    explored(page, "?model=encoder")
    page.get_by_role("button", name="One of its own").click()
    expect(page.get_by_text("The model's own image from seed 0")).to_be_visible()
    expect(page.get_by_text("Its true latent is known")).to_be_visible()
    page.get_by_role("button", name="One of its own").click()
    expect(page.get_by_text("The model's own image from seed 1")).to_be_visible()
    page.get_by_role("button", name="A real one").click()
    expect(page.get_by_text("A real image, held out from training", exact=True)).to_be_visible()
    page.locator(".card", has_text="Tiny classes").click()
    expect(page.get_by_text("Add a picture, or try an example")).to_be_visible()


def test_the_chosen_model_is_in_sight_on_a_phone(page):
    page.set_viewport_size({"width": 300, "height": 1600})
    for name in ("classes", "encoder"):
        explored(page, f"?model={name}")
        card = page.locator(".card", has=page.locator(f"input[value={name}]:checked"))
        expect(card).to_be_in_viewport(ratio=0.9)


def test_a_shipped_model_builds_a_face_and_says_what_it_can_draw(page, tmp_path):
    image = explored(page, "?model=face-builder&seed=1&class=any")
    glasses = page.get_by_role("group", name="Glasses", exact=True)
    expect(glasses.get_by_role("radio", name="any")).to_be_checked()
    left_open = image.get_attribute("src")
    dark = choose(page, "dark", glasses)
    assert asked(page) == {"model": "face-builder", "seed": "1", "class": "glasses=dark"}
    assert choose(page, "any", glasses) == left_open != dark
    assert asked(page)["class"] == "any"
    # its report card, to the end
    page.get_by_role("button", name="A real one").click()
    card, verdict = page.locator(".own-card"), page.locator(".own-words b")
    rows = (
        "This picture",
        "One of its own images",
        "A picture of another kind",
        "The nearest training image",
    )
    expect(card.get_by_role("rowheader")).to_have_text(rows)
    expect(card.locator("td:last-child")).to_have_text([re.compile(r"^\d+\.\d$")] * len(rows))
    expect(verdict).to_contain_text("This model can draw")
    assert both_ways(page) == []
    noise = np.random.RandomState(0).randint(0, 256, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    page.locator("#own-picture-file input[type=file]").set_input_files(tmp_path / "noise.png")
    expect(verdict).to_have_text("This model cannot draw that: its nearest image is no likeness.")
    # what a search has found when it is stopped is kept
    page.get_by_role("button", name="A real one").click()
    expect(page.get_by_role("progressbar", name="The search")).to_be_visible()
    page.get_by_role("button", name="Stop the search").click()
    expect(page.get_by_text("The search was stopped before its end.")).to_be_visible()
    made = page.get_by_role("img", name="What the model makes of it").get_attribute("src")
    page.get_by_role("link", name="Open it in the sliders").click()
    expect(image).to_have_attribute("src", made)
