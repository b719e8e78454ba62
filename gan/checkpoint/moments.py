"""A run's model as it was at a step whose training state is kept: it draws and judges, or draws alone.

A kept model may have some of them beside it, without what only training needs.
"""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from gan import data
from gan.checkpoint.card import Facts
from gan.checkpoint.folder import unreadable
from gan.checkpoint.state import TrainState, below, load_state, renamed, save_state, state_facts
from gan.checkpoint.store import ARRAYS, Loaded, Snapshot, calibration
from gan.labels import left_open
from gan.measure.unfamiliar import Album
from gan.models import Judge, build_generator, folded, sides
from gan.system import tensors

NAME = "moment-{}.safetensors"


def save_moment(folder: Path, state: TrainState):
    """A training state without its optimisers, beside a model of the same run. Raises OSError."""
    generators, discriminators = sides(state.config.model)
    kept = {*generators, *discriminators, *(f"average_{name}" for name in generators), "random"}
    networks = {key: value for key, value in state.tensors.items() if key.split("/")[0] in kept}
    folder.mkdir(parents=True, exist_ok=True)
    save_state(moment_file(folder, state.step), replace(state, tensors=networks))


def moment_file(folder: Path, step: int) -> Path:
    return folder / NAME.format(step)


def kept_moments(folder: Path) -> tuple[int, ...]:
    """The steps of the files that `save_moment` wrote beside a model."""
    found = (re.fullmatch(NAME.format(r"(\d{1,15})"), path.name) for path in folder.glob("moment-*"))
    return tuple(sorted(int(match[1]) for match in found if match))


def load_moment(path: Path, device: str = "cpu") -> Loaded:
    """Out of the training state of a model that is given a latent: its averaged G, and D as it was then.

    It has no directions. Raises CheckpointError, or DataError where its data are gone.
    """
    state = load_state(path)
    dataset = data.load(state.config.data)
    try:
        generators, discriminators = _networks(state)
        shot = Snapshot(
            state.config, dataset, generators, discriminators, state.step, state.images_seen, state.seconds
        )
        given, E = state.config.model.latent, generators.get("E")
        G = folded(generators["G"])
        there = calibration(shot, G)
        real, fake, album = (there[key].numpy() for key in ARRAYS)
        judge = Judge(discriminators["D"], E, left_open(given)).eval()
        G = G.to(device).to(memory_format=torch.channels_last)
        D = judge.to(device).to(memory_format=torch.channels_last)
    except Exception as error:  # of torch, of a model of another kind
        raise unreadable(f"The training state of {path.parent.name}", error) from error
    facts = Facts(state.config.name, state.config, dataset.title, state.step, state.images_seen,
                  state.seconds, (0, 0))  # fmt: skip
    none = np.zeros((0, given.latent_dim), np.float32), np.zeros(0, np.float32)
    zero = float(there["calibration.zero"])
    return Loaded(facts, G, D, E, *none, real, fake, Album(album), zero)


def load_generator(path: Path, device: str = "cpu") -> nn.Module:
    """The averaged G of such a state, folded, with no scores of D's to wait for. Raises CheckpointError."""
    facts = state_facts(path)
    try:
        G = build_generator(facts.config.model)
        G.load_state_dict(below(renamed(tensors.load_mapped(path, "average")), "average_G/"))
        return folded(G.eval().requires_grad_(False)).to(device).to(memory_format=torch.channels_last)
    except Exception as error:
        raise unreadable(f"The training state of {path.parent.name}", error) from error


def _networks(state: TrainState) -> tuple[dict[str, nn.Module], dict[str, nn.Module]]:
    """Both sides as a kept model has them: the generators' moving averages, all in eval mode."""
    generators, discriminators = sides(state.config.model)
    for prefix, side in (("average_", generators), ("", discriminators)):
        for name, network in side.items():
            network.load_state_dict(below(state.tensors, f"{prefix}{name}/"))
            network.eval().requires_grad_(False)
    return dict(generators.items()), dict(discriminators.items())
