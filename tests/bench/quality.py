"""How good images out of noise are by each recipe, after 200 seconds of this processor: the README's table.

    python tests/bench/quality.py [--recipes modern,dcgan] [--data pixel_faces] [--seeds 3] [--seconds 200]
    python tests/bench/quality.py --table       print the table of what was measured
    python tests/bench/quality.py --write       put it into the README

Each run has a process of its own, which trains, without live measures, for so many seconds and then
measures 2,000 seeds against the held-out images in the features of the data's own classifier. A result goes
into quality.json at once, and a run that is there is not done again: the bench may be stopped and started.
Nothing else should run beside it; `load` in quality.json says how busy the machine was. "plain" is DCGAN with
64 feature maps, batch 64 and no moving average, which the others are held against: the modern baseline has to
come to half of its distance. What the default recipe gains over that is measured by default.py.
"""

import argparse
import json
import os
import resource
import statistics
import sys
from pathlib import Path

ROOT, HERE = Path(__file__).parents[2], Path(__file__).parent
sys.path[:0] = [str(ROOT), str(HERE)]

import kept

from gan.recipes import RECIPES, recipe_config

RESULTS, GRIDS = HERE / "quality.json", HERE / "quality"
DATA = {"pixel_faces": (32, 3), "fashion_mnist": (28, 1)}
PLAIN = "plain"  # DCGAN as FACTS of the field have it, without a moving average
BASELINE = "modern"
NAMES = (PLAIN, *(name for name in RECIPES if not recipe_config(name).translates))  # family.py has the others
START, END = "<!-- quality: start -->", "<!-- quality: end -->"
SHOWN = 32  # images in a grid, eight a row


def config_of(name: str, data: str, seed: int, seconds: float):
    size, channels = DATA[data]
    model = {"image_size": size, "channels": channels}
    common = {"data": data, "seed": seed, "seconds": seconds, "measure_images": 0, "grid_images": SHOWN}
    if name == PLAIN:
        return recipe_config("dcgan", model, ema_images=0, **common)
    return recipe_config(name, model, **common)


def measure(name: str, data: str, seed: int, seconds: float) -> dict:
    """One run and what came of it; this process does nothing else."""
    from gan import images
    from gan.trainer import Trainer, fit

    trainer = Trainer(config_of(name, data, seed, seconds))
    for _ in fit(trainer.config, trainer):
        pass
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if seed == 0:
        GRIDS.mkdir(exist_ok=True)
        (GRIDS / f"{data}-{name}.png").write_bytes(images.png(images.grid(trainer.grid().images, 8)))
    found = trainer.evaluation()
    facts = {key: round(found[key], 3) for key in ("frechet", "kernel", "precision", "recall", "coverage")}
    return facts | {
        "steps": trainer.step_count, "images_seen": trainer.images_seen, "seconds": round(trainer.seconds, 1),
        "precision_used": trainer.config.precision, "memory_mb": round(memory), "load": os.getloadavg()[1],
    }  # fmt: skip


def of(name: str, data: str, seconds: float) -> list[dict]:
    """The results of all seeds."""
    return [result for key, result in kept.read(RESULTS).items()
            if key.startswith(f"{name}|{data}|") and key.endswith(f"|{seconds:g}")]  # fmt: skip


def table(seconds: float) -> str:
    """Markdown: a row a recipe, the best on pixel faces first."""
    lines = [
        "| recipe | pixel faces: Fréchet | coverage | images | Fashion-MNIST: Fréchet | coverage | images "
        "| seeds | memory |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    rows = []
    for name in NAMES:
        results = [of(name, data, seconds) for data in DATA]
        if not all(results):
            continue
        cells = []
        for data, found in zip(DATA, results, strict=True):
            cells += [f"{median(found, 'frechet'):.2f}", f"{median(found, 'coverage'):.2f}",
                      f"![{name}](tests/bench/quality/{data}-{name}.png)"]  # fmt: skip
        title = "DCGAN, no moving average" if name == PLAIN else RECIPES[name].title
        title = f"**{title}**" if name == BASELINE else title
        memory = max(result["memory_mb"] for found in results for result in found)
        seeds = min(map(len, results))
        row = f"| {title} (`{name}`) | {' | '.join(cells)} | {seeds} | {memory:,} MB |"
        rows.append((median(results[0], "frechet"), row))
    return "\n".join(lines + [row for _, row in sorted(rows)]) + verdict(seconds)


def verdict(seconds: float) -> str:
    """The modern baseline against plain DCGAN, in a sentence for each data set."""
    words = []
    for data in DATA:
        ours, plain = of(BASELINE, data, seconds), of(PLAIN, data, seconds)
        if ours and plain:
            a, b = median(ours, "frechet"), median(plain, "frechet")
            seeds = min(len(ours), len(plain))
            words.append(f"{data}: {a:.2f} against {b:.2f}, a share of {a / b:.2f}, median of {seeds}")
    joined = "; ".join(words)
    told = f"Modern baseline against plain DCGAN after {seconds:g} seconds: {joined}."
    return f"\n\n{told}\n" if words else "\n"


def median(results: list[dict], key: str) -> float:
    return statistics.median(result[key] for result in results)


def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", default=",".join(NAMES), help="some of %(default)s")
    parser.add_argument("--data", default=",".join(DATA))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=200)
    parser.add_argument("--table", action="store_true", help="measure nothing, print the table")
    parser.add_argument("--write", action="store_true", help="measure nothing, put the table into the README")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if unknown := set(args.recipes.split(",")) - set(NAMES):
        parser.error(f"{', '.join(sorted(unknown))}: there are {', '.join(NAMES)}; family.py has translators")
    if args.one:
        name, data, seed, seconds = args.one.split("|")
        print(json.dumps(measure(name, data, int(seed), float(seconds))))
    elif args.write:
        kept.into_readme(table(args.seconds), START, END)
    elif args.table:
        print(table(args.seconds))
    else:
        keys = [f"{name}|{data}|{seed}|{args.seconds:g}" for seed in range(args.seeds)
                for data in args.data.split(",") for name in args.recipes.split(",")]  # fmt: skip
        kept.make(__file__, keys, RESULTS)
        print(table(args.seconds))


if __name__ == "__main__":
    main()
