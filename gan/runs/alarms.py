"""What goes wrong in a run, seen in its own numbers, and what may help. Pure functions of a RunView.

An alarm says what was seen, with the number; see gan.runs.cures for what may help.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf
from operator import itemgetter

from gan.config import TrainConfig, changed, makes_sense
from gan.events import Grid, Measured, Progress
from gan.runs.cures import (
    BOTH_AGAIN,
    Alarm,
    Cure,
    against_collapse,
    against_deafness,
    against_inversion,
    against_memory,
    against_standing_still,
    against_starving,
    against_strength,
    against_weakness,
)
from gan.runs.view import RunView, Spell
from gan.words import label_words, percent

WARM_SECONDS = 15.0  # before that samples may look alike and D may be far ahead: every run begins so
WARM_STEPS, WARM_IMAGES = 100, 6_000  # likewise, on a slow machine: steps, and images that G has made in them
RECOVERY = 4  # times as long for a run that begins, or begins anew, with samples that look alike
RISE = 1.15  # samples that get so much more varied are on their way, within
RISE_SECONDS, RISE_STEPS = 10.0, 40  # that long, on a slow machine longer
VARIETY = 0.5  # of the data's, below which samples look alike
TWINS = 0.3  # share of near-duplicates among the samples
SURE, BLIND = 0.99, 0.52  # D's accuracy, stuck at or above, and stuck at or below
STARVING = 0.8  # its mean, from which on samples look alike for want of a slope
LONG = 24  # Progress events, about six seconds: what counts as stuck
GAP = 0.5  # of the way from the images D knows to the generated ones
GRIDS = 3  # in a row
MISSED, OF_LAST = 3, 4  # measures that lack a value for it to be lost, of the last ones
DEAF = 0.6  # share of results nearer to their own answer than to another's, up to which sources are ignored
STILL = 1.5  # levels of 256 that a picture is changed by, up to which nothing has been
INVERTED = -0.3  # correlation of a result's brightness with its source's, from which on it is upside down
STEADY = 6.0  # seconds of training that an alarm stays after its cause has gone: one good grid proves nothing
STOOD = 10.0  # that it has stood when a run that was to fail has done so
CALM = 10.0  # without any, after which a cure has helped
MOST_SPELLS = 40  # that are remembered
COLLAPSE = ("alike", "twins")
END = "stopped here, so that you can look at it and mend it."
ENDS = {  # what a run says as it ends, by the names of recipes.FAILURES, which alarms have, too
    "mode collapse": f"It has collapsed: {END}",
    "vanishing gradients": f"Its gradients have vanished: {END}",
}


ALONE = {
    "D": "Only the discriminator trains: the generator, switched off by hand, cannot answer.",
    "G": "Only the generator trains: the discriminator, switched off by hand, cannot answer.",
}


def alarms(view: RunView) -> tuple[Alarm, ...]:
    """What is wrong with the run now, the worst first; () for a healthy one or one that has just begun."""
    found = [_numbers(view)]
    if view.started and _warm_from(view, _patience(view)) < inf:
        found += [_alike(view), _twins(view), _lost(view), _sure(view), _blind(view), _by_heart(view)]
        found += [one.found(view) for one in LOW]
    return tuple(alarm for alarm in found if alarm)


def noted(view: RunView) -> RunView:
    """`view` with its spells up to now: for each news that its alarms go by."""
    step, seconds = _now(view)
    spells = {(spell.alarm.kind, spell.first): spell for spell in view.spells}
    going = {spell.alarm.kind: spell for spell in view.spells if seconds - spell.till <= STEADY}
    for alarm in alarms(view):
        before = going.get(alarm.kind, Spell(alarm, step, step, seconds, seconds))
        spells[alarm.kind, before.first] = replace(before, alarm=alarm, last=step, till=seconds)
    return replace(view, spells=tuple(spells.values())[-MOST_SPELLS:])


def ending(view: RunView) -> str:
    """Why a run that goes wrong on purpose ends itself now, a sentence; "" as long as it goes on."""
    if not view.fails or view.control.only:
        return ""
    _, seconds = _now(view)
    stands = (spell for spell in view.spells if spell.alarm.name == view.fails and spell.till == seconds)
    return ENDS[view.fails] if any(spell.till - spell.since >= STOOD for spell in stands) else ""


def mended(view: RunView) -> bool:
    """A run that was started by a cure has had no alarm for a while, and shows none of what it was for.

    That some values are rare is another matter: they come and go in healthy runs, too.
    """
    _, seconds = _now(view)
    if not view.measured or not view.grids or not view.started or seconds - _warm_from(view) < CALM:
        return False
    calm = all(seconds - spell.till > CALM for spell in view.spells if spell.alarm.kind != "lost")
    calm = calm and all(alarm.kind == "lost" for alarm in alarms(view))
    return calm and share(view, view.grids[-1]) >= VARIETY and not repeats(view)


def repeats(view: RunView) -> bool:
    """So many of the samples measured last have a near-duplicate that it is a collapse."""
    return bool(view.measured) and view.measured[-1].duplicates >= TWINS


def _now(view: RunView) -> tuple[int, float]:
    """The step and the seconds of the last news that alarms go by."""
    events: list[Grid | Measured] = [*view.grids[-1:], *view.measured[-1:]]
    return max(((event.step, event.seconds) for event in events), default=(0, 0.0))


def recovering(view: RunView) -> bool:
    """The run began with samples that look alike, a fork or a cure for one, and has not had long since."""
    if not view.started or not view.grids or (patience := _patience(view)) == 1:
        return False
    return _warm_from(view, patience) == inf and share(view, view.grids[-1]) < VARIETY


def _warm_from(view: RunView, times: int = 1) -> float:
    """Seconds of training from which on its numbers mean something; inf as long as they do not."""
    events = _sitting(view)
    first, begun = (min((getattr(e, fact) for e in events), default=0) for fact in ("step", "seconds"))
    steps, seconds = max(WARM_STEPS, WARM_IMAGES / view.config.batch), WARM_SECONDS
    return min(
        (
            e.seconds
            for e in events
            if e.step - first >= times * steps and e.seconds - begun >= times * seconds
        ),
        default=inf,
    )


def _patience(view: RunView) -> int:
    first = next((event for event in _sitting(view) if isinstance(event, Grid)), None)
    again = view.forked_at or view.parent or view.alone_until
    return RECOVERY if again and first and share(view, first) < VARIETY else 1


def _sitting(view: RunView) -> list[Progress | Grid]:
    since = 0 if view.control.only else view.alone_until
    events: list[Progress | Grid] = [*view.progress, *view.grids]
    return [event for event in events if event.step >= since]


def share(view: RunView, grid: Grid) -> float:
    """Its variety, in parts of the data's."""
    return grid.variety / max(_data_variety(view), 1e-6)


