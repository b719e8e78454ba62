"""What the Translate tab shows, as pure functions."""

from gan.checkpoint.info import ModelInfo
from gan.specs import Sides
from gan.ui import drawing
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.translate import back, lens
from gan.words import label_words

WITHOUT = (
    "The same network, trained only to come close to the answer, pixel by pixel (L1), with no discriminator. "
    "Where a source could have many answers, it gives their average, which looks blurred or grey. A "
    "discriminator would notice that: this is why there is one."
)
SHOWN = "Pairs it learnt from: sources in the top row, and below each one its answer."
APART = (
    "Pictures it learnt from: {} in the top row, {} in the bottom row. They are not pairs: no picture "
    "belongs to the one below it."
)
MAKES = {  # out of each view
    "edges": "It turns the edges of a picture into the whole picture.",
    "parts": "It turns a drawing, with a colour for each part, into a picture.",
    "silhouette": "It turns a silhouette into a picture.",
    "grey": "It gives a grey picture its colours.",
    "half": "It sees the left half of a picture and adds the right half.",
    "pair": "It turns the first picture of a pair into the second.",
    "small-2": "It makes a small picture twice as wide and twice as high.",
    "small-4": "It makes a small picture four times as wide and four times as high.",
}


DOES = html("""<button type="button" data-do="surprise">Surprise me</button>
    <button type="button" data-do="save">Save the pair</button>
    <button type="button" data-do="hide" aria-pressed="false">Hide the answer</button>""")


def translator() -> Markup:
    """The frame that translate.js fills."""
    return html(
        """<div class="translator drawn-on">
  <p class="empty" data-part="empty"></p>
  <div class="bench" hidden data-part="bench">
    <div class="fields">
      <label class="field">Translator <select data-part="models"></select></label>
      <label class="field" data-part="ways-place" hidden>Way <select data-part="ways"></select></label>
    </div>
    <p class="about" data-part="about"></p>
    <div class="pair">
      <figure><figcaption>Source: draw on it</figcaption>
        {}</figure>
      <figure><figcaption class="fake">◆ What the generator makes of it</figcaption>
        <img class="pixels" data-part="image" draggable="false" alt="What the generator makes of it"></figure>
      <figure data-part="answer-place"><figcaption class="real">● The true answer</figcaption>
        <img class="pixels" data-part="answer" alt="The true answer" draggable="false">
        <p class="cover" data-part="cover">Hidden: what do you expect?</p></figure>
      <figure data-part="beside-place" hidden><figcaption>Without a GAN, L1 alone {}</figcaption>
        <img class="pixels" data-part="beside" draggable="false" alt="What L1 alone makes of it"></figure>
      <figure data-part="back-place" hidden><figcaption class="fake">◆ And back again</figcaption>
        <img class="pixels" data-part="back" draggable="false" alt="And back again"></figure>
      <figure data-part="difference-place" hidden><figcaption>Difference from the source, made {} times
        stronger</figcaption>
        <img class="pixels" data-part="difference" draggable="false"
          alt="Difference from the source"></figure>
    </div>
    {}
    {}
    {}
    <h2>Examples that it never saw in training</h2>
    <div class="examples" data-part="examples"></div>
    <h2>What it learnt from</h2>
    <p class="about" data-part="shown-about"></p>
    <img class="pixels shown" data-part="shown" alt="Some of its training data">
  </div>
  <p class="notice" role="status" data-part="notice"></p>
</div>""",
        drawing.canvas("Source"),
        explain(WITHOUT, "Without a GAN"),
        back.AMPLIFIED,
        drawing.tools(DOES),
        back.frame(),
        lens.frame(),
    )


def choices(models: list[ModelInfo], chosen: ModelInfo) -> Markup:
    there = models if chosen.name in [info.name for info in models] else [*models, chosen]
    return joined(_choice(info, info.name == chosen.name) for info in there)


def _choice(info: ModelInfo, chosen: bool) -> Markup:
    if chosen:
        return html('<option value="{}" selected>{}</option>', info.name, info.title)
    return html('<option value="{}">{}</option>', info.name, info.title)


def about(info: ModelInfo) -> str:
    side = info.image_size // info.enlarged
    if isinstance(info.given, Sides):
        a, b = _sides(info.given)
        makes = f"{a[:1].upper()}{a[1:]} → {b}, and back. It never saw a pair."
        seen = "images of each side"
    else:
        makes, seen = MAKES[info.view], "pairs"
    return f"{makes} Data: {info.dataset}, {side} × {side} pixels; {info.images_seen:,} {seen} seen."


def ways(info: ModelInfo) -> dict[str, str]:
    """The ways of a model between two sides, in words; {} for one that goes one way only."""
    if not isinstance(info.given, Sides):
        return {}
    a, b = _sides(info.given)
    return dict(zip(info.ways, (f"{a} → {b}", f"{b} → {a}"), strict=True))


def _sides(given: Sides) -> tuple[str, str]:
    """What each side is, by itself: "without glasses", "with glasses"."""
    if "none" not in (given.a, given.b):
        return given.words()
    column = label_words(given.column)
    a, b = ("without" if values == "none" else "with" for values in (given.a, given.b))
    return f"{a} {column}", f"{b} {column}"


def about_shown(info: ModelInfo) -> str:
    """What is to be seen in the pictures that it learnt from."""
    return APART.format(*_sides(info.given)) if isinstance(info.given, Sides) else SHOWN
