"""The U-Net of Isola et al. (2017): images to images, with a way past each halving for what has its place."""

import torch
from torch import Tensor, nn

from gan.models.blocks import Edge, batch_norm, initial
from gan.models.build import generator
from gan.models.drawing import Dropout
from gan.specs import ModelConfig, UNet, source_channels

DROPPED = 5  # halvings without dropout on the way up: none at 32 pixels, one at 64


class UNetGenerator(nn.Module):
    """Images (n, in_channels, s, s) in [-1, 1] -> images (n, out_channels, s, s) in [-1, 1].

    As many halvings as lead to a single pixel. There is no noise but dropout, and none of that up to 32
    pixels: one source has one answer.
    """

    def __init__(self, image_size=64, in_channels=3, out_channels=3, feature_maps=64):
        super().__init__()
        working = 1 << (image_size - 1).bit_length()
        depth = working.bit_length() - 1
        widths = [feature_maps * min(1 << level, 8) for level in range(depth)]
        drops = max(0, depth - DROPPED)  # of the middle ones, from the inside
        block = Level(widths[-2], widths[-1])
        for level in range(depth - 2, 0, -1):
            block = Level(widths[level - 1], widths[level], block, dropout=depth - 2 - level < drops)
        margin = (working - image_size) // 2
        last = initial(nn.ConvTranspose2d(2 * widths[0], out_channels, 4, 2, 1))
        self.layers = nn.Sequential(
            *([Edge(margin, 1.0)] if margin else []),
            initial(nn.Conv2d(in_channels, widths[0], 4, 2, 1, bias=False)), block,
            nn.ReLU(), last, nn.Tanh(),
            *([Edge(-margin)] if margin else []),
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)


class Level(nn.Module):
    """Half the side and back again, and what came in beside it: (n, outer, s, s) -> (n, 2·outer, s, s)."""

    def __init__(self, outer: int, inner: int, inside: nn.Module | None = None, dropout: bool = False):
        super().__init__()
        self.innermost = innermost = inside is None
        down = initial(nn.Conv2d(outer, inner, 4, 2, 1, bias=False))
        up = initial(nn.ConvTranspose2d(inner if innermost else 2 * inner, outer, 4, 2, 1, bias=False))
        self.layers = nn.Sequential(
            nn.LeakyReLU(0.2), down,
            *([] if inside is None else [batch_norm(inner), inside]),
            nn.ReLU(), up, batch_norm(outer), *([Dropout()] if dropout else []),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.layers(x)], 1)


@generator.register
def _(spec: UNet, model: ModelConfig) -> nn.Module:
    return UNetGenerator(model.image_size, source_channels(model), model.channels, spec.feature_maps)
