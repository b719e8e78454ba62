"""What every kind of GAN comes to: each recipe after 300 seconds of one core, and each model in the box.

    python tests/bench/family.py [--recipes pix2pix,stylegan] [--seconds 300]
    python tests/bench/family.py --shipped      the models in the box, and what they are held against
    python tests/bench/family.py --table        measure nothing, print the tables
    python tests/bench/family.py --write        put them into the README

Each run has a process of its own, on one thread, and trains without live measures. Its seconds are those that
the processor spent on it, so that other work on the machine takes none away. What is measured is held-out
data in the bundled classifiers' features, as model cards have it. Enlarged pictures are held against the same
pictures enlarged by bicubic interpolation, in the same call. A result goes into family.json at once, and what
is there is not done again.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from unittest.mock import patch

ROOT, HERE = Path(__file__).parents[2], Path(__file__).parent
sys.path[:0] = [str(ROOT), str(HERE)]

import kept
import numpy as np
from PIL import Image

from gan.checkpoint.info import SHIPPED
from gan.measure.measures import MEASURES
from gan.recipes import RECIPES, recipe_config

RESULTS = HERE / "family.json"
START, END = "<!-- family: start -->", "<!-- family: end -->"
SIZES = {"pixel_faces": (32, 3), "fashion_mnist": (28, 1), "open_peeps": (64, 3), "emoji": (64, 3)}
GLASSES = {"side_label": "glasses", "side_a": "none", "side_b": "dark,light"}
TRIED_ON = {  # of recipes that are not for faces out of noise: the data, and the knobs
    "biggan": ("fashion_mnist", {}),
    "pix2pix": ("pixel_faces", {"view": "parts"}),
    "srresnet": ("open_peeps", {}),
    "srgan": ("open_peeps", {}),
    "cyclegan": ("pixel_faces", GLASSES),
    "cyclegan-paper": ("pixel_faces", GLASSES),
}
BESIDE = {  # other runs of a recipe: the recipe, the data, the knobs of the networks and of the run
    "silhouette": ("pix2pix", "pixel_faces", {"view": "silhouette"}, {}),
    "silhouette-l1": ("pix2pix", "pixel_faces", {"view": "silhouette"}, {"gan_weight": 0.0}),
    "cyclegan-change": ("cyclegan", "pixel_faces", GLASSES | {"makes": "change"}, {}),
}
TITLES = {name: recipe.title for name, recipe in RECIPES.items()} | {
    "silhouette": "pix2pix, silhouette → face", "silhouette-l1": "the same by L1 alone",
    "cyclegan-change": "CycleGAN that makes a change",
}  # fmt: skip
OF_REAL = {  # what as many training images come to, and how many of the data's values no image shows
    "real_frechet": "Fréchet distance of real images", "real_coverage": "coverage of real images",
    "values_lost": "values lost",
}  # fmt: skip
SHOWN = (
    "frechet", "real_frechet", "coverage", "real_coverage", "values_lost", "psnr", "ssim", "labels_kept",
    "seen", "others_kept", "outside", "cycle_error",
)  # fmt: skip
IMAGES = 2000


def run(name: str, seconds: float) -> dict:
    """One run and what came of it."""
    recipe, data, knobs, changes = BESIDE.get(name, (name, *TRIED_ON.get(name, ("pixel_faces", {})), {}))
    return outcome(recipe, data, knobs, seconds=seconds, **changes)


def outcome(recipe: str, data: str, knobs: dict, **changes) -> dict:
    """A run on one thread, by the processor's clock, and its figures; this process does nothing else."""
    import torch

    from gan import trainer as training
    from gan.trainer import Trainer, fit

    torch.set_num_threads(1)
    size, channels = SIZES[data]
    flat = {"image_size": size, "channels": channels} | knobs
    trainer = Trainer(recipe_config(recipe, flat, data=data, measure_images=0, **changes))
    with patch.object(training.time, "perf_counter", time.process_time):
        for _ in fit(trainer.config, trainer):
            pass
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    about = {
        "data": data,
        "steps": trainer.step_count,
        "memory_mb": round(memory),
    }
    return about | figures(trainer.evaluation())


def shipped(name: str) -> dict:
    """A model in the box; beside one that enlarges, bicubic interpolation."""
    from gan.checkpoint import load_translator, read_facts
    from gan.checkpoint.evaluation import report
    from gan.measure import features
    from gan.specs import shrunk

    folder = ROOT / "checkpoints" / name
    train = read_facts(folder).train
    told = report(folder, IMAGES)
    if "real" in told:
        told |= {f"real_{name}": value for name, value in told["real"].items()}
        told["values_lost"] = sum(len(shown["lost"]) for shown in told["values"].values())
    found = {"data": train.data, "recipe": train.recipe} | figures(told)
    if train.has_source and shrunk(train.model) > 1:
        sources, targets = load_translator(folder).pairs(IMAGES, 0, held_out=True)
        side = targets.shape[1:3]
        bicubic = [np.asarray(Image.fromarray(one).resize(side, Image.Resampling.BICUBIC)) for one in sources]
        found["bicubic"] = figures(features.translated(targets, np.stack(bicubic), train.data))
    return found


def figures(found: dict) -> dict:
    return {name: round(found[name], 4) for name in SHOWN if found.get(name) is not None}


def table(found: dict[str, dict]) -> str:
    """Markdown: a row each, and a column for every figure that some of them have."""
    columns = [name for name in SHOWN if any(name in values for values in found.values())]
    heads = ["", "data", *(OF_REAL.get(name) or MEASURES[name].term for name in columns)]
    rows = [heads, ["---"] * len(heads)]
    for title, values in found.items():
        rows.append([title, values.get("data", ""), *(_cell(name, values.get(name)) for name in columns)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name == "values_lost":
        return f"{value}"
    return f"{100 * value:.1f} %" if MEASURES[name.removeprefix("real_")].share else f"{value:.2f}"


def tables() -> str:
    there = kept.read(RESULTS)
    models, runs = {}, {}
    for name in SHIPPED:
        if (values := there.get(f"shipped|{name}")) is not None:
            models[f"`{name}` ({values['recipe']})"] = values
            if "bicubic" in values:
                models["bicubic interpolation"] = {"data": values["data"]} | values["bicubic"]
    for recipe, title in TITLES.items():  # as the page lists them, then what each is held against
        for key, values in there.items():
            if key.startswith(f"run|{recipe}|"):
                runs[f"{title} (`{recipe}`), {key.split('|')[2]} s"] = values
    return "\n\n".join(table(found) for found in (models, runs) if found) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", default=",".join(TITLES))
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--shipped", action="store_true", help="the models in the box, and no runs")
    parser.add_argument("--table", action="store_true", help="measure nothing, print the tables")
    parser.add_argument(
        "--write", action="store_true", help="measure nothing, put the tables into the README"
    )
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        kind, name, *seconds = args.one.split("|")
        print(json.dumps(shipped(name) if kind == "shipped" else run(name, float(seconds[0]))))
    elif args.write:
        kept.into_readme(tables(), START, END)
    elif args.table:
        print(tables())
    elif args.shipped:
        kept.make(__file__, [f"shipped|{name}" for name in SHIPPED], RESULTS)
    else:
        kept.make(__file__, [f"run|{name}|{args.seconds:g}" for name in args.recipes.split(",")], RESULTS)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
