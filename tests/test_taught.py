"""Sliders taught by marks: the regression, directions found from few marks, and how they travel in links."""

import numpy as np
import pytest
from small import CHECKPOINTS

from gan.latent import Latent, own_direction, seed_to_z, spelt
from gan.measure import attributes, features, taught
from gan.studio import Studio
from gan.ui.explore import tab, teach

RNG = np.random.RandomState(5)


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


@pytest.fixture
def quick(monkeypatch):
    for name, few in (("LEARNT", 1024), ("TRIED", 60), ("FRESH", 120), ("AROUND", 64)):
        monkeypatch.setattr(attributes, name, few)


def test_the_probe_is_a_ridge_regression_with_its_line_half_way():
    rng = np.random.RandomState(0)
    others = rng.randn(400, 6) * [1, 2, 3, 4, 5, 0] + 7  # the last feature never differs
    marked, has = others[:20] + rng.randn(20, 6) * [1, 1, 1, 1, 1, 0], np.arange(20) < 8
    probe = taught.learn(marked, has, others)
    X = ((marked - others.mean(0)) / others.std(0).clip(1e-9))[:, :5]
    apart, t = X - X.mean(0), np.where(has, 1.0, -1.0)
    w = np.linalg.solve(apart.T @ apart + 6 * taught.RIDGE * np.eye(5), apart.T @ t)  # six features in all
    np.testing.assert_allclose(probe.weights[:5] * others.std(0)[:5], 6 * w, rtol=1e-6)
    assert probe.weights[5] == 0
    sides = [probe(marked[side]).mean() for side in (has, ~has)]
    assert sides[0] == pytest.approx(-sides[1]) and sides[0] > 0


@pytest.mark.parametrize(("yes", "no"), [(2, 9), (9, 0), (150, 60)])
def test_too_few_or_too_many_marks_are_refused_in_a_sentence(yes, no):
    with pytest.raises(ValueError, match=r"Mark at least 3|At most 200"):
        taught.check(np.arange(yes + no) < yes)


def test_twenty_marks_find_the_direction_that_they_were_made_by(quick):
    """In a space of twelve numbers, seen through features in which what is meant lies plain."""
    way = np.eye(12)[4]

    def sampled(seeds):
        return np.stack([seed_to_z(seed, 12) for seed in seeds]).astype(float)

    def look(points):
        return np.concatenate([np.tanh(3 * points[:, 4:5]), points[:, 6:9]], 1), []

    seeds = range(9000, 9040)
    marks = dict(zip(seeds, (sampled(seeds) @ way > 0).tolist(), strict=True))
    one = taught.found(look, sampled, marks, "bright")
    assert one.name == "bright" and one.others == 0 and one.flips > 0.95
    assert one.direction @ way > 0.9


def test_a_direction_is_spelt_and_read_again():
    for scale in (1.0, 1e-3, 40.0):
        direction = (scale * RNG.randn(100)).astype(np.float32)
        read = own_direction("x", spelt(direction), 100)
        assert np.abs(read - direction).max() <= np.abs(direction).max() / 253
        assert len(spelt(direction)) == 8 + 2 * 100
    with pytest.raises(ValueError, match="“x” was taught to another model: it has 100 numbers, and not 64"):
        own_direction("x", spelt(direction), 64)
    with pytest.raises(ValueError, match="leads nowhere"):
        own_direction("x", "7f800000" + "01" * 4, 4)  # a step of infinity
    assert (own_direction("x", spelt(np.zeros(4, np.float32)), 4) == 0).all()


def test_a_link_brings_resting_sliders_along_and_a_word_only_those_that_move():
    code = spelt(RNG.randn(7))
    latent = Latent(3, taught=(("curls", code, 1.5), ("beak", code, 0)))
    assert [name for name, _, _ in latent.taught] == ["beak", "curls"]
    assert Latent.from_query(latent.to_query()) == latent
    assert Latent.from_text(latent.to_text()) == Latent(3, taught=(("curls", code, 1.5),))
    for wrong, said in [((("A", code, 1),), "no name"), ((("a", "xyz", 1),), "cannot be read"),
                        ((("a", code),), "a name, a direction"), ((("a", code, "far"),), "A move is"),
                        (tuple((f"a{k}", code, 0) for k in range(9)), "at most 8")]:  # fmt: skip
        with pytest.raises(ValueError, match=said):
            Latent(taught=wrong)


