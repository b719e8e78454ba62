"""Models: what a run leaves, written; and read, ready to be used. For their files see folder.py."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial, singledispatch
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn

from gan import data, images
from gan.checkpoint import card, directions, needed
from gan.checkpoint.card import Facts
from gan.checkpoint.folder import MODEL, PREVIEW, TITLE, read_facts, unreadable, write_facts
from gan.config import TrainConfig
from gan.data import DataError, DataSet, kept
from gan.data.conditions import dealt, rows
from gan.labels import in_turn, latents, left_open
from gan.losses import LOSSES
from gan.measure.occlusion import REALS, heat_map
from gan.measure.unfamiliar import Album, thumbnails
from gan.models import Judge, count_parameters, folded, sides, styles
from gan.models.layers import Inside
from gan.specs import Given, Latent, ModelConfig
from gan.system import files, reading, tensors
from gan.system.reading import Spoilt
from gan.version import VERSION

PREVIEW_SEEDS = 64
CALIBRATION_IMAGES = 1024
ARRAYS = ("calibration.real", "calibration.fake", "calibration.album")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run's model as it was after one step: all that `save_model` needs, and nothing of the loop."""

    config: TrainConfig
    dataset: DataSet
    generators: dict[str, nn.Module]  # their moving averages, in eval mode; an encoder is one of them
    discriminators: dict[str, nn.Module]
    step: int
    images_seen: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Networks:
    """What stands in a model's folder, of whatever kind it is."""

    facts: Facts
    generators: dict[str, nn.Module]  # in eval mode
    discriminators: dict[str, nn.Module]
    tensors: dict[str, Tensor]  # all of the file, the companions among them


@dataclass(frozen=True)
class Loaded:
    """A model ready to be used: networks in eval mode on a device, G folded, and what belongs to them."""

    facts: Facts
    G: nn.Module  # (n, latent_dim + width) -> images
    D: Judge
    E: nn.Module | None  # images -> latents
    directions: np.ndarray  # (k, latent_dim) float32, one σ along each, strongest first; (k, w_dim) in w
    change: np.ndarray  # (k,) float32, see latent.principal_directions
    real_logits: np.ndarray  # (n,) float32: D's scores of held-out real images
    fake_logits: np.ndarray  # (n,) float32: D's scores of its own generator's images
    album: Album  # of those same images
    zero: float  # taken off D's raw outputs: a paired loss leaves open where its logits are 0

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """Images (n, h, w, c) uint8 -> the Discriminator's logits (n,) float32, above 0 for real."""
        return self.D.scores(pictures).numpy() - self.zero

    def inside(self, picture: np.ndarray) -> Inside:
        """The Discriminator while it judges a picture (h, w, c) uint8."""
        seen = images.to_tensor(picture[None]).to(next(self.D.parameters()).device)
        return Inside(self.D.D, lambda D: D(seen, *self.D.beside(seen)))

    def about(self, picture: np.ndarray) -> Callable[[Tensor], Tensor]:
        """The logits of images (n, c, h, w) near this one, (h, w, c) uint8, with their slopes."""
        return lambda seen: self.D(seen) - self.zero

    def map(self, picture: np.ndarray) -> np.ndarray:
        """Where the Discriminator looks in a picture (h, w, c) uint8: (h, w) float32, see heat_map."""
        return heat_map(self.logits, picture)

    @cached_property
    def usual_map(self) -> np.ndarray | None:
        """The mean of `map` over held-out real images, (h, w) float32; None where its data are gone."""
        try:
            return np.mean([self.map(one) for one in self.real(REALS, 0)], 0)
        except DataError:
            return None

    def real(self, count: int, seed: int) -> np.ndarray:
        """Held-out images, (n, h, w, c) uint8, which a seed chooses. Raises DataError."""
        return some(data.load(self.facts.train.data).held_out.images, count, seed)

    def made(self, count: int, seed: int) -> np.ndarray:
        """Images of its generator, (n, h, w, c) uint8, which a seed chooses."""
        return sample(self, np.random.RandomState(seed).randint(1 << 31, size=count).tolist())

    def known(self, number: int) -> np.ndarray:
        """The image (h, w, c) uint8 behind a thumbnail of the album; that itself where its data are gone."""
        train, reals = self.facts.train, len(self.real_logits)
        held_out, seed = _held_out(train.data), number - reals
        if seed < 0:
            return held_out.images[number] if held_out else self.album.known[number]
        given = train.model.latent
        deck = rows(held_out, given)
        told = in_turn(given, seed + 1) if deck is None else deck[[seed % len(deck)]]
        return generate(self.G, latents(given, [seed], told[-1:]))[0]


class Trains(Protocol):
    """What has a model at every step, as a Trainer does."""

    def snapshot(self) -> Snapshot: ...


