"""Pixel art that people send: its own grid is found, kept when it is taken in, and told; sheets are cut."""

import numpy as np
import pytest
from pictures import as_file, drawn, packed
from PIL import Image, ImageDraw

from gan.data import DataError, doctor, examine, for_command_line, load, sprites, views
from gan.images import fit
from gan.limits import Limits
from gan.pictures import pixelart
from gan.pictures.fitting import from_array


def art(number: int, height: int = 16, width: int = 16, times: int = 1) -> np.ndarray:
    """Noise on a grid of its own, enlarged."""
    pixels = np.random.RandomState(number).randint(0, 256, (height, width, 3), np.uint8)
    return pixels.repeat(times, 0).repeat(times, 1)


@pytest.mark.parametrize(("pixels", "times"), [
    (art(0), 1), (art(0, times=2), 2), (art(0, 10, 14, 5), 5), (art(0, times=2).repeat(2, 1), 2),
    (np.pad(art(0, times=4), ((1, 0), (0, 0), (0, 0))), 1),  # a line more
    (np.pad(art(0, times=4), ((4, 8), (0, 4), (0, 0))), 4),
    (np.asarray(drawn(1)[1]), 1), (np.full((6, 9, 3), 7, np.uint8), 3), (art(0)[:1, :1], 1), (art(0)[:1], 1),
])  # fmt: skip
def test_how_often_pixels_stand_repeated(pixels, times):
    assert pixelart.times(from_array(pixels)) == times


def test_one_other_pixel_is_enough_to_be_no_pixel_art():
    pixels = art(0, times=4)
    pixels[1, 1] ^= 255
    assert pixelart.times(from_array(pixels)) == 1


