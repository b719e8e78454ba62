"""Truncation, Brock et al. (2019): z drawn near the middle, for images nearer the data, and fewer kinds.

What it brings and costs is a curve: precision goes up, recall down. A generator's batch norms know the
features of full z; for narrower ones their statistics are gathered anew.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from numpy import ndarray
from torch import nn

from gan.images import to_uint8
from gan.labels import latents
from gan.latent import BOUNDS
from gan.measure import features
from gan.specs import Latent

IMAGES = 2000
GATHERED = 1024  # latents that statistics are gathered from
AT_ONCE = 64


@dataclass(frozen=True)
class Point:
    """What images of z with |z| < `below` come to, against the held-out ones: see measures.MEASURES."""

    below: float
    precision: float
    recall: float
    coverage: float
    frechet: float


@torch.no_grad()
def gathered(G: nn.Module, z: ndarray) -> nn.Module:
    """A copy of G whose batch norms have the statistics of these latents, (n, latent_dim + width) float32.

    Means over batches of AT_ONCE, all weighing the same. G is one that is not folded: there the norms are
    gone.
    """
    G = deepcopy(G).eval()
    norms = [layer for layer in G.modules() if isinstance(layer, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean
        norm.train()
    for part in _parts(G, z):
        G(part)
    return G.eval()


def curve(
    G: nn.Module, given: Latent, data_name: str, told: ndarray | None = None, images: int = IMAGES,
    bounds: Iterable[float] = BOUNDS,
) -> tuple[Point, ...]:  # fmt: skip
    """A point for each bound, of the seeds from 0; `told` are labels' values (m, k), see labels.latents.

    G is one that is not folded, in eval mode. Raises ValueError, a sentence, for data without a classifier.
    """
    return tuple(_point(G, given, data_name, told, images, below) for below in bounds)


def _point(
    G: nn.Module, given: Latent, data_name: str, told: ndarray | None, images: int, below: float
) -> Point:
    z = latents(given, range(images), told, below)
    found = features.evaluate(_drawn(gathered(G, z[:GATHERED]), z), data_name)
    return Point(below, *(found[name] for name in ("precision", "recall", "coverage", "frechet")))


@torch.no_grad()
def _drawn(G: nn.Module, z: ndarray) -> ndarray:
    return np.concatenate([to_uint8(G(part)) for part in _parts(G, z)])


def _parts(G: nn.Module, z: ndarray) -> tuple[torch.Tensor, ...]:
    return torch.from_numpy(z).to(next(G.parameters()).device).split(AT_ONCE)
