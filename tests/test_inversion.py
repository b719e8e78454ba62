"""Inversion: that a known z is found again, that stopping leaves a result, and that nothing else changes."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from small import short_searches
from torch import nn

from gan import checkpoint
from gan.checkpoint import inverter
from gan.data import DataError
from gan.images import to_uint8
from gan.labels import one_hot, told
from gan.latent import Latent as Point
from gan.latent import seed_to_z
from gan.measure import inversion
from gan.recipes import recipe_config
from gan.specs import Label, Noise
from gan.studio import Studio
from gan.trainer import Trainer

DIM = 8


class Turned(nn.Module):
    """z and one label, orthogonally turned into 16 values: each image has one z and one label."""

    def __init__(self):
        super().__init__()
        turn, _ = np.linalg.qr(np.random.RandomState(0).randn(16, 16))
        self.turn = nn.Parameter(torch.from_numpy(turn[: DIM + 3].astype(np.float32)), requires_grad=False)

    def forward(self, z):
        return torch.tanh(0.7 * z @ self.turn).unflatten(1, (1, 4, 4))


GIVEN = Noise(latent_dim=DIM, labels=(Label("shape", ("round", "square", "long")),))


def point(seed: int, value: int) -> np.ndarray:
    return np.concatenate([seed_to_z(seed, DIM), one_hot([[value]], GIVEN)[0]])


def drawn(z: np.ndarray) -> np.ndarray:
    return to_uint8(Turned()(torch.from_numpy(z)))


@pytest.mark.parametrize("seed, value", [(1, 0), (2, 1), (3, 2)])
def test_a_known_z_is_found_again_and_so_is_its_label(seed, value):
    target = drawn(point(seed, value)[None])[0]
    starts = np.stack([point(100 + k, k % 2) for k in range(12)])  # none with the third label
    steps = list(inversion.search(Turned(), GIVEN, starts, target))
    assert [one.share for one in steps] == sorted(one.share for one in steps) and steps[-1].share == 1
    off = [inversion.difference(drawn(one.z[None])[0], target) for one in steps]
    assert off[-1] < 1.5 < min(inversion.difference(one, target) for one in drawn(starts))
    assert np.diff(off).max() < 0.5  # never back, but for rounding to grey levels
    assert np.abs(steps[-1].z[:DIM] - seed_to_z(seed, DIM)).max() < 0.15
    assert told(GIVEN, steps[-1].z[DIM:]) == (value,)


def test_z_stays_about_as_long_as_a_seeds():
    white = np.full((4, 4, 1), 255, np.uint8)  # the further out, the nearer
    *_, last = inversion.search(Turned(), GIVEN, np.stack([point(k, 0) for k in range(12)]), white)
    length = np.linalg.norm(last.z[:DIM])
    assert length == pytest.approx(np.sqrt(DIM) + inversion.REACH, rel=1e-4)


def test_the_difference_is_the_root_mean_square_in_grey_levels():
    black, white = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
    assert inversion.difference(black, white) == 255
    one = black.copy()
    one[0, 0] = 100  # a quarter of the pixels by 100: √(100² / 4)
    assert inversion.difference(black, one) == 50


def test_samples_are_as_many_as_there_is_time_for_and_the_nearest_come_first(monkeypatch):
    monkeypatch.setattr(inversion, "SAMPLES", 1500)
    *_, samples = inversion.sampled(drawn, GIVEN, None)
    assert len(samples) == len(samples.numbers) == 1500
    which = np.array([700])
    target = drawn(inversion.latents(GIVEN, which, samples.numbers[which]))[0]
    starts = inversion.nearest(samples, drawn, GIVEN, target)
    np.testing.assert_array_equal(drawn(starts)[0], target)
    assert len(starts) == inversion.PLAN[0][0]
    monkeypatch.setattr(inversion, "SAMPLING", 0.0)
    *_, samples = inversion.sampled(drawn, GIVEN, None)
    assert len(samples) == inversion.PART


# Through the Studio


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    with pytest.MonkeyPatch.context() as patch:
        short_searches(patch)
        for name, recipe, data, size, channels in (
            ("faces", "modern", "pixel_faces", 32, 3), ("back", "bigan", "pixel_faces", 32, 3),
            ("kinds", "conditional", "fashion_mnist", 28, 1), ("styles", "stylegan", "pixel_faces", 32, 3),
        ):  # fmt: skip
            model = {"feature_maps": 4, "latent_dim": DIM, "image_size": size, "channels": channels}
            more = {"data": data, "batch": 16, "precision": "float32", "device": "cpu"}
            trainer = Trainer(recipe_config(recipe, model, **more))
            trainer.step()
            checkpoint.save_model(folder / name, trainer.snapshot(), name.title())
        studio = Studio(folder, "cpu")
        yield studio
        studio.runs.close()


@pytest.mark.parametrize("name", ["faces", "back", "kinds", "styles"])
def test_an_own_image_is_found_and_its_link_holds_just_that(studio, name):
    G = studio.library.model(name).G
    before = {key: value.clone() for key, value in G.state_dict().items()}
    z = seed_to_z(5, DIM)[None]
    z = studio.with_class(name, z, "bag") if name == "kinds" else z
    image = studio.generate(name, z)[0]
    found = studio.invert(name, image)
    np.testing.assert_array_equal(found.seen, image)
    assert found.error == inversion.difference(found.reconstruction, image)
    others = studio.generate(name, np.stack([seed_to_z(seed, DIM) for seed in range(40, 60)]))
    nearest = min(inversion.difference(other, image) for other in others)
    assert found.error < max(0.5, 0.8 * nearest)
    # the same image for whoever asks for the z, the point, or the point's link
    np.testing.assert_array_equal(studio.generate(name, found.z[None])[0], found.reconstruction)
    np.testing.assert_array_equal(studio.draw(name, found.point).image, found.reconstruction)
    assert Point.from_query(found.point.to_query()) == found.point
    # bit for bit the generator that it was, and still one that no gradient runs through
    assert all(torch.equal(value, before[key]) for key, value in G.state_dict().items())
    assert not any(weight.requires_grad or weight.grad is not None for weight in G.parameters())


def test_two_searches_at_once_share_nothing(studio):
    images = studio.generate("faces", np.stack([seed_to_z(seed, DIM) for seed in (5, 6)]))
    alone = [studio.invert("faces", image) for image in images]
    going = [studio.inverting("faces", image) for image in images]
    together = [list(pair) for pair in zip(*going, strict=True)][-1]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.z, other.z)
        assert one.error == other.error


def test_stopping_leaves_the_best_so_far_and_no_more_is_computed(studio, monkeypatch):
    calls = []
    slopes = inversion._slopes
    monkeypatch.setattr(inversion, "_slopes", lambda *given: calls.append(1) or slopes(*given))
    going = studio.inverting("faces", studio.examples("faces", "real", 1, 0)[0])
    first = next(one for one in going if calls)
    going.close()
    assert 0 < first.share < 1 and len(calls) <= inversion.EVERY
    assert inspect.getgeneratorstate(going) == inspect.GEN_CLOSED
    assert first.error == inversion.difference(first.reconstruction, first.seen)


def test_an_encoders_answer_is_where_it_begins(studio):
    image = studio.examples("back", "real", 1, 0)[0]
    answer = studio.encode("back", image)
    first = next(iter(studio.inverting("back", image)))
    assert first.samples == 0
    assert first.error <= inversion.difference(answer.reconstruction, image) + 0.1
    starts = inversion.around(answer.z)
    np.testing.assert_array_equal(starts[0], answer.z)
    assert next(iter(studio.inverting("faces", image))).samples > 0


def test_what_it_is_held_against_is_searched_for_once(studio):
    for kind in ("own", "another"):
        first = list(studio.reached("faces", kind))
        again = list(studio.reached("faces", kind))
        assert len(first) > 1 and len(again) == 1 and again[0] is first[-1]
        assert all(one.share < 1 for one in first[:-1]) and first[-1].share == 1
    with pytest.raises(ValueError, match="own or another, not “third”"):
        list(studio.reached("faces", "third"))


def test_how_a_model_can_draw_a_picture_goes_by_its_own_and_by_one_of_another_kind(studio, monkeypatch):
    own = studio.draw("faces", Point(5)).image
    found = [step.error for step in studio.inverting("faces", own)]
    least, last, errors = min(found), found[-1], {}
    monkeypatch.setattr(studio, "reached", lambda model, kind: [SimpleNamespace(error=errors[kind])])
    searched, shares = studio.inverting, []

    def inverting(model, image):
        for step in searched(model, image):
            shares.append(step.share)
            yield step

    monkeypatch.setattr(studio, "inverting", inverting)
    for errors["own"], errors["another"], how in (
        (0.501 * least, 0.0, "well"), (0.499 * least, 2.001 * last, "roughly"),
        (0.499 * least, 1.999 * last, "not"),
    ):  # fmt: skip
        assert studio.draws("faces", own) == how
    assert shares[-1] == 1
    errors["own"] = 1e6
    assert studio.draws("faces", own) == "well" and shares[-1] < 1  # it ends there


def test_the_nearest_training_image(studio, monkeypatch):
    from gan import data

    there = data.load("pixel_faces").train.images
    ((image, far),) = studio.nearest_training("faces", there[777])
    np.testing.assert_array_equal(image, there[777])
    assert far == 0
    held_out = data.load("pixel_faces").held_out.images[3]
    near = [far for _, far in studio.nearest_training("faces", held_out, 3)]
    apart = np.sqrt(np.square(there.astype(float) - held_out).mean((1, 2, 3)))
    np.testing.assert_allclose(near, np.sort(apart)[:3])

    def gone(name):
        raise DataError("Gone.")

    monkeypatch.setattr(inverter.data, "load", gone)
    assert studio.nearest_training("faces", held_out) == []


def test_the_nearest_sample_is_where_a_search_begins(studio):
    target = studio.draw("faces", Point(5)).image
    first = studio.nearest_sample("faces", target)
    begun = next(studio.inverting("faces", target))
    assert begun.share == 0 and first.share == 1 and first.error <= begun.error
    np.testing.assert_array_equal(first.reconstruction, studio.draw("faces", first.point).image)


def test_what_cannot_be_searched_for_gets_a_sentence(studio):
    with pytest.raises(ValueError, match="no model called nobody"):
        studio.invert("nobody", np.zeros((32, 32, 3), np.uint8))
    with pytest.raises(ValueError):
        studio.invert("faces", np.zeros((32,), np.uint8))
