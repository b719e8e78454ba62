"""Latents: the field's own numbers for a seed, interpolation by its geometry, links, principal directions."""

import tracemalloc

import numpy as np
import pytest

from gan.latent import (  # fmt: skip
    Latent,
    lerp,
    parse_seeds,
    places,
    principal_directions,
    principal_styles,
    seed_to_z,
    seeds_to_z,
    slerp,
    walk,
)

DIM = 100


# Seeds


@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
def test_a_seed_gives_the_numbers_of_stylegan(seed):
    z = seed_to_z(seed, DIM)
    assert z.dtype == np.float32 and z.shape == (DIM,)
    np.testing.assert_array_equal(z, np.random.RandomState(seed).randn(1, DIM)[0].astype(np.float32))


def test_seed_0_starts_with_the_known_numbers():
    np.testing.assert_allclose(seed_to_z(0, 3), [1.76405235, 0.40015721, 0.97873798], rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("1,2,5-10", [1, 2, 5, 6, 7, 8, 9, 10]),
        (" 3 , 4 ", [3, 4]),
        ("1 2\n3", [1, 2, 3]),
        ("3 - 5", [3, 4, 5]),
        ("3–5", [3, 4, 5]),
        ("5-3", [5, 4, 3]),
        ("7,7", [7, 7]),
        ("4294967295", [4294967295]),
        ("1,,2,", [1, 2]),
    ],
)
def test_seeds_are_read_as_people_write_them(text, seeds):
    assert parse_seeds(text, 32) == seeds


@pytest.mark.parametrize("text", ["", " , ", "a", "1.5", "-1", "1-2-3", "4294967296", "²", "1-9999999999"])
def test_what_is_no_seed_gets_a_sentence(text):
    with pytest.raises(ValueError, match=r"\.$"):
        parse_seeds(text, 32)


def test_too_many_seeds_are_refused_before_they_are_listed():
    tracemalloc.start()
    with pytest.raises(ValueError, match="more than 32"):
        parse_seeds("0-4294967295", 32)
    assert tracemalloc.get_traced_memory()[1] < 10**6  # bytes; of all seeds it would be many billions
    tracemalloc.stop()
    assert len(parse_seeds("1-32", 32)) == 32
    with pytest.raises(ValueError, match="more than 32"):
        parse_seeds("1-33", 32)


# Interpolation


@pytest.mark.parametrize("way", [lerp, slerp])
def test_interpolation_is_exact_at_both_ends_and_keeps_shapes(way):
    a, b = seed_to_z(0, DIM), seed_to_z(1, DIM)
    np.testing.assert_array_equal(way(a, b, 0), a)
    np.testing.assert_array_equal(way(a, b, 1), b)
    assert way(a, b, 0.3).shape == (DIM,)
    assert way(a, b, np.linspace(0, 1, 7)).shape == (7, DIM)
    batch = np.stack([a, b])
    assert way(batch, batch[::-1], 0.5).shape == (2, DIM)
    np.testing.assert_array_equal(way(batch, batch[::-1], np.array([0, 1])), [a, a])
    assert way(a, b, 0.5).dtype == np.float32


def test_lerp_is_the_straight_line():
    np.testing.assert_allclose(lerp(np.array([0.0, 2.0]), np.array([4.0, 0.0]), 0.25), [1.0, 1.5])


def test_slerp_turns_evenly_on_the_unit_circle():
    angles = np.linspace(0, 1.9, 11)
    expected = np.stack([np.cos(angles), np.sin(angles)], 1)
    np.testing.assert_allclose(slerp(expected[0], expected[-1], np.linspace(0, 1, 11)), expected, atol=1e-12)


def test_slerp_keeps_the_length_of_a_gaussian_latent_where_lerp_loses_it():
    a, b = seed_to_z(3, 512), seed_to_z(4, 512)
    assert np.linalg.norm(slerp(a, b, 0.5)) == pytest.approx(np.sqrt(512), rel=0.1)
    assert np.linalg.norm(lerp(a, b, 0.5)) < 0.8 * np.sqrt(512)


