"""How much a run is slowed by being measured while it goes.

    python tests/bench/measures.py [--seconds 30] [--rounds 3] [--data pixel_faces]

The default recipe trains with live measures and without, in turns in one run, and the steps a second are held
against each other. The bound: 5 % fewer.
"""

import argparse
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from gan.data import load
from gan.events import Measured
from gan.recipes import DEFAULT_RECIPE, recipe_config
from gan.trainer import Trainer, fit

LOOK = 256


def pace(trainer: Trainer, seconds: float, measured: bool) -> tuple[float, int]:
    """Steps a second over so many more seconds, and how often the run was measured."""
    trainer.change(seconds=trainer.seconds + seconds, measure_images=LOOK if measured else 0)
    steps, begun = trainer.step_count, trainer.seconds
    looks = sum(isinstance(event, Measured) for event in fit(trainer.config, trainer))
    return (trainer.step_count - steps) / (trainer.seconds - begun), looks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", default="pixel_faces")
    args = parser.parse_args()
    data = load(args.data)
    model = {"image_size": data.image_size, "channels": data.channels}
    trainer = Trainer(recipe_config(DEFAULT_RECIPE, model, data=args.data, seconds=1, measure_images=LOOK))
    pace(trainer, 5, True)  # what is worked out once
    shares, looks = [], 0
    for _ in range(args.rounds):
        without, _ = pace(trainer, args.seconds, False)
        beside, seen = pace(trainer, args.seconds, True)
        shares.append(beside / without)
        looks += seen
    share = statistics.median(shares)
    print(f"measured {looks} times in {args.rounds * args.seconds:g} s, {LOOK} samples each")
    print(f"steps a second with live measures / without: {share:.3f} (at least 0.95)")


if __name__ == "__main__":
    main()
