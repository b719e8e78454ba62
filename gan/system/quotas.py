"""How much of a thing was taken within an hour: by one visitor, from one address, from the whole server.

A visitor is a browser, by the digest of its id; without one it is whoever shares the address. Thirty pupils
behind one address are thirty visitors, so an address may take more than a visitor. An id costs nothing, so
that an address has its own bound, and the server too.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

HOUR = 3600.0  # seconds
LATER = "There will be room again within an hour."


class QuotaError(ValueError):
    """Too much of something was asked for; its text is a sentence for the person who asked."""


@dataclass(frozen=True)
class Most:
    """What may be taken within an hour."""

    visitor: float
    address: float
    server: float


class Hourly:
    """Counts what is taken, and refuses what is too much. Safe from any thread.

    `words` begins the sentence, such as "Uploads have a limit". What is kept of the past is bounded by what
    the server may give within an hour, since nothing counts as less than 1.
    """

    def __init__(self, most: Most, words: str, clock: Callable[[], float] = monotonic):
        self._most, self._words, self._clock = most, words, clock
        self._taken: deque[tuple[float, float, tuple]] = deque()  # when, how much, whose
        self._sums: Counter = Counter()
        self._lock = threading.Lock()

    def take(self, visitor: str, address: str, amount: float = 1.0):
        """Raises QuotaError, and takes nothing, where that would be too much."""
        who = (("visitor", visitor or f"at {address}"), ("address", address), ("server", ""))
        amount = max(1.0, amount)
        with self._lock:
            self._forget()
            for one in who:
                if self._sums[one] + amount > getattr(self._most, one[0]):
                    raise QuotaError(self._refusal(one[0]))
            self._sums.update(dict.fromkeys(who, amount))
            self._taken.append((self._clock(), amount, who))

    def _forget(self):
        while self._taken and self._taken[0][0] <= self._clock() - HOUR:
            _, amount, who = self._taken.popleft()
            self._sums.subtract(dict.fromkeys(who, amount))
            for one in who:
                if self._sums[one] <= 0:
                    del self._sums[one]

    def _refusal(self, whose: str) -> str:
        of = {"visitor": "for each person", "address": "for each network", "server": "for everybody together"}
        return f"{self._words} within an hour, {of[whose]}, and it has been reached. {LATER}"