@pytest.mark.parametrize("b", [(1.0, 0.0), (2.0, 0.0), (-1.0, 0.0), (0.0, 0.0), (1.0, 1e-9)])
def test_slerp_falls_back_to_lerp_where_there_is_no_one_circle(b):
    a, t = np.array([1.0, 0.0]), np.linspace(0, 1, 5)
    np.testing.assert_allclose(slerp(a, np.array(b), t), lerp(a, np.array(b), t), atol=1e-12)


def test_slerp_and_its_fallback_meet_without_a_step():
    a, t = np.array([1.0, 0.0]), np.linspace(0, 1, 5)
    for angle in (0.99e-4, 1.01e-4):
        exact = np.stack([np.cos(angle * t), np.sin(angle * t)], 1)
        np.testing.assert_allclose(slerp(a, exact[-1], t), exact, atol=1e-8)


# Walks


@pytest.mark.parametrize("ease", [False, True])
@pytest.mark.parametrize("kind", ["slerp", "lerp"])
@pytest.mark.parametrize("loop", [False, True])
def test_a_walk_passes_exactly_through_every_point(kind, loop, ease):
    points = np.stack([seed_to_z(seed, DIM) for seed in range(4)])
    path = walk(points, places(4, 17, loop, ease=ease), kind)
    assert path.shape == (17, DIM) and path.dtype == np.float32
    for point in points:
        assert (path == point).all(1).sum() == 1  # a loop's first point does not come again
    np.testing.assert_array_equal(path[0], points[0])
    if not loop:
        np.testing.assert_array_equal(path[-1], points[-1])


def test_a_loop_closes_with_a_step_like_the_others():
    angles = np.arange(4) * np.pi / 2
    points = np.stack([np.cos(angles), np.sin(angles)], 1)
    path = walk(points + 0.0, places(4, 16, loop=True), "slerp")
    steps = np.linalg.norm(np.roll(path, -1, 0) - path, axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)


def test_a_walk_between_two_points_is_the_plain_interpolation():
    a, b = seed_to_z(0, 8), seed_to_z(1, 8)
    np.testing.assert_array_equal(walk(np.stack([a, b]), places(2, 9)), slerp(a, b, np.linspace(0, 1, 9)))


def test_short_walks():
    points = np.stack([seed_to_z(seed, 8) for seed in range(3)])
    np.testing.assert_array_equal(walk(points, places(3, 3)), points)
    np.testing.assert_array_equal(walk(points, places(3, 3, loop=True)), points)
    np.testing.assert_array_equal(walk(points[:1], places(1, 2)), points[[0, 0]])
    with pytest.raises(ValueError, match="at least as many frames"):
        places(3, 2)
    with pytest.raises(ValueError, match="slerp or lerp"):
        walk(points, places(3, 9), "straight")


def test_a_leg_takes_the_frames_it_is_given_and_the_others_an_even_share():
    np.testing.assert_allclose(places(3, 9, legs=[2]), [0, 0.5, 1, 1.25, 1.5, 1.75, 2])
    np.testing.assert_allclose(places(3, 9, legs=[None, 2]), [0, 0.25, 0.5, 0.75, 1, 1.5, 2])
    np.testing.assert_allclose(places(2, 4, loop=True, legs=[1, 4]), [0, 1, 1.25, 1.5, 1.75])
    np.testing.assert_allclose(places(4, 4, legs=[1.5, 1, 0]), [0, 0.5, 1, 2, 3])  # each of a frame at least


def test_an_eased_leg_is_slow_at_both_ends():
    half = places(3, 9, ease=True)[:5]
    np.testing.assert_allclose(half, [0, 0.15625, 0.5, 0.84375, 1])  # 3t² - 2t³


# The state of an explored image


