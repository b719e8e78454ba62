"""Models that make one picture into another: what they are kept with, loaded and used."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from gan.checkpoint.card import Facts
from gan.checkpoint.folder import unreadable
from gan.checkpoint.store import Companions, Snapshot, companions, load_networks
from gan.data import views
from gan.images import to_tensor, to_uint8
from gan.specs import Source

PREVIEWED = 8  # sources, and below each what is made of it and what it should be


@dataclass(frozen=True)
class Translator:
    """A model ready to be used: networks in eval mode on a device."""

    facts: Facts
    G: nn.Module  # sources (n, k, h, w) -> images (n, c, h, w)
    D: nn.Module  # images, sources -> logits (n, h', w')


@companions.register
def _(given: Source, shot: Snapshot) -> Companions:
    sources, targets = views.pairs(given.view, shot.dataset.held_out, shot.config.model.enlarged)
    shown = sources[:PREVIEWED], translate(shot.generators["G"], sources[:PREVIEWED]), targets[:PREVIEWED]
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


def in_colour(pictures: np.ndarray) -> np.ndarray:
    """Images (n, h, w, 1 or 3) -> (n, h, w, 3)."""
    return pictures if pictures.shape[-1] == 3 else pictures.repeat(3, -1)
