"""StyleGAN2: its layers against their definitions, styles and truncation, and a run that can be resumed."""

import itertools
import math

import numpy as np
import pytest
import torch
from small import from_disk, model_of, same, stands_still, stepped, trained
from torch.nn.functional import conv2d, conv_transpose2d

from gan import checkpoint, specs
from gan.config import Control, TrainConfig
from gan.knobs import NETWORKS, meant, turned
from gan.labels import latents
from gan.models import build_generator, count_parameters, folded, styles
from gan.models.drawing import draw_from
from gan.models.equalised import EqualConv, EqualLinear, pixel_norm, smoothly_doubled
from gan.models.grid import OnGrid
from gan.models.stylegan import Mapping, ModulatedConv, Noise, StyleGenerator
from gan.ranges import ConfigError
from gan.recipes import recipe_config
from gan.specs import ModelConfig, style_layers
from gan.studio import Studio
from gan.train.path_length import lengths
from gan.trainer import Trainer

SETS = {"pixel_faces": (32, 3), "open_peeps": (64, 3), "fashion_mnist": (28, 1)}


def smallest(data="pixel_faces", model=None, **changes) -> TrainConfig:
    size, channels = SETS[data]
    flat = {"feature_maps": 4, "latent_dim": 6, "w_dim": 5, "image_size": size, "channels": channels}
    return recipe_config("stylegan", flat | (model or {}), data=data, **{
        "batch": 4, "steps": 6, "seconds": 0, "precision": "float32", "device": "cpu", "measure_images": 0,
        "grid_images": 4,
    } | changes)  # fmt: skip


def network(size=32, **changes) -> StyleGenerator:
    """One whose noise has a say, as after some training."""
    torch.manual_seed(0)
    G = StyleGenerator(size, 6, 5, **{"feature_maps": 4} | changes)
    for layer in G.modules():
        if isinstance(layer, Noise):
            torch.nn.init.constant_(layer.strength, 1.0)
    return G


# Layers


def test_weights_are_normal_numbers_scaled_in_use():
    torch.manual_seed(0)
    layer = EqualConv(512, 512)
    assert layer.scale == pytest.approx(1 / 48)  # √2 / √(512·9)
    assert layer.weight.std().item() == pytest.approx(1, abs=0.01) and not layer.bias.any()
    expected = conv2d(torch.ones(1, 512, 3, 3), layer.weight / 48)
    middle = layer(torch.ones(1, 512, 3, 3))[:, :, 1:2, 1:2]
    torch.testing.assert_close(middle, expected, rtol=1e-4, atol=1e-4)


def test_a_lower_rate_changes_how_fast_a_layer_learns_and_not_what_it_is():
    torch.manual_seed(0)
    layer = EqualLinear(64, 64, gain=1, rate=0.01, bias=1.0)
    assert layer.weight.std().item() == pytest.approx(100, abs=5) and (layer.bias == 100).all()
    x = torch.randn(1000, 64)
    assert (layer(x) - 1).std().item() == pytest.approx(1, abs=0.05)
    before = layer(x)
    with torch.no_grad():  # a step of Adam moves each by about the rate
        layer.bias -= 0.1
    torch.testing.assert_close(layer(x), before - 0.001, atol=1e-5, rtol=0)


def test_pixel_norm_makes_the_mean_square_one():
    torch.testing.assert_close(pixel_norm(torch.tensor([[3.0, 4.0]])), torch.tensor([[0.848528, 1.131371]]))
    maps = pixel_norm(torch.randn(2, 8, 3, 3))
    torch.testing.assert_close(maps.square().mean(1), torch.ones(2, 3, 3), rtol=1e-4, atol=1e-4)


def test_doubling_is_the_filter_1331_between_zeros():
    x = torch.randn(1, 1, 6, 6)
    row = torch.tensor([1.0, 3, 3, 1])
    kernel = (row[:, None] * row / 16)[None, None]
    expected = conv_transpose2d(x, kernel, stride=2, padding=1)
    torch.testing.assert_close(smoothly_doubled(x)[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1])


