"""Several discriminators on the same pictures: who is asked, and where they differ."""

from dataclasses import replace

import numpy as np
import pytest
from small import CHECKPOINTS

from gan.images import data_uri
from gan.measure.scoring import judge
from gan.studio import Studio
from gan.ui.judge.side_by_side import MOST, beside, compared, differ, suited, summary, table

REAL, FAKE = np.linspace(1, 3, 50), np.linspace(-3, -1, 50)


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


def ask(studio, judges=None, model="pixel-faces", count=2):
    pictures = [data_uri(one) for one in studio.examples(model, "real", count, 100)]
    asked = {"model": model, "pictures": pictures, "names": [f"P{n}" for n in range(count)], "judges": judges}
    return compared(studio, asked)


def test_of_the_same_data_stand_beside_unless_one_chooses(studio):
    answer = ask(studio)
    data = {studio.info(name).data for name in answer["judges"]}
    assert data == {"pixel_faces"} and 2 <= len(answer["judges"]) <= 3
    assert not any(studio.info(name).patches for name in answer["judges"])
    assert answer["choices"].count(" checked") == len(answer["judges"])
    chosen = ask(studio, ["progan", "nobody", 3, "face-builder"])
    assert chosen["judges"] == ["face-builder", "progan"]  # in the list's order, nobody else
    assert ask(studio, [])["judges"] == [] and "Choose who" in ask(studio, [])["shown"]
    everyone = [info.name for info in studio.judges()]
    full = ask(studio, everyone, count=1)
    assert len(full["judges"]) == MOST == full["choices"].count(" checked")
    assert full["choices"].count(" disabled") == full["choices"].count("<input") - MOST
    assert "disabled" not in answer["choices"]


def test_each_column_is_what_that_model_says(studio):
    picture = studio.examples("pixel-faces", "generated", 1, 100)[0]
    shown = compared(studio, {"model": "pixel-faces", "pictures": [data_uri(picture)], "names": ["<b>"],
                              "judges": ["progan", "fashion-conditional"]})["shown"]  # fmt: skip
    assert "<b>" not in shown.replace("<br>", "") and "&lt;b&gt;" in shown
    places = [shown.index(f'class="is-{studio.score(name, [picture])[0].likeness}"')
              for name in ("pixel-faces", "progan", "fashion-conditional")]  # fmt: skip
    assert all(place > 0 for place in places) and shown.count("<td") == 3


def test_moments_of_its_own_run_come_first(studio, monkeypatch):
    monkeypatch.setattr(studio, "moments", lambda name: (0, 50, 200, 900))
    info = studio.info("pixel-faces")
    offered = beside(studio, info, studio.judges())
    assert [one.words for one in offered[:2]] == ["Pixel faces, after 0 steps", "Pixel faces, after 50 steps"]
    assert suited(info, offered, studio.judges())[:2] == ["@0", "@200"]
    assert all(one.key != "pixel-faces" for one in offered)


def test_where_they_differ_is_said():
    real, fake, either = judge([2, -2, 0], REAL, FAKE)
    either = replace(either, likeness="either")
    assert differ([real, fake]) and not differ([real, either]) and not differ([fake, fake])
    rows = [[real, real], [real, fake], [either, fake]]
    assert summary("abc", rows) == (
        "On 1 of 3 pictures one says real and another generated. They are furthest apart on b."
    )
    assert summary("ac", [rows[0], rows[2]]).startswith("Nowhere") and "apart on c" in summary(
        "ac", rows[::2]
    )
    drawn = table(
        ["a", "b"], np.zeros((2, 4, 4, 3), np.uint8), [("One", [real, real]), ("Two", [real, fake])]
    )
    assert drawn.count("they differ") == 1 and drawn.index("they differ") > drawn.index("<span>b")


@pytest.mark.parametrize("asked", [
    {"pictures": "x"}, {"pictures": []}, {"pictures": [], "names": ["a"]}, {"pictures": [3], "names": ["a"]},
    {"pictures": ["data:image/png;base64,AAAA"], "names": ["a"]},
])  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(studio, asked):
    with pytest.raises(ValueError):
        compared(studio, {"model": "pixel-faces"} | asked)
    with pytest.raises(ValueError, match="no model"):
        compared(studio, {"model": "nobody", "pictures": [], "names": []})


def test_no_pictures_are_no_table(studio):
    answer = compared(studio, {"model": "pixel-faces", "pictures": [], "names": [], "judges": ["progan"]})
    assert answer["shown"] == "" and answer["judges"] == ["progan"]
