"""Sets of pictures with more to them than plain pixels: transparent grounds, frames, pages."""

import io

import numpy as np
import pytest
from pictures import packed
from PIL import Image, ImageDraw

from gan.data import examine, load


def drawing(number: int, colour: tuple) -> Image.Image:
    """A disc on nothing, another one for each number."""
    image = Image.new("RGBA", (64, 64), (*colour, 0))
    left, top = 4 + number % 5 * 6, 4 + number // 5 * 6
    ImageDraw.Draw(image).ellipse([left, top, left + 24, top + 24], fill=(*colour, 255))
    return image


def png(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def taken(take, tmp_path, pictures: list[Image.Image]):
    members = {f"{number}.png": png(image) for number, image in enumerate(pictures)}
    return take(packed(tmp_path / "set.zip", members))


BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (220, 30, 30)


@pytest.mark.parametrize(("colours", "ground", "words"), [
    ([BLACK], 255, ""), ([RED, BLACK], 255, ""), ([WHITE], 0, "8 of the 8 images"),
    ([WHITE, RED], 0, "4 of the 8 images"), ([WHITE, BLACK], 128, "4 of the 8 images"),
])  # fmt: skip
def test_all_transparent_pictures_of_a_set_stand_on_one_ground_that_shows_them(
    take, tmp_path, colours, ground, words
):
    intake = taken(take, tmp_path, [drawing(number, colours[number % len(colours)]) for number in range(8)])
    images = load(str(intake.path)).images
    assert len(images) == 8 and (images[:, -1, -1] == ground).all()
    assert (images.reshape(8, -1).std(1) > 20).all()  # every one shows something
    assert " ".join(intake.notes).startswith(words) and bool(intake.notes) == bool(words)
    assert examine(intake).notes == intake.notes


def test_pictures_without_transparency_stay_as_they_are_beside_others(take, tmp_path):
    plain = Image.new("RGB", (64, 64), WHITE)
    plain.paste(RED, (0, 0, 32, 64))
    intake = taken(take, tmp_path, [plain, *(drawing(number, WHITE) for number in range(4))])
    corners = load(str(intake.path)).images[:, -1, -1].tolist()
    assert sorted(corners) == [[0, 0, 0]] * 4 + [[255, 255, 255]]


def test_what_looks_the_same_on_the_ground_chosen_is_a_duplicate(take, tmp_path):
    dark = drawing(1, BLACK)
    on_white = Image.new("RGB", dark.size, WHITE)
    on_white.paste(dark, mask=dark.getchannel("A"))
    intake = taken(take, tmp_path, [dark, on_white, dark, drawing(2, BLACK)])
    assert (intake.count, intake.duplicates, len(intake.sizes)) == (2, 2, 2)
    assert len({image.tobytes() for image in load(str(intake.path)).images}) == 2


def test_animations_and_pages_of_a_set_are_counted(take, tmp_path):
    noise = np.random.RandomState(0).randint(0, 256, (6, 16, 16, 3), np.uint8)
    first, *others = map(Image.fromarray, noise)
    members = {
        "a.gif": png(first, "GIF", save_all=True, append_images=others),
        "b.png": png(others[0], save_all=True, append_images=others[1:]),
        "c.tif": png(others[1], "TIFF", save_all=True, append_images=others[2:]), "d.png": png(others[2]),
    }  # fmt: skip
    intake = take(packed(tmp_path / "set.zip", members))
    assert intake.count == 4
    assert intake.notes == (
        "2 files are animations: the first frame of each is used.",
        "1 file has several pages: the first one is used.",
    )
