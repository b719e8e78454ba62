"""Explore: what it shows and answers, and the tab itself in a real browser."""

import base64
import html
import io
import json
import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist
from types import SimpleNamespace
from urllib.parse import parse_qs, parse_qsl, urlsplit

import numpy as np
import pytest
from gradio_client import Client
from PIL import Image

from gan import checkpoint
from gan.belonging import Belongs, digest
from gan.checkpoint.info import SHIPPED
from gan.images import recipe_of
from gan.latent import Latent, seed_to_z
from gan.limits import Limits
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui import films, page
from gan.ui.explore import api as image_api
from gan.ui.explore import model_list, walk
from gan.ui.explore import tab as explore
from gan.ui.explore import view as explore_view
from gan.ui.parts import UNEXPECTED, served
from gan.words import percent

MINE = "a" * 32
FIRST = int(explore.FIRST["pixel-faces"]["seed"])
SLIDER = '#explore [data-move="{}"]'
DRAWN = """([image, before]) => document.querySelector(image).src !== before"""
SETTLED = """() => {
    const query = document.querySelector("#explore-image").dataset.query;
    return query && location.search.endsWith(query) && !document.querySelector(".cells.stale");
}"""


def save(folder, recipe, title):
    model = {"feature_maps": 4, "latent_dim": 24}
    config = recipe_config(recipe, model, data="pixel_faces", batch=8, precision="float32", device="cpu")
    trainer = Trainer(config)
    trainer.step()
    checkpoint.save_model(folder, trainer.snapshot(), title)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    save(folder / "pixel-faces", "modern", "Faces <b>${alert(1)}</b> {{value}}")
    save(folder / "other", "dcgan", "Other")
    studio = Studio(folder, "cpu")
    yield studio
    studio.runs.close()


@pytest.fixture(scope="module")
def address(studio):
    served = page.build_page(studio)
    _, address, _ = served.launch(prevent_thread_lock=True, quiet=True, **page.launch_options(studio))
    yield address
    served.close()


def pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))


def asked(**changes) -> dict:
    return {"model": "pixel-faces", "seed": 3, "scale": 1, "moves": [], "edits": []} | changes


def test_a_picture_that_another_model_of_this_name_made_says_so(studio):
    (file,) = image_api.generated(studio, "pixel-faces", "4", moves="1")
    recipe = json.loads(recipe_of(Path(file["path"]).read_bytes()))
    query = dict(parse_qsl(recipe["image"])) | {"weights": recipe["weights"]}
    answer = explore.opened(studio, query)
    assert answer["state"]["seed"] == 4 and answer["state"]["moves"] == (1.0,) and not answer["notice"]
    answer = explore.opened(studio, query | {"weights": "0" * 12})
    assert answer["state"]["seed"] == 4 and "another model of this name" in answer["notice"]
    assert recipe["weights"] != studio.weights("other")


# Which models are in sight


