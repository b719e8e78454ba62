"""The Train tab: what it shows of a run, and that what it starts is watched, stopped and kept."""

import asyncio
import base64
import io
import json
import re
import shutil
import zipfile
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client
from loops import run_apart
from PIL import Image
from test_runs import CONFIG, STARTED, begun, fake_work, grid, progress, started, until

from gan.config import Control, TrainConfig
from gan.events import Grid, Measured, Saved
from gan.images import grid as laid_out
from gan.limits import Limits
from gan.measure.measures import MEASURES, Answered, BothWays, Compared
from gan.recipes import failing_config, recipe_config
from gan.runs.cures import Alarm
from gan.runs.queue import RunError, Runs
from gan.runs.view import RunView, Spell
from gan.specs import Label
from gan.studio import Studio
from gan.ui.train import api as train_api
from gan.ui.train import controls as train_controls
from gan.ui.train import following, loop, remarks
from gan.ui.train import plots as run_plots
from gan.ui.train import tab as train
from gan.ui.train import view as train_view

pytestmark = pytest.mark.usefixtures("forked")
RUNNING = RunView(
    "id", replace(CONFIG, name="<b>mine"), "running", started=STARTED, grids=(grid(0), grid(8)),
    progress=tuple(progress(step) for step in range(1, 9)),
)  # fmt: skip
ID = "0123456789abcdef"  # of a browser
ASKED = {
    "data": "fashion_mnist", "own": "", "image_size": 64, "colours": 3, "recipe": "dcgan-small",
    "seconds": 30, "batch": 32, "g_lr": 1e-3, "d_lr": 2e-3, "seed": 7, "name": " mine ",
}  # fmt: skip


BUTTONS = train.Buttons("stop", "download", ("start", "collapse"))


def pressable(updates: dict) -> set[str]:
    return {button for button, update in updates.items() if update["interactive"]}


def measure(step: int, frechet=None, duplicates=0.01, lost=None, **facts) -> Measured:
    of_noise = [name for name, one in MEASURES.items() if one.takes is Compared]
    values = {} if frechet is None else dict.fromkeys(of_noise, 0.5) | {"frechet": frechet}
    return Measured(step, step / 4, 256, duplicates, values, lost or {}, **facts)


@pytest.fixture
def studio(tmp_path):
    value = Studio(tmp_path, "cpu")
    value.runs = Runs(tmp_path, work=fake_work)
    yield value
    value.runs.close()


# What is shown of a run


@pytest.mark.parametrize(
    "view, words",
    [
        (None, "press <b>Start</b>"),
        (replace(RUNNING, control=Control(paused=True)), "Pausing"),
        (replace(RUNNING, control=Control(paused=True, only="D"), paused_at=1204), "at step 1,204. Only"),
        (replace(RUNNING, control=Control(delay=0.5, only="G")), "generator trains. Slow motion: 0.5 s"),
        (replace(RUNNING, status="waiting", place=2), "place 2"),
        (replace(RUNNING, started=None), "Getting ready"),
        (RUNNING, "58 s left"),
        (replace(RUNNING, status="stopped", saving=True, message="Stopped."), "Stopped. Keeping the model"),
        (replace(RUNNING, status="failed", message="It <broke>."), "It &lt;broke&gt;."),
        (replace(RUNNING, status="finished", message="Done.", saved=Saved(1, "a&b", "/")), "?model=a%26b"),
    ],
)
def test_the_head_says_how_it_stands(view, words):
    assert words in train_view.head(view)


def test_the_bar_grows_and_names_are_escaped():
    assert train_view.done(None) == 0 and train_view.done(RUNNING) == pytest.approx(2 / 60)
    assert train_view.done(replace(RUNNING, status="finished")) == 1
    assert "&lt;b&gt;mine" in train_view.head(RUNNING) and "<b>mine" not in train_view.head(RUNNING)


def remark(accuracy: float, variety: float, config: TrainConfig = RUNNING.config) -> str:
    facts = tuple(replace(event, d_accuracy=accuracy) for event in RUNNING.progress)
    grids = (replace(grid(8), variety=variety),)
    return remarks.remark(replace(RUNNING, config=config, progress=facts, grids=grids))


