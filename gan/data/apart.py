"""Parquet files read in a process of their own: pyarrow ends the whole process over some damaged ones.

That process has no network and no files: it asks for the bytes it needs, and answers with rows. What it says
is read as JSON and plain bytes, and never unpickled.
"""

import json
import os
from collections.abc import Hashable, Iterator
from contextlib import suppress
from typing import BinaryIO

from gan.data import parquet
from gan.data.parquet import Broken, Column
from gan.data.pile import Labels, TooMuch
from gan.images import ImageError
from gan.limits import Limits
from gan.system import child

CODE = "from gan.system import ending; ending.ignore(); from gan.data.apart import main; main()"
# One thread, and memory that is handed out as it is used, so that a limit on it is one
FRUGAL = {"OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"}
ROOM = 2**30  # bytes of memory beside what an upload may hold
PROCESSOR_SECONDS = 600
MOST_READ = 2**29  # bytes at once


class Table:
    """The rows of parquet files, (path, stream) each: which column holds images, which hold labels.

    Raises Broken for a file that can't be read. A context: the process ends with it.
    """

    def __init__(self, files: list[tuple[str, BinaryIO]], card: dict, limits: Limits):
        self.files, self.last = files, 0
        self.child = child.start(CODE, **FRUGAL)
        try:
            sizes = [stream.seek(0, 2) for _, stream in files]
            paths = [path for path, _ in files]
            asked = {"paths": paths, "sizes": sizes, "card": card, "most": limits.upload_bytes,
                     "files": limits.upload_files}  # fmt: skip
            child.send(child.requests_of(self.child), json.dumps(asked, default=str).encode())
            told, _ = self._hear()
        except BaseException:
            self.close()
            raise
        self.image, self.total = told["image"], told["total"]
        self.columns = tuple(Column(name, names and tuple(names)) for name, names in told["columns"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def rows(self) -> Iterator[tuple[str, bytes | ImageError, Hashable]]:
        """Name, bytes and mark of each row; of more than the limits allow, a sample from all over.

        Raises TooMuch where so many groups of rows are not all read.
        """
        name = "The first row"
        while True:
            try:
                told, data = self._hear()
            except Broken:
                yield name, ImageError(f"{name} is damaged, and what follows it."), None
                return
            if "end" in told:
                if not told["end"]:
                    raise TooMuch
                return
            name, wrong = told["name"], told["wrong"]
            yield name, ImageError(wrong) if wrong else data, tuple(told["mark"])

    def labels(self, marks: set, left_out: set) -> Labels:
        return parquet.labels(self.columns, marks)

    def close(self):
        child.end(self.child)

    def _hear(self) -> tuple[dict, bytes]:
        """What the process says, once it has been given all the bytes that it asks for."""
        replies = child.replies_of(self.child)
        while True:
            try:
                told, data = json.loads(child.receive(replies)), child.receive(replies)
            except (EOFError, OSError, ValueError) as error:
                raise Broken(self.files[self.last][0]) from error
            if "broken" in told:
                raise Broken(told["broken"])
            if "at" not in told:
                return told, data
            self.last = told["file"]
            stream = self.files[self.last][1]
            stream.seek(told["at"])
            with suppress(OSError):  # it has just ended: heard next
                child.send(child.requests_of(self.child), stream.read(min(told["size"], MOST_READ)))


# The process


class Remote:
    """A file that the parent reads."""

    closed = False

    def __init__(self, number: int, size: int, pipes: tuple[BinaryIO, BinaryIO]):
        self.number, self.size, self.pipes, self.at = number, size, pipes, 0

    def read(self, size: int = -1) -> bytes:
        left = max(0, self.size - self.at)
        size = left if size is None or size < 0 else min(size, left)
        if not size:
            return b""
        _tell(self.pipes[1], {"file": self.number, "at": self.at, "size": size})
        data = child.receive(self.pipes[0])
        self.at += len(data)
        return data

    def seek(self, place: int, whence: int = 0) -> int:
        at = place + (0, self.at, self.size)[whence]
        if at < 0:
            raise ValueError("before the file's start")
        self.at = at
        return at

    def tell(self) -> int:
        return self.at

    def close(self):
        self.closed = True


def main():
    """Reads the files that are asked for, until the pipe ends: then the parent has gone."""
    pipes = child.take_pipes()
    with suppress(EOFError, OSError):
        asked = json.loads(child.receive(pipes[0]))
        _limit(asked["most"])
        try:
            _answer(asked, pipes)
        except Broken as error:
            _tell(pipes[1], {"broken": str(error)})
    os._exit(0)


def _answer(asked: dict, pipes: tuple[BinaryIO, BinaryIO]):
    files = [
        parquet.File(path, Remote(number, size, pipes), asked["most"])
        for number, (path, size) in enumerate(zip(asked["paths"], asked["sizes"], strict=True))
    ]
    table = parquet.Table(files, asked["card"])
    total, rows = table.sample(asked["files"], asked["most"]) if table.image else (0, iter(()))
    columns = [(column.name, column.names) for column in table.columns]
    _tell(pipes[1], {"image": table.image, "columns": columns, "total": total})
    try:
        for name, data, mark in rows:
            wrong = str(data) if isinstance(data, ImageError) else ""
            _tell(pipes[1], {"name": name, "mark": mark or (), "wrong": wrong}, b"" if wrong else data)
    except TooMuch:
        _tell(pipes[1], {"end": False})
    else:
        _tell(pipes[1], {"end": True})


def _limit(most: int):
    with suppress(ImportError, ValueError, OSError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as told:
            used = int(told.read().split()[0]) * resource.getpagesize()
        room = used + ROOM + 2 * most
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tell(stream: BinaryIO, told: dict, data: bytes = b""):
    child.send(stream, json.dumps(told).encode(), data)
