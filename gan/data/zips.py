"""People's zips, read in memory: judged by the directory before anything is unpacked, never put on disk."""

import contextlib
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gan.data.pile import oversize
from gan.data.sets import DataError
from gan.images import ImageError

STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # a zip with files, and one without
# Python's readers of other methods unpack a block whole, however large it becomes
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
SYSTEM_FILES = ("__MACOSX", "Thumbs.db", "desktop.ini")


def is_zip(file: Path) -> bool:
    if file.suffix.lower() == ".zip":
        return True
    with file.open("rb") as stream:
        return stream.read(4) in STARTS


def directory_lines(file: Path) -> int:
    """How many members a zip lists, or a little more; counted without the memory that opening it takes."""
    with file.open("rb") as stream:
        return sum(block.count(b"PK\x01\x02") for block in iter(lambda: stream.read(2**20), b""))


def open_zip(file: Path) -> zipfile.ZipFile:
    """Raises DataError where the file is no whole zip."""
    try:
        return zipfile.ZipFile(file)
    except Exception as error:  # a broken directory raises BadZipFile, struct.error, UnicodeDecodeError, …
        raise DataError(f"{shown(file.name)} is damaged or no zip: make it again.") from error


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of a zip, without folders and without what systems add unasked."""
    return [member for member in archive.infolist() if not (member.is_dir() or _is_system_file(member))]


def check(file: Path, listed: list[zipfile.ZipInfo]):
    """Raises DataError for a zip that is locked, or whose members point elsewhere."""
    for member in listed:
        path = member_name(member)
        if path.startswith("/") or ".." in path.split("/") or re.match("[A-Za-z]:", path):
            trick = f"a file that points outside of it ({path})"
        elif stat.S_ISLNK(member.external_attr >> 16):
            trick = f"a link in place of a file ({path})"
        elif member.flag_bits & 0x1:
            raise DataError(f"{shown(file.name)} is locked with a password: make a zip without one.")
        else:
            continue
        raise DataError(f"{shown(file.name)} holds {trick}: make a plain zip of images.")


def contents(file: Path, most: int) -> Iterator[tuple[str, bytes | ImageError]]:
    """Name and bytes of each member, one at a time, or the error that says why this one can't be had.

    A member of more than `most` bytes is no picture.
    """
    with open_zip(file) as archive:
        for member in members(archive):
            try:
                if member.file_size > most:
                    raise oversize(member_name(member), member.file_size)
                yield member_name(member), _unpack(archive, member)
            except ImageError as error:
                yield member_name(member), error


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    name = member_name(member)
    if name.lower().endswith(".zip"):
        raise ImageError(f"{name} is a zip inside a zip, which is not opened: unpack it first.")
    if member.compress_type not in METHODS:
        raise ImageError(f"{name} is packed in an unusual way: make the zip with the system's own tool.")
    try:
        with archive.open(member) as stream:
            return stream.read(member.file_size)  # never more than the directory said
    except Exception as error:  # BadZipFile, zlib.error, EOFError, …: the next member may be well
        raise ImageError(f"{name} is damaged inside the zip.") from error


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's path with forward slashes; macOS writes UTF-8 there without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return shown(name.replace("\\", "/"))


def shown(name: str) -> str:
    """A name without control characters and broken letters, which a page can't show."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _is_system_file(member: zipfile.ZipInfo) -> bool:
    return any(is_system_name(part) for part in PurePosixPath(member_name(member)).parts)


def is_system_name(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or put there by a system unasked."""
    return name in SYSTEM_FILES or (name.startswith(".") and name != "..")
