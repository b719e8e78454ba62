"""What a Discriminator's score of an image means, in plain words. numpy alone.

A logit means nothing alone: where 0 lies differs from model to model, and real and generated images can both
score low. So an image is held against the same Discriminator's scores of real images that it was not trained
on, and of its own Generator's images.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray
from numpy.typing import ArrayLike

USUAL = (0.05, 0.95)  # between these quantiles a reference's scores are usual
LEAST = 5  # scores in a reference, below which no verdict is given


@dataclass(frozen=True)
class Score:
    """One image's score: `logit` above 0 leans to real; `probability` is its sigmoid, never shown alone."""

    logit: float
    probability: float  # 0..1
    real_percentile: float  # share of the held-out real images that score below this, 0..100
    fake_percentile: float  # the same of the generated images
    above_real: str  # how many of them, as people say it: "14 of 100", "all", "no"
    above_fake: str
    verdict: str  # two sentences for a person: what it is like, and where it lies in both references
    likeness: str  # "real", "generated", "either", "neither" or "unknown": what the verdict says, for colours


DOUBTED = "It scores more like generated images than like real ones"
BELOW = "It scores lower than real and generated images do"  # than all of either
WORDS = {
    "real": "Like a real image: real ones often score like this, generated ones rarely.",
    "generated": "Like a generated image: generated ones often score like this, real ones rarely.",
    "either": "Could be either: it scores as real and generated images both do.",
    "neither": "Unlike anything it was trained on: it scores far from real and generated images alike.",
    "strange": "Unlike anything it was trained on, so its score says little.",
    "scored": f"{DOUBTED}.",
    "untried": f"{DOUBTED}; whether this model can draw it is being found out, up to a minute.",
    "roughly": f"{DOUBTED}, though this model can draw it only roughly.",
    "undrawn": "Like neither: it scores more like generated images, but this model cannot draw it.",
    "unknown": f"Too few images to compare with: a verdict needs {LEAST} real and {LEAST} generated ones.",
}
SHORT = {
    "real": "Scores like real ones", "generated": "Scores like generated ones", "either": "Could be either",
    "neither": "Unlike anything it knows", "unknown": "Too few to compare with",
}  # fmt: skip
UNUSUAL = {
    "real": "More like a real image than a generated one, though few real ones score like this.",
    "generated": "More like a generated image than a real one, though few generated ones score like this.",
}


def judge(
    logits: ArrayLike,
    real_ref: ArrayLike,
    fake_ref: ArrayLike,
    strange: ArrayLike | None = None,
) -> list[Score]:
    """The Scores of images with these logits (n,), by the reference logits (r,) and (f,) of the same network.

    `strange` (n,) marks images that look like none of either kind, however they score: see unfamiliar.py.
    A reference's usual range lies between its 5 % and 95 % quantiles. The verdict is, the first that holds:
    - "unknown": a reference has fewer than LEAST scores;
    - "neither": the image is strange, or its logit further from both ranges than the wider one is wide;
    - "either": it is in both ranges, or just as far from one as from the other;
    - "real" or "generated": that range holds it, or is the nearer one; then the words call it unusual.
    Raises ValueError, a sentence, for an empty reference and for scores that are not finite.
    """
    scored = _checked("The score of an image", logits)
    real = _checked("A score of a real image", real_ref)
    fake = _checked("A score of a generated image", fake_ref)
    for what, reference in (("real", real), ("generated", fake)):
        if not len(reference):
            raise ValueError(f"The model comes without scores of {what} images to compare with.")
    odd = np.zeros(len(scored), bool) if strange is None else np.asarray(strange, bool)
    return [_score(float(logit), real, fake, bool(one)) for logit, one in zip(scored, odd, strict=True)]


