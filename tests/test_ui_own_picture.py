"""One's own picture: what the page and the endpoints answer, and that the way there leads there."""

import base64
import json
import re
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import parse_qsl

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from small import short_searches

from gan import checkpoint
from gan.images import fit, open_image, png, recipe_of
from gan.latent import Latent, seed_to_z
from gan.limits import Limits
from gan.measure import inversion
from gan.recipes import recipe_config
from gan.studio import Inverted, Studio
from gan.trainer import Trainer
from gan.ui import page
from gan.ui.explore import latent_api, own_picture
from gan.ui.explore import own_picture_view as view
from gan.ui.explore import tab as explore
from gan.ui.explore.own_picture_view import Card, Given

DIM = 8
SHOWN = {"model": "faces", "class": ""}
PAGE = SimpleNamespace(session_hash="one")
BLANK = np.zeros((2, 2, 3), np.uint8)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    with pytest.MonkeyPatch.context() as patch:
        short_searches(patch)
        patch.setattr(own_picture, "SHOWN_EVERY", 0.0)
        for name, recipe in (("faces", "bigan"), ("plain", "modern")):
            model = {"feature_maps": 4, "latent_dim": DIM}
            trainer = Trainer(recipe_config(recipe, model, batch=16, precision="float32", device="cpu"))
            for _ in range(3):
                trainer.step()
            checkpoint.save_model(folder / name, trainer.snapshot(), name.title())
        studio = Studio(folder, "cpu")
        yield studio
        studio.runs.close()


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """Not square, and far larger than the network's images."""
    y, x = np.mgrid[:90, :160].astype(np.uint8)
    path = tmp_path_factory.mktemp("pictures") / "holi<b>day.png"
    Image.fromarray(np.dstack([x, 2 * y, 255 - x])).save(path)
    return path


def there(html: str) -> dict:
    """The query of the link in it, as a browser reads it."""
    return dict(parse_qsl(re.search(r'href="\?(.*?)"', html)[1].replace("&amp;", "&")))


def found(error: float, **changes) -> Inverted:
    one = Inverted(BLANK, np.zeros(DIM, np.float32), Latent.at(np.zeros(DIM)), BLANK, error, 1.0, 640)
    return replace(one, **changes)


def told(answers) -> list[str]:
    """What is shown, one after another; the search can be stopped until the last."""
    shown, stops = zip(*answers, strict=True)
    assert not stops[-1]["interactive"]
    return list(shown)


def test_a_picture_is_searched_for_and_the_way_there_leads_to_just_that(studio, photo):
    *going, last = told(own_picture.Desk(studio).file({"model": "plain"}, str(photo), PAGE))
    assert "<progress" in going[0] and "own-go" not in going[0]
    assert "holi&lt;b&gt;day.png" in last and "32 × 32 pixels" in last
    with Image.open(photo) as picture:
        one = studio.invert("plain", fit(picture, 32, 3))
    assert Latent.from_query(there(last)) == one.point
    opened = explore.opened(studio, there(last))
    assert opened["notice"] == "" and opened["image"] in last
    assert opened["state"]["model"] == "plain" and opened["state"]["edits"] == one.point.edits
    rows = re.findall(r'<th scope="row">(.*?)</th>.*?<td>([\d.]+)</td>', last)
    names = [
        "Your picture",
        "One of its own images",
        "A picture of another kind",
        "The nearest training image",
    ]
    assert [name for name, _ in rows] == names and rows[0][1] == f"{one.error:.1f}"


def test_a_model_with_an_encoder_shows_what_that_alone_makes_of_it(studio):
    last = told(own_picture.Desk(studio).real(SHOWN, 2, PAGE))[-1]
    answer = studio.encode("faces", studio.examples("faces", "real", 1, 2)[0])
    error = inversion.difference(answer.seen, answer.reconstruction)
    assert "Its encoder&#39;s answer alone</th>" in last and f"<td>{error:.1f}</td>" in last
    assert 'class="from-real"' in last and "correlate" not in last


def test_of_its_own_image_the_true_latent_is_known(studio):
    assert "correlate" in told(own_picture.Desk(studio).seed(SHOWN, 5, PAGE))[-1]
    z = seed_to_z(5, DIM)
    assert "<b>1.00</b>" in view.likeness(z, 2 * z) and "<b>-1.00</b>" in view.likeness(z, -z)


@pytest.mark.parametrize("error, sentence", [
    (9.9, "can draw that, about as well"), (20, "nearer than any image it was trained on"),
    (40, "only roughly"), (60, "cannot draw that"),
])  # fmt: skip
def test_whether_the_model_can_draw_it_is_said_in_a_sentence(error, sentence):
    card = Card(found(error), None, (BLANK, 30.0), found(5.0), found(100.0), True)
    assert sentence in view.verdict(card)
    assert "not known" in view.verdict(replace(card, own=None))
    assert "Found." in view.verdict(replace(card, another=None, over=False))


