"""The Train tab: what it shows of a run, and that what it starts is watched, stopped and kept."""

import asyncio
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client
from test_runs import CONFIG, STARTED, fake_work, grid, progress

from gan import runs
from gan.config import RECIPES, ConfigError, TrainConfig, recipe_config
from gan.events import Saved
from gan.run_view import RunView
from gan.runs import Runs
from gan.studio import Intake, Studio
from gan.ui import plots, train, train_api, train_controls, train_view
from gan.ui.plots import Line, Plot

RUNNING = RunView(
    "id", replace(CONFIG, name="<b>mine"), "running", started=STARTED, grids=(grid(0), grid(8)),
    progress=tuple(progress(step) for step in range(1, 9)),
)  # fmt: skip
ASKED = {
    "data": "fashion_mnist", "own": "", "image_size": 64, "colours": 3, "recipe": "dcgan-small",
    "seconds": 30, "batch": 32, "g_lr": 1e-3, "d_lr": 2e-3, "seed": 7, "name": " mine ",
}  # fmt: skip


@pytest.fixture
def studio(tmp_path):
    value = Studio(tmp_path, "cpu")
    value.runs = Runs(tmp_path, work=fake_work)
    yield value
    value.runs.close()


def line(*values: float) -> Line:
    return Line("A", "real", [(float(second), value) for second, value in enumerate(values)])


# Plots


@pytest.mark.parametrize("span", [0.03, 0.7, 1.0, 6.2, 999.0])
def test_ticks_are_few_and_round_and_hold_the_values(span):
    low, high = plots.value_range([line(-span / 3, span)])
    marks = plots.ticks(low, high)
    assert 3 <= len(marks) <= 7 and low <= -span / 3 and high >= span
    assert np.allclose([marks[0], marks[-1]], [low, high])
    assert np.allclose(np.diff(marks), marks[1] - marks[0])


def test_the_range_holds_zero_and_most_values_but_no_wild_one():
    low, high = plots.value_range([line(1000.0, *np.linspace(1, 3, 200))])
    assert low == 0 and 3 <= high <= 4
    assert plots.value_range([line(-2.0, -1.0)])[1] == 0
    assert plots.value_range([]) == (0, 1)


def test_a_plot_draws_its_lines_inside_its_area():
    shown = plots.svg(Plot("T", "t", "a", (line(0.0, 5.0, -5.0),), 2.0, (0.0, 1.0)))
    points = re.search(r'points="([^"]+)"', shown)[1]
    assert points == "0.00,100.00 50.00,0.00 100.00,100.00"
    assert "T: A 0 at first and −5 now." in shown


def test_a_band_lies_where_it_says():
    shown = plots.svg(Plot("T", "t", "a", (), 2.0, (0.0, 1.0), (0.5, 0.7, "healthy"), percent=True))
    assert 'y="30.00" height="20.00"' in shown and "healthy" in shown and "50 %" in shown


def test_an_empty_plot_can_be_drawn():
    assert "nothing yet" in plots.svg(Plot("T", "t", "a", (Line("A", "real", ()),), 2.0))


# What is shown of a run


@pytest.mark.parametrize("view, words", [
    (None, "press <b>Start</b>"),
    (replace(RUNNING, status="waiting", place=2), "place 2"),
    (replace(RUNNING, started=None), "Getting ready"),
    (RUNNING, "58 s left"),
    (replace(RUNNING, status="stopped", saving=True, message="Stopped."), "Stopped. Keeping the model"),
    (replace(RUNNING, status="failed", message="It <broke>."), "It &lt;broke&gt;."),
    (replace(RUNNING, status="finished", message="Done.", saved=Saved(1, "a&b", "/")), "?model=a%26b"),
])
def test_the_head_says_how_it_stands(view, words):
    assert words in train_view.head(view)


def test_the_bar_grows_and_names_are_escaped():
    assert train_view.done(None) == 0 and train_view.done(RUNNING) == pytest.approx(2 / 60)
    assert train_view.done(replace(RUNNING, status="finished")) == 1
    assert "&lt;b&gt;mine" in train_view.head(RUNNING) and "<b>mine" not in train_view.head(RUNNING)


