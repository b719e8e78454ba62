"""How long it takes to find a picture in a model's latent space, and how near that comes.

    python tests/bench/inversion.py [NAME …]

Seconds of the processor on one thread, for the first picture of a model (which draws the samples) and for the
next; the error in grey levels of a held-out real image, of one of the model's own and of another kind. The
bound: under 20 seconds at 32 pixels.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as app.py has it
sys.path.insert(0, str(Path(__file__).parents[2]))

from gan.studio import Studio

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


def main():
    studio = Studio(CHECKPOINTS, "cpu")
    print("| model | samples | first | next | real | own | another |")
    print("|---|---|---|---|---|---|---|")
    for name in sys.argv[1:] or [info.name for info in studio.generators()]:
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


if __name__ == "__main__":
    main()
