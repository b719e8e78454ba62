"""The multilayer perceptrons of the original GAN (Goodfellow et al. 2014), each the other's mirror.

The paper's discriminator had maxout units and dropout; leaky ReLUs do the same work today. There is no batch
norm, which came later.
"""

from itertools import pairwise

from torch import Tensor, nn

from gan.models.blocks import Unflatten, Uniform, normed
from gan.models.build import discriminator, generator
from gan.models.discriminator import Discriminator, Parts, parts_of
from gan.models.styles import Styled
from gan.specs import ModelConfig, PerceptronDiscriminator, PerceptronGenerator


def _widths(feature_maps: int) -> list[int]:
    """Hidden units from the latent's side to the image's."""
    return [4 * feature_maps, 8 * feature_maps, 16 * feature_maps]


class MLPGenerator(Styled):
    """z (n, latent_dim), classes beside it if there are any -> images (n, channels, s, s) in [-1, 1]."""

    def __init__(
        self, latent_dim=100, feature_maps=64, channels=3, image_size=64, classes=0, latent="normal"
    ):
        super().__init__()
        widths = [latent_dim + classes, *_widths(feature_maps)]
        layers: list[nn.Module] = [Uniform(latent_dim)] if latent == "uniform" else []
        for inside, outside in pairwise(widths):
            layers += [nn.Linear(inside, outside), nn.LeakyReLU(0.2)]
        pixels = channels * image_size**2
        layers += [nn.Linear(widths[-1], pixels), nn.Tanh(), Unflatten(image_size)]
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


class MLPDiscriminator(Discriminator):
    """Images (n, channels, s, s) in [-1, 1] -> logits (n,), above 0 for real."""

    def __init__(self, channels=3, feature_maps=64, image_size=64, parts: Parts | None = None):
        parts = parts or Parts("none")
        pixels = (channels + parts.has_plane) * image_size**2
        widths = [pixels, *_widths(feature_maps)[::-1]]
        layers: list[nn.Module] = [nn.Flatten()]
        for inside, outside in pairwise(widths):
            layers += [normed(nn.Linear(inside, outside), parts.norm), nn.LeakyReLU(0.2)]
        super().__init__(nn.Sequential(*layers, Unflatten()), widths[-1], 1, parts)


@generator.register
def _(spec: PerceptronGenerator, model: ModelConfig) -> nn.Module:
    given = model.latent
    return MLPGenerator(given.latent_dim, spec.feature_maps, model.channels, model.image_size, given.width,
                        given.latent)  # fmt: skip


@discriminator.register
def _(spec: PerceptronDiscriminator, model: ModelConfig) -> nn.Module:
    return MLPDiscriminator(model.channels, spec.feature_maps, model.image_size, parts_of(spec, model))
