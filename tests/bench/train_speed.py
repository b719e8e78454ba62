"""How fast the plain 64-pixel DCGAN trains, against a loop as textbooks write it, in one run on one machine.

    python tests/bench/train_speed.py [--rounds 5] [--steps 6]

Both train the same networks on the same images, batch 64. The textbook's loop: float32, contiguous tensors,
Adam, the generator's forward reused for both updates. The rounds alternate, so that what else the machine
does meets both. Printed: images a second of each, their ratio (the bound is 1.8 where the CPU has bfloat16
instructions, 1.0 elsewhere), and the share of this machine's own matrix-product speed, in the same number
format, that is reached.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.utils.flop_counter import FlopCounterMode

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gan.images import to_tensor
from gan.models import DCGANDiscriminator, DCGANGenerator
from gan.recipes import recipe_config
from gan.trainer import Trainer

BATCH, SIDE = 64, 2048  # of a step, and of the matrices of the product that the machine is measured by


class Textbook:
    """A DCGAN loop as the textbooks have it."""

    def __init__(self, images: torch.Tensor):
        torch.manual_seed(0)
        self.images = images
        self.G, self.D = DCGANGenerator(), DCGANDiscriminator()
        for network in (self.G, self.D):
            network.to(memory_format=torch.contiguous_format)
        self.g_adam = torch.optim.Adam(self.G.parameters(), 2e-4, (0.5, 0.999))
        self.d_adam = torch.optim.Adam(self.D.parameters(), 2e-4, (0.5, 0.999))

    def step(self):
        ones, zeros = torch.ones(BATCH), torch.zeros(BATCH)
        real = to_tensor(self.images[torch.randint(len(self.images), (BATCH,))]).contiguous()
        fake = self.G(torch.randn(BATCH, 100)).contiguous()
        self.D.zero_grad()
        (bce(self.D(real), ones) + bce(self.D(fake.detach()), zeros)).backward()
        self.d_adam.step()
        self.G.zero_grad()
        bce(self.D(fake), ones).backward()
        self.g_adam.step()


def seconds_of(step, steps: int) -> float:
    begun = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - begun) / steps


def product_speed(dtype: torch.dtype) -> float:
    """Floating-point operations a second of a product of two square matrices."""
    a, b = (torch.randn(SIDE, SIDE).to(dtype) for _ in range(2))
    a @ b
    return 2 * SIDE**3 / min(seconds_of(lambda: a @ b, 1) for _ in range(7))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6, help="a round")
    args = parser.parse_args()

    values = {"data": "open_peeps", "batch": BATCH, "device": "cpu", "ema_images": 0}
    ours = Trainer(recipe_config("dcgan", {"image_size": 64}, **values))
    ours.choose_precision()
    book = Textbook(ours.task.images)
    with FlopCounterMode(display=False) as counter:
        book.step()
    ours.step()
    times = {"textbook": [], "ours": []}
    for _ in range(args.rounds):
        times["textbook"].append(seconds_of(book.step, args.steps))
        times["ours"].append(seconds_of(ours.step, args.steps))
    book_step, our_step = (statistics.median(values) for values in times.values())
    precision = ours.config.precision
    speed = product_speed(torch.bfloat16 if precision == "bfloat16" else torch.float32)
    print(f"threads {torch.get_num_threads()}, ours in {precision}")
    print(f"textbook loop: {BATCH / book_step:7.1f} images/s")
    print(f"GAN Studio:    {BATCH / our_step:7.1f} images/s")
    ratios = sorted(b / o for b, o in zip(*times.values(), strict=True))
    print(f"ratio {book_step / our_step:.2f} (rounds {ratios[0]:.2f} to {ratios[-1]:.2f})")
    work = counter.get_total_flops()
    print(f"matrix product: {speed / 1e9:.0f} GFLOP/s; the textbook's step takes {work / 1e9:.1f} GFLOP,")
    print(f"which GAN Studio does at {work / our_step / speed:.0%} of that speed")


if __name__ == "__main__":
    main()
