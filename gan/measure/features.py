"""What the measures see with: a small classifier a data set, trained by this project on the set's own labels.

A distance in these features tells the generators of one data set apart. It cannot be compared with one in
Inception's features, nor with one of another data set. `python -m gan.measure.features pixel_faces` trains
one.
"""

import logging
import sys
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy import ndarray

from gan.data import load, sides
from gan.data.kept import spoken
from gan.images import ENLARGING
from gan.measure import classifier
from gan.measure.classifier import FOLDER, Classifier, ClassifierError, in_batches
from gan.measure.measures import Answered, BothWays, Crossed, measured, taken
from gan.metrics import feature_statistics, frechet_distance, inception_score, lost_values
from gan.specs import Sides

SAME_KIND = {"fashion_mnist_full": "fashion_mnist"}  # sets that another set's classifier was trained for
log = logging.getLogger(__name__)
MISTAKEN = 0.1  # of the images that a value may be expected on: the classifiers are wrong about one in ten


def classifier_for(data_name: str) -> str | None:
    """The name of the classifier for images of this data set; None where there is none, as for one's own.

    One that cannot be read is none: what it would measure is left out, as the log says.
    """
    name = SAME_KIND.get(data_name, data_name)
    own = "/" in name or "\\" in name  # the path of somebody's own images
    return name if not own and (FOLDER / f"{name}.json").exists() and _is_good(name) else None


@lru_cache(maxsize=16)
def _is_good(name: str) -> bool:
    try:
        load_classifier(name)
    except ClassifierError as error:
        log.warning("%s", error)
        return False
    return True


@lru_cache(maxsize=4)
def load_classifier(name: str, folder=FOLDER) -> Classifier:
    """A shipped classifier, in eval mode on the CPU, loaded once."""
    return classifier.load_from(folder, name)


def layers(data_name: str) -> torch.nn.Module:
    """The classifier's first layers: images (n, c, h, w) in [-1, 1] -> feature maps at a quarter of the side.

    A copy, to be moved to another device: the classifier itself stays on the CPU for everyone.

    Raises ValueError, a sentence, for a data set without a classifier.
    """
    return deepcopy(_classifier(data_name).body[:2]).requires_grad_(False)


def features(data_name: str, images: ndarray) -> ndarray:
    """Images (n, h, w, c) uint8 -> (n, d) float32 as the data set's classifier sees them.

    Raises ValueError, a sentence, for a data set without a classifier and for images that are not its size.
    """
    return in_batches(_classifier(data_name), images, Classifier.__call__)


def probabilities(data_name: str, images: ndarray) -> ndarray:
    """Images (n, h, w, c) uint8 -> (n, classes) float32 over the values of the first label column."""
    return _probabilities(_classifier(data_name), features(data_name, images))


def labels(data_name: str, images: ndarray) -> ndarray:
    """Images (n, h, w, c) uint8 -> (n, columns): which value of each label column the classifier sees."""
    return _values(_classifier(data_name), features(data_name, images))


def values(data_name: str, images: ndarray) -> list[ndarray]:
    """The same as probabilities: for each label column (n, values) float32."""
    return _heads(_classifier(data_name), features(data_name, images))


def seen(data_name: str, images: ndarray) -> tuple[ndarray, list[ndarray]]:
    """Both at once: `features` and `values` of the images."""
    there = features(data_name, images)
    return there, _heads(_classifier(data_name), there)


def columns(data_name: str) -> dict[str, tuple[str, ...]]:
    """The label columns that the data set's classifier knows, each with its values."""
    return {name: tuple(values) for name, values in _classifier(data_name).config.labels.items()}


def evaluate(fake: ndarray, data_name: str, k: int = 5) -> dict[str, float]:
    """Generated images (n, h, w, c) uint8 against the held-out real ones of their data set.

    All of measures.MEASURES, in the features of the set's own classifier, and "classifier_inception_score":
    the inception score's formula, with this classifier's first label column in Inception's place, so from 1
    to the number of that column's values. Take 2,000 images, and the same number for all that are compared:
    fewer make the Fréchet distance too large. Do not read precision or density alone: twins of one image amid
    all the others score high; coverage tells.
    Raises ValueError, a sentence, for a data set without a classifier.
    """
    seen = features(data_name, fake)
    score = inception_score(_probabilities(_classifier(data_name), seen))
    return measured(_reference(data_name).features, seen, k) | {"classifier_inception_score": score}


def measure(fake: ndarray, data_name: str, k: int = 5) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """`evaluate` for a run that goes on: a few hundred images against as many held-out ones, always the same.

    The same measures, comparable only among equally many images; and for each label column that has lost
    some, the values which the classifier sees in the held-out images and in next to none of these, see
    metrics.lost_values.
    """
    seen = features(data_name, fake)
    gone = {name: shown.lost for name, shown in _shown(data_name, seen).items() if shown.lost}
    return measured(_reference(data_name).features[: len(seen)], seen, k), gone


