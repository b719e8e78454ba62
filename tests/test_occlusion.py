"""The occlusion map, on Discriminators that look at one known place."""

import numpy as np

from gan.measure.occlusion import heat_map


def test_the_heat_lies_where_the_critic_looks():
    image = np.zeros((32, 32, 1), np.uint8)
    image[4:8, 20:24] = 255

    def looks_at_the_square(images):
        return images[:, 4:8, 20:24].astype(float).mean(axis=(1, 2, 3))

    heat = heat_map(looks_at_the_square, image)
    assert heat.shape == (32, 32)
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    assert abs(y - 6) < 8 and abs(x - 22) < 8  # a patch is 8 pixels wide: no finer can it see
    assert heat[20:, :12].max() == 0  # covering elsewhere changes nothing


def test_the_heat_is_the_fall_of_the_logit():
    image = np.zeros((32, 32, 1), np.uint8)
    image[:4, :4] = 255  # mean 3.98; one patch alone covers the corner pixel, and the square whole
    heat = heat_map(lambda images: images[:, :4, :4].astype(float).mean(axis=(1, 2, 3)), image)
    assert heat[0, 0] == 255 - 4


def test_what_speaks_against_is_negative():
    image = np.zeros((32, 32, 3), np.uint8)
    image[:8, :8] = 255
    heat = heat_map(lambda images: -images[:, :8, :8].astype(float).mean(axis=(1, 2, 3)), image)
    assert heat[:8, :8].max() < 0


def test_a_blank_critic_sees_nothing():
    assert not heat_map(lambda images: np.ones(len(images)), np.zeros((28, 28, 1), np.uint8)).any()