def _data_variety(view: RunView) -> float:
    """0 before it is known."""
    return view.started.data_variety if view.started else 0.0


def healthy_step(view: RunView) -> int:
    """The last kept step at which the samples were varied enough; 0, the start, if there is none."""
    level = 1.2 * VARIETY * _data_variety(view)

    def varied(step: int) -> bool:
        before = [grid.variety for grid in view.grids if grid.step <= step]
        return bool(before) and before[-1] >= level

    return max((step for step in view.states if varied(step)), default=0)


def _numbers(view: RunView) -> Alarm | None:
    if not view.numbers:
        return None
    step = view.progress[-1].step if view.progress else 0
    config = _config(view)
    slower = Cure(
        "A quarter of both learning rates",
        "Smaller steps do not jump out of the valley.",
        {"g_lr": config.g_lr / 4, "d_lr": config.d_lr / 4},
    )
    return _alarm(
        view,
        "numbers",
        "The losses are no longer numbers",
        f"After step {step:,} a loss became infinite or undefined.",
        step,
        (slower,),
    )


def _alike(view: RunView) -> Alarm | None:
    last = [share(view, grid) for grid in view.grids[-GRIDS:]]
    if len(last) < GRIDS or max(last) >= VARIETY or _rising(view):
        return None
    why = "G keeps to the few images that fool D at present."
    if (accuracy := starves(view)) is not None:
        why = f"D is right {percent(accuracy)} of the time: G has no slope to follow."
    return _alarm(
        view,
        "alike",
        f"The samples look alike: {_failure(view)}",
        f"They are {percent(last[-1])} as varied as the data (mean pairwise distance "
        f"{view.grids[-1].variety:.2f} against {_data_variety(view):.2f}). {why}",
        last[-1],
        _for_variety(view),
    )


