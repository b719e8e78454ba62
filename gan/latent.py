"""Latents: seeds, the ways between them, and the directions that change an image most. numpy alone."""

import math
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
from numpy import ndarray

from gan.specs import STYLES, layers_of

LAST_SEED = 2**32 - 1  # what numpy.random.RandomState takes
LARGEST = 1000.0  # of a scale, a move or an edit: far beyond any image, near enough for float32
LEAST_TRUNCATION = 0.01  # one number in 125 lies so near 0
LARGEST_PSI = 1.5  # that people may ask for: beyond it there is nothing new to see
BOUNDS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)  # of |z|, that a model is measured by; beyond 4: 1 in 16,000
MOST_COORDINATES = 512  # the widest latent that a ModelConfig allows
DECIMALS = 3  # of each coordinate of a point that no seed has, so that a link holds them all
MOST_NAMED = 64  # moves along directions with names
MOST_TAUGHT = 8  # of one's own
SPELT = re.compile("(?:[0-9a-f]{2}){5,516}")  # directions of one's own, see `spelt`
DIRECTION = re.compile("[a-z0-9][a-z0-9 &-]{0,39}")  # their names: nothing that a link would take for its own
LONGEST_CLASS = 1000  # letters: some names of folders of images, see labels.spelled
NONE: Mapping[str, ndarray] = {}  # directions with names


def seed_to_z(seed: int, dim: int) -> ndarray:
    """The latent of a seed, (dim,) float32, standard normal; the same numbers as in StyleGAN's tools."""
    return _drawn(_checked_seed(seed), dim).copy()


def seeds_to_z(seeds: Iterable[int], dim: int) -> ndarray:
    """The latents of some seeds, (n, dim) float32."""
    return np.stack([seed_to_z(seed, dim) for seed in seeds])


@lru_cache(maxsize=1024)
def _drawn(seed: int, dim: int) -> ndarray:
    """Kept, since a generator of random numbers takes longer to set up than a drag has time."""
    return np.random.RandomState(seed).randn(1, dim)[0].astype(np.float32)


def truncated(source: int | np.random.RandomState, dim: int, below: float) -> ndarray:
    """A latent all of whose coordinates are less than `below` from 0, (dim,) float32: Brock et al. (2019).

    Those that are not are drawn again until they are. Of a seed it is the latent of `seed_to_z`, but for
    these. Raises ValueError, a sentence, for a bound that takes too long to keep.
    """
    if not below >= LEAST_TRUNCATION:
        raise ValueError(f"A truncation is a number from {LEAST_TRUNCATION:g}, not “{str(below)[:20]}”.")
    given = isinstance(source, np.random.RandomState)
    random: Any = source if given else np.random.RandomState(_checked_seed(source))
    z = random.randn(1, dim)[0]
    while len(outside := np.flatnonzero(np.abs(z) >= below)):
        z[outside] = random.randn(len(outside))
    return z.astype(np.float32)


def parse_seeds(text: str, most: int) -> list[int]:
    """The seeds that "1,2,5-10" names, in that order; a range may run backwards.

    Raises ValueError, a sentence, for anything else and for more than `most` seeds.
    """
    seeds = []
    for part in re.split(r"[,\s]+", re.sub(r"\s*[-–]\s*", "-", text.strip())):
        if part:
            seeds += _range_of_seeds(part, most)
        if len(seeds) > most:
            raise ValueError(f"That is more than {most} seeds; give at most {most}.")
    if not seeds:
        raise ValueError("No seed is given; write seeds like 1,2,5-10.")
    return seeds


def _range_of_seeds(part: str, most: int) -> list[int]:
    match = re.fullmatch(r"([0-9]+)(?:-([0-9]+))?", part)
    if not match:
        raise ValueError(f"“{part[:20]}” is not a seed or a range of seeds; write seeds like 1,2,5-10.")
    first, last = (_checked_seed(end[:20]) for end in (match[1], match[2] or match[1]))
    step = 1 if last >= first else -1
    return list(range(first, last + step, step)[: most + 1])  # one too many is enough to be refused


