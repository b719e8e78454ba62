"""Two runs side by side: samples of the same moment, curves in one plot, and what sets them apart."""

from dataclasses import asdict, dataclass, replace

import gradio as gr

from gan.config import TrainConfig, called
from gan.knobs import knobs
from gan.runs.queue import RunError
from gan.runs.view import RunView
from gan.studio import Studio
from gan.ui import whose
from gan.ui.markup import Markup, html, joined
from gan.ui.scripts import scripted
from gan.ui.train import following
from gan.ui.train import plots as run_plots
from gan.ui.train.kept_runs import KEPT, view_of
from gan.ui.train.plots import Chart, Line
from gan.ui.train.settings import SETTINGS, spoken

MOST_KNOWN = 20  # runs of one browser that are offered
OF_THE_DATA = {"fit", "cut_bars"}  # which a run is not asked for, but has where it goes on
NOT_COMPARED = OF_THE_DATA | {
    "name", "start_from", "model", "threads", "grid_images", "grid_seconds", "measure_images",
}  # fmt: skip
NEAR = 1.5  # seconds of training: no difference that anybody sees
NAMES = {"seconds": "Seconds it may train", "data": "Data", "recipe": "Recipe", "steps": "Steps it may take",
         "image_size": "Image size", "channels": "Channels", "device": "Device"}  # fmt: skip
EMPTY = (
    "Two runs stand side by side here: fork the one above, start a second one, or choose two that were kept. "
    "A fork is compared with its parent as soon as it runs."
)


@dataclass(frozen=True)
class Side:
    """One of the two."""

    key: str
    title: str
    view: RunView


# What the script asks the server


def compared(studio: Studio, asked: dict) -> dict:
    """What there is to choose from, and what is new of both sides: asked "since" when, for each of them."""
    runs = [str(run) for run in following.as_list(asked.get("runs"))[-MOST_KNOWN:]]
    there = choices(studio, runs, whose.of(asked))
    titles, since = dict(there), following.as_table(asked.get("since"))
    sides = {}
    for name in ("a", "b"):
        key = found(studio, str(asked.get(name) or ""), titles)
        if key:
            sides[name] = Side(key, titles[key], view_of(studio, key))
    at = {name: following.as_table(since.get(name)) for name in sides}
    answer = {
        "choices": [list(one) for one in there],
        "sides": {name: told(side, at[name]) for name, side in sides.items()},
    }
    if len(sides) == 2:
        a, b = sides["a"], sides["b"]
        shown = [asdict(chart) for chart in charts(a.view, b.view)]
        answer |= {"charts": shown, "differs": table(a, b), "axis": axis_of(a.view, b.view),
                   "lengths": lengths(a.view, b.view)}  # fmt: skip
    parts = ("choices", "charts", "differs", "axis", "lengths")
    marked = following.marked({name: answer.pop(name) for name in parts if name in answer})
    have = following.as_table(asked.get("have"))
    return answer | {
        "both": len(sides) == 2,
        "parts": {name: one for name, one in marked.items() if one[0] != have.get(name)},
    }


def compared_pictures(studio: Studio, asked: dict) -> dict:
    """Pictures of a side's moments. Raises RunError."""
    return following.past(view_of(studio, str(asked.get("key"))), asked)


def choices(studio: Studio, runs: list[str], browser: str = "") -> list[tuple[str, str]]:
    """(key, title) of this browser's runs that are still known, the newest first, and of its kept ones."""
    views = []
    for run in dict.fromkeys(reversed(runs)):
        try:
            views.append(studio.runs.view(run))
        except RunError:
            continue
    kept = {view.saved.name for view in views if view.saved}
    models = [
        info
        for info in studio.with_history(browser)
        if info.name not in kept and not info.belongs.of_others(browser)
    ]
    return [(view.id, title(view, studio)) for view in views] + [
        (f"{KEPT}{info.name}", f"{info.title}, kept") for info in models
    ]


