"""Train in a browser: a run is started, watched, steered, left, found again, stopped, forked and compared."""

import re
import zipfile
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from waiting import DRAWN, SECONDS, another, changed, open_tab

pytestmark = pytest.mark.browser
# at the window's edge a scroll by whole pixels may leave a part of one outside
MIDDLE = "element => element.scrollIntoView({ block: 'center' })"
LEFT = re.compile(r"Training: about .* left")


def state(page: Page):
    return page.locator(".run-state")


def generated(page: Page):
    return page.get_by_alt_text("Generated images at step")


def frames(page: Page, most: int):
    """Waits until the scrubber reaches so far."""
    page.wait_for_function("most => document.querySelector('[data-part=scrub]')?.max >= most", arg=most)


def frames_of(page: Page) -> int:
    return page.evaluate("Number(document.querySelector('[data-part=scrub]').max)")


def slowly(page: Page):
    """The run leaves the processor to others: a step every two seconds."""
    page.locator('[data-steer="delay"]').press("End")
    expect(page.locator('[data-shows="delay"]')).to_have_text("2.0 s")


def head_heights(page: Page) -> list[float]:
    """At each width, of what stands above the pictures."""
    heights = []
    for width in (390, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(DRAWN)
        heights.append(page.locator('[data-part="head"]').bounding_box()["height"])
    return heights


def test_a_run_from_start_to_explore(page, train, tmp_path):
    for place in ("#compare", ".run .plots", ".run-scrub", ".run .near"):
        expect(page.locator(place).first).to_be_hidden()
    loop = page.locator(".loop")
    expect(loop).to_have_attribute("data-trains", "none")
    expect(loop.get_by_text("random numbers, go into the generator")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("First steps")
    page.get_by_role("button", name="Start").dblclick()  # two clicks, one run
    expect(generated(page)).to_be_visible()
    first = generated(page).get_attribute("src")
    assert changed(generated(page), "src", first) != first
    expect(state(page)).to_have_text(LEFT)
    expect(loop).to_have_attribute("data-trains", "both")
    expect(loop.get_by_text("They take turns")).to_be_visible()
    expect(page.locator("#compare")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Progress of the run")).to_be_visible()
    expect(train.get_by_text("images a second")).to_be_visible()
    curve = train.get_by_role("slider", name="How often the discriminator is right")
    expect(curve).to_have_attribute("aria-label", re.compile("Accuracy .* now"))
    curve.hover()
    expect(curve.locator(".tip")).to_contain_text("Accuracy")
    expect(train.get_by_text("healthy: 50")).to_have_count(0)  # this recipe's gradient penalty is gentle
    train.get_by_text("All settings of this run").click()
    row = train.get_by_role("row", name="What counts as winning (loss)")
    expect(row).to_contain_text("Relativistic: in pairs")
    before = frames_of(page)
    frames(page, before + 1)
    expect(row).to_be_visible()  # the fold stays open while the run goes on
    expect(page.locator("#train-mode-collapse")).to_be_disabled()
    heights = head_heights(page)
    page.get_by_role("button", name="Stop").click()
    expect(state(page)).to_contain_text("Stopped after")
    expect(loop).to_have_attribute("data-trains", "none")
    expect(state(page)).to_contain_text("is kept as first-steps")
    expect(page.locator("#train-mode-collapse")).to_be_enabled()
    assert head_heights(page) == heights  # nothing below has moved
    with page.expect_download() as download:
        page.locator("#train-download").click()
    download.value.save_as(tmp_path / "model.zip")
    assert "first-steps/model.safetensors" in zipfile.ZipFile(tmp_path / "model.zip").namelist()
    for kind in ("WebP", "GIF"):
        with page.expect_download() as download:
            train.get_by_role("button", name=kind, exact=True).click()
        assert download.value.suggested_filename == f"First steps.{kind.lower()}"
        film = Image.open(download.value.path())
        assert film.format == kind.upper() and film.n_frames == frames_of(page) + 1
    page.get_by_role("tab", name="Explore", exact=True).click()
    card = page.locator(".card").filter(has=page.get_by_text("First steps", exact=True))
    expect(card).to_be_visible()
    expect(page.get_by_label("Delete First steps", exact=True)).to_be_visible()  # it is this browser's own
    page.get_by_role("tab", name="Train", exact=True).click()
    page.wait_for_url("**tab=train*")  # where Back leads
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="Open it in Explore").click()
    expect(card.get_by_role("radio")).to_be_checked()
    expect(page.get_by_role("tab", name="Explore", exact=True)).to_have_attribute("aria-selected", "true")
    assert page.evaluate("window.stays")  # nothing was loaded anew: what lies in other tabs is there still
    page.go_back()
    page.get_by_role("button", name="Delete its model").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“First steps” is deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="Open it in Explore")).to_have_count(0)
    page.get_by_role("tab", name="Explore", exact=True).click()
    expect(card).to_have_count(0)


