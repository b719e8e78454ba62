"""What a model is, what a run is, and how much one may ask for. Frozen, checked once, written as JSON.

Nothing here imports torch: the page, the command line and the checkpoints all read these.
"""

import math
from dataclasses import asdict, dataclass, field, fields

NETWORKS = ("conv", "mlp")
STEMS = ("conv", "linear", "upsample")
D_NORMS = ("batch", "spectral", "none")
D_HEADS = ("conv", "dense")
D_BATCHES = ("none", "discrimination", "stddev")
LATENTS = ("normal", "uniform")
CONDITIONS = ("concat", "projection")
IMAGE_SIZES = (28, 32, 64)
LOSSES = ("minimax", "non-saturating", "least-squares", "wasserstein", "hinge", "relativistic")
OPTIMIZERS = ("adam", "rmsprop")
FITS = ("crop", "pad", "white", "stretch")  # how a picture becomes a square: see images.fit
FITTED = {
    "crop": "cut to its middle square", "pad": "padded with its edges' colours", "white": "padded with white",
    "stretch": "stretched to a square",
}  # fmt: skip
AUGMENTATIONS = ("color", "translation", "cutout")
PRECISIONS = ("auto", "float32", "bfloat16")
DEVICES = ("auto", "cpu", "cuda", "mps")
MOST_CLASSES = 64
READ_ONLY = "This page is for looking only: nothing can be trained, uploaded or deleted here."
OWN = "own:"  # how names of people's own images begin, see data/kept.py

SPOKEN = {"g_lr": "generator's learning rate", "d_lr": "discriminator's learning rate", "n_critic":
          "number of the critic's steps", "gp_lambda": "weight of the gradient penalty"}


class ConfigError(ValueError):
    """A configuration that makes no sense; its text is a sentence for the person who asked."""


@dataclass(frozen=True)
class ModelConfig:
    """A Generator and the Discriminator that mirrors it; with `encoder` also a network from images to z."""

    image_size: int = 32  # side in pixels; 28 works at 32 inside and is padded and cropped at the edge
    channels: int = 3  # 1 grey, 3 colour
    latent_dim: int = 100  # Radford et al. (2016)
    feature_maps: int = 64  # channels of the layer nearest the image; doubled at each halving of the side
    stem: str = "conv"  # how z becomes 4x4: a transposed convolution, a linear layer, or linear + upsampling
    d_norm: str = "batch"  # in the Discriminator: batch norm, spectral norm, or none
    network: str = "conv"  # or "mlp", the multilayer perceptrons of Goodfellow et al. (2014)
    latent: str = "normal"  # what z is drawn from; uniform in [-1, 1] made from the normal numbers of a seed
    d_head: str = "conv"  # the Discriminator's last layer: a convolution over the 4x4 map, or a dense layer
    d_batch: str = "none"  # what it learns of the rest of a batch: nothing, or one of two cures for collapse
    classes: tuple[str, ...] = ()  # that G and D are told; the values of TrainConfig.label, from the data
    condition: str = "projection"  # how D is told: a plane beside the image, or Miyato & Koyama (2018)
    encoder: bool = False  # BiGAN: D judges pairs of image and latent, Donahue et al. (2017)
    fit: str = "crop"  # how the pictures of its data became squares, from the data: see images.fit
    cut_bars: bool = False  # whether black and white bars were cut off them first

    def __post_init__(self):
        object.__setattr__(self, "classes", tuple(self.classes))
        _one_of("image size", self.image_size, IMAGE_SIZES)
        _one_of("channels", self.channels, (1, 3))
        _one_of("network", self.network, NETWORKS)
        _one_of("stem", self.stem, STEMS)
        _one_of("latent", self.latent, LATENTS)
        _one_of("norm of the discriminator", self.d_norm, D_NORMS)
        _one_of("last layer of the discriminator", self.d_head, D_HEADS)
        _one_of("look at the batch", self.d_batch, D_BATCHES)
        _one_of("condition", self.condition, CONDITIONS)
        _one_of("fit", self.fit, FITS)
        within("latent dimension", self.latent_dim, 2, 512)
        within("feature maps", self.feature_maps, 4, 256)
        _refuse(self.network == "mlp" and self.d_norm == "batch",
                "The multilayer perceptrons have no batch norm: choose spectral norm or none.")
        _refuse(self.encoder and self.network == "mlp",
                "An encoder goes with the convolutional networks: choose network conv.")
        _refuse(self.encoder and bool(self.classes),
                "BiGAN's discriminator is told the latent, a conditional one the class: choose one.")
        _refuse(len(self.classes) == 1 or len(self.classes) > MOST_CLASSES,
                f"A conditional model needs 2 to {MOST_CLASSES} classes, not {len(self.classes)}.")