def found(studio: Studio, key: str, titles: dict[str, str]) -> str:
    """`key` if it is offered; of a kept model whose run is offered the run; else ""."""
    if key in titles:
        return key
    views = [studio.runs.view(run) for run in titles if not run.startswith(KEPT)]
    return next((view.id for view in views if view.saved and key == KEPT + view.saved.name), "")


def title(view: RunView, studio: Studio) -> str:
    """A run's name, where it comes from, and whether it still goes on."""
    words = [view.config.name]
    if view.parent:
        words.append(f"from {parent_name(view.parent, studio)} at step {view.forked_at:,}")
    words += {"waiting": ["waiting"], "running": ["running"]}.get(view.status, [])
    return ", ".join(words)


def parent_name(parent: str, studio: Studio) -> str:
    """Of a run by its id, or of a kept model."""
    try:
        return studio.runs.view(parent).config.name
    except RunError:
        pass
    try:
        return studio.info(parent).title
    except ValueError:
        return "a run that is gone"


def told(side: Side, since: dict) -> dict:
    """What is new of a side; `since` is that of another one if its key is another."""
    after = since.get("steps") or {} if since.get("key") == side.key else {}
    return {"key": side.key, "title": side.title, "live": not side.view.over,
            "points": run_plots.points(side.view, after)}  # fmt: skip


# Both in one plot


def axis_of(a: RunView, b: RunView) -> dict:
    """One axis for both; a side that has not begun yet does not pull its left end to 0."""
    begun = [run_plots.begun(view) for view in (a, b) if view.grids or view.progress]
    return {"start": min(begun, default=0.0), "end": max(map(until, (a, b)))}


def until(view: RunView) -> float:
    """Seconds of training where its curves end, or will end."""
    events = (*view.grids[-1:], *view.progress[-1:])
    return max(event.seconds for event in events) if view.over and events else run_plots.end(view)


def lengths(a: RunView, b: RunView) -> str:
    """How long each has trained, as far as it is, and what that means for their pictures."""
    if not a.grids or not b.grids:
        return ""
    (one, until_a), (other, until_b) = spent(a), spent(b)
    words = f"A: {one}. B: {other}."
    if abs(until_a - until_b) < NEAR or min(until_a, until_b) <= max(map(run_plots.begun, (a, b))):
        return words
    longer = "A" if until_a > until_b else "B"
    return (f"{words} Both are shown as they were after {min(until_a, until_b):.0f} s, each by its last "
            f"picture until then; move the slider on for what {longer} did later.")  # fmt: skip


def spent(view: RunView) -> tuple[str, float]:
    """Where a run stands, in words, and the seconds of training of its last picture."""
    events = (*view.grids[-1:], *view.progress[-1:])
    step, end = max(event.step for event in events), view.grids[-1].seconds
    return f"{end:.0f} s of training{'' if view.over else ' so far'}, {step:,} steps", end


def charts(a: RunView, b: RunView) -> list[Chart]:
    """Those that both have, each with a line for A and one for B."""
    of_b = {chart.term: chart for chart in run_plots.charts(b)}
    pairs = [(chart, of_b[chart.term]) for chart in run_plots.charts(a) if chart.term in of_b]
    return [both(one, other) for one, other in pairs if one.compares != "never" and both(one, other).lines]


def both(one: Chart, other: Chart) -> Chart:
    """A solid and B dashed; what the data come to is left out, and a band that holds for one alone."""
    lines = [line for line in one.lines if line.kind != "real"]
    pairs = tuple(of_side(line, side) for line in lines for side in "ab")
    return replace(one, lines=pairs, band=one.band if one.band == other.band else None, aside=None)


def of_side(line: Line, side: str) -> Line:
    kind = line.kind if side == "a" else f"{line.kind} other"
    return replace(line, name=f"{side.upper()} {line.name}", kind=kind, side=side)


# What sets them apart


