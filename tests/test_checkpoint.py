"""Checkpoints: what is saved comes back the same, and what is broken ends in a sentence."""

import json

import numpy as np
import pytest
import torch
from small import OF_NOISE

from gan import checkpoint
from gan.checkpoint import CheckpointError
from gan.labels import latents, left_open
from gan.latent import seed_to_z
from gan.models import Judge, folded
from gan.recipes import recipe_config
from gan.system import files
from gan.trainer import Trainer


def trainer_of(recipe="dcgan", steps=2) -> Trainer:
    model = {"feature_maps": 4, "latent_dim": 8}
    trainer = Trainer(recipe_config(recipe, model, batch=8, steps=9, precision="float32", device="cpu"))
    for _ in range(steps):
        trainer.step()
    return trainer


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    trainer, folder = trainer_of(), tmp_path_factory.mktemp("models") / "small"
    checkpoint.save_model(folder, trainer.snapshot(), "Small", "python -m gan train …", {"frechet": 1.5})
    checkpoint.save_training(folder, trainer.state())
    return trainer, folder


@pytest.mark.parametrize("recipe", OF_NOISE)
def test_every_recipe_comes_back_from_disk_the_same(recipe, tmp_path):
    trainer = trainer_of(recipe)
    checkpoint.save_model(tmp_path / "m", trainer.snapshot())
    loaded = checkpoint.load_model(tmp_path / "m")
    z = latents(trainer.config.model.given, range(3))
    pictures = checkpoint.generate(folded(trainer.averages["G"]), z)
    np.testing.assert_array_equal(checkpoint.generate(loaded.G, z), pictures)
    shot = trainer.snapshot()
    told = left_open(trainer.config.model.given)
    judge = Judge(shot.discriminators["D"], shot.generators.get("E"), told).eval()
    raw = judge.scores(pictures).numpy()
    np.testing.assert_allclose(loaded.logits(pictures), raw - loaded.zero, rtol=1e-5, atol=1e-6)
    paired = trainer.objectives["D"].loss.paired
    assert (loaded.zero == 0) != paired
    if paired:  # its zero lies halfway between what D says of real and of generated images
        assert np.median(loaded.real_logits) == pytest.approx(-np.median(loaded.fake_logits), abs=1e-4)


def test_a_seed_is_the_same_image_alone_and_among_others(saved):
    G = checkpoint.load_model(saved[1]).G
    z = np.stack([seed_to_z(seed, 8) for seed in range(70)])
    together, alone = checkpoint.generate(G, z), checkpoint.generate(G, z[69:])
    assert np.abs(together[69].astype(int) - alone[0]).max() <= 1  # a rounding, where the sums' order differs


def test_the_folder_tells_people_and_programs_the_same(saved):
    folder = saved[1]
    facts = checkpoint.read_facts(folder)
    assert facts.title == "Small" and facts.steps == 2 and facts.metrics == {"frechet": 1.5}
    card = (folder / "README.md").read_text()
    assert "1.5" in card and "python -m gan train …" in card and f"{facts.parameters[0]:,}" in card
    assert json.loads((folder / "config.json").read_text())["train"]["recipe"] == "dcgan"
    assert checkpoint.list_models(folder.parent) == ["small"]
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]


def test_directions_are_orthonormal_and_ordered(saved):
    loaded = checkpoint.load_model(saved[1])
    np.testing.assert_allclose(loaded.directions @ loaded.directions.T, np.eye(8), atol=1e-5)
    assert (np.diff(loaded.change) <= 0).all() and loaded.change[0] > 0


def test_training_goes_on_from_disk_bit_for_bit(saved):
    trainer, folder = saved
    resumed = Trainer(trainer.config, checkpoint.load_training(folder))
    whole = trainer_of(steps=4)
    for _ in range(2):
        resumed.step()
    first, second = whole.state().tensors, resumed.state().tensors
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert resumed.seconds == trainer.seconds


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    files.write(path, b"old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write(path, b"new")
    assert path.read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["a.bin"]


@pytest.mark.parametrize("name, content", [
    ("config.json", b"{"), ("config.json", b"[]"), ("config.json", b'{"format": 99}'),
    ("config.json", b'{"format": 1, "train": {"typo": 1}}'),
    ("model.safetensors", b"not weights"), ("model.safetensors", b""),
])  # fmt: skip
def test_a_broken_file_ends_in_a_sentence(saved, tmp_path, name, content):
    folder = tmp_path / "broken"
    folder.mkdir()
    for path in saved[1].iterdir():
        (folder / path.name).write_bytes(content if path.name == name else path.read_bytes())
    with pytest.raises(CheckpointError, match="broken"):
        checkpoint.load_model(folder)


def test_weights_of_another_model_are_refused(saved, tmp_path):
    checkpoint.save_model(tmp_path / "other", trainer_of("sngan").snapshot())
    (tmp_path / "other" / "config.json").write_bytes((saved[1] / "config.json").read_bytes())
    with pytest.raises(CheckpointError):
        checkpoint.load_model(tmp_path / "other")


def test_what_is_missing_is_named(saved, tmp_path):
    with pytest.raises(CheckpointError, match="no model called nothing"):
        checkpoint.load_model(tmp_path / "nothing")
    with pytest.raises(CheckpointError, match="training state"):
        checkpoint.load_training(tmp_path / "nothing")
    (tmp_path / "training.safetensors").write_bytes(b"broken")
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint.load_training(tmp_path)


@pytest.mark.parametrize("typed, kept", [("My Faces!", "my-faces"), ("../../etc", "etc"), ("a__b", "a__b")])
def test_names_become_folders(typed, kept):
    assert checkpoint.safe_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "...", "日本", "--"])
def test_names_of_which_nothing_is_left_are_refused(typed):
    with pytest.raises(CheckpointError):
        checkpoint.safe_name(typed)


def test_the_card_says_what_a_conditional_model_is_told(tmp_path):
    checkpoint.save_model(tmp_path / "m", trainer_of("conditional", steps=1).snapshot())
    card = (tmp_path / "m" / "README.md").read_text()
    config = checkpoint.read_facts(tmp_path / "m").train
    assert f"conditional on the {config.label}, one of {config.model.given.width}, by projection" in card


@pytest.mark.parametrize("name", ["x" * 5000, "\ud800", "a\0b", "..", "", "a/b", "nobody", None, 7, []])
def test_a_name_of_no_model_is_a_sentence(tmp_path, name):
    with pytest.raises(CheckpointError, match="There is no model called") as told:
        checkpoint.folder_of(tmp_path, name)
    assert len(str(told.value)) < 200


def test_a_trainer_is_saved_as_it_is_now(saved, tmp_path):
    trainer, folder = saved
    checkpoint.save_model(tmp_path / "m", trainer, "Small", "python -m gan train …", {"frechet": 1.5})
    for name in (checkpoint.MODEL, checkpoint.CONFIG, checkpoint.CARD, checkpoint.PREVIEW):
        assert (tmp_path / "m" / name).read_bytes() == (folder / name).read_bytes()
