"""All that can be measured of a kept model, beside the same of real images: `python -m gan evaluate`."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy import ndarray

from gan import checkpoint, metrics
from gan.checkpoint import Loaded, Translator
from gan.data import DataSet, kept, load, sides
from gan.devices import pick_device
from gan.labels import in_turn, one_hot
from gan.measure import copies, features, inception, path_length, weights
from gan.measure.crossing import both_ways
from gan.specs import shrunk

log = logging.getLogger(__name__)
LABELLINGS = 32  # of a conditional model, along whose paths it is measured
LEAST, MOST = 50, 10_000  # images: fewer say nothing, more need too much memory for their distances
ABOUT_CLASSIFIER = (
    "frechet to values are in the features of this project's own classifier of {data}: compare them with "
    "those of other models of it, not with Inception's or those of other data."
)
NO_CLASSIFIER = (
    "There is no classifier for {data}, so distances and shares in its features cannot be measured."
)
ABOUT_REAL = (
    "real holds the same measures of {count:,} training images: what a perfect generator would reach, give "
    "or take. Its memorised is that of held-out images."
)
NOT_HERE = "{what} is left out, since its networks are not on this disk; with --inception they are fetched."


class EvaluationError(ValueError):
    """A model that cannot be measured so; its text is a sentence."""


def report(folder: Path, images: int = 2000, device: str = "cpu", fetch: bool = False) -> dict:
    """Measures of the images of seeds 0, 1, … against the data that the model was trained on, fit for JSON.

    Those of features.evaluate and, as "values", of features.shown_values, if the data has a classifier; the
    shares "near_duplicates" and "memorised"; "real", the same of real images; "inception" and "path_length",
    None where their networks cannot be had; and "notes", sentences on how to read all that. The networks are
    used when they are on this disk, and fetched only if `fetch`. Raises ValueError, a sentence.
    """
    if not LEAST <= images <= MOST:
        raise EvaluationError(f"A model is measured on {LEAST} to {MOST:,} images, not {images:,}.")
    if checkpoint.read_facts(folder).train.translates:
        return _of_translator(folder, images, pick_device(device))
    loaded = checkpoint.load_model(folder, pick_device(device))
    name = loaded.facts.train.data
    data = load(name)
    # no threshold is learnt from the last training images, unless there are few
    fake, real = checkpoint.sample(loaded, range(images)), data.train.images[-images:]
    notes = [_about_classifier(name)]
    notes.append(ABOUT_REAL.format(count=len(real)))
    if few := copies.caution(data):
        notes.append(f"memorised: {few}")
    return {
        "model": folder.name, "data": name, "images": images,
        **_measures(fake, fake, name, data),
        "real": _measures(real, data.held_out.images, name, data),
        **_by_networks(loaded, data, fake, real, fetch, notes),
        "notes": notes,
    }  # fmt: skip


def _about_classifier(name: str) -> str:
    words = ABOUT_CLASSIFIER if features.classifier_for(name) else NO_CLASSIFIER
    return words.format(data=kept.spoken(name))


def _of_translator(folder: Path, images: int, device: str) -> dict:
    """What it makes of held-out sources, against their true answers or the images of the other side."""
    loaded = checkpoint.load_translator(folder, device)
    name = loaded.facts.train.data
    sources, targets = loaded.pairs(images, 0, held_out=True)
    if loaded.facts.train.has_sides:
        found = _both_ways(loaded, sources, targets)
    else:
        found = features.translated(targets, loaded.translate(list(sources)), name)
        if shrunk(loaded.model) > 1:
            found |= features.enlarged_plainly(sources, targets, name)
    notes = [_about_classifier(name)]
    return {"model": folder.name, "data": name, "images": len(targets), **found, "notes": notes}


def _both_ways(loaded: Translator, a: ndarray, b: ndarray) -> dict[str, float]:
    """What becomes of images of each side on the other, and back again."""
    of, name = loaded.model.sides, loaded.facts.train.data
    to_b, to_a = (partial(checkpoint.translate, G) for G in loaded.generators.values())
    place = sides.place(of, load(name).train, loaded.model.enlarged)
    return features.crossed(both_ways(to_b, to_a, a, b, place), of, name)


def _measures(images: ndarray, strangers: ndarray, name: str, data: DataSet) -> dict:
    """strangers: the images that are looked for among the training images."""
    found: dict[str, Any] = {}
    if features.classifier_for(name):
        found |= features.evaluate(images, name)
        values = features.shown_values(images, name)
        found["values"] = {column: asdict(shown) for column, shown in values.items()}
    found["near_duplicates"] = metrics.near_duplicates(images, data.train.images)
    found["memorised"] = float(np.mean([flag.flagged for flag in copies.flags(strangers, data, count=1)]))
    return found


def _by_networks(
    loaded: Loaded, data: DataSet, fake: ndarray, real: ndarray, fetch: bool, notes: list[str]
) -> dict:
    """What needs networks that others trained; None, and a note, for what cannot be had."""
    given = loaded.facts.train.model.latent
    told = one_hot(in_turn(given, LABELLINGS), given) if given.labels else None
    cuda = next(loaded.G.parameters()).is_cuda

    def by_inception() -> dict:
        measured = inception.measure(data.held_out.images, {"fake": fake, "real": real}, cuda)
        return measured["fake"] | {"real": measured["real"]}

    def by_lpips() -> float:
        return path_length.path_length(loaded.G, given.latent_dim, told, cuda=cuda)

    def tried(what: str, measure: Callable, *needed: weights.Weights):
        if not (fetch or weights.on_disk(*needed)):
            notes.append(NOT_HERE.format(what=what))
            return None
        log.info("Measuring %s, which takes minutes on a CPU ...", what)
        try:
            return measure()
        except weights.WeightsError as error:
            notes.append(f"{what} is left out. {error}")
            return None

    return {
        "inception": tried("inception", by_inception, weights.INCEPTION),
        "path_length": tried("path_length", by_lpips, weights.VGG, weights.LPIPS),
    }