def remark(accuracy: float, variety: float, config: TrainConfig = RUNNING.config) -> str:
    facts = tuple(replace(event, d_accuracy=accuracy) for event in RUNNING.progress)
    grids = (replace(grid(8), variety=variety),)
    return train_view.remark(replace(RUNNING, config=config, progress=facts, grids=grids))


def test_remarks_are_in_plain_words():
    assert "look alike" in remark(0.6, 0.1)
    assert "fair contest" in remark(0.6, 0.5)
    assert "ahead" in remark(0.8, 0.5)
    assert "fallen behind" in remark(0.97, 0.5)
    assert "usual with this recipe" in remark(0.97, 0.5, recipe_config("modern"))
    assert train_view.remark(None) == ""


def test_a_running_mean_keeps_the_times():
    events = tuple(replace(progress(k), g_loss=float(k)) for k in range(6))
    points = train_view.smooth(events, "g_loss", over=2)
    assert [at for at, _ in points] == [k / 4 for k in range(6)]
    assert [value for _, value in points] == [0, 0.5, 1.5, 2.5, 3.5, 4.5]


def test_the_plots_name_what_issue_and_pupil_ask_for():
    shown = train_view.plots(RUNNING)
    for words in ("healthy: 50–70 %", "How varied", "accuracy", "mean pairwise distance", "losses"):
        assert words in shown
    assert shown.count("<figure") == train_view.plots(None).count("<figure") == 4


def test_an_upload_is_reported_file_by_file():
    skipped = (("a.png", "a.png is <broken>."),)
    shown = train_view.intake_words(Intake(1200, skipped, 3, Path("x.npz")))
    assert "1,200 images" in shown and "3 were the same" in shown and "a.png is &lt;broken&gt;." in shown


def test_the_pictures_of_a_run_are_encoded_once():
    pictures = {}
    first = train.shown(RUNNING, pictures)
    later = train.shown(replace(RUNNING, grids=(*RUNNING.grids, grid(12))), pictures)
    assert list(first["frames"]) == ["0", "8"] and list(later["frames"]) == ["0", "8", "12"]
    assert later["frames"]["8"][1] is first["frames"]["8"][1]
    assert later["real"].startswith("data:image/png")


# What a run is asked for with


def test_the_controls_become_a_config(studio):
    config = train_controls.asked_config(studio, ASKED)
    assert (config.data, config.recipe, config.name) == ("fashion_mnist", "dcgan-small", "mine")
    assert (config.model.image_size, config.model.channels, config.model.feature_maps) == (28, 1, 32)
    assert (config.batch, config.g_lr, config.d_lr, config.seconds, config.seed) == (32, 1e-3, 2e-3, 30, 7)


def test_own_images_bring_their_own_size(studio):
    config = train_controls.asked_config(studio, ASKED | {"data": "own", "own": "/x/a.npz"})
    assert (config.data, config.model.image_size, config.model.channels) == ("/x/a.npz", 64, 3)


@pytest.mark.parametrize("change, words", [
    ({"data": "own"}, "Add images"),
    ({"data": None}, "Choose the data"),
    ({"g_lr": None}, "must be between"),
    ({"seconds": float("nan")}, "must be between"),
    ({"recipe": "x"}, "no recipe"),
])
def test_nonsense_is_refused_in_a_sentence(studio, change, words):
    with pytest.raises(ConfigError, match=words):
        train_controls.asked_config(studio, ASKED | change)


def test_an_upload_without_enough_images_leaves_none(studio, tmp_path):
    (tmp_path / "a.png").write_bytes(b"nothing")
    path, words = train_controls.take_in(studio, [str(tmp_path / "a.png")], 32, 3)
    assert path == "" and 'role="alert"' in words
    assert train_controls.take_in(studio, None, 32, 3) == ("", "")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_brings_its_learning_rates(recipe):
    words, g_lr, d_lr = train_controls.choose_recipe(recipe)
    assert RECIPES[recipe]["about"][:20] in words and 0 < g_lr < 0.1 and 0 < d_lr < 0.1


# Following a run


