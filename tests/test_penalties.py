"""Gradient penalties on critics whose gradients are known."""

import pytest
import torch

from gan.penalties import zero_centred


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
