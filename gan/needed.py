"""What the files of a model must hold for its config: the names, types and shapes of all tensors."""

from torch import nn

from gan.config import ModelConfig
from gan.models import build_discriminator, build_encoder, build_generator
from gan.nearness import SIDE
from gan.tensors import Header, Kind, kinds

MOST_ROWS = 10_000  # of an array beside the networks


def networks(model: ModelConfig) -> dict[str, dict[str, Kind]]:
    """The tensors of "generator", "discriminator" and, if there is one, "encoder"."""
    return kinds(lambda: _built(model))


def by_model(header: Header, model: ModelConfig) -> dict[str, Kind]:
    """Of model.safetensors, in as many rows as it has. Raises Spoilt."""
    k = header.rows("directions", model.latent_dim)
    reals, fakes = (header.rows(f"calibration.{kind}", MOST_ROWS) for kind in ("real", "fake"))
    album = reals + fakes, SIDE, SIDE, model.channels
    return {f"{name}.{key}": kind for name, tensors in networks(model).items()
            for key, kind in tensors.items()} | {
        "directions": ("F32", (k, model.latent_dim)), "change": ("F32", (k,)),
        "calibration.real": ("F32", (reals,)), "calibration.fake": ("F32", (fakes,)),
        "calibration.zero": ("F32", ()), "calibration.album": ("U8", album),
    }  # fmt: skip


def _built(model: ModelConfig) -> dict[str, nn.Module]:
    made = {"generator": build_generator(model), "discriminator": build_discriminator(model)}
    return made | ({"encoder": build_encoder(model)} if model.encoder else {})
