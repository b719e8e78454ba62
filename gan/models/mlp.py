"""The multilayer perceptrons of the original GAN (Goodfellow et al. 2014), each the other's mirror.

The paper's discriminator had maxout units and dropout; leaky ReLUs do the same work today. There is no batch
norm, which came later.
"""

from itertools import pairwise

from torch import Tensor, nn

from gan.config import ModelConfig
from gan.models.blocks import Unflatten, Uniform, normed
from gan.models.discriminator import Discriminator, has_plane


def _widths(feature_maps: int) -> list[int]:
    """Hidden units from the latent's side to the image's."""
    return [4 * feature_maps, 8 * feature_maps, 16 * feature_maps]


class MLPGenerator(nn.Module):
    """z (n, latent_dim), classes beside it if there are any -> images (n, channels, s, s) in [-1, 1]."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        widths = [config.latent_dim + len(config.classes), *_widths(config.feature_maps)]
        layers = [Uniform(config.latent_dim)] if config.latent == "uniform" else []
        for inside, outside in pairwise(widths):
            layers += [nn.Linear(inside, outside), nn.LeakyReLU(0.2)]
        pixels = config.channels * config.image_size**2
        layers += [nn.Linear(widths[-1], pixels), nn.Tanh(), Unflatten(config.image_size)]
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


class MLPDiscriminator(Discriminator):
    """Images (n, channels, s, s) in [-1, 1] -> logits (n,), above 0 for real."""

    def __init__(self, config: ModelConfig):
        pixels = (config.channels + has_plane(config)) * config.image_size**2
        widths = [pixels, *_widths(config.feature_maps)[::-1]]
        layers = [nn.Flatten()]
        for inside, outside in pairwise(widths):
            layers += [normed(nn.Linear(inside, outside), config.d_norm), nn.LeakyReLU(0.2)]
        super().__init__(nn.Sequential(*layers, Unflatten()), widths[-1], 1, config)
