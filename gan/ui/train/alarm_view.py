"""What the Train tab shows when something goes wrong: what was seen, what shows it, and the cures."""

from dataclasses import replace

import numpy as np
from numpy import ndarray

from gan.images import data_uri, grid
from gan.runs.alarms import COLLAPSE, STEADY, alarms
from gan.runs.cures import Alarm, Cure
from gan.runs.view import RunView, Spell
from gan.ui.markup import Markup, html, joined
from gan.ui.train.plots import begun
from gan.words import percent

LOOKS = 4  # back over the time that an alarm stays after its cause has gone
FLEETING = ("alike", "sure", "blind")  # what may pass and come again so soon; the others rest on two measures
PASSING = "It is no longer so at this moment, and may be passing."
ORDER = (  # as in alarms(), worst first
    "numbers", "alike", "twins", "lost", "sure", "blind", "by heart", "deaf", "still", "inverted",
)  # fmt: skip
ALIKE = 6  # samples that show a collapse
THUMB = 16  # pixels a side, to compare by


def lasting(view: RunView) -> tuple[Alarm, ...]:
    """alarms(view), and while it trains those that were there within the last seconds: a pure function, so
    that the server finds again what the page shows."""
    found = {alarm.kind: alarm for alarm in alarms(view)}
    for look in range(1, LOOKS if view.training else 1):
        for alarm in alarms(earlier(view, look * STEADY / (LOOKS - 1))):
            if alarm.kind in FLEETING:
                found.setdefault(alarm.kind, replace(alarm, saw=f"{alarm.saw} {PASSING}"))
    return tuple(sorted(found.values(), key=lambda alarm: ORDER.index(alarm.kind)))


def earlier(view: RunView, seconds: float) -> RunView:
    """The run as it was so many seconds of training ago."""
    if not seconds:
        return view
    now = max((event.seconds for event in (*view.progress[-1:], *view.grids[-1:])), default=0.0)
    until = max(now - seconds, begun(view))
    past = {fact: tuple(event for event in getattr(view, fact) if event.seconds <= until)
            for fact in ("progress", "grids", "measured")}  # fmt: skip
    return replace(view, **past)


def passed(view: RunView) -> list[Spell]:
    """The last spell of each alarm that has stood and does no more; of a collapse one alarm speaks."""
    stand = {place(alarm) for alarm in lasting(view)}
    last = {place(spell.alarm): spell for spell in sorted(view.spells, key=lambda spell: spell.last)}
    return [spell for where, spell in last.items() if where not in stand]


def offered(view: RunView) -> tuple[Alarm, ...]:
    """The alarms whose cures can be taken: those that stand, and those that have stood."""
    return *lasting(view), *(spell.alarm for spell in reversed(view.spells))


def place(alarm: Alarm) -> str:
    """Where it is shown: both that tell of a collapse in one place."""
    return COLLAPSE[0] if alarm.kind in COLLAPSE else alarm.kind


def shown(view: RunView) -> list[dict]:
    """What train.js lays out, an alarm each: parts that change from second to second apart from the buttons,
    which must not change under a finger. One that has passed stays, and so do its cures."""
    standing: dict[str, dict] = {}
    came = {place(spell.alarm): spell.first for spell in view.spells}  # the last one's
    for alarm in lasting(view):
        where = place(alarm)
        if there := standing.get(where):
            there["saw"] += html(" {}", alarm.saw)
        else:
            since = html("since step {:,}", came[where]) if where in came else ""
            standing[where] = _laid_out(alarm, since) | {"shows": evidence(view, alarm)}
    over = [_laid_out(spell.alarm, html("has passed since step {:,}", spell.last), passed=True)
            | {"saw": html("As it was: {}", spell.alarm.saw), "shows": None}
            for spell in passed(view)]  # fmt: skip
    return [*standing.values(), *over]


def _laid_out(alarm: Alarm, since: str, *, passed: bool = False) -> dict:
    return {
        "place": place(alarm), "kind": alarm.kind, "passed": passed, "since": since,
        "title": html("{}", alarm.title), "saw": html("{}", alarm.saw), "cures": cures(alarm.cures),
    }  # fmt: skip


def evidence(view: RunView, alarm: Alarm) -> Markup | str:
    """What shows it, as HTML."""
    if alarm.kind in ("alike", "twins") and view.grids and len(view.grids[-1].images) > 1:
        few = most_alike(view.grids[-1].images, ALIKE)
        return html(
            '<figure class="alike"><img class="pixels" src="{}" alt="Samples that look alike">'
            '<figcaption class="fake">◆ {} of them, made from different noise</figcaption></figure>',
            data_uri(grid(few, len(few))),
            len(few),
        )
    if alarm.kind in ("sure", "blind"):
        return meter(alarm.value, f"{percent(0.5)}: it guesses", f"{percent(1)}: always right", low=0.5)
    if alarm.kind == "by heart":
        known, made = f"{percent(0)}: like the images it knows", f"{percent(1)}: like generated ones"
        return meter(alarm.value, known, made, low=0.0)
    return ""


def meter(value: float, low_words: str, high_words: str, low: float) -> Markup:
    place = 100 * min(1.0, max(0.0, (value - low) / (1 - low)))
    return html(
        '<div class="meter"><b>{}</b><span class="track"><i style="left:{:.1f}%"></i></span>'
        "<small>{}</small><small>{}</small></div>",
        percent(value, 1), place, low_words, high_words,
    )  # fmt: skip


def most_alike(images: ndarray, count: int) -> ndarray:
    """The image with the nearest neighbours, and those: (count, h, w, c), or as many as there are."""
    small = np.stack([_thumbnail(image) for image in images])
    distance = ((small[:, None] - small[None]) ** 2).mean(2)  # (n, n), 0 to itself
    count = min(count, len(images))
    middle = np.partition(distance, count - 1, 1)[:, :count].sum(1).argmin()
    return images[np.argsort(distance[middle], kind="stable")[:count]]


def _thumbnail(image: ndarray) -> ndarray:
    step = max(1, image.shape[0] // THUMB)
    return image[::step, ::step].astype(np.float32).ravel()


def cures(offered: tuple[Cure, ...]) -> Markup:
    """Buttons, each with its reason."""
    if not offered:
        return html("<p>None of the usual cures applies to these settings. Try another recipe.</p>")
    buttons = joined(
        html(
            '<button type="button" data-cure="{}"><b>{}</b><small>{}</small></button>',
            number, cure.label, cure.why,
        )
        for number, cure in enumerate(offered)
    )  # fmt: skip
    how = "Try again with one thing changed:" if any(cure.changes for cure in offered) else "What helps now:"
    return html("<p>{}</p><div>{}</div>", how, buttons)
