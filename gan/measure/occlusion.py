"""Where a Discriminator looks: how its logit changes when a patch of the image is covered.

Zeiler & Fergus (2014), section 4.2. Slower than a gradient map and easier to trust: it is what one would do
by hand with a strip of paper. Nearly any covering makes a picture look less real, and most so where its kind
has most to show. So a map is held against the mean map of real pictures: what tells a generated one is where
covering it costs less than that.
"""

from collections.abc import Callable

import numpy as np
from numpy import ndarray

PATCHES = 8  # positions along each side
PATCH_SHARE = 4  # the patch is a fourth of the side
REALS = 24  # pictures whose mean map is what real ones usually have


def heat_map(logits: Callable[[ndarray], ndarray], image: ndarray) -> ndarray:
    """(h, w) float32: mean fall of the logit over the patches that cover a pixel; above 0 speaks for real.

    logits: images (n, h, w, c) uint8 -> (n,). image: (h, w, c) uint8. A patch is painted in the image's mean
    colour.
    """
    side = image.shape[0]
    patch = max(1, side // PATCH_SHARE)
    corners = np.linspace(0, side - patch, PATCHES).round().astype(int)
    windows = [(slice(y, y + patch), slice(x, x + patch)) for y in corners for x in corners]
    covered = np.repeat(image[None], len(windows), axis=0)
    for copy, window in zip(covered, windows, strict=True):
        copy[window] = image.mean(axis=(0, 1)).round()
    scores = logits(np.concatenate([image[None], covered]))
    falls, counts = np.zeros(image.shape[:2], np.float32), np.zeros(image.shape[:2], np.float32)
    for window, score in zip(windows, scores[1:], strict=True):
        falls[window] += scores[0] - score
        counts[window] += 1
    return falls / counts
