"""BigGAN (Brock et al. 2019) for small pictures: residual blocks, each told the labels and its part of z.

Sides inside are powers of two from 4 up; an image of 28 pixels works at 32 and is padded or cropped at the
edge. Spectral norm and orthogonal weights in both networks, self-attention at one level of each.
"""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, relu

from gan.models.attention import SelfAttention
from gan.models.blocks import Edge, Unflatten, Uniform
from gan.models.build import discriminator, generator
from gan.models.spectral import bounded
from gan.models.styles import Styled
from gan.specs import BigDiscriminator, BigGenerator, ModelConfig, big_levels, working_size

EMBEDDED = 64  # numbers that the labels become in G; 128 in the paper, for a thousand classes
WIDEST = 8  # times as wide as nearest the image, at most
ATTENDED = 16  # the side of the level with attention, or half the image's if that is less


def _widths(feature_maps: int, count: int) -> list[int]:
    """Channels from the level nearest the image: doubled at each halving, up to WIDEST times."""
    return [feature_maps * min(1 << level, WIDEST) for level in range(count)]


def _chunks(latent_dim: int, count: int) -> list[int]:
    """The sizes of as many parts of z, as equal as can be, the larger ones first."""
    return [latent_dim // count + (place < latent_dim % count) for place in range(count)]


def _attended(image_size: int) -> int:
    return min(ATTENDED, working_size(image_size) // 2)


class BigGANGenerator(Styled):
    """z (n, latent_dim), labels beside it if there are any -> images (n, channels, s, s) in [-1, 1].

    z is dealt out in chunks: the first makes the 4x4 map, and each block that doubles the side is told one of
    the others, beside an embedding of the labels that all share. `classes` is how many columns the labels
    have, one-hot or mixed; with several labels their embeddings add up. "uniform" as `latent` is drawn as
    U(-1, 1).
    """

    def __init__(
        self, image_size=32, latent_dim=128, classes=0, feature_maps=64, channels=3, latent="normal"
    ):
        super().__init__()
        widths = _widths(feature_maps, big_levels(image_size))[::-1]
        self.latent_dim, self.chunks = latent_dim, _chunks(latent_dim, len(widths))
        first, *rest = self.chunks
        beside = EMBEDDED if classes else 0
        self.drawn = Uniform(latent_dim) if latent == "uniform" else nn.Identity()
        self.embed = Embedding(classes, EMBEDDED) if classes else None
        self.stem = nn.Sequential(bounded(nn.Linear(first, widths[0] * 16)), Unflatten(4))
        self.blocks = nn.ModuleList(
            UpBlock(inside, outside, chunk + beside)
            for (inside, outside), chunk in zip(pairwise(widths), rest, strict=True)
        )
        self.level = (_attended(image_size) // 8).bit_length() - 1  # the block that attention follows
        self.attention = SelfAttention(widths[self.level + 1])
        margin = (image_size - working_size(image_size)) // 2
        last = bounded(nn.Conv2d(widths[-1], channels, 3, padding=1))
        self.image = nn.Sequential(
            nn.BatchNorm2d(widths[-1]), nn.ReLU(), last, nn.Tanh(), *([Edge(margin)] if margin else [])
        )

    def entrance(self) -> Tensor:
        """Block by block, since each takes a chunk of z: (outputs, latent_dim)."""
        stem: Any = self.stem[0]
        told = [block.entrance() for block in self.blocks if isinstance(block, UpBlock)]
        each = zip([stem.weight, *told], self.chunks, strict=True)
        return torch.block_diag(*(part[:, :size].detach() for part, size in each))

    def forward(self, z: Tensor) -> Tensor:
        z = self.drawn(z)
        first, *rest = z[:, : self.latent_dim].split(self.chunks, 1)
        told = [self.embed(z[:, self.latent_dim :])] if self.embed else []
        x = self.stem(first)
        for level, (block, chunk) in enumerate(zip(self.blocks, rest, strict=True)):
            x = block(x, torch.cat([chunk, *told], 1))
            if level == self.level:
                x = self.attention(x)
        return self.image(x)


class Embedding(nn.Module):
    """Labels (n, columns), one-hot or mixed -> (n, dim): a learnt row for each value, added up."""

    def __init__(self, columns: int, dim: int):
        super().__init__()
        self.rows = nn.Parameter(nn.init.orthogonal_(torch.empty(columns, dim)))

    def forward(self, labels: Tensor) -> Tensor:
        return labels @ self.rows


class ConditionalBatchNorm(nn.Module):
    """Batch norm whose gains and shifts each image is told: x (n, c, h, w), told (n, k).

    The gain is 1 + linear(told), so that a layer starts as plain batch norm; the shift starts at 0 likewise,
    on average over z.
    """

    def __init__(self, channels: int, told: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain, self.shift = (bounded(nn.Linear(told, channels, bias=False)) for _ in range(2))

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        gain, shift = 1 + self.gain(told), self.shift(told)  # (n, c)
        return self.norm(x) * gain[:, :, None, None] + shift[:, :, None, None]


class UpBlock(nn.Module):
    """Twice the side, and what came in added: (n, inside, s, s) and told (n, k) -> (n, outside, 2s, 2s).

    No biases: a batch norm follows everything.
    """

    def __init__(self, inside: int, outside: int, told: int):
        super().__init__()
        self.first, self.second = ConditionalBatchNorm(inside, told), ConditionalBatchNorm(outside, told)
        self.conv1 = bounded(nn.Conv2d(inside, outside, 3, padding=1, bias=False))
        self.conv2 = bounded(nn.Conv2d(outside, outside, 3, padding=1, bias=False))
        self.past = bounded(nn.Conv2d(inside, outside, 1, bias=False))
        self.enlarged = nn.Upsample(scale_factor=2)

    def entrance(self) -> Tensor:
        """What `told` is multiplied by: (outputs, k)."""
        layers = (layer for norm in (self.first, self.second) for layer in (norm.gain, norm.shift))
        return torch.cat([layer.weight for layer in layers])

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        made = self.conv1(self.enlarged(relu(self.first(x, told))))
        made = self.conv2(relu(self.second(made, told)))
        return made + self.enlarged(
            self.past(x)
        )  # enlarged after: the same as before, for a quarter of the work


class BigGANDiscriminator(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> logits (n,), above 0 for real.

    Blocks down to 4x4 and one more there; the features are summed over all places. Labels (n, classes) are
    told by projection, Miyato & Koyama (2018): the sum of their embeddings, times the features.
    """

    def __init__(self, channels=3, feature_maps=64, image_size=32, classes=0):
        super().__init__()
        widths = _widths(feature_maps, big_levels(image_size) - 1)
        margin = (working_size(image_size) - image_size) // 2
        self.edge = Edge(margin) if margin else nn.Identity()
        self.blocks = nn.ModuleList(
            DownBlock(inside, outside, first=not level)
            for level, (inside, outside) in enumerate(pairwise([channels, *widths]))
        )
        self.blocks.append(DownBlock(widths[-1], widths[-1], shrinks=False))
        self.level = (working_size(image_size) // _attended(image_size)).bit_length() - 2
        self.attention = SelfAttention(widths[self.level])
        self.last = bounded(nn.Linear(widths[-1], 1))
        self.project = bounded(nn.Linear(classes, widths[-1], bias=False)) if classes else None

    def features(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        """(n, width), summed over all places."""
        x = self.edge(images)
        for level, block in enumerate(self.blocks):
            x = block(x)
            if level == self.level:
                x = self.attention(x)
        return relu(x).sum((2, 3))

    def forward(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        seen = self.features(images)
        logits = self.last(seen)[:, 0]
        return logits + (self.project(given) * seen).sum(1) if self.project else logits


class DownBlock(nn.Module):
    """Half the side if it `shrinks`, and what came in added: (n, inside, s, s) -> (n, outside, s/2, s/2).

    The first one takes the image as it is, without a ReLU before.
    """

    def __init__(self, inside: int, outside: int, first: bool = False, shrinks: bool = True):
        super().__init__()
        self.first, self.shrinks = first, shrinks
        self.conv1 = bounded(nn.Conv2d(inside, outside, 3, padding=1))
        self.conv2 = bounded(nn.Conv2d(outside, outside, 3, padding=1))
        self.past = bounded(nn.Conv2d(inside, outside, 1)) if shrinks else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        made = self.conv2(relu(self.conv1(x if self.first else relu(x))))
        return self._half(made) + self.past(self._half(x))  # means before the 1x1: the same, for less work

    def _half(self, x: Tensor) -> Tensor:
        return avg_pool2d(x, 2) if self.shrinks else x


@generator.register
def _(spec: BigGenerator, model: ModelConfig) -> nn.Module:
    given = model.latent
    return BigGANGenerator(model.image_size, given.latent_dim, given.width, spec.feature_maps, model.channels,
                           given.latent)  # fmt: skip


@discriminator.register
def _(spec: BigDiscriminator, model: ModelConfig) -> nn.Module:
    return BigGANDiscriminator(model.channels, spec.feature_maps, model.image_size, model.latent.width)
