"""The game of one batch: what D loses and what G loses, for every variant that a TrainConfig can name."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from gan.augment import augment
from gan.config import TrainConfig
from gan.losses import smoothed
from gan.penalties import one_centred, zero_centred
from gan.unroll import steps_ahead


@dataclass
class Batch:
    """Real images, the generated ones that play against them, and what D is given beside each."""

    real: Tensor  # (n, c, h, w)
    fake: Tensor  # (n, c, h, w), with G's graph
    given_real: Tensor | None  # classes (n, k); for a BiGAN E(real), (n, latent_dim), with E's graph
    given_fake: Tensor | None  # the same classes; for a BiGAN the z of the fakes


@dataclass
class Verdicts:
    """D's loss and the logits (n,) that it came from, without a graph."""

    loss: Tensor
    real: Tensor
    fake: Tensor


class Game:
    """Both losses over a discriminator. Random numbers come from `random`, so that a run can be resumed."""

    def __init__(self, config: TrainConfig, D: nn.Module, random: torch.Generator):
        self.config, self.D, self.random = config, D, random
        self.loss = smoothed(config.loss, config.label_smoothing)
        self.noise = self.gamma_share = 0.0  # σ of the instance noise, and the share of γ, as they are now

    def seen(self, images: Tensor) -> Tensor:
        """What D gets to see of images, real or generated: augmented and under noise, if that is on."""
        if self.config.augment:
            images = augment(images, self.config.augment, self.random)
        if self.noise:
            images = images + self.noise * torch.randn(images.shape, generator=self.random).to(images.device)
        return images

    def d_loss(self, batch: Batch, penalise: bool) -> Verdicts:
        """What D minimises; `penalise` where a lazy penalty is due. G and E get no gradient."""
        self.D.requires_grad_(True)
        config, y_real, y_fake = self.config, _cut(batch.given_real), _cut(batch.given_fake)
        real, fake = self.seen(batch.real), self.seen(batch.fake.detach())
        if zero := penalise and (config.r1_gamma or config.r2_gamma):  # only then is its graph worth building
            real, fake = real.detach().requires_grad_(), fake.detach().float().requires_grad_()
        with self.autocast():
            # two batches, not one: batch norm shall not see real and fake images together
            real_logits, fake_logits = self.D(real, y_real).float(), self.D(fake, y_fake).float()
        loss = self.loss.d(real_logits, fake_logits).mean()
        if zero:
            penalty = config.r1_gamma * zero_centred(real_logits, real)
            penalty = penalty + config.r2_gamma * zero_centred(fake_logits, fake)
            loss = loss + config.penalty_every * self.gamma_share * penalty.mean()
        if penalise and config.gp_lambda:
            mix = torch.rand(len(real), generator=self.random).to(real.device)
            with self.autocast():
                penalty = one_centred(lambda x: self.D(x, y_real), real, fake.float(), mix)
            loss = loss + config.penalty_every * config.gp_lambda * self.gamma_share * penalty.mean()
        return Verdicts(loss, real_logits.detach(), fake_logits.detach())

    def g_loss(self, batch: Batch, adam: torch.optim.Optimizer) -> Tensor:
        """What G, and E with it, minimise; D's weights are left without gradients. `adam` is D's."""
        fake = self.seen(batch.fake)
        real = self.seen(batch.real) if self._needs_real() else batch.real
        if self.config.unroll:
            self.D.requires_grad_(True)
            D = steps_ahead(self.D, adam, partial(self._unrolled_loss, batch, real, fake), self.config.unroll)
        else:
            D = self.D.requires_grad_(False)  # no gradients for weights that this step does not change
        with self.autocast():
            if self.config.feature_matching:
                return self._unlike(batch, real, fake)
            fake_logits = D(fake, batch.given_fake).float()
            if self.config.model.encoder:
                real_logits = D(real, batch.given_real).float()
                return self._with_encoder(real_logits, fake_logits)
            with torch.no_grad():
                real_logits = D(real, batch.given_real).float() if self.loss.paired else fake_logits
        return self.loss.g(real_logits, fake_logits).mean()

    def _needs_real(self) -> bool:
        config = self.config
        return bool(self.loss.paired or config.feature_matching or config.unroll or config.model.encoder)

    def _unrolled_loss(self, batch: Batch, real: Tensor, fake: Tensor, D) -> Tensor:
        with self.autocast():
            real_logits, fake_logits = D(real, batch.given_real).float(), D(fake, batch.given_fake).float()
        return self.loss.d(real_logits, fake_logits).mean()

    def _unlike(self, batch: Batch, real: Tensor, fake: Tensor) -> Tensor:
        """‖mean φ(x) - mean φ(G(z))‖² over D's last features, Salimans et al. (2016), section 3.1."""
        with torch.no_grad():
            there = self.D.features(real, batch.given_real).float().mean(0)
        here = self.D.features(fake, batch.given_fake).float().mean(0)
        return (there - here).square().sum()

    def _with_encoder(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """E wants its pairs taken for the generator's, as G wants its own taken for E's."""
        if self.loss.paired:
            return self.loss.g(real_logits, fake_logits).mean()
        return (self.loss.g(real_logits, fake_logits) + self.loss.g(-fake_logits, -real_logits)).mean()

    def autocast(self):
        """The number format that the networks compute in."""
        enabled = self.config.precision == "bfloat16"
        return torch.autocast(self.config.device, torch.bfloat16, enabled=enabled)


def _cut(given: Tensor | None) -> Tensor | None:
    return None if given is None else given.detach()
