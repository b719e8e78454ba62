"""A discriminator's scores of real and of generated images as two histograms, in inline SVG.

Positions are percentages and heights pixels, so the drawing fills any width and its words keep their size.
"""

from dataclasses import dataclass

import numpy as np

from gan.ui.markup import Markup, html, joined
from gan.words import percent

BINS = 36
WORDS = 18  # pixels above the bars for "generated" and "real"
FOOT = 22  # pixels below them for the marker and the numbers

MARKERS = {0: "M0 2l6 11h-12z", 1: "M-2 8l-10 -6v12z", -1: "M2 8l10 -6v12z"}  # by Histograms.beyond


@dataclass(frozen=True)
class Histograms:
    """Shares of the reference scores between neighbouring edges; the axis runs from the first to the last."""

    edges: np.ndarray  # (bins + 1,)
    real: np.ndarray  # (bins,) adds up to 1
    fake: np.ndarray  # (bins,) likewise

    @property
    def overlap(self) -> float:
        """The area both share, 0..1: no rule on the score alone errs in less than half of it."""
        return float(np.minimum(self.real, self.fake).sum())

    @property
    def span(self) -> float:
        """From the lowest usual score to the highest."""
        return float(self.edges[-1] - self.edges[0])

    def place(self, logit: float) -> float:
        """Where a score stands on the axis in per cent, held within it."""
        low, high = self.edges[0], self.edges[-1]
        return float(np.clip((logit - low) / (high - low), 0, 1) * 100)

    def beyond(self, logit: float) -> int:
        """-1 left of the axis, 1 right of it, 0 on it."""
        return int(logit > self.edges[-1]) - int(logit < self.edges[0])


def histograms(real: np.ndarray, fake: np.ndarray, bins: int = BINS) -> Histograms:
    """Bins over the middle 99 % of both groups; the few scores beyond are counted in the outermost bins."""
    both = np.concatenate([np.quantile(real, [0.005, 0.995]), np.quantile(fake, [0.005, 0.995])])
    pad = 0.04 * (both.max() - both.min()) + 1e-3  # all scores alike must still have an axis
    edges = np.linspace(both.min() - pad, both.max() + pad, bins + 1)
    return Histograms(edges, _shares(real, edges), _shares(fake, edges))


def _shares(scores: np.ndarray, edges: np.ndarray) -> np.ndarray:
    counts, _ = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)
    return counts / max(1, len(scores))


def svg(data: Histograms, key: str, logit: float | None = None, height: int = 64) -> Markup:
    """The drawing, with a marker at `logit` if there is one; `height` is that of the tallest bar in pixels.

    No two drawings on a page may share a `key`: a pattern is found by its id, and not in a hidden drawing.
    """
    hatch = f"hatch-{key}"
    return html(
        '<svg class="hist" width="100%" height="{full}" role="img" aria-label="{describe}">'
        '<defs><pattern id="{hatch}" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="hatch" width="2" height="5"/></pattern></defs>'
        '{real}{fake}<line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>{zero}{words}{marker}'
        "</svg>",
        hatch=hatch,
        full=WORDS + height + FOOT,
        describe=describe(data, logit),
        real=_bars(data, data.real, "real", height),
        fake=_bars(data, data.fake, "fake", height, hatch),
        floor=WORDS + height,
        zero=_zero(data, logit, height),
        words=_words(data),
        marker="" if logit is None else _marker(data, logit, height),
    )


def describe(data: Histograms, logit: float | None = None) -> str:
    """The same in words, for those who cannot see it."""
    middle = [signed(_mean(data, shares)) for shares in (data.real, data.fake)]
    text = f"Scores of held-out real images lie around {middle[0]}, of generated images around {middle[1]}; "
    text += f"the two overlap by {percent(data.overlap)}."
    return text if logit is None else f"{text} This image has {signed(logit)}."


def signed(number: float) -> str:
    """A score as people write it: +2.31, −0.40."""
    return f"{number:+.2f}".replace("-", "−")


def _mean(data: Histograms, shares: np.ndarray) -> float:
    return float(((data.edges[:-1] + data.edges[1:]) / 2 * shares).sum() / max(shares.sum(), 1e-9))


def _bars(data: Histograms, shares: np.ndarray, kind: str, height: int, hatch: str = "") -> Markup:
    tallest, width, floor = max(data.real.max(), data.fake.max()), 100 / len(shares), WORDS + height
    fill = html(' style="fill:url(#{})"', hatch) if hatch else ""
    bars = joined(
        html(
            '<rect x="{:.2f}%" width="{:.2f}%" y="{:.1f}" height="{:.1f}"/>',
            i * width, width, floor - tall, tall,
        )
        for i, tall in enumerate(height * shares / tallest)
        if tall > 0.05
    )  # fmt: skip
    return html('<g class="{}"{}>{}</g>', kind, fill, bars)


def _words(data: Histograms) -> Markup:
    """The two names over their histograms, turned away from each other where they would meet."""
    real, fake = (data.place(_mean(data, shares)) for shares in (data.real, data.fake))
    near, right = abs(real - fake) < 20, real >= fake
    return _word("real", "real", real, near, right) + _word("fake", "generated", fake, near, not right)


def _word(kind: str, word: str, place: float, near: bool, right: bool) -> Markup:
    anchor, low, high = ("start" if right else "end", 26, 74) if near else ("middle", 12, 88)
    x = np.clip(place, low, high)
    return html('<text class="{}" x="{:.1f}%" y="12" text-anchor="{}">{}</text>', kind, x, anchor, word)


def _zero(data: Histograms, logit: float | None, height: int) -> Markup | str:
    """A dotted line at score 0, and its number where the marker's leaves room."""
    if data.beyond(0):
        return ""
    x, foot = f"{data.place(0):.1f}%", WORDS + height
    reach = 25 if logit is None or not data.beyond(logit) else 60  # "off the scale" is said beside the number
    free = logit is None or abs(data.place(logit) - data.place(0)) > reach
    number = html('<text class="tick" x="{}" y="{}" text-anchor="middle">0</text>', x, foot + 14)
    line = html('<line class="zero" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', x, WORDS, foot)
    return line + number if free else line


def _marker(data: Histograms, logit: float, height: int) -> Markup:
    """A line at the score, a triangle under the axis and the number; an arrow where the score lies off it."""
    place, beyond = data.place(logit), data.beyond(logit)
    anchor, gap = ("start", 12 + 6 * abs(beyond)) if place < 50 else ("end", -12 - 6 * abs(beyond))
    number = signed(logit) + (" off the scale" if beyond else "")
    line = "" if beyond else html('<line x1="0" x2="0" y1="{}" y2="0"/>', -height - 4)
    return html(
        '<svg class="marker" x="{:.1f}%" y="{}" overflow="visible">{}<path d="{}"/>'
        '<text x="{}" y="14" text-anchor="{}">{}</text></svg>',
        place, WORDS + height, line, MARKERS[beyond], gap, anchor, number,
    )  # fmt: skip
