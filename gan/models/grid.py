"""The door of networks that work on pixel art's own grid: small inside, outside as its images are."""

from typing import Any

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d


class OnGrid(nn.Module):
    """`network` on images whose pixels stand repeated `times` × `times`.

    Images (n, c, h, w) that go in are made small, and images that come out large; latents and logits pass.
    """

    network: Any  # of any kind: not every one tells features, or has styles

    def __init__(self, network: nn.Module, times: int):
        super().__init__()
        self.network, self.times = network, times

    def forward(self, *given: Tensor | None) -> Tensor:
        return self._large(self.network(*map(self._small, given)))

    def features(self, *given: Tensor | None) -> Tensor:
        return self.network.features(*map(self._small, given))

    @property
    def style_layers(self) -> int:
        return self.network.style_layers

    def styles(self, z: Tensor) -> Tensor:
        return self.network.styles(z)

    def entrance(self) -> Tensor:
        return self.network.entrance()

    def truncated(self, styles: Tensor, psi: float) -> Tensor:
        return self.network.truncated(styles, psi)

    def draw(self, styles: Tensor, **how) -> Tensor:
        return self._large(self.network.draw(styles, **how))

    def _large(self, out: Tensor) -> Tensor:
        if out.dim() < 4:
            return out
        return out.repeat_interleave(self.times, 2).repeat_interleave(self.times, 3)

    def _small(self, given: Tensor | None) -> Tensor | None:
        return given if given is None or given.dim() < 4 else avg_pool2d(given, self.times)
