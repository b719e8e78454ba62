"""What the Explore tab shows, as HTML: pure functions of what the Studio says."""

from dataclasses import replace
from html import escape
from math import ceil, floor

from numpy import ndarray

from gan.latent import LAST_SEED, Latent
from gan.studio import ModelInfo
from gan.ui.explore.classes import choices, title
from gan.ui.help import explain
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


def explorer(opened: dict) -> str:
    """The whole component as it first stands on the page, before its script has run."""
    nothing = dict.fromkeys(("alt", "verdict", "models", "classes", "directions", "empty"), "")
    first = {"image": BLANK} | nothing | opened
    return f"""<p class="empty" role="status" data-part="empty">{first["empty"]}</p>
<div class="explorer"><div class="stage">
  <img class="pixels hero" id="explore-image" src="{first["image"]}" alt="{escape(first["alt"])}"
    draggable="false">
  <div class="verdict-place" data-part="verdict">{first["verdict"]}</div>
</div><div class="panel">
  <p class="notice" role="status" data-part="notice"></p>
  <fieldset class="models"><legend>Model</legend>
    <div data-part="models">{first["models"]}</div></fieldset>
  <div class="class-place" data-part="classes">{first["classes"]}</div>
  {SEED_ROW}
  <div class="moving">
    <fieldset class="directions"><legend>Biggest changes first {ABOUT_DIRECTIONS}</legend>
      <div data-part="directions">{first["directions"]}</div></fieldset>
    <fieldset class="neighbourhood"><legend>Neighbours, a click away {ABOUT_NEIGHBOURS}</legend>
      <div class="cells" data-part="neighbours" role="group"
        aria-label="Images around the current one; arrow keys move among them, Enter goes there"></div>
      {AXES}</fieldset>
  </div>
  {SCALE_ROW}
  {COORDINATES}
</div></div>
{BY_HAND}"""


ABOUT_SEED = explain(
    "z, the list of random numbers behind the image, is drawn from the seed: the same seed is always the "
    "same image. The arrows go to the next seed or the one before; Dice picks one at random.",
    "Seed",
)
ABOUT_DIRECTIONS = explain(
    "Each slider moves all the numbers of z together, along one direction. The directions are found by "
    "measuring which change of z changes the image most; the bar under each number shows how much. The small "
    f"pictures show this image with that slider at −{ENDS:g} and at +{ENDS:g} σ. One σ is the spread of the "
    "numbers in z. Double-click a slider to set it back to 0.",
    "The sliders",
)
ABOUT_NEIGHBOURS = explain(
    "The current image is in the middle. The others lie along two of the directions: one to the right, one "
    "upwards. Click one to go there.",
    "Neighbours",
)
ABOUT_SCALE = explain(
    "z is multiplied by this. Below 1 the image moves towards the average one; above 1 it gets bolder, and "
    "soon falls apart.",
    "Scale of z",
)

SEED_ROW = f"""<div class="seedrow">
  <span class="field"><label class="field">Seed <input type="number" data-field="seed" min="0"
    max="{LAST_SEED}" step="1" value="0"></label>{ABOUT_SEED}</span>
  <span class="buttons"><button type="button" data-do="previous" aria-label="Previous seed">◀</button>
  <button type="button" data-do="next" aria-label="Next seed">▶</button>
  <button type="button" data-do="dice">⚄ Dice</button>
  <button type="button" data-do="reset">Reset to the seed</button></span>
  <span class="buttons share"><button type="button" data-do="stop">Add to the walk</button>
  <button type="button" data-do="copy">Copy link</button>
  <a class="button" data-part="save" download="image.png" href="#">Save PNG</a>
  <a class="button" data-part="save-own" download="image.png" href="#">Original size</a></span>
</div>"""

SCALE_ROW = f"""<div class="seedrow">
  <label class="field scale-of-z">Scale of z
    <input type="range" data-field="scale" min="0" max="{LARGEST_SCALE:g}" step="0.01" value="1">
    <output data-value="scale">1.00</output></label>{ABOUT_SCALE}
</div>"""

# For a browser that lets nothing be copied: the address, chosen, to be copied by hand.
BY_HAND = """<div class="by-hand" popover data-part="by-hand"><label>This browser does not let the page copy
the link. Here it is, to copy by hand: <input type="text" readonly></label></div>"""

_AXIS_OPTIONS = "".join(f'<option value="{k}">{k + 1}</option>' for k in range(DIRECTIONS))
_STEP_OPTIONS = "".join(
    f'<option value="{step}"{" selected" if step == 1 else ""}>{step:g} σ</option>' for step in STEPS
)
AXES = f"""<div class="axes">
  <label>→ direction <select data-field="across">{_AXIS_OPTIONS}</select></label>
  <label>↑ direction <select data-field="up">{_AXIS_OPTIONS}</select></label>
  <label>step <select data-field="step">{_STEP_OPTIONS}</select></label></div>"""

COORDINATES = f"""<details class="coordinates" data-part="coordinates">
  <summary>Raw coordinates of z: each number by itself</summary>
  <p class="hint">The numbers that the seed stands for, before the sliders and the scale. A slider above moves
  many of them at once; here each moves alone.</p>
  <div data-part="rows"></div>
  <span class="buttons"><button type="button" data-do="page-back">◀ previous {PAGE}</button>
  <button type="button" data-do="page-on">next {PAGE} ▶</button>
  <button type="button" data-do="unedit">Back to the seed's own numbers</button></span>
</details>"""


