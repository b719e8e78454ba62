"""Keeps a run's model on disk while it goes: the best so far where that can be measured, else the last."""

import logging
import math
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from gan import checkpoint, features
from gan.conditions import latents
from gan.events import Finished, Saved, TrainEvent
from gan.trainer import Trainer

log = logging.getLogger(__name__)
MEASURED_IMAGES = 2000  # under about 2,000 a Fréchet distance misleads


def measure(trainer: Trainer) -> dict[str, float]:
    """features.evaluate of the averaged generator's seeds 0 to 1999; {} where there is no classifier."""
    if not features.classifier_for(trainer.config.data):
        return {}
    config, held_out = trainer.config, trainer.dataset.held_out
    z = latents(config.model, range(MEASURED_IMAGES), held_out.column(config.label))
    return features.evaluate(checkpoint.generate(trainer.average, z), config.data)


def keep(
    events: Iterable[TrainEvent], trainer: Trainer, folder: Path, every: float, title="", command="",
    best: float = math.inf,
) -> Iterator[TrainEvent]:
    """Passes `events` on, and a Saved after each save: every `every` seconds of wall time and at the end.

    The training state is always the last one's; the model is the one with the smallest Fréchet distance so
    far, and smaller than `best`, if the data has a classifier; if not it is the last one's.
    """
    saved_at = time.monotonic()
    for event in events:
        done = isinstance(event, Finished)
        if done or time.monotonic() - saved_at >= every:
            metrics = measure(trainer)
            log.info("step %d: %s", trainer.step_count, metrics)
            if metrics.get("frechet", 0) < best:
                best = metrics.get("frechet", best)
                checkpoint.save_model(folder, trainer, title, command, metrics)
            checkpoint.save_training(folder, trainer.state())
            saved_at = time.monotonic()
            yield Saved(trainer.step_count, folder.name, str(folder))
        yield event
