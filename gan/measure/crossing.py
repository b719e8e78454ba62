"""There and back again between two sides: what becomes of pictures, and what the way back is told.

A generator may hide what it must remember in what nobody sees, Chu et al. (2017): then the way back succeeds
only as long as the picture between is left exactly as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from numpy import ndarray
from torch import Tensor

from gan.images import to_tensor, to_uint8
from gan.measure.measures import BothWays, Crossed

NOISE = 3 / 256  # in [-1, 1]: up or down by so much
LEVELS = 127.5  # in one unit of it


def both_ways(
    to_b: Callable[[ndarray], ndarray], to_a: Callable[[ndarray], ndarray], a: ndarray, b: ndarray,
    place: ndarray | None = None,
) -> BothWays:  # fmt: skip
    """Images of both sides, (n, h, w, c) uint8 each, led to the other side and back again."""
    return BothWays(_crossed(a, to_b, to_a, place), _crossed(b, to_a, to_b, place))


def _crossed(source: ndarray, there: Callable, back: Callable, place: ndarray | None) -> Crossed:
    made = there(source)
    return Crossed(source, made, back(made), place)


@dataclass(frozen=True)
class Hiding:
    """How far a picture is from itself after there and back again: mean of |error| in levels of 256.

    What is hidden below a level is lost in rounding, what is hidden in a few in the noise.
    """

    exact: float
    rounded: float  # the picture between as a file has it, in 8 bits
    noisy: float  # each of its values up or down by 3/256


@torch.inference_mode()
def hiding(
    there: Callable[[Tensor], Tensor], back: Callable[[Tensor], Tensor], images: Tensor, seed: int = 0
) -> Hiding:
    """images: (n, c, h, w) in [-1, 1], as `there` and `back` take and give them."""
    between = there(images).float()
    signs = torch.randint(2, between.shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    each = between, to_tensor(to_uint8(between)).to(between), between + NOISE * signs.to(between)
    return Hiding(*(float((back(one).float() - images).abs().mean()) * LEVELS for one in each))
