"""Files of weights: what one holds is read from its header, and held against what is needed, before the rest.

A header names tensors, so one that lies could have anything allocated; here names, types and shapes come from
networks that were built without any memory.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from gan.system.reading import OF_LFS, POINTER, Spoilt, built, check_file, parsed, small_file, why

MOST_HEADER = 2**20  # bytes
MOST_BYTES = 8 * 2**30  # of a file, whatever it is said to hold
BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "U8": 1, "BOOL": 1}
NAMES = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64", torch.uint8: "U8"}

Kind = tuple[str, tuple[int, ...]]  # of a tensor: its type as safetensors calls it, and its shape


@dataclass(frozen=True)
class _Entry:
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


@dataclass(frozen=True)
class Header:
    """What stands at the beginning of a file of weights."""

    tensors: dict[str, Kind]
    about: dict[str, str]  # texts beside them
    bytes: int  # of the whole file

    def rows(self, name: str, most: int) -> int:
        """The length of an array, from 1 to `most`. Raises Spoilt."""
        shape = self.tensors.get(name, ("", ()))[1]
        if not shape or not 1 <= shape[0] <= most:
            raise Spoilt(f"it holds no {name}, or one of another length than there can be")
        return shape[0]


def header(path: Path) -> Header:
    """Reads no more than the header. Raises OSError or Spoilt."""
    size = check_file(path, MOST_BYTES)
    with path.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if start and POINTER.startswith(start):
            raise Spoilt(f"{path.name} {OF_LFS}")
        if len(start) < 8 or length > min(MOST_HEADER, size - 8):
            raise Spoilt(f"{path.name} is no file of weights, or it is cut off")
        values = parsed(file.read(length))
    if not isinstance(values, dict):
        raise Spoilt(f"{path.name} is no file of weights")
    about = values.pop("__metadata__", {})
    tensors = {name: _kind(name, value) for name, value in values.items()}
    if size != 8 + length + sum(map(size_of, tensors.values())):
        raise Spoilt(f"{path.name} is cut off, or longer than what it holds")
    return Header(tensors, about if isinstance(about, dict) else {}, size)


def _kind(name: str, value) -> Kind:
    entry = built(_Entry, value)
    if entry.dtype not in BYTES or any(side < 0 for side in entry.shape) or len(entry.shape) > 8:
        raise Spoilt(f"{name[:60]} is no tensor that can be here")
    return entry.dtype, entry.shape


def size_of(kind: Kind) -> int:
    return BYTES[kind[0]] * math.prod(kind[1])


def _as_the_first(tensor, *_, **__):
    return tensor


# Without memory there is nothing to fill or to work out. Torch would find the shapes of these in Python, and
# for that import its compiler: more than a second and 140 MB of each process that reads a model.
SHAPES: dict[Callable, Callable] = {
    **dict.fromkeys((nn.init.normal_, nn.functional.normalize, Tensor.normal_, Tensor.div), _as_the_first),
    torch.randn: torch.empty,
    torch.mv: lambda matrix, _: matrix[:, 0],
    **dict.fromkeys((torch.dot, torch.vdot), lambda one, _: one[0]),
}


class _Shapes(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        return SHAPES.get(func, func)(*args, **(kwargs or {}))


@contextmanager
def without_memory() -> Iterator[None]:
    """The networks that are built meanwhile have shapes alone, however large they are."""
    with torch.device("meta"), _Shapes():
        yield


def kinds(networks: Mapping[str, nn.Module]) -> dict[str, dict[str, Kind]]:
    """name -> the tensors of that network."""
    return {
        name: {key: kind_of(value) for key, value in network.state_dict().items()}
        for name, network in networks.items()
    }


def kind_of(value: Tensor) -> Kind:
    return NAMES[value.dtype], tuple(value.shape)


def check(there: dict[str, Kind], needed: dict[str, Kind]):
    """Raises Spoilt, unless these are the tensors that are needed, no more and no less."""
    for name, (dtype, shape) in needed.items():
        if name not in there:
            raise Spoilt(f"{name} is missing")
        if there[name] != (dtype, shape):
            found, of = there[name]
            raise Spoilt(f"{name} is {found} {list(of)} in place of {dtype} {list(shape)}")
    if more := next((name for name in there if name not in needed), None):
        raise Spoilt(f"it holds {more[:60]}, which nothing here needs")


def load_all(path: Path, most: int) -> dict[str, Tensor]:
    """All tensors of a checked file, in memory of their own. Raises OSError or Spoilt.

    Mapped memory would change, or end the program, when somebody writes into the file.
    """
    try:
        return load(small_file(path, most))
    except SafetensorError as error:
        raise Spoilt(why(error)) from None


def load_mapped(path: Path, prefix: str = "") -> dict[str, Tensor]:
    """The same for a large file that is used up at once; of those alone whose names begin so."""
    try:
        with safe_open(path, "pt") as file:
            names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118, no dict
            return {name: file.get_tensor(name) for name in names}
    except SafetensorError as error:
        raise Spoilt(why(error)) from None
