"""Directions with names: the boundary, what is taken out of it, what it does, and where it is kept."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gan import checkpoint
from gan.checkpoint import CheckpointError
from gan.checkpoint.attributes import Space
from gan.latent import Latent, seeds_to_z
from gan.measure import attributes, features
from gan.measure.attributes import Attribute
from gan.recipes import recipe_config
from gan.specs import Noise
from gan.studio import Studio
from gan.trainer import Trainer
from gan.words import percent

SHIPPED = Path(__file__).parents[1] / "checkpoints"
TILTED, STRAIGHT = np.array([1, 1, 0, 0]) / np.sqrt(2), np.array([0, 1, 0, 0])


def halves(*normals):
    """What a classifier says for which each label is the side of a plane: certain, but for a narrow edge."""

    def see(points):
        sides = [1 / (1 + np.exp(-20 * points @ normal)) for normal in normals]
        return [np.stack([side, 1 - side], 1) for side in sides]

    return see


def drawn(seeds: range) -> np.ndarray:
    return seeds_to_z(seeds, 4)


def test_the_boundary_of_a_half_space_is_its_plane_whatever_noise_there_is():
    points = np.random.RandomState(0).randn(20_000, 4)
    has = points @ TILTED + np.random.RandomState(1).randn(20_000) > 0.7
    normal = attributes.boundary(points, has)
    assert normal @ TILTED / np.linalg.norm(normal) > 0.999


def test_what_changes_others_is_taken_out_as_far_as_asked():
    normal, others = np.array([1.0, 1.0]), np.diag([0.0, 8.0])
    cases = {0.0: (1, 1), 3.0: (1, 1 / 7), 1e9: (1, 0)}  # 1 + 3 · 8 / (8 / 2) = 7
    for strength, (x, y) in cases.items():
        there = attributes.projected(normal, others, strength)
        np.testing.assert_allclose(there, np.array([x, y]) / np.hypot(x, y), atol=1e-6)
    np.testing.assert_allclose(attributes.projected(normal, np.zeros((2, 2)), 9), [0.5**0.5] * 2)


def test_sensitivity_is_the_mean_square_change_of_the_probabilities():
    slope = np.array([0.01, -0.02, 0.0])

    def see(points):  # one label that changes evenly, one that never does
        return [np.stack([points @ slope, 1 - points @ slope], 1), np.ones((len(points), 1))]

    each = attributes.sensitivity(see, np.random.RandomState(0).randn(3, 3))
    np.testing.assert_allclose(each[0], 2 * np.outer(slope, slope), atol=1e-12)
    np.testing.assert_allclose(each[1], 0)


def test_the_effect_counts_who_changes_sides():
    points = np.array([[-4.0, 0], [-2, 0], [-1, 0], [1, 0], [4, 0]])

    def see(points):  # the first beyond 0, the second beyond 0.5, the third never
        return [np.stack([points[:, 0] < edge, points[:, 0] >= edge], 1) for edge in (0, 0.5, 99)]

    before = attributes.labels(see(points))
    beyond = Attribute("beyond 0", 0, (1,))
    # to -1, 1, 2, -2 and 1: three of five flip, and all three cross the second edge of two others
    assert attributes.effect(see, points, before, beyond, np.array([1.0, 0])) == (0.6, 0.3)
    assert attributes.effect(see, points, before, beyond, np.array([0, 1.0])) == (0, 0)
    alone = lambda points: see(points)[:1]  # noqa: E731
    assert attributes.effect(alone, points, before[:, :1], beyond, np.array([1.0, 0])) == (0.6, 0)


def test_a_direction_is_found_that_leaves_the_other_label_alone():
    there = [Attribute("tilted", 0, (0,)), Attribute("straight", 1, (0,))]
    see = halves(TILTED, STRAIGHT)
    found = {one.name: one for one in attributes.found(see, drawn, there)}
    # both share half of their way; the tilted one has another half: 3 σ along it are 3/√2 σ across its plane
    tilted = found["tilted"]
    assert tilted.others < 0.1 and tilted.flips == pytest.approx(0.966, abs=0.03)
    assert np.linalg.norm(tilted.direction) == pytest.approx(1) and tilted.direction[0] > 0.97
    bare = attributes.boundary(drawn(range(4000)), drawn(range(4000)) @ TILTED > 0)
    before, points = attributes.labels(see(drawn(range(500)))), drawn(range(500))
    assert attributes.effect(see, points, before, there[0], bare / np.linalg.norm(bare))[1] > 0.4


def test_what_is_too_rare_has_no_direction_and_time_ends_a_search():
    rare = [Attribute("rare", 0, (0,))]
    assert attributes.found(lambda points: halves(TILTED)(points - 9 * TILTED), drawn, rare) == []
    both = [Attribute("tilted", 0, (0,)), Attribute("straight", 1, (0,))]
    hurried = attributes.found(halves(TILTED, STRAIGHT), drawn, both, seconds=-1)
    assert len(hurried) <= 1  # what is learnt from the first few seeds


def test_attributes_have_plain_names():
    columns = {
        "glasses": ["dark", "light", "none"], "hat": ["hat", "no hat"], "hair_color": ["red", "green"],
        "mouth": ["happy", "sad"], "skin": ["skin 1", "skin 2", "skin 3", "skin 4"],
        "garment": ["bag", "t-shirt", "coat"],
        "expression": ["happy", "not happy"],
    }  # fmt: skip
    named = {one.name: (one.column, one.values) for one in attributes.attributes(columns, ["garment"])}
    assert named == {
        "glasses": (0, (0, 1)), "dark glasses": (0, (0,)), "light glasses": (0, (1,)), "hat": (1, (0,)),
        "red hair": (2, (0,)), "smile": (6, (0,)), "dark skin": (4, (2, 3)),
    }  # fmt: skip
    for data in ("pixel_faces", "open_peeps", "fashion_mnist", "emoji"):
        names = [one.name for one in attributes.attributes(features.columns(data))]
        assert len(set(names)) == len(names)
        Latent(named=[(name, 1) for name in names])  # each fits into a link


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A tiny model of pixel faces, hardly trained, and one of a StyleGAN's."""
    folder = tmp_path_factory.mktemp("models")
    for name, recipe in (("m", "dcgan-small"), ("s", "stylegan")):
        config = recipe_config(recipe, {"feature_maps": 4, "latent_dim": 8}, data="pixel_faces", batch=8,
                               precision="float32", device="cpu")  # fmt: skip
        trainer = Trainer(config)
        trainer.step()
        checkpoint.save_model(folder / name, trainer.snapshot())
    return folder


