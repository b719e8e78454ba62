"""The command line: `python -m gan train | generate | score | evaluate`."""

import argparse
import logging
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from gan.config import DEFAULT_RECIPE, RECIPES, recipe_config


def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser("python -m gan", description="Train GANs and use them.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    args = parser.parse_args(arguments)
    try:
        args.run(args, shlex.join(arguments or sys.argv[1:]))
    except ValueError as error:  # ConfigError, DataError, CheckpointError: sentences for the person
        print(error, file=sys.stderr)
        return 1
    return 0


def _add_train(commands):
    train = commands.add_parser("train", help="train a model and keep it", description=_recipes_text(),
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    train.set_defaults(run=_train)
    train.add_argument("--data", default="pixel_faces", help="a data set's name (default: %(default)s)")
    train.add_argument("--recipe", default=DEFAULT_RECIPE, choices=RECIPES, help="default: %(default)s")
    train.add_argument("--out", type=Path, required=True, help="the folder to keep the model in")
    train.add_argument("--resume", action="store_true", help="go on from the training state in --out")
    train.add_argument("--title", default="", help="the model's name for people")
    train.add_argument("--keep-every", type=float, default=60, metavar="SECONDS",
                       help="measure and keep the model so often (default: %(default)s)")
    train.add_argument("--size", type=int, metavar="PIXELS", help="image size, if not the data set's own")
    for name, kind in (("feature-maps", int), ("latent-dim", int), ("stem", str), ("d-norm", str)):
        train.add_argument(f"--{name}", type=kind, help="of the networks")
    for name, kind in (("seconds", float), ("steps", int), ("seed", int), ("batch", int), ("g-lr", float),
                       ("d-lr", float), ("beta1", float), ("beta2", float), ("r1-gamma", float),
                       ("r2-gamma", float), ("penalty-every", int), ("ema-images", int), ("loss", str),
                       ("device", str), ("precision", str), ("threads", int)):
        train.add_argument(f"--{name}", type=kind, help="of the run, in place of the recipe's")


def _recipes_text() -> str:
    return "recipes:\n" + "\n".join(f"  {name:12} {parts['about']}" for name, parts in RECIPES.items())


def _train(args: argparse.Namespace, command: str):
    from gan import checkpoint, keeper
    from gan.data import load
    from gan.trainer import Trainer, fit

    data = load(args.data)
    run = {k: v for k in _RUN_FIELDS if (v := getattr(args, k)) is not None}
    model = {k: v for k in _MODEL_FIELDS if (v := getattr(args, k)) is not None}
    model |= {"image_size": args.size or data.image_size, "channels": data.channels}
    config = recipe_config(args.recipe, model, data=args.data, **run)
    state = checkpoint.load_training(args.out) if args.resume else None
    if state:  # the run as it was, only longer
        config = replace(state.config, seconds=config.seconds, steps=config.steps)
    trainer = Trainer(config, state)
    events = keeper.keep(fit(config, trainer), trainer, args.out, args.keep_every, title=args.title,
                         command=f"python -m gan {command}")
    for event in events:
        _show(event, config.seconds)


_RUN_FIELDS = ("seconds", "steps", "seed", "batch", "g_lr", "d_lr", "beta1", "beta2", "r1_gamma", "r2_gamma",
               "penalty_every", "ema_images", "loss", "device", "precision", "threads")
_MODEL_FIELDS = ("feature_maps", "latent_dim", "stem", "d_norm")


def _show(event, seconds: float):
    from gan.events import Finished, Progress, Saved

    match event:
        case Progress() if sys.stderr.isatty():
            line = (f"{event.seconds:6.0f}/{seconds:.0f} s  step {event.step}  {event.images_per_second:.0f} images/s  "
                    f"D {event.d_loss:.3f}  G {event.g_loss:.3f}  D right {event.d_accuracy:.0%}")
            print(f"\r{line:100}", end="", file=sys.stderr, flush=True)
        case Saved():
            print(f"step {event.step}: kept in {event.path}", file=sys.stderr)
        case Finished():
            print(f"{event.step} steps in {event.seconds:.0f} s ({event.reason})", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
