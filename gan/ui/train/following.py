"""Following a run: what a page is told of it each time it asks, about once a second: what is new, no more.

A page names the mark of each part that it shows and the last step of each curve that it has, so that the
server keeps nothing about pages but when they asked last: whoever asks, watches.
"""

import asyncio
import io
import json
import logging
import zipfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from zlib import crc32

import numpy as np
from gradio.processing_utils import save_bytes_to_cache
from gradio.route_utils import API_PREFIX
from gradio.utils import get_upload_folder

from gan.belonging import digest
from gan.checkpoint.sharing import shared
from gan.events import Grid
from gan.images import data_uri, grid
from gan.runs.queue import RunError
from gan.runs.view import RunView
from gan.studio import Studio
from gan.system.files import check_room
from gan.system.shelf import Shelf
from gan.ui import whose
from gan.ui.films import address, film
from gan.ui.markup import html
from gan.ui.train import alarm_view, forks, remarks, run_controls
from gan.ui.train import plots as run_plots
from gan.ui.train import view as shows
from gan.ui.train.kept_runs import KEPT, view_of
from gan.ui.train.loop import given

log = logging.getLogger(__name__)

PACE = 0.8  # seconds that a question waits for news,
SLOW_PACE = 0.3  # of a run in slow motion, if it takes a step in that time
FRAMES_A_SECOND = 8  # of a film, as train.js plays it
PREVIEW = 36  # real images shown before the run has named its own
MOST_PICTURES, MOST_BYTES = 12, 600_000  # of its past that one answer holds; one at least


# what was made for one page, for the others that ask
_pictures, _previews, _parts = Shelf(128), Shelf(8), Shelf(32)


# What the script asks the server


async def news(studio: Studio, asked: dict) -> dict:
    """What is new of a run since the page asked last; it waits a while for some. Raises ValueError.

    asked: "run", "page" (a name that the page gave itself), "have" (the mark of each part that it shows),
    "since" (the last step of each curve), "version" (of the run, as it was told) and "looks": a page that
    nobody sees gets no pictures, and no answer that waits.
    """
    run, looks = str(asked.get("run")), bool(asked.get("looks"))
    have, since = as_table(asked.get("have")), as_table(asked.get("since"))
    try:
        if run.startswith(KEPT):
            view = await asyncio.to_thread(view_of, studio, run)
            return await asyncio.to_thread(answer, studio, view, None, have, since, looks, False)
        seen(studio, asked)
        parent = known(studio, studio.runs.view(run).parent)
        version = asked.get("version") if looks and have else None
        view = await later(studio, run, version, have.get("stand"))
        own = studio.runs.owned(run, whose.digest(asked))
        return await asyncio.to_thread(answer, studio, view, parent, have, since, looks, own)
    except RunError as error:
        log.info("not followed: %s", error)
        return nothing(str(error))


def seen(studio: Studio, asked: dict) -> dict:
    """The page watches the run, and the one it was forked from: that goes on until the fork may begin."""
    run, page = str(asked.get("run")), str(asked.get("page"))
    studio.runs.seen(run, page)
    if parent := known(studio, studio.runs.view(run).parent):
        studio.runs.seen(parent.id, page)
    return {}


def left(studio: Studio, asked: dict) -> dict:
    """The page closes, or turns to another run."""
    run = str(asked.get("run"))
    if not run.startswith(KEPT):
        studio.runs.parted(run, str(asked.get("page")))
    return {}


def pictures(studio: Studio, asked: dict) -> dict:
    """Pictures of the run's past. Raises RunError."""
    return past(view_of(studio, str(asked.get("run"))), asked)


def past(view: RunView, asked: dict) -> dict:
    """As many pictures of the moments "steps" as one answer holds, and which of those are gone."""
    steps = [step for step in as_list(asked.get("steps")) if isinstance(step, int)][:MOST_PICTURES]
    there, found, size = {event.step: event for event in view.grids}, {}, 0
    for step in filter(there.__contains__, steps):
        found[str(step)] = made(view, there[step])
        size += len(found[str(step)])
        if size > MOST_BYTES:
            break
    return {"pictures": found, "gone": [step for step in steps if step not in there]}


def known(studio: Studio, run: str) -> RunView | None:
    try:
        return studio.runs.view(run)
    except RunError:
        return None


def download(studio: Studio, asked: dict) -> dict:
    """Where the kept model lies as a zip, made anew: such files are swept away.

    Raises RunError or RoomError.
    """
    view = view_of(studio, str(asked.get("run")))
    if not kept(view):
        raise RunError("This model is no longer here: it was deleted.")
    check_room(get_upload_folder(), studio.limits.free_bytes)
    return {"address": f"{API_PREFIX}/file={zipped(view)}"}


def filmed(studio: Studio, asked: dict) -> dict:
    """The run's samples as a film, each moment a frame. Raises ValueError, a sentence."""
    view, format = view_of(studio, str(asked.get("run"))), str(asked.get("format"))
    if not view.grids:
        raise RunError("There are no samples of this run yet.")
    frames = np.stack([grid(event.images) for event in view.grids])
    content = film(frames, format, FRAMES_A_SECOND)
    return {"name": f"{view.config.name or 'run'}.{format}", "address": address(content, format)}


async def later(studio: Studio, run: str, version: int | None, stand: str | None) -> RunView:
    """The run after a moment, or as soon as it begins, ends, is steered, or takes a step while paused."""
    if version is None:
        return studio.runs.view(run)
    loop, rung = asyncio.get_running_loop(), asyncio.Event()
    began = loop.time()
    with studio.runs.ringing(run, lambda: loop.call_soon_threadsafe(rung.set)):
        while True:
            rung.clear()
            view, waited = studio.runs.view(run), loop.time() - began
            slow = view.control.delay and waited >= SLOW_PACE
            stepped = view.version != version and (view.control.paused or slow)
            if waited >= PACE or view.over or stepped or mark(standing(view)) != stand:
                return view
            pace = SLOW_PACE if view.control.delay and not slow else PACE
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(rung.wait(), pace - waited)


