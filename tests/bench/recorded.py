"""Records the run that Train shows before anyone has started one of their own.

    python tests/bench/recorded.py [--seconds 120]

The default recipe on the default data, with fewer feature maps, so that its training state is small enough
to come in the box: who wants can go on with it. It takes all cores; the model, its history, its training
state and a few moments of its training go to checkpoints/first-run.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gan import checkpoint
from gan.measure import features
from gan.recipes import DEFAULT_RECIPE, recipe_config
from gan.runs import history
from gan.studio import RECORDED, Studio

MAPS = 16
MOMENTS = 4  # of its training, at most, which Explore and Judge go back to
IMAGES = 2000  # that it is measured by
COMMAND = "python tests/bench/recorded.py"
TITLE = "Pixel faces, two minutes"
MESSAGE = (
    "This run was recorded: {seconds:.0f} seconds on {cores} cores. Watch it, go on with it, or press Start "
    "for one of your own."
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        studio = Studio(Path(place), "cpu")
        config = recipe_config(DEFAULT_RECIPE, {"feature_maps": MAPS}, seconds=asked.seconds, name=RECORDED)
        run = studio.start(config)
        for event in studio.runs.events(run):
            print(type(event).__name__, getattr(event, "step", ""), flush=True)
        kept = Path(place) / RECORDED
        for step in _spread(studio.runs.view(run).states):
            checkpoint.save_moment(kept, checkpoint.load_state(studio.runs.state(run, step)))
        studio.runs.close()
        record = json.loads((kept / history.FILE).read_text())
        record["message"] = MESSAGE.format(seconds=asked.seconds, cores=len(os.sched_getaffinity(0)))
        (kept / history.FILE).write_text(json.dumps(record))
        described(kept)
        shutil.rmtree(ROOT / "checkpoints" / RECORDED, ignore_errors=True)
        shutil.copytree(kept, ROOT / "checkpoints" / RECORDED)
    for file in sorted((ROOT / "checkpoints" / RECORDED).iterdir()):
        print(f"{file.stat().st_size:>12,} {file.name}")
    print(checkpoint.read_facts(ROOT / "checkpoints" / RECORDED).steps, "steps")


def described(folder: Path):
    """Writes the facts of the model anew: its title, the command, and what it comes to."""
    seen = checkpoint.sample(checkpoint.load_model(folder), range(IMAGES))
    facts = checkpoint.read_facts(folder)
    metrics = features.evaluate(seen, facts.train.data)
    checkpoint.write_facts(folder, replace(facts, title=TITLE, command=COMMAND, metrics=metrics))


def _spread(steps: tuple[int, ...]) -> list[int]:
    """Some of them, the first among them; the last is the model itself, or next to it."""
    return list(steps[:-1][:: -(-len(steps) // MOMENTS)])


if __name__ == "__main__":
    main()
