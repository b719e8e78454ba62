"""The Translate tab without a browser: what a script may ask, what it gets, and the endpoint."""

import base64
import io
import json
import shutil

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gan import checkpoint
from gan.__main__ import main
from gan.checkpoint import evaluation
from gan.data import load, views
from gan.images import png
from gan.metrics import psnr
from gan.recipes import recipe_config
from gan.specs import VIEWS
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui import drawing
from gan.ui.translate import api, view
from gan.ui.translate import tab as translate

MODELS = {"faces": {}, "faces-l1": {"gan_weight": 0.0}, "peeps": {"data": "open_peeps"}}


@pytest.fixture(scope="module")
def studio(tmp_path_factory, few_images) -> Studio:
    folder = tmp_path_factory.mktemp("models")
    for name, changes in MODELS.items():
        size = 64 if changes.get("data") else 32
        config = recipe_config("pix2pix", {"feature_maps": 4, "image_size": size, "view": "parts"}, batch=4,
                               precision="float32", device="cpu", measure_images=0, **changes)  # fmt: skip
        checkpoint.save_model(folder / name, Trainer(config).snapshot(), title=f"<b>{name}")
    noise = recipe_config(
        "modern", {"feature_maps": 4, "latent_dim": 4}, batch=4, measure_images=0, device="cpu"
    )
    checkpoint.save_model(folder / "noise", Trainer(noise).snapshot(), title="Noise")
    return Studio(folder, "cpu")


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))


def unpacked(answer: dict, side: int, channels: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(answer["source"]), np.uint8).reshape(side, side, channels)


def test_it_opens_with_an_example_its_answer_and_what_becomes_of_it(studio):
    answer = translate.opened(studio, {"translator": "faces"})
    assert (answer["model"], answer["side"], answer["channels"]) == ("faces", 16, 3)
    assert (answer["beside"], answer["example"], answer["notice"]) == ("faces-l1", 0, "")
    sources, targets = studio.pairs("faces", 6)
    source = unpacked(answer, 16, 3)
    assert np.array_equal(source, sources[0, ::2, ::2]) and np.array_equal(
        pixels(answer["answer"]), targets[0]
    )
    assert np.array_equal(pixels(answer["image"]), studio.translate("faces", [sources[0]])[0])
    assert pixels(answer["examples"]).shape == (16, 6 * 16, 3) and pixels(answer["shown"]).shape == (
        64,
        128,
        3,
    )
    known = {image.tobytes() for image in load("pixel_faces").held_out.images}
    assert {target.tobytes() for target in targets} <= known  # it never saw them
    assert "&lt;b&gt;faces" in answer["models"] and "<b>" not in answer["models"]
    assert answer["models"].index("faces-l1") > answer["models"].index("peeps")  # without a GAN: last
    assert answer["paints"].count("<input") == len(studio.paints("faces"))


def test_a_link_opens_one_example_and_a_bad_one_says_so(studio):
    one = translate.opened(studio, {"translator": "peeps", "example": "3"})
    assert (one["model"], one["side"], one["example"], one["beside"]) == ("peeps", 64, 3, "")
    assert np.array_equal(pixels(one["answer"]), studio.pairs("peeps", 6)[1][3])
    other = translate.opened(studio, {"translator": "noise"})
    assert other["notice"].startswith("Noise makes its images out of noise") and other["model"] != "noise"
    gone = translate.opened(studio, {"translator": "../x"})
    assert "Here is another translator" in gone["notice"]
    for example in ("-1", "1e3", "x", str(10**12), None, "٣٣٣٣٣٣٣٣٣٣٣"):
        assert (
            "numbers from 0" in translate.opened(studio, {"translator": "faces", "example": example})["empty"]
        )


@pytest.fixture
def gone(studio, tmp_path) -> Studio:
    """The same models, of which the first was trained on data that is here no more."""
    shutil.copytree(studio.checkpoints, tmp_path / "models")
    path = tmp_path / "models" / "peeps" / "config.json"
    path.write_text(path.read_text().replace('"open_peeps"', f'"{tmp_path}/gone.npz"'))
    return Studio(tmp_path / "models", "cpu")


def test_where_a_models_data_is_gone_another_one_opens(gone):
    answer = translate.opened(gone, {"translator": "peeps"})
    assert answer["model"] == "faces" and answer["notice"].startswith("There is no file gone.npz any more")
    assert answer["notice"].endswith("Here is another translator.") and "selected>" in answer["models"]
    for query in ({}, {"translator": "noise"}, {"translator": "faces"}):
        assert translate.opened(gone, query)["model"].startswith("faces")


def test_without_a_translator_it_says_what_to_do(tmp_path):
    assert "recipe pix2pix" in translate.opened(Studio(tmp_path, "cpu"), {})["empty"]


def test_a_drawing_comes_back_as_what_the_model_makes_of_it(studio):
    drawing = np.random.RandomState(0).randint(0, 256, (16, 16, 3)).astype(np.uint8)
    asked = {"model": "faces", "source": base64.b64encode(drawing.tobytes()).decode()}
    whole = drawing.repeat(2, 0).repeat(2, 1)
    assert np.array_equal(
        pixels(translate.translated(studio, asked)["image"]), studio.translate("faces", [whole])[0]
    )
    assert np.array_equal(
        pixels(translate.beside(studio, asked)["beside"]), studio.translate("faces-l1", [whole])[0]
    )


@pytest.mark.parametrize(
    "source", [None, 7, "", "%%%", "AAAA", base64.b64encode(bytes(16 * 16 * 3 + 1)).decode()]
)
def test_a_drawing_that_is_none_is_refused(studio, source):
    for ask in (translate.translated, translate.beside):
        with pytest.raises(ValueError, match="does not fit"):
            ask(studio, {"model": "faces", "source": source})


