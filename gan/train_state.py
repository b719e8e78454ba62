"""All that a run needs to go on exactly where it stopped: networks, optimisers, random numbers, counts."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan.config import TrainConfig


@dataclass(frozen=True)
class TrainState:
    """What `Trainer.state` gives and `Trainer(config, state)` takes."""

    config: TrainConfig  # precision and device resolved
    tensors: dict[str, Tensor]
    step: int
    images_seen: int
    seconds: float


def gather(networks: dict[str, nn.Module], optimizers: dict[str, torch.optim.Optimizer]) -> dict[str, Tensor]:
    """Copies on the CPU, under names such as "G.layers.1.weight" and "g_adam.0.exp_avg"."""
    tensors = {}
    for name, network in networks.items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in optimizers.items():
        for index, slots in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{slot}": value for slot, value in slots.items()}
    return {key: value.detach().cpu().clone().contiguous() for key, value in tensors.items()}


def restore(
    tensors: dict[str, Tensor], networks: dict[str, nn.Module], optimizers: dict[str, torch.optim.Optimizer]
):
    """Puts back what `gather` took. Raises KeyError or RuntimeError where it does not fit."""
    for name, network in networks.items():
        network.load_state_dict(_below(tensors, f"{name}."))
    for name, optimizer in optimizers.items():
        _restore_optimizer(optimizer, _below(tensors, f"{name}."))


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]):
    parameters, slots = optimizer.param_groups[0]["params"], {}
    for key, value in tensors.items():
        index, slot = key.split(".")
        parameter = parameters[int(index)]
        if value.shape == parameter.shape:  # fused Adam walks both side by side: they need one layout
            value = torch.empty_like(parameter, requires_grad=False).copy_(value)
        slots.setdefault(int(index), {})[slot] = value.clone()
    optimizer.load_state_dict(optimizer.state_dict() | {"state": slots})


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}
