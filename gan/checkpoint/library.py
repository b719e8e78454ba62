"""The models of a folder: listed, loaded once for everyone who asks, and forgotten with their files."""

import logging
from functools import partial
from pathlib import Path

from torch import nn

from gan import belonging
from gan.checkpoint import info as model_info
from gan.checkpoint.critics import Critic
from gan.checkpoint.extractor import Extractor
from gan.checkpoint.folder import MODEL, CheckpointError, digest, folder_of, list_models
from gan.checkpoint.info import ModelInfo
from gan.checkpoint.inside import load_unfolded
from gan.checkpoint.inverter import Inverter
from gan.checkpoint.store import Loaded, load_model
from gan.checkpoint.translators import Translator, load_translator
from gan.checkpoint.truncation import load_narrow
from gan.latent import BOUNDS
from gan.system.shelf import Shelf

LOADED_AT_ONCE = 8
EXTRACTORS = 2  # models whose held-out pictures' features are remembered: up to 50 MB each
DIGESTS = 64
NO_FEATURES = (
    "This discriminator belongs to a translator and judges patches: it has no features of a whole picture. "
    "Choose one of a model that draws out of noise."
)

log = logging.getLogger(__name__)

Key = tuple[str, int]  # a model's name and the time of its file: one that is saved anew is loaded anew


class Library:
    """Models below `checkpoints` on one device; nobody changes one. Safe from any thread."""

    def __init__(self, checkpoints: Path, device: str):
        self.checkpoints, self.device = checkpoints, device
        self._shelves: list[Shelf] = []
        self._loaded, self._translators, self._critics, self._inverters = (self.shelf() for _ in range(4))
        self._extractors = self.shelf(EXTRACTORS)
        self._narrowed = self.shelf()  # with a bound of z -> its G
        self._unfolded = self.shelf()  # the same -> its G with every layer in its place
        self._digests = self.shelf(DIGESTS)
        self._told: set[str] = set()  # what the log has said of models that cannot be read

    def shelf(self, most: int = LOADED_AT_ONCE) -> Shelf:
        """One for what comes of a model and is forgotten with it: by its key, or by (key, …)."""
        self._shelves.append(Shelf(most))
        return self._shelves[-1]

    def look(self) -> tuple[list[ModelInfo], dict[str, str]]:
        """The models that can be read, and by name why others cannot."""
        infos, spoilt = [], {}
        for name in list_models(self.checkpoints):
            try:
                infos.append(self.info(name))
            except CheckpointError as error:
                spoilt[name] = str(error)
        for why in set(spoilt.values()) - self._told:
            log.warning("A model is left out. %s", why)
        self._told = set(spoilt.values())
        return infos, spoilt

    def info(self, name: str) -> ModelInfo:
        """Raises CheckpointError, a sentence, for a model that is not there or cannot be read."""
        return model_info.read(self.folder(name))

    def folder(self, name: str) -> Path:
        """Where a model lies. Raises CheckpointError, a sentence, for what is no model's name."""
        return folder_of(self.checkpoints, name)

    def key(self, name: str) -> Key:
        """Raises CheckpointError, a sentence, for a model that is not there."""
        try:
            return name, (self.folder(name) / MODEL).stat().st_mtime_ns
        except OSError as error:
            raise CheckpointError(f"There is no model called {name}; choose one from the list.") from error

    def delete(self, name: str):
        """Takes a model off the disk, and out of all shelves."""
        belonging.delete(self.folder(name))
        for shelf in self._shelves:
            shelf.drop(lambda key: (key if isinstance(key[0], str) else key[0])[0] == name)

    def model(self, name: str) -> Loaded:
        """A model that draws out of noise. Raises ValueError, a sentence, for a translator."""
        return self.at(self.key(name))

    def at(self, key: Key) -> Loaded:
        """The same, where the key is known already."""
        if key not in self._loaded and not self.info(key[0]).has_latent:
            raise ValueError("This model makes its images out of another picture: open it in Translate.")
        return self._loaded.get(key, lambda: load_model(self.checkpoints / key[0], self.device))

    def translator(self, name: str) -> Translator:
        """Raises ValueError, a sentence, for a model that draws out of noise."""
        key = self.key(name)
        if key not in self._translators and not self.info(name).translates:
            raise ValueError("This model makes its images out of noise: it translates no picture.")
        return self._translators.get(key, lambda: load_translator(self.checkpoints / key[0], self.device))

    def critic(self, name: str) -> Loaded | Critic:
        """What judges: a model that makes images out of noise, or a translator's discriminator."""
        key = self.key(name)
        if key in self._loaded or not self.info(name).translates:
            return self.at(key)
        return self._critics.get(key, lambda: Critic(self.translator(name)))

    def inverter(self, name: str) -> Inverter:
        """What finds pictures in a model's latent space."""
        key = self.key(name)
        return self._inverters.get(key, lambda: Inverter(self.at(key)))

    def extractor(self, name: str) -> Extractor:
        """A model's discriminator as what draws features. Raises ValueError for a translator's."""
        key = self.key(name)
        if self.info(name).translates:
            raise ValueError(NO_FEATURES)
        return self._extractors.get(key, lambda: Extractor(self.at(key)))

    def narrow(self, key: Key, below: float) -> nn.Module:
        """The model's G for z within a bound: made anew for each, so that there are but a few."""
        if self.info(key[0]).network != "big" or below not in BOUNDS:
            raise ValueError(
                f"Only a BigGAN's z is truncated, and below one of {', '.join(map(str, BOUNDS))}."
            )
        load = partial(load_narrow, self.checkpoints / key[0], below, self.device)
        return self._narrowed.get((key, below), load)

    def unfolded(self, name: str, below: float) -> nn.Module:
        """The model's G with every layer in its place, for z within a bound if there is one."""
        load = partial(load_unfolded, self.folder(name), below, self.device)
        return self._unfolded.get((self.key(name), below), load)

    def weights(self, name: str) -> str:
        """A digest of the model's weights."""
        key = self.key(name)
        return self._digests.get(key, lambda: digest(self.checkpoints / key[0]))
