"""A toy: noise to image, against real images that are mirrored half the time."""

from dataclasses import dataclass, field

import torch

from gan.specs import Noise
from gan.train.task import Batch, Task, task_of
from gan.train.tasks.noise import NoiseToImage


@dataclass(frozen=True, kw_only=True)
class MirroredNoise(Noise):
    kind: str = field(default="mirrored-noise", init=False)


class Mirror(NoiseToImage):
    def batch(self) -> Batch:
        batch = super().batch()
        play = batch.plays["D"]
        turned = torch.rand(len(play.real), generator=self.random) < 0.5
        play.real = torch.where(
            turned[:, None, None, None].to(play.real.device), play.real.flip(3), play.real
        )
        return batch


@task_of.register
def _(given: MirroredNoise, *rest) -> Task:
    return Mirror(*rest)
