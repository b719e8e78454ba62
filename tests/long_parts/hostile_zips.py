"""Zips and parquet files that mean harm: built by hand, and mutated from good ones."""

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from pictures import picture
from test_bad_parquet import written
from test_bad_zips import with_directory, zip64
from test_names import LITTER, Raw

from long_parts.hostile_pictures import BY_HAND as PICTURES
from long_parts.hostile_pictures import WAYS

MB = 2**20
GOOD = {f"{kind}/{n}.png": picture(n + 50 * (kind == "dogs")) for kind in ("cats", "dogs") for n in range(30)}


def zipped(members: dict, method: int = zipfile.ZIP_DEFLATED, good: bool = True) -> bytes:
    """`members`: name, or a ZipInfo, -> bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in ((GOOD if good else {}) | members).items():
            archive.writestr(name, data)
    return out.getvalue()


def tight(name: str, size: int, start: bytes = b"") -> bytes:
    return zipped({name: start + bytes(size)})


def nested(depth: int) -> bytes:
    data = zipped({}, good=False)
    for level in range(depth):
        data = zipped({f"{level}.zip": data}, zipfile.ZIP_STORED)
    return data


def overlapping(count: int) -> bytes:
    """So many members whose bytes are the same: 10 MB of zeros each, once in the file."""
    data = zipped({"k.png": bytes(10 * MB)}, good=False)

    def more(lines):
        return b"".join(lines.replace(b"k.png", b"%05d" % n) for n in range(count))

    return with_directory(data, more)


def many_lines(count: int) -> bytes:
    """A directory of so many members, of which nothing else is there."""
    facts = [*[20] * 2, *[0] * 4, *[0] * 3, 5, *[0] * 4, 0, 0]
    head = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *facts) + b"x.png"
    end = struct.pack("<HHHHIIH", 0, 0, 65535, 65535, count * len(head), 0, 0)
    return head * count + b"PK\x05\x06" + end


def linked(target: str) -> bytes:
    info = zipfile.ZipInfo("a.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped({info: target.encode()})


def claiming(at: int, form: str, value: int) -> bytes:
    """The directory says of each member's something what it is not."""

    def change(lines):
        parts = lines.split(b"PK\x01\x02")[1:]
        changed = [bytearray(b"PK\x01\x02" + part) for part in parts]
        for one in changed:
            struct.pack_into(form, one, at, value)
        return b"".join(map(bytes, changed))

    return with_directory(zipped({}), change)


ODD = (
    "../../etc/x.png", "/etc/passwd", "C:\\windows\\x.png", "..\\x.png", "a/../../x.png", "con.png",
    "a\0b.png", "a\nb.png", "\x1b[2Jx.png", "<img src=x onerror=alert(1)>.png", "\u202egnp.exe", "a" * 60_000,
    "-rf.png", "/".join("a" * 20_000) + ".png", "~/.ssh/x.png", "$(id).png", "`id`.png", "%2e%2e/x.png",
    "\ud7ff.png", "//host/x.png", ".", "..", " ", "a//b.png", "a/./b.png", "\\\\host\\x.png",
)  # fmt: skip
TABLES = {
    "dataset.json": b'{"labels": ' + b"[" * 100_000,
    "labels.csv": b"a,b\n" + b'"' * 5 * MB,
    "metadata.csv": b"file_name,label\n" + b"cats/1.png,x\n" * 300_000,
    "x.tsv": b"\t" * 8 * MB,
    "metadata.jsonl": b'{"file_name": "cats/1.png", "label": ' + b"9" * 6000 + b"}\n",
}

