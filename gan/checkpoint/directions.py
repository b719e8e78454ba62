"""The directions that an explored image moves along: of a StyleGAN in its styles, w, of all others in z."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan import latent
from gan.labels import one_hot, usual
from gan.specs import Latent

COUNT = 16
SAMPLED = 4096  # z, for how far w spreads
SEEDS, STEP = 4, 0.1  # images around which the change is measured, and how many σ away: as in z


def found(G: Any, given: Latent) -> dict[str, Tensor]:
    """For a model's file: the directions, unit length, and how much each changes an image, most first.

    Those in w have the σ of w along each beside them, "spread"; in z it is 1.
    """
    told = one_hot([usual(given)], given)  # the directions of the first class; the others' are much alike
    return _in_w(G, given.latent_dim, told) if G.style_layers > 1 else _in_z(G, given.latent_dim, told)


def read(there: Mapping[str, Tensor], G: Any, given: Latent) -> tuple[np.ndarray, np.ndarray]:
    """One σ along each direction, (k, dim) float32, and their change, (k,), of a file's tensors."""
    if G.style_layers > 1 and "spread" not in there:  # once a StyleGAN's were in z, too
        there = found(G, given)
    spread = there.get("spread", torch.ones(1))
    return (there["directions"] * spread[:, None]).numpy(), there["change"].numpy()


def closed_form(G: Any, given: Latent) -> np.ndarray:
    """One σ along each direction that G's own weights stretch most, (k, dim) float32, strongest first.

    SeFa, Shen and Zhou (2021): the eigenvectors of AᵀA, where A is what z, or of a StyleGAN w, is multiplied
    by first. No image is drawn. G must not be folded.
    """
    A = G.entrance().float().cpu().numpy()
    if G.style_layers == 1:
        return latent.strongest(A[:, : given.latent_dim], COUNT)  # what is beside z are labels
    directions = latent.strongest(A, COUNT)
    w = _sampled(G, given.latent_dim, one_hot([usual(given)], given)).cpu().numpy()
    return directions * (w @ directions.T).std(0)[:, None]


def _in_z(G: Any, dim: int, told: np.ndarray) -> dict[str, Tensor]:
    def picture(z: np.ndarray) -> np.ndarray:
        return G(_told(G, z, told)).float().cpu().numpy()

    with torch.no_grad():
        directions, change = latent.principal_directions(picture, dim, min(COUNT, dim), SEEDS, STEP)
    return {"directions": torch.from_numpy(directions), "change": torch.from_numpy(change)}


@torch.no_grad()
def _in_w(G: Any, dim: int, told: np.ndarray) -> dict[str, Tensor]:
    """As GANSpace has them; but the one that changes the image most comes first, as in z."""
    w = _sampled(G, dim, told)
    directions, spread = map(torch.from_numpy, latent.principal_styles(w.cpu().numpy(), COUNT))
    change = _change(G, w[:SEEDS], (spread[:, None] * directions).to(w))
    order = change.argsort(descending=True)
    return {"directions": directions[order], "spread": spread[order], "change": change[order]}


@torch.no_grad()
def _sampled(G: Any, dim: int, told: np.ndarray) -> Tensor:
    """The w of SAMPLED latents, (n, w_dim): the same in all layers."""
    z = np.random.RandomState(0).randn(SAMPLED, dim).astype(np.float32)
    return G.styles(_told(G, z, told))[:, 0].float()


def _change(G: Any, w: Tensor, steps: Tensor) -> Tensor:
    """How much one of the steps (k, w_dim) changes the values of the images of w (n, w_dim): (k,) float32.

    The root of the mean square, in the images' own units, by central differences.
    """
    around = w[:, None, None] + STEP * torch.stack([steps, -steps], 1)  # (n, k, 2, w_dim)
    styles = around.flatten(0, 2)[:, None].expand(-1, G.style_layers, -1)
    images = G.draw(styles).float().unflatten(0, around.shape[:3]).flatten(3)
    slopes = (images[:, :, 0] - images[:, :, 1]) / (2 * STEP)
    return slopes.square().mean((0, 2)).sqrt().cpu()


def _told(G: Any, z: np.ndarray, told: np.ndarray) -> Tensor:
    beside = np.concatenate([z, told.repeat(len(z), 0)], 1)
    return torch.from_numpy(beside).to(next(G.parameters()).device)
