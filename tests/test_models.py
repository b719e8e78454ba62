"""The networks, against the parameter counts and shapes of the papers."""

import itertools
from dataclasses import replace

import pytest
import torch
from small import GLASSES, model_of
from torch.utils._python_dispatch import TorchDispatchMode

from gan.data import load
from gan.data.conditions import fitted
from gan.knobs import NETWORKS, meant
from gan.labels import left_open
from gan.models import (
    DCGANDiscriminator,
    DCGANGenerator,
    Judge,
    build_discriminator,
    build_generator,
    count_parameters,
    folded,
    sides,
)
from gan.models.blocks import Uniform
from gan.recipes import RECIPES, recipe_config
from gan.specs import CONDITIONS, IMAGE_SIZES, NORMS, STEMS, Label, Latent

SIDES = {"cyclegan": GLASSES, "cyclegan-paper": GLASSES}
VARIANTS = list(itertools.product(IMAGE_SIZES, (1, 3), STEMS, NORMS))


@pytest.mark.parametrize("channels, g, d", [(3, 3_576_704, 2_765_568), (1, 3_574_656, 2_763_520)])
def test_dcgan_has_as_many_parameters_as_the_reference(channels, g, d):
    assert count_parameters(DCGANGenerator(channels=channels)) == g
    assert count_parameters(DCGANDiscriminator(channels=channels)) == d


def test_the_other_stems_count_by_hand():
    # linear stem, 64 px, 64 maps: as many weights as the 4x4 transposed convolution on z
    assert count_parameters(DCGANGenerator(stem="linear")) == 3_576_704
    # 3x3 convolutions in place of 4x4 transposed ones: 9/16 of the weights, the rest unchanged
    stem, norms, ups = 100 * 512 * 16, 2 * (512 + 256 + 128 + 64), 512 * 256 + 256 * 128 + 128 * 64 + 64 * 3
    assert count_parameters(DCGANGenerator(stem="upsample")) == stem + norms + 9 * ups
    # 128 maps are the textbook's form with 1024 channels at 4x4
    assert DCGANGenerator(feature_maps=128).layers[1].weight.shape == (100, 1024, 4, 4)


@pytest.mark.parametrize(
    "enlarged, by_size, maps", [(1, True, 4), (2, False, 8), (2, True, 8), (4, True, 16)]
)
def test_a_network_may_be_the_wider_the_smaller_what_it_works_on(enlarged, by_size, maps):
    model = replace(model_of(64, 3, 7, 8, d_norm="none", by_size=by_size), enlarged=enlarged)
    side = 64 // enlarged
    widths = [maps * 2**level for level in range(side.bit_length() - 3)]  # 4x4 convolutions from 4x4 on
    between = sum(16 * a * b for a, b in itertools.pairwise(widths))
    norms = sum(2 * width for width in widths)
    assert count_parameters(build_generator(model)) == 7 * widths[-1] * 16 + between + norms + 16 * maps * 3
    judged = 16 * 3 * maps + between + 16 * widths[-1] + sum(widths) + 1  # with biases in place of norms
    assert count_parameters(build_discriminator(model)) == judged
    assert build_generator(model)(torch.randn(2, 7)).shape == (2, 3, 64, 64)


@pytest.mark.parametrize("size, channels, stem, norm", VARIANTS)
def test_every_variant_maps_z_to_images_to_logits(size, channels, stem, norm):
    config = model_of(size, channels, stem=stem, d_norm=norm)
    images = build_generator(config)(torch.randn(3, 7))
    assert images.shape == (3, channels, size, size) and images.abs().max() <= 1
    logits = build_discriminator(config)(images)
    assert logits.shape == (3,)
    logits.sum().backward()  # every layer has a part in it


@pytest.mark.parametrize("size", IMAGE_SIZES)
def test_every_pixel_reaches_the_discriminator_and_comes_from_z(size):
    torch.manual_seed(0)
    config = model_of(size, 1, 6)
    images = torch.zeros(1, 1, size, size, requires_grad=True)
    build_discriminator(config).eval()(images).sum().backward()
    assert (images.grad != 0).all()
    pixels = build_generator(config).eval()(torch.randn(64, 6))
    assert (pixels.std(0) > 0).all()


