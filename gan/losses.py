"""Adversarial losses as values of one signature, and what each says of itself. No torch on import.

A logit above 0 means real; arguments are always (real, fake); tensors (n,) in, (n,) out, a sample each.
In the relativistic loss real and fake are paired by index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the page and the configs read this table, and need no networks
    from torch import Tensor

    Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class AdversarialLoss:
    """What D minimises and what G minimises."""

    title: str  # as the page offers it
    d: Loss
    g: Loss
    paired: bool = False  # each logit means something beside another alone, and G's loss looks at real ones
    critic: bool = False  # D measures a distance: its logits are no verdicts and have no natural end
    smoothed_d: Callable[[float], Loss] | None = None  # D's with real images' target lower by so much


def _cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    return _softplus(-real) + _softplus(fake)  # -log σ(r) - log(1 - σ(f))


def _smoothed_cross_entropy(by: float) -> Loss:
    # with target 1-s: (1-s)·softplus(-r) + s·softplus(r) = softplus(-r) + s·r
    return lambda real, fake: _cross_entropy(real, fake) + by * real


def _softplus(logits: Tensor) -> Tensor:
    from torch.nn.functional import softplus

    return softplus(logits)


LOSSES: dict[str, AdversarialLoss] = {
    # Goodfellow et al. (2014): G minimises log(1 - D(G(z))), whose gradient dies while D wins
    "minimax": AdversarialLoss(
        "Minimax, as in 2014", _cross_entropy, lambda real, fake: -_softplus(fake),
        smoothed_d=_smoothed_cross_entropy,
    ),
    # the same paper, section 3: G maximises log D(G(z)) instead
    "non-saturating": AdversarialLoss(
        "Non-saturating, the usual one", _cross_entropy, lambda real, fake: _softplus(-fake),
        smoothed_d=_smoothed_cross_entropy,
    ),
    # Mao et al. (2017), with the paper's ½ and targets 0, 1, 1
    "least-squares": AdversarialLoss(
        "Least squares",
        lambda real, fake: (real - 1).square() / 2 + fake.square() / 2,
        lambda real, fake: (fake - 1).square() / 2,
        smoothed_d=lambda by: lambda real, fake: (real - 1 + by).square() / 2 + fake.square() / 2,
    ),
    # Arjovsky et al. (2017): the critic's loss is minus its estimate of the distance
    "wasserstein": AdversarialLoss(
        "Wasserstein: a critic's score", lambda real, fake: fake - real, lambda real, fake: -fake, critic=True
    ),
    # Lim & Ye (2017), Miyato et al. (2018)
    "hinge": AdversarialLoss(
        "Hinge", lambda real, fake: (1 - real).relu() + (1 + fake).relu(), lambda real, fake: -fake
    ),
    # Jolicoeur-Martineau (2019), Huang et al. (2024)
    "relativistic": AdversarialLoss(
        "Relativistic: in pairs",
        lambda real, fake: _softplus(fake - real), lambda real, fake: _softplus(real - fake), paired=True,
    ),
}  # fmt: skip


def smoothed(name: str, smoothing: float) -> AdversarialLoss:
    """The loss with real images' target at 1 - smoothing for D alone, Salimans et al. (2016).

    One-sided: the target of generated images stays 0, or D would praise its own mistakes.
    """
    loss = LOSSES[name]
    if not smoothing:
        return loss
    assert loss.smoothed_d  # see config.RULES
    return replace(loss, d=loss.smoothed_d(smoothing))