@dataclass(frozen=True)
class TrainConfig:
    """One run, whole: the same config and seed give the same run on a CPU."""

    model: ModelConfig = field(default_factory=ModelConfig)
    data: str = "pixel_faces"  # a data set's name, such as "own:…" of people's own images
    recipe: str = "dcgan"  # the name the parts below were taken from, for people
    name: str = ""  # what the model is kept as; empty: made up from data and recipe
    start_from: str = ""  # a kept training state to go on from; seconds and steps then count from there
    label: str = ""  # the label column that a conditional model is told; empty: none
    loss: str = "non-saturating"
    label_smoothing: float = 0.0  # real images' target falls to 1 - this, Salimans et al. (2016)
    r1_gamma: float = 0.0  # gradient penalty on real images, Mescheder et al. (2018)
    r2_gamma: float = 0.0  # the same on generated images
    gp_lambda: float = 0.0  # gradient penalty between them, Gulrajani et al. (2017)
    penalty_every: int = 4  # lazily: every k-th step, times k, Karras et al. (2020)
    clip: float = 0.0  # the critic's weights stay within ±this, Arjovsky et al. (2017); 0: as they are
    n_critic: int = 1  # D's steps for each of G's
    feature_matching: bool = False  # G's aim: D's features of a batch as real ones have them, Salimans (2016)
    unroll: int = 0  # G looks so many of D's steps ahead, Metz et al. (2017)
    augment: str = ""  # DiffAugment, Zhao et al. (2020): some of color,translation,cutout
    instance_noise: float = 0.0  # σ on all that D sees, gone after noise_images, Sønderby et al. (2017)
    noise_images: int = 100_000
    optimizer: str = "adam"
    g_lr: float = 2e-4
    d_lr: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    anneal_images: int = 0  # over so many images γ and the learning rates fall along a cosine; 0: they stay
    gamma_end: float = 1.0  # to this share of γ,
    lr_end: float = 1.0  # and to this share of the learning rates, Huang et al. (2024)
    batch: int = 64
    ema_images: int = 10_000  # half-life of the generator's moving average in images; 0: none
    ema_ramp: float = 0.05  # at most this share of the images seen so far, StyleGAN2-ADA
    seed: int = 0
    seconds: float = 120.0  # time spent training; what a run resumed has used counts
    steps: int = 0  # stop after so many steps as well; 0: seconds alone decide
    grid_images: int = 64
    grid_seconds: float = 1.0  # between two sample grids
    measure_images: int = 256  # samples that a live measure looks at; 0: nothing is measured during the run
    device: str = "auto"
    precision: str = "auto"  # auto: the faster of the two here, timed when the run starts
    threads: int = 0  # 0: as torch finds best

    def __post_init__(self):
        _one_of("loss", self.loss, LOSSES)
        _one_of("optimizer", self.optimizer, OPTIMIZERS)
        _one_of("precision", self.precision, PRECISIONS)
        _one_of("device", self.device, DEVICES)
        for policy in filter(None, self.augment.split(",")):
            _one_of("augmentation", policy, AUGMENTATIONS)
        for name, low, high in (
            ("g_lr", 1e-7, 0.1), ("d_lr", 1e-7, 0.1), ("beta1", 0, 0.9999), ("beta2", 0, 0.99999),
            ("batch", 2, 1024), ("ema_images", 0, 10**9), ("ema_ramp", 0, 1), ("seed", 0, 2**32 - 1),
            ("seconds", 0, 10**6), ("steps", 0, 10**9), ("grid_images", 1, 256), ("grid_seconds", 0, 3600),
            ("r1_gamma", 0, 1000), ("r2_gamma", 0, 1000), ("penalty_every", 1, 1000), ("threads", 0, 256),
            ("label_smoothing", 0, 0.49), ("gp_lambda", 0, 1000), ("clip", 0, 10), ("n_critic", 1, 100),
            ("unroll", 0, 10), ("instance_noise", 0, 2), ("noise_images", 1, 10**9),
            ("anneal_images", 0, 10**9), ("gamma_end", 0, 10), ("lr_end", 0, 10),
            ("measure_images", 0, 10_000),
        ):
            within(SPOKEN.get(name, name.replace("_", " ")), getattr(self, name), low, high)
        _refuse(not self.seconds and not self.steps, "A run needs an end: give it seconds, or steps.")
        self._check_sense()

    def _check_sense(self):
        """Refuses parts that each are fine and together make no sense."""
        model, wasserstein = self.model, self.loss == "wasserstein"
        penalty = bool(self.r1_gamma or self.r2_gamma or self.gp_lambda)
        _refuse(penalty and model.d_norm == "batch",
                "A gradient penalty looks at each image alone, and batch norm in the discriminator does not: "
                "choose spectral norm or none.")
        _refuse(penalty and model.d_batch == "discrimination",
                "A gradient penalty looks at each image alone, and minibatch discrimination does not: "
                "choose one of the two.")
        _refuse(wasserstein and not (penalty or self.clip or model.d_norm == "spectral"),
                "Without a bound on its slope the critic's score grows without end: the Wasserstein loss "
                "needs weight clipping, a gradient penalty or spectral norm.")
        _refuse(self.clip and not wasserstein,
                "Weight clipping bounds the critic of the Wasserstein loss; with another loss it only hurts.")
        _refuse(self.clip and self.gp_lambda,
                "Weight clipping and the gradient penalty do the same work: choose one.")
        _refuse(self.label_smoothing and self.loss not in ("minimax", "non-saturating", "least-squares"),
                f"The {self.loss} loss has no target that label smoothing could move.")
        _refuse(self.unroll and (penalty or self.clip or model.d_norm == "spectral"),
                "Unrolling goes through the discriminator's own steps; with penalties, clipping or spectral "
                "norm these can't be followed: take one of the plain losses with batch norm or none.")
        _refuse(self.unroll and (self.optimizer != "adam" or model.encoder),
                "Unrolling is written for Adam and for a generator without an encoder.")
        _refuse(self.feature_matching and (model.encoder or self.unroll),
                "Feature matching gives the encoder nothing to learn from and looks no steps ahead: "
                "switch off the encoder and the unrolling.")
        _refuse(model.encoder and self.loss == "least-squares",
                "BiGAN turns real and fake around for the encoder, which the targets of least squares do not "
                "allow: choose another loss.")
        _refuse(bool(model.classes) and not self.label,
                "A conditional model needs to know which label it is told.")
        _refuse(model.encoder and bool(self.label),
                "BiGAN's discriminator is told the latent, a conditional one the class: choose one.")


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
        _one_of("network to train alone", self.only, ("", "D", "G"))
        within("delay", self.delay, 0, 10)
        for rate in filter(lambda rate: rate is not None, (self.g_lr, self.d_lr)):
            within("learning rate", rate, 0, 0.1)


