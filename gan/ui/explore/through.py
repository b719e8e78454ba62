"""Training and latent space at once: the present image at each kept step of its run, along one slider."""

from collections.abc import Sequence

import numpy as np

from gan.images import data_uri, grid
from gan.studio import Studio
from gan.ui.explore.asked import place, slid
from gan.ui.explore.view import FURTHEST
from gan.ui.help import explain
from gan.ui.markup import Markup, html

VALUES = tuple(np.linspace(-FURTHEST, FURTHEST, 9).tolist())  # σ, where the slider is drawn

ABOUT_THROUGH = explain(
    "While a run goes, its model is kept now and then. Here every kept step draws the same z, moved along "
    "the same directions: those of the finished model. One sees which of them meant something early on, and "
    "what the last steps have still changed.",
    "Through training",
)


def drawn_through(studio: Studio, asked: dict) -> dict:
    """A row for each step, the first one on top, and in it the point at each of VALUES of one slider.

    along: which slider, see `slid`.
    """
    model, latent = place(asked)
    points = [slid(latent, str(asked.get("along")), value) for value in VALUES]
    drawn = studio.through_training(model, points)
    return {"sheet": data_uri(grid(np.concatenate(list(drawn.values())), len(VALUES))), "steps": list(drawn)}


def through(steps: Sequence[int], kept: int) -> Markup | str:
    """Its place below the explorer, "" for a model of whose run no other step is there than its own."""
    if set(steps) <= {kept}:
        return ""
    return html(
        """<details><summary>Through training, along one slider</summary>
<p class="hint">This image at each step that its run has kept, the first on top, and along one slider from
left to right. {about}</p>
<div class="through-columns"><div>
  <div class="through-sheet" data-part="through-sheet"><i data-part="through-here"></i></div>
  <label>Step of training <input type="range" data-through="row" min="0" max="0" value="0"><output></output>
  </label>
  <label>Slider <select data-part="through-along"></select></label>
  <label>Along it <input type="range" data-through="column" min="0" max="{last}"><output></output></label>
</div><figure><div class="through-large" data-part="through-large" role="img"
  aria-labelledby="through-words"></div>
<figcaption id="through-words" data-part="through-words"></figcaption></figure></div></details>""",
        about=ABOUT_THROUGH, last=len(VALUES) - 1,
    )  # fmt: skip
