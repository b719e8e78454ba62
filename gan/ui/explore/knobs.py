"""What moves every image of a model towards the average one: z's scale, ψ, or a bound and its curve."""

import logging

from gan.latent import BOUNDS, LARGEST_PSI
from gan.studio import ModelInfo, Studio
from gan.ui.explore.view import LARGEST_SCALE
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.words import percent

log = logging.getLogger(__name__)
SIDE, MARGIN = 180, 26  # units of the curve's drawing: the square from 0 to 100 %, and what is around it

ABOUT_SCALE = explain(
    "z is multiplied by this. Below 1 the image moves towards the average one; above 1 it gets bolder, and "
    "soon falls apart.",
    "Scale of z",
)
ABOUT_PSI = explain(
    "A StyleGAN first turns z into a style, w. ψ (psi) truncates it: the image is drawn from "
    "w′ = w̄ + ψ · (w − w̄), where w̄ is the mean of all styles. At 1 nothing changes, at 0 every seed is the "
    "one average image; above 1 images get bolder, and soon fall apart.",
    "Truncation ψ",
)
ABOUT_NOISE = explain(
    "Each layer also adds noise: for what a style need not say, such as where each hair lies. Fixed, it is "
    "always the same, and only what you move changes the image. Fresh, it is drawn anew for each image; a "
    "link keeps the noise that you see.",
    "Fresh noise",
)
ABOUT_BOUND = explain(
    "Each number of z is drawn again until it lies nearer to 0 than this bound: near the middle, where the "
    "generator has learnt most. More images look real (precision), and fewer kinds come (recall). The "
    "first image under a bound takes a moment: the network's norms are measured anew for it.",
    "Truncation",
)
NO_CURVE = html(
    '<span class="hint">Nobody has measured yet what it costs: “evaluate --truncation” does.</span>'
)

SCALE_ROW = html("""<div class="seedrow">
  <label class="field scale-of-z">Scale of z
    <input type="range" data-field="scale" min="0" max="{:g}" step="0.01" value="1">
    <output data-value="scale">1.00</output></label>{}
</div>""", LARGEST_SCALE, ABOUT_SCALE)  # fmt: skip

STYLE_ROW = html("""<div class="seedrow">
  <label class="field scale-of-z">Truncation ψ
    <input type="range" data-field="psi" min="0" max="{:g}" step="0.01" value="1">
    <output data-value="psi">1.00</output></label>{}
  <label class="field"><input type="checkbox" data-field="fresh"> Fresh noise</label>{}
</div>""", LARGEST_PSI, ABOUT_PSI, ABOUT_NOISE)  # fmt: skip


def knobs(studio: Studio, info: ModelInfo) -> Markup | str:
    """The controls that do something for this model."""
    if info.layers > 1:
        return STYLE_ROW
    if info.network == "progressive":
        return ""  # it is told directions of z alone, and no length
    return SCALE_ROW + _bound(studio, info) if info.network == "big" else SCALE_ROW


def _bound(studio: Studio, info: ModelInfo) -> Markup:
    options = joined(html('<option value="{0:g}">|z| &lt; {0:g}</option>', bound) for bound in BOUNDS)
    return html(
        '<div class="seedrow truncation"><label class="field">Truncation <select data-field="below">'
        '<option value="0">off</option>{}</select></label>{}{}</div>',
        options, ABOUT_BOUND, _measured(studio, info),
    )  # fmt: skip


def _measured(studio: Studio, info: ModelInfo) -> Markup:
    try:
        curve = studio.truncation(info.name)
    except ValueError as error:  # a curve alone takes no model down
        log.warning("%s", error)
        curve = None
    if not curve:
        return NO_CURVE
    points = [(point.below, point.precision, point.recall) for point in curve.points]
    return curve_of(points)


def curve_of(points: list[tuple[float, float, float]]) -> Markup:
    """Precision over recall, a dot for each bound: (below, precision, recall) by rising bounds.

    knobs.js marks the one where one stands, the last for no bound at all, and tells its words below.
    """
    places = [(MARGIN + SIDE * recall, SIDE * (1 - precision)) for _, precision, recall in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = joined(map(_dot, points, places))
    told = "; ".join(_words(*point) for point in points)
    return html(
        """<figure class="curve"><svg viewBox="-6 -8 {size} {size}" role="img"
  aria-label="Precision and recall by truncation. {told}">
  <path class="axes" d="M{margin} 0V{side}H{end}"/>
  <text x="{margin}" y="{low}">0</text><text x="{end}" y="{low}" text-anchor="end">recall {all_}</text>
  <text transform="rotate(-90)" x="0" y="{left}" text-anchor="end">precision {all_}</text>
  <polyline points="{line}"/>{dots}</svg>
<figcaption data-part="curve-words"></figcaption></figure>""",
        size=SIDE + MARGIN + 14, told=told, margin=MARGIN, side=SIDE, end=SIDE + MARGIN, low=SIDE + 15,
        left=MARGIN - 8, line=line, dots=dots, all_=percent(1),
    )  # fmt: skip


def _dot(point: tuple[float, float, float], place: tuple[float, float]) -> Markup:
    return html(
        '<circle cx="{:.1f}" cy="{:.1f}" r="3.5" data-below="{}" data-words="{}"/>',
        *place, point[0], _words(*point),
    )  # fmt: skip


def _words(below: float, precision: float, recall: float) -> str:
    return f"|z| < {below:g}: precision {percent(precision)}, recall {percent(recall)}"