def test_a_styles_points_are_even_and_draw_what_its_seeds_do(made):
    loaded = checkpoint.load_model(made / "s")
    space = Space(loaded.G, loaded.facts.train.model.latent)
    points = space.points(range(attributes.LEARNT))
    np.testing.assert_allclose(points.mean(0), 0, atol=1e-3)
    np.testing.assert_allclose(np.cov(points, rowvar=False), np.eye(points.shape[1]), atol=0.01)
    images = checkpoint.generate(loaded.G, seeds_to_z(range(20), 8)).astype(int)
    assert np.abs(space.images(points[:20]).astype(int) - images).max() <= 1


@pytest.fixture
def quick(monkeypatch):
    """A search that takes a moment: labels have their first value far along a coordinate, else their last."""

    def seen(_, data):
        many = [len(values) for values in features.columns(data).values()]

        def see(points):
            sides = np.where(points > 0.3, 0, -1)
            return [np.eye(k)[sides[:, n % points.shape[1]]] for n, k in enumerate(many)]

        return see

    monkeypatch.setattr(Space, "seen", seen)
    for name, few in (("LEARNT", 1000), ("TRIED", 50), ("FRESH", 100), ("AROUND", 64)):
        monkeypatch.setattr(attributes, name, few)


@pytest.mark.parametrize("name", ["m", "s"])
def test_directions_are_found_once_kept_beside_the_model_and_used(made, tmp_path, quick, name):
    shutil.copytree(made / name, tmp_path / name)
    studio = Studio(tmp_path, "cpu")
    assert studio.known_directions(name) is None
    found = studio.named_directions(name)
    assert found and studio.known_directions(name) == studio.named_directions(name) == found
    kept = checkpoint.read_attributes(tmp_path / name)
    assert [one.name for one in kept] == [one.name for one in found]
    one = found[0]
    assert one.works and 0.8 < one.flips <= 1 and one.others < 0.15
    along = studio.directions(name)[0]
    assert one.vector.shape == along[0].shape and one.vector.dtype == np.float32
    there = [Latent(3, moves=moves, named=[(one.name, 2)]) for moves in ((), (1.0,))]
    z, moved = studio.points(name, there)
    if name == "m":
        assert np.linalg.norm(one.vector) == pytest.approx(1, abs=1e-3) and moved is None
        np.testing.assert_allclose(z[0], seeds_to_z([3], 8)[0] + 2 * one.vector, atol=1e-6)
        np.testing.assert_allclose(z[1] - z[0], along[0], atol=1e-6)
    else:
        np.testing.assert_allclose(moved[0], np.tile(2 * one.vector, (len(moved[0]), 1)), atol=1e-6)
        np.testing.assert_allclose(moved[1] - moved[0], np.tile(along[0], (len(moved[0]), 1)), atol=1e-6)
    with pytest.raises(ValueError, match="no direction called “a beak”"):
        studio.draw(name, Latent(named=[("a beak", 1)]))
    card = (tmp_path / name / checkpoint.CARD).read_text()
    assert f"500 fresh seeds 3 σ flip the label, and another one) | {one.name} {percent(one.flips)}, " in card
    facts = replace(checkpoint.read_facts(tmp_path / name), search=(4.21, 5.0, 103.39))
    checkpoint.write_facts(tmp_path / name, facts)
    checkpoint.write_card(tmp_path / name, facts)
    assert checkpoint.read_facts(tmp_path / name) == facts
    searched = (tmp_path / name / checkpoint.CARD).read_text()
    assert "one of another kind) | 4.2, 5.0, 103.4 |" in searched and searched.startswith(card[:400])
    assert f"another one) | {one.name} {percent(one.flips)}, " in searched
    assert checkpoint.ATTRIBUTES in checkpoint.SHARED


