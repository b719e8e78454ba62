"""The command line: `python -m gan train | generate | score | evaluate | models | push | pull`."""

import argparse
import json
import logging
import math
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from gan.config import DEVICES
from gan.recipes import DEFAULT_RECIPE, RECIPES, recipe_config

CHECKPOINTS = Path(__file__).parent.parent / "checkpoints"


def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments = sys.argv[1:] if arguments is None else arguments
    args = _parser().parse_args(arguments)
    try:
        args.run(args, f"python -m gan {shlex.join(arguments)}")
    except (ValueError, OSError) as error:  # sentences for the person who asked
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m gan", description="Train GANs and use them.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    generate = _add_model_command(commands, "generate", _generate, "write the images of seeds as one PNG")
    generate.add_argument("--seeds", default="0-63", help="such as 1,2,5-10 (default: %(default)s)")
    generate.add_argument("--scale", type=float, default=1.0, help="of z (default: %(default)s)")
    generate.add_argument("--out", type=Path, default=Path("grid.png"), help="default: %(default)s")
    score = _add_model_command(commands, "score", _score, "print the Discriminator's verdict on image files")
    score.add_argument("files", type=Path, nargs="+")
    evaluate = _add_model_command(commands, "evaluate", _evaluate, "measure a model against held-out images")
    evaluate.add_argument("--images", type=int, default=2000, help="seeds to measure (default: %(default)s)")
    models = commands.add_parser("models", help="list the models there are, as a Markdown table")
    models.set_defaults(run=_models)
    models.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="the folder of models")
    push = _add_model_command(commands, "push", _push, "put a model on the Hugging Face Hub")
    push.add_argument("repo", help="owner/name")
    push.add_argument("--private", action="store_true", help="for your eyes only")
    pull = commands.add_parser("pull", help="fetch a model from the Hugging Face Hub")
    pull.set_defaults(run=_pull)
    pull.add_argument("repo", help="owner/name")
    pull.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="the folder of models")
    return parser


def _add_model_command(commands, name: str, run, about: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.add_argument("model", help="its name below --checkpoints")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="the folder of models")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    return parser


