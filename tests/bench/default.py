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
import os
import statistics
import subprocess
import sys

from family import HERE, README, ROOT, SIZES, outcome
from quality import BASELINE

from gan.data.registry import INFOS
from gan.recipes import DEFAULT_RECIPE

RESULTS = HERE / "default.json"
START, END = "<!-- default: start -->", "<!-- default: end -->"


def run_all(sets: list[str], seeds: int, seconds: float):
    keys = [f"{recipe}|{data}|{seed}|{seconds:g}"
            for seed in range(seeds) for data in sets for recipe in (BASELINE, DEFAULT_RECIPE)]  # fmt: skip
    for key in keys:
        if key in read():
            continue
        environment = os.environ | {"OMP_WAIT_POLICY": "passive"}  # as runs of the page have it
        done = subprocess.run([sys.executable, __file__, "--one", key], cwd=ROOT, env=environment,
                              capture_output=True, text=True)  # fmt: skip
        if done.returncode:
            print(f"{key}: failed\n{done.stderr[-500:]}", flush=True)
            continue
        result = json.loads(done.stdout.splitlines()[-1])
        RESULTS.write_text(json.dumps(read() | {key: result}, indent=1, sort_keys=True) + "\n")
        print(f"{key}: {result}", flush=True)


def read() -> dict:
    return json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}


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
    return [result for key, result in read().items()
            if key.startswith(f"{recipe}|{data}|") and key.endswith(f"|{seconds:g}")]  # fmt: skip


def median(results: list[dict], key: str) -> float:
    return statistics.median(result[key] for result in results)


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
        before, _, rest = README.read_text().partition(START)
        README.write_text(f"{before}{START}\n{table(args.seconds)}{END}{rest.partition(END)[2]}")
    elif args.table:
        print(table(args.seconds))
    else:
        run_all(args.data.split(","), args.seeds, args.seconds)
        print(table(args.seconds))


if __name__ == "__main__":
    main()
