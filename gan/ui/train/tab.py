"""The Train tab: a short run on real images, watched live, stopped at will, kept under a name.

The page only watches: a run lives in `Studio.runs`, and its id in the address brings a reloaded page back.
"""

from functools import partial
from typing import NamedTuple

import gradio as gr

from gan.belonging import digest
from gan.limits import READ_ONLY
from gan.runs.view import RunView
from gan.studio import ModelInfo, Studio
from gan.ui import whose
from gan.ui.markup import html
from gan.ui.parts import in_a_sentence, in_turn
from gan.ui.scripts import scripted
from gan.ui.train import compare, following, forks
from gan.ui.train import view as shows
from gan.ui.train.api import train_endpoint
from gan.ui.train.controls import OWN, Controls, asked_config, data_info, failing_config
from gan.ui.train.following import known
from gan.ui.train.form import controls
from gan.ui.train.kept_runs import KEPT
from gan.ui.train.loop import loop
from gan.ui.train.nearest import nearest
from gan.ui.train.run_controls import steer

# by train.js
ASKED = (
    following.news,
    following.pictures,
    following.left,
    following.download,
    steer,
    nearest,
    whose.delete_model,
    *in_turn(following.filmed),
)
LOADS = "(browser) => [browser, gan.started()]"
LOOK = f"{READ_ONLY} Explore and Judge show what the models here have learnt."
GOING = "Your run is already going. Stop it first to start another."


# What the tab does


@in_a_sentence
def begin(
    studio: Studio, run: gr.State, browser: gr.HTML, asked: Controls, values: dict, fails: str = ""
) -> str:
    """Puts the run into the queue, or one that `fails`, and returns its id.

    A second click while one goes on starts nothing.
    """
    view = known(studio, values[run])
    if view and view.training and following.owned(studio, view, values[browser]):
        gr.Info(GOING)
        return view.id
    config_of = partial(failing_config, fails) if fails else asked_config
    config = config_of(studio, {key: values[one] for key, one in vars(asked).items()})
    return studio.start(config, values[browser] or "", whose.address(), fails)


@in_a_sentence
def stop(studio: Studio, run: str, browser: str):
    if run:
        studio.runs.stop(run, digest(browser))


def reopened(studio: Studio, browser: str | None, address: str | None, started: str = "") -> str:
    """The run that the address names, or else this browser's own: its tab's, or one that no page looks at.

    "" where there is none. Of a tab's own the server may not have heard yet that the page before this one
    has closed; and one that has ended stays in sight, whatever the way back to it.
    """
    view = known(studio, started)
    own = started if view and following.owned(studio, view, browser or "") else ""
    goes = own and view and view.training
    return address or (own if goes else studio.left_alone(browser or "") or own)


def recorded(studio: Studio) -> str:
    """The run to be watched where there is none of one's own, or ""."""
    model = studio.recorded()
    return f"{KEPT}{model}" if model else ""


@in_a_sentence
def preview(studio: Studio, run: str, data: str, own: str) -> dict:
    """The chosen data's images, until there is a run to show; what has to be downloaded first is not."""
    info, shows_run = data_info(studio, data), known(studio, run) is not None
    name = own if data == OWN else info.name if info else ""
    images = following.preview(studio, name) if name and not shows_run else ""
    return {"run": run if shows_run else "", "preview": images,
            "data": info.title if info else "your own images"}  # fmt: skip


@in_a_sentence
def go_on(studio: Studio, run: str, browser: str, model: str | None, seconds: float) -> str:
    """A kept model's training goes on, unless this page's run does."""
    view = known(studio, run)
    if view and view.training and following.owned(studio, view, browser):
        gr.Info(GOING)
        return run
    return forks.go_on(studio, {"model": model, "seconds": seconds, "browser": browser})


@in_a_sentence
def start_from(studio: Studio, run: str, asked: dict) -> str:
    """The run that a fork, a cure or going on has started; `run` itself if the page has turned since."""
    if asked.get("run") not in (None, run):
        return run  # a second press, on its way while the first one turned the page to another run
    return forks.started(studio, asked)


class Buttons(NamedTuple):
    """What is there to press as a run stands."""

    stop: gr.Button
    download: gr.Button
    starts: tuple[gr.Button, ...]  # what starts a run: Start, those that fail on purpose, Resume

    @property
    def all(self) -> tuple[gr.Button, ...]:
        return self.stop, self.download, *self.starts


def opened(studio: Studio, place: gr.HTML, buttons: Buttons, run: str, browser: str) -> dict:
    """What the page turns to, and its buttons."""
    view = known(studio, run)
    turned = {place: {"run": run}} if run else {}
    return turned | pressable(buttons, view, following.owned(studio, view, browser))


def stands(studio: Studio, buttons: Buttons, run: str, browser: str) -> dict:
    """The buttons, when the run has begun or ended."""
    view = known(studio, run)
    if view and view.over:
        studio.runs.warm()  # for the next run
    return pressable(buttons, view, following.owned(studio, view, browser))