def test_a_reloaded_page_comes_back_to_its_run_and_can_watch_it_again(page, train):
    page.get_by_label("Name", exact=True).fill("Again")
    seconds = page.locator("#train").get_by_role("spinbutton", name="Seconds of training")
    seconds.fill("115")
    seconds.press("Tab")
    page.get_by_role("button", name="Start").click()
    frames(page, 2)
    page.reload()
    frames(page, 2)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Again")
    expect(seconds).to_have_value("115")
    expect(state(page)).to_have_text(LEFT)
    expect(page.get_by_role("button", name="Start")).to_be_disabled()
    scrubber = page.get_by_role("slider", name="Moment of the run")
    last = generated(page).get_attribute("src")
    scrubber.focus()
    page.keyboard.press("Home")
    assert changed(generated(page), "src", last) != last
    frames(page, 4)  # the run goes on, and the moment looked at stays
    expect(generated(page)).to_have_attribute("alt", re.compile("at step 0, 0 s"))
    page.keyboard.press("End")
    assert changed(generated(page), "src", generated(page).get_attribute("src"))  # it follows the run again
    with page.expect_event("requestfailed"):
        page.context.set_offline(True)
    page.context.set_offline(False)
    frames(page, frames_of(page) + 2)  # a while without network does not matter
    run = run_of(page)
    open_tab(page, "Train")  # by the plain address
    expect(state(page)).to_have_text(LEFT)
    assert run_of(page) == run


def test_a_second_visitor_waits_in_line_and_a_closed_tab_makes_room(page, train, chromium, url):
    page.get_by_role("button", name="Start").click()
    frames(page, 1)
    context = another(chromium, base_url=url)
    other = context.new_page()
    open_tab(other, "Train")
    other.get_by_role("button", name="Start").click()
    expect(state(other)).to_contain_text("Waiting in the queue: place 1.")
    expect(state(other)).to_contain_text("It starts by itself in about 2 minutes")
    slowly(page)
    page.goto("about:blank")
    expect(generated(other)).to_be_visible()
    other.get_by_role("button", name="Stop").click()
    expect(state(other)).to_contain_text("Stopped")
    context.close()


def test_eight_tabs_of_one_browser_all_answer(page, train):
    """A browser opens six connections to a host: no tab may hold one."""
    page.get_by_role("button", name="Start").click()
    frames(page, 1)
    slowly(page)
    queries = [f"/?tab=train&run={run_of(page)}"] * 3 + ["/?model=pixel-faces"] * 4
    tabs = [page.context.new_page() for _ in queries]
    for tab, query in zip(tabs, queries, strict=True):
        tab.goto(query)
    for tab in tabs[:3]:
        expect(generated(tab)).to_be_visible()
        before = frames_of(tab)
        frames(tab, before + 1)
    for tab in tabs[3:]:
        image = tab.locator("#explore-image")
        expect(image).to_have_attribute("src", re.compile("data:"))
        before = image.get_attribute("src")
        tab.locator("[data-named='glasses']").press("PageUp")
        assert changed(image, "src", before) != before
    for tab in tabs:
        tab.close()


