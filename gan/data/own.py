"""People's own images: from files, folders and zips to one .npz that `load` reads like any other data set.

One bad picture is named and skipped; a trick, or too much of anything, refuses the whole upload.
"""

import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from gan.data import folders, halves, labelling, sheets, zips
from gan.data.finishing import finish
from gan.data.folders import Entry
from gan.data.names import is_system_name, shown, trimmed
from gan.data.pile import (
    SIDES,
    USUAL,
    Choices,
    Intake,
    Pile,
    Place,
    Progress,
    TooMuch,
    check_bytes,
    check_count,
    most_bytes,
    oversize,
)
from gan.data.sets import DataError
from gan.data.sheets import Sheet
from gan.data.zips import is_zip
from gan.images import ImageError
from gan.limits import Limits

# A zip lists folders and macOS's doubles beside its files; with more lines than this it is not even opened
LINES_A_FILE = 3
LINE_BYTES = 512  # of a zip's directory for each file that is allowed, names and all


def prepare(
    files: list[Path], image_size: int, channels: int, out: Path, limits: Limits | None = None,
    progress: Progress | None = None, choices: Choices = USUAL,
) -> Intake:  # fmt: skip
    """Takes in pictures, folders and zips, cropped and resized, and writes them to `out`, an .npz.

    Where every picture lies in one of several subfolders, these become the label column "folder"; where two
    folders hold the same names, or each file two pictures side by side, these become pairs. The images'
    order is mixed, always in the same way. Raises DataError, a sentence, for what is refused whole:
    too many or too large, a zip that is damaged, locked or plays tricks, or fewer good pictures than
    training needs.
    """
    pile = Pile(image_size, channels, limits or Limits(), choices)
    try:
        entries = _entries([Path(file) for file in files], pile.limits)
        said = _fill(pile, entries, progress)
        if _are_halves(pile):  # then once more, cut in two
            pile = Pile(image_size, channels, pile.limits, replace(choices, pairs=SIDES[0]))
            said = _fill(pile, entries, progress)
        return finish(pile, Path(out), partial(labelling.labels, said, choices.labels), may_pair=True)
    except OSError as error:
        name = shown(Path(error.filename or "The upload").name)
        if isinstance(error, FileNotFoundError):  # uploads are swept away after a while
            raise DataError(f"{name} is no longer here; choose it again.") from error
        raise DataError(f"{name} could not be read or written: {error.strerror or error}.") from error


def _are_halves(pile: Pile) -> bool:
    """Nobody has said what they are, and they look like two pictures side by side each."""
    undecided = not (pile.choices.pairs or pile.choices.tiles or pile.sheets)
    return undecided and halves.are_likely(pile.seams, len(pile.marks))


def _entries(files: list[Path], limits: Limits) -> list[Entry]:
    entries = []
    for file in files:
        for entry in folders.walk(file) if file.is_dir() else _named(file):
            entries.append(entry)
            check_count(len(entries), limits)
    return folders.readable(entries)


def _named(file: Path) -> list[Entry]:
    """A file chosen by itself; who chooses all files of a folder chooses the system's as well."""
    return [] if is_system_name(file.name) and not is_zip(file) else [Entry(file, file.name)]


def _fill(pile: Pile, entries: list[Entry], progress: Progress | None) -> list[Sheet]:
    """Puts the pictures on the pile, and returns what lies beside them that may say their labels."""
    total, done = _check_headers(entries, pile.limits), 0
    said: list[Sheet] = []
    numbers = itertools.count(1)
    for entry in entries:
        for place, data in _contents(entry, pile.limits, numbers):
            done += 1
            check_count(done, pile.limits)  # again: what a zip inside a zip lists is not known before
            if isinstance(data, bytes) and sheets.is_sheet(place.path):
                said.append(sheets.taken(place, data, said, pile.limits))
            else:
                pile.add(shown(place.path), data, place)
            if progress:
                progress(done, total)
    return said


