"""The latent whose image comes nearest to a picture, by search: GAN inversion (Zhu et al. 2016).

From the nearest of many samples, or from an encoder's answer, z goes downhill by Adam on the mean square
difference of the pixels. There are many valleys, so it goes from several starts at once, of which the worse
are given up on the way. z stays about as long as a seed's is: further out a generator was never taught what
to draw. Labels that a model is told stay those of a start, but for such as make its image nearer at once.

The generator is read alone: nothing of it changes, and two searches share nothing.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor

from gan.images import to_tensor
from gan.labels import in_turn, one_hot
from gan.latent import seeds_to_z
from gan.metrics import small_copies
from gan.specs import Latent

SAMPLES, SAMPLING = 10_000, 4.0  # seeds to start from; seconds of the processor, after which fewer must do
FIRST = 1 << 31  # of these seeds: nobody's own image should be among them
SIDE = 8  # of the small copies by which samples are found
LOOKED_AT = 64  # of them are drawn again, to be compared pixel by pixel
AT_ONCE = 64
EVERY = 16  # steps, after which one hears of a search
PART = 640  # of the samples, between two looks at the clock
PLAN = ((12, 80), (5, 120), (2, 180))  # how many starts are still followed, and for how many steps
RATE = 0.15  # of Adam; it falls to 0 in the last third
REACH = 2.0  # how much shorter or longer than √dim z may be: of seeds, 1 in 200 leaves that
WHITE = 1.1  # of ±1: beyond it a generator without a tanh is as white as can be
AROUND = 0.5  # σ, how far from an encoder's answer the other starts lie

Draw = Callable[[ndarray], ndarray]  # z with labels beside (n, dim + width) -> images (n, h, w, c) uint8


@dataclass(frozen=True, eq=False)
class Samples:
    """Images of a model's seeds, to start from, as small copies."""

    numbers: ndarray  # (n, k) the labels' values that each was told
    small: ndarray  # (n, values) float16

    def __len__(self) -> int:
        return len(self.small)


@dataclass(frozen=True, eq=False)
class Step:
    """How far a search has come."""

    share: float  # of its steps, 0..1
    z: ndarray  # the best so far, labels beside it, (dim + width,) float32


def sampled(draw: Draw, given: Latent, deck: ndarray | None) -> Iterator[Samples]:
    """More and more samples; the last time all of them: SAMPLES, or as many as SAMPLING allows.

    deck: values of the labels (m, k) that are dealt out to them; without it every one comes in turn.
    """
    used, parts = 0.0, []
    deck = in_turn(given, SAMPLES) if deck is None or not len(deck) else deck
    numbers = deck[np.arange(SAMPLES) % len(deck)]
    for first in range(0, SAMPLES, PART):
        begun = time.thread_time()  # the next part may well come in another thread
        part = np.arange(first, min(first + PART, SAMPLES))
        parts.append(small_copies(draw(latents(given, part, numbers[part])), SIDE).astype(np.float16))
        used += time.thread_time() - begun
        yield Samples(numbers[: part[-1] + 1], np.concatenate(parts))
        if used > SAMPLING:
            return


def latents(given: Latent, which: ndarray, numbers: ndarray) -> ndarray:
    """The z of these samples with their labels beside, (n, dim + width) float32."""
    z = seeds_to_z([FIRST + int(one) for one in which], given.latent_dim)
    return np.concatenate([z, one_hot(numbers, given)], 1)


def nearest(samples: Samples, draw: Draw, given: Latent, target: ndarray) -> ndarray:
    """From where a search for the target (h, w, c) begins: latents with labels beside, best first."""
    which = likest(samples, target, LOOKED_AT)
    there = latents(given, which, samples.numbers[which])
    return there[np.argsort([difference(one, target) for one in draw(there)], kind="stable")[: PLAN[0][0]]]


def likest(samples: Samples, target: ndarray, count: int) -> ndarray:
    """Which samples are nearest to the target by their small copies, (count,), nearest first."""
    far = samples.small.astype(np.float32) - small_copies(target[None], SIDE)
    return np.square(far).sum(1).argsort(kind="stable")[:count]


