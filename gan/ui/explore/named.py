"""The sliders with names: what along each comes or goes, and on how many images that works."""

from collections.abc import Sequence

from numpy import ndarray

from gan.latent import Latent
from gan.studio import NamedDirection, Studio
from gan.ui.explore import view
from gan.ui.explore.styles import moved_layers
from gan.ui.explore.view import ENDS
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import place_of
from gan.words import percent

MOST = 10  # sliders
SECONDS = 60.0  # of the processor, after which a search from the page is content with what it has

ABOUT_NAMED = explain(
    "A small network that knows the labels of the data, such as glasses, has looked at thousands of this "
    "model’s images. Each slider moves along the direction in which what it is named after comes (to the "
    "right) or goes (to the left), turned away from what changes other labels (Shen et al. 2020). How well "
    f"that works was measured on 500 fresh seeds: on how many {ENDS:g} σ flip it, and on how many they flip "
    "another label, in the mean over all others. One σ is the spread of seeds along a direction. "
    "Only what flips its own on at least 80 % and others on less than 15 % gets a name. Double-click a "
    "slider to set it back to 0.",
    "The sliders with names",
)
NONE_FOUND = "No direction of this model changes one label and leaves the others alone."
FIND = html("""<p class="find-named"><button type="button" data-do="find">Look for sliders with names</button>
<span class="hint">Such as glasses. It takes a minute or two.</span></p>""")


def sliders(studio: Studio, model: str) -> list[NamedDirection] | None:
    """The directions that get one, best first; None where nobody has looked for any, and one may."""
    known = studio.known_directions(model)
    if known is None:
        return [] if studio.limits.read_only else None
    return [one for one in known if one.works][:MOST]


def directions(named: Sequence[NamedDirection] | None, change: ndarray, layers: int) -> Markup:
    """All sliders of a model: those with names first, and below them the others, folded.

    Without names the others alone, as `view.directions` has them.
    """
    if not named:
        return view.directions(change, layers, FIND if named is None else "")
    return html(
        """<legend>Sliders by name {about}</legend>{sigma}{which}{rows}
<details class="more" data-part="more"><summary>More sliders, by number</summary>
<p class="hint">The biggest changes first, whatever changes. {about_others}</p>{others}</details>""",
        about=ABOUT_NAMED, sigma=view.about_sigma(layers), which=moved_layers(layers) if layers > 1 else "",
        rows=_rows(named), about_others=view.about_directions(layers), others=view.numbered(change),
    )  # fmt: skip


def _rows(named: Sequence[NamedDirection]) -> Markup:
    return html(
        '<div class="named" data-part="named">{ends_at}{rows}</div>',
        ends_at=view.ends_at(),
        rows=joined(_row(k, len(named), one) for k, one in enumerate(named)),
    )


def _row(k: int, count: int, one: NamedDirection) -> Markup:
    words = html("{} <small>{}</small>", one.name, _effect(one))
    along = html('data-named="{}"', one.name)
    return view.slide(words, along, f"{one.name}: {_effect(one)}", place_of(k, count))


def _effect(one: NamedDirection) -> str:
    others = f", others {percent(one.others)}" if one.others else ""  # there may be no other label
    return f"flips {percent(one.flips)}{others}"


def unseen(studio: Studio, model: str, latent: Latent) -> dict[str, str]:
    """By the names of sliders in use what stands in the place of their figures where they have failed."""
    words = {True: "not seen in this image", False: "still seen in this image"}
    return {name: words[wanted] for name, wanted in studio.unseen(model, latent).items()}
