"""The facade: what it promises for any model, and what it refuses."""

import numpy as np
import pytest

from gan import checkpoint
from gan.checkpoint import CheckpointError
from gan.config import TrainConfig
from gan.data import DataError
from gan.images import open_image
from gan.latent import Latent, seed_to_z
from gan.measure.occlusion import REALS, heat_map
from gan.ranges import ConfigError
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer


def small_trainer(recipe="dcgan", data="pixel_faces", size=32, channels=3) -> Trainer:
    model = {"feature_maps": 4, "latent_dim": 16, "image_size": size, "channels": channels}
    trainer = Trainer(recipe_config(recipe, model, data=data, batch=8, precision="float32", device="cpu"))
    trainer.step()
    return trainer


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    checkpoint.save_model(folder / "colour", small_trainer("modern").snapshot(), "In colour")
    grey = small_trainer(data="fashion_mnist", size=28, channels=1)
    checkpoint.save_model(folder / "grey", grey.snapshot())
    checkpoint.save_model(folder / "pixel-faces", small_trainer().snapshot())
    (folder / "classifiers").mkdir()
    (folder / "broken").mkdir()
    (folder / "broken" / "config.json").write_text("{")
    (folder / "broken" / "model.safetensors").write_text("")
    studio = Studio(folder, "cpu")
    yield studio
    studio.runs.close()


def test_shipped_models_come_first_and_broken_ones_not_at_all(studio):
    names = [info.name for info in studio.models()]
    assert names[0] == "pixel-faces" and set(names) == {"pixel-faces", "colour", "grey"}
    info = studio.info("colour")
    assert info.title == "In colour" and info.dataset == "Pixel faces" and info.preview.is_file()


def test_what_is_nearest_to_an_image_comes_with_that_image(studio):
    real = studio.examples("colour", "real", 1)
    made = studio.generate("colour", np.stack([seed_to_z(5, 16)]))
    for pictures in (real, made):
        ((kin, nearest),) = studio.kin("colour", list(pictures))
        assert nearest.shape == (32, 32, 3)
    np.testing.assert_array_equal(nearest, made[0])  # its own, of seed 5
    assert kin.nearest == len(studio.references("colour")[0]) + 5


@pytest.mark.parametrize("model, shape", [("colour", (32, 32, 3)), ("grey", (28, 28, 1))])
def test_one_path_from_z_to_picture_and_verdict(studio, model, shape):
    z = seed_to_z(3, 16)
    image = studio.generate(model, z[None])[0]
    assert image.shape == shape and image.dtype == np.uint8
    drawn, seen = studio.draw(model, Latent(3)), studio.verdict(model, Latent(3))
    np.testing.assert_array_equal(drawn.image, image)
    assert studio.draw(model, Latent(3)) is drawn  # made once
    # what Explore says of an image is what Judge says of the same image
    assert studio.score(model, [image])[0].logit == pytest.approx(seen.logit, abs=1e-5)
    np.testing.assert_array_equal(studio.see(model, [image])[0], image)


@pytest.mark.parametrize("kind", ["real", "generated", "noise"])
def test_examples(studio, kind):
    images = studio.examples("grey", kind, 5, seed=1)
    assert images.shape == (5, 28, 28, 1)
    np.testing.assert_array_equal(images, studio.examples("grey", kind, 5, seed=1))
    assert (images != studio.examples("grey", kind, 5, seed=2)).any()
    assert len(studio.score("grey", list(images))) == 5


def test_any_picture_is_seen_at_the_models_size(studio):
    pictures = [np.zeros((50, 70, 3), np.uint8), np.full((5, 5, 1), 200, np.uint8)]
    assert studio.see("colour", pictures).shape == (2, 32, 32, 3)
    assert studio.heat("colour", pictures).shape == (2, 32, 32)
    assert studio.score("colour", []) == []


def test_the_preview_is_the_first_64_seeds(studio):
    sheet = np.asarray(open_image(studio.info("colour").preview))
    z = np.stack([seed_to_z(seed, 16) for seed in range(64)])
    assert sheet.shape == (256, 256, 3)
    np.testing.assert_array_equal(sheet[32:64, 64:96], studio.generate("colour", z)[8 + 2])


def test_what_a_spot_usually_says_is_the_mean_over_held_out_real_images(studio, monkeypatch):
    real = studio.examples("colour", "real", REALS, 0)
    assert len(real) == REALS

    def logits(images):
        return np.array([score.logit for score in studio.score("colour", list(images))])

    maps = [heat_map(logits, one) for one in real]
    np.testing.assert_allclose(studio.usual_heat("colour"), sum(maps) / REALS, atol=1e-5)

    def gone(name):
        raise DataError("Gone.")

    monkeypatch.setattr("gan.checkpoint.store.data.load", gone)
    assert studio.usual_heat("grey") is None and studio.heat("grey", list(real[:1])).shape == (1, 28, 28)


@pytest.mark.parametrize("name", ["nothing", "", "../colour", "/etc", ".", "..", None, 7])
def test_no_such_model_is_a_sentence(studio, name):
    for ask in (studio.info, studio.directions, studio.references):
        with pytest.raises(CheckpointError, match="choose one"):
            ask(name)


@pytest.mark.parametrize("z", [np.zeros(16), np.zeros((1, 15)), np.full((1, 16), np.nan)])
def test_latents_that_do_not_fit_are_refused(studio, z):
    with pytest.raises(ValueError):
        studio.generate("colour", z)


def test_a_model_saved_anew_is_loaded_anew(studio):
    trainer = small_trainer()
    checkpoint.save_model(studio.checkpoints / "again", trainer.snapshot())
    before = studio.generate("again", np.ones((1, 16)))
    for _ in range(3):
        trainer.step()
    checkpoint.save_model(studio.checkpoints / "again", trainer.snapshot())
    assert (studio.generate("again", np.ones((1, 16))) != before).any()


@pytest.mark.parametrize("data", ["/etc/passwd", "../pixel_faces", "nothing"])
def test_a_run_takes_no_path_from_outside(studio, data):
    with pytest.raises(ConfigError, match="no data set"):
        studio.start(TrainConfig(data=data))
