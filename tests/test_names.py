"""Names as people's zips and folders have them: letters, litter, numbers, lengths."""

import os
import struct
import unicodedata
import zipfile
import zlib

import pytest
from pictures import picture

from gan.data import load, names

WORDS = {
    "cp932": ("表一", "表二", "猫", "ソフト"),
    "gb18030": ("猫", "狗", "鸟"),
    "cp949": ("고양이", "강아지", "새"),
    "big5": ("貓", "狗", "照片"),
    "cp866": ("кошки", "Собаки", "рог"),
    "cp1251": ("кошки", "Собаки", "ёлка"),
    "cp1252": ("Möwe", "Straße", "été"),
    "cp850": ("Möwe", "Straße", "smörgås"),
    "cp1250": ("kočka", "łódź", "pająk"),
    "utf-8": ("кошки", "猫", "Möwe", "고양이", "👩‍🚀"),
}


class Raw(zipfile.ZipInfo):
    """A member whose name stands in the zip as these bytes, of which nothing is said."""

    def __init__(self, raw: bytes, extra: bytes = b"", system: int = 0):
        super().__init__(raw.decode("cp437"))
        self.raw, self.extra, self.create_system = raw, extra, system

    def _encodeFilenameFlags(self):
        return self.raw, self.flag_bits & ~0x800


def zipped(path, members):
    """A zip of pictures, each another, under these names: texts, bytes, or a Raw."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(members):
            archive.writestr(Raw(name) if isinstance(name, bytes) else name, picture(number))
    return path


def folder_labels(intake) -> tuple[str, ...]:
    return load(intake.path).label_values.get("folder", ())


@pytest.mark.parametrize("encoding", WORDS)
def test_names_in_any_encoding_are_read(take, tmp_path, encoding):
    words = WORDS[encoding]
    members = [f"{word}/{number}.png".encode(encoding) for word in words for number in range(2)]
    assert set(folder_labels(take(zipped(tmp_path / "a.zip", members)))) == set(words)


@pytest.mark.parametrize("encoding", WORDS)
def test_so_are_those_that_an_old_zip_left_in_a_folder(take, tmp_path, encoding):
    home = tmp_path / "home"
    for number, word in enumerate(WORDS[encoding]):
        folder = os.path.join(os.fsencode(home), word.encode(encoding))
        os.makedirs(folder)
        with open(os.path.join(folder, b"a.png"), "wb") as file:
            file.write(picture(number))
    assert set(folder_labels(take(home))) == set(WORDS[encoding])


def test_letters_that_no_encoding_has_do_not_merge_kinds(take, tmp_path):
    members = [b"\xff\x01\x81/a.png", b"\xff\x01\x82/a.png", b"\xff\x01\xfe/a.png"]
    assert len(set(folder_labels(take(zipped(tmp_path / "a.zip", members))))) == 3


def test_the_name_beside_the_name_is_read_where_it_is_still_meant(take, tmp_path):
    def beside(raw: bytes, text: str, crc: int = 0) -> Raw:
        body = b"\x01" + struct.pack("<I", zlib.crc32(raw) ^ crc) + text.encode()
        return Raw(raw, struct.pack("<HH", names_extra, len(body)) + body)

    names_extra = 0x7075
    members = [beside(b"kot_/a.png", "кот/a.png"), beside(b"pes/b.png", "old/b.png", crc=1)]
    assert folder_labels(take(zipped(tmp_path / "a.zip", members))) == ("pes", "кот")


def test_backslashes_part_folders_only_where_windows_wrote_them(take, tmp_path):
    windows = [Raw(f"{kind}\\{number}.png".encode()) for kind in ("cats", "dogs") for number in range(2)]
    assert folder_labels(take(zipped(tmp_path / "a.zip", windows))) == ("cats", "dogs")
    unix = [Raw(f"bands/{kind}/1.png".encode(), system=3) for kind in ("AC\\DC", "AC\\AB", "Abba")]
    assert folder_labels(take(zipped(tmp_path / "b.zip", unix))) == ("Abba", "AC\\AB", "AC\\DC")


def test_two_spellings_of_one_name_are_one_kind(take, tmp_path):
    whole, parted = (unicodedata.normalize(form, "Kätzchen") for form in ("NFC", "NFD"))
    paths = [f"{whole}/1.png", f"{parted}/2.png", "Hund/3.png", f"{whole} /4.png", f"{whole}./5.png"]
    for number, path in enumerate(paths):
        (tmp_path / "home" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / path).write_bytes(picture(number))
    for source in (tmp_path / "home", zipped(tmp_path / "a.zip", paths)):
        assert folder_labels(take(source)) == ("Hund", whole)


def test_kinds_with_numbers_are_in_the_order_of_their_numbers(take, tmp_path):
    kinds = ["10", "2", "1", "img10", "img2", "IMG1", "007"]
    intake = take(zipped(tmp_path / "a.zip", [f"{kind}/a.png" for kind in kinds]))
    assert folder_labels(intake) == ("1", "2", "007", "10", "IMG1", "img2", "img10")


def test_emoji_and_endless_names(take, tmp_path):
    long = ["x" * 3000 + end for end in ("a", "b")]
    joined = "👩‍🚀", "हिन्दी", "می‌خواهم"
    labels = folder_labels(take(zipped(tmp_path / "a.zip", [f"{kind}/a.png" for kind in (*long, *joined)])))
    assert set(joined) < set(labels) and len(labels) == 5
    assert max(map(len, labels)) <= names.LONGEST + 4
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.png", picture(0))
        archive.writestr("b.png", picture(1))
        archive.writestr("y" * 5000 + ".txt", b"none")
    [(name, why)] = take(tmp_path / "b.zip").skipped
    assert len(why) < 250 and name.endswith("y.txt")


LITTER = (
    "@eaDir/{}/SYNOPHOTO_THUMB_XL.png",
    "#recycle/{}",
    ".DS_Store",
    "Thumbs.db",
    "THUMBS.DB",
    "Desktop.ini",
    "ehthumbs.db",
    "ehthumbs_vista.db",
    "Icon\r",
    "Picasa.ini",
    ".picasa.ini",
    "__MACOSX/._{}",
    ".Trash-1000/{}",
    ".Spotlight-V100/{}",
    "$RECYCLE.BIN/{}",
    "System Volume Information/{}",
    "lost+found/{}",
    ".AppleDouble/{}",
    "._{}",
    ".picasaoriginals/{}",
    ".nomedia",
    "All Previews.lrdata/{}",
    "CaptureOne/Cache/Thumbnails/{}",
    "{}.xmp",
    "a.AAE",
    ".@__thumb/{}",
)


@pytest.mark.parametrize("at", ["", "cats/"])
def test_what_systems_leave_behind_is_no_picture_and_no_problem(take, tmp_path, at):
    members = {f"{('cats', 'dogs')[n % 2]}/{n}.png": picture(n) for n in range(6)}
    members |= {at + name.format("1.png"): picture(1000 + n) for n, name in enumerate(LITTER)}
    home = tmp_path / "home"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(data)
    for source in (tmp_path / "a.zip", home):
        intake = take(source)
        assert (intake.count, intake.skipped, intake.notes) == (6, (), ())
        assert folder_labels(intake) == ("cats", "dogs")
    chosen = [path for path in (home / at).iterdir() if path.is_file()]  # all files of a folder, by hand
    assert len(chosen) > 8 and take(*chosen, home / "dogs").skipped == ()
