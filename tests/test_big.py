"""BigGAN: attention, conditional batch norm, z in chunks, spectral norm, whole runs."""

import itertools

import numpy as np
import pytest
import torch
from small import from_disk, model_of, same, stands_still, stepped
from torch import nn

from gan import checkpoint
from gan.config import TrainConfig
from gan.labels import latents
from gan.models import (
    BigGANDiscriminator,
    BigGANGenerator,
    SelfAttention,
    build_discriminator,
    build_generator,
    count_parameters,
    folded,
)
from gan.models.biggan import ConditionalBatchNorm, DownBlock, Embedding, UpBlock
from gan.models.spectral import bounded
from gan.recipes import recipe_config
from gan.specs import IMAGE_SIZES, BigDiscriminator, BigGenerator
from gan.studio import Studio
from gan.train.averaging import move_average
from gan.train.penalties import overlap
from gan.trainer import Trainer

SETS = {"pixel_faces": (32, 3), "open_peeps": (64, 3), "fashion_mnist": (28, 1), "emoji": (64, 3)}


def smallest(data="pixel_faces", model=None, **changes) -> TrainConfig:
    size, channels = SETS[data]
    flat = {"feature_maps": 4, "latent_dim": 10, "image_size": size, "channels": channels} | (model or {})
    return recipe_config("biggan", flat, data=data, **{
        "batch": 4, "steps": 6, "seconds": 0, "precision": "float32", "device": "cpu", "measure_images": 0,
        "grid_images": 4, "ema_images": 20,
    } | changes)  # fmt: skip


# Attention


def test_attention_has_as_many_parameters_as_the_paper_and_starts_as_nothing():
    # queries and keys 256·32 each, values 256·128 and back 128·256, and γ
    for spectral in (True, False):
        assert count_parameters(SelfAttention(256, spectral)) == 2 * 8192 + 2 * 32768 + 1 == 81_921
    for side in (1, 4, 7, 8):
        x = torch.randn(2, 16, side, side)
        layer = SelfAttention(16)
        assert torch.equal(layer(x), x)
        layer.gamma.data.fill_(1.0)
        assert layer(x).shape == x.shape and not torch.equal(layer(x), x)


def test_attention_brings_what_is_far_away_and_its_shares_add_up():
    layer = SelfAttention(8, spectral=False).double()
    layer.gamma.data.fill_(1.0)
    x = torch.randn(1, 8, 8, 8, dtype=torch.float64, requires_grad=True)
    layer(x)[0, 0, 0, 0].backward()
    assert (
        x.grad[0].abs().sum(0) > 0
    ).float().mean() > 0.5  # of all places, but for what a maximum leaves out
    flat = torch.randn(1, 8, 1, 1, dtype=torch.float64).expand(1, 8, 6, 6)
    seen = layer.back(layer.value(flat))  # a mean of what is the same everywhere is the same
    torch.testing.assert_close(layer(flat), flat + seen)


# Layers


def test_a_gain_is_one_and_what_is_told():
    torch.manual_seed(0)
    layer = ConditionalBatchNorm(32, 5)
    x = 3 * torch.randn(16, 32, 4, 4) + 7
    plain = (x - x.mean((0, 2, 3), keepdim=True)) / x.var((0, 2, 3), correction=0, keepdim=True).add(
        1e-5
    ).sqrt()
    torch.testing.assert_close(layer(x, torch.zeros(16, 5)), plain, atol=1e-4, rtol=1e-4)  # told nothing
    told = torch.randn(16, 5)
    gain, shift = 1 + told @ layer.gain.weight.T, told @ layer.shift.weight.T
    expected = plain * gain[:, :, None, None] + shift[:, :, None, None]
    torch.testing.assert_close(layer(x, told), expected, atol=1e-4, rtol=1e-4)
    gains = 1 + layer.gain(torch.randn(4000, 5))
    assert abs(gains.mean().item() - 1) < 0.02  # without the 1 it would be 0
    assert layer.norm.running_mean.abs().sum() > 0 and layer.norm.num_batches_tracked == 2


def test_labels_are_embedded_one_by_one_and_added():
    layer = Embedding(5, 7)
    two = torch.tensor([[0.0, 1.0, 0.0, 0.0, 1.0]])
    torch.testing.assert_close(layer(two)[0], layer.rows[1] + layer.rows[4])
    torch.testing.assert_close(layer.rows @ layer.rows.T, torch.eye(5), atol=1e-5, rtol=0)


