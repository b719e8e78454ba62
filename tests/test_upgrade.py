"""What older versions wrote: configs of format 1, their weights, training states; all give what they gave."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from small import OF_NOISE

from gan import checkpoint, upgrade
from gan.config import TrainConfig
from gan.knobs import knobs
from gan.recipes import recipe_config
from gan.specs import NoiseAndBack, on_grid
from gan.system.reading import Spoilt, built
from gan.trainer import Trainer

SINCE = {"label_dropout", "by_size", "full_res"}  # knobs that format 1 had not
OF_FORMAT_1 = [name for name in OF_NOISE if name != "told"
               and knobs(recipe_config(name).model)["network"] in ("conv", "mlp")]  # fmt: skip
SHIPPED = Path(__file__).resolve().parents[1] / "checkpoints"
FIRST = (
    "fashion",
    "fashion-conditional",
    "pixel-faces",
    "pixel-faces-bigan",
    "pixel-faces-dcgan",
)
WORDS = {"G": "generator", "D": "discriminator", "E": "encoder"}


def flat(config: TrainConfig) -> dict:
    """A config as format 1 had it: one table for all kinds, with what means nothing at its default."""
    model, given = config.model, config.model.given
    usual = {"stem": "conv", "d_head": "conv"}
    settings = {key: value for key, value in knobs(model).items() if key not in SINCE}
    classes = list(given.labels[0].values) if given.labels else []
    return asdict(config) | {"model": usual | settings | {"classes": classes}}


@pytest.mark.parametrize("recipe", OF_FORMAT_1)
def test_a_config_of_format_1_is_the_same_run(recipe):
    config = recipe_config(recipe, {"feature_maps": 8}, data="fashion_mnist")
    assert built(TrainConfig, json.loads(json.dumps(flat(config)))) == config


@pytest.mark.parametrize("wider, maps, now", [(True, 32, 64), (True, 200, 256), (False, 32, 32)])
def test_a_network_that_was_wider_on_its_own_grid_is_as_wide_as_it_was(wider, maps, now):
    config = recipe_config("modern", {"feature_maps": maps}, data="pixel_faces", native=True)
    kept = asdict(replace(config, model=replace(config.model, enlarged=2)))
    for side in ("generator", "discriminator"):
        kept["model"][side] = {key: value for key, value in kept["model"][side].items() if key != "by_size"}
        kept["model"][side]["wider"] = wider
    model = built(TrainConfig, json.loads(json.dumps(kept))).model
    for network in (model.generator, model.discriminator, on_grid(model).generator):
        assert network.feature_maps == now and not network.by_size


@pytest.mark.parametrize("name", FIRST)
def test_the_first_models_in_the_box_are_of_format_1_and_are_read(name):
    kept = json.loads((SHIPPED / name / "config.json").read_text())
    assert kept["format"] == 1 and "given" not in kept["train"]["model"]
    config = checkpoint.read_facts(SHIPPED / name).train
    settings = knobs(config.model)
    for key, value in kept["train"]["model"].items():
        if key == "classes":
            assert [list(label.values) for label in config.model.given.labels] == ([value] if value else [])
        elif key in settings:
            assert settings[key] == value
    assert isinstance(config.model.given, NoiseAndBack) == kept["train"]["model"].get("encoder", False)


@pytest.mark.parametrize("recipe", ["modern", "conditional", "bigan", "original"])
def test_a_model_and_a_training_state_of_format_1_give_what_they_gave(recipe, tmp_path):
    model = {"image_size": 28, "channels": 1, "feature_maps": 4, "latent_dim": 8}
    trainer = Trainer(recipe_config(recipe, model, data="fashion_mnist", batch=8, steps=9, device="cpu",
                                    precision="float32", measure_images=0))  # fmt: skip
    for _ in range(3):
        trainer.step()
    new, old = tmp_path / "new", tmp_path / "old"
    checkpoint.save_model(new, trainer.snapshot())
    checkpoint.save_training(new, trainer.state())
    old.mkdir()
    kept = json.loads((new / "config.json").read_text())
    kept |= {"format": 1, "train": flat(trainer.config)}
    (old / "config.json").write_text(json.dumps(kept))
    save_file(by_words(load_file(new / "model.safetensors")), old / "model.safetensors")
    state = {key.replace("average_G/", "average/"): value for key, value in trainer.state().tensors.items()}
    about = {"config": flat(trainer.config), "step": 3, "images_seen": trainer.images_seen, "seconds": 1.0}
    save_file(state, old / "training.safetensors", {"state": json.dumps(about)})

    assert checkpoint.read_facts(old) == checkpoint.read_facts(new)
    first, second = (checkpoint.load_model(folder) for folder in (new, old))
    np.testing.assert_array_equal(checkpoint.sample(first, range(8)), checkpoint.sample(second, range(8)))
    np.testing.assert_array_equal(first.real_logits, second.real_logits)
    resumed = Trainer(trainer.config, checkpoint.load_training(old))
    trainer.step()
    resumed.step()
    one, other = trainer.state().tensors, resumed.state().tensors
    assert one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def by_words(tensors: dict) -> dict:
    parts = ((key, key.partition(".")) for key in tensors)
    return {f"{WORDS.get(first, first)}{dot}{rest}": tensors[key] for key, (first, dot, rest) in parts}


@pytest.mark.parametrize("model", [
    {"network": 3}, {"network": {"a": 1}}, {"classes": 5}, {"classes": ["a", 2]}, {"encoder": "yes"},
    {"typo": 1}, {"given": {"kind": "telepathy"}}, {"given": 3}, {"generator": {"kind": ["conv"]}}, 7, None,
])  # fmt: skip
def test_what_was_never_written_so_is_refused_in_words(model):
    values = {"model": model, "label": "hat"}
    with pytest.raises(ValueError):
        built(TrainConfig, values)
    assert upgrade.run({}) == {} and issubclass(Spoilt, ValueError)
