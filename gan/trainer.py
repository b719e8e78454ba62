"""The algorithm: one step, one loop. Free of files, logging and pages; variants are values of TrainConfig."""

import math
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor, nn

from gan import metrics, train_state
from gan.averaging import move_average
from gan.checkpoint import Snapshot
from gan.conditions import fitted, latents, one_hot
from gan.config import Control, TrainConfig
from gan.data import load
from gan.devices import descend, make_optimizer, pick_device
from gan.events import Finished, Grid, Measured, Paused, Progress, Started, TrainEvent
from gan.examiner import Examiner
from gan.game import Batch, Game
from gan.images import to_tensor, to_uint8
from gan.models import build_discriminator, build_encoder, build_generator
from gan.tally import Tally
from gan.train_state import Trained, TrainState

PROGRESS_SECONDS = 0.25
MEASURE_SHARE = 0.04  # of a run's time that live measures may take,
MEASURE_SECONDS = 4.0  # at least so far apart


class TrainError(RuntimeError):
    """A run that cannot go on; its text is a sentence for the person."""


class Trainer:
    """The networks, the generator's moving average, both optimisers and the random numbers of one run."""

    def __init__(self, config: TrainConfig, state: TrainState | None = None):
        self.device = torch.device(pick_device(config.device))
        self.dataset = load(config.data)
        self.data = self.dataset.train
        self.config = config = replace(fitted(config, self.dataset), device=self.device.type)
        self.control = Control()
        self.step_count = self.images_seen = 0
        self.seconds = 0.0
        # z and the choice of images come from one generator on the CPU, so that a seed holds on any device
        self.random = torch.Generator().manual_seed(config.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.G = self._placed(build_generator(config.model))
            self.D = self._placed(build_discriminator(config.model))
            self.E = self._placed(build_encoder(config.model)) if config.model.encoder else None
        self.average = deepcopy(self.G).eval().requires_grad_(False)
        self.average_E = deepcopy(self.E).eval().requires_grad_(False) if self.E else None
        self.game = Game(config, self.D, self.random)
        self.examiner = Examiner(config, self.dataset)
        self._make_optimizers()
        self.images = torch.tensor(self.data.images, device=self.device)  # uint8, (n, h, w, c)
        self.classes = one_hot(self.data, config.label).to(self.device) if config.label else None  # (n, k)
        self.fixed_z = torch.from_numpy(latents(config.model, range(config.grid_images))).to(self.device)
        self.tally = Tally(self.device, self.game.loss.paired)
        if state:
            self._restore(state)

    def change(self, **values):
        """Other values for the rest of the run: learning rates, say. Raises ConfigError."""
        self.config = self.game.config = replace(self.config, **values)

    def step(self):
        """n_critic updates of D and one of G, on the last batch; `control.only` names who moves alone."""
        only = self.control.only
        self._set_pace()
        turns = 1 if only == "G" else self.config.n_critic
        for turn in range(turns):
            batch = self._batch(with_graph=turn == turns - 1 and only != "D")
            verdicts = self.game.d_loss(batch, penalise=only != "G" and self._penalty_is_due())
            if only != "G":
                self._descend_d(verdicts.loss)
        g_loss = self.game.g_loss(batch, self.d_optimizer)  # while G stands still, it loses none the less
        if only != "D":
            descend(self.g_optimizer, g_loss)
            self._update_average(turns * self.config.batch)
        self.step_count += 1
        self.tally.add(verdicts, g_loss, turns * self.config.batch)

    def timed_step(self) -> float:
        """A step, and the seconds it took."""
        start = time.perf_counter()
        self.step()
        return time.perf_counter() - start

    def _batch(self, with_graph: bool) -> Batch:
        config = self.config
        index = torch.randint(len(self.images), (config.batch,), generator=self.random).to(self.device)
        real = to_tensor(self.images[index]).contiguous(memory_format=torch.channels_last)
        z = torch.randn(config.batch, config.model.latent_dim, generator=self.random).to(self.device)
        y = None if self.classes is None else self.classes[index]
        with self.game.autocast(), torch.set_grad_enabled(with_graph):
            fake = self.G(z if y is None else torch.cat([z, y], 1))
            if self.E:
                return Batch(real, fake, self.E(real).float(), z)
        return Batch(real, fake, y, y)

    def _penalty_is_due(self) -> bool:
        return self.images_seen // self.config.batch % self.config.penalty_every == 0

    def _descend_d(self, loss: Tensor):
        descend(self.d_optimizer, loss)
        self.images_seen += self.config.batch
        if bound := self.config.clip:  # after each of the critic's steps, Arjovsky et al. (2017)
            with torch.no_grad():
                torch._foreach_clamp_min_(list(self.D.parameters()), -bound)
                torch._foreach_clamp_max_(list(self.D.parameters()), bound)

    def _set_pace(self):
        """Learning rates, γ and instance noise as the run's annealing has them now."""
        config, seen = self.config, self.images_seen
        fallen = min(1.0, seen / config.anneal_images) if config.anneal_images else 0.0
        left = (1 + math.cos(math.pi * fallen)) / 2
        self.game.gamma_share = config.gamma_end + (1 - config.gamma_end) * left
        self.game.noise = config.instance_noise * max(0.0, 1 - seen / config.noise_images)
        share = config.lr_end + (1 - config.lr_end) * left
        for optimizer, rate in ((self.g_optimizer, config.g_lr), (self.d_optimizer, config.d_lr)):
            optimizer.param_groups[0]["lr"] = rate * share

    def _update_average(self, images: int):
        """The moving average of G, buffers too: half-life min(ema_images, ramp × images seen) images."""
        half_life = min(self.config.ema_images, self.config.ema_ramp * self.images_seen)
        keep = 0.5 ** (images / half_life) if half_life else 0.0
        move_average(self.average, self.G, keep)
        if self.E:
            move_average(self.average_E, self.E, keep)

    def samples(self) -> ndarray:
        """The averaged generator's images of the run's fixed noise, seeds 0, 1, …: (n, h, w, c) uint8."""
        return self._pictures(self.fixed_z)

    @torch.no_grad()
    def _pictures(self, z: Tensor) -> ndarray:
        return to_uint8(self.average(z))

    def started(self) -> Started:
        real = self.data.images[: self.config.grid_images]
        config = replace(self.config, start_from="")  # the path of a file, of no use to others
        return Started(config, self.data.title, len(self.data.images), real, metrics.variety(real))

    def progress(self, seconds: float) -> Progress:
        """Means over the tally's steps, which took `seconds`. Raises TrainError if they are not finite."""
        d_loss, g_loss, accuracy, real, fake = self.tally.means()
        facts = Progress(
            self.step_count, self.images_seen, self.seconds, self.tally.images / max(seconds, 1e-9),
            d_loss, g_loss, accuracy, real, fake,
        )
        self.tally.clear()
        if not all(map(math.isfinite, (d_loss, g_loss, real, fake))):
            raise TrainError(
                f"The losses are no longer numbers after {self.step_count} steps; "
                "lower the learning rates and start again."
            )
        return facts

    def grid(self) -> Grid:
        images = self.samples()
        return Grid(self.step_count, self.seconds, images, metrics.variety(images))

    def measured(self) -> Measured:
        """The averaged generator's seeds from 0 against held-out images, and D on images it never saw."""
        z = torch.from_numpy(self.examiner.latents).to(self.device)
        fake = np.concatenate([self._pictures(part) for part in z.split(64)])
        gap = self.examiner.held_out_gap(self.D, self.E, fake)
        return Measured(self.step_count, self.seconds, held_out_gap=gap, **self.examiner.look(fake))

    def snapshot(self) -> Snapshot:
        """The model as it is now, in copies of its networks."""
        networks = (network and deepcopy(network) for network in (self.average, self.D, self.average_E))
        return Snapshot(self.config, self.dataset, *networks, self.step_count, self.images_seen, self.seconds)

    def state(self) -> TrainState:
        """A copy of everything, on the CPU."""
        tensors = train_state.gather(self._networks(), self._optimizers())
        tensors["random"] = self.random.get_state()
        return TrainState(self.config, tensors, self.step_count, self.images_seen, self.seconds)

    def _restore(self, state: TrainState):
        """Goes on from `state`; where its networks were others, with what of them still fits."""
        exact = state.config.model == self.config.model
        train_state.restore(state.tensors, self._networks(), self._optimizers(), exact)
        self.random.set_state(state.tensors["random"])
        self.step_count, self.images_seen, self.seconds = state.step, state.images_seen, state.seconds
        self.tally.clear()

    def _networks(self) -> dict[str, nn.Module]:
        networks = {"G": self.G, "D": self.D, "average": self.average}
        networks |= {"E": self.E, "average_E": self.average_E}
        return {name: network for name, network in networks.items() if network}

    def _optimizers(self) -> dict[str, Trained]:
        kind, players = self.config.optimizer, {"G": self.G, "E": self.E} if self.E else {"G": self.G}
        return {
            f"g_{kind}": Trained(self.g_optimizer, train_state.named(players)),
            f"d_{kind}": Trained(self.d_optimizer, train_state.named({"D": self.D})),
        }

    def choose_precision(self):
        """Settles precision "auto": the faster of the two on this machine."""
        if self.config.precision == "auto":
            self.change(precision=self._fastest_precision())

    def _fastest_precision(self) -> str:
        """Times a few real steps each way, then puts everything back; a GPU takes bfloat16 if it has it."""
        if self.device.type == "cuda":
            return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
        if self.device.type == "mps":
            return "float32"
        before, control, seconds = self.state(), self.control, {}
        self.control = Control()
        for precision in ("float32", "bfloat16"):
            self.change(precision=precision)
            self.step()  # the first one chooses kernels
            seconds[precision] = min(self.timed_step() for _ in range(2))
        self.change(precision="auto")
        self.control = control
        self._make_optimizers()
        self._restore(before)
        return min(seconds, key=seconds.get)

    def _placed(self, network: nn.Module) -> nn.Module:
        return network.to(self.device, memory_format=torch.channels_last)

    def _make_optimizers(self):
        config = self.config
        players = [*self.G.parameters(), *(self.E.parameters() if self.E else ())]
        self.g_optimizer = make_optimizer(config, players, config.g_lr)
        self.d_optimizer = make_optimizer(config, [*self.D.parameters()], config.d_lr)


def fit(config: TrainConfig, trainer: Trainer | None = None) -> Iterator[TrainEvent]:
    """Trains until `config.seconds` or `config.steps` are used up; closing the iterator stops the run.

    Yields Started, a Grid of the untrained generator, Started again where the precision was yet to be chosen,
    Progress a few times a second, a Grid every `grid_seconds`, Measured now and then, and at the end a last
    Measured, Grid and Finished. `trainer` may be one restored from a TrainState; after a stop it holds all
    that a later run needs. While `trainer.control` says paused it yields Paused and takes no step but the
    single ones. The time between two events that the caller takes does not count. Raises TrainError when the
    losses stop being numbers.
    """
    trainer = trainer or Trainer(config)
    yield trainer.started()
    yield trainer.grid()
    if trainer.config.precision == "auto":
        trainer.choose_precision()  # after the first grid, which nobody should wait for
        yield trainer.started()
    trainer.tally.clear()  # of steps that an earlier sitting took and did not report
    reported = drawn = looked = trainer.seconds
    looked_at, measure_after, singles = trainer.step_count, MEASURE_SECONDS, trainer.control.single_steps
    while not (reason := _end(trainer)):
        control = trainer.control
        slowly = control.paused or control.delay
        if control.paused and control.single_steps <= singles:
            yield Paused(trainer.step_count)
            continue
        singles = singles + 1 if control.paused else control.single_steps
        trainer.seconds += trainer.timed_step()
        if slowly or trainer.seconds - reported >= PROGRESS_SECONDS:
            yield trainer.progress(trainer.seconds - reported)
            reported = trainer.seconds
        if slowly or trainer.seconds - drawn >= config.grid_seconds:
            yield _timed(trainer, trainer.grid)[0]
            drawn = trainer.seconds
        if config.measure_images and trainer.seconds - looked >= measure_after:
            event, took = _timed(trainer, trainer.measured)
            yield event
            looked, looked_at = trainer.seconds, trainer.step_count
            measure_after = max(MEASURE_SECONDS, took / MEASURE_SHARE)
    if trainer.tally.steps:
        yield trainer.progress(trainer.seconds - reported)
    if config.measure_images and trainer.step_count > looked_at:
        yield trainer.measured()
    yield trainer.grid()
    yield Finished(trainer.step_count, trainer.seconds, reason)


def _timed(trainer: Trainer, what: Callable[[], TrainEvent]) -> tuple[TrainEvent, float]:
    """What `what` gives, and its seconds, which count as the run's."""
    start = time.perf_counter()
    event = what()
    took = time.perf_counter() - start
    trainer.seconds += took
    return event, took


def _end(trainer: Trainer) -> str:
    if trainer.config.steps and trainer.step_count >= trainer.config.steps:
        return "steps"
    return "time" if trainer.config.seconds and trainer.seconds >= trainer.config.seconds else ""