def _rising(view: RunView) -> bool:
    """The samples are clearly more varied than they were some seconds ago."""
    now = view.grids[-1]
    before = [
        grid
        for grid in view.grids
        if grid.seconds <= now.seconds - RISE_SECONDS and grid.step <= now.step - RISE_STEPS
    ]
    return bool(before) and now.variety > RISE * before[-1].variety


def _twins(view: RunView) -> Alarm | None:
    last = [event.duplicates for event in view.measured[-2:]]
    if len(last) < 2 or min(last) < TWINS:
        return None
    if _on_its_way(view) and not (_collapsed(view) or _lost(view)):
        return None
    return _alarm(
        view,
        "twins",
        f"The generator repeats itself: {_failure(view)}",
        f"{percent(last[-1])} of {view.measured[-1].images} samples have a near-duplicate among them.",
        last[-1],
        _for_variety(view),
    )


def _on_its_way(view: RunView) -> bool:
    """Its samples repeat themselves less than before, or are more varied."""
    before, now = (event.duplicates for event in view.measured[-2:])
    return before > RISE * now or _rising(view)


def _collapsed(view: RunView) -> bool:
    """It has had a collapse: that has passed when its samples are varied, not while they become so."""
    return any(spell.alarm.kind in COLLAPSE for spell in view.spells)


def _lost(view: RunView) -> Alarm | None:
    """Values that samples showed before, and hardly any in most of the last measures: one alone misses some.

    Mush of the first seconds, in which a classifier sees anything, has shown nothing.
    """
    last, since = view.measured[-OF_LAST:], _warm_from(view)
    before = [event for event in view.measured[:-MISSED] if event.seconds >= since]

    def lacked(value: tuple[str, str], events: Sequence[Measured]) -> int:
        return sum(value[1] in event.lost.get(value[0], ()) for event in events)

    rare = {(column, name) for event in last for column, names in event.lost.items() for name in names}
    gone = sorted(v for v in rare if lacked(v, last) >= MISSED and lacked(v, before) < len(before))
    if not gone:
        return None
    named = groupby(gone, itemgetter(0))
    what = "; ".join(f"{label_words(column)}: {', '.join(name for _, name in v)}" for column, v in named)
    return _alarm(
        view,
        "lost",
        "Parts of the data have been lost",
        f"The generator has stopped drawing {what}. Samples showed it before; {MISSED} or more of the last "
        f"{OF_LAST} measures, up to step {last[-1].step:,}, found next to none.",
        len(gone),
        against_collapse(_config(view)),
    )


def _sure(view: RunView) -> Alarm | None:
    accuracy = _stuck(view.progress, "d_accuracy", min)
    if _helps_when_sure(view.config) or accuracy is None or accuracy < SURE:
        return None
    return _alarm(
        view,
        "sure",
        "The discriminator is always right",
        f"It was right {percent(accuracy, 1)} of the time or more for {_span(view):.0f} seconds: "
        "what it tells the generator no longer helps.",
        accuracy,
        against_strength(_config(view)),
    )


def _failure(view: RunView) -> str:
    """Why its samples look alike, as people call it."""
    return "mode collapse" if starves(view) is None else "vanishing gradients"


def _for_variety(view: RunView) -> tuple[Cure, ...]:
    """What helps samples that look alike, by why they do."""
    return (against_collapse if starves(view) is None else against_starving)(_config(view))


