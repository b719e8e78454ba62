"""The curves of a run: pure functions of its RunView, from events to plots."""

from gan.events import Measured, Progress
from gan.run_view import RunView
from gan.ui.plots import Line, Plot, svg
from gan.words import percent

HEALTHY = (0.5, 0.7, f"healthy: 50–{percent(0.7)}")
ALWAYS_RIGHT = (
    "Share of real and generated images on the right side of logit 0; for a paired loss, of pairs in which "
    f"the real one has the higher logit. At {percent(0.5)} it guesses; at {percent(1)} the generator is "
    "behind."
)
CRITIC = (
    "The critic's mean score of real images less that of generated ones: an estimate of how far apart the "
    "two are (the Wasserstein distance), {bound}. It should fall as the images get better. A critic does not "
    "judge right or wrong."
)
FRECHET = "Fréchet distance in the bundled classifier's features"
BOUNDS = {
    "gp": "as far as the penalty holds the critic's slope at 1",
    "clip": "up to a factor, the critic's Lipschitz constant, which clipping its weights leaves unknown",
    "else": "up to a factor, the critic's Lipschitz constant",
}


def plots(view: RunView | None) -> str:
    """All plots over the time of the run."""
    return "".join(svg(plot) for plot in run_plots(view))


def run_plots(view: RunView | None) -> list[Plot]:
    progress = view.progress if view else ()
    axis = {"start": begun(view), "seconds": end(view)}

    def line(name: str, kind: str, fact: str) -> Line:
        return Line(name, kind, smooth(progress, fact))

    return [
        contest(view, axis),
        Plot(
            "How varied the samples are", "mean pairwise distance",
            "Mean over all pairs of the root mean square difference of their values, from 0, all alike, to "
            "2. Samples far below the data's line look alike.",
            variety_lines(view), **axis,
        ),
        Plot(
            "What the discriminator says", "mean logit",
            "Its mean score of the real and of the generated images of a batch. Above 0 means real; for a "
            "paired loss, or for a critic, only the difference of the two means anything.",
            (line("● Real", "real", "real_logit"), line("◆ Generated", "fake", "fake_logit")), **axis,
        ),
        Plot(
            "What each of them is losing", "losses",
            "What each network tries to make small, averaged over the steps between two points. They work "
            "against each other, so a falling loss proves nothing by itself.",
            (line("Discriminator", "judge", "d_loss"), line("◆ Generator", "fake", "g_loss")), **axis,
        ),
        *(measured_plots(view, axis) if has_classifier(view) else ()),
        Plot(
            "How often samples repeat each other", "share of near-duplicates",
            "The share of samples with a near-twin among them: nearer than all but the nearest hundredth of "
            "real images are to each other, in copies of 16 × 16 pixels. Real images have about "
            f"{percent(0.01)}.",
            (Line("◆ With a twin", "fake", facts(view.measured if view else (), "duplicates"), dots=True),),
            range=(0.0, 1.0), percent=True, **axis,
        ),
    ]  # fmt: skip


def contest(view: RunView | None, axis: dict) -> Plot:
    """How the discriminator does; a critic, which does not judge, gets what it estimates instead."""
    progress = view.progress if view else ()
    if view and view.config.loss == "wasserstein":
        return Plot("The critic's estimate of the distance", "mean real − generated logit",
                    critic_words(view), (Line("Estimate", "judge", distance(progress)),), **axis)
    return Plot("How often the discriminator is right", "accuracy", ALWAYS_RIGHT,
                (Line("Accuracy", "judge", smooth(progress, "d_accuracy")),), range=(0.0, 1.0), band=HEALTHY,
                percent=True, **axis)


