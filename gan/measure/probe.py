"""How much of what pictures show can be read off features by a straight line: a linear probe. numpy alone.

Alain & Bengio (2017): features that a network has found for itself are worth what the simplest reader makes
of them. Here that is ridge regression onto the values of each label, one against all others.
"""

import numpy as np
from numpy import ndarray

RIDGES = (1e-3, 1e-2, 1e-1, 1.0)  # in units of a feature's variance; a part of the pictures decides
ASIDE = 4  # every fourth picture is that part


def probe(features: ndarray, labels: ndarray, others: ndarray, true: ndarray) -> ndarray:
    """Learns from features (n, d) and labels (n, k), ints; reads `others` (m, d), whose labels are `true`.

    -> (k,) float: for each label the share of the others that it gets right.
    """
    features, others = _alike(features, others)
    aside = np.arange(len(features)) % ASIDE == 0
    kernel = features @ features.T
    read = np.stack([_right(kernel[~aside][:, ~aside], labels[~aside], kernel[aside][:, ~aside],
                            labels[aside], ridge) for ridge in RIDGES])  # fmt: skip
    best = read.argmax(0).tolist()  # of each label, which of RIDGES
    across = others @ features.T
    right = {which: _right(kernel, labels, across, true, RIDGES[which]) for which in set(best)}
    return np.array([right[which][label] for label, which in enumerate(best)])


def commonest(labels: ndarray, true: ndarray) -> ndarray:
    """(k,) float: for each label how often the commonest value of `labels` (n, k) is right of `true`."""
    return (true == [np.bincount(column).argmax() for column in labels.T]).mean(0)


def _alike(features: ndarray, others: ndarray) -> tuple[ndarray, ndarray]:
    """Both with mean 0 and variance 1 in each feature of the first, and 1 in all features together."""
    mean, scale = features.mean(0), features.std(0)
    moves = scale > 1e-3 * scale.max()  # what never differs says nothing
    size = scale[moves] * np.sqrt(moves.sum())
    return tuple(((one[:, moves] - mean[moves]) / size).astype(np.float32) for one in (features, others))


def _right(kernel: ndarray, labels: ndarray, across: ndarray, true: ndarray, ridge: float) -> ndarray:
    """Kernel ridge regression: (n, n), (n, k), (m, n), (m, k) -> (k,), the shares that come out right."""
    columns = [np.eye(int(column.max()) + 1, dtype=np.float32)[column] for column in labels.T]
    wanted = np.concatenate(columns, 1)  # one column a value
    means = wanted.mean(0)
    weights = np.linalg.solve(kernel + ridge * np.eye(len(kernel), dtype=np.float32), wanted - means)
    found = np.split(across @ weights + means, np.cumsum([part.shape[1] for part in columns])[:-1], axis=1)
    return np.array([(said.argmax(1) == known).mean() for said, known in zip(found, true.T, strict=True)])
