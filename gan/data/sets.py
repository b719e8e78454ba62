"""What a data set is: images, labels, and what is known of them."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy import ndarray

HELD_OUT_MOST = 2000


class DataError(ValueError):
    """Data that can't be had or can't be used; its text is a sentence for the person who asked."""


@dataclass(frozen=True)
class DataInfo:
    """What is known of a data set before it is loaded."""

    name: str
    title: str
    image_size: int
    channels: int
    count: int
    bundled: bool  # here, offline; the others are downloaded when asked for
    about: str
    licence: str
    labels: tuple[str, ...] = ()  # names of its label columns, in the file's order


@dataclass(frozen=True, eq=False)
class DataSet:
    """Images and what they show. Shared by everyone who asks for it, so its arrays are read-only."""

    name: str
    title: str
    images: ndarray  # (n, h, w, c) uint8
    labels: ndarray  # (n, k) uint8: for each label name an index into its values
    label_names: tuple[str, ...]  # k of them
    label_values: dict[str, tuple[str, ...]]
    fit: str = "crop"  # how people's own pictures became squares: see images.fit
    cut_bars: bool = False  # whether black and white bars were cut off them first
    # (n,) for each image the number of its pair, source and target one behind the other; (0,) without any
    pair: ndarray = field(default_factory=lambda: np.zeros(0, np.uint16))

    @property
    def image_size(self) -> int:
        return self.images.shape[1]

    @property
    def channels(self) -> int:
        return self.images.shape[3]

    def column(self, label: str) -> ndarray | None:
        """The values of one label, (n,) uint8 indices into its `label_values`; None without such a label."""
        return self.labels[:, self.label_names.index(label)] if label in self.label_names else None

    @property
    def train(self) -> "DataSet":
        """All but the held-out images."""
        return self.part(slice(0, self._split))

    @property
    def held_out(self) -> "DataSet":
        """The last tenth, 2,000 at most, in the file's order: never trained on, kept to judge by."""
        return self.part(slice(self._split, None))

    @property
    def _split(self) -> int:
        n = len(self.images)
        at = n - min(max(n // 10, 1), HELD_OUT_MOST)
        return at - at % 2 if len(self.pair) else at  # both of a pair on one side

    def part(self, rows: slice | ndarray) -> "DataSet":
        """Some of the images, with all that belongs to them."""
        pair = self.pair[rows] if len(self.pair) else self.pair
        return replace(self, images=self.images[rows], labels=self.labels[rows], pair=pair)
