"""What a training run tells the world: small frozen facts, no torch.

`list(fit(config))` is a blocking run; the page and the command line render the same stream.
"""

from dataclasses import dataclass, field

from numpy import ndarray

from gan.config import TrainConfig

ONCE_FIELDS = ("frechet", "kernel", "precision", "recall", "density", "coverage")  # of Measured


@dataclass(frozen=True)
class Started:
    """The first event: what runs, where, and the real images to hold the samples against."""

    config: TrainConfig  # as it runs: with device, classes and seconds settled
    data: str  # its title
    images: int  # in the training split
    real: ndarray  # (n, h, w, c) uint8: what the page shows beside the samples, real images or whole pairs
    data_variety: float  # mean pairwise distance of real images, see metrics.variety


@dataclass(frozen=True)
class Progress:
    """Where the run stands, averaged over the steps since the last Progress; a few a second."""

    step: int
    images_seen: int
    seconds: float  # spent training so far, earlier sittings of a resumed run counted in
    images_per_second: float
    d_loss: float
    g_loss: float
    d_accuracy: float  # share it tells apart: on the right side of logit 0, or paired: real above fake
    real_logit: float  # mean
    fake_logit: float


@dataclass(frozen=True)
class Grid:
    """Samples of the moving-average generator from the run's fixed noise."""

    step: int
    seconds: float
    images: ndarray  # (n, h, w, c) uint8
    variety: float  # mean pairwise distance of these samples, comparable with Started.data_variety


@dataclass(frozen=True)
class Measured:
    """How good and how varied the generator is, from more samples than a grid holds; every few seconds."""

    step: int
    seconds: float
    images: int  # samples that were looked at
    duplicates: float  # share of samples with a near-twin among them, see metrics.near_duplicates
    values: dict[str, float] = field(default_factory=dict)  # see measures.MEASURES; {} without a classifier
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)  # column -> values that no sample shows
    held_out_gap: float | None = None  # how much lower D scores unseen real images: 0 no lower, 1 like fakes
    reachable: float | None = None  # the Fréchet distance that as many training images come to

    @property
    def distance(self) -> float | None:
        """What the best model of a run is told by: its Fréchet distance."""
        return self.values.get("frechet")

    @classmethod
    def upgraded(cls, values: dict) -> dict:
        """JSON that an older version wrote, with a field for each measure."""
        flat = {name: values[name] for name in ONCE_FIELDS if name in values}
        rest = {name: value for name, value in values.items() if name not in flat}
        there = {"values": {name: one for name, one in flat.items() if one is not None}} if flat else {}
        return rest | there


@dataclass(frozen=True)
class Paused:
    """The run waits, with all it has; the next event comes when it goes on."""

    step: int


@dataclass(frozen=True)
class Saved:
    """The model is on disk, whole; and so is the training state of this step, if one may fork from it."""

    step: int
    name: str  # the checkpoint's name
    path: str
    best: int = 0  # the step of the model on disk, if that is the best by distance and not the last
    states: tuple[int, ...] = ()  # steps whose training state is kept,
    rates: tuple[tuple[float, float], ...] = ()  # and G's and D's learning rate in force at each of them
    last: str = ""  # the checkpoint of the last step, where that is much worse and kept beside the best


@dataclass(frozen=True)
class Finished:
    """The last event of a run that ended as it should."""

    step: int
    seconds: float
    reason: str  # "time", "steps" or "stopped"


@dataclass(frozen=True)
class Failed:
    """The last event of a run that did not: a sentence for the person. The log has the rest."""

    message: str
    numbers: bool = False  # the losses stopped being numbers


@dataclass(frozen=True)
class Saving:
    """The model is being kept, which may take seconds: Saved comes next, or NotSaved."""


@dataclass(frozen=True)
class NotSaved:
    """It could not be kept: a sentence. What was kept before stays, and the run goes on."""

    why: str


@dataclass(frozen=True)
class Halted:
    """Training has ended: then come Saving and Saved or NotSaved, if anything is to be kept, and Finished."""

    step: int
    reason: str  # as in Finished


News = Saving | NotSaved | Halted  # what a run's process tells beside the events of the run
TrainEvent = Started | Progress | Grid | Measured | Paused | Saved | Finished | Failed
