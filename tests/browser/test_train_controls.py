"""What a run is asked for with, in a browser: recipes, refusals as one types, a folder."""

import pytest
from pictures import picture
from PIL import Image, ImageOps
from playwright.sync_api import Page, expect

from gan.devices import emulates_bfloat16
from gan.recipes import RECIPES, recipe_config
from gan.ui.train.loop import given

pytestmark = pytest.mark.browser


def pick(page: Page, field: str, choice: str):
    page.locator(f"{field} input").click()
    page.get_by_role("listbox").get_by_role("option", name=choice, exact=True).click()


def unfold(page: Page, group: str):
    for fold in ("#train-more", f"#settings-{group}"):
        page.locator(f"{fold} > button").first.click()
    expect(page.locator(f"#settings-{group} .settings")).to_be_visible()


def stop(page: Page):
    page.locator("#train-stop").click()
    expect(page.locator(".run-state")).to_contain_text("is kept as")


def make_light(page: Page):
    """Steps of eight images in a precision that needs no trying out: a run shows itself soon."""
    if not page.locator("#set-batch").is_visible():
        unfold(page, "game")
    page.locator("#set-batch input[type=number]").fill("8")
    if not emulates_bfloat16():  # which is not tried out
        pick(page, "#set-precision", "float32")


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_recipe_runs_from_the_page(desk, recipe):
    pick(desk, "#train-recipe", RECIPES[recipe].title)
    expect(desk.get_by_text(RECIPES[recipe].why)).to_be_visible()
    make_light(desk)
    expect(desk.locator("#train-says")).to_contain_text("Images per step")
    desk.locator("#train-start").click()
    expect(desk.locator(".run-facts")).to_contain_text(f"· {recipe} ·")
    # a run is niced, and the critic's five steps for each of G's are slow to come beside other work
    expect(desk.locator(".run-facts")).to_contain_text("images a second", timeout=300_000)
    stop(desk)


def test_the_loop_shows_what_the_chosen_recipe_gives_its_generator(page, train):
    loop = page.locator(".loop")
    for recipe in ("cyclegan", "pix2pix", "dcgan"):
        pick(page, "#train-recipe", RECIPES[recipe].title)
        expect(loop).to_have_attribute("data-given", given(recipe_config(recipe)))
    expect(loop.get_by_text("random numbers, go into the generator")).to_be_visible()


def test_a_recipe_fills_the_settings_and_nonsense_is_refused_as_one_types(page, train):
    says, fillings = page.locator("#train-says"), []

    def count(route):
        if '"data":["wgan' in (route.request.post_data or ""):
            fillings.append(route)
        route.continue_()

    page.route("**/run/predict**", count)
    pick(page, "#train-recipe", "WGAN")
    unfold(page, "game")
    clip = page.locator("#set-clip input")
    expect(clip).to_have_value("0.01")
    clip.fill("0")
    expect(says).to_contain_text("Wasserstein loss needs weight clipping")
    page.locator("#train-start").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("needs weight clipping")
    clip.fill("0.05")
    expect(says).to_contain_text("Changed from the recipe")
    page.locator("#train-recipe input").focus()  # who only passes the list by changes nothing
    page.keyboard.press("Tab")
    expect(says).to_contain_text("Changed from the recipe: Clip the critic's weights")
    expect(clip).to_have_value("0.05")
    pick(page, "#train-recipe", "LSGAN")
    expect(clip).to_have_value("0")
    expect(says).not_to_contain_text("Changed")
    assert len(fillings) == 1  # a second answer would set back what was changed after the first


def test_who_starts_before_a_recipe_has_come_gets_it_whole(page, train):
    held = []

    def hold(route):
        if '"data":["wgan-gp' in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/run/predict**", hold)
    with page.expect_request(lambda one: '"data":["wgan-gp' in (one.post_data or "")):
        pick(page, "#train-recipe", "WGAN-GP")
    page.locator("#train-start").click()
    expect(page.locator(".run-asked")).to_contain_text("This run: WGAN-GP, 120 s.")
    for one in held:
        one.continue_()
    page.unroute("**/run/predict**")
    page.locator("#train-stop").click()
    expect(page.locator(".run-state")).to_contain_text("Stopped")


