"""The preview card of a link: its picture, its tags, and what stays behind a password."""

import html
import io
import re
import urllib.request
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from gan import checkpoint
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.trainer import Trainer
from gan.ui import page
from gan.ui.server.card import EDGE, MARGIN, SIZE, compose
from gan.ui.server.preview import card, head, image, plain_card

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
QUERY = {"model": "faces", "seed": "4", "moves": "1.5"}


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    model = {"feature_maps": 4, "latent_dim": 24}
    config = recipe_config("modern", model, data="pixel_faces", batch=8, precision="float32", device="cpu")
    trainer = Trainer(config)
    trainer.step()
    checkpoint.save_model(folder / "faces", trainer.snapshot(), 'Faces "<b>" & co')
    studio = Studio(folder, "cpu")
    yield studio
    studio.runs.close()


def serve(studio, **options):
    built = page.build_page(studio)
    _, address, _ = built.launch(
        prevent_thread_lock=True, quiet=True, **page.launch_options(studio), **options
    )
    return built, address.rstrip("/")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def fetch(address: str) -> bytes:
    return DIRECT.open(address, timeout=60).read()


def tags(text: str) -> dict[str, list[str]]:
    found, tag = {}, r'<meta (?:property|name)="((?:og|twitter):[^"]*)" content="([^"]*)">'
    for name, content in re.findall(tag, text):
        found.setdefault(name, []).append(html.unescape(content))
    return found


@pytest.mark.parametrize("shape", ((32, 32, 3), (28, 28, 1), (20, 60, 3), (900, 700, 3)))
def test_a_card_shows_the_image_in_whole_pixels(shape):
    pixels = np.random.RandomState(0).randint(0, 256, shape).astype(np.uint8)
    made = opened(compose("A title of many long and longer words that never ends", "seed 4", pixels))
    assert made.size == SIZE
    scale = EDGE // max(shape[:2])
    if scale:
        height, width = (scale * side for side in shape[:2])
        top, left = (MARGIN + (EDGE - side) // 2 for side in (height, width))
        shown = np.asarray(made)[top : top + height, left : left + width]
        large = np.broadcast_to(pixels, (*shape[:2], 3)).repeat(scale, 0).repeat(scale, 1)
        assert (shown == large).all()


def test_letters_that_no_font_has_do_no_harm():
    assert opened(compose("顔 😀", "")).size == SIZE


def test_a_link_has_its_own_card_and_a_bad_one_the_programs(studio):
    assert image(studio, QUERY).shape == (32, 32, 3)
    assert card(studio, QUERY) != card(studio, QUERY | {"seed": "5"}) != plain_card()
    for bad in ({"model": "nope"}, {"seed": "x"}, {"model": "../x"}, {"moves": "_".join("1" * 400)}):
        assert card(studio, bad) == plain_card()
    assert card(SimpleNamespace(generators=list), {}) == plain_card()


def test_the_tags_hold_the_links_own_query_and_nothing_else(studio):
    found = tags(head(studio, QUERY | {"tab": "judge", "x": '"><script>'}, "https://x.org/gan"))
    assert found["og:title"] == ['Faces "<b>" & co, seed 4 · GAN Studio']
    assert found["og:image"] == ["https://x.org/gan/card.png?model=faces&seed=4&moves=1.5"]
    assert tags(head(studio, {"model": "<b>"}, "https://x.org"))["og:image"] == ["https://x.org/card.png"]


def test_the_page_tells_each_link_by_its_picture(studio):
    built, address = serve(studio)
    found = tags(fetch(f"{address}/?model=faces&seed=4&moves=1.5").decode())
    assert found["og:title"] == found["twitter:title"] == ['Faces "<b>" & co, seed 4 · GAN Studio']
    assert found["og:image"] == [f"{address}/card.png?model=faces&seed=4&moves=1.5"]
    assert fetch(found["og:image"][0]) == card(studio, QUERY)
    built.close()


def test_behind_a_password_nothing_is_told(studio):
    built, address = serve(studio, auth=("teacher", "secret"))
    found = tags(fetch(f"{address}/?model=faces&seed=4").decode())
    assert found["og:title"] == ["GAN Studio"] and found["og:image"] == [f"{address}/card.png"]
    assert fetch(f"{address}/card.png?model=faces&seed=4") == plain_card()
    built.close()
