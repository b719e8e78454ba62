"""Networks layer by layer: maps against a network cut by hand, and channels that nobody else sees changed."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import numpy as np
import pytest
import torch
from small import CHECKPOINTS, model_of, shipped

from gan import checkpoint, specs
from gan.images import to_tensor
from gan.knobs import NETWORKS, meant
from gan.latent import Latent, seed_to_z
from gan.models import build_discriminator, build_generator, count_parameters
from gan.models.layers import Inside
from gan.studio import Studio

OF_NOISE = shipped(of_noise=True)
FROM_NOISE = [name for name, one in NETWORKS.items() if one.generator.takes is specs.Latent]


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


@pytest.fixture(scope="module")
def G():
    """The first model's, as it was trained: a row of layers that one may cut anywhere."""
    return checkpoint.load_networks(CHECKPOINTS / "pixel-faces").generators["G"]


@pytest.fixture(scope="module")
def z():
    return torch.from_numpy(seed_to_z(3, 100)[None])


@pytest.fixture(scope="module")
def drawing(G, z):
    return Inside(G, lambda network: network(z))


def test_maps_are_those_of_the_network_cut_there(G, z, drawing):
    layers = drawing.layers()
    kinds = ["transposed convolution", "batch norm", "ReLU"] * 3 + ["transposed convolution", "tanh"]
    assert [layer.kind for layer in layers] == kinds
    assert [layer.shape for layer in layers[::3]] == [(192, 4, 4), (96, 8, 8), (48, 16, 16), (3, 32, 32)]
    # 100 numbers to 192 maps of 4 × 4; then a kernel of 4 × 4 from each map to each
    assert [layer.parameters for layer in layers[:4]] == [100 * 192 * 16, 2 * 192, 0, 192 * 96 * 16]
    for at, layer in enumerate(layers, 1):  # layers.0 only counts z otherwise
        assert layer.name == f"layers.{at}"
        by_hand = G.layers[: at + 1](z)[0].numpy()
        found = drawing.maps(layer.name)
        np.testing.assert_array_equal(found.maps, by_hand[found.channels])
        assert sorted(found.channels) == list(range(len(by_hand)))
        np.testing.assert_allclose(found.activity, [np.abs(one).mean() for one in found.maps], rtol=1e-5)
        assert (np.diff(found.activity) <= 0).all()


def test_a_channel_switched_off_is_one_whose_weights_onward_are_0(G, z, drawing):
    number, channel = 6, 17  # a ReLU; after it a transposed convolution, whose weights go by what comes in
    between = G.layers[: number + 1](z)
    between[:, channel] = 0
    assert torch.equal(drawing.changed(f"layers.{number}", channel, 0), G.layers[number + 1 :](between))
    deaf = deepcopy(G)
    deaf.layers[number + 1].weight[channel] = 0
    torch.testing.assert_close(drawing.changed(f"layers.{number}", channel, 0), deaf(z))
    louder = G.layers[: number + 1](z)
    louder[:, channel] *= 4
    assert torch.equal(drawing.changed(f"layers.{number}", channel, 4), G.layers[number + 1 :](louder))


