"""Lines over the time of a run, as HTML and SVG: crisp at any width, light or dark.

The SVG is stretched to its place and holds no text; words and numbers are HTML laid over it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STEPS = (1, 2, 2.5, 5, 10)  # between two ticks, times a power of ten


@dataclass(frozen=True)
class Line:
    name: str
    kind: str  # a class of style.css: "real", "fake" or "judge"
    points: Sequence[tuple[float, float]]  # (seconds, value), in order


@dataclass(frozen=True)
class Plot:
    title: str  # plain words
    term: str  # what the field calls it
    about: str  # one sentence or two, the exact definition
    lines: tuple[Line, ...]
    seconds: float  # the right end: a run's whole time, so that nothing shifts while it grows
    range: tuple[float, float] | None = None  # of values; without it as the lines need
    band: tuple[float, float, str] | None = None  # from, to, and what it means
    percent: bool = False


def svg(plot: Plot) -> str:
    """The plot as a <figure>."""
    low, high = plot.range or value_range(plot.lines)
    marks = ticks(low, high)
    x_marks = [(0.0, "0 s"), (0.5, f"{plot.seconds / 2:g} s"), (1.0, f"{plot.seconds:g} s")]

    def y(value: float) -> float:
        return 100 * (1 - (min(max(value, low), high) - low) / (high - low))

    rules = "".join(f'<path class="rule" d="M0 {y(mark):.2f}H100"/>' for mark in marks)
    lines = _band(plot, y) + rules + "".join(_path(line, plot.seconds, y) for line in plot.lines)
    y_words = "".join(f'<span class="y" style="top:{y(m):.1f}%">{_number(m, plot)}</span>' for m in marks)
    x_words = "".join(f'<span class="x" style="left:{100 * at:g}%">{words}</span>' for at, words in x_marks)
    return (
        f'<figure class="plot"><figcaption title="{escape(plot.about)}"><b>{escape(plot.title)}</b> '
        f"<small>{escape(plot.term)}</small>{legend(plot)}</figcaption>"
        f'<div class="area" role="img" aria-label="{escape(describe(plot))}">{y_words}'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{lines}</svg>'
        f'{_band_words(plot, y)}<i class="at"></i>{x_words}</div></figure>'
    )


def describe(plot: Plot) -> str:
    """The same in words, for those who cannot see it."""
    parts = [
        f"{line.name} {_number(line.points[0][1], plot)} at first and {_number(line.points[-1][1], plot)} now"
        for line in plot.lines
        if line.points
    ]
    return f"{plot.title}: " + ("; ".join(parts) or "nothing yet") + "."


def legend(plot: Plot) -> str:
    """The lines' names with their latest values."""
    items = "".join(
        f'<span class="{line.kind}">{escape(line.name)} '
        f"<output>{_number(line.points[-1][1], plot) if line.points else '–'}</output></span>"
        for line in plot.lines
    )
    return f'<span class="legend">{items}</span>'


def value_range(lines: Sequence[Line]) -> tuple[float, float]:
    """From and to for an axis that shows nearly all values: a few wild ones at the start are cut off."""
    values = sorted(value for line in lines for _, value in line.points)
    if not values:
        return 0.0, 1.0
    last = len(values) - 1
    low, high = values[round(0.02 * last)], values[round(0.98 * last)]
    low, high = min(low, 0.0), max(high, low + 1e-3, 0.0)
    step = _step(high - low)
    return step * math.floor(low / step), step * math.ceil(high / step)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from `low` to `high`, three to six of them."""
    step = _step(high - low)
    first = math.ceil(low / step - 1e-6)
    return [step * k for k in range(first, math.floor(high / step + 1e-6) + 1)]


def _step(span: float) -> float:
    power = 10.0 ** math.floor(math.log10(span / 4))
    return next(step * power for step in STEPS if step * power >= span / 4 - 1e-12)


def _path(line: Line, seconds: float, y) -> str:
    if not line.points:
        return ""
    points = " ".join(f"{100 * min(1, at / seconds):.2f},{y(value):.2f}" for at, value in line.points)
    return f'<polyline class="line {line.kind}" points="{points}"/>'


def _band(plot: Plot, y) -> str:
    if not plot.band:
        return ""
    low, high, _ = plot.band
    return f'<rect class="band" width="100" y="{y(high):.2f}" height="{y(low) - y(high):.2f}"/>'


def _band_words(plot: Plot, y) -> str:
    if not plot.band:
        return ""
    return f'<span class="band-words" style="top:{y(plot.band[1]):.1f}%">{escape(plot.band[2])}</span>'


def _number(value: float, plot: Plot) -> str:
    if plot.percent:
        return f"{100 * value:.0f} %"
    return f"{value:.3g}".replace("-", "−")
