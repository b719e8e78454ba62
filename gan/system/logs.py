"""Output that nobody's request makes long, false or endless: what is written is cut, and marked."""

import re
from collections.abc import Callable
from time import monotonic
from typing import TextIO

MOST = 6000  # letters at once, enough for an exception with its traceback
A_MINUTE = 2**18  # letters in a minute
MINUTE = 60.0  # seconds
UNSEEN = re.compile(
    r"[^\n\t\x20-\x7e\xa1-\xac\xae-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\uf900-\ufffd"
    "\U00010000-\U000dffff]"
)  # what steers a terminal, hides, or begins a line of its own
INNER = re.compile(r"\n(?=.)", re.DOTALL)


def shortened(text: str, most: int = MOST) -> str:
    """The text, or its beginning and its end, which says what went wrong."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} … {len(text) - 2 * half:,} letters left out … {text[-half:]}"


def marked(text: str) -> str:
    """The text as one entry: its further lines stand in, so that none of them passes for another entry, and
    what cannot be seen is spelt out."""
    seen = UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return INNER.sub("\n    ", seen)


class Short:
    """Standard output or error, held to the above: also what Gradio writes, which passes by `logging`."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = monotonic):
        self._stream, self._clock = stream, clock
        self._since, self._written, self._dropped = clock(), 0, 0

    def write(self, text: str) -> int:
        entry = marked(shortened(text))
        if self._clock() - self._since >= MINUTE:
            if self._dropped:
                self._stream.write(f"{self._dropped:,} letters were left out here: too many at once.\n")
            self._since, self._written, self._dropped = self._clock(), 0, 0
        if self._written + len(entry) > A_MINUTE:
            self._dropped += len(entry)
        else:
            self._written += len(entry)
            self._stream.write(entry)
        return len(text)

    def isatty(self) -> bool:
        """No colours, which are spelt out here."""
        return False

    def __getattr__(self, name: str):
        return getattr(self._stream, name)
