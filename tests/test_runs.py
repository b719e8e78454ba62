"""Who runs, who waits, and that every end gives the slot back. Processes are real, what they train is not."""

import os
import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gan import belonging, checkpoint, trainer
from gan.belonging import Belongs
from gan.config import Control
from gan.events import Failed, Finished, Grid, Halted, Progress, Saved, Saving, Started
from gan.limits import Limits
from gan.ranges import ConfigError
from gan.recipes import recipe_config
from gan.runs import queue as runs
from gan.runs import view as run_view
from gan.runs import work as running
from gan.runs.alarms import STOOD
from gan.runs.queue import RunError, Runs
from gan.runs.view import RunView, told, until_begun
from gan.system import files
from gan.trainer import Trainer

pytestmark = pytest.mark.usefixtures("forked")
PICTURE = np.zeros((1, 4, 4, 3), np.uint8)
CONFIG = recipe_config("dcgan", seconds=60)
COLLAPSE_STEPS = 200  # of a run that has collapsed
STARTED = Started(CONFIG, "Faces", 10, PICTURE, 0.5)


def started(**changes) -> Started:
    """STARTED by a config that differs so."""
    return replace(STARTED, config=replace(CONFIG, **changes))


def progress(step: int) -> Progress:
    return Progress(step, step * 8, step / 4, 100.0, 1.0, 1.0, 0.6, 0.1, -0.1)


def grid(step: int) -> Grid:
    return Grid(step, step / 4, PICTURE, 0.4)


def fake_work(config, places, orders):
    """Does what its config's name says; the number of its process is the number of images."""
    yield replace(STARTED, config=config, images=os.getpid())
    step = 0
    while not (orders.stopped and config.name != "hang") and step < (config.steps or 10**6):
        step += 1
        yield grid(step)
        yield progress(step)
        time.sleep(0.005)
    yield Halted(step, "stopped" if orders.stopped else "steps")
    yield Saving()
    if config.name == "hang-saving":
        time.sleep(60)
    places.model.mkdir(parents=True)
    yield Saved(step, places.model.name, str(places.model))
    yield Finished(step, step / 4, "stopped" if orders.stopped else "steps")


def collapsing_work(config, places, orders):
    """A run whose samples are alike from its first minute on."""
    yield STARTED
    for step in range(COLLAPSE_STEPS):
        yield replace(grid(step), variety=0.05)
        yield progress(step)
    while not orders.stopped:
        time.sleep(0.005)
    yield from fake_work(replace(config, steps=1), places, orders)


def failing_work(config, places, orders):
    """A run whose samples are alike after half a minute, until it is stopped."""
    yield STARTED
    step = 0
    while not orders.stopped:
        step += 1
        yield progress(step)
        yield replace(grid(step), variety=0.5 if step < 4 * 30 else 0.05)
        time.sleep(0.001)
    yield Halted(step, "stopped")
    yield Finished(step, step / 4, "stopped")


def kept_elsewhere(config, places, orders):
    """Another server has taken the name meanwhile."""
    kept = places.model.with_name("other")
    belonging.write(kept, Belongs(YOURS, offered=False))
    yield Saved(1, "other", str(kept))
    yield Finished(1, 1.0, "time")


@pytest.fixture
def all_runs(tmp_path):
    """Runs that nothing outlives."""
    before = set(threading.enumerate())
    value = Runs(tmp_path, Limits(runs_waiting=2), fake_work)
    yield value
    value.close()
    for thread in (left := set(threading.enumerate()) - before):
        thread.join(10)  # one that has kept its history is a few instructions from its end
    assert not [thread for thread in left if thread.is_alive()]


def until(all_runs: Runs, id: str, what, seconds: float = 180.0) -> RunView:
    """The run's first view for which `what` holds."""
    end, view = time.monotonic() + seconds, all_runs.view(id)
    while not what(view):
        assert time.monotonic() < end, f"still {view.status}, {view.message!r}"
        newer = all_runs.wait(id, view.version, 0.5)
        assert newer.version >= view.version
        view = newer
    return view


def begun(view: RunView) -> bool:
    return bool(view.progress)


def over(view: RunView) -> bool:
    return view.over


