"""What the Train tab shows of a run: pure functions of its RunView, as HTML."""

from urllib.parse import urlencode

from gan.config import TrainConfig, is_own
from gan.recipes import RECIPES, recipe_config
from gan.runs.alarms import alarms, mended, share
from gan.runs.view import RunView
from gan.specs import grown
from gan.studio import DataInfo
from gan.ui.films import FORMATS
from gan.ui.markup import Markup, html, joined
from gan.ui.train import nearest, run_controls
from gan.ui.train import settings as train_settings
from gan.ui.train.plots import begun
from gan.ui.train.settings import SETTINGS, Group, Setting, spoken
from gan.words import percent

IDLE = html("Nothing is running yet. Choose data and a recipe, then press <b>Start</b>.")
READY = "Getting ready: reading the data and building both networks …"
KEEP_OPEN = html('<span class="mine">; keep this page open: closing it ends the run</span>.')
ANOTHER = " The alarm that stands now is about something else."
ALONE = {"D": " Only the discriminator trains.", "G": " Only the generator trains."}


FILMS = joined(
    html('<button type="button" data-film="{}">{}</button>', name, one.title) for name, one in FORMATS.items()
)


def skeleton() -> Markup:
    """The right-hand side before its script has run; train.js fills the parts."""
    return html("""<div class="run" data-part="run">
  <div data-part="head">{head}</div>
  <details class="run-settings"><summary>All settings of this run</summary>
    <div data-part="settings"></div></details>
  <button type="button" class="run-stop" data-part="stop" hidden>Stop</button>
  <div class="run-pictures">
    <figure class="made">
      <figcaption><b class="fake">◆ Generated</b> <span data-part="when">samples</span></figcaption>
      <div class="frame"><img class="pixels" data-part="made" alt="" hidden>
        <p data-part="nothing">The generator's images appear here, about once a second: the same noise, or
        the same sources, each time, so that you see each image grow.</p></div></figure>
    <div class="there">
      <figure>
        <figcaption><b class="real">● Real</b> <span data-part="data">what it learns from</span></figcaption>
        <div class="frame"><img class="pixels" data-part="real" alt="Real images" hidden></div></figure>
      <div class="alarms" data-part="alarms" aria-live="polite" aria-label="Alarms"></div>
    </div>
  </div>
  <div class="run-scrub"><button type="button" data-part="play" aria-label="Watch again" disabled>▶</button>
    <input type="range" data-part="scrub" min="0" max="0" value="0" step="1" disabled
      aria-label="Moment of the run"><output data-part="count"></output></div>
  {controls}
  <div class="run-words"><p data-part="remark"></p><p data-part="measured"></p></div>
  {nearest}
  <div class="plots" data-part="plots"></div>
  <div class="run-saves" data-part="saves" hidden>
    <button type="button" data-do="numbers">Save the numbers (CSV)</button>
    <span>Save the film: {films}</span></div>
</div>""",
        head=head(None), controls=run_controls.row(), nearest=nearest.place(), films=FILMS,
    )  # fmt: skip


def head(view: RunView | None, wait: str = "") -> Markup:
    """How far the run is, in a sentence, a bar and a line of facts."""
    return html(
        '<p class="run-state is-{status}" role="status">{state}</p>'
        '<div class="bar" role="progressbar" aria-label="Progress of the run" aria-valuenow="{percent:.0f}">'
        '<i style="width:{percent:.1f}%"></i></div><p class="run-facts">{facts}</p>{mends}{asked}',
        status=view.status if view else "idle",
        state=state(view, wait),
        percent=100 * done(view),
        facts=facts(view),
        mends=mending(view),
        asked=this_run(view),
    )


def state(view: RunView | None, wait: str = "") -> str:
    """`wait` is `about` how long it is until the run begins."""
    if view is None:
        return IDLE
    if view.status == "waiting":
        behind = ", behind the run that it comes from" if view.place == 1 and view.parent else ""
        begins = f"Waiting in the queue: place {view.place}{behind}. It starts by itself {wait}"
        return begins.rstrip() + KEEP_OPEN
    if view.over:
        return view.message + model_link(view)
    if not view.training:
        return f"{view.message} Keeping the model …"
    if view.message:
        return view.message
    if not view.started:
        return READY
    if view.control.paused:
        return f"{paused(view)}{ALONE.get(view.control.only, '')}"
    slowly = f" Slow motion: {view.control.delay:g} s a step." if view.control.delay else ""
    soon = f" It ends itself once it shows {view.fails}." if view.fails else ""
    return f"Training: about {time_left(view)} left.{soon}{ALONE.get(view.control.only, '')}{slowly}"


