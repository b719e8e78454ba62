"""Directions that somebody teaches by marking pictures, see gan.measure.taught. Nothing is kept."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy import ndarray

from gan.checkpoint.attributes import NamedDirection, Space
from gan.checkpoint.store import Loaded
from gan.measure import features, taught

NOT_FOUND = (
    "No direction was found along which this comes and goes. Mark more pictures, or mark something that one "
    "sees at a glance."
)


def teach(loaded: Loaded, marks: Mapping[int, bool], name: str, seconds: float = math.inf) -> NamedDirection:
    """The direction along which what was marked comes (+) or goes (−).

    marks: seeds of pictures as `Space` draws them, and whether each has it. seconds: of the processor, after
    which it is content with what it has. Raises ValueError, a sentence.
    """
    train = loaded.facts.train
    space = Space(loaded.G, train.model.latent)
    by_classifier = features.classifier_for(train.data)

    def look(points: ndarray) -> tuple[ndarray, list[ndarray]]:
        images = space.images(points)
        if by_classifier:
            return features.seen(train.data, images)
        return loaded.D.features(images).numpy(), []  # nothing but the discriminator knows such data

    found = taught.found(look, space.points, marks, name, seconds)
    if found is None:
        raise ValueError(NOT_FOUND)
    return NamedDirection(name, (found.direction @ space.axes).astype(np.float32), found.flips, found.others)


def taught_by(loaded: Loaded, seeds: Sequence[int]) -> ndarray:
    """The pictures (n, h, w, c) uint8 of seeds, to be marked: as a model draws them that is told nothing."""
    space = Space(loaded.G, loaded.facts.train.model.latent)
    return space.images(space.points(seeds))
