import struct
import warnings
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from pictures import SMALL, colour, packed, picture
from PIL import Image

from gan.data import DataError, load
from gan.limits import Limits

# what is taken


def test_images_and_zips_become_a_data_set(take, tmp_path):
    loose = tmp_path / "loose.png"
    loose.write_bytes(picture(0))
    inside = packed(tmp_path / "more.zip", {"cats/one.png": picture(1), "cats/deep/er/two.PNG": picture(2)})
    intake = take(loose, inside)
    assert (intake.count, intake.skipped, intake.duplicates) == (3, (), 0)
    data = load(intake.path)
    assert data.images.shape == (3, 32, 32, 3) and data.labels.shape == (3, 0)
    assert sorted(data.images[:, 5, 5].tolist()) == [list(colour(number)) for number in range(3)]
    assert (data.name, data.title, data.label_names) == ("own", "Own images (own)", ())
    assert len(data.train.images) == 2 and len(data.held_out.images) == 1
    assert [path.name for path in intake.path.parent.iterdir()] == ["own.npz"]


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (64, 3)])
def test_they_are_cropped_and_resized(take, tmp_path, size, channels):
    wide = np.zeros((100, 300, 3), np.uint8)
    wide[:, 100:200] = 200
    for number in range(2):
        Image.fromarray(wide + number).save(tmp_path / f"{number}.png")
    images = load(take(*tmp_path.glob("*.png"), size=size, channels=channels).path).images
    assert images.shape == (2, size, size, channels)
    assert {tuple(np.unique(image)) for image in images} == {(200,), (201,)}


def test_doubles_are_counted_and_dropped(take, tmp_path):
    file = packed(tmp_path / "a.zip", {f"{n}.png": picture(n % 3, size=32 + 32 * (n > 4)) for n in range(10)})
    intake = take(file)
    assert (intake.count, intake.duplicates) == (3, 7)


def test_what_is_no_good_picture_is_named_and_skipped(take, tmp_path):
    file = packed(
        tmp_path / "mixed.zip",
        {
            "README.txt": b"read me",
            "good.png": picture(0),
            "half.png": picture(1, 200)[:-60],
            "empty.jpg": b"",
            "inner.zip": b"PK\x03\x04",
            "bilder/grüße 猫.png": picture(2),
            "x.svg": b"<svg/>",
        },
    )
    intake = take(file)
    assert intake.count == 2
    reasons = dict(intake.skipped)
    assert list(reasons) == ["README.txt", "half.png", "empty.jpg", "inner.zip", "x.svg"]
    assert all(text.startswith(name) and text.endswith(".") for name, text in reasons.items())
    assert "not an image" in reasons["README.txt"] and "damaged" in reasons["half.png"]
    assert "empty" in reasons["empty.jpg"] and "inside a zip" in reasons["inner.zip"]


def test_what_systems_add_is_passed_over_in_silence(take, tmp_path):
    file = packed(
        tmp_path / "mac.zip",
        {
            "a.png": picture(0),
            "b.png": picture(1),
            "__MACOSX/._a.png": b"x",
            ".DS_Store": b"x",
            "deep/.hidden/c.png": b"x",
            "Thumbs.db": b"x",
            "folder/": b"",
        },
    )
    assert take(file).skipped == ()


def test_names_from_macos_and_windows_are_read(take, tmp_path):
    file = tmp_path / "names.zip"
    raw = "grün.txt".encode()  # UTF-8 without the flag that says so, as macOS writes
    packed(file, {"a.png": picture(0), "b\\c.png": picture(1), "x" * len(raw): b"none", "n\x07.txt": b"no"})
    file.write_bytes(file.read_bytes().replace(b"x" * len(raw), raw))
    intake = take(file)
    assert intake.count == 2 and [name for name, _ in intake.skipped] == ["grün.txt", "n?.txt"]


def test_a_member_broken_inside_costs_only_itself(take, tmp_path):
    file = packed(tmp_path / "a.zip", {f"{n}.png": picture(n) for n in range(3)}, zipfile.ZIP_STORED)
    data = file.read_bytes()
    at = data.index(b"IDAT") + 8
    file.write_bytes(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
    intake = take(file)
    assert intake.count == 2 and intake.skipped == (("0.png", "0.png is damaged inside the zip."),)


@pytest.mark.parametrize("head", [b"P5 300 300 255\n", b"P6 200 200 255\n", b"Pf\n150 150\n-1.0\n"])
def test_pictures_longer_than_a_look_at_their_start_are_unpacked_whole(take, tmp_path, head):
    data = head + bytes(number % 250 for number in range(90_000 if head[:2] != b"P6" else 120_000))
    assert take(packed(tmp_path / "a.zip", {"long.pnm": data, "0.png": picture(0)})).skipped == ()


def test_a_zip_by_any_name_is_opened(take, tmp_path):
    assert take(packed(tmp_path / "photos.cbz", {f"{n}.png": picture(n) for n in range(2)})).count == 2


def test_methods_that_unpack_without_bound_are_not_used(take, tmp_path):
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(2):
            archive.writestr(f"{number}.png", picture(number))
        archive.writestr("bz.png", bytes(10**6), zipfile.ZIP_BZIP2)
        archive.writestr("lz.png", bytes(10**6), zipfile.ZIP_LZMA)
    reasons = dict(take(file).skipped)
    assert set(reasons) == {"bz.png", "lz.png"} and "unusual" in reasons["bz.png"]


# what is refused whole


def test_too_few_good_images(refused, take, tmp_path):
    file = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(0), "c.txt": b"no"})
    text = refused(file)
    assert "needs 2 images" in text and "1 usable image (1 more are duplicates)" in text and "c.txt" in text
    many = packed(tmp_path / "b.zip", {f"{n}.png": picture(n) for n in range(49)})
    assert "needs 50 images" in refused(many, limits=Limits())
    fifty = packed(tmp_path / "c.zip", {f"{n}.png": picture(n) for n in range(50)})
    assert take(fifty, limits=Limits()).count == 50