def test_own_images_are_checked_file_by_file(page, train, tmp_path):
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        for number in range(50):
            pixels = np.random.RandomState(number).randint(0, 256, (8, 9, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "one.png")
            archive.write(tmp_path / "one.png", f"{number}.png")
        archive.writestr("letter.png", "Dear all, this is not an image.")
        archive.writestr("torn.png", (tmp_path / "one.png").read_bytes()[:90])
        archive.writestr("empty.gif", b"")
    page.locator("#train-data input").click()
    page.get_by_role("option", name="My own images").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_test_id("toast-text")).to_contain_text("Add images of your own first")
    upload = train.locator("#train-files input[type=file]")
    upload.set_input_files(tmp_path / "one.png")
    expect(train.get_by_role("alert")).to_contain_text("50 images or more")
    train.locator("#train-files").get_by_label("Clear").click()
    upload.set_input_files(tmp_path / "pictures.zip")
    expect(train.get_by_text("50 images are ready.")).to_be_visible()
    expect(train.get_by_text("letter.png is not an image")).to_be_visible()
    for name in ("torn.png", "empty.gif"):
        expect(train.get_by_role("listitem").filter(has_text=name)).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(generated(page)).to_be_visible()


def test_a_link_to_a_run_that_is_gone_says_so(page):
    page.goto("/?tab=train&run=nonsense")
    expect(state(page)).to_contain_text("no longer known")
    expect(page.get_by_role("button", name="Start")).to_be_enabled()


# Steering


def step_of(page: Page) -> int:
    return int(re.search(r"step ([\d,]+)", state(page).inner_text())[1].replace(",", ""))


def test_a_run_is_paused_taken_by_single_steps_and_goes_on(page, train):
    page.get_by_role("button", name="Start").click()
    frames(page, 1)
    page.get_by_role("button", name="Pause").click()
    expect(state(page)).to_have_text(re.compile(r"Paused at step [\d,]+\."))
    before = step_of(page)
    for _ in range(2):  # each is one step, however quickly they are pressed
        page.get_by_role("button", name="One step").click()
    expect(state(page)).to_have_text(f"Paused at step {before + 2:,}.")
    expect(generated(page)).to_have_attribute("alt", re.compile(f"at step {before + 2:,},"))
    expect(page.locator(".run-facts")).to_contain_text(f"step {before + 2:,} ")
    page.locator(".steer").get_by_text("G only").click()
    expect(state(page)).to_contain_text("Only the generator trains")
    rate = page.get_by_label("D’s learning rate")
    rate.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator('[data-shows="d_lr"]')).not_to_have_text("0.001")
    page.reload()  # what was asked for is the run's, not the page's
    expect(state(page)).to_have_text(f"Paused at step {before + 2:,}. Only the generator trains.")
    expect(page.locator('[data-shows="d_lr"]')).not_to_have_text("0.001")
    page.get_by_role("button", name="▶ Resume").click()
    expect(state(page)).to_have_text(LEFT)
    expect(page.get_by_role("button", name="One step")).to_be_disabled()


# Forks


def run_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["run"][0]


def turned(page: Page, run: str) -> str:
    """Waits until the page shows another run than this, and gives its id."""
    page.wait_for_function("run => new URL(location.href).searchParams.get('run') !== run", arg=run)
    return run_of(page)


def test_a_fork_is_made_and_compared_with_its_parent(page, train):
    page.get_by_role("button", name="Start").click()
    frames(page, 2)
    parent = run_of(page)
    page.get_by_label("Fork from step").select_option("the start")
    page.get_by_label("One change").select_option("Discriminator's learning rate halved")
    page.get_by_label("Seconds of the fork").fill("45")
    page.get_by_role("button", name="Fork", exact=True).click()
    fork = turned(page, parent)
    expect(state(page)).to_have_text(LEFT)
    expect(page.get_by_label("Run A")).to_have_value(parent)
    expect(page.get_by_label("Run B")).to_have_value(fork)
    for side in "AB":
        expect(page.get_by_alt_text(f"Generated images of run {side} at step")).to_be_visible()
    rows = page.locator(".differs tbody tr")
    expect(rows.filter(has_text="Discriminator's learning rate")).to_contain_text("0.0005")
    expect(rows).to_have_count(2)  # and the seconds
    page.get_by_role("button", name="Compare it with the previous run").click()
    expect(page.locator("#compare h2")).to_be_in_viewport()
    expect(page.locator("#compare .plot").first.locator(".line.other")).to_have_count(1)
    page.get_by_role("slider", name="Moment of both runs").focus()
    page.keyboard.press("Home")
    for side in "ab":
        expect(page.locator(f'[data-when="{side}"]')).to_have_text("step 0, 0 s")


