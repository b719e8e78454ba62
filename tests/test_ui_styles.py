"""Explore for a StyleGAN: ψ, noise and mixing, in images, links and walks; what other models have of it."""

import re
import shutil
from urllib.parse import parse_qsl

import gradio as gr
import numpy as np
import pytest
import torch
from pictures import pixels
from PIL import Image
from safetensors.torch import load_file, save_file

from gan import checkpoint
from gan.__main__ import main
from gan.images import grid, open_image, to_uint8
from gan.latent import Latent, seeds_to_z
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui.explore import api, styles, walk
from gan.ui.explore import tab as explore
from gan.ui.explore.classes import usual_class
from gan.ui.parts import UNEXPECTED, served

SIDE = 32
MIX = {"a": [0, 1, 2, 3], "b": [4, 5, 6, 7], "style": "fine"}


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A StyleGAN that is told of a hat and whose noise has a say, a plain model, and a growing one."""
    folder = tmp_path_factory.mktemp("styles")
    for name, recipe, label in (
        ("style", "stylegan", "hat"),
        ("plain", "dcgan", ""),
        ("growing", "progan", ""),
    ):
        small = {"feature_maps": 4, "latent_dim": 8}
        trainer = Trainer(recipe_config(recipe, small, data="pixel_faces", batch=8, precision="float32",
                                        device="cpu", ema_images=0, label=label))  # fmt: skip
        for _ in range(3):
            trainer.step()
        for key, value in trainer.averages["G"].state_dict().items():
            if key.endswith("noise.strength"):
                value.fill_(3.0)
        checkpoint.save_model(folder / name, trainer.snapshot(), name)
    return Studio(folder, "cpu")


def asked(**changes) -> dict:
    return {"model": "style", "seed": 3, "scale": 1, "moves": [], "edits": [], "class": "hat"} | changes


def image(studio, **changes) -> np.ndarray:
    return pixels(explore.frame(studio, asked(**changes))["image"])


def test_truncation_leads_to_the_mean_style_whatever_the_seed(studio):
    G = studio.library.model("style").G
    mean = G.network.mean_w.expand(1, G.style_layers, -1)
    with torch.inference_mode():
        expected = ((G.draw(mean)[0].permute(1, 2, 0) + 1) * 127.5).round().clamp(0, 255).numpy()
    for seed in (3, 8):
        np.testing.assert_allclose(image(studio, seed=seed, psi=0), expected, atol=1)
    np.testing.assert_array_equal(image(studio, psi=1), image(studio))
    assert (image(studio, psi=0.5) != image(studio)).any()
    answer = explore.frame(studio, asked(psi=0.5))
    assert dict(parse_qsl(answer["query"]))["psi"] == "0.5" and "truncated at ψ 0.5" in answer["alt"]


def test_noise_is_the_network_s_own_or_that_of_its_number(studio):
    np.testing.assert_array_equal(image(studio, noise=0), image(studio))
    np.testing.assert_array_equal(image(studio, noise=7), image(studio, noise=7))
    assert (image(studio, noise=7) != image(studio)).any()
    assert (image(studio, noise=7) != image(studio, noise=8)).any()
    query = dict(parse_qsl(explore.frame(studio, asked(noise=7, psi=0.9))["query"]))
    linked = explore.opened(studio, query)
    assert linked["state"]["noise"] == 7 and linked["state"]["psi"] == 0.9
    np.testing.assert_array_equal(pixels(linked["image"]), image(studio, noise=7, psi=0.9))


def test_the_small_pictures_have_the_same_truncation_and_noise(studio):
    here = asked(psi=0.6, noise=5)
    around = pixels(explore.neighbours(studio, here | {"across": 0, "up": 1, "step": 1})["sheet"])
    np.testing.assert_array_equal(around[2 * SIDE : 3 * SIDE, 2 * SIDE : 3 * SIDE], image(studio, **here))
    ends = pixels(explore.ends(studio, here)["sheet"])
    np.testing.assert_array_equal(ends[:SIDE, SIDE:], image(studio, **here | {"moves": [3]}))
    here |= {"moves": [1, -2], "layers": "middle"}
    around = pixels(explore.neighbours(studio, here | {"across": 0, "up": 2, "step": 1})["sheet"])
    np.testing.assert_array_equal(around[:SIDE, :SIDE], image(studio, **here | {"moves": [-1, -2, 2]}))
    ends = pixels(explore.ends(studio, here)["sheet"])
    np.testing.assert_array_equal(ends[SIDE : 2 * SIDE, :SIDE], image(studio, **here | {"moves": [1, -3]}))
    sheet = pixels(explore.classes(studio, here)["sheet"])
    np.testing.assert_array_equal(sheet[:, :SIDE], image(studio, **here))


def drawn(G, styles) -> np.ndarray:
    """The image of one image's styles (layers, w_dim)."""
    with torch.inference_mode():
        return to_uint8(G.draw(styles[None]))[0]


