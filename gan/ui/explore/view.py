"""What the Explore tab shows, as HTML: pure functions of what the Studio says."""

from collections.abc import Collection
from dataclasses import replace
from math import ceil, erf, floor, sqrt

from numpy import ndarray

from gan.latent import LARGEST_PSI, LAST_SEED, Latent, own_direction
from gan.ui.explore.inside import INSIDE_G
from gan.ui.explore.pickers import spoken
from gan.ui.explore.seed_map import SEED_MAP
from gan.ui.explore.sketch import SKETCH
from gan.ui.explore.styles import moved_layers
from gan.ui.explore.teaching import TEACHING
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import place_of
from gan.words import percent

DIRECTIONS = 12  # sliders
FURTHEST = 4.0  # σ, where a slider ends
AROUND = (-2, -1, 0, 1, 2)  # steps from the present image to its neighbours
PAGE = 10  # raw coordinates at a time
STEPS = (0.25, 0.5, 1.0, 1.5)  # σ between neighbours
ENDS = 3.0  # σ, where the small pictures beside a slider lie: almost all of z does not reach further
LARGEST_SCALE = 2.0
EDGE = f"The edge: the sliders end at ±{FURTHEST:g} σ"
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def explorer(opened: dict) -> Markup:
    """The whole component as it first stands on the page, before its script has run."""
    places = "alt verdict models classes directions knobs mixing sums through empty"
    nothing = dict.fromkeys(places.split(), "")
    first = {"image": BLANK} | nothing | opened
    return html("""<p class="empty" role="status" data-part="empty">{first[empty]}</p>
<div class="explorer"><div class="stage">
  <div class="picture"><img class="pixels hero" id="explore-image" src="{first[image]}" alt="{first[alt]}"
    draggable="false"><img class="pixels hero" data-part="over" src="{blank}" alt="" draggable="false" hidden>
  </div>
  <div class="beside">
  <button type="button" data-part="before" aria-pressed="false" disabled>Hold: all changes off</button>
  <p class="hint" data-part="what-changed"></p>
  <button type="button" data-do="morph" data-part="morph">Morph to another seed&nbsp;…</button>
  <button type="button" data-do="fold" data-part="fold" aria-expanded="true">Smaller picture</button></div>
  <div class="verdict-place" data-part="verdict">{first[verdict]}</div>
</div><div class="panel">
  <p class="notice" role="status" data-part="notice"></p>
  <fieldset class="models"><legend>Model</legend>
    <div data-part="models">{first[models]}</div></fieldset>
  {seed_row}
  {seed_map}
  <div class="class-place" data-part="classes">{first[classes]}</div>
  <div class="moving">
    <div><div data-part="own-place"><fieldset class="directions own" data-part="own-sliders" hidden>
      <legend>Your own sliders</legend>
      <div class="named">{ends_at}<div data-part="own"></div></div></fieldset>
    {teaching}</div>
    {pad}
    <fieldset class="directions" data-part="directions">{first[directions]}</fieldset></div>
    <fieldset class="neighbourhood"><legend>Neighbours, a click away {about_neighbours}</legend>
      <div class="cells" data-part="neighbours" role="group"
        aria-label="Images around the current one; arrow keys move among them, Enter goes there"></div>
      {axes}</fieldset>
  </div>
  <div data-part="knobs">{first[knobs]}</div>
  {coordinates}
</div></div>
<section class="mixing" data-part="mixing" aria-label="Mixing styles">{first[mixing]}</section>
<section class="sums" data-part="sums" aria-label="Latent arithmetic">{first[sums]}</section>
<section class="through" data-part="through" aria-label="Through training">{first[through]}</section>
{inside}
{sketch}
{by_hand}""",
        first=first, blank=BLANK, seed_row=SEED_ROW, about_neighbours=ABOUT_NEIGHBOURS, axes=AXES,
        coordinates=COORDINATES, by_hand=BY_HAND, inside=INSIDE_G, teaching=TEACHING, pad=PAD,
        seed_map=SEED_MAP, ends_at=ends_at(), sketch=SKETCH,
    )  # fmt: skip


