"""Two sides without pairs: a generator leads to each, and there and back again gives the same picture."""

from functools import cached_property, partial

import torch
from numpy import ndarray
from torch import Tensor, nn

from gan.checkpoint import translate
from gan.config import TrainConfig
from gan.data import DataSet, sides
from gan.devices import autocast
from gan.images import to_tensor
from gan.measure import features
from gan.measure.crossing import both_ways
from gan.models import ImagePool
from gan.models.blocks import unrecorded
from gan.specs import Sides
from gan.train.adversarial import Play
from gan.train.task import Batch, Task, task_of

POOL = 50  # older images that each discriminator is shown, Zhu et al. (2017)
EVALUATED_IMAGES = 1000  # a side


class TwoSides(Task):
    """CycleGAN, Zhu et al. (2017): each discriminator sees images of its own side, real ones and made ones.

    D moves before G, as everywhere here; in the paper's code G begins, half a step apart.
    """

    def __init__(self, config: TrainConfig, dataset: DataSet, device: torch.device, random: torch.Generator):
        super().__init__(config, dataset, device, random)
        of = config.model.sides
        self.a, self.b = (torch.tensor(images, device=device) for images in sides.split(of, dataset.train))
        self.held_a, self.held_b = sides.held_out(of, dataset)
        self.pools = {name: ImagePool(POOL, random) for name in "ab"}

    def batch(self) -> Batch:
        a, b = self._drawn(self.a), self._drawn(self.b)
        made = {"a": (a, self.generators["to_a"](b)), "b": (b, self.generators["to_b"](a))}
        return Batch({name: Play(real, fake, older=self.pools[name].swap(fake))
                      for name, (real, fake) in made.items()})  # fmt: skip

    def _drawn(self, images: Tensor) -> Tensor:
        index = torch.randint(len(images), (self.config.batch,), generator=self.random).to(self.device)
        return to_tensor(images[index]).contiguous(memory_format=torch.channels_last)

    def auxiliary_loss(self, batch: Batch) -> Tensor | float:
        """λ times how far there and back again leads astray, and what is of a side already and is changed."""
        config = self.config
        loss: Tensor | float = 0.0
        a, b = batch.plays["a"], batch.plays["b"]
        to_a, to_b = self.generators["to_a"], self.generators["to_b"]
        # batch norm's averages are to be those of what is translated, as a kept model translates it
        with autocast(config), unrecorded(self.generators):
            if config.cycle_weight:
                loss += config.cycle_weight * (_off(to_a(b.fake), a.real) + _off(to_b(a.fake), b.real))
            if config.identity_weight:
                loss += config.identity_weight * (_off(to_a(a.real), a.real) + _off(to_b(b.real), b.real))
        return loss

    def samples(self, generators: nn.ModuleDict) -> ndarray:
        return translate(generators["to_b"], self.real)

    @property
    def real(self) -> ndarray:
        """The pictures that the samples are made of."""
        return self.held_a[: self.config.grid_images]

    def measures(self, generators: nn.ModuleDict, discriminators: nn.ModuleDict) -> dict:
        """The averaged generators, there and back again with held-out images of both sides."""
        count = self.config.measure_images
        images = min(count, len(self.held_a)) + min(count, len(self.held_b))
        return {"images": images, "duplicates": 0.0, "values": self._measured(generators, count)}

    def evaluation(self, generators: nn.ModuleDict) -> dict[str, float]:
        return self._measured(generators, EVALUATED_IMAGES)

    def _measured(self, generators: nn.ModuleDict, count: int) -> dict[str, float]:
        to_b, to_a = (partial(translate, generators[name]) for name in ("to_b", "to_a"))
        both = both_ways(to_b, to_a, self.held_a[:count], self.held_b[:count], self._place)
        return features.crossed(both, self.config.model.sides, self.config.data)

    @cached_property
    def _place(self) -> ndarray | None:
        model = self.config.model
        return sides.place(model.sides, self.dataset.train, model.enlarged)

    def state(self) -> dict[str, Tensor]:
        return {f"pool_{name}": pool.state() for name, pool in self.pools.items()}

    def restore(self, state: dict[str, Tensor]):
        for name, pool in self.pools.items():
            pool.restore(state[f"pool_{name}"], self.device)


def _off(made: Tensor, real: Tensor) -> Tensor:
    return (made.float() - real).abs().mean()


@task_of.register
def _(given: Sides, *rest) -> Task:
    return TwoSides(*rest)
