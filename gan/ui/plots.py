"""Lines over the time of a run, as HTML and SVG: crisp at any width, light or dark.

The SVG is stretched to its place and holds no text; words and numbers are HTML laid over it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from gan.words import percent

STEPS = (1, 2, 2.5, 5, 10)  # between two ticks, times a power of ten


@dataclass(frozen=True)
class Line:
    name: str
    kind: str  # a class of style.css: "real", "fake" or "judge"; "other" beside it for the second of two runs
    points: Sequence[tuple[float, float]]  # (seconds, value), in order
    dots: bool = False  # each point is marked: there are few


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
    aside: str = ""  # a number beside the legend that has no line
    start: float = 0.0  # the left end: of a run that goes on from another, when it began


def svg(plot: Plot) -> str:
    """The plot as a <figure>."""
    low, high = plot.range or value_range(plot.lines)
    marks = ticks(low, high)
    length = plot.seconds - plot.start
    x_marks = [(at, f"{_round(plot.start + at * length, length):g} s") for at in (0.0, 0.5, 1.0)]

    def y(value: float) -> float:
        return 100 * (1 - (min(max(value, low), high) - low) / (high - low))

    rules = "".join(f'<path class="rule" d="M0 {y(mark):.2f}H100"/>' for mark in marks)
    lines = _band(plot, y) + rules + "".join(_path(line, plot, y) for line in plot.lines)
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
    aside = f"<span>{escape(plot.aside)}</span>" if plot.aside else ""
    return f'<span class="legend">{items}{aside}</span>'


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


def _path(line: Line, plot: Plot, y) -> str:
    if not line.points:
        return ""
    length = max(plot.seconds - plot.start, 1e-9)
    places = [(100 * min(1, max(0, (at - plot.start) / length)), y(value)) for at, value in line.points]
    points = " ".join(f"{x:.2f},{height:.2f}" for x, height in places)
    drawn = f'<polyline class="line {line.kind}" points="{points}"/>'
    if line.dots:  # lines of no length with round ends: circles would be stretched with the rest
        marks = "".join(f"M{x:.2f} {height:.2f}h0" for x, height in places)
        drawn += f'<path class="dots {line.kind}" d="{marks}"/>'
    return drawn


def _band(plot: Plot, y) -> str:
    if not plot.band:
        return ""
    low, high, _ = plot.band
    return f'<rect class="band" width="100" y="{y(high):.2f}" height="{y(low) - y(high):.2f}"/>'


def _band_words(plot: Plot, y) -> str:
    if not plot.band:
        return ""
    return f'<span class="band-words" style="top:{y(plot.band[1]):.1f}%">{escape(plot.band[2])}</span>'


def _round(seconds: float, span: float) -> float:
    return round(seconds, 0 if span >= 10 else 1)


def _number(value: float, plot: Plot) -> str:
    if plot.percent:
        return percent(value)
    return f"{value:.3g}".replace("-", "−")
