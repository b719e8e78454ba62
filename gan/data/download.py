"""torchvision's data sets: downloaded when asked for, then kept as one .npz each, which later loads read.

All that torchvision downloads lies in a folder that is removed when it is done or has failed, so a broken
download never stands in the way of the next try. torchvision is imported only here, and only then.
"""

import errno
import logging
import os
import shutil
import socket
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from gan.data import store
from gan.data.sets import DataError
from gan.images import fit

log = logging.getLogger(__name__)
BUNDLED = "pixel_faces, open_peeps, fashion_mnist"
TIMEOUT = 10.0  # seconds without a byte after which a server counts as gone
DISK = (errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
STALE = 24 * 3600  # after which a folder left by a killed download is swept away
CELEBA_COUNT = 30_000  # of 162,770: as many as fit a small server's memory at 64 pixels (370 MB)
CELEBA_LABELS = (  # as the header of its file has them
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
)
DIGITS = tuple("0123456789")
GARMENTS = (  # in the words of the bundled part
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)

_lock = threading.Lock()


def folder() -> Path:
    return Path(os.environ.get("GAN_STUDIO_DATA") or Path.home() / ".cache" / "gan-studio")


def fetch(name: str, title: str) -> Path:
    """The .npz of one of READERS' sets, downloaded if it is not here yet. Raises DataError, a sentence."""
    kept = folder() / f"{name}.npz"
    if kept.is_file():
        return kept
    with _lock:
        if not kept.is_file():  # someone else may have fetched it meanwhile
            _download(name, title, kept)
    return kept


def _download(name: str, title: str, kept: Path):
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        _sweep(kept.parent)
        with tempfile.TemporaryDirectory(suffix=".part", dir=kept.parent, ignore_cleanup_errors=True) as root:
            with _short_timeout():
                fields = READERS[name](Path(root), download=True)
            store.write(kept, **fields)
    except Exception as error:  # URLError, timeouts, RuntimeError of a wrong checksum, a full disk, …
        log.warning("Downloading %s failed: %r", name, error)
        raise DataError(_sentence(title, error)) from error


def _sentence(title: str, error: Exception) -> str:
    if "gdown" in str(error):  # what torchvision raises where that package is missing
        reason = f"{title} comes from Google Drive, which needs one more package: pip install gdown"
    elif isinstance(error, OSError) and error.errno in DISK:
        reason = f"{title} could not be kept on the server ({error.strerror})"
    else:
        reason = f"{title} could not be downloaded; the server or the network did not answer as it should"
    return f"{reason}. These work offline: {BUNDLED}."


def _sweep(parent: Path):
    for left in parent.glob("*.part"):
        if time.time() - left.stat().st_mtime < STALE:
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextmanager
def _short_timeout():
    """torchvision opens its addresses without a timeout of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _mnist(root: Path, download: bool) -> dict:
    from torchvision.datasets import MNIST

    data = MNIST(root, train=True, download=download)
    return _fields(data.data.numpy()[..., None], data.targets.numpy(), "digit", DIGITS)


def _fashion_mnist_full(root: Path, download: bool) -> dict:
    from torchvision.datasets import FashionMNIST

    data = FashionMNIST(root, train=True, download=download)
    return _fields(data.data.numpy()[..., None], data.targets.numpy(), "garment", GARMENTS)


def _cifar10(root: Path, download: bool) -> dict:
    from torchvision.datasets import CIFAR10

    data = CIFAR10(root, train=True, download=download)
    return _fields(data.data, data.targets, "kind", tuple(data.classes))


def _svhn(root: Path, download: bool) -> dict:
    from torchvision.datasets import SVHN

    data = SVHN(root, split="train", download=download)
    return _fields(data.data.transpose(0, 2, 3, 1), data.labels, "digit", DIGITS)


def _celeba(root: Path, download: bool) -> dict:
    from torchvision.datasets import CelebA

    if download:  # gdown waits without end for a server that is silent; this does not
        urllib.request.urlopen("https://drive.google.com/", timeout=TIMEOUT).close()
    data = CelebA(root, split="train", target_type="attr", download=download)
    count = min(CELEBA_COUNT, len(data))
    images = np.empty((count, 64, 64, 3), np.uint8)
    for row in range(count):
        images[row] = fit(data[row][0], 64, 3)  # of 178 × 218, the square in the middle
    names = tuple(data.attr_names[: data.attr.shape[1]])
    return {
        "images": images,
        "labels": data.attr[:count].numpy(),
        "label_names": names,
        "label_values": {name: ("no", "yes") for name in names},
    }


def _fields(images: np.ndarray, labels, name: str, values: tuple[str, ...]) -> dict:
    labels = np.asarray(labels, np.uint8)[:, None]
    return {"images": images, "labels": labels, "label_names": (name,), "label_values": {name: values}}


# root, download -> the fields of a DataSet
READERS = {
    "mnist": _mnist,
    "fashion_mnist_full": _fashion_mnist_full,
    "cifar10": _cifar10,
    "svhn": _svhn,
    "celeba": _celeba,
}
