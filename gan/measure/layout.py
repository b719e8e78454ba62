"""Many images on a plane, so that those which are alike lie close."""

import numpy as np
from numpy import ndarray

from gan.metrics import small_copies

SIDE = 8  # of the small copies that are compared


def laid_out(images: ndarray, columns: int) -> ndarray:
    """Images (n, h, w, c) uint8 -> which of them stands where, (rows, columns); n is a multiple of columns.

    By the two directions in which their small copies differ most (PCA): the first grows from left to right,
    and in each column the second from top to bottom.
    """
    across, down = _two_greatest(small_copies(images, SIDE).astype(np.float64))
    parts = across.argsort(kind="stable").reshape(columns, -1)
    return np.stack([part[down[part].argsort(kind="stable")] for part in parts], 1)


def _two_greatest(values: ndarray) -> ndarray:
    """(n, k) -> (2, n) where each row lies along the first two principal directions."""
    centred = values - values.mean(0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    first = directions[:2]
    # either end may come first: the same one everywhere
    signs = np.sign(first[np.arange(len(first)), np.abs(first).argmax(1)])
    return signs[:, None] * (first @ centred.T)
