"""What a run's numbers mean, in plain words; in the past tense once it is over."""

from gan.runs.alarms import alarms, recovering, repeats, starves
from gan.runs.view import RunView
from gan.ui.markup import Markup, html, joined
from gan.ui.train.plots import distance, has_classifier
from gan.words import label_words, percent

RECENT = 12  # Progress events, some seconds: what a remark about the present is made from
GROWN = 1.3  # times as varied as at its start a run must have become, for its samples to be on their way
FAIR = 0.7  # of the time D is right in a fair contest, at most
FEW = 3  # values of a label column that are named
ALONE_REMARKS = {
    "D": "Only the discriminator trains, and is right {0} of the time: the generator stands still and cannot "
    "answer. Let both train again before it is too far ahead.",
    "G": "Only the generator trains, against a discriminator that stands still: it soon finds a few images "
    "that fool it, and repeats them (mode collapse). The samples are {1} as varied as the data.",
}
ALONE_IN_THE_END = {
    "D": "In the end only the discriminator trained, and was right {0} of the time: the generator stood "
    "still and could not answer.",
    "G": "In the end only the generator trained, against a discriminator that stood still: it soon finds a "
    "few images that fool it, and repeats them (mode collapse). The samples are {1} as varied as the data.",
}


def remark(view: RunView | None) -> str:
    """What the numbers of the last seconds mean, in plain words; in the end also what has gone wrong."""
    if view is None or not view.started or len(view.progress) < 3 or not view.grids:
        return ""
    return f"{gone_wrong(view) if view.over else ''} {present(view)}".strip()


def gone_wrong(view: RunView) -> str:
    """When each alarm stood, in a sentence each."""
    end = max(view.grids[-1].step, view.progress[-1].step)
    stood: dict[str, list[tuple[int, int]]] = {}
    for spell in view.spells:
        times = stood.setdefault(spell.alarm.name, [])
        if times and spell.first <= times[-1][1]:  # two alarms may tell of the same
            times[-1] = (times[-1][0], max(times[-1][1], spell.last))
        else:
            times.append((spell.first, spell.last))

    def said(first: int, last: int) -> str:
        return f"from step {first:,} to {'the end' if last >= end else f'step {last:,}'}"

    return " ".join(
        f"{name[0].upper()}{name[1:]} {' and '.join(said(*time) for time in times)}."
        for name, times in stood.items()
    )


def present(view: RunView) -> str:
    share = variety_share(view)
    if only := view.control.only:
        remarks = ALONE_IN_THE_END if view.over else ALONE_REMARKS
        return remarks[only].format(percent(recent(view, "d_accuracy")), percent(share))
    if recovering(view) and not view.over:
        return (
            f"Still recovering: the samples are {percent(share)} as varied as the data. That takes a while; "
            "if they keep looking alike, an alarm will say so."
        )
    if share < 0.5:
        alike = f"The samples are only {percent(share)} as varied as the data: they look alike."
        if view.over and view.forked_at and share > GROWN * (first := variety_share(view, 0)):
            return f"{alike} Where it was forked it was {percent(first)}: they are on their way."
        why = "has found a few images that work (mode collapse)"
        if starves(view) is not None:
            why = "has no slope to follow (vanishing gradients)"
        if view.over:
            return f"{alike} The generator {why}, or had no time."
        if alarms(view):
            return f"{alike} The generator {why}."
        return f"{alike} Early on that passes; if it stays, the generator {why}."
    if repeats(view):
        twins = percent(view.measured[-1].duplicates)
        return f"The generator repeats itself: {twins} of the samples have a near-duplicate among them."
    if view.config.critic:
        return critic_remark(view)
    accuracy = recent(view, "d_accuracy")
    if accuracy <= FAIR and alarms(view):
        return f"The discriminator {'was' if view.over else 'is'} right {percent(accuracy)} of the time."
    return contest_remark(accuracy, bool(view.config.r1_gamma), view.over, not view.spells)