def pressable(buttons: Buttons, view: RunView | None, own: bool = True) -> dict:
    """Whoever watches another's run can't stop it, and may start one."""
    goes = bool(view and view.training and own)
    ready = bool(view and view.over and following.kept(view))
    able = {buttons.stop: goes, buttons.download: ready} | dict.fromkeys(buttons.starts, not goes)
    return {button: gr.update(interactive=can) for button, can in able.items()}


def model_titles(models: list[ModelInfo]) -> list[tuple[str, str]]:
    return [(f"{info.title}, {info.steps:,} steps", info.name) for info in models]


def goers_on(studio: Studio, current: str | None, browser: str) -> dict:
    """An update of the list of models that can go on: this browser's own and everybody's."""
    able = studio.able_to_go_on(browser)
    choices = model_titles([info for info in able if not info.belongs.of_others(browser)])
    names = [name for _, name in choices]
    return gr.update(choices=choices, **{} if current in names else {"value": next(iter(names), None)})


# Layout


def build(studio: Studio, tab: gr.Tab):
    """Fill the tab; opening it readies a process, so that the first run starts at once."""
    run, browser, trains = gr.State(""), whose.browser_id(), not studio.limits.read_only
    started = gr.Textbox(visible=False)
    gr.HTML(loop(), apply_default_css=False)
    gr.HTML(html('<p class="notice" role="note">{}</p>', LOOK), visible=not trains)
    with gr.Row(elem_id="train", visible=trains):
        with gr.Column(scale=1, min_width=280):
            asked, start, halt, failing = controls(studio)
            download = gr.Button("Download the model", interactive=False, elem_id="train-download")
            model, seconds, on = _going_on(studio)
        with gr.Column(scale=3, min_width=320):
            view = scripted(
                "train/train", *ASKED, studio=studio, html_template=shows.skeleton(), elem_id="train-run"
            )
    both = compare.layout(studio)

    # Gradio finds these arguments by their types, which it does not see through a partial
    def loads(browser: str | None, started: str | None, request: gr.Request) -> str | dict:
        return reopened(studio, browser, request.query_params.get("run"), started or "") or gr.skip()

    def returns(browser: str | None, request: gr.Request, run: str = "") -> str | dict:
        there = reopened(studio, browser, run or request.query_params.get("run"))
        return there or recorded(studio) or gr.skip()

    def starts_from(run: str, event: gr.EventData) -> str:
        return start_from(studio, run, event._data if isinstance(event._data, dict) else {})

    private = {"api_visibility": "private", "show_progress": "hidden"}
    at_once = private | {"queue": False}
    buttons = Buttons(halt, download, (start, *failing.values(), on))
    opens = {
        "fn": partial(opened, studio, view, buttons),
        "inputs": [run, browser],
        "outputs": [view, *buttons.all],
        **at_once,
    }
    again = {"fn": partial(goers_on, studio), "inputs": [model, browser], "outputs": model, **at_once}
    begins = partial(begin, studio, run, browser, asked)
    goes_on = partial(go_on, studio)
    begun = [
        start.click(begins, {run, browser, *vars(asked).values()}, run, **private),
        *(
            button.click(
                partial(begins, fails=failure),
                {run, browser, *vars(asked).values()},
                run,
                **private,
            )
            for failure, button in failing.items()
        ),
        on.click(goes_on, [run, browser, model, seconds], run, **private),
        gr.on([view.submit, both.submit], starts_from, run, run, trigger_mode="once", **private),
    ]
    for one in begun:
        one.success(**opens)
    # when it is loaded, and knows its browser
    gr.on(None, loads, [browser, started], run, js=LOADS, **at_once).then(**opens)
    tab.select(returns, [browser, run], run, **at_once).then(**opens)  # goodbyes may come late
    view.input(partial(stands, studio, buttons), [run, browser], buttons.all, **at_once).then(**again)
    halt.click(partial(stop, studio), [run, browser], **at_once)
    download.click(None, js='() => void document.dispatchEvent(new Event("gan:download"))')
    gr.on(
        [tab.select, asked.data.change, asked.own.change], partial(preview, studio),
        [run, asked.data, asked.own], view, trigger_mode="always_last", **private,
    )  # fmt: skip
    gr.on([tab.select, browser.change], **again)
    if trains:
        tab.select(studio.runs.warm, **at_once)
        gr.api(train_endpoint(studio), api_name="train", concurrency_limit=None)


def _going_on(studio: Studio) -> tuple[gr.Dropdown, gr.Slider, gr.Button]:
    """A kept model whose training goes on."""
    most = studio.limits.run_seconds
    with gr.Accordion("Resume a kept model", open=False, elem_id="train-on"):
        model = gr.Dropdown([], label="Model to resume",
                            info="Exactly where its training ended")  # fmt: skip
        seconds = gr.Slider(10, most, min(120, most), step=5, label="More seconds")
        return model, seconds, gr.Button("Resume")
