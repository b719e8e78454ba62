"""Differentiable augmentation (DiffAugment, Zhao et al. 2020): D sees real and fake images changed alike.

So it can't learn few images by heart, and the generator does not learn the changes, since the gradient goes
back through them. Policies as in the paper: color, translation and cutout.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def augment(images: Tensor, policy: str, random: torch.Generator) -> Tensor:
    """Images (n, c, h, w) in about [-1, 1], each changed at random by "color,translation,cutout" or some.

    Random numbers come from the CPU, so that a seed holds on any device.
    """
    for name in filter(None, policy.split(",")):
        for change in POLICIES[name]:
            images = change(images, random)
    return images


def brightness(images: Tensor, random: torch.Generator) -> Tensor:
    """All values moved by U(-0.5, 0.5)."""
    return images + (_uniform(images, random) - 0.5)


def saturation(images: Tensor, random: torch.Generator) -> Tensor:
    """Colours stretched from their pixel's grey by U(0, 2)."""
    grey = images.mean(1, keepdim=True)
    return grey + (images - grey) * (2 * _uniform(images, random))


def contrast(images: Tensor, random: torch.Generator) -> Tensor:
    """Values stretched from the image's mean by U(0.5, 1.5)."""
    mean = images.mean((1, 2, 3), keepdim=True)
    return mean + (images - mean) * (0.5 + _uniform(images, random))


def translation(images: Tensor, random: torch.Generator) -> Tensor:
    """Moved by up to an eighth of the side, rounded, each way; what comes in is 0."""
    n, _, h, w = images.shape
    down, right = (_whole(n, (side + 4) // 8, random, images.device) for side in (h, w))
    rows = torch.arange(h, device=images.device) + down[:, None]  # (n, h), each from where it is taken
    columns = torch.arange(w, device=images.device) + right[:, None]
    # with a margin of one pixel all round, whose places are 0 and the last
    rows, columns = (at.clamp(-1, side) + 1 for at, side in ((rows, h), (columns, w)))
    framed = nn.functional.pad(images, (1, 1, 1, 1))
    which = torch.arange(n, device=images.device)[:, None, None]
    return framed.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def cutout(images: Tensor, random: torch.Generator) -> Tensor:
    """A square of half the side set to 0; its middle lies anywhere, so that parts of it may fall outside."""
    n, _, h, w = images.shape
    hole = []
    for side in (h, w):
        size = side // 2
        middle = torch.randint(0, side + (1 - size % 2), (n, 1), generator=random).to(images.device)
        place = torch.arange(side, device=images.device)
        first = middle - size // 2
        hole.append((place >= first) & (place < first + size))
    return images * ~(hole[0][:, None, :, None] & hole[1][:, None, None, :])


def _uniform(images: Tensor, random: torch.Generator) -> Tensor:
    return torch.rand(len(images), 1, 1, 1, generator=random).to(images.device)


def _whole(n: int, most: int, random: torch.Generator, device) -> Tensor:
    return torch.randint(-most, most + 1, (n,), generator=random).to(device)


POLICIES: dict[str, tuple[Callable[[Tensor, torch.Generator], Tensor], ...]] = {
    "color": (brightness, saturation, contrast),
    "translation": (translation,),
    "cutout": (cutout,),
}
