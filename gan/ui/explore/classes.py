"""Classes beside seeds: as people name them in a walk or in a request, and the latents that they make."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy import ndarray

from gan.labels import ANY, ANY_NAME, chosen, one_hot, spelled, usual
from gan.latent import seeds_to_z
from gan.studio import ModelInfo
from gan.words import label_words

LONGEST_STEM = 50  # letters of a file's name before its ending
LONGEST_SEEDS = 18  # of these, where seeds do not all find room
Stop = tuple[int, str]  # a seed and its class; the class is empty for a model that is told none


def heading(column: str) -> str:
    """What a label's values are values of: "Hair colour"."""
    words = label_words(column)
    return words[:1].upper() + words[1:]


def choices(info: ModelInfo) -> list[tuple[str, str]]:
    """(name, text) of each value of the first label, the others left open; the text is what `chosen` reads.

    A model that has learnt to leave its labels open has "any" first.
    """
    open_ = [(ANY_NAME, ANY_NAME)] * (usual_class(info) == ANY_NAME)
    others = (ANY,) * (len(info.labels) - 1)
    return open_ + [
        (value, spelled(info.labels, (number, *others))) for number, value in enumerate(info.classes)
    ]


def read_classes(info: ModelInfo, named: str | Sequence[str]) -> list[str]:
    """The classes that someone named, a list or a text like "dress, bag"; none where nothing is named.

    Raises ValueError, a sentence, for what the model does not know.
    """
    if isinstance(named, str):
        named = [named] if named.strip() in info.classes else named.split(",")
    if not isinstance(named, Sequence):
        raise ValueError("Write classes as text, with commas between them.")
    return [_known(info, str(one).strip()) for one in named if str(one).strip()]


def _known(info: ModelInfo, name: str) -> str:
    return spelled(info.labels, chosen(info.labels, name)) or ANY_NAME


def stops(info: ModelInfo, seeds: Sequence[int], classes: Sequence[str], most: int) -> list[Stop]:
    """Each seed with its class; a single one of either kind serves for all of the other.

    Without classes a conditional model draws any, or its first. Raises ValueError, a sentence.
    """
    classes = list(classes) or [usual_class(info)]
    count = max(len(seeds), len(classes))
    if count > most:
        raise ValueError(f"That is more than {most} images; give at most {most} seeds or classes.")
    if {len(seeds), len(classes)} - {1, count}:
        raise ValueError(
            f"There are {len(seeds)} seeds and {len(classes)} classes: give one class for all seeds, one per "
            "seed, or one seed for all classes."
        )
    return [(seeds[k % len(seeds)], classes[k % len(classes)]) for k in range(count)]


def latents(info: ModelInfo, stops: Sequence[Stop]) -> tuple[ndarray, ndarray]:
    """What these stops stand for: z (n, latent_dim) and, one-hot, classes (n, k); k is 0 without any."""
    z = seeds_to_z([seed for seed, _ in stops], info.latent_dim)
    if not info.labels:
        return z, np.zeros((len(z), 0), np.float32)
    return z, one_hot([chosen(info.labels, value) for _, value in stops], info.given)


def usual_class(info: ModelInfo) -> str:
    """What a conditional model draws of itself, "" for one that is told nothing."""
    return (spelled(info.labels, usual(info.given)) or ANY_NAME) if info.labels else ""


def slug(*names: str) -> str:
    """Names as a part of a file's name, each after a dash: "T-shirt/top" becomes "-T-shirt-top"."""
    plain = ("".join(letter if letter.isalnum() else "-" for letter in name) for name in names if name)
    return "".join(f"-{name}" for name in plain)


def file_stem(model: str, seeds: str, told: str, more: str = "") -> str:
    """A file's name without its ending, as `slug` writes names: the model, the seeds, and what G is told.

    A few letters of a digest stand for what is too long, and for `more`, which is never written out.
    """
    whole = f"{model}{seeds}{told}"
    if not more and len(whole) <= LONGEST_STEM:
        return whole
    mark, seeds = sha256(f"{whole} {more}".encode()).hexdigest()[:6], seeds[:LONGEST_SEEDS]
    return f"{model[: LONGEST_STEM - len(seeds) - len(mark) - 1]}{seeds}-{mark}"
