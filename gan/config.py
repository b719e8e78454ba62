"""What a model is, what a run is, and how much one may ask for. Frozen, checked once, written as JSON.

Nothing here imports torch: the page, the command line and the checkpoints all read these.
"""

import math
from dataclasses import dataclass, field, fields

STEMS = ("conv", "linear", "upsample")
D_NORMS = ("batch", "spectral", "none")
IMAGE_SIZES = (28, 32, 64)
LOSSES = ("minimax", "non-saturating", "least-squares", "wasserstein", "hinge", "relativistic")
PRECISIONS = ("auto", "float32", "bfloat16")
DEVICES = ("auto", "cpu", "cuda", "mps")

SPOKEN = {"g_lr": "generator's learning rate", "d_lr": "discriminator's learning rate"}


class ConfigError(ValueError):
    """A configuration that makes no sense; its text is a sentence for the person who asked."""


@dataclass(frozen=True)
class ModelConfig:
    """A Generator and the Discriminator that mirrors it."""

    image_size: int = 32  # side in pixels; 28 works at 32 inside and is padded and cropped at the edge
    channels: int = 3  # 1 grey, 3 colour
    latent_dim: int = 100  # Radford et al. (2016)
    feature_maps: int = 64  # channels of the layer nearest the image; doubled at each halving of the side
    stem: str = "conv"  # how z becomes 4x4: a transposed convolution, a linear layer, or linear + upsampling
    d_norm: str = "batch"  # in the Discriminator: batch norm, spectral norm, or none

    def __post_init__(self):
        _one_of("image size", self.image_size, IMAGE_SIZES)
        _one_of("channels", self.channels, (1, 3))
        _one_of("stem", self.stem, STEMS)
        _one_of("norm of the discriminator", self.d_norm, D_NORMS)
        _within("latent dimension", self.latent_dim, 2, 512)
        _within("feature maps", self.feature_maps, 4, 256)


@dataclass(frozen=True)
class TrainConfig:
    """One run, whole: the same config and seed give the same run on a CPU."""

    model: ModelConfig = field(default_factory=ModelConfig)
    data: str = "pixel_faces"  # a data set's name, or the path of a prepared .npz
    recipe: str = "dcgan"  # the name the parts below were taken from, for people
    name: str = ""  # what the model is kept as; empty: made up from data and recipe
    loss: str = "non-saturating"
    r1_gamma: float = 0.0  # gradient penalty on real images, Mescheder et al. (2018)
    r2_gamma: float = 0.0  # the same on generated images
    penalty_every: int = 4  # lazily: every k-th step, times k, Karras et al. (2020)
    g_lr: float = 2e-4
    d_lr: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    batch: int = 64
    ema_images: int = 10_000  # half-life of the generator's moving average in images; 0: none
    ema_ramp: float = 0.05  # at most this share of the images seen so far, StyleGAN2-ADA
    seed: int = 0
    seconds: float = 120.0  # time spent training; what a run resumed has used counts
    steps: int = 0  # stop after so many steps as well; 0: seconds alone decide
    grid_images: int = 64
    grid_seconds: float = 1.0  # between two sample grids
    device: str = "auto"
    precision: str = "auto"  # auto: the faster of the two here, timed when the run starts
    threads: int = 0  # 0: as torch finds best

    def __post_init__(self):
        _one_of("loss", self.loss, LOSSES)
        _one_of("precision", self.precision, PRECISIONS)
        _one_of("device", self.device, DEVICES)
        for name, low, high in (
            ("g_lr", 1e-7, 0.1), ("d_lr", 1e-7, 0.1), ("beta1", 0, 0.9999), ("beta2", 0, 0.99999),
            ("batch", 2, 1024), ("ema_images", 0, 10**9), ("ema_ramp", 0, 1), ("seed", 0, 2**32 - 1),
            ("seconds", 0, 10**6), ("steps", 0, 10**9), ("grid_images", 1, 256), ("grid_seconds", 0, 3600),
            ("r1_gamma", 0, 1000), ("r2_gamma", 0, 1000), ("penalty_every", 1, 1000), ("threads", 0, 256),
        ):
            _within(SPOKEN.get(name, name.replace("_", " ")), getattr(self, name), low, high)
        if (self.r1_gamma or self.r2_gamma) and self.model.d_norm == "batch":
            raise ConfigError(
                "A gradient penalty looks at each image alone, and batch norm in the discriminator does not: "
                "choose spectral norm or none."
            )
        if not self.seconds and not self.steps:
            raise ConfigError("A run needs an end: give it seconds, or steps.")


