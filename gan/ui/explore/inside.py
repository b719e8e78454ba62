"""G, layer by layer, for the present latent: its maps, and the image with one channel louder or off."""

import numpy as np

from gan.images import data_uri
from gan.studio import ModelInfo, Studio
from gan.ui import inside
from gan.ui.explore.asked import place, whole
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.words import percent

GROUP = "g"  # of the choices
FACTORS = {0: "× 0, off", 1: "× 1, as it is", 2: "× 2", 4: "× 4"}
MOST_CHANNELS = 2**20

ABOUT_G = explain(
    "Each block takes the maps of the one before it and makes its own; a map is what one channel says about "
    "each place. A box is drawn as high and wide as its maps, and as deep as there are channels; grey ones "
    "have weights, the others only work on what comes. Choose a block, and then one of its maps: the image "
    "is drawn once more with that channel times 0, 1, 2 or 4. Nobody else’s image changes, nor the model.",
    "Inside G",
)
_FACTORS = joined(
    html(
        '<label><input type="radio" name="g-factor" value="{}"{}><span>{}</span></label>',
        factor, html(" checked") if factor == 0 else "", words,
    )
    for factor, words in FACTORS.items()
)  # fmt: skip
INSIDE_G = html("""<details class="inside" data-part="inside">
<summary><h2>Inside G, layer by layer</h2></summary>
<p class="hint">From z to the image, block by block. Coarse maps of 4 × 4 or 8 × 8 say what goes where;
finer ones draw edges and fill them in; the last ones are the colours. {about}</p>
<div class="net" data-part="net" role="radiogroup" aria-label="The blocks of G"></div>
<div class="inside-columns">
  <div class="seen"><div class="words" data-part="inside-words"></div>
    <div class="maps" data-part="maps" role="radiogroup" aria-label="The maps of this block"></div></div>
  <div class="with-channel">
    <div class="pair"><figure><div class="frame"><img class="pixels" data-part="as-it-is"
      alt="The image as it is" hidden></div><figcaption>As it is</figcaption></figure>
    <figure><div class="frame"><img class="pixels" data-part="changed"
      alt="The image with the channel changed" hidden></div>
      <figcaption data-part="changed-words">Press a map to switch its channel off.</figcaption></figure></div>
    <fieldset><legend>The channel’s values, times</legend><div class="factors">{factors}</div></fieldset>
  </div>
</div></details>""", about=ABOUT_G, factors=_FACTORS)  # fmt: skip


def looked_inside(studio: Studio, asked: dict) -> dict:
    """The blocks of G, and the maps of one, by its name in "layer"; of the default one for ""."""
    model, latent = place(asked)
    G, info = studio.inside(model, latent), studio.info(model)
    layers = G.layers()
    here, notice = inside.chosen(layers, asked.get("layer"))
    drawn = inside.network(layers, GROUP, _ends(info))
    return {"layer": here.name, "net": drawn, "notice": notice, **inside.maps(G.maps(here.name), GROUP)}


def _ends(info: ModelInfo) -> tuple[Markup, Markup]:
    told = html("<br>and labels") if info.labels else ""
    pixels = f", each pixel {info.enlarged} × {info.enlarged}" if info.enlarged > 1 else ""
    return (
        html("<b>z</b><br>{} numbers{} →", info.latent_dim, told),
        html(
            "→ <b>image</b><br>{0} × {1} × {1}{2}<br>{3:,} weights in all",
            info.channels, info.image_size, pixels, info.parameters[0],
        ),
    )  # fmt: skip


def with_channel(studio: Studio, asked: dict) -> dict:
    """The image with one channel of a layer times a factor, and how much that changes."""
    model, latent = place(asked)
    channel, factor = whole(asked.get("channel"), MOST_CHANNELS), asked.get("factor")
    if not isinstance(factor, int) or factor not in FACTORS:
        raise ValueError(f"A channel is multiplied by one of {', '.join(map(str, FACTORS))}.")
    image = studio.draw_with(model, latent, str(asked.get("layer")), channel, factor)
    plain = studio.draw(model, latent).image
    apart = float(np.sqrt(np.square(image.astype(np.float32) - plain).mean())) / 255
    return {"image": data_uri(image), "words": _changed(channel, factor, apart)}


def _changed(channel: int, factor: int, apart: float) -> str:
    if factor == 1:
        return f"Channel {channel} as it is: nothing changes."
    done = "switched off" if factor == 0 else f"times {factor}"
    much = f"by {percent(apart, 1)} of their range (root mean square)" if apart else "not at all"
    return f"Channel {channel} {done}. That changes the values of the image {much}."
