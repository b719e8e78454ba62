"""The one entrance for own images, and the command line's."""

import os
import shutil

import pytest
from hub_stand_in import SetsHub, parquet
from pictures import SMALL, packed, picture

from gan.data import Choices, DataError, for_command_line, hub_sets, load, sources, take_in

HOME = sources.AT_HOME


@pytest.fixture(autouse=True)
def at_home(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_STUDIO_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(sources, "AT_HOME", SMALL)
    monkeypatch.setattr(sources, "FROM_HUB", SMALL)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "my photos"
    for number, kind in enumerate(("cats", "dogs", "cats")):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        (folder / kind / f"{number}.png").write_bytes(picture(number))
    return folder


@pytest.fixture
def hub(monkeypatch):
    with SetsHub() as hub:
        hub.put("me/pets", {"a.parquet": parquet([picture(n) for n in range(4)], label=[0, 1, 0, 1])})
        monkeypatch.setattr("huggingface_hub.HfApi", lambda **options: hub.api(**{"token": None} | options))
        yield hub


def test_whatever_the_source_is(photos, hub, tmp_path, monkeypatch):
    zipped = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(1)})
    out = tmp_path / "out.npz"
    assert take_in(str(photos), 32, 3, out, SMALL).labels == ("folder",)
    assert take_in(str(zipped), 28, 1, out, SMALL).count == 2
    assert take_in([photos / "cats", zipped], 32, 3, out, SMALL).duplicates == 1
    assert take_in("me/pets", 32, 3, out, SMALL).labels == ("label",)
    monkeypatch.chdir(photos)
    assert take_in("cats", 32, 3, out, SMALL).count == 2


def test_a_folder_of_that_name_goes_before_the_hub_but_not_with_hf(hub, tmp_path, monkeypatch):
    for folder in ("me/pets", "hf:me/pets"):
        (tmp_path / folder).mkdir(parents=True)
        for number in range(2):
            (tmp_path / folder / f"{number}.png").write_bytes(picture(number))
    monkeypatch.chdir(tmp_path)
    assert take_in("me/pets", 32, 3, tmp_path / "a.npz", SMALL).count == 2
    assert take_in("hf:me/pets", 32, 3, tmp_path / "a.npz", SMALL).count == 4


@pytest.mark.parametrize("text", ["", " ", "/no/such/folder", "none", "x" * 5000, "a\0b"])
def test_what_is_nowhere_is_a_sentence(text, tmp_path):
    for ask in (lambda: take_in(text, 32, 3, tmp_path / "a.npz"), lambda: for_command_line(text, 32, 3)):
        with pytest.raises(DataError, match=r"There is no (data set, )?file or folder .*owner/name\.$"):
            ask()