@pytest.mark.parametrize("name", OF_NOISE)
def test_every_model_in_the_box_shows_its_layers(studio, name):
    latent, info = Latent(3, moves=(1.0,)), studio.info(name)
    layers = studio.inside(name, latent).layers()
    counts, sides = [layer.parameters for layer in layers], [layer.shape[1] for layer in layers]
    assert len({layer.name for layer in layers}) == len(layers) >= 7
    grown = info.network in ("style", "progressive")  # what no module holds, or no image meets
    assert 0.99 * info.parameters[0] < sum(counts) <= info.parameters[0]
    assert grown or sum(counts) == info.parameters[0]
    assert 4 in sides and max(sides) * info.enlarged >= info.image_size
    plain = studio.draw(name, latent).image
    for layer in layers[len(layers) // 2 :: 3]:
        found = studio.inside(name, latent).maps(layer.name)
        assert found.layer == layer and found.maps.shape == layer.shape
        most = int(found.channels[0])
        np.testing.assert_array_equal(studio.draw_with(name, latent, layer.name, most, 1), plain)
    changed = studio.draw_with(name, latent, layers[-1].name, 0, 0)
    assert changed.shape == plain.shape and (changed != plain).any()


@pytest.mark.parametrize("name", OF_NOISE)
def test_a_factor_of_1_changes_no_bit_and_nothing_stays_in_the_network(studio, name):
    G = checkpoint.load_networks(CHECKPOINTS / name).generators["G"]
    z = torch.from_numpy(studio.points(name, [Latent(3)])[0])
    drawing = Inside(G, lambda network: network(z))
    before = G(z)
    for layer in drawing.layers()[::3]:
        assert torch.equal(drawing.changed(layer.name, layer.shape[0] - 1, 1), before)
        drawing.changed(layer.name, layer.shape[0] - 1, 0)
    assert torch.equal(G(z), before)
    assert not any(module._forward_hooks for module in G.modules())


def test_what_is_truncated_moved_or_drawn_with_other_noise_shows_its_own_layers(studio):
    usual = Latent(3)
    for latent in (Latent(3, psi=0.5), Latent(3, noise=7), Latent(3, moves=(2.0,), layers="fine")):
        last = studio.inside("stylegan-faces", latent).layers()[-1]
        maps = [studio.inside("stylegan-faces", one).maps(last.name).maps for one in (usual, latent)]
        assert not np.array_equal(*maps)
    with pytest.raises(ValueError, match="no styles"):
        studio.inside("pixel-faces", Latent(3, psi=0.5)).layers()


def test_two_who_change_channels_at_once_do_not_see_each_other(studio):
    latent, layer = Latent(3), "layers.6"
    asked = [(channel, factor) for channel in (3, 17) for factor in (0, 4)]
    alone = {one: studio.draw_with("pixel-faces", latent, layer, *one) for one in asked}
    plain = studio.inside("pixel-faces", latent).maps("layers.8").maps
    assert len({image.tobytes() for image in alone.values()}) == len(asked)
    with ThreadPoolExecutor(4) as pool:
        many = asked * 20
        maps = [pool.submit(lambda: studio.inside("pixel-faces", latent).maps("layers.8")) for _ in range(20)]
        images = pool.map(lambda one: studio.draw_with("pixel-faces", latent, layer, *one), many)
        for one, image in zip(many, images, strict=True):
            np.testing.assert_array_equal(image, alone[one])
        for one in maps:
            np.testing.assert_array_equal(one.result().maps, plain)


@pytest.mark.parametrize("network", FROM_NOISE)
def test_every_kind_of_network_has_layers_that_can_be_changed(network):
    torch.manual_seed(0)
    model = model_of(latent_dim=16, **meant({"d_norm": "none", "growth_images": 0, "network": network}))
    G, D = build_generator(model).eval(), build_discriminator(model).eval()
    z = torch.randn(1, 16)
    drawing = Inside(G, lambda network: network(z))
    image = drawing.run(G)
    judging = Inside(D, lambda network: network(image))
    for inside, parameters in ((drawing, count_parameters(G)), (judging, count_parameters(D))):
        layers = inside.layers()
        assert 0 < sum(layer.parameters for layer in layers) <= parameters == inside.parameters
        for layer in layers[::3]:
            assert inside.maps(layer.name).maps.shape == layer.shape
            assert torch.equal(inside.changed(layer.name, 0, 1), inside.run(inside.network))


@pytest.mark.parametrize("layer, channel, factor, said", [
    ("layers.99", 0, 0, "no layer “layers.99”"), ("", 0, 0, "no layer"), ("layers", 0, 0, "no layer"),
    ("layers.6", 96, 0, "channels 0 to 95"), ("layers.6", -1, 0, "channels 0 to 95"),
    ("layers.6", 0, -1, "from 0 to 100"), ("layers.6", 0, 1e9, "from 0 to 100"),
    ("layers.6", 0, float("nan"), "from 0 to 100"),
])  # fmt: skip
def test_what_there_is_not_is_refused_in_a_sentence(studio, layer, channel, factor, said):
    with pytest.raises(ValueError, match=said):
        studio.draw_with("pixel-faces", Latent(3), layer, channel, factor)


@pytest.mark.parametrize("name", OF_NOISE + shipped(of_noise=False))
def test_every_discriminator_is_looked_through_on_a_picture(studio, name):
    info = studio.info(name)
    if not info.judges:
        return
    picture = studio.examples(name, "real", 1)[0]
    layers = studio.inside_judge(name, picture).layers()
    assert 0.99 * info.parameters[1] < sum(layer.parameters for layer in layers) <= info.parameters[1]
    for layer in layers[::3]:
        found = studio.inside_judge(name, picture).maps(layer.name)
        assert found.layer == layer and found.maps.shape == layer.shape


def test_the_maps_of_d_are_those_of_the_network_cut_there(studio):
    picture = studio.examples("pixel-faces", "real", 1)[0]
    D = checkpoint.load_networks(CHECKPOINTS / "pixel-faces").discriminators["D"]
    found = studio.inside_judge("pixel-faces", picture).maps("layers.2")
    by_hand = D.layers[:3](to_tensor(picture[None]))[0].numpy()
    np.testing.assert_allclose(found.maps, by_hand[found.channels], atol=1e-4)
    (score,) = studio.inside_judge("pixel-faces", picture).maps("head.last.0").maps.flatten()
    assert score == pytest.approx(D(to_tensor(picture[None])).item(), abs=1e-3)
