"""The Translate tab: a source that one draws or chooses, and what a model makes of it.

As in Explore one component and its script (translate.js) ask the server functions below; the drawing lives in
the browser, and the server keeps nothing of it.
"""

import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from numpy import ndarray

from gan.checkpoint.info import ModelInfo
from gan.images import ImageError, data_uri, enlarged, grid, in_colour, open_with_remarks, recipe_of
from gan.studio import Studio
from gan.system.reading import parsed
from gan.ui import drawing, whose
from gan.ui.inputs import takes
from gan.ui.parts import in_a_sentence, in_turn, sentence_of
from gan.ui.scripts import scripted
from gan.ui.translate import view
from gan.ui.translate.api import translate_endpoint
from gan.ui.translate.back import returned
from gan.ui.translate.lens import compared
from gan.ui.translate.sources import number_of, on_grid, unpacked, way_of, whole

log = logging.getLogger(__name__)

NO_MODEL = "There is no translator yet. Train one in the Train tab with the recipe pix2pix: it appears here."
ANOTHER = "Here is another translator."
EXAMPLES, SHOWN_PAIRS = 6, 4
MOST_SAVED = 2**20  # bytes of it that are looked at


# What the script asks the server


def opened(studio: Studio, query: Mapping) -> dict:
    """What a link asks for: a translator, one of its example sources, and what becomes of it."""
    models = studio.translators(whose.of(query))
    if not models:
        return {"empty": NO_MODEL}
    chosen, notice = _chosen(studio, models, str(query.get("translator") or ""))
    refused = ""
    for info in (chosen, *(one for one in models if one.name != chosen.name)):
        try:
            answer = _opened(studio, info, query)
            return {"notice": f"{refused} {ANOTHER}" if refused else notice,
                    "models": view.choices(models, info), **answer}  # fmt: skip
        except ValueError as error:  # its data is gone, for one
            log.info("not opened: %s", error)
            refused = refused or sentence_of(error)
        except Exception:  # one model never takes the tab down
            log.exception("not opened: %s", info.name)
            refused = refused or "That model can't be shown here."
    return {"empty": refused}


def _chosen(studio: Studio, models: list[ModelInfo], name: str) -> tuple[ModelInfo, str]:
    """The model that a link names, else the first; and a sentence where that is another one."""
    if not name:
        return models[0], ""
    try:
        info = studio.info(name)
        if info.translates:
            return info, ""
        refused = f"{info.title} makes its images out of noise: open it in Explore."
    except ValueError as error:
        refused = sentence_of(error)
    return models[0], f"{refused} {ANOTHER}"


def _opened(studio: Studio, info: ModelInfo, query: Mapping) -> dict:
    example, way = number_of(query.get("example", 0)), way_of(info, query)
    alone = studio.without_gan(info.name) if info.shrunk == 1 else None  # else under the lens
    return {
        "model": info.name,
        "about": view.about(info),
        "side": info.pad_side,
        "channels": info.source_channels,
        "paints": drawing.palette(studio.paints(info.name)),
        "beside": alone.name if alone else "",
        "ways": view.ways(info),
        "enlarges": info.shrunk > 1,
        "examples": _strip(on_grid(_sources(studio, info, way, EXAMPLES)[0], info)),
        "shown": _shown(studio, info),
        "shown_about": view.about_shown(info),
        **chosen(studio, {"model": info.name, "example": example, "way": way}),
    }


def chosen(studio: Studio, asked: dict) -> dict:
    """One of the model's held-out sources, and the true answer to it; "" where there is none.

    "truth" is the answer once more, for what asks to be measured by it.
    """
    info, number = studio.info(str(asked.get("model"))), number_of(asked.get("example"))
    first, way = number < EXAMPLES, way_of(info, asked)
    sources, answers = _sources(studio, info, way, EXAMPLES if first else 1, 0 if first else number)
    place = number if first else 0
    source, answer = on_grid(sources, info)[place], answers[place] if len(answers) else None
    said = {"example": number, "way": way, "source": drawing.packed(source), **_answered(info, answer)}
    return said | _translated(studio, info, source, way)


def _answered(info: ModelInfo, answer: ndarray | None) -> dict:
    if answer is None:
        return {"answer": "", "truth": ""}
    return {"answer": data_uri(answer), "truth": drawing.packed(answer) if info.shrunk > 1 else ""}


