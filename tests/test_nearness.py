"""Nearness on images whose distances can be worked out by hand."""

import numpy as np
import pytest

from gan.data import load
from gan.nearness import SIDE, Album, thumbnails


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
