"""What a run takes from its data: whether it fits, and the labels that a model is told."""

from dataclasses import replace

import numpy as np
import pytest

from gan.data import load
from gan.data.conditions import fitted, rows
from gan.labels import one_hot
from gan.ranges import ConfigError
from gan.recipes import DEFAULT_RECIPE, recipe_config
from gan.specs import Label


@pytest.fixture(scope="module")
def fashion():
    return load("fashion_mnist")


@pytest.fixture(scope="module")
def faces():
    return load("pixel_faces")


def config(**changes):
    return recipe_config("conditional", {"image_size": 28, "channels": 1}, data="fashion_mnist", **changes)


def test_a_label_by_its_name_or_number(fashion):
    name = fashion.label_names[0]
    for label in ("1", name, "*"):  # it has one label
        fits = fitted(config(label=label), fashion)
        assert fits.label == name and fits.model.given.labels == (Label(name, fashion.label_values[name]),)


def test_several_labels(faces):
    asked = recipe_config("conditional", data="pixel_faces")
    every = fitted(replace(asked, label="*"), faces)
    assert [label.column for label in every.model.given.labels] == list(faces.label_names)
    assert every.label == ",".join(faces.label_names)
    assert fitted(replace(asked, label=every.label), faces) == every  # as a run that goes on has it
    hat, mouth = fitted(replace(asked, label="hat, 6"), faces).model.given.labels
    assert (hat.column, mouth.column) == ("hat", faces.label_names[5])
    with pytest.raises(ConfigError, match="only once"):
        fitted(replace(asked, label="hat,hat"), faces)
    numbers = rows(faces.train, every.model.given)
    assert numbers.shape == (len(faces.train.images), len(faces.label_names))
    assert (numbers[:, 1] == faces.train.labels[:, 1]).all()


def test_all_labels_where_there_are_some(faces):
    """One recipe for data with labels and without: the default."""
    asked = recipe_config(DEFAULT_RECIPE, data="pixel_faces")
    bare = replace(faces, label_names=(), label_values={})
    assert asked.label == "*?" and fitted(asked, faces) == fitted(replace(asked, label="*"), faces)
    assert fitted(asked, bare).label == "" and not fitted(asked, bare).model.given.labels
    both_ways = recipe_config(DEFAULT_RECIPE, {"encoder": True}, data="pixel_faces")
    assert fitted(both_ways, faces).label == ""  # an encoder finds z, not labels
    with pytest.raises(ConfigError, match="no labels"):  # of a recipe that is another one without
        fitted(recipe_config("conditional", label="*?"), bare)


def test_what_does_not_fit_is_said(fashion):
    with pytest.raises(ConfigError, match="has no label “price”"):
        fitted(config(label="price"), fashion)
    with pytest.raises(ConfigError, match="pixels"):
        fitted(recipe_config("conditional"), fashion)


def test_labels_as_vectors(fashion):
    given = fitted(config(label="1"), fashion).model.given
    y = one_hot(rows(fashion.train, given), given)
    assert y.shape == (len(fashion.train.images), 10) and y.dtype == np.float32
    assert (y.argmax(1) == fashion.train.labels[:, 0]).all() and (y.sum(1) == 1).all()
