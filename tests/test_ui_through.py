"""One image through training and along a slider: what the server answers, and its place in a browser."""

import numpy as np
import pytest
from pictures import pixels
from playwright.sync_api import expect
from small import two_steps

from gan.latent import Latent, spelt
from gan.limits import Limits
from gan.recipes import recipe_config
from gan.runs.queue import Runs
from gan.studio import Studio
from gan.ui import page as pages
from gan.ui.explore import through
from gan.ui.explore.asked import slid

CODE = spelt(np.array([0.5, -1.0], np.float32))
VALUES = (-4, -3, -2, -1, 0, 1, 2, 3, 4)


@pytest.fixture
def studio(tmp_path, forked):
    """With the model "made", of two steps, whose first one its run has kept."""
    studio = Studio(tmp_path, "cpu")
    studio.runs.close()
    studio.runs = Runs(tmp_path, Limits(), two_steps)
    alike = {"batch": 4, "precision": "float32", "device": "cpu", "measure_images": 64}
    model = {"feature_maps": 4, "latent_dim": 7}
    list(studio.runs.events(studio.runs.start(recipe_config("modern", model, name="made", **alike))))
    yield studio
    studio.runs.close()


def test_a_slider_is_moved_by_the_name_that_the_page_has_for_it():
    point = Latent(3, moves=(1.0,), named=(("glasses", 2.0),), taught=(("curls", CODE, 0.5),))
    assert slid(point, "move.2", -4.0).moves == (1.0, 0.0, -4.0)
    assert slid(point, "move.0", 0.0).moves == ()
    assert slid(point, "named.glasses", 1.0).named == (("glasses", 1.0),)
    assert slid(point, "named.hat", 3.0).named == (("glasses", 2.0), ("hat", 3.0))
    assert slid(point, "taught.curls", 3.0).taught == (("curls", CODE, 3.0),)
    for slider in ("move.512", "move.-1", "move.", "taught.hat", "z.3", "", "None"):
        with pytest.raises(ValueError, match="no such slider"):
            slid(point, slider, 1.0)


def test_every_kept_step_is_a_row_and_every_value_of_the_slider_a_column(studio):
    answer = through.drawn_through(studio, {"model": "made", "seed": 3, "along": "move.1"})
    sheet = pixels(answer["sheet"])
    side = sheet.shape[1] // len(VALUES)
    assert answer["steps"] == [1, 2] and sheet.shape[0] == 2 * side
    drawn = studio.through_training("made", [Latent(3, moves=(0.0, float(value))) for value in VALUES])
    for row, images in enumerate(drawn.values()):
        for column, image in enumerate(images):
            cell = sheet[row * side : (row + 1) * side, column * side : (column + 1) * side]
            np.testing.assert_array_equal(cell, image)


def test_there_is_a_place_for_it_where_another_step_is_kept():
    assert through.through((), 3) == through.through((3,), 3) == ""
    assert "<details>" in through.through((3, 5), 3)


@pytest.mark.browser
def test_one_goes_through_training_and_along_a_slider_and_the_link_says_where(studio, chromium):
    served = pages.build_page(studio, pages.TABS[:1])
    options = pages.launch_options(studio)
    _, address, _ = served.launch(prevent_thread_lock=True, quiet=True, **options)
    try:
        with chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900}) as context:
            context.set_default_timeout(120_000)
            walked(context.new_page())
    finally:
        served.close()


def walked(page):
    page.goto("/?model=made&seed=3")
    place = page.get_by_role("region", name="Through training")
    place.get_by_text("Through training, along one slider").click()
    large = place.get_by_role("img")
    step, along = (place.get_by_role("slider", name=name) for name in ("Step of training", "Along it"))
    expect(large).to_have_accessible_name("Step 2, Direction 1 at 0 σ")
    assert along.get_attribute("aria-valuetext") == "0 σ"
    step.press("Home")
    for _ in range(3):
        along.press("ArrowRight")
    expect(large).to_have_accessible_name("Step 1, Direction 1 at +3 σ")
    place.get_by_label("Slider").select_option("Direction 2")
    page.wait_for_url("**through=1.7.move.1&**")
    sheet = place.locator("[data-part=through-sheet]")
    box = sheet.bounding_box()
    sheet.click(position={"x": 2, "y": box["height"] - 2})
    expect(large).to_have_accessible_name("Step 2, Direction 2 at −4 σ")
    # another seed is another picture of all, at the same place
    drawn = "getComputedStyle(document.querySelector('.through')).getPropertyValue('--sheet')"
    before = page.evaluate(drawn)
    page.get_by_label("Next seed").click()
    page.wait_for_function(f"before => {drawn} !== before", arg=before)
    page.wait_for_url("**through=2.0.move.1&model=made&seed=4")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.reload()
    expect(large).to_have_accessible_name("Step 2, Direction 2 at −4 σ")
    place.get_by_text("Through training, along one slider").click()
    page.wait_for_url(lambda url: "through" not in url)
