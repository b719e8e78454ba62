"""Takes the README's pictures of the running app.

    python tests/screenshots/make.py [--url URL] [--only TAB]

For the Train tab, and for "through", it starts a run and stops it again, which leaves a model behind: give
the app a copy of checkpoints/.
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
VIEWS = ((1440, "light"), (390, "dark"))


def open_at(page: Page, query: str):
    """The page that a link leads to."""
    page.goto(f"{page.url.partition('?')[0]}?{query}")


def explore(page: Page):
    page.locator("#explore-image[src^='data:image/png']").wait_for()
    page.locator(".cell").nth(24).wait_for()
    page.get_by_role("button", name="Make the walk").click()
    page.get_by_role("slider", name="Frame", exact=False).last.wait_for()


def seed_map(page: Page):
    open_at(page, "model=pixel-faces&seed=57")
    page.get_by_text("A map of seeds, to start from").click()
    page.get_by_text("Seed 57", exact=True).wait_for()


def sketch(page: Page):
    open_at(page, "model=face-builder&seed=4")
    page.get_by_text("Sketch pad: draw for the discriminator").click()
    page.get_by_role("button", name="Put the image in sight on it").click()
    page.locator(".sketch").get_by_label("green", exact=True).check(force=True)
    page.get_by_role("application", name="Sketch").click(position={"x": 100, "y": 60})
    page.get_by_text("A training image").last.wait_for()
    page.locator(".sketch-near:not(.stale)").wait_for()


def pad(page: Page):
    open_at(page, "model=pixel-faces&seed=7&padAcross=named.glasses&padUp=named.smile")
    square = page.locator("[data-part=pad-place] .pad")
    square.wait_for()
    box = square.bounding_box()
    square.click(position={"x": 0.8 * box["width"], "y": 0.25 * box["height"]})
    page.wait_for_timeout(3000)  # until the image has followed


def inside(page: Page):
    open_at(page, "model=pixel-faces&inside=layers.6*78*0")
    page.get_by_alt_text("The image with the channel changed").wait_for()


def teach(page: Page):
    open_at(page, "model=pixel-faces&seed=3")
    page.get_by_text("Teach a slider by clicking").click()
    pupils = page.locator(".pupil")
    pupils.first.wait_for()
    for number in (0, 1, 5, 8, 11, 14, 18, 19, 22):  # with red lips, by eye
        pupils.nth(number).click()
    for number in (2, 3, 4, 6, 7, 9, 10, 15, 17, 21):
        pupils.nth(number).click(click_count=2)
    page.get_by_label("Its name").fill("lipstick")
    page.get_by_role("button", name="Teach the slider").click()
    page.locator("[data-taught=lipstick]").wait_for()
    page.locator("[data-taught=lipstick]").press("PageUp")
    page.locator("[data-taught=lipstick]").blur()
    page.wait_for_timeout(6000)  # until the notice is gone


def judge(page: Page):
    page.get_by_role("tab", name="Judge").click()
    for kind in ("● Real", "◆ Generated", "▦ Noise"):
        page.get_by_role("button", name=kind).click()
        page.get_by_role("heading", name=f"{kind} 4").wait_for()


def closer(page: Page):
    open_at(page, "model=pixel-faces&tab=judge&closer=flip,beside")
    page.get_by_text("leans towards generated, by a hair").wait_for()
    page.get_by_role("rowheader", name="Generated 4").wait_for()


def game(page: Page):
    page.get_by_role("tab", name="Judge").click()
    page.get_by_role("button", name="Play: which is real?").click()
    page.get_by_text("0 of 20").wait_for()
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)


def train(page: Page):
    page.get_by_role("tab", name="Train").click()
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("document.querySelectorAll('#train-run svg').length > 2", timeout=120_000)
    page.wait_for_timeout(60_000)  # a run is worth looking at when it has run


def through(page: Page):
    train(page)
    page.wait_for_timeout(45_000)  # until several steps are kept
    page.locator("#train-stop").click()
    page.get_by_role("link", name="Open it in Explore").click()
    page.get_by_text("Through training, along one slider").click()
    page.locator("[data-part=through-large]").wait_for()
    page.get_by_role("slider", name="Along it").press("PageUp")


def translate(page: Page):
    page.get_by_role("tab", name="Translate").click()
    page.get_by_role("button", name="Example 2").click()
    page.get_by_alt_text("What L1 alone makes of it").wait_for()


TABS = {
    "explore": explore, "map": seed_map, "pad": pad, "sketch": sketch, "inside": inside, "teach": teach,
    "judge": judge, "closer": closer, "game": game, "translate": translate, "train": train,
    "through": through,
}  # fmt: skip
PARTS = {
    "sketch": "#explore [data-part=sketch]",
    "map": "#explore [data-part=seed-map]",
    "inside": "#explore [data-part=inside]",
    "closer": "#judge-closer",
    "teach": "#explore [data-part=own-place]",
    "through": "#explore [data-part=through]",
}  # what is shown of a tab, where it is not all
BESIDE = {"pad": "#explore [data-part=pad-place]"}  # what is shown with all that stands beside it


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    parser.add_argument("--only", choices=TABS)
    parser.add_argument("--out", type=Path, default=HERE)
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for name in [asked.only] if asked.only else TABS:
            shoot(browser, asked.url, name, asked.out)
        browser.close()


def shoot(browser, url: str, name: str, out: Path):
    page = browser.new_page(viewport={"width": VIEWS[0][0], "height": 900})
    page.goto(url)
    TABS[name](page)
    for width, scheme in VIEWS[:1] if name in PARTS | BESIDE else VIEWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("scrollTo(0, 0)")  # what is sticky would lie over the middle of the page
        page.wait_for_timeout(500)  # the style sheet's transitions
        path = out / f"{name}-{width}-{scheme}.png"
        if name in PARTS:
            page.locator(PARTS[name]).screenshot(path=path)
        elif name in BESIDE:
            page.locator(BESIDE[name]).scroll_into_view_if_needed()
            page.screenshot(path=path)
        else:
            page.screenshot(path=path, full_page=True)
    if name == "train":
        page.locator("#train-stop").click()
    page.close()


if __name__ == "__main__":
    main()
