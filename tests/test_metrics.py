"""Measures against numbers worked out apart from the code."""

import itertools

import numpy as np
import pytest
import scipy.linalg

from gan.data import load
from gan.metrics import (
    PrecisionRecall,
    correlation,
    feature_statistics,
    frechet_distance,
    inception_score,
    kernel_distance,
    lost_values,
    near_duplicates,
    nearer,
    precision_recall,
    psnr,
    small_copies,
    ssim,
    twin_distance,
    twins,
    variety,
    wilson,
)

BUNDLED = ("pixel_faces", "open_peeps", "fashion_mnist")


def random_covariance(d, rank, seed):
    factor = np.random.RandomState(seed).randn(d, rank)
    return factor @ factor.T / rank


# Fréchet distance


def test_frechet_of_diagonal_gaussians_is_the_sum_over_axes():
    mean_a, mean_b = np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0])
    sigma_a, sigma_b = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 0.0])
    expected = ((mean_a - mean_b) ** 2 + (sigma_a - sigma_b) ** 2).sum()  # 1 + 0 + 4 + 1 + 0 + 9
    distance = frechet_distance(mean_a, np.diag(sigma_a**2), mean_b, np.diag(sigma_b**2))
    assert expected == 15
    assert distance == pytest.approx(15, abs=1e-9)


@pytest.mark.parametrize(("d", "rank"), [(2, 2), (5, 9), (64, 200)])
def test_frechet_agrees_with_the_complex_square_root(d, rank):
    a, b = random_covariance(d, rank, 0), random_covariance(d, rank, 1)
    mean_a, mean_b = np.random.RandomState(2).randn(2, d)
    root = scipy.linalg.sqrtm(a @ b)
    expected = ((mean_a - mean_b) ** 2).sum() + np.trace(a + b - 2 * root.real)
    assert frechet_distance(mean_a, a, mean_b, b) == pytest.approx(expected, rel=1e-8)


def test_frechet_of_singular_covariances():
    d = 20
    basis, _ = np.linalg.qr(np.random.RandomState(0).randn(d, d))
    a = basis[:, :5] @ np.diag([1.0, 4, 9, 16, 25]) @ basis[:, :5].T
    b = basis[:, 3:6] @ np.diag([1.0, 1, 4]) @ basis[:, 3:6].T  # two axes in common: (4 - 1)², (5 - 1)²
    zero = np.zeros(d)
    assert frechet_distance(zero, a, zero, b) == pytest.approx(1 + 4 + 9 + 9 + 16 + 4, abs=1e-9)
    assert frechet_distance(zero, a, zero, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(zero, np.zeros((d, d)), zero, a) == pytest.approx(55, abs=1e-9)


def test_frechet_is_symmetric_and_never_negative():
    features = np.random.RandomState(0).randn(2, 30, 50)  # fewer samples than features
    a, b = (feature_statistics(x) for x in features)
    assert frechet_distance(*a, *b) == pytest.approx(frechet_distance(*b, *a), rel=1e-10)
    assert 0 <= frechet_distance(*a, *a) < 1e-9


def test_frechet_grows_with_the_square_of_the_scale():
    a = np.zeros(3), random_covariance(3, 5, 0)
    b = np.ones(3), random_covariance(3, 5, 1)
    scaled = frechet_distance(a[0] * 3, a[1] * 9, b[0] * 3, b[1] * 9)
    assert scaled == pytest.approx(9 * frechet_distance(*a, *b))


def test_statistics_are_mean_and_unbiased_covariance():
    mean, cov = feature_statistics(np.array([[0, 0], [2, 4]]))
    np.testing.assert_allclose(mean, [1, 2])
    np.testing.assert_allclose(cov, [[2, 4], [4, 8]])
    assert feature_statistics(np.array([[1.0], [3.0]]))[1].shape == (1, 1)


# Kernel distance


def test_kernel_distance_by_hand_in_one_dimension():
    # k(x, y) = (xy + 1)³: within {0, 1} it is 1, within {1, 2} 27; across 1, 1, 8 and 27
    assert kernel_distance(np.array([[0], [1]]), np.array([[1], [2]])) == pytest.approx(1 + 27 - 2 * 37 / 4)


def test_kernel_distance_by_the_definition():
    random = np.random.RandomState(0)
    a, b = random.randn(7, 3), random.randn(5, 3) + 0.5
    k = lambda x, y: (x @ y / 3 + 1) ** 3  # noqa: E731
    within_a = np.mean([k(x, y) for x, y in itertools.permutations(a, 2)])
    within_b = np.mean([k(x, y) for x, y in itertools.permutations(b, 2)])
    across = np.mean([k(x, y) for x, y in itertools.product(a, b)])
    assert kernel_distance(a, b) == pytest.approx(within_a + within_b - 2 * across)


def test_kernel_distance_is_unbiased_and_may_be_negative():
    random = np.random.RandomState(0)
    draws = [kernel_distance(*random.randn(2, 20, 4)) for _ in range(400)]
    assert min(draws) < 0
    assert abs(np.mean(draws)) < 3 * np.std(draws) / np.sqrt(400)


def test_kernel_distance_over_several_blocks_of_rows():
    random = np.random.RandomState(0)
    a, b = random.randn(1500, 2), random.randn(1100, 2) + 1
    products = lambda x, y: ((x @ y.T) / 2 + 1) ** 3  # noqa: E731
    aa, bb = products(a, a), products(b, b)
    within = (aa.sum() - aa.trace()) / (1500 * 1499) + (bb.sum() - bb.trace()) / (1100 * 1099)
    assert kernel_distance(a, b) == pytest.approx(within - 2 * products(a, b).mean())


# Inception score


def test_inception_score_of_constants_and_of_balanced_certainty():
    assert inception_score(np.full((50, 7), 1 / 7)) == pytest.approx(1)
    assert inception_score(np.tile([0.7, 0.2, 0.1], (9, 1))) == pytest.approx(1)
    assert inception_score(np.tile(np.eye(10), (3, 1))) == pytest.approx(10)
    assert inception_score(np.eye(10)[[4] * 5]) == pytest.approx(1)


def test_inception_score_by_hand():
    # mean (¾, ¼); KL = ln(4/3), and ½ ln(2/3) + ½ ln 2 = ½ ln(4/3): exp(¾ ln(4/3))
    assert inception_score(np.array([[1, 0], [0.5, 0.5]])) == pytest.approx((4 / 3) ** 0.75)


# Precision, recall, density, coverage

SQUARE = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])  # with k = 1 a ball of radius 1 round each


