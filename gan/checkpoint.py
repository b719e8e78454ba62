"""Saving, loading and listing models. A folder a model, rebuilt from its own config.

    model.safetensors      generator.* (the moving average), discriminator.*, and what the page needs of them:
                           directions, change, calibration.real, .fake, .zero, .album
    config.json            what it is and how it came about; README.md says the same for people
    preview.png            the images of seeds 0 to 63
    training.safetensors   all that is needed to go on training; its header holds the config and the step

Only safetensors and JSON: nothing of a user's is unpickled. Each file is written aside, flushed and renamed,
so that a crash leaves the old file or the new one.
"""

import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from gan import images, latent, model_card
from gan.config import ConfigError, from_dict
from gan.model_card import Facts
from gan.models import build_discriminator, build_generator, count_parameters, folded
from gan.nearness import Album, thumbnails
from gan.train_state import TrainState
from gan.trainer import Trainer

FORMAT = 1
PREVIEW_SEEDS = 64
DIRECTIONS = 16
CALIBRATION_IMAGES = 1024
MODEL, CONFIG, CARD, PREVIEW, TRAINING = (
    "model.safetensors", "config.json", "README.md", "preview.png", "training.safetensors"
)

ARRAYS = ("directions", "change", "calibration.real", "calibration.fake", "calibration.album")


class CheckpointError(ValueError):
    """A model that is not there or cannot be read; its text is a sentence."""


@dataclass(frozen=True)
class Loaded:
    """A model ready to be used: networks in eval mode on a device, G folded, and what belongs to them."""

    facts: Facts
    G: nn.Module
    D: nn.Module
    directions: np.ndarray  # (k, latent_dim) float32, unit length, strongest first
    change: np.ndarray  # (k,) float32, see latent.principal_directions
    real_logits: np.ndarray  # (n,) float32: D's scores of held-out real images
    fake_logits: np.ndarray  # (n,) float32: D's scores of its own generator's images
    album: Album  # of those same images
    zero: float  # taken off D's raw outputs: a paired loss leaves open where its logits are 0

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """Images (n, h, w, c) uint8 -> the Discriminator's logits (n,) float32, above 0 for real."""
        return logits(self.D, pictures) - self.zero


def safe_name(name: str) -> str:
    """A folder's name from what a person typed. Raises CheckpointError if nothing is left of it."""
    kept = re.sub(r"[^\w-]+", "-", name.strip().lower(), flags=re.ASCII).strip("-_")[:60].strip("-_")
    if not kept:
        raise CheckpointError("A model's name needs at least one letter (a-z) or digit.")
    return kept


def save_model(folder: Path, trainer: Trainer, title="", command="", metrics: dict[str, float] | None = None):
    """Writes the trainer's model, and what the page needs of it. Raises OSError on a full disk."""
    folder.mkdir(parents=True, exist_ok=True)
    config = trainer.config
    tensors = {f"generator.{k}": v for k, v in trainer.average.state_dict().items()}
    tensors |= {f"discriminator.{k}": v for k, v in trainer.D.state_dict().items()}
    G = folded(trainer.average)  # what load_model gives: the preview shows exactly what the page will
    tensors |= _explore_tensors(G, config.model.latent_dim)
    tensors |= _calibration(trainer, G)
    facts = Facts(
        title or folder.name, config, trainer.data.title, trainer.step_count, trainer.images_seen,
        round(trainer.seconds, 1), (count_parameters(trainer.G), count_parameters(trainer.D)), metrics or {},
        command,
    )
    z = latent.seeds_to_z(range(PREVIEW_SEEDS), config.model.latent_dim)
    preview = images.png(images.grid(generate(G, z), 8))
    _write(folder / MODEL, save({k: v.detach().cpu().contiguous() for k, v in tensors.items()}))
    _write(folder / PREVIEW, preview)
    write_facts(folder, facts)


def write_facts(folder: Path, facts: Facts):
    """config.json and the model card, from the same facts."""
    _write(folder / CARD, model_card.text(facts, PREVIEW).encode())
    _write(folder / CONFIG, json.dumps({"format": FORMAT} | asdict(facts), indent=2).encode())


def save_training(folder: Path, state: TrainState):
    """Everything that a run needs to go on exactly, in one file."""
    header = {"config": asdict(state.config), "step": state.step, "images_seen": state.images_seen,
              "seconds": state.seconds}
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / TRAINING, save(state.tensors, {"state": json.dumps(header)}))


