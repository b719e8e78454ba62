"""Recipes: each a value that names its parts, why it exists and who described it.

A recipe holds the fields of TrainConfig and the knobs of ModelConfig that it sets; all else is the default.
Networks are half as wide as the papers' for short runs on few cores, and most learning rates higher; what a
recipe comes to is measured by tests/bench/quality.py.
"""

from dataclasses import dataclass, field

from gan.config import ALL_LABELS, LABELS_IF_ANY, TrainConfig, config_of
from gan.knobs import meant, turned
from gan.ranges import ConfigError
from gan.specs import ModelConfig, Source, shrunk


@dataclass(frozen=True)
class Recipe:
    title: str
    why: str  # it exists, in a line
    source: str  # of PAPERS, with a comma between two
    values: dict = field(default_factory=dict)  # of TrainConfig
    model: dict = field(default_factory=dict)  # knobs of ModelConfig
    needs_label: bool = False  # without one it would be another recipe


SMALL = {"feature_maps": 32}
PLAIN = SMALL | {"d_norm": "none"}
SMALL_RATES = {"g_lr": 5e-4, "d_lr": 5e-4}
REGULAR = {"r1_gamma": 1.0, "g_lr": 1e-3, "d_lr": 1e-3, "beta1": 0.0, "beta2": 0.99}  # a slope held down
MODERN = REGULAR | {"loss": "relativistic", "r2_gamma": 1.0}
SUPER = {"batch": 16, "ema_images": 2000} | SMALL_RATES
ENLARGES = {"network": "srresnet", "view": "small-4", "feature_maps": 32, "blocks": 8, "patch_norm": "none"}
CYCLE = {  # the paper's λ; least squares halves G's loss as well as D's, so G's counts twice
    "loss": "least-squares", "gan_weight": 2.0, "cycle_weight": 10.0, "identity_weight": 5.0, "batch": 16,
    "native": True, "ema_images": 2000,
}  # fmt: skip
FIRST_LABEL = "1"  # as a label: the data's first column, as "2" is the second

