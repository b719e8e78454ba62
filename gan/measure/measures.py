"""What generated images are measured by: one entry each.

Most hold them against real ones, in the features of a classifier; some against what they should be, or were.

A new measure is an entry here and a function; runs, model cards, charts and histories take it from the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy import ndarray

from gan import metrics

CHANGED = 16  # levels that a pixel differs by, at least, where one sees it
MOST_DB = 100.0  # that an image counts, where it is its target to the bit


@dataclass(frozen=True, eq=False)
class Compared:
    """Features of real and of generated images, (n, d) each, and what several measures need of both."""

    real: ndarray
    fake: ndarray
    neighbours: int = 5

    @cached_property
    def overlap(self) -> metrics.PrecisionRecall:
        return metrics.precision_recall(self.real, self.fake, self.neighbours)


@dataclass(frozen=True, eq=False)
class Answered:
    """Images and what they should be, (n, h, w, c) uint8 each; and which labels a classifier sees in them."""

    target: ndarray
    made: ndarray
    target_labels: ndarray | None = None  # (n, columns); None without a classifier
    made_labels: ndarray | None = None


@dataclass(frozen=True, eq=False)
class Crossed:
    """Images of one side, what they became on the other, and what came back, (n, h, w, c) uint8 each."""

    source: ndarray
    made: ndarray
    back: ndarray
    place: ndarray | None = None  # (h, w) bool: where the sides differ
    seen: ndarray | None = None  # (n,) bool: a classifier sees the other side in `made`,
    kept: ndarray | None = None  # (n, columns) bool: and the other labels as in `source`

    @property
    def inside(self) -> float | None:
        """The share of the pixels of the place that were changed."""
        return None if self.place is None else self._changed(self.place)

    @property
    def outside(self) -> float | None:
        """The share of the pixels outside the place that were changed."""
        return None if self.place is None else self._changed(~self.place)

    def _changed(self, where: ndarray) -> float | None:
        off = np.abs(self.made.astype(np.int16) - self.source).max(-1)  # (n, h, w)
        return float((off[:, where] > CHANGED).mean()) if where.any() else None


@dataclass(frozen=True, eq=False)
class BothWays:
    """What was led from A to B and back, and what from B to A and back."""

    there: Crossed
    back: Crossed

    def each(self, of: Callable[[Crossed], Any]) -> list[float]:
        """That of each way; none where it cannot be told."""
        values = (of(way) for way in (self.there, self.back))
        return [float(np.mean(value)) for value in values if value is not None]


@dataclass(frozen=True)
class Measure:
    title: str  # plain words, for a chart that it has to itself
    term: str  # what the field calls it
    card: str  # what it says, as a model card has it
    about: str  # the exact definition
    of: Callable[[Any], float | None]  # None where it cannot be told
    share: bool = False  # from 0 to 1
    takes: type = Compared  # or Answered where each image has a target, or BothWays
    sees: bool = False  # it needs a classifier


MEASURES: dict[str, Measure] = {
    "frechet": Measure(
        "How far the samples are from the data", "Fréchet distance",
        "distance from the held-out images (Fréchet, in the bundled classifier's features; 0 is best)",
        "The distance between real images and samples, each taken as a normal distribution in the features "
        "of a small classifier of this data.",
        lambda both: metrics.frechet_distance(*metrics.feature_statistics(both.real),
                                              *metrics.feature_statistics(both.fake)),
    ),
    "kernel": Measure(
        "How far the samples are from the data, by kernels", "kernel distance",
        "the same by kernels (KID, in the same features; 0 is best)",
        "Unbiased squared MMD with a cubic kernel, about 0 where the two are the same.",
        lambda both: metrics.kernel_distance(both.real, both.fake),
    ),
    "precision": Measure(
        "How many samples are like the data", "precision",
        "share of its images that lie among real ones (precision; alone it proves nothing)",
        "The share of samples that lie where real images lie.",
        lambda both: both.overlap.precision, share=True,
    ),
    "recall": Measure(
        "How much of the data the samples reach", "recall",
        "share of real images that lie among its images (recall; 1 is best)",
        "The share of real images that lie where samples lie.",
        lambda both: both.overlap.recall, share=True,
    ),
    "density": Measure(
        "How closely real images surround the samples", "density",
        "how densely real images surround its images (density; real images have about 1)",
        "In how many real images' neighbourhoods a sample lies, relative to a real image.",
        lambda both: both.overlap.density,
    ),
    "coverage": Measure(
        "How much of the data is there", "coverage",
        "share of real images with one of its images near by (coverage; 1 is best)",
        "The share of held-out real images with a sample nearby.",
        lambda both: both.overlap.coverage, share=True,
    ),
    "psnr": Measure(
        "How near each pixel is to the answer", "PSNR, dB",
        "nearness to the true answers pixel by pixel (PSNR in dB, RGB, the mean over images)",
        "10 log10(255² / mean squared error) of each image, then the mean. It prefers blur to a guess.",
        lambda both: metrics.psnr(both.target, both.made).clip(max=MOST_DB).mean(), takes=Answered,
    ),
    "ssim": Measure(
        "How alike the answer is in structure", "SSIM",
        "likeness to the true answers in structure (SSIM, RGB; 1 is best)",
        "Means, variances and covariances in windows of 11 pixels, compared; 1 where all are equal.",
        lambda both: metrics.ssim(both.target, both.made).mean(), takes=Answered,
    ),
    "labels_kept": Measure(
        "How many labels are as in the answer", "labels kept",
        "share of labels that the classifier sees in its images as in the true answers",
        "Over all label columns: how often the classifier sees the same value as in the target.",
        lambda both: None if both.made_labels is None else (both.target_labels == both.made_labels).mean(),
        share=True, takes=Answered, sees=True,
    ),
    "own_answer": Measure(
        "How often the source is heeded", "nearer to its own answer",
        "share of its images nearer to their own answer than to another (0.5: the source is ignored)",
        "How often the mean squared error to an image's own target is below that to the next image's target.",
        lambda both: metrics.nearer(both.made, both.target, np.roll(both.target, 1, 0)).mean(),
        share=True, takes=Answered,
    ),
    "cycle_error": Measure(
        "How far a picture is from itself after there and back", "cycle error, levels",
        "how far a picture is from itself after there and back again (mean of |error| in levels of 256)",
        "The mean absolute difference between a held-out picture and what comes back of it, in levels of "
        "256, over both ways.",
        lambda both: np.mean(both.each(lambda way: np.abs(way.back.astype(np.int16) - way.source))),
        takes=BothWays,
    ),
    "seen": Measure(
        "How often the change is seen", "change seen",
        "share of pictures in which the classifier sees the change (of the two ways the worse)",
        "How often the classifier sees the other side's value in what was made; of the two ways the worse.",
        lambda both: min(both.each(lambda way: way.seen), default=None),
        share=True, takes=BothWays, sees=True,
    ),
    "others_kept": Measure(
        "How many other labels stay", "other labels kept",
        "share of the other labels that stay as they were (by the classifier; of the two ways the worse)",
        "Over all label columns but that of the sides: how often the classifier sees the same value in "
        "what was made as in its source; of the two ways the worse.",
        lambda both: min(both.each(lambda way: way.kept), default=None),
        share=True, takes=BothWays, sees=True,
    ),
    "moved": Measure(
        "How much is changed at all", "change, levels",
        "how much it changes a picture (mean of |difference| in levels of 256; of the two ways the lesser)",
        "The mean absolute difference between a picture and what became of it on the other side, in levels "
        "of 256; of the two ways the lesser.",
        lambda both: min(both.each(lambda way: np.abs(way.made.astype(np.int16) - way.source).mean())),
        takes=BothWays,
    ),
    "upright": Measure(
        "Whether light stays light", "correlation with the source",
        "correlation of brightness with the source's (-1: inverted; of the two ways the lesser)",
        "Pearson's correlation of the pixels' brightness in what was made and in its source, the mean over "
        "pictures; of the two ways the lesser.",
        lambda both: min(both.each(lambda way: metrics.correlation(way.made, way.source))),
        takes=BothWays,
    ),
    "outside": Measure(
        "How much changes where nothing should", "pixels changed outside the place",
        f"share of the pixels outside the place of the change that differ by over {CHANGED} levels "
        "(of the two ways the worse)",
        "The place is where some colour of the data is more frequent on one side than on the other; outside "
        f"of it, the share of pixels that differ from the source by more than {CHANGED} levels in some "
        "channel; of the two ways the worse.",
        lambda both: max(both.each(lambda way: way.outside), default=None),
        share=True, takes=BothWays,
    ),
}  # fmt: skip


def measured(real: ndarray, fake: ndarray, neighbours: int = 5) -> dict[str, float]:
    """All measures of features (n, d) of real and of generated images, by name."""
    return taken(Compared(real, fake, neighbours))


def taken(what: Compared | Answered | BothWays) -> dict[str, float]:
    """All measures of such things that can be told, by name."""
    values = {name: measure.of(what) for name, measure in MEASURES.items() if measure.takes is type(what)}
    return {name: float(value) for name, value in values.items() if value is not None}