def load_training(folder: Path) -> TrainState:
    """Raises CheckpointError where there is nothing to go on from."""
    path = folder / TRAINING
    if not path.is_file():
        raise CheckpointError(f"{folder.name} was kept without its training state, so it cannot go on.")
    try:
        with safe_open(path, "pt") as file:
            header = json.loads(file.metadata()["state"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118, no dict
        config = from_dict(header["config"])
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"The training state of {folder.name} cannot be read: {error}") from error
    return TrainState(config, tensors, header["step"], header["images_seen"], header["seconds"])


def list_models(checkpoints: Path) -> list[str]:
    """The names of the models below `checkpoints`, alphabetically."""
    if not checkpoints.is_dir():
        return []
    return sorted(p.name for p in checkpoints.iterdir() if (p / CONFIG).is_file() and (p / MODEL).is_file())


def read_facts(folder: Path) -> Facts:
    """Raises CheckpointError, a sentence, where there is no such model or its config cannot be read."""
    try:
        values = json.loads((folder / CONFIG).read_text())
        if values.pop("format") != FORMAT:
            raise CheckpointError(f"{folder.name} was saved by another version of this program.")
        values["train"] = from_dict(values["train"])
        values["parameters"] = tuple(values["parameters"])
        return Facts(**values)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(f"There is no model called {folder.name}; choose one from the list.") from error
    except (OSError, ConfigError, KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise CheckpointError(f"The model {folder.name} cannot be read: {error}") from error


def load_model(folder: Path, device: str = "cpu") -> Loaded:
    """Both networks rebuilt from config.json with the weights beside it. Raises CheckpointError."""
    facts = read_facts(folder)
    try:
        tensors = load_file(folder / MODEL)
        G = folded(_filled(build_generator(facts.train.model), tensors, "generator."))
        D = _filled(build_discriminator(facts.train.model), tensors, "discriminator.")
        *arrays, known = (tensors[key].numpy() for key in ARRAYS)
        zero = float(tensors["calibration.zero"])
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise CheckpointError(f"The weights of {folder.name} cannot be read: {error}") from error
    G, D = (net.to(device, memory_format=torch.channels_last) for net in (G, D))
    return Loaded(facts, G, D, *arrays, Album(known), zero)


@torch.inference_mode()
def generate(G: nn.Module, z: np.ndarray, at_once: int = 64) -> np.ndarray:
    """z (n, latent_dim) float32 -> images (n, h, w, c) uint8, G in eval mode."""
    device = next(G.parameters()).device
    parts = [images.to_uint8(G(torch.from_numpy(z[i : i + at_once]).to(device)))
             for i in range(0, len(z), at_once)]
    return np.concatenate(parts)


@torch.inference_mode()
def logits(D: nn.Module, pictures: np.ndarray, at_once: int = 64) -> np.ndarray:
    """Images (n, h, w, c) uint8 -> D's logits (n,) float32, D in eval mode."""
    device = next(D.parameters()).device
    parts = [D(images.to_tensor(pictures[i : i + at_once]).to(device)).float().cpu()
             for i in range(0, len(pictures), at_once)]
    return torch.cat(parts).numpy()


def _explore_tensors(G: nn.Module, latent_dim: int) -> dict[str, Tensor]:
    device = next(G.parameters()).device

    @torch.no_grad()
    def picture(z: np.ndarray) -> np.ndarray:
        return G(torch.from_numpy(z).to(device)).float().cpu().numpy()

    count = min(DIRECTIONS, latent_dim)
    directions, change = latent.principal_directions(picture, latent_dim, count)
    return {"directions": torch.from_numpy(directions), "change": torch.from_numpy(change)}


def _calibration(trainer: Trainer, G: nn.Module) -> dict[str, Tensor]:
    """What D makes of images it never learnt from: held-out real ones, and its generator's from seeds."""
    real = trainer.dataset.held_out.images[:CALIBRATION_IMAGES]
    fake = generate(G, latent.seeds_to_z(range(CALIBRATION_IMAGES), trainer.config.model.latent_dim))
    D = trainer.D.eval()
    real_logits, fake_logits = logits(D, real), logits(D, fake)
    D.train()
    zero = np.float32((np.median(real_logits) + np.median(fake_logits)) / 2 if trainer.loss.paired else 0)
    scores = {"real": real_logits - zero, "fake": fake_logits - zero, "zero": np.array(zero),
              "album": thumbnails(np.concatenate([real, fake]))}
    return {f"calibration.{key}": torch.from_numpy(value) for key, value in scores.items()}


def _filled(network: nn.Module, tensors: dict[str, Tensor], prefix: str) -> nn.Module:
    network.load_state_dict({k[len(prefix):]: v for k, v in tensors.items() if k.startswith(prefix)})
    return network.eval().requires_grad_(False)


def _write(path: Path, content: bytes):
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