@pytest.mark.parametrize("demodulate", [True, False])
def test_a_modulated_convolution_is_one_of_its_own_for_each_image(demodulate):
    torch.manual_seed(0)
    layer = ModulatedConv(6, 8, 3, 5, demodulate).double()
    x, w = torch.randn(4, 6, 7, 7).double(), torch.randn(4, 5).double()
    made = layer(x, w)
    for image, style, out in zip(x, layer.style(w), made, strict=True):
        weight = layer.weight * style[None, :, None, None] / math.sqrt(6 * 9)
        if demodulate:
            weight = weight / weight.square().sum((1, 2, 3), keepdim=True).sqrt()
        torch.testing.assert_close(out, conv2d(image[None], weight, padding=1)[0], rtol=1e-5, atol=1e-5)


def test_demodulation_keeps_the_spread_whatever_the_style():
    torch.manual_seed(0)
    layer, x = ModulatedConv(32, 32, 3, 5), torch.randn(64, 32, 16, 16)
    for strength in (0.1, 1, 30):
        inside = layer(x, strength * torch.randn(64, 5))[:, :, 1:-1, 1:-1]
        assert inside.std().item() == pytest.approx(1, abs=0.05)


def test_a_style_starts_at_1():
    layer = ModulatedConv(32, 4, 1, 5)
    torch.testing.assert_close(layer.style(torch.zeros(2, 5)), torch.ones(2, 32))


def test_a_z_tells_its_direction_alone():
    torch.manual_seed(0)
    mapping, z = Mapping(6, 0, 5, 2, 0.1, "normal"), torch.randn(3, 6)
    torch.testing.assert_close(mapping(5 * z), mapping(z))
    told = Mapping(6, 2, 5, 2, 0.1, "normal")
    a, b, left_open = (told(torch.cat([z, torch.tensor(y).expand(3, 2)], 1))
                       for y in ([1.0, 0.0], [0.0, 1.0], [0.0, 0.0]))  # fmt: skip
    assert not torch.allclose(a, b) and not torch.allclose(a, left_open) and left_open.isfinite().all()


# The whole


@pytest.mark.parametrize("size, layers", [(16, 6), (28, 8), (32, 8), (64, 10)])
@pytest.mark.parametrize("channels", [1, 3])
def test_there_are_two_styles_a_doubling(size, layers, channels):
    G = network(size, channels=channels).eval()
    assert G.style_layers == style_layers(size) == layers == len(G.layers) + 1
    styles = G.styles(torch.randn(3, 6))
    assert styles.shape == (3, layers, 5) and G.draw(styles).shape == (3, channels, size, size)


def test_parameters_count_by_hand():
    def conv(a: int, b: int) -> int:  # weight, style, noise strength, bias
        return 9 * a * b + (w * a + a) + 1 + b

    def to_rgb(a: int) -> int:
        return 3 * a + (w * a + a) + 3

    w = 64
    mapping = (100 * w + w) + (w * w + w)
    image = 4 * 4 * 256 + conv(256, 256) + sum(conv(2 * a, a) + conv(a, a) for a in (128, 64, 32))
    image += sum(map(to_rgb, (256, 128, 64, 32)))
    assert count_parameters(StyleGenerator(32, 100, w)) == mapping + image


def test_widths_stop_growing_at_eight_times():
    shapes = [layer.conv.weight.shape[0] for layer in StyleGenerator(64, 6, 5, 4).layers]
    assert shapes == [32, 32, 32, 16, 16, 8, 8, 4, 4]


def test_28_pixels_are_the_middle_of_32():
    small, large = network(28).eval(), network(32).eval()
    large.load_state_dict(small.state_dict())
    z = torch.randn(2, 6)
    torch.testing.assert_close(small(z), large(z)[:, :, 2:30, 2:30])


def test_truncation_at_0_is_one_image_and_at_1_nothing():
    G = network().eval()
    G.mean_w.normal_()
    styles = G.styles(torch.randn(4, 6))
    assert torch.equal(G.truncated(styles, 1.0), styles)
    same_for_all = G.draw(G.truncated(styles, 0.0))
    torch.testing.assert_close(same_for_all, same_for_all[:1].expand(4, -1, -1, -1))
    assert torch.equal(G.truncated(styles, 0.0)[0, 0], G.mean_w)
    torch.testing.assert_close(G.truncated(styles, 0.5), (styles + G.mean_w) / 2)


