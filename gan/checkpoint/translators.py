"""Models that make one picture into another: what they are kept with, loaded and used."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from gan import images
from gan.checkpoint.card import Facts
from gan.checkpoint.folder import unreadable
from gan.checkpoint.store import Companions, Snapshot, companions, load_networks, some
from gan.data import DataError, DataSet, bars, load, sides, views
from gan.images import enlarged, in_colour, to_tensor, to_uint8
from gan.measure.change import Change, change
from gan.measure.crossing import Hiding, hiding
from gan.measure.measures import Crossed
from gan.models import folded
from gan.specs import ModelConfig, Sides, Source, shrunk, source_channels

PREVIEWED = 8  # sources, and below each what is made of it and what it should be


@dataclass(frozen=True)
class Translator:
    """A model ready to be used: networks in eval mode on a device."""

    facts: Facts
    generators: dict[str, nn.Module]  # sources (n, k, h, w) -> images (n, c, h, w), in the order of its ways
    discriminators: dict[str, nn.Module]  # images, and sources where it has them -> logits

    @property
    def model(self) -> ModelConfig:
        return self.facts.train.model

    def leading(self, way: str = "") -> nn.Module:
        """The generator of one of its ways; "" is the usual one. Raises ValueError, a sentence."""
        return list(self.generators.values())[self._number(way)]

    def _number(self, way: str) -> int:
        ways = self.model.given.ways
        if way and way not in ways:
            there = f"“{ways[0]}” and “{ways[1]}”" if ways else "one way only"
            raise ValueError(f"This model goes {there}, not “{way[:40]}”.")
        return ways.index(way) if way else 0

    def translate(self, sources: Sequence[np.ndarray | Image.Image], way: str = "") -> np.ndarray:
        """Sources of its kind, of any size -> images (n, h, w, c) uint8. Raises ValueError."""
        G = self.leading(way)
        side = self.model.image_size
        if not len(sources):
            return np.zeros((0, side, side, self.model.channels), np.uint8)
        return translate(G, np.stack([self.fitted(source) for source in sources]))

    def there_and_back(self, sources: Sequence[np.ndarray | Image.Image], way: str = "") -> "Returned":
        """Sources, one at least, on the other side and back again. Raises ValueError."""
        ways = self.model.given.ways
        if not ways:
            raise ValueError("This model goes one way only: there is no way back.")
        number = self._number(way)
        there, back = self.leading(ways[number]), self.leading(ways[1 - number])
        taken = np.stack([self.fitted(source) for source in sources])
        made = translate(there, taken)
        error = hiding(there, back, to_tensor(taken).to(next(there.parameters()).device))
        return Returned(taken, made, translate(back, made), error)

    def change(self, source: np.ndarray, made: np.ndarray, way: str = "") -> Change:
        """What was changed in a source, (h, w, c) uint8 both. Raises ValueError for a model without sides."""
        if not self.model.given.ways:
            raise ValueError("This model has no two sides, so no label is meant to change.")
        of, crossed = self.model.sides, Crossed(source[None], made[None], made[None], self.place)
        return change(crossed, of, (of.b, of.a)[self._number(way)], self.facts.train.data)

    @cached_property
    def place(self) -> np.ndarray | None:
        """Where the two sides differ, (h, w) bool; None where that cannot be told. Raises DataError."""
        return sides.place(self.model.sides, self._data().train, self.model.enlarged)

    def _data(self) -> DataSet:
        """What it was trained on. Raises DataError, also where its file names what it cannot have been."""
        whole = load(self.facts.train.data)
        if (whole.image_size, whole.channels) != (self.model.image_size, self.model.channels):
            raise DataError(f"This model cannot have been trained on {whole.title}: its images are others.")
        return whole

    def fitted(self, drawing: np.ndarray | Image.Image) -> np.ndarray:
        """What is a source already, of any size, as the model takes it: (h, w, k) uint8."""
        return images.fit(drawing, self.model.image_size // shrunk(self.model), source_channels(self.model))

    def source_of(self, photo: np.ndarray | Image.Image) -> np.ndarray:
        """A photo, of any size, as the model's kind of source: (h, w, k) uint8."""
        train = self.facts.train
        seen = bars.fitted(photo, train.model)
        if self.model.given.ways:  # of two sides each picture is a source as it is
            return views.on_grid(seen, train.model.enlarged)
        return views.of_photo(train.model.source.view, train.data, seen, train.model.enlarged)

    def target_of(self, photo: np.ndarray | Image.Image) -> np.ndarray:
        """A photo, of any size, as the model's own images are: (h, w, c) uint8."""
        model = self.facts.train.model
        return views.on_grid(bars.fitted(photo, model), model.enlarged)

    def paints(self) -> tuple[views.Paint, ...]:
        """The colours that one draws a source with."""
        return views.paints(getattr(self.model.given, "view", ""), self.facts.train.data)

    def pairs(self, count: int, seed: int, held_out: bool) -> tuple[np.ndarray, np.ndarray]:
        """Sources and their true answers out of its data, which a seed chooses. Raises DataError.

        Of two sides images of each, none the other's answer.
        """
        whole = self._data()
        if isinstance(of := self.model.given, Sides):
            each = sides.held_out(of, whole) if held_out else sides.split(of, whole.train)
            a, b = (some(images, count, seed) for images in each)
            return a, b
        part = whole.held_out if held_out else whole.train
        return views.some_pairs(self.model.source.view, part, self.model.enlarged, count, seed)


