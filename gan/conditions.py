"""What a run takes from its data: whether the model fits, its classes, latents with classes beside."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor

from gan import latent
from gan.config import MOST_CLASSES, ConfigError, ModelConfig, TrainConfig
from gan.data import DataSet
from gan.recipes import ANY_LABEL


def fitted(config: TrainConfig, data: DataSet) -> TrainConfig:
    """`config` with what the data decide filled in: the classes of its label, how pictures became squares.

    Raises ConfigError where it does not fit the data.
    """
    has, wants = (data.image_size, data.channels), (config.model.image_size, config.model.channels)
    if has != wants:
        raise ConfigError(
            f"The model is for images of {wants[0]} pixels and {wants[1]} channels; "
            f"those of {data.title} have {has[0]} pixels and {has[1]}."
        )
    config = replace(config, model=replace(config.model, fit=data.fit, cut_bars=data.cut_bars))
    if not config.label:
        return config
    if not data.label_names:
        raise ConfigError(
            f"{data.title} has no labels to be conditioned on: put the images into a folder for each class, "
            "or choose another recipe."
        )
    label = data.label_names[0] if config.label == ANY_LABEL else config.label
    if label not in data.label_names:
        there = ", ".join(data.label_names)
        raise ConfigError(f"{data.title} has no label “{label}”; there are {there}.")
    classes = data.label_values[label]
    if not 2 <= len(classes) <= MOST_CLASSES:
        most = MOST_CLASSES
        raise ConfigError(f"The label {label} has {len(classes)} values; a model can be told 2 to {most}.")
    return replace(config, label=label, model=replace(config.model, classes=classes))


def one_hot(data: DataSet, label: str) -> Tensor:
    """The classes of the images, (n, k) float32."""
    return torch.from_numpy(np.eye(len(data.label_values[label]), dtype=np.float32)[data.column(label)])


def latents(model: ModelConfig, seeds: Iterable[int], classes: ndarray | None = None) -> ndarray:
    """What a model's G takes for these seeds, (n, latent_dim + classes) float32.

    classes: numbers of classes, dealt out over the seeds again and again; without them each class in turn.
    """
    z = latent.seeds_to_z(seeds, model.latent_dim)
    if not model.classes:
        return z
    deck = np.arange(len(model.classes)) if classes is None or not len(classes) else classes
    return latent.with_classes(z, deck[np.arange(len(z)) % len(deck)], len(model.classes))
