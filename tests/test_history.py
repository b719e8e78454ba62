"""A run's history beside its model: what is kept comes back, small, and nothing else is believed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from test_runs import CONFIG, STARTED, progress
from test_ui_train import measure

from gan.events import Grid, Saved
from gan.runs import history
from gan.runs.cures import Alarm
from gan.runs.view import Mending, RunView, Spell

MENDS = Mending("One step of G per step of D", "mode collapse", "Mine", 0.98, None)
ALARM = Alarm("alike", "The samples look alike: mode collapse", "They are.", 0.1, ())


def grids(count: int, shape=(9, 8, 8, 3)) -> tuple[Grid, ...]:
    random = np.random.RandomState(0)
    images = [random.randint(0, 256, shape).astype(np.uint8) for _ in range(count)]
    return tuple(Grid(step, step / 4, images[step], 0.5) for step in range(count))


@pytest.fixture
def view(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    return RunView(
        "secret", replace(CONFIG, start_from="/somewhere/9.safetensors"), "finished", started=STARTED,
        progress=tuple(progress(step) for step in range(20)), grids=grids(5), parent="another secret",
        measured=(measure(8, 3.25, lost={"hat": ("cap", "none")}, held_out_gap=0.1), measure(16)),
        fails="mode collapse", mends=MENDS, spells=(Spell(ALARM, 8, 12, 2.0, 3.0),),
        forked_at=7, saved=Saved(19, "mine", str(folder), 16, (3, 9)), message="Finished after 19 steps.",
    )  # fmt: skip


@pytest.mark.parametrize("shape", [(9, 8, 8, 3), (7, 28, 28, 1)])
def test_what_is_kept_comes_back(view, tmp_path, shape):
    view = replace(view, grids=grids(5, shape))
    history.keep(view)
    back = history.load(tmp_path / "mine" / "history.json")
    assert (back.id, back.parent, back.config.start_from) == ("mine", "", "")
    assert back.config == replace(view.config, start_from="")
    for fact in ("status", "message", "progress", "measured", "forked_at", "fails", "mends"):
        assert getattr(back, fact) == getattr(view, fact)
    assert back.spells == (Spell(replace(ALARM, saw="", value=0.0), 8, 12, 2.0, 3.0),)
    assert (back.saved.step, back.saved.best, back.saved.name) == (19, 16, "mine") and back.over
    assert np.array_equal(back.started.real, STARTED.real) and back.started.data_variety == 0.5
    for one, other in zip(back.grids, view.grids, strict=True):
        assert np.array_equal(one.images, other.images) and one.seconds == other.seconds
    text = (tmp_path / "mine" / "history.json").read_text()
    assert "secret" not in text and "/somewhere" not in text
    assert not list((tmp_path / "mine").glob(".*"))


def test_it_stays_small_whatever_the_images(view):
    noise = grids(40, (64, 64, 64, 3))  # a PNG cannot pack it
    history.keep(replace(view, grids=noise))
    path = history.Path(view.saved.path) / history.FILE
    assert path.stat().st_size < 3_000_000
    back = history.load(path)
    assert 2 <= len(back.grids) <= 12 and len(back.grids[0].images) == 36
    assert (back.grids[0].step, back.grids[-1].step) == (0, 39)


def test_an_older_history_says_nothing_of_alarms(view, tmp_path):
    history.keep(view)
    path = tmp_path / "mine" / "history.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({key: record[key] for key in record.keys() - {"fails", "mends", "spells"}}))
    back = history.load(path)
    assert (back.fails, back.mends, back.spells) == ("", None, ()) and back.measured == view.measured


def test_a_run_that_kept_nothing_has_no_history(view, tmp_path):
    history.keep(replace(view, saved=None))
    history.keep(replace(view, saved=replace(view.saved, path=str(tmp_path / "gone"))))
    assert not list(tmp_path.rglob("history.json"))


@pytest.mark.parametrize("spoil", [
    lambda record: record.update(format=99),
    lambda record: record.update(status="running"),
    lambda record: record["config"].update(loss="x"),
    lambda record: record["config"].update(unknown=1),
    lambda record: record["progress"].pop("step"),
    lambda record: record["progress"]["step"].pop(),
    lambda record: record["grids"][0].update(images=record["grids"][0]["images"] | {"shape": [99, 8, 8, 3]}),
    lambda record: record["grids"][0].update(images=record["grids"][0]["images"] | {"shape": [1, 0, 8, 3]}),
    lambda record: record["grids"][0].update(images={"png": "AAAA", "shape": [1, 8, 8, 3]}),
    lambda record: record.pop("saved"),
    lambda record: record.update(started={}),
    lambda record: record["spells"][0].update(first="8"),
    lambda record: record["mends"].pop("run"),
    lambda record: record.update(padding="x" * history.MOST_BYTES),
])  # fmt: skip
def test_a_spoilt_history_is_refused_in_a_sentence(view, tmp_path, spoil):
    history.keep(view)
    path = tmp_path / "mine" / "history.json"
    record = json.loads(path.read_text())
    spoil(record)
    path.write_text(json.dumps(record))
    with pytest.raises(history.HistoryError, match="history of mine cannot be read"):
        history.load(path)
