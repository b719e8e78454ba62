"""The labels that a conditional model is told: named, as numbers, and beside the z of a seed. No torch.

A model may be told several. Each has a value, or is left open: "any".
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy import ndarray

from gan import latent
from gan.specs import ANY_NAME, Label, Latent
from gan.words import label_words

ANY = -1  # in place of a value's number: the label is left open
BETWEEN, IS = "+", "="  # in a text: "hat=cap+mouth=smile"


def one_hot(chosen: ndarray | Sequence[Sequence[int]], given: Latent) -> ndarray:
    """Values' numbers (n, k), ANY among them -> what stands beside z, (n, width) float32.

    A label left open is all zeros, which a model with label dropout has learnt as "any"; for one that has
    not, all of its values in equal parts.
    """
    columns, learnt = np.asarray(chosen).T, given.label_dropout > 0
    parts = [_rows(len(label.values), learnt)[column]
             for label, column in zip(given.labels, columns, strict=True)]  # fmt: skip
    return np.concatenate(parts, 1) if parts else np.zeros((len(chosen), 0), np.float32)


@cache
def _rows(k: int, any_is_learnt: bool) -> ndarray:
    """What stands for each of a label's k values, and at -1 for ANY: (k + 1, k) float32."""
    left_open = np.zeros(k) if any_is_learnt else np.full(k, 1 / k)
    return np.vstack([np.eye(k), left_open]).astype(np.float32)


def told(given: Latent, beside: ndarray) -> tuple[int, ...]:
    """What stands beside one z, (width,), -> the values' numbers: the other way round."""
    ends = np.cumsum([len(label.values) for label in given.labels])[:-1]
    parts = np.split(beside, ends) if given.labels else []
    return tuple(int(part.argmax()) if part.max() == 1 else ANY for part in parts)


def latents(
    given: Latent, seeds: Iterable[int], chosen: ndarray | None = None, below: float | None = None
) -> ndarray:
    """What a model's G takes for these seeds, (n, latent_dim + width) float32.

    chosen: values of its labels (m, k), dealt out over the seeds again and again; without them every value of
    every label comes in turn. below: a bound of z's coordinates, see latent.truncated.
    """
    if below is None:
        z = latent.seeds_to_z(seeds, given.latent_dim)
    else:
        z = np.stack([latent.truncated(seed, given.latent_dim, below) for seed in seeds])
    if not given.labels:
        return z
    deck = in_turn(given, len(z)) if chosen is None or not len(chosen) else chosen
    return np.concatenate([z, one_hot(deck[np.arange(len(z)) % len(deck)], given)], 1)


def in_turn(given: Latent, count: int) -> ndarray:
    """The first `count` combinations of labels, (count, k); the first label changes quickest."""
    number, turns = np.arange(count), np.zeros((count, len(given.labels)), int)
    for column, label in enumerate(given.labels):
        turns[:, column] = number % len(label.values)
        number //= len(label.values)
    return turns


def usual(given: Latent) -> tuple[int, ...]:
    """What a model draws that is told nothing: "any" if it has learnt that, else as little as it can."""
    return tuple(ANY if given.label_dropout else _plainest(label) for label in given.labels)


def _plainest(label: Label) -> int:
    """The value that says that nothing is there, "none" or "no hat"; else the first."""
    bare = (number for number, value in enumerate(label.values) if value == "none" or value.startswith("no "))
    return next(bare, 0)


def left_open(given: Latent) -> ndarray:
    """What says nothing of any label, (width,) float32: for a discriminator that is to judge images alone."""
    return one_hot(np.full((1, len(given.labels)), ANY), given)[0]


def chosen(labels: Sequence[Label], value: str | Mapping[str, str]) -> tuple[int, ...]:
    """The numbers of the values that someone names; what is not named is left open.

    value: "dress", where one label has it; "hat=cap+mouth=smile"; or {"hat": "cap", …}. Raises ValueError, a
    sentence, for what the model does not know.
    """
    if not labels:
        raise ValueError(f"This model is not conditional, so it cannot draw “{str(value)[:40]}”.")
    named = dict(value) if isinstance(value, Mapping) else _read(labels, str(value))
    if unknown := named.keys() - {label.column for label in labels}:
        there = ", ".join(label.column for label in labels)
        raise ValueError(f"This model has no label “{str(min(unknown))[:40]}”; it has {there}.")
    return tuple(_number(label, named.get(label.column, ANY_NAME)) for label in labels)


def spelled(labels: Sequence[Label], numbers: Sequence[int]) -> str:
    """The text that `chosen` reads as these numbers; of a model with one label only the value's name."""
    named = [(label, label.values[number]) for label, number in zip(labels, numbers, strict=True)
             if number != ANY]  # fmt: skip
    if len(labels) == 1:
        return named[0][1] if named else ""
    return BETWEEN.join(f"{label.column}{IS}{value}" for label, value in named)


def _read(labels: Sequence[Label], text: str) -> dict[str, str]:
    """Column -> value. A bare value is one of the label that alone has it."""
    if len(labels) > 1 and (exactly := _as_spelled(labels, text)):
        return exactly
    named: dict[str, str] = {}
    if text.strip().casefold() == ANY_NAME:
        return named
    for part in [text] if _having(labels, text) else filter(None, map(str.strip, text.split(BETWEEN))):
        column, is_, value = map(str.strip, part.partition(IS))
        if not is_ or _having(labels, part):
            having = _having(labels, part)
            if len(having) != 1:
                raise ValueError(_unknown(labels, part) if not having else
                                 f"“{part[:40]}” is a value of {' and of '.join(having)}: say which, as in "
                                 f"{having[0]}{IS}{part[:40]}.")  # fmt: skip
            column, value = having[0], part
        named[column] = value
    return named


def _as_spelled(labels: Sequence[Label], text: str) -> dict[str, str]:
    """What `spelled` wrote, else {}: people's own names may hold the signs that stand between them."""
    named, rest = {}, text + BETWEEN
    for label in labels:
        there = [value for value in label.values if rest.startswith(f"{label.column}{IS}{value}{BETWEEN}")]
        if there:
            named[label.column] = value = max(there, key=len)
            rest = rest.removeprefix(f"{label.column}{IS}{value}{BETWEEN}")
    return {} if rest else named


def _having(labels: Sequence[Label], value: str) -> list[str]:
    """The columns that have such a value; as it is written, or else in other capitals."""
    exactly = [label.column for label in labels if value in label.values]
    return exactly or [label.column for label in labels
                       if value.casefold() in map(str.casefold, label.values)]  # fmt: skip


def _number(label: Label, value: str) -> int:
    if value in label.values:
        return label.values.index(value)
    alike = [number for number, one in enumerate(label.values) if one.casefold() == str(value).casefold()]
    if not alike and str(value).casefold() not in (ANY_NAME, ""):
        raise ValueError(_unknown([label], str(value)))
    return alike[0] if alike else ANY


def _unknown(labels: Sequence[Label], value: str) -> str:
    if len(labels) == 1:
        column, there = label_words(labels[0].column), ", ".join(labels[0].values)
        return f"This model knows no {column} “{value[:40]}”; it knows {there}."
    knows = "; ".join(f"{label_words(label.column)}: {', '.join(label.values)}" for label in labels)
    return f"This model knows no “{value[:40]}”. It knows {knows}."
