"""What a model is: its images, what G is given, what both sides are built from. One small type a kind.

Each alternative is a frozen dataclass, named by its `kind` in JSON and built into a network by its type, see
gan.models. A value has its range beside it; checks, sliders and --help read it from there. Nothing here
imports torch.

The page, the command line and recipes speak of a model by flat names, see gan.knobs.
"""

import math
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from gan.ranges import Rule, check, choice, number, refuse

IMAGE_SIZES = (16, 28, 32, 64)
STEMS = ("conv", "linear", "upsample")
NORMS = ("batch", "spectral", "none")
HEADS = ("conv", "dense")
BATCHES = ("none", "discrimination", "stddev")
LATENTS = ("normal", "uniform")
CONDITIONS = ("concat", "projection", "placed", "auto")
MADE = ("picture", "change")  # by a translator between two sides; a change is added to its picture
FITS = ("crop", "pad", "white", "stretch")  # how a picture becomes a square: see images.fit
ENLARGED = (1, 2, 4)  # how often pixel art stands repeated in its images
LEAST_GRID = 16  # pixels of its own grid, a side
VIEWS = {  # of a data set, as "out of …" has them: see data/views.py
    "edges": "edges", "parts": "parts", "silhouette": "a silhouette", "grey": "a picture without colours",
    "half": "the left half of a picture", "pair": "the other picture of its pair",
    "small-2": "a picture of half the size", "small-4": "a picture of a quarter of the size",
}  # fmt: skip
PATCH_NORMS = ("batch", "instance", "none")
MOST_CLASSES = 64  # values of one label
MOST_COLUMNS = 32  # labels that one model is told
ANY_NAME = "any"  # in place of a value's name: the label is left open


# What G is given


@dataclass(frozen=True)
class Spec:
    """One alternative. Its `kind` tells it from the others of its family."""

    kind: str = field(default="", init=False)

    def __post_init__(self):
        check(self)

    def on_grid(self, side: int) -> Self:
        """What stands for it where the networks work on so many pixels a side."""
        return self


@dataclass(frozen=True)
class Given(Spec):
    """What the generators start from, and so which task a run has."""

    @property
    def ways(self) -> tuple[str, ...]:
        """What one says to choose between its generators, the usual one first; () where there is one way."""
        return ()


@dataclass(frozen=True)
class Label:
    """A label column that both networks are told, and its values; of these none is called "any".

    One that people's own data call so is "named any" here, since the word alone leaves a label open.
    """

    column: str
    values: tuple[str, ...]

    def __post_init__(self):
        object.__setattr__(self, "values", tuple(_told_from_any(value, self.values) for value in self.values))


def _told_from_any(value: str, others: tuple[str, ...]) -> str:
    name = value
    while name.strip().casefold() == ANY_NAME or (name != value and name in others):
        name = f"named {name}"
    return name


@dataclass(frozen=True, kw_only=True)
class Latent(Given):
    """Random numbers z, drawn for a seed."""

    latent_dim: int = number(100, 2, 512, "latent dimension")  # 100: Radford et al. (2016)
    latent: str = choice("normal", LATENTS)  # uniform in [-1, 1], made from the normal numbers of a seed

    @property
    def labels(self) -> tuple[Label, ...]:
        """What is told beside z."""
        return ()

    @property
    def label_dropout(self) -> float:
        """Share of images for which some labels are left open, "any": from one of them to all."""
        return 0.0

    @property
    def width(self) -> int:
        """How many numbers stand beside z: one for each value of each label."""
        return sum(len(label.values) for label in self.labels)


@dataclass(frozen=True, kw_only=True)
class Noise(Latent):
    """z, and the labels beside it if there are any, each one-hot."""

    kind: str = field(default="noise", init=False)
    labels: tuple[Label, ...] = ()  # from the data: the columns that TrainConfig.label names
    label_dropout: float = number(0.0, 0, 0.9)

    def __post_init__(self):
        super().__post_init__()
        refuse(len(self.labels) > MOST_COLUMNS, f"A model can have up to {MOST_COLUMNS} labels.")
        for label in self.labels:
            count = len(label.values)
            refuse(not 2 <= count <= MOST_CLASSES,
                   f"A conditional model needs 2 to {MOST_CLASSES} classes, not {count}.")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NoiseAndBack(Latent):
    """z, and an encoder that finds the z of an image: BiGAN, Donahue et al. (2017)."""

    kind: str = field(default="noise-and-back", init=False)