def test_remarks_are_in_plain_words():
    assert "mode collapse" in remark(0.6, 0.1) and "vanishing gradients" in remark(0.97, 0.1)
    assert "fair contest" in remark(0.6, 0.5)
    assert "ahead" in remark(0.8, 0.5)
    assert "fallen behind" in remark(0.97, 0.5)
    assert "usually is with this recipe" in remark(0.97, 0.5, recipe_config("modern"))
    assert remarks.remark(None) == ""


def test_no_contest_is_fair_while_samples_repeat_themselves_or_an_alarm_stands():
    fair = "A fair contest: the discriminator is right 60\xa0% of the time."
    assert remarks.remark(RUNNING) == fair
    repeats = remarks.remark(replace(RUNNING, measured=(measure(8, duplicates=0.66),)))
    assert "fair" not in repeats and "66\xa0% of the samples have a near-duplicate" in repeats
    alike = replace(RUNNING, grids=(replace(grid(8), variety=0.1),))
    assert "Early on that passes" in remarks.remark(alike)
    assert "Early on" not in remarks.remark(replace(alike, numbers=True))
    failed = replace(RUNNING, numbers=True)
    assert remarks.remark(failed) == "The discriminator is right 60\xa0% of the time."


def test_a_run_that_is_over_says_when_each_alarm_stood():
    def spell(kind: str, title: str, first: int, last: int) -> Spell:
        return Spell(Alarm(kind, title, "", 0.0, ()), first, last, first / 4, last / 4)

    spells = (spell("alike", "The samples look alike: mode collapse", 240, 610),
              spell("twins", "The generator repeats itself: mode collapse", 500, 1640),
              spell("sure", "The discriminator is always right", 700, 720),
              spell("alike", "The samples look alike: mode collapse", 1700, 1800))  # fmt: skip
    over = replace(RUNNING, status="finished", spells=spells, progress=(*RUNNING.progress, progress(1800)))
    words = remarks.remark(over)
    assert words.startswith("Mode collapse from step 240 to step 1,640 and from step 1,700 to the end. ")
    assert "A discriminator that is always right from step 700 to step 720." in words
    assert "In the end a fair contest" in words and "to the end: the" not in words
    assert "Mode collapse" not in remarks.remark(replace(over, status="running"))


def test_a_fork_that_ends_on_its_way_is_not_spoken_of_as_one_that_failed():
    grids = replace(grid(0), variety=0.1), replace(grid(8), variety=0.2)
    fork = replace(RUNNING, status="finished", forked_at=100, grids=grids)
    assert "Where it was forked it was 20\xa0%: they are on their way." in remarks.remark(fork)
    for stuck in (
        replace(fork, forked_at=0),
        replace(fork, grids=(grids[0], replace(grids[1], variety=0.11))),
    ):
        assert "mode collapse" in remarks.remark(stuck)


def test_rates_that_were_set_by_hand_stand_with_what_was_asked_for():
    turned = replace(RUNNING, control=Control(g_lr=0.0004))
    assert "Generator&#39;s learning rate by hand: 0.0004" in train_view.this_run(turned)
    assert "by hand" not in train_view.this_run(RUNNING)


@pytest.mark.parametrize("only", ["", "D", "G"])
@pytest.mark.parametrize("accuracy", [0.5, 0.8, 0.99])
@pytest.mark.parametrize("recipe", ["dcgan", "modern", "wgan"])
def test_a_run_that_is_over_is_spoken_of_in_the_past(recipe, accuracy, only):
    facts = tuple(replace(event, d_accuracy=accuracy, real_logit=1 - event.step / 10, fake_logit=0.0)
                  for event in RUNNING.progress)  # fmt: skip
    over = replace(RUNNING, status="finished", config=recipe_config(recipe), control=Control(only=only),
                   progress=facts, grids=(replace(grid(8), variety=0.5),))  # fmt: skip
    words = remarks.remark(over)
    assert re.search(r" (was right|only the generator trained|put the two)\b", words)
    for present in (" is right", "stands still", "Watch", "puts", "it stays", "Let both", "so far"):
        assert present not in words
    assert remarks.remark(replace(over, status="running")) != words
    assert "learnt" in train_view.real_words(over) and "learns" in train_view.real_words(RUNNING)