def save_model(
    folder: Path, shot: Snapshot | Trains, title="", command="", metrics: dict[str, float] | None = None
):
    """Writes the model, and what the page needs of it. Raises OSError on a full disk.

    Of a Trainer it is the model as it is now.
    """
    shot = shot if isinstance(shot, Snapshot) else shot.snapshot()
    folder.mkdir(parents=True, exist_ok=True)
    config = replace(shot.config, start_from="")  # the path of a file, of no use to others
    values = {f"{name}.{key}": value for name, network in (shot.generators | shot.discriminators).items()
              for key, value in network.state_dict().items()}  # fmt: skip
    beside = companions(config.model.given, shot)
    values |= beside.tensors
    facts = Facts(
        (title or folder.name)[:TITLE],
        config,
        shot.dataset.title,
        shot.step,
        shot.images_seen,
        round(shot.seconds, 1),
        (_parameters(shot.generators), _parameters(shot.discriminators)),
        {name: value for name, value in (metrics or {}).items() if math.isfinite(value)},
        card.without_paths(command[-reading.MOST_TEXT :]),
        VERSION,
    )
    files.write(folder / MODEL, save({k: v.detach().cpu().contiguous() for k, v in values.items()}))
    if len(beside.preview):
        files.write(folder / PREVIEW, images.png(images.grid(beside.preview, 8)))
    write_facts(folder, facts)
    kept.used_in(config.data, folder)


@dataclass(frozen=True)
class Companions:
    """What a model is kept with beside its networks."""

    tensors: dict[str, Tensor]  # what the page needs of them; needed.beside says the same of a file
    preview: np.ndarray  # images (n, h, w, c) uint8, none at all for no preview


@singledispatch
def companions(given: Given, shot: Snapshot) -> Companions:
    """By what the model is given; nothing, where nothing else is registered."""
    return Companions({}, np.zeros((0, 1, 1, 3), np.uint8))


@companions.register
def _(given: Latent, shot: Snapshot) -> Companions:
    G = folded(shot.generators["G"])  # what load_model gives: the preview shows exactly what the page will
    tensors = directions.found(G, given) | calibration(shot, G)
    z = latents(given, range(PREVIEW_SEEDS), dealt(shot.dataset.train, given))
    return Companions(tensors, generate(G, z))


def renamed(there: dict) -> dict:
    """The tensors of a model by today's names; format 1 called its networks by words."""
    words = {"generator": "G", "discriminator": "D", "encoder": "E"}
    parts = ((name, name.partition(".")) for name in there)
    return {f"{words.get(first, first)}{dot}{rest}": there[name] for name, (first, dot, rest) in parts}


def check_weights(folder: Path, model: ModelConfig) -> int:
    """The size of the weights in bytes, once their header fits the config. Raises CheckpointError."""
    try:
        header = tensors.header(folder / MODEL)
        header = replace(header, tensors=renamed(header.tensors))
        tensors.check(header.tensors, needed.by_model(header, model))
    except Exception as error:
        raise unreadable(f"The model {folder.name}", error) from error
    return header.bytes


def load_networks(folder: Path) -> Networks:
    """Both sides rebuilt from config.json with the weights beside it, on the CPU. Raises CheckpointError."""
    facts = read_facts(folder)
    size = check_weights(folder, facts.train.model)
    try:
        there = renamed(tensors.load_all(folder / MODEL, size))
        if not all(value.isfinite().all() for value in there.values()):
            raise Spoilt("its weights are no longer numbers")
        generators, discriminators = (_filled(side, there) for side in sides(facts.train.model))
    except Exception as error:  # of torch: another model may well be loaded
        raise unreadable(f"The model {folder.name}", error) from error
    return Networks(facts, dict(generators.items()), dict(discriminators.items()), there)


def load_model(folder: Path, device: str = "cpu") -> Loaded:
    """A model that is given a latent, ready to be used. Raises CheckpointError."""
    kept = load_networks(folder)
    E, there = kept.generators.get("E"), kept.tensors
    try:
        real, fake, album = (there[key].numpy() for key in ARRAYS)
        zero = float(there["calibration.zero"])
        given = kept.facts.train.model.latent
        judge = Judge(kept.discriminators["D"], E, left_open(given)).eval()
        G = folded(kept.generators["G"]).to(device).to(memory_format=torch.channels_last)
        D = judge.to(device).to(memory_format=torch.channels_last)
        moves, change = directions.read(there, G, given)
    except Exception as error:  # of the device, of a model of another kind
        raise unreadable(f"The model {folder.name}", error) from error
    return Loaded(kept.facts, G, D, E, moves, change, real, fake, Album(album), zero)


