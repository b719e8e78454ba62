"""Layers that draw random numbers: always from their run's own generator, or a run could not be resumed."""

import torch
from torch import Tensor, nn


class Shared:
    """A run's random numbers. A copy of a network draws from the same ones."""

    def __init__(self, generator: torch.Generator):
        self.generator = generator

    def __deepcopy__(self, memo) -> "Shared":
        return self


class Drawing(nn.Module):
    """A layer that draws random numbers in training; `draw_from` says from where."""

    shared: Shared | None = None

    def uniform(self, like: Tensor) -> Tensor:
        """Numbers in [0, 1) in the shape of `like`, drawn on the CPU, so that a seed holds on any device."""
        return torch.rand(like.shape, generator=self._generator()).to(like.device)

    def normal(self, like: Tensor) -> Tensor:
        """The same of normal numbers."""
        return torch.randn(like.shape, generator=self._generator()).to(like.device)

    def _generator(self) -> torch.Generator | None:
        return self.shared.generator if self.shared else None


class Dropout(Drawing):
    """Half of all values become 0 in training, the others twice as large."""

    def forward(self, x: Tensor) -> Tensor:
        return x * (self.uniform(x) < 0.5) * 2 if self.training else x


def draw_from(networks: nn.Module, random: torch.Generator):
    """All layers in `networks` that draw random numbers take them from `random`."""
    shared = Shared(random)
    for layer in networks.modules():
        if isinstance(layer, Drawing):
            layer.shared = shared
