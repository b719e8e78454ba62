"""What every process that this program starts has in common: its environment and its two pipes.

Not multiprocessing: its spawn runs the main module again in the child, here the whole page.
"""

import os
import sys
from typing import BinaryIO


def command(code: str) -> list[str]:
    """Python running `code`, which imports what this process does and never from the folder it stands in."""
    return [sys.executable, "-c", f"import sys; sys.path[:] = filter(None, sys.path); {code}"]


def environment(**more: str) -> dict[str, str]:
    """This process's, with what it imports from."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))} | more


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, taken away from where a stray input() or print() would reach them."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, replies
