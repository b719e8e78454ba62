"""What the page shows of a network's inside: blocks, the sheet of maps, and what is refused."""

import numpy as np
import pytest
from pictures import pixels
from small import CHECKPOINTS

from gan.images import data_uri
from gan.latent import Latent
from gan.studio import Layer, Maps, Studio
from gan.ui import inside
from gan.ui.explore.inside import looked_inside, with_channel
from gan.ui.judge.inside import looked_through

ASKED = {"model": "pixel-faces", "seed": 3}


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


def layer(kind="ReLU", shape=(2, 4, 4), name="a", parameters=0) -> Layer:
    return Layer(name, kind, shape, parameters)


def test_blocks_stand_by_their_side_with_shapes_and_counts():
    row = [
        layer("dense layer", (1024, 1, 1), "a", 1234),
        layer(name="b"),
        layer(name="c"),
        layer("x<y", (3, 8, 8)),
    ]
    drawn = inside.network(row, "g", ("in", "out"))
    assert drawn.count("net-stage") == 3 and drawn.count('type="radio"') == 4
    for words in ("1,024 numbers", "1,234 weights", "2 × 4 × 4", "no weights", "4 × 4</span>", "x&lt;y"):
        assert words in drawn
    assert inside.shape_words(layer(shape=(1, 1, 1))) == "1 number"


def test_what_is_looked_at_first_are_maps_in_the_middle():
    row = [layer(shape=(100, 1, 1), name="z"), *(layer(name=name) for name in "abc"), layer(shape=(1, 1, 1))]
    assert inside.chosen(row, "")[0].name == "b" and inside.chosen(row, "c") == (row[3], "")
    found, notice = inside.chosen(row, "d")
    assert found.name == "b" and "no such layer" in notice
    assert inside.default([layer(shape=(1, 1, 1), name="z")]).name == "z"


def test_colours_are_dark_at_0_and_light_at_both_ends():
    dark, green, violet, beyond = inside.colours(np.array([0.0, 2.0, -2.0, 9.0]), 2.0).astype(int)
    assert dark.max() < 40 and (green == beyond).all()
    assert green[1] == green.max() > 250 and violet[2] == violet.max() > 250 and violet[1] < 150


def test_the_sheet_holds_the_most_active_and_the_words_say_how_many():
    maps = np.zeros((100, 2, 2), np.float32)
    maps[:60] = 5
    found = Maps(layer(shape=(100, 2, 2)), np.arange(100)[::-1], np.abs(maps).mean((1, 2)), maps)
    answer = inside.maps(found, "g")
    assert pixels(answer["sheet"]).shape == (2 * 8, 2 * 12, 3)  # 96 of them, twelve in a row
    assert answer["maps"].count('type="radio"') == 96 and 'value="99"' in answer["maps"]
    assert "The 96 most active of 100" in answer["words"] and "±5" in answer["words"]
    assert "40\xa0% of them are silent" in answer["words"]
    assert 'type="radio"' not in inside.maps(found)["maps"]


def test_what_is_known_to_be_drawn_has_a_sentence(studio):
    kinds = {one.kind for info in studio.generators() for one in studio.inside(info.name, Latent(3)).layers()}
    assert (
        {"transposed convolution", "styled convolution", "mapping network", "crop"} < kinds < set(inside.DOES)
    )


def test_explore_gets_the_maps_of_its_image_and_the_image_without_a_channel(studio):
    answer = looked_inside(studio, ASKED)
    assert (
        answer["layer"] == "layers.6" and not answer["notice"] and "678,816 weights in all" in answer["net"]
    )
    assert pixels(answer["sheet"]).shape == (8 * 8, 12 * 8, 3)
    assert looked_inside(studio, ASKED | {"layer": "layers.9"})["layer"] == "layers.9"
    assert "no such layer" in looked_inside(studio, ASKED | {"layer": ["layers.9"]})["notice"]
    plain = studio.draw("pixel-faces", Latent(3)).image
    asked = ASKED | {"layer": "layers.6", "channel": 69}
    off, same = (with_channel(studio, asked | {"factor": factor}) for factor in (0, 1))
    np.testing.assert_array_equal(pixels(same["image"]), plain)
    expected = studio.draw_with("pixel-faces", Latent(3), "layers.6", 69, 0)
    np.testing.assert_array_equal(pixels(off["image"]), expected)
    share = 100 * np.sqrt(np.square(expected / 255 - plain / 255).mean())
    assert "nothing changes" in same["words"] and f"{share:.1f}\xa0%" in off["words"]


@pytest.mark.parametrize("changes, said", [
    ({"factor": 3}, "one of 0, 1, 2, 4"), ({"factor": None}, "one of 0, 1, 2, 4"),
    ({"factor": [0]}, "one of 0, 1, 2, 4"), ({"channel": 10**9}, "whole number"), ({"channel": "1"}, "whole"),
    ({"channel": 96}, "channels 0 to 95"), ({"layer": {}}, "no layer"), ({"model": "nobody"}, "no model"),
    ({"model": "glasses"}, "Translate"), ({"psi": 0.5}, "no styles"),
])  # fmt: skip
def test_what_explore_cannot_change_is_refused_in_a_sentence(studio, changes, said):
    with pytest.raises(ValueError, match=said):
        with_channel(studio, ASKED | {"layer": "layers.6", "channel": 0, "factor": 0} | changes)


def test_judge_gets_the_maps_of_the_picture_that_it_shows(studio):
    picture = studio.examples("fashion-conditional", "real", 1)[0]
    answer = looked_through(
        studio, {"model": "fashion-conditional", "picture": data_uri(picture), "layer": "layers.2"}
    )
    found = studio.inside_judge("fashion-conditional", picture).maps("layers.2")
    assert answer["layer"] == "layers.2" and "<h3>Leaky ReLU: 32 × 16 × 16</h3>" in answer["words"]
    assert answer["sheet"] == inside.maps(found)["sheet"] and "167,905 weights in all" in answer["net"]
    patches = looked_through(
        studio, {"model": "glasses", "picture": data_uri(np.zeros((32, 32, 3), np.uint8))}
    )
    assert patches["layer"]


@pytest.mark.parametrize("picture, said", [
    (None, "do not understand"), ("data:image/svg+xml,x", "do not understand"), (["x"], "do not understand"),
    ("data:image/png;base64,?", "do not understand"), ("data:image/png;base64,AAAA", "not an image"),
    (data_uri(np.zeros((16, 16, 3), np.uint8)), "does not fit"),
    (data_uri(np.zeros((900, 900, 3), np.uint8)), "pixels"),
    ("data:image/png;base64," + "A" * 2**20, "do not understand"),
])  # fmt: skip
def test_what_is_no_picture_of_the_page_is_refused_in_a_sentence(studio, picture, said):
    with pytest.raises(ValueError, match=said):
        looked_through(studio, {"model": "pixel-faces", "picture": picture})
