"""Where a server's runs keep their models, and their training states as long as one may fork from them."""

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path

from gan.checkpoint import CheckpointError, safe_name
from gan.config import TrainConfig, is_own
from gan.ranges import ConfigError


class Folders:
    """A folder of models, and a temporary one of training states, a folder a run there."""

    def __init__(self, models: Path):
        self._models = models
        self._states = tempfile.TemporaryDirectory(prefix="gan-studio-states-")

    def free(self, config: TrainConfig, taken: set[Path]) -> Path:
        """Where a run's model goes: nothing is there yet, and it is not taken. Raises ConfigError."""
        if not config.name:
            data = "own-images" if is_own(config.data) else config.data
            bases = (f"{data}-{config.recipe}-{number}".replace("_", "-") for number in count(1))
            return next(f for base in bases if not ((f := self._models / base).exists() or f in taken))
        try:
            folder = self._models / safe_name(config.name)
        except CheckpointError as error:
            raise ConfigError(str(error)) from error
        if folder.exists() or folder in taken:
            raise ConfigError(f"There is a model called {folder.name} already; choose another name.")
        return folder

    def states(self, id: str) -> Path:
        """Where the run's training states go."""
        return Path(self._states.name) / id

    def held(self, state: str, id: str) -> str:
        """Another run's training state under the run's own id: the other may drop it before this one begins.

        A state that lies elsewhere, with a kept model, stays where it is. Raises ConfigError if it is gone.
        """
        if not state or Path(self._states.name) not in Path(state).parents:
            return state
        held = self.states(id) / "start.safetensors"
        held.parent.mkdir(parents=True)
        try:
            os.link(state, held)
        except OSError as error:
            raise ConfigError("The step to start from is no longer kept; choose another.") from error
        return str(held)

    def forget(self, id: str):
        shutil.rmtree(self.states(id), ignore_errors=True)

    def close(self):
        self._states.cleanup()
