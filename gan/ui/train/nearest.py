"""Has the generator learnt images by heart? A few of its samples beside their nearest training images."""

from numpy import ndarray

from gan.studio import Studio
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture
from gan.ui.train.kept_runs import view_of

SAMPLES = 6
FLAG = (
    "Flagged: as near to a training image as only 1 in 100 real images that the generator never saw are. A "
    "copy is that near; so, by chance, is 1 in 100 others."
)
NONE_FLAGGED = "None is flagged: none looks like a copy of a training image."
NOT_YET = "The first model is kept about 20 seconds after the start: look again then."


def place() -> Markup:
    return html("""<section class="near" aria-label="Nearest training images">
  <button type="button" data-do="nearest" disabled>Nearest training images</button>
  <small>Has it learnt images by heart? A few samples of the last model kept, beside the training images
  nearest to them.</small>
  <div data-part="near"></div>
</section>""")


def nearest(studio: Studio, asked: dict) -> dict:
    """What the button shows. Raises ValueError, a sentence."""
    view = view_of(studio, str(asked.get("run")))
    if not view.saved:
        return {"near": html("<p>{}</p>", NOT_YET)}
    found = studio.copies(view.saved.name, SAMPLES)
    step = view.saved.best or view.saved.step
    caution = studio.copies_caution(view.saved.name)
    return {"near": words(f"Samples of {view.saved.name}, step {step:,}.", found, caution)}


def words(title: str, found: list[tuple[ndarray, ndarray, bool]], caution: str = "") -> Markup:
    flagged = sum(flag for _, _, flag in found)
    says = f"{flagged} of {len(found)} flagged. {FLAG}" if flagged else NONE_FLAGGED
    rows = joined(row(number, *one) for number, one in enumerate(found, 1))
    return html("<p>{} {} {}</p><ol>{}</ol>", title, says, caution, rows)


def row(number: int, sample: ndarray, neighbours: ndarray, flagged: bool) -> Markup:
    near = joined(picture(image, f"Training image {k} nearest to sample {number}", "is-real")
                   for k, image in enumerate(neighbours, 1))  # fmt: skip
    return html(
        '<li class="{}">{}<span aria-hidden="true">→</span>{}{}</li>',
        "flagged" if flagged else "",
        picture(sample, f"Sample {number}", "is-fake"),
        near,
        html("<b>⚑ flagged</b>") if flagged else "",
    )