def test_of_samples_that_are_told_the_labels_of_the_real_images_beside_them_that_is_said():
    labels = [Label("hat", ("cap", "none")), Label("mouth", ("happy", "sad"))]
    for told, said in ((labels, True), (labels[:1], False), ([], False)):
        model = CONFIG.model
        config = replace(CONFIG, model=replace(model, given=replace(model.given, labels=tuple(told))))
        view = replace(RUNNING, started=replace(STARTED, config=config))
        assert ("what it learns from; each has its sample’s labels" in train_view.real_words(view)) == said
    pairs = replace(RUNNING, started=replace(STARTED, config=recipe_config("pix2pix")))
    assert "labels" not in train_view.real_words(pairs)


def test_the_loop_has_a_picture_and_words_for_what_a_generator_gets():
    recipes = ("modern", "pix2pix", "srgan", "cyclegan")
    each = [loop.given(recipe_config(recipe)) for recipe in recipes]
    assert each == ["noise", "source", "source", "sides"]
    for name in set(each):  # its two boxes, and how it begins
        assert loop.loop().count(f'data-for="{name}"') == 3
    assert following.about(replace(RUNNING, config=recipe_config("cyclegan")))["given"] == "sides"


def test_a_speed_is_told_of_a_run_that_goes_at_it():
    assert "images a second" in train_view.facts(RUNNING)
    for control in (Control(paused=True), Control(delay=2.0)):
        assert "images a second" not in train_view.facts(replace(RUNNING, control=control))


@pytest.mark.parametrize("recipe, knobs, told", [
    # of 20,000 images 90 parts: 10 at 4 × 4, 10 to fade in 8 × 8, 15 at 8 × 8, 15, 20 at 16 × 16, 20
    ("progan", {}, {400: "level 1 of 4: 4 × 4 pixels", 20_000: "level 4 of 4: 32 × 32 pixels",
                    3900: "level 2 of 4: 8 × 8 pixels, 76\xa0% faded in (α = 0.76)"}),
    ("progan", {"image_size": 28, "channels": 1}, {20_000: "level 4 of 4: 28 × 28 pixels"}),
    ("srgan", {}, {39_999: "learns from the answers alone until 40,000 images, then from D too",
                   40_000: None}),
    ("modern", {}, {0: None}),
])  # fmt: skip
def test_a_run_that_changes_on_its_way_says_where_it_is(recipe, knobs, told):
    view = replace(RUNNING, started=replace(STARTED, config=recipe_config(recipe, knobs)))
    assert {seen: next(iter(train_view.stage(seen, view)), None) for seen in told} == told
    now = view.progress[-1].images_seen
    assert all(words in train_view.facts(view) for words in train_view.stage(now, view))


def test_the_time_left_counts_the_waits_of_slow_motion():
    slow = replace(RUNNING, control=Control(delay=1.0))
    steps = (RUNNING.span - train_view.seconds(RUNNING)) / RUNNING.seconds_a_step
    assert train_view.time_left(slow) == f"{steps * (1 + RUNNING.seconds_a_step) / 60:.1f} min"


@pytest.mark.parametrize("only, rests", [("D", "generator"), ("G", "discriminator")])
def test_a_remark_does_not_blame_who_is_switched_off(only, rests):
    grids = (replace(RUNNING.grids[-1], variety=0.05),)
    words = remarks.remark(replace(RUNNING, control=Control(only=only), grids=grids))
    assert words.startswith("Only the ") and f"{rests} stands still" in words.replace("that stands", "stands")
    assert "fallen behind" not in words and "smaller" not in words


def test_a_remark_says_that_a_cured_run_still_recovers():
    grids = (replace(RUNNING.grids[-1], variety=0.05),)
    view = replace(RUNNING, parent="x", grids=grids)
    assert "Still recovering" in remarks.remark(view) and "\xa0%" in remarks.remark(view)
    assert "Still" not in remarks.remark(replace(view, parent=""))


