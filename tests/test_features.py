"""The classifiers that the measures see with: those that ship, and one trained here in 60 steps."""

import itertools
import json
from types import SimpleNamespace

import numpy as np
import pytest

from gan import metrics
from gan.data import DataSet, load
from gan.measure import classifier, features
from gan.measure.classifier import FOLDER, Classifier, ClassifierConfig, accuracies, in_batches, save, train
from gan.measure.features import (
    classifier_for,
    columns,
    evaluate,
    labels,
    load_classifier,
    measure,
    probabilities,
)
from gan.measure.measures import MEASURES, Compared

SHARES = [name for name, one in MEASURES.items() if one.takes is Compared]
BUNDLED = ("pixel_faces", "open_peeps", "fashion_mnist", "emoji")
# of its worst label; an emoji's group is told of drawings of things that it never saw, 64 % of them people
LEAST_RIGHT = dict.fromkeys(BUNDLED, 0.85) | {"emoji": 0.8}


def stripes(count=600):
    """Images whose two labels are their colour and the direction of their stripes."""
    random = np.random.RandomState(0)
    labels = random.randint(0, 2, (count, 2)).astype(np.uint8)
    images = random.randint(0, 40, (count, 16, 16, 3)).astype(np.uint8)
    wave = (np.arange(16) // 4 % 2 * 200).astype(np.uint8)
    for image, (colour, direction) in zip(images, labels, strict=True):
        image[:, :, colour] += wave[:, None] if direction else wave[None, :]
    values = {"colour": ("red", "green"), "direction": ("upright", "level")}
    return DataSet("stripes", "Stripes", images, labels, tuple(values), values)


@pytest.fixture(scope="module")
def trained():
    ticks = SimpleNamespace(monotonic=itertools.count().__next__)  # a step a second, however busy the machine
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classifier, "time", ticks)
        return train(stripes(), seconds=30)


def test_training_learns_every_label_column(trained):
    accuracy = accuracies(trained, stripes().held_out)
    assert list(accuracy) == ["colour", "direction"]
    assert min(accuracy.values()) > 0.95


def test_a_saved_classifier_is_the_same_when_loaded(trained, tmp_path):
    save(trained, "stripes", {"colour": 1.0}, "python -m gan.measure.features stripes", tmp_path)
    loaded = load_classifier("stripes", tmp_path)
    assert loaded.config == trained.config and not loaded.training
    images = stripes().images[:9]
    np.testing.assert_array_equal(
        in_batches(loaded, images, Classifier.__call__),
        in_batches(trained, images, Classifier.__call__),
    )
    record = json.loads((tmp_path / "stripes.json").read_text())
    assert record["held_out_accuracy"] == {"colour": 1.0}
    assert record["command"] == "python -m gan.measure.features stripes"


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 3), (64, 3)])
def test_classifiers_are_small_at_every_size(size, channels):
    model = Classifier(ClassifierConfig(size, channels, {"kind": ["a", "b"]}))
    assert sum(p.numel() for p in model.parameters()) < 600_000


@pytest.mark.parametrize("name", BUNDLED)
def test_features_are_of_unit_size_and_the_same_one_by_one(name):
    images = load(name).held_out.images[:300]
    seen = features.features(name, images)
    assert seen.dtype == np.float32 and seen.shape == (300, 96)
    assert seen.std(0).mean() == pytest.approx(1, abs=0.1)
    alone = np.concatenate([features.features(name, images[i : i + 1]) for i in range(5)])
    np.testing.assert_allclose(alone, seen[:5], atol=1e-4)
    assert features.features(name, images[:0]).shape == (0, 96)


def test_layers_may_be_moved_away_and_the_classifier_stays_where_it_is():
    images = load("pixel_faces").held_out.images[:4]
    before = features.features("pixel_faces", images)
    features.layers("pixel_faces").to("meta")  # any machine has it, in place of a GPU
    np.testing.assert_array_equal(features.features("pixel_faces", images), before)


def test_probabilities_are_those_of_the_first_label_column():
    data = load("fashion_mnist").held_out
    p = probabilities("fashion_mnist", data.images[:500])
    assert p.shape == (500, 10)
    np.testing.assert_allclose(p.sum(1), 1, atol=1e-5)
    assert (p.argmax(1) == data.labels[:500, 0]).mean() > 0.8


@pytest.mark.parametrize("name", BUNDLED)
def test_labels_are_right_as_often_as_the_record_says_and_never_out_of_range(name):
    data = load(name).held_out
    seen = labels(name, data.images)
    assert seen.shape == data.labels.shape
    record = json.loads((FOLDER / f"{name}.json").read_text())["held_out_accuracy"]
    assert (seen == data.labels).mean(0) == pytest.approx(list(record.values()), abs=0.01)
    assert min(record.values()) > LEAST_RIGHT[name]
    assert columns(name) == data.label_values
    np.testing.assert_array_equal(seen[:500, 0], probabilities(name, data.images[:500]).argmax(1))


