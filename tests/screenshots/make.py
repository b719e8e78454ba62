"""Takes the README's pictures of the running app.

    python tests/screenshots/make.py [--url URL] [--only NAME]

"train" and "collapse" start a run each, which leaves a model behind: give the app a copy of checkpoints/.
"""

import argparse
import shutil
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

HERE = Path(__file__).parent
VIEWS = ((1440, "light"), (390, "dark"))
ENDS = """name => {
    const place = document.querySelector(`#explore [data-part=${name}]`);
    return place && getComputedStyle(place).getPropertyValue("--ends").startsWith("url");
}"""  # there are pictures at the sliders
PLAYED = """() => {
    const [shown, of] = document.querySelector(".run-scrub output").textContent.split("/").map(Number);
    const part = (name) => document.querySelector(`#train-run [data-part=${name}]`);
    const [image, when] = [part("made"), part("when")];
    return shown > 1 && shown === of && image.alt.endsWith(when.textContent); // which is there before it
}"""  # a run to its end, and its last picture is there
PATIENCE = 600_000  # milliseconds, for a run on a machine that has other work to do


def open_at(page: Page, query: str):
    """The page that a link leads to."""
    page.goto(f"{page.url.partition('?')[0]}?{query}")


def explore(page: Page):
    open_at(page, "model=face-builder&seed=1")
    page.locator("#explore-image[src^='data:image/png']").wait_for()
    page.locator(".cell").nth(24).wait_for()
    page.get_by_role("button", name="Make the walk").click()
    page.get_by_role("slider", name="Frame", exact=False).last.wait_for()


def named(page: Page):
    open_at(page, "model=pixel-faces&seed=11&named=glasses:2")
    page.locator("#explore-image[src^='data:image/png']").wait_for()
    page.wait_for_function(ENDS, arg="named")
    page.locator(".cell").nth(24).wait_for()


def sums(page: Page):
    with_glasses, without = "Aglasses:2.5", "Aglasses:-2.5"
    terms = ((with_glasses, (11, 12, 13)), (without, (14, 15, 16)), (without, (7, 20, 21)))
    equation = "**".join("*".join(f"{seed}{how}" for seed in seeds) for how, seeds in terms)
    open_at(page, f"model=pixel-faces&seed=7&sum={equation}")
    page.get_by_alt_text("A − B + C").wait_for()
    page.wait_for_function("document.querySelectorAll('.sums .thumbs img[src^=data]').length === 9")


def walk(page: Page):
    faces = (("none", "auburn", "blue"), ("dark", "blond", "red"), ("light", "black", "yellow"))
    labels = "glasses={}+hat=no hat+hair_length=long+hair_color={}+skin=skin 1+mouth=happy+beard=no beard+" \
             "earrings=no earrings+clothing_color={}"  # fmt: skip
    stops = [f"1C{quote(labels.format(*told), safe='')}" for told in faces]
    open_at(page, f"{urlencode({'walk': '*'.join(stops), 'legs': '1*2*0.5'})}&model=face-builder&seed=1")
    page.locator("#walk-stops li").nth(2).wait_for()
    page.get_by_role("button", name="Make the walk").click()
    page.get_by_role("slider", name="Frame", exact=False).last.wait_for()


def mixing(page: Page):
    open_at(page, "model=stylegan-peeps&seed=2&psi=0.7")
    page.locator(".mix-cells button").nth(23).wait_for()
    page.locator(".mix-cells button").nth(12).click()


def own(page: Page):
    open_at(page, "model=pixel-faces&seed=57")
    page.get_by_role("button", name="● A real one").click()
    page.locator(".own-card").wait_for()
    page.locator("#own-picture button:disabled", has_text="Stop the search").wait_for()


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
    unmoved = page.locator("#explore-image").get_attribute("src")
    square.click(position={"x": 0.8 * box["width"], "y": 0.25 * box["height"]})
    page.wait_for_function("src => document.querySelector('#explore-image').src !== src", arg=unmoved)


def inside(page: Page):
    open_at(page, "model=pixel-faces&seed=57")
    page.get_by_text("Inside G, layer by layer").click()
    page.locator("#explore .map").first.click()  # the most active one
    page.get_by_alt_text("The image with the channel changed").wait_for()


def teach(page: Page):
    open_at(page, "model=pixel-faces&seed=3")
    page.get_by_text("Teach a slider by clicking").click()
    pupils = page.locator(".pupil")
    pupils.first.wait_for()
    by_redness = sorted(pupils.all(), key=redness_of_lips, reverse=True)
    for pupil in by_redness[:9]:
        pupil.click()
    for pupil in by_redness[-10:]:
        pupil.click(click_count=2)
    page.get_by_label("Its name").fill("lipstick")
    page.get_by_role("button", name="Teach the slider").click()
    page.locator("[data-taught=lipstick]").wait_for()
    page.locator("[data-taught=lipstick]").press("PageUp")
    page.locator("[data-taught=lipstick]").blur()
    page.wait_for_timeout(6000)  # until the notice is gone


