"""The algorithm: one step, one loop. Free of files, logging and pages; variants are values of TrainConfig."""

import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import torch
from numpy import ndarray
from torch import Tensor, nn

from gan import latent, metrics, train_state
from gan.config import ConfigError, TrainConfig
from gan.data import load
from gan.events import Finished, Grid, Progress, Started, TrainEvent
from gan.images import to_tensor, to_uint8
from gan.losses import LOSSES
from gan.models import build_discriminator, build_generator
from gan.penalties import zero_centred
from gan.train_state import TrainState

PROGRESS_SECONDS = 0.25


class TrainError(RuntimeError):
    """A run that cannot go on; its text is a sentence for the person."""


class Trainer:
    """Both networks, the generator's moving average, both optimisers and the random numbers of one run."""

    def __init__(self, config: TrainConfig, state: TrainState | None = None):
        data = load(config.data)
        has, wants = (data.image_size, data.channels), (config.model.image_size, config.model.channels)
        if has != wants:
            raise ConfigError(
                f"The model is for images of {wants[0]} pixels and {wants[1]} channels; "
                f"those of {data.title} have {has[0]} pixels and {has[1]}."
            )
        self.device = torch.device(pick_device(config.device))
        self.config = config = replace(config, device=self.device.type)
        self.dataset, self.data = data, data.train
        self.loss = LOSSES[config.loss]
        self.step_count = self.images_seen = 0
        self.seconds = 0.0
        # z and the choice of images come from one generator on the CPU, so that a seed holds on any device
        self.random = torch.Generator().manual_seed(config.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.G = self._placed(build_generator(config.model))
            self.D = self._placed(build_discriminator(config.model))
        self.average = deepcopy(self.G).eval().requires_grad_(False)
        self.g_adam = self._adam(self.G, config.g_lr)
        self.d_adam = self._adam(self.D, config.d_lr)
        self.images = torch.tensor(self.data.images, device=self.device)  # uint8, (n, h, w, c)
        self.fixed_z = torch.from_numpy(
            latent.seeds_to_z(range(config.grid_images), config.model.latent_dim)
        ).to(self.device)
        self._forget()
        if state:
            self._restore(state)

    def step(self):
        """One update of D and one of G from the same generated images."""
        real = self._real_batch()
        z = torch.randn(self.config.batch, self.config.model.latent_dim, generator=self.random)
        with self._autocast():
            fake = self.G(z.to(self.device))
        d_loss, real_logits, fake_logits = self._d_loss(real, fake.detach())
        _descend(self.d_adam, d_loss)
        g_loss = self._g_loss(real, fake)
        _descend(self.g_adam, g_loss)
        self.step_count += 1
        self.images_seen += self.config.batch
        self._update_average()
        self._remember(d_loss, g_loss, real_logits, fake_logits)

    def timed_step(self) -> float:
        """A step, and the seconds it took."""
        start = time.perf_counter()
        self.step()
        return time.perf_counter() - start

    def _d_loss(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        self.D.requires_grad_(True)
        config = self.config
        due = (config.r1_gamma or config.r2_gamma) and self.step_count % config.penalty_every == 0
        if due:  # only then is the graph of a penalty worth building
            real, fake = real.detach().requires_grad_(), fake.float().requires_grad_()
        with self._autocast():
            # two batches, not one: batch norm shall not see real and fake images together
            real_logits, fake_logits = self.D(real).float(), self.D(fake).float()
        loss = self.loss.d(real_logits, fake_logits).mean()
        if due:
            penalty = config.r1_gamma * zero_centred(real_logits, real)
            penalty = penalty + config.r2_gamma * zero_centred(fake_logits, fake)
            loss = loss + config.penalty_every * penalty.mean()
        return loss, real_logits.detach(), fake_logits.detach()

    def _g_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        self.D.requires_grad_(False)  # no gradients for weights that this step does not change
        with self._autocast():
            fake_logits = self.D(fake).float()
            with torch.no_grad():
                real_logits = self.D(real).float() if self.loss.paired else fake_logits
        return self.loss.g(real_logits, fake_logits).mean()

    def _update_average(self):
        """The moving average of G, buffers too: half-life min(ema_images, ramp × images seen) images."""
        config = self.config
        half_life = min(config.ema_images, config.ema_ramp * self.images_seen)
        keep = 0.5 ** (config.batch / half_life) if half_life else 0.0
        for mean, now in zip(self.average.state_dict().values(), self.G.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(now, 1 - keep)
            else:
                mean.copy_(now)

    def samples(self) -> ndarray:
        """The averaged generator's images of the run's fixed noise, seeds 0, 1, …: (n, h, w, c) uint8."""
        with torch.no_grad():
            return to_uint8(self.average(self.fixed_z))

    def started(self) -> Started:
        real = self.data.images[: self.config.grid_images]
        return Started(
            self.data.title, len(self.data.images), self.device.type, real, metrics.variety(real),
            self.config.seconds,
        )

    def progress(self, seconds: float) -> Progress:
        """Means since the last call, which took `seconds`. Raises TrainError if they are not finite."""
        steps = max(1, self._since)
        d_loss, g_loss, accuracy, real, fake = (self._sums / steps).tolist()
        facts = Progress(
            self.step_count, self.images_seen, self.seconds, steps * self.config.batch / max(seconds, 1e-9),
            d_loss, g_loss, accuracy, real, fake,
        )
        self._forget()
        if not all(map(_is_finite, (d_loss, g_loss, real, fake))):
            raise TrainError(
                f"The losses are no longer numbers after {self.step_count} steps; "
                "lower the learning rates and start again."
            )
        return facts

    def grid(self) -> Grid:
        images = self.samples()
        return Grid(self.step_count, self.seconds, images, metrics.variety(images))

    def state(self) -> TrainState:
        """A copy of everything, on the CPU."""
        tensors = train_state.gather(self._networks(), self._optimizers())
        tensors["random"] = self.random.get_state()
        return TrainState(self.config, tensors, self.step_count, self.images_seen, self.seconds)

    def _restore(self, state: TrainState):
        if state.config.model != self.config.model or state.config.loss != self.config.loss:
            raise ConfigError("This run was started with another model or loss, and cannot go on with these.")
        train_state.restore(state.tensors, self._networks(), self._optimizers())
        self.random.set_state(state.tensors["random"])
        self.step_count, self.images_seen, self.seconds = state.step, state.images_seen, state.seconds

    def _networks(self) -> dict[str, nn.Module]:
        return {"G": self.G, "D": self.D, "average": self.average}

    def _optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {"g_adam": self.g_adam, "d_adam": self.d_adam}

    def choose_precision(self):
        """Settles precision "auto": the faster of the two on this machine."""
        if self.config.precision == "auto":
            self.config = replace(self.config, precision=self._fastest_precision())

    def _fastest_precision(self) -> str:
        """Times a few real steps each way, then puts everything back; a GPU takes bfloat16 if it has it."""
        if self.device.type == "cuda":
            return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
        if self.device.type == "mps":
            return "float32"
        before, chosen, seconds = self.state(), self.config, {}
        for precision in ("float32", "bfloat16"):
            self.config = replace(chosen, precision=precision)
            self.step()  # the first one chooses kernels
            seconds[precision] = min(self.timed_step() for _ in range(2))
        self.config = chosen
        self.g_adam, self.d_adam = self._adam(self.G, chosen.g_lr), self._adam(self.D, chosen.d_lr)
        self._restore(before)
        self._forget()
        return min(seconds, key=seconds.get)

    def _real_batch(self) -> Tensor:
        index = torch.randint(len(self.images), (self.config.batch,), generator=self.random)
        return to_tensor(self.images[index.to(self.device)]).contiguous(memory_format=torch.channels_last)

    def _placed(self, network: nn.Module) -> nn.Module:
        return network.to(self.device, memory_format=torch.channels_last)

    def _adam(self, network: nn.Module, lr: float) -> torch.optim.Adam:
        fused = self.device.type in ("cpu", "cuda")
        return torch.optim.Adam(network.parameters(), lr, (self.config.beta1, self.config.beta2), fused=fused)

    def _autocast(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16")

    def _remember(self, d_loss: Tensor, g_loss: Tensor, real: Tensor, fake: Tensor):
        if self.loss.paired:  # only differences of logits mean anything there
            right = (real > fake).float().mean()
        else:
            right = ((real > 0).float().mean() + (fake < 0).float().mean()) / 2
        self._sums += torch.stack([d_loss.detach(), g_loss.detach(), right, real.mean(), fake.mean()])
        self._since += 1

    def _forget(self):
        self._sums, self._since = torch.zeros(5, device=self.device), 0


def fit(config: TrainConfig, trainer: Trainer | None = None) -> Iterator[TrainEvent]:
    """Trains until `config.seconds` or `config.steps` are used up; closing the iterator stops the run.

    Yields Started, a Grid of the untrained generator, Progress a few times a second, a Grid every
    `grid_seconds`, and at the end a last Grid and Finished. `trainer` may be one restored from a TrainState;
    after a stop it holds all that a later run needs. The time between two events that the caller takes
    does not count. Raises TrainError when the losses stop being numbers.
    """
    trainer = trainer or Trainer(config)
    yield trainer.started()
    yield trainer.grid()
    trainer.choose_precision()  # after the first grid, which nobody should wait for
    config = trainer.config
    reported = drawn = trainer.seconds
    while not (reason := _end(trainer)):
        trainer.seconds += trainer.timed_step()
        if trainer.seconds - reported >= PROGRESS_SECONDS:
            yield trainer.progress(trainer.seconds - reported)
            reported = trainer.seconds
        if trainer.seconds - drawn >= config.grid_seconds:
            start = time.perf_counter()
            grid = trainer.grid()
            trainer.seconds += time.perf_counter() - start
            yield grid
            drawn = trainer.seconds
    if trainer.seconds > reported:
        yield trainer.progress(trainer.seconds - reported)
    yield trainer.grid()
    yield Finished(trainer.step_count, trainer.seconds, reason)


def pick_device(name: str) -> str:
    """"auto" -> cuda, mps or cpu, whichever is there; any other name is taken at its word if it is there."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if there[device])
    if not there.get(name):
        raise ConfigError(f"This machine has no {name} device; choose auto or cpu.")
    return name


def _end(trainer: Trainer) -> str:
    if trainer.config.steps and trainer.step_count >= trainer.config.steps:
        return "steps"
    return "time" if trainer.config.seconds and trainer.seconds >= trainer.config.seconds else ""


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def _is_finite(value: float) -> bool:
    return abs(value) < float("inf")
