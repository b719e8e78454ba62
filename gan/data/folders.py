"""Folders of pictures: what lies in one, and the labels that its subfolders say."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gan.data import names
from gan.data.pile import MOST_VALUES, Labels, Place

LABEL = "folder"  # the label column's name
ZIPS = 2  # that hold no folders are two kinds; more of them are rather the parts of a large set
DEEPEST = 3  # of a picture's folders count: a wrapper, a split, the label
# Pictures in folders of a thousand, as StyleGAN's dataset_tool.py and FFHQ have them: no kinds
SHARD, OF_SHARD = r"\d{5}", r"(img)?\d{5,8}"
SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation", "dev"}


@dataclass(frozen=True)
class Entry:
    """A file to take in: one that was named, or one that was found in a folder."""

    path: Path
    name: str  # its folders below the one it was found in, and its name
    found: bool = False  # not asked for by name: a problem with it costs it alone
    outside: bool = False  # a link that leads out of the folder


def walk(root: Path) -> Iterator[Entry]:
    """The files below a folder in the order of their names, without hidden ones and what systems add.

    Links to folders are not followed, and links to files only where they stay below `root`.
    """
    home = root.resolve()
    for folder, subfolders, files in os.walk(home, followlinks=False):
        subfolders[:] = sorted(filter(_is_persons, subfolders), key=names.natural)
        links = [name for name in subfolders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(filter(_is_persons, files + links), key=names.natural):
            path = Path(folder, name)
            entry = (path, path.relative_to(home).as_posix(), True)
            if path.is_symlink() and not _leads_below(path, home):
                yield Entry(*entry, outside=True)
            elif path.is_file():
                yield Entry(*entry)


def readable(entries: list[Entry]) -> list[Entry]:
    """The entries with names as people wrote them: an old zip unpacked leaves letters of any encoding."""
    parts = dict.fromkeys(part for entry in entries for part in entry.name.split("/"))
    read: dict[str, str] = {}
    strange = [part for part in parts if not _is_text(part)]
    if strange:  # then a letter alone may be half of another one
        strange += [part for part in parts if len(part) == 1 and not part.isascii() and _is_text(part)]
        encoding = names.encoding_of(map(os.fsencode, strange))
        read = {part: names.read(os.fsencode(part), encoding) for part in strange}
    meant = {part: names.composed(read.get(part) or part) for part in parts}
    return [replace(entry, name="/".join(meant[part] for part in entry.name.split("/"))) for entry in entries]


def _is_persons(name: str) -> bool:
    return not names.is_system_name(name)


def _is_text(name: str) -> bool:
    return not any("\udc80" <= letter <= "\udcff" for letter in name)


def _leads_below(link: Path, home: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(home)
    except (OSError, RuntimeError):  # broken, or a circle
        return False


def labels(kept: set[Place], left_out: Iterable[Place] = ()) -> Labels:
    """One column, "folder", where each picture kept lies in one of several subfolders; for the others too.

    One folder around all of them says nothing of the pictures and is looked through, and so are splits
    (train, test). Two zips are as good as two folders.
    """
    if all(is_in_shard(place.path) for place in kept):
        return Labels()
    kind_of = {place: kind for place, (kind, _) in sorted_out(kept, left_out).items()}
    kinds = sorted({kind_of[place] for place in kept} - {""}, key=names.natural)
    if len(kinds) < 2:
        return Labels()
    if not all(kind_of[place] for place in kept):
        why = "Some images are outside the subfolders, so these can't be labels."
        return Labels(notes=(why,))
    if len(kinds) > MOST_VALUES:
        why = f"There are {len(kinds):,} subfolders; more than {MOST_VALUES} can't be labels."
        return Labels(notes=(why,))
    numbers = {kind: number for number, kind in enumerate(kinds)}
    rows = {place: (numbers[kind],) for place, kind in kind_of.items() if kind in numbers}
    return Labels((LABEL,), {LABEL: tuple(names.distinct(map(names.short, kinds)))}, rows)


def sorted_out(kept: set[Place], left_out: Iterable[Place] = ()) -> dict[Place, tuple[str, str]]:
    """Of each picture the subfolder, or the zip of two, that says its kind, and its path without that.

    "" for one in none; the pictures kept decide which folders count.
    """
    inner = {place: _folders(place.path) for place in (*kept, *left_out)}
    around = 0
    if len({inner[place][:1] for place in kept}) == 1:
        around += 1
    if all(inner[place][around:] and inner[place][around].lower() in SPLITS for place in kept):
        around += 1
    found = {place: (parts[around], _without(place.path, around)) if parts[around:] else ("", place.path)
             for place, parts in inner.items()}  # fmt: skip
    zips = {place.zip for place in kept}
    if not any(found[place][0] for place in kept) and len(zips) == ZIPS and all(zips):
        return {place: (place.zip, place.path) for place in found}
    return found


def _without(path: str, folder: int) -> str:
    parts = path.split("/")
    return "/".join(parts[:folder] + parts[folder + 1 :])


def _folders(path: str) -> tuple[str, ...]:
    return tuple(map(names.trimmed, path.split("/", DEEPEST)[:-1]))


def is_in_shard(path: str, of_shard: str = OF_SHARD) -> bool:
    *_, folder, name = ("", *path.rsplit("/", 2))
    return bool(re.fullmatch(SHARD, folder) and re.fullmatch(of_shard, name.partition(".")[0]))