def translated(studio: Studio, asked: dict) -> dict:
    """What the model makes of the drawing: every stroke asks for it, and so for no more than that."""
    info = studio.info(str(asked.get("model")))
    return _translated(studio, info, unpacked(info, asked.get("source")), way_of(info, asked))


def beside(studio: Studio, asked: dict) -> dict:
    """What the same network makes of it that learnt from the answers alone."""
    info = studio.without_gan(str(asked.get("model")))
    if not info:
        raise ValueError("There is no model without a GAN to compare this one with.")
    source, way = unpacked(info, asked.get("source")), way_of(info, asked)
    return {"beside": _translated(studio, info, source, way)["image"]}


def _translated(studio: Studio, info: ModelInfo, source: ndarray, way: str = "") -> dict:
    """source: (side, side, k) uint8 on the model's own grid."""
    return {"image": data_uri(studio.translate(info.name, [whole(info, source)], way)[0])}


def _sources(studio: Studio, info: ModelInfo, way: str, count: int, seed: int = 0) -> tuple[ndarray, ndarray]:
    """Held-out sources that a seed chooses, and their answers; between two sides there is none."""
    each = studio.pairs(info.name, count, seed)
    return (each[info.ways.index(way)], each[0][:0]) if way else each


def _shown(studio: Studio, info: ModelInfo) -> str:
    """Pairs that it was trained on: sources above, their answers below."""
    sources, answers = studio.pairs(info.name, SHOWN_PAIRS, held_out=False)
    sources = enlarged(sources, info.shrunk)
    return data_uri(grid(np.concatenate([in_colour(sources), in_colour(answers)]), SHOWN_PAIRS))


def _strip(sources: ndarray) -> str:
    return data_uri(grid(in_colour(sources), len(sources)))


@in_a_sentence
def of_photo(studio: Studio, model: str | None, path: str | None) -> dict:
    """An uploaded picture as the model's kind of source, for the script to show.

    To one that enlarges it is the true answer, too. A pair that the tab has saved carries its drawing, and
    the model that it was for.
    """
    if not path or not model:
        return {}
    if saved := _saved(studio, Path(path)):
        return saved
    try:
        picture, remarks = open_with_remarks(path, limits=studio.limits)
    except ImageError as error:
        return {"error": sentence_of(error)}
    info = studio.info(model)
    source = on_grid(studio.source_of(model, picture)[None], info)[0]
    answered = _answered(info, studio.target_of(model, picture)) if info.shrunk > 1 else {}
    return {"model": model, "source": drawing.packed(source), "said": " ".join(remarks), **answered}


def _saved(studio: Studio, path: Path) -> dict:
    """What a saved pair carries; {} for any other file, and where its model is not here."""
    with path.open("rb") as file:
        said = recipe_of(file.read(MOST_SAVED))
    if not said:
        return {}
    try:
        pair = parsed(said)
        info = studio.info(str(pair["translator"]))
        source = unpacked(info, pair["source"])
    except (ValueError, KeyError, TypeError) as error:
        log.info("a saved drawing was not opened: %s", error)
        return {}
    way = {"way": way_of(info, pair)} if info.ways else {}
    return {"model": info.name, "source": drawing.packed(source), **way} if info.translates else {}


def is_model(value) -> bool:
    return isinstance(value, str)


# Layout


def build(studio: Studio, tab: gr.Tab):
    """Fill the tab; when it is selected, translate.js asks for models that were trained meanwhile."""
    asked = (opened, chosen, translated, *in_turn(beside, returned, compared))
    model = scripted("translate/translate", *asked, studio=studio, value=None, html_template="${first}",
                     first=view.translator(), elem_id="translate")  # fmt: skip
    takes(model, is_model)
    takes_files = not studio.limits.read_only
    label = "Or a photo, made into this model's kind of source; or a pair that you saved"
    file = gr.File(label=label, height=140, elem_id="translate-file", visible=takes_files)
    photo = scripted("translate/photo", value=None, html_template=" ", visible="hidden")
    tab.select(None, js='() => void document.dispatchEvent(new Event("gan:translators"))')
    file.upload(partial(of_photo, studio), [model, file], photo, api_visibility="private",
                show_progress="hidden", trigger_mode="always_last")  # fmt: skip
    gr.api(translate_endpoint(studio), api_name="translate")
