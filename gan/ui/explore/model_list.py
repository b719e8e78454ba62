"""The list of models in Explore, as HTML: pure functions of what the Studio says."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from gan.belonging import last_of
from gan.checkpoint.info import SHIPPED
from gan.images import ImageError, open_image
from gan.studio import ModelInfo
from gan.system.reading import Spoilt, small_file
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture

IN_THE_OPEN = 6  # models that came with the program, in sight at once,
TRAINED_IN_THE_OPEN = 3  # and that were trained here
IN_SIGHT = ("", "trained")  # the shelves that are not folded; the second is one line, and scrolls
ABOUT_LAST = "As the run ended: further from the data than the best, which is kept beside it"
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

    A run's last model stands in the row of its best. With `deletes` a model of the browser's own has a button
    that deletes it. Below stand those that are left out, `spoilt`.
    """
    facts = next((_facts(info) for info in models if info.name == chosen), "")
    own = {info.name for info in models if deletes and info.belongs.to(browser)}
    rows = in_rows(models)
    shelves = {
        title: [rows[info.name] for info in infos]
        for title, infos in shelved([first for first, *_ in rows.values()], browser).items()
    }
    in_sight = joined(_in_sight(title, shelves.pop(title, []), chosen, own) for title in IN_SIGHT)
    folded = joined(_shelf(title, some, chosen, own) for title, some in shelves.items())
    return html('{}<div class="shelves">{}</div><p class="hint facts">{}</p>{}',
                in_sight, folded, facts, left_out(spoilt))  # fmt: skip


def left_out(spoilt: dict[str, str] | None) -> Markup | str:
    """A quiet line on models that cannot be read; how each came to that, when somebody opens it."""
    if not spoilt:
        return ""
    why = joined(html("<li>{}</li>", sentence) for sentence in spoilt.values())
    many = "1 model" if len(spoilt) == 1 else f"{len(spoilt)} models"
    return html(
        '<details class="hint left-out"><summary>{} can’t be read</summary><ul>{}</ul></details>', many, why
    )


def in_rows(models: list[ModelInfo]) -> dict[str, list[ModelInfo]]:
    """By its first one's name each row of the list: a model alone, or a run's best and its last."""
    rows = {info.name: [info] for info in models}
    for info in sorted(models, key=lambda one: len(one.name)):
        last = rows.get(last_of(Path(info.name)).name)
        if last and info.name in rows and last[0].belongs.owner == info.belongs.owner:
            rows[info.name] += rows.pop(last[0].name)
    return rows


def shelved(models: list[ModelInfo], browser: str = "") -> dict[str, list[ModelInfo]]:
    """Which models stand in sight, and which behind a title that opens them.

    Those that came with the program push none that was trained here out of sight, and the newest of these
    alone push what is below the list.
    """
    own = [info for info in models if not info.belongs.of_others(browser)]
    others = [info for info in models if info.belongs.of_others(browser)]
    came = [info for info in own if info.name in SHIPPED]
    trained = [info for info in own if info.name not in SHIPPED]
    all_fit = len(own) <= IN_THE_OPEN + 2
    few, newest = (len(own), len(own)) if all_fit else (IN_THE_OPEN, TRAINED_IN_THE_OPEN)
    shelves = {
        "": came[:few],
        "trained": trained[:newest],
        "more trained models": trained[newest:],
        "more models": came[few:],
        "models by others": others,
    }
    return {title: infos for title, infos in shelves.items() if infos}


def _in_sight(title: str, rows: list[list[ModelInfo]], chosen: str, own: set[str]) -> Markup | str:
    cards = joined(_row(row, chosen, own) for row in rows)
    return html('<div class="cards {0}" data-shelf="{0}">{1}</div>', title, cards) if rows else ""


def _shelf(title: str, rows: list[list[ModelInfo]], chosen: str, own: set[str]) -> Markup:
    cards = joined(_row(row, chosen, own) for row in rows)
    words = title if len(rows) > 1 else title.replace("models", "model")
    is_open = any(info.name == chosen for row in rows for info in row)
    return html(
        '<details class="shelf" data-shelf="{}"{}><summary>{} {}</summary>{}<div class="cards">{}</div>'
        '<p class="hint none" hidden>No model has that name.</p></details>',
        title, " open" if is_open else "", len(rows), words, _find(rows), cards,
    )  # fmt: skip


def _find(rows: list[list[ModelInfo]]) -> Markup | str:
    """A field to search in; a few models need none."""
    if len(rows) <= IN_THE_OPEN:
        return ""
    return html('<input type="search" data-find aria-label="Find a model" placeholder="Find a model">')


def _row(row: list[ModelInfo], chosen: str, own: set[str]) -> Markup:
    first, *last = row
    parts = [_card(first, first.name == chosen)]
    parts += [_last(info, info.name == chosen) for info in last]
    shown = joined(
        part + (_delete(info) if info.name in own else "") for part, info in zip(parts, row, strict=True)
    )
    return shown if len(row) == 1 and first.name not in own else html('<div class="card-row">{}</div>', shown)


def _card(info: ModelInfo, chosen: bool) -> Markup:
    return html(
        '<label class="card"><input type="radio" name="explore-model" value="{info.name}"{checked}>{preview}'
        "<span><b>{info.title}</b><small>{info.image_size} × {info.image_size}, {info.recipe}</small></span>"
        "</label>",
        info=info,
        checked=" checked" if chosen else "",
        preview=_preview(info),
    )


def _last(info: ModelInfo, chosen: bool) -> Markup:
    """A run's last model, to be chosen beside its best."""
    return html(
        '<label class="card" title="{about}"><input type="radio" name="explore-model" value="{info.name}" '
        'aria-label="{info.title}"{checked}><span><b>last</b></span></label>',
        info=info, about=ABOUT_LAST, checked=" checked" if chosen else "",
    )  # fmt: skip


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