def test_augmentation_is_shown_before_it_is_used(page, train):
    unfold(page, "collapse")
    train.get_by_label("A hole (cutout)").check()
    expect(train.get_by_alt_text("What D sees of them")).to_be_visible()
    train.get_by_label("A hole (cutout)").uncheck()
    expect(train.get_by_text("Tick one")).to_be_visible()


def test_a_folder_with_subfolders_trains_a_conditional_model(page, train, tmp_path):
    for kind, first in (("cats", 0), ("dögs", 100)):
        (tmp_path / "all" / kind).mkdir(parents=True)
        for number in range(30):
            (tmp_path / "all" / kind / f"{number}.png").write_bytes(picture(first + number))
    (tmp_path / "all" / "cats" / "notes.txt").write_text("No picture.")
    pick(page, "#train-data", "My own images …")
    pick(page, "#train-recipe", "Conditional GAN")
    expect(page.locator("#train-says")).to_contain_text("Add images of your own first")
    train.locator(".folder input").set_input_files(tmp_path / "all")
    report = train.locator(".doctor")
    expect(report).to_contain_text("60 images are ready")
    report.get_by_text("2 kinds by folder").click()
    expect(report).to_contain_text("dögs")
    expect(report).to_contain_text("all/cats/notes.txt is not an image")
    unfold(page, "networks")
    expect(page.locator("#set-label input")).to_have_value("folder")
    page.locator("#train-start").click()
    expect(page.locator(".run-facts")).to_contain_text("54 images")
    expect(train.get_by_text("images a second")).to_be_visible()
    stop(page)


def test_how_pictures_are_taken_is_chosen_and_seen_before(page, train, tmp_path):
    for number in range(60):
        wide = ImageOps.expand(Image.new("RGB", (96, 36), (50 + number, 200, 250 - number)), (0, 12))
        wide.save(tmp_path / f"{('cat', 'dog')[number % 2]}.{number}.png")
    pick(page, "#train-data", "My own images …")
    expect(page.locator("#train-fit")).to_be_hidden()
    train.locator("#train-files input[type=file]").set_input_files(sorted(tmp_path.glob("*.png")))
    report = train.locator(".doctor")
    expect(report).to_contain_text("60 have black or white bars on two sides")
    expect(report).to_contain_text("100\xa0% are far from square, and more than a quarter of each")
    for way in ("Crop to the middle", "Pad with the edges' colours", "Pad with white", "Stretch"):
        expect(train.get_by_alt_text(way)).to_have_count(4)
    train.get_by_label("Pad with white").check()
    expect(report).to_contain_text("paint the padding")
    train.get_by_label("Cut off the black or white bars (60 images)").check()
    expect(report).not_to_contain_text("cut these off")
    expect(train.get_by_label("No labels")).to_be_checked()
    train.get_by_label("Labels from the names: cat, dog").check()
    report.get_by_text("2 kinds by name").click()
    expect(report).to_contain_text("dog")
    expect(train.get_by_label("Pad with white")).to_be_checked()
    unfold(page, "networks")
    pick(page, "#set-label", "name")


def test_many_pictures_chosen_one_by_one_go_as_one_zip(page, train, tmp_path):
    for number in range(301):
        (tmp_path / f"{number}.png").write_bytes(picture(number))
    pick(page, "#train-data", "My own images …")
    train.locator("#train-files input[type=file]").set_input_files(sorted(tmp_path.glob("*.png")))
    expect(train.locator(".doctor")).to_contain_text("301 images are ready")
    expect(train.get_by_role("cell", name="pictures.zip")).to_be_visible()
