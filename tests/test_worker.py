"""What happens in the process of a run, and how it ends."""

import errno
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from queue import Queue

import pytest

from gan import checkpoint, trainer
from gan.events import Failed, Finished, Grid, Halted, Measured, NotSaved, Progress, Saved, Saving, Started
from gan.recipes import recipe_config
from gan.runs import keeper
from gan.runs import process as worker
from gan.runs import work as running
from gan.runs.keeper import Places
from gan.runs.process import Process
from gan.runs.view import RunView, told
from gan.runs.work import Orders, work
from gan.system import files
from gan.trainer import Trainer

SMALL = recipe_config(
    "dcgan", {"feature_maps": 4, "latent_dim": 8}, batch=8, steps=12, grid_seconds=0, precision="float32"
)


class StopsAtThe(Orders):
    """Orders that stop a run when they are looked at for the n-th time."""

    def __init__(self, looks: int):
        super().__init__()
        self.looks = looks

    @property
    def stopped(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    @stopped.setter
    def stopped(self, value):
        pass


def kinds(events) -> list[type]:
    """The types, each once, in the order of their first coming."""
    return list(dict.fromkeys(map(type, events)))


def talk(config, places, orders):
    """Prints where events go, says what it sees of its process, and waits for the stop."""
    print("not an event")
    yield Failed(f"nice {os.nice(0)} stdin {os.read(0, 1)!r} threads {config.threads}")
    while not orders.stopped:
        time.sleep(0.01)
    yield Finished(3, 1.0, "stopped")


def fail(config, places, orders):
    yield Saved(1, "a", "b")
    raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to")


def hang(config, places, orders):
    yield Saved(os.getpid(), "a", "b")
    time.sleep(60)


def in_one_go(config, places, orders):
    """A run that is measured and kept at its end alone, however long a busy machine takes for it."""
    running.SAVE_SECONDS = trainer.MEASURE_SECONDS = math.inf
    yield from work(config, places, orders)


class Heard(Queue):
    """A Process whose events, then exit code, are put into this queue."""

    def __init__(self, work, config=SMALL, folder=Path("x")):
        super().__init__()
        self.process = Process(lambda _, event: self.put(event), lambda _, code: self.put(code))
        self.process.begin(work, config, Places(folder))

    def next(self):
        return self.get(timeout=600)  # a run yields to all else on a busy machine


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The events of a whole small run in a process of its own, and its folder."""
    folder = tmp_path_factory.mktemp("models") / "small"
    heard, events = Heard(in_one_go, SMALL, folder), []
    while not isinstance(event := heard.next(), int | None):
        events.append(event)
    return events, event, folder


def test_a_whole_run_tells_and_keeps_everything(whole):
    events, code, folder = whole
    assert code == 0
    told = [kind for kind in kinds(events) if kind is not Progress]  # which takes a quarter of a second
    assert told == [Started, Grid, Measured, Halted, Saving, Saved, Finished]
    assert events[-1].reason == "steps" and events[-1].step == 12
    assert events[-2].name == "small" and events[-2].step == 12
    assert checkpoint.load_model(folder).facts.steps == 12


def test_a_run_in_a_process_is_the_run(whole, tmp_path):
    here = list(work(replace(SMALL, threads=worker.cores()), Places(tmp_path / "m"), Orders()))
    grids = [[e.images for e in events if isinstance(e, Grid)] for events in (whole[0], here)]
    assert (grids[0][0] == grids[1][0]).all()
    assert abs(grids[0][-1].astype(int) - grids[1][-1]).mean() < 1


def test_a_stop_keeps_what_was_learnt(tmp_path):
    config = recipe_config("dcgan", {"feature_maps": 4}, batch=4, grid_seconds=0, precision="float32")
    *_, halted, grid, measured, saving, saved, finished = work(config, Places(tmp_path / "m"), StopsAtThe(2))
    last = [type(event) for event in (halted, grid, measured, saving, saved)]
    assert last == [Halted, Grid, Measured, Saving, Saved]
    assert finished.reason == halted.reason == "stopped"
    assert measured.step == finished.step  # no earlier step passes for the best because only it was measured
    assert checkpoint.load_model(tmp_path / "m").facts.steps == saved.step == finished.step > 0


def test_a_run_stopped_before_its_first_step_keeps_nothing(tmp_path):
    events = list(work(SMALL, Places(tmp_path / "m"), StopsAtThe(0)))
    assert kinds(events) == [Started, Halted, Grid, Finished]
    assert not (tmp_path / "m").exists()


def test_a_long_run_saves_as_it_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "SAVE_SECONDS", 0)
    monkeypatch.setattr(running, "SAVE_SHARE", 1e9)
    config = replace(SMALL, steps=2)
    saved = [e.step for e in work(config, Places(tmp_path / "m"), Orders()) if isinstance(e, Saved)]
    assert len(saved) > 2 and saved == sorted(saved) and saved[-1] == 2


def test_a_name_that_another_server_has_taken_meanwhile_stays_its_own(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m-2").mkdir()
    *_, saved, _ = work(replace(SMALL, steps=1), Places(tmp_path / "m", owner="somebody"), Orders())
    assert (saved.name, Path(saved.path)) == ("m-3", tmp_path / "m-3")
    assert checkpoint.load_model(tmp_path / "m-3").facts.steps == 1
    assert not list((tmp_path / "m").iterdir())


def test_a_good_child_is_niced_apart_and_stops_when_asked():
    heard = Heard(talk)
    expected = f"nice {os.nice(0) + worker.NICENESS} stdin b'' threads {worker.cores()}"
    assert heard.next() == Failed(expected)
    heard.process.stop()
    assert heard.next() == Finished(3, 1.0, "stopped")
    assert heard.next() == 0


def test_what_breaks_is_told_in_a_sentence():
    heard = Heard(fail)
    assert isinstance(heard.next(), Saved)
    assert heard.next() == Failed("The memory ran out; a smaller batch or image size needs less.")


def test_a_killed_process_is_noticed():
    heard = Heard(hang)
    pid = heard.next().step
    os.kill(pid, signal.SIGKILL)
    assert heard.next() == -9
    heard.process.stop()  # too late, and harmless


def test_a_spare_process_can_go_unused():
    ends = Queue()
    process = Process(lambda *_: None, lambda _, code: ends.put(code))
    process.stop()
    assert ends.get(timeout=120) == 0
    process.thread.join(120)
    assert not process.alive


def test_a_parents_death_ends_the_child():
    code = "import test_worker as t; h = t.Heard(t.hang); print(h.next().step, flush=True); h.next()"
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=paths) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert _gone(pid, 5), "the child outlived its parent"


def _gone(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z":
                return True
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    "error, words",
    [
        (MemoryError(), "memory ran out"),
        (RuntimeError("CUDA out of memory. Tried"), "memory ran out"),
        (checkpoint.CheckpointError("No such model."), "No such model."),
        (KeyError("x"), "the server's log"),
    ],
)
def test_sentences(error, words):
    assert words in worker.sentence(error)


def test_a_full_disk_ends_no_run_but_what_it_keeps(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "SAVE_SECONDS", 0)
    monkeypatch.setattr(running, "SAVE_SHARE", 1e9)
    room = iter([10**12, 10**12])  # for the first save: its model, and its state to fork from

    def usage(_):
        return type("Usage", (), {"free": next(room, 0)})

    monkeypatch.setattr(files.shutil, "disk_usage", usage)
    config, places = replace(SMALL, steps=3), Places(tmp_path / "m", tmp_path / "states", free=2**30)
    view = RunView("id", config, status="running")
    for event in work(config, places, Orders()):
        view = told(view, event)
        if isinstance(event, NotSaved) and view.training:
            assert view.message == keeper.FULL and not view.saving
    assert view.status == "finished" and view.over and view.saved.step == 0
    assert view.message.endswith(f"is kept as m. {keeper.FULL}")
    assert checkpoint.load_model(tmp_path / "m").facts.steps == 0


@pytest.mark.parametrize(("number", "words"), [
    (errno.ENOSPC, keeper.FULL), (errno.EROFS, keeper.SHUT), (errno.EACCES, keeper.SHUT),
])  # fmt: skip
def test_a_disk_without_a_byte_is_told_likewise(tmp_path, monkeypatch, number, words):
    def full(path, content):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "write", full)
    *_, halted, saving, unsaved, finished = work(SMALL, Places(tmp_path / "m"), Orders())
    assert (type(halted), type(saving), unsaved, type(finished)) == (
        Halted, Saving, NotSaved(words), Finished)  # fmt: skip
    assert list(tmp_path.iterdir()) == []  # not even a folder of its name


def test_a_disk_that_fills_takes_no_model_away_and_leaves_no_half_one(tmp_path, monkeypatch):
    model, last, write = tmp_path / "m", tmp_path / "m-last", files.write
    (tmp_path / "n").mkdir()  # of somebody else

    def full(path, content):
        if path.parent == last:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    monkeypatch.setattr(files, "write", full)
    kept = keeper.Keeper(Trainer(SMALL), Places(model, owner="someone"))
    assert isinstance(list(kept.save())[-1], Saved) and model.is_dir()
    kept.measured(1.0)
    kept.measured(9.0)
    assert list(kept.save(last_too=True))[-1] == NotSaved(keeper.FULL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m", "n"]
    assert checkpoint.load_model(model).facts.steps == 0
    monkeypatch.setattr(files, "write", write)
    saved = list(kept.save(last_too=True))[-1]
    assert isinstance(saved, Saved) and last.is_dir() and saved.last == last.name
    another = keeper.Keeper(Trainer(SMALL), Places(tmp_path / "n", owner="someone"))
    (tmp_path / "n-2-last").mkdir()  # of somebody else, too
    another.measured(1.0)
    another.measured(9.0)
    assert [event.last for event in another.save(last_too=True) if isinstance(event, Saved)] == [""]


def test_a_disk_with_room_again_is_told_too():
    view = told(RunView("id", SMALL, status="running"), NotSaved(keeper.FULL))
    assert view.message == view.unsaved == keeper.FULL
    view = told(view, Saved(1, "m", "m"))
    assert view.message == view.unsaved == ""
