"""The sliders that G's own weights name: SeFa, below the others and folded away."""

from gan.studio import CLOSED
from gan.ui.explore.view import DIRECTIONS, ends_at, slide
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import place_of

ABOUT_CLOSED = explain(
    "These are not measured on images: they are read off the weights that z, or in a StyleGAN w, is "
    "multiplied by first. Each is a direction that those weights stretch, the most stretched first. That is "
    "SeFa, the closed-form factorisation of Shen and Zhou (2021); it takes no labels and draws no image. One "
    "σ is the spread of seeds along a direction.",
    "Sliders from the weights alone",
)


def names(dim: int) -> list[str]:
    """Of a model whose z, or w, has `dim` numbers; as Studio.closed_form calls them."""
    return [f"{CLOSED} {number}" for number in range(1, min(dim, DIRECTIONS) + 1)]


def fold(dim: int) -> Markup:
    """The sliders of such a model."""
    there = names(dim)
    return html(
        """<details class="from-weights"><summary>Sliders from the weights alone</summary>
<p class="hint">What the generator’s weights stretch most comes first. {about}</p>
<div data-part="closed">{ends_at}{rows}</div></details>""",
        about=ABOUT_CLOSED, ends_at=ends_at(),
        rows=joined(_row(k, len(there), name) for k, name in enumerate(there)),
    )  # fmt: skip


def _row(k: int, count: int, name: str) -> Markup:
    along = html('data-named="{}"', name)
    return slide(str(k + 1), along, f"From the weights, direction {k + 1}", place_of(k, count))
