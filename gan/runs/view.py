"""A training run as anyone may see it: one frozen value, and how an event turns it into the next."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from gan.config import Control, TrainConfig
from gan.events import (
    Failed,
    Finished,
    Grid,
    Halted,
    Measured,
    News,
    NotSaved,
    Paused,
    Progress,
    Saved,
    Saving,
    Started,
    TrainEvent,
)
from gan.runs.cures import Alarm

ENOUGH = 10.0  # seconds of training, for a model that is worth being shown to others
MOST_PROGRESS, MOST_GRIDS, MOST_MEASURED = 300, 120, 120


@dataclass(frozen=True)
class Spell:
    """How long an alarm has stood, or stood once."""

    alarm: Alarm  # as it was last
    first: int  # the step at which it came,
    last: int  # and the last one at which it was there
    since: float  # seconds of training at the first
    till: float  # and at the last


@dataclass(frozen=True)
class Mending:
    """What a fork by a cure is there for, and how bad it was."""

    cure: str  # as its button says it
    fault: str  # the name of the alarm
    run: str  # the name of the run that had it
    duplicates: float | None  # share of near-duplicates among its samples, if that was measured
    variety: float | None  # of its samples, in parts of the data's, if there were any


@dataclass(frozen=True)
class RunView:
    """A run as anyone may see it, at one moment."""

    id: str
    config: TrainConfig
    status: str = "waiting"  # then "running", then "finished", "stopped" or "failed"
    place: int = 0  # in the queue, from 1; 0 when it does not wait
    started: Started | None = None
    progress: tuple[Progress, ...] = ()  # thinned evenly to MOST_PROGRESS
    grids: tuple[Grid, ...] = ()  # thinned evenly to MOST_GRIDS, the first and the last kept
    measured: tuple[Measured, ...] = ()  # thinned evenly to MOST_MEASURED
    control: Control = Control()  # noqa: RUF009, frozen; what is asked of it now
    paused_at: int | None = None  # the step at which it waits; None while it goes
    alone_until: int = 0  # the last step, as far as is told, that one network took alone, by hand
    parent: str = ""  # the run or the kept model that it goes on from, if any, for people
    forked_at: int = 0  # the step where it left its parent
    fails: str = ""  # it goes wrong on purpose, in this one of FAILURES, and ends itself once that has come
    mends: Mending | None = None  # it was started by a cure
    spells: tuple[Spell, ...] = ()  # of its alarms, in the order in which they came; see alarms.noted
    numbers: bool = False  # it failed because the losses stopped being numbers
    saved: Saved | None = None
    unsaved: str = ""  # why it was not kept lately, in a sentence
    saving: bool = False  # the model is being kept, now and then and when training has ended
    message: str = ""  # how it ended, or what is wrong, in a sentence
    version: int = 0

    @property
    def training(self) -> bool:
        """It trains, or will."""
        return self.status in ("waiting", "running")

    @property
    def over(self) -> bool:
        """Nothing more will be told."""
        return not self.training and not self.saving

    @property
    def states(self) -> tuple[int, ...]:
        """Steps that one can fork from, beside 0."""
        return self.saved.states if self.saved else ()

    def config_at(self, step: int) -> TrainConfig:
        """The settings in force at one of `states`, or at 0: learning rates may change while a run goes.

        Its precision is the one that was found to be the faster: found anew, it might be another one.
        """
        rates = dict(zip(self.states, self.saved.rates, strict=False)) if self.saved else {}
        g_lr, d_lr = rates.get(step, (self.config.g_lr, self.config.d_lr))
        precision = (self.started or self).config.precision
        return replace(self.config, g_lr=g_lr, d_lr=d_lr, precision=precision)

    @property
    def config_now(self) -> TrainConfig:
        """The settings it runs by, as far as they are settled, with the learning rates asked for last."""
        control, config = self.control, self.config
        if self.started:
            config = replace(self.started.config, seconds=config.seconds)
        return replace(config, g_lr=control.g_lr or config.g_lr, d_lr=control.d_lr or config.d_lr)

    @property
    def span(self) -> float:
        """Seconds of training at its end, those of an earlier sitting counted in."""
        return (self.started.config if self.started else self.config).seconds

    @property
    def seconds_left(self) -> float:
        """Of training, by its own clock, which stands still while it is paused."""
        events: list[Progress | Grid] = [*self.progress[-1:], *self.grids[-1:]]
        if not self.training or not events:
            return self.config.seconds if self.training else 0.0
        return max(0.0, self.span - max(event.seconds for event in events))

    @property
    def seconds_a_step(self) -> float:
        """As it was lately; 0 before anything is known."""
        if len(self.progress) < 2:
            return 0.0
        before, now = self.progress[-2:]
        return (now.seconds - before.seconds) / max(1, now.step - before.step)


def told(view: RunView, event: TrainEvent | News) -> RunView:
    """`view` after one more event."""
    news: dict[str, Any]
    match event:
        case Started():
            news = {"started": event}
        case Progress():
            stepped = view.control.paused and view.paused_at is not None  # it waits again where it is now
            waits = event.step if stepped else None
            alone = event.step if view.control.only else view.alone_until
            news = {"progress": thinned((*view.progress, event), MOST_PROGRESS), "paused_at": waits,
                    "alone_until": alone}  # fmt: skip
        case Grid():
            news = {"grids": thinned((*view.grids, event), MOST_GRIDS)}
        case Measured():
            news = {"measured": thinned((*view.measured, event), MOST_MEASURED)}
        case Paused():
            news = {"paused_at": event.step}
        case Saving():
            news = {"saving": True}
        case Saved():
            clear = {"message": ""} if view.unsaved and view.message == view.unsaved else {}
            news = {"saved": event, "saving": not view.training, "unsaved": ""} | clear  # Finished is to come
        case NotSaved():
            said = {"message": event.why} if view.training else {}
            news = {"unsaved": event.why, "saving": not view.training} | said
        case Halted():
            news = {**_end(event), "saving": True}
        case Finished():
            news = {**_end(event, _kept(view)), "saving": False}
        case Failed():
            news = _failure(view, event.message) | {"numbers": event.numbers}
    return replace(view, version=view.version + 1, **news)


def _end(event: Halted | Finished, then: str = "") -> dict:
    status = "stopped" if event.reason == "stopped" else "finished"
    return {"status": status, "message": f"{status.capitalize()} after {event.step:,} steps. {then}".strip()}


def _failure(view: RunView, why: str) -> dict:
    return {"status": "failed", "saving": False, "message": f"{why} {_kept(view)}"}


def _kept(view: RunView) -> str:
    if not view.saved:
        return f"No model was kept. {view.unsaved}".strip()
    step = view.saved.best or view.saved.step
    best = ", the best by distance," if view.saved.best else ""
    return f"The model from step {step:,}{best} is kept as {view.saved.name}. {view.unsaved}".strip()


Timed = TypeVar("Timed", Progress, Grid, Measured)


def thinned(events: tuple[Timed, ...], most: int) -> tuple[Timed, ...]:
    """`events` without the one whose neighbours are closest in time, if there are more than `most`."""
    if len(events) <= most:
        return events
    out = min(range(1, len(events) - 1), key=lambda i: events[i + 1].seconds - events[i - 1].seconds)
    return events[:out] + events[out + 1 :]


def broken_off(view: RunView, code: int | None, stopping: bool) -> RunView:
    """`view` after its process ended without a last word."""
    news: dict[str, Any]
    if stopping:
        news = {"status": "stopped", "saving": False, "message": f"Stopped. {_kept(view)}"}
    elif code == -9:
        news = _failure(
            view,
            "The training process was killed, perhaps because the memory ran out: "
            "a smaller batch or image size needs less.",
        )
    else:
        news = _failure(
            view, f"The training process crashed (exit code {code}); the server's log has the details."
        )
    return replace(view, version=view.version + 1, **news)


def until_begun(ahead: list[RunView], slots: int) -> float:
    """Seconds until a run may begin that waits behind these, in the order of the queue."""
    free = sorted([0.0] * slots + [view.seconds_left for view in ahead if view.status != "waiting"])[-slots:]
    for view in ahead:
        if view.status == "waiting":
            free = sorted([free[0] + view.seconds_left, *free[1:]])
    return free[0]


def _steps(view: RunView) -> list[Grid | Progress]:
    """What tells where it stood."""
    return [*view.grids, *view.progress]


def ended_well(view: RunView, why: str) -> bool:
    """By itself, or stopped by its own people, `why` empty, after more than a few seconds of training."""
    seconds = [event.seconds for event in _steps(view)]
    trained = max(seconds, default=0.0) - min(seconds, default=0.0)
    stopped = view.status == "stopped" and not why and trained >= ENOUGH
    return bool(view.saved) and (view.status == "finished" or stopped)


def history(view: RunView) -> list[TrainEvent]:
    """The events that `view` remembers, in their order."""
    past = sorted([*_steps(view), *view.measured], key=lambda event: event.seconds)
    return [event for event in (view.started, *past, view.saved) if event]


def last_word(view: RunView) -> TrainEvent:
    """Finished or Failed, for a run that is over, whether or not its process lived to say it."""
    if view.status == "failed":
        return Failed(view.message)
    last = max(_steps(view), key=lambda event: event.step, default=None)
    reason = "stopped" if view.status == "stopped" else "time"
    return Finished(last.step if last else 0, last.seconds if last else 0.0, reason)
