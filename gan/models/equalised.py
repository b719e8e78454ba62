"""Layers of ProGAN and StyleGAN: weights scaled at run time, so that Adam moves each of them at one rate."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, interpolate, leaky_relu, linear

GAIN = math.sqrt(2)  # of layers before a ReLU, He et al. (2015)
SLOPE = 0.2  # of all leaky ReLUs


class EqualLinear(nn.Module):
    """(n, inside) -> (n, outside): weights N(0, 1), times gain/√inside in use, Karras et al. (2018), 4.1.

    `rate` is a share of the optimiser's learning rate: weights and biases are kept so many times larger.
    """

    def __init__(self, inside: int, outside: int, gain=GAIN, rate=1.0, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outside, inside) / rate)
        self.bias = nn.Parameter(torch.full((outside,), bias / rate))
        self.scale, self.rate = gain * rate / math.sqrt(inside), rate

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight * self.scale, self.bias * self.rate)


class EqualConv(nn.Module):
    """(n, inside, s, s) -> (n, outside, s, s), or 1x1 for a kernel as large as the map: likewise."""

    def __init__(self, inside: int, outside: int, kernel=3, gain=GAIN, padding: int | None = None):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outside, inside, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outside))
        self.scale = gain / math.sqrt(inside * kernel**2)
        self.padding = kernel // 2 if padding is None else padding

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


def pixel_norm(x: Tensor) -> Tensor:
    """(n, c, …): each place's c numbers, made to have a mean square of 1."""
    return x * (x.float().square().mean(1, keepdim=True) + 1e-8).rsqrt().to(x.dtype)


def leaky(x: Tensor) -> Tensor:
    return leaky_relu(x, SLOPE)


def smoothly_doubled(x: Tensor) -> Tensor:
    """(n, c, s, s) -> (n, c, 2s, 2s) by the filter [1, 3, 3, 1], which inside is bilinear enlargement."""
    return interpolate(x, scale_factor=2, mode="bilinear")


def enlarged(x: Tensor, times: int = 2) -> Tensor:
    """(n, c, s, s) -> (n, c, times·s, times·s), each value repeated."""
    return interpolate(x, scale_factor=times) if times > 1 else x