RECIPES: dict[str, Recipe] = {
    "told": Recipe(
        "Modern, told the labels",
        "The modern baseline on the pictures' own grid, told every label there is: clear images soonest.",
        "Huang et al. (2024), Miyato & Koyama (2018)",
        # a short run learns to its end: many small steps, and an average that is not behind them
        MODERN | {"label": LABELS_IF_ANY, "native": True, "batch": 32, "ema_ramp": 0.025},
        PLAIN | {"latent_dim": 64, "by_size": True, "condition": "auto"},
    ),
    "modern": Recipe(
        "Modern baseline",
        "Each real image against a generated one, both slopes held down: few parts, hard to upset.",
        "Huang et al. (2024)",
        MODERN,
        PLAIN,
    ),
    "original": Recipe(
        "Original GAN",
        "The first: two multilayer perceptrons and one game. G's loss goes flat where D wins.",
        "Goodfellow et al. (2014)",
        {"loss": "minimax", "g_lr": 5e-4, "d_lr": 1e-4},
        PLAIN | {"network": "mlp"},
    ),
    "dcgan": Recipe(
        "DCGAN",
        "The textbook network: convolutions and batch norm made GANs train.",
        "Radford et al. (2016)",
    ),
    "dcgan-small": Recipe(
        "DCGAN, half the width",
        "The textbook network with 32 feature maps: more steps a minute, for short runs.",
        "Radford et al. (2016)",
        SMALL_RATES,
        SMALL,
    ),
    "lsgan": Recipe(
        "LSGAN",
        "Squares instead of logarithms: images far from the border still pull.",
        "Mao et al. (2017)",
        {"loss": "least-squares"} | SMALL_RATES,
        SMALL,
    ),
    "hinge": Recipe(
        "Hinge loss",
        "D stops caring about what it has right by a margin.",
        "Lim & Ye (2017)",
        {"loss": "hinge"} | SMALL_RATES,
        SMALL,
    ),
    "wgan": Recipe(
        "WGAN",
        "A critic measures a distance instead of judging; its weights are clipped.",
        "Arjovsky et al. (2017)",
        {"loss": "wasserstein", "clip": 0.01, "n_critic": 5, "optimizer": "rmsprop"} | SMALL_RATES,
        SMALL,
    ),
    "wgan-gp": Recipe(
        "WGAN-GP",
        "A penalty on the critic's slope does better what clipping does badly.",
        "Gulrajani et al. (2017)",
        {
            "loss": "wasserstein",
            "gp_lambda": 10.0,
            "penalty_every": 1,
            "n_critic": 5,
            "beta1": 0.0,
            "beta2": 0.9,
        }
        | SMALL_RATES,
        PLAIN,
    ),
    "sngan": Recipe(
        "SNGAN",
        "Spectral norm bounds the discriminator's slope layer by layer; hinge loss.",
        "Miyato et al. (2018)",
        {"loss": "hinge", "g_lr": 4e-4, "d_lr": 4e-4},
        SMALL | {"d_norm": "spectral"},
    ),
    "r1": Recipe(
        "R1 regularised",
        "A flat discriminator around real images makes the game settle.",
        "Mescheder et al. (2018)",
        REGULAR,
        PLAIN,
    ),
    "conditional": Recipe(
        "Conditional GAN",
        "Both networks are given a class, and you choose which to draw.",
        "Mirza & Osindero (2014), Miyato & Koyama (2018)",
        MODERN | {"label": FIRST_LABEL},
        PLAIN,
        needs_label=True,
    ),
    "minibatch-discrimination": Recipe(
        "Minibatch discrimination",
        "D sees how alike the images of a batch are: a generator that repeats itself is caught.",
        "Salimans et al. (2016)",
        SMALL_RATES | {"d_lr": 1e-4},
        SMALL | {"d_batch": "discrimination"},  # D sees more, and goes slower
    ),
    "minibatch-stddev": Recipe(
        "Minibatch standard deviation",
        "The same idea as one number: how much the images of a group differ.",
        "Karras et al. (2018)",
        SMALL_RATES,
        SMALL | {"d_batch": "stddev"},
    ),
    "feature-matching": Recipe(
        "Feature matching",
        "G no longer fools D; it matches what D's features show of real images on average.",
        "Salimans et al. (2016)",
        {"feature_matching": True} | SMALL_RATES,
        SMALL,
    ),
    "unrolled": Recipe(
        "Unrolled GAN",
        "G looks a few of D's answers ahead, and no longer chases a single weak spot.",
        "Metz et al. (2017)",
        # small perceptrons: a step of G goes through several of D's, and a short run still needs many
        {"unroll": 3, "g_lr": 1e-3, "d_lr": 5e-4},
        PLAIN | {"network": "mlp", "feature_maps": 8},
    ),
    "bigan": Recipe(
        "BiGAN",
        "An encoder learns the way back, from an image to its latent.",
        "Donahue et al. (2017), Dumoulin et al. (2017)",
        MODERN,
        PLAIN | {"encoder": True, "latent_dim": 16},  # the fewer numbers, the sooner E finds them
    ),
    "biggan": Recipe(
        "BigGAN",
        "Residual blocks, each told the class and its part of z; attention, and slopes kept in bounds.",
        "Brock et al. (2019), Zhang et al. (2019)",
        {
            "loss": "hinge",
            "g_lr": 1e-4,
            "d_lr": 4e-4,
            "beta1": 0.0,
            "orthogonal_weight": 1e-4,
            "label": FIRST_LABEL,
            "native": True,
        },
        {"network": "big", "feature_maps": 24, "latent_dim": 64},
    ),
    "progan": Recipe(
        "ProGAN",
        "Both networks begin at 4 × 4 pixels and grow: first the whole, then what is finer.",
        "Karras et al. (2018)",
        {
            "loss": "wasserstein",
            "gp_lambda": 10.0,
            "penalty_every": 1,
            "drift": 1e-3,
            "g_lr": 3e-3,  # the paper's 1e-3 is for hundreds of times as many images
            "d_lr": 3e-3,
            "beta1": 0.0,
            "beta2": 0.99,
            "batch": 32,
            "native": True,
        },
        {"network": "progressive", "latent_dim": 128},
    ),
    "stylegan": Recipe(
        "StyleGAN2",
        "z becomes a style that every layer is told: coarse and fine can be mixed, and truncated.",
        "Karras et al. (2020)",
        # its weights are far larger than DCGAN's, and at one rate would learn far slower
        MODERN | {"native": True, "g_lr": 1e-2, "d_lr": 2e-3},
        PLAIN | {"network": "style", "latent_dim": 128},
    ),
    "pix2pix": Recipe(
        "pix2pix",
        "A picture out of another: near the answer by L1, and believable by D, which sees both.",
        "Isola et al. (2017)",
        {"l1_weight": 100.0, "d_weight": 0.5, "batch": 16, "native": True, "ema_images": 2000} | SMALL_RATES,
        {"network": "unet", "view": "edges", "feature_maps": 32, "patch_layers": 1},
    ),
    "srresnet": Recipe(
        "SRResNet",
        "A small picture enlarged, as near to the answer as can be: blurred where it is not sure.",
        "Ledig et al. (2017)",
        SUPER | {"gan_weight": 0.0, "l1_weight": 1.0},
        ENLARGES,
    ),
    "srgan": Recipe(
        "SRGAN",
        "The same first; then D and a classifier ask for more: believable where it is not sure.",
        "Ledig et al. (2017)",
        SUPER | {"gan_weight": 0.02, "l1_weight": 1.0, "feature_weight": 0.1, "gan_after": 40_000},
        ENLARGES,
    ),
    "cyclegan": Recipe(
        "CycleGAN, as in courses",
        "Two sides without pairs, say with glasses and without: there and back gives the same again.",
        "Zhu et al. (2017)",
        CYCLE | {"g_lr": 1e-3, "d_lr": 5e-4},  # the course: 3e-4 each, for runs of hours
        SMALL | {"network": "course", "blocks": 2},
    ),
    "cyclegan-paper": Recipe(
        "CycleGAN, the paper's networks",
        "The same game with wide kernels, instance norm and critics of patches: sharper, and far slower.",
        "Zhu et al. (2017)",
        CYCLE,
        {"network": "resnet", "feature_maps": 24, "blocks": 4, "patch_norm": "instance"},
    ),
}
DEFAULT_RECIPE = "told"
PAPERS = {  # who described it: their number on arXiv
    "Arjovsky et al. (2017)": "1701.07875", "Brock et al. (2019)": "1809.11096",
    "Donahue et al. (2017)": "1605.09782",
    "Dumoulin et al. (2017)": "1606.00704", "Goodfellow et al. (2014)": "1406.2661",
    "Gulrajani et al. (2017)": "1704.00028", "Huang et al. (2024)": "2501.05441",
    "Isola et al. (2017)": "1611.07004", "Karras et al. (2018)": "1710.10196",
    "Karras et al. (2020)": "1912.04958", "Ledig et al. (2017)": "1609.04802",
    "Lim & Ye (2017)": "1705.02894", "Mao et al. (2017)": "1611.04076",
    "Mescheder et al. (2018)": "1801.04406", "Metz et al. (2017)": "1611.02163",
    "Mirza & Osindero (2014)": "1411.1784", "Miyato & Koyama (2018)": "1802.05637",
    "Miyato et al. (2018)": "1802.05957", "Radford et al. (2016)": "1511.06434",
    "Salimans et al. (2016)": "1606.03498", "Zhang et al. (2019)": "1805.08318",
    "Zhu et al. (2017)": "1703.10593",
}  # fmt: skip


