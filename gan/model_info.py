"""What the Studio says of models: facts without loading weights, and what comes of an image or a latent."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from numpy import ndarray

from gan import belonging, checkpoint
from gan.belonging import Belongs
from gan.model_card import Facts
from gan.scoring import Score

# the first is shown first
SHIPPED = (
    "pixel-faces", "fashion", "open-peeps", "pixel-faces-dcgan", "fashion-conditional", "pixel-faces-bigan",
)


@dataclass(frozen=True)
class ModelInfo:
    """What is known of a model without loading its weights."""

    name: str
    title: str
    dataset: str  # its title
    data: str  # its name, as `data.load` takes it
    recipe: str
    image_size: int
    channels: int
    latent_dim: int
    feature_maps: int
    label: str  # the label column that it is told; empty for one that is told nothing
    classes: tuple[str, ...]  # its values
    encoder: bool  # it finds the latent of an image
    fit: str  # how its training pictures became squares: see images.fit
    cut_bars: bool  # whether black and white bars were cut off them
    parameters: tuple[int, int]  # of the generator and of the discriminator
    steps: int
    images_seen: int
    seconds: float
    metrics: dict[str, float]  # see features.evaluate; empty where nothing was measured
    preview: Path  # PNG, the images of seeds 0 to 63
    folder: Path
    belongs: Belongs = Belongs()  # noqa: RUF009, frozen


@dataclass(frozen=True, eq=False)
class Encoded:
    """What an encoder makes of an image, and the generator of that."""

    seen: ndarray  # (h, w, c) uint8, the image as the encoder gets it
    z: ndarray  # (latent_dim,) float32
    reconstruction: ndarray  # (h, w, c) uint8


@dataclass(frozen=True, eq=False)
class Frame:
    """What a drag shows: the image of a latent, and the Discriminator's verdict on it."""

    image: ndarray  # (h, w, c) uint8
    score: Score


def read(folder: Path) -> ModelInfo:
    """Raises CheckpointError, a sentence, for a model that is not there or cannot be read."""
    facts = _facts(folder, *(_stamp(folder / name) for name in (checkpoint.CONFIG, checkpoint.MODEL)))
    config = facts.train.model
    return ModelInfo(
        folder.name, facts.title, facts.data_title, facts.train.data, facts.train.recipe,
        config.image_size, config.channels, config.latent_dim, config.feature_maps, facts.train.label,
        config.classes, config.encoder, config.fit, config.cut_bars, facts.parameters, facts.steps,
        facts.images_seen, facts.seconds, facts.metrics, folder / checkpoint.PREVIEW, folder,
        belonging.read(folder),
    )


@lru_cache(maxsize=512)  # lists ask for all of them, and often
def _facts(folder: Path, *_: tuple[int, int] | None) -> Facts:
    """What config.json says, once the weights fit it; read anew when either file is another one."""
    facts = checkpoint.read_facts(folder)
    checkpoint.check_weights(folder, facts.train.model)
    return facts


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_mtime_ns, there.st_size


def place(info: ModelInfo, browser: str | None) -> tuple:
    """In the list of models: the shipped ones first, then the newest; for a browser those of others last."""
    if info.name in SHIPPED:
        return 0, SHIPPED.index(info.name)
    return 1 + (browser is not None and info.belongs.of_others(browser)), -_changed(info)


def _changed(info: ModelInfo) -> float:
    """When it was saved; 0 for one that was deleted this very moment."""
    try:
        return (info.folder / checkpoint.CONFIG).stat().st_mtime
    except FileNotFoundError:
        return 0.0
