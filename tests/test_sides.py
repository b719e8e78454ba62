"""Two sides without pairs: what tells them apart, the networks, the task, and what a kept model does."""

import base64
import io
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from small import from_disk, same, stepped, trained
from torch import nn

from gan import checkpoint
from gan.__main__ import main
from gan.checkpoint import evaluation
from gan.config import Control, TrainConfig
from gan.data import DataError, DataSet, load, sides
from gan.measure.crossing import Hiding, both_ways, hiding
from gan.measure.measures import BothWays, Crossed, taken
from gan.models import build_discriminator, build_generator, count_parameters
from gan.models.patches import PatchDiscriminator
from gan.models.translators import CourseDiscriminator, CourseTranslator, ResNetTranslator
from gan.recipes import recipe_config
from gan.runs import budget
from gan.specs import ModelConfig, Sides
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui.translate import tab

pytestmark = pytest.mark.usefixtures("few_images")
SETS = {"pixel_faces": (32, 3), "open_peeps": (64, 3), "fashion_mnist": (28, 1), "emoji": (64, 3)}
OFFERED = [(data, one) for data, offered in sides.OFFERED.items() for one in offered]
USUAL = Sides()  # as the data offer them
BOTH = ("cyclegan", "cyclegan-paper")
PLAIN = {"cyclegan": {"d_norm": "none"}, "cyclegan-paper": {"patch_norm": "none"}}


def smallest(recipe="cyclegan", data="pixel_faces", of=USUAL, model=None, **changes) -> TrainConfig:
    size, channels = SETS[data]
    flat = {"feature_maps": 4, "blocks": 1, "image_size": size, "channels": channels,
            "side_label": of.column, "side_a": of.a, "side_b": of.b}  # fmt: skip
    return recipe_config(recipe, flat | (model or {}), data=data, **{
        "batch": 4, "steps": 6, "seconds": 0, "precision": "float32", "device": "cpu", "measure_images": 16,
        "grid_images": 4, "ema_images": 0,
    } | changes)  # fmt: skip


# What tells the sides apart


def test_the_sides_are_the_images_with_those_values_and_no_others():
    data = load("pixel_faces")
    a, b = sides.split(Sides(column="glasses", a="none", b="dark,light"), data)
    assert (len(a), len(b)) == (12_067, 7_933)
    black, blond = sides.split(Sides(column="hair_color", a="black", b="blond"), data)
    assert (len(black), len(blond)) == (1_808, 1_908)


@pytest.mark.parametrize("asked, found", [
    (Sides(), ("glasses", "none", "dark,light")),  # as the data offer it
    (Sides(column="mouth"), ("mouth", "sad", "happy")),
    (Sides(column="skin"), ("skin", "skin 3", "skin 8")),  # the two commonest
    (Sides(column="glasses", b="dark"), ("glasses", "light,none", "dark")),  # all the rest
])  # fmt: skip
def test_what_is_left_open_is_filled_in(asked, found):
    one = sides.chosen(asked, load("pixel_faces"))
    assert (one.column, one.a, one.b) == found and sides.chosen(one, load("pixel_faces")) == one


@pytest.mark.parametrize("asked, word", [
    (Sides(column="colour"), "no label"), (Sides(a="none"), "Say which label"),
    (Sides(column="hat", a="hat", b="cap"), "No image has"),
    (Sides(column="hat", a="hat", b="hat,no hat"), "share a value"),
])  # fmt: skip
def test_sides_that_there_are_not_are_refused_in_a_sentence(asked, word):
    with pytest.raises(DataError, match=word):
        sides.chosen(asked, load("pixel_faces"))


def own(values: list[str], labels: list[int]) -> DataSet:
    images = np.zeros((len(labels), 32, 32, 3), np.uint8)
    column = np.array(labels, np.uint8)[:, None]
    return DataSet("mine", "Mine", images, column, ("folder",), {"folder": tuple(values)})


def test_sides_of_ones_own_images_need_two_folders_with_enough_in_each():
    one = sides.chosen(Sides(), own(["cats, big", "dogs"], [0, 1] * 40))
    assert (one.a, one.b) == ("cats, big", "dogs")
    assert [len(side) for side in sides.split(one, own(["cats, big", "dogs"], [0, 1, 1]))] == [1, 2]
    with pytest.raises(DataError, match="a folder of its own"):
        sides.chosen(Sides(), own(["cats"], [0] * 80))
    with pytest.raises(DataError, match="a side needs 20"):
        sides.chosen(Sides(), own(["cats", "dogs"], [0] * 70 + [1] * 10))
    few = own(["cats", "dogs"], [1] * 40 + [0] * 40)  # none of the held-out ones is a dog
    assert [len(part) for part in sides.held_out(sides.chosen(Sides(), few), few)] == [32, 40]


