"""DCGAN (Radford et al. 2016) at any power of two, in the three forms that textbooks draw.

Every side inside is a power of two from 4 up; an image of 28 pixels works at 32 and is padded or cropped at
the edge. No sigmoid: the Discriminator returns a logit, above 0 for real.
"""

from itertools import pairwise
from typing import Any

from torch import Tensor, nn

from gan.models.blocks import (
    Edge,
    Unflatten,
    Uniform,
    batch_norm,
    down,
    initial,
    normed,
    same,
    up,
    up_nearest,
)
from gan.models.build import build_discriminator, build_generator, discriminator, generator, networks
from gan.models.discriminator import Discriminator, Parts, parts_of
from gan.models.styles import Styled
from gan.specs import ConvDiscriminator, ConvGenerator, ModelConfig, NoiseAndBack, working_size


def _widths(feature_maps: int, image_size: int) -> list[int]:
    """Channels from the layer nearest the image down to 4x4: 64 px and 64 maps give [64, 128, 256, 512]."""
    halvings = working_size(image_size).bit_length() - 3
    return [feature_maps << i for i in range(halvings)]


def _full_res(feature_maps: int, wanted: bool) -> list[int]:
    """Channels on the image's own side, if there is a layer."""
    return [feature_maps // 2] * wanted


class DCGANGenerator(Styled):
    """z (n, latent_dim) -> images (n, channels, image_size, image_size) in [-1, 1].

    `stem` is the form: "conv" starts with a 4x4 transposed convolution on z (the paper's), "linear" with a
    linear layer to 4x4, "upsample" likewise and then upsamples and convolves instead of transposing. With
    `classes` z has so many more columns: the class, one-hot or mixed. "uniform" as `latent` is drawn as U(-1,
    1). `full_res`: colours come out of one more layer, on the image's own side.
    """

    def __init__(
        self,
        latent_dim=100,
        feature_maps=64,
        channels=3,
        image_size=64,
        stem="conv",
        classes=0,
        latent="normal",
        full_res=False,
    ):
        super().__init__()
        widths = [*_full_res(feature_maps, full_res), *_widths(feature_maps, image_size)][::-1]
        grow = up_nearest if stem == "upsample" else up
        layers: list[nn.Module] = [Uniform(latent_dim)] if latent == "uniform" else []
        layers += [*_stem(stem, latent_dim + classes, widths[0]), batch_norm(widths[0]), nn.ReLU()]
        for inside, outside in pairwise(widths):
            layers += [grow(inside, outside), batch_norm(outside), nn.ReLU()]
        last = same if full_res else grow
        layers += [last(widths[-1], channels), nn.Tanh()]
        margin = (image_size - working_size(image_size)) // 2
        self.layers = nn.Sequential(*layers, *([Edge(margin)] if margin else []))

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


def _stem(stem: str, latent_dim: int, width: int) -> list[nn.Module]:
    """z (n, latent_dim) -> (n, width, 4, 4). No bias: batch norm follows."""
    if stem == "conv":
        return [Unflatten(), initial(nn.ConvTranspose2d(latent_dim, width, 4, bias=False))]
    return [initial(nn.Linear(latent_dim, width * 16, bias=False)), Unflatten(4)]


class DCGANDiscriminator(Discriminator):
    """Images (n, channels, image_size, image_size) in [-1, 1] -> logits (n,), above 0 for real.

    `norm` is "batch" (none in the first layer, as in the paper), "spectral" (Miyato et al. 2018) or "none";
    `parts` holds all else that a head may have, and the paper's own is the default.
    """

    def __init__(
        self,
        channels=3,
        feature_maps=64,
        image_size=64,
        norm="batch",
        parts: Parts | None = None,
        full_res=False,
    ):
        parts = parts or Parts(norm)
        layers = _body(channels + parts.has_plane, feature_maps, image_size, norm, full_res)
        super().__init__(layers, _widths(feature_maps, image_size)[-1], 4, parts)


class DCGANEncoder(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> their latents (n, latent_dim): the generator's mirror."""

    def __init__(self, latent_dim=100, feature_maps=64, channels=3, image_size=64):
        super().__init__()
        width = _widths(feature_maps, image_size)[-1]
        body = _body(channels, feature_maps, image_size, "batch")
        # not DCGAN's small weights: latents should spread as z does from the start
        self.layers = nn.Sequential(*body, nn.Conv2d(width, latent_dim, 4), nn.Flatten())

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)


def _body(
    channels: int, feature_maps: int, image_size: int, norm: str, full_res: bool = False
) -> nn.Sequential:
    """Images (n, channels, s, s) -> features (n, width, 4, 4)."""
    widths = [*_full_res(feature_maps, full_res), *_widths(feature_maps, image_size)]
    margin = (working_size(image_size) - image_size) // 2
    layers: list[nn.Module] = [Edge(margin)] if margin else []
    # no batch norm in the first layer, and so no bias there either: the reference code has none
    side, stride = (3, 1) if full_res else (4, 2)
    first = initial(nn.Conv2d(channels, widths[0], side, stride, padding=1, bias=norm != "batch"))
    layers += [normed(first, norm), nn.LeakyReLU(0.2)]
    for inside, outside in pairwise(widths):
        layers += down(inside, outside, norm)
    return nn.Sequential(*layers)


@generator.register
def _(spec: ConvGenerator, model: ModelConfig) -> nn.Module:
    given = model.latent
    return DCGANGenerator(given.latent_dim, spec.feature_maps, model.channels, model.image_size, spec.stem,
                          given.width, given.latent, spec.full_res)  # fmt: skip


@discriminator.register
def _(spec: ConvDiscriminator, model: ModelConfig) -> nn.Module:
    return DCGANDiscriminator(model.channels, spec.feature_maps, model.image_size, spec.norm,
                              parts_of(spec, model), spec.full_res)  # fmt: skip


@networks.register
def _(given: NoiseAndBack, model: ModelConfig):
    """The encoder is as wide as the generator that it mirrors."""
    G, D = build_generator(model), build_discriminator(model)
    of_G: Any = model.generator  # of whatever kind, if it has feature maps
    E = DCGANEncoder(given.latent_dim, of_G.feature_maps, model.channels, model.image_size)
    return {"G": G, "E": E}, {"D": D}
