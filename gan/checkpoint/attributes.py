"""A model's named directions: found once, which takes a minute, and kept beside it."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy import ndarray

from gan.checkpoint import card
from gan.checkpoint.card import Facts
from gan.checkpoint.folder import ATTRIBUTES, CARD, PREVIEW, read_facts, unreadable
from gan.checkpoint.store import load_networks
from gan.devices import pick_device
from gan.images import to_uint8
from gan.labels import one_hot, usual
from gan.latent import DIRECTION, principal_styles, seeds_to_z
from gan.measure import attributes, features
from gan.measure.attributes import FLIPS, OTHERS, Found
from gan.models import folded
from gan.ranges import within
from gan.specs import Given, Latent, ModelConfig, Style
from gan.system import files, reading
from gan.system.reading import Spoilt
from gan.words import percent

MOST_ATTRIBUTES = 2**20  # bytes
MOST_NAMED = 64
DIGITS = 5  # of a direction's numbers: closer than any picture tells
AT_ONCE = 64


@dataclass(frozen=True)
class Named:
    """A direction of attributes.json."""

    name: str
    direction: tuple[float, ...]  # one σ along it, in z or in w
    flips: float
    others: float

    def __post_init__(self):
        if not DIRECTION.fullmatch(self.name):
            raise Spoilt("a direction has no name that fits into a link")
        if not 0 < len(self.direction) <= 4096 or not all(map(math.isfinite, self.direction)):
            raise Spoilt("a direction is no list of numbers")
        if not any(self.direction) or max(map(abs, self.direction)) > 1000:
            raise Spoilt("a direction leads nowhere")
        for share in (self.flips, self.others):
            within("share", share, 0, 1)


@dataclass(frozen=True)
class Kept:
    """What attributes.json holds, and of which model."""

    steps: int  # that the model had taken
    named: tuple[Named, ...]  # best first

    def __post_init__(self):
        if len({one.name for one in self.named}) < len(self.named) or len(self.named) > MOST_NAMED:
            raise Spoilt(f"it may hold {MOST_NAMED} directions, each with a name of its own")


@dataclass(frozen=True, eq=False)
class NamedDirection:
    """A direction along which one attribute comes (+) or goes (−), and how well that works.

    Of 500 fresh seeds: on which share 3 σ towards the other side flip it, as the data's classifier sees
    them, and on which another label, in the mean over all others.
    """

    name: str
    vector: ndarray  # float32, one σ along it: (latent_dim,) in z, of a StyleGAN (w_dim,) in w
    flips: float  # 0..1
    others: float

    @property
    def works(self) -> bool:
        """Whether it does what its name says, and little else."""
        return self.flips >= FLIPS and self.others < OTHERS


def has_names(given: Given, data: str) -> bool:
    """Whether the data have labels that a classifier sees in images, and that a model is not told."""
    if not isinstance(given, Latent) or not features.classifier_for(data):
        return False
    return bool(set(features.columns(data)) - {label.column for label in given.labels})


def find_attributes(folder: Path, device: str = "auto", seconds: float = math.inf) -> list[NamedDirection]:
    """Finds the directions of the model in `folder` and keeps them there, if its disk takes them.

    seconds: of processor time, after which it is content with those it has. Raises CheckpointError.
    """
    kept = load_networks(folder)
    train = kept.facts.train
    if not has_names(train.model.given, train.data):
        return []
    space = Space(folded(kept.generators["G"]).to(pick_device(device)), train.model.latent)
    told = [label.column for label in train.model.latent.labels]
    there = attributes.attributes(features.columns(train.data), told)
    directions = attributes.found(space.seen(train.data), space.points, there, seconds)
    found = Kept(kept.facts.steps, tuple(_named(one, space) for one in directions))
    try:
        files.write(folder / ATTRIBUTES, json.dumps(asdict(found)).encode())
        write_card(folder, kept.facts)
    except OSError:
        pass  # a full or a read-only disk: they are found all the same
    return _directions(found)


def write_card(folder: Path, facts: Facts):
    """The model card with what its named directions do, where such were found."""
    named = read_attributes(folder)
    files.write(folder / CARD, card.text(facts, PREVIEW, "" if named is None else words(named)).encode())


def read_attributes(folder: Path) -> list[NamedDirection] | None:
    """None where none were looked for, or of an earlier state of the model. Raises CheckpointError."""
    try:
        found = reading.built(Kept, reading.json_file(folder / ATTRIBUTES, MOST_ATTRIBUTES))
        facts = read_facts(folder)
        if any(len(one.direction) != _dim(facts.train.model) for one in found.named):
            raise Spoilt("a direction is one of another model")
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever a file may be
        raise unreadable(f"The named directions of {folder.name}", error) from error
    return _directions(found) if found.steps == facts.steps else None


def _dim(model: ModelConfig) -> int:
    return model.generator.w_dim if isinstance(model.generator, Style) else model.latent.latent_dim


def words(named: Sequence[Any]) -> str:
    """What a model card says of those that work: how often each flips its own label, and another."""
    work = (one for one in named if one.flips >= FLIPS and one.others < OTHERS)
    return "; ".join(f"{one.name} {percent(one.flips)}, {percent(one.others)}" for one in work) or "none"


def _named(one: Found, space: "Space") -> Named:
    along = (one.direction @ space.axes).round(DIGITS).tolist()
    return Named(one.name, tuple(along), round(one.flips, 3), round(one.others, 3))


def _directions(found: Kept) -> list[NamedDirection]:
    return [NamedDirection(one.name, np.array(one.direction, np.float32), one.flips, one.others)
            for one in found.named]  # fmt: skip


class Space:
    """Where a model is explored, in coordinates that have mean 0 and σ 1 over its seeds.

    axes (k, dim): one σ along each coordinate, in z or of a StyleGAN in w.
    """

    def __init__(self, G: Any, given: Latent):
        self.G, self.given, self.styled = G, given, G.style_layers > 1
        self.told = one_hot([usual(given)], given)
        self.device = next(G.parameters()).device
        self.middle, self.axes = np.zeros(given.latent_dim), np.eye(given.latent_dim)
        if self.styled:
            w = self._w(seeds_to_z(range(attributes.LEARNT), given.latent_dim))
            directions, spread = principal_styles(w, w.shape[1])
            wide = spread > 1e-3 * spread.max()  # what hardly differs is no direction to move along
            self.middle, self.axes = w.mean(0), (directions * spread[:, None])[wide].astype(np.float64)

    def points(self, seeds: Iterable[int]) -> ndarray:
        """Seeds -> (n, k)."""
        z = seeds_to_z(seeds, self.given.latent_dim)
        return (self._w(z) - self.middle) @ np.linalg.pinv(self.axes) if self.styled else z

    @torch.inference_mode()
    def images(self, points: ndarray) -> ndarray:
        """(n, k) -> (n, h, w, c) uint8."""
        there = (self.middle + points @ self.axes).astype(np.float32)
        parts = np.split(there, range(AT_ONCE, len(there), AT_ONCE))
        return np.concatenate([to_uint8(self._draw(part)) for part in parts])

    def seen(self, data: str) -> Callable[[ndarray], list[ndarray]]:
        """What the classifier of the data says of points: see attributes.See."""
        return lambda points: features.values(data, self.images(points))

    def _draw(self, there: ndarray) -> torch.Tensor:
        if not self.styled:
            return self.G(self._beside(there))
        w = torch.from_numpy(there).to(self.device)[:, None]
        return self.G.draw(w.expand(-1, self.G.style_layers, -1))

    @torch.inference_mode()
    def _w(self, z: ndarray) -> ndarray:
        parts = np.split(z, range(AT_ONCE, len(z), AT_ONCE))
        styles = (self.G.styles(self._beside(part)) for part in parts)
        return np.concatenate([w[:, 0].float().cpu().numpy() for w in styles])

    def _beside(self, z: ndarray) -> torch.Tensor:
        told = self.told.repeat(len(z), 0)
        return torch.from_numpy(np.concatenate([z, told], 1).astype(np.float32)).to(self.device)
