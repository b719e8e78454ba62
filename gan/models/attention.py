"""Self-attention over an image's places, Zhang et al. (2019), as BigGAN has it."""

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from gan.models.spectral import bounded, orthogonal


class SelfAttention(nn.Module):
    """Features (n, channels, h, w) of any side -> the same, each place with what it saw at the others.

    Four 1x1 convolutions without biases: queries and keys an eighth as wide, values half as wide, and back
    to `channels`; keys and values at half the side. What comes out is added γ times: γ starts at 0, where
    nothing changes. `spectral` puts the convolutions under spectral norm.
    """

    def __init__(self, channels: int, spectral: bool = True):
        super().__init__()
        narrow, half = max(1, channels // 8), max(1, channels // 2)
        shapes = (channels, narrow), (channels, narrow), (channels, half), (half, channels)
        made = bounded if spectral else orthogonal
        convs = [made(nn.Conv2d(inside, outside, 1, bias=False)) for inside, outside in shapes]
        self.query, self.key, self.value, self.back = convs
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        query = self.query(x).flatten(2)  # (n, c/8, h·w)
        key, value = (max_pool2d(conv(x), 2, ceil_mode=True).flatten(2) for conv in (self.key, self.value))
        shares = (query.transpose(1, 2) @ key).softmax(2)  # (n, h·w, h·w/4)
        seen = (value @ shares.transpose(1, 2)).unflatten(2, x.shape[2:])  # (n, c/2, h, w)
        return x + self.gamma * self.back(seen)
