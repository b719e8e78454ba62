"""Explore for a conditional model: the class beside the seed, in a link, in walks and over HTTP."""

import base64
import io
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest
from gradio_client import Client
from PIL import Image

from gan import checkpoint
from gan.latent import Latent, lerp, seed_to_z, slerp
from gan.recipes import recipe_config
from gan.specs import Label, Noise
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui import page
from gan.ui.explore import api as image_api
from gan.ui.explore import classes, pickers, walk
from gan.ui.explore import tab as explore

DIM, K = 8, 10
DRESS, SANDAL = 3, 5  # their numbers in Fashion-MNIST


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A conditional model whose classes really differ, and one that is told none."""
    folder = tmp_path_factory.mktemp("checkpoints")
    for name, recipe in (("fashion", "conditional"), ("plain", "modern")):
        model = {"feature_maps": 4, "latent_dim": DIM, "image_size": 28, "channels": 1}
        config = recipe_config(
            recipe, model, data="fashion_mnist", batch=16, precision="float32", device="cpu", ema_images=0
        )
        trainer = Trainer(config)
        for _ in range(5):
            trainer.step()
        checkpoint.save_model(folder / name, trainer.snapshot(), name.title())
    studio = Studio(folder, "cpu")
    yield studio
    studio.runs.close()


def pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))


def asked(**changes) -> dict:
    return {"model": "fashion", "seed": 3, "scale": 1, "moves": [], "edits": [], "class": "dress"} | changes


def beside(z, number, share=1.0, other=0) -> np.ndarray:
    """z with a class beside it, or a mix of two, written out by hand."""
    row = [0.0] * K
    row[number] += share
    row[other] += 1 - share
    return np.concatenate([z, row]).astype(np.float32)


def image(studio, z) -> np.ndarray:
    return studio.generate("fashion", z[None])[0][..., 0]


# Explore


def test_the_same_seed_in_another_class_is_another_image_and_the_link_says_so(studio):
    dress, sandal = (explore.frame(studio, asked(**{"class": name})) for name in ("dress", "sandal"))
    np.testing.assert_array_equal(pixels(dress["image"]), image(studio, beside(seed_to_z(3, DIM), DRESS)))
    np.testing.assert_array_equal(pixels(sandal["image"]), image(studio, beside(seed_to_z(3, DIM), SANDAL)))
    assert dress["image"] != sandal["image"] and "class dress" in dress["alt"]
    assert dict(parse_qsl(dress["query"])) == {"model": "fashion", "seed": "3", "class": "dress"}
    moved = explore.frame(studio, asked(moves=[1.5], scale=0.5))
    z = 0.5 * (seed_to_z(3, DIM) + 1.5 * studio.directions("fashion")[0][0])
    np.testing.assert_array_equal(pixels(moved["image"]), image(studio, beside(z, DRESS)))


def test_the_first_class_by_default_and_the_one_of_the_link_otherwise(studio):
    default = explore.opened(studio, {"model": "fashion", "seed": "3"})
    assert default["state"]["class"] == "t-shirt" and default["notice"] == ""
    assert default["image"] == explore.frame(studio, asked(**{"class": ""}))["image"]  # G's own default
    linked = explore.opened(studio, dict(parse_qsl(explore.frame(studio, asked())["query"])))
    assert linked["state"]["class"] == "dress" and linked["image"] == explore.frame(studio, asked())["image"]
    choices = linked["classes"]
    assert choices.count('type="radio"') == K and "<legend>Garment " in choices
    assert re.findall(r'value="([^"]*)" checked', choices) == ["dress"]


def test_a_plain_model_has_no_choice_of_classes_and_the_link_it_always_had(studio):
    opened = explore.opened(studio, {"model": "plain"})
    assert opened["classes"] == "" and opened["state"]["class"] == ""
    assert opened["query"] == "model=plain&seed=0"


@pytest.mark.parametrize("model, value", [("fashion", "Teapot"), ("plain", "dress")])
def test_a_link_with_an_unknown_class_shows_another_image_and_a_sentence(studio, model, value):
    opened = explore.opened(studio, {"model": model, "class": value})
    assert value in opened["notice"] and opened["image"]


def test_every_class_of_this_point_is_what_a_click_on_it_shows(studio):
    sheet = pixels(explore.classes(studio, asked(moves=[0, 2]))["sheet"])
    assert sheet.shape == (28, 28 * K)
    for number, name in ((0, "t-shirt"), (DRESS, "dress"), (9, "ankle boot")):
        there = explore.frame(studio, asked(moves=[0, 2]) | {"class": name})
        np.testing.assert_array_equal(sheet[:, 28 * number : 28 * (number + 1)], pixels(there["image"]))


def test_neighbours_keep_the_class(studio):
    answer = explore.neighbours(studio, asked(across=0, up=1, step=1))
    sheet = pixels(answer["sheet"])
    corner = explore.frame(studio, asked(moves=[2, -2]))
    np.testing.assert_array_equal(sheet[112:, 112:], pixels(corner["image"]))


def test_the_verdict_is_on_the_image_in_sight(studio):
    z = beside(seed_to_z(3, DIM), SANDAL)
    score = studio.score("fashion", [studio.generate("fashion", z[None])[0]])[0]
    assert f"Logit {score.logit:+.2f}" in explore.judged(studio, asked(**{"class": "sandal"}))["verdict"]


def test_titles_and_classes_are_texts_never_html():
    label = Label("<i>kind", ("a<b>", '"c'))
    told = {
        "label": label.column,
        "classes": label.values,
        "labels": (label,),
        "given": Noise(labels=(label,)),
    }
    info = type("Info", (), told)
    shown = pickers.pickers(info, '"c')
    assert "<i>kind" not in shown and "a&lt;b&gt;" in shown and 'value="&#34;c" checked' in shown


# Classes as people name them


def test_classes_are_read_as_people_write_them(studio):
    info = studio.info("fashion")
    assert classes.read_classes(info, " Dress,Ankle Boot ,") == ["dress", "ankle boot"]
    assert classes.read_classes(info, ["bag"]) == ["bag"] and classes.read_classes(info, "") == []
    values = ("red, or blue", "red", "Red")
    odd = type("Info", (), {"title": "Odd", "classes": values, "labels": (Label("kind", values),)})
    assert classes.read_classes(odd, "red, or blue") == ["red, or blue"]
    assert classes.read_classes(odd, "Red,red") == ["Red", "red"]
    with pytest.raises(ValueError, match=r"knows no garment “Teapot”; it knows t-shirt, .*\.$"):
        classes.read_classes(info, "Teapot")
    with pytest.raises(ValueError, match=r"is not conditional.*\.$"):
        classes.read_classes(studio.info("plain"), "dress")
    with pytest.raises(ValueError, match=r"\.$"):
        classes.read_classes(info, 5)


def test_one_seed_or_one_class_serves_for_all(studio):
    info = studio.info("fashion")
    assert classes.stops(info, [1, 2], ["bag"], 9) == [(1, "bag"), (2, "bag")]
    assert classes.stops(info, [1], ["bag", "coat"], 9) == [(1, "bag"), (1, "coat")]
    assert classes.stops(info, [1, 2], ["bag", "bag"], 9) == [(1, "bag"), (2, "bag")]
    assert classes.stops(info, [1], [], 9) == [(1, "t-shirt")]
    assert classes.stops(studio.info("plain"), [1, 2], [], 9) == [(1, ""), (2, "")]
    with pytest.raises(ValueError, match=r"3 seeds and 2 classes.*\.$"):
        classes.stops(info, [1, 2, 3], ["bag", "coat"], 9)
    with pytest.raises(ValueError, match=r"at most 9"):
        classes.stops(info, [1], ["bag"] * 10, 9)


# Walks


def frames_of(sheet: np.ndarray, count: int) -> list[np.ndarray]:
    places = (divmod(k, walk.COLUMNS) for k in range(count))
    return [sheet[28 * y : 28 * y + 28, 28 * x : 28 * x + 28] for y, x in places]


def test_a_walk_goes_from_class_to_class_through_their_mixes(studio):
    made = walk.made(studio, {"model": "fashion"}, "4", "slerp", 9, False, 12, False, ["dress", "sandal"])
    frames, z = frames_of(pixels(made["sheet"]), 9), seed_to_z(4, DIM)
    for k, share in ((0, 1.0), (2, 0.75), (4, 0.5), (8, 0.0)):
        np.testing.assert_array_equal(frames[k], image(studio, beside(z, DRESS, share, SANDAL)))
    assert made["words"] == "Walk through seeds 4 (dress), 4 (sandal)"


@pytest.mark.parametrize("kind, way", [("slerp", slerp), ("lerp", lerp)])
def test_seed_and_class_change_together_and_a_loop_comes_back(studio, kind, way):
    asked = walk.read_walk(studio, "fashion", "1,2", kind, 8, True, 12, "Dress, Sandal")
    frames = walk.walk_images(studio, asked)[..., 0]
    a, b = seed_to_z(1, DIM), seed_to_z(2, DIM)
    np.testing.assert_array_equal(frames[0], image(studio, beside(a, DRESS)))
    np.testing.assert_array_equal(frames[4], image(studio, beside(b, SANDAL)))
    np.testing.assert_array_equal(frames[1], image(studio, beside(way(a, b, 0.25), DRESS, 0.75, SANDAL)))
    np.testing.assert_array_equal(frames[6], image(studio, beside(way(b, a, 0.5), SANDAL, 0.5, DRESS)))


def test_a_walk_without_classes_stays_in_the_one_in_sight(studio):
    shown = {"model": "fashion", "class": "sandal"}
    made = walk.made(studio, shown, "1,2", "lerp", 3, False, 12, False, [])
    frames = frames_of(pixels(made["sheet"]), 3)
    np.testing.assert_array_equal(frames[2], image(studio, beside(seed_to_z(2, DIM), SANDAL)))
    kept = walk.saved("gif", studio, 512, shown, "1,2", "lerp", 3, False, 12, False, ["dress", "ankle boot"])
    assert kept["name"] == "walk-fashion-1-2-dress-ankle-boot.gif"


def test_one_seed_alone_is_no_walk(studio):
    with pytest.raises(ValueError, match=r"one seed and two classes\.$"):
        walk.read_walk(studio, "fashion", "1", classes="dress")


def test_the_choice_of_classes_follows_the_model(studio):
    offered = walk.offered(studio, {"model": "fashion", "class": "bag"}, ["dress", "Round"])
    assert offered["visible"] and offered["value"] == ["dress"] and offered["label"] == "Garment"
    assert [text for _, text in offered["choices"]] == list(studio.info("fashion").classes)
    for shown in ({"model": "plain", "class": ""}, {"model": "nobody"}, None):
        assert walk.offered(studio, shown, ["dress"])["visible"] is False


# Endpoints


def test_labels_over_http(studio):
    served = page.build_page(studio, page.TABS[:1])
    _, address, _ = served.launch(prevent_thread_lock=True, quiet=True, **page.launch_options(studio))
    try:
        client = Client(address, verbose=False)
        files = client.predict("fashion", "6", "Dress, sandal", api_name="/generate")
        expected = [image(studio, beside(seed_to_z(6, DIM), number)) for number in (DRESS, SANDAL)]
        np.testing.assert_array_equal([np.asarray(Image.open(file)) for file in files], expected)
        film = client.predict("fashion", "1", 4, format="gif", label="Dress,Sandal", api_name="/interpolate")
        assert Image.open(film).n_frames == 4
        with pytest.raises(Exception, match="knows no garment"):
            client.predict("fashion", "1", "Teapot", api_name="/generate")
    finally:
        served.close()


def test_files_are_called_by_seed_and_class(studio):
    (kept,) = image_api.generated(studio, "fashion", "4", "ankle boot")
    assert kept["orig_name"] == "fashion-seed-4-ankle-boot.png"


def test_a_class_is_a_part_of_the_state_and_of_its_link():
    latent = Latent(4, moves=(1.0,), value="T-shirt/top")
    assert latent.to_query() == {"seed": "4", "moves": "1", "class": "T-shirt/top"}
    assert Latent.from_query(latent.to_query()) == latent != Latent(4, moves=(1.0,))
