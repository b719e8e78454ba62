"""Networks layer by layer: what each block makes of one input, and what a channel does to the result.

A network is shared by all who look at it, on several threads. So hooks hang on a copy of its modules that
lives for one call; the weights are not copied.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gan.models.attention import SelfAttention
from gan.models.batch import MinibatchDiscrimination, MinibatchStddev
from gan.models.biggan import DownBlock, Embedding, UpBlock
from gan.models.blocks import Edge, Unflatten, Uniform
from gan.models.build import count_parameters
from gan.models.discriminator import ClassPlane
from gan.models.equalised import EqualConv, EqualLinear
from gan.models.progressive import Halving, Normed
from gan.models.stylegan import Mapping, StyledConv, ToRGB

MOST_FACTOR = 100.0  # times a channel; more is no more to be seen

# What a block is called; "" for what only counts the same numbers in another way. What is not here is drawn
# by its parts, or if it has none by the name of its class.
KINDS: dict[type[nn.Module], str] = {
    nn.Linear: "dense layer", EqualLinear: "dense layer", nn.Conv2d: "convolution", EqualConv: "convolution",
    nn.ConvTranspose2d: "transposed convolution", nn.Upsample: "nearest upsampling",
    nn.BatchNorm2d: "batch norm", nn.InstanceNorm2d: "instance norm", nn.ReLU: "ReLU",
    nn.LeakyReLU: "leaky ReLU", nn.Tanh: "tanh", Edge: "edge", Uniform: "normal to uniform",
    Unflatten: "reshape", nn.Flatten: "", nn.Identity: "",
    Normed: "convolution, leaky ReLU, pixel norm", Halving: "two convolutions, then half the side",
    Mapping: "mapping network", StyledConv: "styled convolution", ToRGB: "to RGB",
    Embedding: "embedding of the labels", ClassPlane: "plane of the labels",
    UpBlock: "residual block, twice the side", DownBlock: "residual block", SelfAttention: "self-attention",
    MinibatchStddev: "minibatch standard deviation", MinibatchDiscrimination: "minibatch discrimination",
}  # fmt: skip

PROJECTION = "project"  # what discriminators call the part that tells them the labels, Miyato & Koyama (2018)


@dataclass(frozen=True)
class Layer:
    """A block of a network, and what it made of one input."""

    name: str  # where it is in the network, as torch has it: "layers.3"
    kind: str  # in the field's words
    shape: tuple[int, int, int]  # channels, height, width of its output; (k, 1, 1) for a list of numbers
    parameters: int


@dataclass(frozen=True, eq=False)
class Maps:
    """The feature maps of a layer, the most active first."""

    layer: Layer
    channels: np.ndarray  # (c,) whole numbers: whose map each is
    activity: np.ndarray  # (c,) float32: the mean of |x| over each map, how much the channel passes on
    maps: np.ndarray  # (c, h, w) float32


@dataclass(frozen=True, eq=False)
class Inside:
    """A network that one looks into while it makes something of one input."""

    network: nn.Module  # in eval mode; it stays as it is
    run: Callable[[Any], Tensor]  # what a network like it makes: G -> image (1, c, h, w), D -> its logit

    @property
    def parameters(self) -> int:
        """Of the whole network, those too that this input does not meet."""
        return count_parameters(self.network)

    def layers(self) -> tuple[Layer, ...]:
        """The blocks that the input goes through, in their order."""
        return tuple(layer for layer, _ in self._seen)

    def maps(self, name: str) -> Maps:
        """What a layer made of the input. Raises ValueError, a sentence, for one that there is not."""
        for layer, made in self._seen:
            if layer.name == name:
                return _sorted(layer, made)
        raise unknown(name)

    @torch.inference_mode()
    def changed(self, name: str, channel: int, factor: float) -> Tensor:
        """The result with all values of one channel of a layer's output times `factor`: 0 switches it off.

        Raises ValueError, a sentence, for a layer or a channel that there is not.
        """
        if not 0 <= factor <= MOST_FACTOR:
            raise ValueError(f"A channel is multiplied by a number from 0 to {MOST_FACTOR:g}.")
        copy, met = copied(self.network), []

        def change(module: nn.Module, given: tuple, made: Tensor) -> Tensor:
            met.append(name)
            return _times(made, channel, factor)

        block = {path: block for path, block, _ in blocks(copy)}.get(name)
        if block is not None:
            block.register_forward_hook(change)
        result = self.run(copy)
        if not met:
            raise unknown(name)
        return result

    @cached_property
    @torch.inference_mode()
    def _seen(self) -> list[tuple[Layer, Tensor]]:
        """Each block that the input meets with its output, (c, h, w)."""
        copy, seen = copied(self.network), []

        def keep(path: str, kind: str):
            def hook(module: nn.Module, given: tuple, made: Tensor):
                one = made[0].reshape(*made.shape[1:], *[1] * (4 - made.dim()))
                channels, height, width = one.shape
                seen.append((Layer(path, kind, (channels, height, width), count_parameters(module)), one))

            return hook

        for path, block, kind in blocks(copy):
            block.register_forward_hook(keep(path, kind))
        self.run(copy)
        return seen


def unknown(name: str) -> ValueError:
    return ValueError(f"This network has no layer “{str(name)[:40]}”; choose one of those that are drawn.")


def copied(network: nn.Module) -> nn.Module:
    """The same network in modules of its own: what hangs on one of them, no other thread meets."""
    shared = {id(one): one for one in chain(network.parameters(), network.buffers())}
    return deepcopy(network, shared)


def blocks(network: nn.Module, path: str = "") -> Iterator[tuple[str, nn.Module, str]]:
    """The blocks of a network with their places and kinds, in the order in which they were put together."""
    kind = _kind(network)
    if kind is None:
        for name, part in network.named_children():
            yield from blocks(part, f"{path}.{name}" if path else name)
    elif kind:
        yield path, network, "projection of the labels" if path.endswith(PROJECTION) else kind


def _kind(module: nn.Module) -> str | None:
    """What a block is called; None for what is drawn by its parts."""
    if isinstance(module, Unflatten) and module.side == 1:
        return ""
    known = next((KINDS[one] for one in type(module).__mro__ if one in KINDS), None)
    if isinstance(module, Edge):
        return "padding" if module.margin > 0 else "crop" if module.margin else ""
    if known is not None or any(module.children()):
        return known
    return type(module).__name__


def _sorted(layer: Layer, made: Tensor) -> Maps:
    maps = made.float().cpu().numpy()
    activity = np.abs(maps).mean((1, 2))
    order = np.argsort(-activity, kind="stable")
    return Maps(layer, order, activity[order], maps[order])


def _times(made: Tensor, channel: int, factor: float) -> Tensor:
    count = made.shape[1]
    if not 0 <= channel < count:
        raise ValueError(f"This layer has channels 0 to {count - 1}, not {channel}.")
    changed = made.clone()
    changed[:, channel] *= factor
    return changed
