"""Images and labels out of parquet files in the form that the `datasets` library writes.

The files are strangers': what is read at once is bounded by what each states of itself, and nothing is
unpickled. pyarrow is imported only where it is needed.
"""

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np

from gan.data import names, pages
from gan.data.pile import MOST_VALUES, Labels, Pile, Progress, TooMuch, most_bytes, oversize
from gan.images import ImageError
from gan.limits import Limits

MOST_FILES = 16  # parts of a set that are opened: each costs a few requests
MOST_FOOTER = 16 * 2**20  # bytes
MOST_LISTED = 10_000  # columns, and groups of rows
AT_ONCE = 2**27  # bytes that a batch of rows may unpack to
MOST_GROUPS = 2000  # of rows, that are read: each takes a while, however small it is
BATCH = 64  # rows
MOST_COLUMNS = 64
# Columns that name kinds although no ClassLabel says so
LABEL_WORDS = (
    "label", "labels", "class", "category", "kind", "target", "type", "style", "genre", "fine_label",
    "coarse_label",
)  # fmt: skip
IMAGE_WORDS = ("image", "img", "picture", "photo", "pixel")
UNKNOWN = "unlabelled"


class Broken(Exception):
    """A file that is no parquet, or a damaged one; its path."""


class File:
    """One parquet file, its footer read. `stream` is a file that can be read anywhere in it."""

    def __init__(self, name: str, stream, most: int = Limits().upload_bytes):
        import pyarrow as pa
        from pyarrow.parquet import ParquetFile

        self.path, self.name = name, names.shown(name.split("/")[-1])
        self.stream = pages.Watched(stream, most)
        try:
            stream.seek(-8, 2)
            footer, mark = int.from_bytes(stream.read(4), "little"), stream.read(4)
            if mark != b"PAR1" or footer > MOST_FOOTER:
                raise Broken(name)
            stream.seek(0)
            # Without pre_buffer and with a buffer, pages come one by one and not a whole column at once
            self.options = {"pre_buffer": False, "buffer_size": 2**20}
            self.parquet = ParquetFile(self.stream, thrift_container_size_limit=MOST_LISTED, **self.options)
            self.schema = self.parquet.schema_arrow
        except (pa.ArrowException, ValueError, OSError) as error:
            if _is_network(error):
                raise
            raise Broken(name) from error

    def read_texts_once(self, columns: list[str]):
        """A text that many rows share is read once, and not once for each row."""
        from pyarrow.parquet import ParquetFile

        metadata = self.parquet.metadata
        self.parquet = ParquetFile(self.stream, metadata=metadata, read_dictionary=columns, **self.options)

    def group(self, number: int, columns: list[str]) -> tuple[int, list]:
        """How many rows a group has, and what is said of these columns in it."""
        try:
            group = self.parquet.metadata.row_group(number)
            chunks = [group.column(place) for place in range(group.num_columns)]
            return group.num_rows, [chunk for chunk in chunks if chunk.path_in_schema in columns]
        except (ValueError, OSError) as error:  # UnicodeDecodeError, …
            raise Broken(self.path) from error

    def expect(self, group: int, columns: list[str]):
        """The pages of these columns are to be held against the limit."""
        self.stream.expect([_span(chunk) for chunk in self.group(group, columns)[1]])


def _span(chunk) -> tuple[int, int]:
    """Where a column's pages begin, as pyarrow sees it, and end."""
    first, start = chunk.dictionary_page_offset or 0, chunk.data_page_offset
    start = first if chunk.has_dictionary_page and 0 < first < start else start
    return start, start + chunk.total_compressed_size


@dataclass(frozen=True)
class Column:
    """A label column: `names` are its values where they are known before its rows are read."""

    name: str
    names: tuple[str, ...] | None


@dataclass(frozen=True)
class Group:
    """Rows that lie together in a file."""

    file: File
    number: int
    start: int  # the first one's number in the file
    rows: int
    packed: int  # bytes of its images and labels as they travel
    unpacked: int