def named(name: str, owner: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(name=name, belongs=Belongs(owner))


def test_no_model_of_ones_own_is_pushed_out_of_sight_by_those_that_came_with_the_program():
    came = [named(name) for name in SHIPPED[:9]]
    own, other = named("mine", digest(MINE)), named("theirs", digest("b" * 32))
    assert model_list.shelved([*came[:7], own], MINE) == {"": came[:7], "trained": [own]}
    shelves = model_list.shelved([*came, own, other], MINE)
    assert shelves == {
        "": came[:6], "trained": [own], "more models": came[6:], "models by others": [other]
    }  # fmt: skip
    trained = [named(f"run-{number}") for number in range(9)]  # the newest first
    shelves = model_list.shelved([*came, *trained], MINE)
    assert shelves == {
        "": came[:6], "trained": trained[:3], "more trained models": trained[3:], "more models": came[6:]
    }  # fmt: skip


def test_a_run_s_last_model_stands_in_the_row_of_its_best():
    mine, theirs = digest(MINE), digest("b" * 32)
    names = ("mine-last", "mine", "mine-last-last", "alone-last", "other")
    last, best, own_name, alone, other = (named(name, mine) for name in names)
    stranger = named("other-last", theirs)  # somebody else's may be called so
    rows = model_list.in_rows([last, best, own_name, alone, other, stranger])
    assert rows == {"mine": [best, last], "mine-last-last": [own_name], "alone-last": [alone],
                    "other": [other], "other-last": [stranger]}  # fmt: skip


def test_a_row_offers_both_models_of_a_run_and_deletes_each(studio):
    info = studio.info("other")
    best, last = (
        replace(info, name=name, title=title, belongs=Belongs(digest(MINE)))
        for name, title in (("mine", "Mine"), ("mine-last", "Mine, last"))
    )
    cards = model_list.model_cards([best, last], "mine-last", MINE)
    (row,) = re.findall('<div class="card-row">(.*?)</div>', cards, re.DOTALL)
    assert re.findall('type="radio".*? value="(.*?)"', row) == re.findall('data-delete="(.*?)"', row)
    assert re.findall('value="([^"]*)"[^>]* checked', row) == ["mine-last"]
    assert 'aria-label="Mine, last"' in row and "<b>last</b>" in row and row.count("<small>") == 1
    assert "data-delete" not in model_list.model_cards([best, last], "mine", "b" * 32)


# What it answers


def test_a_frame_is_the_image_of_its_latent_pixel_for_pixel(studio):
    directions, _ = studio.directions("pixel-faces")
    moves, edits = [0.5, 0, -1.25], [[7, 1.5]]
    latent = Latent(3, 0.8, tuple(moves), ((7, 1.5),))
    answer = explore.frame(studio, asked(scale=0.8, moves=moves, edits=edits))
    expected = studio.generate("pixel-faces", latent.z(directions)[None])[0]
    np.testing.assert_array_equal(pixels(answer["image"]), expected)
    query = dict(parse_qsl(answer["query"]))
    assert query.pop("model") == "pixel-faces" and Latent.from_query(query) == latent
    assert len(answer["image"]) < 8000  # a few KB
    score = studio.score("pixel-faces", [expected])[0]
    judged = explore.judged(studio, asked(scale=0.8, moves=moves, edits=edits))["verdict"]
    assert score.verdict in html.unescape(judged) and f"Logit {score.logit:+.2f}" in judged


def test_neighbours_are_what_a_click_on_them_shows(studio):
    question = asked(moves=[3.5, 1], across=0, up=2, step=1)
    answer = explore.neighbours(studio, question)
    sheet, side = pixels(answer["sheet"]), studio.info("pixel-faces").image_size
    places = re.findall(r'data-move-across="(.*?)" data-move-up="(.*?)"', answer["cells"])
    assert len(places) == 25 and answer["cells"].count("aria-current=true") == 1
    for number in (0, 12, 24):
        across, up = map(float, places[number])
        top, left = side * (number // 5), side * (number % 5)
        there = explore.frame(studio, asked(moves=[across, 1, up]))
        np.testing.assert_array_equal(sheet[top : top + side, left : left + side], pixels(there["image"]))
    assert places[12] == ("3.5", "0.0") and places[24] == ("4.0", "-2.0")  # no further than a slider goes


def test_raw_coordinates_show_the_seed_s_own_and_the_edited(studio):
    rows = explore.coordinates(studio, asked(edits=[[12, -2.5]], page=1, scale=0.5, moves=[1]))
    values = [float(value) for value in re.findall(r' value="(.*?)"', rows["rows"])]
    expected = seed_to_z(3, 24)[10:20]
    expected[2] = -2.5
    np.testing.assert_allclose(values, expected, atol=1e-4)
    assert rows["pages"] == 3 and rows["rows"].count("edited") == 1


@pytest.mark.parametrize(
    "handler, changes",
    [
        ("frame", {"seed": -1}), ("frame", {"seed": float("nan")}), ("frame", {"scale": float("inf")}),
        ("frame", {"scale": None}), ("frame", {"moves": [float("nan")]}), ("frame", {"moves": ["x"]}),
        ("frame", {"moves": 5}), ("frame", {"moves": [1e9]}), ("frame", {"moves": [0.1] * 600}),
        ("frame", {"named": [["a beak", 1]]}), ("frame", {"named": [["glasses"]]}), ("frame", {"named": 5}),
        ("frame", {"named": [[["glasses"], 1]]}), ("frame", {"named": [["glasses", "x"]]}),
        ("frame", {"named": {"glasses": 1}}),
        ("frame", {"edits": [[99, 1]]}), ("frame", {"edits": [1]}), ("frame", {"edits": [[1]]}),
        ("frame", {"model": "nobody"}), ("frame", {"model": None}), ("frame", {"model": "../pixel-faces"}),
        ("frame", {"model": ["pixel-faces"]}), ("frame", {"class": "Dress"}), ("frame", {"class": 1}),
        ("frame", {"class": "x" * 300}), ("classes", {}),
        ("neighbours", {"across": 0, "up": 0, "step": 1}), ("neighbours", {"across": 0, "up": 99, "step": 1}),
        ("neighbours", {"across": 0, "up": 1, "step": 1e6}), ("neighbours", {}),
        ("coordinates", {"page": -1}), ("coordinates", {"page": 3}), ("coordinates", {"page": "0"}),
    ],
)  # fmt: skip
def test_a_bad_question_is_answered_by_a_sentence(studio, handler, changes):
    answer = served(getattr(explore, handler), studio)(asked(**changes))
    assert set(answer) == {"error"} and answer["error"].endswith(".")
    assert answer["error"] != UNEXPECTED


def test_what_nobody_foresaw_goes_to_the_log_alone(studio, caplog):
    def broken(_studio, _asked):
        raise RuntimeError("/secret/path")

    assert served(broken, studio)({}) == {"error": UNEXPECTED}
    assert "/secret/path" in caplog.text
    assert "reload" in served(explore.frame, studio)(None)["error"]


@pytest.mark.parametrize("query", [{"model": "nobody"}, {"seed": "NaN"}, {"moves": "1_x"}, {"edits": "3x"}])
def test_a_bad_link_opens_the_default_image_with_a_sentence(studio, query):
    answer = explore.opened(studio, query)
    assert answer["notice"] and answer["state"]["model"] == "pixel-faces"
    assert answer["state"]["seed"] == FIRST
    assert explore.opened(studio, {})["notice"] == ""


def test_a_bad_link_to_a_model_stays_with_that_model(studio):
    answer = explore.opened(studio, {"model": "other", "seed": "abc"})
    assert "“abc”" in answer["notice"] and answer["state"]["model"] == "other"


def test_a_model_opens_with_a_chosen_seed_and_a_link_with_its_own(studio):
    assert explore.opened(studio, {})["state"]["seed"] == FIRST != 0
    assert explore.opened(studio, {"seed": "0"})["state"]["seed"] == 0
    assert explore.opened(studio, {"model": "other"})["state"]["seed"] == 0  # nobody has looked at that one


@pytest.mark.parametrize(
    "query, moves, scale",
    [({"scale": "99"}, (), 2), ({"moves": "9_0_-9"}, (4, 0, -4), 1), ({"moves": "4", "scale": "2"}, (4,), 2)],
)
def test_a_link_beyond_the_sliders_gets_their_ends_and_a_sentence(studio, query, moves, scale):
    answer = explore.opened(studio, query)
    assert (answer["state"]["moves"], answer["state"]["scale"]) == (moves, scale)
    assert bool(answer["notice"]) == (query != {"moves": "4", "scale": "2"})
    assert Latent.from_query(dict(parse_qsl(answer["query"]))).moves == moves


def test_copies_beyond_the_edge_are_marked_and_nothing_else(studio):
    for moves, edges in (([], 0), ([4], 10), ([3], 5), ([4, -4], 16)):
        cells = explore.neighbours(studio, asked(moves=moves, across=0, up=1, step=1))["cells"]
        assert cells.count('aria-disabled="true" aria-label="The edge') == edges, moves


def test_the_pictures_beside_a_slider_are_what_it_shows_there(studio):
    moves, side = [1, -2, 0.5], studio.info("pixel-faces").image_size
    answer = explore.ends(studio, asked(moves=moves, scale=0.9))
    sheet = pixels(answer["sheet"])
    assert sheet.shape[:2] == (12 * side, 2 * side) and answer["rows"] == 12
    for row, column in ((0, 0), (1, 1), (7, 0)):
        there = [*moves, *[0] * 9]
        there[row] = (-3, 3)[column]
        expected = pixels(explore.frame(studio, asked(moves=there, scale=0.9))["image"])
        seen = sheet[side * row : side * (row + 1), side * column : side * (column + 1)]
        np.testing.assert_array_equal(seen, expected)


def test_the_page_says_where_the_pictures_stand_and_how_far_a_slider_goes(studio, called):
    for model in ("pixel-faces", "other"):  # with names and without
        shown = explore.opened(studio, {"model": model})["directions"]
        told = set(re.findall(r"pictures at ±([\d.]+), sliders to ±([\d.]+) σ", shown))
        reach = re.findall(r'type="range" data-(?:named|move)="[^"]*" min="-([\d.]+)" max="([\d.]+)"', shown)
        assert told == {(f"{explore_view.ENDS:g}", reach[0][1])} and set(reach) == {(reach[0][1],) * 2}
        assert shown.count("−3 σ</span>") == shown.count("+3 σ</span>") == shown.count("pictures at")
        share = percent(NormalDist().cdf(1) - NormalDist().cdf(-1))
        assert f">{share} of random images lie within 1 σ of the mean" in shown
    assert "% of random" not in explore_view.about_sigma(8)  # the styles of a StyleGAN are not normal


@pytest.fixture
def called(studio, monkeypatch):
    """Directions with names for the faces: two that work, and one that does not."""
    steps = np.random.RandomState(0).randn(3, 24).astype(np.float32)
    each = zip(("red hair", "glasses", "hat"), steps, (0.9, 0.83, 0.7), (0.05, 0.0, 0.3), strict=True)
    named = [checkpoint.NamedDirection(name, step, flips, others) for name, step, flips, others in each]
    monkeypatch.setattr(studio, "known_directions", lambda model: named if model == "pixel-faces" else None)
    return {one.name: one.vector for one in named}


def test_sliders_with_names_come_first_and_the_others_below_them(studio, called):
    shown = explore.opened(studio, {"named": "glasses:1.5"})
    assert shown["state"]["named"] == (("glasses", 1.5),) and shown["notice"] == ""
    sliders = shown["directions"]
    assert re.findall('data-named="(?!sefa)(.*?)"', sliders) == ["red hair", "glasses"]
    assert "flips 90\N{NO-BREAK SPACE}%, others 5\N{NO-BREAK SPACE}%<" in sliders
    assert "flips 83\N{NO-BREAK SPACE}%<" in sliders  # there is no other label
    assert sliders.index("data-named") < sliders.index("<details") < sliders.index("data-move")
    assert "<details" in sliders and not re.search("<details[^>]* open>", sliders)
    other = explore.opened(studio, {"model": "other"})["directions"]
    assert 'data-part="more"' not in other and 'data-do="find"' in other  # nobody has looked yet


def test_a_move_by_name_is_its_image_and_its_link(studio, called):
    there = asked(moves=[1], named=[["glasses", 2], ["red hair", -1]])
    frame = explore.frame(studio, there)
    z = Latent(3, moves=(1.0,)).z(studio.directions("pixel-faces")[0])
    expected = studio.generate("pixel-faces", (z + 2 * called["glasses"] - called["red hair"])[None])[0]
    np.testing.assert_array_equal(pixels(frame["image"]), expected)
    linked = explore.opened(studio, dict(parse_qsl(frame["query"])))
    assert linked["image"] == frame["image"] and linked["notice"] == ""
    answer, side = explore.ends(studio, there | {"of": "named"}), expected.shape[0]
    assert answer["rows"] == 2
    end = explore.frame(studio, asked(moves=[1], named=[["glasses", -3], ["red hair", -1]]))
    np.testing.assert_array_equal(pixels(answer["sheet"])[side:, :side], pixels(end["image"]))


def test_a_link_to_a_name_that_is_not_there_loses_that_alone(studio, called):
    answer = explore.opened(studio, {"seed": "7", "moves": "1", "named": "a beak:2,glasses:9"})
    assert "no slider called “a beak”" in answer["notice"] and "end at ±4" in answer["notice"]
    assert answer["state"] | {"seed": 7, "moves": (1.0,), "named": (("glasses", 4.0),)} == answer["state"]


def test_names_are_looked_for_on_demand_unless_the_page_is_only_to_be_read(studio, called, monkeypatch):
    looked = []
    monkeypatch.setattr(studio, "named_directions", lambda model, seconds: looked.append((model, seconds)))
    answer = explore.find(studio, asked())
    assert looked == [("pixel-faces", 60.0)] and answer["notice"] == ""
    assert "data-named" in answer["directions"]
    monkeypatch.setattr(studio, "limits", Limits(read_only=True))
    assert set(served(explore.find, studio)(asked())) == {"error"}
    assert 'data-do="find"' not in explore.opened(studio, {"model": "other"})["directions"]


def test_no_two_places_of_the_tab_go_by_one_name():
    markup = explore_view.explorer({"alt": "", "empty": ""})
    names = Counter(re.findall(r'data-part="([\w-]+)"', markup))
    assert [name for name, count in names.items() if count > 1] == ["pad"]  # the sketch's has its own root


def test_without_models_the_tab_says_what_to_do(tmp_path):
    answer = explore.opened(Studio(tmp_path, "cpu"), {})
    assert answer == {"empty": explore.NO_MODEL} and explore.NO_MODEL in explore_view.explorer(answer)
    assert explore.opened(Studio(tmp_path / "lost", "cpu"), {}) == {"empty": explore.NO_FOLDER}


# Walks


def test_a_walk_passes_through_its_seeds_and_comes_in_one_sheet(studio):
    made = walk.made(studio, {"model": "pixel-faces"}, "3, 8", "slerp", 20, False, 12)
    sheet = pixels(made["sheet"])
    assert (made["frames"], made["columns"]) == (20, walk.COLUMNS) and sheet.shape == (64, 512, 3)
    ends = studio.generate("pixel-faces", np.stack([seed_to_z(seed, 24) for seed in (3, 8)]))
    np.testing.assert_array_equal(sheet[:32, :32], ends[0])
    np.testing.assert_array_equal(sheet[32:, 96:128], ends[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"seeds": "1"}, {"seeds": ","}, {"seeds": "a,b"}, {"seeds": "0-99"}, {"seeds": "1,-2"},
        {"frames": float("nan")}, {"frames": 1}, {"frames": 10**9}, {"frames": None}, {"fps": 0},
        {"fps": "x"}, {"kind": "round"}, {"model": None}, {"seeds": "0-20", "frames": 4},
    ],
)  # fmt: skip
def test_a_bad_walk_is_refused_in_a_sentence(studio, changes):
    good = {"model": "pixel-faces", "seeds": "1,2", "kind": "slerp", "frames": 12, "loop": True, "fps": 12}
    model, *rest = (good | changes).values()
    with pytest.raises(Exception, match=r"\.") as refused:
        walk.made(studio, model and {"model": model}, *rest)
    assert type(refused.value).__name__ == "Error" and "Traceback" not in refused.value.message
    assert "went wrong" not in refused.value.message


def test_a_walk_goes_between_images_just_as_they_were_seen(studio):
    seen = [asked(seed=4, moves=[-2, -4]), asked(seed=8, scale=0.5, edits=[[3, 1.5]])]
    added = [{"text": explore.read_latent(one).to_text()} for one in seen]
    shown = {"model": "pixel-faces"}
    made = walk.made(studio, shown, "", "slerp", 20, False, 12, False, [], added)
    sheet = pixels(made["sheet"])
    assert made["words"] == "Walk through seeds 4 (moved), 8 (moved)"
    for place, one in zip(((0, 0), (1, 3)), seen, strict=True):
        expected = pixels(explore.frame(studio, one)["image"])
        (top, left) = (32 * part for part in place)
        np.testing.assert_array_equal(sheet[top : top + 32, left : left + 32], expected)
    stops = walk.gathered(studio, shown, "2-3", "slerp", 20, False, 12, False, [], added)
    assert [stop["text"] for stop in stops[2:]] == ["2", "3"]
    assert stops[2]["image"] == explore.frame(studio, asked(seed=2))["image"]
    with pytest.raises(Exception, match="at most 32 images"):
        walk.gathered(studio, shown, "0-30", "slerp", 20, False, 12, False, [], added)
    of_link = walk.stops_of(studio, shown | {"texts": [one["text"] for one in added]})["stops"]
    assert of_link[0]["image"] == explore.frame(studio, seen[0])["image"]


def test_a_walk_takes_the_seconds_that_its_images_say(studio):
    added = [{"text": "4", "seconds": 0.5}, {"text": "8"}, {"text": "9", "seconds": 2}]
    shown = {"model": "pixel-faces"}
    made = walk.made(studio, shown, "", "slerp", 24, False, 12, False, [], added)
    assert made["frames"] == 6 + 12 + 1  # 23 / 2 to go evenly: 11.5
    sheet = pixels(made["sheet"])
    eighth = pixels(explore.frame(studio, asked(seed=8))["image"])
    np.testing.assert_array_equal(sheet[:32, 6 * 32 : 7 * 32], eighth)
    assert walk.made(studio, shown, "", "slerp", 24, True, 12, False, [], added)["frames"] == 6 + 8 + 24
    eased = walk.made(studio, shown, "", "slerp", 24, False, 12, True, [], added)
    assert eased["frames"] == made["frames"] and eased["sheet"] != made["sheet"]
    added[0]["seconds"] = 50
    with pytest.raises(Exception, match="takes 613 frames, and one has at most 240"):
        walk.made(studio, shown, "", "slerp", 24, False, 12, False, [], added)


@pytest.mark.parametrize("seconds", [0, -1, 61, float("nan"), "2", [1]])
def test_seconds_that_no_walk_can_take_are_refused_in_a_sentence(studio, seconds):
    added = [{"text": "4", "seconds": seconds}, {"text": "8"}]
    with pytest.raises(Exception, match=r"The seconds from image to image must be from 0\.1 to 60"):
        walk.made(studio, {"model": "pixel-faces"}, "", "slerp", 24, False, 12, False, [], added)


def test_a_sample_walks_before_anyone_has_added_an_image(studio):
    made = walk.made(studio, {"model": "other"}, " ", "slerp", 12, True, 12, False, [], [])
    assert made["words"] == walk.SAMPLE_WORDS and made["frames"] == 12


@pytest.mark.parametrize(
    "text", ["", "x", "3M1_y", "3M" + "_".join("1" * 99), "3E99x1", "3Cdress", 5.5, None]
)
def test_a_bad_stop_of_a_link_is_refused_in_a_sentence(studio, text):
    answer = served(walk.stops_of, studio)({"model": "pixel-faces", "texts": [text]})
    assert set(answer) == {"error"} and answer["error"] != UNEXPECTED


@pytest.mark.parametrize("format, start", [("gif", b"GIF89a"), ("webp", b"RIFF"), ("mp4", b"\0\0\0")])
@pytest.mark.parametrize("side", [256, 512])
def test_a_saved_film(studio, format, start, side):
    kept = walk.saved(format, studio, side, {"model": "pixel-faces"}, "1,2", "lerp", 6, True, 10)
    data = base64.b64decode(kept["address"].split(",")[1])
    assert kept["name"] == f"walk-pixel-faces-1-2.{format}" and data.startswith(start)
    if format != "mp4":
        film = Image.open(io.BytesIO(data))
        assert film.n_frames == 6 and film.size == (side, side)


@pytest.mark.parametrize("side", [0, 100_000, "512", None])
def test_a_film_has_one_of_three_sizes(studio, side):
    with pytest.raises(ValueError, match="256, 512, 1024 pixels wide"):
        films.film(np.zeros((2, 8, 8, 3), np.uint8), "gif", 10, side)


# Endpoints


def test_generate_and_interpolate_over_http(studio, address):
    client = Client(address, verbose=False)
    files = client.predict("pixel-faces", "5,7-8", api_name="/generate")
    expected = studio.generate("pixel-faces", np.stack([seed_to_z(seed, 24) for seed in (5, 7, 8)]))
    np.testing.assert_array_equal([np.asarray(Image.open(file)) for file in files], expected)
    (moved,) = client.predict("pixel-faces", "5", "", 1, "2,-1", api_name="/generate")
    z, _ = studio.points("pixel-faces", [Latent(5, moves=(2, -1))])
    np.testing.assert_array_equal(np.asarray(Image.open(moved)), studio.generate("pixel-faces", z)[0])
    film = client.predict("other", "1,2", 8, "lerp", False, "gif", api_name="/interpolate")
    timed = client.predict("other", "1,2,3", 8, "lerp", False, "gif", "", True, ",1", api_name="/interpolate")
    with pytest.raises(Exception, match="not “x”"):
        client.predict("other", "1,2", 8, seconds="x", api_name="/interpolate")
    assert Image.open(film).n_frames <= 8 and Image.open(film).size == (512, 512)
    assert 8 < Image.open(timed).n_frames <= 17  # 3.5 and 12, the last one besides; two alike are one
    moves = ("2;3", "1," * 99 + "1")
    for wrong in (("nobody", "5"), ("pixel-faces", "-1"), ("pixel-faces", "0-100"),
                  *(("pixel-faces", "5", "", 1, one) for one in moves)):  # fmt: skip
        with pytest.raises(Exception, match=r"no model|not a seed|more than 64|A move is|directions"):
            client.predict(*wrong, api_name="/generate")
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert {"/generate", "/interpolate"} <= set(named)
    assert all(len(endpoint["description"]) > 40 for endpoint in named.values()), (
        "MCP tells tools by their text"
    )


def test_a_kept_file_is_offered_by_its_own_name(studio):
    (kept,) = image_api.generated(studio, "pixel-faces", "4")
    assert kept["orig_name"] == "pixel-faces-seed-4.png" and kept["meta"] == {"_type": "gradio.FileData"}


def test_a_file_s_name_is_short_and_another_image_s_is_another(studio):
    names = {
        image_api.picture_name("a-model-" * 9, Latent(2**32 - 1, moves=(by,), value="hat=cap+" * 9))
        for by in (0, 1, 2)
    }
    assert len(names) == 3 and all(len(name) < 60 and "-seed-4294967295-" in name for name in names)
    shown, seeds = {"model": "pixel-faces"}, ",".join(str(2**32 - k) for k in range(1, 9))
    films = [
        walk.asked_for(studio, shown, one, "slerp", 48, True, 12).file_name("webp")
        for one in ("1,2", seeds, f"{seeds},7")
    ]
    assert films[0] == "walk-pixel-faces-1-2.webp" and len(set(films)) == 3
    assert all(len(name) < 60 and name.startswith("walk-pixel-faces-") for name in films)


# In a browser


class Explore:
    """The tab as a person has it before them."""

    def __init__(self, chromium, address, query: str | None = "?seed=0"):
        self.context = chromium.new_context(viewport={"width": 1440, "height": 900})
        self.context.set_default_timeout(120_000)
        self.page, self.address = self.context.new_page(), address
        self.requests, self.problems = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        if query is not None:
            self.visit(query)

    def visit(self, query):
        self.page.goto(self.address + query)
        self.page.locator(".cell").first.wait_for()

    def forget(self):
        """As if nobody had come yet."""
        self.page.goto(f"{self.address}favicon.ico")
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.requests.clear()

    @property
    def source(self) -> str:
        return self.page.locator("#explore-image").get_attribute("src")

    @property
    def notice(self) -> str:
        return self.page.locator('#explore [data-part="notice"]').inner_text()

    def settle(self):
        self.page.wait_for_function(SETTLED)

    def changes(self, act):
        """Do something, and wait until the image is another one."""
        before = self.source
        act()
        self.page.wait_for_function(DRAWN, arg=["#explore-image", before])
        self.settle()


@pytest.fixture(scope="module")
def visitor(chromium, address):
    """Who comes again and again: a page that was there before loads sooner."""
    visitor = Explore(chromium, address, None)
    yield visitor
    visitor.context.close()


@pytest.fixture
def tab(visitor):
    visitor.visit("?seed=0")
    yield visitor
    assert visitor.problems == []
    visitor.forget()


@pytest.mark.browser
def test_the_first_screen_works_with_no_click_and_no_other_host(chromium, address):
    tab = Explore(chromium, address, "")
    image = tab.page.locator("#explore-image")
    box = image.bounding_box()
    assert 0.45 <= box["width"] / 1440 <= 0.5 and box["height"] == pytest.approx(box["width"])
    assert image.evaluate("image => getComputedStyle(image).imageRendering") == "pixelated"
    chosen = FIRST  # to be seen first
    assert image.get_attribute("alt") == f"Image that the generator makes from seed {chosen}"
    assert tab.page.locator("#explore .verdict").inner_text()
    outside = {urlsplit(url).netloc for url in tab.requests if not url.startswith("data:")}
    assert outside == {urlsplit(address).netloc}
    assert "${alert(1)}" in tab.page.locator(".card b").first.inner_text()  # a title is a text, never code
    assert tab.problems == []
    tab.context.close()


@pytest.mark.browser
def test_on_a_phone_the_image_comes_first_and_nothing_is_cut_off(chromium, address):
    tab = Explore(chromium, address)
    tab.page.set_viewport_size({"width": 390, "height": 844})
    top = {
        name: tab.page.locator(name).bounding_box()["y"]
        for name in ("#explore-image", ".models", ".seedrow >> nth=0")
    }
    assert top["#explore-image"] == min(top.values())
    image, stage = (tab.page.locator(name) for name in ("#explore-image", "#explore .stage"))
    tab.page.wait_for_function("document.querySelector('#explore-image').clientWidth > 100")
    box = image.bounding_box()
    assert box["width"] == box["height"] == 224  # 32 pixels, each 7 times as large
    assert stage.bounding_box()["height"] < 0.4 * 844
    tab.page.get_by_role("button", name="Smaller picture").click()
    assert image.bounding_box()["width"] == 64 and stage.bounding_box()["height"] < 0.1 * 844
    tab.page.get_by_role("button", name="Larger picture").click()
    assert image.bounding_box()["width"] == 224
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    tab.context.close()


@pytest.mark.browser
def test_dragging_a_slider_draws_on_the_way_and_the_last_position_for_sure(tab, studio):
    seen = "window.seen = []; new MutationObserver(() => seen.push(1)).observe("
    tab.page.evaluate(seen + "document.querySelector('#explore-image'), {attributeFilter: ['src']})")
    box = tab.page.locator(SLIDER.format(0)).bounding_box()
    middle = box["y"] + box["height"] / 2
    tab.page.mouse.move(box["x"] + box["width"] / 2, middle)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + 0.9 * box["width"], middle, steps=40)
    tab.page.wait_for_function("seen.length > 1")  # while the button is still down
    tab.page.mouse.up()
    tab.settle()
    value = float(tab.page.locator(SLIDER.format(0)).input_value())
    assert value > 2
    last = explore.frame(studio, asked(seed=0, moves=[value]))
    assert tab.source == last["image"]
    verdict = explore.judged(studio, asked(seed=0, moves=[value]))["verdict"]
    sentence = html.unescape(re.search("<p>(.*)</p>", verdict)[1])
    tab.page.locator("#explore .verdict").get_by_text(sentence).wait_for()
    assert tab.page.url.endswith(last["query"])


