"""The Train tab: a short run on real images, watched live, stopped at will, kept under a name.

The page only watches: a run lives in `Studio.runs`, and its id in the address brings a reloaded page back.
"""

import asyncio
import io
import logging
import zipfile
from collections.abc import AsyncIterator
from functools import partial
from html import escape
from pathlib import Path

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from numpy import ndarray

from gan.images import data_uri, grid
from gan.run_view import RunView
from gan.runs import RunError
from gan.studio import Studio
from gan.ui import train_view as shows
from gan.ui.parts import in_a_sentence, script
from gan.ui.train_api import train_endpoint
from gan.ui.train_controls import OWN, Controls, asked_config, controls, data_info

log = logging.getLogger(__name__)

PACE = 1.0  # seconds between two pictures of a run
GLANCE = 0.1  # between two looks whether it has begun or ended
PREVIEW = 36  # real images shown before there is a run


# What the tab does


@in_a_sentence
def begin(studio: Studio, run: gr.State, asked: Controls, values: dict) -> str:
    """Puts the run into the line, and returns its id; a second click while one goes on starts nothing."""
    if (view := known(studio, values[run])) and view.training:
        gr.Info("Your run is going already. Stop it first to start another.")
        return view.id
    return studio.start(asked_config(studio, {key: values[one] for key, one in vars(asked).items()}))


def known(studio: Studio, run: str) -> RunView | None:
    try:
        return studio.runs.view(run)
    except RunError:
        return None


@in_a_sentence
def stop(studio: Studio, run: str):
    if run:
        studio.runs.stop(run)


def reopened(request: gr.Request) -> str:
    """The run that the address names."""
    return request.query_params.get("run") or ""


async def follow(studio: Studio, run: str) -> AsyncIterator[tuple]:
    """The run's picture, and updates of Start, Stop and Download, about once a second until it is over.

    Closing it, as Gradio does when the tab is closed, leaves the run unwatched: `Runs` stops it in a while.
    """
    if not run:
        yield gr.skip()
        return
    pictures: dict[str, str] = {}
    try:
        with studio.runs.watching(run):
            view = studio.runs.view(run)
            while not view.over:
                yield await asyncio.to_thread(shown, view, pictures), *buttons(view)
                view = await later(studio, view)
            download = await asyncio.to_thread(zipped, view)
            yield await asyncio.to_thread(shown, view, pictures), *buttons(view, download)
        studio.runs.warm()  # for the next run
    except RunError as error:
        log.info("not followed: %s", error)
        yield nothing(str(error)), gr.update(interactive=True), gr.update(interactive=False), gr.skip()


async def later(studio: Studio, view: RunView) -> RunView:
    """The run after a second, or as soon as it begins, halts or ends."""
    for _ in range(round(PACE / GLANCE)):
        await asyncio.sleep(GLANCE)
        now = studio.runs.view(view.id)
        if any(getattr(now, fact) != getattr(view, fact) for fact in ("status", "place", "message")):
            break
    return now


@in_a_sentence
def preview(studio: Studio, run: str, data: str, own: str) -> dict:
    """The chosen data's images, until there is a run to show; what has to be downloaded first is not."""
    info = data_info(studio, data)
    name = own if data == OWN else info.name if info and info.bundled else ""
    shows_run = known(studio, run) is not None
    images = data_uri(grid(studio.data_preview(name, PREVIEW))) if name and not shows_run else ""
    return {"preview": images, "data": info.title if info else "your own images"}


def shown(view: RunView, pictures: dict[str, str]) -> dict:
    """What train.js draws. `pictures` keeps what was encoded before, and gets the new ones."""

    def encoded(key: str, images: ndarray) -> str:
        if key not in pictures:
            pictures[key] = data_uri(grid(images))
        return pictures[key]

    return {
        "run": view.id,
        "span": view.config.seconds,
        "training": view.training,
        "frames": {str(e.step): [round(e.seconds, 2), encoded(str(e.step), e.images)] for e in view.grids},
        "head": shows.head(view),
        "real": encoded("real", view.started.real) if view.started else "",
        "data": shows.real_words(view),
        "remark": shows.remark(view),
        "plots": shows.plots(view),
    }


def nothing(sentence: str) -> dict:
    """What is drawn where there is no run, and why."""
    head = f'<p class="run-state" role="status">{escape(sentence)}</p>'
    return {
        "run": "", "span": 120, "training": False, "frames": {}, "real": "", "data": "what it learns from",
        "remark": "", "head": head, "plots": shows.plots(None),
    }  # fmt: skip


def buttons(view: RunView, download: Path | None = None) -> tuple[dict, dict, dict]:
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
        for path in sorted(folder.iterdir()):
            if not path.name.startswith("."):
                archive.write(path, f"{folder.name}/{path.name}")
    return save_bytes_to_cache(content.getvalue(), f"{folder.name}.zip", get_upload_folder())


# Layout


def build(studio: Studio, tab: gr.Tab):
    """Fill the tab; opening it readies a process, so that the first run starts at once."""
    run = gr.State("")
    with gr.Row(elem_id="train"):
        with gr.Column(scale=1, min_width=280):
            asked, start, halt = controls(studio)
            download = gr.DownloadButton("Download the model", interactive=False, elem_id="train-download")
        with gr.Column(scale=3, min_width=320):
            view = gr.HTML(
                html_template=shows.skeleton(), js_on_load=script("train.js"), apply_default_css=False,
                padding=False, elem_id="train-run",
            )  # fmt: skip
    private = {"api_visibility": "private", "show_progress": "hidden"}
    at_once = private | {"queue": False}
    watch = {"fn": partial(follow, studio), "inputs": run, "outputs": [view, start, halt, download],
             "concurrency_limit": None, **private}  # fmt: skip
    begins = partial(begin, studio, run, asked)
    start.click(begins, {run, *vars(asked).values()}, run, **private).success(**watch)
    gr.on(None, reopened, None, run, **at_once).then(**watch)
    halt.click(partial(stop, studio), run, **at_once)
    gr.on(
        [tab.select, asked.data.change, asked.own.change], partial(preview, studio),
        [run, asked.data, asked.own], view, trigger_mode="always_last", **private,
    )  # fmt: skip
    tab.select(studio.runs.warm, **at_once)
    gr.api(train_endpoint(studio), api_name="train", concurrency_limit=None)