def test_the_charts_name_what_issue_and_pupil_ask_for():
    shown = run_plots.charts(RUNNING)
    words = json.dumps([asdict(chart) for chart in shown], ensure_ascii=False)
    for one in (
        "healthy: 50–70 %",
        "How varied",
        "accuracy",
        "mean pairwise distance",
        "losses",
        "distance in the bundled classifier's features",
        "kernel distance",
        "Recall",
    ):
        assert one in words
    assert len(shown) == len(run_plots.charts(None))
    facts = {line.fact for chart in shown for line in chart.lines} | {
        chart.aside[2] for chart in shown if chart.aside
    }
    assert facts >= {name for name, one in MEASURES.items() if one.takes is Compared}  # each has its place
    of_pairs = replace(RUNNING, config=recipe_config("pix2pix"))
    told = {line.fact for chart in run_plots.charts(of_pairs) for line in chart.lines}
    assert told >= {name for name, one in MEASURES.items() if one.takes is Answered} | {"frechet"}
    of_sides = replace(RUNNING, config=replace(config := recipe_config("cyclegan"),
                                               model=replace(config.model, enlarged=2)))  # fmt: skip
    told = {line.fact for chart in run_plots.charts(of_sides) for line in chart.lines}
    assert told >= {name for name, one in MEASURES.items() if one.takes is BothWays} | {"frechet"}
    assert words.index("Coverage") < words.index("Density")


@pytest.mark.parametrize("recipe, healthy", [("dcgan", True), ("modern", False), ("wgan-gp", False)])
def test_a_band_is_called_healthy_only_where_it_is(recipe, healthy):
    chart = run_plots.contest(recipe_config(recipe))
    assert bool(chart.band) == healthy and ("99\xa0%" in chart.about) == (recipe == "modern")


def test_every_line_has_its_numbers():
    for config in (CONFIG, recipe_config("wgan-gp")):
        for chart in run_plots.charts(replace(RUNNING, config=config)):
            assert all(line.fact in run_plots.FACTS[line.of] for line in chart.lines if line.of)
            assert not chart.aside or not chart.aside[1] or chart.aside[2] in run_plots.FACTS[chart.aside[1]]


def test_only_numbers_after_a_step_are_told():
    measured = replace(RUNNING, measured=(measure(4), measure(8, frechet=3.14159)))
    told = run_plots.points(measured, {"progress": 6, "grids": 8, "measured": 2})
    assert set(told) == {"progress", "measured"} and told["progress"]["step"] == [7, 8]
    assert told["measured"]["frechet"] == [None, 3.142] and told["measured"]["seconds"] == [1.0, 2.0]
    assert run_plots.number(replace(progress(1), d_loss=float("nan")), "d_loss") is None
    assert run_plots.number(replace(progress(1), real_logit=3.0, fake_logit=0.5), "distance") == 2.5
    assert run_plots.points(measured, {}).keys() == run_plots.FACTS.keys()


def seconds_later(count: int) -> RunView:
    reports = tuple(progress(8 + step) for step in range(1, 4 * count + 1))
    grids = tuple(grid(8 + 4 * second) for second in range(1, count + 1))
    return replace(RUNNING, config=recipe_config("modern"), grids=(*RUNNING.grids, *grids),
                   progress=(*RUNNING.progress, *reports))  # fmt: skip


def test_a_second_of_a_run_is_told_in_few_bytes():
    """All but the pictures: what a page gets that has the rest, four reports and a grid later."""
    shown = SimpleNamespace(limits=Limits())
    before, now = (following.marked(following.parts(shown, seconds_later(n))) for n in (1, 2))
    news = {name: one for name, one in now.items() if one != before[name]}
    told = run_plots.points(seconds_later(2), {"progress": 12, "grids": 12, "measured": -1})
    assert len(json.dumps([news, told])) < 3000


def test_own_images_have_no_plots_that_need_a_classifier():
    own = replace(RUNNING, config=replace(RUNNING.config, data="/x/a.npz"))
    assert [chart.term for chart in run_plots.charts(own)] == [
        "accuracy", "mean pairwise distance", "mean logit", "losses", "share of near-duplicates"
    ]  # fmt: skip


@pytest.mark.parametrize("recipe, words", [("wgan", "clipping"), ("wgan-gp", "penalty holds")])
def test_a_critic_has_an_estimate_in_place_of_an_accuracy(recipe, words):
    facts = tuple(replace(event, real_logit=3.0, fake_logit=0.5) for event in RUNNING.progress)
    critic = replace(RUNNING, config=recipe_config(recipe), progress=facts)
    first = run_plots.charts(critic)[0]
    assert first.title == "The critic's estimate of the distance" and words in first.about
    assert run_plots.points(critic, {})["progress"][first.lines[0].fact][-1] == 2.5
    assert "right" not in remarks.remark(critic) and "2.5" in remarks.remark(critic)


