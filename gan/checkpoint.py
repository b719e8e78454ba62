"""Saving, loading and listing models. A folder a model, rebuilt from its own config.

    model.safetensors      generator.* (the moving average), discriminator.*, encoder.* if there is one, and
    what
                           the page needs of them: directions, change, calibration.real, .fake, .zero, .album
    config.json            what it is and how it came about; README.md says the same for people
    preview.png            the images of seeds 0 to 63
    training.safetensors   all that is needed to go on training; its header holds the config and the step

Only safetensors and JSON: nothing of a user's is unpickled. Each file is written aside, flushed and renamed,
so that a crash leaves the old file or the new one.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from gan import data, files, images, latent, model_card
from gan.conditions import latents
from gan.config import ConfigError, ModelConfig, from_dict
from gan.data import DataError, DataSet
from gan.model_card import Facts
from gan.models import (
    Judge,
    build_discriminator,
    build_encoder,
    build_generator,
    count_parameters,
    folded,
)
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
SHARED = (MODEL, CONFIG, CARD, PREVIEW)  # what travels; training states are large, and stay

ARRAYS = ("directions", "change", "calibration.real", "calibration.fake", "calibration.album")


class CheckpointError(ValueError):
    """A model that is not there or cannot be read; its text is a sentence."""


@dataclass(frozen=True)
class Loaded:
    """A model ready to be used: networks in eval mode on a device, G folded, and what belongs to them."""

    facts: Facts
    G: nn.Module  # (n, latent_dim + classes) -> images
    D: Judge
    E: nn.Module | None  # images -> latents
    directions: np.ndarray  # (k, latent_dim) float32, unit length, strongest first
    change: np.ndarray  # (k,) float32, see latent.principal_directions
    real_logits: np.ndarray  # (n,) float32: D's scores of held-out real images
    fake_logits: np.ndarray  # (n,) float32: D's scores of its own generator's images
    album: Album  # of those same images
    zero: float  # taken off D's raw outputs: a paired loss leaves open where its logits are 0

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """Images (n, h, w, c) uint8 -> the Discriminator's logits (n,) float32, above 0 for real."""
        return self.D.scores(pictures).numpy() - self.zero


def safe_name(name: str) -> str:
    """A folder's name from what a person typed. Raises CheckpointError if nothing is left of it."""
    kept = re.sub(r"[^\w-]+", "-", name.strip().lower(), flags=re.ASCII).strip("-_")[:60].strip("-_")
    if not kept:
        raise CheckpointError("A model's name needs at least one letter (a-z) or digit.")
    return kept


def folder_of(checkpoints: Path, model: str) -> Path:
    """Where that model lies; no name leads out of `checkpoints`. Raises CheckpointError, a sentence."""
    named = isinstance(model, str) and Path(model).name == model and model[:1] not in ("", ".")
    if not named or not (checkpoints / model).is_dir():
        raise CheckpointError(f"There is no model called {model}; choose one from the list.")
    return checkpoints / model


def save_model(folder: Path, trainer: Trainer, title="", command="", metrics: dict[str, float] | None = None):
    """Writes the trainer's model, and what the page needs of it. Raises OSError on a full disk."""
    folder.mkdir(parents=True, exist_ok=True)
    config = trainer.config
    tensors = {f"generator.{k}": v for k, v in trainer.average.state_dict().items()}
    tensors |= {f"discriminator.{k}": v for k, v in trainer.D.state_dict().items()}
    if trainer.average_E:
        tensors |= {f"encoder.{k}": v for k, v in trainer.average_E.state_dict().items()}
    G = folded(trainer.average)  # what load_model gives: the preview shows exactly what the page will
    tensors |= _explore_tensors(G, config.model)
    tensors |= _calibration(trainer, G)
    facts = Facts(
        title or folder.name, config, trainer.data.title, trainer.step_count, trainer.images_seen,
        round(trainer.seconds, 1), (count_parameters(trainer.G), count_parameters(trainer.D)), metrics or {},
        command,
    )
    preview = images.png(images.grid(generate(G, latents(config.model, range(PREVIEW_SEEDS))), 8))
    files.write(folder / MODEL, save({k: v.detach().cpu().contiguous() for k, v in tensors.items()}))
    files.write(folder / PREVIEW, preview)
    write_facts(folder, facts)


def write_facts(folder: Path, facts: Facts):
    """config.json and the model card, from the same facts."""
    files.write(folder / CARD, model_card.text(facts, PREVIEW).encode())
    files.write(folder / CONFIG, json.dumps({"format": FORMAT} | asdict(facts), indent=2).encode())


def save_training(folder: Path, state: TrainState):
    """Everything that a run needs to go on exactly, beside its model."""
    folder.mkdir(parents=True, exist_ok=True)
    save_state(folder / TRAINING, state)


def save_state(path: Path, state: TrainState):
    """A training state in one file."""
    header = {"config": asdict(state.config), "step": state.step, "images_seen": state.images_seen,
              "seconds": state.seconds}
    files.write(path, save(state.tensors, {"state": json.dumps(header)}))


