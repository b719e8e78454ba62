"""What the Train tab shows of a run: pure functions of its RunView, as HTML."""

from html import escape
from urllib.parse import urlencode

from gan.alarms import recovering
from gan.config import TrainConfig, is_own
from gan.recipes import RECIPES, recipe_config
from gan.run_view import RunView
from gan.studio import DataInfo
from gan.ui import nearest, run_controls, train_settings
from gan.ui.run_plots import begun, distance, has_classifier
from gan.ui.train_settings import SETTINGS, spoken
from gan.words import percent

RECENT = 12  # Progress events, some seconds: what a remark about the present is made from
IDLE = "Nothing is running yet. Choose data and a recipe, then press <b>Start</b>."
READY = "Getting ready: reading the data and building both networks …"
KEEP_OPEN = "; keep this page open: closing it ends the run."
FEW = 3  # values of a label column that are named
ALONE_REMARKS = {
    "D": "Only the discriminator trains, and is right {0} of the time: the generator stands still and cannot "
    "answer. Let both train again before it is too far ahead.",
    "G": "Only the generator trains, against a discriminator that stands still: it soon finds a few images "
    "that fool it, and repeats them (mode collapse). The samples are {1} as varied as the data.",
}
ALONE = {"D": " Only the discriminator trains.", "G": " Only the generator trains."}


def skeleton() -> str:
    """The right-hand side before its script has run; train.js fills the parts."""
    return f"""<div class="run" data-part="run">
  <div data-part="head">{head(None)}</div>
  <button type="button" class="run-stop" data-part="stop" hidden>Stop</button>
  <div class="run-pictures">
    <figure class="made">
      <figcaption><b class="fake">◆ Generated</b> <span data-part="when">from fixed noise</span></figcaption>
      <div class="frame"><img class="pixels" data-part="made" alt="" hidden>
        <p data-part="nothing">The generator's images appear here, about once a second: the same noise each
        time, so that you see each image grow.</p></div></figure>
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
  {run_controls.row()}
  <div class="run-words"><p data-part="remark"></p><p data-part="measured"></p></div>
  {nearest.place()}
  <div class="plots" data-part="plots"></div>
  <button type="button" class="run-numbers" data-do="numbers" hidden>Save the numbers (CSV)</button>
</div>"""


