"""All that a run needs to go on exactly where it stopped: networks, optimisers, random numbers, counts."""

import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim import Optimizer

from gan.checkpoint import needed
from gan.checkpoint.card import check_numbers
from gan.checkpoint.folder import TRAINING, CheckpointError, unreadable
from gan.config import TrainConfig
from gan.system import files, reading, tensors
from gan.system.reading import Spoilt
from gan.system.tensors import Kind, check, size_of

TASK = "task/"  # how the names of what a task keeps begin
TASK_BYTES = 64 * 2**20  # of that, at most
RANDOM_BYTES = 10_000  # of a state of torch's random numbers, at most


@dataclass(frozen=True)
class TrainState:
    """What `Trainer.state` gives and `Trainer(config, state)` takes."""

    config: TrainConfig  # precision and device resolved
    tensors: dict[str, Tensor]
    step: int
    images_seen: int
    seconds: float

    @property
    def bytes(self) -> int:
        return sum(value.nbytes for value in self.tensors.values())


@dataclass(frozen=True)
class Trained:
    """An optimiser and the parameters that it moves, by name."""

    optimizer: Optimizer
    parameters: dict[str, nn.Parameter]


def gather(networks: dict[str, nn.Module], optimizers: dict[str, Trained]) -> dict[str, Tensor]:
    """Copies on the CPU, under names such as "G/layers.1.weight" and "d_adam/D.layers.0.weight/exp_avg"."""
    tensors: dict[str, Tensor] = {}
    for name, network in networks.items():
        tensors |= {f"{name}/{key}": value for key, value in network.state_dict().items()}
    for name, trained in optimizers.items():
        for key, parameter in trained.parameters.items():
            slots = trained.optimizer.state.get(parameter, {})
            tensors |= {f"{name}/{key}/{slot}": value for slot, value in slots.items()}
    return {key: value.detach().cpu().clone().contiguous() for key, value in tensors.items()}


def of_task(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """What a task keeps, as copies on the CPU, under names such as "task/pool"."""
    return {f"{TASK}{key}": value.detach().cpu().clone() for key, value in state.items()}


def task_of(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return below(tensors, TASK)


def renamed(tensors: dict) -> dict:
    """The tensors of a state that was written before there could be several generators, by today's names."""
    return {re.sub("^average/", "average_G/", name): value for name, value in tensors.items()}


def check_names(
    there: dict[str, Kind], generators: dict[str, dict[str, Kind]], discriminators: dict[str, dict[str, Kind]]
):
    """Raises Spoilt, unless `there` is what the state of a run with such networks holds."""
    players = generators | discriminators
    averages = {f"average_{name}": tensors for name, tensors in generators.items()}
    needed = {f"{name}/{key}": kind for name, tensors in (players | averages).items()
              for key, kind in tensors.items()}  # fmt: skip
    slots = {f"{name}.{key}": kind for name, tensors in players.items() for key, kind in tensors.items()}
    rest = {name: kind for name, kind in there.items() if name not in needed}
    check({name: kind for name, kind in there.items() if name in needed}, needed)
    if size_of(rest.pop("random", ("U8", (RANDOM_BYTES + 1,)))) > RANDOM_BYTES:
        raise Spoilt("the state of its random numbers is missing")
    of_task = [name for name in rest if name.startswith(TASK)]
    if sum(size_of(rest.pop(name)) for name in of_task) > TASK_BYTES:
        raise Spoilt("it holds more beside the networks than a run keeps")
    for name, (_, shape) in rest.items():
        whose = name.split("/")[1:2]  # of an optimiser: its name, the parameter's, and the slot's
        if not whose or shape not in ((), slots.get(whose[0], ("", None))[1]):
            raise Spoilt(f"it holds {name[:60]}, which nothing here needs")


def restore(
    tensors: dict[str, Tensor],
    networks: dict[str, nn.Module],
    optimizers: dict[str, Trained],
    exact: bool = True,
):
    """Puts back what `gather` took. Raises KeyError or RuntimeError where it does not fit.

    With `exact` off, what does not fit stays as it is: a fork may change a network or the optimiser.
    """
    for name, network in networks.items():
        kept = below(tensors, f"{name}/")
        if not exact:
            own = network.state_dict()
            kept = {key: value for key, value in kept.items() if key in own and own[key].shape == value.shape}
        network.load_state_dict(kept, strict=exact)
    for name, trained in optimizers.items():
        for key, parameter in trained.parameters.items():
            _restore_slots(trained.optimizer, parameter, below(tensors, f"{name}/{key}/"))


def _restore_slots(optimizer: Optimizer, parameter: nn.Parameter, slots: dict[str, Tensor]):
    if any(value.ndim and value.shape != parameter.shape for value in slots.values()):
        return  # of a layer that the fork has changed
    for slot, value in slots.items():
        if value.shape == parameter.shape:  # fused Adam walks both side by side: they need one layout
            laid = torch.empty_like(parameter, requires_grad=False).copy_(value)
        else:  # the count of steps, which a fused optimiser keeps beside its parameters
            fused = optimizer.param_groups[0].get("fused")
            laid = value.clone().to(parameter.device if fused else value.device)
        optimizer.state[parameter][slot] = laid


def below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose names begin so, by the rest of their names."""
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}


# On disk


def save_training(folder: Path, state: TrainState):
    """Everything that a run needs to go on exactly, beside its model."""
    folder.mkdir(parents=True, exist_ok=True)
    save_state(folder / TRAINING, state)


def save_state(path: Path, state: TrainState):
    """A training state in one file."""
    config = asdict(replace(state.config, start_from=""))
    header = {
        "config": config,
        "step": state.step,
        "images_seen": state.images_seen,
        "seconds": state.seconds,
    }
    files.write(path, save(state.tensors, {"state": json.dumps(header)}))


def load_training(folder: Path) -> TrainState:
    """Raises CheckpointError where there is nothing to go on from."""
    return load_state(_training(folder))


def training_facts(folder: Path) -> TrainState:
    """The same without its tensors, which are checked and not read. Raises CheckpointError."""
    return state_facts(_training(folder))


def _training(folder: Path) -> Path:
    if not (folder / TRAINING).exists():
        raise CheckpointError(f"{folder.name} was kept without its training state, so it cannot be resumed.")
    return folder / TRAINING


@dataclass(frozen=True)
class _About:
    """What the header of a training state says."""

    config: TrainConfig
    step: int
    images_seen: int
    seconds: float


def state_facts(path: Path) -> TrainState:
    """What `save_state` wrote, but for the tensors. Raises CheckpointError."""
    try:
        header = tensors.header(path)
        about = reading.built(_About, reading.parsed(header.about.get("state", "")))
        check_numbers(about.step, about.images_seen, about.seconds)
        check_names(renamed(header.tensors), *needed.networks(about.config.model))
    except Exception as error:  # whatever a file may be
        raise unreadable(f"The training state of {path.parent.name}", error) from error
    return TrainState(about.config, {}, about.step, about.images_seen, about.seconds)


def load_state(path: Path) -> TrainState:
    """What `save_state` wrote. Raises CheckpointError."""
    facts = state_facts(path)
    try:
        return replace(facts, tensors=renamed(tensors.load_mapped(path)))
    except Exception as error:
        raise unreadable(f"The training state of {path.parent.name}", error) from error