@dataclass(frozen=True, kw_only=True)
class Source(Given):
    """A picture that is a view of the target, and stands beside what D judges: Isola et al. (2017)."""

    kind: str = field(default="source", init=False)
    view: str = choice("edges", tuple(VIEWS))


@dataclass(frozen=True, kw_only=True)
class Sides(Given):
    """Two sides without pairs, A and B, told apart by the values of a label: Zhu et al. (2017)."""

    kind: str = field(default="sides", init=False)
    column: str = field(default="", metadata={"knob": "side_label"})  # of the data; empty: as it offers
    a: str = field(default="", metadata={"knob": "side_a"})  # one value or several, with commas between
    b: str = field(default="", metadata={"knob": "side_b"})

    @property
    def ways(self) -> tuple[str, ...]:
        """From A to B, and back: on and off where one side lacks something, else where each leads."""
        if _lacks(self.a) != _lacks(self.b):
            return ("on", "off") if _lacks(self.a) else ("off", "on")
        return self.b, self.a

    def words(self) -> tuple[str, str]:
        """What each side is, as sentences say it: "dark or light"."""
        a, b = (" or ".join(value.strip() for value in side.split(",")) for side in (self.a, self.b))
        return a, b


def _lacks(values: str) -> bool:
    """It says that something is not there: "none", "no hat"."""
    return values == "none" or values.startswith(("no ", "not "))


# What the two sides are built from


@dataclass(frozen=True)
class GeneratorSpec(Spec):
    """What makes images."""

    takes: ClassVar[type[Given]] = Given

    def words(self) -> str:
        """What it is, as a model card says it."""
        return self.kind


@dataclass(frozen=True)
class DiscriminatorSpec(Spec):
    """What judges them."""


LEAST_MAPS, MOST_MAPS = 4, 256


@dataclass(frozen=True, kw_only=True)
class Conv(Spec):
    """What DCGAN's two networks have in common."""

    # of the layer nearest the image; doubled at each halving
    feature_maps: int = number(64, LEAST_MAPS, MOST_MAPS)
    by_size: bool = False  # so many on 32 pixels a side, half of them on 64: a step costs as much on any grid
    full_res: bool = False  # one more layer, on the image's own side, half as wide as that nearest to it

    def on_grid(self, side: int) -> Self:
        if not self.by_size:
            return self
        maps = round(self.feature_maps * 2 ** round(math.log2(32 / side)))
        return replace(self, feature_maps=min(max(maps, LEAST_MAPS), MOST_MAPS), by_size=False)


@dataclass(frozen=True, kw_only=True)
class ConvGenerator(Conv, GeneratorSpec):
    """DCGAN's, Radford et al. (2016)."""

    takes = Latent
    kind: str = field(default="conv", init=False)
    stem: str = choice("conv", STEMS)  # z to 4x4 by a transposed convolution, a linear layer, or + upsampling

    def words(self) -> str:
        return f"{self.stem} stem{', a layer at full size' if self.full_res else ''}"


@dataclass(frozen=True, kw_only=True)
class ConvDiscriminator(Conv, DiscriminatorSpec):
    """DCGAN's mirror of it."""

    kind: str = field(default="conv", init=False)
    norm: str = choice("batch", NORMS, "norm of the discriminator", "d_norm")
    head: str = choice("conv", HEADS, "last layer of the discriminator", "d_head")  # over the 4x4 map
    batch: str = choice("none", BATCHES, "look at the batch", "d_batch")  # two cures for collapse
    # over all places, Miyato & Koyama (2018), or each place's own (placed), which auto takes where labels are
    # several and share the picture; or a plane beside the image
    condition: str = choice("projection", CONDITIONS, "how D is told the labels")


def settled(condition: str, labels: tuple[Label, ...]) -> str:
    """How D is told these labels, with "auto" decided."""
    if condition != "auto":
        return condition
    return "placed" if len(labels) > 1 else "projection"


@dataclass(frozen=True, kw_only=True)
class PerceptronGenerator(GeneratorSpec):
    """The multilayer perceptron of Goodfellow et al. (2014)."""

    takes = Latent
    kind: str = field(default="mlp", init=False)
    feature_maps: int = number(64, 4, 256)  # its hidden layers are 4, 8 and 16 times as wide

    def words(self) -> str:
        return "multilayer perceptrons"


