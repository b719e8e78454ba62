"""How much memory a run will need, told from its config before it begins. No torch: plain arithmetic.

    bytes = BASE + 4 × (COPIES_G × parameters of G and E + COPIES_D × parameters of D)
                 + 4 × batch × (KEPT × values in G's and E's layers + 2 × DEEP × KEPT × values in D's)

A parameter is there as weight, slope and two moments of Adam, in the moving average (G's), and again in the
states of the best step and of the last one while they are saved. Of each layer's values some copies are kept
for the way back: of the convolution, its norm and its ReLU; D sees real images and generated ones. A penalty
goes the way back twice, and unrolling once more for each step ahead.
"""

from dataclasses import replace
from functools import singledispatch
from itertools import pairwise

from gan.config import TrainConfig
from gan.knobs import knobs
from gan.limits import Limits
from gan.ranges import ConfigError
from gan.specs import (
    BigDiscriminator,
    BigGenerator,
    ConvDiscriminator,
    ConvGenerator,
    CourseTranslator,
    DiscriminatorSpec,
    GeneratorSpec,
    Latent,
    ModelConfig,
    NoiseAndBack,
    PerceptronDiscriminator,
    PerceptronGenerator,
    Progressive,
    ProgressiveMirror,
    ResNetTranslator,
    Sides,
    Style,
    big_levels,
    on_grid,
    settled,
    working_size,
)

BASE = 750 * 2**20  # Python, torch, the data and the classifier that measures
COPIES_G, COPIES_D = 22, 17  # measured: most are there only while it is saved
KEPT = 3
UNKNOWN_WIDTH = 64  # feature maps of a network that does not say
ATTENTION = 2 * 16**2 * 8**2  # values of each place's shares of all others
PASSES = 3  # of a translator between two sides in one step: there, back, and on its own side
SAMPLED = 64  # images that are sampled at a time, without a way back


@singledispatch
def of_generator(spec: GeneratorSpec, model: ModelConfig) -> tuple[int, int]:
    """Its parameters, nearly, and the values in its layers for one image.

    Of a kind that nothing is registered for, what convolutions of its width would have.
    """
    return _pyramid(getattr(spec, "feature_maps", UNKNOWN_WIDTH), model)


@singledispatch
def of_discriminator(spec: DiscriminatorSpec, model: ModelConfig) -> tuple[int, int]:
    """The same of a discriminator."""
    return _pyramid(getattr(spec, "feature_maps", UNKNOWN_WIDTH), model)


@of_generator.register
def _(spec: ConvGenerator, model: ModelConfig) -> tuple[int, int]:
    weights, layers = _pyramid(spec.feature_maps, model)
    stem = 16 * _widths(spec.feature_maps, model)[-1] * (model.latent.latent_dim + model.latent.width)
    more, at_full = _full_res(spec, model)
    return stem + weights + more, layers + at_full


@of_discriminator.register
def _(spec: ConvDiscriminator, model: ModelConfig) -> tuple[int, int]:
    weights, layers = _pyramid(spec.feature_maps, model)
    more, at_full = _full_res(spec, model)
    return weights + _head(spec, model, 16 * _widths(spec.feature_maps, model)[-1]) + more, layers + at_full


@of_generator.register
def _(spec: PerceptronGenerator, model: ModelConfig) -> tuple[int, int]:
    weights, layers = _perceptron(spec.feature_maps, model)
    return 4 * spec.feature_maps * (model.latent.latent_dim + model.latent.width) + weights, layers


@of_discriminator.register
def _(spec: PerceptronDiscriminator, model: ModelConfig) -> tuple[int, int]:
    weights, layers = _perceptron(spec.feature_maps, model)
    return weights + _head(spec, model, 4 * spec.feature_maps), layers


@of_generator.register
def _(spec: BigGenerator, model: ModelConfig) -> tuple[int, int]:
    widths, given, side = _of_levels(spec.feature_maps, model)[::-1], model.latent, 4
    chunk, embedded = given.latent_dim / len(widths), 64 * bool(given.width)
    weights, layers = 16 * chunk * widths[0] + 64 * given.width + 9 * widths[-1] * model.channels, 0
    for inside, outside in pairwise(widths):
        side *= 2
        weights += (9 * outside + 2 * (chunk + embedded)) * (inside + outside) + inside * outside
        layers += (inside + 3 * outside) * side**2
    return int(weights), layers + ATTENTION


