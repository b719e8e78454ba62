"""How near an image is to what a model knows: its Discriminator's score alone cannot tell a cat from a face.

Images are compared as small thumbnails, by the root mean square difference of their values in [-1, 1].
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy import ndarray

from gan.images import fit

SIDE = 16
USUAL = 0.995  # of the known images are nearer than this to their nearest neighbour among the others


def thumbnails(pictures: ndarray) -> ndarray:
    """Images (n, h, w, c) uint8 -> (n, SIDE, SIDE, c) uint8."""
    return np.stack([fit(picture, SIDE, picture.shape[2]) for picture in pictures])


@dataclass(frozen=True, eq=False)
class Album:
    """The thumbnails of what a model knows: held-out real images and its own generated ones, (m, …) uint8."""

    known: ndarray

    def is_strange(self, pictures: ndarray) -> ndarray:
        """Images (n, h, w, c) uint8 -> (n,) bool: further from all known ones than those are apart."""
        return self._to_nearest(_flat(thumbnails(pictures))) > self.usual_distance

    @cached_property
    def usual_distance(self) -> float:
        flat = self._flat
        nearest = np.concatenate([
            self._to_nearest(flat[i : i + 256], skip=np.arange(i, min(i + 256, len(flat))))
            for i in range(0, len(flat), 256)
        ])
        return float(np.quantile(nearest, USUAL))

    @cached_property
    def _flat(self) -> ndarray:
        return _flat(self.known)

    @cached_property
    def _squares(self) -> ndarray:
        return (self._flat**2).sum(1)

    def _to_nearest(self, flat: ndarray, skip: ndarray | None = None) -> ndarray:
        """(n, d) -> (n,): root mean square distance to the nearest known image but number `skip` (n,)."""
        squared = (flat**2).sum(1)[:, None] + self._squares - 2 * flat @ self._flat.T
        if skip is not None:
            squared[np.arange(len(flat)), skip] = np.inf
        return np.sqrt(np.maximum(squared.min(1), 0) / flat.shape[1])


def _flat(small: ndarray) -> ndarray:
    return small.reshape(len(small), -1).astype(np.float32) / 127.5 - 1