def about(seconds: float) -> str:
    """When something comes: in steps that a reader can live with, so that the words rest."""
    if seconds < 10:
        return "in a few seconds"
    if seconds < 95:
        return f"in about {10 * round(seconds / 10)} seconds"
    return f"in about {round(seconds / 60)} minutes"


def paused(view: RunView) -> str:
    return "Pausing …" if view.paused_at is None else f"Paused at step {view.paused_at:,}."


def model_link(view: RunView) -> Markup:
    if not view.saved:
        return Markup()
    if view.config.translates:
        there = urlencode({"tab": "translate", "translator": view.saved.name})
        return html(' <a href="?{}">Open it in Translate</a>', there)
    ended = html(' · <a href="?{}">Its last step</a>', urlencode({"model": view.saved.last}))
    return html(
        ' <a href="?{}">Open it in Explore</a>{}',
        urlencode({"model": view.saved.name}),
        ended if view.saved.last else "",
    )


def done(view: RunView | None) -> float:
    """The share of the run's time that is used, 0 to 1."""
    if view is None or not view.started:
        return 0.0
    if view.status == "finished":
        return 1.0
    return min(1.0, (seconds(view) - begun(view)) / max(view.span - begun(view), 1e-9))


def seconds(view: RunView) -> float:
    """Spent training so far."""
    return max((event.seconds for event in (*view.progress[-1:], *view.grids[-1:])), default=0.0)


def time_left(view: RunView) -> str:
    """By the clock on the wall; a run's own stands still while it waits between slow steps."""
    left, step = max(0.0, view.span - seconds(view)), view.seconds_a_step
    if view.control.delay and step:
        left *= 1 + view.control.delay / step
    return f"{left:.0f} s" if left < 90 else f"{left / 60:.1f} min"


def mending(view: RunView | None) -> Markup | str:
    """Of a fork by a cure: what it is to mend, and whether it has."""
    if view is None or not view.mends:
        return ""
    mends, now = view.mends, measured_beside(view)
    if mended(view):
        return html(
            '<p class="run-mends"><b>Mended:</b> {} in {}, by “{}”: {}.{}</p>',
            mends.fault, mends.run, mends.cure, now, ANOTHER if alarms(view) else "",
        )  # fmt: skip
    was, end = ("was to mend", f" At its end: {now}." if now else "") if view.over else ("mending", "")
    return html(
        '<p class="run-mends"><b>{}</b>: {} {} in {}.{}</p>', mends.cure, was, mends.fault, mends.run, end
    )


def measured_beside(view: RunView) -> str:
    """Near-duplicates and variety now, and what they were in the run that it mends."""
    mends, words = view.mends, []
    if mends.duplicates is not None and view.measured:
        now = percent(view.measured[-1].duplicates)
        words.append(f"near-duplicates {now} instead of {percent(mends.duplicates)}")
    if mends.variety is not None and view.grids and view.started:
        now, before = percent(share(view, view.grids[-1])), percent(mends.variety)
        words.append(f"samples {now} as varied as the data instead of {before}")
    return ", ".join(words)


def this_run(view: RunView | None) -> Markup | str:
    """What was asked for, which the form beside it need not say any more, and the way to what it left."""
    if view is None:
        return ""
    config = view.config
    title = RECIPES[config.recipe].title if config.recipe in RECIPES else config.recipe
    words = [f"This run: {title}", f"{config.seconds:g} s", *changes(config), *turned(view)]
    closing = html(' <span class="mine">Closing this page ends it.</span>')
    parent = html(' <button type="button" data-do="to compare">Compare it with the previous run</button>')
    return html(
        '<p class="run-asked{}">{}.{}{}{}</p>',
        " is-own" if by_itself(view) else "",
        ", ".join(words),
        by_itself(view),
        closing if view.status == "running" else "",
        parent if view.parent else "",
    )


def by_itself(view: RunView) -> str:
    """Where the form had no say in these settings."""
    if view.fails:
        return f" These settings are those of “Show me {view.fails}”, not the form’s."
    if view.mends:
        return " These are the settings of the run before, with that one changed, not the form’s."
    return " These are the settings of the run that it goes on from, not the form’s." if view.parent else ""


