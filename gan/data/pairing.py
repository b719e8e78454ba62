"""People's own pairs: two folders that hold the same names, or two pictures side by side in each file.

What is found is used, and a person may say which is the source, or that they are no pairs.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gan.data import folders, halves, names
from gan.data.pile import SIDES, TWO_FOLDERS, Labels, Pile, Place
from gan.data.sets import DataError

MATCHING = 0.9  # of the names in the larger folder must be in the other one too, where nobody asks for pairs
LEAST = 2  # pairs
SIDE = "side"  # the label column of halves
# Folders that are numbered alike may be two kinds. In pairs the same outlines lie in the same places: each
# is more like its own partner than like another's; of two kinds one in two is, of Noto and Twemoji 3 in 4
AGREEING = 0.65  # share of them,
SURE = 3.0  # and so many deviations beyond what chance gives
COMPARED = 500  # pairs
UNLIKE = 0.02  # share by which the proportions of a pair's pictures may differ
NO_FOLDERS = (
    "These are not two folders that hold files of the same names, so there are no such pairs. Where two "
    "pictures stand side by side in each file, choose left or right."
)
NO_TABLES = "The images of this data set lie in tables, and pairs are told from folders and files alone."


@dataclass(frozen=True, eq=False)
class Pairing:
    """What was found, and what became of it."""

    kind: str  # "folders" or "halves"
    sides: tuple[str, str]  # what the two are called
    used: str  # one of PAIRS: which is the source, or "none"
    alone: tuple[str, ...] = ()  # names without a partner, left out
    doubles: int = 0  # pairs the same as another, left out
    unlike: int = 0  # pairs of pictures of different proportions
    # (2 · pairs, 2): the pile's row of each source and of its answer, one behind the other
    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    marks: tuple[Place, ...] = field(default=(), repr=False)  # of each of these

    @property
    def ways(self) -> tuple[str, str]:
        """What one says to choose the first or the second as the source."""
        return TWO_FOLDERS if self.kind == "folders" else SIDES

    @property
    def source(self) -> str:
        return self.sides[self.ways.index(self.used)]

    @property
    def answer(self) -> str:
        return self.sides[1 - self.ways.index(self.used)]

    def labelled(self, labels: Labels) -> Labels:
        """The same labels, and of halves which one each is: two sides for those who want no pairs."""
        if self.kind != "halves":
            return labels
        rows = {mark: (*labels.rows.get(mark, ()), SIDES.index(mark.half)) for mark in self.marks}
        return replace(labels, names=(*labels.names, SIDE), values=labels.values | {SIDE: SIDES}, rows=rows)

    def notes(self) -> tuple[str, ...]:
        if not self.unlike:
            return ()
        pairs = "1 pair" if self.unlike == 1 else f"{self.unlike:,} pairs"
        return (
            f"The two pictures of {pairs} have different proportions: what they show may not lie in the same "
            "places.",
        )


def found(pile: Pile) -> Pairing | None:
    """The pairs among the pictures on the pile, whose marks are Places. Raises DataError for too few.

    Where nobody wants these to be pairs, or asks for pairs that may be some, "none" are used.
    """
    asked = pile.choices.pairs
    if asked in SIDES:
        return _checked(pile, _finished(pile, "halves", SIDES, asked, _by_file(pile)))
    by_name = _by_name(pile)
    if by_name and asked in TWO_FOLDERS:
        return _checked(pile, _finished(pile, "folders", by_name.folders, asked, by_name))
    if by_name and by_name.are_clear:
        usual = _finished(pile, "folders", by_name.folders, TWO_FOLDERS[0], by_name)
        are_pairs = asked != "none" and len(usual.rows) >= _least(pile) and _agree(pile, usual.rows)
        return usual if are_pairs else Pairing("folders", by_name.folders, "none")
    if asked in TWO_FOLDERS:
        raise DataError(NO_FOLDERS)
    return Pairing("halves", SIDES, "none") if halves.may_be(pile.seams, len(pile.marks)) else None


def _least(pile: Pile) -> int:
    """Pictures that pairs must come to."""
    return max(2 * LEAST, pile.limits.train_images_least)


def _checked(pile: Pile, pairing: Pairing) -> Pairing:
    if len(pairing.rows) < _least(pile):
        why = f" {pile.skipped[0][1]}" if pile.skipped else ""
        has = f"{len(pairing.rows) // 2:,}"
        raise DataError(f"Training needs {-(-_least(pile) // 2):,} pairs or more, but this has {has}.{why}")
    return pairing


@dataclass(frozen=True)
class _Matched:
    """Pictures by their names on two sides."""

    folders: tuple[str, str]
    pairs: tuple[tuple[Place, Place], ...]
    alone: tuple[Place, ...]
    share: float = 1.0  # of the larger side that has a partner

    @property
    def are_clear(self) -> bool:
        return self.share >= MATCHING


def _rows(pile: Pile) -> dict[Place, int]:
    """Each good picture's row: of one that was a double, that of the picture which stayed."""
    good: list[tuple[int, Any]] = [*pile.doubles, *enumerate(pile.marks)]
    return {mark: row for row, mark in good}


