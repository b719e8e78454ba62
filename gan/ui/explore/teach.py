"""What teach.js asks: pictures to mark, and the slider that marks have taught. Nothing is kept here."""

from gan.images import data_uri, grid
from gan.latent import DIRECTION, spelt
from gan.studio import MOST_MARKS, Studio
from gan.ui.explore.asked import whole

ACROSS, PICTURES = 8, 24  # at a time
FIRST = 20_000  # seed: those before it are what a slider is measured by
SHEETS = 40
SECONDS = 12.0  # of the processor


def pupils(studio: Studio, asked: dict) -> dict:
    """A sheet of pictures to mark, and their seeds."""
    first = FIRST + PICTURES * whole(asked.get("sheet"), SHEETS)
    seeds = [*range(first, first + PICTURES)]
    images = studio.taught_by(str(asked.get("model")), seeds)
    return {"seeds": seeds, "across": ACROSS, "sheet": data_uri(grid(images, ACROSS)), "sheets": SHEETS}


def taught(studio: Studio, asked: dict) -> dict:
    """The slider that marks, [seed, whether it has it], have taught."""
    name = " ".join(str(asked.get("name") or "").lower().split())
    if not DIRECTION.fullmatch(name):
        raise ValueError("Give the slider a name first: letters a to z, digits and spaces, up to 40.")
    marks = asked.get("marks")
    if not isinstance(marks, list) or len(marks) > MOST_MARKS or not all(map(_is_mark, marks)):
        raise ValueError("These marks make no sense; reload the page.")
    one = studio.teach(str(asked.get("model")), dict(marks), name, SECONDS)
    return {
        "name": name,
        "code": spelt(one.vector),
        "flips": round(one.flips, 3),
        "others": round(one.others, 3),
    }


def _is_mark(mark) -> bool:
    return (isinstance(mark, list) and len(mark) == 2 and isinstance(mark[1], bool)
            and isinstance(mark[0], int) and FIRST <= mark[0] < FIRST + PICTURES * SHEETS)  # fmt: skip
