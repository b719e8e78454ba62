"""The same generator with less work an image: what dragging a slider waits for."""

from copy import deepcopy
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.nn.utils.parametrize import is_parametrized

from gan.models.blocks import Unflatten
from gan.models.grid import OnGrid
from gan.models.styles import Styled


class Folded(Styled):
    """z -> images by a row of layers."""

    def __init__(self, layers: list[nn.Module]):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


def folded(generator: nn.Module) -> nn.Module:
    """A copy of a trained generator for eval mode alone: the same images, up to rounding.

    Each batch norm goes into the convolution before it. A transposed convolution on a single pixel becomes
    the matrix product that it is; its weights, the largest there are, are then read in the order they lie in.
    What is under spectral norm gets the weights that come of it.
    """
    if isinstance(generator, OnGrid):
        return OnGrid(folded(generator.network), generator.times)
    stack = getattr(generator, "layers", None)
    if not isinstance(stack, nn.Sequential):
        return _settled(deepcopy(generator).eval()).requires_grad_(False)  # another kind, otherwise as it is
    layers: list[nn.Module] = []
    for layer in deepcopy(stack).eval():
        before = layers[-1] if layers else None
        if isinstance(layer, nn.BatchNorm2d) and isinstance(before, nn.ConvTranspose2d):
            layers[-1] = fuse_conv_bn_eval(before, layer, transpose=True)
        else:
            layers.append(layer)
    for at, (layer, after) in enumerate(pairwise(layers)):
        if isinstance(layer, Unflatten) and isinstance(after, nn.ConvTranspose2d):
            layers[at : at + 2] = _as_product(after)
            break
    return Folded(layers).eval().requires_grad_(False)


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


@torch.no_grad()
def _as_product(stem: nn.ConvTranspose2d) -> list[nn.Module]:
    side = stem.kernel_size[0]
    product = nn.Linear(stem.in_channels, stem.out_channels * side * side)
    product.weight.copy_(stem.weight.flatten(1).T)
    assert stem.bias is not None  # that of the batch norm that went into it
    product.bias.copy_(stem.bias.repeat_interleave(side * side))
    return [product, Unflatten(side)]
