"""How well twenty marks teach a slider: what the page says of it, and what is true.

    python tests/bench/taught.py [--model pixel-faces] [--marks 10]

Somebody marks what the data's classifier sees, so many pictures that have an attribute and as many that have
not. Printed for each attribute: how often the classifier that was taught agrees with the teacher, on either
side alike, for three strengths of its ridge; on how many images the slider flips it and others, as the page
says; and as the teacher sees it, on seeds that had no part in it.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as app.py has it
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np

from gan.latent import seeds_to_z
from gan.measure import attributes, features, taught
from gan.studio import Studio
from gan.ui.explore.teach import FIRST, SECONDS

RIDGES = (0.03, 0.3, 3.0)
KNOWN, MARKED, FRESH = 2000, 240, range(60_000, 60_300)
LEAST = 0.1  # of the images that have it, or lack it


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="pixel-faces", help="one that makes its images out of z, not of w")
    parser.add_argument("--marks", type=int, default=10, help="on either side")
    asked = parser.parse_args()
    studio = Studio(ROOT / "checkpoints", "cpu")
    info = studio.info(asked.model)

    def images(seeds):
        return studio.generate(asked.model, seeds_to_z(seeds, info.latent_dim))

    known = features.features(info.data, images(range(KNOWN)))
    truth = features.labels(info.data, images(range(KNOWN)))
    seeds = range(FIRST, FIRST + MARKED)
    pictures = studio.taught_by(asked.model, seeds)
    seen, shown = features.features(info.data, pictures), features.labels(info.data, pictures)
    fresh = seeds_to_z(FRESH, info.latent_dim)
    before = features.labels(info.data, studio.generate(asked.model, fresh))
    rows = []
    print(f"{'':20}{'agrees, by ridge':24}{'flips':>7}{'others':>8}{'truly':>8}{'others':>8}")
    for one in attributes.attributes(features.columns(info.data)):
        has, there = one.of(shown), one.of(truth)
        chosen = np.concatenate([np.flatnonzero(has)[: asked.marks], np.flatnonzero(~has)[: asked.marks]])
        if not LEAST < there.mean() < 1 - LEAST or len(chosen) < 2 * asked.marks:
            continue
        agrees = [_agrees(seen[chosen], has[chosen], known, there, ridge) for ridge in RIDGES]
        marks = {seeds[k]: bool(has[k]) for k in chosen}
        try:
            slider = studio.teach(asked.model, marks, "taught", SECONDS)
        except ValueError as error:
            print(f"{one.name:20}{error}")
            continue
        had = one.of(before)
        moved = fresh + np.where(had, -attributes.STEP, attributes.STEP)[:, None] * slider.vector
        after = features.labels(info.data, studio.generate(asked.model, moved.astype(np.float32)))
        truly = (one.of(after) != had).mean(), np.delete(after != before, one.column, 1).mean()
        rows.append([*agrees, slider.flips, slider.others, *truly])
        print(_row(one.name, rows[-1]), flush=True)
    print(_row("mean", np.mean(rows, 0)))
    return 0


def _agrees(marked, has, known, there, ridge: float) -> float:
    says = taught.learn(marked, has, known[: taught.SURROUNDING], ridge)(known) > 0
    return (says[there].mean() + (~says[~there]).mean()) / 2


def _row(name: str, figures) -> str:
    a, b, c, *rest = figures
    return f"{name:20}{a:<8.2f}{b:<8.2f}{c:<8.2f}" + "".join(f"{one:>8.0%}" for one in rest)


if __name__ == "__main__":
    raise SystemExit(main())
