"""Whose a model is, in two browsers: one finds it and may delete it, the other has it folded away."""

import re
import shutil

import pytest
from playwright.sync_api import expect
from waiting import another, open_tab

from gan import belonging, checkpoint
from gan.belonging import Belongs, digest
from gan.recipes import recipe_config
from gan.trainer import Trainer

pytestmark = pytest.mark.browser
MINE, YOURS = "mine-0123456789abcdef", "yours-0123456789abcdef"
NAMES = {"a-first": "A first one", "a-second": "A second one", "a-second-last": "A second one, last"}


@pytest.fixture(scope="module", autouse=True)
def own_models(models):
    """Two runs' of one browser's, offered to others; of one there is the last model beside the best."""
    model = {"feature_maps": 4, "latent_dim": 8}
    trainer = Trainer(recipe_config("dcgan", model, batch=8, precision="float32", device="cpu"))
    trainer.step()
    for name, title in NAMES.items():
        checkpoint.save_model(models / name, trainer.snapshot(), title)
        belonging.write(models / name, Belongs(digest(MINE)))
    yield
    for name in NAMES:
        shutil.rmtree(models / name, ignore_errors=True)


@pytest.fixture
def browsers(chromium, url):
    """Two windows of two browsers."""
    contexts = [another(chromium, base_url=url) for _ in range(2)]
    for context, id in zip(contexts, (MINE, YOURS), strict=True):
        context.add_init_script(f"localStorage.setItem('gan.browser', '{id}')")
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def card(page, title: str):
    return page.locator(".card", has_text=title)


def test_own_models_first_those_of_others_folded_and_a_deleted_one_is_a_sentence(browsers):
    mine, yours = browsers
    mine.goto("/?model=a-first")
    expect(card(mine, "A first one").get_by_role("radio")).to_be_checked()
    expect(mine.locator("[data-shelf='models by others'] .card", has_text="A first one")).to_have_count(0)
    for title in NAMES.values():  # and of what another test has left behind, as may be
        expect(mine.get_by_label(f"Delete {title}", exact=True)).to_have_count(1)
    expect(mine.locator(".card-row", has_text="A second one")).to_have_text(re.compile("last"))  # in one row
    mine.get_by_role("radio", name="A second one, last").check(force=True)
    mine.wait_for_url("**model=a-second-last*")
    mine.goto("/?model=a-first")
    expect(card(mine, "A first one").get_by_role("radio")).to_be_checked()
    mine.set_viewport_size({"width": 390, "height": 844})  # in the row of a phone a card keeps its width
    assert card(mine, "A first one").bounding_box()["width"] > 120
    # another browser has it folded away, and opens it by its link
    yours.goto("/")
    expect(yours.get_by_text(re.compile(r"^\d+ models by others$"))).to_be_visible()
    expect(card(yours, "A first one")).to_be_hidden()
    yours.goto("/?model=a-first")
    expect(card(yours, "A first one").get_by_role("radio")).to_be_checked()
    expect(card(yours, "A first one")).to_be_visible()
    expect(yours.get_by_label("Delete A first one")).to_have_count(0)
    judge = open_tab(yours, "Judge")
    judge.get_by_label("Which model's discriminator judges").click()
    expect(yours.get_by_role("option").last).to_contain_text("(by others)")
    yours.goto("/?model=a-first")
    expect(card(yours, "A first one").get_by_role("radio")).to_be_checked()
    # one question; the first answer is no
    mine.get_by_label("Delete A first one").click()
    mine.get_by_role("button", name="Keep it").click()
    expect(mine.get_by_role("dialog")).to_have_count(0)
    mine.get_by_label("Delete A first one").click()
    mine.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(card(mine, "A first one")).to_have_count(0)
    expect(mine.get_by_role("radio", name="Pixel faces").first).to_be_checked()  # what comes first
    expect(card(mine, "A second one")).to_be_visible()
    # where it was open, a sentence, another model, and no address that leads nowhere
    yours.get_by_label("Next seed").click()
    expect(yours.get_by_text("The model shown here was deleted")).to_be_visible()
    expect(yours.get_by_role("radio", name="Pixel faces").first).to_be_checked()
    assert "a-first" not in yours.url


def test_the_server_asks_whose_it_is(browsers):
    _, yours = browsers
    yours.goto("/?model=a-second")
    expect(card(yours, "A second one").get_by_role("radio")).to_be_checked()
    yours.evaluate("""() => {
        const button = document.createElement("button");
        Object.assign(button.dataset, { delete: "a-second", title: "A second one" });
        button.id = "forged";
        button.textContent = "Forged";
        document.querySelector(".cards").append(button);
    }""")
    yours.locator("#forged").click()
    yours.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(yours.get_by_text("This model isn't yours")).to_be_visible()
    expect(card(yours, "A second one")).to_be_visible()


def test_another_browser_watches_a_run_and_does_not_steer_it(browsers):
    mine, yours = browsers
    mine.goto("/?tab=train")
    mine.locator("#train-start").click()
    expect(mine.locator(".run-facts")).to_contain_text("images a second")
    expect(mine.get_by_text("started in another browser")).to_be_hidden()
    yours.goto(f"/?tab=train&run={re.search('run=([^&]+)', mine.url)[1]}")
    expect(yours.get_by_text("started in another browser")).to_be_visible()
    expect(yours.locator("#train-stop")).to_be_disabled()
    expect(yours.locator("#train-start")).to_be_enabled()  # a run of one's own
    for control in yours.locator("[data-steer]").all():
        expect(control).to_be_disabled()
    mine.reload()
    expect(mine.locator("[data-steer=paused]")).to_be_enabled()
    mine.locator("#train-stop").click()
    expect(yours.locator(".run-state")).to_contain_text("Stopped")
    expect(yours.get_by_text("started in another browser")).to_be_hidden()


def test_an_upload_says_whose_it_is(browsers):
    mine, _ = browsers
    judge = open_tab(mine, "Judge")
    picture = {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}
    with mine.expect_request(re.compile("/gradio_api/upload")) as upload:
        judge.locator("#judge-files input[type=file]").set_input_files(picture)
    assert upload.value.headers["x-gan-browser"] == MINE
    expect(judge.locator("#judge-shown")).to_contain_text("a.png")
