"""One's own picture in a model's latent space: it is searched for, and the way there in Explore."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np

from gan.images import open_with_remarks
from gan.latent import seed_to_z
from gan.studio import Inverted, Studio
from gan.ui.explore import own_picture_view as view
from gan.ui.explore.own_picture_view import Card, Given
from gan.ui.judge.view import notes
from gan.ui.markup import Markup
from gan.ui.parts import sentence_of
from gan.ui.scripts import scripted

log = logging.getLogger(__name__)

SHOWN_EVERY = 0.4  # seconds between two looks at a search
ALONE = {"concurrency_id": "search", "concurrency_limit": 1}  # one search on a server at a time


class Search:
    """A search that goes on."""

    def __init__(self):
        self.stopped = threading.Event()
        self.dropped = False  # nobody wants to see what it found


def of_file(studio: Studio, model: str, path: str | None) -> Given | None:
    """An uploaded picture. Raises ValueError, a sentence."""
    if not path:
        return None
    studio.limits.check_open()
    picture, remarks = open_with_remarks(path, limits=studio.limits)
    return Given(model, picture, "file", Path(path).name, studio.shaping(model, picture), notes(remarks))


def of_seed(studio: Studio, model: str, seed: int) -> Given:
    """One of the model's own images, of which one knows the latent."""
    z = seed_to_z(seed, studio.info(model).latent_dim)
    image = studio.generate(model, z[None])[0]
    return Given(model, image, "generated", f"The model's own image from seed {seed}", z=z)


def of_real(studio: Studio, model: str, seed: int) -> Given:
    """A real image that the model was not trained on."""
    image = studio.examples(model, "real", 1, seed)[0]
    return Given(model, image, "real", "A real image, held out from training")


def searched(studio: Studio, given: Given, search: Search) -> Iterator[Markup]:
    """How it goes, then what was found, and then beside it what this model can reach at all."""
    shown = 0.0
    for found in studio.inverting(given.model, given.image):
        if search.stopped.is_set():
            break
        if found.share < 1 and time.monotonic() - shown > SHOWN_EVERY:
            shown = time.monotonic()
            yield view.working(given, found)
    if search.dropped:
        return
    training = studio.nearest_training(given.model, found.seen)
    card = Card(found, _by_encoder(studio, given), training[0] if training else None)
    for name in ("own", "another"):
        yield view.report(given, card)
        card = replace(card, **{name: _reached(studio, given.model, name, search)})
    yield view.report(given, replace(card, over=True))


def _by_encoder(studio: Studio, given: Given) -> tuple | None:
    """What the model's encoder alone makes of the picture, and how far off that is; None without one."""
    if not studio.info(given.model).encoder:
        return None
    one = studio.encode(given.model, given.image)
    apart = np.square(one.seen.astype(float) - one.reconstruction).mean()
    return one.reconstruction, float(np.sqrt(apart))


def _reached(studio: Studio, model: str, kind: str, search: Search) -> Inverted | None:
    """None for a search that was stopped before this was known."""
    found = None
    for found in studio.reached(model, kind):
        if search.stopped.is_set() and found.share < 1:
            return None
    return found