def redness_of_lips(face: Locator) -> float:
    """Of the reddest tenth of where a pixel face has its mouth."""
    pixels = np.asarray(Image.open(BytesIO(face.screenshot())).convert("RGB"), float)
    height, width = pixels.shape[:2]
    mouth = pixels[int(0.58 * height) : int(0.75 * height), int(0.35 * width) : int(0.65 * width)]
    return float(np.quantile(mouth[..., 0] - mouth[..., 1:].max(2), 0.9))


def judge(page: Page):
    page.get_by_role("tab", name="Judge").click()
    for kind in ("● Real", "◆ Generated", "▦ Noise"):
        page.get_by_role("button", name=kind).click()
        page.get_by_role("heading", name=f"{kind} 4").wait_for()


def closer(page: Page):
    open_at(page, "model=pixel-faces&tab=judge&closer=flip,beside")
    page.get_by_text("by a hair").wait_for()
    page.get_by_role("rowheader", name="Generated 4").wait_for()


def alike(page: Page):
    open_at(page, "model=pixel-faces&tab=judge&closer=alike,read")
    page.locator("#judge-closer [data-part=alike]").get_by_role("listitem").nth(15).wait_for()
    page.locator("#judge-closer [data-part=read]").get_by_role("rowheader").first.wait_for()


def inside_d(page: Page):
    open_at(page, "model=pixel-faces&tab=judge&insideD=network.layers.0")
    page.locator("#judge-inside .map").first.wait_for()


def game(page: Page):
    page.get_by_role("tab", name="Judge").click()
    page.get_by_role("button", name="Play: which is real?").click()
    page.get_by_text("Picture 1 of 20").wait_for()
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)


def answer(page: Page):
    game(page)
    for number in range(4, 21):
        page.keyboard.press("ArrowRight" if number % 3 else "ArrowLeft")
    page.locator(".game-tells h4").first.wait_for()
    page.get_by_text("Real or generated: who called what").click()


def train(page: Page):
    page.get_by_role("tab", name="Train").click()
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("document.querySelectorAll('#train-run svg').length > 2")
    page.wait_for_timeout(60_000)  # a run is worth looking at when it has run


def through(page: Page):
    open_at(page, "model=first-run&seed=1")
    page.get_by_text("Through training, along one slider").click()
    page.locator("[data-part=through-large]").wait_for()
    page.get_by_role("slider", name="Along it").press("PageUp")


def recorded(page: Page):
    page.get_by_role("tab", name="Train").click()
    page.locator(".run-state", has_text="This run was recorded").wait_for()
    page.wait_for_function(PLAYED)


def collapse(page: Page):
    page.get_by_role("tab", name="Train").click()
    page.locator("#train-mode-collapse").click()
    page.locator(".run-state", has_text="It has collapsed").wait_for()
    page.locator(".alarm[open] .shows img").wait_for()


def translate(page: Page):
    page.get_by_role("tab", name="Translate").click()
    page.get_by_role("button", name="Example 2").click()
    page.get_by_alt_text("What L1 alone makes of it").wait_for()


TABS = {
    "explore": explore, "named": named, "teach": teach, "pad": pad, "sums": sums, "walk": walk,
    "map": seed_map, "inside": inside, "mixing": mixing, "own": own, "sketch": sketch, "judge": judge,
    "inside-d": inside_d, "closer": closer, "alike": alike, "game": game, "answer": answer,
    "translate": translate, "recorded": recorded, "train": train, "through": through, "collapse": collapse,
}  # fmt: skip
PARTS = {
    "sketch": "#explore [data-part=sketch]",
    "map": "#explore [data-part=seed-map]",
    "sums": "#explore [data-part=sums]",
    "walk": "#walk",
    "inside": "#explore [data-part=inside]",
    "own": "#own-picture",
    "inside-d": "#judge-inside",
    "closer": "#judge-closer",
    "alike": "#judge-closer",
    "answer": "#judge-game",
    "teach": "#explore [data-part=own-place]",
    "through": "#explore [data-part=through]",
}  # what is shown of a tab, where it is not all
BESIDE = {
    "pad": "#explore [data-part=pad-place]",
    "named": "#explore [data-part=named]",
    "recorded": "#train-run .run-state",
    "collapse": "#train-run .run-state",
    "mixing": "#explore [data-part=mixing]",
}  # what is shown with all that stands beside it


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
    page.set_default_timeout(PATIENCE)
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