@pytest.mark.browser
def test_a_burst_faster_than_any_answer_still_ends_on_the_last_position(tab, studio):
    burst = """slider => { for (let k = 0; k <= 60; k++) {
        slider.value = k / 20; slider.dispatchEvent(new Event("input", {bubbles: true})); } }"""
    before = len(tab.requests)
    tab.changes(lambda: tab.page.locator(SLIDER.format(1)).evaluate(burst))
    assert tab.source == explore.frame(studio, asked(seed=0, moves=[0, 3]))["image"]
    assert len([url for url in tab.requests[before:] if "component_server" in url]) < 10  # and not 61


@pytest.mark.browser
def test_on_a_slow_server_image_and_address_still_end_on_the_last_position(tab, studio, monkeypatch):
    quick, slider = studio.draw, tab.page.locator(SLIDER.format(0))

    def slow(*asked):
        time.sleep(0.6)  # longer than the page waits before it writes the address
        return quick(*asked)

    monkeypatch.setattr(studio, "draw", slow)
    slider.fill("1")
    slider.fill("-2")
    tab.page.wait_for_url("**moves=-2*")
    monkeypatch.undo()
    assert tab.source == explore.frame(studio, asked(seed=0, moves=[-2]))["image"]


@pytest.mark.browser
def test_the_keyboard_moves_sliders_cells_and_models(tab, studio):
    tab.page.locator(SLIDER.format(2)).focus()
    tab.changes(lambda: tab.page.keyboard.press("ArrowRight"))
    assert tab.source == explore.frame(studio, asked(seed=0, moves=[0, 0, 0.05]))["image"]
    tab.page.locator(".cell[aria-current]").focus()
    tab.page.keyboard.press("ArrowRight")
    tab.changes(lambda: tab.page.keyboard.press("Enter"))
    assert tab.source == explore.frame(studio, asked(seed=0, moves=[1, 0, 0.05]))["image"]
    tab.page.locator('input[name="explore-model"]').first.focus()
    tab.changes(lambda: tab.page.keyboard.press("ArrowDown"))
    assert tab.source == explore.frame(studio, asked(seed=0, model="other"))["image"]


