"""How soon a run shows its first grid, stops, and gives its slot back when it is killed.

    python tests/bench/run.py

The bounds: 5 s from Start to the first grid, 2 s from Stop to the end of training, 5 s from a kill to a free
slot.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gan.recipes import recipe_config
from gan.runs.queue import Runs
from gan.runs.view import RunView


def until(runs: Runs, run: str, holds) -> float:
    """Seconds until `holds(view)`."""
    begun = time.perf_counter()
    view: RunView = runs.view(run)
    while not holds(view):
        view = runs.wait(run, view.version, 60)
    return time.perf_counter() - begun


def main():
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder))
        for how in ("cold", "warm"):
            run = runs.start(recipe_config("modern", seconds=60))
            with runs.watching(run):
                print(f"{how}: first grid after {until(runs, run, lambda view: view.grids):.1f} s", end="; ")
                until(runs, run, lambda view: view.progress)
                runs.stop(run)
                stopped = until(runs, run, lambda view: not view.training)
                saved = until(runs, run, lambda view: view.over)
                print(f"training ended {stopped:.2f} s after Stop; kept {saved:.1f} s later")
            runs.warm()
            time.sleep(8)  # the spare process is ready by then
        run = runs.start(recipe_config("modern", seconds=60))
        with runs.watching(run):
            until(runs, run, lambda view: view.progress)
            os.kill(runs._runs[run].process._child.pid, signal.SIGKILL)
            print(f"killed: told and free after {until(runs, run, lambda view: view.over):.2f} s")
            print(f"        and says: {runs.view(run).message}")
        runs.close()


if __name__ == "__main__":
    main()
