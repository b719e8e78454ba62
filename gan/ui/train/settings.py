"""What one may set of a run beside data, length and name: a table, the components made of it, and back."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import gradio as gr

from gan.config import AUGMENTATIONS, LABELS_IF_ANY, TrainConfig
from gan.knobs import FLAT, NETWORKS, given_to, knob, knobs, meant
from gan.limits import Limits
from gan.losses import LOSSES
from gan.ranges import ConfigError
from gan.specs import Given, Latent, Sides, Source
from gan.words import label_words

NO_LABEL, EVERY_LABEL = ("None", ""), ("All that there are", LABELS_IF_ANY)
MOST_LETTERS = 300  # of a text
OF_THE_MODEL = frozenset({"network", "encoder", *FLAT})  # no field of TrainConfig has such a name


@dataclass(frozen=True)
class Setting:
    """One control. Its key is a field of TrainConfig or a knob of ModelConfig, which share no name."""

    key: str
    label: str  # plain words, the field's term behind
    help: str = ""
    kind: str = "number"  # or "whole", "slider", "choice", "several", "switch", "text"
    options: tuple = ()  # a slider's step, or choices as (words, value)
    given: type[Given] = Given  # only for what is given that


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    words: str
    settings: tuple[Setting, ...]


GROUPS = (
    Group("game", "The game", "What counts as winning, and how fast each of the two learns.", (
        Setting("loss", "What counts as winning (loss)", "What G and D each try to make small", "choice",
                tuple((loss.title, name) for name, loss in LOSSES.items())),
        Setting("g_lr", "Generator's learning rate", "How far one step goes"),
        Setting("d_lr", "Discriminator's learning rate", "The larger, the faster, up to a point"),
        Setting("n_critic", "Steps of D per step of G", "More make D stronger (n_critic)", "whole"),
        Setting("g_steps", "Steps of G per step of D", "More, and G settles on what fools D now", "whole"),
        Setting("l1_weight", "How much nearness to the answer counts",
                "λ of L1: 100 in the paper; 0: D alone", given=Source),
        Setting("cycle_weight", "How much the way back counts", "λ of the cycle: 10 in the paper",
                given=Sides),
        Setting("identity_weight", "How much it counts to leave things be",
                "Identity loss: 5 in the paper; keeps colours; 0: off", given=Sides),
        Setting("gan_weight", "How much D's opinion counts", "0: no GAN, only the answer", given=Source),
        Setting("feature_weight", "How much the features of the answer count",
                "As the data's classifier sees them; 0: off", given=Source),
        Setting("gan_after", "Images from the answers alone first", "Then D and the features count", "whole",
                given=Source),
        Setting("d_weight", "Weight of D's own loss", "½ slows D down a little", given=Source),
        Setting("orthogonal_weight", "Keep G's filters apart", "β of the orthogonal regulariser; 0: off",
                given=Latent),
        Setting("label_smoothing", "Label smoothing", "D's target for real images is 1 minus this; 0: off"),
        Setting("optimizer", "How the steps are taken (optimiser)", "", "choice",
                (("Adam", "adam"), ("RMSprop", "rmsprop"))),
        Setting("batch", "Images per step (batch)", "More is steadier, but slower", "slider", (8,)),
        Setting("instance_noise", "Noise on everything D sees",
                "Instance noise: σ at the start, then it fades"),
        Setting("ema_images", "Average of G's weights (EMA)", "Half-life in images; 0: none", "whole"),
        Setting("r1_gamma", "Hold D's slope down at real images", "γ of R1; 0: off"),
        Setting("r2_gamma", "Hold D's slope down at generated images", "γ of R2; 0: off"),
        Setting("gp_lambda", "Keep the slope between them at 1", "λ of WGAN-GP; 0: off"),
        Setting("drift", "Keep the critic's scores near 0", "As ProGAN does: the weight of D(real)²; 0: off"),
        Setting("penalty_every", "Steps from one penalty to the next", "Lazy: rarer, but stronger", "whole"),
        Setting("clip", "Clip the critic's weights at ±", "As the first WGAN did; 0: off"),
        Setting("seed", "Seed", "The same seed and settings start the same run", "whole"),
        Setting("precision", "Precision", "auto tries both when the run begins", "choice",
                (("auto", "auto"), ("float32", "float32"), ("bfloat16", "bfloat16"))),
    )),
    Group("networks", "The networks", "What the two are built from, and what they are given.", (
        Setting("network", "Both are built from (network)", "", "choice",
                tuple((family.title, name) for name, family in NETWORKS.items())),
        Setting("view", "What G starts from (source)", "It learns the way back to the picture", "choice",
                (("Edges", "edges"), ("Parts, each in one colour", "parts"), ("Silhouette", "silhouette"),
                 ("Without colours", "grey"), ("The left half", "half"), ("The data's own pairs", "pair"),
                 ("Half the size", "small-2"), ("A quarter of the size", "small-4"))),
        Setting("side_label", "What tells the two sides apart (label)", "Empty: what the data offer", "text",
                given=Sides),
        Setting("side_a", "Its values on side A", "With commas; empty: as it fits", "text", given=Sides),
        Setting("side_b", "Its values on side B", "Empty: all the others", "text", given=Sides),
        Setting("native", "Learn pixel art on its own grid",
                "Enlarged pixels count once: faster, with exact edges", "switch"),
        Setting("stem", "How G grows an image (stem)", "From its numbers to 4 × 4 pixels, then larger",
                "choice", (("Transposed convolution", "conv"), ("Linear layer first", "linear"),
                 ("Upsampling + convolution", "upsample"))),
        Setting("feature_maps", "Width (feature maps)", "Twice as many is far slower", "whole"),
        Setting("by_size", "… by the size of the images", "So many on 32 pixels a side, half of them on 64",
                "switch"),
        Setting("full_res", "One more layer at full size", "Colours settle pixel by pixel: sharper, slower",
                "switch"),
        Setting("latent_dim", "Numbers behind an image", "The latent's dimension, z", "whole"),
        Setting("latent", "Drawn from (latent)", "", "choice",
                (("A bell curve (normal)", "normal"), ("−1 to 1, evenly (uniform)", "uniform"))),
        Setting("growth_images", "Grow over so many images", "From 4 × 4 pixels on; 0: no growing", "whole"),
        Setting("w_dim", "Numbers of a style", "The dimension of w", "whole"),
        Setting("mapping_layers", "Layers from z to a style", "The mapping network", "whole"),
        Setting("mapping_rate", "Their share of the learning rate", "The paper's: 0.01, for days"),
        Setting("mixing", "Share of mixed styles", "Images with the layers of two"),
        Setting("path_weight", "Equal steps in w (path length)", "Smoother walks, slower steps; 0: off"),
        Setting("d_norm", "Norm in the discriminator", "Keeps its layers in range", "choice",
                (("Batch norm", "batch"), ("Spectral norm", "spectral"), ("None", "none"))),
        Setting("makes", "What a translator makes", "Of a change, what stays need not be learnt", "choice",
                (("The picture", "picture"), ("A change, added to it", "change"))),
        Setting("blocks", "Residual blocks", "More see further, and are slower", "slider", (1,)),
        Setting("patch_layers", "Size of D's patches", "1, 2, 3 halvings see 16, 34, 70 pixels", "slider",
                (1,)),
        Setting("patch_norm", "Norm in the patches' discriminator", "", "choice",
                (("Batch norm", "batch"), ("Instance norm", "instance"), ("None", "none"))),
        Setting("d_head", "Last layer of the discriminator", "", "choice",
                (("Convolution", "conv"), ("Dense", "dense"))),
        Setting("label", "Give both a class (condition)", "Then you choose what to draw by it", "choice",
                (NO_LABEL, EVERY_LABEL), Latent),
        Setting("label_dropout", "Leave the class open now and then",
                "A share of images; then it learns “any” too"),
        Setting("condition", "How D gets the class", "", "choice",
                (("Projection", "projection"), ("Projection, place by place", "placed"),
                 ("Place by place if it gets several", "auto"),
                 ("As one more layer of the image (concat)", "concat"))),
        Setting("encoder", "Learn the way back too, from image to numbers (BiGAN)", "", "switch"),
    )),
    Group("collapse", "Against collapse", "When samples look alike, or D learns its images by heart.", (
        Setting("d_batch", "D sees how alike a batch is", "Repeating itself gives G away", "choice",
                (("No", "none"), ("Minibatch discrimination", "discrimination"),
                 ("Minibatch standard deviation", "stddev"))),
        Setting("unroll", "G looks ahead, in steps of D", "Unrolled GAN: k steps; 0: none", "slider", (1,)),
        Setting("feature_matching", "G matches what D sees in real images (feature matching)", "", "switch"),
        Setting("augment", "Change everything D sees (DiffAugment)", "A must with few images", "several",
                (("Colours (color)", "color"), ("Position (translation)", "translation"),
                 ("A hole (cutout)", "cutout")), Latent),
    )),
)  # fmt: skip
SETTINGS: dict[str, Setting] = {setting.key: setting for group in GROUPS for setting in group.settings}


def read(values: dict) -> tuple[dict, dict]:
    """What the controls of these values ask for: knobs of ModelConfig, and fields of TrainConfig.

    A setting that is not among the values is not asked for, nor one that a model of this kind does not have.
    Raises ConfigError for one that was left empty.
    """
    model, rest, there = {}, {}, offered(values)
    for key, setting in SETTINGS.items():
        if key in values and key in there:
            (model if key in OF_THE_MODEL else rest)[key] = _field(setting, values[key])
    return meant(model), rest


def shown(config: TrainConfig) -> dict:
    """What each control shows of a config, by its key, of those that a model of its kind has a use for."""
    values = {one.name: getattr(config, one.name) for one in fields(config)} | knobs(config.model)
    return {key: _shown(setting, values[key]) for key, setting in SETTINGS.items() if key in values}


def offered(values: dict) -> set[str]:
    """The settings that a model of the kind that these values ask for has."""
    kind = {key: values[key] for key in ("network", "encoder") if key in values}
    has, given = meant(dict.fromkeys(OF_THE_MODEL) | kind), given_to(kind)
    return {key for key, one in SETTINGS.items()
            if issubclass(given, one.given) and (key not in OF_THE_MODEL or key in has)}  # fmt: skip


def usual(key: str):
    """What a setting shows that a recipe has no use for."""
    return next(one.default for one in (*fields(TrainConfig), *FLAT.values()) if knob(one) == key)


def differences(a: dict, b: dict) -> Iterator[str]:
    """Labels of the settings that two sets of shown values do not share."""
    return (setting.label for key, setting in SETTINGS.items() if key in a and key in b and a[key] != b[key])


def spoken(value) -> str:
    """A setting's value as people read it."""
    if value is None:
        return "–"  # a setting that this kind of model does not have
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) or "none"