@pytest.mark.browser
def test_seeds_scale_coordinates_and_the_way_back(tab, studio):
    tab.changes(lambda: tab.page.get_by_label("Next seed").click())
    seed_1 = explore.frame(studio, asked(seed=1))["image"]
    assert tab.source == seed_1
    tab.changes(lambda: tab.page.locator('[data-field="scale"]').fill("1.5"))
    tab.page.get_by_text("Raw coordinates of z").click()
    tab.changes(lambda: tab.page.locator('[data-coordinate="4"]').fill("2.5"))
    assert tab.source == explore.frame(studio, asked(seed=1, scale=1.5, edits=[[4, 2.5]]))["image"]
    tab.page.get_by_role("button", name="next 10").click()
    tab.page.locator('[data-coordinate="10"]').wait_for()
    tab.changes(lambda: tab.page.get_by_role("button", name="Reset to the seed").click())
    assert tab.source == seed_1
    tab.changes(lambda: tab.page.get_by_role("button", name="Dice").click())
    written = int(tab.page.get_by_label("Seed", exact=True).input_value())
    assert tab.source == explore.frame(studio, asked(seed=written))["image"]
    tab.page.get_by_label("Seed", exact=True).fill("-4")
    assert "whole number" in tab.notice


@pytest.mark.browser
def test_a_link_shows_another_person_the_same_image(tab, chromium, address):
    tab.changes(lambda: tab.page.locator(SLIDER.format(3)).fill("-1.5"))
    tab.changes(lambda: tab.page.locator(".cell").first.click())
    query = "?" + urlsplit(tab.page.url).query
    assert set(parse_qs(query[1:])) == {"model", "seed", "moves"}
    other = Explore(chromium, address, query)
    assert other.notice == ""
    assert other.page.url == tab.page.url
    assert other.source == tab.source
    assert other.page.locator(SLIDER.format(3)).input_value() == "-1.5"
    other.context.close()


