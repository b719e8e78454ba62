"""The smallest change that flips a D's mind: of straight scores, where that is known, and ours."""

import numpy as np
import pytest
import torch
from small import CHECKPOINTS

from gan.images import data_uri
from gan.measure import flip
from gan.studio import Studio
from gan.ui.judge.closer import flip_view, flip_words, flipped

RNG = np.random.RandomState(2)
GREY = 1 / 127.5  # one grey level in [-1, 1]


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


def straight(weights: np.ndarray, offset: float):
    """A score that is a weighted sum of the picture's values."""
    w = torch.from_numpy(weights.astype(np.float32))
    return lambda images: (images.permute(0, 2, 3, 1) * w).sum((1, 2, 3)) + offset


@pytest.mark.parametrize("aim", [3.0, -3.0])
def test_of_a_straight_score_it_is_the_way_along_the_gradient(aim):
    weights = RNG.randn(8, 8, 3)
    picture = RNG.randint(64, 192, (8, 8, 3)).astype(np.uint8)
    values = picture / 127.5 - 1
    offset = aim - (values * weights).sum()
    found = flip.smallest(straight(weights, offset), picture)
    assert found.before == pytest.approx(aim, abs=1e-4) and found.after * aim < 0
    shortest = 127.5 * abs(aim) / np.linalg.norm(weights)  # |f| / |w|, in grey levels
    length = np.linalg.norm(found.difference)
    assert shortest * 0.99 < length < shortest * 1.15 + 1  # whole levels take a little more
    along = -np.sign(aim) * (found.difference * weights).sum() / length / np.linalg.norm(weights)
    assert along > 0.97
    assert found.size == pytest.approx(np.sqrt(np.square(found.difference).mean()))


def test_black_and_white_are_not_left_and_what_cannot_move_stays():
    picture = np.zeros((4, 4, 1), np.uint8)
    picture[:2] = 255
    weights = np.ones((4, 4, 1))
    found = flip.smallest(straight(weights, 2.0), picture)  # 0 + 2: only what is white can become darker
    assert (found.difference[:2] < 0).all() and (found.difference[2:] == 0).all()
    assert found.difference.sum() * GREY == pytest.approx(-2, abs=0.15)


def test_a_score_that_does_not_move_is_not_flipped_and_says_so():
    picture = RNG.randint(0, 256, (4, 4, 1)).astype(np.uint8)
    assert flip.smallest(lambda images: images.sum((1, 2, 3)) * 0 + 1, picture) is None
    assert flip.smallest(lambda images: images.sum((1, 2, 3)) * float("nan"), picture) is None


@pytest.mark.parametrize("name", [
    "pixel-faces", "peeps-builder", "progan", "pixel-faces-bigan", "face-builder", "stylegan-faces",
    "edges-to-face", "glasses", "peeps-x4",
])  # fmt: skip
def test_every_kind_of_discriminator_is_flipped_by_less_than_noise_would_need(studio, name):
    for kind in ("real", "generated"):
        picture = studio.examples(name, kind, 1, 100)[0]
        found = studio.flip(name, picture)
        assert found.before * found.after < 0 and found.changed.shape == picture.shape
        real, fake = studio.references(name)
        middle = (np.median(real) + np.median(fake)) / 2
        if not studio.info(name).sees_source:  # else another picture has another source
            scores = studio.score(name, [picture, found.changed])
            told = [score.logit - middle for score in scores]
            assert told == pytest.approx([found.before, found.after], abs=2e-3)
        assert found.noise * found.before > 0  # as much noise leaves it where it is


def test_the_page_shows_it_before_and_after_with_its_size_in_words(studio):
    picture = studio.examples("pixel-faces", "real", 1, 100)[0]
    shown = flipped(studio, {"model": "pixel-faces", "picture": data_uri(picture)})["shown"]
    found = studio.flip("pixel-faces", picture)
    assert data_uri(picture) in shown and data_uri(found.changed) in shown
    times = 127 // np.abs(found.difference).max()
    assert f"{times} times stronger" in shown and f"{found.size:.1f} of 255 grey levels" in shown
    assert shown.index("leans towards real") < shown.index("leans towards generated, by a hair")
    assert "Faces" not in shown and "stays as it was" not in shown
    edges = studio.examples("edges-to-face", "real", 1, 100)[0]
    said = flipped(studio, {"model": "edges-to-face", "picture": data_uri(edges)})["shown"]
    assert "What it is shown beside the picture stays as it was." in said


@pytest.mark.parametrize("size, said", [(1, "hardly seen"), (8, "if one looks"), (40, "plainly")])
def test_how_large_it_is_stands_in_words_and_what_is_large_is_not_made_stronger(size, said):
    picture = np.full((4, 4, 3), 100, np.uint8)
    found = flip.Flip(picture, picture + np.uint8(size), 1.5, -0.01, 1.25)
    words = flip_words(found)
    assert said in words and "+1.25" in words and f"{size} at most" in words
    assert "where it changes, not how much" in words
    noisy = flip.Flip(picture, picture + np.uint8(size), 1.5, -0.01, -0.25)
    assert "that much flips it anyhow" in flip_words(noisy)
    whole = flip.Flip(picture, picture + np.uint8(100), 1.5, -0.01, 1.25)
    assert "stronger" not in flip_view(whole)