def test_points_placed_by_hand():
    fake = np.array([[0.5, 0.5], [0.5, 0.6], [9, 9]])  # two within reach of all four corners, one far away
    found = precision_recall(SQUARE, fake, k=1)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(1 / 4)  # the far one's ball, of radius 11.95, just holds (1, 1)
    assert found.density == pytest.approx(8 / 3)
    assert found.coverage == pytest.approx(1)


def test_a_dropped_mode_costs_recall_and_coverage():
    real = np.concatenate([SQUARE, SQUARE + 100])
    fake = np.array([[0.5, 0.5], [0.5, 0.6], [0.6, 0.5], [0.6, 0.6]])
    assert precision_recall(real, fake, k=1) == PrecisionRecall(1.0, 0.0, 4.0, 0.5)


def test_k_widens_the_neighbourhood_and_divides_density():
    real = np.array([[0.0], [1], [3], [7]])  # k = 1: radii 1, 1, 2, 4; k = 2: 3, 2, 3, 6
    fake = np.array([[4.5], [20], [30]])
    one, two = precision_recall(real, fake, k=1), precision_recall(real, fake, k=2)
    assert (one.precision, one.density, one.coverage) == pytest.approx((1 / 3, 2 / 3, 1 / 2))
    assert (two.precision, two.density, two.coverage) == pytest.approx((1 / 3, 2 / 6, 1 / 2))


def test_the_edge_of_a_neighbourhood_counts_in():
    found = precision_recall(np.array([[0.0], [1], [2]]), np.array([[3.0], [3]]), k=1)
    assert (found.precision, found.density, found.coverage) == pytest.approx((1, 1, 1 / 3))
    assert found.recall == 0  # twins have neighbourhoods of radius 0


def test_a_set_against_itself_is_perfect_even_with_twins_in_it():
    features = np.random.RandomState(0).randn(40, 90) + 5
    features[10:20] = features[0]
    found = precision_recall(features, features, k=3)
    assert (found.precision, found.recall, found.coverage) == (1, 1, 1)


def test_density_is_1_on_average_for_two_draws_of_one_source():
    found = precision_recall(*np.random.RandomState(0).randn(2, 600, 6), k=5)
    assert found.density == pytest.approx(1, abs=0.1)
    assert min(found.precision, found.recall, found.coverage) > 0.9


# Variety


