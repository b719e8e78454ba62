"""What the steps since the last report came to; summed where the networks lie, so that nothing waits."""

import torch
from torch import Tensor

from gan.train.adversarial import Verdicts


class Means:
    """Of D's loss, G's loss, D's accuracy and its mean logits of real and of generated images.

    `steps` and `images` say how many it holds.
    """

    def __init__(self, device: torch.device, paired: bool):
        self.device, self.paired = device, paired
        self.clear()

    def clear(self):
        self.sums, self.steps, self.images = torch.zeros(5, device=self.device), 0, 0

    def add(self, verdicts: Verdicts, g_loss: Tensor, images: int):
        """One step: D's verdicts, G's loss, and how many images of each kind it took."""
        real, fake = verdicts.real, verdicts.fake
        if self.paired:  # only differences of logits mean anything there
            right = (real > fake).float().mean()
        else:
            right = ((real > 0).float().mean() + (fake < 0).float().mean()) / 2
        self.sums += torch.stack([verdicts.loss.detach(), g_loss.detach(), right, real.mean(), fake.mean()])
        self.steps += 1
        self.images += images

    def now(self) -> list[float]:
        return (self.sums / max(1, self.steps)).tolist()
