"""A player's error rate over the course of training, in inline SVG: when did it fool you?

Positions across are percentages and heights pixels, as in histograms.py.
"""

from collections.abc import Sequence
from itertools import pairwise

from gan.measure.game import PICTURES
from gan.metrics import wilson
from gan.ui.markup import Markup, html, joined
from gan.words import percent

HEIGHT, TOP, FOOT = 150, 20, 28  # pixels: of the drawing, and above and below it
LEFT, RIGHT = 4.0, 76.0  # per cent of the width: where the first step stands, and the last
LEVELS = (
    (0, "axis", f"{percent(0)} wrong"),
    (0.5, "chance", f"{percent(0.5)}: chance"),
    (1, "axis", f"{percent(1)} wrong"),
)


def curve(rounds: Sequence[tuple[int, int]]) -> Markup:
    """rounds: (step, how many pictures were called wrong) each. Nothing before two steps were played."""
    points = added(rounds)
    if len(points) < 2:
        return html("")
    return html(
        '<section class="game-curve">{}<p>Your error rate by how long the '
        "generator had learnt, with its 95 % interval, as this browser remembers your rounds. At 50 % "
        "you can no longer tell.</p></section>",
        svg(points),
    )


def added(rounds: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(step, wrong, pictures) in the order of the steps, the rounds of one step added up."""
    found: dict[int, tuple[int, int]] = {}
    for step, wrong in rounds:
        before, count = found.get(step, (0, 0))
        found[step] = before + wrong, count + PICTURES
    return [(step, *found[step]) for step in sorted(found)]


def svg(points: Sequence[tuple[int, int, int]]) -> Markup:
    steps = [step for step, _, _ in points]
    across = [LEFT + (RIGHT - LEFT) * (step - steps[0]) / (steps[-1] - steps[0]) for step in steps]
    places = list(zip(across, (_down(wrong / count) for _, wrong, count in points), strict=True))
    lines = joined(
        html('<line class="way" x1="{:.2f}%" y1="{:.1f}" x2="{:.2f}%" y2="{:.1f}"/>', *a, *b)
        for a, b in pairwise(places)
    )
    return html(
        '<svg width="100%" height="{}" role="img" aria-label="{}">{}{}{}{}</svg>',
        TOP + HEIGHT + FOOT, describe(points), _levels(), lines, joined(map(_point, points, places)),
        _ticks(steps, across),
    )  # fmt: skip


def describe(points: Sequence[tuple[int, int, int]]) -> str:
    said = (f"step {step:,}: {percent(wrong / count)}" for step, wrong, count in points)
    return f"Your error rate: {', '.join(said)}. 50 % is chance."


def _levels() -> Markup:
    return joined(
        html(
            '<line class="{}" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text x="100%" y="{:.1f}" text-anchor="end">{}</text>',
            kind, _down(share) - 5, words, y=_down(share),
        )
        for share, kind, words in LEVELS
    )  # fmt: skip


def _point(point: tuple[int, int, int], place: tuple[float, float]) -> Markup:
    (_, wrong, count), (x, y) = point, place
    low, high = wilson(wrong, count)
    return html(
        '<line class="whisker" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1:.1f}" y2="{2:.1f}"/>'
        '<circle cx="{0:.2f}%" cy="{3:.1f}" r="5"/>',
        x, _down(low), _down(high), y,
    )  # fmt: skip


def _ticks(steps: Sequence[int], across: Sequence[float]) -> Markup:
    """The numbers of steps below, where they do not meet."""
    shown, last = [], -100.0
    for step, x in zip(steps, across, strict=True):
        if x - last > 16:
            shown.append((step, x))
            last = x
    return joined(
        html('<text x="{:.2f}%" y="{}" text-anchor="middle">{:,}</text>', x, TOP + HEIGHT + 20, step)
        for step, x in shown
    )


def _down(share: float) -> float:
    """How many pixels from the top an error rate stands."""
    return TOP + HEIGHT * (1 - share)