def test_a_kept_model_stands_beside_its_data_goes_on_where_it_ended_and_is_compared_tomorrow(page, train):
    page.get_by_label("Name", exact=True).fill("To go on")
    page.get_by_role("button", name="Start").click()
    frames(page, 2)
    page.get_by_role("button", name="Stop").click()
    expect(state(page)).to_contain_text("is kept as to-go-on")
    page.get_by_role("button", name="Nearest training images").click()
    expect(train.get_by_alt_text("Training image 1 nearest to sample")).to_have_count(6)
    expect(train.get_by_text(re.compile("flagged", re.IGNORECASE)).first).to_be_visible()
    ended = int(re.search(r"after ([\d,]+) steps", state(page).inner_text())[1].replace(",", ""))
    other = page.context.new_page()  # another day: to another browser the model does not belong
    open_tab(other, "Train")
    other.get_by_role("button", name="Resume a kept model").click()
    model = other.get_by_label("Model to resume")
    model.click()
    other.get_by_test_id("dropdown-option").filter(has_text="To go on").click()
    other.get_by_role("button", name="Resume", exact=True).click()
    expect(state(other)).to_have_text(LEFT)
    expect(generated(other)).to_have_attribute("alt", re.compile(f"at step {ended:,},"))
    expect(other.get_by_label("Run A").locator("option:checked")).to_have_text("To go on, kept")
    other.get_by_role("button", name="Stop").click()
    expect(state(other)).to_contain_text("kept as")
    other.close()


# Alarms


def test_a_failing_run_raises_an_alarm_and_its_cure_starts_a_new_run(page, train):
    page.locator("#train-vanishing-gradients").click()  # one click is all it takes
    expect(train.get_by_text("images a second")).to_be_visible()
    expect(page.locator(".run-facts")).to_contain_text("Pixel faces")
    # near-duplicates may be counted before the samples look alike, and then the run ends itself by these; and
    # before either a value may be lost, which is an alarm of its own
    titles = re.compile(r"^(The samples look alike|The generator repeats itself): vanishing gradients$")
    alarm = page.locator(".alarm").filter(has=page.get_by_text(titles)).first
    expect(alarm).to_be_visible(timeout=3 * SECONDS * 1000)
    expect(alarm.locator(".saw")).to_contain_text(re.compile(r"\d+\s?%"))
    collapsed = run_of(page)
    alarm.get_by_role("button", name="A loss that does not go flat").click()
    cured = turned(page, collapsed)
    expect(state(page)).to_have_text(LEFT)
    expect(page.locator(".alarm")).to_have_count(0)
    expect(page.locator(".run-mends")).to_contain_text(
        "A loss that does not go flat: mending vanishing gradients in"
    )
    expect(page.locator(".run-asked")).to_contain_text("not the form’s")
    expect(page.get_by_label("Run A")).to_have_value(collapsed)
    expect(page.get_by_label("Run B")).to_have_value(cured)
    row = page.locator(".differs tr", has_text="(loss)")
    expect(row.get_by_role("cell")).to_have_text(["minimax", "non-saturating"])


def test_a_mode_collapse_is_one_press_away_too(page, train):
    """That it collapses, and what mends it, takes a minute: see tests/bench/failures.py."""
    page.locator("#train-mode-collapse").click()
    expect(state(page)).to_have_text(LEFT)
    expect(page.locator(".run-asked")).to_contain_text("These settings are those of “Show me mode collapse”")
    expect(generated(page)).to_be_visible()
    train.get_by_text("All settings of this run").click()
    expect(train.get_by_role("row", name="Steps of G per step of D")).to_contain_text("3")
    expect(train.get_by_role("row", name="What counts as winning (loss)")).to_contain_text("Non-saturating")