def test_the_default_latent_is_the_seed_itself():
    directions = np.eye(DIM, dtype=np.float32)[:12]
    np.testing.assert_array_equal(Latent(7).z(directions), seed_to_z(7, DIM))
    np.testing.assert_array_equal(Latent(7, moves=(0.0, 0.0)).z(directions), seed_to_z(7, DIM))


def test_edits_replace_then_moves_add_then_scale():
    directions = np.eye(5, dtype=np.float32)[[2, 4]]
    expected = seed_to_z(3, 5)
    expected[2] = 0.5 + 1.25  # edited, then moved
    expected[4] -= 2
    z = Latent(3, 1.5, (1.25, -2), ((2, 0.5),)).z(directions)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z, 1.5 * expected, rtol=1e-6)


@pytest.mark.parametrize(
    "latent",
    [
        Latent(),
        Latent(2**32 - 1, 0.7),
        Latent(1, 0.0, (0.1, 0, -2.25, 1e-7, 1 / 3)),
        Latent(5, -1.0, (), ((511, -3.3), (0, 0))),
        Latent(5, edits=((0, 1.5), (1, -2), (2, 0), (7, 1), (8, 0.25), (511, 3))),
        Latent(5, value="T-shirt/top & more"),
        Latent(5, 0.5, value="hat=cap", psi=0.7, noise=12),
        Latent(5, moves=(1,), psi=0.7, layers="coarse"),
        Latent(5, moves=(0, 1), value="N", named=(("glasses", 1.5), ("t-shirt & more", -1 / 3))),
    ],
)
def test_a_latent_goes_through_a_link_unchanged(latent):
    query = latent.to_query()
    assert all(isinstance(text, str) for text in query.values())
    assert Latent.from_query(query) == latent


def test_links_are_short_and_need_no_escaping():
    assert Latent(5).to_query() == {"seed": "5"}
    query = Latent(5, 1.0, (1.0, -0.0, 0.5, 0.0), ((17, -1.0), (3, 0.25))).to_query()
    assert query == {"seed": "5", "moves": "1_0_0.5", "edits": "3x0.25_17x-1"}


def test_moves_by_name_stand_in_a_field_of_their_own_and_change_no_other():
    latent = Latent(5, moves=(0, 2), named=[("red hair", -2), ("glasses", 1.5), ("smile", 0)])
    assert latent.to_query() == {"seed": "5", "moves": "0_2", "named": "glasses:1.5,red hair:-2"}
    assert latent == Latent(5, moves=(0, 2), named=(("glasses", 1.5), ("red hair", -2.0)))
    directions, steps = np.eye(4, dtype=np.float32)[:2], np.eye(4, dtype=np.float32)[2:] / 2
    named = dict(zip(("glasses", "red hair"), steps, strict=True))
    z = Latent(5, 0.5, (0, 2), named=latent.named).z(directions, named)
    np.testing.assert_allclose(z, 0.5 * (seed_to_z(5, 4) + np.array([0, 2, 0.75, -1])), rtol=1e-6)
    np.testing.assert_array_equal(latent.in_styles(directions, 2, named), [[0, 2, 0.75, -1]] * 2)
    with pytest.raises(ValueError, match="no direction called “red hair”"):
        latent.z(directions, {"glasses": steps[0]})


def test_edits_in_a_row_name_their_first_coordinate_alone():
    latent = Latent(edits=((3, 0.25), (4, -1), (5, 2), (17, 1)))
    assert latent.to_query()["edits"] == "3x0.25_-1_2_17x1"
    assert Latent.from_query({"edits": "3x0.25_4x-1_5x2_17x1"}) == latent  # as links were once written


def test_equal_states_are_equal_latents():
    assert Latent(1, 1, (1, 0, 0)) == Latent(1.0, 1.0, (1.0,))
    assert Latent(edits=((3, 1), (1, 2))) == Latent(edits=((1, 2), (3, 0), (3, 1)))
    assert hash(Latent(1, moves=(0,))) == hash(Latent(1))


