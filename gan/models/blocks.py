"""The layers that generators and discriminators are built from, each the other's mirror."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

Weighted = TypeVar("Weighted", nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


def initial(layer: Weighted) -> Weighted:
    """`layer` with DCGAN's starting weights: N(0, 0.02), biases 0 (Radford et al. 2016, section 3)."""
    nn.init.normal_(layer.weight, 0.0, 0.02)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def batch_norm(channels: int) -> nn.BatchNorm2d:
    """Batch norm whose gains start at N(1, 0.02), as DCGAN's do."""
    norm = nn.BatchNorm2d(channels)
    nn.init.normal_(norm.weight, 1.0, 0.02)
    return norm


@contextmanager
def unrecorded(network: nn.Module) -> Iterator[None]:
    """What goes through meanwhile leaves no trace in the averages that batch norm works by once trained."""
    norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    for norm in norms:
        norm.track_running_stats = False
    try:
        yield
    finally:
        for norm in norms:
            norm.track_running_stats = True


def up(inside: int, outside: int) -> nn.Module:
    """Twice the side by a transposed convolution: (n, inside, s, s) -> (n, outside, 2s, 2s)."""
    return initial(nn.ConvTranspose2d(inside, outside, 4, stride=2, padding=1, bias=False))


def up_nearest(inside: int, outside: int) -> nn.Module:
    """Twice the side by nearest upsampling and a 3x3 convolution: no checkerboard (Odena et al. 2016)."""
    return nn.Sequential(
        nn.Upsample(scale_factor=2), initial(nn.Conv2d(inside, outside, 3, padding=1, bias=False))
    )


def same(inside: int, outside: int) -> nn.Module:
    """The same side, by a 3x3 convolution: (n, inside, s, s) -> (n, outside, s, s)."""
    return initial(nn.Conv2d(inside, outside, 3, padding=1))


def down(inside: int, outside: int, norm: str) -> list[nn.Module]:
    """Half the side by a strided convolution, then `norm`: (n, inside, s, s) -> (n, outside, s/2, s/2).

    Without batch norm, whose shift would do the same, the convolution has a bias.
    """
    conv = initial(nn.Conv2d(inside, outside, 4, stride=2, padding=1, bias=norm != "batch"))
    return [normed(conv, norm), *([batch_norm(outside)] if norm == "batch" else []), nn.LeakyReLU(0.2)]


def normed(layer: nn.Module, norm: str) -> nn.Module:
    """`layer` under spectral norm if `norm` says so: one power iteration a training forward, none in eval."""
    return spectral_norm(layer) if norm == "spectral" else layer


class Edge(nn.Module):
    """Pads (n, c, s, s) by `margin` pixels a side with `value`, or crops them where `margin` is negative."""

    def __init__(self, margin: int, value: float = -1.0):
        super().__init__()
        self.margin, self.value = margin, value

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.pad(x, [self.margin] * 4, value=self.value)


class Unflatten(nn.Module):
    """(n, k) -> (n, k, 1, 1), or (n, k·s·s) -> (n, k, s, s) for `side` s."""

    def __init__(self, side: int = 1):
        super().__init__()
        self.side = side

    def forward(self, z: Tensor) -> Tensor:
        return z.reshape(len(z), -1, self.side, self.side).contiguous(memory_format=torch.channels_last)


class Uniform(nn.Module):
    """Normal numbers made uniform in [-1, 1]: the first `dim` columns of (n, k), the others as they are.

    So a uniform latent keeps seeds, sliders and spherical walks, which all live in the normal space.
    """

    def __init__(self, dim: int):
        super().__init__()
        self.dim = dim

    def forward(self, z: Tensor) -> Tensor:
        drawn, rest = z[:, : self.dim], z[:, self.dim :]
        return torch.cat([torch.erf(drawn / math.sqrt(2)), rest], 1)  # 2Φ(z) - 1
