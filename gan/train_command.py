"""`python -m gan train`: every recipe and every knob; the same checkpoints as the page's."""

import argparse
import math
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from gan import specs
from gan.config import TrainConfig, changed, is_own
from gan.events import Finished, Measured, NotSaved, Progress, Saved
from gan.knobs import FLAT, NETWORKS
from gan.ranges import ConfigError
from gan.recipes import DEFAULT_RECIPE, RECIPES, of_pairs, recipe_config
from gan.specs import IMAGE_SIZES
from gan.words import percent

ABOUT = {
    "seconds": "how long to train", "steps": "also stop after this many steps",
    "seed": "of all random numbers",
    "label": "labels of a conditional model: columns by name or number, with commas, or * for all; "
             "*?: all, or none where there are none",
    "augment": "any of color,translation,cutout, with commas",
    "n_critic": "steps of D per step of G", "g_steps": "steps of G per step of D",
    "unroll": "steps of D that G looks ahead",
    "feature_matching": "G matches D's features", "encoder": "BiGAN: an encoder as well",
    "instance_noise": "σ of the noise on everything D sees, at the start",
    "ema_images": "half-life of G's average, in images",
    "penalty_every": "steps from one penalty to the next", "clip": "bound on the critic's weights",
    "anneal_images": "images over which γ and learning rates fall", "feature_maps": "width of the networks",
    "view": "what G starts from: " + ", ".join(specs.VIEWS),
    "l1_weight": "λ: how much nearness to the answer counts", "gan_weight": "how much D's opinion counts",
    "d_weight": "of D's loss", "gan_after": "images from the answers alone, before D counts",
    "feature_weight": "how much the answer's features count", "blocks": "residual blocks",
    "makes": "the picture, or a change that is added to it",
    "native": "enlarged pixel art on its own grid",
    "by_size": "feature maps for 32 pixels, half of them for 64: a step costs as much",
    "full_res": "one more layer on the image's own side, half as wide",
    "orthogonal_weight": "β: how much G's filters are kept apart",
    "cycle_weight": "λ: how much there and back again counts",
    "identity_weight": "how much it counts to leave what is of a side already",
    "side_label": "label that tells two sides apart", "side_a": "its values on side A, with commas",
    "side_b": "and on side B",
    "patch_layers": "halvings in a discriminator of patches", "patch_norm": "its norm",
    "drift": "weight of D(real)², against scores that wander", "growth_images": "to grow over; 0: full size",
    "w_dim": "numbers of a style", "mapping_layers": "from z to a style",
    "mapping_rate": "their share of the learning rate", "mixing": "share of images made of two styles",
    "path_weight": "of the path length penalty of styles, 0: none",
    "label_smoothing": "taken off D's target for real images", "threads": "0: torch chooses",
}  # fmt: skip
NOT_ASKED = {"model", "data", "recipe", "name", "start_from", "grid_images", "grid_seconds"}
OF_THE_DATA = {"image_size", "channels", "fit", "cut_bars"}
OF_OWN = {"size": 32, "grey": False, "fit": "crop", "cut_bars": False, "labels": "", "pairs": "", "tiles": 0}
DATA = "pixel_faces"
LABELS = ("names", "csv", "folder", "none")
PAIRS = ("left", "right", "first", "second", "none")
BAR = 24  # characters


