"""The algorithm: one step, one loop. Free of files, logging and pages; variants are values of TrainConfig."""

import math
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace

import torch
from torch import Tensor, nn

from gan import metrics
from gan.checkpoint import Snapshot
from gan.checkpoint import state as train_state
from gan.checkpoint.state import Trained, TrainState
from gan.config import Control, TrainConfig
from gan.data import load
from gan.data.conditions import fitted
from gan.devices import autocast, descend, emulates_bfloat16, make_optimizer, pick_device
from gan.events import Finished, Grid, Measured, Paused, Progress, Started, TrainEvent
from gan.train import tasks  # noqa: F401, each registers itself
from gan.train.adversarial import AdversarialObjective, Verdicts
from gan.train.averaging import move_average
from gan.train.means import Means
from gan.train.pace import pace
from gan.train.task import Batch, task_of

PROGRESS_SECONDS = 0.25
MEASURE_SHARE = 0.04  # of a run's time that live measures may take,
MEASURE_SECONDS = 4.0  # at least so far apart


class TrainError(RuntimeError):
    """A run that cannot go on; its text is a sentence for the person."""


class Trainer:
    """Two sides and a task: their networks, the generators' moving averages, an optimiser for each side.

    What the networks make and where a batch comes from is the task's affair.
    """

    def __init__(self, config: TrainConfig, state: TrainState | None = None):
        self.device = torch.device(pick_device(config.device))
        self.dataset = load(config.data)
        self.config = config = replace(fitted(config, self.dataset), device=self.device.type)
        self.control = Control()
        self.step_count = self.images_seen = 0
        self.gan = True
        self.seconds = 0.0
        # z and the choice of images come from one generator on the CPU, so that a seed holds on any device
        self.random = torch.Generator().manual_seed(config.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.task = task_of(config.model.given, config, self.dataset, self.device, self.random)
        self.generators, self.discriminators = self.task.generators, self.task.discriminators
        self.averages = deepcopy(self.generators).eval().requires_grad_(False)
        self.objectives = {name: AdversarialObjective(config, D, self.random)
                           for name, D in self.discriminators.items()}  # fmt: skip
        self._make_optimizers()
        paired = any(objective.loss.paired for objective in self.objectives.values())
        self.means = Means(self.device, paired)
        if state:
            self._restore(state)

    def change(self, **values):
        """Other values for the rest of the run: learning rates, say. Raises ConfigError."""
        self.config = self.task.config = replace(self.config, **values)
        for objective in self.objectives.values():
            objective.config = self.config

    def step(self):
        """n_critic updates of D, then g_steps of G, the first of them on D's last batch.

        `control.only` names who moves alone.
        """
        only = self.control.only
        self._set_pace()
        turns = 1 if only == "G" else self.config.n_critic
        for turn in range(turns):
            batch = self._batch(with_graph=turn == turns - 1 and only != "D")
            verdicts = self._verdicts(batch, penalise=only != "G" and self._penalty_is_due())
            if only != "G":
                self._descend_d(verdicts.loss)
        for turn in range(1 if only == "D" else self.config.g_steps):
            if turn:
                batch = self._batch(with_graph=True)
            g_loss = self._g_loss(batch)  # while G stands still, it loses none the less
            if only != "D":
                descend(self.g_optimizer, g_loss)
        if only != "D":
            self._update_averages(turns * self.config.batch)
        self.step_count += 1
        self.means.add(verdicts, g_loss, turns * self.config.batch)

    def timed_step(self) -> float:
        """A step, and the seconds it took."""
        start = time.perf_counter()
        self.step()
        return time.perf_counter() - start

    def _batch(self, with_graph: bool) -> Batch:
        with autocast(self.config), torch.set_grad_enabled(with_graph):
            return self.task.batch()

    def _verdicts(self, batch: Batch, penalise: bool) -> Verdicts:
        return Verdicts.of_all(self.objectives[name].d_loss(play, penalise)
                               for name, play in batch.plays.items())  # fmt: skip

    def _g_loss(self, batch: Batch) -> Tensor:
        auxiliary = self.task.auxiliary_loss(batch)
        if not (self.gan and self.config.gan_weight):
            return torch.as_tensor(auxiliary)
        adversarial = (self.objectives[name].g_loss(play, self.d_optimizer)
                       for name, play in batch.plays.items())  # fmt: skip
        return torch.as_tensor(self.config.gan_weight * sum(adversarial) + auxiliary)

    def _penalty_is_due(self) -> bool:
        return self.images_seen // self.config.batch % self.config.penalty_every == 0

    def _descend_d(self, loss: Tensor):
        descend(self.d_optimizer, loss)
        self.images_seen += self.config.batch
        if bound := self.config.clip:  # after each of the critic's steps, Arjovsky et al. (2017)
            weights: list[Tensor] = list(self.discriminators.parameters())
            with torch.no_grad():
                torch._foreach_clamp_min_(weights, -bound)
                torch._foreach_clamp_max_(weights, bound)

    def _set_pace(self):
        """What the run's course has changed by now: rates, γ, instance noise, and the task's own."""
        now = pace(self.config, self.images_seen)
        for objective in self.objectives.values():
            objective.pace = now
        self.gan = now.gan
        rates = (self.g_optimizer, self.config.g_lr), (self.d_optimizer, self.config.d_lr)
        for optimizer, rate in rates:
            optimizer.param_groups[0]["lr"] = rate * now.rate
        if self.task.schedule(self.images_seen, (self.generators, self.discriminators, self.averages)):
            self.g_optimizer.state.clear()
            self.d_optimizer.state.clear()

    def _update_averages(self, images: int):
        """The moving averages, buffers too: half-life min(ema_images, ramp × images seen) images."""
        half_life = min(self.config.ema_images, self.config.ema_ramp * self.images_seen)
        move_average(self.averages, self.generators, 0.5 ** (images / half_life) if half_life else 0.0)

    def started(self) -> Started:
        real, data = self.task.real, self.dataset.train
        config = replace(self.config, start_from="")  # the path of a file, of no use to others
        return Started(config, data.title, len(data.images), self.task.shown, metrics.variety(real))

    def progress(self, seconds: float) -> Progress:
        """Means over the steps since the last, in `seconds`. Raises TrainError if they are not finite."""
        d_loss, g_loss, accuracy, real, fake = self.means.now()
        facts = Progress(
            self.step_count,
            self.images_seen,
            self.seconds,
            self.means.images / max(seconds, 1e-9),
            d_loss,
            g_loss,
            accuracy,
            real,
            fake,
        )
        self.means.clear()
        if not all(map(math.isfinite, (d_loss, g_loss, real, fake))):
            raise TrainError(
                f"The losses are no longer numbers after {self.step_count} steps; "
                "lower the learning rates and start again."
            )
        return facts

    def grid(self) -> Grid:
        images = self.task.samples(self.averages)
        return Grid(self.step_count, self.seconds, images, metrics.variety(images))

    def measured(self) -> Measured:
        found = self.task.measures(self.averages, self.discriminators)
        return Measured(self.step_count, self.seconds, **found)

    def evaluation(self) -> dict[str, float]:
        """What the averaged generators come to, measured as for a model card; {} where that cannot be."""
        return self.task.evaluation(self.averages)

    def snapshot(self) -> Snapshot:
        """The model as it is now, in copies of its networks."""
        G, D = (dict(deepcopy(networks).items()) for networks in (self.averages, self.discriminators))
        return Snapshot(self.config, self.dataset, G, D, self.step_count, self.images_seen, self.seconds)

    def state(self) -> TrainState:
        """A copy of everything, on the CPU."""
        tensors = train_state.gather(self._networks(), self._optimizers())
        tensors |= train_state.of_task(self.task.state())
        tensors["random"] = self.random.get_state()
        return TrainState(self.config, tensors, self.step_count, self.images_seen, self.seconds)

    def _restore(self, state: TrainState):
        """Goes on from `state`; where its networks were others, with what of them still fits."""
        exact = state.config.model == self.config.model
        train_state.restore(state.tensors, self._networks(), self._optimizers(), exact)
        if exact and (kept := train_state.task_of(state.tensors)):
            self.task.restore(kept)
        self.random.set_state(state.tensors["random"])
        self.step_count, self.images_seen, self.seconds = state.step, state.images_seen, state.seconds
        self.means.clear()

    def _networks(self) -> dict[str, nn.Module]:
        averages = {f"average_{name}": network for name, network in self.averages.items()}
        return {**self.generators, **self.discriminators, **averages}

    def _optimizers(self) -> dict[str, Trained]:
        kind = self.config.optimizer
        return {
            f"g_{kind}": Trained(self.g_optimizer, dict(self.generators.named_parameters())),
            f"d_{kind}": Trained(self.d_optimizer, dict(self.discriminators.named_parameters())),
        }

    def choose_precision(self):
        """Settles precision "auto": the faster of the two on this machine."""
        if self.config.precision == "auto":
            self.change(precision=self._fastest_precision())

    def _fastest_precision(self) -> str:
        """Times a few real steps each way, then puts everything back.

        A GPU takes float32: with networks of this size it waits for what to do next, and every cast is one
        thing more to be told.
        """
        if self.device.type != "cpu" or emulates_bfloat16():
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
        return min(seconds, key=seconds.__getitem__)

    def _make_optimizers(self):
        config = self.config
        self.g_optimizer = make_optimizer(config, [*self.generators.parameters()], config.g_lr)
        self.d_optimizer = make_optimizer(config, [*self.discriminators.parameters()], config.d_lr)


def fit(config: TrainConfig, trainer: Trainer | None = None) -> Iterator[TrainEvent]:
    """Trains until `config.seconds` or `config.steps` are used up; closing the iterator stops the run.

    Yields Started, a Grid of the untrained generator, Started again where the precision was yet to be chosen,
    Progress a few times a second, a Grid every `grid_seconds`, Measured now and then, and at the end a last
    Measured, Grid and Finished. `trainer` may be one restored from a TrainState; after a stop it holds all
    that a later run needs. While `trainer.control` says paused it yields Paused and takes no step but the
    single ones. The time between two events that the caller takes does not count. Raises TrainError when the
    losses stop being numbers.
    """
    if config.threads:
        torch.set_num_threads(config.threads)  # of the process
    trainer = trainer or Trainer(config)
    yield trainer.started()
    yield trainer.grid()
    if trainer.config.precision == "auto":
        trainer.choose_precision()  # after the first grid, which nobody should wait for
        yield trainer.started()
    trainer.means.clear()  # of steps that an earlier sitting took and did not report
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
    if trainer.means.steps:
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
