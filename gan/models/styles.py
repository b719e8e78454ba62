"""What an image is told, layer by layer: of every generator but StyleGAN's that is z itself, once."""

from typing import Any

import torch
from torch import Tensor, nn

from gan.models.equalised import EqualLinear

ENTERED = (nn.Linear, EqualLinear, nn.ConvTranspose2d)  # what z is multiplied by


class Styled(nn.Module):
    """A generator of which one may ask for styles, change them, and have them drawn."""

    style_layers = 1

    def styles(self, z: Tensor) -> Tensor:
        """z (n, latent_dim + width) -> (n, style_layers, dim)."""
        return z[:, None]

    def draw(self, styles: Tensor) -> Tensor:
        """(n, style_layers, dim) -> images (n, channels, s, s)."""
        return self(styles[:, 0])

    def entrance(self) -> Tensor:
        """The weights that a style meets first, (outputs, dim): of z, labels beside it if there are any."""
        first = next(layer for layer in self.modules() if isinstance(layer, ENTERED))
        weight = first.weight.detach()
        if isinstance(first, EqualLinear):
            return weight * first.scale
        return weight.flatten(1).T if isinstance(first, nn.ConvTranspose2d) else weight


def truncated(G: Any, z: Tensor, psi: float, noise: int, moved: Tensor | None = None) -> Tensor:
    """Images of a StyleGAN's z, its styles truncated by ψ; `noise` is a seed, 0 stands for the network's own.

    moved: what is added to the styles after that, (n, layers, w_dim): a move is as long at every ψ.
    The noise is the same for all of the images, so that one is the same alone and among others.
    """
    styles = G.truncated(G.styles(z), psi)
    return _drawn(G, styles if moved is None else styles + moved, noise)


def mixed(G: Any, a: Tensor, b: Tensor, layers: range, psi: float, noise: int) -> Tensor:
    """Images of every a (n, …) with the styles of every b (m, …) in these layers: (n · m, channels, s, s).

    Those of one a follow one another. `psi` and `noise` as for `truncated`.
    """
    first, second = (G.truncated(G.styles(z), psi) for z in (a, b))
    styles = first[:, None].repeat(1, len(second), 1, 1)
    styles[:, :, layers] = second[None, :, layers]
    return _drawn(G, styles.flatten(0, 1), noise)


def _drawn(G: Any, styles: Tensor, noise: int) -> Tensor:
    return G.draw(styles, fresh=torch.Generator().manual_seed(noise) if noise else False)
