"""One training run in a process of its own, so that its crash or a kill takes nothing else along.

The parent writes one request to the child's standard input, (work, config, places), then a Control whenever
one is asked for, and None to stop it; the child writes its events, pickled, to its standard output. Both ends
are this program's own.
"""

import ctypes
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, BinaryIO

from gan.config import Control, TrainConfig
from gan.events import Failed, News, TrainEvent
from gan.runs.keeper import Places
from gan.runs.work import Orders
from gan.system import child
from gan.system.reading import why
from gan.trainer import TrainError

NICENESS = 10  # the page goes first, while torch is imported too
OUT_OF_MEMORY = ("out of memory", "not enough memory", "allocate memory")  # as torch puts it, here and there
CHILD = (
    f"import os; hasattr(os, 'nice') and os.nice({NICENESS}); from gan.system import ending; "
    "ending.ignore(); from gan.runs.process import main; main()"
)
ORPHAN_SECONDS = 10.0  # how long a child may take to end once its parent has gone

log = logging.getLogger(__name__)


# what a process does: told what to train, where to keep it, and given what is asked of it meanwhile
Work = Callable[[TrainConfig, Places, Orders], Iterator[TrainEvent | News]]


class Process:
    """The parent's end: starts at once and waits warm for `begin`; `stop` and `kill` never block either.

    Tells `on_event(self, event)` all it hears and `on_end(self, exit code)` last, both on its own thread.

    Its thread starts the child, reads from it and outlives it: the system ends a child together with the
    thread that started it (PR_SET_PDEATHSIG), not with its process.
    """

    def __init__(self, on_event: Callable, on_end: Callable):
        self._on_event, self._on_end = on_event, on_end
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        childs_end, ours = os.pipe()
        self._requests = os.fdopen(ours, "wb", buffering=0)
        self.thread = threading.Thread(target=self._live, args=(childs_end,), name="run", daemon=True)
        self.thread.start()

    @property
    def alive(self) -> bool:
        return self.thread.is_alive() and (self._child is None or self._child.poll() is None)

    def begin(self, work: Work, config: TrainConfig, places: Places):
        self._tell((work, config, places))

    def control(self, control: Control):
        self._tell(control)

    def stop(self):
        """Asks it to stop and keep what it has; whoever asks sees to it that it does, by `kill`."""
        self._tell(None)

    def kill(self):
        if self._child:
            self._child.kill()

    def _tell(self, message):
        with self._lock, suppress(OSError, ValueError):  # if it has gone, its thread says so to on_end
            self._requests.write(pickle.dumps(message))

    def _live(self, childs_end: int):
        code = None
        try:
            with os.fdopen(childs_end, "rb") as stdin:
                self._child = _start(stdin)
            for event in _read(child.replies_of(self._child)):
                self._on_event(self, event)
        except Exception:
            log.exception("A training process could not be started, or does not answer.")
            self.kill()
        with self._lock:
            self._requests.close()
        if self._child:
            code = self._child.wait()
            child.replies_of(self._child).close()
        self._on_end(self, code)


def _start(stdin: IO[bytes]) -> subprocess.Popen[bytes]:
    # idle threads sleep instead of spinning: a run beside a busy page does several times the steps
    environment = child.environment(OMP_WAIT_POLICY="passive")
    return subprocess.Popen(child.command(CHILD), stdin=stdin, stdout=subprocess.PIPE, env=environment)


def _read(stream: IO[bytes]) -> Iterator[TrainEvent]:
    with suppress(EOFError, pickle.UnpicklingError):  # a killed child stops in the middle of an event
        while True:
            yield pickle.load(stream)


def main():
    """The child: one request, its events, the end."""
    requests, events = child.take_pipes()
    _become_a_good_child()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s run: %(message)s")
    with suppress(EOFError, BrokenPipeError):  # the parent has gone
        if request := pickle.load(requests):  # None: never needed
            orders = Orders()
            threading.Thread(target=_listen, args=(requests, orders), daemon=True).start()
            work, config, places = request
            for event in _safely(work, config, places, orders):
                pickle.dump(event, events)
                events.flush()
    logging.shutdown()
    os._exit(0)  # at once: nothing is left to tidy, and torch takes its time


def _safely(work: Work, config: TrainConfig, places: Places, orders: Orders) -> Iterator:
    """The events of `work`, an exception turned into Failed."""
    try:
        yield from work(replace(config, threads=config.threads or cores()), places, orders)
    except Exception as error:
        log.exception("The run %s failed.", places.model.name)
        yield Failed(sentence(error), numbers=isinstance(error, TrainError))


def sentence(error: Exception) -> str:
    """What a person is told of an exception; the project's own carry a sentence already."""
    said = str(error).lower()
    if isinstance(error, MemoryError) or any(words in said for words in OUT_OF_MEMORY):
        return "The memory ran out; a smaller batch or image size needs less."
    if type(error).__module__.startswith("gan."):
        return str(error)
    return f"Training failed ({type(error).__name__}: {why(error)[:200]}); the server's log has the details."


def cores() -> int:
    """Cores that this process may use; a container's share counts, which torch does not see."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # "max 100000" where there is no bound
        quota, period = map(int, Path("/sys/fs/cgroup/cpu.max").read_text().split())
        there = min(there, max(1, round(quota / period)))
    return there


def _become_a_good_child():
    """Ends with the parent, and is what the system kills when memory runs out.

    Ctrl-C and systemd's SIGTERM reach every process, but are for the page, which stops its runs: see CHILD.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG; elsewhere _listen notices
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("800")


def _listen(requests: BinaryIO, orders: Orders):
    """Hands on what is asked, until it is the stop or the pipe ends: then the parent has gone."""
    try:
        while (asked := pickle.load(requests)) is not None:
            orders.put(asked)
        orders.stop()
    except (EOFError, pickle.UnpicklingError):
        orders.stop()
        time.sleep(ORPHAN_SECONDS)
        os._exit(1)
