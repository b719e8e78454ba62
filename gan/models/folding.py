"""The same generator with less work an image: what dragging a slider, or a stroke on the pad, waits for."""

from copy import deepcopy
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.nn.utils.parametrize import is_parametrized

from gan.models.blocks import Unflatten
from gan.models.fixed import fix
from gan.models.unet import Level

SMALL = 20_480  # numbers of an image; torch's own bound, below which it takes kernels of up to 3x3 directly


class _DirectConv(nn.Conv2d):
    """Of 4x4 pixels and more torch asks oneDNN, which puts all weights in another order at every call. For a
    single small image that takes longer than the product itself.
    """

    def forward(self, input: Tensor) -> Tensor:
        if not _is_small(input, input.numel()):
            return super().forward(input)
        return torch.ops.aten.thnn_conv2d(
            input, self.weight, self.kernel_size, self.bias, self.stride, self.padding
        )


class _DirectTranspose(nn.ConvTranspose2d):
    """Directly, each product is added to an output: so it is their number that counts."""

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:
        outputs = input[0, 0].numel() * self.stride[0] * self.stride[1] * self.out_channels
        if output_size or not _is_small(input, outputs):
            return super().forward(input, output_size)
        return torch.ops.aten.slow_conv_transpose2d(
            input, self.weight, self.kernel_size, self.bias, self.stride, self.padding, self.output_padding
        )


def _is_small(images: Tensor, numbers: int) -> bool:
    return len(images) == 1 and numbers <= SMALL and images.device.type == "cpu"


def folded(generator: nn.Module) -> nn.Module:
    """A copy of a trained generator for eval mode alone: the same images, up to rounding.

    Each batch norm goes into the convolution before it. A transposed convolution on a single pixel becomes
    the matrix product that it is; its weights, the largest there are, are then read in the order they lie in.
    Of a U-Net's innermost kernels the edge, which meets nothing but padding, goes. What is under spectral
    norm gets the weights that come of it, and what scales its weights in use the scaled ones. Wide kernels
    take a small image on a CPU the direct way.
    """
    network = _settled(deepcopy(generator).eval())
    for part in [*network.modules()]:
        if isinstance(part, nn.Sequential):
            _merge(part)
        if isinstance(part, Level) and part.innermost:
            _narrow(part.layers)
        fix(part)
    for part in network.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            _take_directly(part)
    return network.requires_grad_(False)


def _take_directly(layer: nn.Conv2d | nn.ConvTranspose2d):
    if min(layer.kernel_size) > 3 and set(layer.dilation) == {1} and layer.groups == 1:
        direct = {nn.Conv2d: _DirectConv, nn.ConvTranspose2d: _DirectTranspose}
        layer.__class__ = direct.get(type(layer), type(layer))


def _settled(network: nn.Module) -> nn.Module:
    """With weights in place of what eval makes them of each time."""
    layers: list[Any] = list(network.modules())
    for layer in layers:
        if is_parametrized(layer, "weight"):
            weight = nn.Parameter(layer.weight.detach())
            # torch's remove_parametrizations would take it from the class, which all copies share
            layer.__class__ = type(layer).__bases__[0]
            del layer.parametrizations
            layer.weight = weight
    return network


def _merge(row: nn.Sequential):
    """Batch norms go into the convolutions before them, and the stem becomes a product."""
    layers: list[nn.Module] = []
    for layer in row:
        before = layers[-1] if layers else None
        if isinstance(layer, nn.BatchNorm2d) and isinstance(before, nn.Conv2d | nn.ConvTranspose2d):
            layers[-1] = fuse_conv_bn_eval(before, layer, transpose=isinstance(before, nn.ConvTranspose2d))
        else:
            layers.append(layer)
    for at, (layer, after) in enumerate(pairwise(layers)):
        if isinstance(layer, Unflatten) and isinstance(after, nn.ConvTranspose2d):
            layers[at : at + 2] = _as_product(after)
            break
    if len(layers) < len(row):
        del row[:]
        row.extend(layers)


@torch.no_grad()
def _as_product(stem: nn.ConvTranspose2d) -> list[nn.Module]:
    side = stem.kernel_size[0]
    outputs, there = stem.out_channels * side * side, stem.weight.device
    product = nn.Linear(stem.in_channels, outputs, device=there)
    product.weight.copy_(stem.weight.flatten(1).T)
    assert stem.bias is not None  # that of the batch norm that went into it
    product.bias.copy_(stem.bias.repeat_interleave(side * side))
    return [product, Unflatten(side)]


@torch.no_grad()
def _narrow(row: nn.Sequential):
    """From 2x2 pixels to one and back: a kernel of 4x4, padded by one, is there its middle 2x2."""
    for at, layer in enumerate(row):
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            kernel = layer.weight[:, :, 1:3, 1:3]
            middle = type(layer)(
                layer.in_channels, layer.out_channels, 2, 2, bias=False, device=kernel.device
            )
            middle.weight.copy_(kernel)
            middle.bias = layer.bias
            row[at] = middle.eval()