ABOUT_SEED = explain(
    "z, the list of random numbers behind the image, is drawn from the seed: the same seed is always the "
    "same image. The arrows go to the next seed or the one before; Dice picks one at random.",
    "Seed",
)
ABOUT_DIRECTIONS = explain(
    "Each slider moves all the numbers of z together, along one direction. The directions are found by "
    "measuring which change of z changes the image most; the bar under each number shows how much. The small "
    f"pictures show this image with that slider at −{ENDS:g} and at +{ENDS:g} σ; click one to go there. One "
    "σ is the spread of the numbers in z. Double-click a slider to set it back to 0.",
    "The sliders",
)
ABOUT_STYLED = explain(
    "A StyleGAN first turns z into a style, w: a list of numbers that tells each layer how to draw. Each "
    "slider moves all the numbers of w together, along one direction. The directions are those along which "
    "the w of thousands of seeds differ most (found by principal component analysis, PCA). One σ is their "
    f"spread along a direction, so few seeds lie beyond {ENDS:g} σ. The bar under each number shows how much "
    "one σ in all layers changes the image. The small pictures show this image with that slider at "
    f"−{ENDS:g} and at +{ENDS:g} σ; click one to go there. Double-click a slider to set it back to 0.",
    "The sliders",
)
ABOUT_NEIGHBOURS = explain(
    "The current image is in the middle. The others lie along two of the directions: one to the right, one "
    "upwards. Click one to go there.",
    "Neighbours",
)
ABOUT_SAVED = explain(
    "A saved picture remembers how it was made: its model, its seed and all that was moved. Open it here, or "
    "drop it on the image, and you are back where you saved it.",
    "Saved pictures",
)
SEED_ROW = html("""<div class="seedrow">
  <span class="field"><label class="field">Seed <input type="number" data-field="seed" min="0"
    max="{}" step="1" value="0"></label>{}</span>
  <span class="buttons"><button type="button" data-do="previous" aria-label="Previous seed">◀</button>
  <button type="button" data-do="next" aria-label="Next seed">▶</button>
  <button type="button" data-do="dice">⚄ Dice</button>
  <button type="button" data-do="reset">Reset to the seed</button></span>
  <span class="buttons share"><button type="button" data-do="stop">Add to the walk</button>
  <button type="button" data-do="copy">Copy link</button>
  <a class="button" data-part="save" download="image.png" href="#">Save PNG</a>
  <a class="button" data-part="save-own" download="image.png" href="#">PNG, original size</a>
  <button type="button" data-do="open-saved">Open saved…</button>
  <input type="file" accept="image/png" hidden data-part="saved">{}</span>
</div>""", LAST_SEED, ABOUT_SEED, ABOUT_SAVED)  # fmt: skip

# For a browser that lets nothing be copied: the address, chosen, to be copied by hand.
BY_HAND = html("""<div class="by-hand" popover data-part="by-hand"><label>This browser does not let the page
copy the link. Here it is, to copy by hand: <input type="text" readonly></label></div>""")

_AXIS_OPTIONS = joined(html('<option value="{}">{}</option>', k, k + 1) for k in range(DIRECTIONS))
_STEP_OPTIONS = joined(
    html('<option value="{0}"{1}>{0:g} σ</option>', step, " selected" if step == 1 else "") for step in STEPS
)
AXES = html("""<div class="axes">
  <label>→ direction <select data-field="across">{axes}</select></label>
  <label>↑ direction <select data-field="up">{axes}</select></label>
  <label>step <select data-field="step">{steps}</select></label></div>""",
    axes=_AXIS_OPTIONS, steps=_STEP_OPTIONS)  # fmt: skip

# Two sliders at once: see pad.js
PAD = html(
    """<details class="pad-place" data-part="pad-place"><summary>Two sliders at once, on a pad</summary>
  <div class="axes"><label>→ across <select data-part="pad-across"></select></label>
  <label>↑ up <select data-part="pad-up"></select></label></div>
  <div class="pad" data-part="pad"><button type="button" class="dot" data-part="pad-dot"></button></div>
  <p class="hint">From −{furthest:g} to +{furthest:g} σ either way. Drag in the square, or move the dot by
  arrow keys, with Shift further; a double click goes back to the middle.</p></details>""",
    furthest=FURTHEST,
)

