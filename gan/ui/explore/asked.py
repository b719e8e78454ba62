"""What explore.js asks with: the whole position, as JSON, and what else goes beside it."""

from dataclasses import replace
from urllib.parse import urlencode

from gan.latent import MOST_COORDINATES, Latent


def read_latent(asked: dict) -> Latent:
    """The Latent that the script's JSON stands for. Raises ValueError, a sentence."""
    try:
        edits, named = _tuples(asked.get("edits"), 2), _tuples(asked.get("named"), 2)
        moves, value = tuple(asked.get("moves") or ()), asked.get("class", "")
        return Latent(asked.get("seed", 0), asked.get("scale", 1.0), moves, edits, value,
                      asked.get("psi", 1.0), asked.get("noise", 0), asked.get("below", 0.0),
                      asked.get("layers", ""), named, _tuples(asked.get("taught"), 3))  # fmt: skip
    except TypeError:
        raise ValueError("These slider positions make no sense; reload the page.") from None


def query_of(model: str, latent: Latent) -> str:
    """An image as a link has it."""
    return urlencode({"model": model} | latent.to_query())


def _tuples(asked, length: int) -> tuple[tuple, ...]:
    there = tuple(map(tuple, asked or ()))
    if any(len(one) != length for one in there):
        raise TypeError
    return there


def place(asked: dict) -> tuple[str, Latent]:
    """The model and the point in its latent space."""
    return str(asked.get("model")), read_latent(asked)


def slid(latent: Latent, slider: str, value: float) -> Latent:
    """The point with one slider at `value`, in σ.

    slider: as pad.js calls it, such as move.3, named.glasses or taught.curls. Raises ValueError for another.
    """
    kind, _, name = slider.partition(".")
    codes = {called: code for called, code, _ in latent.taught}
    if kind == "move" and name.isdecimal() and int(name) < MOST_COORDINATES:
        moves = {**dict(enumerate(latent.moves)), int(name): value}
        return replace(latent, moves=tuple(moves.get(k, 0.0) for k in range(max(moves) + 1)))
    if kind == "named":
        return replace(latent, named=(*latent.named, (name, value)))
    if kind == "taught" and name in codes:
        return replace(latent, taught=(*latent.taught, (name, codes[name], value)))
    raise ValueError("There is no such slider here.")


def whole(value, end: int) -> int:
    """A whole number from 0 to below `end`. Raises ValueError, a sentence, for anything else."""
    if not isinstance(value, int) or not 0 <= value < end:
        raise ValueError(f"That must be a whole number from 0 to {end - 1}.")
    return value
