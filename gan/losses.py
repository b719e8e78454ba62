"""Adversarial losses as values of one signature.

A logit above 0 means real; arguments are always (real, fake); tensors (n,) in, (n,) out, a sample each.
In the relativistic loss real and fake are paired by index.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import Tensor
from torch.nn.functional import relu, softplus

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class AdversarialLoss:
    """What D minimises and what G minimises; `paired` where G's loss looks at the real logits too."""

    d: Loss
    g: Loss
    paired: bool = False


def _cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    return softplus(-real) + softplus(fake)  # -log σ(r) - log(1 - σ(f))


LOSSES: dict[str, AdversarialLoss] = {
    # Goodfellow et al. (2014): G minimises log(1 - D(G(z))), whose gradient dies while D wins
    "minimax": AdversarialLoss(_cross_entropy, lambda real, fake: -softplus(fake)),
    # the same paper, section 3: G maximises log D(G(z)) instead
    "non-saturating": AdversarialLoss(_cross_entropy, lambda real, fake: softplus(-fake)),
    # Mao et al. (2017), with the paper's ½ and targets 0, 1, 1
    "least-squares": AdversarialLoss(
        lambda real, fake: (real - 1).square() / 2 + fake.square() / 2,
        lambda real, fake: (fake - 1).square() / 2,
    ),
    # Arjovsky et al. (2017): the critic's loss is minus its estimate of the distance
    "wasserstein": AdversarialLoss(lambda real, fake: fake - real, lambda real, fake: -fake),
    # Lim & Ye (2017), Miyato et al. (2018)
    "hinge": AdversarialLoss(lambda real, fake: relu(1 - real) + relu(1 + fake), lambda real, fake: -fake),
    # Jolicoeur-Martineau (2019), Huang et al. (2024)
    "relativistic": AdversarialLoss(
        lambda real, fake: softplus(fake - real), lambda real, fake: softplus(real - fake), paired=True
    ),
}


def smoothed(name: str, smoothing: float) -> AdversarialLoss:
    """The loss with real images' target at 1 - smoothing for D alone, Salimans et al. (2016).

    One-sided: the target of generated images stays 0, or D would praise its own mistakes.
    """
    loss = LOSSES[name]
    if not smoothing:
        return loss
    if name == "least-squares":
        return replace(loss, d=lambda real, fake: (real - 1 + smoothing).square() / 2 + fake.square() / 2)
    # cross-entropy with target 1-s: (1-s)·softplus(-r) + s·softplus(r) = softplus(-r) + s·r
    return replace(loss, d=lambda real, fake: _cross_entropy(real, fake) + smoothing * real)
