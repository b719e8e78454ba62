"""Latent arithmetic, A − B + C, as an equation of pictures: Radford et al. (2016)."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy import ndarray

from gan.images import data_uri
from gan.latent import Latent, spelt
from gan.studio import ModelInfo, Studio
from gan.ui.explore.asked import query_of
from gan.ui.explore.stops import pictured, read_stop
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined

TERMS = "abc"
SIGNS = {"a": 1, "b": -1, "c": 1}
MOST = 8  # images in one term
NAME = "sum"  # of the slider that leads to a StyleGAN's

ABOUT_SUMS = explain(
    "Images stand for their z, lists of numbers that can be added: A − B + C is what A has and B has not, "
    "put upon C. Of several images in one place the average is taken, which keeps what they have in common; "
    "three or more work best. A sum that lies further out than any of its images is drawn in as far as they "
    "are. Labels stay those of the first image. Of a StyleGAN not z is added but what it becomes, the styles "
    "w; and what leads from the first image of C to the sum is a slider of its own, “sum”.",
    "Latent arithmetic",
)


def summed(studio: Studio, asked: dict) -> dict:
    """The sum of the images that stand in the three places, each a list of latents' texts, and their means.

    whole: with a picture of each image, for a page that has just its link. Raises ValueError, a sentence.
    """
    model, info = str(asked.get("model")), studio.info(str(asked.get("model")))
    terms = {name: _read(studio, model, asked.get(name, [])) for name in TERMS}
    there = {name: stops for name, stops in terms.items() if stops}
    if not there:
        raise ValueError("Put an image into A, B or C first.")
    means, latent = (_in_styles if info.layers > 1 else _in_z)(studio, info, there)
    answer = {
        "means": {name: data_uri(image) for name, image in zip(there, means, strict=True)},
        "sum": data_uri(studio.draw(model, latent).image),
        "query": query_of(model, latent),
    }
    if asked.get("whole"):
        answer["pictures"] = {name: pictured(studio, model, stops) for name, stops in there.items()}
    return answer


def _in_z(studio: Studio, info: ModelInfo, terms: Mapping[str, list[Latent]]) -> tuple[ndarray, Latent]:
    """The images of the means, and the sum."""
    points = {name: studio.points(info.name, stops)[0] for name, stops in terms.items()}
    total = summed_up({name: z[:, : info.latent_dim] for name, z in points.items()})
    means = studio.generate(info.name, np.stack([z.mean(0) for z in points.values()]))
    return means, Latent.at(total, next(iter(terms.values()))[0].value)


def _in_styles(studio: Studio, info: ModelInfo, terms: Mapping[str, list[Latent]]) -> tuple[ndarray, Latent]:
    """The same of a StyleGAN: the sum is an image moved along a direction of one's own.

    Where an image was moved in some layers alone, the mean over all of them counts.
    """
    points = {name: studio.styles(info.name, stops).mean(1) for name, stops in terms.items()}
    first = (terms.get("c") or next(iter(terms.values())))[0]
    plain = replace(first, psi=1.0, layers="", moves=(), named=(), taught=())
    origin = studio.styles(info.name, [plain])[0].mean(0)
    z, _ = studio.points(info.name, [plain])
    moved = [np.tile(w.mean(0) - origin, (1, info.layers, 1)) for w in points.values()]
    # each alone, as Explore draws: among others a level may be rounded otherwise
    means = np.concatenate([studio.generate(info.name, z, plain, one) for one in moved])
    return means, replace(plain, taught=((NAME, spelt(summed_up(points) - origin), 1.0),))


def summed_up(terms: Mapping[str, ndarray]) -> ndarray:
    """A − B + C of the terms' means, (n, dim) each, no further from the origin than the farthest point is."""
    total = sum(SIGNS[name] * z.mean(0, dtype=np.float64) for name, z in terms.items())
    farthest = max(np.linalg.norm(z, axis=1).max() for z in terms.values())
    return np.asarray(total * min(1.0, farthest / max(np.linalg.norm(total), 1e-9)))


def _read(studio: Studio, model: str, texts) -> list[Latent]:
    if not isinstance(texts, list) or len(texts) > MOST:
        raise ValueError(f"Up to {MOST} images stand in one place.")
    return [read_stop(studio, model, text) for text in texts]


def sums() -> Markup:
    """The place of the equation."""
    return html(
        """<h2>Latent arithmetic {about}</h2>
<p class="hint">What A has and B has not, added to C. Several images in one place count as their average.</p>
<div class="equation">{terms}
<figure><figcaption>= the sum</figcaption>
  <div class="frame"><img class="pixels" data-part="sum" alt="A − B + C" hidden></div>
  <div class="thumbs"></div>
  <button type="button" data-sum="go" disabled>Open the sum</button></figure></div>""",
        about=ABOUT_SUMS, terms=joined(map(_term, TERMS)),
    )  # fmt: skip


def _term(name: str) -> Markup:
    title, sign = name.upper(), {"a": "", "b": "− ", "c": "+ "}[name]
    return html(
        """<figure data-term="{name}"><figcaption>{sign}{title}</figcaption>
  <div class="frame"><img class="pixels" alt="The average of the images in {title}" hidden></div>
  <div class="thumbs" role="group" aria-label="Images in {title}; press one to take it out"></div>
  <button type="button" data-sum="{name}">Add to {title}</button></figure>""",
        name=name, title=title, sign=sign,
    )  # fmt: skip