def test_a_fork_is_drawn_from_where_it_began():
    facts = tuple(progress(step) for step in range(9, 17))
    began = started(seconds=62.0)
    fork = replace(RUNNING, started=began, grids=(grid(8), grid(16)), progress=facts, parent="x", forked_at=8)
    assert (run_plots.begun(fork), run_plots.end(fork)) == (2.0, 62.0)
    assert train_view.done(fork) == pytest.approx(2 / 60) and "58 s left" in train_view.head(fork)


def test_a_measure_is_told_in_words():
    lost = {"hair_color": ("a", "b", "<c>", "d", "e")}
    measured = (measure(8, frechet=3.0, duplicates=0.25, lost=lost),)
    words = remarks.measured_words(replace(RUNNING, measured=measured, saved=Saved(9, "m", "/m", best=8)))
    assert "25\xa0% of 256 samples have a near-duplicate" in words
    assert "hair colour: a, b, &lt;c&gt; and 2 more" in words
    assert "from step 8, the best by Fréchet distance so far, not the last one (step 9)" in words
    collapsed = replace(RUNNING, status="finished", saved=Saved(9, "m", "/m", best=8, last="m-last"))
    assert "not the last one (step 9, which is kept beside it)." in remarks.kept_words(collapsed)
    assert '<a href="?model=m-last">Its last step</a>' in train_view.head(collapsed)
    assert "Its last step" not in train_view.head(replace(collapsed, saved=Saved(9, "m", "/m", best=8)))
    assert "lost" not in remarks.kept_words(replace(RUNNING, saved=Saved(9, "m", "/m")))
    growing = replace(RUNNING, config=recipe_config("progan"), saved=Saved(9, "m", "/m", best=8))
    assert "the best of its finest level by Fréchet distance" in remarks.kept_words(growing)
    own = replace(RUNNING.config, data="/x/a.npz")
    assert "own images do not have" in remarks.measured_words(
        replace(RUNNING, config=own, measured=(measure(8),))
    )


# Following a run


class Watcher:
    """A page, as train.js is one: keeps what it was told, and asks for the rest."""

    def __init__(self, studio: Studio, run: str):
        self.studio, self.run = studio, run
        self.value, self.marks, self.moments, self.version = {}, {}, [], None

    def ask(self, looks: bool = True) -> dict:
        asked = {"run": self.run, "page": "a page", "have": self.marks, "version": self.version,
                 "looks": looks, "since": {"grids": max(self.moments, default=-1)}}  # fmt: skip
        news = run_apart(following.news(self.studio, asked))
        self.version = news["version"]
        self.moments += news["points"].get("grids", {"step": []})["step"]
        for name, (mark, value) in news["parts"].items():
            self.marks[name], self.value[name] = mark, value
        return news


def test_who_watches_hears_of_the_end_at_once(studio, monkeypatch):
    """It waits for the run, not for a clock."""
    monkeypatch.setattr(following, "PACE", 3600.0)
    run = studio.runs.start(CONFIG)
    view = until(studio.runs, run, begun)
    stand, _ = following.marked({"stand": following.standing(view)})["stand"]

    async def watch():
        watching = asyncio.create_task(following.later(studio, run, view.version, stand))
        await asyncio.sleep(0)  # until it waits
        studio.runs.stop(run)
        return await watching

    assert run_apart(watch()).message.startswith("Stopp")  # "Stopping …", or already "Stopped after …"
    assert not studio.runs._find(run).bells


def test_only_what_is_new_is_told(studio):
    run = studio.runs.start(CONFIG)
    until(studio.runs, run, begun)
    studio.runs.control(run, Control(paused=True))  # the stand-in takes no orders but to stop
    page = Watcher(studio, run)
    first = page.ask()
    assert set(first["parts"]) == set(following.parts(studio, studio.runs.view(run)))
    assert first["picture"][0] == max(page.moments) and first["picture"][1].startswith("data:image/png")
    again = page.ask()
    assert not {"stand", "run", "real", "data", "alarms", "fork", "steer"} & set(again["parts"])
    assert min(again["points"]["grids"]["step"]) > first["picture"][0]
    assert page.ask(looks=False)["picture"] is None  # nobody would see it