def parse_moves(text: str) -> tuple[float, ...]:
    """The moves that "2,-1" names, in σ along a model's directions; none of an empty text.

    Raises ValueError, a sentence.
    """
    parts = str(text).split(",") if str(text).strip() else []
    return tuple(_checked_number("A move", part) for part in parts)


def lerp(a: ndarray, b: ndarray, t: float | ndarray) -> ndarray:
    """Straight from a (t = 0) to b (t = 1); a, b (..., dim), t a number or (n,). Exact at both ends."""
    a, b, t, dtype = _prepared(a, b, t)
    return ((1 - t) * a + t * b).astype(dtype)


def slerp(a: ndarray, b: ndarray, t: float | ndarray) -> ndarray:
    """Along the great circle from a to b, Shoemake (1985); shapes as for `lerp`. Exact at both ends.

    For Gaussian latents: the straight line passes nearer the origin than any latent lies. Where a and b are
    nearly parallel, opposite or zero there is no one circle, and it falls back to `lerp`.
    """
    a, b, t, dtype = _prepared(a, b, t)
    lengths = np.linalg.norm(a, axis=-1, keepdims=True) * np.linalg.norm(b, axis=-1, keepdims=True)
    cosine = (a * b).sum(-1, keepdims=True) / np.where(lengths > 0, lengths, 1)
    angle = np.arccos(np.clip(np.where(lengths > 0, cosine, 1), -1, 1))
    straight = np.sin(angle) < 1e-4  # there the two differ by less than float32 can tell
    angle = np.where(straight, 1, angle)
    curved = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
    return np.where(straight, (1 - t) * a + t * b, curved).astype(dtype)


def _prepared(a: ndarray, b: ndarray, t: float | ndarray) -> tuple:
    """a and b in float64, t with an axis for dim, and the type that the result should have."""
    a, b, t = np.asarray(a), np.asarray(b), np.asarray(t, np.float64)
    dtype = np.result_type(a, b, np.float32)
    return a.astype(np.float64), b.astype(np.float64), t[..., None] if t.ndim else t, dtype


WAYS: dict[str, Callable] = {"slerp": slerp, "lerp": lerp}


def places(
    stops: int, frames: int, loop: bool = False, legs: Sequence[float | None] = (), ease: bool = False
) -> ndarray:
    """Where each frame of a walk stands: 1.25 is a quarter of the way from its second stop to its third.

    Every stop stands exactly on one of the frames. A loop goes on from the last to the first and leaves out
    the duplicate last frame, so that it plays round and round without a stutter. legs: how many frames each
    takes; None, or none said, is an even share of `frames`. ease: slowly off and slowly in, by 3t² - 2t³.
    Raises ValueError, a sentence, for fewer frames than stops.
    """
    if frames < stops:
        raise ValueError(f"A walk through {stops} points needs at least as many frames, not {frames}.")
    if stops == 1:
        return np.zeros(frames)
    count = stops if loop else stops - 1
    even = (frames if loop else frames - 1) / count
    lengths = [even if leg is None else max(leg, 1) for leg in [*legs, *[None] * count][:count]]
    frame_of_stop = np.floor(np.cumsum([0, *lengths]) + 0.5)
    place = np.interp(np.arange(frame_of_stop[-1] + (not loop)), frame_of_stop, np.arange(count + 1))
    t = place % 1
    return place - t + t * t * (3 - 2 * t) if ease else place


def walk(points: ndarray, at: ndarray, kind: str = "slerp") -> ndarray:
    """A path of (frames, dim) through points (k, dim). at: where each frame stands, see `places`."""
    points = np.atleast_2d(points)
    if kind not in WAYS:
        raise ValueError(f"A walk can be {' or '.join(WAYS)}, not “{kind}”.")
    start = at.astype(int)
    return WAYS[kind](points[start], points[(start + 1) % len(points)], at - start)


