"""All training runs of a server: who runs, who waits in the queue, what each has told so far.

Every run is a RunView that is replaced, never changed, and whose version grows with each news. A run that
nobody watches for a while is stopped, in the queue too; a process that does not stop is killed.
"""

import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

from gan import belonging
from gan.config import Control, TrainConfig
from gan.events import Failed, Finished, Grid, Halted, Measured, News, Saved, Saving, TrainEvent
from gan.limits import Limits
from gan.ranges import ConfigError
from gan.runs.alarms import ending, noted
from gan.runs.folders import Folders
from gan.runs.history import keep as keep_history
from gan.runs.keeper import Places, state_file
from gan.runs.process import Process, Work
from gan.runs.rules import Rules
from gan.runs.view import Mending, RunView, broken_off, ended_well, history, last_word, told, until_begun
from gan.runs.work import work
from gan.words import duration

LOOKED_SECONDS = 25.0  # within which a page that is in sight asks again, whatever tab it shows
STOP_SECONDS = 5.0  # that a process has to stop training by itself: one that is killed loses its last steps
UNKNOWN_SECONDS = 10.0  # that it has before it has told of a step
SLOW_STEPS = 3  # that it may take where they are known to last longer than that,
LONGEST_STOP = 20.0  # but no longer than this: what was kept before is not lost
SAVE_SECONDS = 60.0  # that it has to keep its model, and to stop where nothing of it is kept yet
KEEP_SECONDS = 600.0  # that a run which ended and that nobody watches is remembered, and that a spare waits
TICK = 0.2  # how often the watch is kept
MOST_PAGES = 100  # that are remembered as watching one run,
PAGE_NAME = 40  # letters of a page's name, of which no more are
MOST_OVER = 500 * 2**20  # bytes of the pictures of all ended runs that are remembered
WATCHING = "Only the browser that started this run can steer or stop it. You can watch it, or fork it."

log = logging.getLogger(__name__)


class RunError(ValueError):
    """There is no such run; its text is a sentence for the person who asked."""


@dataclass
class _Run:
    """What Runs alone knows of a run."""

    view: RunView
    folder: Path
    left: float  # when somebody last looked
    leases: dict[str, float]  # page -> until when it counts as watching; "": while no page does
    owner: str | None = None  # whose it is, and its model will be: see Belongs
    begun: float = float("inf")  # when it got its process
    watchers: int = 0
    process: Process | None = None  # as long as it has one it holds a slot
    deadline: float = float("inf")  # then its process is killed
    stopping: bool = False
    why: str = ""  # it was stopped, if nobody asked for that
    paused_at: float = float("inf")
    context: Context = field(default_factory=copy_context)  # of the request that it was started by
    listeners: list[SimpleQueue] = field(default_factory=list)  # of events, for `events`
    bells: list[Callable[[], None]] = field(default_factory=list)  # for `ringing`


