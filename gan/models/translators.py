"""From one side to the other and back, without pairs: translators, and the critic of the small ones.

All have one shape: halve twice, change, double twice. The small ones are those of courses (CSC321, University
of Toronto, assignment 4), the others those of Zhu et al. (2017), whose critics are the patches' own.
"""

from itertools import pairwise

from torch import Tensor, nn

from gan import specs
from gan.models.blocks import Edge, batch_norm, down, initial, normed, up
from gan.models.build import build_discriminator, build_generator, discriminator, generator, networks
from gan.specs import ModelConfig, Sides


class Residual(nn.Module):
    """x and what `layers` make of it, added up."""

    def __init__(self, *layers: nn.Module):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


class CourseTranslator(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> the same of the other side; s divides by 4.

    Where it `makes` a "change", from black to white at most, that is added to the picture, as in Shen and Liu
    (2017): what is to stay need not be learnt.
    """

    def __init__(self, channels=3, feature_maps=32, blocks=1, makes="picture"):
        super().__init__()
        self.adds = makes == "change"
        w = feature_maps
        self.layers = nn.Sequential(
            _halving(channels, w), batch_norm(w), nn.ReLU(),
            _halving(w, 2 * w), batch_norm(2 * w), nn.ReLU(),
            *(layer for _ in range(blocks) for layer in (_course_block(2 * w), nn.ReLU())),
            up(2 * w, w), batch_norm(w), nn.ReLU(),
            up(w, channels), nn.Tanh(),
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        made = self.layers(images)
        return images + 2 * made if self.adds else made


def _halving(inside: int, outside: int) -> nn.Module:
    return initial(nn.Conv2d(inside, outside, 4, 2, 1, bias=False))


def _course_block(width: int) -> nn.Module:
    return Residual(initial(nn.Conv2d(width, width, 3, 1, 1, bias=False)), batch_norm(width))


class ResNetTranslator(nn.Module):
    """Images (n, channels, s, s) in [-1, 1] -> the same of the other side; s divides by 4, from 8 on.

    Instance norm takes each image by itself, in training as in use, and forgets its overall colour.
    """

    def __init__(self, channels=3, feature_maps=64, blocks=6):
        super().__init__()
        w = feature_maps
        self.layers = nn.Sequential(
            nn.ReflectionPad2d(3), initial(nn.Conv2d(channels, w, 7)), nn.InstanceNorm2d(w), nn.ReLU(),
            *(layer for inside in (w, 2 * w)
              for layer in _normed(initial(nn.Conv2d(inside, 2 * inside, 3, 2, 1)))),
            *(_paper_block(4 * w) for _ in range(blocks)),
            *(layer for inside in (4 * w, 2 * w)
              for layer in _normed(initial(nn.ConvTranspose2d(inside, inside // 2, 3, 2, 1, 1)))),
            nn.ReflectionPad2d(3), initial(nn.Conv2d(w, channels, 7)), nn.Tanh(),
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)


def _normed(layer: nn.Conv2d | nn.ConvTranspose2d) -> list[nn.Module]:
    return [layer, nn.InstanceNorm2d(layer.out_channels), nn.ReLU()]


def _paper_block(width: int) -> nn.Module:
    first, second = ([nn.ReflectionPad2d(1), *_normed(initial(nn.Conv2d(width, width, 3)))] for _ in range(2))
    return Residual(*first, *second[:-1])


class CourseDiscriminator(nn.Module):
    """Images (n, channels, s, s) -> logits (n,), above 0 for real. Halvings to 4x4, then one convolution.

    The course's slopes are ReLU's; here they are leaky, as in all other discriminators. 28 pixels work at 32.
    """

    def __init__(self, channels=3, feature_maps=32, image_size=32, norm="batch"):
        super().__init__()
        side = 1 << (image_size - 1).bit_length()
        widths = [channels, *(feature_maps << level for level in range(side.bit_length() - 3))]
        body = [layer for inside, outside in pairwise(widths)
                for layer in down(inside, outside, norm)]  # fmt: skip
        self.body = nn.Sequential(Edge((side - image_size) // 2), *body)
        self.last = normed(initial(nn.Conv2d(widths[-1], 1, 4, bias=False)), norm)

    def features(self, images: Tensor, given: None = None) -> Tensor:
        return self.body(images)

    def forward(self, images: Tensor, given: None = None) -> Tensor:
        return self.last(self.features(images)).flatten()


@generator.register
def _(spec: specs.CourseTranslator, model: ModelConfig) -> nn.Module:
    return CourseTranslator(model.channels, spec.feature_maps, spec.blocks, spec.makes)


@generator.register
def _(spec: specs.ResNetTranslator, model: ModelConfig) -> nn.Module:
    return ResNetTranslator(model.channels, spec.feature_maps, spec.blocks)


@discriminator.register
def _(spec: specs.CourseDiscriminator, model: ModelConfig) -> nn.Module:
    return CourseDiscriminator(model.channels, spec.feature_maps, model.image_size, spec.norm)


@networks.register
def _(given: Sides, model: ModelConfig) -> tuple[dict[str, nn.Module], dict[str, nn.Module]]:
    """One generator towards each side, and on each a discriminator."""
    return ({"to_b": build_generator(model), "to_a": build_generator(model)},
            {"a": build_discriminator(model), "b": build_discriminator(model)})  # fmt: skip