def test_28_pixels_are_the_middle_of_32():
    torch.manual_seed(0)
    small = DCGANGenerator(5, 4, 1, 28).eval()
    large = DCGANGenerator(5, 4, 1, 32).eval()
    large.load_state_dict(small.state_dict())
    z = torch.randn(2, 5)
    torch.testing.assert_close(small(z), large(z)[:, :, 2:30, 2:30])


@pytest.mark.parametrize("size, channels, stem", [(size, 3, stem) for size in IMAGE_SIZES for stem in STEMS])
@pytest.mark.parametrize("full_res", [False, True])
def test_a_folded_generator_makes_the_same_images(size, channels, stem, full_res):
    torch.manual_seed(0)
    config = model_of(size, channels, stem=stem, full_res=full_res)
    G = build_generator(config).to(memory_format=torch.channels_last)
    for _ in range(5):
        G(3 * torch.randn(16, 7) + 1)  # statistics unlike the ones a batch norm starts with
    G.eval()
    small, z = folded(G), torch.randn(5, 7)
    torch.testing.assert_close(small(z), G(z), rtol=1e-4, atol=1e-5)
    norms = sum(isinstance(layer, torch.nn.BatchNorm2d) for layer in small.modules())
    assert norms == {"conv": 0, "linear": 1}.get(stem, norms)
    torch.testing.assert_close(small(z[:1]), G(z[:1]), rtol=1e-4, atol=1e-5)


