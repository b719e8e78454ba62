"""Own pictures that are not square, and those with bars."""

import io

import numpy as np
import pytest
from pictures import SMALL, taking
from PIL import Image

from gan.data import Choices, DataError, bars, load, prepare


def photo(number: int, width: int, height: int) -> Image.Image:
    coarse = np.random.RandomState(number).randint(30, 230, (5, 5, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def boxed(picture: Image.Image, size: tuple[int, int], tone: int, at: tuple[int, int]) -> Image.Image:
    ground = Image.new("RGB", size, (tone,) * 3)
    ground.paste(picture, at)
    return ground


def as_jpeg(image: Image.Image) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    return Image.open(out)


SHAPES = [((160, 90), (0, 35)), ((90, 160), (35, 0)), ((1600, 900), (0, 350))]  # a picture, and its place


@pytest.mark.parametrize("tone", [0, 255])
@pytest.mark.parametrize(("size", "at"), SHAPES)
def test_bars_at_two_sides_are_found_and_only_the_picture_stays(tone, size, at):
    whole = tuple(side + 2 * edge for side, edge in zip(size, at, strict=True))
    image = as_jpeg(boxed(photo(1, *size), whole, tone, at))
    left, top, right, bottom = bars.inside(image)
    slack = 2 * max(1, max(whole) // 256)
    for found, true in zip((left, top, right, bottom), (*at, at[0] + size[0], at[1] + size[1]), strict=True):
        assert abs(found - true) <= slack
    assert bars.inside(image.crop((left, top, right, bottom))) is None


@pytest.mark.parametrize(
    "image",
    [
        photo(1, 100, 60),
        Image.new("RGB", (80, 80)),
        Image.new("RGB", (80, 80), "white"),
        photo(2, 1, 300),
        boxed(photo(3, 60, 60), (100, 100), 255, (20, 20)),  # goods on white
        boxed(photo(3, 100, 60), (100, 100), 255, (0, 0)),  # at one side only
        boxed(photo(3, 100, 50), (100, 100), 0, (0, 5)),  # uneven
        boxed(photo(3, 100, 10), (100, 100), 0, (0, 45)),  # hardly anything between
    ],
)
def test_what_are_no_bars(image):
    assert bars.inside(image) is None


@pytest.fixture
def home(tmp_path):
    """Ten pictures, wide and tall, four of them between bars, and a square one."""
    home = tmp_path / "home"
    home.mkdir()
    for number in range(10):
        image = photo(number, 90, 60) if number % 2 else photo(number, 60, 90)
        image = boxed(image, (90, 120), 0, (0, 30)) if number in (1, 3, 5, 7) else image
        image.save(home / f"{number}.png")
    photo(99, 50, 50).save(home / "square.png")
    return home


def test_each_way_of_fitting_is_used_and_can_be_shown_before(home, tmp_path):
    seen = set()
    for how in ("crop", "pad", "white", "stretch"):
        intake = prepare([home], 32, 3, tmp_path / "a.npz", SMALL, choices=Choices(fit=how))
        seen.add(load(intake.path).images.tobytes())
        assert len(intake.samples) == 6 and all(sample.width != sample.height for sample in intake.samples)
        assert max(max(sample.size) for sample in intake.samples) <= 192
    assert len(seen) == 4
    intake = prepare([home], 32, 3, tmp_path / "a.npz", SMALL, choices=Choices(fit="white"))
    corners = load(intake.path).images[:, [0, 0, 31, 31], [0, 31, 0, 31]]
    assert ((corners == 255).all((1, 2)).sum()) == 10  # all but the square one


def test_bars_are_counted_and_cut_off_when_asked(home, tmp_path):
    intake = taking(tmp_path)(home)
    assert intake.barred == 4 and (load(intake.path).images[:, 0] == 0).all((1, 2)).any()
    cut = prepare([home], 32, 3, tmp_path / "a.npz", SMALL, choices=Choices(cut_bars=True))
    assert cut.barred == 4 and not (load(cut.path).images[:, 0] == 0).all((1, 2)).any()


@pytest.mark.parametrize("choices", [{"fit": "zoom"}, {"labels": "stars"}, {"fit": None}])
def test_what_cannot_be_chosen(choices):
    with pytest.raises(DataError, match=r"can be .*, not “"):
        Choices(**choices)
