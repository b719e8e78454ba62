"""The charts of a run: what each one shows and means. chart.js draws them from the numbers of the events."""

from dataclasses import dataclass
from math import isfinite

from gan.config import TrainConfig, is_own
from gan.events import Grid, Measured, Progress
from gan.measure.measures import MEASURES, Answered, BothWays, Compared, Measure
from gan.runs.view import RunView
from gan.words import percent

FACTS = {
    "progress": ("d_accuracy", "real_logit", "fake_logit", "distance", "d_loss", "g_loss"),
    "grids": ("variety",),
    "measured": (*MEASURES, "reachable", "duplicates"),
}  # what the charts need of each kind of event

HEALTHY = (0.5, 0.7, f"healthy: 50–{percent(0.7)}")
ALWAYS_RIGHT = (
    "Share of real and generated images on the correct side of logit 0; for a paired loss, of pairs in which "
    f"the real one has the higher logit. At {percent(0.5)} it guesses; at {percent(1)} the generator is "
    "behind."
)
GENTLE = (
    " A gradient penalty keeps the discriminator gentle, so with this recipe "
    f"{percent(0.99)} may be fine, too."
)
CRITIC = (
    "The critic's mean score for real images minus that for generated ones: an estimate of how far apart the "
    "two are (the Wasserstein distance), {bound}. It should fall as the images get better. A critic does not "
    "judge right or wrong."
)
BOUNDS = {
    "gp": "as far as the penalty holds the critic's slope at 1",
    "clip": "up to a factor, the critic's Lipschitz constant, which clipping its weights leaves unknown",
    "else": "up to a factor, the critic's Lipschitz constant",
}


@dataclass(frozen=True)
class Line:
    name: str
    kind: str  # a class of run.css: "real", "fake" or "judge"; "other" beside it for the second of two runs
    of: str  # the kind of event: a key of FACTS, or "" for a level
    fact: str = ""  # what of it
    level: float | None = None  # a value that stays the same all the time
    side: str = ""  # of two runs "a" or "b"


@dataclass(frozen=True)
class Chart:
    title: str  # plain words
    term: str  # what the field calls it
    about: str  # one sentence or two, the exact definition
    lines: tuple[Line, ...]
    range: tuple[float, float] | None = None  # of values; without it as the lines need
    band: tuple[float, float, str] | None = None  # from, to, and what it means
    percent: bool = False
    aside: tuple[str, str, str] | None = None  # beside the legend: words, a kind of event and its fact
    compares: str = ""  # when two runs may be held against each other by it; "never": not at all


# What the script gets


def charts(view: RunView | None) -> list[Chart]:
    """All charts of a run."""
    return [
        contest(view.config if view else None),
        Chart(
            "How varied the samples are", "mean pairwise distance",
            "Mean over all pairs of the root mean square difference of their values, from 0 (all alike) to "
            "2. Samples far below the data's line look alike.",
            (Line("● Data", "real", "", level=data_variety(view)),
             Line("◆ Samples", "fake", "grids", "variety")),
        ),
        Chart(
            "What the discriminator says", "mean logit",
            "Its mean score for the real and for the generated images of a batch. Above 0 means real; for a "
            "paired loss, or for a critic, only the difference between the two means anything.",
            (Line("● Real", "real", "progress", "real_logit"),
             Line("◆ Generated", "fake", "progress", "fake_logit")),
            compares="never",
        ),
        Chart(
            "The loss of each network", "losses",
            "What each network tries to make small, averaged over the steps between two points. They work "
            "against each other, so a falling loss proves nothing by itself.",
            (Line("Discriminator", "judge", "progress", "d_loss"),
             Line("◆ Generator", "fake", "progress", "g_loss")),
            compares="Compare only runs with the same loss.",
        ),
        *(translation_charts(view) if view else ()),
        *(measured_charts(view) if has_classifier(view) else ()),
        Chart(
            "How often samples repeat each other", "share of near-duplicates",
            "The share of samples with a near-duplicate among the others: as near as only 1 in 100 real "
            f"images is to another, compared at 16 × 16 pixels. Real images have about {percent(0.01)}.",
            (Line("◆ With a near-duplicate", "fake", "measured", "duplicates"),), range=(0.0, 1.0),
            percent=True,
        ),
    ]  # fmt: skip


def points(view: RunView, since: dict) -> dict[str, dict[str, list]]:
    """The numbers of the events after a step, by kind of event, in columns; a kind without news has none."""
    found = {}
    for of, facts in FACTS.items():
        after = since.get(of, -1)
        if events := [event for event in getattr(view, of) if event.step > after]:
            found[of] = {"step": [event.step for event in events],
                         "seconds": [round(event.seconds, 2) for event in events],
                         **{fact: [number(event, fact) for event in events] for fact in facts}}  # fmt: skip
    return found


