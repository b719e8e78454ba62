"""Directions with names: along each, one thing that the data's classifier sees comes or goes.

For each attribute a linear boundary in the latent space, as in InterFaceGAN (Shen et al. 2020); and from its
direction is taken what would change other labels, as far as the attribute can spare it. numpy alone.

Points are coordinates (n, k) of a space in which those of a model's seeds have mean 0 and σ 1 along each
axis, and are uncorrelated: z itself, or a StyleGAN's w, whitened.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy import ndarray

See = Callable[[ndarray], Sequence[ndarray]]  # points -> what the classifier says: (n, values) a label column
Good = Callable[
    [float, float], float
]  # on which shares a direction flips its own and others -> how good it is

STEP = 3.0  # σ, how far an attribute is to change: the ends of a slider's little pictures
# Seeds: that the boundaries are learnt from, that a direction is chosen by, that its figures are of
LEARNT, TRIED, FRESH = 8192, 300, 500
PART = 512  # of the first, between two looks at the clock
RARE = 0.01  # an attribute that fewer seeds have, or lack, has no boundary to be learnt
AROUND = 8192  # images, by which it is measured where other labels change
REACH = 2.0  # σ to either side, for that: what happens half way to the ends counts as well
# How much of what changes other labels is taken out. At 0 it is InterFaceGAN's bare boundary; the more, the
# nearer to its projection on what changes no other label. Which is best differs from attribute to attribute:
# some share much with others, and would no longer come or go.
TAKEN_OUT = (0.0, 0.3, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
FLIPS, OTHERS = 0.8, 0.15  # shares of images, from and below which a direction does what its name says
WORTH = 0.65  # one that flips its attribute on fewer images is none

ORDERED = {"skin": "dark skin"}  # labels whose values go from one end to the other: the second half's name
NAMES = {
    ("glasses", "glasses"): "clear glasses",  # beside the name of all kinds
    ("glasses", "sunglasses"): "sunglasses",
    ("glasses", "eyepatch"): "eyepatch",
    ("hair_length", "long"): "long hair",
    ("mouth", "happy"): "smile",
    ("expression", "happy"): "smile",
    ("hair", "bald"): "bald",
    ("hair", "bun"): "bun",
    ("hair", "hat"): "hat",
}
ENDS = {"glasses": "glasses", "hair_color": "hair", "hair": "hair", "clothing_color": "clothes"}


@dataclass(frozen=True)
class Attribute:
    """That one label has one of some values: column and values are numbers."""

    name: str
    column: int
    values: tuple[int, ...]

    def of(self, labels: ndarray) -> ndarray:
        """Labels (n, columns) -> who has it, (n,) bool."""
        return np.isin(labels[:, self.column], self.values)


@dataclass(frozen=True, eq=False)
class Found:
    """A direction, a point of unit length, and on how many images STEP along it changes what, 0..1."""

    name: str
    direction: ndarray
    flips: float  # its own attribute comes, or goes
    others: float  # another label changes, in the mean over all others


def attributes(columns: Mapping[str, Sequence[str]], without: Iterable[str] = ()) -> list[Attribute]:
    """What may be said of images by these label columns, by plain names, but for the columns `without`."""
    there = [(number, column, values) for number, (column, values) in enumerate(columns.items())
             if column not in without]  # fmt: skip
    return [one for each in there for one in _of_column(*each)]


def _of_column(number: int, column: str, values: Sequence[str]) -> list[Attribute]:
    if column in ORDERED:
        return [Attribute(ORDERED[column], number, tuple(range(len(values) // 2, len(values))))]
    bare = {k for k, value in enumerate(values) if value == "none" or value.startswith(("no ", "not "))}
    some = [k for k in range(len(values)) if k not in bare]
    if len(values) == 2:
        some = some[:1]
    any_kind = [Attribute(column.replace("_", " "), number, tuple(some))] if bare and len(some) > 1 else []
    return any_kind + [Attribute(_name(column, values[k]), number, (k,)) for k in some]


def _name(column: str, value: str) -> str:
    return NAMES.get((column, value)) or f"{value} {ENDS.get(column, '')}".strip()


def boundary(points: ndarray, has: ndarray) -> ndarray:
    """Across which the attribute changes: the normal of the least squares boundary, (k,), towards it.

    The closed form: points have unit covariance, so it is their covariance with the attribute. Of points
    from a normal distribution that is the exact normal of a half-space, whatever noise lies on it (Stein).
    """
    return points.T @ (has - has.mean()) / len(points)


def sensitivity(see: See, points: Iterable[ndarray]) -> ndarray:
    """How a step along each direction changes what is seen of each label: (columns, k, k), symmetric.

    For a direction v, vᵀ·S·v is the mean square change of the probabilities of a label's values around some
    points (k,).
    """
    squares = []
    for point in points:
        around = REACH * np.eye(len(point))
        ahead, behind = see(point + around), see(point - around)
        slopes = [(a - b) / (2 * REACH) for a, b in zip(ahead, behind, strict=True)]  # (k, values) each
        squares.append(np.stack([slope @ slope.T for slope in slopes]))
    return np.mean(squares, 0)


def projected(normal: ndarray, others: ndarray, strength: float) -> ndarray:
    """The unit direction (k,) along the normal, less what `others` (k, k) says to change other labels.

    That which moves furthest along the normal for its length and `strength` times its change of others: in
    the limit the normal's projection on the directions in which no other label changes.
    """
    size = np.trace(others) / len(others)
    if size > 0:
        normal = np.linalg.solve(np.eye(len(others)) + strength * others / size, normal)
    return normal / np.linalg.norm(normal)


def labels(seen: Sequence[ndarray]) -> ndarray:
    """The likeliest value in each column, (n, columns)."""
    return np.stack([one.argmax(1) for one in seen], 1)


def effect(
    see: See, points: ndarray, before: ndarray, attribute: Attribute, direction: ndarray
) -> tuple[float, float]:
    """On which shares of points STEP towards the other side flips the attribute, and another label.

    before: the labels of the points as they are, (n, columns).
    """
    had = attribute.of(before)
    after = labels(see(points + np.where(had, -STEP, STEP)[:, None] * direction))
    others = np.delete(before != after, attribute.column, 1)
    return float((attribute.of(after) != had).mean()), float(others.mean()) if others.size else 0.0


def found(
    see: See,
    sampled: Callable[[Iterable[int]], ndarray],
    there: Iterable[Attribute],
    seconds: float = np.inf,
    worth: float = WORTH,
    good: Good | None = None,
) -> list[Found]:
    """A direction for each attribute that has one, best first.

    sampled: seeds -> their points. The figures are of seeds that had no part in finding it. seconds: how much
    processor time it may take, so that a busy machine finds no less: a third for what the boundaries are
    learnt from, one for where other labels change, and one for the attributes, the most promising first.
    worth: on fewer of the images flipped, a direction is none. good: how good one is, `margin` if not given.
    """
    good = good or margin
    begun = time.thread_time()
    learnt, trial, last = (range(*ends) for ends in pairwise(accumulate((0, LEARNT, TRIED, FRESH))))
    parts = (sampled(learnt[k : k + PART]) for k in range(0, LEARNT, PART))
    taken = [(part, labels(see(part))) for part in _in_time(begun + seconds / 3, parts)]
    points, seen = (np.concatenate(some) for some in zip(*taken, strict=True))
    normals = [
        (one, boundary(points, one.of(seen))) for one in there if RARE < one.of(seen).mean() < 1 - RARE
    ]
    normals.sort(key=lambda pair: -np.linalg.norm(pair[1]) / pair[0].of(seen).std())
    some = points[: max(2, AROUND // (2 * points.shape[1]))]
    each = sensitivity(see, _in_time(begun + 2 * seconds / 3, some))
    (tried, before), (fresh, now) = ((one, labels(see(one))) for one in map(sampled, (trial, last)))
    directions = []
    for attribute, normal in _in_time(begun + seconds, normals):
        others = np.delete(each, attribute.column, 0).sum(0)
        direction, flips = _best(see, tried, before, attribute, normal, others, worth, good)
        if flips >= worth:
            figures = effect(see, fresh, now, attribute, direction)
            directions.append(Found(attribute.name, direction, *figures))
    return sorted(directions, key=lambda one: good(one.flips, one.others), reverse=True)


def _in_time(end: float, parts: Iterable[Any]) -> Iterator[Any]:
    """The first of them, and the others as long as there is time."""
    for number, part in enumerate(parts):
        if number and time.thread_time() > end:
            return
        yield part


def _best(
    see: See,
    points: ndarray,
    before: ndarray,
    attribute: Attribute,
    normal: ndarray,
    others: ndarray,
    worth: float,
    good: Good,
) -> tuple[ndarray, float]:
    """The best of more and less of what changes others taken out, and on which share it flips."""
    tried = []
    for strength in TAKEN_OUT:
        direction = projected(normal, others, strength)
        flips, more = effect(see, points, before, attribute, direction)
        tried.append((good(flips, more), flips, direction))
        if flips < worth:  # the more is taken out, the less is left
            break
    _, flips, direction = max(tried, key=lambda one: one[0])
    return direction, flips


def margin(flips: float, others: float) -> float:
    """How safely both shares are within their bounds, below 0 where one is not.

    That of the others is a mean over several labels, and a quarter as far from its true value.
    """
    return min(flips - FLIPS, 4 * (OTHERS - others))