def test_noise_is_fixed_where_one_explores_and_fresh_where_it_learns():
    G, z = network(mixing=0.0), torch.randn(2, 6)
    draw_from(G, torch.Generator().manual_seed(3))
    assert not torch.equal(G(z), G(z))
    G.eval()
    assert torch.equal(G(z), G(z)) and not torch.equal(G.draw(G.styles(z), fresh=True), G(z))
    first, again, other = (G.draw(G.styles(z), torch.Generator().manual_seed(seed)) for seed in (5, 5, 6))
    assert torch.equal(first, again) and not torch.equal(first, other) and not torch.equal(first, G(z))
    assert not torch.allclose(G(z)[0], G(z)[1], atol=1e-2)  # with one noise: z has a say
    fixed = {key for key, _ in G.named_buffers()}
    assert fixed == {"mean_w", *(f"layers.{at}.noise.fixed" for at in range(7))} <= G.state_dict().keys()


def test_coarse_middle_and_fine_are_thirds_of_the_layers():
    # at 32 pixels: 4 and 8 (layers 0, 1, 2), 16 (3, 4), 32 and the last to RGB (5, 6, 7)
    for count, ends in ((8, (0, 3, 5, 8)), (10, (0, 3, 7, 10)), (6, (0, 2, 4, 6)), (4, (0, 1, 3, 4))):
        there = [specs.layers_of(style, count) for style in specs.STYLES]
        assert there == [range(a, b) for a, b in itertools.pairwise(ends)]
    with pytest.raises(ConfigError, match=r"coarse, middle, fine, not “sharp”\.$"):
        specs.layers_of("sharp", 8)


@pytest.mark.parametrize("times", [1, 2])
def test_a_mix_is_drawn_from_its_own_layers_of_two_styles(times):
    G, (a, b) = OnGrid(network().eval(), times), torch.randn(2, 3, 6)
    G.network.mean_w.normal_()
    made = styles.mixed(G, a, b[:2], range(3, 5), psi=0.7, noise=4)
    first, second = (G.network.mean_w + 0.7 * (G.styles(z) - G.network.mean_w) for z in (a[1:2], b[:1]))
    by_hand = torch.cat([first[:, :3], second[:, 3:5], first[:, 5:]], 1)
    noise = torch.Generator().manual_seed(4)
    torch.testing.assert_close(made[2:3], G.draw(by_hand, fresh=noise))  # a's second, b's first
    assert made.shape == (6, 3, 32 * times, 32 * times)
    # all layers of b are b's own image, none of them a's
    whole, none = (styles.mixed(G, a[:1], b[:1], layers, 0.7, 4) for layers in (range(8), range(0)))
    torch.testing.assert_close(whole, styles.truncated(G, b[:1], 0.7, 4))
    torch.testing.assert_close(none, styles.truncated(G, a[:1], 0.7, 4))
    alone, among = styles.truncated(G, a[1:2], 0.7, 4), styles.truncated(G, a, 0.7, 4)
    torch.testing.assert_close(alone, among[1:2])  # noise is no matter of the place in a batch


def test_noise_has_no_say_at_first():
    torch.manual_seed(0)
    G, z = StyleGenerator(16, 6, 5, 4, mixing=0.0), torch.randn(2, 6)
    torch.testing.assert_close(G(z), G.eval()(z))


def test_noise_and_mixing_come_from_the_runs_own_numbers():
    made = []
    for _ in range(2):
        G = network()
        draw_from(G, torch.Generator().manual_seed(3))
        torch.manual_seed(len(made))
        made.append(G(torch.ones(2, 6)))
    assert torch.equal(*made)


