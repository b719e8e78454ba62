"""ProGAN's and StyleGAN's layers in a network that learns no more: what they make of their weights at every
call is made once.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear

from gan.models.equalised import EqualConv, EqualLinear, leaky, smoothly_doubled
from gan.models.stylegan import LIFT, Fresh, ModulatedConv, StyledConv


class FixedLinear(EqualLinear):
    """Its weights are kept as they are in use, and so are those of all below."""

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight, self.bias)


class FixedConv(EqualConv):
    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight, self.bias, padding=self.padding)


class FixedModulatedConv(ModulatedConv):
    """`lengths`, (inside, outside), are those of its kernels, squared."""

    lengths: Tensor

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.style(w)
        x = conv2d(x * style[:, :, None, None], self.weight, padding=self.weight.shape[2] // 2)
        if not self.demodulate:
            return x
        return x * ((style * style) @ self.lengths + 1e-8).rsqrt()[:, :, None, None]


class FixedStyledConv(StyledConv):
    """`shift`, (1, outside, side, side), is its bias and the noise that belongs to it."""

    shift: Tensor

    def forward(self, x: Tensor, w: Tensor, fresh: Fresh) -> Tensor:
        x = self.conv(smoothly_doubled(x) if self.up else x, w)
        return LIFT * leaky(x + (self.noise(x, fresh) + self.bias[:, None, None] if fresh else self.shift))


@torch.no_grad()
def fix(layer: nn.Module):
    """Turns a layer of these kinds, in eval mode, into its fixed one; others stay as they are."""
    match layer:
        case EqualLinear():
            layer.weight.mul_(layer.scale)
            layer.bias.mul_(layer.rate)
            layer.scale = layer.rate = 1.0
            layer.__class__ = FixedLinear
        case EqualConv():
            layer.weight.mul_(layer.scale)
            layer.scale = 1.0
            layer.__class__ = FixedConv
        case ModulatedConv():
            layer.weight.mul_(layer.scale)
            layer.scale = 1.0
            layer.register_buffer("lengths", layer.weight.square().sum((2, 3)).T.contiguous())
            layer.__class__ = FixedModulatedConv
        case StyledConv():
            noise = layer.noise(layer.noise.fixed, fresh=False)
            layer.register_buffer("shift", noise + layer.bias[:, None, None])
            layer.__class__ = FixedStyledConv
