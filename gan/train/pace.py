"""What a run's annealing has come to after so many images: a pure function, so that runs can be resumed."""

import math
from dataclasses import dataclass

from gan.config import TrainConfig


@dataclass(frozen=True)
class Pace:
    """Shares of the config's values, and the noise on what D sees."""

    rate: float = 1.0  # of the learning rates
    gamma: float = 1.0  # of the penalties' weights
    noise: float = 0.0  # σ of the instance noise
    gan: bool = True  # D's opinion counts


def pace(config: TrainConfig, seen: int) -> Pace:
    """As it is once D has seen so many real images."""
    fallen = min(1.0, seen / config.anneal_images) if config.anneal_images else 0.0
    left = (1 + math.cos(math.pi * fallen)) / 2
    return Pace(
        config.lr_end + (1 - config.lr_end) * left,
        config.gamma_end + (1 - config.gamma_end) * left,
        config.instance_noise * max(0.0, 1 - seen / config.noise_images),
        seen >= config.gan_after,
    )
