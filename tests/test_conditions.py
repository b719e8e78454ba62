"""What a run takes from its data: classes, and latents with classes beside them."""

import numpy as np
import pytest

from gan.conditions import fitted, latents, one_hot
from gan.config import ConfigError, ModelConfig
from gan.data import load
from gan.latent import seed_to_z
from gan.recipes import recipe_config


@pytest.fixture(scope="module")
def fashion():
    return load("fashion_mnist")


def config(**changes):
    return recipe_config("conditional", {"image_size": 28, "channels": 1}, data="fashion_mnist", **changes)


def test_any_label_or_one_by_name(fashion):
    name = fashion.label_names[0]
    for label in ("*", name):
        fits = fitted(config(label=label), fashion)
        assert fits.label == name and fits.model.classes == fashion.label_values[name]


def test_what_does_not_fit_is_said(fashion):
    with pytest.raises(ConfigError, match="has no label “price”"):
        fitted(config(label="price"), fashion)
    with pytest.raises(ConfigError, match="pixels"):
        fitted(recipe_config("conditional"), fashion)


def test_classes_as_vectors(fashion):
    y = one_hot(fashion.train, fashion.label_names[0])
    assert y.shape == (len(fashion.train.images), 10)
    assert (y.argmax(1).numpy() == fashion.train.labels[:, 0]).all() and (y.sum(1) == 1).all()


def test_latents_have_a_class_beside_the_seeds_own_numbers():
    model = ModelConfig(latent_dim=4, classes=("a", "b", "c"))
    z = latents(model, [5, 6, 7, 8])
    np.testing.assert_array_equal(z[:, :4], [seed_to_z(seed, 4) for seed in (5, 6, 7, 8)])
    assert z[:, 4:].argmax(1).tolist() == [0, 1, 2, 0]
    dealt = latents(model, range(5), np.array([2, 0], np.uint8))
    assert dealt[:, 4:].argmax(1).tolist() == [2, 0, 2, 0, 2] and dealt.dtype == np.float32
    assert latents(ModelConfig(latent_dim=4), [1]).shape == (1, 4)
