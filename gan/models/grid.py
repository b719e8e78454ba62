"""The door of networks that work on pixel art's own grid: small inside, outside as its images are."""

from typing import Any

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d


class OnGrid(nn.Module):
    """`network` on images whose pixels stand repeated `times` × `times`.

    Images (n, c, h, w) that go in are made small, and images that come out large; latents and logits pass.
    """

    def __init__(self, network: nn.Module, times: int):
        super().__init__()
        self.network, self.times = network, times

    def forward(self, *given: Tensor | None) -> Tensor:
        out = self.network(*map(self._small, given))
        return (
            out.repeat_interleave(self.times, 2).repeat_interleave(self.times, 3) if out.dim() == 4 else out
        )

    def features(self, *given: Tensor | None) -> Tensor:
        network: Any = self.network  # not every one tells its features
        return network.features(*map(self._small, given))

    def _small(self, given: Tensor | None) -> Tensor | None:
        return given if given is None or given.dim() < 4 else avg_pool2d(given, self.times)
