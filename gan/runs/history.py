"""A run's history beside the model it left: its curves and a few of its grids, to compare others with later.

One JSON file below MOST_BYTES: config, numbers, and the images as PNG. It holds no id of a run.
"""

import base64
import io
import json
import logging
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy import ndarray
from PIL import Image

from gan import images
from gan.config import TrainConfig
from gan.events import Grid, Measured, Progress, Saved, Started
from gan.runs.cures import Alarm
from gan.runs.view import Mending, RunView, Spell, thinned
from gan.system import files
from gan.system.reading import Spoilt, built, json_file, typed, why

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
    grids = view.grids
    sheets: dict[int, dict] = {}
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
    except Exception as error:  # whatever the file may be
        raise HistoryError(f"The history of {name} cannot be read: {why(error).rstrip('.')}.") from error


@lru_cache(8)  # two that are compared are asked for every few seconds
def _load(path: Path, stamp: int) -> RunView:
    record = json_file(path, MOST_BYTES)
    if record.pop("format", None) != FORMAT:
        raise Spoilt("it was written by another version of this program")
    return replace(_view(built(_Kept, record), path.parent), version=stamp // 10**6)


def _record(view: RunView, grids: tuple[Grid, ...], sheets: dict[int, dict]) -> dict:
    begun, saved = view.started, view.saved
    assert saved  # see keep
    return {
        "format": FORMAT,
        "config": asdict(replace(view.config_now, start_from="")),
        "status": view.status, "message": view.message, "numbers": view.numbers, "forked_at": view.forked_at,
        "fails": view.fails, "mends": view.mends and asdict(view.mends),
        "spells": [_said(spell) for spell in view.spells],
        "saved": {"step": saved.step, "best": saved.best},
        "started": begun and {**_facts(begun), "real": _packed(begun.real)},
        "progress": _columns(Progress, view.progress),
        "measured": _columns(Measured, view.measured),
        "grids": [{**_facts(grid), "images": sheets[grid.step]} for grid in grids],
    }  # fmt: skip


@dataclass(frozen=True)
class _Saved:
    step: int
    best: int


@dataclass(frozen=True)
class _Stood:
    """A spell of an alarm, of which its cures are not kept."""

    kind: str
    title: str
    first: int
    last: int
    since: float
    till: float


@dataclass(frozen=True)
class _Kept:
    """What stands in the file beside "format"; events, and their pictures, are checked one by one."""

    config: TrainConfig
    status: str
    message: str
    numbers: bool
    forked_at: int
    saved: _Saved
    started: dict | None
    progress: dict
    measured: dict
    grids: list
    fails: str = ""  # these three stand in no older file
    mends: Mending | None = None
    spells: tuple[_Stood, ...] = ()


def _view(record: _Kept, folder: Path) -> RunView:
    if record.status not in STATUSES:
        raise Spoilt("it is of a run that is not over")
    begun = record.started
    return RunView(
        folder.name, record.config, record.status, message=record.message, numbers=record.numbers,
        forked_at=record.forked_at, saved=Saved(name=folder.name, path=str(folder), **vars(record.saved)),
        started=None if begun is None else _pictured(Started, _with_config(record.config, begun), "real"),
        progress=_events(Progress, record.progress), measured=_events(Measured, record.measured),
        grids=tuple(_pictured(Grid, grid, "images") for grid in record.grids[:GRIDS]),
        fails=record.fails, mends=record.mends, spells=tuple(map(_spell, record.spells)),
    )  # fmt: skip


def _said(spell: Spell) -> dict:
    times = {name: value for name, value in vars(spell).items() if name != "alarm"}
    return {"kind": spell.alarm.kind, "title": spell.alarm.title} | times


def _spell(stood: _Stood) -> Spell:
    alarm = Alarm(stood.kind, stood.title, "", 0.0, ())
    return Spell(alarm, stood.first, stood.last, stood.since, stood.till)


def _with_config(kept: TrainConfig, started: dict) -> dict:
    """What began, with the config it ran by, of which older files name the device and the seconds alone."""
    settled = ("device", "seconds")
    config = asdict(kept) | {key: started[key] for key in settled if key in started}
    return {"config": config} | {key: value for key, value in started.items() if key not in settled}


def _pictured(kind: type, values, pictures: str):
    """An event whose field `pictures` is one PNG."""
    packed = typed(values, dict).get(pictures)
    return built(kind, values | {pictures: _unpacked(packed)})


def _facts(event) -> dict:
    """Its fields but for the pictures."""
    return {
        key: asdict(value) if isinstance(value, TrainConfig) else value
        for key, value in vars(event).items()
        if not isinstance(value, ndarray)
    }


def _columns(kind: type, events: tuple) -> dict[str, list]:
    """Events as a list for each field, which is half as long in JSON."""
    return {field.name: [getattr(event, field.name) for event in events] for field in fields(kind)}


def _events(kind: type, columns: dict[str, list]) -> tuple:
    rows = zip(*columns.values(), strict=True)
    return tuple(built(kind, dict(zip(columns, row, strict=True))) for row in rows)


def _packed(pictures: ndarray) -> dict:
    """Images (n, h, w, c) uint8 as one PNG in text."""
    pictures = pictures[:IMAGES]
    sheet = images.grid(pictures)
    out = io.BytesIO()
    Image.fromarray(sheet[..., 0] if sheet.shape[2] == 1 else sheet).save(out, "PNG")
    n, h, w, c = pictures.shape
    return {"png": base64.b64encode(out.getvalue()).decode("ascii"), "shape": [n, h, w, c]}


def _unpacked(packed) -> ndarray:
    n, h, w, c = shape = typed(typed(packed, dict).get("shape"), tuple[int, int, int, int])
    if min(shape) < 1 or c not in (1, 3):
        raise Spoilt("a picture has no such shape")
    sheet = images.open_image(base64.b64decode(packed.get("png", "")), MOST_PIXELS, "a picture")
    cells = np.asarray(sheet)[..., :c]  # (H, W, c)
    rows, columns = cells.shape[0] // h, cells.shape[1] // w
    if n > min(rows * columns, IMAGES) or cells.shape[:2] != (rows * h, columns * w):
        raise Spoilt("a picture holds another number of images")
    cells = cells.reshape(rows, h, columns, w, c).swapaxes(1, 2).reshape(rows * columns, h, w, c)
    return np.ascontiguousarray(cells[:n])
