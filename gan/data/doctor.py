"""The data doctor: what a person should know of their images before a run, with plain advice."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

import numpy as np

from gan.data import advice, store, views
from gan.data.pairing import Pairing
from gan.data.pile import USUAL, Choices, Intake, Way
from gan.data.sets import DataSet
from gan.data.twins import nearest_twins

FEW_PAIRS = 12  # near-duplicates to show
FEW_NAMES = 3  # of files that were skipped for one reason
MOST_COMPARED = 100_000  # images: more would take long
DARK, BRIGHT = 16, 239  # a picture all below or above is black or white to the eye
NEARLY_ALL = 0.95  # of the originals that are pixel art of one grid
FLAT = 2.0  # standard deviation in levels of 255 below which a picture shows one colour


@dataclass(frozen=True)
class Doctor:
    """What was found. Rows are those of the .npz, so that a page can show the images they speak of."""

    count: int  # images kept
    held_out: int  # of these, never trained on
    image_size: int
    channels: int
    skipped: tuple[tuple[str, str], ...]  # a file's name, and the sentence that says why
    reasons: dict[str, int]  # "not an image that can be read here" -> files, the most frequent first
    duplicates: int  # left out: the same pixels as an image that was kept
    torn: int  # of these, how many bore another label than the image kept
    near_duplicates: int  # images kept that nearly equal another one kept
    near_pairs: tuple[tuple[int, int], ...]  # rows of a few of these and of their twins
    near_held_out: int  # held-out images that nearly equal a training image
    labels: dict[str, dict[str, int]]  # column -> value -> images
    sizes: tuple[tuple[int, int], ...]  # width, height of the smallest, the middle and the largest original
    enlarged: float  # share whose originals were smaller than the images are now
    cropped: float  # share so far from square that more than a quarter is cut away, if they are cropped
    modes: dict[str, int]  # what was converted ("alpha", "grey", "CMYK", "16 bit") -> images
    black: int
    white: int
    plain: int  # another colour all over
    colourless: int  # images without any colour, whatever their files' mode
    notes: tuple[str, ...]  # decisions of the intake, in sentences
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)  # reason -> names of a few such files
    cures: dict[str, str] = field(default_factory=dict)  # reason -> what to do about it
    choices: Choices = USUAL  # how they were taken in
    barred: int = 0  # images with black or white bars on two sides, cut off or not
    ways: tuple[Way, ...] = ()  # to have labels,
    used: str = "none"  # and the one that was used
    pairing: Pairing | None = None  # where they are pairs, or may be some
    drawn: tuple[int, int, int] | None = None  # pixel art: its own width and height, how often enlarged
    tile: int = 0  # side of the drawings where all are sprite sheets
    on_grid: int = 1  # how often its pixels stand repeated in the images now
    advice: tuple[str, ...] = ()  # sentences, the weightiest first; never empty after `examine`

    def share(self, images: int) -> float:
        return images / self.count

    def skipped_words(self) -> tuple[str, ...]:
        """What was skipped, a line each; of many files how many there are of each kind."""
        return tuple(advice.skipped(self))

    def fit_words(self) -> str:
        """What became of those that are far from square."""
        return advice.fitted(self)

    def bar_words(self) -> str:
        return advice.barred(self)


def examine(intake: Intake) -> Doctor:
    """Looks at all that an intake took. Raises DataError if its file is gone."""
    data = DataSet("", "", **store.read(intake.path))
    found = Doctor(
        count=len(data.images), held_out=len(data.held_out.images),
        image_size=data.image_size, channels=data.channels,
        skipped=intake.skipped, **_reasons(intake.skipped),
        duplicates=intake.duplicates, torn=intake.torn, **_near(data),
        labels=_label_counts(data), **_shapes(intake.sizes, data.image_size),
        modes=intake.modes, **_tones(data.images), notes=intake.notes,
        choices=intake.choices, barred=intake.barred, ways=intake.ways, used=intake.used,
        pairing=intake.pairing, tile=intake.tile, **_pixel_art(intake, data),
    )  # fmt: skip
    return replace(found, advice=advice.given(found))


def text(report: Doctor) -> str:
    """The findings for a terminal."""
    return "\n".join(advice.lines(report))


def _reasons(skipped: tuple[tuple[str, str], ...]) -> dict:
    """Counts of the sentences once their file's name, their numbers in brackets and their advice are off."""
    files, cures = defaultdict(list), defaultdict(set)
    for name, sentence in skipped:
        sentence = sentence.removeprefix(name).removeprefix(name.rpartition("/")[2])
        why, _, cure = re.sub(r" \([^)]*\)", "", sentence).partition(": ")
        why = why.strip(" .").removeprefix("is ")
        files[why].append(name)
        cures[why].add(cure)
    most = sorted(files.items(), key=lambda item: -len(item[1]))
    return {
        "reasons": {why: len(names) for why, names in most},
        "examples": {why: tuple(names[:FEW_NAMES]) for why, names in most},
        "cures": {why: cure for why, (cure, *others) in cures.items() if cure and not others},
    }


