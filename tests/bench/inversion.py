"""How long it takes to find a picture in a model's latent space, and how near that comes.

    python tests/bench/inversion.py [NAME …] [--write]

Seconds of the processor on one thread, for the first picture of a model (which draws the samples) and for the
next; the error in grey levels of a held-out real image, of one of the model's own and of another kind. The
bound: under 20 seconds at 32 pixels. --write puts the errors into the models' cards.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as app.py has it
sys.path.insert(0, str(Path(__file__).parents[2]))

from gan import checkpoint
from gan.studio import Studio

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a model; all of them without this")
    parser.add_argument("--write", action="store_true", help="the errors into the models' cards")
    asked = parser.parse_args()
    studio = Studio(CHECKPOINTS, "cpu")
    print("| model | samples | first | next | real | own | another |")
    print("|---|---|---|---|---|---|---|")
    for name in asked.names or [info.name for info in studio.generators()]:
        image, seconds = studio.examples(name, "real", 1)[0], []
        for _ in range(2):
            begun = time.thread_time()
            found = studio.invert(name, image)
            seconds.append(time.thread_time() - begun)
        own, another = (list(studio.reached(name, kind))[-1].error for kind in ("own", "another"))
        print(
            f"| {name} | {found.samples:,} | {seconds[0]:.1f} s | {seconds[1]:.1f} s | {found.error:.1f} "
            f"| {own:.1f} | {another:.1f} |",
            flush=True,
        )
        if asked.write:
            write(CHECKPOINTS / name, (found.error, own, another))


def write(folder: Path, errors: tuple[float, ...]):
    """Into config.json, of whatever format it is, and onto the card."""
    path = folder / checkpoint.CONFIG
    path.write_text(json.dumps(json.loads(path.read_text()) | {"search": errors}, indent=2))
    checkpoint.write_card(folder, checkpoint.read_facts(folder))


if __name__ == "__main__":
    main()
