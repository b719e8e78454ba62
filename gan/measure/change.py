"""What the way to the other side has changed in one picture: by a classifier's labels, and by place."""

from dataclasses import dataclass

import numpy as np

from gan.data import sides
from gan.measure import features
from gan.measure.measures import Crossed
from gan.specs import Sides


@dataclass(frozen=True)
class Told:
    """What the classifier sees of one label, before and after."""

    column: str
    before: str
    after: str

    @property
    def kept(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Change:
    """One picture and what became of it."""

    of: Told | None  # the label that tells the sides apart; None without a classifier
    others: tuple[Told, ...]
    seen: bool | None  # the classifier sees the side that the way leads to, in what was made
    already: bool | None  # and in the source, too
    inside: float | None  # the share of the pixels that were changed where the sides differ; None if unknown
    outside: float | None  # the same of all others


def change(way: Crossed, of: Sides, aim: str, data_name: str) -> Change:
    """way: of one picture, (1, h, w, c) each; aim: the values of the side that it leads to."""
    if not features.classifier_for(data_name):
        return Change(None, (), None, None, way.inside, way.outside)
    columns = features.columns(data_name)
    before, after = features.labels(data_name, np.concatenate([way.source, way.made]))
    told = [Told(name, values[was], values[now])
            for (name, values), was, now in zip(columns.items(), before, after, strict=True)]  # fmt: skip
    own = next(one for one in told if one.column == of.column)
    there = sides.named(aim, of.column, columns[of.column])
    others = tuple(one for one in told if one is not own)
    return Change(own, others, own.after in there, own.before in there, way.inside, way.outside)
