"""What more than one tab uses: pictures, the verdict's scale, choices of models, errors as sentences."""

import functools
import inspect
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import gradio as gr
from anyio import CapacityLimiter, to_thread
from numpy import ndarray

from gan.images import data_uri
from gan.measure.scoring import Score
from gan.system.logs import shortened
from gan.ui.help import explain
from gan.ui.markup import Markup, as_text, html

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
LONGEST = 800  # letters of a refusal: it may quote what was asked for
MISUNDERSTOOD = "The page and the server do not understand each other; reload the page."
UNEXPECTED = "Something went wrong on the server; its log says what. Try again, or reload the page."


def picture(image: ndarray, alt: str, classes: str = "") -> Markup:
    """An <img> of native-size pixels, which the style sheet scales crisply. image: (h, w, c) uint8."""
    height, width = image.shape[:2]
    return html(
        '<img class="pixels {}" src="{}" alt="{}" width="{}" height="{}" draggable="false">',
        classes, data_uri(image), alt, width, height,
    )  # fmt: skip


def place_of(part: int, parts: int) -> str:
    """Where a part lies in a sheet of so many, as a background's position."""
    return f"{100 * part / max(parts - 1, 1):.3f}"


def scale_place(score: Score) -> float:
    """Where a score lies between generated (0) and real (100), by its ranks among both references."""
    return (score.real_percentile + score.fake_percentile) / 2


def verdict(score: Score) -> Markup:
    """The Discriminator's verdict: a marker between generated and real, and the sentence behind it."""
    details = (
        f"Logit {score.logit:+.2f}: the discriminator's score. Above 0 it takes the image for real. The "
        "marker shows where that ranks among its scores for real and for generated images."
    )
    return html(
        '<div class="verdict"><div class="scale"><span class="fake">◆ generated</span>'
        '<span class="track"><i style="left:{:.1f}%"></i></span><span class="real">real ●</span>'
        "{}</div><p>{}</p></div>",
        scale_place(score), explain(details, "The verdict"), score.verdict,
    )  # fmt: skip


def model_choices(studio, browser: str = "") -> list[tuple[str, str]]:
    """What a gr.Dropdown of discriminators offers to a browser: (title, name), as `Studio.judges` has it."""
    return [
        (f"{info.title} (by others)" if info.belongs.of_others(browser) else info.title, info.name)
        for info in studio.judges(browser)
    ]


def refreshed(studio, asked: str, current: str | None, browser: str) -> dict:
    """An update for a Dropdown of models whose list may have changed; the choice stays while it exists.

    asked: the name that the address has, "" for none.
    """
    choices = model_choices(studio, browser)
    names = [name for _, name in choices]
    if asked in names and asked != current:
        return gr.update(choices=choices, value=asked)
    # the choice is left alone where it may stay: another may have been chosen meanwhile
    return gr.update(choices=choices, **{} if current in names else {"value": next(iter(names), None)})


def sentence_of(error: ValueError) -> str:
    """Its sentence, cut where it quotes without end."""
    return shortened(str(error), LONGEST)


def error_of(words: str, title: str = "Error") -> gr.Error:
    """An error of the page, which is no fault of the program's."""
    return gr.Error(as_text(words), title=title, print_exception=False)


def in_a_sentence(handler: Callable) -> Callable:
    """A listener whose ValueErrors, written for people, reach the page as they are; others only the log."""

    @functools.wraps(handler)
    def guarded(*args, **kwargs):
        try:
            return handler(*args, **kwargs)
        except gr.Error:  # a ValueError too
            raise
        except ValueError as error:
            log.info("%s refused: %s", handler.__name__, error)
            raise error_of(sentence_of(error), "That did not work") from error
        except Exception as error:
            log.exception("%s failed", handler.__name__)
            raise error_of(UNEXPECTED) from error

    return guarded


def served(handler: Callable, studio) -> Callable:
    """`handler(studio, asked: dict) -> dict` for a component's script: errors become {"error": sentence}.

    A coroutine function stays one, and then may wait without holding a thread.
    """

    def checked(asked) -> Mapping:
        if not isinstance(asked, Mapping):
            raise ValueError(MISUNDERSTOOD)
        return asked

    def serve(asked):
        try:
            return handler(studio, checked(asked))
        except Exception as error:
            return _refusal(handler, error)

    async def serve_later(asked):
        try:
            return await handler(studio, checked(asked))
        except Exception as error:
            return _refusal(handler, error)

    one = serve_later if inspect.iscoroutinefunction(handler) else serve
    one.__name__ = handler.__name__  # what the script calls it by
    return one


def in_turn(*handlers: Callable) -> list[Callable]:
    """The handlers, of all of which one is at work at a time. The others wait and hold no thread.

    For what may come a moment later: else those who only drag would share the processor with all of it.
    """
    limiter = CapacityLimiter(1)

    def waiting(handler: Callable) -> Callable:
        async def wait(studio, asked):
            return await to_thread.run_sync(handler, studio, asked, limiter=limiter)

        wait.__name__ = handler.__name__
        return wait

    return [waiting(handler) for handler in handlers]


def _refusal(handler: Callable, error: Exception) -> dict:
    if isinstance(error, ValueError):
        log.info("%s refused: %s", handler.__name__, error)
        return {"error": sentence_of(error)}
    log.error("%s failed", handler.__name__, exc_info=error)
    return {"error": UNEXPECTED}
