"""What it gains to be told the labels: the default recipe beside the modern baseline, which is told none.

    python tests/bench/default.py [--data pixel_faces,emoji] [--seeds 3] [--seconds 200]
    python tests/bench/default.py --table       measure nothing, print the table
    python tests/bench/default.py --write       put it into the README

Each run is one of family.py's: a process of its own, one thread, so many seconds of the processor, and then
2,000 images against held-out ones in the features of the data's own classifier. A result goes into
default.json at once, and what is there is not done again.
"""

import argparse
import json

import kept
from family import HERE, SIZES, outcome
from quality import BASELINE, median

from gan.data.registry import INFOS
from gan.recipes import DEFAULT_RECIPE

RESULTS = HERE / "default.json"
START, END = "<!-- default: start -->", "<!-- default: end -->"


def table(seconds: float) -> str:
    """Markdown: a row for each data set, with medians over the seeds."""
    lines = [
        "| data | the modern baseline: Fréchet | coverage | told the labels: Fréchet | coverage "
        "| share of its distance | seeds |",
        "|---|---|---|---|---|---|---|",
    ]
    for data in SIZES:
        plain, told = (of(recipe, data, seconds) for recipe in (BASELINE, DEFAULT_RECIPE))
        if not (plain and told):
            continue
        distances = [median(found, "frechet") for found in (plain, told)]
        cells = [f"{median(found, name):.2f}" for found in (plain, told) for name in ("frechet", "coverage")]
        share, seeds = distances[1] / distances[0], min(len(plain), len(told))
        lines.append(f"| {INFOS[data].title} | {' | '.join(cells)} | {share:.2f} | {seeds} |")
    return "\n".join(lines) + "\n"


def of(recipe: str, data: str, seconds: float) -> list[dict]:
    """The results of all seeds."""
    return [result for key, result in kept.read(RESULTS).items()
            if key.startswith(f"{recipe}|{data}|") and key.endswith(f"|{seconds:g}")]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=",".join(SIZES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=200)
    parser.add_argument("--table", action="store_true", help="measure nothing, print the table")
    parser.add_argument("--write", action="store_true", help="measure nothing, put the table into the README")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        recipe, data, seed, seconds = args.one.split("|")
        print(json.dumps(outcome(recipe, data, {}, seed=int(seed), seconds=float(seconds))))
    elif args.write:
        kept.into_readme(table(args.seconds), START, END)
    elif args.table:
        print(table(args.seconds))
    else:
        keys = [f"{recipe}|{data}|{seed}|{args.seconds:g}" for seed in range(args.seeds)
                for data in args.data.split(",") for recipe in (BASELINE, DEFAULT_RECIPE)]  # fmt: skip
        kept.make(__file__, keys, RESULTS)
        print(table(args.seconds))


if __name__ == "__main__":
    main()
