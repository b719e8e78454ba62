"""Own images' lasting place: a name each, for whoever prepared them, for as long as anything uses them."""

import os
import time
from dataclasses import replace

import numpy as np
import pytest
from pictures import SMALL, packed, picture

from gan import checkpoint
from gan.data import DataError, is_here, kept, load, store
from gan.measure import features
from gan.ranges import ConfigError
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer

pytestmark = pytest.mark.usefixtures("forked")
ANNA, BEN = "anna-0123456789abcdef", "ben-0123456789abcdef"
DAY = 24 * 3600.0


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The folder of own images."""
    monkeypatch.setenv("GAN_STUDIO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "own"


@pytest.fixture
def studio(own, tmp_path):
    studio = Studio(tmp_path / "ck", "cpu", replace(SMALL, own_unused_seconds=DAY))
    yield studio
    studio.runs.close()


def made(path, first=0, labels=None):
    """An .npz of six plain images, from a colour on."""
    images = np.stack([np.full((28, 28, 1), first + n, np.uint8) for n in range(6)])
    table, names = (labels, ("kind",)) if labels else (np.zeros((6, 0)), ())
    store.write(path, images, table, names, {"kind": ("a", "b")} if labels else {})
    return path


def aged(name, seconds):
    """Nobody has wanted these images for so long."""
    stamp = time.time() - seconds
    os.utime(kept.find(name).with_name("used"), (stamp, stamp))
    return name


def trained(folder, data):
    model = {"image_size": 28, "channels": 1, "feature_maps": 4, "latent_dim": 4}
    trainer = Trainer(recipe_config("dcgan-small", model, data=data, steps=1, batch=2, device="cpu"))
    trainer.step()
    command = "python -m gan train --data /home/me/cats --out=/x/m"
    checkpoint.save_model(folder, trainer.snapshot(), command=command)
    checkpoint.save_training(folder, trainer.state())


def test_the_same_images_are_one_file_whatever_they_are_called(own, tmp_path):
    first = kept.keep(made(tmp_path / "a.npz"), "My cats!", "a")
    again = kept.keep(made(tmp_path / "b.npz"), "猫 pictures", "b")
    other = kept.keep(made(tmp_path / "c.npz", labels=[[0], [1]] * 3), "My cats!", "a")
    assert first.startswith("own:My-cats-") and again.startswith("own:猫-pictures-")
    assert kept.find(first) == kept.find(again) != kept.find(other) and len(list(own.iterdir())) == 2
    assert load(first).title == "Own images (My cats)" and load(again).name == "猫 pictures"
    assert kept.called(first, "猫 pictures") == again and kept.called(first, " ") == first
    assert str(tmp_path) not in first and kept.NAME.fullmatch(first)


@pytest.mark.parametrize("name", [
    "own:", "own:cats", "own:../../x-0123456789abcdef", "own:a-0123456789abcdeg", "own:-0123456789abcdef",
    "own:cats-0123456789abcdef",
])  # fmt: skip
def test_what_is_not_there_is_a_sentence(own, name):
    called = "The images “cats”" if name.startswith("own:cats-") else "Your own images"
    with pytest.raises(DataError, match=f"^{called} are no longer here: choose them again") as refused:
        load(name)
    assert "own:" not in str(refused.value)
    assert not is_here(name) and not kept.may_use(name, "anna")


def test_sentences_name_images_as_people_do():
    spoken = {"own:My-cats-0123456789abcdef": "the images “My cats”", "own:x": "your own images",
              "/tmp/cats.npz": "your own images", "pixel_faces": "pixel_faces"}  # fmt: skip
    for name, words in spoken.items():
        assert kept.spoken(name) == words
    with pytest.raises(ValueError, match=r"^There is no classifier for the images “My cats”, so"):
        features.features("own:My-cats-0123456789abcdef", np.zeros((2, 28, 28, 1), np.uint8))


def test_only_who_prepared_them_may_train_on_them(studio, tmp_path):
    zipped = packed(tmp_path / "cats.zip", {f"{n}.png": picture(40 * n, 28) for n in range(6)})
    intake = studio.prepare_own([zipped], 28, 1, browser=ANNA)
    assert intake.name.startswith("own:cats-") and studio.examine(intake).count == 6
    config = recipe_config("dcgan-small", {"image_size": 28, "channels": 1}, data=intake.name, device="cpu")
    for stranger in (BEN, ""):
        with pytest.raises(ConfigError, match="somebody else"):
            studio.start(config, stranger)
    assert studio.runs.view(studio.start(config, ANNA)).config.data == intake.name
    studio.prepare_own([zipped], 28, 1, browser=BEN)
    studio.start(config, BEN)


def test_what_nothing_uses_goes_after_a_while_and_the_oldest_first(own, tmp_path):
    names = [kept.keep(made(tmp_path / "a.npz", 10 * n), "a", "anna") for n in range(4)]
    host = kept.keep(made(tmp_path / "a.npz", 50), "host", None)
    for name, age in zip([*names, host], (9 * DAY, 2 * DAY, 5.0, 9 * DAY, 9 * DAY), strict=False):
        aged(name, age)
    aged(host, 9 * DAY)
    size = kept.find(names[2]).stat().st_size
    aged(names[0], 9 * DAY)
    assert kept.tidy(DAY, 10**9, in_use={names[3]}) == 2 * size
    assert [is_here(name) for name in (*names, host)] == [False, False, True, True, True]
    aged(names[3], 60.0)
    aged(names[2], 5.0)
    assert kept.tidy(DAY, size) == size and [is_here(name) for name in names[2:]] == [True, False]
    assert kept.tidy(DAY, 0, in_use={names[2]}) == size  # the caller refuses more


def test_a_model_holds_its_images_wherever_it_is_kept(own, tmp_path):
    name = kept.keep(made(tmp_path / "a.npz"), "a", "anna")
    trained(tmp_path / "elsewhere" / "m", name)
    aged(name, 9 * DAY)
    kept.tidy(DAY, 10**9)
    assert is_here(name)
    aged(name, 9 * DAY)
    trained(tmp_path / "elsewhere" / "m", kept.keep(made(tmp_path / "b.npz", 90), "b", "anna"))
    kept.tidy(DAY, 10**9)
    assert not is_here(name)


def test_what_a_kill_left_half_made_goes(own, tmp_path):
    name = kept.keep(made(tmp_path / "a.npz"), "a", "anna")
    for left, age in ((own / ".left", 2 * 3600), (own / ".new", 60)):
        left.mkdir()
        os.utime(left, (time.time() - age,) * 2)
    kept.tidy(DAY, 10**9)
    assert not (own / ".left").exists() and (own / ".new").is_dir() and is_here(name)


def test_a_server_tidies_when_it_starts_and_now_and_then(studio, own, tmp_path, monkeypatch):
    studio.tidy_now_and_then()  # there is nothing yet
    names = [aged(kept.keep(made(tmp_path / "a.npz", n), "a", "anna"), 9 * DAY) for n in (0, 20)]
    trained(tmp_path / "ck" / "m", names[1])
    studio.tidy_now_and_then()
    assert is_here(names[0])  # not yet again
    aged(names[0], 9 * DAY)
    monkeypatch.setattr(studio, "_tidy_at", 0.0)
    studio.tidy_now_and_then()
    assert [is_here(name) for name in names] == [False, True]


def test_a_full_disk_is_a_sentence(own, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr(kept.shutil, "copyfile", full)
    with pytest.raises(DataError, match="kept on the server: No space left on device") as told:
        kept.keep(made(tmp_path / "a.npz"), "a", "anna")
    assert str(tmp_path) not in str(told.value) and not list(own.iterdir())


def test_a_run_on_them_goes_on_after_a_restart_or_is_not_offered(studio, own, tmp_path):
    name = kept.keep(made(tmp_path / "a.npz"), "a", "anna")
    trained(tmp_path / "ck" / "m", name)
    assert [info.name for info in studio.able_to_go_on()] == ["m"]
    run = studio.go_on("m", 5.0, browser=BEN)  # who finds the model may go on from it
    assert studio.runs.view(run).config.data == name
    kept._remove(kept.find(name).parent)
    assert studio.able_to_go_on() == []
    with pytest.raises(ConfigError, match="choose them again"):
        studio.go_on("m", 5.0)


def test_an_older_config_that_holds_a_path_goes_on_where_the_file_is(studio, tmp_path):
    path = made(tmp_path / "a.npz")
    trained(tmp_path / "ck" / "m", str(path))
    assert [info.name for info in studio.able_to_go_on()] == ["m"]
    assert studio.runs.view(studio.go_on("m", 5.0)).config.data == str(path)
    path.unlink()
    assert studio.able_to_go_on() == []
