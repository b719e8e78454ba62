"""The list of models in Explore, as HTML: pure functions of what the Studio says."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from gan.checkpoint.info import SHIPPED
from gan.images import ImageError, open_image
from gan.studio import ModelInfo
from gan.system.reading import Spoilt, small_file
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture

IN_THE_OPEN = 6  # models that came with the program, and that were trained here, in sight at once
MOST_BYTES, MOST_PIXELS = 4 * 2**20, 2**20  # of a preview
PNG = b"\x89PNG"


def model_cards(
    models: list[ModelInfo],
    chosen: str,
    browser: str = "",
    spoilt: dict[str, str] | None = None,
    deletes: bool = True,
) -> Markup:
    """The models as a group of radio buttons, each with images and its facts; many of them on shelves.

    With `deletes` a model of the browser's own has a button that deletes it. Below stand those that are left
    out, `spoilt`.
    """
    facts = next((_facts(info) for info in models if info.name == chosen), "")
    own = {info.name for info in models if deletes and info.belongs.to(browser)}
    shelves = joined(_shelf(title, infos, chosen, own) for title, infos in shelved(models, browser).items())
    return html('{}<p class="hint facts">{}</p>{}', shelves, facts, left_out(spoilt))


def left_out(spoilt: dict[str, str] | None) -> Markup | str:
    """A quiet line on models that cannot be read; how each came to that, when somebody opens it."""
    if not spoilt:
        return ""
    why = joined(html("<li>{}</li>", sentence) for sentence in spoilt.values())
    many = "1 model" if len(spoilt) == 1 else f"{len(spoilt)} models"
    return html(
        '<details class="hint left-out"><summary>{} can’t be read</summary><ul>{}</ul></details>', many, why
    )


def shelved(models: list[ModelInfo], browser: str = "") -> dict[str, list[ModelInfo]]:
    """Which models stand in the open, under no title, and which behind a title that opens them.

    Those that came with the program push none that was trained here out of sight.
    """
    own = [info for info in models if not info.belongs.of_others(browser)]
    others = [info for info in models if info.belongs.of_others(browser)]
    came = [info for info in own if info.name in SHIPPED]
    trained = [info for info in own if info.name not in SHIPPED]
    few = len(own) if len(own) <= IN_THE_OPEN + 2 else IN_THE_OPEN
    first, more = came[:few] + trained[:few], came[few:] + trained[few:]
    shelves = {"": first, "more models": more, "models by others": others}
    return {title: infos for title, infos in shelves.items() if infos}


def _shelf(title: str, models: list[ModelInfo], chosen: str, own: set[str]) -> Markup:
    cards = joined(_card(info, info.name == chosen, info.name in own) for info in models)
    if not title:
        return html('<div class="cards">{}</div>', cards)
    words = title if len(models) > 1 else title.replace("models", "model")
    is_open = any(info.name == chosen for info in models)
    return html(
        '<details class="shelf" data-shelf="{}"{}><summary>{} {}</summary>{}<div class="cards">{}</div>'
        '<p class="hint none" hidden>No model has that name.</p></details>',
        title, " open" if is_open else "", len(models), words, _find(models), cards,
    )  # fmt: skip


def _find(models: list[ModelInfo]) -> Markup | str:
    """A field to search in; a few models need none."""
    if len(models) <= IN_THE_OPEN:
        return ""
    return html('<input type="search" data-find aria-label="Find a model" placeholder="Find a model">')


def _card(info: ModelInfo, chosen: bool, own: bool) -> Markup:
    card = html(
        '<label class="card"><input type="radio" name="explore-model" value="{info.name}"{checked}>{preview}'
        "<span><b>{info.title}</b><small>{info.image_size} × {info.image_size}, {info.recipe}</small></span>"
        "</label>",
        info=info,
        checked=" checked" if chosen else "",
        preview=_preview(info),
    )
    return html('<div class="own-card">{}{}</div>', card, _delete(info)) if own else card


def _delete(info: ModelInfo) -> Markup:
    return html(
        '<button type="button" data-delete="{info.name}" data-title="{info.title}" '
        'aria-label="Delete {info.title}">✕</button>',
        info=info,
    )


def _facts(info: ModelInfo) -> str:
    """What the chosen model is, in a line."""
    return (
        f"Trained on {info.dataset}: {info.images_seen:,} images seen. z has {info.latent_dim} "
        f"numbers; G has {info.parameters[0]:,} weights."
    )


def _preview(info: ModelInfo) -> Markup | str:
    try:
        return _cropped(info.preview, info.preview.stat().st_mtime_ns, 2 * info.image_size)
    except (OSError, Spoilt, ImageError):  # there is none, it is a bad one, or the model was deleted just now
        return ""


@lru_cache(maxsize=256)
def _cropped(preview: Path, changed_ns: int, side: int) -> Markup:
    """The first four images of the preview's grid; kept, since every opened page asks for all of them."""
    content = small_file(preview, MOST_BYTES)
    if not content.startswith(PNG):
        raise Spoilt("it is not a PNG")
    return picture(np.asarray(open_image(content, MOST_PIXELS))[:side, :side], alt="")