def test_without_an_api_no_token_is_sent(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_host")
    assert take_in("hf:me/pets", 32, 3, tmp_path / "a.npz", SMALL).count == 4
    assert hub.tokens == {""}
    for_command_line("hf:me/pets", 32, 3)  # one's own machine, one's own token
    assert hub.tokens == {"", "Bearer hf_of_the_host"}


@pytest.mark.parametrize("name", ["", "pets", "a/b/c", "../x", "me/pe ts", "hf:pets", "me/x?y=z"])
def test_what_is_no_name_on_the_hub(name, tmp_path):
    assert not hub_sets.is_name(name)
    with pytest.raises(DataError, match="write owner/name"):
        hub_sets.prepare(name, 32, 3, tmp_path / "a.npz")


# the command line


@pytest.mark.parametrize("name", ["pixel_faces", "mnist", "own:cats-0123456789abcdef"])
def test_names_stay_what_they_are(name, capsys):
    assert for_command_line(name, 32, 3) == name and capsys.readouterr().out == ""


def test_a_prepared_file_gets_a_name_that_is_no_path(take, tmp_path):
    (tmp_path / "a.png").write_bytes(picture(0))
    (tmp_path / "b.png").write_bytes(picture(1))
    path = take(tmp_path / "a.png", tmp_path / "b.png").path
    name = for_command_line(str(path), 32, 3)
    assert name.startswith("own:own-") and len(load(name).images) == 2 and path.is_file()


def test_a_folder_becomes_a_data_set_with_the_doctors_word(photos, capsys):
    path = for_command_line(str(photos), 32, 3)
    told = capsys.readouterr().out
    for words in ("3 images, 32 × 32 in colour", "Label “folder”: cats 2, dogs 1.", "Advice:"):
        assert words in told
    data = load(path)
    assert len(data.images) == 3 and data.label_names == ("folder",)
    assert data.title == "Own images (my photos)"
    assert path.startswith("own:my-photos-") and str(photos) not in path


def test_the_second_start_reads_nothing_anew(photos, capsys, monkeypatch):
    first = for_command_line(str(photos), 32, 3), capsys.readouterr().out
    monkeypatch.setattr(sources, "take_in", lambda *_: pytest.fail("it was read again"))
    assert (for_command_line(str(photos), 32, 3), capsys.readouterr().out) == first


def test_a_persons_choices_are_kept_apart_and_used(photos, capsys):
    first = for_command_line(str(photos), 32, 3)
    none = for_command_line(str(photos), 32, 3, Choices(labels="none"))
    stretched = for_command_line(str(photos), 32, 3, Choices(fit="stretch"))
    assert len({first, none, stretched}) == 3  # these are square, but what is judged by them may not be
    assert (load(stretched).images == load(first).images).all()
    assert load(none).label_names == () and load(first).label_names == ("folder",)
    with pytest.raises(DataError, match="no CSV or TSV"):
        for_command_line(str(photos), 32, 3, Choices(labels="csv"))


def test_what_changes_the_images_makes_them_anew(photos, tmp_path):
    paths = [for_command_line(str(photos), *how) for how in ((32, 3), (28, 3), (32, 1))]
    (photos / "cats" / "new.png").write_bytes(picture(9))
    paths.append(for_command_line(str(photos), 32, 3))
    os.utime(photos / "cats" / "new.png", (1, 1))
    paths.append(for_command_line(str(photos), 32, 3))
    shutil.move(photos / "cats" / "new.png", photos / "dogs" / "new.png")
    paths.append(for_command_line(str(photos), 32, 3))
    assert paths[3] == paths[4] and len(set(paths)) == 5 and len(load(paths[3]).images) == 4
    assert [load(path).images.shape[1:] for path in paths[:3]] == [(32, 32, 3), (28, 28, 3), (32, 32, 1)]


def test_a_zip_too(tmp_path, capsys):
    zipped = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(1)})
    path = for_command_line(str(zipped), 32, 3)
    packed(zipped, {"a.png": picture(0), "b.png": picture(1), "c.png": picture(2)})
    assert len(load(path).images) == 2 and len(load(for_command_line(str(zipped), 32, 3)).images) == 3


def test_a_set_of_the_hub_is_here_without_a_network_the_next_time(hub, capsys):
    path = for_command_line("hf:me/pets", 32, 3)
    assert "Label “label”: 0 2, 1 2." in capsys.readouterr().out
    hub.errors["me/pets"] = (500, "Oops")
    assert for_command_line("me/pets", 32, 3) == path
    assert path.startswith("own:pets-") and load(path).name == "pets"


def test_what_failed_leaves_nothing_to_be_taken_for_done(photos, tmp_path):
    for number in range(3):
        (photos / ("cats", "dogs", "cats")[number] / f"{number}.png").write_bytes(b"no")
    with pytest.raises(DataError, match="Training needs 2 images"):
        for_command_line(str(photos), 32, 3)
    assert not list((tmp_path / "cache").rglob("*.*"))


def test_one_owns_machine_allows_more():
    assert HOME.upload_files >= 100_000 and HOME.upload_bytes >= 2**35
