"""A run in the Train tab: steered, forked, cured, compared. Runs are real, what they train is not."""

import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from loops import run_apart
from test_runs import (
    COLLAPSE_STEPS,
    CONFIG,
    PICTURE,
    STARTED,
    begun,
    collapsing_work,
    fake_work,
    grid,
    progress,
    started,
    until,
)
from test_ui_train import RUNNING, measure

from gan.belonging import digest
from gan.config import Control, changed
from gan.events import Measured, Saved
from gan.limits import Limits
from gan.recipes import RECIPES, recipe_config
from gan.runs.alarms import noted
from gan.runs.cures import Alarm
from gan.runs.keeper import Keeper, Places, state_file
from gan.runs.queue import RunError, Runs
from gan.runs.view import Mending, RunView, Spell
from gan.specs import Label
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui.train import alarm_view, compare, following, forks, nearest, remarks, run_controls
from gan.ui.train import tab as train
from gan.ui.train import view as shows
from gan.ui.train.forks import ForkError

pytestmark = pytest.mark.usefixtures("forked")
PATIENT = Limits(unwatched_seconds=600.0)  # nobody watches here, and processes start slowly
COLLAPSED = recipe_config("dcgan-small", loss="minimax", d_lr=2e-3, g_lr=2e-4, n_critic=4, seconds=90,
                          batch=128)  # fmt: skip
MINE, YOURS = "mine-0123456789abcdef", "yours-0123456789abcdef"


@pytest.fixture
def studio(tmp_path):
    value = Studio(tmp_path, "cpu")
    value.runs = Runs(tmp_path, PATIENT, fake_work)
    yield value
    value.runs.close()


@pytest.fixture
def collapsing(studio, tmp_path):
    """A studio with a run that has collapsed, and says no more: news would change what its alarms see."""
    studio.runs.close()
    studio.runs = Runs(tmp_path, PATIENT, collapsing_work)
    run = studio.runs.start(COLLAPSED, owner=digest(MINE))
    view = until(
        studio.runs, run, lambda view: view.progress and view.progress[-1].step == COLLAPSE_STEPS - 1
    )
    assert alarm_view.lasting(view)
    yield studio, run
    if process := studio.runs._find(run).process:  # it would be waited for, where a test has called it over
        process.kill()


# Coming back


def test_a_tab_is_back_at_its_run_before_its_goodbye_has_come(studio):
    run = studio.runs.start(CONFIG, owner=digest(MINE))
    until(studio.runs, run, begun)
    following.seen(studio, {"run": run, "page": "the page before"})
    back = partial(train.reopened, studio)
    assert back(MINE, "", run) == run and back(MINE, "other", run) == "other"
    nothing = ""
    assert back(MINE, "") == back(YOURS, "", run) == back(MINE, "", "gone") == nothing
    following.left(studio, {"run": run, "page": "the page before"})
    assert back(MINE, "") == run  # any tab of this browser
    studio.runs.stop(run)
    until(studio.runs, run, lambda view: view.over)
    assert back(MINE, "", run) == run  # by the way back, which the address has forgotten
    assert back(MINE, "") == back(YOURS, "", run) == nothing


# Steering


def test_one_thing_changes_and_the_rest_of_the_wish_stays():
    wish = Control(only="D", g_lr=1e-3)
    asked = (("paused", True), ("step", None), ("step", None), ("delay", 0.5), ("d_lr", 0.00031622))
    for what, value in asked:
        wish = run_controls.changed(wish, what, value)
    assert wish == Control(True, 2, "D", 0.5, 1e-3, 3.2e-4)
    assert run_controls.changed(wish, "only", "") == replace(wish, only="")
    assert run_controls.changed(wish, "delay", 99).delay == run_controls.SLOWEST


