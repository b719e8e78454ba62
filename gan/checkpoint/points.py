"""From explored points to what G takes, and G's images of them: latents, labels beside, manner."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy import ndarray
from torch import nn

from gan import labels, specs
from gan.checkpoint.store import Loaded, generate, generate_styled
from gan.labels import one_hot
from gan.latent import Latent

UNSTYLED = (
    "This model has no styles: only a StyleGAN's are truncated, mixed, moved in some layers or drawn with "
    "other noise."
)


def styled(loaded: Loaded) -> bool:
    """Whether its G has styles: a StyleGAN's."""
    return loaded.facts.train.model.generator.kind == "style"


def in_manner(G: nn.Module, has_styles: bool, z: ndarray, like: Latent, moved: ndarray | None) -> ndarray:
    """z (n, latent_dim + width) -> images (n, h, w, c) uint8, with the ψ and the noise of a point.

    moved: what is added to the styles, (n, layers, w_dim). Raises ValueError, a sentence, where G has none.
    """
    if like.psi == 1 and not like.noise and moved is None:
        return generate(G, z)
    if not has_styles:
        raise ValueError(UNSTYLED)
    return generate_styled(G, z, like.psi, like.noise, moved)


def points(
    loaded: Loaded, latents: Sequence[Latent], named: dict[str, ndarray]
) -> tuple[ndarray, ndarray | None]:
    """See Studio.points. named: the directions that the points may move along by name."""
    has_styles = styled(loaded)
    if not has_styles and any(latent.layers for latent in latents):
        raise ValueError(UNSTYLED)
    bare = [replace(one, moves=(), named=(), taught=()) for one in latents] if has_styles else latents
    z = np.concatenate([_point(loaded, one, named) for one in bare])
    if not has_styles or not any(latent.moves or latent.named or latent.taught for latent in latents):
        return z, None
    layers = specs.style_layers(loaded.facts.train.model.grid_size)
    return z, np.stack([one.in_styles(loaded.directions, layers, named) for one in latents])


def _point(loaded: Loaded, latent: Latent, named: dict[str, ndarray]) -> ndarray:
    given = loaded.facts.train.model.latent
    still = np.zeros((0, given.latent_dim), np.float32)
    z = latent.z(loaded.directions if latent.moves else still, named)[None]
    return checked(with_labels(z, given, latent.value) if latent.value else z, given)


def with_labels(z: ndarray, given: specs.Latent, value: str | dict[str, str]) -> ndarray:
    """z (n, latent_dim) with the same labels beside each, (n, latent_dim + width). Raises ValueError."""
    return _beside(z, given, labels.chosen(given.labels, value))


def _beside(z: ndarray, given: specs.Latent, values: tuple[int, ...]) -> ndarray:
    """z (n, latent_dim) with the same values of its labels beside each."""
    return np.concatenate([z, one_hot([values], given).repeat(len(z), 0)], 1)


def checked(z: ndarray, given: specs.Latent) -> ndarray:
    """z as G takes it, (n, latent_dim + width) float32; without labels, "any" or the first stand beside it.

    Raises ValueError, a sentence, where z does not fit.
    """
    z, dim, width = np.asarray(z, np.float32), given.latent_dim, given.width
    if width and z.ndim == 2 and z.shape[1] == dim:
        z = _beside(z, given, labels.usual(given))
    if z.ndim != 2 or z.shape[1] != dim + width:
        beside = f" or, with the {width} numbers of its labels, (n, {dim + width})" if width else ""
        raise ValueError(f"This model takes latents of shape (n, {dim}){beside}, not {z.shape}.")
    if not np.isfinite(z).all():
        raise ValueError("A latent's coordinates must be finite numbers.")
    return z
