"""Zips of ill will: each is refused or skipped in a sentence, before it costs anything."""

import os
import struct
import zipfile
from dataclasses import replace

import pytest
from pictures import SMALL, packed, picture

from gan.data import zips
from gan.pictures import decoding

MB = 2**20
GOOD = {"a.png": picture(0), "b.png": picture(1)}


def with_directory(data: bytes, change) -> bytes:
    """The zip with another directory, and an end that says so."""
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    lines = change(data[start:end])
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, *[lines.count(b"PK\x01\x02")] * 2, len(lines))
    return data[:start] + lines + bytes(tail)


def zip64(data: bytes, size: int, at: int, count: int) -> bytes:
    """The zip with an end for large ones, which says these."""
    end = data.rindex(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, at)
    return data[:end] + record + b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1) + b"PK\x05\x06" + struct.pack(
        "<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0
    )  # fmt: skip


def test_a_tight_member_is_not_unpacked(take, tmp_path, monkeypatch):
    bombs = {"z.png": bytes(9 * MB), "p.png": picture(2)[:60] + bytes(9 * MB), "l.csv": b"a.png,b\n" * 2 * MB}
    file = packed(tmp_path / "a.zip", GOOD | bombs)
    opened, unpack = set(), zipfile.ZipFile.open

    def watched(archive, member, *args, **options):
        opened.add(getattr(member, "filename", member))
        return unpack(archive, member, *args, **options)

    monkeypatch.setattr(zipfile.ZipFile, "open", watched)
    intake = take(file)
    assert intake.count == 2 and opened >= GOOD.keys() and not opened & bombs.keys()
    assert {name: "times its size, as no image does." in why for name, why in intake.skipped} == (
        dict.fromkeys(bombs, True)
    )


def test_of_what_is_no_picture_only_the_start_is_unpacked(tmp_path):
    noise = b"\0" + os.urandom(MB // 2 - 1)
    file = packed(tmp_path / "a.zip", {"a.png": b"\x89PNG" + noise, "b.mp3": b"ID3" + noise, "c.csv": noise})
    sizes = [len(data) for _, data in zips.contents(file, MB, 1000)]
    assert sizes == [MB // 2 + 4, zips.START, zips.START]


def test_members_that_lie_in_each_other(refused, tmp_path):
    file = packed(tmp_path / "a.zip", GOOD | {"k.png": os.urandom(5000)})

    def doubled(lines):
        last = lines[lines.rindex(b"PK\x01\x02") :]
        return lines + last.replace(b"k.png", b"l.png")

    file.write_bytes(with_directory(file.read_bytes(), doubled))
    assert refused(file) == "a.zip holds files that overlap: make a plain zip of images."
    shifted = bytearray(packed(tmp_path / "b.zip", GOOD).read_bytes())
    at = shifted.rindex(b"PK\x01\x02")
    struct.pack_into("<I", shifted, at + 42, struct.unpack_from("<I", shifted, at + 42)[0] - 20)
    (tmp_path / "b.zip").write_bytes(shifted)
    assert "holds files that overlap" in refused(tmp_path / "b.zip")


def test_a_hundred_thousand_members_are_not_even_listed(refused, tmp_path, monkeypatch):
    facts = [*[20] * 2, *[0] * 4, *[0] * 3, 5, *[0] * 4, 0, 0]
    head = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *facts) + b"x.png"
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 100_000 * len(head), 0, 0)
    (tmp_path / "a.zip").write_bytes(head * 100_000 + end)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    text = refused(tmp_path / "a.zip", limits=replace(SMALL, upload_files=20_000))
    assert text == "That is more than 20,000 files: send fewer."


