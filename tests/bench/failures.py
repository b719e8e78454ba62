"""What the runs that fail on purpose come to, when an alarm tells, and whether each cure on offer helps.

    python tests/bench/failures.py [--data pixel_faces] [--seconds 60]

First a healthy run after so many seconds, by the modern baseline, for comparison. Then each failure, until it
ends itself: the share of near-duplicates among its samples, how sharp they are (the mean difference of
neighbouring pixels, in parts of the data's), and its first alarm. Then each cure of that alarm, up to 120
seconds, until the page would call it mended: no alarm for a while, and none of what it was for.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from gan.config import TrainConfig
from gan.data import load
from gan.recipes import FAILURES, failing_config, recipe_config
from gan.runs.alarms import Alarm, alarms, healthy_step, mended
from gan.runs.view import RunView
from gan.studio import DataInfo, Studio

SECONDS = 120  # for a cure
HEALTHY = "modern"


class Bench:
    def __init__(self, folder: Path, data: DataInfo, seconds: float):
        self.studio, self.data, self.seconds = Studio(folder, "cpu"), data, seconds
        self.sharp = sharpness(load(data.name).train.images[:1000])

    @contextmanager
    def running(self, run: str) -> Iterator[str]:
        with self.studio.runs.watching(run):
            yield run
        self.studio.runs.stop(run)

    def until(self, run: str, holds: Callable[[RunView], object]) -> tuple[RunView, float]:
        """The run as soon as `holds(view)`, or as it ended, and the seconds that took."""
        begun, view = time.perf_counter(), self.studio.runs.view(run)
        while not (holds(view) or view.over):
            view = self.studio.runs.wait(run, view.version, 60)
        return view, time.perf_counter() - begun

    def start(self, config_of: Callable[..., TrainConfig], what: str, fails: str = "") -> str:
        model = {"image_size": self.data.image_size, "channels": self.data.channels}
        return self.studio.start(config_of(what, model, data=self.data.name, seconds=180), fails=fails)

    def told(self, title: str, view: RunView):
        twins, sharp = view.measured[-1].duplicates, sharpness(view.grids[-1].images) / self.sharp
        print(f"{title} after {view.measured[-1].seconds:.0f} s: {twins:.0%} near-duplicates, variety "
              f"{share(view):.0%} and sharpness {sharp:.0%} of the data's", flush=True)  # fmt: skip

    def fail(self, failure: str):
        with self.running(self.start(failing_config, failure, failure)) as run:
            view, took = self.until(run, alarms)
            print(f"{failure}: alarm after {took:.0f} s: {titles(alarms(view)) or 'none'}", flush=True)
            view, _ = self.until(run, lambda view: view.over)
            self.told(failure, view)
        for cure in first.cures if (first := next(iter(alarms(view)), None)) else ():
            with self.running(self.studio.fork(run, healthy_step(view), cure.changes, SECONDS)) as cured:
                cured_view, took = self.until(cured, mended)
                self.told(f"  {cure.label}", cured_view)
                how = "mended" if mended(cured_view) else "not mended"
                left = titles(alarms(cured_view)) or "none"
                print(f"    {how} after {took:.0f} s, alarms left: {left}", flush=True)


def grown(view: RunView, seconds: float) -> bool:
    return bool(view.measured) and view.measured[-1].seconds >= seconds


def titles(found: tuple[Alarm, ...]) -> str:
    return ", ".join(alarm.title for alarm in found)


def share(view: RunView) -> float:
    """The samples' variety, in parts of the data's."""
    return view.grids[-1].variety / view.started.data_variety if view.started and view.grids else 0.0


def sharpness(images: np.ndarray) -> float:
    """Mean difference of neighbouring pixels of images (n, h, w, c) uint8, in levels."""
    x = images.astype(np.float32)
    return float(np.abs(np.diff(x, axis=1)).mean() + np.abs(np.diff(x, axis=2)).mean()) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="pixel_faces")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", choices=list(FAILURES))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = next(info for info in Studio(Path(folder), "cpu").datasets() if info.name == args.data)
        bench = Bench(Path(folder), data, args.seconds)
        with bench.running(bench.start(recipe_config, HEALTHY)) as run:
            view, _ = bench.until(run, lambda view: grown(view, args.seconds))
            bench.told("a healthy run", view)
        for failure in [args.only] if args.only else FAILURES:
            bench.fail(failure)
        bench.studio.runs.close()


if __name__ == "__main__":
    main()
