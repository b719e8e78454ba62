"""What lets a discriminator see how alike the images of a batch are: two cures for mode collapse.

In eval mode images come alone or in batches of any size, so that the mean of each statistic over the training
batches, a running one as in batch norm, stands in: the verdict on an image never depends on its neighbours.
"""

import torch
from torch import Tensor, nn

GROUP = 4  # images that a standard deviation is taken over, Karras et al. (2018)
KERNELS, KERNEL_DIM = 32, 8  # of minibatch discrimination
MOMENTUM = 0.1  # of the running means, as in batch norm


class MinibatchStddev(nn.Module):
    """Features (n, c, h, w) -> (n, c + 1, h, w): one more channel, the standard deviation in groups of four.

    The population's, over the group, averaged over all features (Karras et al. 2018). The group is the
    largest divisor of n up to four; its images lie n/group apart.
    """

    extra = 1
    usual: Tensor

    def __init__(self):
        super().__init__()
        self.register_buffer("usual", torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        n, _, h, w = x.shape
        if self.training:
            group = next(size for size in range(min(GROUP, n), 0, -1) if n % size == 0)
            apart = x.float().reshape(group, n // group, -1)
            deviation = (apart.var(0, correction=0) + 1e-8).sqrt().mean(1)  # (n / group,)
            with torch.no_grad():
                self.usual.lerp_(deviation.detach().mean()[None], MOMENTUM)
            channel = deviation.repeat(group)
        else:
            channel = self.usual.expand(n)
        return torch.cat([x, channel.to(x.dtype)[:, None, None, None].expand(n, 1, h, w)], 1)


class MinibatchDiscrimination(nn.Module):
    """Features (n, k) -> (n, KERNELS): how near each image is to the others, Salimans et al. (2016).

    The mean over j ≠ i of exp(-‖M_i - M_j‖₁) with M = T·features; 1 where all images are the same. The paper
    has the sum: up to n - 1, which drowns the features it stands beside.
    """

    usual: Tensor

    def __init__(self, features: int):
        super().__init__()
        self.T = nn.Linear(features, KERNELS * KERNEL_DIM, bias=False)
        nn.init.normal_(self.T.weight, 0.0, 0.02)
        self.register_buffer("usual", torch.zeros(KERNELS))

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return self.usual.expand(len(x), -1)
        M = self.T(x).float().reshape(len(x), KERNELS, KERNEL_DIM)
        distance = (M[:, None] - M[None]).abs().sum(3)  # (n, n, KERNELS)
        near = (torch.exp(-distance).sum(1) - 1) / max(len(x) - 1, 1)  # without itself
        with torch.no_grad():
            self.usual.lerp_(near.detach().mean(0), MOMENTUM)
        return near
