"""The loop of a GAN as a small moving picture: noise → G → D ← real. train.js says who trains."""

WORDS = {
    "none": "<b>z</b>, some random numbers, go into the generator, <b>G</b>, which makes an image from them. "
            "The discriminator, <b>D</b>, gets such images and real ones, and learns to say which is which.",
    "both": "They take turns: <b>D</b> learns to tell the images apart, then <b>G</b> learns to fool it.",
    "D": "Only <b>D</b> learns: it gets better at telling them apart, and G's images stay as they are.",
    "G": "Only <b>G</b> learns: it looks for images that fool D, which stays as it is.",
    "paused": "Paused: neither learns until you resume.",
}  # fmt: skip


def loop() -> str:
    """The picture, and a sentence for each state of the run; loop.css shows the one of `data-trains`."""
    words = "".join(f'<span data-when="{state}">{sentence}</span>' for state, sentence in WORDS.items())
    return f"""<div class="loop" data-trains="none">{PICTURE}<p>{words}</p></div>"""


def _box(x: int, kind: str, letter: str, name: str) -> str:
    return (
        f'<g class="{kind}"><rect x="{x}" y="34" width="56" height="42" rx="8"/>'
        f'<text class="letter" x="{x + 28}" y="62">{letter}</text>'
        f'<text class="name" x="{x + 28}" y="93">{name}</text></g>'
    )


PICTURE = f"""<svg viewBox="0 0 424 100" role="img" aria-label="Noise goes into the generator; its images and
 real ones go into the discriminator; what that says teaches both.">
  <defs><marker id="loop-tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6"
    orient="auto"><path d="M0 0L6 3L0 6z"/></marker></defs>
  <path class="flow" d="M66 55H116"/><path class="flow fake" d="M184 55H236"/>
  <path class="flow real" d="M358 55H306"/>
  <path class="teach to-g" d="M262 30C250 4 168 4 156 29"/>
  <path class="teach to-d" d="M286 30C298 8 270 4 274 28"/>
  {_box(4, "noise", "z", "noise")}{_box(124, "g", "G", "generator")}{_box(244, "d", "D", "discriminator")}
  {_box(364, "reals", "●", "real")}
</svg>"""
