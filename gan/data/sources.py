"""One entrance for people's own images, wherever they are: files, a folder, a zip, the Hugging Face Hub."""

import hashlib
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from gan.config import OWN
from gan.data import doctor, download, folders, hub_sets, kept, own
from gan.data.names import shown
from gan.data.pile import USUAL, Choices, Intake, Progress, UncutSheet, check_count
from gan.data.registry import INFOS, is_here
from gan.data.sets import DataError
from gan.limits import Limits

# On one's own machine: as much as memory and patience allow
AT_HOME = replace(Limits(), upload_files=200_000, upload_bytes=64 * 2**30)
FROM_HUB = replace(Limits(), upload_files=100_000, upload_bytes=2 * 2**30)
VERSION = 3  # of what is made of pictures: another one makes them anew


def take_in(
    source: str | list[Path], image_size: int, channels: int, out: Path, limits: Limits | None = None,
    progress: Progress | None = None, api=None, choices: Choices = USUAL,
) -> Intake:  # fmt: skip
    """Takes in own images to `out`, an .npz: a list of files and folders, or a text that names a source.

    A text is the path of a folder, zip or picture on this machine, or else a data set of the Hugging Face
    Hub, "owner/name". What a stranger typed must begin with "hf:", which never is a path. With `api`, a
    HfApi, its token is used; without one, only what is open to everyone. Raises DataError, a sentence.
    """
    if not isinstance(source, str):
        files = [Path(file) for file in source]
        return own.prepare(files, image_size, channels, out, limits, progress, choices)
    if path := _path(source):
        return own.prepare([path], image_size, channels, out, limits, progress, choices)
    if source.strip().startswith(hub_sets.PREFIX) or hub_sets.is_name(source):
        return hub_sets.prepare(source, image_size, channels, out, limits, progress, api, choices)
    raise DataError(f"There is no file or folder {shown(source)}; a data set of the Hub is owner/name.")


def for_command_line(text: str, image_size: int, channels: int, choices: Choices = USUAL) -> str:
    """A data set's name as it is; of own images the name that they are kept under, made the first time.

    Prints what the data doctor found. The same source, unchanged, is not read again; a data set of the Hub
    not at all, so that it is here without a network too. Raises DataError, a sentence.
    """
    if text in INFOS or text.startswith(OWN):
        return text
    if text.endswith(".npz"):  # another program's, or an older one's
        return kept.keep(Path(text), Path(text).stem, None)
    path = _path(text)
    if not path and not hub_sets.is_name(text):
        names = ", ".join(INFOS)
        raise DataError(f"There is no data set, file or folder {shown(text)}. By name there are {names}; "
                        "a data set of the Hugging Face Hub is written owner/name.")  # fmt: skip
    note = _note(path, text, image_size, channels, choices)
    if not (note.is_file() and is_here(_noted(note)[0])):
        limits, api = (AT_HOME, None) if path else (FROM_HUB, _own_api())
        made = note.with_suffix(".npz")
        try:
            intake = take_in(text, image_size, channels, made, limits, _shown_progress(), api, choices)
            name = kept.keep(made, _title(path, text), None)
            note.write_text(f"{name}\n{doctor.text(doctor.examine(intake))}", encoding="utf-8")
        except UncutSheet as error:
            raise DataError(f"{error} That is done with --tiles {error.side}.") from error
        finally:
            made.unlink(missing_ok=True)
    name, report = _noted(note)
    print(report)
    return name


def is_ready(text: str) -> bool:
    """A data set by name, or pictures that were prepared before: nothing of it is left to choose."""
    return text in INFOS or text.startswith(OWN) or text.endswith(".npz")


def _noted(note: Path) -> tuple[str, str]:
    """The name of the images, and what the doctor found."""
    name, _, report = note.read_text(encoding="utf-8").partition("\n")
    return name, report


def _path(text: str) -> Path | None:
    if text.strip().startswith(hub_sets.PREFIX):
        return None
    path = Path(text).expanduser()
    try:
        return path if text.strip() and path.exists() else None
    except OSError:  # too long for a name
        return None


def _title(path: Path | None, text: str) -> str:
    return path.resolve().stem if path else hub_sets.repository(text).rpartition("/")[2]


def _note(path: Path | None, text: str, image_size: int, channels: int, choices: Choices) -> Path:
    """Where it is noted what a source, as it is now, has become: named after all that this depends on."""
    name = path.resolve().stem if path else hub_sets.repository(text)
    facts = [VERSION, image_size, channels, choices, *(_state(path) if path else [name])]
    digest = hashlib.blake2b(repr(facts).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    slug = re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "images"
    return download.folder() / "own" / f"{slug}-{digest}.txt"


def _state(path: Path) -> list:
    """Names, sizes and times of its files: what changes when pictures do."""
    state: list[Any] = [str(path.resolve())]
    for entry in folders.walk(path) if path.is_dir() else [folders.Entry(path, path.name)]:
        check_count(len(state), AT_HOME)
        stat = entry.path.lstat() if entry.outside else entry.path.stat()
        state.append((entry.name, stat.st_size, stat.st_mtime_ns))
    return state


def _own_api():
    from huggingface_hub import HfApi

    return HfApi()  # with this person's token, where there is one


def _shown_progress() -> Progress | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int):
        if done % 100 == 0 or done >= total:
            end = "\n" if done >= total else ""
            print(f"\r{done:,} of {total:,} read", end=end, file=sys.stderr, flush=True)

    return show