def test_a_taught_move_is_its_image_of_every_kind_of_model(studio):
    for name in ("pixel-faces", "stylegan-faces"):
        dim = studio.directions(name)[0].shape[1]
        way = own_direction("x", spelt(RNG.randn(dim)), dim)
        z, moved = studio.points(name, [Latent(4, taught=(("x", spelt(way), 2.0),)), Latent(4)])
        if moved is None:
            np.testing.assert_allclose(z[0] - z[1], 2 * way, atol=1e-4)
        else:
            np.testing.assert_allclose(moved[0], np.tile(2 * way, (len(moved[0]), 1)), atol=1e-4)
            assert (moved[1] == 0).all() and (z[0] == z[1]).all()


def test_marked_glasses_become_a_slider_that_puts_them_on(studio, quick):
    first = tab.opened(studio, {"model": "pixel-faces"})
    sheets = [teach.pupils(studio, {"model": "pixel-faces", "sheet": k}) for k in range(3)]
    seeds = [seed for sheet in sheets for seed in sheet["seeds"]]
    assert len(set(seeds)) == 72 and len(sheets[0]["sheet"]) > 1000
    glasses = next(a for a in attributes.attributes(features.columns("pixel_faces")) if a.name == "glasses")
    has = glasses.of(features.labels("pixel_faces", studio.taught_by("pixel-faces", seeds)))
    asked = {
        "model": "pixel-faces",
        "name": " My  Glasses ",
        "marks": [[s, bool(h)] for s, h in zip(seeds, has, strict=True)],
    }
    answer = teach.taught(studio, asked)
    assert answer["name"] == "my glasses" and len(answer["code"]) == 8 + 2 * 100
    assert answer["flips"] > 0.6
    # by the data's own labels, on other seeds
    bare = [Latent(seed) for seed in range(50_000, 50_100)]
    moved = [Latent(one.seed, taught=(("g", answer["code"], 3.0),)) for one in bare]
    shares = [
        glasses.of(
            features.labels(
                "pixel_faces", studio.generate("pixel-faces", studio.points("pixel-faces", some)[0])
            )
        )
        for some in (bare, moved)
    ]
    assert shares[1].mean() > shares[0].mean() + 0.3
    # in a link, and its ends
    there = [["my glasses", answer["code"], 2.0]]
    frame = tab.frame(studio, first["state"] | {"taught": there})
    linked = tab.opened(
        studio,
        dict(part.split("=") for part in frame["query"].replace("%3A", ":").replace("+", " ").split("&")),
    )
    assert linked["image"] == frame["image"] and linked["state"]["taught"] == (
        ("my glasses", answer["code"], 2.0),
    )
    assert tab.ends(studio, first["state"] | {"taught": there, "of": "own"})["rows"] == 1
    other = tab.opened(studio, {"model": "face-builder", "taught": f"my glasses:{answer['code']}:1"})
    assert "was taught to another model" in other["notice"] and other["state"]["taught"] == ()


@pytest.mark.parametrize("changes, said", [
    ({"name": ""}, "Give the slider a name"), ({"name": "<b>"}, "Give the slider a name"),
    ({"marks": [[20_000, True]]}, "Mark at least 3"), ({"marks": "all"}, "make no sense"),
    ({"marks": [[3, True]] * 9}, "make no sense"), ({"marks": [[20_000, 1]] * 9}, "make no sense"),
])  # fmt: skip
def test_what_teaches_nothing_is_refused_in_a_sentence(studio, changes, said):
    asked = {"model": "pixel-faces", "name": "curls", "marks": [[20_000 + k, k % 2 == 0] for k in range(8)]}
    with pytest.raises(ValueError, match=said):
        teach.taught(studio, asked | changes)


def test_without_a_classifier_the_discriminator_lends_its_eyes(studio, quick, monkeypatch):
    seeds = list(range(20_000, 20_060))
    brightness = studio.taught_by("pixel-faces", seeds).mean((1, 2, 3))
    has = brightness > np.median(brightness)
    monkeypatch.setattr(features, "classifier_for", lambda name: None)
    one = studio.teach("pixel-faces", dict(zip(seeds, has.tolist(), strict=True)), "light")
    assert one.others == 0 and one.flips > 0.5
    z = np.stack([seed_to_z(seed, 100) for seed in range(60_000, 60_050)])
    light, dark = (studio.generate("pixel-faces", z + by * one.vector).mean() for by in (3, -3))
    assert light > dark + 10
