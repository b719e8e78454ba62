"""A network drawn block by block, and the feature maps of one: what Explore and Judge show of G and D."""

from collections.abc import Sequence
from math import log2

import numpy as np
from numpy import ndarray

from gan.images import data_uri, grid
from gan.studio import Layer, Maps
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import place_of
from gan.words import percent

MOST = 96  # maps on a sheet
COLUMNS = 12  # of it
STRONGEST = 99.5  # per cent of the values lie within the colours' ends: a single spike would pale all others
# Neither blue nor orange, which mean real and generated; lighter is more, whichever way.
BELOW, ZERO, ABOVE = np.array([(190, 120, 255), (27, 30, 36), (220, 255, 200)], np.float32)

# What a block does, for people; by its kind, see models/layers.py.
DOES = {
    "dense layer": "Each of its numbers is a weighted sum of all numbers before it.",
    "convolution": "Each map is made by a small window that slides over all maps before it. Where the window "
    "finds the pattern that it has learnt, the map is bright.",
    "transposed convolution": "It makes larger maps: each value before it is stamped onto them as a small "
    "pattern that was learnt, and the stamps add up.",
    "nearest upsampling": "It doubles the side: each value is repeated.",
    "batch norm": "It puts all maps on one scale, so that none drowns the others, and then gives each a gain "
    "and a shift that were learnt.",
    "instance norm": "It puts the maps of this one picture on one scale.",
    "ReLU": "What is above 0 passes, the rest becomes 0: a channel speaks up or is silent.",
    "leaky ReLU": "What is above 0 passes, the rest is made small: a channel speaks up or whispers.",
    "tanh": "It bends all values into −1 to 1, from black to full colour. There is one map for each colour.",
    "crop": "The edge is cut off: inside, sides are powers of two.",
    "padding": "An edge is put around: inside, sides are powers of two.",
    "reshape": "The same numbers, laid out as maps.",
    "normal to uniform": "Normal numbers are spread evenly between −1 and 1.",
    "convolution, leaky ReLU, pixel norm": "A window slides over all maps; what is below 0 is made "
    "small; and at each place the channels are put on one scale.",
    "two convolutions, then half the side": "Two windows, one after the other; then the mean of each 2 × 2.",
    "mapping network": "It turns z into the style w, the numbers that tell each layer how to draw.",
    "styled convolution": "A window slides over the maps, each as strong as the style w says; some "
    "noise is added.",
    "to RGB": "The maps so far, mixed to colours. The images of all sides are added up to the final one.",
    "embedding of the labels": "The labels, as numbers that were learnt for each.",
    "plane of the labels": "The labels, as one more channel of the picture.",
    "projection of the labels": "What was learnt for the labels. Times the features it says if both fit.",
    "residual block, twice the side": "Two convolutions make a change, which is added to what came in.",
    "residual block": "Two convolutions make a change, which is added to what came in.",
    "self-attention": "Each place looks at all others and adds what it sees there.",
    "minibatch standard deviation": "One more map, everywhere the same: how unlike a batch's images are.",
    "minibatch discrimination": "How near this image is to the others of a batch.",
}  # fmt: skip
ABOUT_ACTIVITY = explain(
    "Activity is the mean of |x| over a map: how much the channel passes on to the next block, whether above "
    "or below 0. All maps of a block have the same colours: dark is 0, green above, violet below.",
    "Activity",
)


