"""What the Studio says of models: facts without loading weights, and what comes of an image or a latent."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from numpy import ndarray

from gan import belonging, checkpoint, latent
from gan.belonging import Belongs
from gan.checkpoint.card import Facts
from gan.knobs import knobs
from gan.specs import (
    Given,
    Label,
    Latent,
    NoiseAndBack,
    Patches,
    Sides,
    Source,
    Style,
    shrunk,
    source_channels,
    style_layers,
)

AS_NEAR = 2.0  # times as far off as one of its own images
NO_LIKENESS = 0.5  # as far off as a picture of another kind

# the first is shown first
SHIPPED = (
    "face-builder",
    "pixel-faces",
    "peeps-builder",
    "emoji-builder",
    "fashion-conditional",
    "stylegan-faces",
    "stylegan-peeps",
    "progan",
    "biggan",
    "fashion",
    "pixel-faces-bigan",
    "pixel-faces-dcgan",
    "parts-to-face",
    "edges-to-face",
    "glasses",
    "noto-to-twemoji",
    "peeps-x4",
    "parts-to-face-l1",
    "edges-to-face-l1",
    "peeps-x4-pixels",
)


@dataclass(frozen=True, kw_only=True)
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
    given: Given  # what its generators are given: a latent, the labels that they are told, …
    encoder: bool  # it finds the latent of an image
    fit: str  # how its training pictures became squares: see images.fit
    cut_bars: bool  # whether black and white bars were cut off them
    enlarged: int  # its networks work on so many times fewer pixels a side
    source_channels: int  # of a translator's sources,
    shrunk: int  # and how many times smaller they are than its images
    network: str  # what its images come of, by its kind: "style", "progressive", …
    layers: int  # of its images that are told a style each: StyleGAN's; 1 for other models
    gan: bool  # there was a discriminator to please
    patches: bool  # and it judged patch by patch
    parameters: tuple[int, int]  # of the generator and of the discriminator
    steps: int
    images_seen: int
    g_steps: int  # of G in each of these steps
    seconds: float
    metrics: dict[str, float]  # see features.evaluate; empty where nothing was measured
    preview: Path  # PNG, the images of seeds 0 to 63; or sources, what is made of them, and the answers
    folder: Path
    belongs: Belongs = Belongs()  # noqa: RUF009, frozen

    @property
    def labels(self) -> tuple[Label, ...]:
        """The label columns that it is told, with their values."""
        return getattr(self.given, "labels", ())

    @property
    def task(self) -> str:
        """What it is given, by its kind: "noise", …"""
        return self.given.kind

    @property
    def has_latent(self) -> bool:
        """It makes images out of z: there is something to explore."""
        return isinstance(self.given, Latent)

    @property
    def translates(self) -> bool:
        """It makes one picture into another."""
        return isinstance(self.given, Source | Sides)

    @property
    def judges(self) -> bool:
        """Its discriminator can be asked about a picture alone: what would be its source follows from it."""
        return self.has_latent or (self.gan and self.translates and self.view != "pair")

    @property
    def sees_source(self) -> bool:
        """Its discriminator is shown the source beside each picture; a smaller one would say nothing new."""
        return isinstance(self.given, Source) and self.shrunk == 1

    @property
    def ways(self) -> tuple[str, ...]:
        """Those that `Studio.translate` knows, the usual one first; () for a model that goes one way."""
        return self.given.ways

    @property
    def kin(self) -> tuple:
        """What translators that make the same out of the same have in common."""
        return self.data, self.view, self.ways, self.image_size, self.enlarged

    @property
    def pad_side(self) -> int:
        """Pixels a side of what one draws for the model: of a translator's sources, on their own grid."""
        return self.image_size // self.enlarged // self.shrunk

    @property
    def view(self) -> str:
        """What a translator starts from, as a view of its data; "" for other models."""
        return getattr(self.given, "view", "")

    @property
    def label(self) -> str:
        """The first label column that it is told; empty for one that is told nothing."""
        return self.labels[0].column if self.labels else ""

    @property
    def classes(self) -> tuple[str, ...]:
        """The values of that label."""
        return self.labels[0].values if self.labels else ()


@dataclass(frozen=True, eq=False)
class Encoded:
    """What an encoder makes of an image, and the generator of that."""

    seen: ndarray  # (h, w, c) uint8, the image as the encoder gets it
    z: ndarray  # (latent_dim,) float32
    reconstruction: ndarray  # (h, w, c) uint8


@dataclass(frozen=True, eq=False)
class Inverted:
    """The latent whose image comes nearest to a picture, as far as the search has come: see inversion.py."""

    seen: ndarray  # (h, w, c) uint8, the picture as the model's own images are
    z: ndarray  # what the generator takes, (latent_dim + width,) float32, to three decimals
    point: latent.Latent  # the same for Explore and its links
    reconstruction: ndarray  # (h, w, c) uint8, what the generator makes of z
    error: float  # root mean square difference of the two images' values, in grey levels of 255
    share: float  # of the search that is done, 0..1
    samples: int  # of the model's images among which it began; 0 where it began with an encoder's answer

    def is_as_near(self, own: "Inverted") -> bool:
        """The model can draw the picture as well as its own. own: what was found for one of these."""
        return self.error <= AS_NEAR * own.error

    def is_no_likeness(self, another: "Inverted") -> bool:
        """The model cannot draw the picture. another: what was found for one of another kind."""
        return self.error >= NO_LIKENESS * another.error


@dataclass(frozen=True, eq=False)
class Drawn:
    """An explored point and its image."""

    z: ndarray  # what the generator takes, (latent_dim + width,) float32
    image: ndarray  # (h, w, c) uint8


def read(folder: Path) -> ModelInfo:
    """Raises CheckpointError, a sentence, for a model that is not there or cannot be read."""
    facts = _facts(folder, *(_stamp(folder / name) for name in (checkpoint.CONFIG, checkpoint.MODEL)))
    train, model = facts.train, facts.train.model
    given = model.given
    return ModelInfo(
        name=folder.name,
        title=facts.title,
        dataset=facts.data_title,
        data=train.data,
        recipe=train.recipe,
        image_size=model.image_size,
        channels=model.channels,
        given=given,
        latent_dim=given.latent_dim if isinstance(given, Latent) else 0,
        feature_maps=knobs(model).get("feature_maps", 0),
        encoder=isinstance(given, NoiseAndBack),
        fit=model.fit,
        cut_bars=model.cut_bars,
        enlarged=model.enlarged,
        source_channels=source_channels(model),
        shrunk=shrunk(model),
        network=model.generator.kind,
        layers=style_layers(model.grid_size) if isinstance(model.generator, Style) else 1,
        gan=bool(train.gan_weight),
        patches=isinstance(model.discriminator, Patches),
        parameters=facts.parameters,
        steps=facts.steps,
        images_seen=facts.images_seen,
        g_steps=facts.train.g_steps,
        seconds=facts.seconds,
        metrics=facts.metrics,
        preview=folder / checkpoint.PREVIEW,
        folder=folder,
        belongs=belonging.read(folder),
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