def around(z: ndarray) -> ndarray:
    """Where a search begins that has an encoder's answer (dim,): there, and at some points around it."""
    away = AROUND * np.random.RandomState(0).randn(PLAN[0][0], len(z))
    away[0] = 0
    return (z + away).astype(np.float32)


def difference(a: ndarray, b: ndarray) -> float:
    """The root of the mean square difference of two images' values, in grey levels of 255."""
    return float(np.sqrt(np.square(a.astype(np.float64) - b).mean()))


def search(G: Any, given: Latent, starts: ndarray, target: ndarray) -> Iterator[Step]:
    """Step by step nearer to the target, (h, w, c) uint8, from starts (n, dim + width) float32.

    The best so far comes after every few steps, the best start first; whoever has enough closes the iterator.
    """
    device = next(G.parameters()).device
    wanted, all_steps, done = to_tensor(target[None]).to(device), sum(steps for _, steps in PLAN), 0
    z, best = torch.from_numpy(starts).to(device), _Best(given.latent_dim)
    for count, steps in PLAN:
        z = z[best.take(z, _errors(G, z, wanted))[:count]]
        z = _relabelled(G, z, given, wanted) if done else z
        adam = torch.optim.Adam([z], RATE)
        for _ in range(steps):
            if done % EVERY == 0:
                yield best.step(done / all_steps)
            errors, z.grad = _slopes(G, z, given.latent_dim, wanted)
            best.take(z, errors)
            adam.param_groups[0]["lr"] = RATE * min(1.0, 3 * (1 - done / all_steps))
            adam.step()
            _keep_length(z, given.latent_dim)
            done += 1
    best.take(z, _errors(G, z, wanted))
    yield best.step(1.0)


class _Best:
    """The best point of a search so far."""

    def __init__(self, dim: int):
        self.dim, self.error, self.z = dim, math.inf, np.zeros(0, np.float32)

    def take(self, z: Tensor, errors: Tensor) -> Tensor:
        """Points (n, dim + width) and their errors (n,); in which order they are, the best first."""
        order = errors.argsort()
        if float(errors[order[0]]) < self.error:
            self.error, self.z = float(errors[order[0]]), z[order[0]].detach().cpu().numpy().copy()
        return order

    def step(self, share: float) -> Step:
        return Step(share, self.z)


def _relabelled(G: Any, z: Tensor, given: Latent, wanted: Tensor) -> Tensor:
    """The points with other labels where these are nearer: one value after another, as long as that helps."""
    z = z.clone()
    for row in range(len(z) if given.labels else 0):
        error = float(_errors(G, z[row : row + 1], wanted))
        while True:
            others = _one_value_other(z[row], given)
            errors = torch.cat([_errors(G, part, wanted) for part in others.split(AT_ONCE)])
            if float(errors.min()) >= error:
                break
            error, z[row] = float(errors.min()), others[errors.argmin()]
    return z


def _one_value_other(point: Tensor, given: Latent) -> Tensor:
    """All points that differ from one (dim + width,) in the value of one label: (width, dim + width)."""
    points, at = [], given.latent_dim
    for label in given.labels:
        end = at + len(label.values)
        some = point.repeat(len(label.values), 1)
        some[:, at:end] = torch.eye(len(label.values))
        points.append(some)
        at = end
    return torch.cat(points)


@torch.no_grad()
def _errors(G: Any, z: Tensor, wanted: Tensor) -> Tensor:
    """The mean square differences of the images of z from the one that is wanted, (n,)."""
    return (G(z).float().clamp(-WHITE, WHITE) - wanted).square().mean((1, 2, 3))


def _slopes(G: Any, z: Tensor, dim: int, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """The same, and how they change with z (n, dim + width): labels stay."""
    with torch.enable_grad():
        z = z.detach().requires_grad_(True)
        errors = (G(z).float().clamp(-WHITE, WHITE) - wanted).square().mean((1, 2, 3))
        (slopes,) = torch.autograd.grad(errors.sum(), z)
    slopes[:, dim:] = 0
    return errors.detach(), slopes


@torch.no_grad()
def _keep_length(z: Tensor, dim: int):
    usual, length = math.sqrt(dim), z[:, :dim].norm(dim=1, keepdim=True)
    z[:, :dim] *= length.clamp(max(usual - REACH, 0.0), usual + REACH) / length.clamp(min=1e-6)