def test_styles_are_mixed_for_nine_in_ten_from_any_layer_on():
    G = network()
    draw_from(G, torch.Generator().manual_seed(0))
    z = torch.randn(4000, 6)
    styles = G.styles(z)
    own = (G._mixed(styles, z) == styles).all(2)  # (n, layers)
    from_own = own.sum(1)
    assert own[:, 0].all() and (own.int().diff(dim=1) <= 0).all()  # the first ones, and then no more
    assert (from_own < 8).float().mean().item() == pytest.approx(0.9, abs=0.02)
    shares = torch.bincount(from_own, minlength=9)[1:8] / 4000
    torch.testing.assert_close(shares, torch.full((7,), 0.9 / 7), atol=0.025, rtol=0)


def test_styles_of_two_images_meet_in_a_third():
    G = network(64).eval()
    a, b = G.styles(torch.randn(2, 6)).split(1)
    coarse = torch.cat([a[:, :4], b[:, 4:]], 1)
    made = G.draw(torch.cat([a, b, coarse]))
    assert not torch.equal(made[2], made[0]) and not torch.equal(made[2], made[1])
    torch.testing.assert_close(G.draw(torch.cat([a[:, :4], a[:, 4:]], 1))[0], made[0])


def test_the_mean_style_follows_in_training_alone():
    G, z = network(mixing=0.0), torch.randn(8, 6)
    mean = G.styles(z)[:, 0].mean(0).detach()
    G(z)
    torch.testing.assert_close(G.mean_w, 0.002 * mean)
    G(z)
    torch.testing.assert_close(G.mean_w, (1 - 0.998**2) * mean)
    G.eval()(z)
    torch.testing.assert_close(G.mean_w, (1 - 0.998**2) * mean)


OF_NOISE = [name for name, family in NETWORKS.items() if family.given is specs.Noise]


@pytest.mark.parametrize("name", OF_NOISE)
@pytest.mark.parametrize("fold", [folded, lambda G: G])
def test_every_generator_of_noise_draws_its_styles(name, fold):
    flat = meant({"network": name, "d_norm": "none", "feature_maps": 4, "latent_dim": 6})
    G, z = fold(build_generator(turned(ModelConfig(), flat)).eval()), torch.randn(3, 6)
    styles = G.styles(z)
    assert styles.shape[:2] == (3, G.style_layers) and (G.style_layers == 1) == (name != "style")
    assert torch.equal(G.draw(styles), G(z))


@pytest.mark.parametrize("name", OF_NOISE)
@pytest.mark.parametrize("classes", [(), ("a", "b")])
def test_folded_twice_it_has_the_same_styles_images_and_slopes(name, classes):
    torch.manual_seed(0)
    flat = meant({"network": name, "d_norm": "none", "latent_dim": 6, "feature_maps": 4})
    config = model_of(classes=classes, **flat)
    G = build_generator(config)
    for key, value in G.named_parameters():
        if key.endswith(("bias", "strength")):  # as after some training: they begin at 0
            torch.nn.init.normal_(value)
    z = torch.cat([torch.randn(4, 6), torch.eye(2).repeat(2, 1)[:, : config.given.width]], 1).requires_grad_()
    G(z)
    once = folded(G.eval())
    for light in (once, folded(once)):
        torch.testing.assert_close(light.styles(z), G.styles(z), rtol=1e-4, atol=1e-5)
        if name == "style":  # where a batch norm comes after it, what is folded has another
            torch.testing.assert_close(light.entrance(), G.entrance(), rtol=1e-4, atol=1e-5)
        for some in (z, z[:1]):  # a single one is drawn another way
            torch.testing.assert_close(light(some), G(some), rtol=1e-4, atol=1e-4)
            slopes = [torch.autograd.grad(network(some).square().sum(), z)[0] for network in (light, G)]
            torch.testing.assert_close(*slopes, rtol=1e-3, atol=1e-3)


