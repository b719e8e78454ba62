"""People's own images once they are prepared: a lasting place, and a name that is no path of a machine.

    own/DIGEST/images.npz    in the folder of data sets; the digest is that of all that it holds
               by/WHOM       an empty file for each browser that prepared them, or for the host
               in/DIGEST     the path of a model that learnt from them
               used          when they were wanted last

A config names them "own:cats-DIGEST". The same pictures, prepared alike, are one file, whatever each person
calls them. What no page, run or model uses any more goes after a while; the host's own stay.
"""

import hashlib
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan.config import OWN, is_own
from gan.data import download, store
from gan.data.sets import DataError
from gan.system.reading import Spoilt, small_file

NAME = re.compile(rf"{OWN}([\w-]{{1,40}})-([0-9a-f]{{16}})")
HOST, NOBODY = "host", "nobody"
HALF_MADE = 3600.0  # seconds after which a folder that was never finished is one of a killed program
MOST_CONFIG = 256 * 2**10  # bytes
GONE = "{} are no longer here: choose them again, with the same settings, to go on with them."

_lock = threading.Lock()


def keep(made: Path, title: str, whom: str | None) -> str:
    """Copies a prepared .npz to its place and returns the name that `find` knows it by. Raises DataError.

    `whom` is the digest of a browser, "" for one without an id, or None for the host.
    """
    digest = _digest(made)
    folder = _place() / digest
    try:
        with _lock:
            if not (folder / "images.npz").is_file():
                _copy(made, folder)
            _touch(folder, "used")
            _touch(folder / "by", _of(whom))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(f"The prepared images could not be kept on the server: {why}.") from error
    return f"{OWN}{_slug(title)}-{digest}"


def find(name: str) -> Path:
    """Where the images of that name lie. Raises DataError, a sentence, where they are gone."""
    folder = _folder(name)
    if folder is None or not (path := folder / "images.npz").is_file():
        raise DataError(gone(name))
    with suppress(OSError):  # a folder that is only read from
        _touch(folder, "used")
    return path


def title(name: str) -> str:
    """What people call the images of that name."""
    parts = NAME.fullmatch(name)
    return parts[1].replace("-", " ") if parts else name


def spoken(name: str) -> str:
    """As a sentence names data: people's own by the title that they gave, never by where they lie."""
    if parts := NAME.fullmatch(name):
        return f"the images “{title(parts[0])}”"
    return "your own images" if is_own(name) else name


def gone(name: str) -> str:
    words = spoken(name)
    return GONE.format(words[0].upper() + words[1:])


def usual_title(source: str | list[Path]) -> str:
    """What pictures are called whose owner gives them no name: as their zip, folder or data set is."""
    if isinstance(source, str):
        return source.removeprefix("hf:").rstrip("/").rpartition("/")[2]
    alone = source[0] if len(source) == 1 else None
    return alone.stem if alone and (alone.is_dir() or alone.suffix.lower() in (".zip", ".cbz")) else ""


def called(name: str, title: str) -> str:
    """The name of the same images under another title."""
    parts = NAME.fullmatch(name)
    return f"{OWN}{_slug(title)}-{parts[2]}" if parts and title.strip() else name


def without_path(name: str) -> str:
    """What a config may say of its data elsewhere: for the path of own images a name that leads nowhere."""
    return f"{OWN}{_slug(Path(name).stem)}-{'0' * 16}" if name.endswith(".npz") else name


def may_use(name: str, whom: str | None) -> bool:
    """Whoever prepared them may, and the host."""
    folder = _folder(name)
    return folder is not None and (whom is None or (folder / "by" / _of(whom)).is_file())


def used_in(name: str, model: Path):
    """A model that learnt from them is kept in that folder: they stay as long as it does."""
    if (folder := _folder(name)) and folder.is_dir():
        place = str(model.resolve())
        with suppress(OSError):  # then they may go some day, and the model stays
            (folder / "in").mkdir(exist_ok=True)
            (folder / "in" / hashlib.sha256(place.encode()).hexdigest()[:16]).write_text(place)


@dataclass(frozen=True)
class _Set:
    """One of those that are not the host's."""

    folder: Path
    bytes: int
    idle: float  # seconds since anyone wanted it


def tidy(most_seconds: float, most_bytes: int, in_use: Collection[str] = ()) -> int:
    """Removes what is unused for so long, and the longest unused while there is more than so many bytes.

    `in_use` are names that runs and models of this server hold. Returns the bytes that are left.
    """
    digests = {parts[2] for name in in_use if (parts := NAME.fullmatch(name))}
    with _lock:
        _sweep_half_made()
        there = sorted(_sets(), key=lambda one: -one.idle)
        left = sum(one.bytes for one in there)
        for one in there:
            if one.idle <= most_seconds and left <= most_bytes:
                break
            if one.folder.name not in digests and not _in_models(one.folder):
                _remove(one.folder)
                left -= one.bytes
    return left


def _place() -> Path:
    return download.folder() / "own"


def _folder(name: str) -> Path | None:
    parts = NAME.fullmatch(name)
    return _place() / parts[2] if parts else None


def _of(whom: str | None) -> str:
    return HOST if whom is None else whom or NOBODY


def _slug(title: str) -> str:
    return re.sub(r"[\W_]+", "-", title).strip("-")[:40].strip("-") or "pictures"


def _digest(path: Path) -> str:
    """Of the images, their labels and how they were made; the file itself holds the time as well."""
    held, digest = store.read(path), hashlib.blake2b(digest_size=8)
    said = [held["images"].shape, held["label_names"], held["label_values"]]
    made = {name: held[name] for name, usual in store.MADE.items() if held[name] != usual}
    made |= {"pairs": len(held["pair"])} if len(held["pair"]) else {}
    digest.update(repr([*said, made] if made else said).encode())
    for array in (held["images"], held["labels"]):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _copy(made: Path, folder: Path):
    """Whole or not at all: beside its place first, and then renamed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        shutil.copyfile(made, aside / "images.npz")
        shutil.rmtree(folder, ignore_errors=True)  # of a folder whose images are gone
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _touch(folder: Path, name: str):
    folder.mkdir(exist_ok=True)
    (folder / name).touch()


def _sets() -> list[_Set]:
    found = []
    for folder in _place().glob("*"):
        if re.fullmatch("[0-9a-f]{16}", folder.name) and not (folder / "by" / HOST).is_file():
            with suppress(OSError):  # another server has just removed it
                stamp, size = (folder / "used").stat().st_mtime, (folder / "images.npz").stat().st_size
                found.append(_Set(folder, size, time.time() - stamp))
    return found


def _in_models(folder: Path) -> bool:
    """A model is where it was kept, and its config still speaks of these images."""
    return any(_speaks_of(note, folder.name) for note in (folder / "in").glob("*"))


def _speaks_of(note: Path, digest: str) -> bool:
    try:
        model = Path(small_file(note, 4096).decode())
        return digest.encode() in small_file(model / "config.json", MOST_CONFIG)
    except (OSError, Spoilt, ValueError):
        return False


def _remove(folder: Path):
    with suppress(OSError):
        os.rename(folder, aside := folder.with_name(f".{folder.name}"))  # gone at once for those who look
        shutil.rmtree(aside, ignore_errors=True)


def _sweep_half_made():
    for folder in _place().glob(".*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > HALF_MADE:
                shutil.rmtree(folder, ignore_errors=True)