def test_spectral_norm_is_that_of_the_matrix_and_an_average_keeps_it():
    torch.manual_seed(0)
    layer = bounded(nn.Conv2d(5, 6, 3))
    original = layer.parametrizations.weight.original
    torch.testing.assert_close(original.flatten(1) @ original.flatten(1).T, torch.eye(6), atol=1e-5, rtol=0)
    with torch.no_grad():
        original.copy_(torch.randn_like(original))
    for _ in range(100):
        _ = layer.weight
    largest = torch.linalg.matrix_norm(original.flatten(1), 2)
    torch.testing.assert_close(layer.weight, original / largest)
    layer.eval()
    layer.parametrizations.weight[0].u.mul_(0.3)  # shorter, as the mean of unit vectors is
    before = layer.parametrizations.weight[0].u.clone()
    torch.testing.assert_close(layer.weight, original / largest)
    assert torch.equal(layer.parametrizations.weight[0].u, before)  # it rests in eval


def bounded_layers(network: nn.Module) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]


def test_every_layer_of_both_networks_is_bounded_after_training_too():
    trainer = stepped(Trainer(smallest(g_lr=2e-3, d_lr=2e-3)), 20)
    networks = trainer.generators["G"], trainer.averages["G"], trainer.discriminators["D"]
    for network in networks:
        before = network.training
        network.train()
        for _ in range(300):
            for layer in bounded_layers(network):
                _ = layer.weight
        network.train(before)
        for layer in bounded_layers(network):
            assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2) < 1.02
    G, D = networks[0].network, networks[2].network  # 16 pixels inside: two blocks, three
    assert len(bounded_layers(G)) == 1 + 2 * (4 + 3) + 4 + 1
    assert len(bounded_layers(D)) == 3 * 3 - 1 + 4 + 2


# Networks


def big(size=32, channels=3, latent_dim=10, **settings):
    return model_of(size, channels, latent_dim, network="big", **settings)


@pytest.mark.parametrize("size, channels", list(itertools.product(IMAGE_SIZES, (1, 3))))
@pytest.mark.parametrize("classes", [(), ("a", "b")])
def test_sizes_and_channels(size, channels, classes):
    torch.manual_seed(0)
    config = big(size, channels, classes=classes)
    z = torch.cat([torch.randn(3, 10), torch.eye(2)[[0, 1, 0]][:, : len(classes)]], 1)
    G, D = build_generator(config), build_discriminator(config)
    images = G(z)
    assert images.shape == (3, channels, size, size) and images.abs().max() <= 1
    logits = D(images, z[:, 10:] if classes else None)
    assert logits.shape == (3,)
    logits.square().sum().backward()
    assert all(weight.grad is not None for side in (G, D) for weight in side.parameters())
    pixels = G(torch.cat([torch.randn(64, 10), z[:1, 10:].expand(64, -1)], 1))
    assert (pixels.std(0) > 0).all()
    shown = torch.randn(1, channels, size, size, requires_grad=True)
    D.eval()(shown, z[:1, 10:] if classes else None).sum().backward()
    assert (shown.grad != 0).all()


def test_parameters_by_hand():
    # 32 pixels, 24 maps: 192 to 24 channels, z in four chunks of 16, labels as 64 numbers
    widths, told = [192, 96, 48, 24], 16 + 64
    blocks = sum(9 * b * (a + b) + a * b + 2 * told * (a + b) for a, b in itertools.pairwise(widths))
    stem, attention, last = 16 * 16 * 192 + 16 * 192, 48 * (6 + 6 + 24 + 24) + 1, 24 * 3 * 9 + 3 + 2 * 24
    G = BigGANGenerator(32, 64, 10, 24)
    assert count_parameters(G) == 10 * 64 + stem + blocks + attention + last
    down = [(3, 24), (24, 48), (48, 96)]
    blocks = sum(9 * b * (a + b) + 2 * b + a * b + b for a, b in down) + 2 * (9 * 96 * 96 + 96)
    attention, last = 24 * (3 + 3 + 12 + 12) + 1, 96 + 1 + 10 * 96
    assert count_parameters(BigGANDiscriminator(3, 24, 32, 10)) == blocks + attention + last


