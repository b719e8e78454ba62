"""What `python -m gan evaluate` says of a model that ships, and of one on images without labels."""

import json
from pathlib import Path

import numpy as np
import pytest

from gan import checkpoint, metrics
from gan.__main__ import main
from gan.checkpoint import evaluation
from gan.checkpoint.evaluation import EvaluationError, report
from gan.data import load
from gan.measure import copies, features, inception, path_length, weights
from gan.measure.weights import WeightsError
from gan.recipes import recipe_config
from gan.trainer import Trainer

MODELS = Path(__file__).parents[1] / "checkpoints"


@pytest.fixture(autouse=True)
def no_network(tmp_path, monkeypatch):
    """Nothing on disk, and nothing to be fetched."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))

    def fetch(*needed):
        raise WeightsError(f"The weights of {needed[0].title} could not be fetched: no network.")

    monkeypatch.setattr(weights, "fetch", fetch)


def test_the_report_holds_each_measure_and_the_same_of_real_images():
    found = json.loads(json.dumps(report(MODELS / "fashion-conditional", images=200)))
    fake = checkpoint.sample(checkpoint.load_model(MODELS / "fashion-conditional"), range(200))
    data = load("fashion_mnist")
    for key, value in features.evaluate(fake, "fashion_mnist").items():
        assert found[key] == pytest.approx(value)
    assert found["near_duplicates"] == metrics.near_duplicates(fake, data.train.images)
    assert found["memorised"] == np.mean([flag.flagged for flag in copies.flags(fake, data)])
    assert found["values"]["garment"] == {"shown": 10, "of": 10, "lost": []}
    assert list(found["real"]) == list(found)[3 : 3 + len(found["real"])]
    assert found["real"]["memorised"] < 0.02 and found["real"]["near_duplicates"] < 0.05
    assert found["real"]["frechet"] < found["frechet"]
    notes = "\n".join(found["notes"])
    assert "this project's own classifier of fashion_mnist" in notes and "not with Inception's" in notes
    for what in ("inception", "path_length"):
        assert found[what] is None and f"{what} is left out, since its networks are not on this disk" in notes


def test_networks_that_cannot_be_had_leave_their_sentence():
    found = report(MODELS / "fashion-conditional", images=50, fetch=True)
    assert found["inception"] is found["path_length"] is None
    assert found["notes"][-2:] == [
        "inception is left out. The weights of Inception-v3 of 2015-12-05 could not be fetched: no network.",
        "path_length is left out. The weights of VGG-16 could not be fetched: no network.",
    ]


def test_networks_on_disk_are_used(monkeypatch):
    monkeypatch.setattr(weights, "on_disk", lambda *needed: True)

    def measured(real, sets, cuda):
        assert len(real) == 2000 and not cuda
        return {name: {"fid": float(len(images))} for name, images in sets.items()}

    monkeypatch.setattr(inception, "measure", measured)
    monkeypatch.setattr(path_length, "path_length", lambda G, dim, classes, cuda: float(dim))
    found = report(MODELS / "fashion-conditional", images=60)
    assert found["inception"] == {"fid": 60.0, "real": {"fid": 60.0}}
    given = checkpoint.read_facts(MODELS / "fashion-conditional").train.model.given
    assert found["path_length"] == given.latent_dim
    assert not any("left out" in note for note in found["notes"])


def test_data_without_a_classifier_is_measured_by_what_needs_none(tmp_path, monkeypatch):
    monkeypatch.setattr(features, "classifier_for", lambda name: None)
    tiny = {"feature_maps": 4, "latent_dim": 8}
    config = recipe_config("dcgan", tiny, batch=8, steps=3, seconds=0, device="cpu")
    checkpoint.save_model(tmp_path / "tiny", Trainer(config).snapshot())
    found = report(tmp_path / "tiny", images=50)
    assert "frechet" not in found and "values" not in found["real"]
    assert found["near_duplicates"] > 0.9 and found["memorised"] == 0
    assert found["notes"][0].startswith("There is no classifier for pixel_faces")


def test_the_command_prints_it_as_json(capsys):
    assert main(["evaluate", "fashion-conditional", "--images", "50", "--device", "cpu"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["model"] == "fashion-conditional" and found["images"] == 50 and found["frechet"] > 0
    assert main(["evaluate", "fashion-conditional", "--images", "50", "--device", "cpu", "--inception"]) == 0
    assert "no network" in json.loads(capsys.readouterr().out)["notes"][-1]


@pytest.mark.parametrize("images", [0, 49, 10_001])
def test_too_few_or_too_many_images_get_a_sentence(images):
    with pytest.raises(EvaluationError, match="measured on 50 to 10,000 images"):
        report(MODELS / "fashion-conditional", images)
    assert evaluation.LEAST == 50