def all_settings(view: RunView) -> Markup:
    """Every setting with its value, the rates as they are now: a table for each group."""
    values = train_settings.shown(view.config_now)
    return joined(_settings_of(group, values) for group in train_settings.GROUPS)


def _settings_of(group: Group, values: dict) -> Markup:
    rows = joined(
        html("<tr><th scope='row'>{}</th><td>{}</td></tr>", one.label, named(one, values[one.key]))
        for one in group.settings
        if one.key in values
    )
    return html("<table><caption>{}</caption><tbody>{}</tbody></table>", group.title, rows)


def named(setting: Setting, value) -> str:
    """A value as the form calls it."""
    if setting.kind not in ("choice", "several"):
        return spoken(value)
    words = {choice: title for title, choice in setting.options}
    if setting.kind == "several":
        return ", ".join(words[one] for one in value) or "none"
    return words.get(value) or spoken(value)


def changes(config: TrainConfig) -> list[str]:
    """The settings that are not the recipe's own, as the form calls them."""
    if config.recipe not in RECIPES:
        return []
    size = {"image_size": config.model.image_size, "channels": config.model.channels}
    asked, usual = (train_settings.shown(one) for one in (config, recipe_config(config.recipe, size)))
    return [
        f"{SETTINGS[key].label}: {spoken(asked[key])}"
        for key in asked
        if asked[key] != usual.get(key) and key not in ("label", "precision")
    ]


def turned(view: RunView) -> list[str]:
    """The rates that were set by hand while it went."""
    asked, now = (train_settings.shown(one) for one in (view.config, view.config_now))
    rates = [key for key in ("g_lr", "d_lr") if asked[key] != now[key]]
    return [f"{SETTINGS[key].label} by hand: {spoken(now[key])}" for key in rates]


def facts(view: RunView | None) -> Markup:
    """Name, speed and how much was seen; a space that keeps its height while there is nothing to say."""
    if view is None:
        return html("&nbsp;")
    words = [view.config.name, view.config.recipe]
    if view.started:
        began = view.started
        words += [data_title(view), f"{began.images:,} images to train on", f"on {began.config.device}"]
    if view.progress:
        now = view.progress[-1]
        words += [f"step {now.step:,}", f"{now.images_seen:,} images seen"]
        words += stage(now.images_seen, view) if view.started else []
        full = view.training and not view.control.paused and not view.control.delay  # speed
        words += [html("<b>{:,.0f} images a second</b>", now.images_per_second)] if full else []
    return joined(words, " · ")


def stage(seen: int, view: RunView) -> list[str]:
    """Where a run is that changes on its way: the level of a growing one, the stage of super-resolution."""
    config = view.started.config
    if growth := getattr(config.model.generator, "growth_images", 0):
        side, levels = config.model.grid_size, (config.model.grid_size - 1).bit_length() - 1
        level, alpha = grown(seen, growth, levels)
        now = min(side, 4 << level)
        fading = f", {percent(alpha)} faded in (α = {alpha:.2f})" if alpha < 1 else ""
        return [f"level {level + 1} of {levels}: {now} × {now} pixels{fading}"]
    if seen < config.gan_after and config.has_source:
        return [f"learns from the answers alone until {config.gan_after:,} images, then from D too"]
    return []


def data_title(view: RunView) -> str:
    return "own images" if is_own(view.config.data) else view.started.data


def real_words(view: RunView) -> str:
    what = "what it learnt from" if view.over else "what it learns from"
    if view.config.has_source:
        what = "held-out sources, each beside its true answer"
    if view.config.has_sides:
        what = "held-out sources, all of one side"
    if view.started and len(getattr(view.started.config.model.given, "labels", ())) > 1:
        what += "; each has its sample’s labels"
    return f"{data_title(view)}: {what}" if view.started else what


def data_words(info: DataInfo) -> Markup:
    """One line about a data set below its picker."""
    grey = ", grey" if info.channels == 1 else ""
    size = f"{info.count:,} images, {info.image_size} × {info.image_size}{grey}"
    later = "" if info.bundled else " Downloaded when the run starts, which takes a while the first time."
    return html('<p class="train-about">{} {}. Licence: {}.{}</p>', info.about, size, info.licence, later)
