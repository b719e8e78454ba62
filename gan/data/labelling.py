"""Where labels of people's own pictures come from: what is found is proposed, what is asked for is used."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from gan.data import folders, stylegan, tables
from gan.data.pile import LABELS_FROM, MOST_VALUES, Labels, Place, Way
from gan.data.sets import DataError
from gan.data.sheets import STYLEGAN, TABLES, Sheet, columns

BY_NAME = "name"  # the label column's name
AROUND = r"\d\s._()\[\]#-"  # numbers and what parts them from a word: cat.0, dog_12, 3 - owl
CAMERAS = frozenset((
    "img", "image", "images", "dsc", "dscn", "dscf", "dcim", "pic", "picture", "photo", "foto", "bild", "pxl",
    "mvimg", "gopr", "sam", "scan", "screenshot", "frame", "file", "untitled", "p", "x", "sample", "seed",
))  # fmt: skip
MATCHING = 0.9  # of the names that must hold a word and a number
NOT_THERE = {
    "dataset": "There is no dataset.json with labels for these images.",
    "folder": "These images are not in subfolders that could be labels.",
    "names": "The names of these images are not like cat.0.jpg, so they can't be labels.",
    "csv": "There is no CSV or TSV file with labels for these images.",
}


def labels(sheets: list[Sheet], asked: str, kept: set[Place], left_out: set[Place]) -> Labels:
    """The label columns of the pictures kept, and of their doubles, with all the ways to have any.

    `asked` is one of LABELS_FROM. Raises DataError for a way that there is not.
    """
    said = [sheet for sheet in sheets if sheet.kind == STYLEGAN]
    listed = [sheet for sheet in sheets if sheet.kind.endswith(TABLES)]
    found = dict.fromkeys(LABELS_FROM, Labels())
    found["names"] = by_name(kept, left_out)
    titles = {"dataset": STYLEGAN, "folder": "the folders", "names": "the names"}
    if said:
        found["dataset"] = stylegan.labels(said, sheets, kept, left_out)
    if not said or not all(folders.is_in_shard(place.path, ".*") for place in kept):
        found["folder"] = folders.labels(kept, left_out)
    if listed:
        found["csv"], titles["csv"] = tables.labels(listed, kept, left_out)
    ways = tuple(Way(kind, titles[kind], _words(one)) for kind, one in found.items() if one.names)
    used = asked or next((way.kind for way in ways if way.kind in ("dataset", "folder")), "none")
    if asked in NOT_THERE and not found[asked].names:
        raise DataError(NOT_THERE[asked])
    looked_at = ["dataset", "csv", *(["folder"] if used in ("folder", "none") and not asked else [])]
    notes = dict.fromkeys(note for kind in looked_at for note in found[kind].notes)
    return replace(found[used], notes=tuple(notes), ways=ways, used=used)


def _words(labels: Labels) -> tuple[str, ...]:
    """What the labels are of: the values of one column, the names of several."""
    return labels.values[labels.names[0]] if len(labels.names) == 1 else labels.names


def by_name(kept: set[Place], left_out: Iterable[Place]) -> Labels:
    """One column, "name", where the pictures are named by a word and a number: cat.0.jpg, dog_12.png."""
    words = {place: _word(place.path) for place in (*kept, *left_out)}
    kinds = {words[place].casefold() for place in kept} - {""}
    named = sum(words[place] != "" for place in kept)
    if named < MATCHING * len(kept) or len(kinds) > min(MOST_VALUES, max(2, len(kept) // 2)):
        return Labels()
    if kinds <= CAMERAS:
        return Labels()
    spelled = _one_spelling(words[place] for place in kept)
    rows = {place: (spelled.get(word.casefold(), word),) for place, word in words.items()}
    return columns(rows, (BY_NAME,), kept)


def _word(path: str) -> str:
    """The word in a numbered name, "" where there is none."""
    stem = re.sub(r"\.\w+$", "", path.rpartition("/")[2])
    word = re.sub(rf"^[{AROUND}]+|[{AROUND}]+$", "", stem)
    return word if word and re.search(r"\d", stem.replace(word, "", 1)) else ""


def _one_spelling(words: Iterable[str]) -> dict[str, str]:
    """Each word, whatever its capitals, in the spelling that most have."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word in words:
        spellings[word.casefold()][word] += 1
    return {
        plain: max(sorted(times, reverse=True), key=times.__getitem__) for plain, times in spellings.items()
    }
