"""Networks from specs: each file of networks registers its own, and a new kind touches nothing here."""

from functools import singledispatch

from torch import nn

from gan.models.grid import OnGrid
from gan.specs import DiscriminatorSpec, GeneratorSpec, Given, ModelConfig, on_grid


@singledispatch
def generator(spec: GeneratorSpec, model: ModelConfig) -> nn.Module:
    """What makes images in [-1, 1], (n, channels, image_size, image_size), out of what the model is given."""
    raise TypeError(f"no network is registered for {type(spec).__name__}")


@singledispatch
def discriminator(spec: DiscriminatorSpec, model: ModelConfig) -> nn.Module:
    """Images, and what stands beside them if there is anything -> logits, above 0 for real."""
    raise TypeError(f"no network is registered for {type(spec).__name__}")


@singledispatch
def networks(given: Given, model: ModelConfig) -> tuple[dict[str, nn.Module], dict[str, nn.Module]]:
    """Both sides of a game by name, the generators first; one against one, unless others are registered."""
    return {"G": build_generator(model)}, {"D": build_discriminator(model)}


def build_generator(model: ModelConfig) -> nn.Module:
    inside = on_grid(model)
    return _at_the_door(generator(inside.generator, inside), model)


def build_discriminator(model: ModelConfig) -> nn.Module:
    inside = on_grid(model)
    return _at_the_door(discriminator(inside.discriminator, inside), model)


def _at_the_door(network: nn.Module, model: ModelConfig) -> nn.Module:
    return OnGrid(network, model.enlarged) if model.enlarged > 1 else network


def sides(model: ModelConfig) -> tuple[nn.ModuleDict, nn.ModuleDict]:
    """The generators, an encoder among them, and the discriminators, by name."""
    generators, discriminators = networks(model.given, model)
    return nn.ModuleDict(generators), nn.ModuleDict(discriminators)


def count_parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())
