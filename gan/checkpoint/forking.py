"""What a run may start from: any kept model, with its training state or without."""

from pathlib import Path

import torch

from gan.checkpoint.folder import TRAINING
from gan.checkpoint.state import TrainState, gather, load_training
from gan.checkpoint.store import load_networks


def load_to_fork(folder: Path) -> TrainState:
    """A kept model's training state; where it was kept without one, its networks alone, for fresh optimisers.

    A generator's moving average then stands for the generator, too. Raises CheckpointError.
    """
    if (folder / TRAINING).exists():
        return load_training(folder)
    kept = load_networks(folder)
    train, networks = kept.facts.train, dict(kept.generators)
    averages = {f"average_{name}": network for name, network in networks.items()}
    tensors = gather(networks | kept.discriminators | averages, {})
    tensors["random"] = torch.Generator().manual_seed(train.seed).get_state()
    return TrainState(train, tensors, kept.facts.steps, kept.facts.images_seen, kept.facts.seconds)
