"""A model by flat names, its knobs, as the page, the command line and recipes speak of it.

"d_norm" is the norm of the discriminator, "network" chooses what both sides are built from. `knobs` gives
them all, `turned` changes some.
"""

from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from typing import Any

from gan.ranges import ConfigError, one_of, refuse
from gan.specs import (
    BigDiscriminator,
    BigGenerator,
    ConvDiscriminator,
    ConvGenerator,
    CourseDiscriminator,
    CourseTranslator,
    DiscriminatorSpec,
    GeneratorSpec,
    Given,
    Latent,
    ModelConfig,
    Noise,
    NoiseAndBack,
    Patches,
    PerceptronDiscriminator,
    PerceptronGenerator,
    Progressive,
    ProgressiveMirror,
    ResNetTranslator,
    Sides,
    Source,
    Spec,
    SRNet,
    Style,
    UNet,
)


@dataclass(frozen=True)
class Family:
    """A generator and the discriminator that goes with it, as people choose them."""

    title: str
    generator: type[GeneratorSpec]
    discriminator: type[DiscriminatorSpec]
    given: type[Given] = Noise  # unless it is already something else that the generator takes


NETWORKS: dict[str, Family] = {
    "conv": Family("Convolutions", ConvGenerator, ConvDiscriminator),
    "mlp": Family("Perceptrons, as in 2014", PerceptronGenerator, PerceptronDiscriminator),
    "big": Family("Residual blocks with attention, as in BigGAN", BigGenerator, BigDiscriminator),
    "style": Family("Styles, as in StyleGAN2", Style, ConvDiscriminator),
    "progressive": Family("Grown level by level, as ProGAN", Progressive, ProgressiveMirror),
    "unet": Family("U-Net against patches", UNet, Patches, Source),
    "srresnet": Family("Super-resolution against patches", SRNet, Patches, Source),
    "course": Family("Two translators, small, as in courses", CourseTranslator, CourseDiscriminator, Sides),
    "resnet": Family("Two translators against patches", ResNetTranslator, Patches, Sides),
}
PARTS: tuple[type, ...] = (
    ModelConfig,
    Noise,
    ConvGenerator,
    ConvDiscriminator,
    PerceptronGenerator,
    PerceptronDiscriminator,
    BigGenerator,
    BigDiscriminator,
    Style,
    Progressive,
    ProgressiveMirror,
    Source,
    UNet,
    SRNet,
    Patches,
    Sides,
    CourseTranslator,
    ResNetTranslator,
    CourseDiscriminator,
)  # that the flat settings reach into
NOT_ASKED = ("kind", "labels")  # what follows from others, and what comes from the data


def knobs(model: ModelConfig) -> dict:
    """Everything that one may set of a model of this kind, by flat names, with its values."""
    encoder = {"encoder": isinstance(model.given, NoiseAndBack)} if isinstance(model.given, Latent) else {}
    of_parts = {knob(one): getattr(part, one.name)
                for part in reversed(_parts(model)) for one in _asked(part)}  # fmt: skip
    return {"network": model.generator.kind} | encoder | of_parts


def turned(model: ModelConfig, changes: dict) -> ModelConfig:
    """The model with some knobs at other values. Raises ConfigError, also for a knob that it lacks."""
    one_of("network", changes.get("network", "conv"), tuple(NETWORKS))
    kinds = _kinds(model, changes)
    for name in changes.keys() - _known(kinds):
        raise ConfigError(f"A model of this kind has no {str(name)[:40].replace('_', ' ')}.")
    names = ("given", "generator", "discriminator")
    parts: dict[str, Any] = {
        name: _built(kind, getattr(model, name), changes) for name, kind in zip(names, kinds[1:], strict=True)
    }
    shape = {one.name: changes[knob(one)] for one in _asked(model) if knob(one) in changes}
    return replace(model, **parts, **shape)


def meant(changes: dict) -> dict:
    """Those of the knobs that a model of the kind that they ask for has: a form may show more."""
    known = _known(_kinds(ModelConfig(), changes))
    return {name: value for name, value in changes.items() if name in known}


def given_to(changes: dict) -> type[Given]:
    """What a model of the kind that the knobs ask for is given."""
    return _kinds(ModelConfig(), changes)[1]


def knob(one: Field) -> str:
    """The flat name of a field."""
    return one.metadata.get("knob") or one.name


def _asked(part) -> list[Field]:
    """The fields that one may set, of a model or one of its parts, or of their types."""
    return [one for one in fields(part) if one.name not in NOT_ASKED and one.metadata.get("asked", True)
            and not (one.default is MISSING and _is_part(one))]  # fmt: skip


def _is_part(one: Field) -> bool:
    return is_dataclass(one.default_factory)


FLAT: dict[str, Field] = {knob(one): one for part in PARTS for one in _asked(part)}  # every knob but two


def _parts(model: ModelConfig) -> list:
    return [model, model.given, model.generator, model.discriminator]


def _kinds(model: ModelConfig, changes: dict) -> list[type]:
    """The types that the model and its parts will have."""
    kinds = [type(part) for part in _parts(model)]
    family = NETWORKS.get(changes.get("network", ""))
    if family and changes["network"] != model.generator.kind:
        kinds[2:] = family.generator, family.discriminator
        if not issubclass(kinds[1], family.generator.takes):
            kinds[1] = family.given
    encoder, given = isinstance(model.given, NoiseAndBack), model.given
    if issubclass(kinds[1], Latent) and bool(changes.get("encoder", encoder)) != encoder:
        refuse(getattr(given, "labels", ()), TWO_WISHES)
        kinds[1] = Noise if encoder else NoiseAndBack
    return kinds


def _known(kinds: list[type]) -> set[str]:
    """The names of all knobs that a model of such parts has."""
    encoder = {"encoder"} if issubclass(kinds[1], Latent) else set()
    return {"network"} | encoder | {knob(one) for kind in kinds for one in _asked(kind)}


TWO_WISHES = "BiGAN's discriminator is given the latent, a conditional one the class: choose one."


def _built(kind: type, old: Spec, changes: dict) -> Spec:
    """A part of that kind, with what the old one had and what is to be changed."""
    before = {one.name: getattr(old, one.name) for one in fields(kind)
              if one.init and hasattr(old, one.name)}  # fmt: skip
    return kind(**before | {one.name: changes[knob(one)] for one in _asked(kind) if knob(one) in changes})
