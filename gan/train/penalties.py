"""Gradient penalties: they keep the Discriminator's slope, and so the game, from running away.

Each logit must depend on its own image alone, so that no penalty goes through batch norm. Beside them one of
the Generator's weights.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def zero_centred(logits: Tensor, images: Tensor) -> Tensor:
    """½‖∇D(x)‖², summed over the pixels of each image: (n,), differentiable. R1 on real, R2 on fake images.

    `logits` (n,) were computed from `images` (n, c, h, w), which require a gradient. Times γ it is the
    penalty of Mescheder et al. (2018).
    """
    return _slope(logits, images).square().sum(dim=(1, 2, 3)) / 2


def one_centred(D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """(‖∇D(x̂)‖ - 1)² at x̂ = εx + (1-ε)G(z): (n,), differentiable. Gulrajani et al. (2017).

    real, fake (n, c, h, w); mix (n,), one ε a sample, uniform in [0, 1]. The norm is over all pixels of a
    sample.
    """
    share = mix[:, None, None, None]
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    square = _slope(D(between), between).square().sum(dim=(1, 2, 3))
    return ((square + 1e-12).sqrt() - 1).square()  # the root of 0 has no slope to go through


def _slope(logits: Tensor, images: Tensor) -> Tensor:
    (slope,) = torch.autograd.grad(logits.float().sum(), images, create_graph=True)
    return slope.float()


def overlap(network: nn.Module) -> Tensor:
    """Σ ‖WWᵀ ⊙ (1 - I)‖² over all layers: how far filters are from orthogonal, whatever their lengths.

    W holds a filter a row: (out, in·h·w), as it is before any spectral norm. A scalar; times β it is the
    penalty of Brock et al. (2019), section 3.1.
    """
    return torch.stack([_overlap(filters) for filters in _filters(network)]).sum()


def _overlap(filters: Tensor) -> Tensor:
    products = filters @ filters.T
    return (products - products.diagonal().diag()).square().sum()


def _filters(network: nn.Module) -> list[Tensor]:
    return [_raw(layer).transpose(0, int(isinstance(layer, nn.ConvTranspose2d))).flatten(1)
            for layer in network.modules()
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)]  # fmt: skip


def _raw(layer: nn.Module) -> Tensor:
    """The weight that is learnt; that of a layer under spectral norm would change by being looked at."""
    return next(weight for name, weight in layer.named_parameters() if "weight" in name)