@dataclass(frozen=True)
class Latent:
    """The whole state of an explored image, small enough for a link.

    Put into one form when made, so that equal latents compare equal: no zeros at the end of the moves nor
    among the named ones, which stand by name, and the edits by coordinate. Raises ValueError, a sentence, for
    a value that makes no sense.
    """

    seed: int = 0
    scale: float = 1.0  # of the whole latent
    moves: tuple[float, ...] = ()  # along the model's directions, strongest first, in σ: in z, or in w
    edits: tuple[tuple[int, float], ...] = ()  # coordinate, the value in place of the seed's
    value: str = ""  # the class that a conditional model draws; it goes beside z, see labels.py
    psi: float = 1.0  # a StyleGAN's truncation: how far its styles are from the mean one
    noise: int = 0  # a seed of other noise for a StyleGAN's layers than the network's own, which is 0
    below: float = 0.0  # a BigGAN's truncation: a bound that all of z keeps, see `truncated`; 0 for none
    layers: str = ""  # of a StyleGAN, that the moves are told: coarse, middle, fine; "" for all
    named: tuple[tuple[str, float], ...] = ()  # moves along directions with names, in σ, see attributes.py
    taught: tuple[tuple[str, str, float], ...] = ()  # along somebody's own: the name, `spelt`, and the σ

    def __post_init__(self):
        for what, many in (("moves", self.moves), ("edits", self.edits)):
            if len(many) > MOST_COORDINATES:
                raise ValueError(f"There are {len(many)} {what}; a latent has at most {MOST_COORDINATES}.")
        moves = [_checked_number("A move", value) for value in self.moves]
        while moves and moves[-1] == 0:
            moves.pop()
        edits = {_checked_coordinate(place): _checked_number("An edit", value) for place, value in self.edits}
        if not isinstance(self.value, str) or len(self.value) > LONGEST_CLASS:
            named = str(self.value)[:20]
            raise ValueError(f"A class is a text of up to {LONGEST_CLASS} letters, not “{named}”.")
        if self.layers not in ("", *STYLES):
            raise ValueError(f"Layers are {', '.join(STYLES)} or all of them, not “{str(self.layers)[:20]}”.")
        object.__setattr__(self, "seed", _checked_seed(self.seed))
        object.__setattr__(self, "scale", _checked_number("The scale", self.scale))
        object.__setattr__(self, "psi", _checked_number("ψ", self.psi))
        object.__setattr__(self, "noise", _checked_seed(self.noise))
        object.__setattr__(self, "below", _checked_number("A truncation", self.below))
        object.__setattr__(self, "moves", tuple(moves))
        object.__setattr__(self, "edits", tuple(sorted(edits.items())))
        object.__setattr__(self, "named", _checked_named(self.named))
        object.__setattr__(self, "taught", _checked_taught(self.taught))

    @classmethod
    def at(cls, z: ndarray, value: str = "") -> "Latent":
        """The point z (dim,) itself, to DECIMALS, whatever it comes from: every coordinate is an edit."""
        return cls(edits=tuple((k, round(float(one), DECIMALS)) for k, one in enumerate(z)), value=value)

    def z(self, directions: ndarray, named: Mapping[str, ndarray] = NONE) -> ndarray:
        """The latent itself, (dim,) float32, for a model with these directions, (k, dim) and by name (dim,).

        Raises ValueError, a sentence, where the model has fewer directions or coordinates than this needs.
        """
        moved = self.own(directions.shape[1]) + self._move(directions, named)
        return (self.scale * moved).astype(np.float32)

    def own(self, dim: int) -> ndarray:
        """The seed's own numbers, but for the edits: z before moves and scale, (dim,) float32."""
        if self.edits and self.edits[-1][0] >= dim:
            raise ValueError(f"This model has {dim} coordinates; there is no coordinate {self.edits[-1][0]}.")
        z = truncated(self.seed, dim, self.below) if self.below else seed_to_z(self.seed, dim)
        for place, value in self.edits:
            z[place] = value
        return z

    def in_styles(self, directions: ndarray, count: int, named: Mapping[str, ndarray] = NONE) -> ndarray:
        """What the moves add to the `count` styles of a StyleGAN, (count, w_dim) float32.

        directions: one σ along each, in w (k, w_dim); named: likewise, each (w_dim,). Raises ValueError as
        `z` does.
        """
        added = np.zeros((count, directions.shape[1]), np.float32)
        added[layers_of(self.layers, count) if self.layers else range(count)] = self._move(directions, named)
        return added

    def _move(self, directions: ndarray, named: Mapping[str, ndarray]) -> ndarray:
        count = len(directions)
        if len(self.moves) > count:
            raise ValueError(f"This model has {count} directions; the latent moves along {len(self.moves)}.")
        if unknown := [name for name, _ in self.named if name not in named]:
            raise ValueError(f"This model has no direction called “{unknown[0]}”.")
        way = np.asarray(self.moves, np.float64) @ directions[: len(self.moves)]
        by_name = [(named[name], by) for name, by in self.named]
        by_name += [
            (own_direction(name, code, directions.shape[1]), by) for name, code, by in self.taught if by
        ]
        for direction, by in by_name:
            way = way + by * direction.astype(np.float64)
        return way

    def to_query(self) -> dict[str, str]:
        """For a link: what differs from the default; see `from_query`. Only names may need escaping.

        Of edits that follow one another the first alone names its coordinate: 512 of them fit into a link.
        """
        query = {"seed": str(self.seed)}
        if self.scale != 1:
            query["scale"] = _number_text(self.scale)
        if self.moves:
            query["moves"] = "_".join(map(_number_text, self.moves))
        if self.edits:
            before = [-1, *(place + 1 for place, _ in self.edits)]
            query["edits"] = "_".join(
                _number_text(value) if place == next_one else f"{place}x{_number_text(value)}"
                for (place, value), next_one in zip(self.edits, before, strict=False)
            )
        if self.psi != 1:
            query["psi"] = _number_text(self.psi)
        if self.noise:
            query["noise"] = str(self.noise)
        if self.below:
            query["below"] = _number_text(self.below)
        if self.layers:
            query["layers"] = self.layers
        if self.named:
            query["named"] = ",".join(f"{name}:{_number_text(by)}" for name, by in self.named)
        if self.taught:
            query["taught"] = ",".join(f"{name}:{code}:{_number_text(by)}" for name, code, by in self.taught)
        if self.value:
            query["class"] = self.value
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Latent":
        """The latent that `to_query` wrote; what is missing is the default, other names are left alone.

        Raises ValueError, a sentence, for values that make no sense.
        """
        moves, edits = (str(query.get(name) or "") for name in ("moves", "edits"))
        read: dict[str, Any] = {  # texts, of which __post_init__ makes numbers
            "seed": query.get("seed") or 0,
            "scale": query.get("scale") or 1.0,
            "moves": tuple(moves.split("_")) if moves else (),
            "edits": _read_edits(edits) if edits else (),
            "value": query.get("class") or "",
            "psi": query.get("psi") or 1.0,
            "noise": query.get("noise") or 0,
            "below": query.get("below") or 0.0,
            "layers": query.get("layers") or "",
            "named": _read_named(str(query.get("named") or "")),
            "taught": _read_taught(str(query.get("taught") or "")),
        }
        return cls(**read)

    def to_text(self) -> str:
        """The same in a word, for a list of latents in a link; see `from_text`."""
        moving = replace(self, taught=tuple(one for one in self.taught if one[2]))
        query = moving.to_query() | ({"class": quote(self.value, safe="")} if self.value else {})
        return query["seed"] + "".join(mark + query[name] for name, mark in MARKS.items() if name in query)

    @classmethod
    def from_text(cls, text: str) -> "Latent":
        """The latent that `to_text` wrote. Raises ValueError, a sentence."""
        match = re.fullmatch(IN_A_WORD, str(text))
        if not match:
            raise ValueError(f"“{str(text)[:20]}” is no image of a walk.")
        names, values = ("seed", *MARKS), [value or "" for value in match.groups()]
        return cls.from_query(dict(zip(names, values, strict=True)) | {"class": unquote(values[-1])})


