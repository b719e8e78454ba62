"""The loop of a GAN as a small moving picture: noise → G → D ← real. train.js says who trains."""

from gan.ui.markup import Markup, html, joined

WORDS = {
    "none": html(
        "<b>z</b>, some random numbers, go into the generator, <b>G</b>, which makes an image from them. The "
        "discriminator, <b>D</b>, gets such images and real ones, and learns to say which is which. A recipe "
        "that translates gives G a picture in place of z."
    ),
    "both": html(
        "They take turns: <b>D</b> learns to tell the images apart, then <b>G</b> learns to fool it."
    ),
    "D": html("Only <b>D</b> learns: it gets better at telling them apart, and G's images stay as they are."),
    "G": html("Only <b>G</b> learns: it looks for images that fool D, which stays as it is."),
    "paused": "Paused: neither learns until you resume.",
}


def loop() -> Markup:
    """The picture, and a sentence for each state of the run; loop.css shows the one of `data-trains`."""
    words = joined(html('<span data-when="{}">{}</span>', *one) for one in WORDS.items())
    return html('<div class="loop" data-trains="none">{}<p>{}</p></div>', PICTURE, words)


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


PICTURE = html("""<svg viewBox="0 0 424 100" role="img" aria-label="Noise goes into the generator; its images
 and real ones go into the discriminator; what that says teaches both.">
  <defs><marker id="loop-tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6"
    orient="auto"><path d="M0 0L6 3L0 6z"/></marker></defs>
  <path class="flow" d="M66 55H116"/><path class="flow fake" d="M184 55H236"/>
  <path class="flow real" d="M358 55H306"/>
  <path class="teach to-g" d="M262 30C250 4 168 4 156 29"/>
  <path class="teach to-d" d="M286 30C298 8 270 4 274 28"/>
  {}{}{}
  {}
</svg>""",
    _box(4, "noise", "z", "noise"), _box(124, "g", "G", "generator"), _box(244, "d", "D", "discriminator"),
    _box(364, "reals", "●", "real"),
)  # fmt: skip
