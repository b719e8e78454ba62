"""Pictures in a model's latent space: the searches of measure/inversion.py, what they are held against."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy import ndarray

from gan import data
from gan.checkpoint.info import Inverted
from gan.checkpoint.store import Loaded, encode, generate, sample
from gan.data import DataError, bars
from gan.data.conditions import rows
from gan.labels import spelled, told
from gan.latent import Latent
from gan.measure import inversion
from gan.measure.inversion import Samples

SAMPLING_SHARE = 0.4  # of a search that still has to draw its samples, roughly
OWN_SEED = 1  # of the model's own image that shows what a search reaches
AT_ONCE = 512  # training images that are compared at a time


class Inverter:
    """Searches for one model, and keeps what the next one needs too: its samples, and what it can reach."""

    def __init__(self, loaded: Loaded):
        self.loaded, self.given = loaded, loaded.facts.train.model.latent
        self._draw = partial(generate, loaded.G)
        self._samples: Samples | None = None
        self._reached: dict[str, Inverted] = {}

    def search(self, seen: ndarray) -> Iterator[Inverted]:
        """The best latent so far for an image (h, w, c) uint8 as the model has its own."""
        if self.loaded.E:
            starts = inversion.around(encode(self.loaded.E, seen[None])[0])
            count, sampled = 0, 0.0
        else:
            sampled = 0.0 if self._samples else SAMPLING_SHARE
            there = self._samples
            for sampled_so_far in self._sampling() if there is None else ():
                there = sampled_so_far
                yield self._at_first(there, seen)
            assert there is not None  # there is at least one part
            starts, count = inversion.nearest(there, self._draw, self.given, seen), len(there)
        for step in inversion.search(self.loaded.G, self.given, starts, seen):
            share = sampled + (1 - sampled) * step.share
            yield self._inverted(seen, step.z, share, count)

    def reached(self, kind: str) -> Iterator[Inverted]:
        """See Studio.reached."""
        if kind not in PICTURES:
            raise ValueError(f"A search is held against one for {' or '.join(PICTURES)}, not “{kind[:20]}”.")
        if kind not in self._reached:
            for found in self.search(PICTURES[kind](self.loaded)):
                yield replace(found, share=min(found.share, 0.999))  # the last one comes once it is kept
            self._reached[kind] = found
        yield self._reached[kind]

    def nearest_sample(self, seen: ndarray) -> Inverted:
        """See Studio.nearest_sample."""
        samples = self._drawn()
        z = inversion.nearest(samples, self._draw, self.given, seen)[0]
        return self._inverted(seen, z, 1.0, len(samples))

    def nearest_training(self, seen: ndarray, count: int = 1) -> list[tuple[ndarray, float]]:
        """See Studio.nearest_training."""
        try:
            there = data.load(self.loaded.facts.train.data).train.images
        except DataError:
            return []
        far = [_far(there[first : first + AT_ONCE], seen) for first in range(0, len(there), AT_ONCE)]
        best = np.concatenate(far).argsort(kind="stable")[:count]
        return [(there[one], inversion.difference(there[one], seen)) for one in best]

    def _drawn(self) -> Samples:
        """All samples, which are drawn once."""
        for _ in self._sampling() if self._samples is None else ():
            pass
        assert self._samples is not None
        return self._samples

    def _sampling(self) -> Iterator[Samples]:
        try:
            deck = rows(data.load(self.loaded.facts.train.data).held_out, self.given)
        except DataError:
            deck = None
        for samples in inversion.sampled(self._draw, self.given, deck):
            yield samples
        self._samples = samples

    def _at_first(self, samples: Samples, seen: ndarray) -> Inverted:
        which = inversion.likest(samples, seen, 1)
        z = inversion.latents(self.given, which, samples.numbers[which])[0]
        share = SAMPLING_SHARE * len(samples) / inversion.SAMPLES
        return self._inverted(seen, z, share, len(samples))

    def _inverted(self, seen: ndarray, z: ndarray, share: float, count: int) -> Inverted:
        dim = self.given.latent_dim
        labels = self.given.labels
        point = Latent.at(z[:dim], spelled(labels, told(self.given, z[dim:])) if labels else "")
        exact = np.concatenate([point.own(dim), z[dim:]])  # just what a link to the point holds
        made = generate(self.loaded.G, exact[None])[0]
        return Inverted(seen, exact, point, made, inversion.difference(made, seen), share, count)


def _own(loaded: Loaded) -> ndarray:
    return sample(loaded, [OWN_SEED])[0]


def _another(loaded: Loaded) -> ndarray:
    """A picture of a kind that the model was not made for, always the same: a garment, or a pixel face."""
    train = loaded.facts.train
    other = "pixel_faces" if train.data.startswith("fashion_mnist") else "fashion_mnist"
    return bars.fitted(data.load(other).held_out.images[0], train.model)


PICTURES: dict[str, Callable[[Loaded], ndarray]] = {"own": _own, "another": _another}


def _far(images: ndarray, seen: ndarray) -> ndarray:
    """Images (n, h, w, c) -> (n,) their squared distances from one, but for its own length."""
    flat = images.reshape(len(images), -1).astype(np.float32)
    return np.square(flat).sum(1) - 2 * flat @ seen.reshape(-1).astype(np.float32)
