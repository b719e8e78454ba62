"""Unrolled gradients against brute force: G's weight moved a little, and D trained anew for real."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from gan.losses import LOSSES
from gan.train.unroll import steps_ahead


class Tiny(nn.Module):
    """Images (n, 2) -> logits (n,)."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1), nn.Flatten(0))

    def forward(self, x):
        return self.layers(x)


@pytest.fixture
def game():
    """A trained D in float64 with Adam's moments, real images and noise."""
    torch.manual_seed(0)
    D = Tiny().double()
    adam = torch.optim.Adam(D.parameters(), 0.03, (0.5, 0.9))
    real, noise = torch.randn(6, 2).double() + 1, torch.randn(6, 2).double()
    for _ in range(3):
        adam.zero_grad()
        LOSSES["non-saturating"].d(D(real), D(noise)).mean().backward()
        adam.step()
    return D, adam, real, noise


def brute_force(weight: float, game, steps: int) -> float:
    """G's loss at fake = weight · noise after D has really taken `steps` steps with torch's own Adam."""
    D, adam, real, noise = game
    D = deepcopy(D)
    mine = torch.optim.Adam(D.parameters(), 0.03, (0.5, 0.9))
    mine.load_state_dict(deepcopy(adam.state_dict()))
    fake = weight * noise
    for _ in range(steps):
        mine.zero_grad()
        LOSSES["non-saturating"].d(D(real), D(fake)).mean().backward()
        mine.step()
    return LOSSES["non-saturating"].g(D(real), D(fake)).mean().item()


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_gradient_goes_through_ds_steps(game, steps):
    D, adam, real, noise = game
    weight = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    fake = weight * noise

    def d_loss(network):
        return LOSSES["non-saturating"].d(network(real), network(fake)).mean()

    ahead = steps_ahead(D, adam, d_loss, steps)
    loss = LOSSES["non-saturating"].g(ahead(real), ahead(fake)).mean()
    (slope,) = torch.autograd.grad(loss, weight)
    h = 1e-5
    expected = (brute_force(0.7 + h, game, steps) - brute_force(0.7 - h, game, steps)) / (2 * h)
    assert loss.item() == pytest.approx(brute_force(0.7, game, steps), rel=1e-6)
    assert slope.item() == pytest.approx(expected, rel=1e-4)
    plain = torch.autograd.grad(LOSSES["non-saturating"].g(D(real), D(weight * noise)).mean(), weight)[0]
    assert abs(plain.item() - expected) > 1e-3  # another number: the steps do matter


def test_d_and_its_moments_stay_as_they_are(game):
    D, adam, real, noise = game
    before, moments = deepcopy(D.state_dict()), deepcopy(adam.state_dict())
    steps_ahead(D, adam, lambda network: LOSSES["hinge"].d(network(real), network(noise)).mean(), 3)
    assert all(torch.equal(before[key], value) for key, value in D.state_dict().items())
    for key, slots in adam.state_dict()["state"].items():
        assert all(torch.equal(value, moments["state"][key][slot]) for slot, value in slots.items())
