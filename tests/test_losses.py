"""The losses at known logits. ln 2 = 0.693147, softplus(1) = 1.313262, softplus(-1) = 0.313262."""

import pytest
import torch

from gan.losses import LOSSES, smoothed

S, T = 1.3132616875182228, 0.31326168751822286  # softplus(1), softplus(-1), from a table
# at (real, fake) = (1, -1) and (-1, 1): what D and what G have to pay
TABLE = {
    "minimax": ((2 * T, -T), (2 * S, -S)),
    "non-saturating": ((2 * T, S), (2 * S, T)),
    "least-squares": ((0.5, 2.0), (2.5, 0.0)),
    "wasserstein": ((-2.0, 1.0), (2.0, -1.0)),
    "hinge": ((0.0, 1.0), (4.0, -1.0)),
    "relativistic": ((0.1269280110429726, 2.1269280110429727), (2.1269280110429727, 0.1269280110429726)),
}


def test_each_has_its_row_here():
    assert set(LOSSES) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_values(name):
    real, fake = torch.tensor([1.0, -1.0]), torch.tensor([-1.0, 1.0])
    d, g = LOSSES[name].d(real, fake), LOSSES[name].g(real, fake)
    for i in range(2):
        assert d[i].item() == pytest.approx(TABLE[name][i][0], abs=1e-6)
        assert g[i].item() == pytest.approx(TABLE[name][i][1], abs=1e-6)


@pytest.mark.parametrize("name", TABLE)
def test_d_wants_real_above_fake_and_g_the_reverse(name):
    real, fake = torch.tensor([0.1, -0.2], requires_grad=True), torch.tensor([0.3, 0.0], requires_grad=True)
    real_slope, fake_slope = torch.autograd.grad(LOSSES[name].d(real, fake).sum(), (real, fake))
    assert (real_slope < 0).all() and (fake_slope >= 0).all()  # least squares rests at a fake logit of 0
    (g_slope,) = torch.autograd.grad(LOSSES[name].g(real, fake).sum(), fake)
    assert (g_slope < 0).all()


@pytest.mark.parametrize("name", TABLE)
def test_huge_logits_stay_finite(name):
    huge = torch.tensor([1e4, -1e4])
    assert LOSSES[name].d(huge, -huge).isfinite().all() and LOSSES[name].g(huge, -huge).isfinite().all()


def test_minimax_starves_g_where_non_saturating_feeds_it():
    fake = torch.tensor([-10.0], requires_grad=True)
    slopes = {
        name: torch.autograd.grad(LOSSES[name].g(fake, fake).sum(), fake)[0].item()
        for name in ("minimax", "non-saturating")
    }
    assert slopes["minimax"] == pytest.approx(-4.5398e-05, rel=1e-3)  # -σ(-10)
    assert slopes["non-saturating"] == pytest.approx(-0.9999546, rel=1e-6)  # -σ(10)


def test_smoothed_labels_against_cross_entropy_with_the_same_targets():
    real, fake = torch.tensor([2.0, -1.0]), torch.tensor([0.5, -3.0])
    ours = smoothed("non-saturating", 0.1).d(real, fake)
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    target, none = torch.full((2,), 0.9), torch.zeros(2)
    theirs = bce(real, target, reduction="none") + bce(fake, none, reduction="none")
    torch.testing.assert_close(ours, theirs)
    least = smoothed("least-squares", 0.1).d(torch.tensor([0.9]), torch.tensor([0.0]))
    assert least.item() == pytest.approx(0)
    assert smoothed("hinge", 0.0) is LOSSES["hinge"]
    assert smoothed("minimax", 0.1).g is LOSSES["minimax"].g
