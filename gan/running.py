"""What a run's process does: the events of fit(), orders obeyed, the model kept, states to fork from."""

import errno
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import torch

from gan import belonging, files
from gan.belonging import Belongs
from gan.checkpoint import load_state, save_model, save_state, save_training
from gan.config import Control, TrainConfig
from gan.events import Finished, Grid, Measured, Paused, Saved, TrainEvent
from gan.train_state import TrainState
from gan.trainer import Trainer, fit

log = logging.getLogger(__name__)
SAVE_SECONDS = 20.0  # between two checkpoints of a run, so that a killed one loses no more,
SAVE_SHARE = 0.1  # unless more than this part of the time would go into saving
SAVED_BYTES = 3  # times the training state: all that one save writes
FULL = "The disk of this server is almost full, so that nothing more of this run is kept."
SHUT = "The server's folder of models can't be written to, so that nothing more of this run is kept."
NO_RIGHT = (errno.EROFS, errno.EACCES, errno.EPERM)
WORSE = 1.1  # times the best distance: from there on the last model is kept beside the best


@dataclass(frozen=True)
class Places:
    """Where a run's files go."""

    model: Path
    states: Path | None = None  # training states to fork from, FILE(step) each; None: none are kept
    states_kept: int = 6
    owner: str | None = None  # as in Belongs
    free: int = 0  # bytes of the disk that stay free


@dataclass(frozen=True)
class Saving:
    """The model is being kept, which may take seconds: Saved comes next, or NotSaved."""


@dataclass(frozen=True)
class NotSaved:
    """It could not be kept: a sentence. What was kept before stays, and the run goes on."""

    why: str


@dataclass(frozen=True)
class Halted:
    """Training has ended: then come Saving and Saved or NotSaved, if anything is to be kept, and Finished."""

    step: int
    reason: str  # as in Finished


News = Saving | NotSaved | Halted  # what a process tells beside the events of the run


class Orders:
    """What is asked of a run while it goes. Filled on one thread, read on another."""

    def __init__(self):
        self.control, self.stopped = Control(), False
        self._news = threading.Event()

    def put(self, control: Control):
        self.control = control
        self._news.set()

    def stop(self):
        self.stopped = True
        self._news.set()

    def wait(self, seconds: float | None = None):
        """Until something is asked, or so long."""
        self._news.wait(seconds)
        self._news.clear()


def state_file(states: Path, step: int) -> Path:
    return states / f"{step}.safetensors"


def work(config: TrainConfig, places: Places, orders: Orders) -> Iterator[TrainEvent | News]:
    """A whole run: the events of fit(), and its model kept now and then and at the end."""
    if config.threads:
        torch.set_num_threads(config.threads)
    run = _Kept(prepared(config), places)
    trainer, due, waits = run.trainer, time.monotonic() + SAVE_SECONDS, False
    for event in fit(trainer.config, trainer):
        if isinstance(event, Finished):
            break
        if not (waits and isinstance(event, Paused)):
            yield event
        waits = isinstance(event, Paused)
        if waits or (orders.control.delay and isinstance(event, Grid)):
            orders.wait(None if waits else orders.control.delay)
        obey(trainer, orders.control)
        if isinstance(event, Measured):
            run.measured(event)
        if time.monotonic() > due and not orders.stopped and not waits:
            start = time.monotonic()
            yield from run.save()
            due = time.monotonic() + max(SAVE_SECONDS, (time.monotonic() - start) / SAVE_SHARE)
        if orders.stopped:
            event = Finished(trainer.step_count, trainer.seconds, "stopped")
            break
    yield Halted(event.step, event.reason)
    if event.reason == "stopped":
        yield trainer.grid()
        yield from run.last_look()
    if trainer.step_count:
        yield from run.save(at_the_end=True)
    yield event


def prepared(config: TrainConfig) -> Trainer:
    """The run as its config says: anew, or going on from a kept state, whose time then comes on top."""
    if not config.start_from:
        return Trainer(config)
    state = load_state(Path(config.start_from))
    seconds = config.seconds and config.seconds + state.seconds
    steps = config.steps and config.steps + state.step
    precision = state.config.precision if config.precision == "auto" else config.precision
    return Trainer(replace(config, seconds=seconds, steps=steps, precision=precision), state)


