"""No recipe and no shipped model moves: the bits of 20 steps, and of sixteen images, as they once were.

Which bits come out is a matter of the processor and of torch as well, so bits.json has them by both; where
it has none there is nothing to compare with. `PYTHONPATH=. python tests/test_bits.py` writes those of the
machine that it runs on anew, where they are right.
"""

import hashlib
import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from small import OF_NOISE, shipped

from gan.latent import seed_to_z
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer

ROOT = Path(__file__).resolve().parents[1]
FILE = Path(__file__).with_name("bits.json")
SHIPPED = shipped(of_noise=True)


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor()  # which several generations may share
    able = torch.backends.cpu.get_cpu_capability()
    return f"{name} with {able}, torch {torch.__version__}, one thread"


def digest(*arrays: np.ndarray) -> str:
    """Of arrays in whatever order and under whatever names."""
    each = sorted(hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest() for array in arrays)
    return hashlib.sha256("".join(each).encode()).hexdigest()[:16]


def trained(recipe: str) -> str:
    """Of all that a run is after 20 steps: weights, their averages, both optimisers, the random numbers."""
    model = {"feature_maps": 4, "latent_dim": 8, "image_size": 32, "channels": 3}
    config = recipe_config(recipe, model, data="pixel_faces", grid_images=4, batch=8, steps=20, seconds=0,
                           precision="float32", device="cpu", measure_images=0)  # fmt: skip
    trainer = Trainer(config)
    for _ in range(20):
        trainer.step()
    return digest(*(tensor.numpy() for tensor in trainer.state().tensors.values()))


def drawn(name: str) -> str:
    studio = Studio(ROOT / "checkpoints", "cpu")
    info = next(model for model in studio.models() if model.name == name)
    return digest(studio.generate(name, np.stack([seed_to_z(seed, info.latent_dim) for seed in range(16)])))


@pytest.fixture(scope="module")
def frozen() -> Iterator[dict]:
    there, before = json.loads(FILE.read_text()), torch.get_num_threads()
    if machine() not in there:
        pytest.skip(f"There are no bits of {machine()}.")
    torch.set_num_threads(1)  # whatever the tests before have left
    yield there[machine()]
    torch.set_num_threads(before)


@pytest.mark.parametrize("recipe", OF_NOISE)
def test_no_recipe_moves(recipe, frozen):
    assert trained(recipe) == kept(frozen["recipes"], recipe)


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_model_moves(name, frozen):
    assert drawn(name) == kept(frozen["models"], name)


def kept(bits: dict[str, str], name: str) -> str:
    if name not in bits:
        pytest.skip(f"{name} is younger than what there is of this machine.")
    return bits[name]


if __name__ == "__main__":
    torch.set_num_threads(1)
    bits = {"recipes": {recipe: trained(recipe) for recipe in OF_NOISE},
            "models": {name: drawn(name) for name in SHIPPED}}  # fmt: skip
    FILE.write_text(json.dumps(json.loads(FILE.read_text()) | {machine(): bits}, indent=1) + "\n")
    sys.stdout.write(FILE.read_text())
