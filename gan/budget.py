"""How much memory a run will need, told from its config before it begins. No torch: plain arithmetic.

    bytes = BASE + 4 × (COPIES_G × parameters of G and E + COPIES_D × parameters of D)
                 + 4 × batch × (KEPT × values in G's and E's layers + 2 × DEEP × KEPT × values in D's)

A parameter is there as weight, slope and two moments of Adam, in the moving average (G's), and again in the
states of the best step and of the last one while they are saved. Of each layer's values some copies are kept
for the way back: of the convolution, its norm and its ReLU; D sees real images and generated ones. A penalty
goes the way back twice, and unrolling once more for each step ahead.
"""

from dataclasses import replace
from itertools import pairwise

from gan.config import ConfigError, Limits, ModelConfig, TrainConfig

BASE = 750 * 2**20  # Python, torch, the data and the classifier that measures
COPIES_G, COPIES_D = 22, 17  # measured: most are there only while it is saved
KEPT = 3
SAMPLED = 64  # images that are sampled at a time, without a way back


def parameters(model: ModelConfig) -> tuple[int, int]:
    """Of G, with E if there is one, and of D, nearly."""
    given, top = model.latent_dim + len(model.classes), _top(model)
    if model.network == "mlp":
        first, *_, last = _widths(model)
        inner = sum(a * b for a, b in pairwise(_widths(model))) + last * model.channels * model.image_size**2
        return given * first + inner, inner + _head(model, top)
    body = sum(16 * a * b for a, b in pairwise((model.channels, *_widths(model))))
    encoder = body + 16 * top * model.latent_dim if model.encoder else 0
    return 16 * given * top + body + encoder, body + _head(model, 16 * top)


def values(model: ModelConfig) -> tuple[int, int]:
    """In the layers of G, with E if there is one, and of D, for one image."""
    if model.network == "mlp":
        layers = sum(_widths(model)) + model.channels * model.image_size**2
        return layers, layers
    side, layers = 64 if model.image_size > 32 else 32, 0
    image = model.channels * side**2
    for width in _widths(model):
        side //= 2
        layers += width * side**2
    return (image + layers) * (2 if model.encoder else 1), image + layers


def run_bytes(config: TrainConfig) -> int:
    """What a run of this config will need, nearly: see above."""
    (g, d), (of_g, of_d) = parameters(config.model), values(config.model)
    penalty = bool(config.r1_gamma or config.r2_gamma or config.gp_lambda)
    weights = COPIES_G * g + (COPIES_D + 3 * config.unroll) * d
    on_the_way = config.batch * KEPT * (of_g + 2 * (1 + penalty + config.unroll) * of_d)
    if config.model.d_batch == "discrimination":
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


def _widths(model: ModelConfig) -> list[int]:
    """Of the layers, from the image's side on; of a perceptron's hidden ones, from the latent's."""
    if model.network == "mlp":
        return [4 * model.feature_maps, 8 * model.feature_maps, 16 * model.feature_maps]
    return [model.feature_maps << k for k in range(4 if model.image_size > 32 else 3)]


def _top(model: ModelConfig) -> int:
    return 4 * model.feature_maps if model.network == "mlp" else _widths(model)[-1]


def _head(model: ModelConfig, flat: int) -> int:
    """Of D's last layers, over so many features."""
    near = 256 * flat if model.d_batch == "discrimination" else 0
    joint = 256 * (flat + model.latent_dim + 512) if model.encoder else 0
    return flat + near + joint
