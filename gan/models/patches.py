"""PatchGAN, Isola et al. (2017): a discriminator that judges patch by patch, and so textures and edges."""

import torch
from torch import Tensor, nn

from gan.models.blocks import batch_norm, initial
from gan.models.build import discriminator
from gan.specs import ModelConfig, Patches, Source, shrunk, source_channels


class PatchDiscriminator(nn.Module):
    """Images (n, in_channels, h, w), a source beside them counted in -> logits (n, h', w'), above 0 for real.

    `layers` halvings, the first without a norm, then two 4x4 convolutions: a logit sees 16, 34 or 70 pixels a
    side for 1, 2 or 3 of them.
    """

    def __init__(self, in_channels=6, feature_maps=64, layers=3, norm="batch"):
        super().__init__()
        widths = [feature_maps * min(1 << level, 8) for level in range(layers + 1)]
        body: list[nn.Module] = [initial(nn.Conv2d(in_channels, widths[0], 4, 2, 1)), nn.LeakyReLU(0.2)]
        for level in range(1, layers + 1):
            stride = 2 if level < layers else 1
            conv = nn.Conv2d(widths[level - 1], widths[level], 4, stride, 1, bias=norm != "batch")
            body += [initial(conv), *_norm(norm, widths[level]), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*body)
        self.last = initial(nn.Conv2d(widths[-1], 1, 4, 1, 1))

    def features(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        return self.body(images if given is None else torch.cat([given.to(images.dtype), images], 1))

    def forward(self, images: Tensor, given: Tensor | None = None) -> Tensor:
        return self.last(self.features(images, given))[:, 0]


def _norm(norm: str, channels: int) -> list[nn.Module]:
    if norm == "batch":
        return [batch_norm(channels)]
    return [nn.InstanceNorm2d(channels)] if norm == "instance" else []


@discriminator.register
def _(spec: Patches, model: ModelConfig) -> nn.Module:
    # a smaller source says nothing that the image does not
    beside = source_channels(model) if isinstance(model.given, Source) and shrunk(model) == 1 else 0
    return PatchDiscriminator(model.channels + beside, spec.feature_maps, spec.layers, spec.norm)
