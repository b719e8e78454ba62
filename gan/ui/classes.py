"""Classes beside seeds: as people name them in a walk or in a request, and the latents that they make."""

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from gan.latent import seeds_to_z, with_classes
from gan.studio import ModelInfo

Stop = tuple[int, str]  # a seed and its class; the class is empty for a model that is told none


def title(info: ModelInfo) -> str:
    """What the classes are values of, as a heading: "Garment"."""
    return info.label[:1].upper() + info.label[1:]


def read_classes(info: ModelInfo, named: str | Sequence[str]) -> list[str]:
    """The classes that someone named, a list or a text like "dress, bag"; none where nothing is named.

    Raises ValueError, a sentence, for what the model does not know.
    """
    if isinstance(named, str):
        named = [named] if named.strip() in info.classes else named.split(",")
    if not isinstance(named, Sequence):
        raise ValueError("Classes are named in a text, with commas between them.")
    return [_known(info, str(one).strip()) for one in named if str(one).strip()]


def _known(info: ModelInfo, name: str) -> str:
    if not info.classes:
        raise ValueError(f"{info.title} is told no classes, so it cannot draw “{name[:40]}”.")
    alike = [one for one in info.classes if one == name] or [
        one for one in info.classes if one.casefold() == name.casefold()
    ]
    if not alike:
        there = ", ".join(info.classes)
        raise ValueError(f"{info.title} knows no {info.label} “{name[:40]}”; it knows {there}.")
    return alike[0]


def stops(info: ModelInfo, seeds: Sequence[int], classes: Sequence[str], most: int) -> list[Stop]:
    """Each seed with its class; a single one of either kind serves for all of the other.

    Without classes a conditional model draws its first. Raises ValueError, a sentence.
    """
    classes = list(classes) or [info.classes[0] if info.classes else ""]
    count = max(len(seeds), len(classes))
    if count > most:
        raise ValueError(f"These are more than {most} images; name at most {most} seeds or classes.")
    if {len(seeds), len(classes)} - {1, count}:
        raise ValueError(
            f"There are {len(seeds)} seeds and {len(classes)} classes: name one class for all seeds, one for "
            "each, or one seed for all classes."
        )
    return [(seeds[k % len(seeds)], classes[k % len(classes)]) for k in range(count)]


def latents(info: ModelInfo, stops: Sequence[Stop]) -> tuple[ndarray, ndarray]:
    """What these stops stand for: z (n, latent_dim) and, one-hot, classes (n, k); k is 0 without any."""
    z = seeds_to_z([seed for seed, _ in stops], info.latent_dim)
    if not info.classes:
        return z, np.zeros((len(z), 0), np.float32)
    numbers = np.array([info.classes.index(value) for _, value in stops])
    return tuple(np.split(with_classes(z, numbers, len(info.classes)), [info.latent_dim], 1))


def slug(*names: str) -> str:
    """Names as a part of a file's name, each after a dash: "T-shirt/top" becomes "-T-shirt-top"."""
    plain = ("".join(letter if letter.isalnum() else "-" for letter in name) for name in names if name)
    return "".join(f"-{name}" for name in plain)