@dataclass(frozen=True, kw_only=True)
class PerceptronDiscriminator(DiscriminatorSpec):
    """The same the other way round."""

    kind: str = field(default="mlp", init=False)
    feature_maps: int = number(64, 4, 256)
    norm: str = choice("none", NORMS, "norm of the discriminator", "d_norm")
    # over features without a side both are one layer; older models have the one or the other
    head: str = choice("conv", HEADS, "last layer of the discriminator", asked=False)
    batch: str = choice("none", BATCHES, "look at the batch", "d_batch")
    condition: str = choice("projection", CONDITIONS, "how D is told the labels")


@dataclass(frozen=True, kw_only=True)
class Style(GeneratorSpec):
    """StyleGAN2's, Karras et al. (2020): z becomes a style, and each layer of the image is told one."""

    takes = Latent
    kind: str = field(default="style", init=False)
    feature_maps: int = number(32, 4, 256)  # of the layer nearest the image; doubled at each halving, up to 8
    w_dim: int = number(128, 2, 512, "dimension of the styles")
    mapping_layers: int = number(2, 1, 8, "number of layers from z to a style")  # 8: the paper's, at 1024 px
    mapping_rate: float = number(0.1, 1e-3, 1, "mapping's share of the learning rate")  # the paper's is .01
    mixing: float = number(0.9, 0, 1, "share of mixed styles")  # of images made from two z in training
    path_weight: float = number(0.0, 0, 100, "weight of the path length")  # 0: none; 2 in the paper

    def words(self) -> str:
        return "styles as in StyleGAN2"


@dataclass(frozen=True, kw_only=True)
class Progressive(GeneratorSpec):
    """ProGAN's, Karras et al. (2018), which begins at 4x4 pixels and grows."""

    takes = Latent
    kind: str = field(default="progressive", init=False)
    feature_maps: int = number(64, 4, 256)  # of the widest levels, those up to 16x16 pixels
    # it has grown after so many images, and not after a share of the run: one that is resumed, or goes on
    # longer than was planned, must be as large as one that was never stopped; 0: full size from the start
    growth_images: int = number(20_000, 0, 10**9, "number of images to grow over")

    def words(self) -> str:
        return "grown level by level"


@dataclass(frozen=True, kw_only=True)
class ProgressiveMirror(DiscriminatorSpec):
    """The discriminator that grows with it."""

    kind: str = field(default="progressive", init=False)
    feature_maps: int = number(64, 4, 256)
    growth_images: int = number(20_000, 0, 10**9, "number of images to grow over")


@dataclass(frozen=True, kw_only=True)
class UNet(GeneratorSpec):
    """Down to one pixel and up again, with a way past each halving: Isola et al. (2017)."""

    takes = Source
    kind: str = field(default="unet", init=False)
    feature_maps: int = number(64, 4, 256)  # of the layer nearest the image; doubled at each halving, up to 8

    def words(self) -> str:
        return "U-Net"


@dataclass(frozen=True, kw_only=True)
class SRNet(GeneratorSpec):
    """Residual blocks on the small picture, then it is enlarged: SRResNet, Ledig et al. (2017)."""

    takes = Source
    kind: str = field(default="srresnet", init=False)
    feature_maps: int = number(64, 4, 256)
    blocks: int = number(16, 1, 32, "number of residual blocks")

    def words(self) -> str:
        return f"{self.blocks} residual blocks"


@dataclass(frozen=True, kw_only=True)
class CourseTranslator(GeneratorSpec):
    """Two halvings, residual convolutions, two doublings, with batch norm: the size that courses use."""

    takes = Sides
    kind: str = field(default="course", init=False)
    feature_maps: int = number(32, 4, 256)  # 32 and one block: CSC321's, University of Toronto
    blocks: int = number(1, 1, 32, "number of residual blocks")
    makes: str = choice("picture", MADE, "what a translator makes")

    def words(self) -> str:
        added = ", whose change is added to the picture" if self.makes == "change" else ""
        return f"translators with batch norm, {self.blocks} residual blocks{added}"


