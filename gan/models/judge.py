"""A discriminator that judges images alone, whatever it was given beside them in training."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gan.images import to_tensor


class Judge(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> logits (n,), above 0 for real.

    A BiGAN's D is given the encoder's latent of the image; a conditional one what leaves its labels open,
    (width,), see labels.left_open.
    """

    left_open: Tensor | None

    def __init__(self, D: nn.Module, E: nn.Module | None = None, left_open: np.ndarray | None = None):
        super().__init__()
        self.D, self.E = D, E
        told = None if left_open is None or not len(left_open) else torch.from_numpy(left_open)
        self.register_buffer("left_open", told, persistent=False)
        self.to(next(D.parameters()).device)

    def forward(self, images: Tensor) -> Tensor:
        return self.D(images, *self.beside(images))

    def beside(self, images: Tensor) -> tuple[Tensor, ...]:
        """What D is given beside these images."""
        if self.E:
            return (self.E(images),)
        return () if self.left_open is None else (self.left_open.expand(len(images), -1),)

    def scores(self, pictures: np.ndarray, at_once: int = 64) -> Tensor:
        """Images (n, h, w, c) uint8 -> logits (n,) float32 on the CPU."""
        return self._in_parts(pictures, at_once, self)

    def features(self, pictures: np.ndarray, at_once: int = 64) -> Tensor:
        """Images (n, h, w, c) uint8 -> what D goes by in them, (n, d) float32 on the CPU."""
        D: Any = self.D
        return self._in_parts(pictures, at_once, lambda seen: D.features(seen, *self.beside(seen)).flatten(1))

    @torch.no_grad()
    def _in_parts(self, pictures: np.ndarray, at_once: int, what: Callable[[Tensor], Tensor]) -> Tensor:
        device = next(self.parameters()).device
        parts = [
            what(to_tensor(torch.tensor(pictures[i : i + at_once]).to(device))).float().cpu()
            for i in range(0, len(pictures), at_once)
        ]
        return torch.cat(parts)
