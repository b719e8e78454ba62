"""Training on a Space with ZeroGPU: in a fork whose memory is lost; stopped, killed and refused."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest
from serving import ROOT
from spaces_stand_in import Lending, request
from test_runs import over
from test_runs import until as until_late

from gan import checkpoint
from gan.config import Control
from gan.limits import Limits
from gan.recipes import recipe_config
from gan.runs import zero
from gan.runs.queue import Runs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="ZeroGPU is Linux")
SMALL = {"feature_maps": 4, "latent_dim": 8}
CONFIG = recipe_config("dcgan", SMALL, batch=8, precision="float32", device="cpu", seconds=60, name="lent")


until = partial(until_late, seconds=180)  # a fork takes its share of a busy machine


@pytest.fixture
def lending():
    return Lending()


@pytest.fixture
def runs(tmp_path, lending):
    runs = Runs(tmp_path, Limits(), process=zero.processes(lending.GPU))
    yield runs
    runs.close()


def trains(view) -> bool:
    return len(view.progress) > 0


def test_a_run_trains_in_the_fork_and_its_model_comes_back(runs, lending, tmp_path):
    assert lending.marked == ["lend"]
    request.set("ann's")
    id = runs.start(replace(CONFIG, seconds=2))
    request.set(None)
    view = until(runs, id, over)
    assert view.status == "finished" and view.saved.path == str(tmp_path / "lent"), view.message
    assert lending.asked == [(2 + zero.AROUND_SECONDS, "ann's")]
    kept = checkpoint.load_model(tmp_path / "lent", "cpu")
    assert 0 < kept.facts.steps <= view.saved.step  # the best, or the last
    assert runs.state(id, view.states[-1]).is_file()
    assert checkpoint.load_training(tmp_path / "lent").step == view.saved.step


def test_it_is_steered_and_stopped_from_outside(runs, tmp_path):
    id = runs.start(CONFIG)
    until(runs, id, trains)
    runs.control(id, Control(paused=True))
    until(runs, id, lambda view: view.paused_at)
    runs.control(id, Control())
    runs.stop(id)
    assert until(runs, id, over).status == "stopped"
    assert checkpoint.read_facts(tmp_path / "lent").steps > 0


def test_a_killed_one_is_told_and_its_slot_is_free(runs):
    id = runs.start(CONFIG)
    until(runs, id, trains)
    next(iter(runs._processes)).kill()
    assert until(runs, id, over).status == "failed"
    second = runs.start(replace(CONFIG, seconds=1, name="next"))
    assert until(runs, second, over).status == "finished"


def test_a_gpu_that_is_not_lent_is_a_sentence(runs, lending):
    lending.refuses = "You have exceeded your free GPU quota"
    view = until(runs, runs.start(CONFIG), over)
    assert view.status == "failed" and "exceeded your free GPU quota. Try a shorter run" in view.message


def test_files_are_sent_once_and_the_dropped_ones_are_dropped(tmp_path):
    (tmp_path / "states").mkdir()
    (tmp_path / "states" / "1").write_bytes(b"1")
    known = {}
    assert zero._changes(tmp_path, known) == {"states/1": b"1"}
    (tmp_path / "states" / "1").rename(tmp_path / "states" / "2")
    assert zero._changes(tmp_path, known) == {"states/2": b"1", "states/1": None}
    assert zero._changes(tmp_path, known) == {}


def test_on_a_space_with_zerogpu_sliders_are_on_the_cpu_and_runs_are_lent_the_gpu(tmp_path):
    """As the Space starts: `spaces` before torch, and something marked before the launch."""
    (tmp_path / "spaces.py").write_text(
        "import sys; assert 'torch' not in sys.modules\nfrom spaces_stand_in import Lending\n"
        "lending = Lending(); GPU = lending.GPU\n"
    )
    code = ("import app, spaces, torch; torch.cuda.is_available = lambda: True\n"
            "from gan.studio import Studio; studio = Studio(app.options.MODELS)\n"
            "print(studio.device, spaces.lending.marked)")  # fmt: skip
    path = os.pathsep.join(map(str, (tmp_path, ROOT / "tests", ROOT)))
    environment = os.environ | {"SPACES_ZERO_GPU": "true", "PYTHONPATH": path, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "cpu ['lend']", done.stderr[-2000:]
