"""The mixing grid of a StyleGAN: a seed for each row and each column, and the layers of the column's."""

import numpy as np
from numpy import ndarray

from gan.images import data_uri, grid
from gan.labels import spelled
from gan.latent import Latent
from gan.specs import STYLES, layers_of
from gan.studio import ModelInfo, Studio
from gan.ui.explore.asked import place
from gan.ui.explore.classes import latents
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined

SOURCES = 4  # seeds in rows, and as many in columns

ABOUT_MIXING = explain(
    "Each layer of a StyleGAN is told a style by itself. Here every layer follows the seed on the left, but "
    "for the chosen ones, which follow the seed at the top. Coarse layers come first, while the image has 4 "
    "to 8 pixels a side, and shape the whole; fine ones come last: they add colours and details.",
    "Mixing",
)
ABOUT_MOVED = explain(
    "Each layer of a StyleGAN is told w by itself, so the sliders may move the w of some layers and leave "
    "the others as they are. Coarse layers come first and shape the whole, fine ones come last and add "
    "colours and details, middle ones are in between. Try one slider far out with each of the three. The "
    "moves are added after the truncation: w′ = w̄ + ψ · (w − w̄) + moves. So at ψ 0 they move the average "
    "image.",
    "Layers",
)


def mixed(studio: Studio, asked: dict) -> dict:
    """The grid of some seeds' images, rows, with layers of others', columns; those of the seeds beside it."""
    model, latent = place(asked)
    info, style = studio.info(model), asked.get("style")
    latents(info, [(latent.seed, latent.value)])  # what cannot be drawn is refused
    told = [_told(info, _seeds(asked.get(key))) for key in "ab"]
    images = studio.mix(model, *told, style, latent)
    rows, columns = (studio.generate(model, z, latent) for z in told)
    top = np.concatenate([np.full_like(columns[:1], 255), columns])
    sheet = np.concatenate([top[None], np.concatenate([rows[:, None], images], 1)])
    shown = cells(_seeds(asked.get("a")), _seeds(asked.get("b")), style)
    return {"cells": shown, "sheet": data_uri(grid(sheet.reshape(-1, *sheet.shape[2:]), SOURCES + 1))}


def _told(info: ModelInfo, seeds: list[int]) -> ndarray:
    return np.concatenate(latents(info, [(seed, own_labels(info, seed)) for seed in seeds]), 1)


def own_labels(info: ModelInfo, seed: int) -> str:
    """Labels drawn by a seed: where all images have the same ones, their styles hardly differ."""
    draw = np.random.RandomState(seed)
    return spelled(info.labels, [draw.randint(len(label.values)) for label in info.labels])


def _seeds(asked) -> list[int]:
    if not isinstance(asked, list) or len(asked) != SOURCES:
        raise ValueError(f"Mixing takes {SOURCES} seeds in rows and {SOURCES} in columns.")
    return [Latent(seed).seed for seed in asked]


def mixing(info: ModelInfo) -> Markup | str:
    """The place of the grid, "" for a model without styles."""
    if info.layers == 1:
        return ""
    return html(
        """<h2>Mix two styles {about}</h2>
<p class="hint">Each seed on the left, drawn with some of the layers of each seed at the top.{own}</p>
<div class="mix-columns"><div>
  <fieldset><legend>Layers from the top</legend><div class="mix-styles">{styles}</div></fieldset>
  <div class="mix-cells" data-part="mix-cells" role="group"
    aria-label="Mixed images; arrow keys move among them, Enter shows one large"></div>
  <span class="mix-buttons"><button type="button" data-mix="a">⚄ Other seeds on the left</button>
  <button type="button" data-mix="b">⚄ Other seeds at the top</button></span>
</div><figure><div class="mix-large" data-part="mix-large" role="img" aria-labelledby="mix-words"></div>
<figcaption id="mix-words" data-part="mix-words"></figcaption></figure></div>""",
        about=ABOUT_MIXING,
        own=" Each has labels of its own." if info.labels else "",
        styles=joined(
            _choice("mix-style", name, name, f"layers {_numbers(info.layers, name)} of {info.layers}")
            for name in STYLES
        ),
    )


def moved_layers(layers: int) -> Markup:
    """The choice of those among a StyleGAN's layers that the sliders move; the value of all is ""."""
    every = _choice("moved-layers", "", "all", f"1–{layers}")
    each = joined(_choice("moved-layers", name, name, _numbers(layers, name)) for name in STYLES)
    return html(
        '<fieldset class="moved-layers"><legend>Layers that the sliders move {}</legend>'
        '<div class="mix-styles">{}</div></fieldset>',
        ABOUT_MOVED, every + each,
    )  # fmt: skip


def _choice(group: str, value: str, name: str, numbers: str) -> Markup:
    return html(
        '<label><input type="radio" name="{}" value="{}"> {} <small>{}</small></label>',
        group, value, name, numbers,
    )  # fmt: skip


def _numbers(layers: int, name: str) -> str:
    at = layers_of(name, layers)
    return f"{at.start + 1}–{at.stop}"


def cells(a: list[int], b: list[int], style: str) -> Markup:
    """The grid as buttons over one picture of all: the seeds' own images first, in both ways."""
    corner = html('<span class="mix-corner" aria-hidden="true"><span>top →</span><span>left ↓</span></span>')
    top = joined(_cell(0, 1 + k, f"Seed {seed}, at the top", seed) for k, seed in enumerate(b))
    return corner + top + joined(_row(k, seed, b, style) for k, seed in enumerate(a, 1))


def _row(row: int, seed: int, b: list[int], style: str) -> Markup:
    mixes = (
        _cell(row, 1 + k, f"Seed {seed} with the {style} layers of seed {other}") for k, other in enumerate(b)
    )
    return _cell(row, 0, f"Seed {seed}, on the left", seed) + joined(mixes)


def _cell(row: int, column: int, name: str, seed: int | str = "") -> Markup:
    return html(
        '<button type="button" tabindex="-1" aria-label="{}" style="background-position:{}% {}%">{}</button>',
        name, 100 * column / SOURCES, 100 * row / SOURCES,
        html("<span>{}</span>", seed) if seed != "" else "",
    )  # fmt: skip
