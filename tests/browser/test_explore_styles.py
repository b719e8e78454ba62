"""Explore in a browser for models that are told several labels, and for StyleGAN's styles."""

import json
import shutil
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from test_axe import both_ways
from waiting import changed, explored

from gan import checkpoint
from gan.recipes import recipe_config
from gan.trainer import Trainer

pytestmark = pytest.mark.browser
SETTLED = """() => {
    const query = document.querySelector("#explore-image").dataset.query;
    return query && location.search.endsWith(query) && !document.querySelector(".cells.stale");
}"""
MADE = {
    "a-builder": ("conditional", {"label_dropout": 0.2}, {"label": "*"}),
    "a-stylegan": ("stylegan", {}, {}),
    "a-biggan": ("biggan", {}, {"label": ""}),
}


@pytest.fixture(scope="module", autouse=True)
def small_models(models):
    """Tiny and hardly trained, among the shipped ones."""
    for name, (recipe, model, changes) in MADE.items():
        small = {"feature_maps": 4, "latent_dim": 8} | model
        trainer = Trainer(recipe_config(recipe, small, data="pixel_faces", batch=8, precision="float32",
                                        device="cpu", ema_images=0, **changes))  # fmt: skip
        for _ in range(3):
            trainer.step()
        checkpoint.save_model(models / name, trainer.snapshot(), f"Tiny {name}")
    points = [{"below": below, "precision": precision, "recall": recall, "coverage": 0.5, "frechet": 9.0}
              for below, precision, recall in ((0.5, 0.9, 0.25), (4.0, 0.75, 0.5))]  # fmt: skip
    curve = {"steps": 3, "images": 60, "points": points}
    (models / "a-biggan" / checkpoint.TRUNCATION).write_text(json.dumps(curve))
    yield
    for name in MADE:
        shutil.rmtree(models / name)


def asked(page) -> dict:
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


def after(page, act) -> str:
    """The image that follows from what is done, once the address has it."""
    image = page.locator("#explore-image")
    before = image.get_attribute("src")
    act()
    now = changed(image, "src", before)
    page.wait_for_function(SETTLED)
    return now