def test_variety_of_known_images():
    black, white = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)
    assert variety(np.stack([black, white])) == pytest.approx(2)
    assert variety(np.stack([black, black, black])) == 0
    assert variety(np.stack([black, black, white])) == pytest.approx(4 / 3)  # pairs: 0, 2, 2
    half = black.copy()
    half[:2] = 255  # half the pixels differ by 2
    assert variety(np.stack([black, half])) == pytest.approx(np.sqrt(2))
    assert variety(black[None]) == 0


def test_variety_by_the_definition():
    images = np.random.RandomState(0).randint(0, 256, (9, 5, 5, 1)).astype(np.uint8)
    x = images / 127.5 - 1
    pairs = [np.sqrt(((a - b) ** 2).mean()) for a, b in itertools.combinations(x, 2)]
    assert variety(images) == pytest.approx(np.mean(pairs))


# Twins


def grey(*values) -> np.ndarray:
    return np.stack([np.full((32, 32, 1), value, np.uint8) for value in values])


def test_a_small_copy_holds_the_mean_of_each_part():
    image = np.arange(32 * 32 * 3).reshape(1, 32, 32, 3) % 251
    parts = image.reshape(16, 2, 16, 2, 3).mean((1, 3)) / 127.5 - 1
    np.testing.assert_allclose(small_copies(image.astype(np.uint8), 16)[0], parts.ravel(), atol=1e-6)
    row = np.zeros((1, 28, 28, 1), np.uint8)
    row[0, :, 5] = 255  # a part is 1.75 columns wide, and one ends at 5.25, a quarter into this column
    found = small_copies(row, 16).reshape(16, 16)[0]
    expected = np.full(16, -1.0)
    expected[2], expected[3] = -1 + 2 * 0.25 / 1.75, -1 + 2 * 0.75 / 1.75
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_distance_of_twins_is_a_low_percentile_of_that_between_real_images():
    real = grey(0, 51, 102, 255)  # -1, -0.6, -0.2, 1: to the nearest other 0.4, 0.4, 0.4, 1.2
    assert twin_distance(real, 4) == pytest.approx(0.4, rel=1e-5)
    # in two groups of two, 0.4 and 1.2 apart: a hundredth of the way up the four distances
    assert twin_distance(real, 2) == pytest.approx(np.quantile([0.4, 0.4, 1.2, 1.2], 0.01), rel=1e-5)
    assert twin_distance(real, 9) == twin_distance(real, 4)


def test_twins_are_counted_by_hand():
    images = grey(0, 30, 100, 200)  # to the nearest other 30, 30, 70 and 100 grey levels
    assert twins(images, 31 / 127.5) == pytest.approx(2 / 4)
    assert twins(images, 71 / 127.5) == pytest.approx(3 / 4)
    assert twins(images, 29 / 127.5) == 0
    assert near_duplicates(images, grey(0, 51, 102, 255)) == pytest.approx(2 / 4)  # within 51
    assert near_duplicates(grey(7, 7, 7), grey(0, 100, 200)) == 1
    assert near_duplicates(grey(7, 7, 7, 7), grey(9, 9, 9, 9)) == 1  # though real ones are no further apart


@pytest.mark.parametrize("name", BUNDLED)
def test_real_images_have_few_twins_and_copies_many(name):
    data = load(name)
    real, images = data.train.images, data.held_out.images
    distance = twin_distance(real, 256)
    rest = np.concatenate([images, real[-2048:]])  # none of them among those that the distance is taken from
    groups = [rest[i : i + 256] for i in range(0, len(rest) - 255, 256)]
    assert np.mean([twins(group, distance) for group in groups]) < 0.015
    for count in (512, 1200):
        assert near_duplicates(images[:count], real) < 0.02
    assert near_duplicates(np.repeat(images[:64], 2, 0), real) == 1
    noise = np.random.RandomState(0).normal(0, 20, (64, *images.shape[1:]))
    one_mode = np.clip(images[5] + noise, 0, 255).astype(np.uint8)  # all that differs is noise
    assert near_duplicates(one_mode, real) > 0.95
    half = np.concatenate([images[:128], np.repeat(images[200:201], 128, 0)])
    assert near_duplicates(half, real) == pytest.approx(0.5, abs=0.03)


# Values lost

KINDS = ("hat", "cap", "wig")


def test_a_value_is_lost_when_chance_would_not_lose_it():
    real = np.repeat([0, 1, 2], [90, 10, 0])
    assert lost_values(real, np.zeros(100, int), KINDS) == ("cap",)  # 10 of 10 on one side: about 2⁻¹⁰
    assert lost_values(real, np.repeat([0, 1], [99, 1]), KINDS) == ()
    assert lost_values(real, np.zeros(20, int), KINDS) == ()  # too few to tell
    assert lost_values(real, np.full(100, 2), KINDS) == ("hat", "cap")
    assert lost_values(real, np.zeros(0, int), KINDS) == ()


