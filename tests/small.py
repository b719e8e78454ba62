"""Small models to test with, by flat settings, and whether two runs are one."""

from dataclasses import replace
from pathlib import Path

import torch

from gan.checkpoint import load_training, read_facts, save_model, save_state, save_training
from gan.checkpoint.info import SHIPPED
from gan.config import Control, TrainConfig
from gan.events import Finished, Saved
from gan.knobs import turned
from gan.recipes import RECIPES, recipe_config
from gan.runs.keeper import state_file
from gan.specs import Label, Latent, ModelConfig
from gan.trainer import Trainer

OF_NOISE = [name for name in RECIPES if isinstance(recipe_config(name).model.given, Latent)]
CHECKPOINTS = Path(__file__).resolve().parents[1] / "checkpoints"
GLASSES = {"side_label": "glasses", "side_a": "none", "side_b": "dark,light"}  # two sides of faces
OF_PICTURES = [name for name in RECIPES if name not in OF_NOISE]


def model_of(image_size=32, channels=3, latent_dim=7, feature_maps=4, classes=(), **settings) -> ModelConfig:
    """A model with these settings; `classes` are the values of one label that it is told."""
    flat = {"image_size": image_size, "channels": channels, "latent_dim": latent_dim}
    model = turned(ModelConfig(), flat | {"feature_maps": feature_maps} | settings)
    if not classes:
        return model
    return replace(model, given=replace(model.given, labels=(Label("kind", tuple(classes)),)))


def shipped(of_noise: bool) -> list[str]:
    """The models in the box that make images out of noise, or those that make them out of pictures."""
    named = {name: read_facts(CHECKPOINTS / name) for name in sorted(SHIPPED)}
    return [name for name, facts in named.items() if facts.train.translates != of_noise]


def short_searches(patch):
    """Searches for pictures in a latent space of few samples and steps."""
    patch.setattr("gan.measure.inversion.SAMPLES", 640)
    patch.setattr("gan.measure.inversion.PLAN", ((4, 24), (2, 24)))


def stepped(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.step()
    return trainer


def two_steps(config: TrainConfig, places, orders):
    """A run for Runs: it keeps its first step to fork from, and the second as its model."""
    trainer = stepped(Trainer(config), 1)
    places.states.mkdir(parents=True)
    save_state(state_file(places.states, 1), trainer.state())
    save_model(places.model, stepped(trainer, 1).snapshot())
    yield Saved(2, places.model.name, str(places.model), states=(1,), rates=((2e-4, 2e-4),))
    yield Finished(2, 1.0, "steps")


def trained(config: TrainConfig, steps: int) -> Trainer:
    return stepped(Trainer(config), steps)


def from_disk(trainer: Trainer, folder: Path) -> Trainer:
    """The run as it goes on from what is kept of it."""
    save_training(folder, trainer.state())
    return Trainer(trainer.config, load_training(folder))


def stands_still(trainer: Trainer, side: str, only: str) -> bool:
    """One step of `only` moves no weight of that side, "generators" or "discriminators"."""
    before = {key: value.clone() for key, value in getattr(trainer, side).named_parameters()}
    trainer.control = Control(only=only)
    trainer.step()
    return all(torch.equal(value, before[key]) for key, value in getattr(trainer, side).named_parameters())


def same(a: Trainer, b: Trainer) -> bool:
    """Both runs have the same state, to the bit."""
    first, second = a.state().tensors, b.state().tensors
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)