def test_directions_are_the_principal_ones_of_thousands_of_w(studio):
    loaded, (steps, change) = studio.library.model("style"), studio.directions("style")
    z = np.random.RandomState(0).randn(4096, 8).astype(np.float32)
    with torch.inference_mode():
        told = torch.from_numpy(studio.with_class("style", z, usual_class(studio.info("style"))))
        w = loaded.G.styles(told)[:, 0].double().numpy()
    _, lengths, axes = np.linalg.svd(w - w.mean(0), full_matrices=False)
    sigma = lengths[:16] / np.sqrt(4095)
    assert steps.shape == (16, w.shape[1]) and (np.diff(change) <= 0).all() and change[-1] > 0
    along = np.abs(steps @ axes[:16].T)  # each goes along one axis, and each axis has one
    order = along.argmax(1)
    assert sorted(order) == list(range(16))
    np.testing.assert_allclose(along[np.arange(16), order], sigma[order], rtol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(steps, axis=1), sigma[order], rtol=1e-3)
    here = torch.from_numpy(w[:4]).float()[:, None].expand(-1, 6, -1)
    with torch.inference_mode():
        plus, minus = (loaded.G.draw(here + by * torch.from_numpy(steps[2])) for by in (0.1, -0.1))
    assert change[2] == pytest.approx(((plus - minus) / 0.2).square().mean().sqrt().item(), rel=1e-3)


@pytest.mark.parametrize(
    "layers, told", [("", (0, 6)), ("coarse", (0, 2)), ("middle", (2, 4)), ("fine", (4, 6))]
)
def test_a_move_is_added_to_the_chosen_layers_after_the_truncation(studio, layers, told):
    G, (steps, _) = studio.library.model("style").G, studio.directions("style")
    z, moved = studio.points("style", [Latent(3, value="hat", moves=(0, 1), layers=layers)])
    np.testing.assert_array_equal(z, studio.with_class("style", seeds_to_z([3], 8), "hat"))  # z stays
    expected = np.zeros((1, 6, steps.shape[1]), np.float32)
    expected[:, slice(*told)] = steps[1]
    np.testing.assert_array_equal(moved, expected)
    with torch.inference_mode():
        w, mean = G.styles(torch.from_numpy(z))[0], G.network.mean_w
    for psi in (1, 0.5, 0):
        seen = image(studio, moves=[0, 2.5], layers=layers, psi=psi)
        by_hand = drawn(G, mean + psi * (w - mean) + 2.5 * torch.from_numpy(expected[0]))
        np.testing.assert_allclose(seen.astype(int), by_hand, atol=1)
    seen = image(studio, moves=[0, 4], layers=layers)
    assert all((seen != image(studio, moves=[0, 4], layers=other)).any()
               for other in {"", "coarse", "middle", "fine"} - {layers})  # fmt: skip
    for other in ({}, {"moves": [0, 0]}, {"layers": layers, "moves": [0, 0]}):
        np.testing.assert_array_equal(image(studio, **other), studio.generate("style", z)[0])


def test_a_link_opens_moves_in_the_same_layers(studio):
    answer = explore.frame(studio, asked(moves=[1.5, -2], layers="fine", psi=0.8))
    query = dict(parse_qsl(answer["query"]))
    linked = explore.opened(studio, query)
    assert query["layers"] == linked["state"]["layers"] == "fine" and not linked["notice"]
    assert linked["image"] == answer["image"] and linked["verdict"]
    values = re.findall(r'name="moved-layers" value="(\w*)"> (\w+) <small>(.*?)<', linked["directions"])
    assert values == [("", "all", "1–6"), ("coarse", "coarse", "1–2"), ("middle", "middle", "3–4"),
                      ("fine", "fine", "5–6")]  # fmt: skip
    assert "moved-layers" not in explore.opened(studio, {"model": "plain"})["directions"]


