"""Reading what somebody else may have written or spoilt: small ordinary files, JSON, typed fields.

Sizes are checked before anything is read, and whatever is wrong is told in a few words that name no path.
"""

import json
import re
import stat
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

MOST_TEXT = 20_000  # letters of one text of a config
MOST_NUMBER = 2**63
POINTER = b"version https://git-lfs"
OF_LFS = "is only a pointer of Git LFS: fetch the file with “git lfs pull”"
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # would break a page or a terminal
PATH = re.compile(r"(?<![\w:/.])(?:[A-Za-z]:)?(?:[/\\][\w.@+~-]+){2,}[/\\]?")
KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


class Spoilt(ValueError):
    """What cannot be used; its text says why, to be put behind "cannot be read: "."""


def why(error: Exception) -> str:
    """The reason in a few words, without the path of a file that an error may name."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return _cut(PATH.sub("a file", str(error)) or type(error).__name__, 300)


def check_file(path: Path, most: int) -> int:
    """The size in bytes of an ordinary file. Raises OSError, or Spoilt for what is none or over `most` bytes.

    What is not ordinary is never opened: a pipe would hold its reader up for ever.
    """
    there = path.stat()
    if not stat.S_ISREG(there.st_mode):
        raise Spoilt(f"{path.name} is not an ordinary file")
    if there.st_size > most:
        raise Spoilt(f"{path.name} is too large ({there.st_size / 1e6:,.1f} MB)")
    return there.st_size


def small_file(path: Path, most: int) -> bytes:
    """All that an ordinary file of at most `most` bytes holds. Raises OSError or Spoilt."""
    check_file(path, most)
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise Spoilt(f"{path.name} is too large")
    if content.startswith(POINTER):
        raise Spoilt(f"{path.name} {OF_LFS}")
    return content


def json_file(path: Path, most: int) -> dict:
    """The table that a small JSON file holds. Raises OSError or Spoilt."""
    values = parsed(small_file(path, most))
    if not isinstance(values, dict):
        raise Spoilt(f"{path.name} holds no table")
    return values


def parsed(content: bytes | str):
    """What a JSON text says. Raises Spoilt."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise Spoilt("it is nested too deep") from None
    except UnicodeDecodeError:
        raise Spoilt("it is not written in UTF-8") from None
    except json.JSONDecodeError as error:
        raise Spoilt(f"it is not JSON ({error.msg}, line {error.lineno:,})") from None
    except Spoilt:
        raise
    except ValueError:
        raise Spoilt("a number in it has thousands of digits") from None


def _once(pairs: list[tuple]) -> dict:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise Spoilt("it says one thing twice")
    return table


def built(kind: type, values):
    """The dataclass `kind` of values from JSON, each checked against its field's type, nested ones too.

    Lists become tuples where the field has them. Of a family, the dataclasses below one that has a field
    `kind`, it is the one that the values name. One with `upgraded` reads what older versions wrote. Raises
    Spoilt, or what `kind` itself has against the values.
    """
    if not isinstance(values, dict):
        raise Spoilt(f"{_cut(values)} is no table")
    if upgraded := getattr(kind, "upgraded", None):
        values = upgraded(values)
    if "kind" in (field.name for field in fields(kind) if not field.init):
        kind, values = _named_kind(kind, values)
    kinds, there = get_type_hints(kind), {field.name: field for field in fields(kind)}
    if unknown := [name for name in values if name not in there]:
        raise Spoilt(f"there is no field {_cut(unknown[0])}")
    for name, field in there.items():
        if name not in values and field.init and field.default is field.default_factory is MISSING:
            raise Spoilt(f"{name} is missing")
    return kind(**{name: _named(name, value, kinds[name]) for name, value in values.items()})


def _named_kind(family: type, values: dict) -> tuple[type, dict]:
    """The dataclass of that family whose kind the values name, and the values but for that name."""
    below: list[Any] = [family]
    for one in below:
        below += one.__subclasses__()
    there = {one.kind: one for one in below if one.kind}
    name = values.get("kind")
    if not isinstance(name, str) or name not in there:
        raise Spoilt(f"there is no kind {_cut(name)}; there are {', '.join(sorted(there))}")
    return there[name], {key: value for key, value in values.items() if key != "kind"}


def _named(name: str, value, kind):
    try:
        return typed(value, kind)
    except Spoilt as error:
        raise Spoilt(f"{name}: {error}") from None


def typed(value, kind):
    """A value from JSON as the annotation `kind` has it. Raises Spoilt."""
    origin, parts = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return built(kind, value)
    if origin is UnionType:
        return None if value is None and NoneType in parts else typed(value, parts[0])
    if origin is dict:
        return {typed(key, parts[0]): typed(one, parts[1]) for key, one in _of(dict, value).items()}
    if origin in (tuple, list):
        return origin(_each(_of((list, tuple), value), origin, parts))
    return _plain(value, kind)


def _of(kind, value):
    if not isinstance(value, kind):
        raise Spoilt(f"{_cut(value)} is not a {'table' if kind is dict else 'list'}")
    return value


def _each(values, origin: type, parts: tuple) -> list:
    kinds = [parts[0]] * len(values) if origin is list or parts[-1] is ... else parts
    if len(values) != len(kinds):
        raise Spoilt(f"it holds {len(values):,} values, not {len(kinds)}")
    return [typed(one, kind) for one, kind in zip(values, kinds, strict=True)]


def _plain(value, kind: type):
    if kind is int and type(value) is float and value.is_integer():
        value = int(value)  # 3.0, as some programs write it
    good = type(value) in ((int, float) if kind is float else (kind,))
    if not good:
        raise Spoilt(f"{_cut(value)} is not {KINDS.get(kind, kind.__name__)}")
    if type(value) is int and abs(value) >= MOST_NUMBER:
        raise Spoilt("the number is too large")
    if kind is str and (len(value) > MOST_TEXT or UNSEEN.search(value)):
        raise Spoilt("the text is too long, or holds letters that cannot be shown")
    return value


def _cut(value, most: int = 40) -> str:
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a huge number"
    return text if len(text) <= most else f"{text[:most]}…"