def test_some_mistakes_of_the_classifier_can_be_allowed_for():
    real, fake = np.repeat([0, 1], [500, 500]), np.repeat([0, 1], [460, 40])
    assert lost_values(real, fake, KINDS) == ()
    assert lost_values(real, fake, KINDS, mistaken=0.2) == ("cap",)  # 40 of the 250 to be expected: 0.16
    assert lost_values(real, fake, KINDS, mistaken=0.1) == ()


@pytest.mark.parametrize(("n", "m", "r", "f"), [
    (100, 100, 9, 0), (100, 100, 10, 0), (2000, 256, 52, 0), (2000, 256, 60, 0), (500, 2000, 4, 0),
    (500, 2000, 5, 0), (100, 100, 14, 2), (100, 100, 18, 2), (2000, 512, 60, 3), (2000, 512, 70, 3),
])  # fmt: skip
def test_lost_is_fishers_exact_test(n, m, r, f):
    from scipy import stats  # a second that no other test needs

    p = stats.fisher_exact([[r, n - r], [f, m - f]], alternative="greater").pvalue
    real, fake = np.repeat([0, 1], [n - r, r]), np.repeat([0, 1], [m - f, f])
    assert (lost_values(real, fake, ("a", "b"), mistaken=1) == ("b",)) == (p < 1e-3)


def test_chance_hardly_ever_loses_a_value():
    random = np.random.RandomState(0)
    shares = np.array([0.6, 0.3, 0.05, 0.03, 0.015, 0.005])
    draw = lambda count: random.choice(6, count, p=shares)  # noqa: E731
    alarms = [lost_values(draw(400), draw(256), "abcdef") for _ in range(500)]
    assert sum(map(bool, alarms)) <= 2


# What has no answer

GOOD = np.random.RandomState(0).randn(10, 3)
HOLED = np.where(np.arange(30).reshape(10, 3) == 7, np.nan, GOOD)


@pytest.mark.parametrize(
    ("measure", "arguments", "message"),
    [
        (kernel_distance, (GOOD, HOLED), "not finite"),
        (kernel_distance, (GOOD, GOOD[:1]), "at least 2 samples"),
        (kernel_distance, (GOOD, GOOD[:, :2]), "same number of features"),
        (kernel_distance, (GOOD, GOOD[0]), "one row a sample"),
        (precision_recall, (GOOD, HOLED, 3), "not finite"),
        (precision_recall, (GOOD, GOOD[:4], 4), "k must be at least 1 and below 4"),
        (precision_recall, (GOOD, GOOD, 0), "k must be"),
        (precision_recall, (GOOD, GOOD, 2.5), "k must be"),
        (feature_statistics, (GOOD[:1],), "at least 2 samples"),
        (feature_statistics, (HOLED,), "not finite"),
        (frechet_distance, (np.zeros(2), np.eye(2), np.zeros(3), np.eye(3)), "same d"),
        (frechet_distance, (np.zeros(2), np.eye(2), np.zeros(2), np.eye(3)), "same d"),
        (frechet_distance, (np.zeros(2), np.eye(2), np.full(2, np.inf), np.eye(2)), "not finite"),
        (frechet_distance, (np.zeros(2), np.eye(2), np.zeros(2), -np.eye(2)), "negative eigenvalue"),
        (inception_score, (np.full((5, 2), np.nan),), "not finite"),
        (inception_score, (np.full((5, 2), 0.4),), "sum to 1"),
        (inception_score, (np.tile([1.5, -0.5], (5, 1)),), "negative"),
        (inception_score, (np.zeros((0, 2)),), "at least 1 sample"),
        (variety, (np.zeros((2, 4, 4, 3), np.float32),), "uint8"),
        (variety, (np.zeros((4, 4, 3), np.uint8),), r"\(n, h, w, c\)"),
        (variety, (np.zeros((0, 4, 4, 3), np.uint8),), "at least one"),
        (near_duplicates, (np.zeros((1, 4, 4, 3), np.uint8), np.zeros((9, 4, 4, 3), np.uint8)), "at least 2"),
        (near_duplicates, (np.zeros((9, 4, 4, 3), np.uint8), np.zeros((1, 4, 4, 3), np.uint8)), "at least 2"),
        (twins, (np.zeros((9, 4, 4, 3)), 0.1), "uint8"),
        (twin_distance, (np.zeros((9, 4, 4, 3), np.uint8), 1), "at least 2"),
        (lost_values, (np.array([0, 3]), np.array([0]), KINDS), "from 0 to 2"),
        (lost_values, (np.array([0]), np.array([-1]), KINDS), "from 0 to 2"),
        (lost_values, (np.array([[0]]), np.array([0]), KINDS), r"\(n,\)"),
    ],
)
def test_what_has_no_answer_gets_a_sentence(measure, arguments, message):
    with pytest.raises(ValueError, match=message):
        measure(*arguments)


