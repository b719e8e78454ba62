"""How good generated images are, in numbers: distances between sets of features, and how varied images are.

Always (real, fake) in that order. What the numbers see with is up to the caller: a distance in the features
of a small classifier must not be held against one in Inception's. All raise ValueError, a sentence, for
input that has no answer. numpy alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy import ndarray


@dataclass(frozen=True)
class PrecisionRecall:
    precision: float  # share of fake images that lie among the real ones, 0..1
    recall: float  # share of real images that lie among the fake ones, 0..1
    density: float  # how many real neighbourhoods hold a fake image, over k; about 1 for a good generator
    coverage: float  # share of real images with a fake one in their neighbourhood, 0..1


def feature_statistics(features: ndarray) -> tuple[ndarray, ndarray]:
    """Mean (d,) and covariance (d, d), the unbiased one, of features (n, d)."""
    features = _checked("features", features, least=2)
    return features.mean(0), np.atleast_2d(np.cov(features, rowvar=False))


def frechet_distance(mean_a: ndarray, cov_a: ndarray, mean_b: ndarray, cov_b: ndarray) -> float:
    """‖μa − μb‖² + tr(Ca + Cb − 2(Ca Cb)^½), Heusel et al. (2017), in squared feature units.

    mean (d,), cov (d, d) symmetric. Statistics of fewer than about 2,000 samples, or of fewer samples than
    features, make it too large: compare only like with like. Covariances may be singular: the last trace
    is computed as the sum of the singular values of Ca^½ Cb^½, which needs no inverse and no complex root.
    """
    mean_a, mean_b, cov_a, cov_b = (np.asarray(x, np.float64) for x in (mean_a, mean_b, cov_a, cov_b))
    d = mean_a.size
    if {mean_a.shape, mean_b.shape} != {(d,)} or {cov_a.shape, cov_b.shape} != {(d, d)}:
        raise ValueError("Both means must be (d,) and both covariances (d, d), with the same d.")
    if not all(np.isfinite(x).all() for x in (mean_a, mean_b, cov_a, cov_b)):
        raise ValueError("A mean or covariance holds numbers that are not finite.")
    cross = np.linalg.svd(_root(cov_a) @ _root(cov_b), compute_uv=False).sum()
    distance = ((mean_a - mean_b) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * cross
    return max(float(distance), 0.0)  # rounding alone takes it below


def _root(cov: ndarray) -> ndarray:
    """The symmetric square root of a covariance, with eigenvalues that are only rounding taken as 0."""
    values, vectors = np.linalg.eigh((cov + cov.T) / 2)
    largest = np.abs(values).max()
    if values.min() < -1e-6 * largest:
        raise ValueError("A covariance has a negative eigenvalue, so it is not the covariance of anything.")
    values = np.where(values > largest * len(values) * np.finfo(np.float64).eps, values, 0)
    return (vectors * np.sqrt(values)) @ vectors.T


def kernel_distance(features_a: ndarray, features_b: ndarray) -> float:
    """The unbiased estimate of MMD² with the kernel (x·y/d + 1)³, Bińkowski et al. (2018).

    features (n, d) and (m, d), all of them at once. 0 on average for two draws from one source, so that a
    single one may be slightly negative.
    """
    a, b = _checked_pair(features_a, features_b, least=2)
    n, m = len(a), len(b)
    within_a, own_a = _kernel_sum(a, a), _kernel(np.einsum("nd,nd->n", a, a), a.shape[1]).sum()
    within_b, own_b = _kernel_sum(b, b), _kernel(np.einsum("nd,nd->n", b, b), b.shape[1]).sum()
    within = (within_a - own_a) / (n * (n - 1)) + (within_b - own_b) / (m * (m - 1))
    return float(within - 2 * _kernel_sum(a, b) / (n * m))


def _kernel(products: ndarray, d: int) -> ndarray:
    return (products / d + 1) ** 3


def _kernel_sum(a: ndarray, b: ndarray, rows: int = 1024) -> float:
    """The kernel summed over all pairs, a block of rows at a time to spare memory."""
    return sum(_kernel(a[i : i + rows] @ b.T, a.shape[1]).sum() for i in range(0, len(a), rows))


def inception_score(probabilities: ndarray) -> float:
    """exp(mean KL(p(y|x) ‖ p(y))), Salimans et al. (2016), over one split: from 1 to the number of classes.

    probabilities (n, classes) of some classifier, each row summing to 1.
    """
    p = _checked("probabilities", probabilities, least=1)
    if p.min() < 0 or np.abs(p.sum(1) - 1).max() > 1e-3:
        raise ValueError("Probabilities must not be negative and each row must sum to 1.")
    ratio = np.divide(p, p.mean(0), out=np.ones_like(p), where=p > 0)  # 0 log 0 counts as 0
    return float(np.exp((p * np.log(ratio)).sum(1).mean()))


def precision_recall(real: ndarray, fake: ndarray, k: int) -> PrecisionRecall:
    """Precision and recall, Kynkäänniemi et al. (2019); density and coverage, Naeem et al. (2020).

    real (n, d), fake (m, d). The neighbourhood of a point is the ball whose radius is the distance to its
    k-th nearest other point of the same set, the edge counted in. Needs n² + m² + nm distances in memory.
    """
    real, fake = _checked_pair(real, fake, least=2)
    if not isinstance(k, int | np.integer) or not 1 <= k < min(len(real), len(fake)):
        raise ValueError(f"k must be at least 1 and below {min(len(real), len(fake))}, the samples, not {k}.")
    distance = _squared_distances(real, fake)  # (n, m)
    in_real = distance <= _neighbourhoods(real, k)[:, None]
    in_fake = distance <= _neighbourhoods(fake, k)[None, :]
    return PrecisionRecall(
        precision=float(in_real.any(0).mean()),
        recall=float(in_fake.any(1).mean()),
        density=float(in_real.sum(0).mean() / k),
        coverage=float(in_real.any(1).mean()),
    )


def _neighbourhoods(x: ndarray, k: int) -> ndarray:
    """The squared distance of each point to its k-th nearest other, (n,)."""
    distance = _squared_distances(x, x)
    np.fill_diagonal(distance, np.inf)
    return np.partition(distance, k - 1, 1)[:, k - 1]


def _squared_distances(a: ndarray, b: ndarray) -> ndarray:
    size = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("md,md->m", b, b)[None, :]
    distance = size - 2 * a @ b.T
    distance[distance < 1e-12 * size] = 0  # rounding: without this equal points may lie apart
    return distance


def variety(images: ndarray) -> float:
    """How varied images are: the mean over all pairs i < j of √(mean of (xᵢ − xⱼ)²), with x in [-1, 1].

    images (n, h, w, c) uint8; the inner mean runs over all h·w·c values, so that image sizes compare. From 0,
    all alike, to at most 2; one image alone has 0. 64 images of 64 px take a few milliseconds.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or not images.size:
        raise ValueError("Variety is measured on images (n, h, w, c) of uint8, at least one.")
    if len(images) == 1:
        return 0.0
    x = images.reshape(len(images), -1).astype(np.float64)  # whole numbers: the products are exact
    pairs = np.triu_indices(len(x), 1)
    return float(np.sqrt(_squared_distances(x, x)[pairs] / x.shape[1]).mean() / 127.5)


def _checked(what: str, x: ndarray, least: int) -> ndarray:
    x = np.asarray(x, np.float64)
    if x.ndim != 2 or not x.shape[1]:
        raise ValueError(f"The {what} must be one row a sample, (n, d), not of shape {x.shape}.")
    if len(x) < least:
        raise ValueError(f"This measure needs at least {least} samples, not {len(x)}.")
    if not np.isfinite(x).all():
        raise ValueError(f"The {what} hold numbers that are not finite.")
    return x


def _checked_pair(a: ndarray, b: ndarray, least: int) -> tuple[ndarray, ndarray]:
    a, b = _checked("features", a, least), _checked("features", b, least)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"Both sets need the same number of features, not {a.shape[1]} and {b.shape[1]}.")
    return a, b
