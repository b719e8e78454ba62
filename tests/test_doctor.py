"""The data doctor, on images made so that what it must find is known."""

import io
from dataclasses import replace

import numpy as np
import pytest
from pictures import SMALL, packed, picture, taking
from PIL import Image

from gan.data import Choices, DataError, Intake, advice, doctor, examine, load, store
from gan.data.pile import Way
from gan.data.twins import nearest_twins

RNG = np.random.RandomState(0)


def photo(number: int, width: int = 64, height: int = 64) -> Image.Image:
    """A coloured pattern, far from every other number's."""
    coarse = np.random.RandomState(number).randint(0, 256, (4, 4, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def as_file(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def taken(tmp_path):
    """Takes in the given files as one zip."""

    def run(files: dict[str, bytes], **options) -> Intake:
        return taking(tmp_path / "kept")(packed(tmp_path / "a.zip", files), **options)

    return run


@pytest.fixture
def examined(taken):
    """Has the doctor look at them as well."""
    return lambda files, **options: examine(taken(files, **options))


def stored(tmp_path, images: np.ndarray, **facts) -> doctor.Doctor:
    """What the doctor says of images as they are."""
    store.write(tmp_path / "a.npz", images, np.zeros((len(images), 0), np.uint8))
    return examine(Intake(len(images), (), 0, tmp_path / "a.npz", **facts))


# near-duplicates


def brute_force(images: np.ndarray) -> np.ndarray:
    """The distances of all pairs, from the block means of whole numbers; (n, n)."""
    n, h = images.shape[:2]
    block = max(1, round(h / 16))
    sums = sum(images[:, i::block, j::block].astype(np.int64) for i in range(block) for j in range(block))
    means = sums.reshape(n, -1) / block**2
    distance = np.sqrt(((means[:, None] - means[None]) ** 2).mean(2))
    np.fill_diagonal(distance, np.inf)
    return distance


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 3), (64, 3), (64, 1)])
def test_twins_are_those_that_all_pairs_show(size, channels):
    rng = np.random.RandomState(channels * size)
    seeds = rng.randint(0, 256, (60, 4, 4, channels), np.uint8)
    cells = np.stack([seeds[n % 60] for n in range(300)]).astype(int)
    cells += rng.randint(-1, 2, cells.shape) * rng.randint(0, 12, (300, 1, 1, 1))  # some nearer than others
    images = cells.clip(0, 255).astype(np.uint8).repeat(size // 4, 1).repeat(size // 4, 2)
    distance = brute_force(images)
    for near in (0.503, 2.003, 4.003):  # at none of which two images lie: rounding would decide there
        assert np.abs(distance - near).min() > 1e-4
        twins = nearest_twins(images, near)
        has_one = twins >= 0
        assert np.array_equal(has_one, distance.min(1) <= near)
        nearest = distance[has_one].min(1)  # of equals any may be chosen
        np.testing.assert_allclose(distance[has_one, twins[has_one]], nearest, atol=0.02)
    assert 0.1 < has_one.mean() < 1


def test_twins_of_images_all_alike_and_of_two():
    grey = np.full((5, 32, 32, 3), 128, np.uint8)
    assert (nearest_twins(grey) >= 0).all()
    assert nearest_twins(np.stack([grey[0], grey[0] + 5])).tolist() == [-1, -1]
    assert nearest_twins(np.stack([grey[0], grey[0] + 4])).tolist() == [1, 0]


def test_bundled_sets_hold_few_twins():
    assert (nearest_twins(load("fashion_mnist").images[:5000]) >= 0).mean() < 0.002


def test_pictures_saved_again_are_found(taken):
    files = {f"{n}.png": as_file(photo(n)) for n in range(20)}
    files |= {f"again{n}.jpg": as_file(photo(n), "JPEG", quality=85) for n in range(3)}
    files |= {"small.png": as_file(photo(3).resize((48, 48))), "same.png": as_file(photo(4, 64, 64))}
    intake = taken(files)
    report = examine(intake)
    assert (report.count, report.duplicates, report.near_duplicates) == (24, 1, 8)
    assert len(report.near_pairs) == 4 and all(a < b for a, b in report.near_pairs)
    images = load(intake.path).images
    for a, b in report.near_pairs:
        assert np.abs(images[a].astype(int) - images[b]).mean() < 6
    assert any(text.startswith("33\xa0% are near-duplicates") for text in report.advice)


def test_held_out_images_that_are_known_from_training(tmp_path):
    images = np.stack([np.asarray(photo(n).resize((32, 32))) for n in range(100)])
    images[95] = images[3] // 2 * 2  # nearly the same
    images[96] = images[97] // 2 * 2  # both held out
    report = stored(tmp_path, images)
    assert (report.held_out, report.near_duplicates, report.near_held_out) == (10, 4, 1)
    assert report.near_pairs == ((3, 95), (96, 97))
    assert any(text.startswith("1 of the 10 held-out images nearly equal") for text in report.advice)


# what was taken and what was not


def test_reasons_are_counted(examined):
    files = {f"{n}.png": picture(n) for n in range(5)}
    files |= {
        "a.txt": b"a",
        "b (1).txt": b"b",
        "c.png": b"",
        "big.png": picture(9, 200),
        "half.png": picture(9, 90)[:-40],
        "e.png": b"",
        "f.txt": b"f",
    }
    report = examined(files, limits=replace(SMALL, image_pixels=100 * 100))
    assert report.reasons == {
        "not an image that can be read here": 3,
        "empty": 2,
        "too large": 1,
        "damaged or cut off, so it can't be read": 1,
    }
    assert next(iter(report.reasons)) == "not an image that can be read here" and len(report.skipped) == 7
    assert report.examples["empty"] == ("c.png", "e.png")
    assert report.cures["too large"] == "at most 0.01 million pixels, please." and "empty" not in report.cures
    assert any("7 files could not be used" in text for text in report.advice)


def test_of_many_files_each_kind_says_what_to_do(examined):
    files = {f"{n}.png": picture(n) for n in range(3)}
    files |= {f"phone/{n}.heic": b"\0\0\0\x18ftypheic" for n in range(9)}
    files |= {f"{n}/all.zip": b"PK\3\4" for n in range(4)}
    lines = examined(files).skipped_words()
    assert lines[0].startswith("9 × a HEIC photo, which can't be read here: phone/0.heic, phone/1.heic, ")
    assert lines[0].endswith(" … → Save it as JPEG first.")
    assert lines[1].startswith("4 × a zip inside a zip, which is not opened: 0/all.zip, 1/all.zip, ")
    # what lies in a folder is named without it
    locked = [(f"{n}/{n}.zip", f"{n}.zip is locked with a password: make a zip without one.") for n in (1, 2)]
    assert doctor._reasons(tuple(locked))["reasons"] == {"locked with a password": 2}


def test_labels_are_counted(examined):
    files = {
        f"{kind}/{n}.png": picture(n + at)
        for kind, at, count in (("cat", 0, 3), ("dog", 500, 1))
        for n in range(count)
    }
    report = examined(files)
    assert report.labels == {"folder": {"cat": 3, "dog": 1}}
    assert any("“cat”, “dog” with fewer than 50 images" in text for text in report.advice)


def test_uneven_labels_and_values_that_do_not_occur(tmp_path):
    images = RNG.randint(0, 256, (700, 32, 32, 3), np.uint8)
    labels = np.array([[0]] * 640 + [[1]] * 60, np.uint8)
    store.write(tmp_path / "a.npz", images, labels, ("kind",), {"kind": ("often", "rarely", "never")})
    report = examine(Intake(700, (), 9, tmp_path / "a.npz", ("kind",), torn=4))
    assert report.labels == {"kind": {"often": 640, "rarely": 60, "never": 0}}
    assert any("640 images of one kind and 60 of another" in text for text in report.advice)
    assert any(text.startswith("4 duplicates had a different label") for text in report.advice)


def test_originals_are_measured(examined):
    shapes = [(64, 64), (20, 30), (300, 100), (75, 100), (74, 100), (64, 200)]
    report = examined({f"{n}.png": as_file(photo(n, *shape)) for n, shape in enumerate(shapes)}, size=64)
    assert report.sizes == ((20, 30), (74, 100), (300, 100))  # by area; the middle one is the third of six
    assert report.enlarged == 1 / 6
    assert report.cropped == 4 / 6  # 75 of 100 is just a quarter less, 74 more
    assert any("67\xa0% are far from square" in text for text in report.advice)


def test_what_is_too_small_gets_a_size_that_fits(examined):
    small = {f"{n}.png": as_file(photo(n, 40, 40)) for n in range(10)}
    advised = examined(small, size=64).advice
    told = [text for text in advised if "100\xa0% were smaller than 64 × 64" in text]
    assert any("32 × 32 would suit" in text for text in told)
    assert not any("smaller than" in text for text in examined(small, size=32).advice)
    tiny = {f"{n}.png": as_file(photo(n, 9, 9)) for n in range(10)}
    assert any("by being enlarged." in text for text in examined(tiny, size=28).advice)


def test_modes_and_images_without_colour(examined):
    grey = {f"{n}.png": as_file(photo(n).convert("L")) for n in range(10)}
    report = examined(grey | {"alpha.png": as_file(photo(10).convert("L").convert("RGBA"))})
    assert report.modes == {"grey": 10, "alpha": 1} and report.colourless == 11
    assert any("no colour" in text for text in report.advice)
    assert not any("no colour" in text for text in examined(grey, channels=1).advice)


def test_images_that_show_nothing(tmp_path):
    images = RNG.randint(0, 256, (20, 32, 32, 3), np.uint8)
    images[0], images[1], images[2], images[3] = 0, 16, 255, (200, 30, 30)
    images[4] = RNG.randint(0, 17, (32, 32, 3))  # black to the eye
    report = stored(tmp_path, images)
    assert (report.black, report.white, report.plain) == (3, 1, 1)
    assert any("3 all black, 1 all white, 1 of one colour" in text for text in report.advice)


# advice and text


def findings(**changes) -> doctor.Doctor:
    """A set without a fault, but for the changes."""
    good = doctor.Doctor(
        count=10_000, held_out=1000, image_size=32, channels=3, skipped=(), reasons={}, duplicates=0, torn=0,
        near_duplicates=0, near_pairs=(), near_held_out=0, labels={}, sizes=((64, 64), (90, 80), (200, 200)),
        enlarged=0.0, cropped=0.0, modes={}, black=0, white=0, plain=0, colourless=0, notes=(),
    )  # fmt: skip
    return replace(good, **changes)


def test_where_nothing_is_wrong_it_says_so():
    assert advice.given(findings()) == ("No problems found: these images are ready to train on.",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": 120, "held_out": 120}, "Only 120 images: turn on augmentation (DiffAugment)"),
        ({"count": 3000}, "3,000 images are not many: augmentation"),
        ({"near_duplicates": 3100}, "31\xa0% are near-duplicates"),
        ({"enlarged": 0.4, "image_size": 64, "sizes": ((9, 9), (50, 40), (99, 99))}, "32 × 32 would suit"),
        ({"cropped": 0.25}, "25\xa0% are far from square"),
        ({"cropped": 0.25, "choices": Choices("white")}, "paint the padding"),
        ({"cropped": 0.25, "choices": Choices("stretch")}, "looks squeezed"),
        ({"barred": 200}, "200 have black or white bars on two sides: cut these off"),
        ({"barred": 200, "choices": Choices(cut_bars=True)}, None),
        ({"barred": 199}, None),
        ({"colourless": 9500}, "no colour"),
        ({"plain": 1}, "show nothing: 1 of one colour"),
        ({"held_out": 99}, "Only 99 images are held out"),
        ({"labels": {"kind": {"a": 9000, "b": 900}}}, None),
        ({"labels": {"kind": {"a": 9001, "b": 900}}}, "uneven"),
        ({"near_duplicates": 499, "colourless": 9499, "cropped": 0.24, "enlarged": 0.09}, None),
    ],
)
def test_each_finding_has_its_advice(changes, words):
    told = advice.given(findings(**changes))
    assert len(told) == 1 and (words or "No problems found") in told[0]