def test_64_pixels_have_the_widths_of_the_paper():
    # 16, 16, 8, 4 and 2 times ch = 2, from 4x4 to the image; D has ch, 2·ch, …, 8·ch and once more
    G = BigGANGenerator(64, 20, 0, 4)
    assert [block.conv1.in_channels for block in G.blocks] == [32, 32, 16, 8]
    assert G.chunks == [4, 4, 4, 4, 4] and G.image[2].in_channels == 4
    D = BigGANDiscriminator(3, 4, 64)
    assert [block.conv1.out_channels for block in D.blocks] == [4, 8, 16, 32, 32]
    assert BigGANGenerator(32, 10).chunks == [3, 3, 2, 2]


def test_a_shortcut_enlarged_late_or_shrunk_early_is_the_papers():
    torch.manual_seed(0)
    block, x, told = (
        UpBlock(8, 4, 3).double().eval(),
        torch.randn(2, 8, 4, 4).double(),
        torch.randn(2, 3).double(),
    )
    made = block.conv1(block.enlarged(torch.relu(block.first(x, told))))
    made = block.conv2(torch.relu(block.second(made, told)))
    torch.testing.assert_close(block(x, told), made + block.past(block.enlarged(x)))
    block, x = DownBlock(4, 8).double().eval(), torch.randn(2, 4, 8, 8).double()
    made = block.conv2(torch.relu(block.conv1(torch.relu(x)))) + block.past(x)
    torch.testing.assert_close(block(x), nn.functional.avg_pool2d(made, 2))


@pytest.mark.parametrize("size", IMAGE_SIZES)
def test_each_chunk_of_z_reaches_the_image(size):
    torch.manual_seed(0)
    G = BigGANGenerator(size, 10, 2, 4).eval()
    z = torch.randn(1, 12)
    image, start = G(z), 0
    for chunk in G.chunks:
        other = z.clone()
        other[:, start : start + chunk] += 1
        assert (G(other) - image).abs().max() > 1e-3
        start += chunk
    assert start == 10


def test_a_picture_alone_is_what_it_is_among_others_and_folded():
    torch.manual_seed(0)
    for size in (16, 28):
        G = BigGANGenerator(size, 10, 2, 4)
        z = torch.cat([torch.randn(16, 10), torch.eye(2)[torch.arange(16) % 2]], 1)
        for _ in range(5):
            G(z)
        G.attention.gamma.data.fill_(0.5)
        G.eval()
        together = G(z)
        torch.testing.assert_close(torch.cat([G(one[None]) for one in z]), together, atol=1e-5, rtol=1e-4)
        light = folded(G)
        torch.testing.assert_close(light(z), together, atol=1e-6, rtol=1e-5)
        assert not [key for key in light.state_dict() if "parametrizations" in key]
        assert torch.equal(G(z), together)  # whose own it leaves alone


def test_a_label_changes_image_and_logit_and_the_projection_is_linear():
    torch.manual_seed(0)
    D = BigGANDiscriminator(3, 4, 32, 5).eval()
    images = torch.randn(1, 3, 32, 32)
    one, two = (torch.eye(5)[[place]] for place in (1, 3))
    nothing = torch.zeros(1, 5)
    plain, first, second = (D(images, told) for told in (nothing, one, two))
    torch.testing.assert_close(plain, D.last(D.features(images))[:, 0])
    torch.testing.assert_close(first - plain, (D.project.weight[:, 1] * D.features(images)).sum(1))
    torch.testing.assert_close(D(images, one + two), first + second - plain)
    assert (first - second).abs() > 1e-5
    G, z = BigGANGenerator(32, 10, 5, 4).eval(), torch.randn(1, 10)
    assert (G(torch.cat([z, one], 1)) - G(torch.cat([z, two], 1))).abs().max() > 1e-3


# The orthogonal regulariser


def test_only_products_of_different_filters_count():
    layer = nn.Linear(2, 3, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[3.0, 0.0], [1.0, 2.0], [0.0, 1.0]]))
    # products 3·1 = 3, 0 and 2·1 = 2, each twice: 2 · (9 + 0 + 4)
    assert overlap(layer).item() == pytest.approx(26)
    both = nn.Sequential(layer, nn.ConvTranspose2d(1, 2, 1, bias=False), nn.ReLU())
    with torch.no_grad():
        both[1].weight.copy_(torch.tensor([2.0, 5.0]).reshape(1, 2, 1, 1))  # filters 2 and 5
    assert overlap(both).item() == pytest.approx(26 + 2 * 100)
    # its slope, as BigGAN's code has it, is 4·(WWᵀ ⊙ (1 - I))W
    products = layer.weight @ layer.weight.T
    (slope,) = torch.autograd.grad(overlap(layer), layer.weight)
    torch.testing.assert_close(slope, 4 * (products - products.diag().diag()) @ layer.weight)


