"""What some pictures have that others have not, learnt from a few marks: numpy alone.

In z itself twenty marks say next to nothing. So what looks at pictures already, a classifier or a
discriminator, lends its features, and a ridge regression on these tells who else has it; from thousands of
such guesses a direction is found as for any other attribute, see attributes.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from gan.measure import attributes
from gan.measure.attributes import FLIPS, Attribute, Found

LEAST, MOST = 3, 200  # marked pictures: on either side, and in all
WORTH = 0.25  # share of images that it flips; with fewer nobody sees what a slider does
RIDGE = 0.3  # in units of a feature's variance; tests/bench/taught.py holds it against others
SURROUNDING = 512  # other pictures, that features are measured by
Look = Callable[[ndarray], tuple[ndarray, list[ndarray]]]  # points -> features (n, d), and labels: see See


@dataclass(frozen=True, eq=False)
class Probe:
    """What has been learnt: features (n, d) -> how surely each has it, above 0 for yes."""

    weights: ndarray  # (d,)
    offset: float

    def __call__(self, features: ndarray) -> ndarray:
        return features @ self.weights - self.offset


def check(has: ndarray):
    """Raises ValueError, a sentence, for marks, (m,) bool, that are too few or too many."""
    yes = int(has.sum())
    if min(yes, len(has) - yes) < LEAST:
        raise ValueError(f"Mark at least {LEAST} pictures that have it and {LEAST} that have not.")
    if len(has) > MOST:
        raise ValueError(f"At most {MOST} pictures can be marked.")


def learn(marked: ndarray, has: ndarray, others: ndarray, ridge: float = RIDGE) -> Probe:
    """From the features of marked pictures, (m, d), who has it, (m,) bool, and others' features, (n, d).

    Ridge regression on features that have variance 1 among the others; the line lies half way between the
    means of both sides, whichever has more marks.
    """
    scale = others.std(0, dtype=np.float64)
    scale = np.where(scale > 1e-3 * scale.max(), scale, np.inf)  # what never differs says nothing
    X = (marked - others.mean(0)) / scale
    middle = X.mean(0)
    apart = X - middle  # (m, d): far fewer marks than features
    kernel = apart @ apart.T / len(scale)
    w = apart.T @ np.linalg.solve(kernel + ridge * np.eye(len(X)), np.where(has, 1.0, -1.0))
    between = (X[has].mean(0) + X[~has].mean(0)) @ w / 2
    weights = w / scale
    return Probe(weights, float(between + others.mean(0) @ weights))


def good(flips: float, others: float) -> float:
    """Above all it does what it was taught; of those that do, the one that changes least else."""
    return flips if flips < FLIPS else 1 + FLIPS - others


def found(
    look: Look,
    sampled: Callable[[Iterable[int]], ndarray],
    marks: Mapping[int, bool],
    name: str,
    seconds: float = np.inf,
) -> Found | None:
    """The direction along which what was marked comes or goes; None where there is none.

    marks: seeds, and whether the picture of each has it. sampled and seconds: as attributes.found has them.
    Whether it flips is what the Probe says. Raises ValueError as `learn` does.
    """
    has = np.array([*marks.values()], bool)
    check(has)
    (marked, values), (others, _) = look(sampled(marks)), look(sampled(range(SURROUNDING)))
    probe = learn(marked, has, others)

    def see(points: ndarray) -> list[ndarray]:
        features, seen = look(points)
        likely = 1 / (1 + np.exp(-np.clip(probe(features), -50, 50)))
        return [*seen, np.stack([1 - likely, likely], 1)]

    taught = Attribute(name, len(values), (1,))
    return next(iter(attributes.found(see, sampled, [taught], seconds, WORTH, good)), None)