def test_the_text_tells_all(examined):
    files = {
        f"{kind}/{n}.png": as_file(photo(n + at)) for kind, at in (("cat", 0), ("dog", 50)) for n in range(9)
    }
    text = doctor.text(examined(files | {"cat/none.txt": b"x", "cat/double.png": files["cat/1.png"]}))
    for words in (
        "18 images, 32 × 32 in colour; 1 of them",
        "Skipped 1 file:\n  cat/none.txt is not an image",
        "1 the same as another",
        "Originals: 64 × 64 pixels; 0\xa0% were enlarged",
        "Label “folder”: cat 9, dog 9.",
        "Advice:\n  Only 18 images",
    ):
        assert words in text
    assert "None" not in text and "{" not in text


def test_long_lists_are_cut_short():
    skipped = tuple((f"{n}.txt", f"{n}.txt is empty (0 bytes).") for n in range(50))
    labels = {"kind": {f"v{n}": 300 for n in range(33)}}
    changes = {"skipped": skipped, "reasons": {"empty": 50}, "labels": labels, "notes": ("A note.",),
               "examples": {"empty": ("0.txt", "1.txt", "2.txt")}}  # fmt: skip
    lines = list(advice.lines(findings(**changes)))
    assert "  50 × empty: 0.txt, 1.txt, 2.txt …" in lines and "A note." in lines and len(lines) < 12
    assert any("and 13 more" in line for line in lines)


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(DataError):
        examine(Intake(2, (), 0, tmp_path / "gone.npz"))


def test_the_text_offers_what_a_person_may_choose():
    ways = (Way("folder", "the folders", ("a", "b")), Way("names", "the names", tuple("cdefgh")))
    text = "\n".join(advice.lines(findings(ways=ways, used="folder", barred=12, cropped=0.3)))
    assert "Labels from the names: c, d, e, f and 2 more. They are used with --labels names." in text
    assert "the folders" not in text and "12 with black or white bars on two sides. They are cut off" in text
    done = "\n".join(advice.lines(findings(barred=12, choices=Choices("pad", True), cropped=0.3)))
    assert "two sides, which were cut off." in done and "30\xa0% are padded" in done and "--" not in done
