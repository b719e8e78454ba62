"""SeFa: the directions that a generator's own weights stretch most, held against its first layers."""

import re

import numpy as np
import pytest
import torch
from small import CHECKPOINTS, model_of, shipped

from gan import checkpoint
from gan.checkpoint.directions import SAMPLED, closed_form
from gan.knobs import meant
from gan.labels import one_hot, usual
from gan.latent import Latent, seed_to_z, strongest
from gan.models import build_generator
from gan.studio import Studio
from gan.ui.explore.tab import ends, opened

# Networks, and what of each z or w goes into first: what is told by it is linear in it
FIRST = {
    "conv": ({"stem": "conv"}, r"layers\.1"),
    "linear": ({"stem": "linear"}, r"layers\.0"),
    "upsample": ({"stem": "upsample"}, r"layers\.0"),
    "mlp": ({"network": "mlp"}, r"layers\.0"),
    "progressive": ({"network": "progressive"}, r"first"),
    "big": ({"network": "big"}, r"stem\.0|blocks\.\d+\.(first|second)\.(gain|shift)"),
    "style": ({"network": "style", "w_dim": 9}, r".*\.style"),
}


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


def test_strongest_are_the_right_singular_vectors():
    A = np.random.RandomState(0).randn(30, 6) * [5, 1, 3, 0.2, 2, 4]
    found = strongest(A, 4)
    expected = np.linalg.svd(A)[2][:4]
    np.testing.assert_allclose(np.abs((found * expected).sum(1)), 1, atol=1e-5)
    stretched = np.linalg.norm(A @ found.T, axis=0)
    np.testing.assert_allclose(stretched, np.linalg.svd(A)[1][:4], rtol=1e-5)
    assert (np.take_along_axis(found, np.abs(found).argmax(1)[:, None], 1) > 0).all()  # a sign that stays


@pytest.mark.parametrize("network", FIRST)
@pytest.mark.parametrize("classes", [(), ("a", "b", "c")])
def test_the_entrance_is_what_z_or_w_is_multiplied_by(network, classes):
    settings, told = FIRST[network]
    torch.manual_seed(0)
    flat = meant({"d_norm": "none", "growth_images": 0} | settings)
    G = build_generator(model_of(classes=classes, **flat)).eval()
    layers = [layer for name, layer in G.named_modules() if re.fullmatch(told, name)]
    said = {}
    for layer in layers:
        layer.register_forward_hook(lambda layer, given, out: said.__setitem__(layer, (given[0], out)))

    def outputs(z):
        with torch.no_grad():
            G.draw(z.expand(1, G.style_layers, -1)) if G.style_layers > 1 else G(z)
        # what is multiplied by first: of the pixel norm before it that is its output
        start = said[layers[0]][0] if network == "progressive" else z
        return start.flatten(), torch.cat([said[layer][1].flatten() for layer in layers])

    dim = 9 if network == "style" else 7 + len(classes)
    A = G.entrance()
    torch.manual_seed(1)
    here, there = torch.randn(2, 1, dim)
    if classes and network != "style":
        there[:, 7:] = here[:, 7:]  # z alone moves
    (from_, before), (to, after) = outputs(here), outputs(there)
    moved = (to - from_)[: A.shape[1]]  # a BigGAN's embedding has a weight of its own for labels
    torch.testing.assert_close(A @ moved, after - before, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", shipped(of_noise=True))
def test_the_directions_of_a_model_in_the_box(studio, name):
    G = checkpoint.load_unfolded(CHECKPOINTS / name)
    given = checkpoint.read_facts(CHECKPOINTS / name).train.model.latent
    found = np.stack(list(studio.closed_form(name).values()))
    assert list(studio.closed_form(name)) == [f"sefa {k}" for k in range(1, len(found) + 1)]
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    np.testing.assert_allclose(unit @ unit.T, np.eye(len(unit)), atol=1e-4)
    A = G.entrance().numpy()[:, : found.shape[1]]
    lengths = np.linalg.norm(A @ unit.T, axis=0)
    assert (np.diff(lengths) <= 1e-4 * lengths[0]).all() and lengths[0] > np.linalg.norm(A, axis=0).mean()
    if G.style_layers == 1:
        np.testing.assert_allclose(found, unit, atol=1e-5)
    np.testing.assert_array_equal(found, closed_form(G, given))


def test_a_move_in_closed_form_is_its_image_and_its_link(studio):
    way = studio.closed_form("pixel-faces")["sefa 2"]
    latent = Latent(5, named=(("sefa 2", 1.5),))
    expected = studio.generate("pixel-faces", (seed_to_z(5, len(way)) + 1.5 * way)[None])[0]
    np.testing.assert_array_equal(studio.draw("pixel-faces", latent).image, expected)
    answer = opened(studio, {"model": "pixel-faces"} | latent.to_query())
    assert answer["notice"] == "" and answer["state"]["named"] == (("sefa 2", 1.5),)
    assert ends(studio, answer["state"] | {"of": "closed"})["rows"] == 12
    past = opened(studio, {"model": "pixel-faces", "named": "sefa 13:1"})
    assert "no slider called “sefa 13”" in past["notice"]


def test_a_sigma_in_w_is_its_spread_there(studio):
    G = checkpoint.load_unfolded(CHECKPOINTS / "stylegan-faces")
    given = checkpoint.read_facts(CHECKPOINTS / "stylegan-faces").train.model.latent
    z = np.random.RandomState(0).randn(SAMPLED, given.latent_dim).astype(np.float32)
    told = one_hot([usual(given)], given).repeat(SAMPLED, 0)
    with torch.no_grad():
        w = G.styles(torch.from_numpy(np.concatenate([z, told], 1)))[:, 0].numpy()
    for way in studio.closed_form("stylegan-faces").values():
        length = np.linalg.norm(way)
        np.testing.assert_allclose((w @ (way / length)).std(), length, rtol=1e-3)