COORDINATES = html("""<details class="coordinates" data-part="coordinates">
  <summary>Raw coordinates of z: each number by itself</summary>
  <p class="hint">The numbers that the seed stands for, before the sliders and the scale. A slider above moves
  many of them at once; here each moves alone.</p>
  <div data-part="rows"></div>
  <span class="buttons"><button type="button" data-do="page-back">◀ previous {page}</button>
  <button type="button" data-do="page-on">next {page} ▶</button>
  <button type="button" data-do="unedit">Back to the seed's own numbers</button></span>
</details>""", page=PAGE)  # fmt: skip


def within(latent: Latent, names: Collection[str] = (), dim: int = 0) -> tuple[Latent, str]:
    """The latent with its moves, scale and ψ within reach of the sliders, and a sentence if it was not.

    names: those of the sliders that have one. dim: how many numbers a direction of this model has.
    """
    try:
        for name, code, _ in latent.taught:
            own_direction(name, code, dim)
    except ValueError as error:
        kept, notice = within(replace(latent, taught=()), names)
        return kept, f"{error} So the sliders of one's own were left out. {notice}".strip()
    if unknown := [name for name, _ in latent.named if name not in names]:
        kept, notice = within(
            replace(latent, named=[one for one in latent.named if one[0] in names]), names, dim
        )
        return kept, f"This model has no slider called “{unknown[0]}”, so it was left out. {notice}".strip()
    moves = tuple(min(max(move, -FURTHEST), FURTHEST) for move in latent.moves)
    named = tuple((name, min(max(move, -FURTHEST), FURTHEST)) for name, move in latent.named)
    taught = tuple((name, code, min(max(move, -FURTHEST), FURTHEST)) for name, code, move in latent.taught)
    scale, psi = min(max(latent.scale, 0.0), LARGEST_SCALE), min(max(latent.psi, 0.0), LARGEST_PSI)
    inside = replace(latent, moves=moves, scale=scale, psi=psi, named=named, taught=taught)
    if inside == latent:
        return latent, ""
    ends = f"The sliders end at ±{FURTHEST:g} σ, the scale at {LARGEST_SCALE:g}, and ψ at {LARGEST_PSI:g}"
    more = "This link asks for more, so it gets the nearest value."
    return inside, f"{ends}. {more}"


def alt(latent: Latent) -> str:
    """What the image is, for those who cannot see it."""
    drawn = f", class {spoken(latent.value)}" if latent.value else ""
    edited = f", {len(latent.edits)} of its numbers replaced" if latent.edits else ""
    near = f", truncated at ψ {latent.psi:g}" if latent.psi != 1 else ""
    return f"Image that the generator makes from seed {latent.seed}{drawn}{edited}{near}"


SHARE_WITHIN = percent(erf(1 / sqrt(2)))  # of a normal distribution, no further than 1 σ from its mean


def about_sigma(layers: int) -> Markup:
    """What σ is, where the sliders begin; in a StyleGAN's w nothing is normal."""
    within = f"{SHARE_WITHIN} of random images lie within 1 σ of the mean."
    spread = "1 σ is how far random images spread along a slider."
    return html('<p class="hint sigma">{}</p>', spread if layers > 1 else within)


def ends_at() -> Markup:
    """Over the sliders where their pictures stand, and how far they go."""
    return html(
        '<div class="ends-at" aria-hidden="true"><span>−{0:g} σ</span><span>pictures at ±{0:g}, sliders to '
        "±{1:g} σ</span><span>+{0:g} σ</span><span>in σ</span></div>",
        ENDS,
        FURTHEST,
    )


def directions(change: ndarray, layers: int, offer: Markup | str = "") -> Markup:
    """The sliders of a model, and of a StyleGAN, which has more than one layer, those that they move.

    change (k,): how much of an image each direction moves per σ, as the Studio says.
    """
    which = moved_layers(layers) if layers > 1 else ""
    parts = about_directions(layers), about_sigma(layers), offer, which, numbered(change)
    return html("<legend>Biggest changes first {}</legend>{}{}{}{}", *parts)


