"""The tasks that a run can have, one file each."""

import torch

from gan.config import TrainConfig
from gan.data import DataSet
from gan.train.task import Task
from gan.train.tasks.noise import NoiseToImage


def task_of(config: TrainConfig, dataset: DataSet, device: torch.device, random: torch.Generator) -> Task:
    return NoiseToImage(config, dataset, device, random)