@dataclass(frozen=True, eq=False)
class Returned:
    """Sources, what they became on the other side, and what came back, (n, h, w, c) uint8 each."""

    sources: np.ndarray
    made: np.ndarray
    back: np.ndarray
    error: Hiding


@companions.register
def _(given: Sides, shot: Snapshot) -> Companions:
    """Of side A eight pictures, below them what became of each, and what came back of that."""
    sources = sides.held_out(given, shot.dataset)[0][:PREVIEWED]
    to_b, to_a = (folded(shot.generators[way]) for way in ("to_b", "to_a"))
    made = translate(to_b, sources)
    shown = sources, made, translate(to_a, made)
    return Companions({}, np.concatenate([in_colour(part) for part in shown]))


@companions.register
def _(given: Source, shot: Snapshot) -> Companions:
    sources, targets = views.pairs(given.view, shot.dataset.held_out, shot.config.model.enlarged)
    sources, targets, times = sources[:PREVIEWED], targets[:PREVIEWED], shrunk(shot.config.model)
    shown = enlarged(sources, times), translate(folded(shot.generators["G"]), sources), targets
    return Companions({}, np.concatenate([in_colour(part) for part in shown]))


def load_translator(folder: Path, device: str = "cpu") -> Translator:
    """A model that is given a source, or two sides, ready to be used. Raises CheckpointError."""
    kept = load_networks(folder)
    try:
        if not isinstance(kept.facts.train.model.given, Source | Sides):
            raise TypeError("it makes its images out of noise, not out of another picture")
        generators = {way: folded(network) for way, network in kept.generators.items()}
        G, D = ({name: network.to(device).to(memory_format=torch.channels_last)
                 for name, network in networks.items()}
                for networks in (generators, kept.discriminators))  # fmt: skip
    except Exception as error:  # of the device, of a model of another kind
        raise unreadable(f"The model {folder.name}", error) from error
    return Translator(kept.facts, G, D)


@torch.inference_mode()
def translate(G: nn.Module, sources: np.ndarray, at_once: int = 64) -> np.ndarray:
    """Sources (n, h, w, k) uint8 -> images (n, h, w, c) uint8, G in eval mode."""
    device = next(G.parameters()).device
    parts = (to_tensor(sources[i : i + at_once]).to(device) for i in range(0, len(sources), at_once))
    return np.concatenate([to_uint8(G(part)) for part in parts])