def test_it_is_taken_of_the_generators_raw_weights_and_of_no_embedding():
    torch.manual_seed(0)
    G = BigGANGenerator(16, 9, 4, 4)
    u = [value.clone() for key, value in G.state_dict().items() if key.endswith(".u")]
    value = overlap(G)
    assert all(map(torch.equal, u, (value for key, value in G.state_dict().items() if key.endswith(".u"))))
    G.embed.rows.data.mul_(100)
    assert torch.equal(overlap(G), value)
    for layer in bounded_layers(G):
        layer.parametrizations.weight.original.data.mul_(2)
    assert overlap(G).item() == pytest.approx(16 * value.item(), rel=1e-4)
    trainer = Trainer(smallest())
    batch = trainer._batch(with_graph=True)
    expected = 1e-4 * overlap(trainer.generators["G"]).item()
    assert trainer.task.auxiliary_loss(batch).item() == pytest.approx(expected) and expected > 0
    assert Trainer(smallest(orthogonal_weight=0.0)).task.auxiliary_loss(batch) == 0


# Training


@pytest.mark.parametrize("data", SETS)
def test_every_set_trains_is_kept_and_draws(data, tmp_path):
    trainer = stepped(Trainer(smallest(data)), 3)
    given = trainer.config.model.latent
    assert len(given.labels) == 1 and trainer.config.model.enlarged == (2 if data == "pixel_faces" else 1)
    checkpoint.save_model(tmp_path / "m", trainer.snapshot())
    kept = checkpoint.load_model(tmp_path / "m")
    z = latents(given, range(5))
    made = checkpoint.generate(kept.G, z)
    size, channels = SETS[data]
    assert made.shape == (5, size, size, channels)
    with torch.no_grad():
        shown = checkpoint.generate(trainer.averages["G"], z)
    assert np.abs(made.astype(int) - shown).max() <= 1
    studio = Studio(tmp_path, "cpu")
    (info,) = studio.models()
    assert info.recipe == "biggan" and info.feature_maps == 4 and len(studio.score("m", list(made))) == 5
    assert "attention" in (tmp_path / "m" / "README.md").read_text()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"label": "", "r1_gamma": 1.0, "feature_matching": True},
        {"label": "*", "n_critic": 2},
        {"data": "open_peeps"},
        {"model": {"label_dropout": 0.3, "latent": "uniform"}},
    ],
)
def test_it_resumes_bit_for_bit_from_disk(changes, tmp_path):
    whole = stepped(Trainer(smallest(**changes)), 3)
    resumed = from_disk(whole, tmp_path)
    assert same(stepped(whole, 3), stepped(resumed, 3)) and resumed.step_count == 6


@pytest.mark.parametrize("only, rests", [("D", "generators"), ("G", "discriminators")])
def test_one_side_may_train_alone(only, rests):
    assert stands_still(Trainer(smallest()), rests, only)


def test_the_recipe_is_the_papers_but_for_its_size():
    config = recipe_config("biggan")
    assert (config.loss, config.d_lr, config.g_lr, config.beta1, config.beta2) == (
        "hinge",
        4e-4,
        1e-4,
        0,
        0.999,
    )
    assert config.orthogonal_weight == 1e-4 and config.ema_images
    assert isinstance(config.model.generator, BigGenerator)
    assert isinstance(config.model.discriminator, BigDiscriminator)
    assert BigDiscriminator.norm == "spectral"


def test_an_average_of_such_a_generator_makes_images_like_its_own():
    torch.manual_seed(0)
    G = BigGANGenerator(16, 9, 0, 4)
    average = BigGANGenerator(16, 9, 0, 4)
    average.load_state_dict(G.state_dict())
    z = torch.randn(64, 9)
    for _ in range(20):  # u turns all the time, and nothing else moves
        for layer in bounded_layers(G):
            layer.parametrizations.weight[0].u.copy_(
                nn.functional.normalize(torch.randn(len(layer.weight)), dim=0)
            )
        G(z)
        move_average(average, G, 0.9)
    G.eval(), average.eval()
    torch.testing.assert_close(average.stem[0].weight, G.stem[0].weight, atol=1e-5, rtol=1e-4)