@pytest.mark.browser
def test_a_bad_link_shows_the_default_image_and_a_sentence(chromium, address, studio):
    tab = Explore(chromium, address, "?model=nobody&seed=5")
    assert "no model called" in tab.notice
    assert tab.source == explore.frame(studio, asked(seed=FIRST))["image"]
    tab.context.close()


@pytest.mark.browser
def test_one_person_s_model_is_no_one_else_s(tab, chromium, address, studio):
    """Two drag at one time, another slider of another model each."""
    other = Explore(chromium, address)
    other.changes(lambda: other.page.locator(".card", has_text="Other").click())
    people = ((tab, "pixel-faces", 0, 0.8), (other, "other", 1, 0.3))  # which slider, and how far along it
    for person, _, slider, _ in people:
        person.page.locator(SLIDER.format(slider)).scroll_into_view_if_needed()
    for step in range(9):
        for person, _, slider, end in people:
            box = person.page.locator(SLIDER.format(slider)).bounding_box()
            along = 0.5 + (end - 0.5) * step / 8
            person.page.mouse.move(box["x"] + along * box["width"], box["y"] + box["height"] / 2)
            if not step:
                person.page.mouse.down()
    for person, model, slider, _ in people:
        person.page.mouse.up()
        moves = [0.0] * slider + [float(person.page.locator(SLIDER.format(slider)).input_value())]
        assert abs(moves[-1]) > 1
        person.page.wait_for_url(f"**model={model}&seed=0&moves={'_'.join(f'{one:g}' for one in moves)}")
        person.settle()
        assert person.source == explore.frame(studio, asked(model=model, seed=0, moves=moves))["image"]
    assert tab.source != other.source
    other.context.close()


