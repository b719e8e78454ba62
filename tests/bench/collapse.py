"""How soon a run that fails on purpose raises an alarm, and how soon the first cure helps.

    python tests/bench/collapse.py [--data pixel_faces]

The bounds on two cores: 60 s from the start to the alarm, 120 s from the cure until the samples are more than
half as varied as the data and no alarm is left.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from gan.recipes import collapse_config
from gan.runs.alarms import VARIETY, alarms, healthy_step
from gan.runs.view import RunView
from gan.studio import Studio


def until(studio: Studio, run: str, holds) -> tuple[RunView, float]:
    """The run as soon as `holds(view)`, or as it ended, and the seconds that took."""
    begun, view = time.perf_counter(), studio.runs.view(run)
    while not (holds(view) or view.over):
        view = studio.runs.wait(run, view.version, 60)
    return view, time.perf_counter() - begun


def share(view: RunView) -> float:
    """The samples' variety, in parts of the data's."""
    return view.grids[-1].variety / view.started.data_variety if view.started and view.grids else 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="pixel_faces")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder), "cpu")
        data = next(info for info in studio.datasets() if info.name == args.data)
        model = {"image_size": data.image_size, "channels": data.channels}
        run = studio.start(collapse_config(model, data=args.data, seconds=180))
        with studio.runs.watching(run):
            view, took = until(studio, run, alarms)
            print(f"alarm after {took:.1f} s: {', '.join(alarm.title for alarm in alarms(view)) or 'none'}")
            if not alarms(view):
                studio.runs.close()
                raise SystemExit(1)
            cure = alarms(view)[0].cures[0]
            cured = studio.fork(run, healthy_step(view), cure.changes, 120)
            studio.runs.stop(run)
        with studio.runs.watching(cured):
            view, took = until(studio, cured, lambda view: share(view) > VARIETY and not alarms(view))
            print(f"{cure.label}: variety {share(view):.0%} of the data's after {took:.1f} s; alarms left: "
                  f"{', '.join(alarm.title for alarm in alarms(view)) or 'none'}")  # fmt: skip
        studio.runs.close()


if __name__ == "__main__":
    main()