def styled(psi: float) -> Latent:
    """The manner in which a StyleGAN draws with its styles truncated by ψ.

    Raises ValueError, a sentence, for what is no number from 0 to LARGEST_PSI.
    """
    with suppress(ValueError):
        like = Latent(psi=psi)
        if 0 <= like.psi <= LARGEST_PSI:
            return like
    raise ValueError(f"ψ is a number from 0, the mean style, to {LARGEST_PSI:g}, not “{str(psi)[:20]}”.")


# Before each part of a latent in a word: capitals, which no number holds.
MARKS = {"scale": "S", "moves": "M", "edits": "E", "psi": "P", "noise": "N", "below": "B", "layers": "L",
         "named": "A", "taught": "T", "class": "C"}  # fmt: skip
IN_A_WORD = "([0-9]+)" + "".join(f"(?:{mark}([^A-Z]*))?" for mark in "SMEPNBLAT") + "(?:C(.*))?"


def _read_edits(text: str) -> tuple[tuple[str, str], ...]:
    """ "3x0.25_0.5_17x-1" -> coordinates 3, 4 and 17 with their values."""
    edits, place = [], ""
    for part in text.split("_"):
        named, by, value = part.rpartition("x")
        place = named if by else str(_checked_coordinate(place) + 1)
        edits.append((place, value))
    return tuple(edits)


