"""How near an image is to what a model knows: its Discriminator's score alone cannot tell a cat from a face.

Images are compared as small thumbnails, by the root mean square difference of their values in [-1, 1]. An
average is near to everything, so an image must also be as varied inside as the known ones are: plain grey, a
gradient, a photo out of focus, noise and half a picture are not.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy import ndarray
from PIL import Image

from gan.images import from_array

SIDE = 16
USUAL = 0.995  # of the known images are nearer than this to their nearest neighbour among the others
SLACK = 0.05  # of its range among the known images, by which a trait may leave that,
FEW = 100  # and where there are few of them more
TRAITS = (  # what an image has that is below, and above, what any known one has
    ("less contrast", "more contrast"),
    ("less detail", "more detail"),
    ("softer edges", "harsher edges"),
    ("darker shadows", "paler shadows"),
    ("darker highlights", "brighter highlights"),
    ("an emptier half", "fuller halves"),
)


@dataclass(frozen=True)
class Kin:
    """What is nearest to an image among those that a model knows, and what tells it from all of them."""

    nearest: int  # which of the known images
    distance: float  # how far it is: root mean square of values in [-1, 1]
    usual: float  # hardly any known image is further from its nearest other
    odd: tuple[str, ...]  # of TRAITS

    @property
    def strange(self) -> bool:
        return self.distance > self.usual or bool(self.odd)


def thumbnails(pictures: ndarray) -> ndarray:
    """Images (n, h, w, c) uint8 -> (n, SIDE, SIDE, c) uint8, all resized alike, pixel art too.

    Albums that are kept with models hold what came of their images.
    """
    return np.stack([_small(picture) for picture in pictures])


def _small(picture: ndarray) -> ndarray:
    resized = from_array(picture).resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(resized).reshape(SIDE, SIDE, picture.shape[2])


@dataclass(frozen=True, eq=False)
class Album:
    """The thumbnails of what a model knows: held-out real images and its own generated ones, (m, …) uint8."""

    known: ndarray

    def is_strange(self, pictures: ndarray) -> ndarray:
        """Images (n, h, w, c) uint8 -> (n,) bool: further from all known ones than those are apart, or with a
        trait that none of them has."""
        return np.array([kin.strange for kin in self.kin(pictures)], bool)

    def kin(self, pictures: ndarray) -> list[Kin]:
        """Of each of the images (n, h, w, c) uint8."""
        small = thumbnails(pictures)
        nearest, distances = self._to_nearest(_flat(small))
        return [
            Kin(int(which), float(far), self.usual_distance, self._odd(own))
            for which, far, own in zip(nearest, distances, traits(small), strict=True)
        ]

    def _odd(self, own: ndarray) -> tuple[str, ...]:
        """In words, the traits (6,) that no known image has."""
        below, above = own < self._range[0], own > self._range[1]
        return tuple(words[int(more)] for words, less, more in zip(TRAITS, below, above, strict=True)
                     if less or more)  # fmt: skip

    @cached_property
    def _range(self) -> tuple[ndarray, ndarray]:
        """The least and the most of each trait that is not odd."""
        there = traits(self.known)
        low, high = there.min(0), there.max(0)
        slack = (high - low) * max(SLACK, SLACK * FEW / len(there)) + 1e-6
        return low - slack, high + slack

    @cached_property
    def usual_distance(self) -> float:
        flat = self._flat
        nearest = np.concatenate(
            [
                self._to_nearest(flat[i : i + 256], skip=np.arange(i, min(i + 256, len(flat))))[1]
                for i in range(0, len(flat), 256)
            ]
        )
        return float(np.quantile(nearest, USUAL))

    @cached_property
    def _flat(self) -> ndarray:
        return _flat(self.known)

    @cached_property
    def _squares(self) -> ndarray:
        return (self._flat**2).sum(1)

    def _to_nearest(self, flat: ndarray, skip: ndarray | None = None) -> tuple[ndarray, ndarray]:
        """(n, d) -> which known image is nearest, but number `skip` (n,), and how far it is: (n,) each."""
        squared = (flat**2).sum(1)[:, None] + self._squares - 2 * flat @ self._flat.T
        if skip is not None:
            squared[np.arange(len(flat)), skip] = np.inf
        nearest = squared.argmin(1)
        return nearest, np.sqrt(np.maximum(squared[np.arange(len(flat)), nearest], 0) / flat.shape[1])


def traits(small: ndarray) -> ndarray:
    """Thumbnails (n, h, w, c) uint8 -> what they are like inside, (n, 6): see TRAITS."""
    values = small.astype(np.float32) / 127.5 - 1
    inner = values[:, 1:-1, 1:-1]
    beside = values[:, :-2, 1:-1] + values[:, 2:, 1:-1] + values[:, 1:-1, :-2] + values[:, 1:-1, 2:]
    edges = np.sqrt(((4 * inner - beside) ** 2).mean((1, 2, 3)))  # the Laplacian
    contrast, half = _contrast(values), SIDE // 2
    halves = values[:, :half], values[:, half:], values[:, :, :half], values[:, :, half:]
    dark, light = np.quantile(values.mean(3).reshape(len(values), -1), (0.02, 0.98), axis=1)
    logs = (np.log(value + 1e-3) for value in (contrast, edges))
    return np.stack([*logs, np.log((edges + 1e-3) / (contrast + 1e-3)), dark, light,
                     np.min([_contrast(part) for part in halves], 0)], 1)  # fmt: skip


def _contrast(values: ndarray) -> ndarray:
    """(n, h, w, c) -> (n,): the standard deviation within the image, the mean over its channels."""
    return values.std((1, 2)).mean(1)


def _flat(small: ndarray) -> ndarray:
    return small.reshape(len(small), -1).astype(np.float32) / 127.5 - 1
