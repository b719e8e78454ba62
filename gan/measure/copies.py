"""Whether a generator repeats its training images: the nearest of them, and whether they are too near.

Two images are as far apart as they are where they differ most: the largest difference between the means of
the same 6x6 pixels in both, in luma or in half the chroma, with values in [-1, 1]. One of the two may first
move by a pixel; the least of the nine distances counts. A copy that was moved, or saved as a JPEG, stays
near, since its means hardly change; another drawing of the same kind does not, though all that it changes be
a mouth. (To the features of the classifiers it is the copy that is far off.)

An average is near to everything and a copy of nothing: plain grey, the mean image, a blend of two. So a copy
must besides be much nearer to its original than that is to averages. numpy alone.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy import ndarray

from gan.data import DataSet
from gan.metrics import averaged, small_copies

PATCH = 6  # pixels
MOVES = tuple((down, right) for down in range(3) for right in range(3))  # by up to a pixel, (1, 1) by none
SEARCH_SIDE = 4  # of the small copies that candidates are found by
CANDIDATES = 6  # that are looked at closely, or more where more are asked for
USUAL = 0.01  # of real images are as near to a training image as what is flagged
JUDGED = 1000  # real images that this is learnt from
OF_THE_WAY = 0.4  # from an original to averages: copies that were moved, saved as JPEG or are full of noise
# come within 0.3; even the blend of an original with the mean image only within 0.5
FEW = 100  # held-out images, below which 1 in 100 is next to none
# JPEG's luma and chroma, the latter halved: it is what JPEG is rough with, and the eye too
COLOUR = np.array(
    [[0.299, -0.0844, 0.25], [0.587, -0.1656, -0.2094], [0.114, 0.25, -0.0406]], np.float32
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Flag:
    """The training images nearest to one image, and how near an image must be to look like a copy."""

    nearest: ndarray  # (count,) which images of the training split, nearest first
    distances: ndarray  # (count,)
    limit: float  # hardly any real image is as near to a training image, and no average

    @property
    def flagged(self) -> bool:
        """Nearer to a training image than real images and averages are."""
        return bool(self.distances[0] <= self.limit)


def flags(images: ndarray, data: DataSet, count: int = 3) -> list[Flag]:
    """For each of the images (n, h, w, c) uint8 the `count` nearest of the data's training images.

    An image is flagged when it is as near to a training image as only 1 in 100 held-out real images is:
    within the 1st percentile of their distances, which is found at the first call for a data set; and when
    it is besides nearer than OF_THE_WAY from that training image to its mean colour and to the mean image.
    Raises ValueError, a sentence, for images of another size than the data's.
    """
    memory = _memory(data)
    chosen, distances = memory.nearest(images, count)
    limits = np.minimum(memory.limit, OF_THE_WAY * memory.to_averages(chosen[:, 0]))
    return [Flag(*one) for one in zip(chosen, distances, limits.tolist(), strict=True)]


def caution(data: DataSet) -> str:
    """A sentence where too few images were held out to tell how near is too near; else ""."""
    count = len(data.held_out.images)
    if count >= FEW:
        return ""
    return (f"Only {count} image{' was' if count == 1 else 's were'} held out of this data, so we hardly "
            "know how near is too near: this number means little.")  # fmt: skip


def nearest_training(images: ndarray, training: ndarray, count: int = 3) -> tuple[ndarray, ndarray]:
    """The training images nearest to each image, nearest first: which they are, and how far; both (n, count).

    images (n, h, w, c) and training (m, h, w, c) uint8; `count` is cut to m.
    """
    return Memory(training, training[:0]).nearest(images, count)


@lru_cache(maxsize=1)
def _memory(data: DataSet) -> "Memory":
    return Memory(data.train.images, data.held_out.images)


class Memory:
    """Training images made ready to be searched, and real ones that were held out."""

    def __init__(self, training: ndarray, held_out: ndarray):
        self.training, self.held_out = training, held_out
        small = small_copies(training[:, 1:-1, 1:-1], SEARCH_SIDE)
        # products with (−2x, 1, |x|²) are then squared distances
        self._small = np.column_stack([small, (small**2).sum(1), np.ones(len(small), np.float32)]).T

    @cached_property
    def limit(self) -> float:
        """The 1st percentile of the distances of real images to the nearest training image.

        Held-out ones; where there are few of them, training images as well, each without itself.
        """
        held_out, more = self.held_out[:JUDGED], self.training[: max(0, JUDGED - len(self.held_out))]
        found = [self.nearest(held_out, 1)[1], self.nearest(more, 1, skip=np.arange(len(more)))[1]]
        return float(np.quantile(np.concatenate(found), USUAL))

    def nearest(self, images: ndarray, count: int, skip: ndarray | None = None) -> tuple[ndarray, ndarray]:
        """As nearest_training; `skip` (n,) names for each image one training image that does not count."""
        if images.dtype != np.uint8 or images.shape[1:] != self.training.shape[1:]:
            raise ValueError(
                f"The training images are uint8 of shape {self.training.shape[1:]}; what is looked up among "
                f"them must be so too, not {images.dtype} of shape {images.shape[1:]}."
            )
        among = len(self.training) - (skip is not None)
        count = min(count, among)
        chosen, distances = [np.empty((0, count), np.int64)], [np.empty((0, count), np.float32)]
        for i in range(0, len(images), 8):  # few at a time, so that what they need stays in the cache
            some, without = images[i : i + 8], None if skip is None else skip[i : i + 8]
            candidates = self._candidates(some, min(max(CANDIDATES, 2 * count), among), without)
            far = _distances(some, self.training[candidates])
            order = np.argsort(far, 1, kind="stable")[:, :count]
            chosen.append(np.take_along_axis(candidates, order, 1))
            distances.append(np.take_along_axis(far, order, 1))
        return np.concatenate(chosen), np.concatenate(distances)

    def to_averages(self, which: ndarray) -> ndarray:
        """How far training images (n,) are from the nearer of their own mean colour and the mean image."""
        far = np.empty(len(which), np.float32)
        for i in range(0, len(which), 8):
            images = self.training[which[i : i + 8]]
            plain = np.broadcast_to(images.mean((1, 2), keepdims=True), images.shape)
            mean = np.broadcast_to(self._mean, images.shape)
            averages = np.rint(np.stack([plain, mean], 1)).astype(np.uint8)
            far[i : i + 8] = _distances(images, averages).min(1)
        return far

    @cached_property
    def _mean(self) -> ndarray:
        return self.training.mean(0)

    def _candidates(self, images: ndarray, count: int, skip: ndarray | None) -> ndarray:
        """(n, count): the training images nearest to them, or to them moved by a pixel, as small copies."""
        h, w = images.shape[1:3]
        moved = [images[:, y : y + h - 2, x : x + w - 2] for y, x in MOVES]
        small = small_copies(np.concatenate(moved), SEARCH_SIDE)
        small = np.column_stack([-2 * small, np.ones(len(small), np.float32), (small**2).sum(1)])
        far = (small @ self._small).reshape(len(MOVES), len(images), -1).min(0)
        if skip is not None:
            far[np.arange(len(images)), skip] = np.inf
        return np.argpartition(far, count - 1, 1)[:, :count]


def _distances(images: ndarray, others: ndarray) -> ndarray:
    """Images (n, h, w, c), for each some others (n, k, h, w, c) -> how far these are from it, (n, k)."""
    n, k = others.shape[:2]
    inner, whole = _patches(others.reshape(n * k, *others.shape[2:])), _patches(images)
    inner = inner[:, 1:-1, 1:-1].reshape(n, k, *(size - 2 for size in inner.shape[1:3]), -1)
    h, w = inner.shape[2:4]
    moved = (whole[:, None, y : y + h, x : x + w] for y, x in MOVES)
    return np.min([np.abs(inner - one).max((2, 3, 4)) for one in moved], 0)


def _patches(images: ndarray) -> ndarray:
    """Images (n, h, w, c) uint8 -> the means of their patches, (n, h − 5, w − 5, c), as luma and chroma."""
    means = averaged(images, *(_band(pixels) for pixels in images.shape[1:3]))
    return means @ COLOUR if means.shape[3] == 3 else means


@lru_cache
def _band(pixels: int) -> ndarray:
    """(pixels − 5, pixels): the weights of the means of 6 neighbours each."""
    starts, places = np.arange(pixels - PATCH + 1)[:, None], np.arange(pixels)
    return ((starts <= places) & (places < starts + PATCH)).astype(np.float32) / PATCH
