"""Gradient penalties on critics whose gradients are known."""

import pytest
import torch

from gan.train.penalties import one_centred, zero_centred


def test_a_linear_critic_pays_half_its_squared_weight():
    weight = torch.arange(12.0).reshape(3, 2, 2)  # ‖w‖² = 0² + 1² + … + 11² = 506
    images = torch.randn(5, 3, 2, 2, requires_grad=True)
    penalty = zero_centred((images * weight).sum(dim=(1, 2, 3)), images)
    assert penalty.tolist() == pytest.approx([253.0] * 5)


def test_a_quadratic_critic_pays_by_sample_and_passes_its_gradient_on():
    images = torch.tensor([[[[1.0, 2.0]]], [[[3.0, 0.0]]]], requires_grad=True)
    scale = torch.tensor(2.0, requires_grad=True)
    penalty = zero_centred(scale * images.square().sum(dim=(1, 2, 3)), images)  # ∇ = 2sx, ½‖∇‖² = 2s²‖x‖²
    assert penalty.tolist() == pytest.approx([40.0, 72.0])
    (slope,) = torch.autograd.grad(penalty.sum(), scale)  # 4s(5 + 9)
    assert slope.item() == pytest.approx(112.0)


def test_a_linear_critic_pays_for_its_slope_being_other_than_one():
    weight = torch.full((3, 2, 2), 0.5)  # ‖w‖ = √(12/4) = √3
    real, fake = torch.randn(5, 3, 2, 2), torch.randn(5, 3, 2, 2)
    penalty = one_centred(lambda x: (x * weight).sum(dim=(1, 2, 3)), real, fake, torch.rand(5))
    assert penalty.tolist() == pytest.approx([(3**0.5 - 1) ** 2] * 5)  # the norm over all pixels of a sample


def test_each_sample_is_looked_at_where_its_own_mix_lies():
    real, fake = torch.full((3, 1, 1, 1), 4.0), torch.full((3, 1, 1, 1), 2.0)
    mix = torch.tensor([0.0, 0.5, 1.0])  # x̂ = 2, 3, 4
    penalty = one_centred(lambda x: x.square().sum(dim=(1, 2, 3)) / 2, real, fake, mix)  # ∇ = x̂
    assert penalty.tolist() == pytest.approx([1.0, 4.0, 9.0])
    scale = torch.tensor(2.0, requires_grad=True)
    penalty = one_centred(lambda x: scale * x.sum(dim=(1, 2, 3)), real, fake, mix)  # (s - 1)²
    assert torch.autograd.grad(penalty.sum(), scale)[0].item() == pytest.approx(6.0)