def test_a_run_that_is_to_fail_ends_by_itself_once_it_has(tmp_path):
    all_runs = Runs(tmp_path, work=failing_work)
    run = all_runs.start(CONFIG, fails="mode collapse")
    with all_runs.watching(run):
        view = until(all_runs, run, over)
    assert view.status == "stopped" and "It has collapsed: stopped here" in view.message
    [spell] = view.spells
    assert spell.alarm.kind == "alike" and spell.till - spell.since >= STOOD and spell.first < 4 * 40
    all_runs.close()


# What a view is, without any process


def test_a_view_takes_in_events():
    view = RunView("a", CONFIG, status="running")
    for event in (STARTED, grid(0), progress(1), Saved(1, "m", "/m"), Halted(2, "time")):
        view = told(view, event)
    assert (view.started, view.grids[0].step, view.progress[0].step, view.version) == (STARTED, 0, 1, 5)
    assert view.status == "finished" and view.saving and not view.over and not view.training
    view = told(told(view, Saving()), Saved(2, "m", "/m"))
    assert not view.over
    view = told(view, Finished(2, 1.0, "time"))
    assert view.over and view.message == "Finished after 2 steps. The model from step 2 is kept as m."


def test_a_view_saves_in_the_middle_of_a_run():
    view = told(RunView("a", CONFIG, "running"), Saving())
    assert view.saving and view.training
    assert not told(view, Saved(1, "m", "/m")).saving


def test_a_view_knows_how_slow_its_steps_are():
    view = RunView("a", CONFIG, progress=(progress(4),))
    assert view.seconds_a_step == 0
    assert told(view, progress(12)).seconds_a_step == 0.25


def test_a_failure_says_what_is_kept():
    view = told(RunView("a", CONFIG, saved=Saved(7, "m", "/m")), Failed("It broke."))
    assert view.status == "failed" and view.message == "It broke. The model from step 7 is kept as m."


def test_thinning_keeps_the_ends_and_an_even_step():
    events = ()
    for step in range(1000):
        events = run_view.thinned((*events, grid(step)), 50)
    steps = [event.step for event in events]
    assert len(steps) == 50 and (steps[0], steps[-1]) == (0, 999)
    assert max(np.diff(steps)) <= 4 * 1000 / 50


def test_the_last_word_of_a_view():
    assert run_view.last_word(RunView("a", CONFIG, "failed", message="Oh.")) == Failed("Oh.")
    view = RunView("a", CONFIG, "stopped", grids=(grid(4),), progress=(progress(8),))
    assert run_view.last_word(view) == Finished(8, 2.0, "stopped")


# Runs


def test_a_run_from_start_to_end(all_runs):
    id = all_runs.start(replace(CONFIG, steps=3))
    view = until(all_runs, id, over)
    assert view.status == "finished" and view.saved.name == "pixel-faces-dcgan-1"
    assert [g.step for g in view.grids] == [p.step for p in view.progress] == [1, 2, 3]
    assert "3 steps" in view.message


def test_stop_keeps_the_model(all_runs):
    id = all_runs.start(CONFIG)
    until(all_runs, id, begun)
    all_runs.stop(id)
    view = until(all_runs, id, over)
    assert view.status == "stopped" and view.saved


def slow_work(config, places, orders):
    """Steps of four seconds, known to be so, or a save of four seconds in the middle of a run."""
    yield STARTED
    if config.name == "save":
        yield Saving()
    else:
        yield from (progress(1), replace(progress(2), seconds=4.25))
    time.sleep(4)
    if config.name == "save":
        yield Saved(1, places.model.name, str(places.model))
    yield Halted(2, "stopped")
    yield Finished(2, 4.25, "stopped")


@pytest.mark.parametrize("name", ["steps", "save"])
def test_what_is_slow_but_alive_may_end_in_peace(tmp_path, name):
    slow = Runs(tmp_path, Limits(), slow_work)
    id = slow.start(replace(CONFIG, name=name))
    until(slow, id, lambda view: view.saving or len(view.progress) == 2)
    slow.stop(id)
    assert slow.view(id).message == "Stopping …"
    assert "Stopped after 2 steps." in until(slow, id, over).message
    slow.close()


@pytest.mark.parametrize("name", ["hang", "hang-saving"])
def test_what_does_not_stop_is_killed(all_runs, monkeypatch, name):
    monkeypatch.setattr(runs, "SAVE_SECONDS", 0.5)
    id = all_runs.start(replace(CONFIG, name=name))
    pid = until(all_runs, id, begun).started.images
    all_runs.stop(id)  # it hangs for hours
    assert until(all_runs, id, over).status == "stopped"
    assert not Path(f"/proc/{pid}").exists()


