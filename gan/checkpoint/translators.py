"""Models that make one picture into another: what they are kept with, loaded and used."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from gan import images
from gan.checkpoint.card import Facts
from gan.checkpoint.folder import unreadable
from gan.checkpoint.store import Companions, Snapshot, companions, load_networks
from gan.data import bars, load, views
from gan.images import in_colour, to_tensor, to_uint8
from gan.specs import ModelConfig, Source, shrunk, source_channels

PREVIEWED = 8  # sources, and below each what is made of it and what it should be


@dataclass(frozen=True)
class Translator:
    """A model ready to be used: networks in eval mode on a device."""

    facts: Facts
    G: nn.Module  # sources (n, k, h, w) -> images (n, c, h, w)
    D: nn.Module  # images, sources -> logits (n, h', w')

    @property
    def model(self) -> ModelConfig:
        return self.facts.train.model

    def translate(self, sources: Sequence[np.ndarray | Image.Image]) -> np.ndarray:
        """Sources of its kind, of any size -> images (n, h, w, c) uint8."""
        side = self.model.image_size
        if not len(sources):
            return np.zeros((0, side, side, self.model.channels), np.uint8)
        return translate(self.G, np.stack([self.fitted(source) for source in sources]))

    def fitted(self, drawing: np.ndarray | Image.Image) -> np.ndarray:
        """What is a source already, of any size, as the model takes it: (h, w, k) uint8."""
        return images.fit(drawing, self.model.image_size // shrunk(self.model), source_channels(self.model))

    def source_of(self, photo: np.ndarray | Image.Image) -> np.ndarray:
        """A photo, of any size, as the model's kind of source: (h, w, k) uint8."""
        train = self.facts.train
        seen = bars.fitted(photo, train.model)
        return views.of_photo(train.model.source.view, train.data, seen, train.model.enlarged)

    def paints(self) -> tuple[views.Paint, ...]:
        """The colours that one draws a source with."""
        return views.paints(self.model.source.view, self.facts.train.data)

    def pairs(self, count: int, seed: int, held_out: bool) -> tuple[np.ndarray, np.ndarray]:
        """Sources and their true answers out of its data, which a seed chooses. Raises DataError."""
        whole = load(self.facts.train.data)
        part = whole.held_out if held_out else whole.train
        return views.some_pairs(self.model.source.view, part, self.model.enlarged, count, seed)


@companions.register
def _(given: Source, shot: Snapshot) -> Companions:
    sources, targets = views.pairs(given.view, shot.dataset.held_out, shot.config.model.enlarged)
    sources, targets, times = sources[:PREVIEWED], targets[:PREVIEWED], shrunk(shot.config.model)
    shown = sources.repeat(times, 1).repeat(times, 2), translate(shot.generators["G"], sources), targets
    return Companions({}, np.concatenate([in_colour(part) for part in shown]))


def load_translator(folder: Path, device: str = "cpu") -> Translator:
    """A model that is given a source, ready to be used. Raises CheckpointError."""
    kept = load_networks(folder)
    try:
        if not isinstance(kept.facts.train.model.given, Source):
            raise TypeError("it makes its images out of noise, not out of another picture")
        G, D = (network.to(device).to(memory_format=torch.channels_last)
                for network in (kept.generators["G"], kept.discriminators["D"]))  # fmt: skip
    except Exception as error:  # of the device, of a model of another kind
        raise unreadable(f"The model {folder.name}", error) from error
    return Translator(kept.facts, G, D)


@torch.inference_mode()
def translate(G: nn.Module, sources: np.ndarray, at_once: int = 64) -> np.ndarray:
    """Sources (n, h, w, k) uint8 -> images (n, h, w, c) uint8, G in eval mode."""
    device = next(G.parameters()).device
    parts = (to_tensor(sources[i : i + at_once]).to(device) for i in range(0, len(sources), at_once))
    return np.concatenate([to_uint8(G(part)) for part in parts])
