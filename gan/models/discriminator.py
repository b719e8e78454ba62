"""What all discriminators share: a body that makes features, and a head that makes one logit of them.

Beside the images a discriminator may be given a vector a sample: the class it should show, one-hot or a mix
(Mirza & Osindero 2014), or the latent that it belongs to (BiGAN, Donahue et al. 2017).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan.models.batch import KERNELS, MinibatchDiscrimination, MinibatchStddev
from gan.models.blocks import Unflatten, initial, normed
from gan.specs import ConvDiscriminator, ModelConfig, NoiseAndBack, PerceptronDiscriminator, settled


@dataclass(frozen=True)
class Parts:
    """What a discriminator has beside the body that makes its features."""

    norm: str = "batch"
    head: str = "conv"  # a convolution over the whole map, or a dense layer
    batch: str = "none"  # what it learns of the rest of a batch: "discrimination" or "stddev"
    told: int = 0  # numbers beside the image that say its labels
    condition: str = "projection"
    latent_dim: int = 0  # of the latents that it judges together with the images; 0: it judges images alone
    image_size: int = 64

    @property
    def has_plane(self) -> bool:
        """The labels reach it as one more channel of the image."""
        return bool(self.told) and self.condition == "concat"


def parts_of(spec: ConvDiscriminator | PerceptronDiscriminator, model: ModelConfig) -> Parts:
    given = model.latent
    joint = given.latent_dim if isinstance(given, NoiseAndBack) else 0
    condition = settled(spec.condition, given.labels)
    return Parts(spec.norm, spec.head, spec.batch, given.width, condition, joint, model.image_size)


class Discriminator(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> logits (n,), above 0 for real.

    `layers` make features (n, width, side, side); `parts` says what the head is.
    """

    def __init__(self, layers: nn.Sequential, width: int, side: int, parts: Parts):
        super().__init__()
        self.layers = layers
        self.plane = ClassPlane(parts) if parts.has_plane else None
        self.head = Head(width, side, parts)

    def features(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        if self.plane:
            images = torch.cat([images, self.plane(given).to(images.dtype)], 1)
        return self.layers(images)

    def forward(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        return self.head(self.features(images, given), given)


class ClassPlane(nn.Module):
    """Labels (n, k), one-hot or mixed -> a plane of the image's size for each, learnt: (n, 1, s, s)."""

    def __init__(self, parts: Parts):
        super().__init__()
        plane = nn.Linear(parts.told, parts.image_size**2, bias=False)
        nn.init.normal_(plane.weight)
        self.layers = nn.Sequential(plane, Unflatten(parts.image_size))

    def forward(self, given: Tensor) -> Tensor:
        return self.layers(given)


class Head(nn.Module):
    """Features (n, width, side, side) and what is given beside the images -> logits (n,)."""

    def __init__(self, width: int, side: int, parts: Parts):
        super().__init__()
        norm, bias, flat = parts.norm, parts.norm != "batch", width * side * side
        self.spread = MinibatchStddev() if parts.batch == "stddev" else None
        if self.spread:
            width, flat = width + 1, flat + side * side
        self.joint = Joint(flat, parts.latent_dim, norm) if parts.latent_dim else None
        self.last: nn.Module
        if self.joint:
            self.last = nn.Identity()
        elif parts.head == "dense":
            last = normed(initial(nn.Linear(flat, 1)), norm)
            self.last = nn.Sequential(nn.Flatten(), last, nn.Flatten(0))
        else:
            last = normed(initial(nn.Conv2d(width, 1, side, bias=bias)), norm)
            self.last = nn.Sequential(last, nn.Flatten(0))
        self.near: nn.Module | None = None
        self.near_last: nn.Module | None = None
        self.project: nn.Module | None = None
        if parts.batch == "discrimination":  # its numbers join the features before the last layer
            self.near = MinibatchDiscrimination(flat)
            self.near_last = normed(initial(nn.Linear(KERNELS, 1, bias=False)), norm)
        self.placed = parts.condition == "placed"
        if parts.told and not parts.has_plane:
            self.project = normed(initial(Projection(parts.told, width, side if self.placed else 1)), norm)

    def forward(self, features: Tensor, given: Tensor | None = None) -> Tensor:
        if self.spread:
            features = self.spread(features)
        logits = self.joint(features, given) if self.joint else self.last(features)
        if self.near and self.near_last:
            logits = logits + self.near_last(self.near(features.flatten(1))).flatten()
        if self.project:
            # ⟨V·class, Σ features⟩, Miyato & Koyama (2018): blue counts the same wherever it is. Place by
            # place, as StyleGAN2's dense layer before the product has it, blue hair and a blue coat differ
            seen = features if self.placed else features.sum((2, 3), keepdim=True)
            logits = logits + (self.project(given) * seen).flatten(1).sum(1)
        return logits


class Projection(nn.Linear):
    """Labels (n, k), one-hot or mixed -> what they ask of each feature there, (n, width, side, side)."""

    def __init__(self, told: int, width: int, side: int):
        super().__init__(told, width * side * side, bias=False)
        self.side = side

    def forward(self, given: Tensor) -> Tensor:
        return super().forward(given).unflatten(1, (-1, self.side, self.side))


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
            normed(nn.Linear(2 * wide, wide), norm),
            nn.LeakyReLU(0.2),
            normed(nn.Linear(wide, 1), norm),
            nn.Flatten(0),
        )

    def forward(self, features: Tensor, z: Tensor) -> Tensor:
        seen, told = self.seen(features.flatten(1)), self.told(z.to(features.dtype))
        return self.both(torch.cat([seen, told], 1))
