"""What a run's process does: the events of fit(), orders obeyed, the model kept, states to fork from."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gan.checkpoint import load_state
from gan.config import Control, TrainConfig
from gan.events import Finished, Grid, Halted, Measured, News, Paused, TrainEvent
from gan.runs.keeper import Keeper, Places
from gan.trainer import Trainer, fit

SAVE_SECONDS = 20.0  # between two checkpoints of a run, so that a killed one loses no more,
SAVE_SHARE = 0.1  # unless more than this part of the time would go into saving


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


def work(config: TrainConfig, places: Places, orders: Orders) -> Iterator[TrainEvent | News]:
    """A whole run: the events of fit(), and its model kept now and then and at the end."""
    trainer = prepared(config)
    keeper = Keeper(trainer, places, trainer.config.name)
    due, waits = time.monotonic() + SAVE_SECONDS, False
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
            keeper.measured(event.distance)
        if time.monotonic() > due and not orders.stopped and not waits:
            start = time.monotonic()
            yield from keeper.save()
            due = time.monotonic() + max(SAVE_SECONDS, (time.monotonic() - start) / SAVE_SHARE)
        if orders.stopped:
            event = Finished(trainer.step_count, trainer.seconds, "stopped")
            break
    assert isinstance(event, Finished)  # the last of fit()'s events
    yield Halted(event.step, event.reason)
    if event.reason == "stopped":
        yield trainer.grid()
        yield from _last_look(keeper)
    if trainer.step_count:
        yield from keeper.save(last_too=True)
    yield event


def _last_look(keeper: Keeper) -> Iterator[Measured]:
    """A stopped run's last step is measured, too: else an early one passes for the best there was."""
    trainer = keeper.trainer
    if trainer.config.measure_images and trainer.step_count > keeper.looked:
        event = trainer.measured()
        keeper.measured(event.distance)
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


def obey(trainer: Trainer, control: Control):
    trainer.control = control
    rates = {"g_lr": control.g_lr, "d_lr": control.d_lr}
    if news := {key: rate for key, rate in rates.items() if rate and rate != getattr(trainer.config, key)}:
        trainer.change(**news)
