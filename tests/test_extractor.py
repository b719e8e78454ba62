"""A discriminator's features: what they find alike, and what can be read off them."""

import numpy as np
import pytest
from small import CHECKPOINTS

from gan import data
from gan.checkpoint.extractor import Alike, Read
from gan.images import data_uri
from gan.measure.probe import commonest, probe
from gan.studio import Studio
from gan.ui.judge.closer import alike, alike_view, read_view

RNG = np.random.RandomState(4)


@pytest.fixture(scope="module")
def studio():
    return Studio(CHECKPOINTS, "cpu")


def test_a_line_reads_what_is_straight_and_guesses_what_is_not_there():
    features = RNG.randn(600, 20) * RNG.uniform(0.1, 10, 20) + 5
    seen = (features[:, 0] + features[:, 1] > 10).astype(int)
    labels = np.stack([seen, RNG.randint(0, 2, 600)], 1)
    straight, chance = probe(features[:400], labels[:400], features[400:], labels[400:])
    assert straight > 0.9 and 0.4 < chance < 0.6
    constant = np.concatenate([features, np.full((600, 3), 7.0)], 1)  # what never differs says nothing
    again = probe(constant[:400], labels[:400], constant[400:], labels[400:])
    np.testing.assert_array_equal(again, [straight, chance])


def test_the_probe_is_ridge_regression_by_the_ridge_that_reads_best_what_is_put_aside():
    features, labels = RNG.randn(80, 5), RNG.randint(0, 3, (80, 1))
    labels[:, 0] = np.where(features[:, 2] > 0.4, 2, labels[:, 0])
    learnt, other = slice(0, 60), slice(60, 80)
    X = (features - features[learnt].mean(0)) / features[learnt].std(0) / np.sqrt(5)

    def right(a, b, ridge):
        means = np.eye(3)[labels[a, 0]].mean(0)
        w = np.linalg.solve(X[a].T @ X[a] + ridge * np.eye(5), X[a].T @ (np.eye(3)[labels[a, 0]] - means))
        return ((X[b] @ w + means).argmax(1) == labels[b, 0]).mean()

    aside = np.arange(60) % 4 == 0
    ridges = (1e-3, 1e-2, 1e-1, 1.0)
    kept, tried = np.flatnonzero(~aside), np.flatnonzero(aside)
    best = max(ridges, key=lambda ridge: right(kept, tried, ridge))
    found = probe(features[learnt], labels[learnt], features[other], labels[other])
    assert found == pytest.approx([right(np.arange(60), np.arange(60, 80), best)])


def test_the_commonest_is_right_as_often_as_it_is_there():
    labels = np.array([[0, 2], [0, 2], [1, 1]])
    np.testing.assert_allclose(commonest(labels, np.array([[0, 2], [1, 0], [1, 2], [0, 0]])), [0.5, 0.5])


def test_alike_are_held_out_pictures_and_never_the_picture_itself(studio):
    pictures = data.load("pixel_faces").held_out.images
    known = {picture.tobytes() for picture in pictures}
    found = studio.alike("pixel-faces", pictures[7], 5)
    assert found.among == len(pictures[:2000]) - 1
    for row in (found.by_features, found.by_pixels):
        assert row.shape == (5, 32, 32, 3) and {one.tobytes() for one in row} <= known
        assert not (row == pictures[7]).all((1, 2, 3)).any()
    far = np.square(found.by_pixels.astype(float) - pictures[7]).mean((1, 2, 3))
    others = np.square(pictures[:2000].astype(float) - pictures[7]).mean((1, 2, 3))
    np.testing.assert_allclose(far, np.sort(others)[1:6])
    assert (np.diff(far) >= 0).all() and (found.by_features != found.by_pixels).any()


def test_a_picture_that_is_hardly_changed_is_most_like_itself(studio):
    picture = data.load("fashion_mnist").held_out.images[3]
    changed = np.clip(picture.astype(int) + 2, 0, 255).astype(np.uint8)
    found = studio.alike("fashion-conditional", changed, 1)
    assert (found.by_features[0] == picture).all() and (found.by_pixels[0] == picture).all()


def test_labels_are_read_off_features_and_pixels_of_held_out_pictures(studio):
    rows = {row.label: row for row in studio.read_off("pixel-faces")}
    assert list(rows) == list(data.load("pixel_faces").label_names)
    glasses = rows["glasses"]
    assert 0.5 < glasses.commonest < 0.7 and min(glasses.pixels, glasses.untrained, glasses.trained) > 0.9
    # what it has learnt by itself: no label, and yet more of it than before
    assert np.mean([row.trained for row in rows.values()]) > np.mean([row.pixels for row in rows.values()])
    assert any(row.untrained != row.trained for row in rows.values())


def test_of_a_translator_it_is_said_that_there_are_no_features(studio):
    for ask in (studio.read_off, lambda name: studio.alike(name, np.zeros((32, 32, 3), np.uint8))):
        with pytest.raises(ValueError, match="belongs to a translator"):
            ask("glasses")


def test_the_page_shows_both_rows_and_marks_the_best(studio):
    picture = studio.examples("fashion-conditional", "real", 1, 100)[0]
    shown = alike(studio, {"model": "fashion-conditional", "picture": data_uri(picture)})["shown"]
    assert shown.count("<img") == 16 and "Of 1,999 pictures" in shown
    row = np.zeros((1, 4, 4, 3), np.uint8)
    assert "number 1" in alike_view(Alike(row, row, 10))
    table = read_view([Read("hair_color", 0.25, 0.5, 0.75, 0.7)])
    assert "hair colour" in table and "25\xa0%" in table
    assert table.index("best") < table.index("75\xa0%") < table.index("70\xa0%")
