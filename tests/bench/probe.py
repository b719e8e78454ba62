"""What a straight line reads off D's features: a linear probe of each model, label by label.

    python tests/bench/probe.py [NAME …]

Shares of held-out pictures that it gets right: always with the commonest answer, off the pixels, off the
features of a discriminator of the same shape before its first step, and off the model's.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as app.py has it
sys.path.insert(0, str(Path(__file__).parents[2]))

from gan.studio import Studio
from gan.words import label_words, percent

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


def main():
    studio = Studio(CHECKPOINTS, "cpu")
    print("| model | label | commonest | pixels | untrained D | D |")
    print("|---|---|---|---|---|---|")
    for name in sys.argv[1:] or [info.name for info in studio.generators()]:
        for row in studio.read_off(name):
            shares = map(percent, (row.commonest, row.pixels, row.untrained, row.trained))
            print(f"| {name} | {label_words(row.label)} | {' | '.join(shares)} |", flush=True)


if __name__ == "__main__":
    main()