def measured_plots(view: RunView | None, axis: dict) -> list[Plot]:
    measured = view.measured if view else ()
    kernel = next((event.kernel for event in measured[::-1] if event.kernel is not None), None)

    def line(name: str, kind: str, fact: str) -> Line:
        return Line(name, kind, facts(measured, fact), dots=True)

    count = f"{view.config.measure_images:,}" if view else "some"
    return [
        Plot(
            "How far the samples are from the data", FRECHET,
            f"The distance between held-out real images and {count} samples, each taken as a normal "
            "distribution in the features of a small classifier of this data: lower is better. Few samples "
            "make it too large, so compare it within runs only; it is no Inception FID. Beside it the kernel "
            "distance (unbiased squared MMD with a cubic kernel) in the same features, about 0 where the two "
            "are the same. As many training images as samples would come down to the blue line.",
            (line("● Real images", "real", "reachable"), line("◆ Samples", "fake", "frechet")), **axis,
            aside="kernel distance " + ("–" if kernel is None else f"{kernel:.3g}".replace("-", "−")),
        ),
        Plot(
            "How much of the data is there", "coverage and density",
            "Coverage: the share of held-out real images with a sample nearby. Density: in how many real "
            "images' neighbourhoods a sample lies, in parts of what real images would; 1 is right, and a "
            "generator that repeats one good image can exceed it.",
            (line("◆ Coverage", "fake", "coverage"), line("Density (1 is right)", "judge", "density")),
            **axis,
        ),
        Plot(
            "Where samples and data overlap", "precision and recall",
            "Precision: the share of samples that lie where real images lie. Recall: the share of real "
            "images that lie where samples lie. Grey mush can have all precision, and so can one good image "
            "again and again: only both together tell anything.",
            (line("◆ Precision", "fake", "precision"), line("Recall", "judge", "recall")), range=(0.0, 1.0),
            percent=True, aside="high precision alone proves nothing", **axis,
        ),
    ]  # fmt: skip


def has_classifier(view: RunView | None) -> bool:
    """Own images have none; of downloaded data it shows with the first measure, and the plots stay empty."""
    return view is None or not view.config.data.endswith(".npz")


def critic_words(view: RunView) -> str:
    bound = "gp" if view.config.gp_lambda else "clip" if view.config.clip else "else"
    return CRITIC.format(bound=BOUNDS[bound])


def variety_lines(view: RunView | None) -> tuple[Line, ...]:
    grids = view.grids if view else ()
    data = view.started.data_variety if view and view.started else None
    level = [] if data is None else [(begun(view), data), (end(view), data)]
    samples = [(event.seconds, event.variety) for event in grids]
    return Line("● Data", "real", level), Line("◆ Samples", "fake", samples)


def begun(view: RunView | None) -> float:
    """Seconds of training at its start: of a fork or of a run that goes on not 0."""
    events = (*view.grids[:1], *view.progress[:1]) if view else ()
    return min((event.seconds for event in events), default=0.0)


def end(view: RunView | None) -> float:
    return max(view.span, begun(view) + 1e-3) if view else 120.0


def facts(measured: tuple[Measured, ...], fact: str) -> list[tuple[float, float]]:
    """(seconds, fact) of the measures that have it."""
    return [(e.seconds, getattr(e, fact)) for e in measured if getattr(e, fact) is not None]


def smooth(progress: tuple[Progress, ...], fact: str, over: int = 4) -> list[tuple[float, float]]:
    """(seconds, running mean of the fact): a quarter of a second holds few steps, and jumps."""
    return _running_mean([(event.seconds, getattr(event, fact)) for event in progress], over)


def distance(progress: tuple[Progress, ...]) -> list[tuple[float, float]]:
    """(seconds, the critic's estimate), smoothed alike."""
    return _running_mean([(event.seconds, event.real_logit - event.fake_logit) for event in progress], 4)


def _running_mean(points: list[tuple[float, float]], over: int) -> list[tuple[float, float]]:
    means, window = [], []
    for at, value in points:
        window = [*window[1 - over :], value]
        means.append((at, sum(window) / len(window)))
    return means
