"""Output that nobody's request makes long: what is written to the log at once is cut."""

from typing import TextIO

MOST = 6000  # letters, enough for an exception with its traceback


def shortened(text: str, most: int = MOST) -> str:
    """The text, or its beginning and its end, which says what went wrong."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} … {len(text) - 2 * half:,} letters left out … {text[-half:]}"


class Short:
    """Standard output or error with long writes cut: also those of Gradio's, which pass by `logging`."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(shortened(text))

    def __getattr__(self, name: str):
        return getattr(self._stream, name)
