"""The adversarial objective: what D loses and what G loses, for every variant that a TrainConfig can name."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from gan.config import TrainConfig
from gan.devices import autocast
from gan.losses import smoothed
from gan.train.augment import augment
from gan.train.pace import Pace
from gan.train.penalties import one_centred, zero_centred
from gan.train.unroll import steps_ahead


@dataclass
class Play:
    """One discriminator's part of a batch: real images, generated ones, and what it is given beside each."""

    real: Tensor  # (n, c, h, w)
    fake: Tensor  # (n, c, h, w), with the generator's graph
    given_real: Tensor | None = None  # classes (n, k); for a BiGAN E(real), (n, latent_dim), with E's graph
    given_fake: Tensor | None = None  # the same classes; for a BiGAN the z of the fakes
    both_ways: bool = False  # an encoder made given_real, and wants those pairs taken for generated ones
    older: Tensor | None = None  # what D is shown in place of the fakes, such as some out of a pool


@dataclass
class Verdicts:
    """D's loss and the logits that it came from, without a graph."""

    loss: Tensor
    real: Tensor
    fake: Tensor

    @classmethod
    def of_all(cls, each: Iterable["Verdicts"]) -> "Verdicts":
        """Those of several discriminators: their losses together, and all logits (n,)."""
        losses, real, fake = zip(*((one.loss, one.real.flatten(), one.fake.flatten()) for one in each),
                                 strict=True)  # fmt: skip
        return cls(sum(losses), torch.cat(real), torch.cat(fake))


class AdversarialObjective:
    """Both losses over one discriminator. Random numbers come from `random`, so that a run can be resumed."""

    def __init__(self, config: TrainConfig, D: nn.Module, random: torch.Generator):
        self.config, self.D, self.random = config, D, random
        self.loss = smoothed(config.loss, config.label_smoothing)
        self.pace = Pace()

    def seen(self, images: Tensor) -> Tensor:
        """What D gets to see of images, real or generated: augmented and under noise, if that is on."""
        if self.config.augment:
            images = augment(images, self.config.augment, self.random)
        if noise := self.pace.noise:
            images = images + noise * torch.randn(images.shape, generator=self.random).to(images.device)
        return images

    def d_loss(self, play: Play, penalise: bool) -> Verdicts:
        """What D minimises; `penalise` where a lazy penalty is due. G and E get no gradient."""
        self.D.requires_grad_(True)
        config, y_real, y_fake = self.config, _cut(play.given_real), _cut(play.given_fake)
        shown = play.fake if play.older is None else play.older
        real, fake = self.seen(play.real), self.seen(shown.detach())
        if zero := penalise and (config.r1_gamma or config.r2_gamma):  # only then is its graph worth building
            real, fake = real.detach().requires_grad_(), fake.detach().float().requires_grad_()
        with autocast(config):
            # two batches, not one: batch norm shall not see real and fake images together
            real_logits, fake_logits = self.D(real, y_real).float(), self.D(fake, y_fake).float()
        loss = config.d_weight * self.loss.d(real_logits, fake_logits).mean()
        if config.drift:  # a critic's scores, which have no natural zero, stay near one
            loss = loss + config.drift * real_logits.square().mean()
        if zero:
            penalty = config.r1_gamma * zero_centred(real_logits, real)
            penalty = penalty + config.r2_gamma * zero_centred(fake_logits, fake)
            loss = loss + config.penalty_every * self.pace.gamma * penalty.mean()
        if penalise and config.gp_lambda:
            mix = torch.rand(len(real), generator=self.random).to(real.device)
            with autocast(config):
                penalty = one_centred(lambda x: self.D(x, y_real), real, fake.float(), mix)
            loss = loss + config.penalty_every * config.gp_lambda * self.pace.gamma * penalty.mean()
        return Verdicts(loss, real_logits.detach(), fake_logits.detach())

    def g_loss(self, play: Play, adam: torch.optim.Optimizer) -> Tensor:
        """What G, and E with it, minimise; D's weights are left without gradients. `adam` is D's."""
        fake = self.seen(play.fake)
        real = self.seen(play.real) if self._needs_real(play) else play.real
        if self.config.unroll:
            self.D.requires_grad_(True)
            D = steps_ahead(self.D, adam, partial(self._unrolled_loss, play, real, fake), self.config.unroll)
        else:
            D = self.D.requires_grad_(False)  # no gradients for weights that this step does not change
        with autocast(self.config):
            if self.config.feature_matching:
                return self._unlike(play, real, fake)
            fake_logits = D(fake, play.given_fake).float()
            if play.both_ways:
                real_logits = D(real, play.given_real).float()
                return self._with_encoder(real_logits, fake_logits)
            with torch.no_grad():
                real_logits = D(real, play.given_real).float() if self.loss.paired else fake_logits
        return self.loss.g(real_logits, fake_logits).mean()

    def _needs_real(self, play: Play) -> bool:
        config = self.config
        return bool(self.loss.paired or config.feature_matching or config.unroll or play.both_ways)

    def _unrolled_loss(self, play: Play, real: Tensor, fake: Tensor, D) -> Tensor:
        with autocast(self.config):
            real_logits, fake_logits = D(real, play.given_real).float(), D(fake, play.given_fake).float()
        return self.loss.d(real_logits, fake_logits).mean()

    def _unlike(self, play: Play, real: Tensor, fake: Tensor) -> Tensor:
        """‖mean φ(x) - mean φ(G(z))‖² over D's last features, Salimans et al. (2016), section 3.1."""
        D: Any = self.D  # not every network tells its features
        with torch.no_grad():
            there = D.features(real, play.given_real).float().mean(0)
        here = D.features(fake, play.given_fake).float().mean(0)
        return (there - here).square().sum()

    def _with_encoder(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """E wants its pairs taken for the generator's, as G wants its own taken for E's."""
        if self.loss.paired:
            return self.loss.g(real_logits, fake_logits).mean()
        return (self.loss.g(real_logits, fake_logits) + self.loss.g(-fake_logits, -real_logits)).mean()


def _cut(given: Tensor | None) -> Tensor | None:
    return None if given is None else given.detach()