def test_a_link_may_leave_out_anything_and_hold_more():
    assert Latent.from_query({}) == Latent()
    assert Latent.from_query({"seed": "", "moves": "", "model": "faces"}) == Latent()


@pytest.mark.parametrize(
    "query",
    [
        {"seed": "-1"}, {"seed": "4294967296"}, {"seed": "1.5"}, {"seed": "x"}, {"seed": "9" * 5000},
        {"scale": "nan"}, {"scale": "inf"}, {"scale": "1e9"}, {"scale": "wide"},
        {"moves": "1_nan"}, {"moves": "1__2"}, {"moves": "1,2"}, {"moves": "_".join(["1"] * 513)},
        {"edits": "3"}, {"edits": "3x"}, {"edits": "x3"}, {"edits": "-1x3"}, {"edits": "512x3"},
        {"edits": "1xa"}, {"edits": "1xnan"}, {"edits": "511x1_2"}, {"edits": "1x2_"}, {"edits": "1x2_x3"},
        {"class": "x" * 1001}, {"layers": "all"}, {"layers": "Fine"}, {"layers": "fine_coarse"},
        {"named": "glasses"}, {"named": "glasses:"}, {"named": ":1"}, {"named": "glasses:nan"},
        {"named": "Glasses:1"}, {"named": "a*b:1"}, {"named": "x" * 41 + ":1"}, {"named": "<b>:1"},
        {"named": ",".join(f"n{k}:1" for k in range(65))},
    ],
)  # fmt: skip
def test_nonsense_in_a_link_gets_a_short_sentence(query):
    with pytest.raises(ValueError, match=r"\.$") as error:
        Latent.from_query(query)
    assert len(str(error.value)) < 110


def test_a_latent_of_another_model_gets_a_sentence():
    directions = np.eye(4, dtype=np.float32)[:2]
    with pytest.raises(ValueError, match="2 directions"):
        Latent(moves=(1, 1, 1)).z(directions)
    with pytest.raises(ValueError, match="no coordinate 4"):
        Latent(edits=((4, 1),)).z(directions)


# Classes


def test_the_class_changes_nothing_in_z_and_makes_another_state():
    directions = np.eye(4, dtype=np.float32)[:2]
    np.testing.assert_array_equal(Latent(3, value="bag").z(directions), Latent(3).z(directions))
    assert Latent(3, value="bag") != Latent(3) and Latent(3).to_query() == {"seed": "3"}


# Principal directions


def test_directions_of_a_linear_generator_are_its_singular_vectors():
    random = np.random.RandomState(0)
    left, _ = np.linalg.qr(random.randn(6, 6))
    right, _ = np.linalg.qr(random.randn(48, 6))
    strength = np.array([9.0, 5, 3, 2, 1, 0.1])
    matrix = (left * strength) @ right.T  # z @ matrix: 48 values
    vectors, change = principal_directions(lambda z: (z @ matrix).reshape(-1, 4, 4, 3), 6, 4)
    np.testing.assert_allclose(change, strength[:4] / np.sqrt(48), rtol=1e-4)
    np.testing.assert_allclose(np.abs(vectors @ left), np.eye(6)[:4], atol=1e-4)
    assert (vectors[np.arange(4), np.abs(vectors).argmax(1)] > 0).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


def test_directions_of_a_curved_generator_are_those_of_its_exact_jacobian():
    random = np.random.RandomState(1)
    weights = random.randn(5, 30) * np.array([2.0, 1.5, 1, 0.6, 0.3])[:, None] * 0.3
    mean = np.zeros((5, 5))
    for seed in range(4):
        slope = 1 - np.tanh(seed_to_z(seed, 5).astype(float) @ weights) ** 2  # of tanh
        jacobian = (weights * slope).T  # (30, 5)
        mean += jacobian.T @ jacobian / 30 / 4
    values, exact = np.linalg.eigh(mean)
    vectors, change = principal_directions(lambda z: np.tanh(z @ weights), 5, 5, points=4, step=0.01)
    np.testing.assert_allclose(change**2, values[::-1], rtol=1e-3)
    np.testing.assert_allclose(np.abs((vectors * exact.T[::-1]).sum(1)), 1, atol=1e-4)