class Desk:
    """Where pictures are searched for: one at a time for each page that is open, and it can be stopped."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self._going: dict[str, Search] = {}  # by the page's session

    def begun(self, request: gr.Request) -> tuple[str, dict]:
        """What is seen at once; an earlier search of the page makes way."""
        self._end(request, dropped=True)
        return view.WAITING, gr.update(interactive=True)

    def file(self, shown: dict | None, path: str | None, request: gr.Request) -> Iterator[tuple]:
        yield from self._search(request, shown, partial(of_file, path=path))

    def seed(self, shown: dict | None, seed: int, request: gr.Request) -> Iterator[tuple]:
        yield from self._search(request, shown, partial(of_seed, seed=seed))

    def real(self, shown: dict | None, seed: int, request: gr.Request) -> Iterator[tuple]:
        yield from self._search(request, shown, partial(of_real, seed=seed))

    def stop(self, request: gr.Request) -> dict:
        self._end(request, dropped=False)
        return gr.update(interactive=False)

    def cleared(self, request: gr.Request) -> tuple[str, dict]:
        self._end(request, dropped=True)
        return view.EMPTY, gr.update(interactive=False)

    def offered(self, shown: dict | None, before: str, request: gr.Request) -> tuple:
        """For each model that makes images out of noise; what was found for another one goes away.

        The model, whether the part is there, what it shows, the file, and whether one can stop.
        """
        model = (shown or {}).get("model") or ""
        if model == before:
            return (gr.skip(),) * 5
        try:
            visible = self.studio.info(model).has_latent
        except ValueError:  # none is in sight yet, or it is gone
            visible = False
        result, stop = self.cleared(request)
        return model, gr.update(visible=visible), result, None, stop

    def _search(
        self, request: gr.Request, shown: dict | None, ask: Callable[..., Given | None]
    ) -> Iterator[tuple]:
        """What is seen of a search, and whether it can be stopped, which the one before may have denied."""
        search, html = Search(), view.EMPTY
        self._going[_page(request)] = search
        try:
            given = ask(self.studio, (shown or {}).get("model"))
            for html in searched(self.studio, given, search) if given else ():
                yield html, gr.update(interactive=not search.stopped.is_set())
            html = view.EMPTY if search.dropped else html
        except ValueError as error:
            log.info("not searched for: %s", error)
            html = view.refused(sentence_of(error))
        finally:
            if self._going.get(_page(request)) is search:
                del self._going[_page(request)]
        yield html, gr.update(interactive=False)

    def _end(self, request: gr.Request, dropped: bool):
        if search := self._going.get(_page(request)):
            search.dropped = dropped
            search.stopped.set()


def _page(request: gr.Request) -> str:
    return str(request.session_hash)


def another(number: int) -> int:
    """The next press of an example's button brings the next one."""
    return number + 1


# Layout


def build(studio: Studio, shown: gr.HTML):
    """The part below the explorer. shown: the component whose value is the model and the class in sight."""
    desk = Desk(studio)
    with gr.Column(visible=False, elem_id="own-picture") as section:
        gr.HTML(view.HEADING)
        with gr.Row(equal_height=False):
            with gr.Column(scale=1, min_width=260):
                takes = not studio.limits.read_only
                file = gr.File(label="Your picture", height=140, elem_id="own-picture-file", visible=takes)
                gr.HTML(view.OR, visible=takes)
                with gr.Row():
                    own, real = (
                        gr.Button(text, size="sm", min_width=110, elem_classes=f"judge-take-{kind}")
                        for kind, text in view.EXAMPLES.items()
                    )
                stop = gr.Button("Stop the search", size="sm", interactive=False)
            with gr.Column(scale=2, min_width=320):
                result = scripted("explore/own_picture", styled=True, value=view.EMPTY)
    private = {"api_visibility": "private", "show_progress": "hidden"}
    at_once = private | {"queue": False}
    searching = private | ALONE
    shown.change(
        desk.offered, [shown, model := gr.State("")], [model, section, result, file, stop], **at_once
    )
    stop.click(desk.stop, None, stop, **at_once)
    file.clear(desk.cleared, None, [result, stop], **at_once)
    seeds = {own: gr.State(-1), real: gr.State(-1)}
    for event, find, asked in (
        (file.upload, desk.file, file),
        (own.click, desk.seed, seeds[own]),
        (real.click, desk.real, seeds[real]),
    ):
        begun = event(desk.begun, None, [result, stop], **at_once)
        if asked is not file:
            event(None, None, file, js="() => null")  # at once: one that is given next stays
            begun = begun.then(another, asked, asked, **at_once)
        # who presses again while a search is under way gets the last one that was asked for
        begun.then(find, [shown, asked], [result, stop], trigger_mode="always_last", **searching)
