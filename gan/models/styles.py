"""What an image is told, layer by layer: of every generator but StyleGAN's that is z itself, once."""

from torch import Tensor, nn


class Styled(nn.Module):
    """A generator of which one may ask for styles, change them, and have them drawn."""

    style_layers = 1

    def styles(self, z: Tensor) -> Tensor:
        """z (n, latent_dim + width) -> (n, style_layers, dim)."""
        return z[:, None]

    def draw(self, styles: Tensor) -> Tensor:
        """(n, style_layers, dim) -> images (n, channels, s, s)."""
        return self(styles[:, 0])
