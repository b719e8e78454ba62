"""Nothing that keeps anyone out: axe finds no serious fault in any tab, light and dark, empty and filled.

What is folded away is looked at by the tests that open it, by `both_ways` as well.
"""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that ask for them


def faults(page, only=TAGS) -> list[str]:
    """Each rule that is broken, with the first places."""
    options = {"resultTypes": ["violations"], "runOnly": only}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['impact']} {fault['id']}: " + "; ".join(node["html"][:160] for node in fault["nodes"][:4])
        for fault in found
        if fault["impact"] in ("serious", "critical") or fault["id"] == "heading-order"
    ]


def fill_explore(page):
    page.get_by_label("Next seed").click()
    page.get_by_role("button", name="Make the walk").click()
    expect(page.get_by_label("Frame of the walk")).to_be_visible()


def fill_judge(page):
    files = [ROOT / "checkpoints" / name / "preview.png" for name in ("pixel-faces", "peeps-builder")]
    page.locator("#judge-files input[type=file]").set_input_files(files)
    expect(page.get_by_label("Add files")).to_be_visible()
    for kind in ("real", "generated"):
        page.locator(f".judge-take.judge-take-{kind}").click()
    expect(page.locator(".judge-card.from-generated").first).to_be_visible()


def play_judge(page):
    page.get_by_role("button", name="Play: which is real?").click()
    expect(page.locator("[data-part=count]")).to_have_text("Picture 1 of 20")


def answer_judge(page):
    for _ in range(20):
        page.locator("[data-say=real]").click()
    expect(page.locator(".game-looks .heat").first).to_be_visible()


def fill_train(page):
    page.locator("#train-more > button").first.click()
    for fold in page.locator("#train-more .label-wrap").all()[1:]:
        fold.click()


def fill_translate(page):
    page.get_by_role("button", name="Surprise me").click()
    expect(page.get_by_alt_text("The true answer")).to_be_visible()


TABS = {
    "explore": (fill_explore,),
    "judge": (fill_judge, play_judge, answer_judge),
    "translate": (fill_translate,),
    "train": (fill_train,),
}


def both_ways(page) -> list[str]:
    """As `faults`, in the light, and in the dark, where colours alone are others."""
    light = faults(page)
    darken(page, True)
    dark = faults(page, COLOURS)
    darken(page, False)
    return light + dark


def darken(page, dark: bool):
    """As Gradio does it, until every colour has changed."""
    page.evaluate("""async dark => {
        document.body.classList.toggle("dark", dark);
        const changes = document.getAnimations().filter(one => one instanceof CSSTransition);
        await Promise.all(changes.map(one => one.finished.catch(() => {})));  // one may go with its picture
    }""", dark)  # fmt: skip


def test_no_tab_keeps_anyone_out(page):
    page.goto("/?__theme=light")
    expect(page.locator(".cell").first).to_be_visible()
    found = {}
    for tab, fills in TABS.items():
        page.get_by_role("tab", name=tab.title()).click()
        expect(page.get_by_role("tabpanel").filter(visible=True)).to_have_count(1)
        found[tab, "empty"] = both_ways(page)
        for fill in fills:
            fill(page)
            found[tab, fill.__name__] = both_ways(page)
    assert not {state: broken for state, broken in found.items() if broken}
