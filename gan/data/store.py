"""The one file format of data sets: an .npz of images, labels, label_names and label_values (a JSON text).

Of people's own pictures it also says, in `made`, how they became squares (JSON too; older files do not).
Where images stand in pairs, `pair` has a number for each.
"""

import io
import json
import lzma
import math
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from gan.data.sets import DataError
from gan.specs import FITS
from gan.system.reading import Spoilt, check_file, parsed, typed

MOST_BYTES = 16 * 2**30  # of all images, unpacked
MOST_PACKED = 100  # times smaller than they are that images can be packed
ARRAYS = {  # the kind of each array's numbers, how many sides it has, the most bytes
    "images": ("u", 4, MOST_BYTES), "labels": ("u", 2, MOST_BYTES),
    "label_names": ("U", 1, 2**20), "label_values": ("U", 0, 4 * 2**20), "made": ("U", 0, 2**10),
    "pair": ("u", 1, 2**30),
}  # fmt: skip
OPTIONAL = {"made", "pair"}
MADE = {"fit": "crop", "cut_bars": False}
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read(path: Path) -> dict:
    """The fields of a DataSet from an .npz or a packed .npz.xz. Raises DataError for any other file."""
    try:
        check_file(path, MOST_BYTES)
        with _opened(path) as file:
            _check_sizes(file)
            file.seek(0)
            stored = np.load(file, allow_pickle=False)
            images, labels = stored["images"], stored["labels"]
            names = tuple(map(str, stored["label_names"]))
            values = typed(parsed(str(stored["label_values"])), dict[str, tuple[str, ...]])
            made = _made(parsed(str(stored["made"]))) if "made" in stored else MADE
            pair = stored["pair"] if "pair" in stored else np.zeros(0, np.uint16)
        values = {name: values[name] for name in names}
    except Exception as error:  # of zip, lzma, numpy or JSON: the file is not ours, or it is broken
        raise DataError(f"{path.name} is not a data set that GAN Studio wrote, or it is damaged.") from error
    _check(path.name, images, labels, names)
    if any(len(values[name]) <= column.max() for name, column in zip(names, labels.T, strict=True)):
        raise DataError(f"{path.name} holds labels that have no name.")
    if len(pair) and not _are_pairs(pair, len(images)):
        raise DataError(
            f"{path.name} holds pairs that are none: two images behind each other have one number."
        )
    for array in (images, labels, pair):
        array.flags.writeable = False
    return {"images": images, "labels": labels, "label_names": names, "label_values": values, "pair": pair,
            **made}  # fmt: skip


def _opened(path: Path) -> BinaryIO:
    return io.BytesIO(lzma.decompress(path.read_bytes())) if path.suffix == ".xz" else path.open("rb")


def _check_sizes(source: BinaryIO):
    """Holds what each array says of itself against its size, before any is unpacked. Raises Spoilt."""
    with zipfile.ZipFile(source) as archive:
        there = set(archive.namelist())
        for name, (kind, sides, most) in ARRAYS.items():
            if name in OPTIONAL and f"{name}.npy" not in there:
                continue
            info = archive.getinfo(f"{name}.npy")
            with archive.open(info) as file:
                version = np.lib.format.read_magic(file)
                shape, _, dtype = HEADERS[version](file)
                size = file.tell() + dtype.itemsize * math.prod(shape)
            if dtype.kind != kind or len(shape) != sides or size != info.file_size or size > most:
                raise Spoilt(f"{name} is not what can be here")
            if size > MOST_PACKED * info.compress_size + 2**20:
                raise Spoilt(f"{name} is packed too well to be pictures")


def _made(said: dict) -> dict:
    """Raises Spoilt for what no picture can be made by."""
    fit, cut_bars = typed(said["fit"], str), typed(said["cut_bars"], bool)
    if fit not in FITS:
        raise Spoilt("pictures cannot be fitted so")
    return {"fit": fit, "cut_bars": cut_bars}


def write(path: Path, images, labels, label_names=(), label_values=None, fit="crop", cut_bars=False, pair=()):
    """Writes beside `path` first and then renames: there is a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    arrays: dict[str, Any] = {
        "images": images, "labels": np.asarray(labels, np.uint8),
        "label_names": np.array(label_names, np.str_),
        "label_values": np.array(json.dumps(label_values or {})),
        "made": np.array(json.dumps({"fit": fit, "cut_bars": cut_bars})),
    } | ({"pair": np.asarray(pair)} if len(pair) else {})  # fmt: skip
    try:
        with part.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _are_pairs(pair: np.ndarray, count: int) -> bool:
    """Two images behind each other have one number, which no others have."""
    first, second = pair[::2], pair[1::2]
    return len(pair) == count and np.array_equal(first, second) and len(np.unique(first)) == len(first)


def _check(name: str, images: np.ndarray, labels: np.ndarray, label_names: tuple[str, ...]):
    is_square = images.ndim == 4 and images.shape[1] == images.shape[2] and images.shape[3] in (1, 3)
    if images.dtype != np.uint8 or not is_square or len(images) < 2:
        raise DataError(f"{name} holds no square images: uint8 (n, size, size, 1 or 3), two at least.")
    if labels.dtype != np.uint8 or labels.shape != (len(images), len(label_names)):
        raise DataError(f"{name} holds labels that don't fit its images: uint8 (n, number of label names).")
