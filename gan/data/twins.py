"""Near-duplicates: images that differ by less than an eye notices at a glance."""

import numpy as np

from gan.metrics import small_copies

# Root mean square difference of two thumbnails, in levels of 255. A picture resized and back, or saved again
# as a good JPEG, mostly stays below. Of 20,000 pixel faces, or garments, two come so near each other, and of
# 12,000 hand-drawn heads, where often only the glasses differ, every seventh comes near another
NEAR = 4.0
THUMB = 16  # pixels a side, or as near to it as whole blocks of pixels allow
ROWS = 128  # compared at once with all that may be near


def nearest_twins(images: np.ndarray, near: float = NEAR) -> np.ndarray:
    """For each image (n, h, w, c) uint8 the row of the nearest other one within `near`, or -1; (n,) int64.

    Exact, without comparing all pairs: two images are never nearer to each other than their shadows on one
    line, the one along which the images differ most, so only neighbours there are held against each other.
    """
    thumbs = _thumbnails(images)
    n, d = thumbs.shape
    place = thumbs @ _longest_axis(thumbs)
    order = np.argsort(place, kind="stable")
    thumbs, place = thumbs[order], place[order]
    squares = np.einsum("nd,nd->n", thumbs, thumbs)
    reach = near * np.sqrt(d) * (1 + 1e-4) + 1e-3  # a little more than `near`, for rounding
    twin = np.full(n, -1)
    for start in range(0, n, ROWS):
        stop = min(start + ROWS, n)
        low, high = np.searchsorted(place, (place[start] - reach, place[stop - 1] + reach))
        distance = squares[start:stop, None] + squares[None, low:high]
        distance -= 2 * thumbs[start:stop] @ thumbs[low:high].T  # (rows, others), squared
        rows = np.arange(stop - start)
        distance[rows, rows + start - low] = np.inf  # not its own twin
        best = distance.argmin(1)
        is_near = distance[rows, best] <= near**2 * d
        twin[order[start:stop][is_near]] = order[low + best[is_near]]
    return twin


def _thumbnails(images: np.ndarray) -> np.ndarray:
    """(n, values) float32, around their mean: large numbers would cost the differences their last digits."""
    side = images.shape[1] // max(1, round(images.shape[1] / THUMB))
    thumbs = 127.5 * small_copies(images, side)
    return thumbs - thumbs.mean(0)


def _longest_axis(thumbs: np.ndarray) -> np.ndarray:
    """About the first principal component, length 1. Any line would do: this one spreads the images most."""
    axis = np.random.RandomState(0).randn(thumbs.shape[1]).astype(np.float32)
    sample = thumbs[:2048]
    for _ in range(8):
        axis /= max(float(np.linalg.norm(axis)), 1e-30)
        axis = sample.T @ (sample @ axis)
    length = float(np.linalg.norm(axis))
    return axis / length if length else np.zeros_like(axis)
