"""No path of a machine stands in anything that leaves it: what is kept, zipped, pushed or told."""

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pictures import SMALL, packed, picture
from test_hub import Hub, api  # noqa: F401, a fixture

from gan import checkpoint
from gan.__main__ import main
from gan.checkpoint import card as model_card
from gan.checkpoint import hub
from gan.checkpoint.sharing import shared, strip
from gan.recipes import recipe_config
from gan.runs import history
from gan.runs import process as worker
from gan.runs import work as running
from gan.runs.keeper import Places
from gan.runs.view import RunView, told
from gan.runs.work import Orders
from gan.studio import Studio
from gan.system import reading
from gan.ui.train import api as train_api
from gan.ui.train import following

SMALLEST = {"image_size": 28, "channels": 1, "feature_maps": 4, "latent_dim": 4}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder that nobody elsewhere should hear of, with pictures and what was made of them."""
    place = tmp_path_factory.mktemp("machine-of-somebody")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_STUDIO_DATA", str(place / "data"))
        yield place


@pytest.fixture(scope="module")
def pictures(place):
    (place / "cats").mkdir()
    for n in range(60):
        (place / "cats" / f"{n}.png").write_bytes(picture(4 * n, 28))
    return packed(place / "cats.zip", {path.name: path.read_bytes() for path in (place / "cats").iterdir()})


@pytest.fixture(scope="module")
def by_command(place, pictures):
    """The folder of a model that the command line has trained, and gone on with."""
    out = place / "models" / "mine"
    train = ["train", "--out", str(out), "--measure-images", "0", "--device", "cpu", "--steps"]
    sizes = ["--size", "28", "--grey", "--feature-maps", "4", "--latent-dim", "4", "--batch", "4"]
    assert main([*train, "1", "--data", str(pictures.with_suffix("")), *sizes]) == 0
    assert main([*train, "2", "--resume"]) == 0
    return out


@pytest.fixture(scope="module")
def run(place, pictures):
    """A run of the page on uploaded pictures, forked once, as it is in the end."""
    studio = Studio(place / "page", "cpu", SMALL)
    name = studio.prepare_own([pictures], 28, 1, browser="x" * 20).name
    config = recipe_config("dcgan-small", SMALLEST, data=name, batch=4, steps=1, device="cpu", name="Ours")
    state = Path(went(config, place / "page" / "first", place).saved.path) / "training.safetensors"
    view = went(replace(config, start_from=str(state)), place / "page" / "ours", place)
    history.keep(view)
    studio.runs.close()
    return view


def went(config, folder, place) -> RunView:
    view = RunView("id", config)
    for event in running.work(config, Places(folder, place / "states", owner=""), Orders()):
        view = told(view, event)
    return view


def assert_clean(content: bytes, place: Path):
    for secret in (str(place), place.name, str(Path.home()), "/tmp/"):
        assert secret.encode() not in content, secret


def test_what_is_kept(place, by_command, run):
    kept = [*by_command.iterdir(), *Path(run.saved.path).iterdir()]
    names = {path.name for path in kept}
    assert names >= {"config.json", "README.md", "training.safetensors", "history.json", "model.safetensors"}
    for path in kept:
        assert_clean(path.read_bytes(), place)
    facts = checkpoint.read_facts(by_command)
    assert facts.train.data.startswith("own:cats-") and facts.data_title == "Own images (cats)"
    assert facts.command.startswith("python -m gan train --out mine ") and "--data cats" in facts.command
    assert len(facts.command.split("\n")) == 2


def test_what_is_told(place, run):
    studio = Studio(place / "page", "cpu", SMALL)
    answers = following.parts(studio, run), following.about(run), train_api.facts(run)
    assert_clean(json.dumps(answers).encode(), place)
    studio.runs.close()


def test_what_is_zipped(place, run):
    with zipfile.ZipFile(following.zipped(run)) as archive:
        names = [name.partition("/")[2] for name in archive.namelist()]
        assert sorted(names) == ["README.md", "config.json", "model.safetensors", "preview.png"]
        for name in archive.namelist():
            assert_clean(archive.read(name), place)


def older(folder: Path, place: Path):
    """As models were kept when a config held the path of its data, and the card the whole command."""
    facts = checkpoint.read_facts(folder)
    paths = {"data": str(place / "data" / "cats-12.npz"), "start_from": str(place / "1.safetensors")}
    command = f"python -m gan train --data {place}/cats --out '{place}/my models/x' --title 'a/b'"
    checkpoint.write_facts(folder, replace(facts, train=replace(facts.train, **paths), command=command))


def test_what_is_pushed_also_of_an_older_model(place, by_command, api, tmp_path):  # noqa: F811
    folder = shutil.copytree(by_command, tmp_path / "old")
    older(folder, place)
    assert str(place) in (folder / "config.json").read_text() + (folder / "README.md").read_text()
    hub.push(folder, "me/old", api)
    for content in (*Hub.repos["me/old"].values(), *shared(folder).values()):
        assert_clean(content, place)
    assert b"--data cats --out x --title a/b" in Hub.repos["me/old"]["README.md"]
    assert json.loads(Hub.repos["me/old"]["config.json"])["train"]["data"] == "own:cats-12-" + "0" * 16


def test_a_pulled_model_names_no_file_here(place, by_command, tmp_path):
    folder = shutil.copytree(by_command, tmp_path / "pulled")
    older(folder, place)
    strip(folder)
    assert checkpoint.read_facts(folder).train.data == "own:cats-12-" + "0" * 16
    assert_clean((folder / "config.json").read_bytes() + (folder / "README.md").read_bytes(), place)


@pytest.mark.parametrize("word, bare", [
    ("--data=/a/b/cats", "--data=cats"), ("~/cats/", "cats"), ("../../cats.zip", "cats.zip"),
    (r"C:\\Users\\me\\cats", "cats"), ("/", "."), ("me/pets", "me/pets"), ("--title=a/b", "--title=a/b"),
    ("'/a b/c d'", "'c d'"), ("0.5", "0.5"),
])  # fmt: skip
def test_a_command_keeps_no_path(word, bare):
    said = f"OMP_NUM_THREADS=1 python -m gan train --seed 1 {word} …"
    assert model_card.without_paths(said).replace("'…'", "…") == said.replace(word, bare)


@pytest.mark.parametrize("error", [
    FileNotFoundError(2, "No such file or directory", "/home/me/x.npz"),
    RuntimeError("unable to open file </home/me/my.models/x> in read-only mode"),
    ValueError(r"bad file C:\Users\me\x.npz"), OSError(28, "No space left on device", "/srv/data/x"),
])  # fmt: skip
def test_an_errors_sentence_names_none(error):
    for sentence in (worker.sentence(error), reading.why(error)):
        assert not any(part in sentence for part in ("home", "my.models", "Users", "srv"))
    assert reading.why(ValueError("https://host.org/a/b and n/a")) == "https://host.org/a/b and n/a"