@dataclass(frozen=True)
class Limits:
    """What one visitor of the page may ask for; the server holds to these whatever a request says."""

    read_only: bool = False  # nothing can be trained, uploaded, kept or deleted
    run_seconds: float = 600.0  # seconds that a run may train
    run_batch: int = 256  # images a step
    run_grid_images: int = 64  # samples that a run shows at a time
    run_grid_seconds: float = 0.25  # seconds between two times that it shows them
    run_measure_images: int = 1024  # samples that a live measure looks at
    name_length: int = 60  # letters of a model's name
    runs_at_once: int = 1  # runs that train at the same time; the others wait
    runs_waiting: int = 40  # runs in the queue; then no more are taken
    unwatched_seconds: float = 90.0  # after these a run that no page asks about is stopped
    parted_seconds: float = 30.0  # the same after its last page has closed: a reload is back within it
    states_kept: int = 6  # training states of one run that one can fork from
    pause_seconds: float = 600.0  # after these a paused run is stopped: it holds the place of another
    generate_images: int = 64  # images of one request
    walk_frames: int = 240  # images of one walk
    walk_seeds: int = 32  # seeds that one walk passes through
    judge_images: int = 16  # images judged at a time
    upload_bytes: int = 200 * 2**20  # of all files of one upload together, unpacked
    upload_files: int = 20_000  # files of one upload
    own_unused_seconds: float = 6 * 3600.0  # then prepared pictures go that no page, run or model uses
    own_bytes: int = 8 * 2**30  # of prepared pictures; over that the longest unused go first
    image_pixels: int = 40_000_000  # pixels of one file, read from its header before anything is decoded
    image_side: int = 30_000  # pixels of the longer side, likewise
    decode_seconds: float = 2.0  # of a processor, to open one picture; then it is given up
    decode_bytes: int = 300 * 2**20  # of memory, to open one picture
    decode_waiting: int = 32  # pictures that wait to be opened; then no more are taken
    train_images_least: int = 50  # images of one's own that training takes
    run_memory_bytes: int = 4 * 2**30  # memory that a run may be expected to need
    wall_seconds: float = 1800.0  # seconds from a run's begin to its end, pauses counted; or 1.5 run_seconds
    visitor_runs: int = 40  # runs started within an hour by one browser, forks counted
    address_runs: int = 400  # runs started within an hour from one address, which a class may share
    server_runs: int = 600  # runs started within an hour by everybody together
    visitor_runs_going: int = 3  # runs of one browser that train or wait at the same time
    visitor_models: int = 40  # models kept by one browser
    server_models: int = 1000  # models kept by all browsers together
    request_bytes: int = 512 * 2**10  # of one request that is no upload
    request_values: int = 20_000  # numbers, texts and lists in the JSON of one request
    request_depth: int = 32  # lists within lists in the JSON of one request
    visitor_upload_bytes: int = 500 * 2**20  # uploaded within an hour by one browser
    address_upload_bytes: int = 4 * 2**30  # uploaded within an hour from one address
    server_upload_bytes: int = 8 * 2**30  # uploaded within an hour by everybody together
    visitor_upload_files: int = 20_000  # files uploaded within an hour by one browser; a zip is one
    address_upload_files: int = 100_000  # files uploaded within an hour from one address
    server_upload_files: int = 200_000  # files uploaded within an hour by everybody together
    free_bytes: int = 2**30  # of the disk that stay free: with less nothing is uploaded, prepared or kept
    fetch_bytes: int = 32 * 2**20  # of a file that lies at an address which a visitor names
    slow_seconds: float = 30.0  # for a request to come, and its answer to move; a body has more by its length
    address_connections: int = 800  # open at the same time from one address
    server_connections: int = 4000  # open at the same time by everybody together

    def __post_init__(self):
        for one in fields(self):
            value, whole = getattr(self, one.name), one.type in (int, "int")
            _refuse(not math.isfinite(value) or value < 0 or (whole and value != int(value)),
                    f"{one.name} is a {'whole ' if whole else ''}number from 0, not {value}.")

    def check_open(self):
        """Raises ConfigError, a sentence, where the page is for looking only."""
        _refuse(self.read_only, READ_ONLY)

    @property
    def wall(self) -> float:
        """A run's seconds from begin to end; a host who allows long runs need not raise it too."""
        return max(self.wall_seconds, 1.5 * self.run_seconds)

    def usual(self, grid_images: int) -> dict:
        """Fields of a TrainConfig that nobody has chosen, brought within these limits."""
        default = TrainConfig()
        return {"grid_images": min(grid_images, self.run_grid_images),
                "grid_seconds": max(default.grid_seconds, self.run_grid_seconds),
                "measure_images": min(default.measure_images, self.run_measure_images)}

    def check_run(self, config: TrainConfig):
        """Raises ConfigError, a sentence, for a run that asks for more than this."""
        self.check_open()
        _refuse(not 0 < config.seconds <= self.run_seconds,
                f"A run may take from 1 to {self.run_seconds:g} seconds here, not {config.seconds:g}.")
        _refuse(config.batch > self.run_batch,
                f"A batch may hold up to {self.run_batch} images here, not {config.batch}.")
        _refuse(config.grid_images > self.run_grid_images,
                f"A run may show up to {self.run_grid_images} samples here, not {config.grid_images}.")
        _refuse(config.grid_seconds < self.run_grid_seconds,
                f"A run may show its samples every {self.run_grid_seconds:g} seconds here, not more often.")
        _refuse(config.measure_images > self.run_measure_images,
                f"A live measure may look at up to {self.run_measure_images} samples here.")
        _refuse(len(config.name) > self.name_length,
                f"A model's name has at most {self.name_length} letters.")