def test_the_change_is_what_a_step_along_the_direction_does():
    matrix = np.random.RandomState(2).randn(8, 12).astype(np.float32)
    vectors, change = principal_directions(lambda z: z @ matrix, 8, 3)
    moved = [np.sqrt(((vector @ matrix) ** 2).mean()) for vector in vectors]
    np.testing.assert_allclose(moved, change, rtol=1e-3)


def test_principal_styles_are_the_axes_along_which_they_are_spread():
    random = np.random.RandomState(3)
    axes, _ = np.linalg.qr(random.randn(5, 5))
    spread = np.array([4.0, 2, 1, 0.5, 0])
    w = 7 + (random.randn(200_000, 5) * spread) @ axes.T  # and where their mean lies is no matter
    vectors, sigma = principal_styles(w.astype(np.float32), 4)
    np.testing.assert_allclose(sigma, spread[:4], rtol=0.01)
    np.testing.assert_allclose(np.abs(vectors @ axes), np.eye(5)[:4], atol=0.02)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    assert (vectors[np.arange(4), np.abs(vectors).argmax(1)] > 0).all()
    assert len(principal_styles(w[:, :2], 16)[1]) == 2


@pytest.mark.parametrize("layers, told", [
    ("", [1] * 8), ("coarse", [1, 1, 1, 0, 0, 0, 0, 0]), ("middle", [0, 0, 0, 1, 1, 0, 0, 0]),
    ("fine", [0, 0, 0, 0, 0, 1, 1, 1]),
])  # fmt: skip
def test_moves_in_styles_are_told_the_chosen_layers_alone(layers, told):
    steps = np.array([[3, 0, 0.5], [0, -2, 1]], np.float32)  # one σ along each of two directions
    added = Latent(4, 0.5, (0, 1), ((0, 9.0),), psi=0.3, layers=layers).in_styles(steps, 8)
    assert added.dtype == np.float32
    np.testing.assert_array_equal(added, np.array(told)[:, None] * steps[1])
    both = Latent(moves=(2, -1), layers=layers).in_styles(steps, 8)
    np.testing.assert_array_equal(both, np.array(told)[:, None] * [6.0, 2, 0])
    assert not Latent(4).in_styles(steps, 8).any()
    with pytest.raises(ValueError, match="2 directions"):
        Latent(moves=(1, 1, 1)).in_styles(steps, 8)


@pytest.mark.parametrize(
    "latent, text",
    [
        (Latent(7, psi=0.5, noise=31, value="NP"), "7P0.5N31CNP"),
        (Latent(7, 1, (0, 2), below=1, layers="fine", value="L"), "7M0_2B1LfineCL"),
        (Latent(7, named=(("red hair", -0.5), ("smile", 2)), value="A"), "7Ared hair:-0.5,smile:2CA"),
        (Latent(7), "7"), (Latent(7, 0.5, (1, 0, -2.5)), "7S0.5M1_0_-2.5"), (Latent(7, 1e-05), "7S1e-05"),
        (Latent(0, edits=((3, 1.5), (4, 2)), value="T-shirt/top *M"), "0E3x1.5_2CT-shirt%2Ftop%20%2AM"),
    ],
)  # fmt: skip
def test_a_latent_is_read_back_from_its_text(latent, text):
    assert latent.to_text() == text and Latent.from_text(text) == latent


def test_seeds_become_one_latent_each():
    z = seeds_to_z([4, 0, 4], 7)
    assert z.shape == (3, 7) and z.dtype == np.float32
    np.testing.assert_array_equal(z, [seed_to_z(4, 7), seed_to_z(0, 7), seed_to_z(4, 7)])