# A recipe is a value: the fields of TrainConfig that it sets, and under "model" those of ModelConfig.
RECIPES: dict[str, dict] = {
    "dcgan": {
        "about": "The textbook network of Radford et al. (2016): convolutions, batch norm, Adam.",
    },
    "dcgan-small": {
        "about": "The textbook network at half the width: twice the steps a minute, better in short runs.",
        "model": {"feature_maps": 32},
        "g_lr": 5e-4, "d_lr": 5e-4,
    },
    "sngan": {
        "about": "Spectral norm keeps the discriminator gentle; hinge loss. Miyato et al. (2018).",
        "model": {"feature_maps": 32, "d_norm": "spectral"},
        "loss": "hinge", "g_lr": 4e-4, "d_lr": 4e-4,
    },
    "modern": {
        "about": "Each real image against a fake one; both gradient penalties. After Huang et al. (2024).",
        "model": {"feature_maps": 32, "d_norm": "none"},
        "loss": "relativistic", "r1_gamma": 1.0, "r2_gamma": 1.0, "g_lr": 1e-3, "d_lr": 1e-3,
        "beta1": 0.0, "beta2": 0.99,
    },
}
DEFAULT_RECIPE = "modern"


@dataclass(frozen=True)
class Limits:
    """What one visitor of the page may ask for; the server holds to these whatever a request says."""

    run_seconds: float = 600.0
    run_batch: int = 256
    runs_at_once: int = 1
    runs_waiting: int = 8
    generate_images: int = 64  # in one request
    walk_frames: int = 240
    walk_seeds: int = 32
    judge_images: int = 16
    upload_bytes: int = 200 * 2**20  # all files of one upload together, unpacked
    upload_files: int = 20_000
    image_pixels: int = 40_000_000  # of one file, read from its header before anything is decoded
    train_images_least: int = 50


def recipe_config(recipe: str, model: dict | None = None, **changes) -> TrainConfig:
    """A TrainConfig from a recipe's values with `changes` on top; `model` changes fields of its ModelConfig.

    Raises ConfigError, a sentence, for an unknown recipe or field or a value out of range.
    """
    if recipe not in RECIPES:
        raise ConfigError(f"There is no recipe “{recipe}”; there are {', '.join(RECIPES)}.")
    values = {key: value for key, value in RECIPES[recipe].items() if key != "about"} | changes
    values["model"] = _build(ModelConfig, RECIPES[recipe].get("model", {}) | (model or {}))
    return _build(TrainConfig, values | {"recipe": recipe})


def from_dict(values: dict) -> TrainConfig:
    """The TrainConfig that `asdict` came from. Raises ConfigError where it does not fit."""
    return _build(TrainConfig, values | {"model": _build(ModelConfig, values.get("model", {}))})


def _build(kind: type, values: dict):
    unknown = set(values) - {f.name for f in fields(kind)}
    if unknown:
        raise ConfigError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}.")
    return kind(**values)


def _one_of(what: str, value, allowed: tuple):
    if value not in allowed:
        raise ConfigError(f"The {what} can be {', '.join(map(str, allowed))}, not “{value}”.")


def _within(what: str, value: float, low: float, high: float):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not low <= value <= high:
        raise ConfigError(f"The {what} must be between {low:g} and {high:g}, not “{value}”.")
