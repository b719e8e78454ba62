"""A stand-in for the package `spaces` on ZeroGPU: what it marks runs in a fork, pickled there and back."""

import multiprocessing
import pickle
from contextvars import ContextVar
from functools import wraps

fork = multiprocessing.get_context("fork")
request = ContextVar("request", default=None)  # whose share of the GPU it is


class Lending:
    """`GPU` is the decorator; it remembers what was asked. `refuses`: what it says instead of lending."""

    def __init__(self, refuses: str = ""):
        self.refuses, self.asked, self.marked = refuses, [], []

    def GPU(self, duration=60):
        def mark(task):
            self.marked.append(task.__name__)

            @wraps(task)
            def lent(*args):
                self.asked.append((duration(*args), request.get()))
                if self.refuses:
                    raise RuntimeError(self.refuses)
                yield from _forked(task, args)

            return lent

        return mark


def _forked(task, args):
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=_child, args=(task, pickle.dumps(args), theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        while (item := pickle.loads(ours.recv_bytes())) is not None:
            yield item[0]
    except EOFError:
        raise RuntimeError("GPU task aborted") from None
    finally:
        child.kill()
        child.join()


def _child(task, args: bytes, pipe):
    for item in task(*pickle.loads(args)):
        pipe.send_bytes(pickle.dumps([item]))
    pipe.send_bytes(pickle.dumps(None))
