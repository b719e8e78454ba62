"""Folders of people's own images, and the labels that their subfolders say."""

import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from pictures import SMALL, packed, picture
from PIL import Image

from gan.data import load, prepare


@pytest.fixture
def home(tmp_path):
    """A folder to take in, beside a picture that is none of its."""
    (tmp_path / "secret.png").write_bytes(picture(99))
    home = tmp_path / "photos"
    home.mkdir()
    return home


def fill(home, *names: str):
    """A picture under each name, every one another."""
    for number, name in enumerate(names):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(picture(number))
    return home


def labelled(path) -> dict[str, set[int]]:
    """The label's values and the numbers of the pictures that have them."""
    data = load(path)
    found = {value: set() for value in data.label_values.get("folder", ())}
    for image, (row,) in zip(data.images, data.labels, strict=True):
        found[data.label_values["folder"][row]].add(int(image[0, 0, 0]) + 256 * int(image[0, 0, 1]))
    return found


def test_a_folder_is_walked_and_its_subfolders_are_labels(take, home):
    hidden = ("dogs/.hidden.png", "cats/.git/x.png", "Thumbs.db")
    intake = take(fill(home, "dogs/c.png", "cats/b.png", "cats/deep/er/a.png", *hidden))
    assert (intake.count, intake.skipped, intake.labels) == (3, (), ("folder",))
    assert labelled(intake.path) == {"cats": {1, 2}, "dogs": {0}}


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (("cats/a", "dogs/b"), ("cats", "dogs")),
        (("all/zebra/a", "all/ant/b", "all/ant/c"), ("ant", "zebra")),  # one wrapper says nothing
        (("all/a/x/1", "all/b/y/2"), ("a", "b")),
        (("train/cat/a", "train/dog/b", "test/cat/c"), ("cat", "dog")),  # nor do splits
        (("set/train/cat/a", "set/Val/dog/b"), ("cat", "dog")),
        (("train/a", "test/b"), ()),
        (("a", "b"), ()),
        (("cats/a", "cats/b"), ()),
        (("cats/a", "dogs/b", "c"), ()),  # one lies outside
    ],
)
def test_which_folders_are_labels(take, home, tmp_path, names, values):
    names = [f"{name}.png" for name in names]
    zipped = packed(tmp_path / "a.zip", {name: picture(number) for number, name in enumerate(names)})
    for source in (fill(home, *names), zipped):
        intake = take(source)
        assert load(intake.path).label_values.get("folder", ()) == values
        assert intake.labels == (("folder",) if values else ())
    assert bool(intake.notes) == (names[-1] == "c.png")


def test_only_kept_pictures_decide(take, home):
    fill(home, "cats/a.png", "dogs/b.png")
    (home / "README.md").write_text("about cats")
    (home / "extra").mkdir()
    (home / "extra" / "broken.png").write_bytes(b"no")
    intake = take(home)
    assert load(intake.path).label_values["folder"] == ("cats", "dogs")
    assert [name for name, _ in intake.skipped] == ["README.md", "extra/broken.png"]


def test_256_folders_are_labels_and_257_are_not(take, home):
    most = take(fill(home, *(f"f{n:03}/a.png" for n in range(256))))
    assert labelled(most.path)["f255"] == {255}
    more = take(fill(home, *(f"f{n:03}/a.png" for n in range(257))))
    assert more.labels == () and "257 subfolders" in more.notes[0]


def test_the_order_is_mixed_and_always_the_same(take, home):
    """What is held out is the end of the file: sorted by kind it would be all dogs."""
    fill(home, *(f"{kind}/{n:03}.png" for kind in ("cats", "dogs") for n in range(100)))
    data = load(take(home).path)
    images, labels = data.images.copy(), data.labels.copy()
    assert set(data.held_out.labels[:, 0]) == {0, 1}
    again = load(take(home).path)
    assert np.array_equal(again.images, images) and np.array_equal(again.labels, labels)


def test_sizes_belong_to_their_images(take, home):
    for number in range(30):
        (home / f"{number}.png").write_bytes(picture(number, size=32 + number))
    intake = take(home)
    reds = load(intake.path).images[:, 0, 0, 0].astype(int)
    assert intake.sizes.tolist() == [[32 + red, 32 + red] for red in reds]


