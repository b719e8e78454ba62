"""What a run keeps on disk while it goes: the best model so far where that can be measured, else the last.

The page's runs and the command line share it; each measures as it can afford.
"""

import errno
import logging
import math
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from gan import belonging
from gan.belonging import Belongs
from gan.checkpoint import CONFIG, Snapshot, save_model, save_state, save_training
from gan.checkpoint.state import TrainState
from gan.events import Finished, NotSaved, Saved, Saving, TrainEvent
from gan.system import files
from gan.trainer import Trainer

log = logging.getLogger(__name__)
SAVED_BYTES = 3  # times the training state: all that one save writes
FULL = "The disk is almost full, so nothing more of this run is kept."
SHUT = "The folder of models can't be written to, so nothing more of this run is kept."
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


def state_file(states: Path, step: int) -> Path:
    return states / f"{step}.safetensors"


@dataclass
class Keeper:
    """The best model so far, and the last; `distance` may be that of a model which lies there already.

    The best is that of the latest stage: a network of 4x4 pixels may be nearer than one that has just grown.
    """

    trainer: Trainer
    places: Places
    title: str = ""
    command: str = ""
    distance: float = math.inf  # the Fréchet distance of the best, and of the last that was measured
    last_distance: float = math.inf
    seen: int = 0  # images that the best had seen
    best: Snapshot | None = None
    metrics: dict[str, float] = field(default_factory=dict)  # of the best, for its card
    looked: int = 0  # the step that was measured last
    written: int = -1  # the step of the model on disk
    taken: bool = False  # the model's folder is this run's
    last: str = ""  # the name of the last model's folder, where this run has kept one
    states: dict[int, tuple[float, float]] = field(default_factory=dict)  # step -> G's and D's learning rate

    def measured(self, distance: float | None, metrics: dict[str, float] | None = None):
        """The trainer's model, as it is now, came to this distance; None where there is no classifier."""
        self.looked = self.trainer.step_count
        if distance is None:
            return
        self.last_distance = distance
        if distance < self.distance or self._is_later():
            self.best, self.distance, self.metrics = self.trainer.snapshot(), distance, metrics or {}
            self.seen = self.trainer.images_seen

    def _is_later(self) -> bool:
        """The run has come to another stage since the best."""
        stage = self.trainer.task.stage
        return stage(self.trainer.images_seen) > stage(self.seen)

    def save(self, last_too: bool = False) -> Iterator[Saving | Saved | NotSaved]:
        """With `last_too` a last model that is worse is kept beside the best: what became of it."""
        yield Saving()
        before = self._folders()
        try:
            yield self._saved(last_too)
        except (files.RoomError, OSError) as error:
            log.warning("the run %s is not kept: %s", self.places.model.name, error)
            self._remove(self._folders() - before)
            yield NotSaved(SHUT if getattr(error, "errno", 0) in NO_RIGHT else FULL)

    def _saved(self, last_too: bool) -> Saved:
        """Raises RoomError or OSError where the disk has no room; what was kept before stays."""
        trainer, folder = self.trainer, self.places.model
        state = trainer.state()
        files.check_room(folder, self.places.free, SAVED_BYTES * state.bytes)
        if not self.taken:
            folder, self.taken = made(folder), True
            self.places = replace(self.places, model=folder)
        best = self.best.step if self.best else trainer.step_count
        if best != self.written and not self._is_better_already():
            self._save_model(folder, self.best or trainer.snapshot(), self.title)
            self.written = best
        save_training(folder, state)
        self._keep_state(state)
        last = belonging.last_of(folder)
        if last_too and self.last_distance > WORSE * self.distance and not last.exists():
            self._save_model(last, trainer.snapshot(), f"{self.title or folder.name}, last")
            self.last = last.name
        not_last = best if best != trainer.step_count else 0
        return Saved(trainer.step_count, folder.name, str(folder), not_last, tuple(self.states),
                     tuple(self.states.values()), self.last)  # fmt: skip

    def _folders(self) -> set[Path]:
        """Those of its models that are there."""
        model = self.places.model
        return {folder for folder in (model, belonging.last_of(model)) if folder.is_dir()}

    def _remove(self, folders: set[Path]):
        """A folder that was made for a model which did not come about: its name is free again."""
        for folder in folders:
            if not (folder / CONFIG).exists():
                shutil.rmtree(folder, ignore_errors=True)
                self.taken = self.taken and folder != self.places.model

    def _is_better_already(self) -> bool:
        """What lies there is nearer than all that was measured since."""
        return not self.best and math.isfinite(self.last_distance)

    def _save_model(self, folder: Path, shot: Snapshot, title: str):
        """It is its owner's alone until the run has ended well: see Runs."""
        if self.places.owner is not None and not (folder / belonging.FILE).is_file():
            belonging.write(folder, Belongs(self.places.owner, offered=False))
        save_model(folder, shot, title, self.command, self.metrics if shot is self.best else None)

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


def made(folder: Path) -> Path:
    """A new folder. The name was free when the run was asked for; whoever took it since keeps it, such as
    another server's run, and this one gets the next.
    """
    number = 1
    while True:
        with suppress(FileExistsError):
            there = folder.with_name(f"{folder.name}-{number}") if number > 1 else folder
            there.mkdir(parents=True)
            return there
        number += 1


def keep(events: Iterable[TrainEvent], keeper: Keeper, every: float) -> Iterator[TrainEvent | NotSaved]:
    """Passes `events` on; measures and saves every `every` seconds of wall time, and at the end."""
    saved_at = monotonic()
    for event in events:
        if isinstance(event, Finished) or monotonic() - saved_at >= every:
            metrics = keeper.trainer.evaluation()
            log.info("step %d: %s", keeper.trainer.step_count, metrics)
            keeper.measured(metrics.get("frechet"), metrics)
            yield from (news for news in keeper.save() if not isinstance(news, Saving))
            saved_at = monotonic()
        yield event
