"""One picture into another: views, networks, the task, and what a kept model does."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from small import from_disk, same, stands_still, stepped, trained

from gan import checkpoint
from gan.config import TrainConfig
from gan.data import DataError, load, parts, views
from gan.knobs import turned
from gan.metrics import variety
from gan.models import build_discriminator, build_generator, count_parameters, folded
from gan.models.drawing import Dropout
from gan.models.patches import PatchDiscriminator
from gan.models.srresnet import SRResNet
from gan.models.translators import CourseTranslator
from gan.models.unet import UNetGenerator
from gan.ranges import ConfigError
from gan.recipes import recipe_config
from gan.specs import VIEWS, ModelConfig, Noise, shrunk, source_channels
from gan.studio import Studio
from gan.trainer import Trainer

pytestmark = pytest.mark.usefixtures("few_images")
SETS = {"pixel_faces": (32, 3), "open_peeps": (64, 3), "fashion_mnist": (28, 1), "emoji": (64, 3)}
OFFERED = [(data, view) for data in SETS for view in VIEWS
           if (view, data) != ("grey", "fashion_mnist") and (view != "pair" or data == "emoji")]  # fmt: skip


def smallest(view="edges", data="pixel_faces", model=None, **changes) -> TrainConfig:
    size, channels = SETS[data]
    flat = {"feature_maps": 4, "image_size": size, "channels": channels, "view": view} | (model or {})
    recipe = "srgan" if view.startswith("small") else "pix2pix"
    flat = {"blocks": 2} | flat if recipe == "srgan" else flat
    return recipe_config(recipe, flat, data=data, **{
        "batch": 4, "steps": 6, "seconds": 0, "precision": "float32", "device": "cpu", "measure_images": 16,
        "grid_images": 4, "ema_images": 0,
    } | changes)  # fmt: skip


# Views


@pytest.mark.parametrize("data, view", OFFERED)
def test_a_view_of_each_set_has_the_channels_that_its_model_takes(data, view):
    held_out = load(data).held_out.part(slice(0, 8))
    sources, targets = views.pairs(view, held_out)
    model = smallest(view, data).model
    side = targets.shape[1] // shrunk(model)
    assert sources.shape == (len(targets), side, side, source_channels(model))
    assert sources.dtype == targets.dtype == np.uint8 and sources.std() > 0
    again = views.pairs(view, held_out.part(slice(0, 4)))[0]
    assert np.array_equal(again, sources[: len(again)])  # a source does not depend on its neighbours


def test_a_view_that_a_set_cannot_give_is_refused():
    with pytest.raises(DataError, match="holds no pairs"):
        Trainer(smallest("pair"))
    with pytest.raises(DataError, match="grey already"):
        Trainer(smallest("grey", "fashion_mnist"))


def square() -> np.ndarray:
    """A red square with a white hole on white, (1, 8, 8, 3)."""
    image = np.full((1, 8, 8, 3), 255, np.uint8)
    image[0, 2:7, 2:7] = 200, 0, 0
    image[0, 4, 4] = 255
    return image


def test_edges_are_where_two_colours_meet():
    expected = np.zeros((8, 8), bool)
    expected[1, 2:7] = expected[6, 2:7] = expected[2:7, 1] = expected[2:7, 6] = True
    expected[3, 4] = expected[4, 3] = expected[4, 4] = True
    assert np.array_equal(views.edges(square())[0, ..., 0] == 0, expected)


def test_a_silhouette_keeps_the_hole_that_the_ground_does_not_reach():
    expected = np.zeros((8, 8), bool)
    expected[2:7, 2:7] = True
    assert np.array_equal(views.silhouette(square())[0, ..., 0] == 0, expected)


def test_grey_is_luma_and_half_is_half():
    red = np.zeros((1, 2, 2, 3), np.uint8)
    red[..., 0] = 255
    assert (views.grey(red) == 76).all()  # 0.299 × 255
    assert views.half(red)[0, 0].tolist() == [[255, 0, 0], [128, 128, 128]]


def test_small_is_the_mean_of_squares():
    image = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1)
    assert views.OF["small-2"](image)[0, ..., 0].tolist() == [
        [2, 4],
        [10, 12],
    ]  # 2.5, 4.5, 10.5, 12.5 to even
    assert views.OF["small-4"](image).tolist() == [[[[8]]]]


def test_the_pairs_of_emoji_are_two_drawings_of_one():
    data = load("emoji")
    sources, targets = views.pairs("pair", data)
    assert len(sources) == len(targets) == 3328
    assert np.array_equal(sources[5], data.images[10]) and np.array_equal(targets[5], data.images[11])


SAID = (
    ("beard", "beard", "beard"),
    ("glasses", "dark", "dark lens"),
    ("skin", "skin 3", "skin 3"),
    ("hair_color", "green", "green hair"),
)


def test_the_parts_of_a_face_say_what_its_labels_say():
    data = load("pixel_faces").held_out
    painted = parts.of_faces(data, data.images[:, ::2, ::2], data.labels)
    names = {part.colour: part.name for part in parts.PARTS}
    codes = np.moveaxis(painted.astype(np.int64), -1, 0)
    codes = (codes[0] << 16) | (codes[1] << 8) | codes[2]
    assert set(np.unique(codes)) <= names.keys() and len(names) == len(parts.PARTS)
    there = [{names[code] for code in np.unique(face)} for face in codes]
    for column, value, part in SAID:
        told = data.column(column) == data.label_values[column].index(value)
        shown = np.array([part in face for face in there])
        assert not (shown & ~told).any()  # never without its label
        assert (shown & told).sum() > 0.9 * told.sum(), column  # hair may be under a hat, a lens hidden
    assert all({"eyes", "dark lens", "light lens"} & face for face in there)
    assert all("mouth" in face for face in there)


def test_pixel_art_is_recognised_by_its_blocks():
    assert views.grid_of(load("pixel_faces").images[:50]) == 2
    assert views.grid_of(load("open_peeps").images[:50]) == views.grid_of(load("fashion_mnist").images) == 1
    tiles = np.random.RandomState(0).randint(0, 256, (3, 16, 16, 3)).astype(np.uint8)
    assert views.grid_of(tiles.repeat(4, 1).repeat(4, 2)) == 4
    assert (
        views.grid_of(np.roll(tiles.repeat(4, 1).repeat(4, 2), 1, axis=2)) == 1
    )  # the blocks stand elsewhere


# Networks


def test_parameters_are_those_of_the_paper():
    assert count_parameters(UNetGenerator(64)) == 29_244_035
    assert count_parameters(UNetGenerator(32)) == 16_659_075
    assert count_parameters(UNetGenerator(32, 1, 3, 32)) == 4_166_979
    patches = [count_parameters(PatchDiscriminator(6, 64, layers)) for layers in (1, 2, 3)]
    assert patches == [139_585, 666_433, 2_768_705]
    assert count_parameters(PatchDiscriminator(3, 64, 3, "instance")) == 2_764_737


def test_super_resolution_has_the_papers_size_but_for_batch_norm_and_begins_as_bilinear():
    assert count_parameters(SRResNet()) == 1_549_462 - 33 * 128
    torch.manual_seed(0)
    for factor in (2, 4):
        G, images = SRResNet(3, 8, 2, factor).eval(), torch.rand(2, 3, 7, 7) * 2 - 1
        larger = torch.nn.functional.interpolate(images, scale_factor=factor, mode="bilinear")
        assert torch.equal(G(images), larger)
    shuffled = G.up[0](torch.rand(1, 8, 5, 5))
    assert torch.equal(shuffled[..., ::2, ::2], shuffled[..., 1::2, 1::2])  # the four begin alike: no grid


@pytest.mark.parametrize("layers, side, out, field", [(1, 32, 14, 16), (2, 32, 6, 34), (2, 64, 14, 34),
                                                      (3, 64, 6, 70), (3, 32, 2, 70)])  # fmt: skip
def test_a_patch_is_as_large_as_its_receptive_field(layers, side, out, field):
    D = PatchDiscriminator(3, 4, layers, "none").double()
    images = torch.randn(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    logits = D(images)
    assert logits.shape == (1, out, out)
    large = torch.randn(1, 3, 128, 128, dtype=torch.float64, requires_grad=True)
    middle = D(large)
    middle[0, middle.shape[1] // 2, middle.shape[2] // 2].backward()
    rows = (large.grad[0].abs().sum(0) > 0).any(1)
    assert rows.sum() == field


def test_dropout_only_where_there_are_halvings_to_spare():
    counts = {size: sum(isinstance(module, Dropout) for module in UNetGenerator(size, 3, 3, 4).modules())
              for size in (16, 32, 64)}  # fmt: skip
    assert counts == {16: 0, 32: 0, 64: 1}


@pytest.mark.parametrize("size", [16, 28, 32, 64])
def test_a_source_alone_is_what_it_is_among_others(size):
    torch.manual_seed(0)
    G = UNetGenerator(size, 1, 3, 4).eval()
    sources = torch.rand(5, 1, size, size) * 2 - 1
    together = G(sources)
    assert together.shape == (5, 3, size, size) and together.abs().max() <= 1
    torch.testing.assert_close(G(sources[3:4]), together[3:4], atol=1e-5, rtol=0)


@pytest.mark.parametrize("network", [
    *(partial(UNetGenerator, size, 3, 3, 4) for size in (16, 28, 32, 64)), CourseTranslator, SRResNet,
])  # fmt: skip
def test_a_folded_translator_makes_the_same_images(network):
    torch.manual_seed(0)
    G = network()
    size = network.args[0] if isinstance(network, partial) else 16
    for _ in range(5):
        G(3 * torch.randn(8, 3, size, size) + 1)  # statistics unlike the ones a batch norm starts with
    sources = torch.rand(3, 3, size, size) * 2 - 1
    small = folded(G)
    torch.testing.assert_close(small(sources), G.eval()(sources), rtol=1e-4, atol=1e-5)
    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in small.modules())


def test_at_a_logit_of_0_and_a_mean_error_of_a_tenth_the_losses_are_the_papers():
    trainer = Trainer(smallest())
    with torch.no_grad():
        for weights in trainer.discriminators["D"].parameters():
            weights.zero_()
    batch = trainer._batch(with_graph=True)
    play = batch.plays["D"]
    play.fake = play.real + 0.1
    verdicts = trainer._verdicts(batch, penalise=False)
    assert verdicts.loss.item() == pytest.approx(math.log(2))
    assert trainer._g_loss(batch).item() == pytest.approx(math.log(2) + 10, abs=1e-4)


def test_networks_on_the_grid_are_small_inside_and_large_outside():
    model = turned(smallest().model, {"feature_maps": 8})
    whole = ModelConfig(**{**vars(model), "enlarged": 2})
    G, D = build_generator(whole), build_discriminator(whole)
    small = build_generator(ModelConfig(**{**vars(model), "image_size": 16}))
    assert count_parameters(G) == count_parameters(small)
    sources = torch.rand(2, 1, 16, 16).repeat_interleave(2, 2).repeat_interleave(2, 3)
    made = G(sources)
    assert made.shape == (2, 3, 32, 32)
    assert torch.equal(made[..., ::2, ::2], made[..., 1::2, 1::2])
    assert D(made, sources).shape == (2, 6, 6)


# Training


@pytest.mark.parametrize("data, view", OFFERED)
def test_every_view_trains_is_kept_and_translates(data, view, tmp_path):
    trainer = trained(smallest(view, data), 3)
    values = trainer.measured().values
    assert values["psnr"] > 3 and -1 <= values["ssim"] <= 1
    assert ("labels_kept" in values) == ("frechet" in values)
    checkpoint.save_model(tmp_path / "m", trainer.snapshot())
    studio = Studio(tmp_path, "cpu")
    (info,) = studio.translators()
    assert (info.task, info.has_latent) == ("source", False) and not studio.generators()
    sources, targets = studio.pairs("m", 5)
    made = studio.translate("m", list(sources))
    assert made.shape == targets.shape and made.dtype == np.uint8
    with torch.no_grad():
        shown = checkpoint.translate(trainer.averages["G"], sources)
    assert np.abs(made.astype(int) - shown).max() <= 1
    photo = np.random.RandomState(0).randint(0, 256, (50, 70, 3)).astype(np.uint8)
    assert studio.source_of("m", photo).shape == sources.shape[1:]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"gan_weight": 0.0},
        {"loss": "least-squares"},
        {"loss": "hinge", "n_critic": 2, "g_steps": 2},
        {"loss": "relativistic", "r1_gamma": 1.0, "model": {"patch_norm": "none"}},
        {"data": "open_peeps"},  # with dropout
        {"data": "open_peeps", "view": "small-4", "gan_after": 14},  # from one stage to the other
    ],
)
def test_it_resumes_bit_for_bit_from_disk(changes, tmp_path):
    changes = {"data": "pixel_faces"} | changes
    model = changes.pop("model", {})
    whole = trained(smallest(model=model, **changes), 3)
    resumed = from_disk(whole, tmp_path)
    assert same(stepped(whole, 3), stepped(resumed, 3))


@pytest.mark.parametrize("only, rests", [("D", "generators"), ("G", "discriminators")])
def test_one_side_may_train_alone(only, rests):
    assert stands_still(Trainer(smallest()), rests, only)


def test_without_a_gan_only_the_answers_count():
    trainer = trained(smallest(gan_weight=0.0), 1)
    batch = trainer._batch(with_graph=True)
    play = batch.plays["D"]
    expected = 100 * (play.fake - play.real).abs().mean()
    assert trainer._g_loss(batch).item() == pytest.approx(expected.item())


def test_in_the_first_stage_the_answers_alone_count():
    trainer = trained(smallest("small-4", "open_peeps", gan_after=8), 1)
    batch = trainer._batch(with_graph=True)
    play = batch.plays["D"]
    assert trainer._g_loss(batch).item() == pytest.approx((play.fake - play.real).abs().mean().item())
    trainer = trained(smallest("small-4", "open_peeps", gan_after=8), 3)  # before the third D had seen 8
    batch = trainer._batch(with_graph=True)
    play = batch.plays["D"]
    seen = trainer.task.seen
    off = (seen(play.fake) - seen(play.real)).square().mean()
    expected = (play.fake - play.real).abs().mean() + 0.1 * off
    fooled = torch.nn.functional.softplus(-trainer.discriminators["D"](play.fake)).mean()
    expected = expected + 0.02 * fooled
    assert trainer._g_loss(batch).item() == pytest.approx(expected.item(), rel=1e-4)


def test_pixel_art_is_learnt_on_its_own_grid_and_other_data_as_it_is():
    assert Trainer(smallest()).config.model.enlarged == 2
    assert Trainer(smallest(native=False)).config.model.enlarged == 1
    assert Trainer(smallest(data="open_peeps")).config.model.enlarged == 1


def test_a_run_shows_each_source_beside_its_answer():
    for view, data in (("edges", "pixel_faces"), ("small-4", "open_peeps")):
        trainer = Trainer(smallest(view, data))
        side = SETS[data][0]
        shown = trainer.started().real
        assert shown.shape == (4, side, 2 * side, 3)
        assert np.array_equal(shown[:, :, side:], trainer.task.held_targets[:4])
        assert trainer.started().data_variety == pytest.approx(variety(trainer.task.held_targets[:4]))


# A kept model


def test_what_has_no_source_translates_nothing_and_the_other_way_round(tmp_path):
    checkpoint.save_model(tmp_path / "m", Trainer(smallest()).snapshot())
    noise = recipe_config(
        "modern", {"feature_maps": 4, "latent_dim": 4}, batch=4, seconds=1, measure_images=0
    )
    checkpoint.save_model(tmp_path / "n", Trainer(noise).snapshot())
    studio = Studio(tmp_path, "cpu")
    with pytest.raises(ValueError, match="translates no picture"):
        studio.translate("n", [])
    with pytest.raises(ValueError, match="out of another"):
        studio.generate("m", np.zeros((1, 4), np.float32))
    with pytest.raises(ValueError, match="one way only"):
        studio.translate("m", [], way="on")
    assert studio.translate("m", []).shape == (0, 32, 32, 3)
    with pytest.raises(ConfigError):
        recipe_config("pix2pix", {"encoder": True})
    assert isinstance(turned(smallest().model, {"network": "conv"}).given, Noise)