def contest_remark(accuracy: float, gentle: bool, over: bool = False, always: bool = True) -> str:
    """What it means that D is right so often; `gentle`: a penalty holds its slope down; `always`: it had no
    alarm on its way."""
    if over:
        return contest_remark_after(accuracy, gentle, always)
    right = f"The discriminator is right {percent(accuracy)} of the time"
    if accuracy > FAIR and gentle:
        return (
            f"{right}, as it usually is with this recipe: its gradient penalty keeps it gentle, so the "
            "generator keeps learning. Watch the images."
        )
    if accuracy > 0.9:
        return (
            f"{right}: the generator has fallen behind. Early on that passes; if it stays, try a smaller "
            "learning rate for the discriminator."
        )
    if accuracy > FAIR:
        return f"{right}: it is ahead, as it often is early on."
    return f"A fair contest: the discriminator is right {percent(accuracy)} of the time."


def contest_remark_after(accuracy: float, gentle: bool, always: bool = True) -> str:
    """The same of a run that is over."""
    right = f"the discriminator was right {percent(accuracy)} of the time"
    if accuracy <= FAIR:
        return f"{'A fair contest to the end' if always else 'In the end a fair contest'}: {right}."
    if gentle:
        return (
            f"In the end {right}, as it usually is with this recipe: its gradient penalty kept it gentle, so "
            "the generator kept learning."
        )
    return f"In the end {right}: the generator had fallen behind. A smaller learning rate for D may help."


def critic_remark(view: RunView) -> str:
    """A critic has no accuracy: what its estimate does is what can be said."""
    points = running_mean([distance(event) for event in view.progress])
    now, before = points[-1], max(points)
    falls = now < 0.7 * before
    if view.over:
        how = "the estimate fell, so the samples came" if falls else "it hardly fell, so the samples came no"
        apart = f"In the end the critic put the two {now:.3g} apart, {before:.3g} at most"
        return f"{apart}: {how} nearer to the data."
    if falls:
        return (
            f"The critic puts the two {now:.3g} apart, {before:.3g} at most so far: the estimate is falling, "
            "so the samples are getting nearer to the data."
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
    so_far = "" if view.over else " so far"
    grows = getattr(view.config.model.generator, "growth_images", 0)
    level = " of its finest level" if grows else ""  # a coarser one may be nearer, and is no rival
    return (
        f"The kept model is from step {view.saved.best:,}, the best{level} by Fréchet distance{so_far}, not "
        f"the last one (step {view.saved.step:,}{', which is kept beside it' if view.saved.last else ''})."
    )


def measured_words(view: RunView | None) -> Markup | str:
    """The last measure in words: twins, values of the data that are missing, which model is kept."""
    if view is None or not view.measured:
        return kept_words(view)
    now = view.measured[-1]
    twins = f"{percent(now.duplicates)} of {now.images:,} samples have a near-duplicate among them."
    words = [f"At step {now.step:,}, {twins}"]
    if now.lost:
        words.append(lost_words(now.lost))
    elif now.distance is not None:
        words.append("No value of any label has been lost.")
    elif has_classifier(view):
        words.append("Distances need a classifier, which only the bundled data has.")
    else:
        words.append("Distances need a classifier of the data, which your own images do not have.")
    return joined(filter(None, (*words, kept_words(view))), " ")


def lost_words(lost: dict[str, tuple[str, ...]]) -> Markup:
    """Values that the data have and the samples do not show, the first few of each column."""
    columns = []
    for column, values in lost.items():
        more = f" and {len(values) - FEW} more" if len(values) > FEW else ""
        columns.append(f"{label_words(column)}: {', '.join(values[:FEW])}{more}")
    return html("<b>Lost values:</b> {}.", "; ".join(columns))


def variety_share(view: RunView, at: int = -1) -> float:
    return view.grids[at].variety / max(view.started.data_variety, 1e-6)


def recent(view: RunView, name: str) -> float:
    """The mean of one fact over the last seconds."""
    last = view.progress[-RECENT:]
    return sum(getattr(event, name) for event in last) / len(last)
