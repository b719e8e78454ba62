"""The one file format of data sets: an .npz of images, labels, label_names and label_values (a JSON text)."""

import io
import json
import lzma
import os
from pathlib import Path

import numpy as np

from gan.data.sets import DataError


def read(path: Path) -> dict:
    """The fields of a DataSet from an .npz or a packed .npz.xz. Raises DataError for any other file."""
    try:
        source = io.BytesIO(lzma.decompress(path.read_bytes())) if path.suffix == ".xz" else path
        with np.load(source, allow_pickle=False) as stored:
            images, labels = stored["images"], stored["labels"]
            names = tuple(map(str, stored["label_names"]))
            values = json.loads(str(stored["label_values"]))
        values = {name: tuple(values[name]) for name in names}
    except Exception as error:  # of zip, lzma, numpy or JSON: the file is not ours, or it is broken
        raise DataError(f"{path.name} is not a data set that GAN Studio wrote, or it is damaged.") from error
    _check(path.name, images, labels, names)
    images.flags.writeable = labels.flags.writeable = False
    return {"images": images, "labels": labels, "label_names": names, "label_values": values}


def write(path: Path, images, labels, label_names=(), label_values=None):
    """Writes beside `path` first and then renames: there is a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            np.savez(
                file,
                images=images,
                labels=np.asarray(labels, np.uint8),
                label_names=np.array(label_names, np.str_),
                label_values=np.array(json.dumps(label_values or {})),
            )
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _check(name: str, images: np.ndarray, labels: np.ndarray, label_names: tuple[str, ...]):
    is_square = images.ndim == 4 and images.shape[1] == images.shape[2] and images.shape[3] in (1, 3)
    if images.dtype != np.uint8 or not is_square or len(images) < 2:
        raise DataError(f"{name} holds no square images: uint8 (n, size, size, 1 or 3), two at least.")
    if labels.dtype != np.uint8 or labels.shape != (len(images), len(label_names)):
        raise DataError(f"{name} holds labels that don't fit its images: uint8 (n, number of label names).")
