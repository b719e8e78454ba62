"""The sketch pad: what the server says of a drawing."""

import base64
import io
from urllib.parse import parse_qsl

import numpy as np
import pytest
from PIL import Image
from small import CHECKPOINTS, short_searches

from gan import data
from gan.images import enlarged
from gan.latent import Latent
from gan.studio import Studio
from gan.ui import drawing
from gan.ui.explore import sketch

PICTURE = "data:image/png;base64,"


@pytest.fixture(scope="module")
def studio():
    with pytest.MonkeyPatch.context() as patch:
        short_searches(patch)
        yield Studio(CHECKPOINTS, "cpu")


def asked(pixels, model="face-builder") -> dict:
    return {"model": model, "sketch": drawing.packed(pixels)}


def pictures(html: str) -> list[np.ndarray]:
    texts = [part.split('"')[0] for part in html.split(PICTURE)[1:]]
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(text)))) for text in texts]


@pytest.mark.parametrize("model, side, channels, first", [
    ("face-builder", 16, 3, "black"), ("fashion-conditional", 28, 1, "grey 0"),
    ("peeps-builder", 64, 3, "black"),
])  # fmt: skip
def test_a_pad_has_the_model_s_own_grid(studio, model, side, channels, first):
    begun = sketch.sketch_begun(studio, {"model": model})
    assert (begun["side"], begun["channels"]) == (side, channels)
    assert f'aria-label="{first}"' in begun["palette"]


def test_a_sketch_is_judged_as_an_image_of_its_size(studio):
    image = studio.draw("face-builder", Latent(4)).image
    said = sketch.sketched(studio, asked(image[::2, ::2]))["verdict"]
    logit = studio.score("face-builder", [enlarged(image[None, ::2, ::2], 2)[0]])[0].logit
    assert f"Logit {logit:+.2f}" in said


def test_the_nearest_of_both_kinds_are_shown(studio):
    real = data.load("pixel_faces").train.images[777]
    shown = str(sketch.near_sketch(studio, asked(real[::2, ::2]))["shown"])
    own, nearest, *others = pictures(shown)
    np.testing.assert_array_equal(nearest, real)
    assert len(others) == 2 and "<b>A training image</b> 0 grey levels off" in shown
    query = shown.split('data-query="')[1].split('"')[0].replace("&amp;", "&")
    point = Latent.from_query(dict(parse_qsl(query)))
    np.testing.assert_array_equal(own, studio.draw("face-builder", point).image)


@pytest.mark.parametrize("changes, said", [
    ({"model": "nobody"}, "no model"), ({"model": "parts-to-face"}, "Translate"), ({"sketch": "AAAA"}, "fit"),
    ({"sketch": None}, "fit"), ({"sketch": "?"}, "fit"),
])  # fmt: skip
def test_what_is_no_sketch_is_refused_in_a_sentence(studio, changes, said):
    blank = asked(np.full((16, 16, 3), 255, np.uint8))
    for handler in (sketch.sketched, sketch.near_sketch):
        with pytest.raises(ValueError, match=said):
            handler(studio, blank | changes)