@pytest.mark.browser
def test_a_walk_plays_and_scrubs_without_a_request_and_is_saved(tab):
    tab.page.get_by_role("textbox", name="Seeds").fill("1, 2")
    tab.page.get_by_role("button", name="Make the walk").click()
    canvas = tab.page.locator(".walk-player > canvas")
    tab.page.get_by_role("img", name="Walk through seeds 1, 2: frame").wait_for()  # and no sample any more
    label = "document.querySelector('.walk-player > canvas').getAttribute('aria-label')"
    tab.page.wait_for_function(f"{label}.includes('frame 5 of')")
    before = [url for url in tab.requests if not url.startswith("data:")]
    scrubber = tab.page.get_by_label("Frame of the walk", exact=True)
    scrubber.fill("0")
    first = canvas.evaluate("canvas => canvas.toDataURL()")
    scrubber.fill("20")
    assert "frame 21 of 48" in canvas.get_attribute("aria-label")
    assert canvas.evaluate("canvas => canvas.toDataURL()") != first
    tab.page.get_by_role("button", name="Frame 1", exact=True).click()
    assert canvas.evaluate("canvas => canvas.toDataURL()") == first
    tab.page.get_by_role("button", name="Play").click()
    tab.page.wait_for_function(f"!{label}.includes('frame 1 of')")
    assert [url for url in tab.requests if not url.startswith("data:")] == before
    for name in ("GIF", "MP4"):
        with tab.page.expect_download() as download:
            tab.page.get_by_role("button", name=f"Save {name}").click()
        assert download.value.suggested_filename == f"walk-pixel-faces-1-2.{name.lower()}"


