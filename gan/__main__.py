"""The command line: `python -m gan train | generate | translate | invert | score | models | push | …`."""

import argparse
import json
import logging
import math
import shlex
import sys
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlencode

from gan import train_command
from gan.config import DEVICES
from gan.latent import LARGEST_PSI
from gan.system import temporary

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
    train_command.add(commands)
    generate = _add_model_command(
        commands, "generate", _generate, "write the images of some seeds as one PNG"
    )
    generate.add_argument("--seeds", default="0-63", help="such as 1,2,5-10 (default: %(default)s)")
    generate.add_argument("--scale", type=float, default=1.0, help="scale of z (default: %(default)s)")
    generate.add_argument("--psi", type=float, default=1.0, metavar="X",
                          help="of a StyleGAN: ψ, how far its styles are from the mean one, 0 to "
                               f"{LARGEST_PSI:g} (default: %(default)s)")  # fmt: skip
    generate.add_argument("--label", default="",
                          help="the class of a conditional model, or hat=cap+mouth=smile (default: "
                               "any, or its first class if it has not learnt that)")  # fmt: skip
    generate.add_argument("--moves", default="", metavar="X,X,…",
                          help="in σ along the model's directions, the biggest change first, such as 2,-1; "
                               "--moves=-1 where the first is negative")  # fmt: skip
    generate.add_argument("--out", type=Path, default=Path("grid.png"), help="default: %(default)s")
    translate = _add_model_command(
        commands, "translate", _translate, "make image files into what the translator makes of them"
    )
    translate.add_argument("files", type=Path, nargs="+")
    translate.add_argument("--source", action="store_true",
                           help="the files are the model's kind of source already (default: photos, "
                                "of which it is made first)")  # fmt: skip
    translate.add_argument("--way", default="",
                           help="of a model between two sides: which way, such as on or off (default: its "
                                "first)")  # fmt: skip
    translate.add_argument("--out", type=Path, default=Path("translated.png"),
                           help="each source beside what it became (default: %(default)s)")  # fmt: skip
    invert = _add_model_command(
        commands, "invert", _invert, "search the model's latent space for the image nearest to an image file"
    )
    invert.add_argument("file", type=Path)
    invert.add_argument("--out", type=Path, default=Path("inverted.png"),
                        help="the picture beside what was found (default: %(default)s)")  # fmt: skip
    score = _add_model_command(commands, "score", _score, "print the Discriminator's verdict on image files")
    score.add_argument("files", type=Path, nargs="+")
    evaluate = _add_model_command(commands, "evaluate", _evaluate, "measure a model against held-out images")
    evaluate.add_argument(
        "--images", type=int, default=2000, help="number of seeds to measure (default: %(default)s)"
    )
    evaluate.add_argument(
        "--inception",
        action="store_true",
        help="fetch what the Inception FID, IS, KID and path length need, 650 MB, if it "
        "is not on this disk (default: take these measures only if it is)",
    )
    evaluate.add_argument(
        "--truncation",
        action="store_true",
        help="measure truncated latents as well, and keep the curve with the model",
    )
    models = commands.add_parser("models", help="list all models as a Markdown table")
    models.set_defaults(run=_models)
    models.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="the folder of models")
    for name, run, about in (
        ("delete", _delete, "delete a model from the disk"),
        ("hide", _hide, "keep a model out of the page's lists; links still open it"),
        ("show", _show, "show a hidden model, or one from an aborted run, in everybody's lists"),
    ):
        one = commands.add_parser(name, help=about, description=about.capitalize() + ".")
        one.set_defaults(run=run)
        one.add_argument("model", help="its name in --checkpoints")
        one.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="the folder of models")
    push = _add_model_command(commands, "push", _push, "put a model on the Hugging Face Hub")
    push.add_argument("repo", help="owner/name")
    push.add_argument("--private", action="store_true", help="visible only to you")
    pull = commands.add_parser("pull", help="fetch a model from the Hugging Face Hub")
    pull.set_defaults(run=_pull)
    pull.add_argument("repo", help="owner/name")
    pull.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="the folder of models")
    return parser


def _add_model_command(commands, name: str, run, about: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.add_argument("model", help="its name in --checkpoints")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="the folder of models")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    return parser


def _generate(args: argparse.Namespace, _: str):
    from gan import images, latent
    from gan.studio import Studio

    studio = Studio(args.checkpoints, args.device)
    seeds, moves = latent.parse_seeds(args.seeds, 4096), latent.parse_moves(args.moves)
    like = replace(latent.styled(args.psi), scale=args.scale, moves=moves, value=args.label)
    z, moved = studio.points(args.model, [replace(like, seed=seed) for seed in seeds])
    args.out.write_bytes(images.png(images.grid(studio.generate(args.model, z, like, moved))))
    print(f"{len(seeds)} images in {args.out}")