def add(commands):
    """The subcommand `train`."""
    train = commands.add_parser(
        "train", help="train a model and keep it", description=_recipes_text(),
        usage="python -m gan train --out DIR [--data DATA] [--recipe RECIPE] [--seconds X] [--KNOB X ...]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    train.set_defaults(run=run)
    _add_images(train.add_argument_group("the images"))
    _add_run(train.add_argument_group("the run"))
    knobs = train.add_argument_group("knobs, each in place of the recipe's value")
    for field in _of_the_run():
        _add_knob(knobs, field.name, field.type, field.metadata)
    networks = train.add_argument_group("the networks, likewise")
    networks.add_argument("--network", metavar="|".join(NETWORKS), help="what both networks are built from")
    _add_knob(networks, "encoder", bool, {})
    for name, field in FLAT.items():
        if name not in OF_THE_DATA:
            _add_knob(networks, name, field.type, field.metadata)


def _add_images(data):
    data.add_argument("--data",
                      help="a data set's name, a folder or zip of images (subfolders are labels), or "
                           f"owner/name on the Hugging Face Hub (default: {DATA})")  # fmt: skip
    data.add_argument(
        "--size",
        type=int,
        choices=IMAGE_SIZES,
        help=f"side in pixels that your own images are resized to (default: {OF_OWN['size']})",
    )
    data.add_argument("--grey", action="store_true", default=None, help="your own images in grey")
    data.add_argument("--fit", choices=specs.FITS,
                      help="how your own images become square: cropped, padded with their edges' "
                           f"colours or with white, or stretched (default: {OF_OWN['fit']})")  # fmt: skip
    data.add_argument("--cut-bars", action="store_true", default=None,
                      help="cut black or white bars off your own images")  # fmt: skip
    data.add_argument("--labels", choices=LABELS, metavar="|".join(LABELS),
                      help="where labels of your own images come from: names like cat.0.jpg, a CSV or TSV "
                           "file beside them, subfolders (default: dataset.json or subfolders)")  # fmt: skip
    data.add_argument("--pairs", choices=PAIRS, metavar="|".join(PAIRS),
                      help="which is the source in your own pairs: the left or right of two pictures side by "
                           "side in each file, or the first or second of two folders with the same names; "
                           "none: no pairs (default: as they look)")  # fmt: skip
    data.add_argument("--tiles", type=int, metavar="N",
                      help="cut your own sprite sheets into drawings of N × N pixels")  # fmt: skip


def _add_run(kept):
    kept.add_argument(
        "--recipe",
        choices=RECIPES,
        metavar="RECIPE",
        help=f"one of the recipes above (default: {DEFAULT_RECIPE})",
    )
    kept.add_argument("--out", type=Path, required=True, help="the folder to keep the model in")
    kept.add_argument(
        "--resume",
        action="store_true",
        help="resume from the training state in --out; seconds and steps count from the start",
    )
    kept.add_argument(
        "--from",
        dest="fork",
        type=Path,
        metavar="DIR",
        help="fork: start from the training state in DIR, with the other options as changes; of a model that "
        "was kept without one, from its networks, with fresh optimisers",
    )
    kept.add_argument("--title", default="", help="the model's title")
    kept.add_argument(
        "--keep-every",
        type=float,
        default=60,
        metavar="SECONDS",
        help="seconds from one measuring and keeping of the model to the next (default: %(default)s)",
    )


def _of_the_run() -> list:
    return [field for field in fields(TrainConfig) if field.name not in NOT_ASKED]


def _add_knob(group, name: str, kind: Any, about: Mapping):
    """A flag, with the field's own range or choices; `kind` is the field's type."""
    flag, words = _flag(name), ABOUT.get(name)
    if kind is bool:
        group.add_argument(flag, action=argparse.BooleanOptionalAction, help=words)
        return
    if "low" in about:
        words = f"{words + ', ' if words else ''}{about['low']:g} to {about['high']:g}"
    metavar = None if "among" in about else {int: "N", float: "X", str: "TEXT"}[kind]
    group.add_argument(flag, type=kind, choices=about.get("among"), metavar=metavar, help=words)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _recipes_text() -> str:
    width = max(map(len, RECIPES))
    lines = (f"  {name:{width}}  {recipe.why} {recipe.source}." for name, recipe in RECIPES.items())
    return "Train a GAN on images and keep the best model by distance.\n\nrecipes:\n" + "\n".join(lines)


def run(args: argparse.Namespace, command: str):
    """Trains as `args` say; Ctrl-C stops, and what was learnt is kept."""
    from gan import checkpoint
    from gan.runs.keeper import Keeper, Places, keep
    from gan.trainer import Trainer, fit

    said = {name: value for name, value in vars(args).items() if value is not None}
    asked = {field.name: said[field.name] for field in _of_the_run() if field.name in said}
    model = {name: said[name] for name in ("network", "encoder", *FLAT) if name in said}
    kept, state = {"title": args.title, "command": command}, None
    if args.resume or args.fork:  # the run as it was, but for what is said now
        load = checkpoint.load_to_fork if args.fork else checkpoint.load_training
        state = load(args.fork or args.out)
        _say_what_is_settled(args, state.config)
        config = changed(state.config, asked | {"model": model})
        before = checkpoint.read_facts(args.fork or args.out)
        kept["command"] = f"{before.command}\n{command}".strip()
        if args.resume:
            kept |= {"title": args.title or before.title,
                     "distance": before.metrics.get("frechet", math.inf),
                     "seen": before.images_seen}  # fmt: skip
    else:
        config = _new(args, asked, model)
    trainer = Trainer(config, state)
    show = Shown(trainer.seconds, trainer.step_count, config)
    events, unkept = _until_stopped(fit(config, trainer), trainer), ""
    for event in keep(events, Keeper(trainer, Places(args.out), taken=True, **kept), args.keep_every):
        show(event)
        if isinstance(event, Saved | NotSaved):
            unkept = getattr(event, "why", "")
    if unkept:
        raise checkpoint.CheckpointError(unkept)  # whoever waits for the model shall hear that there is none


def _new(args: argparse.Namespace, asked: dict, model: dict) -> TrainConfig:
    from gan.data import Choices, for_command_line, load

    of, recipe = args.data or DATA, args.recipe or DEFAULT_RECIPE
    size, grey, *choices = _of_own(args, of).values()
    name = for_command_line(of, size, 1 if grey else 3, Choices(*choices))
    data = load(name)
    given = of_pairs(recipe) if is_own(name) and len(data.pair) else {}
    shape = {"image_size": data.image_size, "channels": data.channels}
    return recipe_config(recipe, given | model | shape, data=name, **asked)


def _of_own(args: argparse.Namespace, data: str) -> dict[str, Any]:
    """How pictures are taken in. Raises ConfigError where that is said and there are none to take in."""
    from gan.data import kept, sources

    said = {name: getattr(args, name) for name in OF_OWN if getattr(args, name) is not None}
    if said and sources.is_ready(data):
        flags, are = _said(said)
        raise ConfigError(
            f"{flags} {are} for pictures of your own, but --data says {kept.spoken(data)}, and that is "
            f"prepared already. Leave {flags} out, or give --data a folder, a zip or owner/name on the Hub."
        )
    return OF_OWN | said


def _say_what_is_settled(args: argparse.Namespace, config: TrainConfig):
    """A line about what has no say in a run that is taken up again: people add --resume to the command."""
    others = [name for name in ("data", "recipe") if getattr(args, name) not in (None, getattr(config, name))]
    others += [name for name in OF_OWN if getattr(args, name) is not None]
    if others:
        flags, are = _said(others)
        print(f"{flags} {are} not looked at: the run goes on with its own data and recipe.", file=sys.stderr)


def _said(names: Iterable[str]) -> tuple[str, str]:
    """Their flags, and the verb that follows them."""
    flags = [*map(_flag, names)]
    return " and ".join(flags), "is" if len(flags) == 1 else "are"


def _until_stopped(events, trainer):
    """`events`, with a Finished in place of a Ctrl-C: what was learnt is kept."""
    try:
        yield from events
    except KeyboardInterrupt:
        yield Finished(trainer.step_count, trainer.seconds, "stopped")


class Shown:
    """Events as lines; on a terminal with a bar that moves in place."""

    def __init__(self, began: float, first: int, config: TrainConfig):
        self.began, self.first = began, first  # the seconds and steps that a run which goes on has behind it
        self.seconds, self.steps = config.seconds, config.steps
        self.measured, self.terminal, self.last = "", sys.stderr.isatty(), 0.0

    def __call__(self, event):
        match event:
            case Progress() if self.terminal:
                self._line(self._bar(event), end="\r")
            case Progress() if time.monotonic() - self.last > 30:  # into a log: now and then
                self.last = time.monotonic()
                self._line(self._bar(event))
            case Measured() if event.distance is not None:
                covered = percent(event.values["coverage"])
                self.measured = f"  Fréchet {event.distance:.1f}  coverage {covered}"
            case Saved():
                self._line(f"step {event.step:,}: kept in {event.path}")
            case NotSaved():
                self._line(event.why)
            case Finished():
                self._line(f"{event.step:,} steps in {event.seconds:.0f} s ({event.reason})")

    def _bar(self, now: Progress) -> str:
        shares = [(now.seconds, self.seconds), (now.step, self.steps)]
        share = max(min(1.0, done / whole) for done, whole in shares if whole)
        bar = ("█" * round(BAR * share)).ljust(BAR, "·")
        pace = f"step {now.step:,}  {_clock(self.left(now))} left  {now.images_per_second:,.0f} images/s"
        game = f"D {now.d_loss:.2f}  G {now.g_loss:.2f}  D right {percent(now.d_accuracy)}"
        return f"{bar} {percent(share):>5}  {pace}  {game}{self.measured}"

    def left(self, now: Progress) -> float:
        """Seconds until the first of the run's two ends, its seconds or its steps, at its pace so far."""
        a_step = (now.seconds - self.began) / max(1, now.step - self.first)
        ends = (self.seconds, self.seconds - now.seconds), (self.steps, (self.steps - now.step) * a_step)
        return max(0.0, min(left for end, left in ends if end))

    def _line(self, text: str, end: str = "\n"):
        clear = "\x1b[2K\r" if self.terminal else ""
        print(f"{clear}{text}", end=end, file=sys.stderr, flush=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
