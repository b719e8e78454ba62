"""A model that is told several labels: trained, kept, and asked for by scripts, the command line and HTTP."""

import numpy as np
import pytest
import torch

from gan import checkpoint
from gan.__main__ import main
from gan.latent import seeds_to_z
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui.explore import api as image_api
from gan.ui.explore import tab as explore
from gan.ui.explore.classes import choices
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
    assert abs(told.mean() - 0.5) < 0.05  # of 2,304, σ is 0.01
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
    first = studio.generate("two", studio.with_class("two", z, _first(studio.info("two"))))
    np.testing.assert_array_equal(studio.generate("two", z), first)  # it has not learnt "any"
    with pytest.raises(ValueError, match="has no label “shoes”"):
        studio.with_class("every", z, {"shoes": "red"})


def _first(info) -> dict[str, str]:
    return {label.column: label.values[0] for label in info.labels}


def test_the_judge_and_the_card_know_of_them(studio):
    assert len(studio.score("every", studio.examples("every", "generated", 3))) == 3
    card = (studio.checkpoints / "every" / "README.md").read_text()
    assert "conditional on the glasses, one of" in card and "the hat, one of" in card
    assert f"each left open for {percent(0.3)} of the images, by projection" in card


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
    (kept,) = image_api.generated(studio, "every", "3")
    assert kept["orig_name"] == "every-seed-3-any.png"
    opened = explore.opened(studio, {"model": "every", "class": f"hat={hat.values[0]}"})
    assert opened["state"]["class"] == f"hat={hat.values[0]}" and not opened["notice"]
    assert explore.opened(studio, {"model": "every"})["state"]["class"] == "any"
    sheet = explore.classes(studio, {"model": "every", "seed": 1})
    assert sheet["sheet"].startswith("data:image/png")
    named = [text for _, text in choices(studio.info("every"))]
    assert named[0] == "any" and named[1].startswith("glasses=")
    assert 'value="any" checked' in explore.opened(studio, {"model": "every"})["classes"]
    assert "any" not in dict(choices(studio.info("two")))