def test_no_files_and_no_such_file(refused, tmp_path):
    assert "0 usable images" in refused()
    assert refused(tmp_path / "gone.png").startswith("gone.png is no longer here")


@pytest.mark.parametrize("name", ["../up.png", "a/../../up.png", "/etc/up.png", "C:\\up.png", "..\\up.png"])
def test_paths_that_lead_outside(refused, tmp_path, name):
    file = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(1), name: picture(2)})
    assert "points outside" in refused(file)
    assert not list(tmp_path.rglob("up.png"))


def test_links(refused, tmp_path):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    packed(tmp_path / "a.zip", {"a.png": picture(0)})
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "a link in place of a file (link.png)" in refused(tmp_path / "a.zip")


def test_a_zip_that_is_itself_too_large(refused, tmp_path):
    file = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(1)})
    file.write_bytes(bytes(2**20) + file.read_bytes())  # a zip may begin with anything
    assert "more than 1 MB" in refused(file, limits=replace(SMALL, upload_bytes=2**20))


def test_a_password(refused, tmp_path):
    file = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(1)})
    data = bytearray(file.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the directory's flag for encrypted
    file.write_bytes(data)
    assert "password" in refused(file)


@pytest.mark.parametrize("keep", [0, 3, 40, -30])
def test_a_zip_cut_off(refused, tmp_path, keep):
    file = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(1)})
    file.write_bytes(file.read_bytes()[:keep])
    assert refused(file) == "a.zip is damaged or not a zip: make it again."


def test_a_bomb_is_refused_by_its_directory_before_it_is_opened(refused, tmp_path, monkeypatch):
    file = packed(tmp_path / "bomb.zip", {"a.png": picture(0), "z.png": bytes(2 * 2**20)})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was opened"))
    assert "more than 1 MB unpacked" in refused(file, limits=replace(SMALL, upload_bytes=2**20))


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says(take, tmp_path):
    file = packed(tmp_path / "lie.zip", {"a.png": picture(0), "b.png": picture(1), "z.png": bytes(5 * 10**7)})
    data = file.read_bytes()
    assert data.count(struct.pack("<I", 5 * 10**7)) == 2  # before the member and in the directory
    file.write_bytes(data.replace(struct.pack("<I", 5 * 10**7), struct.pack("<I", 1000)))
    intake = take(file, limits=replace(SMALL, upload_bytes=2**20))
    assert intake.count == 2 and intake.skipped[0][0] == "z.png"


def test_what_is_read_counts_again(refused, tmp_path, monkeypatch):
    file = packed(tmp_path / "lie.zip", {f"{n}.png": picture(n) for n in range(3)})
    monkeypatch.setattr("gan.data.zips._unpack", lambda *_: picture(0) + bytes(2**20))
    assert "unpacked" in refused(file, limits=replace(SMALL, upload_bytes=2 * 2**20))


def test_files_are_counted_together(refused, take, tmp_path):
    limits = replace(SMALL, upload_files=3, upload_bytes=6000)
    file = packed(tmp_path / "a.zip", {"a.png": picture(0), "b.png": picture(1), ".c": b"x", "d/": b""})
    loose = [tmp_path / f"{n}.png" for n in range(2, 4)]
    for number, path in enumerate(loose, 2):
        path.write_bytes(picture(number))
    assert take(file, loose[0], limits=limits).count == 3
    (tmp_path / "kept" / "own.npz").unlink()
    assert refused(file, *loose, limits=limits) == "That is more than 3 files: send fewer."
    loose[0].write_bytes(bytes(5900))
    assert "MB unpacked" in refused(file, loose[0], limits=limits)


def test_a_directory_of_millions_is_not_even_opened(refused, tmp_path, monkeypatch):
    file = packed(tmp_path / "many.zip", {f"{n}.png": b"" for n in range(100)})
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    assert "more than 20 files" in refused(file, limits=replace(SMALL, upload_files=20))


def test_pixels_are_counted_in_all(refused, tmp_path):
    """Blank pictures pack to nearly nothing and still take their time to decode."""
    file = packed(tmp_path / "a.zip", {f"{n}.png": picture(n, size=100) for n in range(101)})
    assert "too many pixels" in refused(file, limits=replace(SMALL, image_pixels=100 * 100))


def test_a_picture_bomb_is_only_skipped(take, tmp_path):
    pictures = {"a.png": picture(0), "b.png": picture(1), "c.png": picture(2, size=200)}
    file = packed(tmp_path / "a.zip", pictures)
    intake = take(file, limits=replace(SMALL, image_pixels=100 * 100))
    assert intake.count == 2 and "too large (200 × 200 pixels)" in intake.skipped[0][1]


@pytest.mark.parametrize(("size", "channels"), [(33, 3), (32, 2), (10**6, 3)])
def test_sizes_that_no_model_has(refused, size, channels):
    assert "28, 32, 64 pixels" in refused(size=size, channels=channels)


def test_two_members_of_one_name_are_two_files(take, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(2):
            archive.writestr("same.png", picture(number))
    assert take(tmp_path / "a.zip").count == 2


def test_the_last_good_file_stays_when_the_next_upload_fails(take, tmp_path):
    file = packed(tmp_path / "a.zip", {f"{n}.png": picture(n) for n in range(2)})
    path = take(file).path
    before = path.read_bytes()
    with pytest.raises(DataError):
        take()
    assert path.read_bytes() == before
