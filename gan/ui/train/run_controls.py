"""Steering a run while it goes: pause, single steps, who trains, slow motion, learning rates."""

import threading
from dataclasses import replace
from math import isfinite

from gan.config import Control
from gan.runs.view import RunView
from gan.studio import Studio
from gan.ui import whose
from gan.ui.markup import Markup, html, joined
from gan.ui.train.forks import ForkError

SLOWEST = 2.0  # seconds a step
RATES = (-6.0, -1.0)  # powers of ten that a slider of a learning rate spans
WHO = (("", "both"), ("D", "D only"), ("G", "G only"))
RATE_NAMES = (("g_lr", "G’s learning rate"), ("d_lr", "D’s learning rate"))
HINT = (
    "While a run is going you can pause it here, take one step at a time, let one network train alone, slow "
    "it down, and change both learning rates. When it is over you can resume it, or go back to a step and "
    "change one thing."
)

WATCHED = "This run was started in another browser: you can watch it here, but not steer or stop it."

_one_at_a_time = threading.Lock()  # two quick presses of “One step” are two steps


def row() -> Markup:
    """The place below the pictures: what it is for, controls while a run goes, and what to do after it."""
    who = joined(
        html('<label><input type="radio" name="train-only" value="{}" data-steer="only"> {}</label>', *one)
        for one in WHO
    )
    rates = joined(
        html(
            '<label class="rate"><span>{words}</span><input type="range" data-steer="{field}" '
            'min="{low:g}" max="{high:g}" step="0.05"><output data-shows="{field}"></output></label>',
            words=words, field=field, low=RATES[0], high=RATES[1],
        )
        for field, words in RATE_NAMES
    )  # fmt: skip
    return html("""<div class="run-below">
  <p class="steer-hint" data-part="hint">{hint}</p>
  <div class="steer" data-part="steer" role="group" aria-label="Steer the run">
    <span class="buttons"><button type="button" data-steer="paused" aria-pressed="false">❚❚ Pause</button>
      <button type="button" data-steer="step" disabled>One step</button></span>
    <span class="who" role="radiogroup" aria-label="Who trains"><b>Who trains</b>{who}</span>
    <label class="rate"><span>Slow motion</span><input type="range" data-steer="delay" min="0"
      max="{slowest:g}" step="0.1" value="0"><output data-shows="delay">off</output></label>{rates}
  </div>
  <div class="run-after" data-part="after">
    <button type="button" data-do="go on">Resume for 2 more minutes</button>
    <button type="button" data-do="to fork">Fork it, with one thing changed …</button>
    <button type="button" data-do="delete">Delete its model …</button>
  </div>
</div>
<p class="run-watched" data-part="watched" hidden>{watched}</p>
<p class="run-said" role="alert" data-part="said"></p>""",
        hint=HINT, who=who, slowest=SLOWEST, rates=rates, watched=WATCHED,
    )  # fmt: skip


def shown(view: RunView, own: bool) -> dict | None:
    """What the controls show; None for a run that cannot be steered. `own`: by the browser that asks."""
    if view.status != "running" or not view.started:
        return None
    control, config = view.control, view.config
    return {
        "own": own, "paused": control.paused, "only": control.only, "delay": control.delay,
        "g_lr": control.g_lr or config.g_lr, "d_lr": control.d_lr or config.d_lr,
    }  # fmt: skip


def steer(studio: Studio, asked: dict) -> dict:
    """Changes one thing about a run that goes, and says how it stands. Raises ValueError, a sentence."""
    run = str(asked.get("run"))
    with _one_at_a_time:
        wish = changed(studio.runs.view(run).control, str(asked.get("what")), asked.get("value"))
        studio.runs.control(run, wish, whose.digest(asked))
    return {"steer": shown(studio.runs.view(run), True)}


def changed(control: Control, what: str, value) -> Control:
    """The whole wish with one part of it changed. Raises ValueError, a sentence."""
    match what:
        case "paused":
            return replace(control, paused=bool(value))
        case "step":
            return replace(control, paused=True, single_steps=control.single_steps + 1)
        case "only":
            return replace(control, only=str(value or ""))
        case "delay":
            return replace(control, delay=min(_number(value), SLOWEST))
        case "g_lr" | "d_lr":
            rate = float(f"{_number(value):.2g}")
            if not 0 < rate <= 10 ** RATES[1]:
                raise ForkError(f"A learning rate must be above 0 and at most {10 ** RATES[1]:g}.")
            return replace(control, **{what: rate})
    raise ForkError("The page and the server do not understand each other; reload the page.")


def _number(value) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ForkError("That must be a number.")
    return float(value)
