"""Configurations: checked once, round trips, every recipe builds."""

from dataclasses import asdict

import pytest

from gan.config import ConfigError, ModelConfig, TrainConfig, from_dict
from gan.recipes import RECIPES, recipe_config


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_builds_and_survives_json(recipe):
    config = recipe_config(recipe, {"image_size": 28, "channels": 1}, data="fashion_mnist", seconds=5)
    assert config.recipe == recipe and config.model.image_size == 28
    assert from_dict(asdict(config)) == config


@pytest.mark.parametrize(
    "change",
    [{"g_lr": float("nan")}, {"d_lr": -1}, {"batch": 0}, {"loss": "vibes"}, {"seed": -1}, {"seed": 2**32},
     {"seconds": 0}, {"seconds": float("inf")}, {"batch": True}, {"batch": "64"}, {"typo": 1},
     {"r1_gamma": 1.0}],
)  # fmt: skip
def test_nonsense_is_refused_in_a_sentence(change):
    with pytest.raises(ConfigError) as error:
        recipe_config("dcgan", **change)
    assert len(str(error.value).split()) > 4


@pytest.mark.parametrize("change", [{"image_size": 33}, {"channels": 2}, {"latent_dim": 1}, {"stem": "x"}])
def test_so_are_networks_that_do_not_exist(change):
    with pytest.raises(ConfigError):
        ModelConfig(**change)


def test_seed_zero_is_a_seed():
    assert TrainConfig(seed=0).seed == 0


def test_an_unknown_recipe_names_the_known():
    with pytest.raises(ConfigError, match="dcgan"):
        recipe_config("biggan")
