"""Whose a model is: who finds it in a list, who may delete it, and what its run makes of it in the end."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from test_runs import CONFIG, STARTED, fake_work, grid, over, until
from test_studio import small_trainer

from gan import belonging, checkpoint
from gan.__main__ import main
from gan.belonging import Belongs, digest
from gan.checkpoint import CheckpointError
from gan.checkpoint.hub import push
from gan.checkpoint.sharing import shared
from gan.config import Control
from gan.events import Saved
from gan.limits import Limits
from gan.runs.keeper import Places
from gan.runs.queue import RunError, Runs
from gan.runs.view import RunView, ended_well
from gan.runs.work import Orders, work
from gan.studio import Studio

pytestmark = pytest.mark.usefixtures("forked")
MINE, YOURS = "mine-0123456789abcdef", "yours-0123456789abcdef"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One model of the host's, and some of browsers'; never changed."""
    folder, first = tmp_path_factory.mktemp("kept"), "pixel-faces"
    checkpoint.save_model(folder / first, small_trainer().snapshot())
    for name, belongs in {
        "mine": Belongs(digest(MINE), offered=False), "yours": Belongs(digest(YOURS)),
        "broken-off": Belongs(digest(YOURS), offered=False), "nobodys": Belongs(""),
    }.items():  # fmt: skip
        shutil.copytree(folder / first, folder / name)
        belonging.write(folder / name, belongs)
    return folder


@pytest.fixture
def studio(kept, tmp_path):
    """Of a copy of those."""
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    studio = Studio(tmp_path, "cpu")
    yield studio
    studio.runs.close()


def names(studio, browser=None) -> list[str]:
    return [info.name for info in studio.models(browser)]


def test_the_lists_of_each_browser(studio):
    assert names(studio, MINE)[:2] == ["pixel-faces", "mine"]
    assert set(names(studio, MINE)[2:]) == {"yours", "nobodys"}
    assert set(names(studio, YOURS)[1:3]) == {"yours", "broken-off"} and names(studio, YOURS)[3] == "nobodys"
    assert set(names(studio, "")) == {"pixel-faces", "yours", "nobodys"}
    assert len(names(studio)) == 5  # the host's
    assert studio.info("broken-off").name == "broken-off"  # a link opens it for anyone


@pytest.mark.parametrize("id", ["", "short", "has spaces in its id", "x" * 65, None, 7, ["a"], "mine\n" * 5])
def test_what_is_no_id_owns_nothing(studio, id):
    assert digest(id) == "" and not studio.info("nobodys").belongs.to(id)
    with pytest.raises(CheckpointError, match="isn't yours"):
        studio.delete("nobodys", id)


def test_only_its_browser_deletes_a_model(studio):
    studio.generate("mine", [[0.0] * 16])
    for name in ("yours", "pixel-faces", "nobodys"):
        with pytest.raises(CheckpointError, match="isn't yours"):
            studio.delete(name, MINE)
    studio.delete("mine", MINE)
    assert "mine" not in names(studio) and not (studio.checkpoints / "mine").exists()
    for ask in (studio.directions, lambda name: studio.delete(name, MINE), studio.history, studio.info,
                lambda name: studio.go_on(name, 30), lambda name: studio.copies(name, 2)):  # fmt: skip
        with pytest.raises(CheckpointError, match="no model called mine"):
            ask("mine")
    assert not [key for key in studio.library._loaded._places if key[0] == "mine"]


@pytest.mark.parametrize("name", ["..", ".", "", "../mine", "/etc", None, "mine/", "x/../mine"])
def test_nothing_but_a_model_is_deleted(studio, name):
    with pytest.raises(CheckpointError, match="no model called"):
        studio.delete(name, MINE)
    assert len(names(studio)) == 5


def test_whose_it_is_stays_here(studio):
    folder = studio.checkpoints / "mine"
    assert belonging.FILE not in shared(folder)
    sent = {}

    class Api:
        def create_repo(self, *_, **__):
            return "address"

        def create_commit(self, repo, operations, **_):
            sent.update({one.path_in_repo: one for one in operations})

    push(folder, "me/mine", Api())
    assert checkpoint.MODEL in sent and belonging.FILE not in sent
    text = (folder / belonging.FILE).read_text() + (folder / checkpoint.CONFIG).read_text()
    assert MINE not in text


def test_a_file_that_makes_no_sense_shows_the_model_to_nobody(studio):
    for text in ("{", "[]", '{"hidden": true, "what": 1}'):
        (studio.checkpoints / "yours" / belonging.FILE).write_text(text)
        assert "yours" not in names(studio, YOURS) and "yours" in names(studio)


# The host