def run_apart(coroutine):
    """asyncio.run in a thread of its own: Playwright keeps a loop running in the main one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def followed(studio, run: str, most: int = 1000) -> list:
    steps = []
    stream = train.follow(studio, run)
    async for step in stream:
        steps.append(step)
        if len(steps) == most:
            await stream.aclose()
            break
    return steps


def test_following_a_run_to_its_end_offers_the_model(studio, monkeypatch):
    monkeypatch.setattr(train, "PACE", 0.2)
    run = studio.runs.start(replace(CONFIG, steps=30))
    first, *_, last = run_apart(followed(studio, run))
    assert [update["interactive"] for update in first[1:]] == [False, True, False]  # Start, Stop, Download
    assert [update["interactive"] for update in last[1:]] == [True, False, True]
    assert len(last[0]["frames"]) == 30 and "Open it in Explore" in last[0]["head"]
    assert zipfile.is_zipfile(last[3]["value"])


def test_a_closed_tab_stops_the_run(studio, monkeypatch):
    monkeypatch.setattr(runs, "UNWATCHED_SECONDS", 0.3)
    run = studio.runs.start(CONFIG)
    run_apart(followed(studio, run, most=2))
    view = studio.runs.view(run)
    while not view.over:
        view = studio.runs.wait(run, view.version, 5)
    assert "Nobody" in view.message


def test_an_unknown_run_in_the_address_is_a_sentence(studio):
    [[shown, start, *_]] = run_apart(followed(studio, "nonsense"))
    assert "no longer known" in shown["head"] and start["interactive"] and shown["run"] == ""
    assert len(run_apart(followed(studio, ""))) == 1


def test_a_second_click_starts_nothing(studio):
    run, asked = gr.State(""), train_controls.Controls(**{key: gr.State() for key in ASKED})
    values = {getattr(asked, key): value for key, value in ASKED.items()}
    first = train.begin(studio, run, asked, values | {run: ""})
    assert train.begin(studio, run, asked, values | {run: first}) == first
    train.stop(studio, first)
    with pytest.raises(gr.Error, match="no longer known"):
        train.stop(studio, "nonsense")


def test_a_preview_shows_the_data_until_there_is_a_run(studio):
    assert train.preview(studio, "", "fashion_mnist", "")["preview"].startswith("data:image/png")
    assert train.preview(studio, "", "celeba", "")["preview"] == ""  # nothing is downloaded for a look
    run = studio.runs.start(CONFIG)
    assert train.preview(studio, run, "fashion_mnist", "")["preview"] == ""


# The endpoint


@pytest.fixture
def client(studio, monkeypatch):
    monkeypatch.setattr(train_api, "PACE", 0.2)
    with gr.Blocks() as page:
        gr.api(train_api.train_endpoint(studio), api_name="train", concurrency_limit=None)
    _, address, _ = page.queue().launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1")
    yield Client(address, verbose=False)
    page.close()


def test_a_script_trains_and_gets_the_model(client, studio):
    facts = []
    for sheet in client.submit(data="fashion_mnist", seconds=60, name="by script", api_name="/train"):
        facts.append(sheet)
        if sheet["step"] > 20:
            studio.runs.stop(sheet["run"])
    assert facts[-1]["status"] == "stopped" and facts[-1]["model"] == "by-script"
    assert [sheet["step"] for sheet in facts] == sorted(sheet["step"] for sheet in facts)
    assert facts[-1]["variety"] == 0.4 and facts[-1]["data_variety"] == 0.5


def test_a_script_that_goes_away_stops_its_run(client, studio, monkeypatch):
    monkeypatch.setattr(runs, "UNWATCHED_SECONDS", 0.3)
    job = client.submit(data="fashion_mnist", seconds=60, api_name="/train")
    run = next(iter(job))["run"]
    job.cancel()
    view = studio.runs.view(run)
    while not view.over:
        view = studio.runs.wait(run, view.version, 5)
    assert "Nobody" in view.message


@pytest.mark.parametrize("asked, words", [
    ({"data": "x"}, "no data set"), ({"seconds": 9999}, "from 1 to 600"), ({"recipe": "x"}, "no recipe"),
])
def test_the_endpoint_refuses_in_a_sentence(client, asked, words):
    with pytest.raises(Exception, match=words):
        client.predict(**asked, api_name="/train")
