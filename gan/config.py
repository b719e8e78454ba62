"""What a run is, and what one may ask of it while it goes. Frozen, checked once, written as JSON.

Nothing here imports torch: the page, the command line and the checkpoints all read these.
"""

from dataclasses import dataclass, field, fields, replace

from gan import upgrade
from gan.knobs import TWO_WISHES, turned
from gan.losses import LOSSES
from gan.ranges import ConfigError, Rule, check, choice, number, one_of, refuse, within
from gan.specs import Latent, ModelConfig, NoiseAndBack, Sides, Source

OPTIMIZERS = ("adam", "rmsprop")
FITTED = {  # what became of a picture that is not square, as a part of a sentence
    "crop": "cut to its middle square", "pad": "padded with the edges' colours", "white": "padded with white",
    "stretch": "stretched to a square",
}  # fmt: skip
AUGMENTATIONS = ("color", "translation", "cutout")
PRECISIONS = ("auto", "float32", "bfloat16")
DEVICES = ("auto", "cpu", "cuda", "mps")
ALL_LABELS, LABELS_IF_ANY = "*", "*?"  # as a label: all columns that fit; likewise, or none if there are none
OWN = "own:"  # how names of people's own images begin, see data/kept.py


@dataclass(frozen=True)
class TrainConfig:
    """One run, whole: the same config and seed give the same run on a CPU."""

    model: ModelConfig = field(default_factory=ModelConfig)
    data: str = "pixel_faces"  # a data set's name, such as "own:…" of people's own images
    recipe: str = "dcgan"  # the name the parts below were taken from, for people
    name: str = ""  # what the model is kept as; empty: made up from data and recipe
    start_from: str = ""  # a kept training state to go on from; seconds and steps then count from there
    label: str = ""  # columns that a conditional model is told, with commas; *: all, *?: all or none
    loss: str = choice("non-saturating", tuple(LOSSES))
    label_smoothing: float = number(0.0, 0, 0.49)  # off real images' target, Salimans et al. (2016)
    r1_gamma: float = number(0.0, 0, 1000)  # gradient penalty on real images, Mescheder et al. (2018)
    r2_gamma: float = number(0.0, 0, 1000)  # the same on generated images
    gp_lambda: float = number(0.0, 0, 1000, "weight of the gradient penalty")  # Gulrajani et al. (2017)
    penalty_every: int = number(4, 1, 1000)  # lazily: every k-th step, times k, Karras et al. (2020)
    drift: float = number(0.0, 0, 1, "weight of the drift")  # of D(real)², Karras et al. (2018)
    clip: float = number(0.0, 0, 10)  # bound of the critic's weights, Arjovsky et al. (2017); 0: none
    n_critic: int = number(1, 1, 100, "number of the critic's steps")  # D's steps for each of G's
    g_steps: int = number(1, 1, 20, "number of the generator's steps")  # for each n_critic of D's
    feature_matching: bool = False  # G's aim: D's features of a batch as real ones have them, Salimans (2016)
    unroll: int = number(0, 0, 10)  # G looks so many of D's steps ahead, Metz et al. (2017)
    gan_weight: float = number(1.0, 0, 100, "weight of the adversarial loss")  # 0: no GAN, D only watches
    gan_after: int = number(0, 0, 10**9)  # so many images from the answers alone come first
    d_weight: float = number(1.0, 0.01, 10, "weight of the discriminator's loss")
    l1_weight: float = number(0.0, 0, 1000, "weight of the L1 loss")  # λ of Isola et al. (2017)
    feature_weight: float = number(0.0, 0, 1000)  # of nearness in features, as the data's classifier sees
    orthogonal_weight: float = number(0.0, 0, 1, "weight of the orthogonal regulariser")  # on G's filters
    cycle_weight: float = number(0.0, 0, 1000, "weight of the cycle loss")  # λ of Zhu et al. (2017)
    identity_weight: float = number(0.0, 0, 1000, "weight of the identity loss")  # the paper's: half of λ
    native: bool = False  # enlarged pixel art is learnt on its own grid
    augment: str = ""  # DiffAugment, Zhao et al. (2020): some of color,translation,cutout
    instance_noise: float = number(0.0, 0, 2)  # σ at first on all that D sees, Sønderby et al. (2017);
    noise_images: int = number(100_000, 1, 10**9)  # after so many it is gone
    optimizer: str = choice("adam", OPTIMIZERS)
    g_lr: float = number(2e-4, 1e-7, 0.1, "generator's learning rate")
    d_lr: float = number(2e-4, 1e-7, 0.1, "discriminator's learning rate")
    beta1: float = number(0.5, 0, 0.9999)
    beta2: float = number(0.999, 0, 0.99999)
    anneal_images: int = number(0, 0, 10**9)  # over so many γ and rates fall along a cosine; 0: they stay
    gamma_end: float = number(1.0, 0, 10)  # to this share of γ,
    lr_end: float = number(1.0, 0, 10)  # and to this share of the learning rates, Huang et al. (2024)
    batch: int = number(64, 2, 1024)
    ema_images: int = number(10_000, 0, 10**9)  # half-life of G's moving average in images; 0: none
    ema_ramp: float = number(0.05, 0, 1)  # at most this share of the images seen so far, StyleGAN2-ADA
    seed: int = number(0, 0, 2**32 - 1)
    seconds: float = number(120.0, 0, 10**6)  # time spent training; what a run resumed has used counts
    steps: int = number(0, 0, 10**9)  # stop after so many steps as well; 0: seconds alone decide
    grid_images: int = number(64, 1, 256)
    grid_seconds: float = number(1.0, 0, 3600)  # between two sample grids
    measure_images: int = number(256, 0, 10_000)  # samples that a live measure looks at; 0: there is none
    device: str = choice("auto", DEVICES)
    precision: str = choice("auto", PRECISIONS)  # auto: the faster of the two here, timed when the run starts
    threads: int = number(0, 0, 256)  # 0: as torch finds best

    def __post_init__(self):
        check(self)
        for policy in filter(None, self.augment.split(",")):
            one_of("augmentation", policy, AUGMENTATIONS)
        for rule in RULES:
            refuse(rule.broken_by(self), rule.why)

    @classmethod
    def upgraded(cls, values: dict) -> dict:
        """JSON that an older version wrote, as today's would have."""
        return upgrade.run(values)

    @property
    def penalised(self) -> bool:
        """D's slope is held down by a penalty."""
        return bool(self.r1_gamma or self.r2_gamma or self.gp_lambda)

    @property
    def critic(self) -> bool:
        """D measures a distance and judges nothing."""
        return LOSSES[self.loss].critic

    @property
    def has_source(self) -> bool:
        """G starts from a picture, and there is an answer to hold its images against."""
        return isinstance(self.model.given, Source)

    @property
    def has_sides(self) -> bool:
        """Two generators lead from one side to the other and back."""
        return isinstance(self.model.given, Sides)

    @property
    def translates(self) -> bool:
        """It makes one picture into another."""
        return self.has_source or self.has_sides

    @property
    def has_encoder(self) -> bool:
        return isinstance(self.model.given, NoiseAndBack)