def differences(a: TrainConfig, b: TrainConfig) -> list[tuple[str, object, object]]:
    """(field, of a, of b) for each that differs, those of the networks among them."""
    one, other = (vars(config) | knobs(config.model) for config in (a, b))
    return [(key, one.get(key), other.get(key)) for key in one | other
            if key not in NOT_COMPARED and one.get(key) != other.get(key)]  # fmt: skip


def configs(a: RunView, b: RunView) -> tuple[TrainConfig, TrainConfig]:
    """What both run by, or what both were asked for while one of them waits."""
    if a.started and b.started:
        return a.config_now, b.config_now
    return a.config, b.config


def field_name(key: str) -> str:
    if key in SETTINGS:
        return SETTINGS[key].label
    words = NAMES.get(key) or called(key)
    return words[0].upper() + words[1:]


def table(a: Side, b: Side) -> Markup:
    """The fields in which they differ, and only those."""
    rows = joined(
        html(
            "<tr><th scope=row>{}</th><td>{}</td><td>{}</td></tr>",
            field_name(key), spoken(one), spoken(other),
        )
        for key, one, other in differences(*configs(a.view, b.view))
    )  # fmt: skip
    if not rows:
        return html("<p>Both were started with the same settings.</p>")
    return html(
        "<table><thead><tr><th scope=col>What differs</th><th scope=col>A</th><th scope=col>B</th></tr>"
        "</thead><tbody>{}</tbody></table>",
        rows,
    )


# Layout


def skeleton() -> Markup:
    """Before its script has run; compare.js fills the parts."""

    def side(name: str, letter: str, line: str) -> Markup:
        return html("""<figure class="side"><label><b>{letter}</b> <small>{line} lines</small>
        <select data-side="{name}" aria-label="Run {letter}"></select></label>
        <p class="name" data-name="{name}"></p>
      <div class="frame"><img class="pixels" data-made="{name}" alt="" hidden>
        <p data-none="{name}">Nothing to see yet.</p></div>
      <figcaption data-when="{name}">&nbsp;</figcaption></figure>""",
            name=name, letter=letter, line=line,
        )  # fmt: skip

    return html("""<section class="compare" data-part="compare" aria-label="Fork and compare">
  <h2>Fork and compare</h2>
  <p class="about">Go back to a kept step, change one thing, and see what happens: the random numbers stay
  the same, so every difference comes from that one change.</p>
  <fieldset class="fork" data-part="fork" disabled>
    <label>Fork from <select data-fork="step" aria-label="Fork from step"></select></label>
    <label>with <select data-fork="change" aria-label="One change"></select></label>
    <label>for <input type="number" data-fork="seconds" value="120" min="1" step="1"
      aria-label="Seconds of the fork"> seconds</label>
    <label class="check"><input type="checkbox" data-fork="stop" checked> stop this run first</label>
    <button type="button" data-do="fork">Fork</button>
  </fieldset>
  <p class="said" role="alert" data-part="said"></p>
  <p class="empty" data-part="empty">{empty}</p>
  <div class="both" data-part="both" hidden>
    <div class="sides">{a}{b}</div>
    <div class="run-scrub"><button type="button" data-part="play" aria-label="Watch both" disabled>▶</button>
      <input type="range" data-part="scrub" min="0" max="1" value="1" step="any" disabled
        aria-label="Moment of both runs"><output data-part="count"></output></div>
    <p class="lengths" data-part="lengths"></p>
    <div class="differs" data-part="differs"></div>
    <div class="plots" data-part="plots"></div>
  </div>
</section>""",
        empty=EMPTY, a=side("a", "A", "solid"), b=side("b", "B", "dashed"),
    )  # fmt: skip


def layout(studio: Studio) -> gr.HTML:
    return scripted(
        "train/compare", compared, compared_pictures, studio=studio,
        html_template=skeleton(), elem_id="compare",
    )  # fmt: skip
