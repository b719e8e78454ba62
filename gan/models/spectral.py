"""Spectral norm for networks of which a moving average is kept, and orthogonal weights to start from."""

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils.parametrize import register_parametrization

from gan.models.blocks import Weighted


class Spectral(nn.Module):
    """A weight (out, …) divided by its largest singular value, Miyato et al. (2018).

    One power iteration a training forward, from where the last one came to. In eval it takes one as well and
    does not keep it, so that u may be of any length. Torch's own takes its u and v as they are there: those
    of a moving average are means of unit vectors, shorter than 1, and its weights would come out too large.
    """

    u: Tensor

    def __init__(self, weight: Tensor):
        super().__init__()
        self.register_buffer("u", normalize(torch.randn(len(weight)), dim=0))

    def forward(self, weight: Tensor) -> Tensor:
        matrix = weight.flatten(1)
        with torch.no_grad():
            v = normalize(torch.mv(matrix.T, self.u), dim=0)
            u = normalize(torch.mv(matrix, v), dim=0)
            if self.training:
                self.u.copy_(u)
        return weight / torch.dot(u, torch.mv(matrix, v))


def orthogonal(layer: Weighted) -> Weighted:
    """`layer` with orthogonal weights to start from (Saxe et al. 2014), biases 0."""
    nn.init.orthogonal_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def bounded(layer: Weighted) -> Weighted:
    """The same under spectral norm."""
    register_parametrization(orthogonal(layer), "weight", Spectral(layer.weight))
    return layer
