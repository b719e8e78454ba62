"""The arithmetic around Inception and LPIPS, with small networks in their place."""

import numpy as np
import pytest
import torch
from torch import nn

from gan import metrics
from gan.measure import inception, path_length, weights
from gan.measure.weights import WeightsError

random = np.random.RandomState(0)


@pytest.fixture
def stand_in(monkeypatch):
    """Imported by who needs it: torch-fidelity takes two seconds, and torch's compiler with it."""
    from fidelity_stand_ins import FewMeans, Squares
    from torch_fidelity import registry

    monkeypatch.setitem(registry.FEATURE_EXTRACTORS_REGISTRY, "inception-v3-compat", FewMeans)
    monkeypatch.setitem(registry.SAMPLE_SIMILARITY_REGISTRY, "lpips-vgg16", Squares)
    monkeypatch.setattr(weights, "fetch", lambda *needed: ["there"] * len(needed))


def pictures(count: int, top: int, channels=3) -> np.ndarray:
    shades = random.randint(0, top, (count, 2, 2, channels)).astype(np.uint8)
    return shades.repeat(4, 1).repeat(4, 2)


def test_the_measures_are_those_of_the_features(stand_in):
    real, fake = pictures(80, 256), pictures(80, 200)
    found = inception.measure(real, {"fake": fake, "same": real})
    few = [x[:, ::4, ::4].transpose(0, 3, 1, 2).reshape(80, 12) / 50 for x in (real, fake)]
    statistics = [metrics.feature_statistics(x) for x in few]
    frechet = metrics.frechet_distance(*statistics[0], *statistics[1])
    assert found["fake"]["fid"] == pytest.approx(frechet, rel=1e-4) and frechet > 1
    assert found["fake"]["kid"] == pytest.approx(metrics.kernel_distance(*few), rel=1e-3)
    assert found["same"]["fid"] == pytest.approx(0, abs=1e-3)
    p = np.exp(few[1][:, ::4]) / np.exp(few[1][:, ::4]).sum(1, keepdims=True)
    # theirs is the mean of 10 splits
    assert found["fake"]["inception_score"] == pytest.approx(metrics.inception_score(p), rel=0.1)
    alike = np.repeat(fake[:1], 20, 0)
    assert inception.measure(real, {"x": alike})["x"]["inception_score"] == pytest.approx(1, abs=1e-5)


def test_they_agree_with_torch_fidelitys_own_entrance(stand_in):
    import torch_fidelity

    real, fake = pictures(60, 256), pictures(50, 220)
    theirs = torch_fidelity.calculate_metrics(
        input1=inception._Pictures(fake), input2=inception._Pictures(real), fid=True, kid=True, isc=True,
        kid_subset_size=50, cuda=False, verbose=False, cache=False, save_cpu_ram=True,
        feature_extractor_weights_path="there",
    )  # fmt: skip
    ours = inception.measure(real, {"fake": fake})["fake"]
    assert list(ours.values()) == pytest.approx([
        theirs[torch_fidelity.KEY_METRIC_FID], theirs[torch_fidelity.KEY_METRIC_KID_MEAN],
        theirs[torch_fidelity.KEY_METRIC_ISC_MEAN],
    ])  # fmt: skip


def test_grey_images_are_seen_as_colour(stand_in):
    grey = pictures(30, 256, channels=1)
    found = inception.measure(grey, {"grey": grey, "colour": np.repeat(grey, 3, 3)})
    assert found["grey"] == found["colour"]


class Linear(nn.Module):
    """z (n, 6 and more) -> images (n, 1, 2, 2): A·z, the columns of a class adding what they add."""

    def __init__(self, columns=6):
        super().__init__()
        self.A = nn.Parameter(torch.from_numpy(random.randn(4, columns)).float() / 10)

    def forward(self, z):
        return (z @ self.A.T).reshape(-1, 1, 2, 2)


def test_the_path_length_of_a_linear_generator_by_calculus(stand_in):
    G = Linear()
    found = path_length.path_length(G, 6, samples=300)
    draw = np.random.RandomState(2020)  # torch-fidelity's seed
    a, b = draw.randn(300, 6), draw.randn(300, 6)
    cosine = (a * b).sum(1, keepdims=True) / np.linalg.norm(a, axis=1, keepdims=True)
    cosine /= np.linalg.norm(b, axis=1, keepdims=True)
    angle = np.arccos(cosine)
    slope = angle / np.sin(angle) * (b - a * cosine)  # of slerp, at its beginning
    lengths = np.sort(((slope @ G.A.detach().numpy().T * 127.5) ** 2).mean(1))
    assert found == pytest.approx(lengths[2:-2].mean(), rel=0.02)


def test_a_class_stays_the_same_along_a_step():
    ends = path_length._Ends(Linear(9), np.eye(3, dtype=np.float32))
    z = torch.from_numpy(random.randn(4, 6)).float()
    images = ends(torch.cat([z, z]))
    assert images.shape == (8, 3, 2, 2) and torch.equal(images[:4], images[4:])
    expected = ((z[1] @ ends.G.A[:, :6].T + ends.G.A[:, 6 + 1]).reshape(2, 2) + 1) * 127.5
    torch.testing.assert_close(images[1, 0], expected)


@pytest.mark.parametrize("measure", [lambda: inception.measure(pictures(20, 9), {}),
                                     lambda: path_length.path_length(Linear(), 6)])  # fmt: skip
def test_without_weights_there_is_a_sentence(measure, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(weights, "TIMEOUT", 0.2)
    for proxy in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")  # so that there is no network wherever this runs
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(WeightsError, match=r"^The weights of .* \(\d+ MB\) could not be fetched from .*\.$"):
        measure()
