"""What is known of a trained model, and the card that tells people so."""

import re
import shlex
from dataclasses import dataclass, field

from gan.config import FITTED, TrainConfig
from gan.knobs import knobs
from gan.measure.measures import MEASURES
from gan.ranges import within
from gan.specs import VIEWS, Label, ModelConfig, NoiseAndBack, Sides, settled
from gan.system.reading import Spoilt, built
from gan.words import label_words, percent

OF_SEEDS = "The images of the first 64 seeds"
OF_LABELS = f"{OF_SEEDS}, with the labels of as many real images"
SEARCHED = "search for a picture (error in grey levels: a held-out one, one of its own, one of another kind)"
NAMED = "directions with names (on how many of 500 fresh seeds 3 σ flip the label, and another one)"
OF_SIDES = "Eight held-out pictures, below them what became of each, and below that what came back"
OF_PAIRS = "Eight held-out sources, below them what it makes of each, and below that the true answers"
MOST_LETTERS = 1000  # of a name or a title
MOST = 10**15  # steps, images, weights, seconds


@dataclass(frozen=True)
class Facts:
    """What config.json says of a model."""

    title: str
    train: TrainConfig
    data_title: str
    steps: int
    images_seen: int
    seconds: float
    parameters: tuple[int, int]  # of the generator and of the discriminator
    metrics: dict[str, float] = field(default_factory=dict)  # see features.evaluate
    command: str = ""  # that made it
    version: str = ""  # of the program that wrote it; older ones wrote none
    search: tuple[float, ...] = ()  # where it was measured: errors for a held-out, an own and another picture


def read(values: dict) -> Facts:
    """The Facts that `asdict` made these values of. Raises ValueError, a few words, for any others."""
    if isinstance(values.get("metrics"), dict):  # what could not be measured is no fact
        finite = {name: value for name, value in values["metrics"].items() if value == value}
        values = values | {"metrics": finite}
    facts = built(Facts, values)
    if len(facts.search) not in (0, 3):
        raise Spoilt("its search was measured on other pictures")
    sizes = map(abs, (*facts.metrics.values(), *facts.search))
    check_numbers(facts.steps, facts.images_seen, facts.seconds, *facts.parameters, *sizes)
    named = [facts.title, facts.data_title, facts.train.recipe, facts.version]
    for label in getattr(facts.train.model.given, "labels", ()):
        named += [label.column, *label.values]
    if isinstance(sides := facts.train.model.given, Sides):
        named += [sides.column, sides.a, sides.b]
    if any(len(text) > MOST_LETTERS for text in named):
        raise Spoilt(f"a name in it has over {MOST_LETTERS} letters")
    return facts


def check_numbers(*numbers: float):
    """Raises ConfigError for one that cannot count steps, images, weights or seconds."""
    for number in numbers:
        within("number", number, 0, MOST)


def without_paths(command: str) -> str:
    """A command as others may read it: of the path of a file or folder, only the name."""
    return "\n".join(map(_without_paths, command.split("\n")))


def _without_paths(line: str) -> str:
    try:
        words = shlex.split(line)
    except ValueError:  # no shell's line
        words = line.split()
    bare = [_bare(word) for word in words]
    return line if bare == words else shlex.join(bare)


def _bare(word: str) -> str:
    flag, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    leads_out = value.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:[\\/]", value) or ".." in value
    parts = [part for part in re.split(r"[\\/]", value) if part not in ("", ".", "..", "~")]
    return f"{flag}{equals}{parts[-1] if parts else '.'}" if leads_out else word


def text(facts: Facts, preview: str, named: str = "") -> str:
    """The model card: what the model is, of what, how good, and the command that made it. Markdown.

    named: the directions that have names, in words; "" where none were looked for.
    """
    rows = f"\n| {NAMED} | {named} |" if named else ""
    if facts.search:
        rows += f"\n| {SEARCHED} | {', '.join(f'{error:.1f}' for error in facts.search)} |"
    config, model, (g, d) = facts.train, facts.train.model, facts.parameters
    on = "" if config.device in ("auto", "cpu") else " on a GPU"
    colour, side = "in colour" if model.channels == 3 else "in grey", model.image_size
    return f"""---
library_name: gan-studio
pipeline_tag: {"image-to-image" if config.translates else "unconditional-image-generation"}
license: mit
---
# {facts.title}

A GAN trained by {_program(facts)} on {facts.data_title}: {side}×{side} pixels {colour}.{_made_square(model)}

![{_shown(config)}]({preview})

| | |
|---|---|
| recipe | {config.recipe}: {", ".join(_parts(config))} |
| size | {_size(model)} |
| parameters | generator {g:,}, discriminator {d:,} |
| training | {facts.steps:,} steps, {facts.images_seen:,} images, {facts.seconds:,.0f} seconds{on} |{rows}
{_measured(facts)}{_made(facts)}"""


