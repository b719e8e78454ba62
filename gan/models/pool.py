"""A pool of older images: so that D does not chase the last batch alone, Shrivastava et al. (2017)."""

import torch
from torch import Tensor


class ImagePool:
    """Holds up to `size` generated images, all of one shape. Random numbers come from `generator`."""

    def __init__(self, size: int, generator: torch.Generator):
        self.size, self.generator = size, generator
        self.images: Tensor | None = None  # (n, c, h, w), n up to `size`

    def swap(self, images: Tensor) -> Tensor:
        """Images (n, c, h, w) -> as many, without a graph.

        Until the pool is full they are the same ones, which it keeps; then each is with probability ½ an
        older one, in whose place it is kept (Zhu et al. 2017).
        """
        return torch.stack([self._swapped(image) for image in images.detach()])

    def _swapped(self, image: Tensor) -> Tensor:
        if self.images is None or len(self.images) < self.size:
            held = [] if self.images is None else [self.images]
            self.images = torch.cat([*held, image[None]])[: self.size]
            return image
        if torch.rand((), generator=self.generator) < 0.5:
            return image
        place = int(torch.randint(len(self.images), (), generator=self.generator))
        older = self.images[place].clone()
        self.images[place] = image
        return older

    def state(self) -> Tensor:
        """The images, (n, c, h, w); n is 0 before the first."""
        return torch.zeros(0, 1, 1, 1) if self.images is None else self.images

    def restore(self, images: Tensor, device: torch.device | str = "cpu"):
        self.images = images.to(device, copy=True) if len(images) else None
