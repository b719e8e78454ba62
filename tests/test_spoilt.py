"""Whatever a file of a model holds: it is refused in a sentence, at once, and is nobody else's trouble."""

import logging
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from spoilers import ANY, JSON, STATES, WEIGHTS, mutated, replaced, table, within
from test_checkpoint import trainer_of
from test_history import STARTED, grids, measure, progress

from gan import belonging, checkpoint
from gan.__main__ import main
from gan.checkpoint import CheckpointError
from gan.events import Saved
from gan.measure import classifier, features
from gan.runs import history
from gan.runs.view import RunView
from gan.studio import Studio
from gan.system import tensors
from gan.ui.explore import model_list
from gan.ui.explore import tab as explore

INF = float("inf")
PREVIEW = "preview.png"
FILES = ("config.json", "model.safetensors", "training.safetensors", history.FILE, PREVIEW)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return keep_one(tmp_path_factory.mktemp("kept") / "m")


def keep_one(folder: Path) -> Path:
    """A folder of one model with all that can lie beside it."""
    trainer = trainer_of()
    checkpoint.save_model(folder, trainer.snapshot(), "M", "python -m gan train …", {"frechet": 1.5})
    checkpoint.save_training(folder, trainer.state())
    belonging.write(folder, belonging.Belongs())
    view = RunView(
        "r",
        trainer.config,
        "finished",
        started=STARTED,
        progress=(progress(1), progress(2)),
        grids=grids(3),
        measured=(measure(8),),
        saved=Saved(2, "m", str(folder)),
        message="Done.",
    )
    history.keep(view)
    return folder


@pytest.fixture
def models(kept, tmp_path):
    """Two models: the one that a test spoils, and another one."""
    for name in ("spoilt", "good"):
        shutil.copytree(kept, tmp_path / "ck" / name)
    return tmp_path / "ck"


CONFIGS = JSON | {
    "title null": table(title=None), "title a surrogate": table(title="\ud800"),
    "long title": table(title="x" * 9999), "title with an escape": table(title="\x1b[2J"),
    "images_seen a text": table(images_seen="many"), "seconds a text": table(seconds="x"),
    "seconds NaN": table(seconds=float("nan")), "seconds infinite": table(seconds=INF),
    "steps true": table(steps=True),
    "steps huge": table(steps=10**400), "steps negative": table(steps=-1),
    "one parameter": table(parameters=[1]), "parameters null": table(parameters=None),
    "metrics null": table(metrics=None), "a metric a text": table(metrics={"frechet": "low"}),
    "a metric infinite": table(metrics={"frechet": INF}),
    "train a list": table(train=[]), "train null": table(train=None), "no format": table(format=None),
    "batch a text": within("train", batch="64"), "batch huge": within("train", batch=10**400),
    "rate NaN": within("train", g_lr=float("nan")), "seed a half": within("train", seed=0.5),
    "model a text": within("train", model="x"), "classes a text": within("train", model={"classes": "abc"}),
    "classes numbers": within("train", model={"classes": [1, 2]}),
    "a width that there is not": within("train", model={"feature_maps": 10**9}),
    "other networks": within("train", model={"feature_maps": 8}),
}  # fmt: skip


@pytest.mark.parametrize("way", CONFIGS)
def test_a_bad_config_is_that_models_alone(models, way):
    CONFIGS[way](models / "spoilt" / "config.json")
    studio = Studio(models, "cpu")
    assert [info.name for info in studio.models()] == ["good"]
    a_sentence(studio.unreadable("")["spoilt"], models)


@pytest.mark.parametrize("way", WEIGHTS)
def test_bad_weights(models, way, monkeypatch):
    WEIGHTS[way](models / "spoilt" / "model.safetensors")
    if way != "not numbers":  # which only their values tell
        monkeypatch.setattr(tensors, "load_all", lambda *_: pytest.fail("It was read."))
        assert list(Studio(models, "cpu").unreadable()) == ["spoilt"]
    with pytest.raises(CheckpointError, match="spoilt") as told:
        checkpoint.load_model(models / "spoilt")
    a_sentence(str(told.value), models)


def test_what_is_left_out_is_named_by_the_log_the_page_and_the_command_line(models, caplog, capsys):
    table(title=None)(models / "spoilt" / "config.json")
    studio = Studio(models, "cpu")
    with caplog.at_level(logging.WARNING):
        studio.models()
    why = studio.unreadable("")["spoilt"]
    assert why == "The model spoilt cannot be read: title: None is not a text." and why in caplog.text
    assert main(["models", "--checkpoints", str(models)]) == 0
    said = capsys.readouterr().out
    assert f"Left out: {why}" in said and "| good |" in said
    opened = explore.opened(studio, {"model": "spoilt"})
    assert opened["state"]["model"] == "good" and why in opened["notice"]
    assert "1 model can’t be read" in opened["models"] and why in opened["models"]
    shutil.rmtree(models / "good")
    assert explore.opened(studio, {}) == {"empty": why}
    belonging.write(models / "spoilt", belonging.Belongs(owner="somebody", offered=False))
    assert studio.unreadable("") == {}  # it is somebody else's


