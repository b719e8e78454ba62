"""Discriminators of translators, asked about pictures: with the source beside, where they are told it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from gan.checkpoint.card import Facts
from gan.checkpoint.translators import Translator, translate
from gan.data import views
from gan.images import to_tensor
from gan.measure.occlusion import REALS, heat_map
from gan.measure.unfamiliar import Album, thumbnails
from gan.models.layers import Inside
from gan.specs import Patches, Sides, shrunk

REFERENCES = 300  # held-out real pictures, and as many made ones, that a verdict is held against
AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Critic:
    """The discriminator of the side that a translator's usual way leads to, as `Loaded` has one for noise.

    Of many logits, one a patch, the mean is the score. One that is told the source gets of each picture
    what would have been its source: its edges, its parts. So do those that it is compared with.
    """

    translator: Translator

    @property
    def facts(self) -> Facts:
        return self.translator.facts

    @property
    def D(self) -> nn.Module:
        return list(self.translator.discriminators.values())[-1]  # of sides: a, b; the usual way leads to b

    @property
    def told(self) -> bool:
        """It is shown the source beside each picture."""
        model = self.translator.model
        return not isinstance(model.given, Sides) and shrunk(model) == 1

    @torch.inference_mode()
    def patches(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures (n, h, w, c) uint8 of the model's size -> logits (n, h', w') float32, above 0 for real."""
        found = [self._of(pictures[i : i + AT_ONCE]) for i in range(0, len(pictures), AT_ONCE)]
        return np.concatenate(found)

    def _of(self, pictures: np.ndarray) -> np.ndarray:
        logits = self.D(*self._given(pictures)).float().cpu()
        return logits.reshape(len(pictures), *(logits.shape[1:] if logits.dim() == 3 else (1, 1))).numpy()

    def _given(self, pictures: np.ndarray) -> list[Tensor]:
        """The pictures as D takes them, and their sources where it is told them."""
        device = next(self.D.parameters()).device
        beside = [self._sources(pictures)] if self.told else []
        return [to_tensor(each).to(device) for each in (pictures, *beside)]

    def inside(self, picture: np.ndarray) -> Inside:
        """The discriminator while it judges a picture (h, w, c) uint8."""
        given = self._given(picture[None])
        return Inside(self.D, lambda D: D(*given))

    def about(self, picture: np.ndarray) -> Callable[[Tensor], Tensor]:
        """The scores of pictures (n, c, h, w) near this one, (h, w, c) uint8, with their slopes.

        One that is told the source gets this picture's for all of them.
        """
        _, *beside = self._given(picture[None])

        def scores(seen: Tensor) -> Tensor:
            logits = self.D(seen, *(one.expand(len(seen), *one.shape[1:]) for one in beside))
            return logits.flatten(1).mean(1) if logits.dim() > 1 else logits

        return scores

    def _sources(self, pictures: np.ndarray) -> np.ndarray:
        train = self.facts.train
        view, times = train.model.source.view, train.model.enlarged
        return np.stack([views.of_photo(view, train.data, picture, times) for picture in pictures])

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures (n, h, w, c) uint8 -> the mean over the patches of each, (n,) float32."""
        return self.patches(pictures).mean((1, 2))

    def map(self, picture: np.ndarray) -> np.ndarray:
        """Of one picture (h, w, c) uint8 what it says of each patch, as (h, w) float32: above 0 for real.

        Of one that gives a single logit, where it looks.
        """
        if not self._of_patches:
            return heat_map(self.logits, picture)
        found = self.patches(picture[None])[0]
        rows, columns = (np.arange(side) * len(axis) // side
                         for side, axis in zip(picture.shape, (found, found[0]), strict=False))  # fmt: skip
        return found[rows[:, None], columns]

    @cached_property
    def usual_map(self) -> np.ndarray | None:
        """The mean of `map` over real pictures, (h, w) float32; None where it judges each patch."""
        return None if self._of_patches else np.mean([self.map(one) for one in self.real(REALS, 0)], 0)

    @property
    def _of_patches(self) -> bool:
        return isinstance(self.translator.model.discriminator, Patches)

    def real(self, count: int, seed: int) -> np.ndarray:
        """Held-out pictures of the kind that it is to make, (n, h, w, c) uint8, which a seed chooses."""
        return self.translator.pairs(count, seed, held_out=True)[1]

    def made(self, count: int, seed: int) -> np.ndarray:
        """What its generator makes of held-out sources, (n, h, w, c) uint8, which a seed chooses."""
        sources = self.translator.pairs(count, seed, held_out=True)[0]
        return translate(self.translator.leading(), sources)

    def known(self, number: int) -> np.ndarray:
        """The picture (h, w, c) uint8 behind a thumbnail of the album."""
        return self._known[number]

    @cached_property
    def _known(self) -> np.ndarray:
        """What verdicts are held against: real pictures and then as many made ones, (n, h, w, c) uint8."""
        # of other sources: an answer lies so near to its true one that all else would be far away
        return np.concatenate([self.real(REFERENCES, 0), self.made(REFERENCES, 1)])

    @cached_property
    def real_logits(self) -> np.ndarray:
        """(n,) float32: its scores of held-out real pictures."""
        return self.logits(self.real(REFERENCES, 0))

    @cached_property
    def fake_logits(self) -> np.ndarray:
        """(n,) float32: its scores of what its own generator makes of held-out sources."""
        return self.logits(self.made(REFERENCES, 1))

    @cached_property
    def album(self) -> Album:
        return Album(thumbnails(self._known))
