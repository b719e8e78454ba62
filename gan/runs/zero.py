"""Training on a Space with ZeroGPU, where a GPU is lent to one function at a time, in a process of its own.

The package `spaces` forks this one for a function that it has marked; what that changes in memory is lost, so
a kept model comes back by value, as the bytes of its files. Everything else, sliders too, stays on the CPU.
"""

import contextvars
import logging
import os
import pickle
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from gan.config import Control, TrainConfig
from gan.events import Failed, Saved
from gan.runs.keeper import Places
from gan.runs.process import Work, sentence
from gan.runs.work import Orders
from gan.system import files

AROUND_SECONDS = 30  # beside the training: the start, the last look, and keeping the model
LOOK_SECONDS = 0.1  # between two looks at what is asked of a run
GONE = "No GPU was available for this run, or not for that long: {} Try a shorter run, or try again later."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Begun:
    """The work goes on in this process."""

    pid: int


@dataclass(frozen=True)
class Kept:
    """Files that have changed below a run's folder, by their path there; None: it is gone."""

    contents: dict[str, bytes | None]


def here() -> bool:
    """This is a Space with ZeroGPU."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def processes(gpu: Callable) -> Callable[[Callable, Callable], "Lent"]:
    """In place of worker.Process. gpu: `spaces.GPU`, which has to mark something before the launch."""
    return partial(Lent, gpu(duration=needed)(lend))


def needed(work: Work, config: TrainConfig, places: Places, folder: Path) -> int:
    """Seconds for which the GPU is asked; a visitor has some minutes of it a day."""
    return round(config.seconds) + AROUND_SECONDS


class Lent:
    """A run's work with the GPU lent to it, to be used as worker.Process is."""

    def __init__(self, lent: Callable[..., Iterator], on_event: Callable, on_end: Callable):
        self._lent, self._on_event, self._on_end = lent, on_event, on_end
        self._request: SimpleQueue[tuple | None] = SimpleQueue()
        self._pid, self._stopped = 0, False
        self._folder = Path(tempfile.mkdtemp(prefix="run-"))
        self.thread = threading.Thread(target=self._live, name="run", daemon=True)
        self.thread.start()

    @property
    def alive(self) -> bool:
        return self.thread.is_alive()

    def begin(self, work: Work, config: TrainConfig, places: Places):
        """In the context of the request that it is for: `spaces` reads there whose share of the GPU it is."""
        self._request.put((contextvars.copy_context(), work, config, places))

    def control(self, control: Control):
        self._order(control)

    def stop(self):
        self._order(None)
        self._request.put(None)

    def kill(self):
        self._stopped = True
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    def _order(self, order: Control | None):
        with suppress(OSError):  # it has ended
            files.write(self._folder / "order", pickle.dumps(order))

    def _live(self):
        code, request = None, self._request.get()
        try:
            if request:
                context, *asked = request
                code = context.run(self._train, *asked)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._on_end(self, code)

    def _train(self, work: Work, config: TrainConfig, places: Places) -> int:
        try:
            for event in self._lent(work, config, places, self._folder):
                match event:
                    case Begun():
                        self._pid = event.pid if event.pid != os.getpid() else 0
                    case Kept():
                        _put(event, places)
                    case _:
                        self._on_event(self, event)
        except Exception as error:  # of `spaces`: no GPU, no time left, or the process was killed
            if self._stopped:
                return -signal.SIGKILL
            log.warning("The GPU was not lent: %s", error)
            said = str(getattr(error, "message", error))  # which Gradio's errors put in quotation marks
            self._on_event(self, Failed(GONE.format(said[:200].rstrip(". ") + ".")))
            return 1
        return 0


def lend(work: Work, config: TrainConfig, places: Places, folder: Path) -> Iterator:
    """The work's events, in the process that has the GPU; before each Saved the files that it is about."""
    yield Begun(os.getpid())
    orders, over = Orders(), threading.Event()
    known: dict[str, int] = {}
    inside = replace(places, model=folder / "models" / places.model.name, states=folder / "states")
    threading.Thread(target=_listen, args=(folder / "order", orders, over), daemon=True).start()
    in_time = threading.Timer(config.seconds + AROUND_SECONDS / 2, orders.stop)  # else all since is lost
    in_time.daemon = True
    in_time.start()
    try:
        here = replace(config, device="auto", threads=config.threads or 1)
        for event in work(here, inside, orders):
            if isinstance(event, Saved):
                yield Kept(_changes(folder, known))
                event = replace(event, path=str(places.model))
            yield event
    except Exception as error:
        log.exception("The run %s failed.", places.model.name)
        yield Failed(sentence(error))
    finally:
        over.set()
        in_time.cancel()


def _listen(order: Path, orders: Orders, over: threading.Event):
    """Hands on what the other process writes into the file `order`."""
    read = 0
    while not over.wait(LOOK_SECONDS):
        with suppress(OSError):
            if (written := order.stat().st_mtime_ns) != read:
                read, asked = written, pickle.loads(order.read_bytes())
                orders.put(asked) if asked else orders.stop()


def _changes(folder: Path, known: dict[str, int]) -> dict[str, bytes | None]:
    """The files below "models" and "states" that are new or changed, the oldest first, and those gone."""
    there = {str(path.relative_to(folder)): path for part in ("models", "states")
             for path in sorted((folder / part).rglob("*")) if path.is_file()}  # fmt: skip
    changed = {name: path.stat().st_mtime_ns for name, path in there.items()}
    new = sorted((name for name in there if known.get(name) != changed[name]), key=changed.__getitem__)
    gone = dict.fromkeys(set(known) - set(there))
    known.clear()
    known.update(changed)
    return {name: there[name].read_bytes() for name in new} | gone


def _put(kept: Kept, places: Places):
    """Writes the files where they belong."""
    for name, content in kept.contents.items():
        part, _, inside = name.partition("/")
        home = places.model.parent if part == "models" else places.states
        if home is None:  # of a run whose states are not kept
            continue
        path = home / inside
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write(path, content)