class Table:
    """The rows of several files of one kind: which column holds images, which hold labels."""

    def __init__(self, files: list[File], card: dict):
        self.files = files
        schema = files[0].schema
        features = _features(schema) or _card_features(card)
        self.image = _image_column(schema, features)
        self.columns = _label_columns(schema, features)
        texts = [column.name for column in self.columns if _is_text(schema.field(column.name).type)]
        for file in files if texts else ():
            file.read_texts_once(texts)

    @property
    def _in_file(self) -> str:
        """Where the images' bytes are: a column, or a part of one."""
        from pyarrow.types import is_struct

        assert self.image  # without one no rows are read
        return f"{self.image}.bytes" if is_struct(self.files[0].schema.field(self.image).type) else self.image

    @property
    def _read(self) -> list[str]:
        return [self._in_file, *(column.name for column in self.columns)]

    def groups(self) -> Iterator[Group]:
        for file in self.files:
            start = 0
            for number in range(file.parquet.metadata.num_row_groups):
                rows, of = file.group(number, self._read)
                sizes = (sum(c.total_compressed_size for c in of), sum(c.total_uncompressed_size for c in of))
                yield Group(file, number, start, rows, *sizes)
                start += rows

    def rows(self, group: Group) -> Iterator[tuple[str, bytes | ImageError, Hashable]]:
        """Name, bytes and mark of each row: the mark is its labels."""
        import pyarrow as pa

        batches = group.file.parquet.iter_batches(
            batch_size=max(1, min(BATCH, AT_ONCE // max(1, group.unpacked))), row_groups=[group.number],
            columns=self._read, use_threads=False,
        )  # fmt: skip
        group.file.expect(group.number, self._read)
        number = group.start
        while True:
            name = f"Row {number:,} of {group.file.name}"
            try:
                batch = next(batches, None)
                rows = list(self._of_batch(batch)) if batch is not None else []
            except pages.TooTight as error:
                yield name, ImageError(f"{name} {error}, and what follows beside it."), None
                return
            except (pa.ArrowException, ValueError, OSError) as error:
                if _is_network(error):
                    raise
                yield name, ImageError(f"{name} is damaged, and what follows beside it."), None
                return
            if batch is None:
                return
            for picture, mark in rows:
                name = f"Row {number:,} of {group.file.name}"
                yield name, _bytes(picture, name), mark
                number += 1

    def _of_batch(self, batch) -> Iterator[tuple]:
        pictures = batch.column(self.image).to_pylist()
        labels = [map(_short, _values(batch.column(column.name))) for column in self.columns]
        marks = zip(*labels, strict=True) if labels else [()] * len(pictures)
        return zip(pictures, marks, strict=True)

    def sample(self, files: int, most: int) -> tuple[int, Iterator]:
        """How many rows there are, and they; mixed where these are more images or bytes than may be taken."""
        groups = list(self.groups())
        total = sum(group.rows for group in groups)
        if len(groups) > MOST_GROUPS or total > files or sum(group.packed for group in groups) > most:
            mixed = np.random.RandomState(0).permutation(len(groups))  # the start may be all of one kind
            groups = [groups[number] for number in mixed]
        return total, self._rows_of(groups)

    def _rows_of(self, groups: list[Group]) -> Iterator:
        for group in groups[:MOST_GROUPS]:
            yield from self.rows(group)
        if len(groups) > MOST_GROUPS:
            raise TooMuch


def labels(columns: tuple[Column, ...], marks: set) -> Labels:
    """The label columns of the rows kept, those with two values at least and 256 at most."""
    chosen, notes = {}, []  # a label's name -> its column's place, and each raw value's word
    for place, column in enumerate(columns):
        named = _named(column, {mark[place] for mark in marks})
        count = len(set(named.values()))
        if count > MOST_VALUES:
            notes.append(f"“{column.name}” has {count:,} values; more than {MOST_VALUES} can't be a label.")
        elif count > 1:
            chosen[column.name] = (place, named)
    values = {name: tuple(dict.fromkeys(named.values())) for name, (_, named) in chosen.items()}
    rows = {
        mark: tuple(values[name].index(named[mark[place]]) for name, (place, named) in chosen.items())
        for mark in marks
    }
    return Labels(tuple(chosen), values, rows, tuple(notes))


def fill(pile: Pile, total: int, rows: Iterator, progress: Progress | None) -> tuple[str, ...]:
    """Puts the images of rows on the pile until it is full; what does not fit in is told in a note."""
    limits, done, most = pile.limits, 0, most_bytes(pile.limits)
    try:
        for name, data, mark in rows:
            if done >= limits.upload_files:
                raise TooMuch
            is_large = isinstance(data, bytes) and len(data) > most
            pile.add(name, oversize(name, len(data)) if is_large else data, mark)
            done += 1
            if progress:
                progress(done, min(total, limits.upload_files))
    except TooMuch:
        return (f"Of {total:,} images, {done:,} were taken: as many as the limits allow.",)
    return ()


def _is_network(error: Exception) -> bool:
    """Errors of the network are kinds of OSError; those that pyarrow raises for damage are plain ones."""
    return isinstance(error, OSError) and type(error) is not OSError


def _bytes(picture, name: str) -> bytes | ImageError:
    data = picture.get("bytes") if isinstance(picture, dict) else picture
    return data if isinstance(data, bytes) else ImageError(f"{name} holds no image.")


def _values(column) -> list:
    """A column's values; of texts no more than a label shows, and whatever their bytes are."""
    import pyarrow as pa
    from pyarrow.compute import binary_slice

    if pa.types.is_dictionary(column.type):
        known = _values(column.dictionary)
        return [None if index is None else known[index] for index in column.indices.to_pylist()]
    if not _is_text(column.type):
        return column.to_pylist()
    raw = column.view(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary())
    starts = binary_slice(raw, 0, 4 * names.LONGEST).to_pylist()
    return [None if text is None else text.decode("utf-8", "replace") for text in starts]


def _is_text(kind) -> bool:
    from pyarrow.types import is_large_string, is_string

    return is_string(kind) or is_large_string(kind)


def _short(value):
    return names.short(value) if isinstance(value, str) else value


def _features(schema) -> dict[str, dict]:
    """What `datasets` wrote into a file of its columns: name -> {"_type": "Image" or "ClassLabel", …}."""
    try:
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
        return {name: of for name, of in features.items() if isinstance(of, dict)}
    except (TypeError, KeyError, ValueError, AttributeError, RecursionError):
        return {}


def _card_features(card: dict) -> dict[str, dict]:
    """The same from the data set's card, which spells it in another way."""
    found: dict[str, dict] = {}
    try:
        infos = card.get("dataset_info") or {}
        for feature in (infos[0] if isinstance(infos, list) else infos).get("features", ()):
            kind = feature["dtype"]
            if kind == "image":
                found[feature["name"]] = {"_type": "Image"}
            elif isinstance(kind, dict) and "class_label" in kind:
                named = kind["class_label"]["names"]  # {"0": "cat", …}
                ordered = [named[key] for key in sorted(named, key=int)]
                found[feature["name"]] = {"_type": "ClassLabel", "names": ordered}
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        pass  # a card is written by hand: what can't be read of it is not known
    return found


def _image_column(schema, features: dict) -> str | None:
    import pyarrow.types as kind

    def is_binary(of) -> bool:
        return kind.is_binary(of) or kind.is_large_binary(of)

    def holds_bytes(of) -> bool:
        parts = [of.field(i) for i in range(of.num_fields)] if kind.is_struct(of) else []
        return is_binary(of) or any(part.name == "bytes" and is_binary(part.type) for part in parts)

    able = [field.name for field in _whole(schema) if holds_bytes(field.type)]
    said = [name for name in able if features.get(name, {}).get("_type") == "Image"]
    meant = [name for name in able if any(word in name.lower() for word in IMAGE_WORDS)]
    return next(iter([*said, *meant, *able]), None)


def _label_columns(schema, features: dict) -> tuple[Column, ...]:
    import pyarrow.types as kind

    found = []
    for field in _whole(schema):
        named = features.get(field.name, {}).get("names")
        is_whole = kind.is_integer(field.type)
        if is_whole and isinstance(named, list) and named:
            found.append(Column(field.name, tuple(_short(str(name)) for name in named[:MOST_LISTED])))
        elif kind.is_boolean(field.type):
            found.append(Column(field.name, ("no", "yes")))
        elif (is_whole or _is_text(field.type)) and field.name.lower() in LABEL_WORDS:
            found.append(Column(field.name, None))
    return tuple(found[:MOST_COLUMNS])


def _whole(schema) -> list:
    """Its columns, but for those whose names could be taken for a part of another, or can't be shown."""
    return [field for field in schema if "." not in field.name and names.shown(field.name) == field.name]


def _named(column: Column, found: set) -> dict:
    """Each raw value -> its word, in the order that the label's values are to have."""
    known, there = column.names, found - {None, ""}
    if known is None:
        named = {raw: str(raw) for raw in sorted(there, key=lambda raw: names.natural(str(raw)))}
    else:
        numbers = range(len(known)) if len(known) <= MOST_VALUES else sorted(there)
        named = {number: known[number] for number in numbers if 0 <= number < len(known)}
    return named | {raw: UNKNOWN for raw in found if raw not in named}