def test_a_small_picture_alone_takes_every_wide_kernel_directly():
    called = []

    class Calls(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            called.append(func.overloadpacket)
            return func(*args, **(kwargs or {}))

    G, z = folded(build_generator(model_of(32, feature_maps=8)).eval()), torch.randn(1, 7)
    with torch.no_grad(), Calls():
        G(z)
    wide = sum(isinstance(layer, torch.nn.ConvTranspose2d) for layer in G.modules())
    assert wide == called.count(torch.ops.aten.slow_conv_transpose2d) == 3


@pytest.mark.parametrize("norm", NORMS)
def test_a_layer_at_full_size_counts_its_weights(norm):
    plain, more = (model_of(feature_maps=8, d_norm=norm, full_res=full_res) for full_res in (False, True))
    plain_G, plain_D, G, D = (count_parameters(build(config)) for config in (plain, more)
                              for build in (build_generator, build_discriminator))  # fmt: skip
    # 4x4 from 8 maps to 3 colours become 4x4 from 8 maps to 4, their norm, and 3x3 from 4 maps to 3 colours
    assert G - plain_G == -16 * 8 * 3 + 16 * 8 * 4 + 2 * 4 + 9 * 4 * 3 + 3
    # and the other way round: the first layer has no norm, and those after it one in place of a bias
    first, second = 9 * 3 * 4 + 4 * (norm != "batch"), 16 * 4 * 8 + 8 * (2 if norm == "batch" else 1)
    assert D - plain_D == first + second - 16 * 3 * 8 - 8 * (norm != "batch")


def test_weights_start_as_in_the_paper():
    torch.manual_seed(0)
    convs = [m for m in DCGANGenerator().layers if hasattr(m, "kernel_size")]
    norms = [m for m in DCGANGenerator().layers if isinstance(m, torch.nn.BatchNorm2d)]
    assert all(abs(m.weight.std().item() - 0.02) < 0.002 and m.bias is None for m in convs)
    assert all(abs(m.weight.mean().item() - 1) < 0.02 and (m.bias == 0).all() for m in norms)


def test_the_first_layer_of_the_discriminator_has_no_batch_norm():
    kinds = [type(layer).__name__ for layer in DCGANDiscriminator().layers]
    assert kinds[:3] == ["Conv2d", "LeakyReLU", "Conv2d"] and kinds.count("BatchNorm2d") == 3


def test_spectral_norm_tends_to_one_and_rests_in_eval():
    torch.manual_seed(0)
    D = DCGANDiscriminator(1, 4, 32, "spectral")
    for _ in range(200):
        D(torch.zeros(1, 1, 32, 32))
    convs = [m for m in D.layers if hasattr(m, "kernel_size")]
    for conv in convs:
        largest = torch.linalg.matrix_norm(conv.weight.flatten(1), 2)
        assert largest.item() == pytest.approx(1, abs=0.01)
    D.eval()
    before = {key: value.clone() for key, value in D.state_dict().items()}
    D(torch.zeros(1, 1, 32, 32))
    assert all(torch.equal(value, before[key]) for key, value in D.state_dict().items())


PARTS = [{"d_head": "dense"}, {"d_batch": "stddev"}, {"d_batch": "discrimination"},
         {"classes": ("a", "b", "c")},
         {"classes": ("a", "b", "c"), "condition": "concat"}, {"encoder": True}, {"latent": "uniform"},
         *({"network": name} for name in NETWORKS if NETWORKS[name].generator.takes is Latent),
         {"network": "big", "classes": ("a", "b", "c")}, {"network": "big", "latent": "uniform"},
         {"network": "mlp", "classes": ("a", "b", "c"), "condition": "concat"},
         {"network": "mlp", "d_batch": "stddev"}]  # fmt: skip


def plain(parts: dict) -> dict:
    """These parts, without batch norm where there would be one, and of full size."""
    classes = {"classes": parts["classes"]} if "classes" in parts else {}
    return meant({"d_norm": "none", "growth_images": 0} | parts) | classes


@pytest.mark.parametrize("size", IMAGE_SIZES)
@pytest.mark.parametrize("parts", PARTS)
def test_every_part_maps_what_it_is_given_to_logits(parts, size):
    config = model_of(size, **plain(parts))
    classes = torch.eye(3) if config.given.labels else torch.zeros(3, 0)
    images = build_generator(config)(torch.cat([torch.randn(3, 7), classes], 1))
    assert images.shape == (3, 3, size, size) and images.isfinite().all()
    encoder = dict(sides(config)[0].items()).get("E")
    given = classes if config.given.labels else encoder(images) if encoder else None
    D = build_discriminator(config)
    logits = D(images, given)
    assert logits.shape == (3,)
    logits.square().sum().backward()
    later = [name for name, weight in D.named_parameters() if weight.grad is None]
    assert all(name.startswith("from_rgb.") for name in later)  # a grown one goes by the last of these


@pytest.mark.parametrize("parts", PARTS)
def test_a_judge_needs_no_more_than_images(parts):
    config = model_of(**plain(parts))
    E = dict(sides(config)[0].items()).get("E")
    judge = Judge(build_discriminator(config), E, left_open(config.given)).eval()
    images = torch.rand(5, 3, 32, 32) * 2 - 1
    alone = torch.stack([judge(image[None])[0] for image in images])
    torch.testing.assert_close(judge(images), alone)  # an image's verdict does not depend on its neighbours


@pytest.mark.parametrize("recipe", RECIPES)
def test_folding_and_judging_stay_where_the_networks_are(recipe):
    """On "meta", which any machine has in place of a GPU: what is made beside them is made there, too."""
    flat = {"image_size": 32, "channels": 3, "feature_maps": 4} | SIDES.get(recipe, {})
    model = fitted(recipe_config(recipe, flat, data="pixel_faces"), load("pixel_faces")).model
    generators, discriminators = (side.to("meta") for side in sides(model))
    made = [folded(G) for G in generators.values()]
    if isinstance(model.given, Latent):
        made.append(Judge(discriminators["D"], None, left_open(model.given)))
    tensors = [tensor for network in made for tensor in (*network.parameters(), *network.buffers())]
    assert {tensor.device.type for tensor in tensors} == {"meta"}


def test_a_class_changes_the_image_and_the_verdict():
    torch.manual_seed(0)
    for condition in CONDITIONS:
        config = model_of(d_norm="none", classes=("a", "b"), condition=condition)
        z, y = torch.randn(1, 7).repeat(2, 1), torch.eye(2)
        images = build_generator(config).eval()(torch.cat([z, y], 1))
        assert not torch.equal(images[0], images[1])
        logits = build_discriminator(config)(images[:1].repeat(2, 1, 1, 1), y)
        assert logits[0] != logits[1]


def test_projection_is_the_papers_inner_product():
    config = model_of(d_norm="none", classes=("a", "b"))
    D, images = build_discriminator(config), torch.randn(2, 3, 32, 32)
    features, y = D.layers(images), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    rows = D.head.project.weight.T  # a row a class
    expected = D.head.last(features) + torch.stack([rows[i] @ features[i].sum((1, 2)) for i in range(2)])
    torch.testing.assert_close(D(images, y), expected)


def test_placed_a_label_has_weights_of_its_own_for_each_place():
    config = model_of(d_norm="none", classes=("a", "b"), condition="placed")
    D, images = build_discriminator(config), torch.randn(2, 3, 32, 32)
    features, y = D.layers(images), torch.tensor([[0.0, 1.0], [0.5, 0.5]])
    weights = D.head.project.weight.T.reshape(2, *features.shape[1:])  # (2, width, 4, 4)
    expected = D.head.last(features) + torch.einsum("nk,kchw,nchw->n", y, weights, features)
    torch.testing.assert_close(D(images, y), expected)
    summed = build_discriminator(model_of(d_norm="none", classes=("a", "b")))
    more = 2 * features[0, :, :, 1:].numel() + 2 * features[0, :, 1:, 0].numel()  # all places but one
    assert count_parameters(D) - count_parameters(summed) == more


def test_auto_is_placed_where_labels_are_several():
    told = {"a": ("x", "y"), "b": ("x", "y", "z")}
    for columns in (("a",), ("a", "b")):
        labels = tuple(Label(column, told[column]) for column in columns)
        weights = {}
        for condition in ("auto", "projection", "placed"):
            model = model_of(d_norm="none", condition=condition)
            model = replace(model, given=replace(model.given, labels=labels))
            weights[condition] = count_parameters(build_discriminator(model))
        assert weights["auto"] == weights["projection" if columns == ("a",) else "placed"]
        assert weights["projection"] < weights["placed"]


def test_a_dense_last_layer_counts_its_weights_and_one_bias():
    conv, dense = (model_of(64, feature_maps=64, d_head=head) for head in ("conv", "dense"))
    conv, dense = (count_parameters(build_discriminator(config)) for config in (conv, dense))
    assert dense - conv == 1  # 512·4·4 weights either way; the convolution has no bias beside batch norm


def test_perceptrons_count_by_hand():
    def count(sizes: list[int]) -> int:
        return sum(a * b + b for a, b in itertools.pairwise(sizes))

    config = model_of(28, 1, 100, 32, d_norm="none", network="mlp")
    assert count_parameters(build_generator(config)) == count([100, 128, 256, 512, 784])
    assert count_parameters(build_discriminator(config)) == count([784, 512, 256, 128, 1])


def test_a_uniform_latent_is_the_normal_ones_share():
    drawn = Uniform(2)(torch.tensor([[0.0, 1.0, 5.0], [-1.0, 1.959964, 5.0]]))
    # 2Φ(z) - 1 from a table: 0, 0.682689, -0.682689, 0.95; what stands beside z is left alone
    torch.testing.assert_close(drawn, torch.tensor([[0.0, 0.682689, 5.0], [-0.682689, 0.95, 5.0]]))
    z = torch.randn(20_000, 2)
    assert abs(Uniform(2)(z).std().item() - 1 / 3**0.5) < 0.01


@pytest.mark.parametrize(
    "parts", [{"latent": "uniform"}, {"classes": ("a", "b")}, {"network": "mlp", "d_norm": "none"}]
)
def test_folding_keeps_the_images_of_every_kind(parts):
    config = model_of(**parts)
    G = build_generator(config)
    z = torch.cat([torch.randn(16, 7), torch.eye(2)[torch.arange(16) % 2][:, : config.given.width]], 1)
    G(z)
    G.eval()
    torch.testing.assert_close(folded(G)(z), G(z), rtol=1e-4, atol=1e-5)


def test_a_bigans_head_looks_at_image_and_latent_apart_and_then_together():
    torch.manual_seed(0)
    D = build_discriminator(model_of(d_norm="none", encoder=True))
    seen, told, both = 16 * 4 * 4 * 256 + 256, 7 * 256 + 256, 512 * 256 + 256 + 256 + 1
    assert count_parameters(D.head) == seen + told + both
    images, z = torch.rand(64, 3, 32, 32) * 2 - 1, torch.randn(64, 7)
    by_image, by_latent = D(images, z[:1].repeat(64, 1)).std(), D(images[:1].repeat(64, 1, 1, 1), z).std()
    assert by_latent > by_image  # images of noise look alike to a fresh D, latents do not