def _add_train(commands):
    train = commands.add_parser("train", help="train a model and keep it", description=_recipes_text(),
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    train.set_defaults(run=_train)
    train.add_argument("--data", default="pixel_faces", help="a data set's name (default: %(default)s)")
    train.add_argument("--recipe", default=DEFAULT_RECIPE, choices=RECIPES, help="default: %(default)s")
    train.add_argument("--out", type=Path, required=True, help="the folder to keep the model in")
    train.add_argument("--resume", action="store_true", 
                       help="go on from the training state in --out; seconds and steps count from the start")
    train.add_argument("--title", default="", help="the model's name for people")
    train.add_argument("--keep-every", type=float, default=60, metavar="SECONDS",
                       help="measure and keep the model so often (default: %(default)s)")
    for name, kind in (("feature-maps", int), ("latent-dim", int), ("stem", str), ("d-norm", str)):
        train.add_argument(f"--{name}", type=kind, help="of the networks")
    for name, kind in (("seconds", float), ("steps", int), ("seed", int), ("batch", int), ("g-lr", float),
                       ("d-lr", float), ("beta1", float), ("beta2", float), ("r1-gamma", float),
                       ("r2-gamma", float), ("penalty-every", int), ("ema-images", int), ("loss", str),
                       ("device", str), ("precision", str), ("threads", int)):
        train.add_argument(f"--{name}", type=kind, help="of the run, in place of the recipe's")


def _recipes_text() -> str:
    return "recipes:\n" + "\n".join(f"  {name:12} {recipe.why} {recipe.source}." for name, recipe in RECIPES.items())


def _train(args: argparse.Namespace, command: str):
    from gan import checkpoint, keeper
    from gan.data import load
    from gan.trainer import Trainer, fit

    run = {k: v for k in _RUN_FIELDS if (v := getattr(args, k)) is not None}
    if args.resume:  # the run as it was, but for what is said now
        state = checkpoint.load_training(args.out)
        config = replace(state.config, **run)
        before = checkpoint.read_facts(args.out)
        kept = {"title": args.title or before.title, "command": f"{before.command}\n{command}".strip(),
                "best": before.metrics.get("frechet", math.inf)}
    else:
        state, data, kept = None, load(args.data), {"title": args.title, "command": command}
        model = {k: v for k in _MODEL_FIELDS if (v := getattr(args, k)) is not None}
        model |= {"image_size": data.image_size, "channels": data.channels}
        config = recipe_config(args.recipe, model, data=args.data, **run)
    trainer = Trainer(config, state)
    events = keeper.keep(fit(config, trainer), trainer, args.out, args.keep_every, **kept)
    for event in events:
        _show(event, config.seconds)


def _generate(args: argparse.Namespace, _: str):
    from gan import images, latent
    from gan.studio import Studio

    studio = Studio(args.checkpoints, args.device)
    dim = studio.info(args.model).latent_dim
    seeds = latent.parse_seeds(args.seeds, 4096)
    z = args.scale * latent.seeds_to_z(seeds, dim)
    args.out.write_bytes(images.png(images.grid(studio.generate(args.model, z))))
    print(f"{len(seeds)} images in {args.out}")


def _score(args: argparse.Namespace, _: str):
    from gan import images
    from gan.studio import Studio

    studio = Studio(args.checkpoints, args.device)
    for file in args.files:
        score = studio.score(args.model, [images.open_image(file)])[0]
        print(f"{file.name}: logit {score.logit:+.2f}, sigmoid {score.probability:.2f}. {score.verdict}")


def _evaluate(args: argparse.Namespace, _: str):
    from gan import checkpoint, features, latent

    loaded = checkpoint.load_model(args.checkpoints / args.model)
    train = loaded.facts.train
    z = latent.seeds_to_z(range(args.images), train.model.latent_dim)
    print(json.dumps(features.evaluate(checkpoint.generate(loaded.G, z), train.data), indent=2))


_RUN_FIELDS = ("seconds", "steps", "seed", "batch", "g_lr", "d_lr", "beta1", "beta2", "r1_gamma", "r2_gamma",
               "penalty_every", "ema_images", "loss", "device", "precision", "threads")
_MODEL_FIELDS = ("feature_maps", "latent_dim", "stem", "d_norm")


def _models(args: argparse.Namespace, _: str):
    from gan.studio import Studio

    print("| model | data | recipe | G, D parameters | images seen | minutes | Fréchet | coverage |")
    print("|---|---|---|---|---|---|---|---|")
    for info in Studio(args.checkpoints).models():
        g, d = info.parameters
        distance, coverage = (f"{info.metrics.get(key, math.nan):.2f}" for key in ("frechet", "coverage"))
        print(f"| {info.name} | {info.dataset} | {info.recipe} | {g / 1e6:.2f} M, {d / 1e6:.2f} M "
              f"| {info.images_seen:,} | {info.seconds / 60:.0f} | {distance} | {coverage} |")


def _push(args: argparse.Namespace, _: str):
    from gan import hub

    print(hub.push(args.checkpoints / args.model, args.repo, private=args.private))


def _pull(args: argparse.Namespace, _: str):
    from gan import hub

    print(f"Fetched as {hub.pull(args.repo, args.checkpoints)}.")


def _show(event, seconds: float):
    from gan.events import Finished, Progress, Saved

    match event:
        case Progress() if sys.stderr.isatty():
            place = f"{event.seconds:6.0f}/{seconds:.0f} s  {event.images_per_second:.0f} images/s"
            line = f"{place}  D {event.d_loss:.3f}  G {event.g_loss:.3f}  D right {event.d_accuracy:.0%}"
            print(f"\r{line:100}", end="", file=sys.stderr, flush=True)
        case Saved():
            print(f"step {event.step}: kept in {event.path}", file=sys.stderr)
        case Finished():
            print(f"{event.step} steps in {event.seconds:.0f} s ({event.reason})", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
