"""Discriminators of translators, as the Judge tab asks them: by patches, and with the source beside."""

import numpy as np
import pytest
import torch
from small import trained

from gan import checkpoint
from gan.data import load, views
from gan.measure.occlusion import REALS
from gan.recipes import recipe_config
from gan.studio import Studio

KINDS = {
    "pix2pix": ("pix2pix", {"view": "edges"}),
    "cyclegan": ("cyclegan", {"side_label": "glasses", "side_a": "none", "side_b": "dark,light"}),
    "cyclegan-paper": ("cyclegan-paper", {"side_label": "mouth", "side_a": "happy", "side_b": "sad"}),
    "srgan": ("srgan", {"view": "small-2"}),
    "alone": ("pix2pix", {"view": "edges"}),
}
JUDGES = [name for name in KINDS if name != "alone"]


@pytest.fixture(scope="module")
def studio(tmp_path_factory, few_images):
    folder = tmp_path_factory.mktemp("critics")
    for name, (recipe, knobs) in KINDS.items():
        few = {"batch": 4, "precision": "float32", "device": "cpu", "measure_images": 0}
        few |= {"gan_weight": 0.0} if name == "alone" else {}
        config = recipe_config(recipe, {"feature_maps": 4} | knobs, data="pixel_faces", **few)
        checkpoint.save_model(folder / name, trained(config, 2).snapshot())
    return Studio(folder, "cpu")


@pytest.fixture(scope="module")
def faces():
    return load("pixel_faces").held_out.images[:5]


def test_what_learnt_from_answers_alone_judges_nothing(studio):
    assert {info.name for info in studio.judges()} == set(JUDGES)


def test_a_score_is_the_mean_of_the_patches_told_the_edges_that_the_picture_has(studio, faces):
    critic = studio.library.critic("pix2pix")
    sources = views.pairs("edges", load("pixel_faces").held_out.part(slice(0, 5)), 2)[0]
    scaled = [torch.from_numpy(each).permute(0, 3, 1, 2).float() / 127.5 - 1 for each in (faces, sources)]
    with torch.inference_mode():
        expected = critic.D(*scaled).numpy()
    assert expected.shape == (5, 6, 6)  # 16 pixels of their own: one halving, and two convolutions of 4 x 4
    np.testing.assert_allclose(critic.patches(faces), expected, atol=1e-5)
    scores = [score.logit for score in studio.score("pix2pix", list(faces))]
    np.testing.assert_allclose(scores, expected.mean((1, 2)), atol=1e-5)
    [alone] = studio.score("pix2pix", [faces[3]])
    assert alone.logit == pytest.approx(scores[3], abs=1e-5)


def test_a_map_has_each_patch_where_it_is(studio, faces):
    critic = studio.library.critic("pix2pix")
    found, [patches] = critic.map(faces[0]), critic.patches(faces[:1])
    assert found.shape == (32, 32)
    assert (found[0, 0], found[0, -1], found[-1, 0]) == (patches[0, 0], patches[0, -1], patches[-1, 0])
    assert [len(np.unique(found[0])), len(np.unique(found[:, 0]))] == [6, 6]
    np.testing.assert_array_equal(studio.heat("pix2pix", [faces[0]])[0], found)


@pytest.mark.parametrize("name", JUDGES)
def test_every_kind_is_asked(name, studio, faces):
    real, made = studio.references(name)
    assert len(real) and len(made) and np.isfinite([*real, *made]).all()
    assert studio.heat(name, list(faces[:1])).shape == (1, 32, 32)
    usual = studio.usual_heat(name)
    if studio.info(name).patches:
        assert usual is None  # each patch has a score of its own
    else:
        maps = studio.heat(name, list(studio.examples(name, "real", REALS, 0)))
        np.testing.assert_allclose(usual, maps.sum(0) / REALS, atol=1e-5)
    [(kin, nearest)] = studio.kin(name, [faces[0]])
    assert nearest.shape == (32, 32, 3) and kin.distance >= 0
    for kind in ("real", "generated", "noise"):
        assert studio.examples(name, kind, 4, 1).shape == (4, 32, 32, 3)


def test_of_two_sides_it_is_the_one_that_the_usual_way_leads_to(studio):
    shown = studio.examples("cyclegan", "real", 50, 0)
    np.testing.assert_array_equal(shown, studio.library.translator("cyclegan").pairs(50, 0, True)[1])
    assert studio.library.critic("cyclegan").D is studio.library.translator("cyclegan").discriminators["b"]
