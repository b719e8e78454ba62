"""The data sets by name: four in the box, torchvision's on request, and people's own by path."""

import os
import threading
from functools import lru_cache
from pathlib import Path

from gan.config import OWN
from gan.data import download, kept, store
from gan.data.sets import DataError, DataInfo, DataSet

HERE = Path(__file__).parent

# Label columns by set, kept equal to the files by a test
FACES = (
    "glasses", "hat", "hair_length", "hair_color", "skin", "mouth", "beard", "earrings", "clothing_color",
)  # fmt: skip
PEEPS = ("hair", "expression", "glasses", "facial_hair", "skin", "clothing_color")

INFOS = {
    info.name: info
    for info in (
        DataInfo(
            "pixel_faces",
            "Pixel faces",
            32,
            3,
            20_000,
            True,
            "Cartoon faces in pixels, with glasses, hats and beards.",
            "CC0 1.0 (DiceBear Pixel Art)",
            FACES,
        ),
        DataInfo(
            "open_peeps",
            "Open Peeps",
            64,
            3,
            12_000,
            True,
            "Hand-drawn heads in ink and colour.",
            "CC0 1.0 (Open Peeps by Pablo Stanley)",
            PEEPS,
        ),
        DataInfo(
            "fashion_mnist",
            "Fashion-MNIST",
            28,
            1,
            20_000,
            True,
            "Clothes, shoes and bags in grey, ten kinds; the first 20,000.",
            "MIT (Zalando SE)",
            ("garment",),
        ),
        DataInfo(
            "emoji",
            "Emoji",
            64,
            3,
            6_656,
            True,
            "3,328 emoji, each as Noto and as Twemoji draw it: true pairs.",
            "Apache 2.0 (Noto Emoji, Google) and CC BY 4.0 (Twemoji, Twitter and contributors)",
            ("style", "group", "skin"),
        ),
        DataInfo(
            "mnist",
            "MNIST digits",
            28,
            1,
            60_000,
            False,
            "Handwritten digits, 11 MB to download.",
            "CC BY-SA 3.0 (Yann LeCun and Corinna Cortes)",
            ("digit",),
        ),
        DataInfo(
            "fashion_mnist_full",
            "Fashion-MNIST, all of it",
            28,
            1,
            60_000,
            False,
            "All 60,000 training images, 30 MB to download.",
            "MIT (Zalando SE)",
            ("garment",),
        ),
        DataInfo(
            "cifar10",
            "CIFAR-10",
            32,
            3,
            50_000,
            False,
            "Small photos of ten kinds of animals and vehicles, 170 MB to download.",
            "none stated; by Alex Krizhevsky (2009)",
            ("kind",),
        ),
        DataInfo(
            "svhn",
            "Street View house numbers",
            32,
            3,
            73_257,
            False,
            "Photos of digits on houses, 180 MB to download.",
            "for non-commercial use only",
            ("digit",),
        ),
        DataInfo(
            "celeba",
            "CelebA faces",
            64,
            3,
            download.CELEBA_COUNT,
            False,
            "Photos of faces, the first 30,000, 1.4 GB to download.",
            "for non-commercial research only",
            download.CELEBA_LABELS,
        ),
    )
}

_lock = threading.Lock()  # two threads that want the same set load it once


def available() -> list[DataInfo]:
    """All data sets that have a name, bundled ones first."""
    return list(INFOS.values())


def is_here(name: str) -> bool:
    """`load` gives it, or downloads it; own images may be gone."""
    try:
        return name in INFOS or _path(name, None).is_file()
    except DataError:
        return False


def load(name: str | Path) -> DataSet:
    """A data set by its name, or people's own by "own:…" or the path of an .npz; the last two stay in memory.

    Raises DataError, a sentence.
    """
    info = INFOS.get(str(name))
    path = _path(str(name), info)
    with _lock:
        return _read(str(name), path, path.stat().st_mtime_ns)


def _path(name: str, info: DataInfo | None) -> Path:
    if info and info.bundled:
        return HERE / f"{name}.npz.xz"
    if info:
        return download.fetch(name, info.title)  # outside the lock: the others need not wait for it
    if name.startswith(OWN):
        return kept.find(name)
    path = Path(name)
    if path.suffix == ".npz" and os.path.isfile(path):
        return path
    if path.suffix == ".npz":
        raise DataError(f"There is no file {path.name} any more: prepare the images again.")
    raise DataError(f"There is no data set “{name}”; there are {', '.join(INFOS)}, or the path of an .npz.")


@lru_cache(maxsize=2)
def _read(name: str, path: Path, stamp: int) -> DataSet:
    """`stamp` is when the file was written: a file written anew is read anew."""
    if info := INFOS.get(name):
        return DataSet(info.name, info.title, **store.read(path))
    called = kept.title(name) if name.startswith(OWN) else path.stem
    return DataSet(called, f"Own images ({called})", **store.read(path))
