"""People's zips, read in memory: judged by the directory before anything is unpacked, never put on disk."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from gan.data import names
from gan.data.names import shown
from gan.data.pile import oversize
from gan.data.sets import DataError
from gan.data.sheets import is_sheet
from gan.images import ImageError
from gan.pictures import kinds

STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # a zip with files, and one without
FOLDER = b"GAN Studio: a folder"  # the comment of a zip that the page has made of a folder
# Below a folder only these are zips: many other kinds of file (documents, programs) are zips inside
ENDS = (".zip", ".cbz")
# Python's readers of other methods unpack a block whole, however large it becomes
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
WINDOWS = (0, 10, 14)  # the systems, by their numbers in a zip, that part folders with backslashes
UNICODE_PATH = 0x7075  # an extra field of Info-ZIP's
TAIL = 2**16 + 200  # bytes in which the end of a zip says how long its directory is
LONGEST_PATH = 4096  # letters, as systems allow
HEADER = 30  # bytes before a member, at least
START = 2**16  # bytes of a member that tell what it is
TIGHT, TIGHT_BYTES = 100, 8 * 2**20  # times its packed size, and how much, to which no picture unpacks


@dataclass(frozen=True)
class Member:
    """A file of a zip."""

    info: zipfile.ZipInfo
    path: str  # its folders and its name, as its writer meant them

    @property
    def name(self) -> str:
        return shown(self.path)


def is_zip(file: Path) -> bool:
    if file.suffix.lower() == ".zip":
        return True
    with file.open("rb") as stream:
        return stream.read(4) in STARTS


def directory_lines(file: Path) -> int:
    """How many members a zip lists, or a little more; counted without the memory that opening it takes."""
    with file.open("rb") as stream:
        return sum(block.count(b"PK\x01\x02") for block in iter(lambda: stream.read(2**20), b""))


def directory_bytes(file: Path) -> int:
    """How long a zip says that its directory is: where it says so twice or in a false place, the most."""
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - TAIL))
        tail = stream.read()
    lengths = [0]
    for mark, form, at in ((b"PK\x05\x06", "<I", 12), (b"PK\x06\x06", "<Q", 40)):
        places = (found.start() + at for found in re.finditer(mark, tail))
        ends = len(tail) - struct.calcsize(form)
        lengths += [struct.unpack_from(form, tail, place)[0] for place in places if place <= ends]
    return max(length for length in lengths if length != 0xFFFFFFFF)  # which stands for: see the other


def open_zip(file: Path, name: str) -> zipfile.ZipFile:
    """Raises DataError, which calls it by that name, where the file is no whole zip."""
    try:
        return zipfile.ZipFile(file)
    except Exception as error:  # a broken directory raises BadZipFile, struct.error, UnicodeDecodeError, …
        raise DataError(f"{name} is damaged or not a zip: make it again.") from error


def members(archive: zipfile.ZipFile) -> list[Member]:
    """The files of a zip, without folders and without what systems add unasked."""
    listed = archive.infolist()
    pairs = zip(listed, _paths(listed), strict=True)
    return [Member(info, path) for info, path in pairs if not (path.endswith("/") or names.is_litter(path))]


def check(name: str, listed: list[Member]):
    """Raises DataError for a zip that is locked, or whose members point elsewhere or lie in each other."""
    places = sorted((member.info.header_offset, member.info.compress_size) for member in listed)
    if any(at + HEADER + size > after for (at, size), (after, _) in pairwise(places)):
        raise DataError(f"{name} holds files that overlap: make a plain zip of images.")
    for member in listed:
        path = member.path.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or re.match("[A-Za-z]:", path):
            trick = f"a file that points outside of it ({member.name})"
        elif stat.S_ISLNK(member.info.external_attr >> 16):
            trick = f"a link in place of a file ({member.name})"
        elif member.info.flag_bits & 0x1:
            raise DataError(f"{name} is locked with a password: make a zip without one.")
        else:
            continue
        raise DataError(f"{name} holds {trick}: make a plain zip of images.")


def is_folder(file: Path) -> bool:
    """Whether a zip is a folder as the page sends it."""
    with open_zip(file, shown(file.name)) as archive:
        return archive.comment == FOLDER


def is_inner(path: str) -> bool:
    return path.lower().endswith(ENDS)


def contents(
    file: Path, most: int, most_said: int, inner: bool = False
) -> Iterator[tuple[str, bytes | ImageError]]:
    """Path and bytes of each member, one at a time, or the error that says why this one can't be had.

    A member of more than `most` bytes is no picture. Of what does not start as one, only the start is given;
    of what may say labels, `most_said` bytes. With `inner`, zips are given as well.
    """
    with open_zip(file, shown(file.name)) as archive:
        for member in members(archive):
            try:
                if member.info.file_size > most:
                    raise oversize(member.name, member.info.file_size)
                yield member.path, _unpack(archive, member, most_said, inner)
            except ImageError as error:
                yield member.path, error


def _unpack(archive: zipfile.ZipFile, member: Member, most: int, inner: bool) -> bytes:
    name, opened = member.name, inner and is_inner(member.path)
    if member.path.lower().endswith(".zip") and not opened:
        raise ImageError(f"{name} is a zip inside a zip, which is not opened: unpack it first.")
    if member.info.compress_type not in METHODS:
        raise ImageError(f"{name} is packed in an unusual way: make the zip with the system's own tool.")
    size, packed = member.info.file_size, member.info.compress_size
    if size > TIGHT_BYTES and size > TIGHT * packed:
        raise ImageError(f"{name} unpacks to {size // max(1, packed):,} times its size, as no image does.")
    if len(member.path) > LONGEST_PATH:
        raise ImageError(f"{name} has a name that is far too long.")
    if not size:
        return b""
    try:
        with archive.open(member.info) as stream:  # which never gives more than the directory said
            start = stream.read(min(size, START))
            is_picture = kinds.MAY_BE_PICTURE.match(start)
            wanted = size if is_picture or opened else min(size, most) if is_sheet(member.path) else 0
            return start + stream.read(max(0, wanted - len(start)))
    except Exception as error:  # BadZipFile, zlib.error, EOFError, …: the next member may be well
        raise ImageError(f"{name} is damaged inside the zip.") from error


def _paths(listed: list[zipfile.ZipInfo]) -> list[str]:
    """The members' paths with forward slashes.

    What is not said to be in UTF-8 may be in any encoding, UTF-8 as well; and in some of them a backslash is
    the second half of a letter, so that it can part folders only once all is decoded.
    """
    written = [_written(info) for info in listed]
    encoding = names.encoding_of(name for name in written if isinstance(name, bytes))
    paths = [names.read(name, encoding) if isinstance(name, bytes) else name for name in written]
    slashes = any("/" in path for path in paths)
    return [
        names.composed(path.replace("\\", "/") if info.create_system in WINDOWS or not slashes else path)
        for info, path in zip(listed, paths, strict=True)
    ]


def _written(info: zipfile.ZipInfo) -> str | bytes:
    """A member's name, or its bytes where the zip does not say what letters they are."""
    name = info.orig_filename
    if info.flag_bits & 0x800:
        return name
    raw = name.encode("cp437")  # as which the library has read it
    return _unicode_path(info.extra, raw) or (name if raw.isascii() else raw)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name beside the name, where that is still the one that it stands for."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and body[:1] == b"\x01" and body[1:5] == struct.pack("<I", zlib.crc32(raw)):
            try:
                return body[5:].decode("utf-8")
            except UnicodeError:
                return None
    return None
