"""The loop of a GAN as a small moving picture: noise → G → D ← real.

steering.js says who trains, and what G gets: a translator gets a source in place of noise, and one
between two sides a picture of one of them.
"""

from gan.config import TrainConfig
from gan.ui.markup import Markup, html, joined

GETS = {"noise": ("z", "noise"), "source": ("x", "source"), "sides": ("A", "one side")}
HELD_AGAINST = {"noise": ("●", "real"), "source": ("●", "answer"), "sides": ("B", "other side")}
BEGINS = {
    "noise": html(
        "<b>z</b>, some random numbers, go into the generator, <b>G</b>, which makes an image from them. The "
        "discriminator, <b>D</b>, gets such images and real ones, and learns to say which is which. A recipe "
        "that translates gives G a picture in place of z."
    ),
    "source": html(
        "<b>x</b>, a source such as a drawing, goes into the generator, <b>G</b>, which makes an image from "
        "it. The discriminator, <b>D</b>, gets such images and the true answers, and learns to say which is "
        "which."
    ),
    "sides": html(
        "A picture of one side, <b>A</b>, goes into a generator, <b>G</b>, which makes one of the other side "
        "from it. A discriminator, <b>D</b>, learns to tell those from real pictures of side <b>B</b>. A "
        "second pair of them goes from B to A: there and back must give the same picture again."
    ),
}
WORDS = {
    "both": html(
        "They take turns: <b>D</b> learns to tell the images apart, then <b>G</b> learns to fool it."
    ),
    "D": html("Only <b>D</b> learns: it gets better at telling them apart, and G's images stay as they are."),
    "G": html("Only <b>G</b> learns: it looks for images that fool D, which stays as it is."),
    "paused": "Paused: neither learns until you resume.",
}


def loop() -> Markup:
    """The picture, and a sentence for each state of the run.

    loop.css shows the one of `data-trains`, and what belongs to its `data-given`.
    """
    begins = joined(html('<span data-when="none" data-for="{}">{}</span>', *one) for one in BEGINS.items())
    words = joined(html('<span data-when="{}">{}</span>', *one) for one in WORDS.items())
    return html(
        '<div class="loop" data-trains="none" data-given="noise">{}<p>{}{}</p></div>', PICTURE, begins, words
    )


def given(config: TrainConfig) -> str:
    """What the generator of a run gets: "noise", "source" or "sides"."""
    return "source" if config.has_source else "sides" if config.has_sides else "noise"


def _boxes(x: int, kind: str, each: dict[str, tuple[str, str]]) -> Markup:
    """One in place of another, by what G gets."""
    return joined(html('<g data-for="{}">{}</g>', name, _box(x, kind, *one)) for name, one in each.items())


def _box(x: int, kind: str, letter: str, name: str) -> Markup:
    return html(
        '<g class="{kind}"><rect x="{x}" y="34" width="56" height="42" rx="8"/>'
        '<text class="letter" x="{middle}" y="62">{letter}</text>'
        '<text class="name" x="{middle}" y="93">{name}</text></g>',
        kind=kind,
        x=x,
        middle=x + 28,
        letter=letter,
        name=name,
    )


PICTURE = html("""<svg viewBox="0 0 424 100" role="img" aria-label="Noise, or a picture to translate, goes
  into the generator; its images and real ones go into the discriminator; what that says teaches both.">
  <defs><marker id="loop-tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6"
    orient="auto"><path d="M0 0L6 3L0 6z"/></marker></defs>
  <path class="flow" d="M66 55H116"/><path class="flow fake" d="M184 55H236"/>
  <path class="flow real" d="M358 55H306"/>
  <path class="teach to-g" d="M262 30C250 4 168 4 156 29"/>
  <path class="teach to-d" d="M286 30C298 8 270 4 274 28"/>
  {}{}{}
  {}
</svg>""",
    _boxes(4, "noise", GETS), _box(124, "g", "G", "generator"), _box(244, "d", "D", "discriminator"),
    _boxes(364, "reals", HELD_AGAINST),
)  # fmt: skip