def alarm(kind: str, title: str) -> dict:
    cures = "".join(
        f'<button type="button" data-cure="{k}"><b>Cure {k}</b><small>Why it helps, in '
        "a sentence as long as those of the page.</small></button>"
        for k in range(5)
    )
    return {"place": kind, "kind": kind, "title": title, "passed": False, "since": "since step 560",
            "saw": "A long sentence with what was seen and its number. " * 3,
            "shows": "", "cures": f"<p>Try again with one thing changed:</p><div>{cures}</div>"}  # fmt: skip


def place_in(around: Locator, one: Locator) -> list[float]:
    """Where it stands in what it lies in, right and down, in pixels."""
    return around.evaluate(
        """(around, one) => {
          const [a, b] = [around, one].map((element) => element.getBoundingClientRect());
          return [b.x - a.x, b.y - a.y].map(Math.round);
        }""",
        one.element_handle(),
    )


def test_three_alarms_at_once_are_read_and_cured(page, train):
    titles = ("The samples look alike: mode collapse", "Parts of the data have been lost",
              "The discriminator is always right")  # fmt: skip
    three = [alarm(f"kind {number}", title) for number, title in enumerate(titles)]

    def alarmed(route):
        answer = route.fetch()
        told = answer.json()
        if isinstance(told, dict) and "parts" in told:
            told["parts"]["alarms"] = [three[0]["passed"], three]
        route.fulfill(response=answer, json=told)

    page.route("**/component_server/**", alarmed)
    page.get_by_role("button", name="Start").click()
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for title in titles:
            summary = page.locator(".alarm summary").filter(has_text=title)
            if width != 1440 or title != titles[0]:  # the first is open
                summary.click()
            for other in titles:
                one = page.locator(".alarm summary").filter(has_text=other)
                one.evaluate(MIDDLE)
                expect(one).to_be_in_viewport(ratio=1)
            last = page.locator(".alarm[open] [data-cure]").last
            last.evaluate(MIDDLE)
            expect(last).to_be_in_viewport(ratio=1)
            last.click(trial=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator(".alarm summary").first.click()
    cure = page.locator(".alarm[open] [data-cure]").first
    cure.hover()
    before = place_in(page.locator(".run-pictures"), cure)
    passed = {"passed": True, "since": "has passed since step 610", "saw": "As it was: short.", "shows": None}
    stands = dict(three[0])
    three[0] |= passed
    expect(page.locator(".alarm summary").first).to_contain_text("has passed since step 610")
    assert place_in(page.locator(".run-pictures"), cure) == pytest.approx(before, abs=1)  # under the finger
    page.locator(".run-state").hover()
    three[0] |= stands
    expect(page.locator(".alarm.has-passed")).to_have_count(0)
    three[0] |= passed
    expect(page.locator(".alarm[open] summary")).to_contain_text(titles[1])  # nobody reaches for the other
    page.unroute_all(behavior="ignoreErrors")


@pytest.mark.new_window
def test_closing_asks_the_tab_that_started_a_run_and_nobody_who_watches(page, train, chromium, url):
    page.get_by_role("button", name="Start").click()
    expect(state(page)).to_have_text(LEFT)
    slowly(page)
    watcher, asked = another(chromium, base_url=url).new_page(), []
    watcher.goto(page.url)
    expect(state(watcher)).to_have_text(LEFT)
    expect(page.get_by_text("Closing this page ends it")).to_be_visible()
    expect(watcher.get_by_text("Closing this page ends it")).to_be_hidden()
    for one in (watcher, page):
        one.on("dialog", lambda dialog: (asked.append(dialog.page), dialog.dismiss()))
        one.locator(".run-state").click()  # a browser asks nobody who has not touched the page
    with watcher.expect_event("close"):
        watcher.close(run_before_unload=True)
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert asked == [page]
    watcher.context.close()
