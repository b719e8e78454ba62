"""Every control is reached where it is seen: its centre and its edges, at every width, with a long list."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from waiting import DRAWN

pytestmark = pytest.mark.browser
WIDTHS = (360, 390, 768, 1024, 1100, 1280, 1440, 1920)
MANY = 20
PRESS = (Path(__file__).parent / "press.js").read_text(encoding="utf-8")
UNFOLDED = """() => {
    const folds = [...document.querySelectorAll(".label-wrap:not(.open)")];
    const closed = folds.filter((fold) => fold.checkVisibility());
    for (const fold of closed) fold.click();
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    return !closed.length;
}"""  # one fold holds others


@pytest.fixture(scope="module", autouse=True)
def many_models(models):
    """As many models as a class of pupils leaves."""
    configs = sorted(models.glob("*/config.json"))
    translates = ('"kind": "source"', '"kind": "sides"')
    shipped = [path.parent for path in configs if not any(one in path.read_text() for one in translates)]
    made = [models / f"pupil-{number}-trained-one-with-a-long-name" for number in range(MANY - len(shipped))]
    for number, folder in enumerate(made):
        shutil.copytree(shipped[number % len(shipped)], folder)
    yield
    for folder in made:
        shutil.rmtree(folder)


def open_all(page, models: Path, tab: str):
    page.goto(f"/?tab={tab}")
    expect(page.get_by_role("tab", name=tab.title())).to_have_attribute("aria-selected", "true")
    if tab == "translate":
        expect(page.get_by_role("button", name="Example 6")).to_be_visible()
    if tab == "explore":
        expect(page.locator(".card")).to_have_count(MANY)
        expect(page.locator(".cell").first).to_be_visible()
    if tab == "judge":
        page.locator("#judge-files input[type=file]").set_input_files(models / "pixel-faces" / "preview.png")
        expect(page.get_by_label("Add files")).to_be_visible()
        page.locator(".judge-take.judge-take-real").click()
        expect(page.locator(".judge-card").first).to_be_visible()
    page.wait_for_function(UNFOLDED, polling=300)


def faults(page, least: int = 11) -> list[tuple[int, str]]:
    """Width by width, what is not reached or too small."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844 if width < 500 else 800})
        page.evaluate(DRAWN)
        looked = page.evaluate(PRESS)
        assert looked["count"] >= least
        found += [(width, fault) for fault in looked["faults"]]
    return found


@pytest.mark.parametrize("tab", ("explore", "judge", "translate", "train"))
def test_every_control_is_pressed_where_it_is_seen(page, models, tab):
    open_all(page, models, tab)
    assert not faults(page)


def test_so_are_those_of_the_game(page):
    page.goto("/?tab=judge&game=1")
    expect(page.locator("[data-part=count]")).to_have_text("Picture 1 of 20")
    page.keyboard.press("ArrowLeft")
    assert not faults(page, least=10)
    for _ in range(19):
        page.keyboard.press("ArrowLeft")
    expect(page.locator(".game-looks .heat").first).to_be_visible()
    page.wait_for_function(UNFOLDED)
    assert not faults(page)


def test_so_are_those_of_a_run(page, train):
    page.get_by_role("button", name="Start").click()
    expect(train.get_by_text("images a second")).to_be_visible()
    assert not faults(page)
