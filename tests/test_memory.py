"""Copies of training images against others, and distances worked out apart from the code."""

import io

import numpy as np
import pytest
from PIL import Image

from gan.data import DataSet, load
from gan.measure import copies
from gan.measure.copies import Memory, flags, nearest_training

BUNDLED = ("pixel_faces", "open_peeps", "fashion_mnist")


def grey(*values) -> np.ndarray:
    return np.stack([np.full((32, 32, 1), value, np.uint8) for value in values])


def moved(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Moved by at most a pixel each way, the edge drawn out."""
    h, w = images.shape[1:3]
    room = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    return room[:, 1 - down : 1 - down + h, 1 - right : 1 - right + w]


def jpeg(images: np.ndarray, quality: int) -> np.ndarray:
    def one(image: np.ndarray) -> np.ndarray:
        file = io.BytesIO()
        Image.fromarray(image.squeeze()).save(file, "JPEG", quality=quality)
        return np.asarray(Image.open(file)).reshape(image.shape)

    return np.stack([one(image) for image in images])


def test_the_distance_is_that_of_the_patch_which_differs_most():
    plain, spot = np.zeros((2, 32, 32, 1), np.uint8)
    spot[10:13, 10:16] = 255  # half of one patch of 6x6, more of none
    chosen, distances = nearest_training(spot[None], plain[None])
    assert chosen.tolist() == [[0]]
    assert distances[0, 0] == pytest.approx(1)  # half of 2
    assert nearest_training(grey(51), grey(0))[1][0, 0] == pytest.approx(0.4)


def test_luma_counts_whole_and_chroma_half():
    black, red = np.zeros((2, 32, 32, 3), np.uint8)
    red[..., 0] = 255
    # luma: 0.299 of 2; red's chroma: half of (1 - 0.299) / (2 - 2 · 0.299) of 2, which is ½
    assert nearest_training(red[None], black[None])[1][0, 0] == pytest.approx(0.598, abs=1e-3)
    green = np.zeros((32, 32, 3), np.uint8)
    green[..., 1] = 130  # nearly as light as red: 76 levels of luma each
    cr = (255 * 0.5 + 130 * 0.587 / 1.402) / 127.5 / 2
    assert nearest_training(red[None], green[None])[1][0, 0] == pytest.approx(cr, abs=2e-3)


def test_the_nearest_come_first_and_no_more_than_there_are():
    training = grey(200, 10, 90, 60, 250)
    chosen, distances = nearest_training(grey(70, 255), training, count=3)
    assert chosen.tolist() == [[3, 2, 1], [4, 0, 2]]
    np.testing.assert_allclose(distances[0], np.array([10, 20, 60]) / 127.5, atol=1e-5)
    assert nearest_training(grey(70), training, count=9)[0].tolist() == [[3, 2, 1, 0, 4]]


@pytest.mark.parametrize("name", BUNDLED)
def test_looking_for_candidates_first_finds_what_looking_at_all_would(name):
    data = load(name)
    training, images = data.train.images[:400], data.held_out.images[:24]
    everything = np.broadcast_to(training, (1, *training.shape))
    far = np.concatenate([copies._distances(image[None], everything) for image in images])
    _, distances = nearest_training(images, training, count=1)
    found = distances[:, 0] <= far.min(1) + 1e-5
    assert found.mean() > 0.5 and (distances[:, 0] / far.min(1)).mean() < 1.15
    chosen, near = nearest_training(training[:24], training, count=1)  # and itself always
    assert chosen[:, 0].tolist() == list(range(24)) and near.max() < 1e-5


@pytest.mark.parametrize("name", BUNDLED)
def test_copies_are_flagged_and_held_out_images_are_not(name):
    data = load(name)
    assert np.mean([flag.flagged for flag in flags(data.held_out.images[-500:], data)]) <= 0.02
    chosen = np.random.RandomState(0).choice(len(data.train.images), 60, replace=False)
    originals = data.train.images[chosen]
    for made in (originals, moved(originals, 0, 1), moved(originals, -1, 1), jpeg(originals, 75),
                   jpeg(moved(originals, 1, 0), 75)):  # fmt: skip
        found = flags(made, data)
        assert np.mean([flag.flagged for flag in found]) > 0.98
        assert np.mean([flag.nearest[0] == i for flag, i in zip(found, chosen, strict=True)]) > 0.95


def drawn(count: int, seed: int = 0) -> np.ndarray:
    """Discs of any colour and size on plain ground: (count, 32, 32, 3)."""
    random = np.random.RandomState(seed)
    pictures = np.broadcast_to(random.randint(0, 256, (count, 1, 1, 3)), (count, 32, 32, 3)).copy()
    y, x = np.mgrid[:32, :32]
    for picture in pictures:
        for _ in range(4):
            middle, radius = random.randint(0, 32, 2), random.randint(3, 14)
            picture[(y - middle[0]) ** 2 + (x - middle[1]) ** 2 < radius**2] = random.randint(0, 256, 3)
    return pictures.astype(np.uint8)


def own(images: np.ndarray) -> DataSet:
    return DataSet("own", "Own", images, np.zeros((len(images), 0), np.uint8), (), {})


def averages(training: np.ndarray) -> list[np.ndarray]:
    """What is near to everything: plain colours, means, blends, what is left of a picture out of focus."""
    some, others = training[:20].astype(np.float32), training[20:40].astype(np.float32)
    plain = np.broadcast_to(some.mean((1, 2), keepdims=True), some.shape)
    coarse = some.reshape(len(some), 4, some.shape[1] // 4, 4, some.shape[2] // 4, -1).mean((2, 4))
    blurred = coarse.repeat(some.shape[1] // 4, 1).repeat(some.shape[2] // 4, 2)
    mean = training.mean(0)
    return [np.full_like(some, 128), mean[None], mean.mean((0, 1))[None, None, None] + 0 * some[:1], plain,
            (some + others) / 2, (some + mean) / 2, (some + 128) / 2, blurred]  # fmt: skip


@pytest.mark.parametrize("name, count", [("drawn", 60), ("drawn", 400), *((one, 60) for one in BUNDLED)])
def test_an_average_is_no_copy_and_a_copy_stays_one(name, count):
    data = own(drawn(count) if name == "drawn" else load(name).images[:count])
    training = data.train.images
    for images in averages(training):
        found = flags(np.rint(images).astype(np.uint8), data, 1)
        assert np.mean([flag.flagged for flag in found]) <= 0.1
    some = training[:20]
    noisy = np.clip(some + np.random.RandomState(1).normal(0, 10, some.shape), 0, 255).astype(np.uint8)
    for made in (some, moved(some, 1, -1), jpeg(moved(some, 0, 1), 50), noisy):
        assert np.mean([flag.flagged for flag in flags(made, data, 1)]) >= 0.95


def test_few_held_out_images_are_said_to_be_few():
    assert "Only 6 images were held out" in copies.caution(own(drawn(60)))
    assert copies.caution(load("fashion_mnist")) == ""


def test_few_held_out_images_are_joined_by_training_images_without_themselves():
    training, held_out = grey(0, 20, 60, 140), grey(205)
    # 20, 20, 40 and 80 levels from each to the nearest other, 65 from the held-out one
    expected = np.quantile(np.array([20, 20, 40, 80, 65]) / 127.5, 0.01)
    assert Memory(training, held_out).limit == pytest.approx(expected, abs=1e-5)


def test_twins_in_the_data_leave_only_exact_copies_to_flag():
    images = grey(*[7, 7, 90, 90, 160, 160, 30, 30, 220, 220] * 10)
    data = DataSet("twins", "Twins", images, np.zeros((100, 0), np.uint8), (), {})
    assert [flag.flagged for flag in flags(grey(7, 8, 90), data)] == [True, False, True]


def test_one_look_for_a_limit_serves_all(monkeypatch):
    copies._memory.cache_clear()
    made = []
    monkeypatch.setattr(copies, "Memory", lambda *parts: (made.append(1), Memory(*parts))[1])
    data = load("fashion_mnist")
    first, second = (flags(data.held_out.images[:3], data) for _ in range(2))
    assert made == [1] and first[0].limit == second[0].limit
    assert first[0].nearest.shape == first[0].distances.shape == (3,)


@pytest.mark.parametrize("images", [np.zeros((2, 28, 28, 1), np.uint8), np.zeros((2, 32, 32, 1), np.float32),
                                    np.zeros((32, 32, 1), np.uint8)])  # fmt: skip
def test_images_of_another_kind_get_a_sentence(images):
    with pytest.raises(ValueError, match=r"The training images are uint8 of shape \(32, 32, 1\)"):
        nearest_training(images, grey(0, 1))
