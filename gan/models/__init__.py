"""Generators, discriminators and encoders, rebuilt from a ModelConfig alone.

Every file here is imported with the package, since each registers its networks by their specs.
"""

import importlib
import pkgutil

from gan.models.attention import SelfAttention
from gan.models.biggan import BigGANDiscriminator, BigGANGenerator
from gan.models.build import build_discriminator, build_generator, count_parameters, sides
from gan.models.dcgan import DCGANDiscriminator, DCGANEncoder, DCGANGenerator
from gan.models.folding import folded
from gan.models.judge import Judge
from gan.models.mlp import MLPDiscriminator, MLPGenerator
from gan.models.pool import ImagePool

for file in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{file.name}")

__all__ = [
    "BigGANDiscriminator", "BigGANGenerator", "DCGANDiscriminator", "DCGANEncoder", "DCGANGenerator",
    "ImagePool", "Judge", "MLPDiscriminator", "MLPGenerator", "SelfAttention", "build_discriminator",
    "build_generator", "count_parameters", "folded", "sides",
]  # fmt: skip