def test_ways_are_called_by_what_they_do_or_where_they_lead():
    assert Sides(column="glasses", a="none", b="dark,light").ways == ("on", "off")
    assert Sides(column="hat", a="hat", b="no hat").ways == ("off", "on")
    assert Sides(column="hair_color", a="black", b="blond").ways == ("blond", "black")
    assert Sides(column="noun", a="nobody", b="nonesuch").ways == ("nonesuch", "nobody")


# Known by other means: the designs of the glasses, hats and earrings themselves
@pytest.mark.parametrize("one, pixels, rows", [
    (Sides(column="glasses", a="none", b="dark,light"), 44, (4, 8)),
    (Sides(column="hat", a="no hat", b="hat"), 58, (0, 4)),
    (Sides(column="earrings", a="no earrings", b="earrings"), 8, (7, 8)),
])  # fmt: skip
def test_the_place_of_what_differs_is_found_in_the_pictures(one, pixels, rows):
    there = sides.place(one, load("pixel_faces").train, 2)
    assert there.shape == (32, 32) and there.sum() == 4 * pixels
    assert np.array_equal(there, there[::2, ::2].repeat(2, 0).repeat(2, 1))
    found = np.flatnonzero(there[::2].any(1))
    assert (found[0], found[-1]) == rows
    assert sides.place(one, load("pixel_faces").train, 1) is None


# Networks


def test_parameters_are_those_of_the_course_and_of_the_paper():
    assert count_parameters(CourseTranslator()) == 105_856
    assert count_parameters(CourseDiscriminator()) == 167_872
    assert [count_parameters(ResNetTranslator(blocks=blocks)) for blocks in (6, 9)] == [7_837_699, 11_378_179]
    assert count_parameters(PatchDiscriminator(3, 64, 3, "instance")) == 2_764_737


def test_a_change_is_added_to_the_picture_and_may_turn_black_into_white():
    torch.manual_seed(0)
    images = torch.rand(2, 3, 16, 16) * 2 - 1
    picture, change = CourseTranslator(3, 4), CourseTranslator(3, 4, makes="change")
    change.load_state_dict(picture.state_dict())
    torch.testing.assert_close(change.eval()(images), images + 2 * picture.eval()(images))
    torch.nn.init.zeros_(change.layers[-2].weight)
    assert torch.equal(change(images), images)
    flat = {"feature_maps": 4, "image_size": 16, "makes": "change"}
    assert build_generator(recipe_config("cyclegan", flat).model).adds