def load_training(folder: Path) -> TrainState:
    """Raises CheckpointError where there is nothing to go on from."""
    if not (folder / TRAINING).is_file():
        raise CheckpointError(f"{folder.name} was kept without its training state, so it cannot go on.")
    return load_state(folder / TRAINING)


def load_state(path: Path) -> TrainState:
    """What `save_state` wrote. Raises CheckpointError."""
    try:
        with safe_open(path, "pt") as file:
            header = json.loads(file.metadata()["state"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118, no dict
        config = from_dict(header["config"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"The training state of {path.parent.name} cannot be read: {error}") from error
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
        model = facts.train.model
        G = folded(_filled(build_generator(model), tensors, "generator."))
        D = _filled(build_discriminator(model), tensors, "discriminator.")
        E = _filled(build_encoder(model), tensors, "encoder.") if model.encoder else None
        *arrays, known = (tensors[key].numpy() for key in ARRAYS)
        zero = float(tensors["calibration.zero"])
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise CheckpointError(f"The weights of {folder.name} cannot be read: {error}") from error
    networks = G, Judge(D, E, len(model.classes)).eval()
    G, D = (network.to(device, memory_format=torch.channels_last) for network in networks)
    return Loaded(facts, G, D, E, *arrays, Album(known), zero)


@torch.inference_mode()
def generate(G: nn.Module, z: np.ndarray, at_once: int = 64) -> np.ndarray:
    """z (n, latent_dim + classes) float32 -> images (n, h, w, c) uint8, G in eval mode."""
    device = next(G.parameters()).device
    parts = [images.to_uint8(G(torch.from_numpy(z[i : i + at_once]).to(device)))
             for i in range(0, len(z), at_once)]
    return np.concatenate(parts)


@torch.inference_mode()
def encode(E: nn.Module, pictures: np.ndarray) -> np.ndarray:
    """Images (n, h, w, c) uint8 -> their latents (n, latent_dim) float32, E in eval mode."""
    device = next(E.parameters()).device
    return E(images.to_tensor(pictures).to(device)).float().cpu().numpy()


def sample(loaded: Loaded, seeds: Iterable[int]) -> np.ndarray:
    """The images of these seeds, (n, h, w, c) uint8; a conditional model's classes as its data has them."""
    train = loaded.facts.train
    return _sample(loaded.G, train.model, _held_out(train.data), train.label, seeds)


def known(loaded: Loaded, number: int) -> np.ndarray:
    """The image (h, w, c) uint8 behind a thumbnail of the album; that itself where its data are gone."""
    train, reals = loaded.facts.train, len(loaded.real_logits)
    held_out, seed = _held_out(train.data), number - reals
    if seed < 0:
        return held_out.images[number] if held_out else loaded.album.known[number]
    column = held_out.column(train.label) if held_out else None
    deck = np.arange(len(train.model.classes)) if column is None else column
    classes = deck[[seed % len(deck)]] if train.model.classes else None
    return generate(loaded.G, latents(train.model, [seed], classes))[0]


def _held_out(name: str) -> DataSet | None:
    try:
        return data.load(name).held_out
    except DataError:  # of a model that came without its data
        return None


def _sample(G: nn.Module, model: ModelConfig, held_out: DataSet | None, label: str, seeds: Iterable[int]):
    classes = held_out.column(label) if held_out and model.classes else None
    return generate(G, latents(model, seeds, classes))


def _explore_tensors(G: nn.Module, model: ModelConfig) -> dict[str, Tensor]:
    device = next(G.parameters()).device

    @torch.no_grad()
    def picture(z: np.ndarray) -> np.ndarray:
        first = np.zeros(len(z), int)  # directions are those of the first class; the others' are much alike
        z = latent.with_classes(z, first, len(model.classes)) if model.classes else z
        return G(torch.from_numpy(z).to(device)).float().cpu().numpy()

    count = min(DIRECTIONS, model.latent_dim)
    directions, change = latent.principal_directions(picture, model.latent_dim, count)
    return {"directions": torch.from_numpy(directions), "change": torch.from_numpy(change)}


def _calibration(trainer: Trainer, G: nn.Module) -> dict[str, Tensor]:
    """What D makes of images it never learnt from: held-out real ones, and its generator's from seeds."""
    config, held_out = trainer.config, trainer.dataset.held_out
    real = held_out.images[:CALIBRATION_IMAGES]
    fake = _sample(G, config.model, held_out, config.label, range(CALIBRATION_IMAGES))
    judge = Judge(trainer.D.eval(), trainer.average_E, len(config.model.classes))
    real_logits, fake_logits = judge.scores(real).numpy(), judge.scores(fake).numpy()
    trainer.D.train()
    middle = (np.median(real_logits) + np.median(fake_logits)) / 2
    zero = np.float32(middle if trainer.game.loss.paired else 0)
    scores = {"real": real_logits - zero, "fake": fake_logits - zero, "zero": np.array(zero),
              "album": thumbnails(np.concatenate([real, fake]))}
    return {f"calibration.{key}": torch.from_numpy(value) for key, value in scores.items()}


def _filled(network: nn.Module, tensors: dict[str, Tensor], prefix: str) -> nn.Module:
    network.load_state_dict({k[len(prefix):]: v for k, v in tensors.items() if k.startswith(prefix)})
    return network.eval().requires_grad_(False)