@pytest.mark.parametrize("changes", [
    {"layers": "sharp"}, {"layers": None}, {"layers": ["fine"]}, {"layers": 1}, {"moves": [0] * 16 + [1]},
    {"model": "plain", "class": "", "layers": "fine"}, {"model": "growing", "class": "", "layers": "all"},
])  # fmt: skip
def test_layers_that_there_are_not_are_refused_in_a_sentence(studio, changes):
    answer = served(explore.frame, studio)(asked() | changes)
    assert set(answer) == {"error"} and answer["error"].endswith(".") and answer["error"] != UNEXPECTED


def test_a_stylegan_that_was_kept_with_directions_in_z_has_them_in_w(studio, tmp_path):
    shutil.copytree(studio.checkpoints / "style", tmp_path / "old")
    there = load_file(tmp_path / "old" / checkpoint.MODEL)
    del there["spread"]
    save_file(
        there | {"directions": torch.eye(8), "change": torch.ones(8)}, tmp_path / "old" / checkpoint.MODEL
    )
    for one, other in zip(Studio(tmp_path, "cpu").directions("old"), studio.directions("style"), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_the_grid_has_the_seeds_beside_it_and_each_mix_in_its_place(studio):
    answer = styles.mixed(studio, asked(psi=0.8, noise=5) | MIX)
    sheet = pixels(answer["sheet"])
    cells = sheet.reshape(5, SIDE, 5, SIDE, 3).swapaxes(1, 2)
    assert (cells[0, 0] == 255).all()
    info = studio.info("style")
    own = {seed: styles.own_labels(info, seed) for seed in range(20)}
    assert set(own.values()) == set(
        info.labels[0].values
    )  # a seed's own, whatever the image in sight is told
    for place, seed in (((0, 2), 5), ((3, 0), 2)):
        expected = image(studio, seed=seed, psi=0.8, noise=5, **{"class": own[seed]})
        np.testing.assert_array_equal(cells[place], expected)
    a, b = (studio.with_class("style", seeds_to_z([seed], 8), own[seed]) for seed in (2, 5))
    np.testing.assert_array_equal(
        cells[3, 2], studio.mix("style", a, b, "fine", Latent(psi=0.8, noise=5))[0, 0]
    )
    assert (cells[3, 2] != cells[3, 0]).any() and (cells[3, 2] != cells[0, 2]).any()
    names = re.findall(r'aria-label="([^"]*)"', answer["cells"])
    assert len(names) == 24 and names[4 + 5 * 2 + 2] == "Seed 2 with the fine layers of seed 5"
    assert names[:2] == ["Seed 4, at the top", "Seed 5, at the top"] and names[14] == "Seed 2, on the left"


@pytest.mark.parametrize("changes", [
    {"a": [1]}, {"a": None}, {"b": [1, 2, 3, "x"]}, {"b": [1, 2, 3, -1]}, {"a": [1, 2, 3, [4]]},
    {"a": "1234"}, {"style": "sharp"}, {"style": None}, {"style": ["fine"]}, {"model": "plain", "class": ""},
    {"class": "scarf"}, {"psi": "x"}, {"noise": -1}, {"noise": 0.5}, {"psi": float("nan")}, {"noise": None},
])  # fmt: skip
def test_what_cannot_be_mixed_is_refused_in_a_sentence(studio, changes):
    answer = served(styles.mixed, studio)(asked() | MIX | changes)
    assert set(answer) == {"error"} and answer["error"].endswith(".") and answer["error"] != UNEXPECTED


def test_each_model_has_the_slider_that_does_something(studio):
    shown = {name: explore.opened(studio, {"model": name}) for name in ("style", "plain", "growing")}
    assert re.findall(r'data-field="(\w+)"', shown["style"]["knobs"]) == ["psi", "fresh"]
    assert 'data-field="scale"' in shown["plain"]["knobs"] and shown["growing"]["knobs"] == ""
    assert [name for name in shown if shown[name]["mixing"]] == ["style"]
    layers = studio.info("style").layers
    assert layers == 6 and f"layers 5–6 of {layers}" in shown["style"]["mixing"]
    for seed in (1, 2):  # z's length counts for neither of these two
        for name in ("style", "growing"):
            one, half = (studio.draw(name, Latent(seed, scale)).image for scale in (1, 0.5))
            np.testing.assert_allclose(one.astype(int), half, atol=1)


def test_a_plain_model_refuses_what_it_has_not_and_opens_all_the_same(studio):
    for more in ({"psi": "0.5"}, {"noise": "3"}):
        opened = explore.opened(studio, {"model": "plain", "seed": "2"} | more)
        assert "has no styles" in opened["notice"] and opened["state"]["model"] == "plain"
    assert explore.opened(studio, {"model": "style", "psi": "9"})["state"]["psi"] == 1.5


def test_a_walk_keeps_what_each_stop_was_seen_with(studio):
    stops = [Latent(3, value="hat", psi=0.4), Latent(3, value="hat", noise=7), Latent(5, value="no hat")]
    asked = walk.read_walk(studio, "style", "", "lerp", 9, False, before=[stop.to_text() for stop in stops])
    frames = walk.walk_images(studio, asked)
    for at, stop in zip((0, 4, 8), stops, strict=True):
        np.testing.assert_array_equal(frames[at], studio.draw("style", stop).image)
    between = studio.draw(
        "style", Latent(3, value="hat", psi=0.55)
    ).image  # a quarter of the way, noise of the nearer
    np.testing.assert_allclose(frames[1].astype(int), between, atol=1)
    moved = [Latent(3, value="hat", moves=(2,), layers="fine"), Latent(3, value="hat", moves=(0, -3))]
    asked = walk.read_walk(studio, "style", "", "slerp", 5, False, before=[stop.to_text() for stop in moved])
    seen = walk.walk_images(studio, asked)
    for at, stop in ((0, moved[0]), (4, moved[1])):
        np.testing.assert_array_equal(seen[at], studio.draw("style", stop).image)
    z, styles = studio.points("style", moved)
    halfway = studio.generate("style", z[:1], moved=styles.mean(0, keepdims=True))[0]  # straight in w
    np.testing.assert_allclose(seen[2].astype(int), halfway, atol=1)
    shown = walk.stops_of(studio, {"model": "style", "texts": ["3P0.4Chat"]})["stops"][0]
    assert shown["words"] == "3 (hat, moved)"
    np.testing.assert_array_equal(pixels(shown["image"]), frames[0])


def told(studio, seeds) -> np.ndarray:
    return studio.with_class("style", seeds_to_z(seeds, 8), "hat")


def test_psi_over_http_and_on_the_command_line_is_the_sliders(studio, tmp_path):
    expected = [image(studio, seed=seed, psi=0.3) for seed in (3, 5)]
    files = api.generate_endpoint(studio)("style", "3,5", "hat", 0.3)
    np.testing.assert_array_equal([np.asarray(Image.open(file["path"])) for file in files], expected)
    assert files[1]["orig_name"] == "style-seed-5-hat-psi-0-3.png"
    (plain,) = api.generate_endpoint(studio)("plain", "3")
    assert plain["orig_name"] == "plain-seed-3.png"
    asked = ["generate", "style", "--checkpoints", str(studio.checkpoints), "--seeds", "3,5",
             "--label", "hat", "--device", "cpu", "--out", str(tmp_path / "grid.png")]  # fmt: skip
    for psi, like in ((["--psi", "0.3"], Latent(psi=0.3)), ([], Latent())):
        assert main([*asked, *psi]) == 0
        shown = grid(studio.generate("style", told(studio, [3, 5]), like))
        np.testing.assert_array_equal(open_image(tmp_path / "grid.png"), shown)


@pytest.mark.parametrize("model, psi, words", [
    ("plain", 0.5, "has no styles: only a StyleGAN's are truncated"), ("growing", 0, "has no styles"),
    *(("style", psi, "ψ is a number from 0, the mean style, to 1.5, not") for psi in
      (-0.1, 1.51, float("nan"), float("inf"), None, "x", [1], 10**400)),
])  # fmt: skip
def test_a_psi_that_makes_no_sense_is_refused_in_a_sentence(studio, model, psi, words, tmp_path, capsys):
    with pytest.raises(gr.Error, match=words):
        api.generate_endpoint(studio)(model, "3", psi=psi)
    if isinstance(psi, float | int) and abs(psi) != 10**400:
        asked = ["generate", model, "--checkpoints", str(studio.checkpoints), f"--psi={psi}"]
        assert main([*asked, "--device", "cpu", "--out", str(tmp_path / "grid.png")]) == 1
        assert words in capsys.readouterr().err and not (tmp_path / "grid.png").exists()
