"""DCGAN (Radford et al. 2016) at any power of two, in the three forms that textbooks draw.

Every side inside is a power of two from 4 up; an image of 28 pixels works at 32 and is padded or cropped at
the edge. No sigmoid: the Discriminator returns a logit, above 0 for real.
"""

from itertools import pairwise

from torch import Tensor, nn

from gan.models.blocks import Edge, Unflatten, batch_norm, down, initial, normed, up, up_nearest


def _working_size(image_size: int) -> int:
    return 1 << (image_size - 1).bit_length()  # 28 -> 32, 32 -> 32, 64 -> 64


def _widths(feature_maps: int, image_size: int) -> list[int]:
    """Channels from the layer nearest the image down to 4x4: 64 px and 64 maps give [64, 128, 256, 512]."""
    halvings = _working_size(image_size).bit_length() - 3
    return [feature_maps << i for i in range(halvings)]


class DCGANGenerator(nn.Module):
    """z (n, latent_dim) -> images (n, channels, image_size, image_size) in [-1, 1].

    `stem` is the form: "conv" starts with a 4x4 transposed convolution on z (the paper's), "linear" with a
    linear layer to 4x4, "upsample" likewise and then upsamples and convolves instead of transposing.
    """

    def __init__(self, latent_dim=100, feature_maps=64, channels=3, image_size=64, stem="conv"):
        super().__init__()
        widths = _widths(feature_maps, image_size)[::-1]
        grow = up_nearest if stem == "upsample" else up
        layers = [*_stem(stem, latent_dim, widths[0]), batch_norm(widths[0]), nn.ReLU()]
        for inside, outside in pairwise(widths):
            layers += [grow(inside, outside), batch_norm(outside), nn.ReLU()]
        layers += [grow(widths[-1], channels), nn.Tanh()]
        margin = (image_size - _working_size(image_size)) // 2
        self.layers = nn.Sequential(*layers, *([Edge(margin)] if margin else []))

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


def _stem(stem: str, latent_dim: int, width: int) -> list[nn.Module]:
    """z (n, latent_dim) -> (n, width, 4, 4). No bias: batch norm follows."""
    if stem == "conv":
        return [Unflatten(), initial(nn.ConvTranspose2d(latent_dim, width, 4, bias=False))]
    return [initial(nn.Linear(latent_dim, width * 16, bias=False)), Unflatten(4)]


class DCGANDiscriminator(nn.Module):
    """Images (n, channels, image_size, image_size) in [-1, 1] -> logits (n,), above 0 for real.

    `norm` is "batch" (none in the first layer, as in the paper), "spectral" (Miyato et al. 2018) or "none".
    """

    def __init__(self, channels=3, feature_maps=64, image_size=64, norm="batch"):
        super().__init__()
        widths = [channels, *_widths(feature_maps, image_size)]
        margin = (_working_size(image_size) - image_size) // 2
        layers = [Edge(margin)] if margin else []
        # no batch norm in the first layer, and so no bias there either: the reference code has none
        first = initial(nn.Conv2d(channels, widths[1], 4, stride=2, padding=1, bias=norm != "batch"))
        layers += [normed(first, norm), nn.LeakyReLU(0.2)]
        for inside, outside in pairwise(widths[1:]):
            layers += down(inside, outside, norm)
        layers += [normed(initial(nn.Conv2d(widths[-1], 1, 4, bias=norm != "batch")), norm), nn.Flatten(0)]
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)
