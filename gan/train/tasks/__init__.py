"""The tasks that a run can have, one file each; what a model is given says which it is."""

from functools import singledispatch

import torch

from gan.config import TrainConfig
from gan.data import DataSet
from gan.specs import Given, Latent
from gan.train.task import Task
from gan.train.tasks.noise import NoiseToImage


@singledispatch
def task_of(given: Given, config: TrainConfig, dataset: DataSet, device: torch.device,
            random: torch.Generator) -> Task:  # fmt: skip
    raise TypeError(f"no task is registered for {type(given).__name__}")


@task_of.register
def _(given: Latent, config, dataset, device, random) -> Task:
    return NoiseToImage(config, dataset, device, random)