def test_a_search_that_is_stopped_shows_what_it_has_and_one_that_is_dropped_nothing(studio):
    kinds = own_picture.Desk
    for ends, last in ((kinds.stop, "stopped before its end"), (kinds.cleared, "Add a picture")):
        desk = own_picture.Desk(studio)
        going = desk.real({"model": "plain"}, 4, PAGE)
        assert "<progress" in next(going)[0]
        desk.stop(SimpleNamespace(session_hash="another"))  # somebody else's stops nothing
        assert next(going)[1]["interactive"]
        ends(desk, PAGE)
        rest = told(going)
        assert last in rest[-1] and "<progress" not in "".join(rest)
        assert not desk._going


def test_what_cannot_be_searched_for_gets_a_sentence_in_place_of_an_image(studio, tmp_path, monkeypatch):
    (tmp_path / "letter.jpg").write_text("Dear all, this is not an image.")
    desk = own_picture.Desk(studio)
    refused = [
        desk.file(SHOWN, str(tmp_path / "letter.jpg"), PAGE),
        desk.file(SHOWN, str(tmp_path / "gone.png"), PAGE),
        desk.seed({"model": "nobody"}, 0, PAGE), desk.seed(None, 0, PAGE),
    ]  # fmt: skip
    words = ("letter.jpg is not an image", "gone.png is no longer here; choose", "no model", "no model")
    for answers, expected in zip(refused, words, strict=True):
        (html,) = told(answers)
        assert expected in html and 'role="status"' in html and html.count(".</p>") == 1
    assert told(desk.file(SHOWN, None, PAGE)) == [view.EMPTY]
    monkeypatch.setattr(studio, "limits", Limits(read_only=True))
    assert "looking only" in next(desk.file(SHOWN, str(tmp_path / "letter.jpg"), PAGE))[0]


def test_the_part_shows_for_every_generator_and_forgets_what_was_of_another(studio):
    desk = own_picture.Desk(studio)
    for model in ("faces", "plain"):
        name, section, result, file, _ = desk.offered({"model": model, "class": "a"}, "", PAGE)
        assert (name, section["visible"], result, file) == (model, True, view.EMPTY, None)
        same = desk.offered({"model": model, "class": "b"}, model, PAGE)
        assert same == (gr.skip(),) * 5
    assert desk.offered({"model": "nobody"}, "faces", PAGE)[1]["visible"] is False


def test_even_the_widest_latent_fits_into_a_link():
    z = np.random.RandomState(0).randn(512)
    one = found(1.0, point=Latent.at(z))
    html = view.report(Given("m" * 60, BLANK, "real", "x"), Card(one, None, None, over=True))
    assert len(re.search(r'href="(.*?)"', html)[1]) < 5000 and Latent.from_query(there(html)) == one.point


def test_over_http(studio, photo):
    served = page.build_page(studio, page.TABS[:1])
    _, address, _ = served.launch(prevent_thread_lock=True, quiet=True, **page.launch_options(studio))
    try:
        client = Client(address, verbose=False)
        z, made = client.predict("faces", handle_file(photo), api_name="/encode")
        picture = open_image(photo)
        np.testing.assert_allclose(z, studio.encode("faces", picture).z, atol=5.1e-4)
        point = Latent.at(np.array(z))
        np.testing.assert_array_equal(np.asarray(Image.open(made)), studio.draw("faces", point).image)
        z, labels, error, made = client.predict("plain", handle_file(photo), api_name="/invert")
        one = studio.invert("plain", picture)
        assert z == [value for _, value in one.point.edits] and labels == ""
        assert error == pytest.approx(one.error, abs=0.01)
        np.testing.assert_array_equal(np.asarray(Image.open(made)), one.reconstruction)
        with open(made, "rb") as file:
            assert (
                Latent.from_query(dict(parse_qsl(json.loads(recipe_of(file.read()))["image"]))) == one.point
            )
        with pytest.raises(Exception, match="no encoder"):
            client.predict("plain", handle_file(photo), api_name="/encode")
        for name in ("/encode", "/invert"):
            with pytest.raises(Exception, match=r"not a file|was not"):
                client.predict("faces", {"path": "/etc/hostname"}, api_name=name)
    finally:
        served.close()


def test_a_data_uri_is_an_image_too(studio):
    picture = studio.generate("faces", seed_to_z(1, DIM)[None])[0]
    address = "data:image/png;base64," + base64.b64encode(png(picture)).decode()
    z, _ = latent_api.encoded(studio, "faces", address)
    np.testing.assert_allclose(z, studio.encode("faces", picture).z, atol=5.1e-4)
