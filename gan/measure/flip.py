"""The smallest change of a picture that flips a discriminator's mind: from real to generated, or back.

Moosavi-Dezfooli et al. (2016), "DeepFool": where the score is nearly straight, the shortest way to where it
is 0 leads along its gradient; a few such steps, and it is there. What a person does not see suffices for most
networks (Szegedy et al. 2014), so such a change says how a network decides, and not what is wrong with a
picture.

The discriminator is read alone: nothing of it changes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor

from gan.images import to_tensor, to_uint8

STEPS = 60
BEYOND = 0.02  # of a step, that it goes further: a score of just 0 has not flipped
LONGEST = 0.25  # of a step, root mean square in [-1, 1]: a flat place would send it far out
HALVINGS = 10  # of the way there and back, for the last bit that is not needed
NOISES = 8  # pictures with noise that the change is held against
Logits = Callable[[Tensor], Tensor]  # images (n, c, h, w) in [-1, 1] -> (n,), above 0 for real


@dataclass(frozen=True, eq=False)
class Flip:
    """A picture with as little changed as flips the score's sign, in whole grey levels."""

    picture: ndarray  # (h, w, c) uint8, as it was
    changed: ndarray  # the same, after the change
    before: float  # the logit
    after: float  # of the other sign
    noise: float  # the mean logit of the picture with as much random noise in place of the change

    @property
    def difference(self) -> ndarray:
        """(h, w, c) int: grey levels from -255 to 255."""
        return self.changed.astype(int) - self.picture

    @property
    def size(self) -> float:
        """The root mean square of the difference, in grey levels of 255."""
        return _size(self.difference)


def smallest(logits: Logits, picture: ndarray, device: str | torch.device = "cpu") -> Flip | None:
    """Of a picture (h, w, c) uint8; None where no change was found within STEPS.

    The smallest that this search finds: a smaller one may exist.
    """
    start = to_tensor(picture[None]).to(device)
    before = _score(logits, start)
    there = _downhill(logits, start, before)
    if there is None:
        return None
    changed = to_uint8(_shortest(logits, start, there, before))[0]
    after = _score(logits, to_tensor(changed[None]).to(device))
    noise = _with_noise(logits, start, _size(changed.astype(int) - picture) / 127.5)
    return Flip(picture, changed, before, after, noise)


def _downhill(logits: Logits, start: Tensor, before: float) -> Tensor | None:
    """To the first picture whose score has the other sign, once it is rounded."""
    x = start
    for _ in range(STEPS):
        x = x.detach().requires_grad_()
        score = logits(x).sum()
        (slope,) = torch.autograd.grad(score, x)
        out = torch.sign(slope) * np.sign(before)  # where a step would lead, downwards for what is above 0
        slope = torch.where(x.abs() >= 1, slope * (x * out > 0), slope)  # none leads beyond black and white
        square = slope.square().sum()
        if not torch.isfinite(square) or square == 0:
            return None
        # past 0 if the score were straight, from wherever it is
        aim = score.detach() if score * before > 0 else torch.zeros_like(score)
        step = (aim * (1 + BEYOND) + BEYOND * before) / square * slope
        step = step * min(1.0, LONGEST / max(float(step.square().mean().sqrt()), 1e-12))
        x = (x.detach() - step).clamp(-1, 1)
        if _flipped(logits, x, before):
            return x
    return None


def _shortest(logits: Logits, start: Tensor, there: Tensor, before: float) -> Tensor:
    """As little of the way from `start` as still flips it."""
    short, far = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (short + far) / 2
        if _flipped(logits, torch.lerp(start, there, middle), before):
            far = middle
        else:
            short = middle
    return torch.lerp(start, there, far)


def _flipped(logits: Logits, x: Tensor, before: float) -> bool:
    """Whether it is so once the picture has whole grey levels, as every file has."""
    return _score(logits, to_tensor(to_uint8(x)).to(x.device)) * before < 0


def _with_noise(logits: Logits, start: Tensor, size: float) -> float:
    """The mean score with normal noise of this size, in [-1, 1]."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn((NOISES, *start.shape[1:]), generator=generator).to(start.device)
    noise *= size / noise.square().mean((1, 2, 3), keepdim=True).sqrt()
    with torch.no_grad():
        return float(logits((start + noise).clamp(-1, 1)).mean())


def _size(difference: ndarray) -> float:
    """Its root mean square."""
    return float(np.sqrt(np.square(difference).mean()))


def _score(logits: Logits, x: Tensor) -> float:
    with torch.no_grad():
        return float(logits(x)[0])
