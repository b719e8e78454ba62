"""What a run plays: who takes part, how a batch comes about, which losses there are beside the adversarial.

The Trainer knows two sides and a Task, and nothing of what they make. A new kind of GAN is a new Task.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import singledispatch

import torch
from numpy import ndarray
from torch import Tensor, nn

from gan.config import TrainConfig
from gan.data import DataSet
from gan.models import sides
from gan.models.drawing import draw_from
from gan.specs import Given
from gan.train.adversarial import Play


@dataclass
class Batch:
    """One step's images: for each discriminator its part, and what the task's own losses need beside."""

    plays: dict[str, Play]  # by the discriminator's name
    parts: dict[str, Tensor] = field(default_factory=dict)


class Task(ABC):
    """The two sides of one game on one data set. Random numbers come from `random` alone.

    generators and discriminators hold the networks by name, and are moved by one optimiser each. What a task
    keeps from step to step beside them, such as a pool of images, belongs into `state`.
    """

    def __init__(self, config: TrainConfig, dataset: DataSet, device: torch.device, random: torch.Generator):
        self.config, self.dataset, self.device, self.random = config, dataset, device, random
        self.generators, self.discriminators = sides(config.model)
        for networks in (self.generators, self.discriminators):
            networks.to(device).to(memory_format=torch.channels_last)
            draw_from(networks, random)

    @abstractmethod
    def batch(self) -> Batch:
        """The next batch; fakes with a graph where gradients are on."""

    def auxiliary_loss(self, batch: Batch) -> Tensor | float:
        """What the generators minimise beside the adversarial loss."""
        return 0.0

    def schedule(self, seen: int, networks: Iterable[nn.ModuleDict]) -> bool:
        """Sets what the networks hold of the run's course, such as a level, after so many images.

        True where the optimisers are to begin anew, with what they have gathered forgotten.
        """
        return False

    def stage(self, seen: int) -> int:
        """Which part of the run's course it is in after so many images.

        A model of a later part is what was asked for, however near to the data one of an earlier part came.
        """
        return 0

    @abstractmethod
    def samples(self, generators: nn.ModuleDict) -> ndarray:
        """What people watch: always of the same noise or sources, (n, h, w, c) uint8."""

    @property
    def real(self) -> ndarray:
        """The images to hold the samples against, (n, h, w, c) uint8."""
        return self.dataset.train.images[: self.config.grid_images]

    @property
    def shown(self) -> ndarray:
        """What people see beside the samples, (n, h, w, c) uint8; of any shape."""
        return self.real

    def measures(self, generators: nn.ModuleDict, discriminators: nn.ModuleDict) -> dict:
        """The fields of Measured that can be told while the run goes."""
        return {}

    def evaluation(self, generators: nn.ModuleDict) -> dict[str, float]:
        """What a model that is kept comes to, by the names in measures.MEASURES."""
        return {}

    def state(self) -> dict[str, Tensor]:
        """What the task keeps from step to step."""
        return {}

    def restore(self, state: dict[str, Tensor]):  # noqa: B027, most have nothing to restore
        """Puts back what `state` gave."""


@singledispatch
def task_of(
    given: Given, config: TrainConfig, dataset: DataSet, device: torch.device, random: torch.Generator
) -> Task:
    """The task of what a model is given; each file in train/tasks registers its own."""
    raise TypeError(f"no task is registered for {type(given).__name__}")
