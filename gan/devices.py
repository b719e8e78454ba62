"""Where networks live and what moves them there."""

import inspect

import torch
from torch import Tensor, nn

from gan.config import TrainConfig
from gan.ranges import ConfigError


def _uncompiled(kind: type[torch.optim.Optimizer]) -> type:
    """An optimiser whose methods are not wrapped in what keeps torch's compiler away from them.

    The wrappers import that compiler, which nothing here uses and which takes as long to load as torch.
    """
    names = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")
    bare = {name: inspect.unwrap(getattr(kind, name)) for name in names}
    return type(kind.__name__, (kind,), bare | {"step": torch.no_grad()(inspect.unwrap(kind.step))})


Adam, RMSprop = _uncompiled(torch.optim.Adam), _uncompiled(torch.optim.RMSprop)


def pick_device(name: str) -> str:
    """ "auto" -> cuda, mps or cpu, whichever is there; any other name is taken at its word if it is there."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if there[device])
    if not there.get(name):
        raise ConfigError(f"This machine has no {name} device; choose auto or cpu.")
    return name


def autocast(config: TrainConfig) -> torch.autocast:
    """The number format that a run's networks compute in."""
    return torch.autocast(config.device, torch.bfloat16, enabled=config.precision == "bfloat16")


def emulates_bfloat16() -> bool:
    """Whether this processor only imitates bfloat16, far more slowly: one of x86 without AVX-512."""
    return torch.backends.cpu.get_cpu_capability() == "AVX2"


def make_optimizer(config: TrainConfig, parameters: list[nn.Parameter], lr: float) -> torch.optim.Optimizer:
    """The optimiser that the config names, in the form that is fastest where the parameters lie."""
    if config.optimizer == "rmsprop":
        return RMSprop(parameters, lr)  # smoothing 0.99, as in torch's and so in WGAN's code
    fused = parameters[0].device.type in ("cpu", "cuda")
    return Adam(parameters, lr, (config.beta1, config.beta2), fused=fused)


def descend(optimizer: torch.optim.Optimizer, loss: Tensor):
    """One step down the slope of the loss."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
