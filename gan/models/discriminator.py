"""What all discriminators share: a body that makes features, and a head that makes one logit of them.

Beside the images a discriminator may be given a vector a sample: the class it should show, one-hot or a mix
(Mirza & Osindero 2014), or the latent that it belongs to (BiGAN, Donahue et al. 2017).
"""

import torch
from torch import Tensor, nn

from gan.config import ModelConfig
from gan.models.batch import KERNELS, MinibatchDiscrimination, MinibatchStddev
from gan.models.blocks import Unflatten, initial, normed


class Discriminator(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> logits (n,), above 0 for real.

    `layers` make features (n, width, side, side); `parts` says what the head is.
    """

    def __init__(self, layers: nn.Sequential, width: int, side: int, parts: ModelConfig):
        super().__init__()
        self.layers = layers
        self.plane = ClassPlane(parts) if has_plane(parts) else None
        self.head = Head(width, side, parts)

    def features(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        if self.plane:
            images = torch.cat([images, self.plane(given).to(images.dtype)], 1)
        return self.layers(images)

    def forward(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        return self.head(self.features(images, given), given)


def has_plane(parts: ModelConfig) -> bool:
    """The class reaches D as one more channel of the image."""
    return bool(parts.classes) and parts.condition == "concat"


class ClassPlane(nn.Module):
    """Classes (n, k), one-hot or mixed -> a plane of the image's size for each, learnt: (n, 1, s, s)."""

    def __init__(self, parts: ModelConfig):
        super().__init__()
        plane = nn.Linear(len(parts.classes), parts.image_size**2, bias=False)
        nn.init.normal_(plane.weight)
        self.layers = nn.Sequential(plane, Unflatten(parts.image_size))

    def forward(self, given: Tensor) -> Tensor:
        return self.layers(given)


class Head(nn.Module):
    """Features (n, width, side, side) and what is given beside the images -> logits (n,)."""

    def __init__(self, width: int, side: int, parts: ModelConfig):
        super().__init__()
        norm, bias, flat = parts.d_norm, parts.d_norm != "batch", width * side * side
        self.spread = MinibatchStddev() if parts.d_batch == "stddev" else None
        if self.spread:
            width, flat = width + 1, flat + side * side
        self.joint = Joint(flat, parts.latent_dim, norm) if parts.encoder else None
        if self.joint:
            self.last = nn.Identity()
        elif parts.d_head == "dense":
            last = normed(initial(nn.Linear(flat, 1)), norm)
            self.last = nn.Sequential(nn.Flatten(), last, nn.Flatten(0))
        else:
            last = normed(initial(nn.Conv2d(width, 1, side, bias=bias)), norm)
            self.last = nn.Sequential(last, nn.Flatten(0))
        self.near = self.near_last = self.project = None
        if parts.d_batch == "discrimination":  # its numbers join the features before the last layer
            self.near = MinibatchDiscrimination(flat)
            self.near_last = normed(initial(nn.Linear(KERNELS, 1, bias=False)), norm)
        if parts.classes and parts.condition == "projection":
            self.project = normed(initial(nn.Linear(len(parts.classes), width, bias=False)), norm)

    def forward(self, features: Tensor, given: Tensor | None = None) -> Tensor:
        if self.spread:
            features = self.spread(features)
        logits = self.joint(features, given) if self.joint else self.last(features)
        if self.near:
            logits = logits + self.near_last(self.near(features.flatten(1))).flatten()
        if self.project:  # ⟨V·class, Σ features⟩, Miyato & Koyama (2018)
            logits = logits + (self.project(given) * features.sum((2, 3))).sum(1)
        return logits


class Joint(nn.Module):
    """Features (n, …) and latents (n, latent_dim), looked at apart and then together -> logits (n,).

    Paths of their own, as Dumoulin et al. (2017) have them: one layer over both would hardly see a latent's
    few numbers among thousands of features, and the encoder would learn nothing of them. PyTorch's own
    starting weights for the same reason: DCGAN's are too small for so few inputs.
    """

    HIDDEN = 256

    def __init__(self, flat: int, latent_dim: int, norm: str):
        super().__init__()
        wide = self.HIDDEN
        self.seen = nn.Sequential(normed(nn.Linear(flat, wide), norm), nn.LeakyReLU(0.2))
        self.told = nn.Sequential(normed(nn.Linear(latent_dim, wide), norm), nn.LeakyReLU(0.2))
        self.both = nn.Sequential(
            normed(nn.Linear(2 * wide, wide), norm), nn.LeakyReLU(0.2),
            normed(nn.Linear(wide, 1), norm), nn.Flatten(0),
        )

    def forward(self, features: Tensor, z: Tensor) -> Tensor:
        seen, told = self.seen(features.flatten(1)), self.told(z.to(features.dtype))
        return self.both(torch.cat([seen, told], 1))
