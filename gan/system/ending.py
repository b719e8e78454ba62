"""How the program ends: in order, on Ctrl-C, SIGTERM or a closed terminal, however often it is asked."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
asked = _holding = False


def listen():
    """From now on the first of these signals raises SystemExit in the main thread; the others do nothing.

    What is ignored already stays so: by nohup, or by a shell that puts the program in the background. `asked`
    tells of the signal where somebody's library swallows the exception.
    """
    for number in _numbers():
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)


def ignore():
    """From now on none of them does anything: the process ends by itself, or its parent ends it."""
    for number in _numbers():
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def held_back() -> Iterator[None]:
    """What is begun in here is done before a signal counts."""
    global _holding
    _holding = True
    try:
        yield
    finally:
        _holding = False
    if asked:
        raise SystemExit(0)


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


def _end(number, frame):
    global asked
    first, asked = not asked, True
    if first and not _holding:
        raise SystemExit(0)
