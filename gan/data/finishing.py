"""What people's pictures become once all are on the pile: one .npz, mixed, with their labels, or in pairs."""

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np

from gan.data import looks, store
from gan.data.pairing import Pairing, found
from gan.data.pile import FIRST, Intake, Labels, Pile, check_enough


def finish(
    pile: Pile, out: Path, label: Callable[[set, set], Labels], notes: tuple[str, ...] = (),
    may_pair: bool = False,
) -> Intake:  # fmt: skip
    """Writes what was taken to `out`, an .npz, with the columns that `label` makes of the pictures' marks.

    It is given the marks of those that were kept, which decide, and of their doubles. Where the marks are
    Places, the pictures `may_pair`; of pairs nothing else is written.

    Raises DataError where there are fewer pictures than training needs; then nothing is written.
    """
    notes += looks.settle(pile)
    pairing = found(pile) if may_pair else None
    if pairing and len(pairing.rows):
        return _write_pairs(pile, out, pairing, pairing.labelled(label(set(pairing.marks), set())), notes)
    check_enough(pile)
    labels = label(set(pile.marks), {mark for _, mark in pile.doubles})
    table = _table(labels, pile.marks)
    images, sizes = pile.images(), np.frombuffer(pile.sizes, np.uintc).reshape(-1, 2).copy()
    # Folders and the Hub come sorted by kind, and what is held out is the file's end: mixed, it has all kinds
    for rows in (images, table, sizes):
        np.random.RandomState(0).shuffle(rows)  # in place; from one seed, so in the same order
    torn = sum(labels.rows.get(mark) != labels.rows.get(pile.marks[row]) for row, mark in pile.doubles)
    _write(pile, out, images, table, labels)
    return _taken(pile, out, labels, sizes, notes, pairing, len(pile.doubles), torn)


def _write_pairs(pile: Pile, out: Path, pairing: Pairing, labels: Labels, notes: tuple[str, ...]) -> Intake:
    """Source and answer one behind the other, the pairs mixed as single pictures are."""
    order = np.random.RandomState(0).permutation(len(pairing.rows) // 2)
    places = np.stack([2 * order, 2 * order + 1], 1).ravel()
    rows = pairing.rows[places]
    sizes = np.frombuffer(pile.sizes, np.uintc).reshape(-1, 2)[rows]
    pair = np.arange(len(rows), dtype=np.uint32) // 2
    _write(pile, out, pile.images()[rows], _table(labels, pairing.marks)[places], labels, pair)
    return _taken(pile, out, labels, sizes, notes + pairing.notes(), pairing, pairing.doubles, 0)


def _table(labels: Labels, marks: Sequence[Hashable]) -> np.ndarray:
    """The labels of the pictures with these marks, (n, columns)."""
    table = np.array([labels.rows.get(mark, ()) for mark in marks], np.uint8)
    return table.reshape(len(marks), len(labels.names))


def _write(pile: Pile, out: Path, images: np.ndarray, table: np.ndarray, labels: Labels, pair=()):
    choices = pile.choices
    store.write(Path(out), images, table, labels.names, labels.values, choices.fit, choices.cut_bars, pair)


def _taken(
    pile: Pile, out: Path, labels: Labels, sizes: np.ndarray, notes: tuple[str, ...],
    pairing: Pairing | None, duplicates: int, torn: int,
) -> Intake:  # fmt: skip
    return Intake(
        len(sizes), tuple(pile.skipped), duplicates, Path(out), labels.names, torn,
        dict(pile.modes), sizes, (*notes, *labels.notes), pile.choices, pile.barred, tuple(pile.samples),
        labels.ways, labels.used, pairing=pairing, grids=dict(pile.grids), tile=_tile(pile),
    )  # fmt: skip


def _tile(pile: Pile) -> int:
    """The side of the drawings where all of the first pictures are sprite sheets of such, else 0."""
    sides = {sheet.side for sheet in pile.sheets}
    return sides.pop() if len(sides) == 1 and len(pile.sheets) >= min(FIRST, len(pile.marks)) else 0
