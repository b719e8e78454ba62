"""What the files of a model must hold for its config: the names, types and shapes of all tensors."""

from functools import singledispatch

from gan.measure.unfamiliar import SIDE
from gan.models import sides
from gan.specs import Given, Latent, ModelConfig, Style
from gan.system.tensors import Header, Kind, kinds, without_memory

MOST_ROWS = 10_000  # of an array beside the networks


def networks(model: ModelConfig) -> tuple[dict[str, dict[str, Kind]], dict[str, dict[str, Kind]]]:
    """The tensors of each generator and encoder, and of each discriminator, by the networks' names."""
    with without_memory():
        generators, discriminators = sides(model)
    return kinds(dict(generators.items())), kinds(dict(discriminators.items()))


def by_model(header: Header, model: ModelConfig) -> dict[str, Kind]:
    """Of model.safetensors, in as many rows as it has. Raises Spoilt."""
    generators, discriminators = networks(model)
    of_networks = {f"{name}.{key}": kind for name, tensors in (generators | discriminators).items()
                   for key, kind in tensors.items()}  # fmt: skip
    return of_networks | beside(model.given, header, model)


@singledispatch
def beside(given: Given, header: Header, model: ModelConfig) -> dict[str, Kind]:
    """What stands beside the networks, by what the model is given; see checkpoint.companions."""
    return {}


@beside.register
def _(given: Latent, header: Header, model: ModelConfig) -> dict[str, Kind]:
    style = model.generator if isinstance(model.generator, Style) and "spread" in header.tensors else None
    dim = style.w_dim if style else given.latent_dim  # once a StyleGAN's were in z, too
    k = header.rows("directions", dim)
    reals, fakes = (header.rows(f"calibration.{kind}", MOST_ROWS) for kind in ("real", "fake"))
    album = reals + fakes, SIDE, SIDE, model.channels
    return {
        "directions": ("F32", (k, dim)), "change": ("F32", (k,)),
        "calibration.real": ("F32", (reals,)), "calibration.fake": ("F32", (fakes,)),
        "calibration.zero": ("F32", ()), "calibration.album": ("U8", album),
    } | ({"spread": ("F32", (k,))} if style else {})  # fmt: skip
