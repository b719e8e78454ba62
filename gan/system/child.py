"""What every process that this program starts has in common: its environment and its two pipes.

Not multiprocessing: its spawn runs the main module again in the child, here the whole page.
"""

import os
import struct
import subprocess
import sys
from contextlib import suppress
from typing import IO, BinaryIO

LENGTH = struct.Struct(">I")


def command(code: str) -> list[str]:
    """Python running `code`, which imports what this process does and never from the folder it stands in."""
    return [sys.executable, "-c", f"import sys; sys.path[:] = filter(None, sys.path); {code}"]


def environment(**more: str) -> dict[str, str]:
    """This process's, with what it imports from."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))} | more


def start(code: str, **more: str) -> subprocess.Popen[bytes]:
    """A process that is asked and answers through its pipes; `more` is added to its environment."""
    return subprocess.Popen(
        command(code), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment(**more),
    )  # fmt: skip


def requests_of(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """The pipe to a process that was started with one."""
    assert process.stdin is not None
    return process.stdin


def replies_of(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """The pipe from one."""
    assert process.stdout is not None
    return process.stdout


def end(process: subprocess.Popen[bytes]):
    process.kill()
    process.wait()
    with suppress(OSError):  # what was still to be written
        requests_of(process).close()
    replies_of(process).close()


def send(stream: IO[bytes], *blocks: bytes):
    """Writes blocks that `receive` reads one by one."""
    for block in blocks:
        stream.write(LENGTH.pack(len(block)))
        stream.write(block)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Raises EOFError where the other end has gone."""
    head = stream.read(LENGTH.size)
    block = stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None
    if block is None or len(block) < LENGTH.unpack(head)[0]:
        raise EOFError
    return block


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, taken away from where a stray input() or print() would reach them."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, replies
