"""Image to image in pairs: G makes the target of a source, and D sees the source beside it."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import torch
from numpy import ndarray
from torch import Tensor, nn

from gan.checkpoint import translate
from gan.config import TrainConfig
from gan.data import DataSet, views
from gan.devices import autocast
from gan.images import enlarged, in_colour, to_tensor
from gan.measure import features
from gan.specs import Source, shrunk
from gan.train.adversarial import Play
from gan.train.task import Batch, Task, task_of

EVALUATED_IMAGES = 2000


class Pairs(Task):
    """pix2pix, Isola et al. (2017): an adversarial loss, and λ times the L1 distance from the target."""

    def __init__(self, config: TrainConfig, dataset: DataSet, device: torch.device, random: torch.Generator):
        super().__init__(config, dataset, device, random)
        view, times = config.model.source.view, config.model.enlarged
        pairs = views.pairs(view, dataset.train, times)
        self.sources, self.targets = (torch.tensor(images, device=device) for images in pairs)
        self.held_sources, self.held_targets = views.pairs(view, dataset.held_out, times)
        self.later = False  # the answers alone count until then
        self.smaller = shrunk(config.model) > 1
        # in place of VGG: our own small classifier of this data, where there is one
        self.seen = features.layers(config.data).to(device) if features.classifier_for(config.data) else None

    def batch(self) -> Batch:
        index = torch.randint(len(self.targets), (self.config.batch,), generator=self.random).to(self.device)
        source, target = (to_tensor(images[index]).contiguous(memory_format=torch.channels_last)
                          for images in (self.sources, self.targets))  # fmt: skip
        made, beside = self.generators["G"](source), None if self.smaller else source
        return Batch({"D": Play(target, made, beside, beside)})

    def auxiliary_loss(self, batch: Batch) -> Tensor:
        play = batch.plays["D"]
        loss = self.config.l1_weight * (play.fake.float() - play.real).abs().mean()
        if self.seen and self.later and self.config.feature_weight:
            with autocast(self.config):
                with torch.no_grad():
                    wanted = self.seen(play.real)
                off = self.seen(play.fake) - wanted
            loss = loss + self.config.feature_weight * off.float().square().mean()
        return loss

    def schedule(self, seen: int, networks: Iterable[nn.ModuleDict]):
        self.later = seen >= self.config.gan_after

    def stage(self, seen: int) -> int:
        """Before D counts it is no GAN: the answers alone, often nearer for a while, would pass for one."""
        return int(seen > self.config.gan_after)

    def samples(self, generators: nn.ModuleDict) -> ndarray:
        return translate(generators["G"], self.held_sources[: self.config.grid_images])

    @property
    def real(self) -> ndarray:
        return self.held_targets[: self.config.grid_images]

    @property
    def shown(self) -> ndarray:
        """Each source beside the true answer to it."""
        times, count = shrunk(self.config.model), self.config.grid_images
        sources = in_colour(enlarged(self.held_sources[:count], times))
        return np.concatenate([sources, in_colour(self.held_targets[:count])], 2)

    def measures(self, generators: nn.ModuleDict, discriminators: nn.ModuleDict) -> dict:
        """The averaged generator's answers to held-out sources, against the true ones."""
        values = self._measured(generators, self.config.measure_images)
        return {"images": min(self.config.measure_images, len(self.held_sources)), "duplicates": 0.0,
                "values": values}  # fmt: skip

    def evaluation(self, generators: nn.ModuleDict) -> dict[str, float]:
        return self._measured(generators, EVALUATED_IMAGES) | self._plain

    @cached_property
    def _plain(self) -> dict[str, float]:
        """What a network that enlarges is held against."""
        if not self.smaller:
            return {}
        few = slice(EVALUATED_IMAGES)
        return features.enlarged_plainly(self.held_sources[few], self.held_targets[few], self.config.data)

    def _measured(self, generators: nn.ModuleDict, count: int) -> dict[str, float]:
        made = translate(generators["G"], self.held_sources[:count])
        return features.translated(self.held_targets[:count], made, self.config.data)


@task_of.register
def _(given: Source, *rest) -> Task:
    return Pairs(*rest)
