"""Generators to look into: as they were trained, with every batch norm in its place, and run as they draw."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from gan.checkpoint.store import load_networks
from gan.checkpoint.truncation import narrow
from gan.latent import Latent
from gan.models import styles
from gan.models.layers import Inside


def load_unfolded(folder: Path, below: float = 0.0, device: str = "cpu") -> nn.Module:
    """A model's G, in eval mode; with a bound as `load_narrow` has it. Raises CheckpointError."""
    G = narrow(folder, below, device) if below else load_networks(folder).generators["G"]
    return G.to(device).to(memory_format=torch.channels_last)


def inside(G: nn.Module, z: np.ndarray, like: Latent, moved: np.ndarray | None = None) -> Inside:
    """G while it draws one z, (1, latent_dim + width), in a manner: see `generate` and `generate_styled`."""
    device = next(G.parameters()).device
    given = torch.from_numpy(z).to(device)
    added = None if moved is None else torch.from_numpy(moved).to(device)

    def run(G: nn.Module) -> Tensor:
        if like.psi == 1 and not like.noise and added is None:
            return G(given)
        return styles.truncated(G, given, like.psi, like.noise, added)

    return Inside(G, run)
