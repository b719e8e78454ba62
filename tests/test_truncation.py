"""Truncated latents, batch norms that follow them, and the curve that is kept with a model."""

import base64
import io
import json
import re
import shutil
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch
from PIL import Image

from gan import checkpoint, data
from gan.__main__ import main
from gan.checkpoint import CheckpointError, evaluation
from gan.data.conditions import rows
from gan.labels import latents
from gan.latent import seed_to_z, truncated
from gan.measure import truncation
from gan.models import BigGANGenerator
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui.explore import knobs
from gan.ui.explore import tab as explore
from gan.ui.parts import UNEXPECTED, served


@pytest.mark.parametrize("below, deviation", [(0.5, 0.28388), (1, 0.53956), (2, 0.87963)])
def test_the_spread_is_that_of_a_truncated_normal(below, deviation):
    # √(1 - 2t·φ(t) / (2Φ(t) - 1))
    z = truncated(0, 400_000, below)
    assert z.dtype == np.float32 and z.shape == (400_000,) and np.abs(z).max() < below
    assert z.std() == pytest.approx(deviation, abs=0.002) and abs(z.mean()) < 0.005


def test_a_seed_keeps_what_lies_within_and_a_wide_bound_changes_nothing():
    z, near = seed_to_z(7, 64), truncated(7, 64, 1.0)
    within = np.abs(z) < 1
    assert 20 < within.sum() < 64
    np.testing.assert_array_equal(near[within], z[within])
    np.testing.assert_array_equal(truncated(7, 64, 100.0), z)
    np.testing.assert_array_equal(truncated(7, 64, 1.0), near)
    random = np.random.RandomState(7)
    np.testing.assert_array_equal(truncated(random, 64, 1.0), near)
    assert not np.array_equal(truncated(random, 64, 1.0), near)  # it goes on


@pytest.mark.parametrize("below", [0, -1, 0.001, float("nan")])
def test_a_bound_that_nothing_would_keep_is_refused(below):
    with pytest.raises(ValueError, match=r"from 0\.01"):
        truncated(0, 4, below)


def test_statistics_are_gathered_from_the_latents_that_are_drawn():
    torch.manual_seed(0)
    G = BigGANGenerator(16, 9, 0, 4).eval()
    before = {key: value.clone() for key, value in G.state_dict().items()}
    z = np.stack([truncated(seed, 9, 0.5) for seed in range(256)])
    narrow = truncation.gathered(G, z)
    assert not narrow.training and all(map(torch.equal, G.state_dict().values(), before.values()))
    first = G.stem(torch.from_numpy(z[:, :3]))  # what the first batch norm gets
    parts = first.split(64)
    norm = narrow.blocks[0].first.norm
    torch.testing.assert_close(norm.running_mean, torch.stack([x.mean((0, 2, 3)) for x in parts]).mean(0))
    torch.testing.assert_close(norm.running_var, torch.stack([x.var((0, 2, 3)) for x in parts]).mean(0))
    assert norm(first).var().item() == pytest.approx(1, abs=0.1)
    for key, value in narrow.state_dict().items():  # nothing else has moved, no spectral vector either
        gathered = "running_" in key or "num_batches" in key
        assert gathered or torch.equal(value, before[key]), key