def _of_d(config: TrainConfig, field: str) -> str:
    """How the discriminator is built, "" for one to which the question does not apply."""
    return getattr(config.model.discriminator, field, "")


RULES = (
    Rule(lambda run: not run.seconds and not run.steps, "A run needs an end: give it seconds, or steps."),
    Rule(lambda run: run.penalised and _of_d(run, "norm") == "batch",
         "A gradient penalty looks at each image alone, and batch norm in the discriminator does not: "
         "choose spectral norm or none."),
    Rule(lambda run: run.penalised and _of_d(run, "batch") == "discrimination",
         "A gradient penalty looks at each image alone, and minibatch discrimination does not: "
         "choose one of the two."),
    Rule(lambda run: run.critic and not (run.penalised or run.clip or _of_d(run, "norm") == "spectral"),
         "Without a bound on its slope the critic's score grows without end: the Wasserstein loss "
         "needs weight clipping, a gradient penalty or spectral norm."),
    Rule(lambda run: run.clip and not run.critic,
         "Weight clipping bounds the critic of the Wasserstein loss; with another loss it only hurts."),
    Rule(lambda run: run.clip and run.gp_lambda,
         "Weight clipping and the gradient penalty do the same work: choose one."),
    Rule(lambda run: run.label_smoothing and not LOSSES[run.loss].smoothed_d,
         "This loss has no target that label smoothing could move: switch the smoothing off, or choose "
         f"{' or '.join(name for name, loss in LOSSES.items() if loss.smoothed_d)}."),
    Rule(lambda run: run.unroll and (run.penalised or run.clip or _of_d(run, "norm") == "spectral"),
         "Unrolling goes through the discriminator's own steps; with penalties, clipping or spectral "
         "norm these can't be followed: take one of the plain losses with batch norm or none."),
    Rule(lambda run: run.unroll and (run.optimizer != "adam" or run.has_encoder),
         "Unrolling is written for Adam and for a generator without an encoder."),
    Rule(lambda run: run.feature_matching and (run.has_encoder or run.unroll),
         "Feature matching gives the encoder nothing to learn from and looks no steps ahead: "
         "switch off the encoder and the unrolling."),
    Rule(lambda run: run.has_encoder and run.loss == "least-squares",
         "BiGAN swaps real and fake for the encoder, which the targets of least squares do not "
         "allow: choose another loss."),
    Rule(lambda run: run.has_encoder and run.label not in ("", LABELS_IF_ANY), TWO_WISHES),
    Rule(lambda run: run.augment and run.has_source,
         "DiffAugment would change the image and not its source: switch it off."),
    Rule(lambda run: run.has_source and not (run.gan_weight or run.l1_weight or run.feature_weight),
         "The generator needs something to learn from: a weight of L1, of the adversarial loss, or both."),
    Rule(lambda run: not run.has_source and (run.l1_weight or run.feature_weight or run.gan_after
                                             or not run.gan_weight),
         "Only what has a target can be held against it, or do without D: choose a recipe of pairs."),
    Rule(lambda run: run.orthogonal_weight and not isinstance(run.model.given, Latent),
         "The orthogonal regulariser is for generators that start from noise: set its weight to 0."),
    Rule(lambda run: not run.has_sides and (run.cycle_weight or run.identity_weight),
         "A cycle needs two sides, there and back again: choose a recipe that has them."),
)  # fmt: skip