@pytest.mark.browser
def test_a_reload_comes_back_to_its_tab_and_to_its_image(tab):
    tab.changes(lambda: tab.page.get_by_label("Next seed").click())
    before = tab.source
    tab.page.get_by_role("tab", name="Judge").click()
    tab.page.wait_for_url("**tab=judge*")
    tab.page.reload()
    tab.page.locator('[role=tab][aria-selected=true]:text("Judge")').wait_for()
    tab.page.get_by_role("tab", name="Explore").click()
    tab.page.wait_for_function(SETTLED)
    assert tab.source == before and "tab=" not in tab.page.url


@pytest.mark.browser
def test_a_bad_walk_is_told_in_a_sentence(tab):
    tab.page.get_by_role("textbox", name="Seeds").fill("1, x")
    tab.page.get_by_role("button", name="Make the walk").click()
    told = tab.page.get_by_text("is not a seed or a range of seeds")
    told.wait_for()
    assert "“x” is not a seed" in told.inner_text()


def test_a_named_slider_that_fails_on_an_image_says_so(models):
    studio = Studio(models, "cpu")

    def unseen(seed: int, *named: tuple[str, float]) -> dict:
        return explore.judged(studio, asked(model="pixel-faces", seed=seed, named=named))["unseen"]

    assert unseen(918027, ("glasses", 3)) == {"glasses": "not seen in this image"}  # by eye: none have come
    assert unseen(57, ("glasses", 3)) == unseen(57) == {}
    assert unseen(918027, ("sefa 1", 2)) == {}  # a direction from the weights promises nothing