def within(latent: Latent) -> tuple[Latent, str]:
    """The latent with its moves and scale where the sliders can show them, and a sentence if it was not."""
    moves = tuple(min(max(move, -FURTHEST), FURTHEST) for move in latent.moves)
    scale = min(max(latent.scale, 0.0), LARGEST_SCALE)
    if (moves, scale) == (latent.moves, latent.scale):
        return latent, ""
    ends = f"The sliders end at ±{FURTHEST:g} σ, and the scale goes from 0 to {LARGEST_SCALE:g}"
    more = "This link asks for more, so it gets the nearest value."
    return replace(latent, moves=moves, scale=scale), f"{ends}. {more}"


def class_choices(info: ModelInfo, chosen: str) -> str:
    """A conditional model's classes as radio buttons, each with its part of one picture of them all."""
    if not info.classes:
        return ""
    there = choices(info)
    last = len(there) - 1
    shown = "".join(
        _class_choice(name, text, 100 * k / last, text == chosen) for k, (name, text) in enumerate(there)
    )
    words = "the same seed and sliders in every class"
    return (
        f"<fieldset><legend>{escape(title(info))} <small>{words}</small></legend>"
        f'<div class="class-cards" style="--count:{last + 1}">{shown}</div></fieldset>'
    )


def _class_choice(name: str, value: str, place: float, chosen: bool) -> str:
    name, value = escape(name), escape(value)
    return (
        f'<label class="class" title="{name}"><input type="radio" name="explore-class" value="{value}"'
        f'{" checked" if chosen else ""}><i style="background-position:{place:.3f}% 0"></i>'
        f"<span>{name}</span></label>"
    )


def alt(latent: Latent) -> str:
    """What the image is, for those who cannot see it."""
    drawn = f", class {latent.value}" if latent.value else ""
    edited = f", {len(latent.edits)} of its numbers replaced" if latent.edits else ""
    return f"Image that the generator makes from seed {latent.seed}{drawn}{edited}"


def direction_rows(change: ndarray) -> str:
    """A slider for each direction. change (k,): how much of an image each moves per σ, as the Studio says."""
    change = change[:DIRECTIONS]
    rows = "".join(_direction_row(k, len(change), one, change[0]) for k, one in enumerate(change))
    ends = f"<span>{-ENDS:g} σ</span><span></span><span>{ENDS:+g} σ</span>".replace("-", "−")
    return f'<div class="ends-at" aria-hidden="true"><span></span>{ends}<span>in σ</span></div>{rows}'


def _direction_row(k: int, count: int, change: float, strongest: float) -> str:
    # of the whole range of values, each direction for itself: no shares of a whole
    changes = f"one σ changes the values of the image by {percent(change / 2, 1)} of their range"
    ends = [f'<i class="end" style="background-position:{x}% {_percent(k, count)}%"></i>' for x in (0, 100)]
    return (
        f'<label class="slide"><span>{k + 1}'
        f'<i class="strength" style="--share:{change / max(strongest, 1e-9):.3f}"></i></span>{ends[0]}'
        f'<input type="range" data-move="{k}" min="-{FURTHEST:g}" max="{FURTHEST:g}" step="0.05" value="0" '
        f'aria-label="Direction {k + 1}: {changes}">{ends[1]}'
        f'<output data-value="move-{k}">0.00</output></label>'
    )


def _percent(part: int, parts: int) -> str:
    """Where a part lies in a sheet of so many, as a background's position."""
    return f"{100 * part / max(parts - 1, 1):.3f}"


def cells(moves: list[tuple[float, float]], across: int, up: int) -> str:
    """The neighbourhood as buttons, row by row, over one picture of them all. moves: where each cell lies."""
    return "".join(_cell(number, moves, across, up) for number in range(len(moves)))


def _cell(number: int, moves: list[tuple[float, float]], across: int, up: int) -> str:
    last = len(AROUND) - 1
    (row, column), (x, y) = divmod(number, len(AROUND)), moves[number]
    here = row == column == last // 2
    edge = moves[number] in (moves[k] for k in _nearer(row, column))
    place = f"direction {across + 1} at {x:+.2f} σ, direction {up + 1} at {y:+.2f} σ"
    name = f"Current image: {place}" if here else EDGE if edge else place
    state = " aria-current=true" if here else ' aria-disabled="true"' if edge else ""
    return (
        f'<button type="button" class="cell" data-move-across="{x}" data-move-up="{y}" '
        f'tabindex="{0 if here else -1}"{state} aria-label="{name}" '
        f'style="background-position:{_percent(column, last + 1)}% {_percent(row, last + 1)}%"></button>'
    )


def _nearer(row: int, column: int) -> list[int]:
    """The cells a step nearer to the middle along either direction."""
    side = len(AROUND)
    steps = [(row - _sign(AROUND[row]), column), (row, column - _sign(AROUND[column]))]
    return [side * r + c for r, c in steps if (r, c) != (row, column)]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def coordinate_rows(values: ndarray, first: int, edited: set[int]) -> str:
    """A slider for each of these coordinates, the first of them number `first`."""
    return "".join(
        f'<label class="slide{" edited" if place in edited else ""}"><span>z<sub>{place}</sub></span>'
        f'<input type="range" data-coordinate="{place}" min="{min(-FURTHEST, floor(value)):g}" '
        f'max="{max(FURTHEST, ceil(value)):g}" step="0.01" value="{value:.4f}" '
        f'aria-label="Coordinate {place}"><output>{f"{value:.2f}".replace("-", "−")}</output></label>'
        for place, value in enumerate(values, first)
    )