@dataclass(frozen=True)
class Control:
    """What one may ask of a run while it goes; the whole wish each time, so that none is lost or doubled."""

    paused: bool = False
    single_steps: int = 0  # asked for since the run began, taken while it is paused
    only: str = ""  # "D" or "G": the other network stands still
    delay: float = 0.0  # seconds after each step: slow motion
    g_lr: float | None = None  # in place of the config's
    d_lr: float | None = None

    def __post_init__(self):
        one_of("network to train alone", self.only, ("", "D", "G"))
        within("delay", self.delay, 0, 10)
        for rate in (self.g_lr, self.d_lr):
            if rate is not None:
                within("learning rate", rate, 0, 0.1)


def called(name: str) -> str:
    """What sentences call a field of TrainConfig."""
    about = {one.name: one.metadata for one in fields(TrainConfig)}.get(name)
    return (about and about.get("called")) or name.replace("_", " ")


def is_own(data: str) -> bool:
    """It names people's own images; older configs hold the path of their .npz."""
    return data.startswith(OWN) or data.endswith(".npz")


def changed(config: TrainConfig, changes: dict) -> TrainConfig:
    """`config` with other values, under "model" those of the model's knobs. Raises ConfigError."""
    rest = {key: value for key, value in changes.items() if key != "model"}
    _check_known(rest)
    return replace(config, **rest, model=turned(config.model, changes.get("model", {})))


def makes_sense(config: TrainConfig, changes: dict) -> bool:
    """The changes do change something, and go with the rest."""
    try:
        return changed(config, changes) != config
    except ConfigError:
        return False


def config_of(model: ModelConfig, values: dict) -> TrainConfig:
    """A run with these values of TrainConfig. Raises ConfigError for a field that it does not have."""
    _check_known(values)
    return TrainConfig(model=model, **values)


def _check_known(values: dict):
    unknown = set(values) - {one.name for one in fields(TrainConfig)}
    if unknown:
        raise ConfigError(f"A run has no setting {', '.join(sorted(map(str, unknown)))}.")