class Runs:
    """Starts, watches and ends runs. Safe from any thread; no method but `wait` and `close` waits.

    A run's model is kept in `folder` under its config's name. `work` is what its process does; `process`
    makes one.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits = Limits(),  # noqa: B008, frozen
        work: Work = work,
        process: Callable[[Callable, Callable], Process] = Process,
    ):
        self._limits, self._work, self._new_process = limits, work, process
        self._folders = Folders(folder)
        self._rules = Rules(limits, folder, self._folders.states(""))
        self._runs: dict[str, _Run] = {}  # in the order of the queue
        self._spare: Process | None = None
        self._spare_since = 0.0
        self._processes: set[Process] = set()
        self._closed = False
        self._changed = threading.Condition()
        self._minder: threading.Thread | None = None

    def start(
        self,
        config: TrainConfig,
        parent="",
        forked_at=0,
        owner: str | None = None,
        address: str = "",
        fails: str = "",
        mends: Mending | None = None,
    ) -> str:
        """Puts a run into the queue and returns its id. Raises ValueError, a sentence, beyond a limit.

        `parent`, `forked_at` and `mends` are for people: which run, or which kept model, it goes on from,
        where, and what for. One that `fails`, in one of FAILURES, ends itself once it has done so.
        The run and its model belong to `owner`, see belonging.py, who asks from `address`.
        """
        with self._changed:
            self._check(config, owner)
            folder = self._folders.free(config, {run.folder for run in self._runs.values() if _busy(run)})
            self._rules.count(owner, address)
            id = secrets.token_urlsafe(9)  # it stands in addresses: not to be guessed
            name = config.name or folder.name
            config = replace(config, name=name, start_from=self._folders.held(config.start_from, id))
            view = RunView(id, config, parent=parent, forked_at=forked_at, fails=fails, mends=mends)
            now = monotonic()
            self._runs[id] = _Run(view, folder, now, {"": now + self._limits.unwatched_seconds}, owner)
            self._move_up()
            self._keep_watch()
        return id

    def owned(self, id: str, by: str | None) -> bool:
        """Whether `by`, a browser's digest or None for the host, may steer the run. Raises RunError."""
        with self._changed:
            return _may_steer(self._find(id), by)

    def stop(self, id: str, by: str | None = None):
        """Ends a run, keeping what it has learnt; it shows within two seconds. Raises RunError."""
        with self._changed:
            self._stop(self._find_own(id, by))

    def control(self, id: str, control: Control, by: str | None = None):
        """Asks a run to pause, go on, take a step, …; it shows within a step. Raises RunError."""
        with self._changed:
            run = self._find_own(id, by)
            if not run.view.training:
                raise RunError("That run has ended; start it again, or fork it.")
            if control.paused and not run.view.control.paused:
                run.paused_at = monotonic()
            elif not control.paused:
                run.paused_at = float("inf")
            if run.process:
                run.process.control(control)
            self._change(run, control=control)

    def state(self, id: str, step: int) -> Path:
        """The file of a training state that one can fork from. Raises RunError."""
        with self._changed:
            view = self._find(id).view
            path = state_file(self._folders.states(id), step)
            if not os.path.isfile(path):
                there = ", ".join(f"{step:,}" for step in view.states) or "none yet"
                raise RunError(f"Step {step:,} of that run is no longer kept. Kept steps: {there}.")
            return path

    def states_of(self, model: str) -> tuple[str, tuple[int, ...]]:
        """The run that keeps, or kept, the model of that name, by its id, and its steps that `state` has.

        "" and () where no such run is known any more.
        """
        with self._changed:
            for run in reversed(self._runs.values()):
                if run.view.saved and run.view.saved.name == model:
                    return run.view.id, run.view.states
        return "", ()

    def data(self) -> set[str]:
        """The names of the data that runs learn from, or may be forked to learn from."""
        with self._changed:
            return {run.view.config.data for run in self._runs.values()}

    def let_go(self, folder: Path):
        """The model in `folder` is about to be deleted. Raises RunError while a run needs it."""
        with self._changed:
            for run in self._runs.values():
                needs = {run.folder, belonging.last_of(run.folder), Path(run.view.config.start_from).parent}
                if _busy(run) and folder in needs:
                    raise RunError(
                        f"The run {run.view.config.name} is using this model: stop it first, or "
                        "wait until it is over."
                    )
            for run in self._runs.values():
                if run.folder == folder and run.view.saved:
                    self._change(run, saved=None, message=f"{run.view.message} It has been deleted since.")

    def view(self, id: str) -> RunView:
        """The run as it is now. Raises RunError for one that is not, or no longer, known."""
        with self._changed:
            return self._find(id).view

    def until_begun(self, id: str) -> float:
        """Seconds until a run that waits may begin, as far as one can tell; 0 for others. Raises RunError."""
        with self._changed:
            me = self._find(id)
            if me.view.status != "waiting":
                return 0.0
            there = [run for run in self._runs.values() if _busy(run)]
            return until_begun([run.view for run in there[: there.index(me)]], self._limits.runs_at_once)

    def wait(self, id: str, version: int, timeout: float) -> RunView:
        """The run as soon as it is newer than `version`, or as it is after `timeout` seconds."""
        with self._changed:
            run = self._find(id)
            self._changed.wait_for(lambda: run.view.version > version, timeout)
            return run.view

    @contextmanager
    def ringing(self, id: str, ring: Callable[[], None]) -> Iterator[None]:
        """Calls `ring`, which must not wait, on any thread whenever the run has changed. Raises RunError."""
        with self._changed:
            bells = self._find(id).bells
            bells.append(ring)
        try:
            yield
        finally:
            with self._changed:
                bells.remove(ring)

    @contextmanager
    def watching(self, id: str) -> Iterator[None]:
        """Somebody looks at the run. Raises RunError."""
        with self._changed:
            run = self._find(id)
            run.watchers += 1
        try:
            yield
        finally:
            with self._changed:
                run.watchers -= 1
                self._part(run, "")

    def left_alone(self, owner: str) -> str:
        """The id of the newest run of that owner that goes on while no page looks at it, or "".

        So a page that was closed, or fell out of a phone's memory, is back at it without its address.
        """
        with self._changed:
            asked = monotonic() + self._limits.unwatched_seconds - LOOKED_SECONDS
            mine = [run for run in self._runs.values() if run.owner == owner and run.view.training]
            alone = [
                run for run in mine if not any(page and lease > asked for page, lease in run.leases.items())
            ]
            return alone[-1].view.id if alone else ""

    def seen(self, id: str, page: str):
        """A page has asked about the run, and so watches it for a while: many ask seldom. Raises RunError."""
        with self._changed:
            run, now = self._find(id), monotonic()
            run.left = now
            run.leases = {one: until for one, until in run.leases.items() if one and until > now}
            run.leases[page[:PAGE_NAME]] = now + self._limits.unwatched_seconds
            if len(run.leases) > MOST_PAGES:
                del run.leases[min(run.leases, key=run.leases.__getitem__)]

    def parted(self, id: str, page: str):
        """A page says that it closes, or turns to another run. Raises RunError."""
        with self._changed:
            run = self._find(id)
            if page[:PAGE_NAME] in run.leases:
                self._part(run, page[:PAGE_NAME])

    def events(self, id: str) -> Iterator[TrainEvent]:
        """The run's events so far and as they come; closing the iterator stops it. Raises RunError."""
        news: SimpleQueue = SimpleQueue()
        with self.watching(id):
            with self._changed:
                run = self._find(id)
                run.listeners.append(news)
                view = run.view
            try:
                yield from history(view)
                if view.over:
                    news.put(last_word(view))
                event = None
                while not isinstance(event, Finished | Failed):
                    event = news.get()
                    yield event
            finally:
                with self._changed:
                    self._stop(run)
                    run.listeners.remove(news)

    def warm(self):
        """Somebody is about to start a run: has a process ready, which saves seconds and costs memory."""
        with self._changed:
            if not self._closed and not (self._spare and self._spare.alive):
                self._spare, self._spare_since = self._process(), monotonic()
                self._keep_watch()

    def close(self):
        """Ends all runs and processes, and returns when they have ended."""
        with self._changed:
            self._closed = True
            for run in self._runs.values():
                self._stop(run, "The server closed.")
            self._drop_spare()
            ending = [process.thread for process in self._processes] + [self._minder]
        for thread in filter(None, ending):
            thread.join(STOP_SECONDS + SAVE_SECONDS)
        self._folders.close()

    # All below is called with the lock held, but for _mind, _hear and _bury, which take it.

    def _find(self, id: str) -> _Run:
        if id not in self._runs:
            raise RunError("That run is no longer known here; it ended a while ago, or the server restarted.")
        return self._runs[id]

    def _find_own(self, id: str, by: str | None) -> _Run:
        run = self._find(id)
        if not _may_steer(run, by):
            raise RunError(WATCHING)
        return run

    def _part(self, run: _Run, page: str):
        run.left = monotonic()
        run.leases.pop(page, None)
        run.leases[""] = run.left + min(self._limits.parted_seconds, self._limits.unwatched_seconds)

    def _check(self, config: TrainConfig, owner: str | None):
        limits, waiting = self._limits, sum(run.view.status == "waiting" for run in self._runs.values())
        if self._closed:
            raise ConfigError("The server is closing; start the run when it is back.")
        own = [run for run in self._runs.values() if run.owner == owner and _busy(run)]
        self._rules.check(config, owner, len(own))
        if waiting >= limits.runs_waiting:
            raise ConfigError(f"The queue is full ({waiting} waiting); try again in a few minutes.")

    def _change(self, run: _Run, **news):
        self._show(run, replace(run.view, version=run.view.version + 1, **news))

    def _show(self, run: _Run, view: RunView, event: TrainEvent | News | None = None):
        """The run's next view, and the event that made it so if there was one."""
        if view.over:
            view = replace(view, message=f"{view.message} {run.why}".strip())
            event = event or last_word(view)
        run.view = view
        if event and not isinstance(event, News):
            for listener in run.listeners:
                listener.put(event)
        for ring in run.bells:
            ring()
        self._changed.notify_all()

    def _move_up(self):
        """Starts whom there is room for, and tells the others their place."""
        waiting = [run for run in self._runs.values() if run.view.status == "waiting"]
        free = self._limits.runs_at_once - sum(run.process is not None for run in self._runs.values())
        for run in waiting[: max(0, free)]:
            self._begin(run)
        for place, run in enumerate(waiting[max(0, free) :], 1):
            if run.view.place != place:
                self._change(run, place=place)

    def _begin(self, run: _Run):
        spare, self._spare = self._spare, None
        process = run.process = spare if spare and spare.alive else self._process()
        run.begun = monotonic()
        self._change(run, status="running", place=0)
        places = Places(
            run.folder,
            self._folders.states(run.view.id),
            self._limits.states_kept,
            run.owner,
            self._limits.free_bytes,
        )
        run.context.run(process.begin, self._work, run.view.config, places)
        if run.view.control != Control():
            process.control(run.view.control)

    def _process(self) -> Process:
        process = self._new_process(self._hear, self._bury)
        self._processes.add(process)
        return process

    def _stop(self, run: _Run, why: str = ""):
        if run.view.status == "waiting":
            run.why = why
            self._change(run, status="stopped", place=0, message="Stopped before it began.")
            self._move_up()
        elif run.view.training and not run.stopping:
            log.info("The run %s is stopped. %s", run.view.config.name, why)
            run.stopping, run.why = True, why
            run.deadline = monotonic() + _patience(run.view)
            assert run.process  # as any that has begun and is not over
            run.process.stop()
            self._change(run, message="Stopping …")

    def _drop_spare(self):
        if self._spare:
            self._spare.stop()
            self._spare.kill()
        self._spare = None

    def _keep_watch(self):
        if not self._minder:
            self._minder = threading.Thread(target=self._mind, name="runs", daemon=True)
            self._minder.start()

    def _mind(self):
        """Stops what nobody watches, kills what does not stop, forgets what is long over."""
        with self._changed:
            while not (self._closed and not self._processes):
                for run in list(self._runs.values()):
                    self._look_after(run, monotonic())
                if monotonic() - self._spare_since > KEEP_SECONDS:
                    self._drop_spare()
                self._changed.wait(TICK)

    def _look_after(self, run: _Run, now: float):
        alone = not run.watchers and now > max(run.leases.values())
        if run.view.training and alone:
            self._stop(run, "Nobody was watching it any more.")
        if run.view.training and now - run.paused_at > self._limits.pause_seconds:
            time = duration(self._limits.pause_seconds)
            self._stop(run, f"It had been paused for {time}, and others may be waiting.")
        if run.view.training and now - run.begun > self._limits.wall:
            time = duration(self._limits.wall)
            self._stop(run, f"It had taken {time} in all, pauses included, which is the limit here.")
        if run.process and now > run.deadline:
            run.process.kill()
        if _done(run) and now - run.left > KEEP_SECONDS:
            self._forget(run)

    def _forget(self, run: _Run):
        del self._runs[run.view.id]
        self._folders.forget(run.view.id)

    def _forget_some(self):
        """Ended runs whose pictures are too many in all, those first that were looked at longest ago."""
        ended = sorted(filter(_done, self._runs.values()), key=lambda run: run.left)
        bytes = sum(map(_weight, ended))
        for run in ended[:-1]:
            if bytes > MOST_OVER:
                bytes -= _weight(run)
                self._forget(run)

    def _run_of(self, process: Process) -> _Run | None:
        return next((run for run in self._runs.values() if run.process is process), None)

    def _hear(self, process: Process, event: TrainEvent | News):
        with self._changed:
            if not (run := self._run_of(process)):
                return
            if isinstance(event, Saved):
                run.folder = Path(event.path)  # see keeper.made
            view = told(run.view, event)
            looks = isinstance(event, Grid | Measured)
            self._show(run, noted(view) if looks else view, event)
            if looks and (why := ending(run.view)):
                self._stop(run, why)
            if isinstance(event, Halted) or (isinstance(event, Saving) and run.stopping):
                run.deadline = monotonic() + SAVE_SECONDS
            elif run.view.over:  # it has said its last word and shall go
                run.deadline = monotonic() + STOP_SECONDS

    def _bury(self, process: Process, code: int | None):
        """A process has ended, well or badly: its slot is free."""
        with self._changed:
            if run := self._run_of(process):
                run.process = None
                if not run.view.over:
                    self._show(run, broken_off(run.view, code, run.stopping))
                self._forget_some()
                self._move_up()
            self._changed.notify_all()
        if run:
            keep_history(run.view)  # which takes a while: without the lock
            if run.owner is not None and ended_well(run.view, run.why):
                belonging.offer(run.folder)
        with self._changed:
            self._processes.discard(process)  # last: `close` waits for what is still being kept
            self._changed.notify_all()


def _patience(view: RunView) -> float:
    """Seconds that the run's process has to stop training by itself."""
    if view.saving or (view.progress and not view.saved):
        return SAVE_SECONDS
    needs = SLOW_STEPS * view.seconds_a_step if view.progress else UNKNOWN_SECONDS
    return min(max(STOP_SECONDS, needs), LONGEST_STOP, SAVE_SECONDS)


def _may_steer(run: _Run, by: str | None) -> bool:
    return by is None or (bool(by) and by == run.owner)


def _done(run: _Run) -> bool:
    return run.view.over and not run.process and not run.watchers


def _weight(run: _Run) -> int:
    return sum(grid.images.nbytes for grid in run.view.grids)


def _busy(run: _Run) -> bool:
    """It trains, or will, or keeps its model."""
    return run.view.training or run.process is not None