def test_folded_it_draws_fresh_noise_as_before():
    G, styles = network().eval(), torch.randn(2, 8, 5)
    with torch.no_grad():
        drawn = [one.draw(styles, torch.Generator().manual_seed(1)) for one in (folded(G), G)]
    torch.testing.assert_close(*drawn, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(drawn[1], G.draw(styles), atol=1e-2)


# Runs


@pytest.mark.parametrize("data, label, enlarged", [("pixel_faces", "", 2), ("open_peeps", "", 1),
                                                   ("fashion_mnist", "garment", 1)])  # fmt: skip
def test_it_trains_is_kept_and_explored(data, label, enlarged, tmp_path):
    trainer = trained(smallest(data, measure_images=8, label=label), 3)
    assert trainer.config.model.enlarged == enlarged
    assert trainer.grid().images.shape[1] == SETS[data][0] and trainer.measured().images == 8
    checkpoint.save_model(tmp_path / "m", trainer.snapshot())
    loaded = checkpoint.load_model(tmp_path / "m")
    z = latents(trainer.config.model.given, range(5))
    average = trainer.averages["G"]
    assert np.array_equal(checkpoint.generate(loaded.G, z), checkpoint.generate(average, z))
    network = loaded.G.network if enlarged > 1 else loaded.G
    assert network.mean_w.any() and loaded.directions.shape == (5, 5) and loaded.change.max() > 0  # in w
    styles = loaded.G.styles(torch.from_numpy(z))
    torch.testing.assert_close(loaded.G.draw(loaded.G.truncated(styles, 1.0)), loaded.G(torch.from_numpy(z)))
    studio = Studio(tmp_path, "cpu")
    (info,) = studio.models()
    assert info.layers == style_layers(SETS[data][0] // enlarged)
    assert np.array_equal(studio.generate("m", z[:2]), checkpoint.generate(loaded.G, z[:2]))


def test_a_loaded_ones_mean_style_is_the_averages():
    trainer = trained(smallest(ema_images=0), 2)
    G, average = trainer.generators["G"].network, trainer.averages["G"].network
    assert torch.equal(G.mean_w, average.mean_w) and G.mean_w.any()


@pytest.mark.parametrize("changes", [
    {}, {"data": "open_peeps"}, {"label": "hat", "model": {"label_dropout": 0.5}},
    {"model": {"path_weight": 2.0}},
    {"model": {"mixing": 0.0, "latent": "uniform", "mapping_layers": 3}}, {"n_critic": 2, "native": False},
])  # fmt: skip
def test_it_resumes_bit_for_bit_from_disk(changes, tmp_path):
    whole = trained(smallest(**changes), 3)
    resumed = from_disk(whole, tmp_path)
    assert same(stepped(whole, 3), stepped(resumed, 3))
    means = [value for key, value in resumed.state().tensors.items() if key.endswith("mean_w")]
    assert len(means) == 2 and all(mean.any() for mean in means)


def test_a_paths_length_is_the_slope_along_random_images():
    torch.manual_seed(0)
    matrix = torch.randn(5, 12, dtype=torch.float64)  # images are w's first layer, turned and stretched
    styles = torch.randn(3, 2, 5, dtype=torch.float64, requires_grad=True)
    noise = torch.randn(3, 3, 2, 2, dtype=torch.float64)
    images = (styles[:, 0] @ matrix).reshape(3, 3, 2, 2)
    expected = torch.stack([(matrix @ one.flatten()).norm() for one in noise]) / 2 / 2**0.5
    torch.testing.assert_close(lengths(styles, images, noise), expected)


def test_lengths_are_held_to_their_own_mean_every_fourth_step():
    trainer = Trainer(smallest(model={"path_weight": 2.0}))
    means = []
    for _ in range(5):
        trainer.step()
        means.append(trainer.task.paths.mean.item())
    assert 0 < means[0] == means[1] == means[2] == means[3] != means[4]
    trainer.control = Control(only="D")  # after 20 images; it would be due after 32
    before = [weight.clone() for weight in trainer.generators.parameters()]
    for _ in range(5):
        trainer.step()
    assert trainer.task.paths.mean.item() == means[4]
    assert all(map(torch.equal, before, trainer.generators.parameters()))


@pytest.mark.parametrize("only, rests", [("D", "generators"), ("G", "discriminators")])
def test_one_side_may_train_alone(only, rests):
    assert stands_still(Trainer(smallest()), rests, only)


def test_every_part_of_it_learns():
    trainer = trained(smallest(precision="bfloat16"), 3)
    still = [key for key, weight in trainer.generators["G"].named_parameters()
             if not trainer.g_optimizer.state[weight]["exp_avg"].any()]  # fmt: skip
    assert not still