@dataclass(frozen=True, kw_only=True)
class ResNetTranslator(GeneratorSpec):
    """The same way with wide kernels, reflected edges and instance norm: Zhu et al. (2017)."""

    takes = Sides
    kind: str = field(default="resnet", init=False)
    feature_maps: int = number(64, 4, 256)
    blocks: int = number(6, 1, 32, "number of residual blocks")  # the paper's: 6 up to 128 pixels, then 9

    def words(self) -> str:
        return f"translators with instance norm, {self.blocks} residual blocks"


@dataclass(frozen=True, kw_only=True)
class CourseDiscriminator(DiscriminatorSpec):
    """4x4 convolutions alone, down to one logit for the whole image, as courses have it."""

    kind: str = field(default="course", init=False)
    feature_maps: int = number(32, 4, 256)
    norm: str = choice("batch", NORMS, "norm of the discriminator", "d_norm")


@dataclass(frozen=True, kw_only=True)
class Patches(DiscriminatorSpec):
    """PatchGAN, Isola et al. (2017): a logit for each patch of what it sees, a source beside it if any."""

    kind: str = field(default="patches", init=False)
    feature_maps: int = number(64, 4, 256)
    norm: str = choice("batch", PATCH_NORMS, "norm of the patches' discriminator", "patch_norm")
    layers: int = number(2, 1, 3, "number of the discriminator's halvings", "patch_layers")


@dataclass(frozen=True, kw_only=True)
class BigGenerator(GeneratorSpec):
    """BigGAN's residual blocks with self-attention, Brock et al. (2019); spectral norm throughout."""

    takes = Latent
    kind: str = field(default="big", init=False)
    feature_maps: int = number(64, 4, 256)  # of the block nearest the image; doubled at each halving, up to 8

    def words(self) -> str:
        return "residual blocks with self-attention, under spectral norm in both networks"


@dataclass(frozen=True, kw_only=True)
class BigDiscriminator(DiscriminatorSpec):
    """Its counterpart: always under spectral norm, and told the labels by projection."""

    norm: ClassVar[str] = "spectral"
    condition: ClassVar[str] = "projection"
    kind: str = field(default="big", init=False)
    feature_maps: int = number(64, 4, 256)


# The whole


@dataclass(frozen=True)
class ModelConfig:
    """The generators and discriminators of one game, and the images that they are for."""

    image_size: int = choice(32, IMAGE_SIZES)  # side in pixels; 28 works at 32 inside, padded and cropped
    channels: int = choice(3, (1, 3))  # 1 grey, 3 colour
    fit: str = choice("crop", FITS)  # how the pictures of its data became squares, from the data
    cut_bars: bool = False  # whether black and white bars were cut off them first
    enlarged: int = choice(1, ENLARGED, asked=False)  # networks work on so many times fewer pixels a side
    given: Given = field(default_factory=Noise)
    generator: GeneratorSpec = field(default_factory=ConvGenerator)
    discriminator: DiscriminatorSpec = field(default_factory=ConvDiscriminator)

    def __post_init__(self):
        check(self)
        for rule in MODEL_RULES:
            refuse(rule.broken_by(self), rule.why)

    @property
    def latent(self) -> Latent:
        """What G is given, for all that works with a latent alone. Raises TypeError where it is another."""
        if not isinstance(self.given, Latent):
            raise TypeError(f"a model that is given {self.given.kind} has no latent")
        return self.given

    @property
    def source(self) -> Source:
        """What G is given, for all that works with a source alone. Raises TypeError where it is another."""
        if not isinstance(self.given, Source):
            raise TypeError(f"a model that is given {self.given.kind} has no source")
        return self.given

    @property
    def sides(self) -> Sides:
        """What G is given, for all that works with two sides alone. Raises TypeError where it is another."""
        if not isinstance(self.given, Sides):
            raise TypeError(f"a model that is given {self.given.kind} has no two sides")
        return self.given

    @property
    def grid_size(self) -> int:
        """The side of what the networks themselves work on, in pixels."""
        return self.image_size // self.enlarged