def test_a_face_is_built_label_by_label_and_keeps_its_seed(page):
    page.set_viewport_size({"width": 390, "height": 844})
    image = explored(page, "?model=a-builder&seed=5")
    picker = {name: page.get_by_role("group", name=name, exact=True) for name in ("Glasses", "Hat", "Mouth")}
    for one in picker.values():
        expect(one.get_by_role("radio", name="any")).to_be_checked()
    after(page, lambda: picker["Mouth"].get_by_role("radio", name="sad").check(force=True))
    both = after(page, lambda: picker["Glasses"].get_by_role("radio", name="dark").check(force=True))
    assert asked(page) == {"model": "a-builder", "seed": "5", "class": "glasses=dark+mouth=sad"}
    expect(image).to_have_attribute(
        "alt", "Image that the generator makes from seed 5, class glasses dark, mouth sad"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.wait_for_function(
        """getComputedStyle(document.querySelector(".class-place")).getPropertyValue("--sheet")"""
    )
    assert both_ways(page) == []
    page.reload()
    expect(picker["Glasses"].get_by_role("radio", name="dark")).to_be_checked()
    expect(image).to_have_attribute("src", both)
    after(page, lambda: page.get_by_role("button", name="All any").click())
    assert asked(page)["class"] == "any"
    after(page, lambda: page.get_by_role("button", name="Random labels").click())
    assert asked(page)["class"].count("=") == 9 and asked(page)["seed"] == "5"
    page.get_by_role("button", name="Add to the walk").click()
    expect(page.locator(".walk-stops li span").first).to_contain_text("5, glasses ")
    expect(page.get_by_role("combobox", name="Glasses")).to_have_count(0)


def test_a_stylegan_is_truncated_drawn_with_fresh_noise_and_mixed(page):
    image = explored(page, "?model=a-stylegan&seed=5")
    expect(page.get_by_label("Scale of z")).to_have_count(0)
    mean = after(page, lambda: page.get_by_label("Truncation ψ").first.fill("0"))
    page.get_by_label("Next seed").click()
    page.wait_for_url("**seed=6**")
    assert image.get_attribute("src") == mean  # every seed is the one average image
    after(page, lambda: page.get_by_label("Truncation ψ").first.fill("0.8"))
    fresh = page.get_by_role("checkbox", name="Fresh noise")
    fresh.check()
    page.wait_for_url("**noise=**")
    first = asked(page)
    assert first["psi"] == "0.8" and first["seed"] == "6"
    page.get_by_label("Next seed").click()
    page.wait_for_url("**seed=7**")
    assert asked(page)["noise"] != first["noise"]
    # the grid is of this truncation and noise; a click shows a cell large
    mixes = page.get_by_role("region", name="Mixing styles")
    expect(mixes.get_by_role("button", name="Seed 5, on the left")).to_be_visible()
    mixes.get_by_role("radio", name="fine").check()
    mixes.get_by_role("button", name="Seed 8 with the fine layers of seed 10").click()
    expect(mixes.get_by_role("img", name="Seed 8 with the fine layers of seed 10")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(mixes.get_by_role("img", name="Seed 7 with the fine layers of seed 10")).to_be_visible()
    mixes.get_by_role("button", name="Other seeds at the top").click()
    expect(mixes.get_by_role("button", name="Seed 10, at the top")).to_have_count(0)
    mix, shown = asked(page)["mix"], mixes.get_by_role("img").get_attribute("aria-labelledby")
    assert mix.startswith("5_6_7_8.") and mix.endswith(".fine") and shown == "mix-words"
    names = [one.get_attribute("aria-label") for one in mixes.locator(".mix-cells button").all()]
    page.reload()
    expect(mixes.get_by_role("button", name=names[-1])).to_be_visible()
    expect(fresh).to_be_checked()
    expect(mixes.get_by_role("radio", name="fine")).to_be_checked()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert both_ways(page) == []
    page.locator("[name=explore-model][value=pixel-faces]").check(force=True)
    expect(page.get_by_label("Scale of z").first).to_be_visible()
    expect(mixes).to_be_hidden()
    page.wait_for_function(SETTLED)
    assert not {"mix", "psi", "noise"} & asked(page).keys()


def test_the_sliders_of_a_stylegan_move_the_layers_that_one_chooses(page):
    image = explored(page, "?model=a-stylegan&seed=5")
    still, layers = image.get_attribute("src"), page.get_by_role("group", name="Layers that the sliders move")
    expect(layers.get_by_role("radio", name="all")).to_be_checked()
    every = after(page, lambda: page.get_by_role("slider", name="Direction 1:").fill("4"))
    fine = after(page, lambda: layers.get_by_role("radio", name="fine").check())
    assert len({still, every, fine}) == 3
    assert asked(page) == {"model": "a-stylegan", "seed": "5", "moves": "4", "layers": "fine"}
    page.reload()
    expect(layers.get_by_role("radio", name="fine")).to_be_checked()
    expect(image).to_have_attribute("src", fine)
    page.get_by_role("button", name="Add to the walk").click()
    expect(page.locator(".walk-stops li span").first).to_have_text("5, slider 1 +4, fine layers")
    page.wait_for_url("**walk=5M4Lfine**")
    after(page, lambda: page.get_by_role("button", name="Reset to the seed").click())
    expect(image).to_have_attribute("src", still)
    expect(layers.get_by_role("radio", name="all")).to_be_checked()


def test_a_biggan_is_truncated_and_its_curve_says_where_one_stands(page):
    image = explored(page, "?model=a-biggan&seed=5")
    curve = page.get_by_role("img", name="Precision and recall by truncation")
    expect(curve).to_be_visible()
    words = page.locator(".curve figcaption")
    expect(words).to_contain_text("|z| < 4: precision 75")  # without a bound: where all of z lies
    near = after(page, lambda: page.get_by_role("combobox", name="Truncation").select_option("0.5"))
    expect(words).to_contain_text("|z| < 0.5: precision 90")
    assert asked(page) == {"model": "a-biggan", "seed": "5", "below": "0.5"}
    page.reload()
    expect(image).to_have_attribute("src", near)
    expect(curve.locator("circle.here")).to_have_count(1)
    expect(page.get_by_role("combobox", name="Truncation")).to_have_value("0.5")
    assert both_ways(page) == []
    after(page, lambda: page.get_by_role("combobox", name="Truncation").select_option("1"))
    expect(words).to_have_text("Not measured here")