# What an answer holds


def answer(
    studio: Studio,
    view: RunView,
    parent: RunView | None,
    have: dict,
    since: dict,
    looks: bool,
    own: bool = True,
):
    wait = shows.about(studio.runs.until_begun(view.id)) if view.status == "waiting" else ""
    key = (view.id, view.version, parent and parent.version, wait, own)
    whole = _parts.get(key, lambda: marked(parts(studio, view, parent, wait, own)))
    newest = next(reversed(view.grids), None)
    fresh = looks and newest and newest.step > since.get("grids", -1)
    return {
        "run": view.id, "version": view.version,
        "parts": {name: one for name, one in whole.items() if one[0] != have.get(name)},
        "points": run_plots.points(view, since),
        "picture": [newest.step, made(view, newest)] if fresh else None,
    }  # fmt: skip


def parts(
    studio: Studio, view: RunView, parent: RunView | None = None, wait: str = "", own: bool = True
) -> dict:
    """What train.js draws, but for the curves and the generated images; each is told when it changes."""
    goes_on = not view.id.startswith(KEPT)  # on this server: it can be forked, and its alarms cured
    return {
        "stand": standing(view),
        "run": about(view),
        "head": shows.head(view, wait),
        "settings": shows.all_settings(view),
        "real": real(studio, view, parent),
        "data": shows.real_words(view),
        "alarms": alarm_view.shown(view) if goes_on else [],
        "own": own,
        "steer": run_controls.shown(view, own),
        "fork": forks.shown(view, studio.limits) if goes_on else None,
        "remark": html("{}", remarks.remark(view)),
        "measured": remarks.measured_words(view),
        "charts": [asdict(chart) for chart in run_plots.charts(view)],
    }


def standing(view: RunView) -> dict:
    """What shows at once when it changes."""
    control = asdict(view.control)
    return {"status": view.status, "place": view.place, "message": view.message, "control": control,
            "paused_at": view.paused_at, "training": view.training, "over": view.over}  # fmt: skip


def about(view: RunView) -> dict:
    return {"name": view.config.name, "parent": view.parent, "start": run_plots.begun(view),
            "span": run_plots.end(view), "model": view.saved.name if view.saved else "",
            "given": given(view.config)}  # fmt: skip


def nothing(sentence: str) -> dict:
    """What is drawn where there is no run, and why."""
    head = html('<p class="run-state" role="status">{}</p>', sentence)
    gone = {
        "stand": {"training": False, "over": False},
        "run": {"name": "", "parent": "", "start": 0, "span": 120, "model": "", "given": "noise"},
        "head": head, "settings": "", "alarms": [], "own": True, "steer": None, "fork": None, "remark": "",
        "measured": "",
        "charts": [],
    }  # fmt: skip
    return {"run": "", "version": 0, "parts": marked(gone), "points": {}, "picture": None}


def real(studio: Studio, view: RunView, parent: RunView | None = None) -> str:
    """The images that it learns from, before it has begun too, if they are here."""
    if begun := view.started or (parent and parent.started):  # a fork learns from the same images
        return _pictures.get((view.id, "real", bool(view.started)), lambda: data_uri(grid(begun.real)))
    return _previews.get(view.config.data, lambda: preview(studio, view.config.data))


def preview(studio: Studio, data: str) -> str:
    """The first images of a data set that needs no download, as a data URI; else ""."""
    downloads = {info.name for info in studio.datasets() if not info.bundled}
    if data in downloads:
        return ""
    try:
        return data_uri(grid(studio.data_preview(data, PREVIEW)))
    except ValueError as error:
        log.info("no preview: %s", error)
        return ""


def made(view: RunView, event: Grid) -> str:
    """The generated images of a moment as a data URI, encoded once for all who watch."""
    return _pictures.get((view.id, event.step, event.seconds), lambda: data_uri(grid(event.images)))


def marked(values: dict) -> dict:
    """name -> [mark, value]."""
    return {name: [mark(value), value] for name, value in values.items()}


def mark(value) -> str:
    """Tells a value from the one that was there before."""
    return f"{crc32(json.dumps(value).encode()):x}"


def as_table(value) -> dict:
    return value if isinstance(value, dict) else {}


def as_list(value) -> list:
    return value if isinstance(value, list) else []


# Whose it is, and what it leaves


def owned(studio: Studio, view: RunView | None, browser: str) -> bool:
    """Whether this browser stops the run; one that has not told its id yet gets the benefit of the doubt."""
    return not view or not browser or studio.runs.owned(view.id, digest(browser))


def kept(view: RunView) -> bool:
    """Its model is still there."""
    return bool(view.saved) and Path(view.saved.path).is_dir()


def zipped(view: RunView) -> str:
    """The kept model as a zip for the browser; Gradio deletes it within hours. Raises RunError."""
    folder = Path(view.saved.path)
    try:
        files = shared(folder)
    except (ValueError, OSError) as error:  # deleted, or spoilt, this very moment
        log.info("no zip: %s", error)
        raise RunError("This model is no longer here, or cannot be read.") from None
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:  # stored: weights do not shrink
        for name, file in files.items():
            archive.writestr(f"{folder.name}/{name}", file)
    return save_bytes_to_cache(content.getvalue(), f"{folder.name}.zip", get_upload_folder())
