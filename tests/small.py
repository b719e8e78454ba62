"""Small models to test with, by flat settings, and whether two runs are one."""

from dataclasses import replace

import torch

from gan.recipes import RECIPES, recipe_config
from gan.specs import Label, Latent, ModelConfig, turned
from gan.trainer import Trainer

OF_NOISE = [name for name in RECIPES if isinstance(recipe_config(name).model.given, Latent)]
OF_PICTURES = [name for name in RECIPES if name not in OF_NOISE]


def model_of(image_size=32, channels=3, latent_dim=7, feature_maps=4, classes=(), **settings) -> ModelConfig:
    """A model with these settings; `classes` are the values of one label that it is told."""
    flat = {"image_size": image_size, "channels": channels, "latent_dim": latent_dim}
    model = turned(ModelConfig(), flat | {"feature_maps": feature_maps} | settings)
    if not classes:
        return model
    return replace(model, given=replace(model.given, labels=(Label("kind", tuple(classes)),)))


def same(a: Trainer, b: Trainer) -> bool:
    """Both runs have the same state, to the bit."""
    first, second = a.state().tensors, b.state().tensors
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)