def _near(data: DataSet) -> dict:
    step = 2 if len(data.pair) else 1  # of pairs the answers alone: a source may well be like its own
    every = data.images[step - 1 :: step]
    images = every[-MOST_COMPARED:]  # the held-out ones stand at the end
    twin, first = nearest_twins(images), len(every) - len(images)
    rows = np.flatnonzero(twin >= 0)
    pairs = {tuple(sorted((int(row), int(twin[row])))) for row in rows[: 4 * FEW_PAIRS]}
    split = len(data.train.images) // step - first
    # Across the border: the nearest twin may lie on one's own side, so that this counts the least there are
    crossing = (rows >= split) & (twin[rows] < split)
    return {
        "near_duplicates": round(len(rows) * len(every) / len(images)),
        "near_pairs": tuple(
            (step * (a + first) + step - 1, step * (b + first) + step - 1)
            for a, b in sorted(pairs)[:FEW_PAIRS]
        ),
        "near_held_out": int(crossing.sum()),
    }


def _pixel_art(intake: Intake, data: DataSet) -> dict:
    if not intake.grids:
        return {}
    drawn, count = max(intake.grids.items(), key=lambda item: item[1])
    if count < NEARLY_ALL * len(data.images):
        return {}
    return {"drawn": drawn, "on_grid": views.grid_of(data.images)}


def _label_counts(data: DataSet) -> dict[str, dict[str, int]]:
    counts = {}
    for column, name in enumerate(data.label_names):
        values = data.label_values[name]
        of = np.bincount(data.labels[:, column], minlength=len(values))
        counts[name] = {value: int(of[i]) for i, value in enumerate(values)}
    return counts


def _shapes(sizes: np.ndarray | None, target: int) -> dict:
    if sizes is None or not len(sizes):
        return {"sizes": (), "enlarged": 0.0, "cropped": 0.0}
    sizes = sizes.astype(np.int64)
    short, long = sizes.min(1), sizes.max(1)
    order = np.argsort(short * long, kind="stable")
    chosen = sizes[order[[0, (len(order) - 1) // 2, -1]]]
    return {
        "sizes": tuple((int(width), int(height)) for width, height in chosen),
        "enlarged": float((short < target).mean()),
        "cropped": float((4 * short < 3 * long).mean()),
    }


def _tones(images: np.ndarray) -> dict:
    counts = Counter(black=0, white=0, plain=0, colourless=0)
    for start in range(0, len(images), 512):  # of which the deviations need floats
        part = images[start : start + 512]
        flat = part.reshape(len(part), -1, part.shape[3])
        black, white = flat.max((1, 2)) <= DARK, flat.min((1, 2)) >= BRIGHT
        plain = flat.std(1, dtype=np.float32).max(1) < FLAT
        counts["black"] += int(black.sum())
        counts["white"] += int(white.sum())
        counts["plain"] += int((plain & ~black & ~white).sum())
        counts["colourless"] += int((flat == flat[..., :1]).all((1, 2)).sum())
    return dict(counts)