MODEL_RULES = (
    Rule(lambda model: isinstance(model.discriminator, PerceptronDiscriminator)
         and model.discriminator.norm == "batch",
         "The multilayer perceptrons have no batch norm: choose spectral norm or none."),
    Rule(lambda model: isinstance(model.given, NoiseAndBack)
         and not isinstance(model.generator, ConvGenerator),
         "An encoder goes with the convolutional networks: choose network conv."),
    Rule(lambda model: not isinstance(model.given, model.generator.takes),
         "These networks are made for something else than what this model is given."),
    Rule(lambda model: isinstance(model.given, Source) and not isinstance(model.discriminator, Patches),
         "Beside a picture stands a discriminator of patches."),
    Rule(lambda model: isinstance(model.generator, SRNet) != (shrunk(model) > 1),
         "A small picture is enlarged by the network srresnet, and that does nothing else."),
    Rule(lambda model: isinstance(model.given, Sides)
         and not isinstance(model.discriminator, Patches | CourseDiscriminator),
         "Each of two sides has a discriminator that sees images alone: the course's, or one of patches."),
    Rule(lambda model: model.enlarged > 1 and (model.grid_size < LEAST_GRID
                                               or model.image_size % model.enlarged),
         f"Pixel art needs a grid of its own of at least {LEAST_GRID} pixels a side."),
    Rule(lambda model: isinstance(model.discriminator, Patches)
         and patches(model.grid_size, model.discriminator.layers) < 1,
         "No patch of that size fits into the image: take fewer halvings in the discriminator."),
    Rule(lambda model: isinstance(model.generator, BigGenerator)
         and model.latent.latent_dim < big_levels(model.grid_size),
         "BigGAN deals the latent out to its levels: give it more numbers, 5 at least for 64 pixels."),
)  # fmt: skip


def source_channels(model: ModelConfig) -> int:
    """Of the pictures that its generator starts from."""
    view = model.given.view if isinstance(model.given, Source) else ""
    return {"edges": 1, "silhouette": 1, "grey": 1, "parts": 3}.get(view, model.channels)


def shrunk(model: ModelConfig) -> int:
    """How many times smaller, a side, its sources are than its images."""
    view = model.given.view if isinstance(model.given, Source) else ""
    return {"small-2": 2, "small-4": 4}.get(view, 1)


def on_grid(model: ModelConfig) -> ModelConfig:
    """The same for images as large as what its networks work on, and with the networks that it has there."""
    side = model.grid_size
    both = {name: getattr(model, name).on_grid(side) for name in ("generator", "discriminator")}
    return replace(model, image_size=side, enlarged=1, **both)


def working_size(image_size: int) -> int:
    """The power of two that convolutions work at: 28 -> 32, 32 -> 32."""
    return 1 << (image_size - 1).bit_length()


def big_levels(side: int) -> int:
    """From 4x4 to the image, each twice the side of the last: 3 for 16 pixels, 4 for 32, 5 for 64."""
    return (side - 1).bit_length() - 1


def style_layers(image_size: int) -> int:
    """How many styles StyleGAN's generator is told for images of that side: two a doubling, from 4 pixels."""
    return 2 * (image_size - 1).bit_length() - 2


STYLES = ("coarse", "middle", "fine")


def layers_of(style: str, count: int) -> range:
    """The layers, of `count` in all, that say what is coarse, middle or fine: thirds, as even as can be.

    At 32 pixels these are the layers of 4 and 8, of 16, and of 32 pixels a side. Raises ConfigError.
    """
    refuse(style not in STYLES, f"A style is {', '.join(STYLES)}, not “{str(style)[:20]}”.")
    first = STYLES.index(style)
    return range(round(first * count / 3), round((first + 1) * count / 3))


def grown(seen: int, images: int, levels: int) -> tuple[int, float]:
    """How large a network is after `seen` images that has grown after `images`: its level, and its α.

    Level 0 is 4x4 pixels. It stands still, and then the next fades in for as long, α from 0 to 1: 10 parts
    and 10 for the first, then 15 and 15, 20 and 20; a larger one takes longer.
    """
    parts = [10 + 5 * level for level in range(levels - 1)]
    now = 2 * sum(parts) * seen / images if images else float("inf")
    for level, part in enumerate(parts):
        if now < 2 * part:
            return (level, 1.0) if now < part else (level + 1, (now - part) / part)
        now -= 2 * part
    return levels - 1, 1.0


def patches(side: int, layers: int) -> int:
    """How many logits a side a discriminator of patches gives for images of that side."""
    for _ in range(layers):
        side //= 2
    return side - 2  # two more convolutions, 4x4 with a margin of 1