def _by_name(pile: Pile) -> _Matched | None:
    """Pictures in two folders, those of the same name together, whatever its capitals and its ending."""
    told = folders.sorted_out(set(_rows(pile)))
    kinds = sorted({kind for kind, _ in told.values()}, key=names.natural)
    if len(kinds) != 2 or "" in kinds:
        return None
    first, second = (
        _named({place: path for place, (kind, path) in told.items() if kind == one}) for one in kinds
    )
    both = sorted(first.keys() & second.keys(), key=names.natural)
    paired = tuple((first[name], second[name]) for name in both)
    if len(paired) < LEAST:
        return None
    taken = {place for pair in paired for place in pair}
    alone = sorted(
        (place for place in told if place not in taken), key=lambda place: names.natural(place.path)
    )
    return _Matched((names.short(kinds[0]), names.short(kinds[1])), paired, tuple(alone),
                    len(paired) / max(len(first), len(second)))  # fmt: skip


def _named(paths: dict[Place, str]) -> dict[str, Place]:
    """Each by its name without its ending; by its whole name where two would be the same."""
    stems = {place: _stem(path) for place, path in paths.items()}
    times = Counter(stems.values())
    return {stems[place] if times[stems[place]] == 1 else path: place for place, path in paths.items()}


def _stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.rpartition('.')[0] or name}".casefold()


def _by_file(pile: Pile) -> _Matched:
    """The left and the right half of each file."""
    there = _rows(pile)
    lefts = [mark for mark in there if mark.half == SIDES[0]]
    return _Matched(SIDES, tuple((mark, mark._replace(half=SIDES[1])) for mark in lefts), ())


def _finished(pile: Pile, kind: str, sides: tuple[str, str], used: str, matched: _Matched) -> Pairing:
    """The pairs as rows of the pile, each once."""
    row_of, turned = _rows(pile), used in (TWO_FOLDERS[1], SIDES[1])
    each: dict[tuple[int, int], tuple] = {}
    for first, second in matched.pairs:
        pair = (second, first) if turned else (first, second)
        each.setdefault((row_of[pair[0]], row_of[pair[1]]), pair)
    rows = np.array(list(each), np.int64).reshape(-1)
    marks = tuple(mark for pair in each.values() for mark in pair)
    alone = tuple(names.shown(place.path) for place in matched.alone)
    doubles = len(matched.pairs) - len(each)
    return Pairing(kind, sides, used, alone, doubles, _unlike(pile, rows), rows, marks)


def _agree(pile: Pile, rows: np.ndarray) -> bool:
    """Whether what these pairs show tells that they are some."""
    chosen = np.linspace(0, len(rows) // 2 - 1, min(len(rows) // 2, COMPARED)).astype(int)
    source, answer = (_outlines(pile.images()[rows[2 * chosen + place]]) for place in (0, 1))
    own, other = ((source * one).sum(1) for one in (answer, np.roll(answer, len(chosen) // 2, 0)))
    return bool((own > other).mean() >= max(AGREEING, 0.5 + SURE * 0.5 / np.sqrt(len(chosen))))


def _outlines(images: np.ndarray) -> np.ndarray:
    """How steep images (n, h, w, c) uint8 are at each place, (n, places), of mean 0 and length 1."""
    grey = images.mean(-1, dtype=np.float32)
    steep = np.abs(np.diff(grey, axis=1))[:, :, 1:] + np.abs(np.diff(grey, axis=2))[:, 1:]
    flat = steep.reshape(len(steep), -1)
    flat = flat - flat.mean(1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def _unlike(pile: Pile, rows: np.ndarray) -> int:
    sizes = np.array(pile.sizes, np.float64).reshape(-1, 2)[rows]
    proportions = np.log(sizes[:, 0] / sizes[:, 1]).reshape(-1, 2)
    return int((np.abs(np.diff(proportions, axis=1)) > UNLIKE).sum())
