"""The curves' scripts on an empty page: from numbers to axes, lines and words. No server is needed."""

import json
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Route

from gan.ui.scripts import SOURCES

pytestmark = pytest.mark.browser
LINE = {"name": "A", "kind": "judge", "of": "progress", "fact": "x", "level": None, "side": ""}
CHART = {"title": "T", "term": "t", "about": "a", "lines": [LINE], "range": [0, 1], "band": None,
         "percent": False, "aside": None, "compares": ""}  # fmt: skip


HERE = "http://127.0.0.1:1"  # where nobody serves


def serve(route: Route):
    source = SOURCES.get(urlsplit(route.request.url).path[1:])
    blank = {"content_type": "text/html", "body": "<main style='width: 600px'></main>"}
    route.fulfill(**{"content_type": "text/javascript", "body": source} if source else blank)


@pytest.fixture(scope="module")
def blank(chromium):
    """A page with nothing but the scripts, whose exports are its globals."""
    page = chromium.new_page()
    page.route(f"{HERE}/**", serve)
    page.goto(f"{HERE}/")
    for name in ("train/film.js", "train/numbers.js", "train/chart.js"):
        page.evaluate(f"import('/{name}').then((exports) => Object.assign(window, exports))")
    yield page
    page.close()


@pytest.fixture
def run(blank):
    return blank.evaluate


@pytest.mark.parametrize("span", [0.03, 0.7, 1.0, 6.2, 999.0])
def test_ticks_are_few_and_round_and_hold_the_values(run, span):
    low, high = run(f"valueRange([[[0, {-span / 3}], [1, {span}]]])")
    marks = run(f"ticks({low}, {high})")
    assert 3 <= len(marks) <= 7 and low <= -span / 3 and high >= span
    assert np.allclose([marks[0], marks[-1]], [low, high])
    assert np.allclose(np.diff(marks), marks[1] - marks[0])


def test_the_range_holds_zero_and_most_values_but_no_wild_one(run):
    values = [[k, value] for k, value in enumerate([1000.0, *np.linspace(1, 3, 200).tolist()])]
    low, high = run(f"valueRange([{values}])")
    assert low == 0 and 3 <= high <= 4
    assert run("valueRange([[[0, -2], [1, -1]]])[1]") == 0
    assert run("valueRange([])") == [0, 1]


def test_numbers_come_in_parts_and_stay_few(run):
    run("window.n = numbersOfRun(); n.take({progress: {step: [1, 2], seconds: [0.5, 1], x: [1, null]}})")
    run("n.take({progress: {step: [3], seconds: [1.5], x: [2]}, grids: {step: [0], seconds: [0], v: [1]}})")
    assert run("n.since()") == {"progress": 3, "grids": 0} and run("n.latest('progress', 'x')") == 2
    line = '{of: "progress", fact: "x"}'
    assert run(f"pointsOf({line}, n, {{}})") == [[0.5, 1], [1.5, 1.5]]  # a gap is none of them
    assert run("csv(n)").splitlines() == [
        "event,step,seconds,x,v", "grids,0,0,,1", "progress,1,0.5,1,", "progress,2,1,,", "progress,3,1.5,2,"
    ]  # fmt: skip
    run("for (let k = 4; k < 2000; k += 1) n.take({progress: {step: [k], seconds: [k / 4], x: [k]}})")
    steps = run("n.columns.progress.step")
    assert len(steps) == 600 and (steps[0], steps[-1]) == (1, 1999) and max(np.diff(steps)) <= 16
    assert run("n.clear(); n.since()") == {}


def test_a_running_mean_keeps_the_times(run):
    points = run("runningMean([0, 1, 2, 3, 4, 5].map((k) => [k / 4, k]), 2)")
    assert points == [[0, 0], [0.25, 0.5], [0.5, 1.5], [0.75, 2.5], [1, 3.5], [1.25, 4.5]]


def test_a_chart_shows_its_lines_and_their_values_under_keys(run, blank):
    run(f"window.c = chartsIn(document.querySelector('main')); c.declare([{json.dumps(CHART)}])")
    run("window.n = numbersOfRun(); c.draw(() => n, {start: 0, end: 10})")
    area = blank.locator(".area")
    assert area.get_attribute("aria-label") == "T: nothing yet."
    run("n.take({progress: {step: [1, 2, 3], seconds: [0, 4, 8], x: [0, 0.5, -2]}})")
    run("c.draw(() => n, {start: 0, end: 10})")
    assert blank.locator("polyline").get_attribute("points") == "0.00,100.00 40.00,75.00 80.00,100.00"
    assert area.get_attribute("aria-label") == "T: A 0 at first and −0.5 now."
    blank.locator("body").press("Tab")
    blank.locator("body").press("Tab")  # past the "?"
    assert area.get_attribute("aria-valuetext") == "8 seconds: A −0.5"
    for key in ("Home", "PageUp", "PageUp", "PageUp", "PageUp", "ArrowRight"):
        area.press(key)
    assert area.get_attribute("aria-valuetext") == "4 seconds: A 0.25"
    assert "A 0.25" in blank.locator(".tip").inner_text()
    area.press("Escape")
    assert blank.locator(".tip").is_hidden()


def test_a_band_lies_where_it_says(run, blank):
    banded = CHART | {"band": [0.5, 0.7, "healthy"], "percent": True}
    run(f"window.c = chartsIn(document.querySelector('main')); c.declare([{json.dumps(banded)}])")
    run("c.draw(() => numbersOfRun(), {start: 0, end: 10})")
    band = blank.locator(".band")
    assert [float(band.get_attribute(name)) for name in ("y", "height")] == [30, 20]
    assert blank.locator(".band-words").inner_text() == "healthy"
    assert "50\u00a0%" in blank.locator(".area").inner_text()


# Pictures

PIXEL = "data:text/plain,1234567890"  # ten bytes


def test_pictures_are_capped_by_their_bytes_and_thinned_evenly(blank):
    blank.evaluate(
        """async (pixel) => {
        window.reel = film(100, () => null, () => {});
        for (let k = 0; k < 40; k += 1) { reel.add(k, k / 2); await reel.put(k, pixel); }
    }""",
        PIXEL,
    )
    steps = blank.evaluate("reel.moments.map((one) => one.step)")
    assert len(steps) == 10 and (steps[0], steps[-1]) == (0, 39) and max(np.diff(steps)) <= 12
    assert blank.evaluate("reel.moments.every((one) => one.url.startsWith('blob:'))")


def test_pictures_of_the_past_are_asked_for_the_one_looked_at_first(blank):
    asked = blank.evaluate(
        """(pixel) => new Promise((all) => {
        const asked = [];
        const ask = async (steps) => {
            asked.push(steps);
            const there = steps.filter((step) => step !== 7);
            return { pictures: Object.fromEntries(there.map((step) => [step, pixel])),
                     gone: steps.filter((step) => step === 7) };
        };
        const drawn = () => reel.moments.every((one) => one.url) && all(asked);
        window.reel = film(1e6, ask, drawn);
        for (let k = 0; k < 30; k += 1) reel.add(k, k);
        reel.complete(20);
    })""",
        PIXEL,
    )
    assert asked[0][0] == 20 and len(asked[0]) == 12
    assert sorted(step for steps in asked for step in steps) == list(range(30))
    assert blank.evaluate("reel.moments.length") == 29  # one was gone
