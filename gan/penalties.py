"""Gradient penalties: they keep the Discriminator's slope, and so the game, from running away."""

import torch
from torch import Tensor


def zero_centred(logits: Tensor, images: Tensor) -> Tensor:
    """½‖∇D(x)‖², summed over the pixels of each image: (n,), differentiable. R1 on real, R2 on fake images.

    `logits` (n,) were computed from `images` (n, c, h, w), which require a gradient; each logit must depend
    on its own image alone, so not through batch norm. Times γ it is the penalty of Mescheder et al. (2018).
    """
    (slope,) = torch.autograd.grad(logits.float().sum(), images, create_graph=True)
    return slope.float().square().sum(dim=(1, 2, 3)) / 2
