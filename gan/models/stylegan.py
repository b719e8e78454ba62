"""StyleGAN2 (Karras et al. 2020) for small images: z becomes a style w, and each layer is told one.

No blobs: weights are modulated and demodulated in place of norms. Images are a sum of one at each side, and
there is no tanh.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from gan.models.blocks import Edge, Uniform
from gan.models.build import generator
from gan.models.drawing import Drawing
from gan.models.equalised import EqualLinear, leaky, pixel_norm, smoothly_doubled
from gan.models.styles import Styled
from gan.specs import ModelConfig, Style, style_layers

MEAN_KEPT = 0.998  # of the mean w, each step
WIDEST = 8  # times as many feature maps as nearest the image
NOISE_RATE = 0.1  # of its strength's learning: else in a short run dots of noise come before any style
Fresh = bool | torch.Generator  # whether noise is drawn anew, and if not by the run's own numbers, by these
SMALLEST = 1e-8  # added to a squared length
LIFT = math.sqrt(2)  # what a leaky ReLU takes from the spread, given back


class StyleGenerator(Styled):
    """z (n, latent_dim), classes beside it if there are any -> images (n, channels, image_size, image_size).

    In eval mode the noise is always the same: a z is an image. In training it is drawn anew, and for a share
    of the images, `mixing`, the layers from one on follow a second z.
    """

    mean_w: Tensor

    def __init__(
        self, image_size=64, latent_dim=128, w_dim=128, feature_maps=32, channels=3, *, classes=0,
        latent="normal", mapping_layers=2, mapping_rate=0.1, mixing=0.9,
    ):  # fmt: skip
        super().__init__()
        self.style_layers, self.latent_dim, self.mixing = style_layers(image_size), latent_dim, mixing
        working = 1 << (image_size - 1).bit_length()
        sides = [4 << level for level in range(working.bit_length() - 2)]
        widths = [feature_maps * min(working // side, WIDEST) for side in sides]
        self.mapping = Mapping(latent_dim, classes, w_dim, mapping_layers, mapping_rate, latent)
        self.constant = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        layers = [StyledConv(widths[0], widths[0], 4, w_dim)]
        for (inside, outside), side in zip(pairwise(widths), sides[1:], strict=True):
            layers += [StyledConv(inside, outside, side, w_dim, up=True)]
            layers += [StyledConv(outside, outside, side, w_dim)]
        self.layers = nn.ModuleList(layers)
        self.to_rgb = nn.ModuleList(ToRGB(width, channels, w_dim) for width in widths)
        self.crop = Edge((image_size - working) // 2)
        self.numbers = Drawing()
        self.register_buffer("mean_w", torch.zeros(w_dim))  # a moving average, for truncation

    def styles(self, z: Tensor) -> Tensor:
        """The same w for all layers: (n, style_layers, w_dim)."""
        return self.mapping(z)[:, None].expand(-1, self.style_layers, -1)

    def truncated(self, styles: Tensor, psi: float) -> Tensor:
        """w̄ + ψ(w - w̄): at 0 all are the mean one, at 1 nothing changes."""
        return torch.lerp(self.mean_w.to(styles.dtype).expand_as(styles), styles, psi)

    def draw(self, styles: Tensor, fresh: Fresh = False) -> Tensor:
        """The image of these styles; `fresh` draws its noise anew, from a generator the same for all."""
        x = self.layers[0](self.constant.expand(len(styles), -1, -1, -1), styles[:, 0], fresh)
        image = self.to_rgb[0](x, styles[:, 1])
        for level, to_rgb in enumerate(self.to_rgb[1:], 1):
            at = 2 * level - 1  # to RGB goes by the style of the layer after it
            x = self.layers[at](x, styles[:, at], fresh)
            x = self.layers[at + 1](x, styles[:, at + 1], fresh)
            image = smoothly_doubled(image) + to_rgb(x, styles[:, at + 2])
        return self.crop(image)

    def entrance(self) -> Tensor:
        """All that scales feature maps by w, one above the other: (outputs, w_dim)."""
        told = (layer.style for layer in self.modules() if isinstance(layer, ModulatedConv))
        return torch.cat([style.weight.detach() * style.scale for style in told])

    def forward(self, z: Tensor) -> Tensor:
        if not self.training:
            return self.draw(self.styles(z))
        styles = self.styles(z)
        with torch.no_grad():
            self.mean_w.lerp_(styles[:, 0].float().mean(0), 1 - MEAN_KEPT)
        return self.draw(self._mixed(styles, z) if self.mixing else styles, fresh=True)

    def _mixed(self, styles: Tensor, z: Tensor) -> Tensor:
        drawn, told = z[:, : self.latent_dim], z[:, self.latent_dim :]
        others = self.styles(torch.cat([self.numbers.normal(drawn), told], 1))
        number = self.numbers.uniform(z[:, 0])  # says both whether, and from which layer on
        first = 1 + (number / self.mixing * (self.style_layers - 1)).floor()
        first = torch.where(number < self.mixing, first, self.style_layers)
        own = torch.arange(self.style_layers, device=z.device) < first[:, None]
        return torch.where(own[..., None], styles, others)


class Mapping(nn.Module):
    """z (n, latent_dim + classes) -> w (n, w_dim): what a style is need not be spread as z is."""

    def __init__(self, latent_dim: int, classes: int, w_dim: int, layers: int, rate: float, latent: str):
        super().__init__()
        self.latent_dim = latent_dim
        self.spread = Uniform(latent_dim) if latent == "uniform" else nn.Identity()
        self.embed = EqualLinear(classes, latent_dim, gain=1) if classes else None
        widths = [latent_dim * (2 if classes else 1), *[w_dim] * layers]
        self.layers = nn.ModuleList(EqualLinear(a, b, gain=1, rate=rate) for a, b in pairwise(widths))

    def forward(self, z: Tensor) -> Tensor:
        x = pixel_norm(self.spread(z[:, : self.latent_dim]))
        if self.embed:
            told = pixel_norm(self.embed(z[:, self.latent_dim :]))
            x = torch.cat([x.to(told.dtype), told], 1)
        for layer in self.layers:
            x = LIFT * leaky(layer(x))
        return x


class ModulatedConv(nn.Module):
    """A convolution whose weights a style scales, for each image its own: w (n, w_dim).

    Feature maps are scaled before and after it in place of the weights. That is the same, and one ordinary
    convolution for all images. Demodulated, the values of its outputs have the spread of its inputs.
    """

    def __init__(self, inside: int, outside: int, kernel: int, w_dim: int, demodulate=True):
        super().__init__()
        self.style = EqualLinear(w_dim, inside, gain=1, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outside, inside, kernel, kernel))
        self.scale, self.demodulate = 1 / math.sqrt(inside * kernel**2), demodulate

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style, weight = self.style(w), self.weight * self.scale
        x = conv2d(x * style[:, :, None, None], weight, padding=weight.shape[2] // 2)
        if not self.demodulate:
            return x
        length = style.square() @ weight.square().sum((2, 3)).T  # (n, outside), squared
        return x * (length + SMALLEST).rsqrt()[:, :, None, None]


class StyledConv(nn.Module):
    """Modulated convolution, noise, bias, leaky ReLU: (n, inside, s, s) -> (n, outside, side, side)."""

    def __init__(self, inside: int, outside: int, side: int, w_dim: int, up=False):
        super().__init__()
        self.up = up
        self.conv = ModulatedConv(inside, outside, 3, w_dim)
        self.noise = Noise(side)
        self.bias = nn.Parameter(torch.zeros(outside))

    def forward(self, x: Tensor, w: Tensor, fresh: Fresh) -> Tensor:
        x = self.conv(smoothly_doubled(x) if self.up else x, w)
        shift = self.noise(x, fresh) + self.bias[:, None, None]
        return LIFT * leaky(x + shift.to(x.dtype))


class Noise(Drawing):
    """What a style need not say, such as where each hair lies: (1 or n, 1, s, s), times a learnt strength.

    That is 0 at first. The noise that is not fresh belongs to the network.
    """

    fixed: Tensor

    def __init__(self, side: int):
        super().__init__()
        self.strength = nn.Parameter(torch.zeros(1))
        self.register_buffer("fixed", torch.randn(1, 1, side, side))

    def forward(self, x: Tensor, fresh: Fresh) -> Tensor:
        return NOISE_RATE * self.strength * self._drawn(x, fresh)

    def _drawn(self, x: Tensor, fresh: Fresh) -> Tensor:
        if isinstance(fresh, torch.Generator):
            return torch.randn(self.fixed.shape, generator=fresh).to(x.device)
        return self.normal(x[:, :1]) if fresh else self.fixed


class ToRGB(nn.Module):
    """(n, inside, s, s) -> (n, channels, s, s): not demodulated, since how bright it is matters here."""

    def __init__(self, inside: int, channels: int, w_dim: int):
        super().__init__()
        self.conv = ModulatedConv(inside, channels, 1, w_dim, demodulate=False)
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        x = self.conv(x, w)
        return x + self.bias[:, None, None].to(x.dtype)


@generator.register
def _(spec: Style, model: ModelConfig) -> nn.Module:
    given = model.latent
    return StyleGenerator(
        model.image_size, given.latent_dim, spec.w_dim, spec.feature_maps, model.channels,
        classes=given.width, latent=given.latent, mapping_layers=spec.mapping_layers,
        mapping_rate=spec.mapping_rate, mixing=spec.mixing,
    )  # fmt: skip
