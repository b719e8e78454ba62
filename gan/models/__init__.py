"""Generators, discriminators and encoders, rebuilt from a ModelConfig alone."""

from gan.models.build import build_discriminator, build_generator, count_parameters, sides
from gan.models.dcgan import DCGANDiscriminator, DCGANEncoder, DCGANGenerator
from gan.models.folding import folded
from gan.models.judge import Judge
from gan.models.mlp import MLPDiscriminator, MLPGenerator
from gan.models.pool import ImagePool

__all__ = [
    "DCGANDiscriminator", "DCGANEncoder", "DCGANGenerator", "ImagePool", "Judge", "MLPDiscriminator",
    "MLPGenerator", "build_discriminator", "build_generator", "count_parameters", "folded", "sides",
]  # fmt: skip
