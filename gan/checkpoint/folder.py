"""A model's folder: its name, its files, and what config.json says. Writes whole files or none.

    model.safetensors      the networks by name, such as G.* (the moving average), D.*, E.* if there is one;
                           what the page needs of them: directions, change, of a StyleGAN spread;
                           calibration.real, .fake, .zero, .album
    config.json            what it is and how it came about; README.md says the same for people
    preview.png            the images of seeds 0 to 63
    truncation.json        if it was measured: what z near the middle makes of the images, see truncation.py
    attributes.json        if they were looked for: the directions with names, see attributes.py
    training.safetensors   all that is needed to go on training; its header holds the config and the step

Only safetensors and JSON: nothing of a user's is unpickled. Each file is written aside, flushed and renamed,
so that a crash leaves the old file or the new one.
"""

import hashlib
import json
import os
import re
from dataclasses import asdict
from pathlib import Path

from gan.checkpoint import card
from gan.checkpoint.card import Facts
from gan.system import files, reading
from gan.system.logs import shortened
from gan.system.reading import Spoilt, why

FORMAT, FORMATS = 2, (1, 2)  # what is written, and what is read
TITLE = 200  # letters, at most
MOST_CONFIG = 256 * 2**10  # bytes
MODEL, CONFIG, CARD, PREVIEW, TRUNCATION, ATTRIBUTES, TRAINING = (
    "model.safetensors",
    "config.json",
    "README.md",
    "preview.png",
    "truncation.json",
    "attributes.json",
    "training.safetensors",
)
# what travels; training states are large, and stay
SHARED = (MODEL, CONFIG, CARD, PREVIEW, TRUNCATION, ATTRIBUTES)


class CheckpointError(ValueError):
    """A model that is not there or cannot be read; its text is a sentence."""


def safe_name(name: str) -> str:
    """A folder's name from what a person typed. Raises CheckpointError if nothing is left of it."""
    kept = re.sub(r"[^\w-]+", "-", name.strip().lower(), flags=re.ASCII).strip("-_")[:60].strip("-_")
    if not kept:
        raise CheckpointError("A model's name needs at least one letter (a-z) or digit.")
    return kept


def digest(folder: Path) -> str:
    """Of a model's weights, twelve hexadecimal digits."""
    with (folder / MODEL).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def folder_of(checkpoints: Path, model: str) -> Path:
    """Where that model lies; no name leads out of `checkpoints`. Raises CheckpointError, a sentence."""
    named = isinstance(model, str) and Path(model).name == model and model[:1] not in ("", ".")
    if not named or not os.path.isdir(checkpoints / model):  # which also says no to a name too long for any
        called = shortened(str(model), 80)
        raise CheckpointError(f"There is no model called {called}; choose one from the list.")
    return checkpoints / model


def write_facts(folder: Path, facts: Facts):
    """config.json and the model card, from the same facts."""
    files.write(folder / CARD, card.text(facts, PREVIEW).encode())
    files.write(folder / CONFIG, config_text(facts))


def config_text(facts: Facts) -> bytes:
    return json.dumps({"format": FORMAT} | asdict(facts), indent=2).encode()


def list_models(checkpoints: Path) -> list[str]:
    """The names of the models below `checkpoints`, alphabetically, whether or not they can be read."""
    try:
        return sorted(p.name for p in checkpoints.iterdir() if _is_model(p))
    except OSError:
        return []


def _is_model(folder: Path) -> bool:
    return not folder.name.startswith(".") and os.path.lexists(folder / CONFIG)


def read_facts(folder: Path) -> Facts:
    """Raises CheckpointError, a sentence, where there is no such model or its config cannot be read."""
    try:
        values = reading.json_file(folder / CONFIG, MOST_CONFIG)
        if values.pop("format", None) not in FORMATS:
            raise Spoilt("it was saved by another version of this program")
        return card.read(values)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(f"There is no model called {folder.name}; choose one from the list.") from error
    except Exception as error:  # whatever a file may be, it is this model's alone
        raise unreadable(f"The model {folder.name}", error) from error


def unreadable(what: str, error: Exception) -> CheckpointError:
    """What to say of a file that is no such thing."""
    return CheckpointError(f"{what} cannot be read: {why(error).rstrip('.')}.")