def test_a_page_hears_at_once_that_a_run_was_stopped_and_how_it_ended(studio, monkeypatch):
    monkeypatch.setattr(following, "PACE", 60.0)
    page = Watcher(studio, studio.runs.start(CONFIG))
    until(studio.runs, page.run, begun)
    page.ask()
    studio.runs.stop(page.run)
    while not page.value["stand"]["over"]:
        page.ask()
    assert "Open it in Explore" in page.value["head"] and page.value["run"]["model"] == "pixel-faces-dcgan-1"
    assert pressable(train.stands(studio, BUTTONS, page.run, "")) == {"download", "start", "collapse"}
    model = following.download(studio, {"run": page.run})["address"].partition("file=")[2]
    assert zipfile.is_zipfile(model)
    Path(model).unlink()  # as the server does within hours
    again = following.download(studio, {"run": page.run})["address"].partition("file=")[2]
    assert zipfile.is_zipfile(again)
    shutil.rmtree(studio.runs.view(page.run).saved.path)
    assert "download" not in pressable(train.stands(studio, BUTTONS, page.run, ""))
    with pytest.raises(RunError, match="was deleted"):
        following.download(studio, {"run": page.run})


def test_the_past_of_a_run_is_there_for_a_page_that_comes_later(studio):
    run = studio.runs.start(replace(CONFIG, steps=30))
    view = until(studio.runs, run, lambda view: view.over)
    page = Watcher(studio, run)
    newest = page.ask()["picture"][0]
    assert page.moments == [event.step for event in view.grids] and newest == view.grids[-1].step
    found = following.pictures(studio, {"run": run, "steps": [1, 7, 999]})
    assert list(found["pictures"]) == ["1", "7"] and found["gone"] == [999]
    assert len(following.pictures(studio, {"run": run, "steps": page.moments})["pictures"]) == 12


def test_a_run_is_saved_as_a_film_of_its_moments():
    images = np.random.RandomState(0).randint(0, 256, (3, 4, 8, 8, 3), dtype=np.uint8)
    moments = tuple(Grid(step, step / 4, each, 0.4) for step, each in enumerate(images))
    view = replace(RUNNING, config=replace(RUNNING.config, name="Mine"), grids=moments)
    studio = SimpleNamespace(runs=SimpleNamespace(view=lambda run: view))
    kept = following.filmed(studio, {"run": "any", "format": "webp"})
    film = Image.open(io.BytesIO(base64.b64decode(kept["address"].partition(",")[2])))
    assert kept["name"] == "Mine.webp" and film.n_frames == 3 and film.width >= 512
    film.seek(2)
    expected = laid_out(images[2])
    times = film.width // expected.shape[1]
    np.testing.assert_array_equal(np.asarray(film.convert("RGB"))[::times, ::times], expected)
    with pytest.raises(ValueError, match="one of gif, webp, mp4"):
        following.filmed(studio, {"run": "any", "format": "exe"})


def test_an_answer_holds_one_picture_and_not_many_more_bytes(studio, monkeypatch):
    monkeypatch.setattr(following, "MOST_BYTES", 1)
    run = studio.runs.start(replace(CONFIG, steps=3))
    until(studio.runs, run, lambda view: view.over)
    assert list(following.pictures(studio, {"run": run, "steps": [1, 2, 3]})["pictures"]) == ["1"]


def test_a_picture_is_encoded_once_for_all_who_watch(studio, monkeypatch):
    encoded = []
    monkeypatch.setattr(following, "data_uri", lambda image: encoded.append(image) or "data:,")
    view = replace(RUNNING, id="encoded once")
    for _ in range(30):
        following.made(view, view.grids[0])
    assert len(encoded) == 1


def test_a_run_shows_what_it_will_learn_from_before_it_has_begun(studio):
    waiting = RunView("w", replace(CONFIG, data="fashion_mnist"), "waiting", place=1)
    assert following.real(studio, waiting).startswith("data:image/png")
    assert following.real(studio, replace(waiting, config=replace(CONFIG, data="celeba"))) == ""
    fork = RunView("b", RUNNING.config, "waiting", place=1, parent="id")
    assert following.real(studio, fork, RUNNING).startswith("data:image/png")
    assert "behind the run that it comes from" in train_view.head(fork)


