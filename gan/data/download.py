"""torchvision's data sets: downloaded when asked for, kept as one .npz each, which later loads read."""

from pathlib import Path

from gan.data.sets import DataError

CELEBA_COUNT = 30_000  # of 202,599: as many as fit a small server's memory at 64 pixels (370 MB)


def fetch(name: str) -> Path:
    raise DataError(f"{name} can't be downloaded yet.")