def a_sentence(text: str, folder: Path):
    assert text.endswith(".") and "\n" not in text and len(text) < 400
    assert str(folder) not in text and str(folder.parent) not in text


@pytest.mark.parametrize("way", ANY | {"cut off": 0, "a JPEG": 0, "another's": 0})
def test_a_bad_preview_is_no_preview(models, way):
    path = models / "spoilt" / "preview.png"
    whole = path.read_bytes()
    more = {"cut off": replaced(whole[:200]), "a JPEG": replaced(b"\xff\xd8\xff" + whole),
            "another's": replaced(b"GIF89a" + whole)}  # fmt: skip
    (ANY | more)[way](path)
    studio = Studio(models, "cpu")
    cards = model_list.model_cards(studio.models(), "spoilt")
    assert cards.count("<img") == 1 and 'value="spoilt"' in cards and 'value="good"' in cards


@pytest.mark.parametrize("way", JSON)
def test_a_bad_history(models, way):
    path = models / "spoilt" / history.FILE
    JSON[way](path)
    with pytest.raises(history.HistoryError, match="history of spoilt cannot be read") as told:
        history.load(path)
    a_sentence(str(told.value), models)


@pytest.mark.parametrize("way", STATES)
def test_a_bad_training_state(models, way, monkeypatch):
    STATES[way](models / "spoilt" / "training.safetensors")
    monkeypatch.setattr(tensors, "load_mapped", lambda *_: pytest.fail("It was read."))
    studio = Studio(models, "cpu")
    with pytest.raises(CheckpointError, match="training state of spoilt cannot be read") as told:
        studio.go_on("spoilt", 5)
    a_sentence(str(told.value), models)
    studio.runs.close()


@pytest.mark.parametrize("way", JSON | {"hidden a text": 0, "owner a number": 0})
def test_a_bad_note_on_whom_it_belongs_to_makes_it_nobodys(models, way):
    more = {"hidden a text": table(hidden="no"), "owner a number": table(owner=7)}
    spoil = (JSON | more)[way]
    if way == "an empty table":
        return  # is as good as none
    spoil(models / "spoilt" / belonging.FILE)
    assert belonging.read(models / "spoilt") == belonging.Belongs(owner="", offered=False)


@pytest.mark.parametrize("file", ["pixel_faces.json", "pixel_faces.safetensors"])
def test_a_bad_classifier_is_none(tmp_path, monkeypatch, caplog, file):
    for way, spoil in (JSON if file.endswith("json") else ANY).items():
        if way == "an unknown field":  # as "command" is to it
            spoil = table(config={"image_size": "32"})
        folder = tmp_path / way.replace(" ", "")
        folder.mkdir(exist_ok=True)
        for path in classifier.FOLDER.glob("pixel_faces.*"):
            shutil.copy(path, folder)
        spoil(folder / file)
        with pytest.raises(classifier.ClassifierError, match="cannot be read") as told:
            classifier.load_from(folder, "pixel_faces")
        a_sentence(str(told.value), folder)
    monkeypatch.setattr(features, "load_classifier", lambda name: classifier.load_from(folder, name))
    features._is_good.cache_clear()
    assert features.classifier_for("pixel_faces") is None and "pixel_faces cannot be read" in caplog.text
    features._is_good.cache_clear()


def mutations(folder: Path, work: Path, count: int, seed: int = 0) -> Counter:
    """How many of so many mutated models were read, or refused in a sentence; all else is an exception."""
    random, came = np.random.RandomState(seed), Counter()
    for number in range(count):
        name = FILES[number % len(FILES)]
        shutil.copytree(folder, work / "m", dirs_exist_ok=True)
        (work / "m" / name).write_bytes(mutated((folder / name).read_bytes(), random))
        came[what_became(work)] += 1
    return came


def what_became(work: Path) -> str:
    """Whether the model m in that folder could be read, by all that reads one. Raises what is no sentence."""
    studio = Studio(work, "cpu")
    try:
        models = studio.models()
        for left_out in studio.unreadable("").values():
            a_sentence(left_out, work)
        model_list.model_cards(models, "m")
        explore.opened(studio, {"model": "m"})
        checkpoint.load_model(work / "m")
        history.load(work / "m" / history.FILE)
        checkpoint.load_training(work / "m")
        return "read"
    except (CheckpointError, history.HistoryError) as error:
        a_sentence(str(error), work)
        return "refused in a sentence"
    finally:
        studio.runs.close()


def test_mutated_models_are_read_or_refused(kept, tmp_path):
    came = mutations(kept, tmp_path / "ck", 60)
    assert came.total() == 60 and came["refused in a sentence"] > 20
