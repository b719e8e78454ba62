"""Figures with their bounds, printed as they come."""

import logging
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field

PROGRESS_SECONDS = 20


@dataclass(frozen=True)
class Share:
    """How much of each count is done, and by which chance."""

    share: float
    seed: int

    def of(self, count: int) -> int:
        return max(1, round(self.share * count))


@dataclass
class Report:
    """What was printed that does not hold."""

    broken: list[str] = field(default_factory=list)
    _step: str = ""
    _said: float = field(default_factory=time.monotonic)

    def tell(self, text: str):
        print(f"  {text}", flush=True)

    def at_most(self, what: str, value: float, most: float, unit: str = ""):
        """A figure and its bound."""
        shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
        self.holds(value <= most, f"{what}: {shown}{unit} (at most {most:,g}{unit})")

    def holds(self, good: bool, what: str):
        print(f"  {'ok' if good else 'NOT HELD':8}  {what}", flush=True)
        if not good:
            self.broken.append(what)

    def slowly(self, name: str):
        """The next step's name: who waits is told of the last one if it took long."""
        if self._step and time.monotonic() - self._said > PROGRESS_SECONDS / 2:
            print(f"  … {self._step}: {time.monotonic() - self._said:.0f} s", file=sys.stderr, flush=True)
        self._step, self._said = name, time.monotonic()

    def progress(self, done: int, count: int):
        """A line now and then for who waits; it is no figure, and so goes to standard error."""
        if time.monotonic() - self._said > PROGRESS_SECONDS:
            self._said = time.monotonic()
            print(f"  … {done:,} of {count:,}", file=sys.stderr, flush=True)


def counted(came: Counter) -> str:
    """12 this, 3 that."""
    return ", ".join(f"{count:,} {what}" for what, count in came.most_common())


class Excepted(logging.Handler):
    """Keeps the log off the screen, and counts and shows the exceptions in it, which no sentence told."""

    def __init__(self):
        super().__init__()
        self.seen = Counter()

    def __enter__(self) -> "Excepted":
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_):
        logging.getLogger().removeHandler(self)

    def emit(self, record: logging.LogRecord):
        if record.exc_info and record.exc_info[1]:
            self.seen[type(record.exc_info[1]).__name__] += 1
            traceback.print_exception(record.exc_info[1])
