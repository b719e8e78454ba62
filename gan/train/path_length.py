"""Path length regularisation of StyleGAN's generator: a step in w changes the image as much wherever it is.

Karras et al. (2020), section 3.2.
"""

import torch
from torch import Tensor

from gan.models.styles import Styled

EVERY = 4  # lazily: every so many steps, times so many
MEAN_MOVES = 0.01  # the mean length, each time, to the present one


class PathLength:
    """Lengths are held to their own moving mean, `mean`, which a run keeps. Numbers come from `random`."""

    def __init__(self, random: torch.Generator, device: torch.device):
        self.random, self.mean = random, torch.zeros((), device=device)

    def penalty(self, G: Styled, z: Tensor) -> Tensor:
        """Mean of (‖Jᵀy‖ - mean)², differentiable, for z (n, latent_dim + width)."""
        styles = G.styles(z)
        images = G.draw(styles)
        found = lengths(styles, images, torch.randn(images.shape, generator=self.random).to(images.device))
        self.mean = self.mean.lerp(found.mean().detach(), MEAN_MOVES)
        return (found - self.mean).square().mean()


def lengths(styles: Tensor, images: Tensor, noise: Tensor) -> Tensor:
    """‖Jᵀy‖ (n,) for images (n, c, h, w) made of styles (n, layers, dim), and y of normal numbers.

    Over the root of the number of pixels, and the mean square over the layers, as in the authors' code.
    """
    along = (images * noise).sum() / (images.shape[2] * images.shape[3]) ** 0.5
    (slope,) = torch.autograd.grad(along, styles, create_graph=True)
    return (slope.square().sum(2).mean(1) + 1e-12).sqrt()  # the root of 0 has no slope to go through
