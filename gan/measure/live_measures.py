"""What a run is measured by while it goes: samples against held-out images, with what is worked out once."""

from functools import cached_property

from numpy import ndarray
from torch import nn

from gan import metrics
from gan.config import TrainConfig
from gan.data import DataSet
from gan.data.conditions import rows
from gan.labels import latents, left_open
from gan.measure import features
from gan.models import Judge

GAP_IMAGES = 128  # of each kind, to see whether D has learnt its images by heart


class Examiner:
    """Measures one run's samples, `config.measure_images` of them each time."""

    def __init__(self, config: TrainConfig, data: DataSet):
        self.config, self.data = config, data
        self.count = config.measure_images
        self.known = features.classifier_for(config.data) is not None

    @cached_property
    def latents(self) -> ndarray:
        """Seeds from 0, (n, latent_dim + width) float32, labels as the held-out images have them."""
        given = self.config.model.latent
        return latents(given, range(self.count), rows(self.data.held_out, given))

    @cached_property
    def _twin_distance(self) -> float:
        return metrics.twin_distance(self.data.train.images, self.count)

    @cached_property
    def _reachable(self) -> float | None:
        """The Fréchet distance that as many training images come to."""
        if not self.known:
            return None
        return features.measure(self.data.train.images[: self.count], self.config.data)[0]["frechet"]

    def look(self, fake: ndarray) -> dict:
        """The fields of Measured that samples (n, h, w, c) uint8 tell."""
        values, lost = features.measure(fake, self.config.data) if self.known else ({}, {})
        return {
            "images": len(fake), "values": values, "lost": lost, "reachable": self._reachable,
            "duplicates": metrics.twins(fake, self._twin_distance),
        }  # fmt: skip

    def held_out_gap(self, D: nn.Module, E: nn.Module | None, made: ndarray) -> float | None:
        """How much lower D scores real images it never saw, in parts of its distance to generated ones."""
        judge = Judge(D, E, left_open(self.config.model.latent)).eval()
        each = self.data.train.images, self.data.held_out.images, made
        known, held_out, fake = (
            float(judge.scores(pictures[:GAP_IMAGES]).numpy().mean()) for pictures in each
        )
        judge.train()
        return (known - held_out) / (known - fake) if known > fake else None
