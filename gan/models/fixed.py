"""ProGAN's, StyleGAN's and BigGAN's layers in a network that learns no more: what they make of their weights
at every call is made once, and what can be done on fewer numbers is.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu, linear, relu

from gan.models.biggan import ConditionalBatchNorm, UpBlock
from gan.models.equalised import SLOPE, EqualConv, EqualLinear, smoothly_doubled
from gan.models.stylegan import LIFT, SMALLEST, Fresh, ModulatedConv, StyledConv, ToRGB

# Of a kernel's three rows those of one of four that makes of x what it makes of x enlarged: where the doubled
# side repeats a number, two of the three meet it. Columns likewise.
DOUBLING = [[0.0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]]


class FixedLinear(EqualLinear):
    """Its weights are kept as they are in use, and so are those of all below."""

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight, self.bias)


class FixedConv(EqualConv):
    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight, self.bias, padding=self.padding)


class FixedStyledConv(StyledConv):
    """It scales its inputs before it doubles their sides; the leaky ReLU's √2 is in all that goes before.

    `lengths`, (outside, inside), are those of its kernels, squared, over 2, and `smallest` is likewise.
    `shift`, (1, outside, side, side), is √2 times its bias and the noise that belongs to it.
    """

    lengths: Tensor
    smallest: Tensor
    shift: Tensor

    def forward(self, x: Tensor, w: Tensor, fresh: Fresh) -> Tensor:
        style = self.conv.style(w)
        x = x * style[:, :, None, None]
        x = conv2d(smoothly_doubled(x) if self.up else x, self.conv.weight, padding=1)
        x *= linear(style * style, self.lengths, self.smallest).rsqrt_()[:, :, None, None]
        x += LIFT * (self.noise(x, fresh) + self.bias[:, None, None]) if fresh else self.shift
        return leaky_relu(x, SLOPE, inplace=True)


class FixedToRGB(ToRGB):
    """For a single image it scales its few weights in place of all feature maps."""

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style, weight = self.conv.style(w)[:, :, None, None], self.conv.weight
        return conv2d(x, weight * style, self.bias) if len(w) == 1 else conv2d(x * style, weight, self.bias)


class FixedConditionalBatchNorm(ConditionalBatchNorm):
    """The norm is in the gain and the shift, and those are one product: `both`, of told (n, k)."""

    both: nn.Linear

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        gain, shift = self.both(told)[:, :, None, None].chunk(2, 1)
        return torch.addcmul(shift, x, gain)


class FixedUpBlock(UpBlock):
    """`doubling`, transposed, is conv1 on what is enlarged, with 16 products in place of 36."""

    doubling: nn.ConvTranspose2d

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        made = self.doubling(relu(self.first(x, told), inplace=True))
        made = self.conv2(relu(self.second(made, told), inplace=True))
        made += self.enlarged(self.past(x))
        return made


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
        case StyledConv():
            lengths = (layer.conv.scale * layer.conv.weight).square().sum((2, 3)) / LIFT**2
            layer.register_buffer("lengths", lengths)
            layer.register_buffer("smallest", lengths.new_full((len(lengths),), SMALLEST / LIFT**2))
            noise = layer.noise(layer.noise.fixed, fresh=False)
            layer.register_buffer("shift", LIFT * (noise + layer.bias[:, None, None]))
            layer.__class__ = FixedStyledConv
        case ToRGB():
            layer.__class__ = FixedToRGB
        case ConditionalBatchNorm():
            layer.both = _gain_and_shift(layer)
            layer.__class__ = FixedConditionalBatchNorm
        case UpBlock():
            kernel = layer.conv1.weight
            rows = kernel.new_tensor(DOUBLING)
            outside, inside = kernel.shape[:2]
            layer.doubling = nn.ConvTranspose2d(inside, outside, 4, 2, 1, bias=False, device=kernel.device)
            layer.doubling.weight.copy_(torch.einsum("oikl,ak,bl->ioab", kernel, rows, rows))
            layer.__class__ = FixedUpBlock


def _gain_and_shift(layer: ConditionalBatchNorm) -> nn.Linear:
    """γ(x - μ)/σ + β is (γ/σ) x + (β - γμ/σ), with γ = 1 + gain(told)."""
    gain, shift = layer.gain.weight, layer.shift.weight
    mean, variance = layer.norm.running_mean, layer.norm.running_var
    assert mean is not None and variance is not None
    over = (variance + layer.norm.eps).rsqrt()
    offset = mean * over
    both = nn.Linear(gain.shape[1], 2 * len(gain), device=gain.device)
    both.weight.copy_(torch.cat([over[:, None] * gain, shift - offset[:, None] * gain]))
    both.bias.copy_(torch.cat([over, -offset]))
    return both