@pytest.mark.parametrize(
    "what, value",
    [
        ("only", "X"),
        ("delay", "slow"),
        ("delay", float("nan")),
        ("delay", -1),
        ("g_lr", 0),
        ("g_lr", 5),
        ("d_lr", None),
        ("colour", 1),
        ("delay", True),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(what, value):
    with pytest.raises(ValueError):
        run_controls.changed(Control(), what, value)


def test_steering_reaches_the_run(studio):
    run = studio.runs.start(CONFIG, owner=digest(MINE))
    until(studio.runs, run, begun)
    mine = {"run": run, "browser": MINE}
    answer = run_controls.steer(studio, mine | {"what": "paused", "value": True})
    assert answer["steer"]["paused"] and answer["steer"]["own"] and studio.runs.view(run).control.paused
    for _ in range(3):
        run_controls.steer(studio, mine | {"what": "step"})
    for other in ({"browser": YOURS}, {"browser": ""}, {"browser": ["x"]}, {}):
        with pytest.raises(RunError, match="Only the browser that started"):
            run_controls.steer(studio, {"run": run, "what": "paused", "value": False} | other)
    assert studio.runs.view(run).control.single_steps == 3
    studio.runs.stop(run)
    view = until(studio.runs, run, lambda view: view.over)
    assert run_controls.shown(view, True) is None
    with pytest.raises(RunError, match="has ended"):
        run_controls.steer(studio, mine | {"what": "paused", "value": False})


def test_the_controls_show_the_rates_in_force():
    assert run_controls.shown(RUNNING, True)["g_lr"] == CONFIG.g_lr
    assert run_controls.shown(replace(RUNNING, control=Control(g_lr=1e-5)), False)["g_lr"] == 1e-5
    assert run_controls.shown(replace(RUNNING, status="waiting"), True) is None


# Alarms


def collapsed(varieties: list[float]) -> RunView:
    """A view of 40 seconds; the variety of its grids, one a second up to its end."""
    first = 40 - len(varieties) + 1
    grids = tuple(replace(grid(4 * (first + k)), variety=value) for k, value in enumerate(varieties))
    events = tuple(progress(step) for step in range(161))
    return RunView("id", COLLAPSED, "running", started=STARTED, grids=(grid(0), *grids), progress=events)


def test_an_alarm_stays_for_a_while_and_then_goes():
    kinds = [[alarm.kind for alarm in alarm_view.lasting(collapsed([0.05] * 4 + [0.4] * good))]
             for good in (0, 1, 4, 12)]  # fmt: skip
    assert kinds == [["alike"], ["alike"], ["alike"], []]


def test_a_run_that_is_over_keeps_its_alarms():
    over = replace(collapsed([0.05] * 4), status="stopped", message="Stopped.")
    assert [alarm["kind"] for alarm in alarm_view.shown(over)] == ["alike"]


def test_a_run_that_is_over_keeps_no_alarm_whose_cause_has_gone():
    measures = (twins(1.0), twins(1.0), twins(0.0))
    for past in (collapsed([0.05] * 4 + [0.4]), replace(collapsed([]), measured=measures)):
        assert alarm_view.lasting(replace(past, status="finished")) == ()


def test_an_alarm_that_has_passed_stays_with_its_cures():
    ill = noted(collapsed([0.05] * 4))
    well = replace(collapsed([0.4] * 12), spells=ill.spells)
    [before], [after] = alarm_view.shown(ill), alarm_view.shown(well)
    assert [before["since"], after["since"]] == ["since step 160", "has passed since step 160"]
    assert [before["passed"], after["passed"]] == [False, True]
    assert after["saw"] == f"As it was: {before['saw']}" and after["shows"] is None  # what showed it stays
    assert all(before[fact] == after[fact] for fact in ("place", "kind", "title", "cures"))
    again = replace(ill, measured=(twins(1.0), twins(1.0)))
    assert [alarm.kind for alarm in alarm_view.lasting(again)] == ["alike", "twins"]
    [one] = alarm_view.shown(again)  # of one failure one alarm speaks
    assert one["place"] == before["place"] and "near-duplicate" in one["saw"] and "as varied" in one["saw"]


def test_a_cure_can_be_taken_when_its_alarm_has_passed_and_when_the_run_is_over(collapsing):
    studio, run = collapsing
    view = studio.runs.view(run)
    well = (*view.grids, *(replace(grid(COLLAPSE_STEPS + k), variety=0.5) for k in range(40)))
    studio.runs._find(run).view = replace(view, grids=well, status="stopped")
    assert not alarm_view.lasting(studio.runs.view(run))
    fork = forks.started(studio, {"do": "cure", "run": run, "kind": "alike", "cure": 0, "browser": MINE})
    mends = studio.runs.view(fork).mends
    assert (mends.cure, mends.fault) == ("A loss that does not go flat", "mode collapse")
    assert mends.run == view.config.name and mends.variety == pytest.approx(0.1) and mends.duplicates is None


def test_a_fork_by_a_cure_says_what_it_mends_and_that_it_has():
    mends = Mending("One step of G per step of D", "mode collapse", "<b>Mine", 0.98, 0.2)
    fork = replace(collapsed([]), mends=mends, parent="x", measured=(twins(1.0),))
    assert "One step of G per step of D</b>: mending mode collapse in &lt;b&gt;Mine." in shows.head(fork)
    ended = shows.head(replace(fork, status="finished"))
    assert (
        "was to mend mode collapse in &lt;b&gt;Mine. At its end: near-duplicates 100\xa0% instead of" in ended
    )
    grey = replace(fork, status="finished", measured=(), grids=())
    assert "At its end" not in shows.head(grey)
    well = replace(fork, measured=(twins(0.0),))
    rare = replace(well, spells=tuple(Spell(Alarm(kind, "", "", 1, ()), 150, 160, 0, 1000)
                                      for kind in ("lost", "sure")))  # fmt: skip
    assert "Mended" not in shows.head(rare)
    assert "Mended" in shows.head(replace(rare, spells=rare.spells[:1]))  # rare values come and go
    words = shows.head(well)
    assert "<b>Mended:</b> mode collapse in &lt;b&gt;Mine, by “One step of G per step of D”:" in words
    assert "near-duplicates 0\xa0% instead of 98\xa0%, samples 80\xa0% as varied" in words


def twins(share: float) -> Measured:
    return replace(measure(160, 3.0), duplicates=share)


def test_an_alarm_and_the_words_below_name_the_same_share_of_twins():
    view = replace(collapsed([]), measured=(twins(0.9), twins(1.0)))
    assert [alarm.kind for alarm in alarm_view.lasting(view)] == ["twins"]
    assert "100\xa0%" in alarm_view.lasting(view)[0].saw and "100\xa0%" in remarks.measured_words(view)
    view = replace(view, measured=(*view.measured, twins(0.0)))
    assert alarm_view.lasting(view) == () and "0\xa0%" in remarks.measured_words(view)


def test_an_alarm_that_may_be_passing_says_so():
    [now], [before] = (alarm_view.lasting(collapsed([0.05] * 4 + [0.4] * good)) for good in (0, 1))
    assert alarm_view.PASSING in before.saw and alarm_view.PASSING not in now.saw


def test_an_alarm_shows_its_number_what_shows_it_and_its_cures():
    few = np.random.RandomState(0).randint(0, 256, (9, 4, 4, 3)).astype(np.uint8)
    view = collapsed([0.05] * 4)
    view = replace(view, grids=(*view.grids[:-1], replace(view.grids[-1], images=few)))
    [alarm] = alarm_view.shown(view)
    assert "10\xa0%" in alarm["saw"] and "6 of them" in alarm["shows"]
    assert alarm["cures"].count("<button") == 5 and "does not go flat" in alarm["cures"]
    sure = replace(view, progress=tuple(replace(event, d_accuracy=1.0) for event in view.progress))
    assert "100.0\xa0%" in next(one for one in alarm_view.shown(sure) if one["kind"] == "sure")["shows"]


def test_the_most_alike_are_found():
    images = np.random.RandomState(0).randint(0, 256, (12, 8, 8, 3)).astype(np.uint8)
    images[[2, 5, 7]] = images[9]
    assert all(np.array_equal(image, images[9]) for image in alarm_view.most_alike(images, 4))
    assert len(alarm_view.most_alike(images[:2], 4)) == 2


def test_a_meter_keeps_to_its_scale():
    assert "left:100.0%" in alarm_view.meter(1.7, "a", "b", 0.0)
    assert "left:0.0%" in alarm_view.meter(0.4, "a", "b", 0.5)


def test_a_cure_stops_the_run_and_forks_it(collapsing):
    studio, run = collapsing
    alarm = alarm_view.lasting(studio.runs.view(run))[0]
    asked = {"do": "cure", "run": run, "kind": alarm.kind, "cure": 0}
    watcher = forks.started(studio, asked | {"browser": YOURS})  # a run of its own, and the other goes on
    assert studio.runs.view(run).message == "" and studio.runs.owned(watcher, digest(YOURS))
    studio.runs.stop(watcher)
    fork = forks.started(studio, asked | {"browser": MINE})
    view = studio.runs.view(fork)
    assert (view.parent, view.forked_at, view.config.seconds) == (run, 0, 120.0)
    assert view.config.loss == "non-saturating" and view.config.seed == COLLAPSED.seed
    assert until(studio.runs, run, lambda view: view.over).status == "stopped"
    assert until(studio.runs, fork, begun).training


def test_letting_both_train_again_needs_no_other_run(collapsing):
    studio, run = collapsing
    studio.runs.control(run, Control(only="G", delay=0.1))
    asked = {"do": "cure", "run": run, "kind": "alike", "cure": 0, "browser": MINE}
    with pytest.raises(RunError, match="Only the browser that started"):
        forks.started(studio, asked | {"browser": YOURS})
    assert forks.started(studio, asked) == run
    assert studio.runs.view(run).control == Control(delay=0.1)
    over = replace(studio.runs.view(run), control=Control(only="G"), status="stopped")
    studio.runs._find(run).view = over
    view = studio.runs.view(run)
    offered = alarm_view.lasting(view)[0].cures
    assert [cure.label for cure in offered] == ["Let both train again"]
    assert "one thing changed" not in alarm_view.cures(offered)
    fork = studio.runs.view(forks.started(studio, asked))
    assert fork.parent == run and replace(fork.config, name="", seconds=90) == replace(view.config, name="")


def test_a_cure_that_no_alarm_offers_is_refused(collapsing):
    studio, run = collapsing
    for kind, number in (("by heart", 0), ("alike", 99), ("alike", -1), ("alike", "0")):
        with pytest.raises(ForkError):
            forks.started(studio, {"do": "cure", "run": run, "kind": kind, "cure": number})
        assert studio.runs.view(run).training


# Forks


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_knob_changes_something_and_makes_sense(recipe):
    config = recipe_config(recipe, label="")
    groups = forks.knobs(config, 256)
    keys = [key for _, group in groups for key, _, _ in group]
    assert len(keys) == len(set(keys)) and all(group for _, group in groups)
    assert all(changed(config, changes) != config for _, group in groups for _, _, changes in group)
    assert f"loss={config.loss}" not in keys and "d_lr*0.5" in keys
    assert ("batch=32" in keys) == (config.batch != 32)


def test_knobs_keep_to_the_limits():
    keys = [key for _, group in forks.knobs(CONFIG, 64) for key, _, _ in group]
    assert "batch=32" in keys and "batch=128" not in keys
    assert forks.shown(replace(RUNNING, saved=Saved(9, "m", "/m", 0, (3, 9))), Limits())["steps"] == [0, 3, 9]
    assert forks.shown(replace(RUNNING, started=None), Limits()) is None


def test_a_fork_turns_one_knob_and_may_leave_its_parent_running(studio):
    run = studio.runs.start(CONFIG, owner=digest(MINE))
    until(studio.runs, run, begun)
    asked = {"do": "fork", "run": run, "step": 0, "change": "d_lr*0.5", "seconds": 30, "stop": False,
             "browser": MINE}  # fmt: skip
    fork = train.start_from(studio, run, asked)
    view = studio.runs.view(fork)
    assert (view.config.d_lr, view.config.g_lr, view.config.seconds) == (CONFIG.d_lr / 2, CONFIG.g_lr, 30)
    assert view.status == "waiting" and studio.runs.view(run).training
    assert train.start_from(studio, fork, asked) == fork  # a second press, late
    train.start_from(studio, run, asked | {"stop": True})
    assert until(studio.runs, run, lambda view: view.over).status == "stopped"


def test_a_fork_that_cannot_be_is_a_sentence_and_stops_nothing(studio):
    run = studio.runs.start(CONFIG)
    asked = {"do": "fork", "run": run, "step": 0, "change": "", "seconds": 30, "stop": True}
    for wrong in (
        {"step": 5},
        {"step": -1},
        {"step": "0"},
        {"change": "loss=x"},
        {"seconds": None},
        {"seconds": 10**6},
        {"do": "x"},
        {"seconds": float("nan")},
    ):
        with pytest.raises(gr.Error):
            train.start_from(studio, run, asked | wrong)
        assert studio.runs.view(run).training and studio.runs.view(run).message == ""


def test_a_fork_holds_on_to_the_state_that_it_starts_from(studio):
    run = studio.runs.start(CONFIG)
    state = state_file(studio.runs._folders.states(run), 5)
    state.parent.mkdir(exist_ok=True)
    state.write_bytes(b"weights")
    fork = studio.fork(run, 5, {}, 30)
    state.unlink()  # the parent keeps only some of its states
    assert Path(studio.runs.view(fork).config.start_from).read_bytes() == b"weights"


def test_a_fork_keeps_the_rates_that_were_set_by_hand(studio):
    run = studio.runs.start(CONFIG)
    state = state_file(studio.runs._folders.states(run), 5)
    state.parent.mkdir(exist_ok=True)
    state.write_bytes(b"weights")
    keeps_state(studio, run, 1e-5, 2e-5)
    studio.runs.control(run, Control(g_lr=0.1))  # later than that
    rates = [studio.runs.view(studio.fork(run, step, changes, 30)).config.g_lr
             for step, changes in ((5, {}), (5, {"g_lr": 1e-3}), (0, {}))]  # fmt: skip
    assert rates == [1e-5, 1e-3, CONFIG.g_lr]  # from the start on they are the config's own
    asked = {"do": "fork", "run": run, "step": 5, "change": "g_lr+d_lr*2", "seconds": 30}
    twice = studio.runs.view(forks.started(studio, asked)).config
    assert (twice.g_lr, twice.d_lr) == (2e-5, 4e-5)


def keeps_state(studio, run: str, g_lr: float, d_lr: float):
    """The run has kept a state of step 5, where those learning rates were in force."""
    one = studio.runs._find(run)
    saved = Saved(5, "m", "/m", states=(5,), rates=((g_lr, d_lr),))
    one.view = replace(one.view, saved=saved)


def test_a_run_tells_which_rates_were_in_force_at_each_kept_state(tmp_path):
    config = recipe_config("dcgan", {"feature_maps": 4, "latent_dim": 8}, batch=4, steps=9, seconds=0,
                           device="cpu", measure_images=0, precision="float32")  # fmt: skip
    kept = Keeper(Trainer(config), Places(tmp_path / "m", tmp_path / "states"))
    told = []
    for g_lr in (2e-4, 0.1):
        kept.trainer.change(g_lr=g_lr)
        kept.trainer.step()
        *_, saved = kept.save()
        told.append(saved)
    assert told[0].states == (1,) and told[1].states == (1, 2)
    assert told[1].rates == ((2e-4, 2e-4), (0.1, 2e-4))
    assert RunView("id", config, saved=told[1]).config_at(1).g_lr == 2e-4


def test_a_model_goes_on_only_if_one_is_chosen(studio):
    with pytest.raises(gr.Error, match="Choose a model"):
        train.go_on(studio, "", "", None, 30)
    with pytest.raises(gr.Error, match="kept without its training state"):
        (studio.checkpoints / "m").mkdir()
        train.go_on(studio, "", "", "m", 30)
    run = studio.runs.start(CONFIG)
    assert train.go_on(studio, run, "", "m", 30) == run  # a run goes on: nothing is started beside it
    assert train.goers_on(studio, None, "")["choices"] == []


# Two side by side


def test_two_runs_are_compared(studio):
    a = studio.runs.start(replace(CONFIG, steps=30))
    b = studio.fork(a, 0, {"d_lr": 1e-4, "model": {"feature_maps": 32}}, 20)
    for run in (a, b):
        until(studio.runs, run, begun)
    known = [a, "nonsense", b]
    answer = compare.compared(studio, {"a": a, "b": b, "runs": known})
    mark, choices = answer["parts"]["choices"]
    assert [key for key, _ in choices] == [b, a] and "step 0" in choices[0][1]
    steps = answer["sides"]["a"]["points"]["grids"]["step"]
    assert len(steps) == 30 and len(answer["parts"]["charts"][1]) == 7
    since, have = {"key": a, "steps": {"grids": steps[28]}}, {"choices": mark}
    again = compare.compared(studio, {"a": a, "b": "", "runs": known, "since": {"a": since}, "have": have})
    assert again["sides"]["a"]["points"]["grids"]["step"] == steps[29:]
    assert "b" not in again["sides"] and not again["both"] and again["parts"] == {}
    turned = compare.compared(studio, {"a": b, "runs": known, "since": {"a": since}})
    assert turned["sides"]["a"]["points"]["grids"]["step"][0] == 1  # another run: from its start
    assert list(compare.compared_pictures(studio, {"key": a, "steps": [3, 999]})["pictures"]) == ["3"]


def test_what_no_page_asks_a_comparison_with(studio):
    run = studio.runs.start(CONFIG)
    known, every = [run, run], (7, "x", [7], [[]], {"a": 7}, {"a": []}, True)
    for junk in every:
        for key in ("a", "b", "runs", "since", "have"):
            asked = {"a": run, "b": run, "runs": known} | {key: junk}
            assert "parts" in compare.compared(studio, asked)
    until(studio.runs, run, begun)
    view = studio.runs.view(run)
    for junk in every:
        for key in ("steps", "since"):
            following.past(view, {key: junk})


def test_a_kept_run_can_be_compared_later(studio):
    run = studio.runs.start(replace(CONFIG, steps=12, name="Mine"))
    view = until(studio.runs, run, lambda view: view.over)
    folder = Path(view.saved.path)
    while not (folder / "history.json").is_file():  # written when its process has ended
        time.sleep(0.01)
    back = studio.history(folder.name)
    assert back.progress == view.progress and back.id == folder.name
    assert compare.view_of(studio, f"model:{folder.name}").config.name == "Mine"
    assert compare.found(studio, f"model:{folder.name}", {run: "Mine"}) == run  # not twice
    assert compare.found(studio, "model:x", {run: "Mine"}) == ""
    # it is watched again by its model's name, and steered, forked and cured no more
    asked = {"run": f"model:{folder.name}", "looks": True}
    told = run_apart(following.news(studio, asked))
    parts = {name: value for name, (_, value) in told["parts"].items()}
    assert parts["run"]["model"] == folder.name and parts["stand"]["over"] and told["picture"]
    assert (parts["own"], parts["steer"], parts["fork"], parts["alarms"]) == (False, None, None, [])
    # what another run has left there since is no part of it
    os.utime(folder / "history.json", (1, 1))
    assert compare.view_of(studio, asked["run"]).id == f"{asked['run']}@1000"
    for gone in ("model:x", "model:"):
        assert not run_apart(following.news(studio, {"run": gone}))["run"]


def test_only_fields_that_differ_are_listed():
    a = compare.Side("a", "A", RUNNING)
    other = changed(RUNNING.config, {"d_lr": 4e-4, "name": "x", "model": {"d_batch": "stddev"}})
    b = compare.Side("b", "B", replace(RUNNING, config=other, started=replace(STARTED, config=other)))
    assert [field for field, *_ in compare.differences(a.view.config, other)] == ["d_lr", "d_batch"]
    settled = replace(b.view, started=replace(STARTED, config=replace(other, precision="bfloat16")))
    assert compare.configs(b.view, replace(settled, started=None)) == (other, other)  # it may be
    assert [field for field, *_ in compare.differences(*compare.configs(b.view, settled))] == ["precision"]
    told = replace(other, label="kind")
    gone_on = changed(told, {"model": {"fit": "pad", "cut_bars": True}})
    given = replace(told.model.given, labels=(Label("kind", ("a", "b")),))
    assert compare.differences(told, replace(gone_on, model=replace(gone_on.model, given=given))) == []
    dense = changed(other, {"model": {"network": "mlp", "d_norm": "none", "encoder": False}})
    assert ("stem", "conv", None) in compare.differences(other, dense)
    assert "<td>–</td>" in compare.table(b, replace(b, view=replace(RUNNING, config=dense, started=None)))
    rows = compare.table(a, b)
    assert "0.0002</td><td>0.0004" in rows and rows.count("<tr>") == 3
    assert "same settings" in compare.table(a, a)
    by_hand = replace(RUNNING, control=Control(g_lr=0.05))
    assert "0.0002</td><td>0.05" in compare.table(a, compare.Side("b", "B", by_hand))


def test_both_are_drawn_on_one_axis():
    late = replace(
        RUNNING, started=started(seconds=90.0), grids=(grid(80), grid(88)), progress=(progress(81),)
    )
    over = replace(RUNNING, status="finished")
    assert compare.axis_of(RUNNING, late) == {"start": 0.0, "end": 90.0}
    assert compare.axis_of(late, RunView("w", CONFIG, "waiting")) == {"start": 20.0, "end": 90.0}
    assert compare.lengths(RUNNING, RunView("w", CONFIG, "waiting")) == ""
    assert (
        compare.lengths(over, RUNNING) == "A: 2 s of training, 8 steps. B: 2 s of training so far, 8 steps."
    )
    longer = replace(over, grids=(grid(0), grid(720)))
    assert compare.lengths(over, longer).endswith(
        "B: 180 s of training, 720 steps. Both are shown as they were after 2 s, each by its last picture "
        "until then; move the slider on for what B did later."
    )
    later = replace(longer, grids=(grid(20), grid(720)), progress=longer.progress[:0])
    assert "Both are shown" not in compare.lengths(over, later)  # it begins where the other has ended
    assert compare.axis_of(over, over) == {"start": 0.0, "end": 2.0}  # it ends where it ended


def test_two_runs_share_the_charts_that_both_have():
    shown = compare.charts(RUNNING, RUNNING)
    assert "mean logit" not in [chart.term for chart in shown] and len(shown) == 7
    assert all([line.kind.endswith("other") for line in chart.lines[:2]] == [False, True] for chart in shown)
    assert [line.side for line in shown[0].lines] == ["a", "b"] and shown[0].band
    critic = replace(RUNNING, config=recipe_config("wgan"))
    assert "accuracy" not in [chart.term for chart in compare.charts(RUNNING, critic)]
    assert compare.charts(RUNNING, replace(RUNNING, config=recipe_config("modern")))[0].band is None


# Learnt by heart


def test_flags_are_counted_and_said(studio):
    three = np.repeat(PICTURE, 3, 0)
    shown = nearest.words("Mine.", [(PICTURE[0], three, True), (PICTURE[0], three, False)])
    assert "1 of 2 flagged" in shown and shown.count("⚑") == 1 and shown.count("<img") == 8
    assert "None is flagged" in nearest.words("Mine.", [(PICTURE[0], three, False)])
    run = studio.runs.start(CONFIG)
    assert "20 seconds" in nearest.nearest(studio, {"run": run})["near"]
