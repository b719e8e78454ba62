"""Super-resolution by a residual network, Ledig et al. (2017), without batch norm, which leaves blotches."""

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from gan.models.build import generator
from gan.specs import ModelConfig, SRNet, shrunk


class SRResNet(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> (n, channels, factor·s, factor·s), factor 2 or 4.

    What it makes is added to the bilinear enlargement. The last convolution starts at 0, so that is what it
    begins with.
    """

    def __init__(self, channels=3, feature_maps=64, blocks=16, factor=4):
        super().__init__()
        self.factor = factor
        self.first = nn.Sequential(nn.Conv2d(channels, feature_maps, 9, padding=4), nn.PReLU())
        self.blocks = nn.Sequential(*(Residual(feature_maps) for _ in range(blocks)),
                                    nn.Conv2d(feature_maps, feature_maps, 3, padding=1))  # fmt: skip
        doublings = (_doubling(feature_maps) for _ in range(factor.bit_length() - 1))
        self.up = nn.Sequential(*doublings)
        self.last = nn.Conv2d(feature_maps, channels, 9, padding=4)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> Tensor:
        seen = self.first(images)
        made = self.last(self.up(seen + self.blocks(seen)))
        return made + interpolate(images, scale_factor=self.factor, mode="bilinear")


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        conv = lambda: nn.Conv2d(width, width, 3, padding=1)  # noqa: E731
        self.layers = nn.Sequential(conv(), nn.PReLU(), conv())

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def _doubling(width: int) -> nn.Module:
    """Twice the side by pixel shuffle, Shi et al. (2016). The four pixels that come of one start alike."""
    conv = nn.Conv2d(width, 4 * width, 3, padding=1)
    with torch.no_grad():
        for values in conv.parameters():
            values.copy_(values[::4].repeat_interleave(4, 0))
    return nn.Sequential(conv, nn.PixelShuffle(2), nn.PReLU())


@generator.register
def _(spec: SRNet, model: ModelConfig) -> nn.Module:
    return SRResNet(model.channels, spec.feature_maps, spec.blocks, shrunk(model))
