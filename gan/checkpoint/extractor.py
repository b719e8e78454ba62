"""A discriminator as what it also is: a finder of features, learnt without a single label."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy import ndarray

from gan import data
from gan.checkpoint.store import Loaded
from gan.data import DataSet
from gan.labels import left_open
from gan.measure.probe import commonest, probe
from gan.models import Judge, sides

MOST = 2_000  # held-out pictures, that one is compared with
LABELLED = 200  # pictures that are learnt from: with thousands pixels alone tell as much


@dataclass(frozen=True, eq=False)
class Alike:
    """Pictures that are most like one: none of them was trained on."""

    by_features: ndarray  # (k, h, w, c) uint8, the nearest first, as the discriminator sees them
    by_pixels: ndarray  # the same, value by value
    among: int  # so many


@dataclass(frozen=True)
class Read:
    """How well a straight line reads a label off features: shares of held-out pictures, 0..1."""

    label: str
    commonest: float  # right with always the same answer
    pixels: float
    untrained: float  # off the features of a discriminator of the same shape, as it was before its first step
    trained: float


class Extractor:
    """Of one model: keeps what its pictures are like."""

    def __init__(self, loaded: Loaded):
        self.loaded = loaded

    def alike(self, picture: ndarray, count: int) -> Alike:
        """Of a picture (h, w, c) uint8 as D gets it. Raises DataError where the data are gone."""
        pictures = self._held_out.images
        flat, values = _flat(pictures), _flat(picture[None])
        others = np.flatnonzero((flat != values).any(1))  # it may be one of them itself
        mean, scale, known = self._known
        own = (self._seen(picture[None]) - mean) / scale
        return Alike(
            pictures[others[_nearest(known[others], own)[:count]]],
            pictures[others[_nearest(flat[others], values)[:count]]],
            len(others),
        )

    def read(self) -> list[Read]:
        """Each label of the data. Raises DataError or ValueError where there is nothing to read."""
        learnt, held_out = self._data.train, self._held_out
        names = learnt.label_names
        if not names:
            raise ValueError("These data come without labels, so there is nothing to be read off.")
        some = learnt.part(np.random.RandomState(0).permutation(len(learnt.images))[:LABELLED])
        sees = {"pixels": _flat, "untrained": self._untrained, "trained": self._seen}
        shares = {
            by: probe(see(some.images), some.labels, see(held_out.images), held_out.labels)
            for by, see in sees.items()
        }
        same = commonest(some.labels, held_out.labels)
        return [
            Read(name, float(same[at]), **{by: float(share[at]) for by, share in shares.items()})
            for at, name in enumerate(names)
        ]

    @cached_property
    def _data(self) -> DataSet:
        return data.load(self.loaded.facts.train.data)

    @cached_property
    def _held_out(self) -> DataSet:
        return self._data.held_out.part(slice(MOST))

    @cached_property
    def _known(self) -> tuple[ndarray, ndarray, ndarray]:
        """Of the held-out pictures' features the mean and deviation, and they themselves in these units."""
        there = self._seen(self._held_out.images)
        mean, scale = there.mean(0), np.maximum(there.std(0), 1e-6)
        return mean, scale, ((there - mean) / scale).astype(np.float16)

    def _seen(self, pictures: ndarray) -> ndarray:
        return self.loaded.D.features(pictures).numpy()

    def _untrained(self, pictures: ndarray) -> ndarray:
        """By the same network with the weights that its run began with."""
        train = self.loaded.facts.train
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(train.seed)
            generators, discriminators = sides(train.model)
        E = dict(generators.items()).get("E")
        judge = Judge(discriminators["D"], E, left_open(train.model.latent)).eval()
        return judge.features(pictures).numpy()


def _flat(pictures: ndarray) -> ndarray:
    return pictures.reshape(len(pictures), -1).astype(np.float32) / 127.5 - 1


def _nearest(known: ndarray, one: ndarray) -> ndarray:
    """Rows of (n, d) by how near they are to (1, d)."""
    near = [np.square(known[i : i + 256].astype(np.float32) - one).sum(1) for i in range(0, len(known), 256)]
    return np.concatenate(near).argsort(kind="stable")
