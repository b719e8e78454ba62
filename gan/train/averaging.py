"""The moving average of a network: what a generator shows, since it is steadier than the weights."""

import torch
from torch import nn


@torch.no_grad()
def move_average(average: nn.Module, network: nn.Module, keep: float):
    """average <- keep · average + (1 - keep) · network, buffers too, in one go for all; counts are copied."""
    pairs = list(zip(average.state_dict().values(), network.state_dict().values(), strict=True))
    means, now = zip(*(pair for pair in pairs if pair[0].is_floating_point()), strict=True)
    torch._foreach_lerp_(means, now, 1 - keep)
    for mean, count in pairs:
        if not mean.is_floating_point():
            mean.copy_(count)
