"""A map of seeds, laid out by likeness, to choose a start from."""

from gan.images import grid, webp_uri
from gan.studio import Studio
from gan.ui.explore.asked import place
from gan.ui.help import explain
from gan.ui.markup import html

ABOUT_MAP = explain(
    "The images of the seeds from 0 on, each made as small as a thumbnail and held against all others. The "
    "two ways in which they differ most (principal components) say where each one goes: the first from left "
    "to right, the second from top to bottom. The seeds themselves say nothing of their images: those of 5 "
    "and 6 are no more alike than any two.",
    "The map of seeds",
)
SEED_MAP = html("""<details class="seed-map" data-part="seed-map">
<summary>A map of seeds, to start from</summary>
<p class="hint">Those whose images are alike lie close. Press one to go there. {}</p>
<div class="map-bar"><span class="buttons">
  <button type="button" data-map="out" aria-label="Zoom out">−</button>
  <button type="button" data-map="in" aria-label="Zoom in">+</button></span>
  <output data-part="map-words"></output></div>
<div class="map-frame" data-part="map-frame"><div class="map-sheet" data-part="map-sheet" tabindex="0"
  role="application" aria-label="Map of seeds: arrow keys move, Enter goes there">
  <i data-part="map-here" hidden></i></div></div></details>""", ABOUT_MAP)  # fmt: skip


def mapped(studio: Studio, asked: dict) -> dict:
    """All images in one picture, in the present class and manner, and their seeds row by row."""
    seeds, images = studio.map_of_seeds(*place(asked))
    return {"sheet": webp_uri(grid(images, seeds.shape[1])), "seeds": seeds.tolist()}
