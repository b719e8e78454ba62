"""A run's history beside the model it left: its curves and a few of its grids, to compare others with later.

One JSON file below MOST_BYTES: config, numbers, and the images as PNG. It holds no id of a run.
"""

import base64
import io
import json
import logging
from dataclasses import MISSING, asdict, fields, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy import ndarray
from PIL import Image

from gan import files, images
from gan.config import from_dict
from gan.events import Grid, Measured, Progress, Saved, Started
from gan.run_view import RunView, thinned

FILE = "history.json"
FORMAT = 1
GRIDS = 12  # at most, fewer where they would not fit
IMAGES = 36  # of each
MOST_BYTES = 3_000_000
MOST_PIXELS = 4_000_000  # of one picture of such a file
STATUSES = ("finished", "stopped", "failed")

log = logging.getLogger(__name__)


class HistoryError(ValueError):
    """A history that cannot be read; its text is a sentence."""


def keep(view: RunView):
    """Saves the history of a finished run beside its model, if one was kept. A full disk is only logged."""
    if not view.saved or not Path(view.saved.path).is_dir():
        return
    try:
        save(view, Path(view.saved.path) / FILE)
    except OSError as error:
        log.warning("The history of %s was not kept: %s", view.saved.name, error)


def save(view: RunView, path: Path):
    """Writes the file whole or not at all. Raises OSError."""
    grids, sheets = view.grids, {}
    for most in range(GRIDS, 1, -1):
        while len(grids) > most:
            grids = thinned(grids, len(grids) - 1)
        sheets = {grid.step: sheets.get(grid.step) or _packed(grid.images) for grid in grids}
        text = json.dumps(_record(view, grids, sheets))
        if len(text) < MOST_BYTES:
            break
    files.write(path, text.encode())


def load(path: Path) -> RunView:
    """The run as it was when it was over, under its model's name. Raises HistoryError."""
    name = path.parent.name
    try:
        return _load(path, path.stat().st_mtime_ns)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise HistoryError(f"The history of {name} cannot be read: {error}.") from error


@lru_cache(8)  # two that are compared are asked for every few seconds
def _load(path: Path, stamp: int) -> RunView:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError("it is too large")
    record = json.loads(path.read_text(encoding="utf-8"))
    if record["format"] != FORMAT:
        raise ValueError("it was written by another version of this program")
    return _view(record, path.parent)


def _record(view: RunView, grids: tuple[Grid, ...], sheets: dict[int, dict]) -> dict:
    begun = view.started
    return {
        "format": FORMAT,
        "config": asdict(replace(view.config_now, start_from="")),
        "status": view.status, "message": view.message, "numbers": view.numbers, "forked_at": view.forked_at,
        "saved": {"step": view.saved.step, "best": view.saved.best},
        "started": begun and {**_facts(begun), "real": _packed(begun.real)},
        "progress": _columns(Progress, view.progress),
        "measured": _columns(Measured, view.measured),
        "grids": [{**_facts(grid), "images": sheets[grid.step]} for grid in grids],
    }  # fmt: skip


def _view(record: dict, folder: Path) -> RunView:
    if record["status"] not in STATUSES:
        raise ValueError("it is of a run that is not over")
    begun, saved = record["started"], Saved(name=folder.name, path=str(folder), **record["saved"])
    measured = tuple(
        replace(event, lost={column: tuple(values) for column, values in event.lost.items()})
        for event in _events(Measured, record["measured"])
    )
    grids = tuple(Grid(**{**grid, "images": _unpacked(grid["images"])}) for grid in record["grids"][:GRIDS])
    return RunView(
        folder.name, from_dict(record["config"]), record["status"], message=str(record["message"]),
        numbers=bool(record["numbers"]), forked_at=int(record["forked_at"]), saved=saved, measured=measured,
        started=begun and Started(**{**begun, "real": _unpacked(begun["real"])}),
        progress=_events(Progress, record["progress"]), grids=grids,
    )  # fmt: skip


def _facts(event) -> dict:
    """Its fields but for the pictures."""
    return {key: value for key, value in vars(event).items() if not isinstance(value, ndarray)}


def _columns(kind: type, events: tuple) -> dict[str, list]:
    """Events as a list for each field, which is half as long in JSON."""
    return {field.name: [getattr(event, field.name) for event in events] for field in fields(kind)}


def _events(kind: type, columns: dict[str, list]) -> tuple:
    names = [field.name for field in fields(kind) if field.name in columns or field.default is MISSING]
    rows = zip(*(columns[name] for name in names), strict=True)
    return tuple(kind(**dict(zip(names, row, strict=True))) for row in rows)


def _packed(pictures: ndarray) -> dict:
    """Images (n, h, w, c) uint8 as one PNG in text."""
    pictures = pictures[:IMAGES]
    sheet = images.grid(pictures)
    out = io.BytesIO()
    Image.fromarray(sheet[..., 0] if sheet.shape[2] == 1 else sheet).save(out, "PNG", optimize=True)
    n, h, w, c = pictures.shape
    return {"png": base64.b64encode(out.getvalue()).decode("ascii"), "shape": [n, h, w, c]}


def _unpacked(packed: dict) -> ndarray:
    n, h, w, c = packed["shape"]
    sheet = images.open_image(base64.b64decode(packed["png"]), MOST_PIXELS, "a picture")
    cells = np.asarray(sheet)[..., :c]  # (H, W, c)
    rows, columns = cells.shape[0] // h, cells.shape[1] // w
    if not 0 < n <= min(rows * columns, IMAGES):
        raise ValueError("a picture holds another number of images")
    cells = cells.reshape(rows, h, columns, w, c).swapaxes(1, 2).reshape(rows * columns, h, w, c)
    return np.ascontiguousarray(cells[:n])
