"""What D learns of the rest of a batch, on batches worked out by hand."""

import math

import pytest
import torch

from gan.models.batch import KERNELS, MinibatchDiscrimination, MinibatchStddev


def test_the_standard_deviation_of_a_group_by_hand():
    x = torch.tensor([0.0, 2.0, 4.0, 6.0]).reshape(4, 1, 1, 1)
    out = MinibatchStddev()(x)  # one group of four: population variance of 0, 2, 4, 6 is 5
    assert out.shape == (4, 2, 1, 1) and torch.equal(out[:, :1], x)
    assert out[:, 1].flatten().tolist() == pytest.approx([math.sqrt(5)] * 4)


def test_groups_lie_apart_and_features_are_averaged():
    x = torch.zeros(8, 2, 1, 1)
    x[:, 0, 0, 0] = torch.tensor([0.0, 1.0, 0.0, 3.0, 0.0, 5.0, 0.0, 7.0])
    # groups are images 0, 2, 4, 6 (all alike) and 1, 3, 5, 7: variance 5; the second feature is always 0
    out = MinibatchStddev()(x)[:, 2, 0, 0]
    assert out[::2].tolist() == pytest.approx([1e-4] * 4)  # √1e-8, which keeps the root's slope finite
    assert out[1::2].tolist() == pytest.approx([(math.sqrt(5) + 1e-4) / 2] * 4)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 7])
def test_any_batch_has_a_group(n):
    assert MinibatchStddev()(torch.randn(n, 3, 4, 4)).shape == (n, 4, 4, 4)


def test_identical_images_are_as_near_as_can_be():
    near = MinibatchDiscrimination(6)(torch.ones(5, 6))
    assert near.shape == (5, KERNELS) and near.flatten().tolist() == pytest.approx([1.0] * 5 * KERNELS)


def test_an_image_alone_is_near_to_none():
    assert MinibatchDiscrimination(6)(torch.ones(1, 6)).flatten().tolist() == pytest.approx([0.0] * KERNELS)


def test_nearness_of_two_images_by_hand():
    layer = MinibatchDiscrimination(1)
    layer.T.weight.data.fill_(0.25)  # 8 numbers a kernel, each moved by a quarter of the difference
    near = layer(torch.tensor([[0.0], [1.0]]))
    assert near.flatten().tolist() == pytest.approx([math.exp(-8 * 0.25)] * 2 * KERNELS)
    near = layer(torch.tensor([[0.0], [1.0], [3.0]]))[:, 0]  # distances 2, 6 and 4: the mean of two each
    e2, e4, e6 = math.exp(-2), math.exp(-4), math.exp(-6)
    assert near.tolist() == pytest.approx([(e2 + e6) / 2, (e2 + e4) / 2, (e6 + e4) / 2])


@pytest.mark.parametrize(
    "layer, x",
    [(MinibatchStddev(), torch.randn(8, 3, 4, 4)), (MinibatchDiscrimination(5), torch.randn(8, 5))],
)
def test_in_eval_an_image_alone_is_seen_as_among_others(layer, x):
    for _ in range(200):
        layer(x)
    usual = layer(x)
    layer.eval()
    torch.testing.assert_close(layer(x[:1])[0], layer(x)[0])
    statistic = layer(x)[0, -1]
    torch.testing.assert_close(statistic.mean(), usual[:, -1].mean(), rtol=1e-3, atol=1e-4)