def _shown(config: TrainConfig) -> str:
    if config.has_source or config.has_sides:
        return OF_PAIRS if config.has_source else OF_SIDES
    return OF_LABELS if len(getattr(config.model.given, "labels", ())) > 1 else OF_SEEDS


def _program(facts: Facts) -> str:
    return f"GAN Studio {facts.version}".strip()


def _made_square(model: ModelConfig) -> str:
    done = ["without their black or white bars"] * model.cut_bars
    done += [f"whole and {FITTED[model.fit]}"] if model.fit != "crop" else []
    return f" Its images were taken {', '.join(done)}." if done else ""


def _size(model: ModelConfig) -> str:
    settings = knobs(model)
    latent = f"latent dimension {settings['latent_dim']}, " if "latent_dim" in settings else ""
    return f"{latent}{settings.get('feature_maps', 'no')} feature maps"


CONDITIONS = {"placed": "projection, place by place"}
LOOKS = {"stddev": "minibatch standard deviation", "discrimination": "minibatch discrimination"}


def _parts(config: TrainConfig) -> list[str]:
    """What the model is made of, in words."""
    model, settings = config.model, knobs(config.model)
    norm = {"none": "no"}.get(settings.get("d_norm", ""), settings.get("d_norm"))
    labels = getattr(model.given, "labels", ())
    condition = getattr(model.discriminator, "condition", "")
    parts = (
        f"{config.loss} loss", model.generator.words(), f"{norm} norm in the discriminator" if norm else "",
        _told(labels, settings, condition), LOOKS.get(settings.get("d_batch", ""), ""),
        "uniform latent" if settings.get("latent") == "uniform" else "",
        f"out of {VIEWS[model.source.view]}" if config.has_source else "",
        f"between {_sides(model.sides)}" if config.has_sides else "",
        f"λ {config.cycle_weight:g} of the cycle" if config.cycle_weight else "",
        f"identity loss × {config.identity_weight:g}" if config.identity_weight else "",
        f"λ {config.l1_weight:g} of L1" if config.l1_weight else "",
        "" if config.gan_weight else "no adversarial loss",
        "an encoder" if isinstance(model.given, NoiseAndBack) else "",
        "feature matching" if config.feature_matching else "",
        f"unrolled {config.unroll} steps" if config.unroll else "",
        f"DiffAugment ({config.augment})" if config.augment else "",
        "orthogonal regularisation" if config.orthogonal_weight else "",
    )  # fmt: skip
    return [part for part in parts if part]


def _sides(sides: Sides) -> str:
    a, b = sides.words()
    return f"{label_words(sides.column)} {a} and {b}"


def _told(labels: tuple[Label, ...], settings: dict, condition: str) -> str:
    named = [f"the {label_words(label.column)}, one of {len(label.values)}" for label in labels]
    dropout, some = settings.get("label_dropout"), "some " * (len(labels) > 1)
    left = f", {some}left open for {percent(dropout)} of the images" if dropout else ""
    by = settled(condition, labels)
    by = CONDITIONS.get(by, by)
    return f"conditional on {'; '.join(named)}{left}, by {by}" if named else ""


def _measured(facts: Facts) -> str:
    there = {one.card: facts.metrics[name] for name, one in MEASURES.items() if name in facts.metrics}
    if not there:
        return ""
    table = "\n".join(f"| {about} | {value:.3g} |" for about, value in there.items())
    of = "What it makes of held-out sources, up to 2,000, against their true answers"
    if facts.train.has_sides:
        of = "What it makes of held-out pictures, up to 1,000 of each side, against those of the other"
    elif not facts.train.has_source:
        of = "2,000 generated images (seeds 0 to 1999) against the held-out images"
    return f"""
## How good it is

{of}, which it never saw. Distances in a small
classifier's features are not comparable to an Inception FID.

| measure | |
|---|---|
{table}
"""


def _made(facts: Facts) -> str:
    return f"\n## How it was made\n\n```\n{facts.command}\n```\n" if facts.command else ""
