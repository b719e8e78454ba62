"""Gradient penalties: they keep the Discriminator's slope, and so the game, from running away.

Each logit must depend on its own image alone, so that no penalty goes through batch norm.
"""

from collections.abc import Callable

import torch
from torch import Tensor


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
