"""Super-resolution on the Translate tab: all ways to enlarge a picture, the true one, and their numbers."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from small import trained

from gan import checkpoint
from gan.data import load, views
from gan.images import bicubic, enlarged, png
from gan.measure import features
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.ui.translate import lens, tab


@pytest.fixture(scope="module")
def studio(tmp_path_factory, few_images) -> Studio:
    folder = tmp_path_factory.mktemp("models")
    model = {"feature_maps": 4, "blocks": 1, "image_size": 64, "view": "small-4"}
    kinds = {
        "critic": ("srgan", {"frechet": 1.5, "frechet_bicubic": 28.25}),
        "alone": ("srresnet", {"frechet": 9.25}),
    }
    for name, (recipe, metrics) in kinds.items():
        config = recipe_config(recipe, model, data="open_peeps", batch=4, precision="float32", device="cpu",
                               measure_images=0)  # fmt: skip
        checkpoint.save_model(folder / name, trained(config, 2).snapshot(), metrics=metrics)
    edges = recipe_config("pix2pix", {"feature_maps": 4}, batch=4, precision="float32", device="cpu",
                          measure_images=0)  # fmt: skip
    checkpoint.save_model(folder / "edges", trained(edges, 1).snapshot())
    return Studio(folder, "cpu")


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))


def figures(row: str) -> dict[str, tuple[np.ndarray, dict[str, str]]]:
    """By its title each picture of a row, and its numbers as they are shown."""
    found = {}
    for one in row.split("<figure>")[1:]:
        numbers = dict(re.findall(r"<dt>(\S+) [↑↓]</dt><dd>(.*?)</dd>", one))
        found[re.search(r"<figcaption.*?>(.*?)<", one)[1]] = pixels(re.search('src="(.*?)"', one)[1]), numbers
    return found


def test_a_parabola_is_enlarged_as_a_parabola():
    """Keys's curve with a = −½ follows one exactly; straight lines between its pixels miss by a level."""
    ramp = (5 * np.arange(8) ** 2).astype(np.uint8)
    image = np.broadcast_to(ramp[:, None], (1, 6, 8, 3)).copy()
    place = (np.arange(32) + 0.5) / 4 - 0.5
    found = bicubic(image, 4)
    assert found.shape == (1, 24, 32, 3) and bicubic(image[..., :1], 4).shape == (1, 24, 32, 1)
    inside = slice(8, 24)
    assert np.abs(found[0, :, inside] - 5 * place[inside, None] ** 2).max() < 0.6


def test_all_ways_stand_in_one_row_with_their_numbers(studio):
    shown = tab.opened(studio, {"translator": "critic"})
    assert shown["enlarges"] and shown["beside"] == "" and shown["side"] == 16
    row = lens.compared(studio, {"model": "critic", "source": shown["source"], "truth": shown["truth"]})[
        "lens"
    ]
    found = figures(row)
    assert list(found) == ["Nearest", "Bicubic", "◆ Pixels alone", "◆ With a critic", "● The true picture"]
    (source, truth) = (each[0] for each in studio.pairs("critic", 6))
    images = {title: image for title, (image, _) in found.items()}
    assert np.array_equal(images["Nearest"], enlarged(source[None], 4)[0])
    assert np.array_equal(images["● The true picture"], truth)
    for title, name in (("◆ Pixels alone", "alone"), ("◆ With a critic", "critic")):
        assert np.array_equal(images[title], studio.translate(name, [source])[0])
    for title, (image, numbers) in list(found.items())[:4]:
        db = 10 * np.log10(255**2 / np.square(image.astype(float) - truth).mean())
        assert numbers["PSNR"].strip("<b>/") == f"{db:.1f} dB", title
    assert [numbers.get("Fréchet") for _, numbers in found.values()] == [
        "–",
        "28.25",
        "9.25",
        "<b>1.50</b>",
        None,
    ]
    assert all(
        sum("<b>" in numbers.get(name, "") for _, numbers in found.values()) >= 1 for name in ("PSNR", "SSIM")
    )


def test_what_no_network_enlarged_is_measured_as_what_one_did():
    sources, targets = views.pairs("small-4", load("open_peeps").held_out, 1)
    sources, targets = sources[:100], targets[:100]
    found = features.enlarged_plainly(sources, targets, "open_peeps")
    for name, by in (("nearest", enlarged), ("bicubic", bicubic)):
        expected = features.translated(targets, by(sources, 4), "open_peeps")["frechet"]
        assert found[f"frechet_{name}"] == pytest.approx(expected)
    assert features.enlarged_plainly(sources, targets, "own:none") == {}


def test_to_a_drawing_there_is_no_truth(studio):
    source = base64.b64encode(bytes(16 * 16 * 3)).decode()
    answer = lens.compared(studio, {"model": "alone", "source": source})
    assert list(figures(answer["lens"])) == ["Nearest", "Bicubic", "◆ Pixels alone"]
    assert answer["words"] == lens.UNKNOWN and "PSNR" not in answer["lens"]


def test_a_perfect_answer_has_no_end_of_decibels(studio):
    white = np.full((64, 64, 3), 255, np.uint8)
    row = lens.row([lens.Way("a", white), lens.Way("b", white)], white)
    assert row.count("<b>∞ dB</b>") == row.count("<b>1.000</b>") == 2


@pytest.mark.parametrize("asked, words", [
    ({"model": "edges", "source": ""}, "does not enlarge"),
    ({"model": "alone", "source": "AAAA"}, "does not fit"),
    ({"model": "alone", "source": base64.b64encode(bytes(768)).decode(), "truth": "AAAA"}, "does not fit"),
    ({"model": "alone", "source": base64.b64encode(bytes(768)).decode(), "truth": [1]}, "does not fit"),
])  # fmt: skip
def test_what_cannot_be_held_under_the_lens_is_refused(studio, asked, words):
    with pytest.raises(ValueError, match=words):
        lens.compared(studio, asked)


def test_a_photo_is_made_small_and_is_the_true_picture_itself(studio, tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(png(np.random.RandomState(1).randint(0, 256, (64, 64, 3)).astype(np.uint8)))
    found = tab.of_photo(studio, "alone", str(path))
    truth = np.frombuffer(base64.b64decode(found["truth"]), np.uint8).reshape(64, 64, 3)
    assert np.array_equal(truth, np.asarray(Image.open(path))) and np.array_equal(
        pixels(found["answer"]), truth
    )
    source = np.frombuffer(base64.b64decode(found["source"]), np.uint8).reshape(16, 16, 3)
    assert np.array_equal(source, views.small(truth[None], 4)[0])
    assert "truth" not in tab.of_photo(studio, "edges", str(path))
