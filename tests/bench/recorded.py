"""Records the run that Train shows before anyone has started one of their own.

    python tests/bench/recorded.py [--seconds 120]

The default recipe on the default data, with fewer feature maps, so that its training state is small enough
to come in the box: who wants can go on with it. It takes all cores; the model, its history and its
training state go to checkpoints/first-run.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gan import belonging, checkpoint
from gan.recipes import DEFAULT_RECIPE, recipe_config
from gan.runs import history
from gan.studio import RECORDED, Studio

MAPS = 24
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
        studio.runs.close()
        kept = Path(place) / RECORDED
        record = json.loads((kept / history.FILE).read_text())
        record["message"] = MESSAGE.format(seconds=asked.seconds, cores=len(os.sched_getaffinity(0)))
        (kept / history.FILE).write_text(json.dumps(record))
        belonging.write(kept, belonging.Belongs(hidden=True))
        shutil.rmtree(ROOT / "checkpoints" / RECORDED, ignore_errors=True)
        shutil.copytree(kept, ROOT / "checkpoints" / RECORDED)
    for file in sorted((ROOT / "checkpoints" / RECORDED).iterdir()):
        print(f"{file.stat().st_size:>12,} {file.name}")
    print(checkpoint.read_facts(ROOT / "checkpoints" / RECORDED).steps, "steps")


if __name__ == "__main__":
    main()
