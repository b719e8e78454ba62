"""A model that is told several labels: trained, kept, and asked for by scripts, the command line and HTTP."""

import base64
import io
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from gan import checkpoint, data
from gan.__main__ import main
from gan.latent import seeds_to_z
from gan.recipes import recipe_config
from gan.specs import Label, Noise
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui.explore import api as image_api
from gan.ui.explore import pickers, walk
from gan.ui.explore import tab as explore
from gan.ui.explore.classes import choices, heading
from gan.words import percent

SMALL = {"feature_maps": 4, "latent_dim": 8}
QUICK = {"data": "pixel_faces", "batch": 8, "steps": 3, "seconds": 0, "measure_images": 0, "device": "cpu",
         "precision": "float32"}  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """One told all of the faces' labels, each left open now and then; one told two, never left open."""
    folder = tmp_path_factory.mktemp("several")
    for name, label, dropout in (("every", "*", 0.3), ("two", "hat,mouth", 0.0)):
        model = SMALL | {"label_dropout": dropout}
        trainer = Trainer(recipe_config("conditional", model, label=label, **QUICK))
        for _ in range(3):
            trainer.step()
        checkpoint.save_model(folder / name, trainer.snapshot())
    return Studio(folder, "cpu")


def test_both_networks_are_told_all_labels_and_some_are_left_open():
    trainer = Trainer(recipe_config("conditional", SMALL | {"label_dropout": 0.5}, label="*",
                                    **QUICK | {"batch": 256}))  # fmt: skip
    play = trainer._batch(with_graph=False).plays["D"]
    sizes = [len(label.values) for label in trainer.config.model.given.labels]
    told = torch.stack([part.sum(1) for part in play.given_real.split(sizes, 1)], 1)  # (n, labels): 1 or 0
    assert set(told.unique().tolist()) == {0.0, 1.0} and len(sizes) == len(trainer.dataset.label_names)
    k, left_open = len(sizes), len(sizes) - told.sum(1)
    assert abs((left_open > 0).float().mean() - 0.5) < 0.12  # of 256 images, σ is 0.03
    assert left_open.unique().tolist() == list(range(k + 1))  # one of them as often as all: 14 images each
    assert (abs(told.mean(0) - (1 - 0.5 * (k + 1) / (2 * k))) < 0.12).all()
    assert torch.equal(play.given_real, play.given_fake)


def test_a_studio_takes_a_value_of_each_or_any(studio):
    info, z = studio.info("every"), seeds_to_z([1, 2], 8)
    width = sum(len(label.values) for label in info.labels)
    assert [label.column for label in info.labels][:2] == ["glasses", "hat"]
    cap = studio.with_class("every", z, {"hat": info.labels[1].values[1]})
    assert cap.shape == (2, 8 + width) and cap[:, 8:].sum() == 2
    assert not studio.with_class("every", z, "any")[:, 8:].any()
    plain, any_ = studio.generate("every", z), studio.generate("every", studio.with_class("every", z, "any"))
    np.testing.assert_array_equal(plain, any_)
    bare = studio.generate("two", studio.with_class("two", z, {"hat": "no hat", "mouth": "happy"}))
    np.testing.assert_array_equal(studio.generate("two", z), bare)  # it has not learnt "any"
    with pytest.raises(ValueError, match="has no label “shoes”"):
        studio.with_class("every", z, {"shoes": "red"})


def test_a_sheet_of_samples_has_the_labels_of_as_many_real_images(studio):
    """In turn, hat by hat and mouth by mouth, the later of nine labels would show one value only."""
    given = studio.info("every").labels
    train = data.load("pixel_faces").train
    told = np.concatenate([np.eye(len(label.values), dtype=np.float32)[train.column(label.column)[:64]]
                           for label in given], 1)  # fmt: skip
    trainer = Trainer(recipe_config("conditional", SMALL, label="*", **QUICK))
    assert np.array_equal(trainer.task.fixed_z[:, 8:].cpu(), told[: trainer.config.grid_images])
    sheet = np.asarray(Image.open(studio.info("every").preview))
    z = np.concatenate([seeds_to_z([10], 8), told[10:11]], 1)
    np.testing.assert_array_equal(sheet[32:64, 64:96], studio.generate("every", z)[0])
    alone = Trainer(recipe_config("conditional", SMALL, label="hat", **QUICK)).task.fixed_z[:, 8:].cpu()
    assert alone.argmax(1).tolist() == [0, 1] * 32  # one label's values in turn


def test_the_judge_and_the_card_know_of_them(studio):
    assert len(studio.score("every", studio.examples("every", "generated", 3))) == 3
    card = (studio.checkpoints / "every" / "README.md").read_text()
    assert "conditional on the glasses, one of" in card and "the hat, one of" in card
    assert f"some left open for {percent(0.3)} of the images, by projection" in card
    assert "![The images of the first 64 seeds, with the labels of as many real images]" in card


def test_a_model_opens_in_the_labels_it_shows_best_whatever_the_seed(studio, monkeypatch):
    monkeypatch.setitem(explore.FIRST, "every", {"seed": "7", "class": "hat=hat"})
    for asked, seed, told in (({}, 7, "hat=hat"), ({"seed": "3"}, 3, "hat=hat"),
                              ({"seed": "3", "class": "any"}, 3, "any")):  # fmt: skip
        state = explore.opened(studio, {"model": "every", **asked})["state"]
        assert (state["seed"], state["class"]) == (seed, told)


