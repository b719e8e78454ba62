"""The stops of a walk: whole latents, each an image just as it was seen in Explore, or a plain seed's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy import ndarray

from gan.images import data_uri
from gan.latent import Latent, parse_seeds, walk
from gan.studio import ModelInfo, Studio
from gan.ui.explore.classes import read_classes, stops
from gan.ui.explore.pickers import spoken


def is_plain(point: Latent) -> bool:
    """It is its seed's own image, in whatever class."""
    return replace(point, value="") == Latent(point.seed)


def stop_words(stop: Latent) -> str:
    """What a stop is called: its seed, and what is not just the seed's own image."""
    more = ", ".join(filter(None, (spoken(stop.value), "" if is_plain(stop) else "moved")))
    return f"{stop.seed} ({more})" if more else f"{stop.seed}"


def seed_stops(studio: Studio, info: ModelInfo, seeds, classes) -> list[Latent]:
    """Seeds as people name them, each with its class, as stops. Raises ValueError, a sentence."""
    most = studio.limits.walk_seeds
    named = stops(info, parse_seeds(str(seeds), most), read_classes(info, classes), most)
    return [Latent(seed, value=value) for seed, value in named]


def read_stop(studio: Studio, model: str, text: str) -> Latent:
    """Raises ValueError, a sentence, for what the model cannot show."""
    stop = Latent.from_text(text)
    studio.points(model, [stop])
    return stop


def manners(stops: Sequence[Latent], places: ndarray) -> Iterator[tuple[Latent, ndarray]]:
    """In whose manner a walk's frames are drawn, and the frames in a row that share it: mostly all of them.

    ψ goes straight from stop to stop; noise and bounds, of which there is no half, change midway.
    """
    psi = walk(np.array([[stop.psi] for stop in stops]), places, "lerp")[:, 0].tolist()
    nearest = walk(np.eye(len(stops)), places, "lerp").argmax(1)
    each = [
        Latent(psi=one, noise=stops[k].noise, below=stops[k].below)
        for one, k in zip(psi, nearest, strict=True)
    ]
    for manner, alike in groupby(range(len(places)), key=each.__getitem__):
        yield manner, np.array(list(alike))


def pictured(studio: Studio, model: str, stops: Sequence[Latent]) -> list[dict]:
    """Stops as the page has them: the text, the image, and what it is called."""
    return [
        {
            "text": stop.to_text(),
            "image": data_uri(studio.draw(model, stop).image),
            "words": stop_words(stop),
        }
        for stop in stops
    ]


def stops_of(studio: Studio, asked: dict) -> dict:
    """The stops of a link, for the page's script: {"model", "texts"}."""
    model, texts = str(asked.get("model")), asked.get("texts")
    if not isinstance(texts, list) or not 0 < len(texts) <= studio.limits.walk_seeds:
        raise ValueError(f"A walk passes through up to {studio.limits.walk_seeds} images.")
    return {"stops": pictured(studio, model, [read_stop(studio, model, text) for text in texts])}