def plain(level: int, side: int = 16) -> np.ndarray:
    return np.full((1, side, side, 3), level, np.uint8)


def test_psnr_of_one_and_of_sixteen_levels_is_what_pencil_and_paper_say():
    # 20 log10(255) and 20 log10(255 / 16)
    assert psnr(plain(100), plain(101)) == pytest.approx(48.1308, abs=1e-4)
    assert psnr(plain(100), plain(116)) == pytest.approx(24.0484, abs=1e-4)
    assert np.isinf(psnr(plain(3), plain(3)))
    both = psnr(np.concatenate([plain(0), plain(0)]), np.concatenate([plain(1), plain(16)]))
    assert both == pytest.approx([48.1308, 24.0484], abs=1e-4)  # image by image, below 0 wrapping nowhere


def test_an_image_is_nearer_to_what_differs_by_less():
    images, own = np.concatenate([plain(100), plain(100)]), np.concatenate([plain(110), plain(110)])
    assert nearer(images, own, np.concatenate([plain(80), plain(95)])).tolist() == [True, False]


def test_correlation_is_pearsons_of_the_brightness_of_each_pair():
    random = np.random.RandomState(0)
    a, b = (random.randint(0, 256, (3, 5, 5, 3)).astype(np.uint8) for _ in range(2))
    b[2] = 7  # flat
    expected = [
        np.corrcoef(x.mean(-1).ravel(), y.mean(-1).ravel())[0, 1] for x, y in zip(a, b[:2], strict=False)
    ]
    assert correlation(a, b) == pytest.approx([*expected, 0], abs=1e-5)
    assert correlation(a, 255 - a) == pytest.approx([-1] * 3, abs=1e-5)


def test_ssim_of_plain_images_is_what_its_formula_leaves():
    # without any variance (2·a·b + c1) / (a² + b² + c1) stays, c1 = 2.55²
    assert ssim(plain(1), plain(2)) == pytest.approx(0.91306, abs=1e-5)
    assert ssim(plain(0), plain(255)) == pytest.approx(1e-4, abs=1e-6)
    assert ssim(plain(77), plain(77)) == pytest.approx(1)


def test_ssim_sees_structure_and_no_shift_of_the_whole():
    random = np.random.RandomState(0)
    image = random.randint(40, 200, (2, 24, 24, 3)).astype(np.uint8)
    assert ssim(image, 255 - image).max() < -0.5  # turned over, and so below nothing in common
    assert ssim(image, image + 8).min() > 0.98


@pytest.mark.parametrize("wrong", [plain(0).astype(float), plain(0)[0], plain(0, 17)])
def test_pictures_that_cannot_be_compared_are_refused(wrong):
    for measure in (psnr, ssim):
        with pytest.raises(ValueError, match="of one shape"):
            measure(plain(0), wrong)
    with pytest.raises(ValueError, match="at least 11"):
        ssim(plain(0, 8), plain(0, 8))


# How sure a share is


@pytest.mark.parametrize(("wrong", "count", "low", "high"), [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
])  # fmt: skip
def test_wilson_as_it_is_printed_by_newcombe(wrong, count, low, high):
    """Table I of Newcombe (1998), method 3."""
    assert wilson(wrong, count) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("wrong", "count"), [(6, 20), (10, 20), (120, 400), (1, 3)])
def test_at_its_ends_the_share_is_just_improbable(wrong, count):
    """Each end x solves (p - x)² = z² x (1 - x) / n: what was found lies 1.96 of its deviations away."""
    from scipy import stats

    share, z = wrong / count, stats.norm.ppf(0.975)
    for x in wilson(wrong, count):
        assert abs(share - x) == pytest.approx(z * np.sqrt(x * (1 - x) / count), rel=1e-9)


def test_nothing_counted_says_nothing_and_no_share_is_an_error():
    assert wilson(0, 0) == (0, 1)
    assert wilson(20, 20)[1] == 1 and wilson(0, 20)[0] == 0
    for wrong, count in ((-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="no share"):
            wilson(wrong, count)