def component(setting: Setting, value, limits: Limits) -> gr.components.Component:
    """The control, laid out where one stands; two narrow ones share a row."""
    about = {
        "label": setting.label,
        "info": setting.help or None,
        "elem_id": f"set-{setting.key}",
        "elem_classes": "narrow" if setting.kind in ("number", "whole") else "wide",
        "min_width": 80,
    }
    match setting.kind:
        case "choice":
            return gr.Dropdown(list(setting.options), value=value, **about)
        case "several":
            return gr.CheckboxGroup(list(setting.options), value=value, **about)
        case "switch":
            return gr.Checkbox(value, **about)
        case "slider":
            (step,) = setting.options
            low, high = range_of(setting.key)
            low = -(-low // step) * step  # the first that the steps reach
            high = min(high, limits.run_batch) if setting.key == "batch" else high
            return gr.Slider(low, high, min(value, high), step=step, **about)
        case "text":
            return gr.Textbox(value, max_length=MOST_LETTERS, **about)
        case "whole":
            return gr.Number(value, precision=0, **about)
    return gr.Number(value, **about)


def range_of(key: str) -> tuple[float, float]:
    """The least and the greatest value of a setting, as its field has them."""
    about = next(one.metadata for one in (*fields(TrainConfig), *FLAT.values()) if knob(one) == key)
    return about["low"], about["high"]


def label_choices(columns: tuple[str, ...]) -> list[tuple[str, str]]:
    return [NO_LABEL, EVERY_LABEL, *((label_words(column), column) for column in columns)]


def _field(setting: Setting, value):
    if setting.kind == "several":
        return ",".join(name for name in AUGMENTATIONS if name in (value or ()))
    if setting.kind == "switch":
        return bool(value)
    if value is None:
        raise ConfigError(f"“{setting.label}” is empty: give it a value.")
    return value


def _shown(setting: Setting, value):
    return [name for name in value.split(",") if name] if setting.kind == "several" else value
