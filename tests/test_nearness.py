"""Nearness on images whose distances can be worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from small import shipped

from gan.data import load
from gan.images import fit
from gan.measure.unfamiliar import SIDE, Album, thumbnails
from gan.studio import Studio


def grey(*values) -> np.ndarray:
    return np.stack([np.full((32, 32, 1), value, np.uint8) for value in values])


def test_the_usual_distance_is_that_to_the_nearest_other():
    album = Album(thumbnails(grey(0, 51, 153)))  # -1, -0.6, 0.2: nearest others at 0.4, 0.4, 0.8
    assert album.usual_distance == pytest.approx(np.quantile([0.4, 0.4, 0.8], 0.995))


def test_strange_is_further_than_that():
    album = Album(thumbnails(grey(0, 51, 102)))  # 0.4 apart
    assert album.is_strange(grey(102, 150, 154, 255)).tolist() == [False, False, True, True]


def test_thumbnails_keep_size_and_colour():
    assert thumbnails(grey(7)).shape == (1, SIDE, SIDE, 1) and (thumbnails(grey(7)) == 7).all()
    assert thumbnails(np.zeros((2, 28, 28, 3), np.uint8)).shape == (2, SIDE, SIDE, 3)


@pytest.mark.parametrize("name, other", [("pixel_faces", "fashion_mnist"), ("open_peeps", "fashion_mnist"),
                                         ("fashion_mnist", "pixel_faces")])  # fmt: skip
def test_bundled_images_are_at_home_and_others_are_not(name, other):
    data, stranger = load(name), load(other)
    album = Album(thumbnails(data.held_out.images[:1000]))
    assert album.is_strange(data.train.images[:300]).mean() < 0.03
    foreign = thumbnails(stranger.images[:100])
    foreign = foreign.mean(3, keepdims=True) if data.channels == 1 else np.repeat(foreign, 3, axis=3)
    assert album.is_strange(foreign.astype(np.uint8)).mean() > 0.97


CHECKPOINTS = Path(__file__).parent.parent / "checkpoints"
SHIPPED = shipped(of_noise=True)


def nothing_like_a_picture(side: int, channels: int) -> dict[str, np.ndarray]:
    """Images (n, h, w, c) uint8 that no model has seen the like of."""
    random, (y, x) = np.random.RandomState(0), np.mgrid[:side, :side]
    ramp = 255 * x / (side - 1)
    drawn = {
        "flat": [np.full((side, side), value) for value in (0, 64, 128, 200, 255)],
        "gradient": [ramp, ramp[:, ::-1], ramp.T, ramp.T[::-1], (ramp + ramp.T) / 2, 64 + ramp / 2],
        "checkerboard": [255 * ((x // size + y // size) % 2) for size in (1, 2, 4, 8)],
        "stripes": [255 * (x // size % 2) for size in (1, 2, 4)],
        "halves": [a + (b - a) * (x >= side // 2) for a, b in ((0, 128), (0, 255), (255, 128))],
    }
    found = {name: np.repeat(np.stack(images)[..., None], channels, 3) for name, images in drawn.items()}
    any_colour = random.randint(0, 256, (20, 1, 1, channels))
    found["colour"] = np.broadcast_to(any_colour, (20, side, side, channels))
    found["noise"] = random.randint(0, 256, (10, side, side, channels))
    return {name: images.astype(np.uint8) for name, images in found.items()}


def spoilt(real: np.ndarray) -> dict[str, np.ndarray]:
    """What is left of real images (n, h, w, c)."""

    def out_of_focus(image: np.ndarray) -> np.ndarray:
        return fit(Image.fromarray(image.squeeze()).filter(ImageFilter.GaussianBlur(len(image) / 10)),
                   len(image), image.shape[2])  # fmt: skip

    half = real.copy()
    half[:, real.shape[1] // 2 :] = 128
    return {"out of focus": np.stack([out_of_focus(image) for image in real]), "half grey": half}


@pytest.mark.parametrize("model", SHIPPED)
def test_what_is_not_as_varied_inside_is_strange_and_hardly_anything_real_or_generated_is(model):
    studio = Studio(CHECKPOINTS, "cpu")
    loaded, data = studio.library.model(model), load(studio.library.model(model).facts.train.data)
    album, held_out = loaded.album, data.held_out.images
    bad = nothing_like_a_picture(data.image_size, data.channels) | spoilt(held_out[:40])
    if data.name == "emoji":  # so varied that, as thumbnails, the others have their like among them
        bad = {kind: bad[kind] for kind in ("flat", "gradient", "checkerboard", "colour")}
    for kind, images in bad.items():
        assert album.is_strange(images).mean() > 0.95, kind
    new = held_out[1024:] if len(held_out) > 1200 else held_out  # the first ones are in the album
    for images in (new, data.train.images[:500], studio.examples(model, "generated", 1000, 5)):
        share = album.is_strange(images).mean()
        print(f"{model}: {100 * share:.1f} % of {len(images)} are called strange")
        assert share <= 0.02


def test_why_an_image_is_strange():
    album = Album(thumbnails(load("pixel_faces").held_out.images[:600]))
    grey = np.full((32, 32, 3), 128, np.uint8)
    kin, own = album.kin(np.stack([grey, load("pixel_faces").held_out.images[7]]))
    assert kin.strange and "less contrast" in kin.odd and "an emptier half" in kin.odd
    assert not own.strange and own.nearest == 7 and own.distance < 1e-3 < own.usual == kin.usual
