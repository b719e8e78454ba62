"""On an accelerator, where there is one: every recipe trains there in both precisions, and can leave it.

It needs nothing of conftest: `python -m pytest --noconftest tests/test_gpu.py` runs with torch, torchvision,
pillow, pyarrow and safetensors alone.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small import GLASSES, OF_NOISE, stepped, trained

from gan import checkpoint
from gan.config import TrainConfig
from gan.devices import pick_device
from gan.recipes import RECIPES, recipe_config
from gan.trainer import Trainer

DEVICE = pick_device("auto")
if DEVICE == "cpu":
    pytest.skip("this machine has no accelerator", allow_module_level=True)

LEVELS = 6  # of 255 that one device's rounding may move a pixel from another's, TF32 and bfloat16's included
STEPS = 9  # over two lazy penalties


def smallest(recipe: str, **changes) -> TrainConfig:
    size = 64 if recipe in ("srresnet", "srgan") else 32
    data = "open_peeps" if size == 64 else "pixel_faces"
    sides = GLASSES if recipe.startswith("cyclegan") else {}
    flat = {"image_size": size, "channels": 3, "feature_maps": 8} | sides
    usual = {
        "data": data,
        "batch": 8,
        "device": DEVICE,
        "grid_images": 8,
        "measure_images": 16,
        "steps": 1000,
        "seconds": 0,
    }
    return recipe_config(recipe, flat, **usual | changes)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_trains_there_and_its_run_goes_on_elsewhere(recipe, precision, tmp_path):
    run = trained(smallest(recipe, precision=precision), STEPS)
    facts = run.progress(1.0)  # raises where a loss is no number
    assert facts.step == STEPS
    assert all(value.isfinite().all() for value in run.state().tensors.values())
    run.measured()

    there = Trainer(replace(run.config, device="cpu", precision="float32"), run.state())
    assert off(there.grid().images, run.grid().images) <= LEVELS
    assert stepped(there, 1).step_count == STEPS + 1
    back = Trainer(run.config, there.state())
    assert stepped(back, 1).step_count == STEPS + 2

    checkpoint.save_model(tmp_path / "m", run.snapshot())
    load = checkpoint.load_model if recipe in OF_NOISE else checkpoint.load_translator
    assert load(tmp_path / "m").facts.steps == load(tmp_path / "m", DEVICE).facts.steps == STEPS
    if recipe in OF_NOISE:
        here, drawn_there = (
            checkpoint.sample(load(tmp_path / "m", device), range(8)) for device in ("cpu", DEVICE)
        )
        assert off(here, drawn_there) <= LEVELS


def test_a_seed_gives_the_same_start_and_the_same_batches_there():
    here, there = (
        Trainer(smallest("modern", precision="float32", device=device)) for device in ("cpu", DEVICE)
    )
    assert off(here.grid().images, there.grid().images) <= 1
    for first, second in zip(here.state().tensors.items(), there.state().tensors.items(), strict=True):
        assert first[0] == second[0] and torch.equal(first[1], second[1])
    stepped(here, 3), stepped(there, 3)
    assert torch.equal(here.random.get_state(), there.random.get_state())
    assert off(here.grid().images, there.grid().images) <= LEVELS


def test_auto_finds_it_and_chooses_float32():
    run = Trainer(smallest("modern", device="auto", precision="auto"))
    run.choose_precision()
    assert run.device.type == DEVICE and run.config.precision == "float32"


def off(a: np.ndarray, b: np.ndarray) -> int:
    return int(np.abs(a.astype(int) - b.astype(int)).max())