def about_directions(layers: int) -> Markup:
    return ABOUT_STYLED if layers > 1 else ABOUT_DIRECTIONS


def numbered(change: ndarray) -> Markup:
    """The sliders without names, each with small pictures of both its ends."""
    return html('<div data-part="numbered">{}</div>', _direction_rows(change))


def _direction_rows(change: ndarray) -> Markup:
    change = change[:DIRECTIONS]
    rows = joined(_direction_row(k, len(change), one, change[0]) for k, one in enumerate(change))
    return ends_at() + rows


def _direction_row(k: int, count: int, change: float, strongest: float) -> Markup:
    # of the whole range of values, each direction for itself: no shares of a whole
    changes = f"one σ changes the values of the image by {percent(change / 2, 1)} of their range"
    share = change / max(strongest, 1e-9)
    words = html('{}<i class="strength" style="--share:{:.3f}"></i>', k + 1, share)
    return slide(words, html('data-move="{}"', k), f"Direction {k + 1}: {changes}", place_of(k, count))


def slide(words: Markup | str, along: Markup, label: str, place: str) -> Markup:
    """A slider, between two small pictures of its ends, which a click goes to.

    along: the attribute that says which direction. place: of the pictures in their sheet, in per cent.
    """
    return html(
        '<label class="slide"><span>{words}</span>'
        '<i class="end" data-end="-{ends:g}" style="background-position:0% {place}%"></i>'
        '<input type="range" {along} min="-{furthest:g}" max="{furthest:g}" step="0.05" value="0" '
        'aria-label="{label}">'
        '<i class="end" data-end="{ends:g}" style="background-position:100% {place}%"></i>'
        "<output>0.00</output></label>",
        words=words, along=along, label=label, place=place, ends=ENDS,
        furthest=FURTHEST,
    )  # fmt: skip


def cells(moves: list[tuple[float, float]], across: int, up: int) -> Markup:
    """The neighbourhood as buttons, row by row, over one picture of them all. moves: where each cell lies."""
    return joined(_cell(number, moves, across, up) for number in range(len(moves)))


def _cell(number: int, moves: list[tuple[float, float]], across: int, up: int) -> Markup:
    last = len(AROUND) - 1
    (row, column), (x, y) = divmod(number, len(AROUND)), moves[number]
    here = row == column == last // 2
    edge = moves[number] in (moves[k] for k in _nearer(row, column))
    place = f"direction {across + 1} at {x:+.2f} σ, direction {up + 1} at {y:+.2f} σ"
    name = f"Current image: {place}" if here else EDGE if edge else place
    return html(
        '<button type="button" class="cell" data-move-across="{x}" data-move-up="{y}" '
        'tabindex="{tab}"{state} aria-label="{name}" style="background-position:{column}% {row}%"></button>',
        x=x, y=y, tab=0 if here else -1, name=name,
        state=" aria-current=true" if here else html(' aria-disabled="true"') if edge else "",
        column=place_of(column, last + 1), row=place_of(row, last + 1),
    )  # fmt: skip


def _nearer(row: int, column: int) -> list[int]:
    """The cells a step nearer to the middle along either direction."""
    side = len(AROUND)
    steps = [(row - _sign(AROUND[row]), column), (row, column - _sign(AROUND[column]))]
    return [side * r + c for r, c in steps if (r, c) != (row, column)]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def coordinate_rows(values: ndarray, first: int, edited: set[int]) -> Markup:
    """A slider for each of these coordinates, the first of them number `first`."""
    return joined(
        html(
            '<label class="slide{edited}"><span>z<sub>{place}</sub></span><input type="range" '
            'data-coordinate="{place}" min="{low:g}" max="{high:g}" step="0.01" value="{value:.4f}" '
            'aria-label="Coordinate {place}"><output>{words}</output></label>',
            edited=" edited" if place in edited else "", place=place, value=value,
            low=min(-FURTHEST, floor(value)), high=max(FURTHEST, ceil(value)),
            words=f"{value:.2f}".replace("-", "−"),
        )
        for place, value in enumerate(values, first)
    )  # fmt: skip
