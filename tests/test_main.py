"""The command line, and what a run leaves on disk."""

import errno
import json
from dataclasses import replace

import numpy as np
import pytest
from pictures import picture

from gan import checkpoint, images
from gan.__main__ import main
from gan.events import Finished, Grid, Progress
from gan.latent import Latent
from gan.measure import features
from gan.recipes import recipe_config
from gan.runs import keeper
from gan.runs.keeper import Keeper, Places, keep
from gan.studio import Studio
from gan.train_command import Shown
from gan.trainer import Trainer, fit

SMALL = ["--feature-maps", "4", "--latent-dim", "8", "--batch", "8", "--precision", "float32"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    train = ["train", "--recipe", "dcgan", "--steps", "3", "--seconds", "0", "--out", str(folder / "tiny")]
    assert main([*train, *SMALL]) == 0
    return folder


def test_train_keeps_a_measured_model_and_the_command_that_made_it(models):
    facts = checkpoint.read_facts(models / "tiny")
    assert facts.steps == 3 and facts.metrics.keys() >= {"frechet", "precision", "coverage"}
    assert facts.command.startswith("python -m gan train --recipe dcgan --steps 3")


def test_resume_goes_on_where_it_stopped(models, tmp_path, capsys):
    whole = ["train", "--recipe", "dcgan", "--steps", "5", "--seconds", "0"]
    assert main([*whole, "--out", str(tmp_path / "whole"), *SMALL]) == 0
    assert main([*whole, "--out", str(models / "tiny"), "--resume", *SMALL]) == 0
    assert "not looked at" not in capsys.readouterr().err
    assert main([*whole, "--out", str(models / "tiny"), "--resume", "--data", "emoji", "--grey", *SMALL]) == 0
    assert "--data and --grey are not looked at: the run goes on with its own" in capsys.readouterr().err
    first, second = (checkpoint.load_training(f) for f in (tmp_path / "whole", models / "tiny"))
    assert second.step == 5
    assert all((first.tensors[key] == second.tensors[key]).all() for key in first.tensors)


@pytest.mark.parametrize(
    ("began", "first", "seconds", "steps", "left"),
    [
        (0, 0, 0, 400, 30),  # 100 of 400 steps in ten seconds
        (0, 0, 25, 400, 15),  # the clock ends it first
        (4, 90, 0, 400, 180),  # it had 90 steps behind it: ten in six seconds
        (4, 100, 0, 400, 1800),  # before its first step has an end, a pace that is no division by 0
        (0, 0, 9, 0, 0),
        (0, 0, 200, 200, 10),  # two ends of one number are two
    ],
)
def test_the_bar_counts_down_at_the_pace_of_this_sitting(began, first, seconds, steps, left):
    config = recipe_config("modern", seconds=seconds, steps=steps)
    now = Progress(100, 6400, 10.0, 640.0, 0.7, 0.7, 0.5, 0.0, 0.0)
    assert Shown(began, first, config).left(now) == pytest.approx(left)


def test_labels_from_names_train_a_conditional_model(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GAN_STUDIO_DATA", str(tmp_path / "data"))
    (tmp_path / "pets").mkdir()
    for number in range(60):
        (tmp_path / "pets" / f"{('cat', 'dog')[number % 2]}.{number}.png").write_bytes(picture(number, 32))
    train = ["train", "--data", str(tmp_path / "pets"), "--labels", "names", "--fit", "pad", "--seconds", "0"]
    more = ["--recipe", "conditional", "--steps", "1", "--out", str(tmp_path / "model")]
    assert main([*train, *more, *SMALL]) == 0
    assert checkpoint.read_facts(tmp_path / "model").train.model.given.labels[0].values == ("cat", "dog")
    assert "Label “name”: cat 30, dog 30." in capsys.readouterr().out


def test_generate_writes_the_seeds_asked_for(models, tmp_path, capsys):
    out = tmp_path / "grid.png"
    assert main(["generate", "tiny", "--checkpoints", str(models), "--seeds", "0-3", "--out", str(out)]) == 0
    assert np.asarray(images.open_image(out)).shape == (64, 64, 3)
    assert "4 images" in capsys.readouterr().out


def test_generate_moves_along_the_model_s_directions(models, tmp_path):
    out, studio = tmp_path / "one.png", Studio(models)
    asked = ["generate", "tiny", "--checkpoints", str(models), "--seeds", "3", "--out", str(out)]
    assert main([*asked, "--moves=-2,0.5", "--scale", "0.7"]) == 0
    z, _ = studio.points("tiny", [Latent(3, 0.7, (-2, 0.5))])
    np.testing.assert_array_equal(images.open_image(out), studio.generate("tiny", z)[0])


def test_score_says_what_the_page_says(models, tmp_path, capsys):
    (tmp_path / "white.png").write_bytes(images.png(np.full((40, 30, 3), 255, np.uint8)))
    assert main(["score", "tiny", str(tmp_path / "white.png"), "--checkpoints", str(models)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("white.png is seen cut to its middle square.\nwhite.png: logit")


def test_evaluate_prints_json(models, capsys):
    assert main(["evaluate", "tiny", "--checkpoints", str(models), "--images", "200"]) == 0
    assert json.loads(capsys.readouterr().out)["frechet"] > 0


@pytest.mark.parametrize("arguments, word", [
    (["generate", "nothing"], "no model called nothing"),
    (["train", "--data", "nothing", "--out", "x"], "nothing"),
    (["train", "--batch", "0", "--out", "x"], "batch"),
    (["train", "--recipe", "dcgan", "--r1-gamma", "1", "--out", "x"], "batch norm"),
    (["train", "--resume", "--out", "no-such-folder"], "training state"),
    (["score", "pixel-faces", "no-such-file.png"], "no-such-file.png"),
    (["train", "--pairs", "left", "--out", "x"],
     "--pairs is for pictures of your own, but --data says pixel_faces, and that is prepared already. Leave "
     "--pairs out, or give --data a folder"),
    (["train", "--data", "mnist", "--size", "64", "--grey", "--out", "x"], "--size and --grey are for"),
    (["train", "--data", "x.npz", "--fit", "pad", "--out", "x"], "--data says your own images, and"),
    (["train", "--data", "own:a-cat-0123456789abcdef", "--labels", "csv", "--cut-bars", "--tiles", "0",
      "--out", "x"],
     "--cut-bars and --labels and --tiles are for pictures of your own, but --data says the images “a cat”"),
])  # fmt: skip
def test_mistakes_end_in_a_sentence(arguments, word, models, capsys, monkeypatch):
    monkeypatch.chdir(models)
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert word in error and "Traceback" not in error


def test_a_run_that_could_not_be_kept_ends_as_a_failure(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeper, "save_model", full)
    asked = [
        "train",
        "--steps",
        "1",
        "--seconds",
        "0",
        "--batch",
        "4",
        "--feature-maps",
        "4",
        "--device",
        "cpu",
        "--measure-images",
        "0",
        "--precision",
        "float32",
        "--out",
        str(tmp_path / "m"),
    ]
    assert main(asked) == 1
    assert capsys.readouterr().err.count(keeper.FULL) == 2  # as it happened, and at the end


def _config():
    return recipe_config(
        "dcgan",
        {"feature_maps": 4, "latent_dim": 8},
        batch=8,
        steps=3,
        seconds=0,
        precision="float32",
        device="cpu",
    )


def test_the_best_snapshot_stays_when_the_run_gets_worse(tmp_path, monkeypatch):
    distances = [9.0, 3.0, 5.0, 4.0, 4.0, 4.0, 4.0]
    monkeypatch.setattr(Trainer, "evaluation", lambda self: {"frechet": distances.pop(0)})
    trainer = Trainer(replace(_config(), grid_seconds=0.0))
    events = fit(trainer.config, trainer)
    steps = (event for event in events if isinstance(event, Grid | Finished))
    *_, last = keep(steps, Keeper(trainer, Places(tmp_path / "m")), every=0)
    assert len(distances) == 1 and checkpoint.read_facts(tmp_path / "m").steps == 1
    assert checkpoint.read_facts(tmp_path / "m").metrics == {"frechet": 3.0}
    assert checkpoint.load_training(tmp_path / "m").step == 3
    # nor does going on lose it
    list(keep([last], Keeper(trainer, Places(tmp_path / "m"), taken=True, distance=3.0), every=0))
    assert checkpoint.read_facts(tmp_path / "m").metrics == {"frechet": 3.0}


def test_data_without_a_classifier_keeps_the_last(tmp_path, monkeypatch):
    monkeypatch.setattr(features, "classifier_for", lambda name: None)
    trainer = Trainer(_config())
    list(keep(fit(trainer.config, trainer), Keeper(trainer, Places(tmp_path / "m")), every=0))
    facts = checkpoint.read_facts(tmp_path / "m")
    assert facts.steps == 3 and facts.metrics == {}
