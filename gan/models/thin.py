"""A toy: one layer each way."""

from dataclasses import dataclass, field

from torch import Tensor, nn

from gan.models.build import discriminator, generator
from gan.specs import NETWORKS, DiscriminatorSpec, Family, GeneratorSpec, ModelConfig, number


@dataclass(frozen=True, kw_only=True)
class ThinGenerator(GeneratorSpec):
    kind: str = field(default="thin", init=False)
    feature_maps: int = number(8, 1, 256)


@dataclass(frozen=True, kw_only=True)
class ThinDiscriminator(DiscriminatorSpec):
    kind: str = field(default="thin", init=False)


class ThinG(nn.Module):
    """z (n, latent_dim + width) -> images (n, channels, s, s) in [-1, 1]."""

    def __init__(self, inside: int, maps: int, model: ModelConfig):
        super().__init__()
        self.shape = model.channels, model.image_size, model.image_size
        pixels = model.channels * model.image_size**2
        self.body = nn.Sequential(nn.Linear(inside, maps), nn.ReLU(), nn.Linear(maps, pixels), nn.Tanh())

    def forward(self, z: Tensor) -> Tensor:
        return self.body(z).reshape(-1, *self.shape)


class ThinD(nn.Module):
    """Images -> logits (n,), whatever stands beside them."""

    def __init__(self, model: ModelConfig):
        super().__init__()
        self.last = nn.Linear(model.channels * model.image_size**2, 1)

    def forward(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        return self.last(images.flatten(1)).flatten()


@generator.register
def _(spec: ThinGenerator, model: ModelConfig) -> nn.Module:
    return ThinG(model.given.latent_dim + model.given.width, spec.feature_maps, model)


@discriminator.register
def _(spec: ThinDiscriminator, model: ModelConfig) -> nn.Module:
    return ThinD(model)


NETWORKS["thin"] = Family("One layer", ThinGenerator, ThinDiscriminator)