def test_the_command_line_trains_and_draws_them(tmp_path, capsys):
    asked = ["train", "--recipe", "conditional", "--label", "hat,mouth", "--label-dropout", "0.1", "--steps",
             "2", "--seconds", "0", "--batch", "4", "--feature-maps", "4", "--latent-dim", "8",
             "--device", "cpu", "--measure-images", "0", "--precision", "float32",
             "--out", str(tmp_path / "m")]  # fmt: skip
    assert main(asked) == 0
    given = checkpoint.read_facts(tmp_path / "m").train.model.given
    assert [label.column for label in given.labels] == ["hat", "mouth"] and given.label_dropout == 0.1
    hat, mouth = (label.values[-1] for label in given.labels)
    for label, end in ((f"hat={hat}+mouth={mouth}", 0), ("any", 0), ("", 0), ("hat=shoe", 1)):
        draws = ["generate", "m", "--checkpoints", str(tmp_path), "--device", "cpu", "--seeds", "0-3",
                 "--label", label, "--out", str(tmp_path / "grid.png")]  # fmt: skip
        assert main(draws) == end
    assert "knows no hat “shoe”" in capsys.readouterr().err


def test_the_endpoint_and_the_page_draw_them(studio):
    hat = studio.info("every").labels[1]
    (kept,) = image_api.generated(studio, "every", "3", f"hat={hat.values[0]}+glasses=any")
    assert kept["orig_name"].startswith("every-seed-3-hat-")
    about = "“any” leaves a label open"
    assert about in explore.opened(studio, {"model": "every"})["classes"]
    assert about not in explore.opened(studio, {"model": "two"})["classes"]  # which has never learnt that
    (kept,) = image_api.generated(studio, "every", "3")
    assert kept["orig_name"] == "every-seed-3-any.png"
    opened = explore.opened(studio, {"model": "every", "class": f"hat={hat.values[0]}"})
    assert opened["state"]["class"] == f"hat={hat.values[0]}" and not opened["notice"]
    assert explore.opened(studio, {"model": "every"})["state"]["class"] == "any"
    sheet = explore.classes(studio, {"model": "every", "seed": 1})
    assert sheet["sheet"].startswith("data:image/png")
    named = [text for _, text in choices(studio.info("every"))]
    assert named[0] == "any" and named[1].startswith("glasses=")
    assert explore.opened(studio, {"model": "every"})["classes"].count('value="" checked') == 9
    assert "any" not in dict(choices(studio.info("two")))


# The face builder


def shown(studio, model: str, named: str) -> dict:
    return explore.opened(studio, {"model": model, "seed": "3", "class": named})


def test_each_label_has_a_picker_with_any_if_the_model_has_learnt_it(studio):
    for model, more in (("every", 1), ("two", 0)):
        labels = studio.info(model).labels
        html = shown(studio, model, "hat=hat")["classes"]
        for column, label in enumerate(labels):
            names = re.findall(rf'name="explore-class-{column}" value="([^"]*)"', html)
            named = [f"{label.column}={value}" for value in label.values]
            assert names == [""] * more + named and f"<legend>{heading(label.column)}</legend>" in html
        assert len(re.findall('"hat=hat" checked', html)) == 1
        assert ("All any" in html) == bool(more)
    assert html.count(" checked") == 1  # the mouth of a model that never left it open: nothing is chosen
    assert shown(studio, "every", "hat=hat")["classes"].count(" checked") == 9
    assert "class hat, mouth sad" in shown(studio, "every", "hat=hat+mouth=sad")["alt"]


def test_each_picture_of_a_picker_is_what_a_click_on_it_shows(studio):
    info, here = studio.info("every"), "hat=hat+mouth=sad"
    sheet = pixels(
        explore.classes(studio, {"model": "every", "seed": 3, "moves": [1], "class": here})["sheet"]
    )
    assert sheet.shape == (32, 32 * (9 + info.given.width), 3)
    mouth = next(k for k, label in enumerate(info.labels) if label.column == "mouth")
    before = sum(1 + len(label.values) for label in info.labels[:mouth])
    for place, named in ((before, "hat=hat"), (before + 1, "hat=hat+mouth=happy"), (before + 2, here)):
        there = explore.frame(studio, {"model": "every", "seed": 3, "moves": [1], "class": named})["image"]
        np.testing.assert_array_equal(sheet[:, 32 * place : 32 * place + 32], pixels(there))


def test_a_walk_between_faces_with_other_labels_goes_through_their_mix(studio):
    asked = walk.read_walk(studio, "every", "", "lerp", 5, False, before=["3Chat%3Dhat", "3Cmouth%3Dsad"])
    frames, z = walk.walk_images(studio, asked), seeds_to_z([3], 8)
    hat, sad = (studio.with_class("every", z, named) for named in ("hat=hat", "mouth=sad"))
    np.testing.assert_array_equal(frames[0], studio.generate("every", hat)[0])
    np.testing.assert_array_equal(frames[2], studio.generate("every", (hat + sad) / 2)[0])
    assert asked.words() == "Walk through seeds 3 (hat), 3 (mouth sad)"
    assert asked.file_name("gif") == "walk-every-3-hat-hat-mouth-sad.gif"
    assert not walk.offered(studio, {"model": "every"}, [])["visible"]  # its images say what they are told


def test_with_too_many_values_there_are_names_alone():
    labels = tuple(Label(f"n{k}", tuple(map(str, range(50)))) for k in range(3))
    info = SimpleNamespace(labels=labels, given=Noise(labels=labels))
    assert "<i " in pickers.pickers(replaced(info, labels[:2]), "")
    assert "<i " not in pickers.pickers(info, "")


def replaced(info, labels):
    return SimpleNamespace(labels=labels, given=replace(info.given, labels=labels))


def pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))