def test_the_host_hides_shows_and_deletes(studio, capsys):
    there = ["--checkpoints", str(studio.checkpoints)]
    assert main(["hide", "mine", *there]) == 0 and "mine" not in names(studio, MINE)
    assert main(["models", *there]) == 0
    assert "Hidden: mine" in capsys.readouterr().out
    assert studio.info("mine").belongs.to(MINE)  # it is still its browser's, which may delete it
    assert main(["show", "mine", *there]) == 0 and "mine" in names(studio, MINE)
    assert main(["show", "broken-off", *there]) == 0 and "broken-off" in names(studio, MINE)
    assert main(["hide", "pixel-faces", *there]) == 0 and names(studio, MINE)[0] == "mine"
    assert main(["delete", "yours", *there]) == 0 and not (studio.checkpoints / "yours").exists()
    (studio.checkpoints / "classifiers").mkdir()
    for name in ("nothing", "..", "", "../mine", "classifiers"):
        for command in ("delete", "hide", "show"):
            assert main([command, name, *there]) == 1
            assert "no model called" in capsys.readouterr().err
    assert len(names(studio)) == 3


# Runs


def owned_work(config, places, orders):
    """fake_work, whose model is marked as a real run marks it."""
    for event in fake_work(config, places, orders):
        if isinstance(event, Saved) and places.owner is not None:
            belonging.write(places.model, Belongs(places.owner, offered=False))
        yield event


def test_a_model_in_use_is_not_deleted_and_its_run_hears_of_it_later(tmp_path):
    runs = Runs(tmp_path, Limits(), owned_work)
    try:
        id = runs.start(replace(CONFIG, name="mine"), owner=digest(MINE))
        waits = runs.start(replace(CONFIG, start_from=str(tmp_path / "old" / checkpoint.TRAINING)))
        for folder in ("mine", "mine-last", "old"):
            with pytest.raises(RunError, match="is using this model"):
                runs.let_go(tmp_path / folder)
        runs.stop(waits)
        until(runs, id, lambda view: view.progress)
        runs.stop(id)
        view = until(runs, id, over)
        assert view.saved.name == "mine"
        for process in list(runs._processes):
            process.thread.join(20)
        runs.let_go(tmp_path / "mine")
        assert not runs.view(id).saved and runs.view(id).message.endswith("It has been deleted since.")
        belonging.delete(tmp_path / "mine")
        runs.start(replace(CONFIG, name="mine"))  # the name is free again
    finally:
        runs.close()


@pytest.mark.parametrize("steps, offered", [(50, True), (0, False)])
def test_only_what_ended_well_is_offered_to_others(tmp_path, steps, offered):
    runs = Runs(tmp_path, Limits(), owned_work)
    try:
        id = runs.start(replace(CONFIG, name="mine", steps=steps), owner=digest(MINE))
        if not steps:
            until(runs, id, lambda view: view.progress)
            runs.stop(id)
        until(runs, id, over)
    finally:
        runs.close()  # when its process is buried, too
    assert belonging.read(tmp_path / "mine") == Belongs(digest(MINE), offered=offered)


def view_of(seconds: float, status: str) -> RunView:
    events = (replace(grid(1), seconds=5.0), replace(grid(2), seconds=5.0 + seconds))
    return RunView("a", CONFIG, status, started=STARTED, grids=events, saved=Saved(2, "m", "m"))


@pytest.mark.parametrize("seconds, status, why, well", [
    (30, "stopped", "", True), (4, "stopped", "", False), (30, "stopped", "Nobody had watched it.", False),
    (4, "finished", "", True), (30, "failed", "", False),
])  # fmt: skip
def test_how_a_run_ends_well(seconds, status, why, well):
    view = view_of(seconds, status)
    assert ended_well(view, why) == well
    assert not ended_well(replace(view, saved=None), why)


def test_a_run_marks_its_model_before_anyone_can_see_it(tmp_path, monkeypatch):
    config = replace(small_trainer().config, steps=2, seconds=0, measure_images=0)
    seen = []
    real = checkpoint.save_model
    monkeypatch.setattr(
        "gan.runs.keeper.save_model",
        lambda folder, *rest: (seen.append(belonging.read(folder)), real(folder, *rest)),
    )
    orders = Orders()
    orders.put(Control())
    list(work(config, Places(tmp_path / "mine", owner=digest(MINE)), orders))
    assert seen == [Belongs(digest(MINE), offered=False)]
    list(work(config, Places(tmp_path / "hosts"), orders))
    assert seen[1] == Belongs() and not (tmp_path / "hosts" / belonging.FILE).exists()
    assert json.loads(Path(tmp_path / "mine" / belonging.FILE).read_text())["hidden"] is False
