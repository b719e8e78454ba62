"""Ways to spoil the files of a model: by hand, one by one, and by chance, as many as one likes."""

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
HUGE = "9" * 5000


def replaced(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content)


def text(change: Callable[[str], str]) -> Callable[[Path], None]:
    return lambda path: path.write_text(change(path.read_text()))


def table(**news) -> Callable[[Path], None]:
    """Some fields of a JSON file are others."""
    return lambda path: path.write_text(json.dumps(json.loads(path.read_text()) | news))


def within(table: str, **news) -> Callable[[Path], None]:
    """The same in one of its tables."""

    def spoil(path: Path):
        values = json.loads(path.read_text())
        values[table] |= news
        path.write_text(json.dumps(values))

    return spoil


def in_place_of_it(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def spoil(path: Path):
        path.unlink()
        make(path)

    return spoil


def large(path: Path):
    with path.open("r+b") as file:
        file.truncate(300 * 2**20)  # a hole, which takes no disk


def header(change: Callable[[dict], dict | None]) -> Callable[[Path], None]:
    """What the header of a file of weights says is otherwise; the rest stays."""

    def spoil(path: Path):
        data = path.read_bytes()
        length = struct.unpack("<Q", data[:8])[0]
        values = json.loads(data[8 : 8 + length])
        said = json.dumps(change(values) or values).encode()
        path.write_bytes(struct.pack("<Q", len(said)) + said + data[8 + length :])

    return spoil


def about(change: Callable[[str], str]) -> Callable[[Path], None]:
    """What the header of a training state says of the run is otherwise."""
    return header(lambda values: values["__metadata__"].update(state=change(values["__metadata__"]["state"])))


def of_a_tensor(**news) -> Callable[[Path], None]:
    """One of the tensors, "change", is said to be otherwise."""
    return header(lambda values: values["change"].update(**news))


def arrays(**news: np.ndarray) -> Callable[[Path], None]:
    """Some of the tensors are others."""

    def spoil(path: Path):
        others = {name.replace("__", "."): value for name, value in news.items()}
        path.write_bytes(save({**load(path.read_bytes()), **others}))

    return spoil


def grown(path: Path):
    """An array of 50 million values: a hole in the file, and no more than a line in the header."""
    large = {"dtype": "F32", "shape": [6_250_000, 8], "data_offsets": [0, 2 * 10**8]}
    header(lambda values: values | {"directions": large})(path)
    with path.open("r+b") as file:
        file.truncate(2 * 10**8 + path.stat().st_size)


def million(path: Path):
    """A header of a million names: 90 MB."""
    with path.open("r+b") as file:
        file.write(struct.pack("<Q", 90_000_000))
        file.truncate(100_000_000)


ANY = {  # spoils any file
    "empty": replaced(b""),
    "a pointer of Git LFS": replaced(LFS),
    "a pipe": in_place_of_it(os.mkfifo),
    "a device": in_place_of_it(lambda path: path.symlink_to("/dev/zero")),
    "a folder": in_place_of_it(Path.mkdir),
    "300 MB": large,
}
JSON = (
    ANY
    | {  # any JSON of ours
        "cut off": text(lambda said: said[: len(said) // 2]),
        "nested 200,000 deep": replaced(b"[" * 200_000),
        "nested within a table": text(
            lambda said: '{"format": ' + "[" * 50_000 + "]" * 50_000 + "," + said[1:]
        ),
        "a whole number of 5,000 digits": text(lambda said: f'{{"format": {HUGE},' + said[1:]),
        "UTF-16": lambda path: path.write_bytes(path.read_text().encode("utf-16")),
        "not UTF-8": lambda path: path.write_bytes(b'{"\xff": 1}'),
        "said twice": text(lambda said: said[:-1].rstrip() + "," + said[1:]),
        "a list": replaced(b"[]"),
        "null": replaced(b"null"),
        "an empty table": replaced(b"{}"),
        "an unknown field": table(unknown=1),
    }
)

ANY_WEIGHTS = ANY | {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"0" * 100),
    "no header": replaced(b"\x00" * 4000),
    "a header of a million names": million,
    "a list": header(lambda values: [values]),
    "null": header(lambda values: {"change": None}),
    "one more": arrays(more=np.zeros(3, np.float32)),
}
WEIGHTS = ANY_WEIGHTS | {
    "50 million values": grown,
    "a shape that is not": of_a_tensor(shape=[2, 4]),
    "a negative shape": of_a_tensor(shape=[-8]),
    "a huge shape": of_a_tensor(shape=[10**18, 10**18]),
    "no shape": of_a_tensor(shape=None),
    "a type that is not": of_a_tensor(dtype="I32"),
    "no scores": arrays(calibration__real=np.zeros(0, np.float32)),
    "not numbers": arrays(change=np.full(8, np.nan, np.float32)),
}
STATES = ANY_WEIGHTS | {
    "a step less than none": about(lambda said: said.replace('"step": 2', '"step": -2')),
    "a config of null": about(lambda said: '{"config": null}'),
    "nested deep": about(lambda said: "[" * 100_000),
    "of other networks": about(lambda said: said.replace('"latent_dim": 8', '"latent_dim": 9')),
    "nothing about it": header(lambda values: values.pop("__metadata__") and None),
    "about a number": header(lambda values: values.update(__metadata__=7)),
}


def mutated(content: bytes, random: np.random.RandomState) -> bytes:
    """A few bytes of a file otherwise, its end off, a piece of it elsewhere, or a number in it another."""
    data = bytearray(content)
    near = min(len(data), 3000)  # where headers and configs are: further on all is weights
    for _ in range(random.randint(1, 4)):
        at = random.randint(near)
        match random.randint(6):
            case 0:
                data[at] = random.randint(256)
            case 1:
                del data[at : at + random.randint(1, 40)]
            case 2:
                data[at:at] = bytes(data[random.randint(near) :][: random.randint(1, 40)])
            case 3:
                del data[random.randint(len(data)) :]
            case 4:
                digits = [i for i in range(near) if 48 <= data[i] < 58] or [at]
                data[digits[random.randint(len(digits))]] = 48 + random.randint(10)
            case 5:
                data[:8] = struct.pack("<Q", random.randint(1 << random.randint(1, 31)))
        near = min(len(data), near)
        if not near:
            break
    return bytes(data)