@torch.inference_mode()
def generate(G: nn.Module, z: np.ndarray, at_once: int = 64) -> np.ndarray:
    """z (n, latent_dim + width) float32 -> images (n, h, w, c) uint8, G in eval mode."""
    return _drawn(G, G, z, at_once=at_once)


@torch.inference_mode()
def generate_styled(
    G: nn.Module, z: np.ndarray, psi: float, noise: int, moved: np.ndarray | None = None
) -> np.ndarray:
    """The same of a StyleGAN's: see gan.models.styles.truncated; `moved` is (n, layers, w_dim) float32."""

    def make(z: Tensor, *moved: Tensor) -> Tensor:
        return styles.truncated(G, z, psi, noise, *moved)

    return _drawn(G, make, z) if moved is None else _drawn(G, make, z, moved)


@torch.inference_mode()
def mix(G: nn.Module, a: np.ndarray, b: np.ndarray, layers: range, psi: float, noise: int) -> np.ndarray:
    """Images (n, m, h, w, c) uint8 of every a with every b's styles in these layers, a StyleGAN's."""
    there = torch.from_numpy(b).to(next(G.parameters()).device)
    make = partial(styles.mixed, G, b=there, layers=layers, psi=psi, noise=noise)
    return np.stack([_drawn(G, make, one[None]) for one in a])


@torch.inference_mode()
def from_mean_style(G: Any, z: np.ndarray) -> np.ndarray:
    """What a StyleGAN makes of z, (n, layers, w_dim) float32, less its mean w."""
    w = G.styles(torch.from_numpy(z).to(next(G.parameters()).device))
    return (w - G.truncated(w, 0.0)).float().cpu().numpy()


def _drawn(G: nn.Module, make: Callable[..., Tensor], *given: np.ndarray, at_once: int = 64) -> np.ndarray:
    """What `make` makes of rows of these arrays, some at a time, on G's device."""
    device = next(G.parameters()).device
    parts = [
        images.to_uint8(make(*(torch.from_numpy(one[i : i + at_once]).to(device) for one in given)))
        for i in range(0, len(given[0]), at_once)
    ]
    return np.concatenate(parts)


@torch.inference_mode()
def encode(E: nn.Module, pictures: np.ndarray) -> np.ndarray:
    """Images (n, h, w, c) uint8 -> their latents (n, latent_dim) float32, E in eval mode."""
    device = next(E.parameters()).device
    return E(images.to_tensor(pictures).to(device)).float().cpu().numpy()


def sample(loaded: Loaded, seeds: Iterable[int]) -> np.ndarray:
    """The images of these seeds, (n, h, w, c) uint8; a conditional model's labels as its data has them."""
    train = loaded.facts.train
    return _sample(loaded.G, train.model.latent, _held_out(train.data), seeds)


def some(pictures: np.ndarray, count: int, seed: int) -> np.ndarray:
    """As many of them, which a seed chooses."""
    chosen = np.random.RandomState(seed).choice(len(pictures), min(count, len(pictures)), replace=False)
    return pictures[chosen]


def _held_out(name: str) -> DataSet | None:
    try:
        return data.load(name).held_out
    except DataError:  # of a model that came without its data
        return None


def _sample(G: nn.Module, given: Latent, held_out: DataSet | None, seeds: Iterable[int]) -> np.ndarray:
    return generate(G, latents(given, seeds, rows(held_out, given)))


def calibration(shot: Snapshot, G: nn.Module) -> dict[str, Tensor]:
    """What D makes of images it never learnt from: held-out real ones, and its generator's from seeds."""
    config, held_out = shot.config, shot.dataset.held_out
    real = held_out.images[:CALIBRATION_IMAGES]
    fake = _sample(G, config.model.latent, held_out, range(CALIBRATION_IMAGES))
    judge = Judge(shot.discriminators["D"].eval(), shot.generators.get("E"), left_open(config.model.latent))
    real_logits, fake_logits = judge.scores(real).numpy(), judge.scores(fake).numpy()
    middle = (np.median(real_logits) + np.median(fake_logits)) / 2
    zero = np.float32(middle if LOSSES[config.loss].paired else 0)
    scores = {
        "real": real_logits - zero,
        "fake": fake_logits - zero,
        "zero": np.array(zero),
        "album": thumbnails(np.concatenate([real, fake])),
    }
    return {f"calibration.{key}": torch.from_numpy(value) for key, value in scores.items()}


def _parameters(side: dict[str, nn.Module]) -> int:
    """Of a side's first network: of G and not of its encoder, of one of two alike."""
    return count_parameters(next(iter(side.values())))


def _filled(networks: nn.ModuleDict, tensors: dict[str, Tensor]) -> nn.ModuleDict:
    wanted = networks.state_dict().keys()
    networks.load_state_dict({key: value for key, value in tensors.items() if key in wanted})
    return networks.eval().requires_grad_(False)
