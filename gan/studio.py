"""The facade that the page, the command line and scripts call: numpy and dataclasses in and out.

It owns the device, the loaded models and the runs. Models are loaded once, shared by everyone, and never
changed by anyone's click.
"""

import logging
import math
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy import ndarray
from PIL import Image
from torch import nn

from gan import belonging, checkpoint, data, images, specs
from gan.checkpoint import CheckpointError, Critic, Loaded, NamedDirection
from gan.checkpoint import info as model_info
from gan.checkpoint.extractor import LABELLED, Alike, Read  # noqa: F401, the page takes one from here
from gan.checkpoint.info import Drawn, Encoded, Inverted, ModelInfo
from gan.checkpoint.library import Key, Library
from gan.checkpoint.points import UNSTYLED, checked, in_manner, points, styled, with_labels
from gan.config import FITTED, OWN, TrainConfig, changed, is_own
from gan.data import USUAL, Choices, DataError, DataInfo, Doctor, Intake, bars, kept, views
from gan.data.views import COLOURS, GREYS, Paint  # noqa: F401, the page takes them from here
from gan.devices import pick_device
from gan.events import TrainEvent
from gan.latent import Latent
from gan.limits import Limits
from gan.measure import attributes, copies, features, flip, scoring
from gan.measure.change import Change
from gan.measure.flip import Flip
from gan.measure.layout import laid_out
from gan.measure.scoring import Score
from gan.measure.taught import LEAST as LEAST_MARKS  # noqa: F401, the page takes it from here
from gan.measure.taught import MOST as MOST_MARKS  # noqa: F401
from gan.measure.unfamiliar import Kin
from gan.metrics import small_copies
from gan.models.layers import Inside, Layer, Maps  # noqa: F401, the page takes them from here
from gan.ranges import ConfigError
from gan.runs import history, zero
from gan.runs.process import Process
from gan.runs.queue import Runs
from gan.runs.view import Mending, RunView
from gan.system.files import check_room
from gan.system.shelf import Shelf
from gan.train.augment import augment

MOMENTS = 4  # kept steps of runs that are loaded at once
DRAWERS = 8  # those of which G alone is
MAPS = 8  # of seeds that are remembered: a megabyte or two each
MAP_SIDE = 24  # seeds in a row of such a map, and in a column
MAP_PIXELS = 32  # of an image in it, at most
DRAWN = 64  # points that are remembered: a class of thirty drags, and asks for verdicts
TIDY_SECONDS = 600.0
RECORDED = "first-run"
CLOSED = "sefa"  # what the directions in closed form are called, before their number
PLAIN = Latent()  # the usual manner to draw in

log = logging.getLogger(__name__)