def test_the_inception_score_is_that_of_the_first_label_column():
    data = load("fashion_mnist").held_out
    found = evaluate(data.images[:1000], "fashion_mnist")["classifier_inception_score"]
    p = probabilities("fashion_mnist", data.images[:1000]).astype(np.float64)
    entropy = lambda q: -(q * np.log(np.maximum(q, 1e-300))).sum(-1)  # noqa: E731
    # the mean KL is the entropy of the mean less the mean entropy
    assert found == pytest.approx(np.exp(entropy(p.mean(0)) - entropy(p).mean()), rel=1e-6)
    assert 6 < found <= 10
    shoes = data.images[data.labels[:, 0] == 7]
    assert evaluate(shoes, "fashion_mnist")["classifier_inception_score"] < 2


@pytest.mark.parametrize("name", BUNDLED)
def test_measure_holds_a_few_images_against_as_many_held_out_ones(name):
    data = load(name)
    fake, real = data.train.images[:300], data.held_out.images[:300]
    (found, lost), seen = measure(fake, name), [features.features(name, x) for x in (real, fake)]
    assert list(found) == SHARES and lost == {}
    assert found["frechet"] == pytest.approx(
        metrics.frechet_distance(*metrics.feature_statistics(seen[0]), *metrics.feature_statistics(seen[1]))
    )
    assert found["kernel"] == pytest.approx(metrics.kernel_distance(*seen))
    assert found["coverage"] == metrics.precision_recall(*seen, 5).coverage
    assert measure(real, name)[0]["frechet"] == pytest.approx(0, abs=1e-6)


def test_measure_names_the_values_that_are_lost():
    data = load("fashion_mnist").train
    kinds = data.label_values[data.label_names[0]]
    left = data.images[np.isin(data.labels[:, 0], [1, 7, 8, 9])][:500]  # trousers, trainers, bags and boots
    ((column, gone),) = measure(left, "fashion_mnist")[1].items()
    assert column == data.label_names[0] and len(gone) >= 5
    assert not {kinds[i] for i in (1, 7, 8, 9)} & set(gone)
    shown = features.shown_values(left, "fashion_mnist")[column]
    assert shown.lost == gone and shown.of == 10 and 4 <= shown.shown <= 10
    (all_of_it,) = features.shown_values(data.images[:1000], "fashion_mnist").values()
    assert all_of_it == features.Shown(10, 10, ())
    bald = load("pixel_faces").train
    one = np.repeat(bald.images[:1], 256, 0)
    gone = measure(one, "pixel_faces")[1]
    assert set(gone) == set(bald.label_names)  # one image shows one value of each
    assert all(len(gone[name]) >= len(bald.label_values[name]) - 2 for name in gone)


def test_measure_looks_at_the_held_out_images_only_once(monkeypatch):
    features._reference.cache_clear()
    loads = []
    monkeypatch.setattr(features, "load", lambda name: (loads.append(name), load(name))[1])
    for _ in range(3):
        measure(load("fashion_mnist").train.images[:64], "fashion_mnist")
    assert loads == ["fashion_mnist"]


@pytest.mark.parametrize("name", BUNDLED)
def test_the_measures_put_worse_images_lower(name):
    images, random = load(name).train.images[:1000], np.random.RandomState(0)
    noisy = np.clip(images + random.randn(*images.shape) * 48, 0, 255).astype(np.uint8)
    noise = random.randint(0, 256, images.shape).astype(np.uint8)
    real, worse, worst = (evaluate(x, name) for x in (images, noisy, noise))
    assert list(real) == [*SHARES, "classifier_inception_score"]
    assert real["frechet"] < 3 and abs(real["kernel"]) < 0.05
    assert min(real["precision"], real["recall"], real["density"], real["coverage"]) > 0.7
    for key in ("frechet", "kernel"):
        assert real[key] < worse[key] / 3 < worst[key] / 6
    for key in ("recall", "coverage"):
        assert real[key] > worse[key] > worst[key]


def test_twins_keep_precision_and_lose_recall_and_coverage():
    images = np.repeat(load("pixel_faces").train.images[:100], 10, 0)
    found = evaluate(images, "pixel_faces")
    assert found["precision"] > 0.9
    assert found["recall"] < 0.1 and found["coverage"] < 0.5


def test_only_sets_of_their_own_kind_have_a_classifier():
    assert [classifier_for(name) for name in BUNDLED] == list(BUNDLED)
    assert classifier_for("fashion_mnist_full") == "fashion_mnist"
    for name in ("cifar10", "celeba", "runs/own/pixel_faces.npz", "../classifiers/pixel_faces", ""):
        assert classifier_for(name) is None
    with pytest.raises(ValueError, match="no classifier for cifar10"):
        evaluate(np.zeros((9, 32, 32, 3), np.uint8), "cifar10")


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 28, 28, 1), np.uint8),
        np.zeros((2, 32, 32, 3), np.float32),
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((2, 3, 32, 32), np.uint8),
    ],
)
def test_images_that_do_not_fit_get_a_sentence(images):
    with pytest.raises(ValueError, match=r"takes uint8 images \(n, 32, 32, 3\)"):
        features.features("pixel_faces", images)


def test_the_command_prints_and_records_what_it_did(tmp_path, capsys):
    classifier.main(["pixel_faces", "--seconds", "0.5", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "hair_length" in printed and "%" in printed
    assert {path.name for path in tmp_path.iterdir()} == {"pixel_faces.safetensors", "pixel_faces.json"}
