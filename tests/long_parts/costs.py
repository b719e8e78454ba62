"""What something costs: seconds of a processor and memory, of this process or of one that it has started."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
LOOK_SECONDS = 0.01
MB = 2**20


@dataclass
class Cost:
    """The most that anything took, and what that was."""

    what: dict[str, str] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, **values: float):
        for kind, value in values.items():
            if value > self.most.get(kind, -1.0):
                self.most[kind], self.what[kind] = value, name


def status(pid: int | str, field: str) -> int:
    """A number of /proc/PID/status, 0 once it has gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
    return 0


def resident(pid: int | str) -> float:
    """MB."""
    return status(pid, "VmRSS") / 1024


def processor(pid: int) -> float | None:
    """Seconds so far; None once it has gone."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if facts[0] == "Z" else (int(facts[11]) + int(facts[12])) / TICKS


def peak_anew(pid: int | str):
    """The most memory that it has had counts from now on."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def of_this_process(work: Callable) -> tuple[object, float, float]:
    """What `work` gives, its seconds of a processor, and by how many MB memory grew at most meanwhile."""
    peak_anew("self")
    memory, began = resident("self"), time.process_time()
    result = work()
    return result, time.process_time() - began, status("self", "VmHWM") / 1024 - memory


class Watch:
    """Watches the processes that this one has started; with `anew` also those that it starts meanwhile.

    `seconds`: the most that one of them used of a processor. `grown`: by how many MB the memory of one of
    them grew at most.
    """

    def __init__(self, anew: bool = False):
        self._anew = anew

    def __enter__(self) -> "Watch":
        self.seconds, self.grown, self._ended = 0.0, 0.0, threading.Event()
        self._first = {pid: (processor(pid) or 0.0, resident(pid)) for pid in children()}
        for pid in self._first:
            peak_anew(pid)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()
        self._look()

    def _watch(self):
        while not self._ended.wait(LOOK_SECONDS):
            self._look()

    def _look(self):
        for pid in {*self._first, *(children() if self._anew else ())}:
            seconds, memory = processor(pid), status(pid, "VmHWM") / 1024
            if seconds is not None:
                from_seconds, from_memory = self._first.get(pid, (0.0, 0.0))
                self.seconds = max(self.seconds, seconds - from_seconds)
                self.grown = max(self.grown, memory - from_memory)


def children(pid: int | str = "self") -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found