def test_who_asks_watches_and_the_parent_that_waits_is_watched_too(studio):
    parent = studio.runs.start(CONFIG)
    fork = studio.runs.start(CONFIG, parent)
    Watcher(studio, fork).ask()
    leases = [studio.runs._runs[run].leases for run in (parent, fork)]
    assert [set(pages) for pages in leases] == [{"a page"}] * 2
    before = leases[1]["a page"]
    following.left(studio, {"run": fork, "page": "a page"})
    after = studio.runs._runs[fork].leases
    assert "a page" not in after and after[""] < before


def test_an_unknown_run_in_the_address_is_a_sentence(studio):
    page = Watcher(studio, "nonsense")
    news = page.ask()
    assert "no longer known" in page.value["head"] and news["run"] == ""
    turned = train.opened(studio, "place", BUTTONS, "nonsense", "")
    assert turned.pop("place") == {"run": "nonsense"} and pressable(turned) == {"start", "collapse"}
    assert "place" not in train.opened(studio, "place", BUTTONS, "", "")


def test_a_run_says_what_was_asked_for_where_the_form_may_say_something_else():
    config = failing_config(
        "vanishing gradients", {"image_size": 32, "channels": 3}, data="pixel_faces", seconds=180
    )
    words = train_view.this_run(RunView("a", config, "running", parent="b"))
    assert "DCGAN, half the width, 180 s, What counts as winning (loss): minimax" in words
    assert "Closing this page ends it." in words and "Compare it with the previous run" in words
    settings = train_view.all_settings(RunView("a", config, control=Control(d_lr=0.05)))
    for label, value in (("What counts as winning (loss)", "Minimax, as in 2014"), ("Seed", "0"),
                         ("Discriminator&#39;s learning rate", "0.05")):  # fmt: skip
        assert f"{label}</th><td>{value}<" in settings
    assert "These are the settings of the run that it goes on from, not the form’s." in words
    fails = train_view.this_run(RunView("a", config, "running", fails="vanishing gradients"))
    assert "These settings are those of “Show me vanishing gradients”, not the form’s." in fails
    usual = train_view.this_run(RunView("a", recipe_config("modern", seconds=60), "finished"))
    assert "This run: Modern baseline, 60 s.<" in usual


def test_a_second_click_starts_nothing(studio):
    run, browser = gr.State(""), gr.HTML()
    asked = train_controls.Controls(**{key: gr.State() for key in ASKED})
    values = {getattr(asked, key): value for key, value in ASKED.items()} | {browser: ID}
    first = train.begin(studio, run, browser, asked, values | {run: ""})
    assert train.begin(studio, run, browser, asked, values | {run: first}) == first
    other = ID[::-1]
    for id in (other, "", None):
        with pytest.raises(gr.Error, match="Only the browser that started"):
            train.stop(studio, first, id)
    watches, owns = (pressable(train.stands(studio, BUTTONS, first, one)) for one in (other, ID))
    assert watches == {"start", "collapse"} and owns == {"stop"}  # who watches may start a run
    assert not Watcher(studio, first).ask()["parts"]["own"][1]
    train.stop(studio, first, ID)
    with pytest.raises(gr.Error, match="no longer known"):
        train.stop(studio, "nonsense", ID)


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
    monkeypatch.setattr(studio.runs, "_limits", replace(studio.limits, parted_seconds=0.3))
    job = client.submit(data="fashion_mnist", seconds=60, api_name="/train")
    run = next(iter(job))["run"]
    job.cancel()
    view = studio.runs.view(run)
    while not view.over:
        view = studio.runs.wait(run, view.version, 5)
    assert "Nobody" in view.message


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"data": "x"}, "no data set"),
        ({"seconds": 9999}, "from 1 to 600"),
        ({"recipe": "x"}, "no recipe"),
    ],
)
def test_the_endpoint_refuses_in_a_sentence(client, asked, words):
    with pytest.raises(Exception, match=words):
        client.predict(**asked, api_name="/train")


@pytest.mark.parametrize("seconds, words", [
    (0, "in a few seconds"), (38, "in about 40 seconds"), (96, "in about 2 minutes"),
    (400, "in about 7 minutes"),
])  # fmt: skip
def test_the_queue_says_how_long_about(seconds, words):
    waits = RunView("a", CONFIG, place=2)
    said = train_view.state(waits, train_view.about(seconds))
    assert f'place 2. It starts by itself {words}<span class="mine">; keep this page open' in said