@pytest.mark.parametrize(
    "end",
    [
        lambda data: with_directory(data, lambda lines: lines + bytes(60_000)),
        lambda data: zip64(data, 2**62, data.index(b"PK\x01\x02"), 2),
        lambda data: data + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 2, 2, 2**31, 0, 0),
    ],
)
def test_an_endless_directory_is_not_read(refused, tmp_path, monkeypatch, end):
    file = packed(tmp_path / "a.zip", GOOD)
    file.write_bytes(end(file.read_bytes()))
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    text = refused(file, limits=replace(SMALL, upload_files=100))
    assert text == "The list of files in a.zip is far too long: make a plain zip of images."


def test_a_large_zips_end_is_read_where_it_is_true_and_no_harm_where_it_lies(take, refused, tmp_path):
    data = packed(tmp_path / "a.zip", GOOD).read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    (tmp_path / "a.zip").write_bytes(zip64(data, end - start, start, 2))
    assert take(tmp_path / "a.zip").count == 2
    (tmp_path / "kept" / "own.npz").unlink()
    for at in (2**63, 2**40, 0):
        (tmp_path / "a.zip").write_bytes(zip64(data, end - start, at, 2))
        assert "damaged" in refused(tmp_path / "a.zip")


@pytest.mark.parametrize("value", [2**60, 2**32])
def test_a_member_that_claims_to_be_huge(refused, tmp_path, value):
    def claims(lines):
        first = bytearray(lines[: lines.index(b"PK\x01\x02", 4)])
        struct.pack_into("<I", first, 24, 0xFFFFFFFF)
        struct.pack_into("<H", first, 30, 12)
        return bytes(first) + struct.pack("<HHQ", 1, 8, value) + lines[len(first) :]

    file = packed(tmp_path / "a.zip", GOOD)
    file.write_bytes(with_directory(file.read_bytes(), claims))
    assert "unpacked" in refused(file)


def test_endless_names_and_folders_without_end(take, tmp_path):
    deep = {"/".join("a" * 1500) + f"/{n}.png": picture(10 + n) for n in range(2)}
    endless = {"x" * 5000 + ".png": picture(20)}
    intake = take(packed(tmp_path / "a.zip", GOOD | deep | endless))
    assert intake.count == 4 and intake.skipped[0][1].endswith("has a name that is far too long.")
    assert len(intake.skipped[0][0]) <= 120


def test_zips_in_zips_are_named_and_not_opened(take, tmp_path):
    inner = packed(tmp_path / "inner.zip", GOOD).read_bytes()
    intake = take(packed(tmp_path / "a.zip", GOOD | {"z.zip": inner, "y.cbz": inner, "x.png": inner}))
    assert intake.count == 2 and [name for name, _ in intake.skipped] == ["z.zip", "y.cbz", "x.png"]


def test_sheets_have_a_limit_together(take, tmp_path):
    table = b"file,kind\na.png,cat\nb.png,dog\n" + b"x.png,cat\n" * 3000
    tables = {f"{n}.csv": table for n in range(12)}
    intake = take(packed(tmp_path / "a.zip", GOOD | tables), limits=replace(SMALL, upload_bytes=2 * MB))
    assert intake.count == 2 and intake.ways[0].kind == "csv"
    assert sum("is too long and was not read." in note for note in intake.notes) == 10


def test_what_does_not_begin_like_a_picture_costs_no_question(take, tmp_path, monkeypatch):
    asked, ask = [], decoding.ask

    def counted(work, source, name, *args, **named):
        asked.append(name)
        return ask(work, source, name, *args, **named)

    monkeypatch.setattr(decoding, "ask", counted)
    notes = {f"{k}.txt": b"a caption, %d" % k for k in range(300)} | {"c.png": b"<svg>", "photo.cr3": b"raw"}
    intake = take(packed(tmp_path / "captions.zip", GOOD | notes))
    assert intake.count == 2 and asked == list(GOOD) and len(intake.skipped) == len(notes)
    said = dict(intake.skipped)
    assert "not an image that can be read here" in said["7.txt"] and "SVG" in said["c.png"]
    assert "camera's raw photo" in said["photo.cr3"]
