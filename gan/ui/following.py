"""Following a run: what the Train tab shows of it, about once a second, from its start until it is over."""

import asyncio
import io
import logging
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from html import escape
from pathlib import Path

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from numpy import ndarray

from gan.config import Limits
from gan.images import data_uri, grid
from gan.model_info import shared
from gan.run_view import RunView
from gan.runs import RunError
from gan.studio import Studio
from gan.ui import alarm_view, forks, run_controls, run_plots
from gan.ui import train_view as shows

log = logging.getLogger(__name__)

PACE = 1.0  # seconds between two pictures of a run,
SLOW_PACE = 0.3  # of one in slow motion, if it takes a step in that time,
GLANCE = 0.1  # and between two looks whether it has begun or ended, or has taken a step while it is paused
FACTS = ("status", "place", "message", "control", "paused_at")  # whose change shows at once
OUTPUTS = 4  # of `follow`


class Pages:
    """Which run each open page follows now: one that turns to another run lets go of the one before."""

    def __init__(self):
        self._now: dict[str, object] = {}

    @contextmanager
    def turned(self, page: str) -> Iterator[Callable[[], bool]]:
        """`page` follows another run from now on; gives what says whether it still does."""
        me = self._now[page] = object()
        try:
            yield lambda: self._now.get(page) is me
        finally:
            if self._now.get(page) is me:
                del self._now[page]


async def follow(
    studio: Studio, run: str, page: str = "", pages: Pages | None = None
) -> AsyncIterator[tuple]:
    """The run's picture, and updates of Start, Stop and Download, until it is over or the page turns away.

    Closing it, as Gradio does when the tab is closed, leaves the run unwatched: `Runs` stops it in a while.
    The run that it was forked from is watched too, so that it goes on until the fork may begin.
    """
    if not run:
        yield (gr.skip(),) * OUTPUTS
        return
    pictures: dict[str, str] = {}
    with (pages or Pages()).turned(page) as still, ExitStack() as watched:
        try:
            watched.enter_context(studio.runs.watching(run))
            if parent := known(studio, studio.runs.view(run).parent):
                watched.enter_context(studio.runs.watching(parent.id))
            view = studio.runs.view(run)
            while not view.over:
                picture = await asyncio.to_thread(shown, view, pictures, studio.limits, parent)
                if not still():
                    yield (gr.skip(),) * OUTPUTS  # Gradio sends the last one twice: let that be nothing
                    return
                yield picture, *buttons(view)
                view = await later(studio, view, still)
            download = await asyncio.to_thread(zipped, view)
            picture = await asyncio.to_thread(shown, view, pictures, studio.limits, parent)
            yield (picture, *buttons(view, download)) if still() else (gr.skip(),) * OUTPUTS
            studio.runs.warm()  # for the next run
        except RunError as error:
            log.info("not followed: %s", error)
            yield nothing(str(error)), gr.update(interactive=True), gr.update(interactive=False), gr.skip()


def known(studio: Studio, run: str) -> RunView | None:
    try:
        return studio.runs.view(run)
    except RunError:
        return None


async def later(studio: Studio, view: RunView, still: Callable[[], bool] = lambda: True) -> RunView:
    """The run after a second, or as soon as it begins, ends, is steered, or takes a step while paused."""
    for glance in range(1, round(PACE / GLANCE) + 1):
        await asyncio.sleep(GLANCE)
        now = studio.runs.view(view.id)
        if not still() or any(getattr(now, fact) != getattr(view, fact) for fact in FACTS):
            break
        stepped = now.version != view.version
        if stepped and (now.control.paused or (now.control.delay and glance * GLANCE >= SLOW_PACE)):
            break
    return now


def shown(view: RunView, pictures: dict[str, str], limits: Limits, parent: RunView | None = None) -> dict:
    """What train.js draws. `pictures` keeps what was encoded before, and gets the new ones."""
    begun = view.started or (parent and parent.started)  # a fork learns from the same images

    def encoded(key: str, images: ndarray) -> str:
        if key not in pictures:
            pictures[key] = data_uri(grid(images))
        return pictures[key]

    return {
        "run": view.id,
        "name": view.config.name,
        "parent": view.parent,
        "start": run_plots.begun(view),
        "span": run_plots.end(view),
        "training": view.training,
        "over": view.over,
        "model": view.saved.name if view.saved else "",
        "frames": {str(e.step): [round(e.seconds, 2), encoded(str(e.step), e.images)] for e in view.grids},
        "head": shows.head(view),
        "real": encoded("real", begun.real) if begun else "",
        "data": shows.real_words(view),
        "alarms": alarm_view.shown(view),
        "steer": run_controls.shown(view),
        "fork": forks.shown(view, limits),
        "remark": shows.remark(view),
        "measured": shows.measured_words(view),
        "plots": run_plots.plots(view),
    }


def nothing(sentence: str) -> dict:
    """What is drawn where there is no run, and why."""
    head = f'<p class="run-state" role="status">{escape(sentence)}</p>'
    return {
        "run": "", "name": "", "parent": "", "start": 0, "span": 120, "training": False, "over": False,
        "model": "", "frames": {}, "head": head, "real": "", "data": "what it learns from", "alarms": [],
        "steer": None, "fork": None, "remark": "", "measured": "", "plots": run_plots.plots(None),
    }  # fmt: skip


def buttons(view: RunView, download: str | None = None) -> tuple[dict, dict, dict]:
    """Updates of Start, Stop and Download."""
    return (
        gr.update(interactive=not view.training),
        gr.update(interactive=view.training),
        gr.update(value=download, interactive=bool(download)),
    )


def zipped(view: RunView) -> str | None:
    """The kept model as a zip for the browser; Gradio deletes it within hours."""
    if not view.saved or not (folder := Path(view.saved.path)).is_dir():
        return None
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:  # stored: weights do not shrink
        for path in shared(folder):
            archive.write(path, f"{folder.name}/{path.name}")
    return save_bytes_to_cache(content.getvalue(), f"{folder.name}.zip", get_upload_folder())
