"""What an encoder found, as HTML: pure functions."""

from dataclasses import dataclass
from urllib.parse import urlencode

from numpy import ndarray

from gan.latent import Latent
from gan.ui.markup import Markup, html
from gan.ui.parts import picture
from gan.words import percent

HEADING = """## Find an image's latent
This model has an **encoder**: a third network that learnt the way back, from an image to its latent. It was
never asked to copy images, so expect a relative of yours, not a twin."""
OR = html('<p class="judge-or">or try an example; press again for another</p>')
EXAMPLES = {"generated": "◆ One of its own", "real": "● A real one"}
EMPTY = html("""<div class="encode-empty"><p>Add an image, or try an example: here you will see what the
encoder gets, what the generator makes from the latent that was found, and a link to it.</p></div>""")
FROM_FOUND = "What the generator makes from the latent that was found"


@dataclass(frozen=True, eq=False)
class Found:
    """The latent of an image, and what the generator makes of it: just what Explore shows there."""

    latent: Latent  # every coordinate an edit
    z: ndarray  # (dim,) float32
    seen: ndarray  # (h, w, c) uint8, the image as the encoder got it
    reconstruction: ndarray  # (h, w, c) uint8
    apart: float  # root mean square difference of the two, as a share of the range of values
    others_apart: float  # the same between the image and images of other seeds, on average
    shaping: str = ""  # how the image became a square


def refused(sentence: str) -> Markup:
    return html('<div class="encode-empty" role="status"><p>{}</p></div>', sentence)


def found(one: Found, model: str, kind: str, name: str, likeness: float | None = None) -> Markup:
    """Image and reconstruction side by side, how near they are, and the way to the latent.

    kind: "file", "generated" or "real"; likeness: the correlation with the true latent, where it is known.
    """
    size = f"{one.seen.shape[1]} × {one.seen.shape[0]} pixels" + (f", {one.shaping}" if one.shaping else "")
    there = urlencode({"model": model} | one.latent.to_query())
    return html("""<div class="encode-found">
{given}
<p class="encode-arrow" aria-hidden="true">E<br>→ z →<br>G</p>
{made}
<p class="encode-words"><b>{better}</b> The two differ by {apart} of
the range of values, and images from other seeds differ from the first by {others_apart}
<small>(root mean square)</small>.
{true}</p>
<a class="button encode-go" href="?{there}">Go there</a></div>""",
        given=_figure(one.seen, kind, name, f"As the encoder got it: {size}"),
        made=_figure(one.reconstruction, "generated", "Reconstruction", FROM_FOUND),
        better=better(one.apart, one.others_apart), apart=percent(one.apart),
        others_apart=percent(one.others_apart), true="" if likeness is None else true(likeness), there=there,
    )  # fmt: skip


def true(likeness: float) -> Markup:
    return html(""" Its true latent is known: the numbers found correlate with the seed's at <b>{:.2f}</b>,
where 1 is perfect and 0 is chance.""", likeness)  # fmt: skip


def better(apart: float, others_apart: float) -> str:
    """How much nearer it came than an image taken at random would."""
    share = apart / max(others_apart, 1e-6)
    if share > 0.85:
        return "Hardly better than a random one." if share < 1 else "No better than a random one."
    return "Nearer than a random one." if share > 0.5 else "Much nearer than a random one."


def _figure(image: ndarray, kind: str, name: str, words: str) -> Markup:
    return html(
        '<figure class="from-{}">{}<figcaption><b>{}</b>{}</figcaption></figure>',
        kind, picture(image, f"{name}. {words}"), name, words,
    )  # fmt: skip
