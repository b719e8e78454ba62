"""What is judged or encoded becomes a square as the model's training pictures did, and the page says so."""

import json
from dataclasses import replace

import numpy as np
import pytest
from pictures import SMALL
from PIL import Image

from gan import checkpoint
from gan.checkpoint.info import read
from gan.data import Choices, kept, load
from gan.images import fit
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui.explore import own_picture
from gan.ui.judge import tab as judge
from gan.ui.judge.tab import Bench

ALIKE = ", as its training images were"


def wide(number: int) -> Image.Image:
    """A slope between black bars above and below."""
    y, x = np.mgrid[:40, :120]
    inside = np.dstack([60 + x, 80 + 3 * y, np.full_like(x, 60 + 20 * number)]).astype(np.uint8)
    return Image.fromarray(np.pad(inside, ((20, 20), (0, 0), (0, 0))))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A Studio with a model for each of some choices, and a photo to ask them about."""
    home = tmp_path_factory.mktemp("photos")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_STUDIO_DATA", str(home / "data"))
        files = [home / f"{number}.png" for number in range(6)]
        for number, file in enumerate(files):
            wide(number).save(file)
        studio = Studio(home / "ck", "cpu", replace(SMALL, free_bytes=0))
        ways = {"white": Choices("white"), "cut": Choices("stretch", True), "crop": Choices()}
        for name, choices in ways.items():
            data = studio.prepare_own(files, 32, 3, choices=choices).name
            model = {"feature_maps": 4, "latent_dim": 4}
            trainer = Trainer(recipe_config("bigan", model, data=data, batch=2, device="cpu"))
            trainer.step()
            checkpoint.save_model(home / "ck" / name, trainer.snapshot())
        yield studio, files[2]
        studio.runs.close()


@pytest.mark.parametrize(("name", "how", "cut", "said"), [
    ("white", "white", False, f"padded with white{ALIKE}"),
    ("cut", "stretch", True, f"its bars cut off and stretched to a square{ALIKE}"),
    ("crop", "crop", False, "cut to its middle square"),
])  # fmt: skip
def test_a_photo_is_seen_as_the_training_pictures_were(made, name, how, cut, said):
    studio, path = made
    photo, info = Image.open(path), studio.info(name)
    assert (info.fit, info.cut_bars) == (how, cut)
    right = fit(photo.crop((0, 20, 120, 60)) if cut else photo, 32, 3, how)
    seen = studio.see(name, [photo])[0]
    assert np.array_equal(seen, right)
    assert any(np.array_equal(seen, image) for image in load(info.data).images)
    assert np.array_equal(studio.see(name, [seen])[0], seen)  # what was seen once is not cut again
    assert f"32 × 32 pixels, {said}." in list(judge.show(studio, name, Bench((str(path),))))[-1]
    given = own_picture.of_file(studio, name, str(path))
    found = next(studio.inverting(name, given.image))
    html = own_picture.view.working(given, found)
    assert f"32 × 32 pixels, {said}" in html and np.array_equal(found.seen, right)
    assert studio.shaping(name, photo.crop((0, 20, 40, 60))) == ""  # a square without bars


def test_the_card_says_it_and_pictures_made_otherwise_have_other_names(made):
    studio, _ = made
    names = {studio.info(name).data for name in ("white", "cut", "crop")}
    assert len({kept.find(name) for name in names}) == 3
    card = (studio.checkpoints / "white" / checkpoint.CARD).read_text()
    assert "pixels in colour. Its images were taken whole and padded with white." in card
    assert "were taken" not in (studio.checkpoints / "crop" / checkpoint.CARD).read_text()


def test_older_models_and_pictures_crop(made, tmp_path):
    studio, _ = made
    config = studio.checkpoints / "white" / checkpoint.CONFIG
    values = json.loads(config.read_text())
    del values["train"]["model"]["fit"], values["train"]["model"]["cut_bars"]
    config.write_text(json.dumps(values))
    assert (read(config.parent).fit, read(config.parent).cut_bars) == ("crop", False)
    stored = np.load(kept.find(studio.info("crop").data))
    np.savez(tmp_path / "old.npz", **{name: stored[name] for name in stored if name != "made"})
    assert (load(tmp_path / "old.npz").fit, load(tmp_path / "old.npz").cut_bars) == ("crop", False)
