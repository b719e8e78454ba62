"""Noise to image: z, and the class beside it if there are any; for a BiGAN an encoder finds the way back."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor, nn

from gan.config import TrainConfig
from gan.data import DataSet
from gan.data.conditions import dealt, rows
from gan.images import to_tensor, to_uint8
from gan.labels import latents, one_hot
from gan.measure import features
from gan.measure.live_measures import Examiner
from gan.models.progressive import growing
from gan.specs import Latent, Style
from gan.train.adversarial import Play
from gan.train.path_length import EVERY, PathLength
from gan.train.penalties import overlap
from gan.train.task import Batch, Task, task_of

EVALUATED_IMAGES = 2000  # under about 2,000 a Fréchet distance misleads


class NoiseToImage(Task):
    """G, with E if there is one, against D."""

    def __init__(self, config: TrainConfig, dataset: DataSet, device: torch.device, random: torch.Generator):
        super().__init__(config, dataset, device, random)
        given = config.model.latent
        self.images = torch.tensor(dataset.train.images, device=device)  # uint8, (n, h, w, c)
        told = rows(dataset.train, given)
        # (n, width), or None
        self.labels = None if told is None else torch.from_numpy(one_hot(told, given)).to(device)
        z = latents(given, range(config.grid_images), dealt(dataset.train, given))
        self.fixed_z = torch.from_numpy(z).to(device)
        self.examiner = Examiner(config, dataset)
        self.seen, self.paths = 0, PathLength(random, device)

    def batch(self) -> Batch:
        config, (G, *E) = self.config, self.generators.values()
        index = torch.randint(len(self.images), (config.batch,), generator=self.random).to(self.device)
        real = to_tensor(self.images[index]).contiguous(memory_format=torch.channels_last)
        for D in growing(self.discriminators):
            real = D.faded(real)
        z = torch.randn(config.batch, config.model.latent.latent_dim, generator=self.random).to(self.device)
        if E:
            return Batch({"D": Play(real, G(z), E[0](real).float(), z, both_ways=True)})
        y = None if self.labels is None else self._left_open(self.labels[index])
        z = z if y is None else torch.cat([z, y], 1)
        return Batch({"D": Play(real, G(z), y, y)}, {"z": z})

    def _left_open(self, labels: Tensor) -> Tensor:
        """Labels (n, width), some of them all zeros: so that "any" is learnt too, of one label as of all."""
        given = self.config.model.latent
        if not given.label_dropout:
            return labels
        n, k = len(labels), len(given.labels)
        count = torch.randint(1, k + 1, (n,), generator=self.random)
        count[torch.rand(n, generator=self.random) >= given.label_dropout] = 0
        kept = torch.rand(n, k, generator=self.random).argsort(1).argsort(1) >= count[:, None]
        sizes = torch.tensor([len(label.values) for label in given.labels])
        return labels * kept.repeat_interleave(sizes, 1).to(labels.device)

    def auxiliary_loss(self, batch: Batch) -> Tensor | float:
        weight = self.config.orthogonal_weight
        apart = weight * overlap(self.generators["G"]) if weight else 0.0
        return apart + self._path_penalty(batch)

    def _path_penalty(self, batch: Batch) -> Tensor | float:
        """Of styles, where it is on and due, of half a batch, as in StyleGAN2."""
        weight, due = self._path_weight(), self.seen // self.config.batch % EVERY == 0
        if not (weight and due and batch.plays["D"].fake.requires_grad):
            return 0.0
        G: Any = self.generators["G"]
        return EVERY * weight * self.paths.penalty(G, batch.parts["z"][: self.config.batch // 2])

    def _path_weight(self) -> float:
        spec = self.config.model.generator
        return spec.path_weight if isinstance(spec, Style) else 0.0

    def state(self) -> dict[str, Tensor]:
        return {"path_length": self.paths.mean} if self._path_weight() else {}

    def restore(self, state: dict[str, Tensor]):
        for mean in state.values():
            self.paths.mean = mean.to(self.device, copy=True)

    def schedule(self, seen: int, networks: Iterable[nn.ModuleDict]) -> bool:
        self.seen = seen
        return any([one.at(seen) for side in networks for one in growing(side)])

    def stage(self, seen: int) -> int:
        return max((one.part(seen) for one in growing(self.generators)), default=0)

    def samples(self, generators: nn.ModuleDict) -> ndarray:
        return _drawn(generators["G"], self.fixed_z)

    def measures(self, generators: nn.ModuleDict, discriminators: nn.ModuleDict) -> dict:
        """The averaged generator's seeds from 0 against held-out images, and D on images it never saw."""
        made = self._seeds(generators, self.examiner.latents)
        encoder = dict(self.generators.items()).get("E")
        gap = self.examiner.held_out_gap(discriminators["D"], encoder, made)
        return self.examiner.look(made) | {"held_out_gap": gap}

    def evaluation(self, generators: nn.ModuleDict) -> dict[str, float]:
        """features.evaluate of seeds from 0; {} where the data has no classifier."""
        config, held_out = self.config, self.dataset.held_out
        if not features.classifier_for(config.data):
            return {}
        given = config.model.latent
        z = latents(given, range(EVALUATED_IMAGES), rows(held_out, given))
        return features.evaluate(self._seeds(generators, z), config.data)

    def _seeds(self, generators: nn.ModuleDict, z: ndarray) -> ndarray:
        return np.concatenate([_drawn(generators["G"], part)
                               for part in torch.from_numpy(z).to(self.device).split(64)])  # fmt: skip


@torch.no_grad()
def _drawn(G: nn.Module, z: Tensor) -> ndarray:
    return to_uint8(G(z))


@task_of.register
def _(given: Latent, *rest) -> Task:
    return NoiseToImage(*rest)