def test_a_run_of_which_nothing_is_kept_yet_has_longer_to_stop():
    """On a busy machine its last step and its first model may take a while, and a kill would lose it all."""
    view = replace(RunView("a", CONFIG), status="running")
    assert runs._patience(view) == runs.UNKNOWN_SECONDS < runs.SAVE_SECONDS
    trained = told(told(told(view, STARTED), progress(8)), progress(12))
    assert runs._patience(trained) == runs.SAVE_SECONDS
    kept = replace(trained, saved=Saved(8, "m", "m"))
    assert runs._patience(kept) == runs.STOP_SECONDS < runs.UNKNOWN_SECONDS
    assert runs._patience(replace(kept, saving=True)) == runs.SAVE_SECONDS


def test_a_killed_process_frees_its_slot(all_runs):
    id, following = all_runs.start(CONFIG), all_runs.start(replace(CONFIG, steps=1))
    pid = until(all_runs, id, begun).started.images
    os.kill(pid, signal.SIGKILL)
    view = until(all_runs, id, over)
    until(all_runs, following, lambda view: view.status == "running")
    assert view.status == "failed" and "killed" in view.message and "memory" in view.message


def test_the_line_moves_up(all_runs):
    ids = [all_runs.start(CONFIG) for _ in range(3)]
    assert [all_runs.view(id).place for id in ids] == [0, 1, 2]
    assert [all_runs.view(id).status for id in ids] == ["running", "waiting", "waiting"]
    with pytest.raises(ConfigError, match=r"queue is full \(2 waiting\)"):
        all_runs.start(CONFIG)
    all_runs.stop(ids[1])
    assert all_runs.view(ids[1]).status == "stopped" and "before it began" in all_runs.view(ids[1]).message
    assert all_runs.view(ids[2]).place == 1
    all_runs.stop(ids[0])
    assert until(all_runs, ids[2], begun).place == 0


@pytest.fixture
def impatient(tmp_path):
    """Runs that end soon when nobody watches them."""
    value = Runs(tmp_path, Limits(runs_waiting=2, unwatched_seconds=0.5), fake_work)
    yield value
    value.close()


def test_who_is_watched_stays_and_who_is_not_goes(impatient):
    with ExitStack() as stack:
        watched, alone, late = (impatient.start(CONFIG) for _ in range(3))
        stack.enter_context(impatient.watching(watched))
        view = until(impatient, alone, over)
        assert view.status == "stopped" and "Nobody" in view.message  # in the line already
        until(impatient, late, over)
        assert until(impatient, watched, begun).status == "running"
    assert "Nobody" in until(impatient, watched, over).message


def test_a_page_that_asks_now_and_then_watches(impatient):
    id = impatient.start(CONFIG)
    for _ in range(8):
        impatient.seen(id, "a page")
        impatient.wait(id, 10**9, 0.2)
    assert impatient.view(id).training
    assert "Nobody" in until(impatient, id, over).message


def test_a_page_that_says_goodbye_leaves_a_run_to_the_others(tmp_path):
    patient = Runs(tmp_path, Limits(parted_seconds=0.3), fake_work)
    id = patient.start(CONFIG)
    for page in ("one", "other"):
        patient.seen(id, page)
    patient.parted(id, "one")
    assert patient.wait(id, 10**9, 1.0).training
    patient.parted(id, "other")
    assert "Nobody" in until(patient, id, over).message
    patient.close()


def test_a_run_that_was_left_alone_is_found_by_its_owner(tmp_path):
    patient = Runs(tmp_path, Limits(runs_at_once=2), fake_work)
    first, second = (patient.start(CONFIG, owner="mine") for _ in range(2))
    patient.start(CONFIG, owner="another's")
    assert patient.left_alone("mine") == second
    patient.seen(second, "a page")
    assert patient.left_alone("mine") == first
    patient.parted(second, "a page")
    assert patient.left_alone("mine") == second
    for id in (first, second):
        patient.stop(id)
        until(patient, id, over)
    assert patient.left_alone("mine") == patient.left_alone("") == ""
    patient.close()


