"""A model's curve of truncation: drawn once, which takes a minute, and kept beside it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from gan import data
from gan.checkpoint.folder import TRUNCATION, read_facts, unreadable
from gan.checkpoint.store import load_networks
from gan.data import DataError
from gan.data.conditions import rows
from gan.devices import pick_device
from gan.labels import latents
from gan.measure import truncation
from gan.measure.truncation import Point
from gan.models import folded
from gan.ranges import within
from gan.specs import Latent
from gan.system import files, reading
from gan.system.reading import Spoilt

MOST_TRUNCATION = 2**16  # bytes
MOST_POINTS = 64


@dataclass(frozen=True)
class Curve:
    """What truncation.json holds: points by rising bounds of |z|, and of which model."""

    steps: int  # that the model had taken
    images: int  # that each point looked at
    points: tuple[Point, ...]

    def __post_init__(self):
        if not 1 <= len(self.points) <= MOST_POINTS:
            raise Spoilt(f"a curve has 1 to {MOST_POINTS} points")
        bounds = [point.below for point in self.points]
        if bounds != sorted(set(bounds)):
            raise Spoilt("its points do not follow one another")
        for point in self.points:
            within("bound", point.below, 0, 1000)
            within("distance", point.frechet, 0, 10**15)
            for share in (point.precision, point.recall, point.coverage):
                within("share", share, 0, 1)


def draw_truncation(
    folder: Path, images: int = truncation.IMAGES, device: str = "auto", bounds=truncation.BOUNDS
) -> Curve:
    """Measures the model in `folder` and keeps the curve there. Raises ValueError, a sentence, or OSError."""
    kept = load_networks(folder)
    train = kept.facts.train
    if not isinstance(train.model.given, Latent):
        raise unreadable(f"The model {folder.name}", TypeError("it starts from no noise to be truncated"))
    given = train.model.latent
    told = rows(data.load(train.data).held_out, given)
    G = kept.generators["G"].to(pick_device(device))
    points = truncation.curve(G, given, train.data, told, images, bounds)
    curve = Curve(kept.facts.steps, images, points)
    files.write(folder / TRUNCATION, json.dumps(asdict(curve), indent=2).encode())
    return curve


def read_truncation(folder: Path) -> Curve | None:
    """None where none was drawn, or of an earlier state of the model. Raises CheckpointError, a sentence."""
    try:
        curve = reading.built(Curve, reading.json_file(folder / TRUNCATION, MOST_TRUNCATION))
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever a file may be
        raise unreadable(f"The truncation of {folder.name}", error) from error
    return curve if curve.steps == read_facts(folder).steps else None


def load_narrow(folder: Path, below: float, device: str = "cpu") -> nn.Module:
    """A model's G whose norms know the features of z with |z| < `below`, folded. Raises CheckpointError."""
    return folded(narrow(folder, below, device)).to(memory_format=torch.channels_last)


def narrow(folder: Path, below: float, device: str = "cpu") -> nn.Module:
    """The same as it was trained, not folded."""
    kept = load_networks(folder)
    given, G = kept.facts.train.model.latent, kept.generators["G"].to(device)
    z = latents(given, range(truncation.GATHERED), _told(kept.facts.train.data, given), below)
    return truncation.gathered(G, z)


def _told(data_name: str, given: Latent) -> np.ndarray | None:
    """The held-out images' labels; None, for all in turn, where the data is gone."""
    try:
        return rows(data.load(data_name).held_out, given)
    except DataError:
        return None