@of_discriminator.register
def _(spec: BigDiscriminator, model: ModelConfig) -> tuple[int, int]:
    widths, given = _of_levels(spec.feature_maps, model)[:-1], model.given
    side, told = 2 << big_levels(model.grid_size), given.width if isinstance(given, Latent) else 0
    weights, layers = told * widths[-1], 0
    for inside, outside in pairwise((model.channels, *widths, widths[-1])):
        weights += 9 * outside * (inside + outside) + inside * outside
        layers += 2 * outside * side**2
        side //= 2
    return weights, layers + ATTENTION


@of_generator.register
def _(spec: Style, model: ModelConfig) -> tuple[int, int]:
    given, sides = model.latent, _sides(model)
    widths = [spec.feature_maps * min(sides[-1] // side, 8) for side in sides]
    mapping = spec.w_dim * (given.latent_dim + (spec.mapping_layers - 1) * spec.w_dim)
    weights = 9 * widths[0] ** 2 + sum(9 * b * (a + b) for a, b in pairwise(widths))
    weights += 3 * spec.w_dim * sum(widths)  # to the layers' own scales
    # what is modulated and demodulated is there more often than what is convolved alone
    return mapping + weights, sum(6 * width * side**2 for width, side in zip(widths, sides, strict=True))


@of_generator.register
def _(spec: Progressive, model: ModelConfig) -> tuple[int, int]:
    given = model.latent
    weights, layers = _grown(spec, model)
    return weights + 16 * spec.feature_maps * (given.latent_dim + given.width), layers


@of_discriminator.register
def _(spec: ProgressiveMirror, model: ModelConfig) -> tuple[int, int]:
    weights, layers = _grown(spec, model)
    return weights + 16 * spec.feature_maps**2, layers


@of_generator.register
def _(spec: CourseTranslator, model: ModelConfig) -> tuple[int, int]:
    w, c, pixels = spec.feature_maps, model.channels, model.grid_size**2
    weights = 32 * c * w + (64 + 36 * spec.blocks) * w**2
    return weights, PASSES * pixels * (c + w // 2 + (1 + spec.blocks) * w // 8)


@of_generator.register
def _(spec: ResNetTranslator, model: ModelConfig) -> tuple[int, int]:
    w, c, pixels = spec.feature_maps, model.channels, model.grid_size**2
    weights = 98 * c * w + (180 + 288 * spec.blocks) * w**2
    return weights, PASSES * pixels * (c + 3 * w + (1 + 2 * spec.blocks) * w // 4)


def parameters(model: ModelConfig) -> tuple[int, int]:
    """Of G, with E if there is one, and of D, nearly; of two sides those of both."""
    return _of_all(model, 0)


def values(model: ModelConfig) -> tuple[int, int]:
    """In the layers of G, with E if there is one, and of D, for one image; of two sides likewise."""
    return _of_all(model, 1)


def _of_all(model: ModelConfig, which: int) -> tuple[int, int]:
    alike, inside = 2 if isinstance(model.given, Sides) else 1, on_grid(model)
    g, d = of_generator(inside.generator, inside), of_discriminator(inside.discriminator, inside)
    return alike * g[which] + _encoder(model)[which], alike * d[which]


def run_bytes(config: TrainConfig) -> int:
    """What a run of this config will need, nearly: see above."""
    (g, d), (of_g, of_d) = parameters(config.model), values(config.model)
    weights = COPIES_G * g + (COPIES_D + 3 * config.unroll) * d
    on_the_way = config.batch * KEPT * (of_g + 2 * (1 + config.penalised + config.unroll) * of_d)
    if knobs(config.model).get("d_batch") == "discrimination":
        on_the_way += 2 * config.batch**2 * 256  # each image against each other
    sampled = 2 * max(SAMPLED, config.grid_images) * of_g
    return BASE + 4 * (weights + on_the_way + sampled)


def check(config: TrainConfig, limits: Limits):
    """Raises ConfigError, a sentence that says what to make smaller, for a run that needs too much memory."""
    needs, most = run_bytes(config), limits.run_memory_bytes
    if needs > most:
        raise ConfigError(
            f"This run would need about {_gigabytes(needs)} GB of memory, and here it may take "
            f"{_gigabytes(most)}: make {' or '.join(_causes(config))} smaller."
        )


def _causes(config: TrainConfig) -> list[str]:
    """What to make smaller: the width, and the batch if half of it would help much."""
    half = run_bytes(replace(config, batch=max(2, config.batch // 2)))
    helps = half - BASE < 0.8 * (run_bytes(config) - BASE)
    return ["the width (feature maps)", *(["the batch"] if helps else [])]


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:.1f}".removesuffix(".0")


def _pyramid(feature_maps: int, model: ModelConfig) -> tuple[int, int]:
    """Parameters and values of the 4x4 convolutions between the image and the 4x4 map."""
    widths, side = _widths(feature_maps, model), working_size(model.image_size)
    layers = model.channels * side**2
    for width in widths:
        side //= 2
        layers += width * side**2
    return sum(16 * a * b for a, b in pairwise((model.channels, *widths))), layers


def _encoder(model: ModelConfig) -> tuple[int, int]:
    """As wide as G, and as large as the image, whatever grid that has."""
    if not isinstance(model.given, NoiseAndBack):
        return 0, 0
    maps = getattr(model.generator, "feature_maps", UNKNOWN_WIDTH)
    weights, layers = _pyramid(maps, model)
    return weights + 16 * _widths(maps, model)[-1] * model.given.latent_dim, layers


def _full_res(spec: ConvGenerator | ConvDiscriminator, model: ModelConfig) -> tuple[int, int]:
    """What a layer on the image's own side adds: a 4x4 convolution to fewer maps, a 3x3 one to colours."""
    if not spec.full_res:
        return 0, 0
    half, maps, channels = spec.feature_maps // 2, spec.feature_maps, model.channels
    return 16 * maps * (half - channels) + 9 * half * channels, half * working_size(model.image_size) ** 2


def _widths(feature_maps: int, model: ModelConfig) -> list[int]:
    """Of the layers, from the image's side on."""
    return [feature_maps << k for k in range(working_size(model.image_size).bit_length() - 3)]


def _of_levels(feature_maps: int, model: ModelConfig) -> list[int]:
    """Widths of residual networks, from the image's side on down to 4x4."""
    return [feature_maps * min(1 << level, 8) for level in range(big_levels(model.grid_size))]


def _grown(spec: Progressive | ProgressiveMirror, model: ModelConfig) -> tuple[int, int]:
    """Parameters and values of two convolutions a level, at full size."""
    sides = _sides(model)
    widths = [min(spec.feature_maps, 4 * spec.feature_maps >> level) for level in range(len(sides))]
    weights = 9 * widths[0] ** 2 + sum(9 * b * (a + b) for a, b in pairwise(widths))
    return weights, sum(4 * width * side**2 for width, side in zip(widths, sides, strict=True))


def _sides(model: ModelConfig) -> list[int]:
    """Of the maps that a generator goes through, from 4 pixels on."""
    return [4 << k for k in range((model.image_size - 1).bit_length() - 1)]


def _perceptron(feature_maps: int, model: ModelConfig) -> tuple[int, int]:
    """Parameters and values of the hidden layers and of the image."""
    widths, pixels = [4 * feature_maps, 8 * feature_maps, 16 * feature_maps], _pixels(model)
    return sum(a * b for a, b in pairwise((*widths, pixels))), sum(widths) + pixels


def _pixels(model: ModelConfig) -> int:
    return model.channels * model.image_size**2


def _head(spec: ConvDiscriminator | PerceptronDiscriminator, model: ModelConfig, flat: int) -> int:
    """Of D's last layers, over so many features."""
    near = 256 * flat if spec.batch == "discrimination" else 0
    joint = 256 * (flat + model.given.latent_dim + 512) if isinstance(model.given, NoiseAndBack) else 0
    placed = isinstance(model.given, Latent) and settled(spec.condition, model.given.labels) == "placed"
    return flat + near + joint + (model.latent.width * flat if placed else 0)
