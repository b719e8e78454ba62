"""What a run keeps as its best: the nearest to the data of those that have come as far."""

from dataclasses import replace

import pytest

from gan import checkpoint
from gan.__main__ import main
from gan.recipes import recipe_config
from gan.runs.keeper import Keeper, Places
from gan.trainer import Trainer

RUN = {"batch": 8, "seconds": 0, "steps": 2, "precision": "float32", "device": "cpu", "measure_images": 0}
GROWING = {"feature_maps": 4, "latent_dim": 6, "growth_images": 100}
SRGAN = {"feature_maps": 4, "blocks": 1, "view": "small-4", "image_size": 64}


@pytest.fixture
def growing(tmp_path) -> Keeper:
    """16 pixels a side: 4 until 20 images, 8 from 40 to 70 and 16 from 100 on; a level fades in between."""
    return Keeper(Trainer(recipe_config("progan", GROWING, **RUN)), Places(tmp_path / "m"))


def best(kept: Keeper, course: list[tuple[int, float]]) -> list[int]:
    """How many images the best has seen, after each measuring: after so many images a distance."""
    found = []
    for seen, distance in course:
        kept.trainer.images_seen = seen
        kept.measured(distance, {"frechet": distance})
        assert kept.best is None or kept.distance == kept.metrics["frechet"]
        found.append(kept.best.images_seen if kept.best else 0)
    return found


def test_a_finer_level_replaces_a_coarser_one_however_near_that_was(growing):
    at_4, fading_8, at_8 = [(8, 5.0), (16, 4.0)], [(24, 9.0), (32, 8.0), (39, 8.5)], [(48, 30.0), (64, 29.0)]
    assert best(growing, at_4 + fading_8 + at_8) == [8, 16, 24, 32, 32, 48, 64]
    assert best(growing, [(66, 31.0), (80, 40.0), (104, 60.0)]) == [64, 80, 104]
    assert best(growing, [(112, 61.0), (120, 59.0), (9999, 59.5)]) == [104, 120, 120]  # grown: by distance


def test_what_stands_at_full_size_at_once_is_kept_by_distance_alone(growing):
    growing.trainer = Trainer(recipe_config("dcgan", {"feature_maps": 4, "latent_dim": 6}, **RUN))
    assert best(growing, [(8, 5.0), (16, 4.0), (500, 9.0), (10**6, 4.5)]) == [8, 16, 16, 16]


@pytest.mark.usefixtures("few_images")
def test_once_d_counts_what_the_answers_alone_have_taught_is_no_rival(tmp_path):
    config = recipe_config("srgan", SRGAN, data="open_peeps", **RUN | {"gan_after": 40})
    kept = Keeper(Trainer(config), Places(tmp_path / "m"))
    assert best(kept, [(16, 5.0), (40, 4.0), (48, 7.0), (56, 8.0), (64, 6.0)]) == [16, 40, 48, 48, 64]
    kept = Keeper(Trainer(replace(config, gan_after=0)), Places(tmp_path / "m"))
    assert best(kept, [(8, 5.0), (40, 4.0), (48, 7.0)]) == [8, 40, 40]


@pytest.mark.parametrize("growth, steps", [(10**4, 1), (16, 2)])  # as coarse as before; grown meanwhile
def test_who_resumes_from_the_command_line_has_the_same_rule(growth, steps, tmp_path, monkeypatch):
    distances = [3.0, 5.0]
    monkeypatch.setattr(Trainer, "evaluation", lambda self: {"frechet": distances.pop(0)})
    flat = ["--feature-maps", "4", "--latent-dim", "6", "--growth-images", str(growth), "--batch", "8",
            "--precision", "float32", "--device", "cpu", "--measure-images", "0",
            "--seconds", "0"]  # fmt: skip
    out = ["--out", str(tmp_path / "m")]
    assert main(["train", "--recipe", "progan", *flat, *out, "--steps", "1"]) == 0
    assert main(["train", *out, "--resume", "--steps", "3"]) == 0
    assert not distances and checkpoint.read_facts(tmp_path / "m").steps == {1: 1, 2: 3}[steps]