def _read_named(text: str) -> tuple[tuple[str, str], ...]:
    """ "glasses:1.5,red hair:-2" -> each name with its number."""
    parts = (part.rpartition(":") for part in text.split(",") if part)
    return tuple((name, by) for name, _, by in parts)


def _checked_named(named) -> tuple[tuple[str, float], ...]:
    if len(named) > MOST_NAMED:
        raise ValueError(f"There are {len(named)} moves by name; a latent has at most {MOST_NAMED}.")
    moves = {_checked_direction(name): _checked_number("A move", by) for name, by in named}
    return tuple(sorted((name, by) for name, by in moves.items() if by))


def _read_taught(text: str) -> tuple[tuple[str, ...], ...]:
    """ "curly:3d4ccccd7f81:1.5" -> each name with its direction and its number."""
    return tuple(tuple(part.split(":")) for part in text.split(",") if part)


def _checked_taught(taught) -> tuple[tuple[str, str, float], ...]:
    """By name; those at 0 stay, so that a link brings their sliders along."""
    if len(taught) > MOST_TAUGHT:
        raise ValueError(f"There are {len(taught)} sliders of one's own; at most {MOST_TAUGHT} fit.")
    if any(len(one) != 3 for one in taught):
        raise ValueError("A slider of one's own is a name, a direction and a number.")
    there = {}
    for name, code, by in taught:
        if not isinstance(code, str) or not SPELT.fullmatch(code):
            raise ValueError(f"The direction of “{str(name)[:20]}” cannot be read.")
        there[_checked_direction(name)] = (code, _checked_number("A move", by))
    return tuple((name, *there[name]) for name in sorted(there))


def spelt(direction: ndarray) -> str:
    """A direction (dim,) in a word, for links and files: to a 254th of its widest number.

    That is eight hexadecimal digits for the float32 that a step is, and two for the steps of each number.
    """
    step = np.float32(np.abs(direction).max() / 127)
    steps = (direction / step).round().astype(np.int8) if step else np.zeros(len(direction), np.int8)
    return struct.pack(">f", step).hex() + steps.tobytes().hex()


def own_direction(name: str, code: str, dim: int) -> ndarray:
    """The direction (dim,) float32 that `spelt` has written. Raises ValueError, a sentence."""
    raw = bytes.fromhex(code)
    (step,), steps = struct.unpack(">f", raw[:4]), np.frombuffer(raw[4:], np.int8)
    if len(steps) != dim:
        raise ValueError(f"“{name}” was taught to another model: it has {len(steps)} numbers, and not {dim}.")
    direction = (steps * step).astype(np.float32)
    if not np.isfinite(direction).all() or np.abs(direction).max(initial=0) > LARGEST:
        raise ValueError(f"The direction of “{name}” leads nowhere.")
    return direction


