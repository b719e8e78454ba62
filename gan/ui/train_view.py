"""What the Train tab shows of a run: pure functions of its RunView, as HTML."""

from html import escape
from urllib.parse import urlencode

from gan.events import Progress
from gan.run_view import RunView
from gan.studio import DataInfo, Intake
from gan.ui.plots import Line, Plot, svg

RECENT = 12  # Progress events, some seconds: what a remark about the present is made from
IDLE = "Nothing is running yet. Choose data and a recipe, then press <b>Start</b>."
READY = "Getting ready: reading the data and building both networks …"
HEALTHY = (0.5, 0.7, "healthy: 50–70 %")


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
    <figure class="there">
      <figcaption><b class="real">● Real</b> <span data-part="data">what it learns from</span></figcaption>
      <div class="frame"><img class="pixels" data-part="real" alt="Real images" hidden></div></figure>
  </div>
  <div class="run-scrub"><button type="button" data-part="play" aria-label="Watch again" disabled>▶</button>
    <input type="range" data-part="scrub" min="0" max="0" value="0" step="1" disabled
      aria-label="Moment of the run"><output data-part="count"></output></div>
  <p class="run-remark" data-part="remark"></p>
  <div class="plots" data-part="plots">{plots(None)}</div>
</div>"""


def head(view: RunView | None) -> str:
    """How far the run is, in a sentence, a bar and a line of facts."""
    status, percent = view.status if view else "idle", 100 * done(view)
    return (
        f'<p class="run-state is-{status}" role="status">{state(view)}</p>'
        f'<div class="bar" role="progressbar" aria-label="Progress of the run" aria-valuenow="{percent:.0f}">'
        f'<i style="width:{percent:.1f}%"></i></div><p class="run-facts">{facts(view)}</p>'
    )


def state(view: RunView | None) -> str:
    if view is None:
        return IDLE
    if view.status == "waiting":
        return f"Waiting in line: place {view.place}. It starts by itself; keep this page open."
    if view.over:
        return f"{escape(view.message)}{explore_link(view)}"
    if not view.training:
        return f"{escape(view.message)} Keeping the model …"
    if view.message:
        return escape(view.message)
    if not view.started:
        return READY
    return f"Training: about {time_left(view)} left."


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
    return min(1.0, seconds(view) / view.config.seconds)


def seconds(view: RunView) -> float:
    """Spent training so far."""
    return max((event.seconds for event in (*view.progress[-1:], *view.grids[-1:])), default=0.0)


def time_left(view: RunView) -> str:
    left = max(0.0, view.config.seconds - seconds(view))
    return f"{left:.0f} s" if left < 90 else f"{left / 60:.1f} min"


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
    if (share := variety_share(view)) < 0.5:
        return (
            f"The samples are only {share:.0%} as varied as the data: they look alike. Early on that passes; "
            "if it stays, the generator has found a few images that work (mode collapse)."
        )
    accuracy = recent(view, "d_accuracy")
    if accuracy > 0.7 and view.config.r1_gamma:
        return (
            f"The discriminator is right {accuracy:.0%} of the time, which is usual with this recipe: its "
            "gradient penalty keeps it gentle, so that the generator goes on learning. Watch the images."
        )
    if accuracy > 0.9:
        return (
            f"The discriminator is right {accuracy:.0%} of the time: the generator has fallen behind. "
            "Early on that passes; if it stays, try a smaller learning rate for the discriminator."
        )
    if accuracy > 0.7:
        return f"The discriminator is right {accuracy:.0%} of the time: it is ahead, as it often is early on."
    return f"A fair contest: the discriminator is right {accuracy:.0%} of the time."


def variety_share(view: RunView) -> float:
    return view.grids[-1].variety / max(view.started.data_variety, 1e-6)


def recent(view: RunView, name: str) -> float:
    """The mean of one fact over the last seconds."""
    last = view.progress[-RECENT:]
    return sum(getattr(event, name) for event in last) / len(last)


def plots(view: RunView | None) -> str:
    """Four plots over the time of the run."""
    return "".join(svg(plot) for plot in run_plots(view))


def run_plots(view: RunView | None) -> list[Plot]:
    progress = view.progress if view else ()
    span = view.config.seconds if view else 120.0

    def line(name: str, kind: str, fact: str) -> Line:
        return Line(name, kind, smooth(progress, fact))

    return [
        Plot(
            "How often the discriminator is right", "accuracy",
            "Share of real and generated images on the right side of logit 0; for a paired loss, of pairs in "
            "which the real one has the higher logit. At 50 % it guesses; at 100 % the generator is behind.",
            (line("Accuracy", "judge", "d_accuracy"),), span, (0.0, 1.0), HEALTHY, percent=True,
        ),
        Plot(
            "How varied the samples are", "mean pairwise distance",
            "Mean over all pairs of the root mean square difference of their values, from 0, all alike, to "
            "2. Samples far below the data's line look alike.",
            variety_lines(view), span,
        ),
        Plot(
            "What the discriminator says", "mean logit",
            "Its mean score of the real and of the generated images of a batch. Above 0 means real; for a "
            "paired loss only the difference of the two means anything.",
            (line("● Real", "real", "real_logit"), line("◆ Generated", "fake", "fake_logit")), span,
        ),
        Plot(
            "What each of them is losing", "losses",
            "What each network tries to make small, averaged over the steps between two points. They work "
            "against each other, so a falling loss proves nothing by itself.",
            (line("Discriminator", "judge", "d_loss"), line("◆ Generator", "fake", "g_loss")), span,
        ),
    ]  # fmt: skip


def variety_lines(view: RunView | None) -> tuple[Line, ...]:
    grids = view.grids if view else ()
    data = view.started.data_variety if view and view.started else None
    level = [] if data is None else [(0.0, data), (view.config.seconds, data)]
    samples = [(event.seconds, event.variety) for event in grids]
    return Line("● Data", "real", level), Line("◆ Samples", "fake", samples)


def smooth(progress: tuple[Progress, ...], fact: str, over: int = 4) -> list[tuple[float, float]]:
    """(seconds, running mean of the fact): a quarter of a second holds few steps, and jumps."""
    points, window = [], []
    for event in progress:
        window = [*window[1 - over :], getattr(event, fact)]
        points.append((event.seconds, sum(window) / len(window)))
    return points


def data_title(view: RunView) -> str:
    return "own images" if view.config.data.endswith(".npz") else view.started.data


def real_words(view: RunView) -> str:
    return f"{data_title(view)}: what it learns from" if view.started else "what it learns from"


def data_words(info: DataInfo) -> str:
    """One line about a data set below its picker."""
    grey = ", grey" if info.channels == 1 else ""
    size = f"{info.count:,} images, {info.image_size} × {info.image_size}{grey}"
    later = "" if info.bundled else " Downloaded when the run starts, which takes a while the first time."
    return f'<p class="train-about">{escape(info.about)} {size}. Licence: {escape(info.licence)}.{later}</p>'


def intake_words(intake: Intake) -> str:
    """What became of an upload: how many images, and every skipped file by its name."""
    words = f"<p><b>{intake.count:,} images are ready.</b>"
    if intake.duplicates:
        words += f" {intake.duplicates:,} were the same as another and left out."
    words += "</p>"
    if not intake.skipped:
        return f'<div class="train-intake" role="status">{words}</div>'
    rows = "".join(f"<li>{escape(sentence)}</li>" for _, sentence in intake.skipped[:100])
    rest = len(intake.skipped) - 100
    more = f"<li>and {rest:,} more</li>" if rest > 0 else ""
    return (
        f'<div class="train-intake" role="status">{words}<details open>'
        f"<summary>{len(intake.skipped):,} skipped</summary><ul>{rows}{more}</ul></details></div>"
    )


def refusal_words(error: ValueError) -> str:
    """Why an upload was refused."""
    return f'<div class="train-intake refused" role="alert"><p>{escape(str(error))}</p></div>'