def test_a_model_without_a_twin_has_nothing_beside_it(studio):
    for name in ("peeps", "faces-l1"):
        with pytest.raises(ValueError, match="no model without a GAN"):
            translate.beside(studio, {"model": name, "source": ""})


def test_any_number_is_an_example_and_the_same_one_again(studio):
    one, again = (translate.chosen(studio, {"model": "faces", "example": 4711}) for _ in range(2))
    other = translate.chosen(studio, {"model": "faces", "example": 4712})
    assert one == again and one["source"] != other["source"]


def test_a_photo_becomes_the_models_kind_of_source(studio, tmp_path):
    photo = np.random.RandomState(1).randint(0, 256, (40, 60, 3)).astype(np.uint8)
    path = tmp_path / "photo.png"
    path.write_bytes(png(photo))
    found = translate.of_photo(studio, "faces", str(path))
    assert found["model"] == "faces"
    source = unpacked(found, 16, 3)
    colours = {
        tuple(int(f"{paint.colour:06x}"[at : at + 2], 16) for at in (0, 2, 4))
        for paint in studio.paints("faces")
    }
    assert {tuple(map(int, one)) for one in source.reshape(-1, 3)} <= colours  # parts alone
    (tmp_path / "none.png").write_bytes(b"no picture")
    assert "none.png" in translate.of_photo(studio, "faces", str(tmp_path / "none.png"))["error"]
    assert translate.of_photo(studio, None, str(path)) == translate.of_photo(studio, "faces", None) == {}


def test_edges_of_a_photo_are_what_the_view_finds():
    photo = np.random.RandomState(1).randint(0, 256, (32, 32, 3)).astype(np.uint8)
    assert np.array_equal(views.of_photo("edges", "open_peeps", photo), views.edges(photo[None])[0])


def test_the_palette_groups_the_parts_and_names_each(studio):
    words = drawing.palette(studio.paints("faces"))
    assert words.count("<legend>") == 7 and 'aria-label="green hair"' in words and 'value="#91cb15"' in words


def test_it_says_what_it_makes_of_what(studio):
    assert view.MAKES.keys() == VIEWS.keys()
    assert view.about(studio.info("peeps")) == (
        "It turns a drawing, with a colour for each part, into a picture. Data: Open Peeps, 64 × 64 pixels; "
        "0 pairs seen."
    )


def test_the_endpoint_translates_photos_and_drawings(studio):
    photo = np.random.RandomState(2).randint(0, 256, (50, 50, 3)).astype(np.uint8)
    image = f"data:image/png;base64,{base64.b64encode(png(photo)).decode()}"
    made = Image.open(api.translated(studio, "faces", image, False)["path"])
    expected = studio.translate("faces", [studio.source_of("faces", photo)])[0]
    assert np.array_equal(np.asarray(made), expected)
    drawn = Image.open(api.translated(studio, "faces", image, True)["path"])
    assert np.array_equal(np.asarray(drawn), studio.translate("faces", [photo])[0])
    with pytest.raises(ValueError, match="translates no picture"):
        api.translated(studio, "noise", image, True)


def test_the_command_writes_sources_beside_what_they_became(studio, tmp_path, capsys):
    file, out = tmp_path / "photo.png", tmp_path / "out.png"
    file.write_bytes(png(np.random.RandomState(3).randint(0, 256, (32, 32, 3)).astype(np.uint8)))
    there = ["--checkpoints", str(studio.checkpoints), "--out", str(out), "--device", "cpu"]
    asked = ["translate", "faces", str(file), str(file), *there]
    assert main(asked) == 0 and "2 pairs" in capsys.readouterr().out
    assert Image.open(out).size == (64, 64)
    assert main([*asked[:1], "noise", *asked[2:]]) == 1


def test_evaluate_measures_it_against_the_true_answers(studio):
    found = evaluation.report(studio.checkpoints / "faces", 60)
    sources, targets = studio.pairs("faces", 60)
    made = studio.translate("faces", list(sources))
    assert found["images"] == 60 and found["psnr"] == pytest.approx(psnr(targets, made).mean())
    assert {"frechet", "ssim", "labels_kept"} <= found.keys() and "memorised" not in found


def test_the_card_says_what_it_makes_of_what(studio):
    card = (studio.checkpoints / "faces-l1" / "README.md").read_text()
    assert "pipeline_tag: image-to-image" in card and "out of parts" in card and "no adversarial loss" in card
    assert "seeds" not in card
    assert Image.open(studio.checkpoints / "faces" / "preview.png").size == (8 * 32, 3 * 32)


def saved(path, drawing: dict | str):
    """A PNG that says of itself what a saved pair does, written by Pillow."""
    text = PngInfo()
    text.add_text("gan-studio", drawing if isinstance(drawing, str) else json.dumps(drawing))
    Image.new("RGB", (1024, 512), "white").save(path, pnginfo=text)
    return str(path)


def test_a_saved_pair_opens_again_as_the_drawing_that_it_was(studio, tmp_path):
    source = base64.b64encode(np.random.RandomState(5).bytes(16 * 16 * 3)).decode()
    path = saved(tmp_path / "a.png", {"translator": "faces-l1", "source": source})
    assert translate.of_photo(studio, "faces", path) == {"model": "faces-l1", "source": source}
    for name in ("gone", "peeps", "noise"):
        other = saved(tmp_path / "b.png", {"translator": name, "source": source})
        assert translate.of_photo(studio, "faces", other)["model"] == "faces"  # a photo like any other
    for text in ("[]", "{", '"x"', '{"source": 7}', "[" * 10_000):
        assert translate.of_photo(studio, "faces", saved(tmp_path / "c.png", text))["model"] == "faces"
