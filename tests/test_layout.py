"""Images on a plane by likeness, and the map of seeds that the page makes of it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from small import CHECKPOINTS

from gan.latent import Latent
from gan.measure.layout import laid_out
from gan.studio import MAP_SIDE, Studio
from gan.ui.explore import seed_map


def test_images_go_from_left_to_right_and_from_top_to_bottom_by_what_they_differ_in():
    """Brightness varies most, then by how much the lower half is lighter."""
    images = np.zeros((6, 16, 16, 1), np.uint8)
    made = [(level, tilt) for level in (200, 40, 120) for tilt in (20, -20)]
    for image, (level, tilt) in zip(images, made, strict=True):
        image[:8], image[8:] = level - tilt, level + tilt
    order = laid_out(images, 3)
    levels, tilts = (np.array(one)[order] for one in zip(*made, strict=True))
    assert levels.tolist() == [[40, 120, 200]] * 2
    assert tilts.tolist() in ([[20] * 3, [-20] * 3], [[-20] * 3, [20] * 3])


def test_every_image_stands_somewhere_once_even_where_all_are_the_same():
    for images in (np.zeros((12, 8, 8, 3)), np.random.RandomState(0).randint(0, 256, (12, 8, 8, 3))):
        order = laid_out(images.astype(np.uint8), 4)
        assert order.shape == (3, 4) and sorted(order.ravel()) == list(range(12))


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


@pytest.mark.parametrize("model", ["pixel-faces", "fashion-conditional", "stylegan-faces"])
def test_the_map_shows_each_seed_where_it_says(studio, model):
    seeds, images = studio.map_of_seeds(model, Latent(7, moves=(2.0,)))
    assert seeds.shape == (MAP_SIDE, MAP_SIDE) and len(images) == MAP_SIDE**2
    for row, column in ((0, 0), (5, 17), (23, 23)):
        image = studio.draw(model, Latent(int(seeds[row, column]))).image
        assert abs(images[row * MAP_SIDE + column].mean() - image.mean()) < 1


def test_neighbours_on_the_map_are_more_alike_than_any_two(studio):
    _, images = studio.map_of_seeds("pixel-faces")
    there = images.reshape(MAP_SIDE, MAP_SIDE, -1).astype(float)
    mixed = there.reshape(MAP_SIDE**2, -1)[np.random.RandomState(0).permutation(MAP_SIDE**2)]
    any_two = np.abs(mixed[1:] - mixed[:-1]).mean()
    for axis in (0, 1):
        assert np.abs(np.diff(there, axis=axis)).mean() < 0.9 * any_two


def test_the_page_gets_one_picture_and_the_seeds_in_it(studio):
    answer = seed_map.mapped(studio, {"model": "pixel-faces", "seed": 3, "noise": 8})
    sheet = Image.open(io.BytesIO(base64.b64decode(answer["sheet"].split(",")[1])))
    assert sheet.size == (MAP_SIDE * 32, MAP_SIDE * 32) and len(answer["sheet"]) < 400_000
    assert sorted(seed for row in answer["seeds"] for seed in row) == list(range(MAP_SIDE**2))
    with pytest.raises(ValueError, match="no model"):
        seed_map.mapped(studio, {"model": "nobody"})