def test_duplicates_under_two_labels_are_counted(take, home):
    fill(home, "cats/a.png", "dogs/b.png")
    for name in ("cats/again.png", "dogs/a.png", "wolves/a.png"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(picture(0))
    intake = take(home)
    assert (intake.count, intake.duplicates, intake.torn) == (2, 3, 2)


def test_links_are_followed_within_the_folder_alone(take, home, tmp_path):
    fill(home, "a.png", "b.png")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.png").write_bytes(picture(50))
    links = {
        "out.png": tmp_path / "secret.png",
        "out": tmp_path / "elsewhere",
        "gone.png": home / "none",
        "circle.png": home / "circle.png",
        "double.png": home / "a.png",
        "up": home,
    }
    for name, target in links.items():
        (home / name).symlink_to(target)
    intake = take(home)
    assert (intake.count, intake.duplicates) == (2, 1)  # double.png is a.png
    assert {name for name, _ in intake.skipped} == {"out.png", "out", "gone.png", "circle.png"}
    assert all("a link that leads out" in text for _, text in intake.skipped)


def test_a_folder_that_is_itself_a_link_is_walked(take, home, tmp_path):
    fill(home, "a.png", "b.png")
    (tmp_path / "link").symlink_to(home)
    assert take(tmp_path / "link").count == 2


def test_in_a_folder_a_problem_costs_only_itself(take, home, monkeypatch):
    fill(home, "a.png", "b.png")
    (home / "letter.docx").write_bytes(packed(home / "x.zip", {"media/1.png": picture(7)}).read_bytes())
    (home / "x.zip").write_bytes(b"PK\x03\x04 cut off")
    packed(home / "good.zip", {"in/c.png": picture(3)})
    packed(home / "trick.zip", {"../d.png": picture(4)})
    os.mkfifo(home / "pipe.png")
    read = type(home).read_bytes
    monkeypatch.setattr(type(home), "read_bytes", lambda p: read(p) if p.name != "b.png" else denied())
    intake = take(home)
    assert intake.count == 2  # a.png, and c.png of good.zip
    reasons = dict(intake.skipped)
    assert list(reasons) == ["b.png", "letter.docx", "trick.zip", "x.zip"]
    assert reasons["b.png"] == "b.png could not be read: Permission denied."
    assert "a document" in reasons["letter.docx"] and "points outside" in reasons["trick.zip"]
    assert reasons["x.zip"] == "x.zip is damaged or not a zip: make it again."


def denied():
    raise PermissionError(13, "Permission denied")


def test_a_zip_in_a_folder_brings_labels(take, home):
    packed(home / "pets.zip", {"cats/a.png": picture(0), "dogs/b.png": picture(1)})
    assert labelled(take(home).path) == {"cats": {0}, "dogs": {1}}


def sent_folder(tmp_path, files: dict[str, bytes]):
    return packed(tmp_path / "sent.zip", files, zipfile.ZIP_STORED, b"GAN Studio: a folder")


def test_a_folder_that_the_page_sends_as_a_zip_is_as_the_folder_itself(take, home, tmp_path):
    def filled(name: str, first: int) -> bytes:
        inside = {f"cats/{k}.png": picture(first + k) for k in range(2)} | {"dogs/d.png": picture(first + 2)}
        return packed(tmp_path / name, inside).read_bytes()

    (home / "deep").mkdir()
    files = {
        "a.zip": filled("a", 0), "deep/b.cbz": filled("b", 3), "c.zip": b"PK\x03\x04 cut off",
        "deeper.zip": packed(tmp_path / "deeper", {"in.zip": filled("c", 6)}).read_bytes(),
        "trick.zip": packed(tmp_path / "trick", {"../d.png": picture(9)}).read_bytes(),
    }  # fmt: skip
    for name, content in files.items():
        (home / name).write_bytes(content)
    sent = take(sent_folder(tmp_path, {f"home/{name}": content for name, content in files.items()}))
    found = take(home)
    assert sent.count == found.count == 6
    trick = "home/trick.zip holds a file that points outside of it (../d.png): make a plain zip of images."
    assert dict(sent.skipped) == {
        "home/c.zip": "home/c.zip is damaged or not a zip: make it again.",
        "home/in.zip": "in.zip is a zip inside a zip, which is not opened: unpack it first.",
        "home/trick.zip": trick,
    }
    assert sorted(
        (name.replace("home/", ""), why.replace("home/", "")) for name, why in sent.skipped
    ) == sorted(found.skipped)


def test_zips_inside_a_zip_are_held_to_the_limits_together(refused, tmp_path):
    inner = [packed(tmp_path / f"{k}", {f"{n}.png": picture(9 * k + n) for n in range(9)}) for k in range(2)]
    file = sent_folder(tmp_path, {f"{k}.zip": one.read_bytes() for k, one in enumerate(inner)})
    assert refused(file, limits=replace(SMALL, upload_files=17)) == "That is more than 17 files: send fewer."
    assert refused(file, limits=replace(SMALL, upload_files=8)) == "That is more than 8 files: send fewer."
    large = packed(tmp_path / "large", {"z.png": bytes(2 * 2**20)}).read_bytes()
    bomb = sent_folder(tmp_path, {"a.png": picture(0), "z.zip": large})
    assert "more than 1 MB unpacked" in refused(bomb, limits=replace(SMALL, upload_bytes=2**20))


def test_what_is_too_large_for_a_picture_is_not_read(take, home):
    fill(home, "a.png", "b.png")
    with (home / "film.mp4").open("wb") as film:
        film.truncate(3 * 2**20)
    packed(home / "z.zip", {"film.png": bytes(3 * 2**20)})
    intake = take(home, limits=replace(SMALL, image_pixels=100 * 100))
    reasons = dict(intake.skipped)
    assert reasons["film.mp4"] == "film.mp4 is too large to be an image (3 MB)."
    assert reasons["film.png"] == "film.png is too large to be an image (3 MB)."


def test_a_folder_of_too_many_files_is_refused_before_it_is_read(refused, home, monkeypatch):
    fill(home, *(f"{n}.png" for n in range(9)))
    monkeypatch.setattr(type(home), "read_bytes", lambda _: pytest.fail("it was read"))
    assert refused(home, limits=replace(SMALL, upload_files=8)) == "That is more than 8 files: send fewer."
    packed(home / "a.zip", {f"{n}.png": picture(n) for n in range(5)})
    assert "more than 12 files" in refused(home, limits=replace(SMALL, upload_files=12))


def test_an_empty_folder(refused, home):
    assert "0 usable images" in refused(home)


def test_who_allows_more_bytes_allows_more_pixels(take, tmp_path):
    file = packed(tmp_path / "a.zip", {f"{n}.png": picture(n, size=100) for n in range(150)})
    small = replace(SMALL, image_pixels=100 * 100)
    assert take(file, limits=replace(small, upload_bytes=2 * small.upload_bytes)).count == 150


def test_what_was_converted_is_counted(take, home):
    fill(home, "a.png", "b.png")
    noise = np.random.RandomState(0).randint(0, 256, (40, 40, 4), np.uint8)
    Image.fromarray(noise).save(home / "alpha.png")
    Image.fromarray(noise[..., 0]).save(home / "grey.png")
    Image.fromarray(noise[..., 1]).convert("LA").save(home / "both.png")
    Image.fromarray(noise[..., 1].astype(np.uint16) * 250).save(home / "deep.png")
    Image.fromarray(noise).convert("RGB").convert("CMYK").save(home / "print.jpg")
    intake = take(home)
    assert intake.count == 7
    assert intake.modes == {"alpha": 2, "grey": 3, "CMYK": 1, "16 bit": 1}


def test_progress_counts_the_pictures(home, tmp_path):
    fill(home, "a.png", "b.png")
    packed(home / "z.zip", {"c.png": picture(2), "d.txt": b"no"})
    heard = []
    prepare([home], 32, 3, tmp_path / "a.npz", SMALL, lambda *heard_now: heard.append(heard_now))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]
