"""How good generated images are, in numbers: distances between sets of features, how varied the images are,
how many of them are twins, which of the data's values none of them shows, and how sure a counted share is.

Always (real, fake) in that order. What the numbers see with is up to the caller: a distance in the features
of a small classifier must not be held against one in Inception's. All raise ValueError, a sentence, for
input that has no answer. numpy alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy import ndarray

TWIN_SIDE = 16  # of the small copies that twins are looked for in
TWIN_QUANTILE = 0.01  # of real images are as near to their nearest other as twins are
TWIN_GROUPS = 4  # groups of real images, at least, that their usual distance is taken from ...
TWIN_IMAGES = 4096  # ... and with small groups so many images
PEAK = 255.0  # of a pixel
SSIM_WINDOW, SSIM_SIGMA = 11, 1.5
LOST_BY_CHANCE = 1e-3  # how unlikely it must be that a value is missing by bad luck
NORMAL_95 = 1.959963984540054  # of a standard normal 95 % lie this near to 0


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
    distance = squared_distances(real, fake)  # (n, m)
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
    distance = squared_distances(x, x)
    np.fill_diagonal(distance, np.inf)
    return np.partition(distance, k - 1, 1)[:, k - 1]


def squared_distances(a: ndarray, b: ndarray) -> ndarray:
    """The squared distance of each of a (n, d) to each of b (m, d), (n, m); of equal points exactly 0."""
    size = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("md,md->m", b, b)[None, :]
    distance = size - 2 * a @ b.T
    rounding = 1e-12 if distance.dtype == np.float64 else 1e-5
    distance[distance < rounding * size] = 0  # without this equal points may lie apart
    return distance


def variety(images: ndarray) -> float:
    """How varied images are: the mean over all pairs i < j of √(mean of (xᵢ − xⱼ)²), with x in [-1, 1].

    images (n, h, w, c) uint8; the inner mean runs over all h·w·c values, so that image sizes compare. From 0,
    all alike, to at most 2; one image alone has 0. 64 images of 64 px take a few milliseconds.
    """
    images = _checked_images("Variety is measured", images, least=1)
    if len(images) == 1:
        return 0.0
    x = images.reshape(len(images), -1).astype(np.float64)  # whole numbers: the products are exact
    pairs = np.triu_indices(len(x), 1)
    return float(np.sqrt(squared_distances(x, x)[pairs] / x.shape[1]).mean() / 127.5)


def near_duplicates(images: ndarray, real_images: ndarray) -> float:
    """Share of images, 0..1, with a twin among the others; about 0.01 for real images, 1 for copies of one.

    Both (n, h, w, c) uint8, of one size. A twin is as near as `twin_distance` of the real images. Where there
    are fewer real images than images, only so many images are looked at: the more, the nearer they lie.
    """
    images = _checked_images("Twins are looked for", images, least=2)[: len(real_images)]
    return twins(images, twin_distance(real_images, len(images)))


def twins(images: ndarray, distance: float) -> float:
    """`near_duplicates` with the distance known: what a run that looks every few seconds calls."""
    images = _checked_images("Twins are looked for", images, least=2)
    return float((_to_nearest_other(small_copies(images, TWIN_SIDE)) <= distance).mean())


def twin_distance(real_images: ndarray, count: int) -> float:
    """How near two of `count` images must be to be called twins: hardly any of `count` real ones are as near.

    It is the 1st percentile of the distance from a real image to its nearest other, in groups of `count` real
    images, so that no two lie nearer for being more. The distance is the root mean square difference, in
    [-1, 1], of copies of 16x16 pixels, each the mean of those under it: what a generator that has collapsed
    varies is mostly fine noise, which such means leave out. A percentile rather than the smallest of all,
    since data may hold twins itself.
    """
    real_images = _checked_images("Twins are looked for", real_images, least=2)
    count = min(count, len(real_images))
    if count < 2:
        raise ValueError("Twins are looked for among at least 2 images.")
    groups = min(max(TWIN_GROUPS, TWIN_IMAGES // count), len(real_images) // count)
    small = small_copies(real_images[: groups * count], TWIN_SIDE).reshape(groups, count, -1)
    return float(np.quantile(np.concatenate([_to_nearest_other(group) for group in small]), TWIN_QUANTILE))


def _to_nearest_other(x: ndarray) -> ndarray:
    """Root mean square distance of each row to the nearest other one, (n,)."""
    return np.sqrt(_neighbourhoods(x, 1) / x.shape[1])


def small_copies(images: ndarray, side: int) -> ndarray:
    """Images (n, h, w, c) uint8 -> (n, side·side·c) float32 in [-1, 1], each value the mean of its part."""
    n, h, w, _ = images.shape
    return averaged(images, _covering(h, side), _covering(w, side)).reshape(n, -1)


def averaged(images: ndarray, down: ndarray, across: ndarray) -> ndarray:
    """Weighted means of the pixels of images (n, h, w, c) uint8: (n, i, j, c) float32 in [-1, 1].

    down (i, h) and across (j, w) float32: weights of the rows and of the columns, which sum to 1.
    """
    n, h, w, c = images.shape
    across = np.kron(across, np.eye(c, dtype=np.float32))
    rows = images.reshape(n, h, w * c)
    parts = [down @ rows[i : i + 256].astype(np.float32) @ across.T for i in range(0, n, 256)]
    return np.concatenate(parts).reshape(n, len(down), -1, c) / np.float32(127.5) - 1


def _covering(pixels: int, side: int) -> ndarray:
    """(side, pixels): the share of each pixel in each of `side` equal parts of a row, which sum to 1."""
    edges, starts = np.linspace(0, pixels, side + 1), np.arange(pixels)
    covered = np.diff(np.clip(edges[:, None], starts, starts + 1), axis=0)
    return (covered * side / pixels).astype(np.float32)


def lost_values(
    real_labels: ndarray, fake_labels: ndarray, values: Sequence[str], mistaken: float = 0.0
) -> tuple[str, ...]:
    """The values that real images have and generated ones do not, where that can hardly be chance.

    labels (n,) and (m,): for each image an index into `values`. Say r of the n real images have a value, and
    f of the m generated ones: none, or at most the share `mistaken` of the m·r/n to be expected, which may be
    a classifier's mistakes. Were both drawn from one source, at most f of the r + f would be generated with
    the probability of Fisher's exact test; under 1 in 1,000 the value counts as lost. So a rare value, or one
    missing from few samples, raises nothing.
    """
    real, fake = (_counts(labels, len(values)) for labels in (real_labels, fake_labels))
    n, m = int(real.sum()), int(fake.sum())
    few = np.flatnonzero((real > 0) & (fake * n <= mistaken * m * real)).tolist()
    chances = [_at_most(int(fake[i]), m, n, int(real[i] + fake[i])) for i in few]
    return tuple(values[i] for i, chance in zip(few, chances, strict=True) if chance < LOST_BY_CHANCE)


def _at_most(f: int, m: int, n: int, drawn: int) -> float:
    """The probability that of so many drawn from m + n at most f are of the m: hypergeometric."""
    ways = sum(comb(m, i) * comb(n, drawn - i) for i in range(min(f, m) + 1))
    return ways / comb(m + n, drawn)


def _counts(labels: ndarray, values: int) -> ndarray:
    labels = np.asarray(labels)
    if labels.ndim != 1 or (labels.size and (labels.min() < 0 or labels.max() >= values)):
        raise ValueError(f"Labels must be (n,), each a number from 0 to {values - 1}.")
    return np.bincount(labels.astype(np.int64), minlength=values)


def _checked_images(what: str, images: ndarray, least: int) -> ndarray:
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or not images.size or len(images) < least:
        few = "one" if least == 1 else least
        raise ValueError(f"{what} on images (n, h, w, c) of uint8, at least {few}.")
    return images


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


def nearer(images: ndarray, own: ndarray, other: ndarray) -> ndarray:
    """(n,) bool: which images (n, h, w, c) uint8 have a lesser squared error to `own` than to `other`."""
    to_own, to_other = (np.square(images.astype(np.float32) - each).mean((1, 2, 3)) for each in (own, other))
    return to_own < to_other


def correlation(images: ndarray, others: ndarray) -> ndarray:
    """(n,): Pearson's correlation of brightness, pixel by pixel, of images (n, h, w, c) uint8 in pairs.

    0 where one of the two is flat.
    """
    flat = [each.mean(-1, dtype=np.float32).reshape(len(each), -1) for each in (images, others)]
    a, b = (each - each.mean(1, keepdims=True) for each in flat)
    size = np.sqrt(np.square(a).sum(1) * np.square(b).sum(1))
    return np.divide((a * b).sum(1), size, out=np.zeros(len(a), np.float32), where=size > 0)


def psnr(a: ndarray, b: ndarray) -> ndarray:
    """10 log10(255² / mean squared error) in dB, image by image: (n,) float64, infinite for equal ones.

    a, b (n, h, w, c) uint8; the error is the mean over all pixels and channels. For a set take the mean of
    these and not the PSNR of the mean error.
    """
    a, b = _checked_alike(a, b)
    with np.errstate(divide="ignore"):
        return 10 * np.log10(PEAK**2 / np.square(a - b).mean((1, 2, 3)))


def ssim(a: ndarray, b: ndarray) -> ndarray:
    """How alike in structure two images are, Wang et al. (2004): (n,) float64, 1 for equal ones.

    a, b (n, h, w, c) uint8, h and w at least 11. Windows of 11×11 under a Gaussian of σ 1.5, those that lie
    inside; the mean over them and over the channels.
    """
    a, b = _checked_alike(a, b)
    if min(a.shape[1:3]) < SSIM_WINDOW:
        raise ValueError(f"SSIM needs images of at least {SSIM_WINDOW} pixels a side.")
    mean_a, mean_b = _windowed(a), _windowed(b)
    var_a, var_b = _windowed(a * a) - mean_a**2, _windowed(b * b) - mean_b**2
    both = _windowed(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
    alike = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return (alike / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean((1, 2, 3))


def _windowed(images: ndarray) -> ndarray:
    """Gaussian means over all windows that lie inside: (n, h, w, c) -> (n, h - 10, w - 10, c)."""
    offsets = np.arange(SSIM_WINDOW) - SSIM_WINDOW // 2
    weights = np.exp(-(offsets**2) / (2 * SSIM_SIGMA**2))
    weights /= weights.sum()
    for axis in (1, 2):
        windows = np.lib.stride_tricks.sliding_window_view(images, SSIM_WINDOW, axis)
        images = windows @ weights
    return images


def _checked_alike(a: ndarray, b: ndarray) -> tuple[ndarray, ndarray]:
    if a.dtype != np.uint8 or b.dtype != np.uint8 or a.ndim != 4 or a.shape != b.shape:
        raise ValueError("Both must be images (n, h, w, c) uint8 of one shape.")
    return a.astype(np.float64), b.astype(np.float64)


def wilson(wrong: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share that was found to be wrong / count, by Wilson (1927): low and high, 0..1.

    Of nothing counted all is possible, (0, 1).
    """
    if not 0 <= wrong <= count:
        raise ValueError(f"{wrong} of {count} is no share.")
    if not count:
        return 0.0, 1.0
    share, z2 = wrong / count, NORMAL_95**2
    middle = share + z2 / (2 * count)
    half = NORMAL_95 * np.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    low, high = ((middle + way * half) / (1 + z2 / count) for way in (-1, 1))
    return max(0.0, float(low)), min(1.0, float(high))