BY_HAND: dict[str, Callable[[], bytes]] = {
    "a member that unpacks to 1 GB": lambda: tight("z.png", 2**30),
    "a picture that unpacks to 500 MB": lambda: tight("z.png", 500 * MB, picture(1)),
    "ten members of 100 MB": lambda: zipped({f"{n}.png": bytes(100 * MB) for n in range(10)}),
    "a table that unpacks to 300 MB": lambda: zipped({"labels.csv": b"cats/1.png,b\n" * 24 * MB}),
    "zips in zips": lambda: nested(200), "members that are the same bytes": lambda: overlapping(20_000),
    "100,000 members": lambda: many_lines(100_000), "a million members": lambda: many_lines(10**6),
    "19,000 empty files": lambda: zipped({f"{n}.png": b"" for n in range(19_000)}),
    "19,000 files that are none": lambda: zipped({f"{n}.png": b"PK" for n in range(19_000)}),
    "19,000 folders": lambda: zipped({f"{n}/": b"" for n in range(19_000)}),
    "a folder for each of 5,000 files": lambda: zipped({f"{n}/a.txt": b"a" for n in range(5000)}),
    "a link to a file": lambda: linked("/etc/passwd"), "a link to itself": lambda: linked("a.png"),
    "bzip2": lambda: zipped({"z.png": bytes(30 * MB)}, zipfile.ZIP_BZIP2),
    "lzma": lambda: zipped({"z.png": bytes(30 * MB)}, zipfile.ZIP_LZMA),
    "a comment and rubbish before": lambda: os.urandom(10 * MB) + zipped({}),
    "ends without end": lambda: zipped({}) + b"PK\x05\x06" * 100_000,
    "a large zip's end that lies": lambda: zip64(zipped({}), 2**62, 2**63 - 1, 2**40),
    "what systems leave": lambda: zipped({name.format("1.png"): b"x" for name in LITTER}),
    "names in no encoding": lambda: zipped(
        {Raw(bytes([255, n, 129]) + b"/a.png"): picture(n) for n in range(250)}),
} | {
    f"named {name[:40]!r}": lambda name=name: zipped({name: picture(99)}) for name in ODD
} | {
    f"a table {name}": lambda name=name: zipped({name: TABLES[name]}) for name in TABLES
} | {
    f"says of its {what} {value:,}": lambda at=at, form=form, value=value: claiming(at, form, value)
    for what, at, form in (("size", 24, "<I"), ("packed size", 20, "<I"), ("place", 42, "<I"),
                           ("method", 10, "<H"), ("flags", 8, "<H"), ("name's length", 28, "<H"),
                           ("extra's length", 30, "<H"))
    for value in (0, 1, 0xFFFF)
} | {
    f"a picture, {name}": lambda name=name: zipped({"z.png": PICTURES[name]()}) for name in
    ("runs", "comments", "PNG, a million chunks", "TIFF, a million strips")
}  # fmt: skip


def by_chance(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Bytes, pieces and numbers otherwise, everywhere or where the directory is."""
    random, good = np.random.RandomState(seed), zipped({"labels.csv": b"cats/1.png,x\n"})
    start = good.index(b"PK\x01\x02")
    for number in range(count):
        way = WAYS[random.randint(len(WAYS))]
        data = good[:start] + way(good[start:], random) if number % 2 else way(good, random)
        yield f"{way.__name__} {number}", data


def parquet_files(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Rows that unpack to far too much, and mutations."""
    pictures = [picture(n) for n in range(60)]
    yield "a row that unpacks to 300 MB", written({"image": [*pictures, picture(0) + bytes(300 * MB)]}, 2)
    yield "a label of 100 MB", written({"image": pictures, "label": ["x" * 100 * MB] * 60})
    yield "10,100 columns", written({"image": pictures} | {f"c{n}": list(range(60)) for n in range(10_100)})
    yield "zeros", b"PAR1" + zlib.compress(bytes(MB)) + b"\xff\xff\xff\x7fPAR1"
    random, good = np.random.RandomState(seed), written({"image": pictures, "label": ["a", "b"] * 30}, 20)
    for number in range(count - 4):
        way = WAYS[random.randint(len(WAYS))]
        at = len(good) - 3000 if number % 2 else 4  # where its foot is
        yield f"{way.__name__} {number}", good[:at] + way(good[at:], random)