def number(event: Progress | Grid | Measured, fact: str) -> float | None:
    """A fact to four digits, None where there is none or where it is no number."""
    if isinstance(event, Measured):
        value = event.values.get(fact, getattr(event, fact, None))
    else:
        value = distance(event) if fact == "distance" else getattr(event, fact)
    return float(f"{value:.4g}") if value is not None and isfinite(value) else None


# The charts


def contest(config: TrainConfig | None) -> Chart:
    """How the discriminator does; a critic, which does not judge, gets what it estimates instead."""
    if config and config.critic:
        return Chart(
            "The critic's estimate of the distance",
            "mean real − generated logit",
            critic_words(config),
            (Line("Estimate", "judge", "progress", "distance"),),
        )
    gentle = bool(config and (config.r1_gamma or config.r2_gamma or config.gp_lambda))
    return Chart(
        "How often the discriminator is right",
        "accuracy",
        ALWAYS_RIGHT + GENTLE * gentle,
        (Line("Accuracy", "judge", "progress", "d_accuracy"),),
        range=(0.0, 1.0),
        band=None if gentle else HEALTHY,
        percent=True,
    )


def translation_charts(view: RunView) -> list[Chart]:
    """What is told of images that each have an answer, or that are led to another side and back."""
    config = view.config
    takes = Answered if config.has_source else BothWays if config.has_sides else None
    return [_plain(name, one) for name, one in MEASURES.items() if one.takes is takes
            and (has_classifier(view) or not one.sees)
            and (name != "outside" or config.model.enlarged > 1)]  # of pixel art alone  # fmt: skip


def _plain(name: str, one: Measure) -> Chart:
    line = Line(f"◆ {one.term[:1].upper()}{one.term[1:]}", "fake", "measured", name)
    return Chart(one.title, one.term, one.about, (line,), range=(0.0, 1.0) if one.share else None,
                 percent=one.share)  # fmt: skip


def measured_charts(view: RunView | None) -> list[Chart]:
    count = f"{view.config.measure_images:,}" if view else "some"

    def line(name: str, kind: str, fact: str) -> Line:
        return Line(name, kind, "measured", fact)

    shown = [
        Chart(
            "How far the samples are from the data", "Fréchet distance in the bundled classifier's features",
            f"The distance between held-out real images and {count} samples, each taken as a normal "
            "distribution in the features of a small classifier of this data: lower is better. Few samples "
            "make it too large, so compare only runs with the same number of them; it is not an Inception "
            "FID. Beside it the kernel distance, a second yardstick in the same features, which few samples "
            "do not make too large (unbiased squared MMD with a cubic kernel): about 0 where the two are the "
            "same. The blue line is what as many training images "
            "would reach.",
            (line("● Real images", "real", "reachable"), line("◆ Samples", "fake", "frechet")),
            aside=("kernel distance", "measured", "kernel"),
            compares="Compare only runs on the same data with the same number of samples.",
        ),
        Chart(
            "How much of the data is there", "coverage and density",
            "Coverage: the share of held-out real images with a sample nearby. Density: how many real "
            "images' neighbourhoods a sample lies in, relative to a real image; 1 is right, and a generator "
            "that repeats one good image can exceed it.",
            (line("◆ Coverage", "fake", "coverage"), line("Density (1 is right)", "judge", "density")),
        ),
        Chart(
            "Where samples and data overlap", "precision and recall",
            "Precision: the share of samples that lie where real images lie. Recall: the share of real "
            "images that lie where samples lie. Grey mush can have perfect precision, and so can one good "
            "image repeated: only the two together tell you anything.",
            (line("◆ Precision", "fake", "precision"), line("Recall", "judge", "recall")), range=(0.0, 1.0),
            percent=True, aside=("read both together: high precision alone proves nothing", "", ""),
        ),
    ]  # fmt: skip
    seen = {one.fact for chart in shown for one in chart.lines} | {
        chart.aside[2] for chart in shown if chart.aside
    }
    rest = {name: one for name, one in MEASURES.items() if name not in seen and one.takes is Compared}
    return shown + [_plain(name, one) for name, one in rest.items()]


def has_classifier(view: RunView | None) -> bool:
    """Own images have none; of downloaded data it shows with the first measure, and the plots stay empty."""
    return view is None or not is_own(view.config.data)


def critic_words(config: TrainConfig) -> str:
    bound = "gp" if config.gp_lambda else "clip" if config.clip else "else"
    return CRITIC.format(bound=BOUNDS[bound])


def distance(event: Progress) -> float:
    """The critic's estimate."""
    return event.real_logit - event.fake_logit


def data_variety(view: RunView | None) -> float | None:
    return round(view.started.data_variety, 4) if view and view.started else None


# The axis of time


def begun(view: RunView | None) -> float:
    """Seconds of training at its start: of a fork or of a run that goes on not 0."""
    events = (*view.grids[:1], *view.progress[:1]) if view else ()
    return min((event.seconds for event in events), default=0.0)


def end(view: RunView | None) -> float:
    return max(view.span, begun(view) + 1e-3) if view else 120.0