def test_an_old_run_is_forgotten(all_runs, monkeypatch):
    monkeypatch.setattr(runs, "KEEP_SECONDS", 0.0)
    id = all_runs.start(replace(CONFIG, steps=1))
    with pytest.raises(RunError, match="no longer known"):
        until(all_runs, id, lambda view: False)


def test_a_spare_process_makes_the_start_quick(all_runs):
    all_runs.warm()
    first = all_runs._spare
    all_runs.warm()
    assert all_runs._spare is first
    id = all_runs.start(replace(CONFIG, steps=1))
    assert all_runs._spare is None and all_runs._runs[id].process is first
    assert until(all_runs, id, over).status == "finished"


def test_a_dead_spare_is_not_used(all_runs):
    all_runs.warm()
    spare = all_runs._spare
    spare.stop()
    spare.thread.join(120)  # it may still be starting
    assert not spare.alive
    id = all_runs.start(replace(CONFIG, steps=1))
    assert until(all_runs, id, over).status == "finished"


def test_events_are_the_whole_stream(all_runs):
    events = list(all_runs.events(all_runs.start(replace(CONFIG, steps=400))))
    assert isinstance(events[0], Started) and events[-1] == Finished(400, 100.0, "steps")
    assert [e.step for e in events if isinstance(e, Progress)] == list(range(1, 401))


def test_closing_the_events_stops_the_run(all_runs):
    id = all_runs.start(CONFIG)
    events = all_runs.events(id)
    next(events)
    events.close()
    assert until(all_runs, id, over).status == "stopped"
    assert isinstance(list(all_runs.events(id))[-1], Finished)


def test_closing_waits_for_what_is_still_being_kept(tmp_path, monkeypatch):
    keeping, going, kept = threading.Event(), threading.Event(), []

    def keep(view):
        keeping.set()
        going.wait(60)
        kept.append(view)

    monkeypatch.setattr(runs, "keep_history", keep)
    closed = Runs(tmp_path, Limits(), fake_work)
    closed.start(replace(CONFIG, steps=1))
    assert keeping.wait(60)
    closing = threading.Thread(target=closed.close)
    closing.start()
    closing.join(2 * runs.TICK)
    assert closing.is_alive()
    going.set()
    closing.join(60)
    assert kept


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"seconds": 601}, "up to|from 1 to 600"),
        ({"seconds": 0, "steps": 5}, "from 1 to 600"),
        ({"batch": 300}, "up to 256"),
        ({"name": "../.."}, "at least one letter"),
        ({"name": "x" * 61}, "at most 60"),
    ],
)
def test_limits_are_held(all_runs, changes, words):
    with pytest.raises(ConfigError, match=words):
        all_runs.start(replace(CONFIG, **changes))


