"""Generators, discriminators and encoders, rebuilt from a ModelConfig alone."""

from torch import nn

from gan.config import ModelConfig
from gan.models.dcgan import DCGANDiscriminator, DCGANEncoder, DCGANGenerator
from gan.models.folding import folded
from gan.models.judge import Judge
from gan.models.mlp import MLPDiscriminator, MLPGenerator

__all__ = [
    "DCGANDiscriminator", "DCGANEncoder", "DCGANGenerator", "Judge", "MLPDiscriminator", "MLPGenerator",
    "build_discriminator", "build_encoder", "build_generator", "count_parameters", "folded", "sides",
]


def sides(config: ModelConfig) -> tuple[nn.ModuleDict, nn.ModuleDict]:
    """The networks of a game by name: the generators, an encoder among them, and the discriminators."""
    G, D = build_generator(config), build_discriminator(config)
    E = {"E": build_encoder(config)} if config.encoder else {}
    return nn.ModuleDict({"G": G} | E), nn.ModuleDict({"D": D})


def build_generator(config: ModelConfig) -> nn.Module:
    """z (n, latent_dim + classes) -> images (n, channels, image_size, image_size) in [-1, 1]."""
    if config.network == "mlp":
        return MLPGenerator(config)
    return DCGANGenerator(
        config.latent_dim, config.feature_maps, config.channels, config.image_size, config.stem,
        len(config.classes), config.latent,
    )


def build_discriminator(config: ModelConfig) -> nn.Module:
    """Images (n, channels, image_size, image_size) in [-1, 1] -> logits (n,), above 0 for real.

    A conditional one is given classes (n, k) beside the images, a BiGAN's the latents (n, latent_dim).
    """
    if config.network == "mlp":
        return MLPDiscriminator(config)
    return DCGANDiscriminator(config.channels, config.feature_maps, config.image_size, config.d_norm, config)


def build_encoder(config: ModelConfig) -> nn.Module:
    """Images (n, channels, image_size, image_size) in [-1, 1] -> latents (n, latent_dim)."""
    return DCGANEncoder(config)


def count_parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())