def _contents(
    entry: Entry, limits: Limits, numbers: Iterator[int]
) -> Iterator[tuple[Place, bytes | ImageError]]:
    """Places, and bytes or what is wrong with them: of a file alone, or of all in a zip."""
    try:
        if entry.outside:
            raise ImageError(f"{shown(entry.name)} is a link that leads out of the folder, or nowhere.")
        if not _is_zip(entry):
            yield Place(0, entry.name), _read(entry, limits)
            return
        if entry.found:
            _check_zip(entry)  # looked over before with the others, but not refused for it
        number, (folder, _, name) = next(numbers), entry.name.rpartition("/")
        title = trimmed(name.rpartition(".")[0])
        inner = not entry.found and zips.is_folder(entry.path)
        most = (most_bytes(limits), sheets.most_bytes(limits) + 1)
        for path, data in zips.contents(entry.path, *most, inner):
            path = f"{folder}/{path}".lstrip("/")
            if inner and isinstance(data, bytes) and zips.is_inner(path):
                yield from _inner(path, data, limits, numbers)
            else:
                yield Place(number, path, title), data
    except TooMuch:
        raise
    except (OSError, DataError, ImageError) as error:
        if not entry.found and not isinstance(error, ImageError):
            raise
        why = (
            f"{shown(entry.name)} could not be read: {error.strerror or error}."
            if isinstance(error, OSError)
            else str(error)
        )
        yield Place(0, entry.name), ImageError(why)


def _inner(
    path: str, data: bytes, limits: Limits, numbers: Iterator[int]
) -> Iterator[tuple[Place, bytes | ImageError]]:
    """What is in a zip of a folder that the page has sent as a zip: as in one that was found in a folder."""
    with tempfile.TemporaryDirectory(prefix="gan-studio-") as folder:
        entry = Entry(Path(folder, "inner.zip"), path, found=True)
        entry.path.write_bytes(data)
        _check_headers([entry], limits)
        yield from _contents(entry, limits, numbers)


def _read(entry: Entry, limits: Limits) -> bytes:
    size = entry.path.stat().st_size
    if sheets.is_sheet(entry.name):
        with entry.path.open("rb") as stream:
            return stream.read(sheets.most_bytes(limits) + 1)
    if size > most_bytes(limits):
        raise oversize(shown(entry.name), size)
    return entry.path.read_bytes()


def _is_zip(entry: Entry) -> bool:
    return entry.path.suffix.lower() in zips.ENDS if entry.found else is_zip(entry.path)


def _check_headers(entries: list[Entry], limits: Limits) -> int:
    """Holds the files' sizes and what the zips' directories state against the limits; counts the files."""
    count = size = 0
    for entry in entries:
        try:
            sizes = _unpacked_sizes(entry, limits)
        except TooMuch:
            raise
        except (OSError, DataError):
            if not entry.found:
                raise
            sizes = [0]  # named when its turn comes
        count, size = count + len(sizes), size + sum(sizes)
        check_count(count, limits)
        check_bytes(size, limits)
    return count


def _unpacked_sizes(entry: Entry, limits: Limits) -> list[int]:
    if entry.outside:
        return [0]
    packed = entry.path.stat().st_size
    if not _is_zip(entry):
        return [packed]
    check_bytes(packed, limits)
    check_count(zips.directory_lines(entry.path) // LINES_A_FILE, limits)
    if zips.directory_bytes(entry.path) > LINE_BYTES * limits.upload_files:
        name = shown(entry.name)
        raise TooMuch(f"The list of files in {name} is far too long: make a plain zip of images.")
    return [member.info.file_size for member in _check_zip(entry)]


def _check_zip(entry: Entry) -> list:
    name = shown(entry.name)
    with zips.open_zip(entry.path, name) as archive:
        members = zips.members(archive)
    zips.check(name, members)
    return members