def papers(recipe: str) -> list[tuple[str, str]]:
    """(who, address) of the papers that describe a recipe."""
    names = RECIPES[recipe].source.split(", ")
    return [(name, f"https://arxiv.org/abs/{PAPERS[name]}") for name in names]


def recipe_config(recipe: str, model: dict | None = None, **changes) -> TrainConfig:
    """A TrainConfig from a recipe's values with `changes` on top; `model` changes knobs of its ModelConfig.

    Raises ConfigError, a sentence, for an unknown recipe or field or a value out of range.
    """
    if not isinstance(recipe, str) or recipe not in RECIPES:
        raise ConfigError(f"There is no recipe “{recipe}”; there are {', '.join(RECIPES)}.")
    chosen = RECIPES[recipe]
    values = chosen.values | changes | {"recipe": recipe}
    if chosen.needs_label and values.get("label") == LABELS_IF_ANY:
        values["label"] = ALL_LABELS
    asked = model or {}
    kind = {name: asked[name] for name in ("network", "encoder") if name in asked}
    usual = meant(chosen.model | kind)  # of another kind of network the recipe says only what it has, too
    return config_of(turned(ModelConfig(), usual | asked), values)


def of_pairs(recipe: str) -> dict:
    """The knobs by which a recipe learns from the data's own pairs; {} for one that takes no such source."""
    model = recipe_config(recipe).model
    return {"view": "pair"} if isinstance(model.given, Source) and shrunk(model) == 1 else {}


# How a run goes wrong on purpose: a recipe, and what of it is changed. Goodfellow et al. (2014) warn of both.
FAILURES = {
    # G takes three steps while D takes a small one, and puts all its noise on the image that fools D now
    "mode collapse": ("modern", {
        "loss": "non-saturating", "r2_gamma": 0.0, "g_steps": 3, "g_lr": 1e-2, "d_lr": 5e-4, "ema_images": 0,
    }),
    # D tells every image apart within seconds, and from there on minimax gives G no slope to follow. In
    # bfloat16 it does not always come to that
    "vanishing gradients": ("dcgan-small", {
        "loss": "minimax", "g_lr": 1e-3, "d_lr": 4e-3, "precision": "float32",
    }),
}  # fmt: skip


def failing_config(failure: str, model: dict | None = None, **changes) -> TrainConfig:
    """A run that goes wrong in one of the FAILURES, for people to see it."""
    recipe, values = FAILURES[failure]
    return recipe_config(recipe, model, **(values | changes))
