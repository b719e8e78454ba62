"""Has the generator learnt images by heart? A few of its samples beside their nearest training images."""

from html import escape

from numpy import ndarray

from gan.studio import Studio
from gan.ui.parts import picture

SAMPLES = 6
FLAG = (
    "Flagged: as near to a training image as only 1 in 100 real images that the generator never saw are. A "
    "copy is that near; so, by chance, is 1 in 100 others."
)
NONE_FLAGGED = "None is flagged: none looks like a copy of a training image."
NOT_YET = "The first model is kept about 20 seconds after the start: look again then."


def place() -> str:
    return """<section class="near" aria-label="Nearest training images">
  <button type="button" data-do="nearest" disabled>Nearest training images</button>
  <small>Has it learnt images by heart? A few samples of the last model kept, beside the training images
  nearest to them.</small>
  <div data-part="near"></div>
</section>"""


def nearest(studio: Studio, asked: dict) -> dict:
    """What the button shows. Raises ValueError, a sentence."""
    view = studio.runs.view(str(asked.get("run")))
    if not view.saved:
        return {"near": f"<p>{NOT_YET}</p>"}
    found = studio.copies(view.saved.name, SAMPLES)
    step = view.saved.best or view.saved.step
    caution = studio.copies_caution(view.saved.name)
    return {"near": words(f"Samples of {view.saved.name}, step {step:,}.", found, caution)}


def words(title: str, found: list[tuple[ndarray, ndarray, bool]], caution: str = "") -> str:
    flagged = sum(flag for _, _, flag in found)
    says = f"{flagged} of {len(found)} flagged. {FLAG}" if flagged else NONE_FLAGGED
    rows = "".join(row(number, *one) for number, one in enumerate(found, 1))
    return f"<p>{escape(title)} {says} {escape(caution)}</p><ol>{rows}</ol>"


def row(number: int, sample: ndarray, neighbours: ndarray, flagged: bool) -> str:
    near = "".join(picture(image, f"Training image {k} nearest to sample {number}", "is-real")
                   for k, image in enumerate(neighbours, 1))  # fmt: skip
    mark = "<b>⚑ flagged</b>" if flagged else ""
    return (
        f'<li class="{"flagged" if flagged else ""}">{picture(sample, f"Sample {number}", "is-fake")}'
        f'<span aria-hidden="true">→</span>{near}{mark}</li>'
    )
