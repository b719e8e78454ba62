"""What the named directions of the models in the box do.

    python tests/bench/attributes.py [NAME …]            the figures that are kept with the models
    python tests/bench/attributes.py --write [NAME …]    finds them anew and keeps them, with the model cards

For each direction: on which share of 500 fresh seeds 3 σ towards the other side flip its own attribute, as
the classifier of the data sees it, and on which another label changes, in the mean over all others. The
bound: on pixel faces at least six flip theirs on 80 % and change others on less than 15 %.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as app.py has it
sys.path.insert(0, str(Path(__file__).parents[2]))

from gan import checkpoint
from gan.checkpoint.info import SHIPPED
from gan.words import percent

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
BOUND = {"pixel-faces": 6}  # directions that work, at least


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    print("| model | direction | flips | others | works |")
    print("|---|---|---|---|---|")
    for name in args.models or SHIPPED:
        train = checkpoint.read_facts(CHECKPOINTS / name).train
        if not checkpoint.has_names(train.model.given, train.data):
            continue
        find = checkpoint.find_attributes if args.write else checkpoint.read_attributes
        found = find(CHECKPOINTS / name) or []
        for one in found:
            works = "yes" if one.works else ""
            print(f"| {name} | {one.name} | {percent(one.flips)} | {percent(one.others)} | {works} |")
        work = sum(one.works for one in found)
        bound = f", at least {BOUND[name]} asked for" if name in BOUND else ""
        print(f"| {name} | {work} that work{bound} | | | |", flush=True)


if __name__ == "__main__":
    main()
