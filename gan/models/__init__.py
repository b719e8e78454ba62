"""Generators and discriminators, rebuilt from a ModelConfig alone."""

from torch import nn

from gan.config import ModelConfig
from gan.models.dcgan import DCGANDiscriminator, DCGANGenerator
from gan.models.folding import folded

__all__ = [
    "DCGANDiscriminator", "DCGANGenerator", "build_discriminator", "build_generator", "count_parameters",
    "folded",
]


def build_generator(config: ModelConfig) -> nn.Module:
    """z (n, latent_dim) -> images (n, channels, image_size, image_size) in [-1, 1]."""
    return DCGANGenerator(
        config.latent_dim, config.feature_maps, config.channels, config.image_size, config.stem
    )


def build_discriminator(config: ModelConfig) -> nn.Module:
    """Images (n, channels, image_size, image_size) in [-1, 1] -> logits (n,), above 0 for real."""
    return DCGANDiscriminator(config.channels, config.feature_maps, config.image_size, config.d_norm)


def count_parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())