def _translate(args: argparse.Namespace, _: str):
    import numpy as np

    from gan import images
    from gan.studio import Studio

    studio = Studio(args.checkpoints, args.device)
    studio.info(args.model)
    pictures = [images.open_image(file) for file in args.files]
    taken = studio.fitted_source if args.source else studio.source_of
    sources = [taken(args.model, picture) for picture in pictures]
    made = studio.translate(args.model, sources, args.way)
    pairs = [images.in_colour(one) for pair in zip(sources, made, strict=True) for one in pair]
    args.out.write_bytes(images.png(images.grid(np.stack(pairs), 2)))
    print(f"{len(made)} pairs in {args.out}")


def _invert(args: argparse.Namespace, _: str):
    import numpy as np

    from gan import images
    from gan.studio import Studio

    studio = Studio(args.checkpoints, args.device)
    studio.info(args.model)
    found = studio.invert(args.model, images.open_image(args.file))
    args.out.write_bytes(images.png(images.grid(np.stack([found.seen, found.reconstruction]), 2)))
    print(f"{found.error:.1f} grey levels off, root mean square; both in {args.out}. In Explore:")
    print(f"?{urlencode({'model': args.model} | found.point.to_query())}")


def _score(args: argparse.Namespace, _: str):
    from gan import images
    from gan.measure.scoring import from_elsewhere
    from gan.studio import Studio

    studio = Studio(args.checkpoints, args.device)
    for file in args.files:
        picture, remarks = images.open_with_remarks(file)
        score = from_elsewhere(studio.score(args.model, [picture])[0])
        verdict = f"logit {score.logit:+.2f}, sigmoid {score.probability:.2f}. {score.verdict}"
        if shaping := studio.shaping(args.model, picture):
            remarks.append(f"{file.name} is seen {shaping}.")
        print(*remarks, f"{file.name}: {verdict}", sep="\n")


def _evaluate(args: argparse.Namespace, _: str):
    from gan.checkpoint import draw_truncation, evaluation, read_truncation

    folder = args.checkpoints / args.model
    found = evaluation.report(folder, args.images, args.device, fetch=args.inception)
    curve = draw_truncation(folder, args.images, args.device) if args.truncation else read_truncation(folder)
    if curve:
        found["truncation"] = asdict(curve)
    print(json.dumps(found, indent=2, ensure_ascii=False))


def _models(args: argparse.Namespace, _: str):
    from gan.studio import Studio

    print("| model | data | recipe | G, D parameters | images seen | minutes | Fréchet | coverage |")
    print("|---|---|---|---|---|---|---|---|")
    studio = Studio(args.checkpoints)
    for info in studio.models():
        g, d = info.parameters
        distance, coverage = (f"{info.metrics.get(key, math.nan):.2f}" for key in ("frechet", "coverage"))
        print(
            f"| {info.name} | {info.dataset} | {info.recipe} | {g / 1e6:.2f} M, {d / 1e6:.2f} M "
            f"| {info.images_seen:,} | {info.seconds / 60:.0f} | {distance} | {coverage} |"
        )
    if hidden := [info.name for info in studio.hidden()]:
        print(f"\nHidden: {', '.join(hidden)}.")
    for why in studio.unreadable().values():
        print(f"\nLeft out: {why}")


def _delete(args: argparse.Namespace, _: str):
    from gan import belonging

    belonging.delete(_folder(args))
    print(f"{args.model} is deleted.")


def _hide(args: argparse.Namespace, _: str):
    from gan import belonging

    belonging.change(_folder(args), hidden=True)
    print(f"{args.model} is in no list any more; `show` brings it back.")


def _show(args: argparse.Namespace, _: str):
    from gan import belonging

    belonging.change(_folder(args), hidden=False, offered=True)
    print(f"{args.model} is in the lists.")


def _folder(args: argparse.Namespace) -> Path:
    """Where the model lies. Raises CheckpointError where there is none, whatever else lies there."""
    from gan import checkpoint

    folder = checkpoint.folder_of(args.checkpoints, args.model)
    checkpoint.read_facts(folder)
    return folder


def _push(args: argparse.Namespace, _: str):
    from gan.checkpoint import hub

    print(hub.push(args.checkpoints / args.model, args.repo, private=args.private))


def _pull(args: argparse.Namespace, _: str):
    from gan.checkpoint import hub

    print(f"Fetched as {hub.pull(args.repo, args.checkpoints)}.")


if __name__ == "__main__":
    temporary.claim()
    sys.exit(main())
