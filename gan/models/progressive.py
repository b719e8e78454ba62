"""ProGAN (Karras et al. 2018): two networks that begin at 4x4 pixels and grow, each level faded in.

Both take and give images of full size at every level: the generator repeats its pixels, the discriminator
takes the mean of boxes at its door. So no other part of the program knows that they grow. A slope that a
penalty holds down is that by the full-size image, at every level.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from gan.models.batch import MinibatchStddev
from gan.models.blocks import Edge, Uniform
from gan.models.build import discriminator, generator
from gan.models.equalised import EqualConv, EqualLinear, enlarged, leaky, pixel_norm
from gan.models.styles import Styled
from gan.specs import ModelConfig, Progressive, ProgressiveMirror, grown


class Growing(nn.Module):
    """What is as large as the course of the run says: `level` 0 is 4x4, `alpha` how far it has faded in."""

    level: Tensor
    alpha: Tensor

    def __init__(self, image_size: int, growth_images: int):
        super().__init__()
        working = 1 << (image_size - 1).bit_length()
        self.image_size, self.working, self.growth_images = image_size, working, growth_images
        self.levels = working.bit_length() - 2
        self.margin = (working - image_size) // 2
        level, alpha = grown(0, growth_images, self.levels)
        self.register_buffer("level", torch.tensor(level))
        self.register_buffer("alpha", torch.tensor(alpha))

    def at(self, seen: int) -> bool:
        """Makes it as it is after so many images. True where that is another level than before."""
        level, alpha = grown(seen, self.growth_images, self.levels)
        changed = level != int(self.level)
        self.level.fill_(level)
        self.alpha.fill_(alpha)
        return changed

    def part(self, seen: int) -> int:
        """Which part of the growth that is, of two a level: it fades in, and then it stands."""
        level, alpha = grown(seen, self.growth_images, self.levels)
        return 2 * level + (alpha == 1)

    def stage(self) -> tuple[int, float]:
        return int(self.level), float(self.alpha)

    def faded(self, images: Tensor) -> Tensor:
        """Real images (n, c, s, s) as blurred as generated ones are while a level fades in."""
        level, alpha = self.stage()
        if alpha == 1:
            return images
        times = images.shape[2] // self.image_size  # larger where it works on pixel art's own grid
        box = times * self._box(level - 1)
        before = enlarged(avg_pool2d(Edge(self.margin)(images), box), box)
        return torch.lerp(Edge(-self.margin)(before), images, alpha)

    def _box(self, level: int) -> int:
        """How often a pixel of that level stands in the image, a side."""
        return self.working // (4 << level)


class ProgressiveGenerator(Growing, Styled):
    """z (n, latent_dim), classes beside it if there are any -> images (n, channels, image_size, image_size).

    `feature_maps` are those of the levels up to 16 pixels; each later one has half as many. Without tanh.
    """

    def __init__(
        self, image_size=64, latent_dim=100, feature_maps=64, channels=3, *, classes=0, latent="normal",
        growth_images=0,
    ):  # fmt: skip
        super().__init__(image_size, growth_images)
        self.latent_dim, widths = latent_dim, _widths(feature_maps, self.levels)
        self.spread = Uniform(latent_dim) if latent == "uniform" else nn.Identity()
        self.first = EqualLinear(latent_dim + classes, 16 * widths[0])
        blocks = [nn.Sequential(Normed(widths[0], widths[0]))]
        blocks += [nn.Sequential(Normed(a, b), Normed(b, b)) for a, b in pairwise(widths)]
        self.blocks = nn.ModuleList(blocks)
        self.to_rgb = nn.ModuleList(EqualConv(width, channels, 1, gain=1) for width in widths)
        self.crop = Edge(-self.margin)

    def forward(self, z: Tensor) -> Tensor:
        level, alpha = self.stage()
        before = x = self.blocks[0](self._seed(z))
        for block in self.blocks[1 : level + 1]:
            before, x = x, block(enlarged(x))
        image = self.to_rgb[level](x)
        if alpha < 1:
            image = torch.lerp(enlarged(self.to_rgb[level - 1](before)), image, alpha)
        return self.crop(enlarged(image, self._box(level)))

    def _seed(self, z: Tensor) -> Tensor:
        """(n, latent_dim + classes) -> (n, width, 4, 4)."""
        drawn, told = z[:, : self.latent_dim], z[:, self.latent_dim :]
        x = self.first(torch.cat([pixel_norm(self.spread(drawn)), told], 1))
        return pixel_norm(leaky(x.reshape(len(z), -1, 4, 4)))


class Normed(nn.Module):
    """Convolution, leaky ReLU, pixel norm: (n, inside, s, s) -> (n, outside, s, s)."""

    def __init__(self, inside: int, outside: int):
        super().__init__()
        self.conv = EqualConv(inside, outside)

    def forward(self, x: Tensor) -> Tensor:
        return pixel_norm(leaky(self.conv(x)))


class ProgressiveDiscriminator(Growing):
    """Images (n, channels, image_size, image_size), classes beside them -> logits (n,), above 0 for real."""

    def __init__(self, image_size=64, feature_maps=64, channels=3, *, classes=0, growth_images=0):
        super().__init__(image_size, growth_images)
        widths = _widths(feature_maps, self.levels)
        self.pad = Edge(self.margin)
        self.from_rgb = nn.ModuleList(EqualConv(channels, width, 1) for width in widths)
        self.blocks = nn.ModuleList(Halving(b, a) for a, b in pairwise(widths))  # from level 1 on
        self.spread = MinibatchStddev()
        self.near = EqualConv(widths[0] + self.spread.extra, widths[0])
        self.whole = EqualConv(widths[0], widths[0], 4, padding=0)
        # each of an image's pixels moves a score by as little as it is a small part of its box: where a slope
        # of 1 by all of them is asked for, a critic had to learn for long just to be so steep
        self.last = EqualLinear(widths[0], 1, gain=self.working / 4)
        self.project = EqualLinear(classes, widths[0], gain=1) if classes else None

    def features(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        level, alpha = self.stage()
        images = self.pad(images)
        x = self._seen(images, level)
        if level:
            x = self.blocks[level - 1](x)
        if alpha < 1:  # level 0 has no other to fade from
            x = torch.lerp(self._seen(images, level - 1), x, alpha)
        for below in range(level - 2, -1, -1):
            x = self.blocks[below](x)
        return leaky(self.whole(leaky(self.near(self.spread(x))))).flatten(1)

    def forward(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        features = self.features(images)
        logits = self.last(features).flatten()
        if self.project:  # Miyato & Koyama (2018)
            logits = logits + (self.project(given) * features).sum(1) / features.shape[1] ** 0.5
        return logits

    def _seen(self, images: Tensor, level: int) -> Tensor:
        """Images as large as the level, made features."""
        return leaky(self.from_rgb[level](avg_pool2d(images, self._box(level))))


class Halving(nn.Module):
    """(n, inside, s, s) -> (n, outside, s/2, s/2)."""

    def __init__(self, inside: int, outside: int):
        super().__init__()
        self.keep, self.widen = EqualConv(inside, inside), EqualConv(inside, outside)

    def forward(self, x: Tensor) -> Tensor:
        return avg_pool2d(leaky(self.widen(leaky(self.keep(x)))), 2)


def growing(networks: nn.Module) -> list[Growing]:
    """Those among the networks, and in them, that grow."""
    return [one for one in networks.modules() if isinstance(one, Growing)]


def _widths(feature_maps: int, levels: int) -> list[int]:
    """Of the levels, from 4x4 on: the paper's, with 8 times `feature_maps` in place of 8,192."""
    return [min(feature_maps, 4 * feature_maps >> level) for level in range(levels)]


@generator.register
def _(spec: Progressive, model: ModelConfig) -> nn.Module:
    given = model.latent
    return ProgressiveGenerator(
        model.image_size, given.latent_dim, spec.feature_maps, model.channels, classes=given.width,
        latent=given.latent, growth_images=spec.growth_images,
    )  # fmt: skip


@discriminator.register
def _(spec: ProgressiveMirror, model: ModelConfig) -> nn.Module:
    return ProgressiveDiscriminator(model.image_size, spec.feature_maps, model.channels,
                                    classes=model.latent.width, growth_images=spec.growth_images)  # fmt: skip