def test_names_are_never_taken_twice(all_runs, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(ConfigError, match="mine already"):
        all_runs.start(replace(CONFIG, name="Mine"))
    all_runs.start(replace(CONFIG, name="Yours"))
    with pytest.raises(ConfigError, match="yours already"):
        all_runs.start(replace(CONFIG, name="yours"))
    names = [all_runs.view(all_runs.start(CONFIG)).config.name for _ in range(2)]
    assert names == ["pixel-faces-dcgan-1", "pixel-faces-dcgan-2"]


def test_an_unknown_run_is_a_sentence(all_runs):
    def first_event(id: str):
        return next(all_runs.events(id))

    for ask in (all_runs.view, all_runs.stop, lambda id: all_runs.wait(id, 0, 0), first_event):
        with pytest.raises(RunError, match="no longer known"):
            ask("nonsense")


def test_after_close_nothing_starts(tmp_path):
    closed = Runs(tmp_path, Limits(), fake_work)
    closed.close()
    closed.warm()
    with pytest.raises(ConfigError, match="closing"):
        closed.start(CONFIG)


# How long it is until a run begins


def queued(seconds: float, at: float | None = None) -> RunView:
    """A run of so many seconds: waiting, or `at` so many of them."""
    view = RunView("a", replace(CONFIG, seconds=seconds))
    if at is None:
        return view
    events = (replace(progress(1), seconds=at),) if at else ()
    return replace(view, status="running", started=started(seconds=seconds), progress=events)


@pytest.mark.parametrize("ahead, slots, seconds", [
    ([], 1, 0), ([queued(120, 0)], 1, 120), ([queued(120, 50)], 1, 70), ([queued(120, 50)], 2, 0),
    ([queued(120, 50), queued(60)], 1, 130), ([queued(120, 50), queued(90, 10), queued(60)], 2, 80),
    ([queued(120, 130)], 1, 0), ([replace(queued(120, 50), control=Control(paused=True))], 1, 70),
    ([replace(queued(120, 50), status="stopped", saving=True), queued(60)], 1, 60),
])  # fmt: skip
def test_how_long_until_a_run_begins(ahead, slots, seconds):
    assert until_begun(ahead, slots) == seconds


def test_a_fork_counts_from_where_it_began():
    view = queued(30, 100)  # went on from another's second 95
    assert replace(view, started=started(seconds=125)).seconds_left == 25
    assert replace(view, started=started(seconds=125), progress=()).seconds_left == 30


@pytest.mark.parametrize("step", [0, 9])
def test_a_fork_has_the_precision_that_its_parent_settled_on(step):
    view = RunView("a", replace(CONFIG, precision="auto"))
    assert view.config_at(step).precision == "auto"
    assert replace(view, started=started(precision="bfloat16")).config_at(step).precision == "bfloat16"


def test_who_waits_is_told_how_long(all_runs):
    first, second, third = (all_runs.start(replace(CONFIG, seconds=60 + k)) for k in range(3))
    until(all_runs, first, begun)
    left = all_runs.until_begun(second)
    assert 0 <= left <= 60 and all_runs.until_begun(third) >= 61 and all_runs.until_begun(first) == 0


# Whose a run is, and how much of everything


MINE, YOURS = "a" * 64, "b" * 64


def test_only_its_own_browser_steers_and_stops_a_run(tmp_path):
    all_runs = shares(tmp_path)
    id = all_runs.start(CONFIG, owner=MINE)
    hosts = all_runs.start(CONFIG)
    for one, by in ((id, YOURS), (id, ""), (hosts, MINE), (hosts, "")):
        with pytest.raises(RunError, match="Only the browser that started this run"):
            all_runs.stop(one, by)
        with pytest.raises(RunError, match="Only the browser that started this run"):
            all_runs.control(one, Control(paused=True), by)
        assert not all_runs.owned(one, by)
    assert all_runs.owned(id, MINE) and all_runs.owned(id, None) and all_runs.view(id).training
    all_runs.control(id, Control(delay=0.1), MINE)
    all_runs.stop(id, MINE)
    assert all_runs.view(id).status == "stopped"
    nobodys = all_runs.start(CONFIG, owner="")
    with pytest.raises(RunError, match="Only the browser"):
        all_runs.stop(nobodys, "")
    all_runs.close()


def test_pages_without_end_are_not_remembered(tmp_path):
    all_runs = shares(tmp_path)
    id = all_runs.start(CONFIG)
    for page in range(1000):
        all_runs.parted(id, f"gone {page}")
        all_runs.seen(id, f"{page}" + "x" * 10_000)
    leases = all_runs._runs[id].leases
    assert len(leases) == runs.MOST_PAGES and max(map(len, leases)) == runs.PAGE_NAME
    assert f"999{'x' * 37}" in leases
    all_runs.close()


def test_a_run_has_an_end_by_the_clock_on_the_wall(tmp_path):
    short = Runs(tmp_path, Limits(run_seconds=0.4, wall_seconds=0.5), fake_work)
    id = short.start(replace(CONFIG, seconds=0.4))
    for paused in (True, False) * 100:  # pauses taken in turns, each of them short
        if not short.view(id).training:
            break
        short.control(id, Control(paused=paused, delay=10.0))
        short.wait(id, 10**9, 0.05)
    assert "in all, pauses included" in until(short, id, over).message
    short.close()


def shares(folder, **limits) -> Runs:
    """Runs that all wait, so that none needs a process."""
    return Runs(folder, Limits(runs_at_once=0, **limits), fake_work)


@pytest.mark.parametrize("limits, words", [
    ({"visitor_runs_going": 2}, "2 of your runs are training or waiting"),
    ({"visitor_runs": 2}, "for each person"),
    ({"address_runs": 2}, "for each network"), ({"server_runs": 2}, "for everybody"),
])  # fmt: skip
def test_starts_have_limits_that_forks_do_not_pass(tmp_path, limits, words):
    some = shares(tmp_path, **limits)
    for parent in ("", "another"):
        some.start(CONFIG, parent, owner=MINE, address="school")
    with pytest.raises(ValueError, match=words):
        some.start(CONFIG, "another", owner=MINE, address="school")
    some.start(CONFIG)  # the host
    some.close()


def test_thirty_pupils_behind_one_address_each_have_their_runs(tmp_path):
    some = shares(tmp_path, visitor_runs=1, runs_waiting=40)
    runs = [some.start(CONFIG, owner=f"{pupil}", address="school") for pupil in range(30)]
    assert all(some.view(run).training for run in runs)
    with pytest.raises(ValueError, match="for each person"):
        some.start(CONFIG, owner="29", address="school")
    some.close()


def test_callers_without_a_browser_leave_places_in_the_line(tmp_path):
    some = shares(tmp_path, visitor_runs_going=2)
    for _ in range(2):
        some.start(CONFIG, owner="", address="somewhere")
    with pytest.raises(ConfigError, match="without a browser"):
        some.start(CONFIG, owner="", address="elsewhere")
    some.start(CONFIG, owner=MINE)
    some.close()


@pytest.mark.parametrize("limits, words", [
    ({"visitor_models": 2}, "2 models here"), ({"server_models": 3}, "keeps 3 models by its visitors"),
])  # fmt: skip
def test_models_kept_have_limits(tmp_path, limits, words):
    some = shares(tmp_path, **limits)
    for name, owner in {"one": MINE, "two": MINE, "three": YOURS, "hosts": None}.items():
        belonging.write(tmp_path / name, Belongs(owner))
    with pytest.raises(ConfigError, match=words):
        some.start(CONFIG, owner=MINE)
    some.start(CONFIG)
    if "visitor_models" in limits:
        some.start(CONFIG, owner=YOURS)
    some.close()


def test_nothing_starts_on_a_full_disk(all_runs, monkeypatch):
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 2**30 - 1}))
    with pytest.raises(files.RoomError, match="almost full"):
        all_runs.start(CONFIG)