def _helps_when_sure(config: TrainConfig) -> bool:
    """Whether D's slope is of use to G even where D is always right."""
    return bool(config.critic or config.r1_gamma)


def starves(view: RunView) -> float | None:
    """D's mean accuracy of late, if it is so high that G learns next to nothing."""
    last = [event.d_accuracy for event in view.progress[-LONG:]]
    mean = sum(last) / len(last) if last else 0.0
    return None if _helps_when_sure(view.config) or mean < STARVING else mean


def _blind(view: RunView) -> Alarm | None:
    accuracy = _stuck(view.progress, "d_accuracy", max)
    if view.config.critic or accuracy is None or accuracy > BLIND:
        return None
    return _alarm(
        view,
        "blind",
        "The discriminator only guesses",
        f"It was right {percent(accuracy, 1)} of the time or less for {_span(view):.0f} seconds: "
        "the generator learns nothing from it.",
        accuracy,
        against_weakness(_config(view)),
    )


def _by_heart(view: RunView) -> Alarm | None:
    gaps = [event.held_out_gap for event in view.measured[-2:] if event.held_out_gap is not None]
    if len(gaps) < 2 or any(gap < GAP for gap in gaps):
        return None
    return _alarm(
        view,
        "by heart",
        "The discriminator has learnt its images by heart",
        f"Real images that it never saw score {percent(gaps[-1])} of the way down to generated ones.",
        gaps[-1],
        against_memory(_config(view)),
    )


@dataclass(frozen=True)
class Low:
    """What a translator does wrong where a measure stays at a limit or below."""

    kind: str
    title: str
    saw: Callable[[float], str]
    measure: str  # of MEASURES
    limit: float
    cures: Callable[[TrainConfig], tuple[Cure, ...]]

    def found(self, view: RunView) -> Alarm | None:
        """Where its last two values are both so low; a run of another kind has none."""
        values = [event.values[self.measure] for event in view.measured[-2:] if self.measure in event.values]
        if len(values) < 2 or (best := max(values)) > self.limit:
            return None
        return _alarm(view, self.kind, self.title, self.saw(best), best, self.cures(_config(view)))


LOW = (
    Low("deaf", "The results ignore their sources",
        lambda share: f"Only {percent(share)} of the results are nearer to their own answer than to another "
                      "picture's; by chance half of them are.",
        "own_answer", DEAF, against_deafness),
    Low("still", "The pictures are left as they are",
        lambda levels: f"On its way to the other side a picture changes by {levels:.1f} of 256 levels on "
                       "average.",
        "moved", STILL, against_standing_still),
    Low("inverted", "Dark and light are inverted",
        lambda likeness: f"What is light in the source is dark in the result (correlation {likeness:.2f}); "
                         "on the way back it is turned once more, so that there and back costs nothing.",
        "upright", INVERTED, against_inversion),
)  # fmt: skip


def _alarm(view: RunView, kind: str, title: str, saw: str, value: float, cures: tuple[Cure, ...]) -> Alarm:
    config = _config(view)
    sensible = (cure for cure in cures if makes_sense(config, cure.changes))
    fitting = tuple(cure for cure in sensible if changed(config, cure.changes) != config)
    if only := view.control.only:  # no setting is to blame while one of the two is switched off by hand
        saw, fitting = f"{saw} {ALONE[only]}", (BOTH_AGAIN,)
    return Alarm(kind, title, saw, value, fitting)


def _config(view: RunView) -> TrainConfig:
    """What a cure changes: the settings in force at the step that it leaves from."""
    return view.config_at(healthy_step(view))


def _stuck(progress: tuple[Progress, ...], fact: str, worst) -> float | None:
    """The worst of the last events' values, smoothed in pairs; None as long as there are too few."""
    last = [getattr(event, fact) for event in progress[-LONG:]]
    if len(last) < LONG:
        return None
    return worst((a + b) / 2 for a, b in zip(last[::2], last[1::2], strict=True))


def _span(view: RunView) -> float:
    last = view.progress[-LONG:]
    return last[-1].seconds - last[0].seconds
