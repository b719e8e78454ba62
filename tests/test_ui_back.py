"""There and back again on the Translate tab: the numbers, what they say, and the score card of a change."""

import json

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from small import trained

from gan import checkpoint
from gan.data import load
from gan.measure.change import Change, Told, change
from gan.measure.measures import Crossed
from gan.recipes import recipe_config
from gan.specs import Sides
from gan.studio import Studio
from gan.ui.translate import back, tab, view

GLASSES = Sides(column="glasses", a="none", b="dark,light")


def test_a_difference_is_eight_times_as_strong_either_way_and_black_where_there_is_none():
    a, b = np.array([[[10, 30, 200]]], np.uint8), np.array([[[10, 33, 100]]], np.uint8)
    assert back.difference(a, b).tolist() == back.difference(b, a).tolist() == [[[0, 24, 255]]]


@pytest.mark.parametrize("errors, hides", [
    ((4.0, 4.1, 5.2), False), ((4.0, 9.0, 4.0), True), ((4.0, 4.1, 21.0), True), ((1.0, 1.0, 3.5), False),
    ((20.0, 20.0, 26.0), False), ((0.0, 0.5, 1.5), False),
])  # fmt: skip
def test_it_hides_something_where_a_change_that_nobody_sees_throws_it_off(errors, hides):
    found = dict(zip(("exact", "rounded", "noisy"), errors, strict=True))
    said = back.verdict(found)
    assert ("It is hidden in" in said) == hides and ("no sign" in said) != hides
    assert all(f"{error:.1f} levels" in back.hiding(found) for error in errors)


def told(of: tuple[str, str], others: dict[str, tuple[str, str]], seen: bool, already=False) -> Change:
    rest = tuple(Told(name, *values) for name, values in others.items())
    return Change(Told("glasses", *of), rest, seen, already, 0.5, 0.02)


def test_the_score_card_says_what_the_classifier_sees_and_what_should_have_stayed():
    kept, lost = {"hat": ("cap", "cap")}, {"hair_color": ("red", "<b>")}
    assert back.seen(told(("none", "dark"), kept, True)) == (
        "The classifier sees the change. The other label stays the same."
    )
    found = told(("none", "none"), kept | lost, False)
    assert back.seen(found) == (
        "The classifier does not see the change: for glasses it says “none”. 1 of the 2 other labels stays "
        "the same. Changed, but should not have: hair colour."
    )
    assert back.seen(told(("none", "dark"), lost, True)) == (
        "The classifier sees the change. Changed, but should not have: hair colour."
    )
    more = {"beard": ("no", "no")} | kept
    assert back.seen(told(("none", "dark"), more, True)).endswith(" All 2 other labels stay the same.")
    none = {"hat": ("cap", "no hat")} | lost
    assert " None of the 2 other labels stays the same. " in back.seen(told(("none", "dark"), none, True))
    for after in ("dark", "light"):  # of one side both
        found_there = told(("dark", after), {}, True, already=True)
        assert back.seen(found_there) == "The source already looked like the other side."
    assert "<td><b>&lt;b&gt;</b> (changed)</td>" in back._labels(found)
    assert back.pixels(found) == (
        "Changed by more than 16 levels: 50\xa0% of the pixels in the place where the two sides differ, and "
        "2\xa0% of all others."
    )
    assert back.pixels(Change(None, (), None, None, None, None)) == ""


def test_a_change_is_told_by_label_and_by_place():
    """A real face led to a real one with glasses, by the labels that both have."""
    data = load("pixel_faces").held_out
    glasses = data.column("glasses")
    none, dark = (
        data.images[glasses == data.label_values["glasses"].index(value)][:1] for value in ("none", "dark")
    )
    place = np.zeros((32, 32), bool)
    place[:, :16] = True
    made = none.copy()
    made[0, :8, :16] += 100  # a quarter of the left half, by far more than one sees; 0 stays so nowhere
    found = change(Crossed(none, made, none, place), GLASSES, GLASSES.b, "pixel_faces")
    assert (found.inside, found.outside) == (0.5 * 0.5, 0.0)
    to_dark = change(Crossed(none, dark, none, None), GLASSES, GLASSES.b, "pixel_faces")
    assert to_dark.of == Told("glasses", "none", "dark") and to_dark.seen and to_dark.inside is None
    assert not to_dark.already
    light = data.images[glasses == data.label_values["glasses"].index("light")][:1]
    assert change(Crossed(light, dark, light, None), GLASSES, GLASSES.b, "pixel_faces").already
    assert not change(Crossed(none, none, none, None), GLASSES, GLASSES.b, "pixel_faces").seen
    assert [one.column for one in to_dark.others] == [name for name in data.label_names if name != "glasses"]
    nothing = change(Crossed(none, dark, none, None), GLASSES, GLASSES.b, "somebody/s-own")
    assert nothing.of is None and nothing.others == ()


SIDES = {"glasses": ("none", "dark,light"), "mouth": ("sad", "happy"), "hat": ("hat", "no hat")}


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    folder = tmp_path_factory.mktemp("models")
    for name, (a, b) in SIDES.items():
        model = {"feature_maps": 4, "blocks": 1, "side_label": name, "side_a": a, "side_b": b}
        config = recipe_config(
            "cyclegan", model, batch=4, precision="float32", device="cpu", measure_images=0
        )
        metrics = {"seen": 0.97, "others_kept": 0.854, "cycle_error": 3.21} if name == "glasses" else None
        checkpoint.save_model(folder / name, trained(config, 1).snapshot(), metrics=metrics)
    return Studio(folder, "cpu")


@pytest.mark.parametrize("name, words", [
    ("glasses", {"on": "without glasses → with glasses", "off": "with glasses → without glasses"}),
    ("mouth", {"happy": "sad → happy", "sad": "happy → sad"}),
    ("hat", {"off": "hat → no hat", "on": "no hat → hat"}),
])  # fmt: skip
def test_the_ways_have_the_names_of_the_sides(studio, name, words):
    info = studio.info(name)
    assert view.ways(info) == words and tuple(words) == info.ways
    there = next(iter(words.values()))
    assert there.split(" → ")[0] in view.about_shown(info)
    assert view.about(info).lower().startswith(f"{there}, and back. it never saw a pair.")


def test_the_card_has_the_models_figures_too(studio):
    shown = tab.chosen(studio, {"model": "glasses", "example": 0, "way": "off"})
    answer = tab.returned(studio, {"model": "glasses", "source": shown["source"], "way": "off"})
    for words in (
        "How often the change is seen",
        "97\xa0%",
        "85\xa0%",
        "3.2 levels",
        '<th scope="row">hair colour',
    ):
        assert words in answer["card"], words
    other = tab.chosen(studio, {"model": "mouth", "example": 0})
    assert "not measured" in tab.returned(studio, {"model": "mouth", "source": other["source"]})["card"]


@pytest.mark.parametrize("way, opens", [("off", "off"), ("up", "on"), (["off"], "on"), (None, "on")])
def test_a_saved_pair_opens_on_its_way(studio, tmp_path, way, opens):
    text, source = PngInfo(), tab.chosen(studio, {"model": "glasses", "example": 3, "way": "off"})["source"]
    text.add_text("gan-studio", json.dumps({"translator": "glasses", "way": way, "source": source}))
    Image.new("RGB", (8, 8)).save(tmp_path / "pair.png", pnginfo=text)
    found = tab.of_photo(studio, "mouth", str(tmp_path / "pair.png"))
    assert found == {"model": "glasses", "source": source, "way": opens}