def made(folder: Path) -> Path:
    """A new folder. The name was free when the run was asked for; whoever took it since keeps it, such as
    another server's run, and this one gets the next.
    """
    for number in count(1):
        with suppress(FileExistsError):
            there = folder.with_name(f"{folder.name}-{number}") if number > 1 else folder
            there.mkdir(parents=True)
            return there


def obey(trainer: Trainer, control: Control):
    trainer.control = control
    rates = {"g_lr": control.g_lr, "d_lr": control.d_lr}
    if news := {key: rate for key, rate in rates.items() if rate and rate != getattr(trainer.config, key)}:
        trainer.change(**news)


@dataclass
class _Kept:
    """What a run keeps: the best model so far by distance, if that can be measured, and the last."""

    trainer: Trainer
    places: Places
    best: TrainState | None = None
    distance: float = float("inf")  # of the best, and of the last that was measured
    last_distance: float = float("inf")
    looked: int = 0  # the step that was measured last
    written: int = -1  # the step of the model on disk
    taken: bool = False  # the model's folder is this run's
    states: dict[int, tuple[float, float]] = field(default_factory=dict)  # step -> G's and D's learning rate

    def last_look(self) -> Iterator[Measured]:
        """A stopped run's last step is measured, too: else an early one passes for the best there was."""
        if self.trainer.config.measure_images and self.trainer.step_count > self.looked:
            event = self.trainer.measured()
            self.measured(event)
            yield event

    def measured(self, event: Measured):
        self.looked = event.step
        if event.frechet is None:
            return
        self.last_distance = event.frechet
        if event.frechet < self.distance:
            self.best, self.distance = self.trainer.state(), event.frechet

    def save(self, at_the_end: bool = False) -> Iterator[TrainEvent | News]:
        yield Saving()
        try:
            yield self._saved(at_the_end)
        except (files.RoomError, OSError) as error:
            log.warning("the run %s is not kept: %s", self.places.model.name, error)
            yield NotSaved(SHUT if getattr(error, "errno", 0) in NO_RIGHT else FULL)

    def _saved(self, at_the_end: bool) -> Saved:
        """Raises RoomError or OSError where the disk has no room; what was kept before stays."""
        trainer, folder = self.trainer, self.places.model
        name, state = trainer.config.name, trainer.state()
        files.check_room(folder, self.places.free, SAVED_BYTES * state.bytes)
        if not self.taken:
            folder, self.taken = made(folder), True
            self.places = replace(self.places, model=folder)
        best = self.best.step if self.best else trainer.step_count
        if best != self.written:
            as_it_was = trainer if best == trainer.step_count else Trainer(self.best.config, self.best)
            self._save_model(folder, as_it_was, name)
            self.written = best
        save_training(folder, state)
        self._keep_state(state)
        last = belonging.last_of(folder)
        if at_the_end and self.last_distance > WORSE * self.distance and not last.exists():
            self._save_model(last, trainer, f"{name or folder.name}, last")
        not_last = best if best != trainer.step_count else 0
        return Saved(trainer.step_count, folder.name, str(folder), not_last, tuple(self.states),
                     tuple(self.states.values()))  # fmt: skip

    def _save_model(self, folder: Path, trainer: Trainer, title: str):
        """It is its owner's alone until the run has ended well: see Runs."""
        if self.places.owner is not None and not (folder / belonging.FILE).is_file():
            belonging.write(folder, Belongs(self.places.owner, offered=False))
        save_model(folder, trainer, title)

    def _keep_state(self, state: TrainState):
        """One more state to fork from; the one with the nearest neighbours goes when there are too many."""
        if not self.places.states or state.step in self.states:
            return
        with suppress(files.RoomError):
            files.check_room(self.places.states, self.places.free, 2 * state.bytes)
            self.places.states.mkdir(parents=True, exist_ok=True)
            save_state(state_file(self.places.states, state.step), state)
            self.states[state.step] = state.config.g_lr, state.config.d_lr
        if len(self.states) > self.places.states_kept:
            steps = list(self.states)
            out = steps[min(range(1, len(steps) - 1), key=lambda i: steps[i + 1] - steps[i - 1])]
            state_file(self.places.states, out).unlink(missing_ok=True)
            del self.states[out]