def is_own(data: str) -> bool:
    """It names people's own images; older configs hold the path of their .npz."""
    return data.startswith(OWN) or data.endswith(".npz")


def from_dict(values: dict) -> TrainConfig:
    """The TrainConfig that `asdict` came from. Raises ConfigError where it does not fit."""
    return build(TrainConfig, values | {"model": build(ModelConfig, values.get("model", {}))})


def changed(config: TrainConfig, changes: dict) -> TrainConfig:
    """`config` with other values, those under "model" in its ModelConfig. Raises ConfigError."""
    values = asdict(config)
    return from_dict(values | changes | {"model": values["model"] | changes.get("model", {})})


def makes_sense(config: TrainConfig, changes: dict) -> bool:
    """The changes do change something, and go with the rest."""
    try:
        return changed(config, changes) != config
    except ConfigError:
        return False


def build(kind: type, values: dict):
    """`kind(**values)`. Raises ConfigError for a field that it does not have."""
    unknown = set(values) - {f.name for f in fields(kind)}
    if unknown:
        raise ConfigError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}.")
    return kind(**values)


def _refuse(senseless, why: str):
    if senseless:
        raise ConfigError(why)


def _one_of(what: str, value, allowed: tuple):
    if value not in allowed:
        raise ConfigError(f"The {what} can be {', '.join(map(str, allowed))}, not “{_said(value)}”.")


def within(what: str, value: float, low: float, high: float):
    """Raises ConfigError unless the value is a number from `low` to `high`."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:  # as no NaN is
        raise ConfigError(f"The {what} must be between {low:g} and {high:g}, not “{_said(value)}”.")


def _said(value) -> str:
    """A value as a sentence quotes it, cut."""
    try:
        return str(value)[:40]
    except ValueError:  # a whole number of thousands of digits
        return "a huge number"