def test_directions_of_an_earlier_state_count_no_more_and_spoilt_ones_harm_nobody(made, tmp_path, quick):
    shutil.copytree(made / "m", tmp_path / "m")
    found = checkpoint.find_attributes(tmp_path / "m")
    path = tmp_path / "m" / checkpoint.ATTRIBUTES
    there = json.loads(path.read_text())
    path.write_text(json.dumps(there | {"steps": 9}))
    assert found and checkpoint.read_attributes(tmp_path / "m") is None
    named = there["named"][0]
    spoilt = [{"flips": 2}, {"name": "A*B"}, {"direction": []}, {"direction": [float("nan")]},
              {"others": "few"}, {"direction": [0.0, 0.0]}]  # fmt: skip
    for wrong in spoilt:
        path.write_text(json.dumps(there | {"named": [named | wrong]}))
        with pytest.raises(CheckpointError, match="The named directions of m cannot be read"):
            checkpoint.read_attributes(tmp_path / "m")
    path.write_text(json.dumps(there | {"named": [named, named]}))
    assert Studio(tmp_path, "cpu").known_directions("m") is None  # to be looked for anew
    wrong = named | {"direction": [1.0]}  # as long as another model's
    path.write_text(json.dumps(there | {"named": [wrong]}))
    with pytest.raises(ValueError, match="cannot be read"):
        checkpoint.read_attributes(tmp_path / "m")


def test_a_model_has_no_names_for_what_it_is_told_nor_without_a_classifier():
    given = Noise(latent_dim=8)
    assert checkpoint.has_names(given, "pixel_faces") and not checkpoint.has_names(given, "own:abc")
    told = checkpoint.read_facts(SHIPPED / "face-builder").train.model.given
    assert not checkpoint.has_names(told, "pixel_faces")
    assert checkpoint.has_names(replace(told, labels=told.labels[:1]), "pixel_faces")
    studio = Studio(SHIPPED, "cpu")
    for name in ("face-builder", "glasses", "fashion-conditional"):
        assert studio.named_directions(name) == []


def test_the_figures_that_are_kept_are_those_of_the_model():
    """On fewer of the same fresh seeds; and as many directions of pixel faces work as were asked for."""
    folder, count = SHIPPED / "pixel-faces", 60
    loaded, named = checkpoint.load_model(folder), checkpoint.read_attributes(folder)
    working = {one.name: one for one in named if one.works}
    assert len(working) >= 6 and "glasses" in working
    space = Space(loaded.G, loaded.facts.train.model.latent)
    first, see = attributes.LEARNT + attributes.TRIED, space.seen("pixel_faces")
    points = space.points(range(first, first + count))
    before = attributes.labels(see(points))
    there = {one.name: one for one in attributes.attributes(features.columns("pixel_faces"))}
    for name in ("glasses", "smile"):
        one = working[name]
        assert np.linalg.norm(one.vector) == pytest.approx(1, abs=1e-3)
        flips, others = attributes.effect(see, points, before, there[name], one.vector)
        assert flips == pytest.approx(one.flips, abs=4 * (one.flips * (1 - one.flips) / count) ** 0.5)
        assert others == pytest.approx(one.others, abs=0.05)
