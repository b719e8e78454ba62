"""What generated images are measured by, against real ones, in the features of a classifier: one entry each.

A new measure is an entry here and a function; runs, model cards, charts and histories take it from the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numpy import ndarray

from gan import metrics

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


@dataclass(frozen=True)
class Measure:
    title: str  # plain words, for a chart that it has to itself
    term: str  # what the field calls it
    card: str  # what it says, as a model card has it
    about: str  # the exact definition
    of: Callable[[Any], float]  # takes a Compared, or where there are targets an Answered
    share: bool = False  # from 0 to 1
    by_target: bool = False  # each image has one that it should be


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
        lambda both: metrics.psnr(both.target, both.made).clip(max=MOST_DB).mean(), by_target=True,
    ),
    "ssim": Measure(
        "How alike the answer is in structure", "SSIM",
        "likeness to the true answers in structure (SSIM, RGB; 1 is best)",
        "Means, variances and covariances in windows of 11 pixels, compared; 1 where all are equal.",
        lambda both: metrics.ssim(both.target, both.made).mean(), by_target=True,
    ),
    "labels_kept": Measure(
        "How many labels are as in the answer", "labels kept",
        "share of labels that the classifier sees in its images as in the true answers",
        "Over all label columns: how often the classifier sees the same value as in the target.",
        lambda both: (both.target_labels == both.made_labels).mean(), share=True, by_target=True,
    ),
}  # fmt: skip


def measured(real: ndarray, fake: ndarray, neighbours: int = 5) -> dict[str, float]:
    """All measures of features (n, d) of real and of generated images, by name."""
    both = Compared(real, fake, neighbours)
    return {name: float(measure.of(both)) for name, measure in MEASURES.items() if not measure.by_target}


def answered(both: Answered) -> dict[str, float]:
    """All measures of images that each have a target, by name; labels_kept where there is a classifier."""
    return {name: float(measure.of(both)) for name, measure in MEASURES.items()
            if measure.by_target and (name != "labels_kept" or both.made_labels is not None)}  # fmt: skip