def default(layers: Sequence[Layer]) -> Layer:
    """What is looked at first: in the middle of those that are maps and no lists of numbers."""
    maps = [layer for layer in layers if layer.shape[1] > 1] or list(layers)
    return maps[len(maps) // 2]


def chosen(layers: Sequence[Layer], name) -> tuple[Layer, str]:
    """The layer of that name, else the default one, and a sentence where it is another than was asked for."""
    found = next((layer for layer in layers if layer.name == name), None)
    if found or not name:
        return found or default(layers), ""
    return default(layers), "There is no such layer in this network: here is another one."


def network(layers: Sequence[Layer], group: str, ends: tuple[str, str]) -> Markup:
    """The blocks in a row, each a choice of the radio group, between what goes in and what comes out.

    Those of one side stand together.
    """
    stages: list[list[Layer]] = []
    for layer in layers:
        if not stages or stages[-1][0].shape[1:] != layer.shape[1:]:
            stages.append([])
        stages[-1].append(layer)
    first, last = (html('<p class="net-end">{}</p>', words) for words in ends)
    return html("{}{}{}", first, joined(_stage(stage, group) for stage in stages), last)


def _stage(layers: list[Layer], group: str) -> Markup:
    _, height, width = layers[0].shape
    side = "numbers" if height == width == 1 else f"{height} × {width}"
    return html(
        '<div class="net-stage"><span>{}</span><div>{}</div></div>',
        side, joined(_block(layer, group) for layer in layers),
    )  # fmt: skip


def _block(layer: Layer, group: str) -> Markup:
    weights = f"{layer.parameters:,} weights" if layer.parameters else "no weights"
    return html(
        '<label class="net-block"><input type="radio" name="{group}-block" value="{layer.name}">'
        "{solid}<b>{layer.kind}</b><small>{shape}</small><small>{weights}</small></label>",
        group=group, layer=layer, solid=_solid(layer), shape=shape_words(layer), weights=weights,
    )  # fmt: skip


def shape_words(layer: Layer) -> str:
    channels, height, width = layer.shape
    if height == width == 1:
        return f"{channels:,} number" + "s" * (channels > 1)
    return f"{channels} × {height} × {width}"


def _solid(layer: Layer) -> Markup:
    """The output as a box: as high and wide as its maps, as deep as there are channels, on a log scale."""
    side, depth = round(6 + 6 * log2(layer.shape[1])), round(2 + 1.8 * log2(layer.shape[0]))
    left, top = (72 - side - depth) // 2, 60 - side
    return html(
        '<svg viewBox="0 0 72 62" width="72" height="62" aria-hidden="true" class="{kind}">'
        '<path d="M{left} {top}h{side}v{side}h-{side}z"/>'
        '<path d="M{left} {top}l{depth} -{depth}h{side}l-{depth} {depth}z"/>'
        '<path d="M{right} {top}l{depth} -{depth}v{side}l-{depth} {depth}z"/></svg>',
        kind="has-weights" if layer.parameters else "", left=left, top=top, right=left + side, side=side,
        depth=depth,
    )  # fmt: skip


def maps(found: Maps, group: str = "") -> dict:
    """The most active maps as one picture, and its cells, and words on them: "sheet", "maps" and "words".

    Each cell is a choice of the radio group, if there is one.
    """
    shown = found.maps[:MOST]
    end = max(float(np.percentile(np.abs(shown), STRONGEST)), 1e-6)
    rows = -(-len(shown) // COLUMNS)
    of = zip(found.channels[:MOST], found.activity, strict=False)
    cells = joined(
        _cell(place, rows, group, f"Channel {channel}, activity {activity:.2f}", int(channel))
        for place, (channel, activity) in enumerate(of)
    )
    return {
        "sheet": data_uri(grid(colours(shown, end), COLUMNS)),
        "maps": html('<div class="map-grid {}" style="--rows:{}">{}</div>', _size(len(shown)), rows, cells),
        "words": words(found, len(shown), end),
    }


def colours(values: ndarray, end: float) -> ndarray:
    """Values (…) -> colours (…, 3) uint8: dark for 0, light from `end` on, green above 0 and violet below."""
    share = np.clip(values / end, -1, 1)[..., None]
    return np.where(share < 0, ZERO - share * (BELOW - ZERO), ZERO + share * (ABOVE - ZERO)).astype(np.uint8)


def _size(count: int) -> str:
    return "few" if count <= 4 else "some" if count <= 16 else "many" if count <= 48 else "most"


def _cell(place: int, rows: int, group: str, name: str, channel: int) -> Markup:
    row, column = divmod(place, COLUMNS)
    x, y = place_of(column, COLUMNS), place_of(row, rows)
    map = html('<i style="background-position:{}% {}%"></i>', x, y)
    if not group:
        return html('<span class="map" title="{0}" role="img" aria-label="{0}">{1}</span>', name, map)
    return html(
        '<label class="map" title="{name}"><input type="radio" name="{group}-channel" value="{channel}" '
        'aria-label="{name}">{map}</label>', name=name, group=group, channel=channel, map=map,
    )  # fmt: skip


def words(found: Maps, shown: int, end: float) -> Markup:
    """What the block is and does, and what one sees of it."""
    layer, count = found.layer, len(found.maps)
    silent = float((np.abs(found.maps).max((1, 2)) == 0).mean())
    which = f"The {shown} most active of {count} channels" if shown < count else f"All {count} channels"
    still = f" {percent(silent)} of them are silent here." if silent > 0 and count > 1 else ""
    return html(
        "<h3>{kind}: {shape}</h3><p>{does}</p><p>{which}, most active first; the lightest colour is "
        "±{end:.3g}.{still} {about}</p>",
        kind=layer.kind[:1].upper() + layer.kind[1:], shape=shape_words(layer), does=DOES.get(layer.kind, ""),
        which="Its one channel" if count == 1 else which, about=ABOUT_ACTIVITY, end=end, still=still,
    )  # fmt: skip