@pytest.mark.parametrize(("times", "size"), [(8, 16), (8, 32), (3, 64), (2, 32), (2, 64)])
def test_it_keeps_its_pixels_whole_when_it_is_fitted(times, size):
    own = art(1)
    assert np.array_equal(fit(own.repeat(times, 0).repeat(times, 1), size, 3), art(1, times=size // 16))


def test_what_is_not_square_is_cut_on_its_grid_and_stretched_off_it():
    own = art(2, 24, 16)
    image = from_array(own.repeat(8, 0).repeat(8, 1))
    assert np.array_equal(fit(image, 32, 3), own[4:20].repeat(2, 0).repeat(2, 1))
    antialiased = image.resize((32, 32), Image.Resampling.LANCZOS, reducing_gap=3.0)
    assert np.array_equal(fit(image, 32, 3, "stretch"), np.asarray(antialiased))


@pytest.mark.parametrize("how", ["crop", "pad"])
@pytest.mark.parametrize("size", [(30_000, 2), (2, 30_000), (24, 30_002)])
def test_of_a_long_strip_no_more_is_enlarged_than_is_kept(size, how):
    assert max(pixelart.refitted(Image.new("RGB", size), 64, how).size) <= max(2 * 64, *size)
    assert fit(Image.new("RGB", size, "#123456"), 64, 3, how).shape == (64, 64, 3)


@pytest.mark.parametrize("width", [25, 26, 31])
def test_the_middle_of_a_strip_is_the_same_whether_it_is_cut_before_or_after(width):
    own = art(5, 16, width)
    whole = own.repeat(4, 0).repeat(4, 1)
    left = (whole.shape[1] - 64) // 2
    assert np.array_equal(fit(own.repeat(6, 0).repeat(6, 1), 64, 3), whole[:, left : left + 64])


def test_a_size_that_is_no_multiple_is_left_to_antialiasing():
    made = fit(art(3, 14, 14, 8), 32, 3)
    assert views.grid_of(made[None]) == 1 and made.shape == (32, 32, 3)


def test_own_pixel_art_is_told_and_lies_on_its_grid(take, tmp_path):
    files = {f"{n}.png": as_file(from_array(art(n, times=8))) for n in range(6)}
    intake = take(packed(tmp_path / "a.zip", files))
    assert views.grid_of(load(intake.path).images) == 2
    assert examine(intake).advice[0] == (
        "Each picture is a 16 × 16 drawing enlarged 2 times (in its file 8 times): with native pixels on "
        "(“Learn pixel art on its own grid”), it is trained on its own grid."
    )
    some = files | {f"photo{n}.png": as_file(drawn(n)[1]) for n in range(2)}
    assert examine(take(packed(tmp_path / "b.zip", some))).drawn is None


@pytest.mark.parametrize(("grid", "size", "said"), [
    ((16, 16, 2), 32, "Each picture is a 16 × 16 drawing enlarged 2 times: with native"),
    ((14, 14, 8), 32, "Each picture is a 14 × 14 drawing enlarged 8 times; 32 is no multiple of 14, so its "
                      "pixels are blurred: 28 × 28 would suit it."),
    ((24, 24, 4), 32, "32 is no multiple of 24, so its pixels are blurred."),
    ((32, 32, 4), 32, ""),  # a pixel for each of its own
])  # fmt: skip
def test_which_sizes_suit_it(take, tmp_path, grid, size, said):
    width, height, times = grid
    files = {f"{n}.png": as_file(from_array(art(n, height, width, times))) for n in range(6)}
    report = examine(take(packed(tmp_path / "a.zip", files), size=size))
    assert report.drawn == grid and said in report.advice[0]
    assert bool(said) == ("drawing" in report.advice[0])


def test_a_grid_too_small_for_networks_is_not_used():
    assert views.grid_of(art(0, 8, 8, 4)[None]) == 2  # of 16, each of its pixels twice
    assert views.grid_of(art(0, 8, 8, 2)[None]) == 1


def test_of_a_very_large_picture_nothing_is_looked_for():
    assert pixelart.times(Image.new("RGB", (2048, 2048))) == 2048
    assert pixelart.times(Image.new("RGB", (2048, 2050))) == 1
    assert sprites.found(sheet(128, 16, 16)) and not sprites.found(sheet(128, 16, 17))


# Sprite sheets


def sheet(side: int = 16, across: int = 8, down: int = 8, ground="white", gone=()) -> Image.Image:
    """A drawing of another colour in the middle of each square."""
    image = Image.new(
        "RGBA" if ground is None else "RGB", (side * across, side * down), ground or (0, 0, 0, 0)
    )
    for number in range(across * down):
        if number in gone:
            continue
        left, top = side * (number % across), side * (number // across)
        box = [left + side // 4, top + side // 8, left + side - side // 4, top + side - 2]
        colour = (10 + 3 * number % 200, 100, 200 - number)
        ImageDraw.Draw(image).ellipse(box, fill=colour if ground else (*colour, 255))
        image.putpixel((left + side // 2, top + 1), colour if ground else (*colour, 255))
    return image


@pytest.mark.parametrize(("image", "found"), [
    (sheet(), (16, 8, 8)), (sheet(24, 10, 3), (24, 10, 3)), (sheet(ground=None), (16, 8, 8)),
    (sheet(gone=(3, 4, 60, 63)), (16, 8, 8)), (sheet(ground="#204060"), (16, 8, 8)),
    (sheet(across=2, down=4), None),  # few
    (sheet(gone=range(30)), (16, 8, 8)), (sheet(gone=range(40)), None),  # hardly filled
    (sheet().crop((0, 0, 120, 128)), None),  # cut off
    (Image.new("RGB", (128, 128), "white"), None), (drawn(1)[1].resize((256, 256)), None),
    (from_array(art(0, 64, 64)), None),
])  # fmt: skip
def test_a_sprite_sheet_is_known_where_it_is_unmistakable(image, found):
    assert sprites.found(image) == found


def test_a_sheet_is_asked_about_and_cut_without_its_empty_places(take, refused, tmp_path):
    file = packed(tmp_path / "a.zip", {"sheet.png": as_file(sheet(gone=(9, 63)))})
    text = refused(file)
    assert text.endswith(
        "It looks like a sprite sheet, 8 × 8 drawings of 16 × 16 pixels: have it cut into these."
    )
    intake = take(file, tiles=16)
    images = load(intake.path).images
    assert len(images) == 62 and views.grid_of(images) == 2  # each pixel whole
    assert intake.sizes.tolist() == [[16, 16]] * 62
    known = {np.asarray(tile).tobytes() for tile in sprites.cut(sheet(gone=(9, 63)), 16)}
    assert {image[::2, ::2].tobytes() for image in images} == known and len(known) == 62


def test_many_sheets_are_told(take, tmp_path):
    many = {f"{n}.png": as_file(sheet(across=4 + n % 3, gone=(n,))) for n in range(10)}
    file = packed(tmp_path / "a.zip", many)
    report = examine(take(file))
    assert report.tile == 16 and report.advice[0].startswith(
        "These look like sprite sheets, each many drawings of 16"
    )
    assert "--tiles 16." in doctor.text(report)
    assert take(file, tiles=16).count > 10
    assert examine(take(packed(tmp_path / "b.zip", many | {"0.png": as_file(drawn(1)[1])}))).tile == 0


def test_what_is_no_sheet_of_that_side_stays_whole(take, tmp_path):
    files = {"sheet.png": as_file(sheet()), "one.png": as_file(drawn(1)[1].resize((70, 70)))}
    assert take(packed(tmp_path / "a.zip", files), tiles=16).count == 65
    assert (
        not sprites.fits((16, 16), 16) and not sprites.fits((1024, 1024), 16) and sprites.fits((32, 16), 16)
    )


def test_a_sheet_holds_no_more_drawings_than_an_upload_files(refused, take, tmp_path):
    file = packed(tmp_path / "a.zip", {f"{n}.png": as_file(sheet(gone=(n,))) for n in range(2)})
    few = Limits(train_images_least=2, upload_files=100)
    assert "more than 100 drawings" in refused(file, tiles=16, limits=few)
    assert take(file, limits=few).count == 2


@pytest.mark.parametrize("tiles", [7, 2049, -1, 16.5, "16"])
def test_sides_that_no_drawing_has(refused, tiles):
    assert "8 to 2,048 pixels a side" in refused(tiles=tiles)


def test_the_command_line_says_how(tmp_path):
    sheet().save(tmp_path / "sheet.png")
    with pytest.raises(DataError, match=r"have it cut into these\. That is done with --tiles 16\.$"):
        for_command_line(str(tmp_path / "sheet.png"), 32, 3)