@pytest.mark.parametrize("size", [16, 28, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("recipe", BOTH)
def test_images_become_images_of_the_same_size_alone_or_among_others(recipe, channels, size):
    torch.manual_seed(0)
    flat = {"feature_maps": 4, "blocks": 2, "image_size": size, "channels": channels}
    model = recipe_config(recipe, flat).model
    G, D = build_generator(model), build_discriminator(model)
    images = torch.rand(5, channels, size, size) * 2 - 1
    made = G(images)
    assert made.shape == images.shape and made.abs().max() <= 1
    made.sum().backward()
    assert all(weight.grad is not None for weight in G.parameters())
    G.eval()
    torch.testing.assert_close(G(images[3:4]), G(images)[3:4], atol=1e-5, rtol=0)
    logits = D(images)
    assert len(logits) == 5 and D.features(images).dim() == 4
    assert logits.shape == ((5,) if recipe == "cyclegan" else (5, size // 4 - 2, size // 4 - 2))


@pytest.mark.parametrize("recipe", BOTH)
def test_on_the_grid_they_are_small_inside_and_large_outside(recipe):
    model = smallest(recipe).model
    whole = ModelConfig(**{**vars(model), "enlarged": 2})
    images = torch.rand(3, 3, 16, 16).repeat_interleave(2, 2).repeat_interleave(2, 3)
    made = build_generator(whole)(images)
    assert made.shape == images.shape and torch.equal(made[..., ::2, ::2], made[..., 1::2, 1::2])
    small = build_discriminator(ModelConfig(**{**vars(model), "image_size": 16}))
    assert build_discriminator(whole)(made).shape == small(made[..., ::2, ::2]).shape


def test_instance_norm_has_no_image_of_one_pixel_and_no_model_comes_to_that():
    with pytest.raises(ValueError, match="more than 1 spatial element"):
        nn.InstanceNorm2d(4)(torch.rand(2, 4, 1, 1))
    seen = []
    G = ResNetTranslator(3, 4, 1)  # on the smallest grid that there is
    for layer in G.modules():
        if isinstance(layer, nn.InstanceNorm2d):
            layer.register_forward_hook(lambda layer, given, out: seen.append(min(out.shape[2:])))
    G(torch.rand(2, 3, 16, 16))
    assert min(seen) == 4


@pytest.mark.parametrize("recipe", BOTH)
def test_what_a_run_will_need_is_told_from_both_networks_of_a_side(recipe):
    config = recipe_config(recipe, {"image_size": 64})
    g, d = budget.parameters(config.model)
    assert g == pytest.approx(2 * count_parameters(build_generator(config.model)), rel=0.05)
    if recipe == "cyclegan":
        assert d == pytest.approx(2 * count_parameters(build_discriminator(config.model)), rel=0.05)


# The losses


class Times(nn.Module):
    """Images times a number; 1 leaves them, -1 turns their colours over."""

    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor

    def forward(self, images):
        return self.factor * images


def with_generators(trainer: Trainer, to_b: nn.Module, to_a: nn.Module) -> Trainer:
    trainer.generators["to_b"], trainer.generators["to_a"] = to_b, to_a
    for D in trainer.discriminators.values():  # D ≡ ½
        for weights in D.parameters():
            nn.init.zeros_(weights)
        nn.init.constant_(D.network.last.bias, 0.5)
    return trainer


def test_with_a_d_that_cannot_tell_the_losses_are_the_papers():
    trainer = with_generators(Trainer(smallest("cyclegan-paper")), Times(1), Times(1))
    batch = trainer._batch(with_graph=True)
    assert trainer.task.auxiliary_loss(batch) == 0  # there and back, and what is of a side already
    assert trainer._g_loss(batch).item() == pytest.approx(0.5)  # of both generators together
    each = [objective.d_loss(batch.plays[name], False).loss for name, objective in trainer.objectives.items()]
    assert [loss.item() for loss in each] == pytest.approx([0.25, 0.25])


def test_the_cycle_has_a_hole_which_identity_closes():
    trainer = with_generators(Trainer(smallest("cyclegan-paper", identity_weight=0.0)), Times(-1), Times(-1))
    batch = trainer._batch(with_graph=True)
    assert trainer.task.auxiliary_loss(batch) == 0
    trainer.change(identity_weight=5.0)
    a, b = batch.plays["a"].real, batch.plays["b"].real
    expected = 5 * (2 * a.abs().mean() + 2 * b.abs().mean())
    assert trainer.task.auxiliary_loss(batch).item() == pytest.approx(expected.item())


def test_each_lambda_weighs_its_own_and_both_directions_count():
    trainer = with_generators(Trainer(smallest("cyclegan-paper", cycle_weight=3.0, identity_weight=0.0)),
                              Times(0.5), Times(1))  # fmt: skip
    batch = trainer._batch(with_graph=True)
    a, b = batch.plays["a"].real, batch.plays["b"].real
    expected = 3 * (a.abs().mean() + b.abs().mean()) / 2
    assert trainer.task.auxiliary_loss(batch).item() == pytest.approx(expected.item(), rel=1e-5)


def test_batch_norm_remembers_what_is_translated_and_nothing_else():
    trainer = trained(smallest(), 2)
    norms = [layer for layer in trainer.generators["to_b"].modules() if isinstance(layer, nn.BatchNorm2d)]
    assert len(norms) == 4 and all(norm.num_batches_tracked == 2 for norm in norms)
    assert all(norm.track_running_stats for norm in norms)
    trainer = Trainer(smallest(native=False))
    conv, norm, *_ = trainer.generators["to_b"].layers
    batch = trainer._batch(with_graph=True)
    trainer.task.auxiliary_loss(batch)
    mean = conv(batch.plays["a"].real).mean((0, 2, 3))
    torch.testing.assert_close(norm.running_mean, 0.1 * mean, atol=1e-6, rtol=1e-4)  # momentum 0.1, from 0


def marked(trainer: Trainer):
    """Images of A become all 1, images of B all -1, so that one sees where each comes from."""
    trainer.task.a.fill_(255)
    trainer.task.b.fill_(0)
    trainer.generators["to_b"], trainer.generators["to_a"] = Times(0.5), Times(0.5)


def test_pools_never_mix_the_sides():
    trainer = Trainer(smallest("cyclegan-paper", batch=16))
    marked(trainer)
    for _ in range(5):  # more than both hold
        batch = trainer._batch(with_graph=False)
    pools = trainer.task.pools
    assert [len(pool.images) for pool in pools.values()] == [50, 50]
    assert (pools["b"].images == 0.5).all() and (pools["a"].images == -0.5).all()  # made of the other side
    assert (batch.plays["b"].older == 0.5).all() and (batch.plays["b"].real == -1).all()
    assert (batch.plays["a"].older == -0.5).all() and (batch.plays["a"].real == 1).all()


def test_what_is_drawn_on_one_side_says_nothing_of_the_other():
    trainer = Trainer(smallest(data="emoji", batch=32))
    batch = trainer._batch(with_graph=False)
    pairs = (batch.plays["a"].real - batch.plays["b"].real).abs().flatten(1).mean(1)
    known = (trainer.task.a[:32].float() - trainer.task.b[:32].float()).abs().mean((1, 2, 3)) / 127.5
    assert pairs.mean() > 1.3 * known.mean()  # two drawings of one emoji are more alike


# Training


@pytest.mark.parametrize("data, one", OFFERED)
def test_every_offered_pair_of_sides_trains_is_kept_and_translates(data, one, tmp_path):
    trainer = trained(smallest(data=data, of=one), 3)
    values = trainer.measured().values
    assert values["cycle_error"] > 0 and 0 <= values["seen"] <= 1 and np.isfinite(values["frechet"])
    assert ("outside" in values) == (data == "pixel_faces")
    assert ("others_kept" in values) == (len(load(data).label_names) > 1)
    checkpoint.save_model(tmp_path / "m", trainer.snapshot())
    studio = Studio(tmp_path, "cpu")
    (info,) = studio.translators()
    assert (info.task, info.ways, info.given) == ("sides", one.ways, one) and not studio.generators()
    a, b = studio.pairs("m", 5)
    made = studio.translate("m", list(a))
    assert made.shape == a.shape and made.dtype == np.uint8
    assert np.array_equal(made, studio.translate("m", list(a), one.ways[0]))
    assert not np.array_equal(studio.translate("m", list(b), one.ways[1]), studio.translate("m", list(b)))


@pytest.mark.parametrize("changes", [
    {}, {"recipe": "cyclegan-paper"}, {"loss": "hinge", "n_critic": 2}, {"identity_weight": 0.0},
    {"loss": "relativistic", "r1_gamma": 1.0, "model": PLAIN["cyclegan"]},
    {"loss": "wasserstein", "gp_lambda": 10.0, "recipe": "cyclegan-paper", "model": PLAIN["cyclegan-paper"]},
    {"model": {"d_norm": "spectral"}}, {"augment": "translation"}, {"batch": 30},
])  # fmt: skip
def test_it_resumes_bit_for_bit_from_disk_with_a_half_filled_pool(changes, tmp_path):
    whole = trained(smallest(**changes), 3)
    held = len(whole.task.pools["a"].images)
    assert held == min(50, 3 * whole.config.batch * whole.config.n_critic)
    resumed = from_disk(whole, tmp_path)
    assert same(whole, resumed)
    assert same(stepped(whole, 3), stepped(resumed, 3))


@pytest.mark.parametrize("only, rests", [("D", "generators"), ("G", "discriminators")])
@pytest.mark.parametrize("recipe", BOTH)
def test_one_side_may_train_alone(recipe, only, rests):
    trainer = Trainer(smallest(recipe))
    before = {name: {key: value.clone() for key, value in getattr(trainer, name).named_parameters()}
              for name in ("generators", "discriminators")}  # fmt: skip
    trainer.control = Control(only=only)
    trainer.step()
    for name, side in before.items():
        now = dict(getattr(trainer, name).named_parameters())
        assert all(torch.equal(value, now[key]) for key, value in side.items()) == (name == rests)


# Measures


def grey(*levels: int) -> np.ndarray:
    """Images (n, 4, 4, 3) of one level each."""
    return np.array(levels, np.uint8)[:, None, None, None].repeat(4, 1).repeat(4, 2).repeat(3, 3)


def test_the_measures_of_what_went_there_and_back():
    place = np.zeros((4, 4), bool)
    place[0] = True
    made = grey(100, 100)
    made[0, 0] = 255  # in the place: a change that is meant
    made[1, 1, 1, 2] = 117  # outside, by 17 levels
    made[1, 2, 2, 0] = 116  # by 16, which nobody sees
    seen, kept = np.array([True, False]), np.array([[True, False], [True, False]])
    there = Crossed(grey(100, 100), made, grey(103, 101), place, seen, kept)
    back = replace(there, made=grey(100, 100), back=grey(100, 100), seen=np.array([True, True]))
    assert taken(BothWays(there, back)) == {
        "cycle_error": 1.0, "seen": 0.5, "others_kept": 0.5, "outside": pytest.approx(1 / 24),
        "moved": 0.0, "upright": 0.0,  # the way back leaves all as it is; nothing goes with what is flat
    }  # fmt: skip
    untold = [replace(way, place=None, seen=None, kept=None) for way in (there, back)]
    assert taken(BothWays(*untold)) == {"cycle_error": 1.0, "moved": 0.0, "upright": 0.0}


def test_how_much_is_moved_and_whether_light_stays_light_is_told_of_the_worse_way():
    ramp = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1).repeat(3, 3)
    told = taken(BothWays(Crossed(ramp, ramp + 5, ramp), Crossed(ramp, 255 - ramp, ramp)))
    assert told["moved"] == 5.0 and told["upright"] == pytest.approx(-1, abs=1e-6)


def test_both_ways_lead_there_and_back():
    both = both_ways(lambda x: x + 10, lambda x: x - 9, grey(50), grey(90))
    assert (both.there.made.max(), both.there.back.max()) == (60, 51)
    assert (both.back.made.max(), both.back.back.max()) == (81, 91)


def test_what_is_hidden_below_a_level_is_lost_in_rounding():
    """A generator that writes its source into the last bits, and one that reads it out of them."""
    images = torch.rand(4, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    small = 1 / 5000  # at most a tenth of a level
    found = hiding(lambda x: small * x, lambda x: (x / small).clamp(-1, 1), images)
    assert found.exact < 0.01 and found.rounded > 30 and found.noisy > 100
    honest = hiding(lambda x: -x, lambda x: -x, images)
    assert honest.exact == 0 and honest.rounded <= 0.5
    assert honest.noisy == pytest.approx(127.5 * 3 / 256, rel=1e-3)


# A kept model


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    folder = tmp_path_factory.mktemp("models")
    checkpoint.save_model(folder / "glasses", trained(smallest(), 2).snapshot(), metrics={"seen": 0.97})
    checkpoint.save_model(folder / "edges", Trainer(recipe_config(
        "pix2pix", {"feature_maps": 4}, batch=4, measure_images=0, device="cpu", precision="float32",
    )).snapshot())  # fmt: skip
    return Studio(folder, "cpu")


def test_a_way_that_there_is_not_is_refused_by_name(studio):
    with pytest.raises(ValueError, match="“on” and “off”, not “up”"):
        studio.translate("glasses", [], "up")
    with pytest.raises(ValueError, match="one way only"):
        studio.translate("edges", [], "on")
    with pytest.raises(ValueError, match="no way back"):
        studio.there_and_back("edges", [np.zeros((32, 32, 1), np.uint8)])
    assert studio.translate("glasses", [], "off").shape == (0, 32, 32, 3)


def test_there_and_back_is_one_way_and_then_the_other(studio):
    sources = list(studio.pairs("glasses", 3)[1])
    found = studio.there_and_back("glasses", sources, "off")
    assert np.array_equal(found.made, studio.translate("glasses", sources, "off"))
    assert np.array_equal(found.back, studio.translate("glasses", list(found.made), "on"))
    error = np.abs(found.back.astype(int) - sources).mean()
    assert isinstance(found.error, Hiding) and found.error.rounded == pytest.approx(error, abs=0.3)


def test_a_photo_becomes_a_source_as_it_is_on_the_models_grid(studio):
    photo = np.random.RandomState(0).randint(0, 256, (50, 70, 3)).astype(np.uint8)
    source = studio.source_of("glasses", photo)
    assert source.shape == (32, 32, 3) and np.array_equal(source[::2, ::2], source[1::2, 1::2])


def test_its_preview_shows_there_and_back_and_its_card_says_between_what(studio):
    info = studio.info("glasses")
    text = (info.folder / checkpoint.CARD).read_text()
    for words in ("between glasses none and dark or light", "image-to-image", "what came back", "0.97",
                  "λ 10 of the cycle"):  # fmt: skip
        assert words in text
    assert info.preview.is_file() and info.latent_dim == 0


def test_it_is_evaluated_on_held_out_images_of_both_sides(studio):
    found = evaluation.report(studio.checkpoints / "glasses", images=50)
    assert found["images"] == 50
    assert {"seen", "others_kept", "outside", "cycle_error", "frechet"} <= found.keys()


def asked(studio: Studio, source: np.ndarray, **more) -> dict:
    packed = base64.b64encode(np.ascontiguousarray(source[::2, ::2]).tobytes()).decode()
    return {"model": "glasses", "source": packed} | more


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))


@pytest.mark.parametrize("way, side", [("", 0), ("on", 0), ("off", 1), ("up", 0)])
def test_the_page_opens_it_with_a_source_of_the_side_that_the_way_begins_on(studio, way, side):
    shown = tab.opened(studio, {"translator": "glasses", "way": way})
    assert (tuple(shown["ways"]), shown["way"], shown["answer"]) == (("on", "off"), ("on", "off")[side], "")
    assert "Without glasses → with glasses, and back." in shown["about"]
    source = studio.pairs("glasses", 6)[side][0]
    assert shown["source"] == asked(studio, source)["source"]
    made = studio.translate("glasses", [source], way if way != "up" else "")[0]
    assert np.array_equal(pixels(shown["image"]), made)
    assert np.array_equal(pixels(tab.translated(studio, asked(studio, source, way=way))["image"]), made)


def test_the_page_gets_there_and_back_the_difference_and_what_is_hidden(studio):
    source = studio.pairs("glasses", 1)[0][0]
    answer, found = tab.returned(studio, asked(studio, source)), studio.there_and_back("glasses", [source])
    assert np.array_equal(pixels(answer["there"]), found.made[0])
    assert np.array_equal(pixels(answer["back"]), found.back[0])
    assert np.array_equal(
        pixels(answer["difference"]), (8 * np.abs(found.back[0].astype(int) - source)).clip(max=255)
    )
    assert answer["errors"] == vars(found.error) and "error" not in answer  # which would be a refusal


def test_a_way_is_chosen_on_the_command_line(studio, tmp_path):
    Image.fromarray(studio.pairs("glasses", 1)[1][0]).save(tmp_path / "face.png")
    common = [str(tmp_path / "face.png"), "--checkpoints", str(studio.checkpoints), "--out"]
    for way in ("on", "off"):
        assert not main(["translate", "glasses", *common, str(tmp_path / f"{way}.png"), "--way", way])
    on, off = (np.asarray(Image.open(tmp_path / f"{way}.png")) for way in ("on", "off"))
    assert on.shape == (32, 64, 3) and np.array_equal(on[:, :32], off[:, :32]) and not np.array_equal(on, off)
    assert main(["translate", "glasses", *common, str(tmp_path / "x.png"), "--way", "up"]) == 1


@pytest.mark.parametrize(("data", "words"), [
    ("fashion_mnist", "cannot have been trained on Fashion-MNIST"),
    ("open_peeps", "cannot have been trained"),
    ("pixel_faces", "no label “nonsense” that tells the two sides apart"),
])  # fmt: skip
def test_a_model_that_names_data_which_are_not_its_own_is_refused_in_a_sentence(
    studio, tmp_path, data, words
):
    shutil.copytree(studio.checkpoints / "glasses", tmp_path / "one")
    path = tmp_path / "one" / "config.json"
    column = "nonsense" if data == "pixel_faces" else "glasses"
    said = path.read_text().replace('"pixel_faces"', f'"{data}"').replace('"glasses"', f'"{column}"')
    path.write_text(said)
    studio, image = Studio(tmp_path, "cpu"), np.zeros((32, 32, 3), np.uint8)
    for asked in (
        lambda: studio.pairs("one", 2), lambda: studio.score("one", [image]),
        lambda: studio.kin("one", [image]), lambda: studio.references("one"),
        lambda: studio.examples("one", "generated", 2), lambda: studio.change("one", image, image),
    ):  # fmt: skip
        with pytest.raises(DataError, match=words):
            asked()