def test_a_run_is_known_by_the_folder_that_it_was_kept_in(tmp_path):
    some = Runs(tmp_path, work=kept_elsewhere)
    until(some, some.start(CONFIG, owner=YOURS), over)
    some.close()
    assert belonging.read(tmp_path / "other").offered and not (tmp_path / "other-last").exists()


def test_nothing_starts_where_nothing_can_be_written(all_runs, monkeypatch):
    monkeypatch.setattr(files.os, "access", lambda *_: False)  # whoever is root may write anywhere
    with pytest.raises(files.RoomError, match="can't write"):
        all_runs.start(CONFIG)


def test_ended_runs_are_forgotten_when_their_pictures_are_too_many(all_runs, monkeypatch):
    monkeypatch.setattr(runs, "MOST_OVER", 100)
    first, last = (all_runs.start(replace(CONFIG, steps=3)) for _ in range(2))
    until(all_runs, last, over)
    for process in list(all_runs._processes):
        process.thread.join(120)
    assert list(all_runs._runs) == [last] and first != last


def stuck_work(config, places, orders):
    """A real run whose fourth step does not end; it keeps its model after each one before."""
    running.SAVE_SECONDS, running.SAVE_SHARE, trainer.PROGRESS_SECONDS = 0.0, 1e9, 0.0
    step = Trainer.step

    def slow(one):
        if one.step_count == 3:
            time.sleep(3600)
        step(one)

    Trainer.step = slow
    yield from running.work(config, places, orders)


def test_a_step_too_long_for_stop_is_killed_and_the_last_model_kept(tmp_path):
    model = {"feature_maps": 4, "latent_dim": 8}
    config = recipe_config(
        "dcgan", model, batch=4, precision="float32", device="cpu", measure_images=0, seconds=60
    )
    some = Runs(tmp_path, Limits(), stuck_work)
    id = some.start(config)
    until(some, id, lambda view: view.saved and view.saved.step == 3 and not view.saving)
    some.stop(id)
    view = until(some, id, over)  # its step takes an hour
    assert view.status == "stopped" and "The model from step 3 is kept" in view.message
    some.close()
    assert checkpoint.load_model(Path(view.saved.path), "cpu").facts.train.model.generator.feature_maps == 4