def head(view: RunView | None, wait: str = "") -> str:
    """How far the run is, in a sentence, a bar and a line of facts."""
    status, percent = view.status if view else "idle", 100 * done(view)
    return (
        f'<p class="run-state is-{status}" role="status">{state(view, wait)}</p>'
        f'<div class="bar" role="progressbar" aria-label="Progress of the run" aria-valuenow="{percent:.0f}">'
        f'<i style="width:{percent:.1f}%"></i></div><p class="run-facts">{facts(view)}</p>{this_run(view)}'
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
        return f"{escape(view.message)}{explore_link(view)}"
    if not view.training:
        return f"{escape(view.message)} Keeping the model …"
    if view.message:
        return escape(view.message)
    if not view.started:
        return READY
    if view.control.paused:
        return f"{paused(view)}{ALONE.get(view.control.only, '')}"
    slowly = f" Slow motion: {view.control.delay:g} s a step." if view.control.delay else ""
    return f"Training: about {time_left(view)} left.{ALONE.get(view.control.only, '')}{slowly}"


def about(seconds: float) -> str:
    """When something comes: in steps that a reader can live with, so that the words rest."""
    if seconds < 10:
        return "in a few seconds"
    if seconds < 95:
        return f"in about {10 * round(seconds / 10)} seconds"
    return f"in about {round(seconds / 60)} minutes"


def paused(view: RunView) -> str:
    return "Pausing …" if view.paused_at is None else f"Paused at step {view.paused_at:,}."


def explore_link(view: RunView) -> str:
    if not view.saved:
        return ""
    return f' <a href="?{escape(urlencode({"model": view.saved.name}))}">Open it in Explore</a>'


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
    left = max(0.0, view.span - seconds(view))
    return f"{left:.0f} s" if left < 90 else f"{left / 60:.1f} min"


def this_run(view: RunView | None) -> str:
    """What was asked for, which the form beside it need not say any more, and the way to what it left."""
    if view is None:
        return ""
    config = view.config
    title = RECIPES[config.recipe].title if config.recipe in RECIPES else config.recipe
    words = [f"This run: {title}", f"{config.seconds:g} s", *changes(config)]
    closing = " Closing this page ends it." if view.status == "running" else ""
    parent = ' <button type="button" data-do="to compare">Compare it with the run before</button>'
    return f'<p class="run-asked">{escape(", ".join(words))}.{closing}{parent if view.parent else ""}</p>'


def changes(config: TrainConfig) -> list[str]:
    """The settings that are not the recipe's own, as the form calls them."""
    if config.recipe not in RECIPES:
        return []
    size = {"image_size": config.model.image_size, "channels": config.model.channels}
    asked, usual = (train_settings.shown(one) for one in (config, recipe_config(config.recipe, size)))
    return [f"{SETTINGS[key].label}: {spoken(asked[key])}" for key in asked
            if asked[key] != usual[key] and key not in ("label", "precision")]


def facts(view: RunView | None) -> str:
    """Name, speed and how much was seen; a space that keeps its height while there is nothing to say."""
    if view is None:
        return "&nbsp;"
    words = [escape(view.config.name), escape(view.config.recipe)]
    if view.started:
        words += [escape(data_title(view)), f"{view.started.images:,} images", f"on {view.started.device}"]
    if view.progress:
        now = view.progress[-1]
        words += [f"step {now.step:,}", f"{now.images_seen:,} images seen"]
        words += [f"<b>{now.images_per_second:,.0f} images a second</b>"] if view.training else []
    return " · ".join(words)


def remark(view: RunView | None) -> str:
    """What the numbers of the last seconds mean, in plain words."""
    if view is None or not view.started or len(view.progress) < 3 or not view.grids:
        return ""
    share = variety_share(view)
    if only := view.control.only:
        return ALONE_REMARKS[only].format(percent(recent(view, "d_accuracy")), percent(share))
    if recovering(view) and not view.over:
        return (
            f"Still recovering: the samples are {percent(share)} as varied as the data. That takes a while; "
            "if they go on looking alike, an alarm will say so."
        )
    if share < 0.5:
        alike = f"The samples are only {percent(share)} as varied as the data: they look alike."
        if view.over:
            return f"{alike} The generator has found a few images that work (mode collapse), or had no time."
        return (
            f"{alike} Early on that passes; if it stays, the generator has found a few images that work "
            "(mode collapse)."
        )
    if view.config.loss == "wasserstein":
        return critic_remark(view)
    return contest_remark(recent(view, "d_accuracy"), bool(view.config.r1_gamma), view.over)


def contest_remark(accuracy: float, gentle: bool, over: bool = False) -> str:
    """What it means that D is right so often; `gentle`: a penalty holds its slope down."""
    right = f"The discriminator is right {percent(accuracy)} of the time"
    if accuracy > 0.7 and gentle:
        return (
            f"{right}, as it usually is with this recipe: its gradient penalty keeps it gentle, so that the "
            "generator goes on learning. Watch the images."
        )
    if over and accuracy > 0.7:
        return f"{right} in the end: the generator had fallen behind. A smaller learning rate for D may help."
    if accuracy > 0.9:
        return (
            f"{right}: the generator has fallen behind. Early on that passes; if it stays, try a smaller "
            "learning rate for the discriminator."
        )
    if accuracy > 0.7:
        return f"{right}: it is ahead, as it often is early on."
    return f"A fair contest: the discriminator is right {percent(accuracy)} of the time."


def critic_remark(view: RunView) -> str:
    """A critic has no accuracy: what its estimate does is what can be said."""
    points = running_mean([distance(event) for event in view.progress])
    now, before = points[-1], max(points)
    if now < 0.7 * before:
        return (
            f"The critic puts the two {now:.3g} apart, {before:.3g} at most so far: the estimate falls, so "
            "the samples come nearer to the data."
        )
    return (
        f"The critic puts the two {now:.3g} apart. Early on the estimate rises while the critic learns; then "
        "it should fall."
    )


def running_mean(values: list[float], over: int = 4) -> list[float]:
    """As the curves are drawn: a quarter of a second holds few steps, and jumps."""
    windows = [values[max(0, at - over + 1) : at + 1] for at in range(len(values))]
    return [sum(window) / len(window) for window in windows]


def kept_words(view: RunView | None) -> str:
    """Which step is kept, where that is the best and not the last."""
    if view is None or not view.saved or not view.saved.best:
        return ""
    return (
        f"The model that is kept is that of step {view.saved.best:,}, the best by Fréchet distance so far, "
        f"and not the last (step {view.saved.step:,})."
    )


def measured_words(view: RunView | None) -> str:
    """The last measure in words: twins, values of the data that are missing, which model is kept."""
    if view is None or not view.measured:
        return kept_words(view)
    now = view.measured[-1]
    words = [f"Of {now.images:,} samples {percent(now.duplicates)} have a near-twin among them."]
    if now.lost:
        words.append(lost_words(now.lost))
    elif now.frechet is not None:
        words.append("No label of the data has lost a value.")
    elif has_classifier(view):
        words.append("Distances need a classifier, which comes with the bundled data alone.")
    else:
        words.append("Distances need a classifier of the data, which own images do not have.")
    return " ".join(filter(None, (*words, kept_words(view))))


def lost_words(lost: dict[str, tuple[str, ...]]) -> str:
    """Values that the data have and the samples do not show, the first few of each column."""
    columns = []
    for column, values in lost.items():
        more = f" and {len(values) - FEW} more" if len(values) > FEW else ""
        columns.append(f"{column.replace('_', ' ')}: {', '.join(values[:FEW])}{more}")
    return f"<b>Values that are lost:</b> {escape('; '.join(columns))}."


def variety_share(view: RunView) -> float:
    return view.grids[-1].variety / max(view.started.data_variety, 1e-6)


def recent(view: RunView, name: str) -> float:
    """The mean of one fact over the last seconds."""
    last = view.progress[-RECENT:]
    return sum(getattr(event, name) for event in last) / len(last)


def data_title(view: RunView) -> str:
    return "own images" if is_own(view.config.data) else view.started.data


def real_words(view: RunView) -> str:
    return f"{data_title(view)}: what it learns from" if view.started else "what it learns from"


def data_words(info: DataInfo) -> str:
    """One line about a data set below its picker."""
    grey = ", grey" if info.channels == 1 else ""
    size = f"{info.count:,} images, {info.image_size} × {info.image_size}{grey}"
    later = "" if info.bundled else " Downloaded when the run starts, which takes a while the first time."
    return f'<p class="train-about">{escape(info.about)} {size}. Licence: {escape(info.licence)}.{later}</p>'
