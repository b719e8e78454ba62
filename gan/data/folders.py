"""Folders of pictures: what lies in one, and the labels that its subfolders say."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gan.data import zips
from gan.data.pile import MOST_VALUES, Labels

LABEL = "folder"  # the label column's name
DEEPEST = 3  # of a picture's folders count: a wrapper, a split, the label
SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation", "dev"}


@dataclass(frozen=True)
class Entry:
    """A file to take in: one that was named, or one that was found in a folder."""

    path: Path
    name: str  # for people: below the folder it was found in
    folders: tuple[str, ...] = ()  # below that one
    found: bool = False  # not asked for by name: a problem with it costs it alone
    outside: bool = False  # a link that leads out of the folder


def walk(root: Path) -> Iterator[Entry]:
    """The files below a folder in the order of their names, without hidden ones and what systems add.

    Links to folders are not followed, and links to files only where they stay below `root`.
    """
    home = root.resolve()
    for folder, subfolders, files in os.walk(home, followlinks=False):
        subfolders[:] = sorted(name for name in subfolders if not zips.is_system_name(name))
        links = [name for name in subfolders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(files + links):
            path = Path(folder, name)
            if zips.is_system_name(name):
                continue
            folders = tuple(zips.shown(part) for part in path.parent.relative_to(home).parts)
            entry = (path, "/".join((*folders, zips.shown(name))), folders, True)
            if path.is_symlink() and not _leads_below(path, home):
                yield Entry(*entry, outside=True)
            elif path.is_file():
                yield Entry(*entry)


def _leads_below(link: Path, home: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(home)
    except (OSError, RuntimeError):  # broken, or a circle
        return False


def labels(marks: set[tuple[str, ...]]) -> Labels:
    """One column, "folder", where each picture lies in one of several subfolders; `marks` are their folders.

    One folder around all of them says nothing of the pictures and is looked through, and so are splits
    (train, test).
    """
    inner = {mark: mark for mark in marks}
    if len({mark[:1] for mark in marks}) == 1:
        inner = {mark: mark[1:] for mark in marks}
    if all(mark and mark[0].lower() in SPLITS for mark in inner.values()):
        inner = {mark: rest[1:] for mark, rest in inner.items()}
    names = sorted({rest[0] for rest in inner.values() if rest})
    if len(names) < 2:
        return Labels()
    if not all(inner.values()):
        why = "Some pictures lie outside of the subfolders, so that these do not serve as labels."
    elif len(names) > MOST_VALUES:
        why = f"There are {len(names):,} subfolders; more than {MOST_VALUES} do not serve as labels."
    else:
        rows = {mark: (names.index(rest[0]),) for mark, rest in inner.items()}
        return Labels((LABEL,), {LABEL: tuple(names)}, rows)
    return Labels(notes=(why,))
