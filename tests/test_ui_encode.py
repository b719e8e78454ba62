"""Finding an image's latent: what the page and /encode answer, and that the way there leads there."""

import base64
import re
from urllib.parse import parse_qsl

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from gan import checkpoint
from gan.images import fit, png
from gan.latent import Latent, seed_to_z
from gan.recipes import recipe_config
from gan.studio import Encoded, Studio
from gan.trainer import Trainer
from gan.ui import page
from gan.ui.explore import encode, encode_view
from gan.ui.explore import tab as explore

DIM = 8
SHOWN = {"model": "faces", "class": ""}


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
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


def test_the_way_there_leads_to_just_the_reconstruction(studio, photo):
    with Image.open(photo) as picture:
        found = encode.find(studio, "faces", picture)
        np.testing.assert_array_equal(found.seen, fit(picture, 32, 3))
    assert len(found.latent.edits) == DIM and found.latent.seed == 0
    exact = studio.encode("faces", found.seen)
    np.testing.assert_allclose(found.z, exact.z, atol=5.1e-4)
    html = encode.of_file(studio, SHOWN, str(photo))
    opened = explore.opened(studio, there(html))
    assert opened["notice"] == "" and opened["image"] in html
    assert opened["state"]["model"] == "faces" and opened["state"]["edits"] == found.latent.edits
    np.testing.assert_array_equal(studio.generate("faces", found.z[None])[0], found.reconstruction)
    assert "holi&lt;b&gt;day.png" in html and "32 × 32 pixels" in html


def test_how_much_better_than_chance_is_said_plainly():
    words = [encode_view.better(apart, 0.36) for apart in (0.10, 0.25, 0.33, 0.36)]
    assert words == ["Much nearer than a random one.", "Nearer than a random one.",
                     "Hardly better than a random one.", "No better than a random one."]  # fmt: skip


def test_how_far_apart_is_the_root_mean_square_of_the_range(studio, photo):
    found = encode.find(studio, "faces", Image.open(photo))
    difference = found.seen / 255 - found.reconstruction / 255
    assert found.apart == pytest.approx(np.sqrt((difference**2).mean()))
    others = [studio.generate("faces", seed_to_z(seed, DIM)[None])[0] / 255 for seed in range(encode.OTHERS)]
    apart = [np.sqrt(((found.seen / 255 - other) ** 2).mean()) for other in others]
    assert found.others_apart == pytest.approx(np.mean(apart))


def test_of_its_own_image_the_true_latent_is_known(studio, monkeypatch):
    z = seed_to_z(5, DIM)

    def perfect(model, picture):
        np.testing.assert_array_equal(picture, studio.generate(model, z[None])[0])
        return Encoded(picture, z, picture)

    assert "at <b>-" in encode.of_seed(studio, SHOWN, 5) or "at <b>0." in encode.of_seed(studio, SHOWN, 5)
    monkeypatch.setattr(studio, "encode", perfect)
    html = encode.of_seed(studio, SHOWN, 5)
    assert "at <b>1.00</b>" in html and "seed 5" in html and html.count('class="from-generated"') == 2


def test_a_real_example_was_held_out_and_has_no_known_latent(studio):
    html = encode.of_real(studio, SHOWN, 2)
    assert 'class="from-real"' in html and "correlat" not in html
    assert html != encode.of_real(studio, SHOWN, 3)


def test_even_the_widest_latent_fits_into_a_link(studio):
    random = np.random.RandomState(0)
    edits = tuple((k, round(float(value), encode.DECIMALS)) for k, value in enumerate(random.randn(512)))
    latent = Latent(2**32 - 1, 0.123, tuple(random.randn(12).round(2)), edits)
    one = encode_view.Found(latent, *[np.zeros((2, 2, 3), np.uint8)] * 3, 0.1, 0.2)
    link = re.search(r'href="(.*?)"', encode_view.found(one, "m" * 60, "real", "x"))[1]
    assert len(link) < 4000 and Latent.from_query(there(f'href="{link}"')) == latent


def test_what_cannot_be_encoded_gets_a_sentence_in_place_of_an_image(studio, tmp_path):
    (tmp_path / "letter.jpg").write_text("Dear all, this is not an image.")
    (tmp_path / "empty.png").touch()
    refused = [
        encode.of_file(studio, SHOWN, str(tmp_path / "letter.jpg")),
        encode.of_file(studio, SHOWN, str(tmp_path / "empty.png")),
        encode.of_file(studio, SHOWN, str(tmp_path / "swept.png")),
        encode.of_real(studio, {"model": "plain"}, 0), encode.of_seed(studio, {"model": "nobody"}, 0),
        encode.of_seed(studio, None, 0),
    ]  # fmt: skip
    words = ("letter.jpg is not an image", "empty.png is empty", "swept.png is no longer here; choose",
             "has no encoder", "no model", "no model")  # fmt: skip
    for html, expected in zip(refused, words, strict=True):
        assert expected in html and 'role="status"' in html and html.count(".</p>") == 1


def test_the_part_shows_for_models_with_an_encoder_alone(studio):
    places = ("section", "result", "file")
    assert encode.offered(studio, *places, SHOWN)["section"]["visible"] is True
    for shown in ({"model": "plain"}, {"model": "nobody"}, None):
        offer = encode.offered(studio, *places, shown)
        assert offer == {"section": gr.update(visible=False), "result": encode_view.EMPTY, "file": None}


def test_encode_over_http(studio, photo):
    served = page.build_page(studio, page.TABS[:1])
    _, address, _ = served.launch(prevent_thread_lock=True, quiet=True, **page.launch_options(studio))
    try:
        client = Client(address, verbose=False)
        z, made = client.predict("faces", handle_file(photo), api_name="/encode")
        with Image.open(photo) as picture:
            found = encode.find(studio, "faces", picture)
        assert z == [value for _, value in found.latent.edits]
        np.testing.assert_array_equal(np.asarray(Image.open(made)), found.reconstruction)
        with pytest.raises(Exception, match="no encoder"):
            client.predict("plain", handle_file(photo), api_name="/encode")
        with pytest.raises(Exception, match=r"not a file|was not"):
            client.predict("faces", {"path": "/etc/hostname"}, api_name="/encode")
    finally:
        served.close()


def test_a_data_uri_is_an_image_too(studio):
    picture = studio.generate("faces", seed_to_z(1, DIM)[None])[0]
    address = "data:image/png;base64," + base64.b64encode(png(picture)).decode()
    z, _ = encode.encoded(studio, "faces", address)
    np.testing.assert_allclose(z, studio.encode("faces", picture).z, atol=5.1e-4)