def _checked_direction(name) -> str:
    if not isinstance(name, str) or not DIRECTION.fullmatch(name):
        raise ValueError(f"“{str(name)[:20]}” is no name of a direction; one is like “glasses”.")
    return name


def _checked_seed(seed) -> int:
    try:
        whole = int(seed)
        if not 0 <= whole <= LAST_SEED or (not isinstance(seed, str) and whole != seed):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        message = f"A seed is a whole number from 0 to {LAST_SEED}, not “{str(seed)[:20]}”."
        raise ValueError(message) from None
    return whole


def _checked_number(what: str, value) -> float:
    try:
        number = float(value) + 0.0  # -0.0 becomes 0.0
        if not math.isfinite(number) or abs(number) > LARGEST:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        message = f"{what} is a number between -{LARGEST:g} and {LARGEST:g}, not “{str(value)[:20]}”."
        raise ValueError(message) from None
    return number


def _checked_coordinate(place) -> int:
    text = str(place)
    if not re.fullmatch("[0-9]{1,3}", text) or int(text) >= MOST_COORDINATES:
        last = MOST_COORDINATES - 1
        raise ValueError(f"A coordinate is a whole number from 0 to {last}, not “{text[:20]}”.")
    return int(text)


def _number_text(value: float) -> str:
    return repr(value).removesuffix(".0")  # the shortest text that reads back as the same number


def principal_directions(
    generate: Callable[[ndarray], ndarray], dim: int, count: int, points: int = 4, step: float = 0.1
) -> tuple[ndarray, ndarray]:
    """The `count` directions in latent space that change the image most, strongest first.

    generate: latents (n, dim) float32 -> images (n, …) in [-1, 1]; called once for each of the `points` seeds
    0, 1, … with the 2·dim latents around it, for J by central differences of `step` σ. The directions are the
    eigenvectors of the mean of JᵀJ: (count, dim) float32, unit length, each with its largest component
    positive, so that they are the same whenever computed. Beside them (count,) float32: the root mean square
    change of an image's values, in their own units, per σ along each.
    """
    around = step * np.concatenate([np.eye(dim), -np.eye(dim)])
    square = np.zeros((dim, dim))
    for seed in range(points):
        images = np.asarray(generate((seed_to_z(seed, dim) + around).astype(np.float32)))
        images = images.reshape(2 * dim, -1).astype(np.float64)
        slopes = (images[:dim] - images[dim:]) / (2 * step)  # Jᵀ: (dim, values)
        square += slopes @ slopes.T / (points * slopes.shape[1])
    return _principal(square, count)


def principal_styles(w: ndarray, count: int) -> tuple[ndarray, ndarray]:
    """The directions along which styles w (n, w_dim) differ most, at most `count`, by PCA.

    GANSpace, Härkönen et al. (2020). (k, w_dim) float32, unit length, signed as those in z; beside them σ of
    w along each, (k,) float32, largest first.
    """
    return _principal(np.cov(w.astype(np.float64), rowvar=False), count)


def strongest(A: ndarray, count: int) -> ndarray:
    """The directions that a matrix A (outputs, dim) stretches most, strongest first, at most `count`.

    Closed-form factorisation (SeFa), Shen and Zhou (2021): the eigenvectors of AᵀA. (k, dim) float32, unit
    length, signed as the others.
    """
    A = A.astype(np.float64)
    return _principal(A.T @ A, count)[0]


def _principal(square: ndarray, count: int) -> tuple[ndarray, ndarray]:
    """The first eigenvectors of a symmetric matrix, as rows, and the roots of their eigenvalues."""
    values, vectors = np.linalg.eigh(square)
    values, vectors = values[::-1][:count], vectors.T[::-1][:count]
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1)
    vectors = vectors * np.where(largest < 0, -1, 1)
    return vectors.astype(np.float32), np.sqrt(np.maximum(values, 0)).astype(np.float32)