def test_with_the_latents_of_training_hardly_anything_changes():
    torch.manual_seed(0)
    G = BigGANGenerator(16, 9, 0, 4)
    for _ in range(100):
        G(torch.randn(64, 9))
    G.eval()
    z = torch.randn(512, 9)
    wide = truncation.gathered(G, z.numpy())
    assert (wide(z) - G(z)).abs().mean() < 0.05


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model that was trained for two steps, and its curve by two points."""
    model = {"feature_maps": 4, "latent_dim": 9}
    config = recipe_config("biggan", model, batch=4, steps=2, seconds=0, measure_images=0, device="cpu",
                           precision="float32")  # fmt: skip
    trainer = Trainer(config)
    for _ in range(2):
        trainer.step()
    folder = tmp_path_factory.mktemp("models") / "m"
    checkpoint.save_model(folder, trainer.snapshot())
    checkpoint.draw_truncation(folder, 60, "cpu", bounds=(0.5, 4.0))
    return folder


def test_a_curve_is_drawn_once_and_kept(folder):
    curve = checkpoint.read_truncation(folder)
    assert (curve.steps, curve.images) == (2, 60) and [point.below for point in curve.points] == [0.5, 4]
    assert all(0 <= point.precision <= 1 and point.frechet > 0 for point in curve.points)
    given = checkpoint.read_facts(folder).train.model.latent
    assert np.abs(latents(given, range(5), below=0.5)[:, :9]).max() < 0.5
    assert checkpoint.TRUNCATION in checkpoint.SHARED


@pytest.mark.parametrize("change", [
    {"points": []}, {"steps": "2"}, {"more": 1}, {"points": [{"below": 1}]}, "swap",
    {"points": [{"below": 1, "precision": 1.5, "recall": 0, "coverage": 0, "frechet": 1}]},
])  # fmt: skip
def test_a_spoilt_curve_is_told_in_a_sentence(folder, tmp_path, change):
    there = json.loads((folder / checkpoint.TRUNCATION).read_text())
    there |= {"points": there["points"][::-1]} if change == "swap" else change
    (tmp_path / checkpoint.TRUNCATION).write_text(json.dumps(there))
    with pytest.raises(CheckpointError, match=r"The truncation of .* cannot be read"):
        checkpoint.read_truncation(tmp_path)


def test_a_curve_of_an_earlier_state_is_none_and_so_is_no_file(folder, tmp_path):
    for name in (checkpoint.CONFIG, checkpoint.TRUNCATION):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert checkpoint.read_truncation(tmp_path)
    there = json.loads((tmp_path / checkpoint.TRUNCATION).read_text())
    (tmp_path / checkpoint.TRUNCATION).write_text(json.dumps(there | {"steps": 1}))
    assert checkpoint.read_truncation(tmp_path) is None
    (tmp_path / checkpoint.TRUNCATION).unlink()
    assert checkpoint.read_truncation(tmp_path) is None


def test_the_command_line_draws_it_and_tells_it_from_then_on(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(evaluation, "report", lambda *rest, **more: {"model": "m"})
    shutil.copytree(folder, tmp_path / "m")
    (tmp_path / "m" / checkpoint.TRUNCATION).unlink()
    asked = ["evaluate", "m", "--checkpoints", str(tmp_path), "--images", "50", "--device", "cpu"]
    told = []
    for more in ([], ["--truncation"], []):
        assert main([*asked, *more]) == 0
        told.append(json.loads(capsys.readouterr().out).get("truncation"))
    assert told[0] is None and told[1] == told[2]
    assert [point["below"] for point in told[1]["points"]] == list(truncation.BOUNDS)


def test_what_starts_from_a_picture_has_none(tmp_path):
    config = recipe_config("pix2pix", {"feature_maps": 4}, batch=4, steps=1, seconds=0, measure_images=0,
                           device="cpu", precision="float32")  # fmt: skip
    checkpoint.save_model(tmp_path / "m", Trainer(config).snapshot())
    with pytest.raises(CheckpointError, match="no noise"):
        checkpoint.draw_truncation(tmp_path / "m", 60, "cpu")


# Explored


def asked(**changes) -> dict:
    return {"model": "m", "seed": 3, "scale": 1, "moves": [], "edits": [], "class": ""} | changes


def image_of(answer: dict) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["image"].split(",")[1]))))


def test_a_truncated_seed_is_drawn_with_the_statistics_of_its_bound(folder):
    studio, kept = Studio(folder.parent, "cpu"), checkpoint.load_networks(folder)
    given, G = kept.facts.train.model.latent, kept.generators["G"]
    held_out = rows(data.load(kept.facts.train.data).held_out, given)
    narrow = truncation.gathered(G, latents(given, range(truncation.GATHERED), held_out, 0.5))
    value = given.labels[0].values[2]
    beside = np.eye(len(given.labels[0].values), dtype=np.float32)[2]
    expected = checkpoint.generate(narrow, np.concatenate([truncated(3, 9, 0.5), beside])[None])[0]
    answer = explore.frame(studio, asked(below=0.5, **{"class": value}))
    np.testing.assert_allclose(image_of(answer), np.squeeze(expected).astype(int), atol=1)
    wide = checkpoint.generate(G, np.concatenate([truncated(3, 9, 0.5), beside])[None])[0]
    assert (
        np.abs(np.squeeze(expected).astype(int) - np.squeeze(wide)).max() > 3
    )  # and not with those of all z
    linked = explore.opened(studio, dict(parse_qsl(answer["query"])))
    assert linked["state"]["below"] == 0.5 and linked["image"] == answer["image"]
    rows_of_z = explore.coordinates(studio, asked(below=0.5, page=0))["rows"]
    assert max(abs(float(z)) for z in re.findall(r' value="(.*?)"', rows_of_z)) < 0.5


@pytest.mark.parametrize("below", [0.6, -1, float("nan"), "x", None, [0.5], 1e9])
def test_only_measured_bounds_are_drawn(folder, below):
    answer = served(explore.frame, Studio(folder.parent, "cpu"))(asked(below=below))
    assert set(answer) == {"error"} and answer["error"].endswith(".") and answer["error"] != UNEXPECTED


def test_the_curve_stands_beside_its_model_and_a_spoilt_one_is_left_out(folder, tmp_path):
    shown = knobs.curve_of([(0.5, 1.0, 0.25), (4.0, 0.75, 0.5)])
    # 180 units for 100 %, the origin at the left below
    assert 'points="71.0,0.0 116.0,45.0"' in shown and shown.count("<circle") == 2
    assert "|z| &lt; 0.5: precision 100\N{NO-BREAK SPACE}%, recall 25" in shown
    shutil.copytree(folder, tmp_path / "m")
    studio = Studio(tmp_path, "cpu")
    assert explore.opened(studio, {"model": "m"})["knobs"].count("<circle") == 2
    (tmp_path / "m" / checkpoint.TRUNCATION).write_text("[")
    opened = explore.opened(studio, {"model": "m"})
    assert "<circle" not in opened["knobs"] and "Nobody has measured" in opened["knobs"]
    assert not opened["notice"]
