"""Runs that start from another: a fork with one thing changed, a cure taken, a kept model that goes on."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from math import isfinite

from gan.config import TrainConfig, makes_sense
from gan.limits import Limits
from gan.losses import LOSSES
from gan.runs.alarms import healthy_step, share
from gan.runs.cures import BOTH_AGAIN, Alarm, Cure
from gan.runs.view import Mending, RunView
from gan.studio import Studio
from gan.ui import whose
from gan.ui.train.alarm_view import offered

SECONDS = 120.0  # that a cure gets at least
FACTORS = (("halved", 1 / 2), ("doubled", 2), ("a quarter", 1 / 4), ("four times", 4))
RATES = (("Both learning rates", ("g_lr", "d_lr")), ("Discriminator's learning rate", ("d_lr",)),
         ("Generator's learning rate", ("g_lr",)))  # fmt: skip
LOOKS = {"none": "D sees each image alone", "discrimination": "Minibatch discrimination",
         "stddev": "Minibatch standard deviation"}  # fmt: skip
ALL_AUGMENTATIONS = "color,translation,cutout"
Knob = tuple[str, str, dict]  # a key, what the page calls it, and the changes of the config


class ForkError(ValueError):
    """What was asked for is not, or no longer, there; its text is a sentence."""


@lru_cache(64)  # asked for once a second by each page that follows a run
def knobs(config: TrainConfig, most_batch: int) -> list[tuple[str, list[Knob]]]:
    """What one may change in a fork, in groups: only what changes something and makes sense with the rest."""
    groups = [
        (title, [(f"{'+'.join(fields)}*{by:g}", f"{title} {words}", _times(config, fields, by))
                 for words, by in FACTORS])
        for title, fields in RATES
    ] + list(_others(config, most_batch))  # fmt: skip
    fitting = [(title, [knob for knob in group if makes_sense(config, knob[2])]) for title, group in groups]
    return [(title, group) for title, group in fitting if group]


def shown(view: RunView, limits: Limits) -> dict | None:
    """What the page offers for a fork of the run; None before there is anything to fork."""
    if not view.started:
        return None
    changes = [
        [title, [[key, words] for key, words, _ in group]]
        for title, group in knobs(view.config, limits.run_batch)
    ]
    return {"steps": [0, *view.states], "changes": changes, "most": limits.run_seconds}


def _times(config: TrainConfig, fields: tuple[str, ...], by: float) -> dict:
    return {field: float(f"{getattr(config, field) * by:.4g}") for field in fields}


def _others(config: TrainConfig, most_batch: int) -> Iterator[tuple[str, list[Knob]]]:
    def group(title: str, field: str, values: dict) -> tuple[str, list[Knob]]:
        return title, [(f"{field}={value}", words, {field: value}) for value, words in values.items()]

    yield group("Loss", "loss", {loss: f"Loss: {loss}" for loss in LOSSES})
    yield group(
        "Steps of D per step of G",
        "n_critic",
        {
            1: "One step of D per step of G",
            2: "Two steps of D per step of G",
            5: "Five steps of D per step of G",
        },
    )
    yield group(
        "Steps of G per step of D",
        "g_steps",
        {1: "One step of G per step of D", 3: "Three steps of G per step of D"},
    )
    looks = [(f"d_batch={value}", words, {"model": {"d_batch": value}}) for value, words in LOOKS.items()]
    yield "What D sees", looks
    yield group("DiffAugment", "augment", {"": "Without DiffAugment", ALL_AUGMENTATIONS: "With DiffAugment"})
    yield group(
        "Unrolling",
        "unroll",
        {0: "Without unrolling", 3: "G looks 3 of D's steps ahead", 5: "G looks 5 of D's steps ahead"},
    )
    yield group(
        "Gradient penalty R1",
        "r1_gamma",
        {0.0: "Without R1", 0.1: "R1 with γ 0.1", 1.0: "R1 with γ 1", 10.0: "R1 with γ 10"},
    )
    yield group(
        "Moving average of G",
        "ema_images",
        {0: "Without a moving average", 10_000: "Half-life 10,000 images", 50_000: "Half-life 50,000 images"},
    )
    sizes = [size for size in (config.batch // 2, config.batch * 2) if 4 <= size <= most_batch]
    yield group("Batch", "batch", {size: f"Batch of {size}" for size in sizes})


def started(studio: Studio, asked: dict) -> str:
    """What a button of the page asks for; the id of the new run. Raises ValueError, a sentence."""
    ways = {"fork": fork, "cure": cure, "go on": go_on}
    if asked.get("do") not in ways:
        raise ForkError("The page and the server do not understand each other; reload the page.")
    return ways[asked["do"]](studio, asked)


def fork(studio: Studio, asked: dict) -> str:
    """Leaves the run at a step with one knob turned, and stops it if that is asked for."""
    run, key = str(asked.get("run")), str(asked.get("change") or "")
    view = studio.runs.view(run)
    step = _whole(asked.get("step"))
    groups = knobs(view.config_at(step), studio.limits.run_batch)
    there = {one: changes for _, group in groups for one, _, changes in group}
    if key and key not in there:
        raise ForkError("That change makes no sense with this run; choose another.")
    changes, seconds = there.get(key, {}), _number(asked.get("seconds"))
    id = studio.fork(run, step, changes, seconds, whose.of(asked), whose.address())
    if asked.get("stop"):
        _stop(studio, view, asked)
    return id


def cure(studio: Studio, asked: dict) -> str:
    """Takes a cure that an alarm offers or has offered: the run stops, and leaves its last healthy step anew.

    Where nothing is to be changed but who trains, the run itself goes on if it still can.
    """
    run, kind, number = str(asked.get("run")), asked.get("kind"), _whole(asked.get("cure"))
    view = studio.runs.view(run)
    alarm = next((alarm for alarm in offered(view) if alarm.kind == kind), None)
    if not alarm or number >= len(alarm.cures):
        raise ForkError("That cure is no longer offered for this run; choose another.")
    chosen = alarm.cures[number]
    if chosen == BOTH_AGAIN and view.training:
        studio.runs.control(run, replace(view.control, only=""), whose.digest(asked))
        return run
    seconds = min(max(view.config.seconds, SECONDS), studio.limits.run_seconds)
    browser, address = whose.of(asked), whose.address()
    step, mends = healthy_step(view), mending(view, alarm, chosen)
    id = studio.fork(run, step, chosen.changes, seconds, browser, address, mends)
    _stop(studio, view, asked)
    return id


def mending(view: RunView, alarm: Alarm, chosen: Cure) -> Mending:
    """What the fork by that cure is there for, and how bad it was at the worst, while the alarm stood."""
    spell = next((one for one in reversed(view.spells) if one.alarm.kind == alarm.kind), None)

    def then(events: tuple) -> list:
        return [one for one in events if spell and spell.first <= one.step <= spell.last] or [*events[-1:]]

    twins = max((event.duplicates for event in then(view.measured)), default=None)
    variety = min((share(view, one) for one in then(view.grids)), default=None)
    return Mending(chosen.label, alarm.name, view.config.name, twins, variety)


def _stop(studio: Studio, view: RunView, asked: dict):
    """The run makes room for its fork, if it is the browser's own."""
    if view.training and studio.runs.owned(view.id, whose.digest(asked)):
        studio.runs.stop(view.id, whose.digest(asked))


def go_on(studio: Studio, asked: dict) -> str:
    """A kept model's training goes on where it ended."""
    model = asked.get("model")
    if not model:
        raise ForkError("Choose a model to resume first; every kept run is one.")
    return studio.go_on(
        str(model), _number(asked.get("seconds")), browser=whose.of(asked), address=whose.address()
    )


def _whole(value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ForkError("A step is a whole number from 0; reload the page.")
    return value


def _number(value) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ForkError("Say how many seconds it may train.")
    return float(value)