def reworded(score: Score, words: str, likeness: str) -> Score:
    """The same score with the verdict of other WORDS; where it lies stays."""
    _, _, place = score.verdict.partition(". ")
    said = WORDS[words].replace(DOUBTED, BELOW) if score.above_fake == "no" else WORDS[words]
    return replace(score, verdict=f"{said} {place}", likeness=likeness)


def from_elsewhere(score: Score) -> Score:
    """What is said of a picture that somebody brings: its score alone makes it no generated one."""
    return reworded(score, "scored", "generated") if score.likeness == "generated" else score


def middle(real: ndarray, made: ndarray) -> float:
    """Halfway between D's usual scores of real images and of generated ones, (n,) each.

    A loss may leave open where its zero lies, and a critic's is nowhere: so all are asked alike.
    """
    return float(np.median(real) + np.median(made)) / 2


def _checked(what: str, scores: ArrayLike) -> ndarray:
    numbers = np.asarray(scores, np.float64)
    if numbers.ndim != 1:
        raise ValueError(f"Scores come one an image, (n,), not in shape {numbers.shape}.")
    if not np.isfinite(numbers).all():
        raise ValueError(f"{what} is not a number; the model may have broken down in training.")
    return numbers


def _score(logit: float, real: ndarray, fake: ndarray, strange: bool) -> Score:
    likeness, words = _verdict(logit, real, fake, strange)
    below_real, below_fake = (int((reference < logit).sum()) for reference in (real, fake))
    return Score(
        logit=logit,
        probability=float(np.exp(-np.logaddexp(0, -logit))),  # the sigmoid, without overflow
        real_percentile=100 * below_real / len(real),
        fake_percentile=100 * below_fake / len(fake),
        above_real=_share(below_real, len(real)),
        above_fake=_share(below_fake, len(fake)),
        verdict=f"{words} {_place(below_real, len(real), below_fake, len(fake))}",
        likeness=likeness,
    )


def _verdict(logit: float, real: ndarray, fake: ndarray, strange: bool) -> tuple[str, str]:
    """The likeness and its words, by the rule of `judge`."""
    if min(len(real), len(fake)) < LEAST:
        return "unknown", WORDS["unknown"]
    if strange:
        return "neither", WORDS["strange"]
    ranges = [np.quantile(reference, USUAL) for reference in (real, fake)]
    to_real, to_fake = (max(low - logit, logit - high, 0) for low, high in ranges)
    if min(to_real, to_fake) > max(high - low for low, high in ranges):
        return "neither", WORDS["neither"]
    if to_real == to_fake:
        return "either", WORDS["either"]
    nearer = "real" if to_real < to_fake else "generated"
    return nearer, (UNUSUAL if min(to_real, to_fake) > 0 else WORDS)[nearer]


def _place(real: int, reals: int, fake: int, fakes: int) -> str:
    """How many images of either reference score lower, in a sentence."""
    if real == fake == 0:
        return "No real image and no generated one scores lower."
    if (real, fake) == (reals, fakes):
        return "All real and all generated images score lower."
    still = " still" if real < reals / 2 and fake < fakes / 2 else ""
    many, one = _share(fake, fakes), _share(real, reals)
    first = f"{many} generated {'image' if many == 'no' else 'images'} score{_s(many)} lower{still}"
    second = f"{one} real {'one' if one == 'no' else 'ones'} {'does' if _s(one) else 'do'}"
    return f"{first[0].upper()}{first[1:]}, {'' if one == 'no' else 'and '}{second}."


def _s(share: str) -> str:
    """What the verb after it ends in."""
    return "s" if share == "no" or share.startswith("1 of") else ""


def _share(lower: int, count: int) -> str:
    """How many of so many, as people say it; never none or all where it is not so."""
    if lower in (0, count):
        return "all" if lower else "no"
    if count < 100:
        return f"{lower} of the {count}"
    if count <= 100 * lower <= 99 * count:
        return f"{100 * lower / count:.0f} of 100"
    return "fewer than 1 in 100" if 2 * lower < count else "more than 99 in 100"
