"""Configurations: checked once, round trips, every recipe builds."""

import json
from dataclasses import asdict

import pytest

from gan.config import RULES, TrainConfig
from gan.knobs import turned
from gan.ranges import ConfigError
from gan.recipes import RECIPES, recipe_config
from gan.specs import (
    MODEL_RULES,
    CourseDiscriminator,
    CourseTranslator,
    Label,
    ModelConfig,
    Noise,
    Patches,
    Sides,
    Source,
    UNet,
)
from gan.system.reading import built


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_builds_and_survives_json(recipe):
    config = recipe_config(recipe, {"image_size": 28, "channels": 1}, data="fashion_mnist", seconds=5)
    assert config.recipe == recipe and config.model.image_size == 28
    assert built(TrainConfig, json.loads(json.dumps(asdict(config)))) == config


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
        turned(ModelConfig(), change)


SENSELESS = [
    ("dcgan", {"r1_gamma": 1.0}, "batch norm"),
    ("dcgan", {"gp_lambda": 10.0}, "batch norm"),
    ("wgan-gp", {"model": {"d_norm": "batch"}}, "batch norm"),
    ("modern", {"model": {"d_batch": "discrimination"}}, "minibatch discrimination"),
    ("dcgan", {"loss": "wasserstein"}, "without end"),
    ("dcgan", {"clip": 0.01}, "Wasserstein"),
    ("wgan", {"gp_lambda": 10.0, "model": {"d_norm": "none"}}, "same work"),
    ("hinge", {"label_smoothing": 0.1}, "no target"),
    ("modern", {"unroll": 3}, "penalties"),
    ("sngan", {"unroll": 3}, "spectral"),
    ("wgan", {"unroll": 3}, "clipping"),
    ("unrolled", {"optimizer": "rmsprop"}, "Adam"),
    ("bigan", {"feature_matching": True}, "encoder"),
    ("unrolled", {"feature_matching": True}, "looks no steps ahead"),
    ("bigan", {"loss": "least-squares"}, "least squares"),
    ("bigan", {"label": "*"}, "choose one"),
    ("original", {"model": {"d_norm": "batch"}}, "no batch norm"),
    ("bigan", {"model": {"network": "mlp", "d_norm": "none"}}, "convolutional"),
    ("original", {"model": {"stem": "conv"}}, "no stem"),
    ("dcgan", {"model": {"labels": ("a", "b")}}, "no labels"),
    ("dcgan", {"augment": "color,sepia"}, "sepia"),
    ("pix2pix", {"augment": "color"}, "not its source"),
    ("pix2pix", {"l1_weight": 0.0, "gan_weight": 0.0}, "to learn from"),
    ("dcgan", {"l1_weight": 1.0}, "has a target"),
    ("dcgan", {"gan_weight": 0.0}, "has a target"),
    ("cyclegan", {"gan_weight": 0.0}, "has a target"),
    ("cyclegan", {"r1_gamma": 1.0}, "batch norm"),
    ("pix2pix", {"cycle_weight": 10.0}, "two sides"),
    ("modern", {"identity_weight": 5.0}, "two sides"),
    ("cyclegan", {"model": {"view": "edges"}}, "no view"),
    ("cyclegan", {"model": {"blocks": 33}}, "residual blocks"),
    ("cyclegan-paper", {"model": {"image_size": 16, "patch_layers": 3}}, "No patch"),
    ("pix2pix", {"model": {"image_size": 16, "patch_layers": 3}}, "No patch"),
    ("pix2pix", {"model": {"latent_dim": 8}}, "no latent dim"),
    ("pix2pix", {"model": {"view": "small-4"}}, "srresnet"),
    ("srgan", {"model": {"view": "edges"}}, "does nothing else"),
    ("dcgan", {"gan_after": 5}, "has a target"),
    ("pix2pix", {"orthogonal_weight": 1e-4}, "start from noise"),
    ("biggan", {"model": {"latent_dim": 3}}, "more numbers"),
    ("biggan", {"model": {"encoder": True}, "label": ""}, "convolutional"),
    ("biggan", {"model": {"d_norm": "none"}}, "no d norm"),
    ("biggan", {"unroll": 2}, "spectral"),
    ("pix2pix", {"model": {"network": "conv", "view": "grey"}}, "no view"),
]
UNBUILT = [
    ({"given": Source()}, "made for something else"),
    ({"generator": UNet(), "discriminator": Patches()}, "made for something else"),
    ({"given": Source(), "generator": UNet()}, "discriminator of patches"),
    ({"given": Source(), "generator": UNet(), "discriminator": CourseDiscriminator()}, "of patches"),
    ({"given": Sides(), "generator": CourseTranslator()}, "sees images alone"),
    ({"given": Sides(), "generator": UNet(), "discriminator": Patches()}, "made for something else"),
    ({"image_size": 28, "enlarged": 2}, "grid of its own"),
]


@pytest.mark.parametrize("recipe, changes, word", SENSELESS)
def test_a_senseless_combination_is_refused_with_its_reason(recipe, changes, word):
    with pytest.raises(ConfigError, match=word):
        recipe_config(recipe, **changes)


@pytest.mark.parametrize("parts, word", UNBUILT)
def test_so_are_parts_that_no_setting_would_bring_together(parts, word):
    with pytest.raises(ConfigError, match=word):
        ModelConfig(**parts)


def test_every_rule_has_its_row():
    broken = set()
    for parts, _ in UNBUILT:
        with pytest.raises(ConfigError) as error:
            ModelConfig(**parts)
        broken.add(str(error.value))
    for recipe, changes, _ in SENSELESS:
        with pytest.raises(ConfigError) as error:
            recipe_config(recipe, **changes)
        broken.add(str(error.value))
    ends = "A run needs an end: give it seconds, or steps."  # tried among the numbers
    assert {rule.why for rule in (*RULES, *MODEL_RULES)} <= broken | {ends}


def test_a_label_has_some_values_and_not_too_many():
    for count in (1, 65):
        with pytest.raises(ConfigError, match="2 to 64 classes"):
            Noise(labels=(Label("hat", tuple(map(str, range(count)))),))


def test_seed_zero_is_a_seed():
    assert TrainConfig(seed=0).seed == 0


def test_an_unknown_recipe_names_the_known():
    with pytest.raises(ConfigError, match="dcgan"):
        recipe_config("no-gan")