def translated(target: ndarray, made: ndarray, data_name: str, k: int = 5) -> dict[str, float]:
    """Images against what they should be, (n, h, w, c) uint8 each: the measures that go by targets.

    With a classifier of the data also those of `evaluate`, the targets in the place of the real images.
    """
    if not classifier_for(data_name):
        return taken(Answered(target, made))
    real, fake = features(data_name, target), features(data_name, made)
    values = [_values(_classifier(data_name), seen) for seen in (real, fake)]
    return measured(real, fake, k) | taken(Answered(target, made, *values))


def enlarged_plainly(source: ndarray, target: ndarray, data_name: str) -> dict[str, float]:
    """The Fréchet distances that no network needs: of small pictures enlarged by each rule of ENLARGING.

    source: (n, h, w, c) uint8, target: (n, times·h, times·w, c). {} without a classifier of the data.
    """
    if not classifier_for(data_name):
        return {}
    times, wanted = target.shape[1] // source.shape[1], feature_statistics(features(data_name, target))
    made = {f"frechet_{name}": by(source, times) for name, by in ENLARGING.items()}
    return {
        name: frechet_distance(*wanted, *feature_statistics(features(data_name, images)))
        for name, images in made.items()
    }


def crossed(both: BothWays, of: Sides, data_name: str, k: int = 5) -> dict[str, float]:
    """The measures of images that were led to the other side and back again.

    With a classifier of the data also those of `evaluate`, the mean of both ways, the images of the side that
    a way leads to in the place of the real ones.
    """
    if not classifier_for(data_name):
        return taken(both)
    there, back = both.there, both.back
    a, b, to_b, to_a = (features(data_name, images)
                        for images in (there.source, back.source, there.made, back.made))  # fmt: skip
    each = [measured(b, to_b, k), measured(a, to_a, k)]
    told = BothWays(_told(there, of.b, of.column, data_name, a, to_b),
                    _told(back, of.a, of.column, data_name, b, to_a))  # fmt: skip
    return {name: (each[0][name] + each[1][name]) / 2 for name in each[0]} | taken(told)


def _told(way: Crossed, aim: str, column: str, data_name: str, source: ndarray, made: ndarray) -> Crossed:
    """The same with what the classifier sees, by the features of what went in and of what came out."""
    names, there = list(columns(data_name)), columns(data_name)[column]
    before, after = (_values(_classifier(data_name), seen) for seen in (source, made))
    number = names.index(column)
    aims = [there.index(value) for value in sides.named(aim, column, there)]
    kept = np.delete(before == after, number, 1) if len(names) > 1 else None
    return replace(way, seen=np.isin(after[:, number], aims), kept=kept)


@dataclass(frozen=True)
class Shown:
    """How many of the values of one label column some images show."""

    shown: int  # of `of`, each on one image at least
    of: int  # values which the classifier sees in the held-out images
    lost: tuple[str, ...]  # of these the ones that next to none of the images show, see metrics.lost_values


def shown_values(fake: ndarray, data_name: str) -> dict[str, Shown]:
    """For each label column, how many of the data's values the images (n, h, w, c) uint8 show."""
    return _shown(data_name, features(data_name, fake))


@dataclass(frozen=True, eq=False)
class _Reference:
    """The held-out real images as their classifier sees them."""

    features: ndarray  # (n, d)
    labels: ndarray  # (n, columns): what it takes them for, mistakes and all, as with generated ones


@lru_cache(maxsize=4)
def _reference(data_name: str) -> _Reference:
    seen = features(data_name, load(data_name).held_out.images)
    return _Reference(seen, _values(_classifier(data_name), seen))


def _shown(data_name: str, seen: ndarray) -> dict[str, Shown]:
    real, fake = _reference(data_name).labels.T, _values(_classifier(data_name), seen).T
    return {
        name: Shown(len(set(b) & set(a)), len(set(a)), lost_values(a, b, values, MISTAKEN))
        for (name, values), a, b in zip(columns(data_name).items(), real, fake, strict=True)
    }


def _classifier(data_name: str) -> Classifier:
    name = classifier_for(data_name)
    if name is None:
        raise ValueError(
            f"There is no classifier for {spoken(data_name)}, so these measures cannot be taken."
        )
    return load_classifier(name)


@torch.inference_mode()
def _heads(model: Classifier, seen: ndarray) -> list[ndarray]:
    return [head(torch.from_numpy(seen)).softmax(1).numpy() for head in model.heads]


def _probabilities(model: Classifier, seen: ndarray) -> ndarray:
    return _heads(model, seen)[0]


@torch.inference_mode()
def _values(model: Classifier, seen: ndarray) -> ndarray:
    return model.values(torch.from_numpy(seen)).numpy()


if __name__ == "__main__":
    classifier.main(sys.argv[1:])
