"""Unrolled GANs (Metz et al. 2017): G's loss against the discriminator as it would be some steps later.

The steps are Adam's own, from D's weights and moments, on the present batch; G's gradient goes through them.
D itself is left as it is.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call


def steps_ahead(
    D: nn.Module, adam: torch.optim.Optimizer, loss: Callable[[Callable], Tensor], steps: int
) -> Callable[..., Tensor]:
    """D as a function after `steps` more updates by `loss`, differentiable through all of them.

    loss: takes D as a function, gives its loss, a scalar, on a batch whose fake images G made with a graph.
    """
    names = [name for name, _ in D.named_parameters()]
    weights: list[Tensor] = [weight for _, weight in D.named_parameters()]
    buffers = {name: value.clone() for name, value in D.named_buffers()}  # batch norm's own stay as they are
    slots = [_moments(adam, weight) for weight in weights]
    group = adam.param_groups[0]

    def run(now: list[Tensor], *inputs) -> Tensor:
        return functional_call(D, {**dict(zip(names, now, strict=True)), **buffers}, inputs)

    now = weights
    for _ in range(steps):
        slopes = torch.autograd.grad(loss(lambda *inputs, now=now: run(now, *inputs)), now, create_graph=True)
        moved = [_adam(*one, group) for one in zip(now, slopes, slots, strict=True)]
        now, slots = [weight for weight, _ in moved], [slot for _, slot in moved]
    return lambda *inputs: run(now, *inputs)


def _moments(adam: torch.optim.Optimizer, weight: Tensor) -> tuple[Tensor, Tensor, float]:
    """Mean, mean square and the number of updates so far."""
    slot = adam.state.get(weight, {})
    if not slot:
        return torch.zeros_like(weight), torch.zeros_like(weight), 0
    return slot["exp_avg"].clone(), slot["exp_avg_sq"].clone(), int(slot["step"])


def _adam(weight: Tensor, slope: Tensor, slot: tuple, group: dict) -> tuple[Tensor, tuple]:
    """One update of Kingma & Ba (2015); the root is taken of v̂ + ε², where a slope of 0 is no 0/0."""
    (b1, b2), (mean, square, step) = group["betas"], slot
    mean, square, step = b1 * mean + (1 - b1) * slope, b2 * square + (1 - b2) * slope.square(), step + 1
    root = (square / (1 - b2**step) + group["eps"] ** 2).sqrt()
    return weight - group["lr"] * mean / (1 - b1**step) / root, (mean, square, step)
