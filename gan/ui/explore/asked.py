"""What explore.js asks with: the whole position, as JSON, and what else goes beside it."""

from urllib.parse import urlencode

from gan.latent import Latent


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


def whole(value, end: int) -> int:
    """A whole number from 0 to below `end`. Raises ValueError, a sentence, for anything else."""
    if not isinstance(value, int) or not 0 <= value < end:
        raise ValueError(f"That must be a whole number from 0 to {end - 1}.")
    return value