class Studio:
    """Models below `checkpoints` on one device, and the runs that add to them. Safe from any thread."""

    def __init__(
        self,
        checkpoints: Path,
        device: str = "auto",
        limits: Limits | None = None,
        runs_folder: Path | None = None,
    ):
        self.checkpoints = Path(checkpoints)
        self.device = "cpu" if zero.here() else pick_device(device)
        self.library = Library(self.checkpoints, self.device)
        self.limits = limits or Limits()
        self.runs = Runs(runs_folder or self.checkpoints, self.limits, process=_process())
        self._uploads = tempfile.TemporaryDirectory(prefix="gan-studio-")
        self._moments = Shelf(MOMENTS)  # the file of one of a model's `moments` -> Loaded
        self._drawers = Shelf(DRAWERS)  # the same -> its G
        shelf = self.library.shelf
        self._maps = shelf(MAPS)  # (a model's key, Latent) -> its map of seeds
        self._drawn = shelf(DRAWN)  # the same -> Drawn
        self._named, self._closed = shelf(), shelf()  # a model's key -> its directions, by the two ways
        self._tidy_at = 0.0

    def models(self, browser: str | None = None) -> list[ModelInfo]:
        """The shipped models first, then the newest; one that cannot be read, or is hidden, is left out.

        With a browser's id, those that are shown to it, and those of others last: see belonging.py.
        """
        infos = [info for info in self.library.look()[0] if browser is None or info.belongs.listed(browser)]
        listed = [info for info in infos if not info.belongs.hidden]
        return sorted(listed, key=lambda info: model_info.place(info, browser))

    def generators(self, browser: str | None = None) -> list[ModelInfo]:
        """Those of `models` that make images out of z."""
        return [info for info in self.models(browser) if info.has_latent]

    def translators(self, browser: str | None = None) -> list[ModelInfo]:
        """Those of `models` that make one picture into another; such as had no GAN come last."""
        there = [info for info in self.models(browser) if info.translates]
        return sorted(there, key=lambda info: not info.gan)

    def judges(self, browser: str | None = None) -> list[ModelInfo]:
        """Those of `models` whose discriminator can be asked about a picture."""
        return [info for info in self.models(browser) if info.judges]

    def hidden(self) -> list[ModelInfo]:
        """What the host keeps out of all lists."""
        return [info for info in self.library.look()[0] if info.belongs.hidden]

    def unreadable(self, browser: str | None = None) -> dict[str, str]:
        """The models that are left out, by name, and why; with a browser's id, those that it would see."""
        return {name: why for name, why in self.library.look()[1].items()
                if browser is None or belonging.read(self.checkpoints / name).listed(browser)}  # fmt: skip

    def info(self, model: str) -> ModelInfo:
        """Raises CheckpointError, a sentence, for a model that is not there or cannot be read."""
        return self.library.info(model)

    def delete(self, model: str, browser: str):
        """A browser takes a model of its own off the disk. Raises CheckpointError or RunError."""
        self.limits.check_open()
        folder = self.library.folder(model)
        if not belonging.read(folder).to(browser):
            raise CheckpointError("This model isn't yours: only the browser that trained it can delete it.")
        self.runs.let_go(folder)
        self.library.delete(model)

    def generate(self, model: str, z: ndarray, like: Latent = PLAIN, moved: ndarray | None = None) -> ndarray:
        """z (n, latent_dim) -> images (n, h, w, c) uint8. Raises ValueError where z does not fit.

        A conditional model takes labels beside z, (n, latent_dim + width): see `with_class`. Without them it
        draws "any", or its first class if it has not learnt that. like: a point in whose manner all are
        drawn: with its ψ and noise by a StyleGAN, by a BigGAN with the statistics of z below its bound.
        moved: what is added to a StyleGAN's styles, see `points`.
        """
        key = self.library.key(model)
        loaded = self.library.at(key)
        return self._made(key, loaded, checked(z, loaded.facts.train.model.latent), like, moved)

    def points(self, model: str, latents: Sequence[Latent]) -> tuple[ndarray, ndarray | None]:
        """What explored points are to `generate`: z with labels beside, (n, latent_dim + width), and `moved`.

        That is what their moves add to a StyleGAN's styles, (n, layers, w_dim); None for other models, where
        they are in z, and for points without moves. Raises ValueError, a sentence, for a point that the model
        does not have.
        """
        return points(self.library.model(model), latents, self._vectors(model, latents))

    def styles(self, model: str, latents: Sequence[Latent]) -> ndarray:
        """Where a StyleGAN draws points, in w from its mean, ψ and moves included: (n, layers, w_dim).

        Raises ValueError, a sentence, as `points` does, and for a model without styles.
        """
        loaded = self.library.model(model)
        if not styled(loaded):
            raise ValueError(UNSTYLED)
        z, moved = self.points(model, latents)
        psi = np.array([latent.psi for latent in latents], np.float32)
        drawn = psi[:, None, None] * checkpoint.from_mean_style(loaded.G, z)
        return drawn if moved is None else drawn + moved

    def map_of_seeds(self, model: str, like: Latent = PLAIN) -> tuple[ndarray, ndarray]:
        """The first seeds, laid out so that images which are alike lie close, and those images, made small.

        (rows, columns), and row by row (n, h, w, c) uint8. like: a point whose labels, scale and truncation
        all have. Raises ValueError as `points` does.
        """
        key = self.library.key(model)
        plain = replace(like, seed=0, noise=0, moves=(), edits=(), named=(), taught=())

        def lay() -> tuple[ndarray, ndarray]:
            z, _ = self.points(model, [replace(plain, seed=seed) for seed in range(MAP_SIDE**2)])
            made = self.generate(model, z, plain)
            order = laid_out(made, MAP_SIDE)
            side = min(MAP_PIXELS, made.shape[1])
            small = small_copies(made[order.ravel()], side).reshape(-1, side, side, made.shape[3])
            return order, ((small + 1) * 127.5).round().astype(np.uint8)

        return self._maps.get((key, plain), lay)

    def mix(self, model: str, a: ndarray, b: ndarray, style: str, like: Latent = PLAIN) -> ndarray:
        """Latents a (n, …) and b (m, …) -> images (n, m, h, w, c) uint8: of a, but for the layers of b.

        style: "coarse", "middle" or "fine", which say what is in these layers. Latents, and in whose manner
        all are drawn, as for `generate`. Raises ValueError, a sentence, for a model without styles.
        """
        loaded, info = self.library.model(model), self.info(model)
        if info.layers == 1:
            raise ValueError(UNSTYLED)
        first, second = (checked(z, loaded.facts.train.model.latent) for z in (a, b))
        layers = specs.layers_of(style, info.layers)
        return checkpoint.mix(loaded.G, first, second, layers, like.psi, like.noise)

    def truncation(self, model: str) -> checkpoint.Curve | None:
        """What a model's images come to by the bound of z, if that was measured. Raises CheckpointError."""
        return checkpoint.read_truncation(self.library.folder(model))

    def with_class(self, model: str, z: ndarray, value: str | dict[str, str]) -> ndarray:
        """z (n, latent_dim) with the same labels beside each, (n, latent_dim + width).

        value: a class, or of several labels a text or a dict, see labels.chosen. Raises ValueError.
        """
        return with_labels(np.asarray(z), self.library.model(model).facts.train.model.latent, value)

    def encode(self, model: str, picture: ndarray | Image.Image) -> Encoded:
        """The latent that the model's encoder finds for a picture. Raises ValueError if it has none."""
        loaded, seen = self.library.model(model), self.see(model, [picture])
        if not loaded.E:
            raise ValueError("This model has no encoder: train one with the recipe bigan.")
        z = checkpoint.encode(loaded.E, seen)
        return Encoded(seen[0], z[0], checkpoint.generate(loaded.G, z)[0])

    def invert(self, model: str, image: ndarray | Image.Image) -> Inverted:
        """The latent whose image comes nearest to a picture of any size, by search: see measure/inversion.py.

        A matter of seconds. Raises CheckpointError or ValueError, a sentence.
        """
        return list(self.inverting(model, image))[-1]

    def inverting(self, model: str, image: ndarray | Image.Image) -> Iterator[Inverted]:
        """`invert` as it goes: the best so far, again and again. Closing the iterator stops the search."""
        return self.library.inverter(model).search(self.see(model, [image])[0])

    def reached(self, model: str, kind: str) -> Iterator[Inverted]:
        """To hold `inverting` against: an "own" image, or one of "another" kind, searched for likewise.

        Each is searched for once and known from then on: the stream then has one item.
        """
        return self.library.inverter(model).reached(kind)

    def draws(self, model: str, image: ndarray | Image.Image) -> str:
        """How the model can draw a picture, by the rules of Explore's report: "well", "roughly" or "not".

        The search ends as soon as it has drawn it well.
        """
        own, another = (list(self.reached(model, kind))[-1] for kind in ("own", "another"))
        last = None
        for last in self.inverting(model, image):
            if last.is_as_near(own):
                return "well"
        return "not" if last is None or last.is_no_likeness(another) else "roughly"

    def nearest_sample(self, model: str, seen: ndarray) -> Inverted:
        """Where `inverting` begins: the image nearest to one (h, w, c) uint8 among the model's samples."""
        return self.library.inverter(model).nearest_sample(seen)

    def nearest_training(self, model: str, seen: ndarray, count: int = 1) -> list[tuple[ndarray, float]]:
        """The training images nearest to one (h, w, c) uint8, and how far each is, as Inverted.error has it.

        None at all where the data are gone.
        """
        return self.library.inverter(model).nearest_training(seen, count)

    def translate(self, model: str, sources: Sequence[ndarray | Image.Image], way: str = "") -> ndarray:
        """What the model makes of sources of its kind, of any size: (n, h, w, c) uint8.

        way: one of the model's `ways`, where it has several; "" is the first. Raises ValueError, a sentence,
        for another, and for a model that translates nothing. See `source_of` for photos.
        """
        return self.library.translator(model).translate(sources, way)

    def there_and_back(
        self, model: str, sources: Sequence[ndarray | Image.Image], way: str = ""
    ) -> checkpoint.Returned:
        """Pictures, one at least, on the other side and back, and how much the way back is told in secret.

        Raises ValueError, a sentence, for a model that has no way back.
        """
        return self.library.translator(model).there_and_back(sources, way)

    def change(self, model: str, source: ndarray, made: ndarray, way: str = "") -> Change:
        """What the way to the other side has changed in one picture, (h, w, c) uint8 both: see change.py.

        Raises ValueError, a sentence, for a model that has no two sides.
        """
        return self.library.translator(model).change(source, made, way)

    def source_of(self, model: str, photo: ndarray | Image.Image) -> ndarray:
        """A photo, of any size, as the model's kind of source: (h, w, k) uint8."""
        return self.library.translator(model).source_of(photo)

    def target_of(self, model: str, photo: ndarray | Image.Image) -> ndarray:
        """A photo, of any size, as the model's own images are: (h, w, c) uint8."""
        return self.library.translator(model).target_of(photo)

    def fitted_source(self, model: str, drawing: ndarray | Image.Image) -> ndarray:
        """What is a source already, of any size, as the model takes it: (h, w, k) uint8."""
        return self.library.translator(model).fitted(drawing)

    def paints(self, model: str) -> tuple[views.Paint, ...]:
        """The colours that one draws a source for the model with."""
        return self.library.translator(model).paints()

    def pairs(self, model: str, count: int, seed: int = 0, held_out: bool = True) -> tuple[ndarray, ndarray]:
        """Sources and their true answers, (n, h, w, k) and (n, h, w, c) uint8, of the model's data.

        Of a model of two sides images of each, none of which is the other's answer.
        Held-out ones, or such as it was trained on. Raises DataError where the data is gone.
        """
        return self.library.translator(model).pairs(count, seed, held_out)

    def without_gan(self, model: str) -> ModelInfo | None:
        """A model of the same kind that learnt from the answers alone, to hold this one against."""
        info = self.info(model)
        alike = (one for one in self.translators() if not one.gan and one.kin == info.kin)
        return next(alike, None) if info.gan else None

    def draw(self, model: str, latent: Latent) -> Drawn:
        """What a drag asks for: an explored point and its image, made once for all who ask about it in a row.

        Raises ValueError, a sentence, for a point that the model does not have.
        """
        key = self.library.key(model)
        return self._drawn.get((key, latent), lambda: self._draw(key, latent))

    def verdict(self, model: str, latent: Latent) -> Score:
        """The Discriminator's verdict on an explored point's image."""
        return _judge(self.library.model(model), self.draw(model, latent).image[None])[0]

    def unseen(self, model: str, latent: Latent) -> dict[str, bool]:
        """Of an explored point's named moves, those that its image does not bear out, by the classifier.

        By name: True for what was to come and is not there, False for what was to go and is there still.
        """
        data = self.info(model).data
        if not latent.named or not features.classifier_for(data):
            return {}
        seen = features.labels(data, self.draw(model, latent).image[None])
        has = {one.name: bool(one.of(seen)[0]) for one in attributes.attributes(features.columns(data))}
        return {name: move > 0 for name, move in latent.named if name in has and has[name] != (move > 0)}

    def inside(self, model: str, latent: Latent) -> Inside:
        """G on an explored point's way to an image, to be looked into block by block: see models/layers.py.

        Raises ValueError, a sentence, for a point that the model does not have.
        """
        self.draw(model, latent)  # what cannot be drawn is refused there
        G = self.library.unfolded(model, latent.below)
        z, moved = self.points(model, [latent])
        return checkpoint.inside(G, z, latent, moved)

    def draw_with(self, model: str, latent: Latent, layer: str, channel: int, factor: float) -> ndarray:
        """The image (h, w, c) uint8 with a channel of a layer's output times `factor`: 0 switches it off.

        Nobody else's image changes. Raises ValueError, a sentence, for no such point, layer or channel.
        """
        made = images.to_uint8(self.inside(model, latent).changed(layer, channel, factor))[0]
        # what is folded rounds otherwise, now and then by a level: nothing changed is to look so
        return self.draw(model, latent).image if factor == 1 else made

    def inside_judge(self, model: str, picture: ndarray | Image.Image) -> Inside:
        """The discriminator on the way from a picture, of any size, to its score, to be looked into."""
        return self._critic(model).inside(self.see(model, [picture])[0])

    def _draw(self, key: Key, latent: Latent) -> Drawn:
        loaded = self.library.at(key)
        z, moved = points(loaded, [latent], self._vectors(key[0], [latent]))
        return Drawn(z[0], self._made(key, loaded, z, latent, moved)[0])

    def _made(self, key: Key, loaded: Loaded, z: ndarray, like: Latent, moved: ndarray | None) -> ndarray:
        if like.below:
            return checkpoint.generate(self.library.narrow(key, like.below), z)
        return in_manner(loaded.G, styled(loaded), z, like, moved)

    def directions(self, model: str) -> tuple[ndarray, ndarray]:
        """Principal directions, one σ along each, strongest first, and their change (k,): see latent.py.

        Of a StyleGAN they are in w, (k, w_dim), of others in z, (k, latent_dim).
        """
        loaded = self.library.model(model)
        return loaded.directions, loaded.change

    def weights(self, model: str) -> str:
        """A digest of the model's weights: the same for the same images, whatever the model is called."""
        return self.library.weights(model)

    def named_directions(self, model: str, seconds: float = math.inf) -> list[NamedDirection]:
        """Directions along which one attribute comes or goes, such as glasses, best first: see attributes.py.

        Found when first asked for, which takes a minute, or `seconds` of the processor, and kept beside it.
        None for a model whose data have no classifier, and none for labels that it is told. Raises
        CheckpointError, a sentence.
        """
        known = self.known_directions(model)
        if known is not None:
            return known
        find = partial(checkpoint.find_attributes, self.library.folder(model), self.device, seconds)
        return self._named.get(self.library.key(model), find)

    def known_directions(self, model: str) -> list[NamedDirection] | None:
        """Those of `named_directions`, at once: None where they are still to be looked for."""
        key = self.library.key(model)
        if key not in self._named:
            info, there = self.info(model), self._kept_directions(model)
            if there is None and checkpoint.has_names(info.given, info.data):
                return None
            self._named.get(key, lambda: there or [])
        return self._named.get(key, list)

    def teach(
        self, model: str, marks: Mapping[int, bool], name: str, seconds: float = math.inf
    ) -> NamedDirection:
        """The direction along which comes or goes what somebody sees in some pictures and not in others.

        marks: seeds, as `taught_by` draws them, and whether the picture of each has it. seconds: of the
        processor. Nothing is kept: `latent.spelt` puts it into a link. Raises ValueError, a sentence.
        """
        return checkpoint.teach(self.library.model(model), marks, name, seconds)

    def taught_by(self, model: str, seeds: Sequence[int]) -> ndarray:
        """The pictures that may be marked, as they are seen then: (n, h, w, c) uint8."""
        return checkpoint.taught_by(self.library.model(model), seeds)

    def closed_form(self, model: str) -> dict[str, ndarray]:
        """Directions by name, one σ along each, that G's own weights stretch most: SeFa, see directions.py.

        Strongest first: "sefa 1", "sefa 2", …; in z, of a StyleGAN in w.
        """
        key = self.library.key(model)

        def find() -> dict[str, ndarray]:
            G = checkpoint.load_unfolded(self.library.folder(model))
            found = checkpoint.closed_form(G, self.library.at(key).facts.train.model.latent)
            return {f"{CLOSED} {number}": one for number, one in enumerate(found, 1)}

        return self._closed.get(key, find)

    def _kept_directions(self, model: str) -> list[NamedDirection] | None:
        try:
            return checkpoint.read_attributes(self.library.folder(model))
        except CheckpointError as error:  # they alone take no model down
            log.warning("%s", error)
            return None

    def _vectors(self, model: str, latents: Sequence[Latent]) -> dict[str, ndarray]:
        """The directions with names, for such points as move along any."""
        if not any(latent.named for latent in latents):
            return {}
        names = {name for latent in latents for name, _ in latent.named}
        closed = self.closed_form(model) if any(name.startswith(f"{CLOSED} ") for name in names) else {}
        return closed | {one.name: one.vector for one in self.known_directions(model) or ()}

    def see(self, model: str, pictures: list[ndarray | Image.Image]) -> ndarray:
        """What the Discriminator really gets, fitted as its training images were: (n, h, w, c) uint8."""
        config = self._critic(model).facts.train.model
        return np.stack([bars.fitted(picture, config) for picture in pictures])

    def shaping(self, model: str, picture: Image.Image) -> str:
        """What `see` does to a photo that is not square, in a few words, "" for others."""
        config = self._critic(model).facts.train.model
        inner = bars.without(picture) if config.cut_bars else picture
        done = ["its bars cut off"] * (inner.size != picture.size)
        done += [FITTED[config.fit]] * (inner.width != inner.height)
        return " and ".join(done) + (", as its training images were" if done and config.fit != "crop" else "")

    def score(
        self, model: str, pictures: list[ndarray | Image.Image], step: int | None = None
    ) -> list[Score]:
        """The Discriminator's verdict on each picture, of any size; at one of `moments`, or as it is kept."""
        return _judge(self._critic(model, step), self.see(model, pictures)) if len(pictures) else []

    def kin(self, model: str, pictures: list[ndarray | Image.Image]) -> list[tuple[Kin, ndarray]]:
        """What is nearest to each picture among the images that the model knows, and that image (h, w, c)."""
        critic = self._critic(model)
        found = critic.album.kin(self.see(model, pictures)) if len(pictures) else []
        return [(kin, critic.known(kin.nearest)) for kin in found]

    def heat(self, model: str, pictures: list[ndarray | Image.Image], step: int | None = None) -> ndarray:
        """Where the Discriminator looks, (n, h, w) float32: see occlusion.heat_map.

        Of one that judges patch by patch, what it says of each. step: as for `score`.
        """
        critic = self._critic(model, step)
        return np.stack([critic.map(seen) for seen in self.see(model, pictures)])

    def usual_heat(self, model: str, step: int | None = None) -> ndarray | None:
        """What `heat` finds in held-out real images, on average: (h, w) float32.

        None for a Discriminator that judges patch by patch, and where the data are gone.
        """
        return self._critic(model, step).usual_map

    def flip(self, model: str, picture: ndarray | Image.Image) -> Flip | None:
        """The smallest change found that flips the Discriminator's mind about a picture; None where none was.

        It changes its mind half way between its median scores of real images and of its generator's. The
        logits of the answer are counted from there.
        """
        seen = self.see(model, [picture])[0]
        logits, middle = self._critic(model).about(seen), scoring.middle(*self.references(model))
        return flip.smallest(lambda images: logits(images) - middle, seen, self.device)

    def alike(self, model: str, picture: ndarray | Image.Image, count: int = 8) -> Alike:
        """The held-out pictures most like one, in the Discriminator's features and by pixels.

        Raises ValueError for a translator's discriminator, DataError where the data are gone.
        """
        return self.library.extractor(model).alike(self.see(model, [picture])[0], count)

    def read_off(self, model: str) -> list[Read]:
        """How well a straight line reads the data's labels off the Discriminator's features.

        Raises ValueError, a sentence, for data without labels, and as `alike` does.
        """
        return self.library.extractor(model).read()

    def references(self, model: str, step: int | None = None) -> tuple[ndarray, ndarray]:
        """The logits of held-out real images and of the model's own, (n,) each. step: as for `score`."""
        critic = self._critic(model, step)
        return critic.real_logits, critic.fake_logits

    def examples(self, model: str, kind: str, count: int, seed: int = 0, step: int | None = None) -> ndarray:
        """`count` images (n, h, w, c) uint8 to judge: held-out "real" ones, "generated" ones or "noise".

        step: as for `score`. Raises DataError for real ones where the data are gone.
        """
        critic = self._critic(model, step)
        if kind != "noise":
            return critic.made(count, seed) if kind == "generated" else critic.real(count, seed)
        side, channels = critic.facts.train.model.image_size, critic.facts.train.model.channels
        return np.random.RandomState(seed).randint(0, 256, (count, side, side, channels), dtype=np.uint8)

    def moments(self, model: str) -> tuple[int, ...]:
        """Steps of the run that made this model, out of noise, at which it can still be asked.

        Those of a run of this server, else those that were kept with the model.
        """
        if not self.info(model).has_latent:
            return ()
        return self.runs.states_of(model)[1] or checkpoint.kept_moments(self.library.folder(model))

    def through_training(self, model: str, latents: Sequence[Latent]) -> dict[int, ndarray]:
        """What the model drew of explored points at each of its `moments`, and as it is kept.

        By step, (n, h, w, c) uint8 each. All in the first point's manner, but that a BigGAN's z below a bound
        has the statistics of all z. The points move along the kept model's directions at every step. Raises
        ValueError as `points` does.
        """
        z, moved = self.points(model, latents)
        loaded = self.library.model(model)
        kept = loaded.facts.steps
        drawers = {step: self._drawer(model, step) for step in self.moments(model) if step != kept}
        each = sorted((drawers | {kept: loaded.G}).items())
        return {step: in_manner(G, styled(loaded), z, latents[0], moved) for step, G in each}

    def datasets(self) -> list[DataInfo]:
        """What one can train on: the bundled sets first."""
        return data.available()

    def data_preview(self, name: str, count: int = 16) -> ndarray:
        """The first images of a data set, (n, h, w, c) uint8. Raises DataError."""
        return data.load(name).images[:count]

    def augmented(self, name: str, policy: str, count: int = 8, seed: int = 0) -> tuple[ndarray, ndarray]:
        """The first images of a data set, and what DiffAugment makes of them: (n, h, w, c) uint8 each.

        `policy` as in TrainConfig.augment. Raises DataError, or ConfigError for a policy that there is not.
        """
        TrainConfig(augment=policy)
        there = self.data_preview(name, count)
        changed = augment(images.to_tensor(there), policy, torch.Generator().manual_seed(seed))
        return there, images.to_uint8(changed)

    def prepare_own(
        self,
        source: list[Path] | str,
        image_size: int,
        channels: int = 3,
        progress: Callable[[int, int], None] | None = None,
        choices: Choices = USUAL,
        browser: str | None = None,
        title: str = "",
    ) -> Intake:
        """Takes in people's own pictures, zips and folders, or by a text a data set of the Hugging Face Hub.

        The Intake's name serves as a TrainConfig's `data`, for that browser; without one, for the host.
        Raises DataError, a sentence.
        """
        self.limits.check_open()
        if isinstance(source, str):  # of a stranger: with its prefix it never is a path on this machine
            source = f"hf:{source.strip().removeprefix('hf:')}"
        if self.tidy() > self.limits.own_bytes:
            raise DataError("There is no room for more images here now; try again in a few hours.")
        check_room(Path(self._uploads.name), self.limits.free_bytes)
        out = Path(self._uploads.name) / f"{uuid.uuid4().hex}.npz"
        try:
            intake = data.take_in(source, image_size, channels, out, self.limits, progress, choices=choices)
            name = kept.keep(out, title.strip() or kept.usual_title(source), _owner(browser))
        finally:
            out.unlink(missing_ok=True)
        return replace(intake, path=kept.find(name), name=name)

    def call_own(self, name: str, title: str) -> str:
        """The name of people's own images under another title."""
        return kept.called(name, title)

    def tidy_now_and_then(self):
        """For a server to call as often as it likes; the first time at once, for what a killed one left."""
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            self.tidy()

    def tidy(self) -> int:
        """Removes prepared pictures that nothing uses any more; the bytes of those that stay."""
        held = self.runs.data() | {info.data for info in self.library.look()[0]}
        return kept.tidy(self.limits.own_unused_seconds, self.limits.own_bytes, held)

    def examine(self, intake: Intake) -> Doctor:
        """What the data doctor finds in people's own images. Raises DataError."""
        return data.examine(intake)

    def start(
        self, config: TrainConfig, browser: str | None = None, address: str = "", fails: str = ""
    ) -> str:
        """Puts a run into the queue and returns its id for `runs`. Raises ConfigError, a sentence.

        The model will belong to that browser, "" being one without an id; without a browser, to the host. A
        run that `fails`, in one of recipes.FAILURES, is stopped as soon as it has done so.
        """
        if config.start_from:
            raise ConfigError("A run goes on from another through fork or go_on.")
        self._check_data(config, _owner(browser))
        return self.runs.start(config, owner=_owner(browser), address=address, fails=fails)

    def left_alone(self, browser: str) -> str:
        """The run of that browser that goes on though no page looks at it, or "": see Runs."""
        return self.runs.left_alone(belonging.digest(browser)) if browser else ""

    def fork(
        self,
        run: str,
        step: int,
        changes: dict,
        seconds: float,
        browser: str | None = None,
        address: str = "",
        mends: Mending | None = None,
    ) -> str:
        """Starts a run that leaves `run` at a kept step, or at 0, with some fields of its config changed.

        The random numbers are the same, and so are the learning rates in force at that step. `changes` are
        fields of TrainConfig, and under "model" of ModelConfig. `seconds` is how long it may train from
        there; `mends`, what it is there for. Raises ConfigError or RunError, a sentence.
        """
        view = self.runs.view(run)
        state = str(self.runs.state(run, step)) if step else ""
        new = changes | {"seconds": seconds, "start_from": state, "name": ""}
        config = changed(view.config_at(step), new)
        self._check_data(config, _owner(browser), view.config.data)
        return self.runs.start(config, run, step, _owner(browser), address, mends=mends)

    def go_on(
        self,
        model: str,
        seconds: float,
        changes: dict | None = None,
        browser: str | None = None,
        address: str = "",
    ) -> str:
        """Starts a run that goes on exactly where a kept model's training ended. Raises CheckpointError, …"""
        state = checkpoint.training_facts(self.library.folder(model))
        path = str(self.library.folder(model) / checkpoint.TRAINING)
        config = changed(
            state.config,
            (changes or {}) | {"seconds": seconds, "start_from": path, "name": "", "device": self.device},
        )
        self._check_data(config, _owner(browser), state.config.data)
        return self.runs.start(config, model, state.step, _owner(browser), address)

    def copies(self, model: str, count: int) -> list[tuple[ndarray, ndarray, bool]]:
        """The model's images of seeds from 0, the 3 training images nearest to each, and whether too near.

        See copies.flags. Raises CheckpointError or DataError, a sentence.
        """
        loaded = self.library.model(model)
        known, samples = data.load(loaded.facts.train.data), checkpoint.sample(loaded, range(count))
        flags = copies.flags(samples, known)
        return [
            (sample, known.train.images[flag.nearest], flag.flagged)
            for sample, flag in zip(samples, flags, strict=True)
        ]

    def copies_caution(self, model: str) -> str:
        """A sentence where what `copies` flags means little; else "". Raises as that does."""
        return copies.caution(data.load(self.library.model(model).facts.train.data))

    def able_to_go_on(self, browser: str | None = None) -> list[ModelInfo]:
        """The kept models that `go_on` takes; with a browser's id as in `models`."""
        return [
            info
            for info in self.models(browser)
            if (info.folder / checkpoint.TRAINING).is_file() and data.is_here(info.data)
        ]

    def history(self, model: str) -> RunView | None:
        """The run that left the model, as it was in the end; None if none was kept. Raises HistoryError."""
        path = self.library.folder(model) / history.FILE
        return history.load(path) if path.is_file() else None

    def recorded(self) -> str:
        """The model in the box whose run is there to be watched, "" where it is not."""
        return RECORDED if (self.checkpoints / RECORDED / history.FILE).is_file() else ""

    def with_history(self, browser: str | None = None) -> list[ModelInfo]:
        """The kept models whose `history` is there; with a browser's id as in `models`."""
        return [info for info in self.models(browser) if (info.folder / history.FILE).is_file()]

    def _check_data(self, config: TrainConfig, whom: str | None, before: str = ""):
        """Own images are for whoever prepared them, and for runs that go on from a run on them, `before`."""
        name, known = config.data, {info.name for info in data.available()}
        if is_own(name) and (name == before or kept.may_use(name, whom)):
            if not data.is_here(name):
                raise ConfigError(kept.gone(name))
        elif name.startswith(OWN):
            raise ConfigError("Those images are somebody else's, or no longer here: choose your own again.")
        elif name not in known:
            there = ", ".join(sorted(known))
            raise ConfigError(f"There is no data set “{name[:40]}” here; there are {there}.")

    def train(self, config: TrainConfig) -> Iterator[TrainEvent]:
        """A run's events as they come; closing the iterator stops the run. Raises ConfigError."""
        return self.runs.events(self.start(config))

    def _critic(self, name: str, step: int | None = None) -> Loaded | Critic:
        """What judges: a model that makes images out of noise, or a translator's discriminator."""
        return self.library.critic(name) if step is None else self._moment(name, step)

    def _moment(self, name: str, step: int) -> Loaded:
        """The model as its run had it at a kept step. Raises ValueError, a sentence, for any other step."""
        if step not in self.moments(name):
            raise ValueError(f"Step {step:,} of the run that made this model is no longer kept.")
        path = self._state(name, step)
        return self._moments.get(path, lambda: checkpoint.load_moment(path, self.device))

    def _drawer(self, name: str, step: int) -> nn.Module:
        path = self._state(name, step)
        return self._drawers.get(path, lambda: checkpoint.load_generator(path, self.device))

    def _state(self, name: str, step: int) -> Path:
        """The file of one of a model's `moments`. Raises RunError."""
        run, steps = self.runs.states_of(name)
        if step in steps:
            return self.runs.state(run, step)
        return checkpoint.moment_file(self.library.folder(name), step)


def _process() -> Callable:
    """What trains a run: a process of its own, on a Space with ZeroGPU one with a GPU lent to it."""
    if not zero.here():
        return Process
    import spaces

    return zero.processes(spaces.GPU)


def _owner(browser: str | None) -> str | None:
    return None if browser is None else belonging.digest(browser)


def _judge(critic: Loaded | Critic, seen: ndarray) -> list[Score]:
    strange = critic.album.is_strange(seen)
    return scoring.judge(critic.logits(seen), critic.real_logits, critic.fake_logits, strange)
