"""Parquet files of ill will: each is refused or skipped in a sentence, before it costs anything."""

import contextlib
import io
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pictures import SMALL, picture

from gan.data import DataError, apart, load, pages, parquet
from gan.data.finishing import finish
from gan.data.pile import Pile

MB = 2**20


def written(columns: dict, group: int = 100, **options) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, row_group_size=group, **({"compression": "zstd"} | options))
    return out.getvalue()


@pytest.fixture
def taken(tmp_path):
    """Takes the rows of a file in, as from the Hub."""

    def run(data: bytes, most: int = 200 * MB):
        pile = Pile(32, 3, replace(SMALL, upload_bytes=most))
        with apart.Table([("a.parquet", io.BytesIO(data))], {}, pile.limits) as table:
            notes = parquet.fill(pile, table.total, table.rows(), None)
            return finish(pile, tmp_path / "a.npz", table.labels, notes)

    return run


@pytest.mark.parametrize("options", [{}, {"compression": "snappy"}, {"use_dictionary": False}])
def test_a_page_that_unpacks_to_far_too_much_is_not_unpacked(taken, options):
    pictures = [picture(n) for n in range(6)]
    pictures[3] += bytes(66 * MB)
    intake = taken(written({"image": pictures}, 2, **options))
    assert intake.count == 4
    [(name, why)] = intake.skipped
    assert name == "Row 2 of a.parquet" and why == (
        f"{name} is packed in a way that unpacks to far too much, and what follows beside it."
    )


def test_the_limit_holds_what_does_not_shrink_as_well(taken):
    pictures = [picture(0), picture(1), picture(2) + np.random.RandomState(0).bytes(3 * MB), picture(3)]
    data = written({"image": pictures}, 2)
    assert taken(data).count == 4 and taken(data, most=2 * MB).count == 2


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_text_without_end_that_all_rows_share(taken, kind):
    long = ["x" * (20 * MB) + end for end in "ab"]
    labels = pa.array([long[n % 2] for n in range(2)] + ["short"] * 98, kind)
    data = written({"image": [picture(n) for n in range(100)], "label": labels}, data_page_size=100 * MB)
    intake = taken(data)
    assert intake.count == 100
    assert load(intake.path).label_values["label"] == ("short", "x" * 59 + "…")


def test_texts_that_are_none_and_spellings_of_one(taken):
    raw = pa.array([b"caf\xc3\xa9", "cafe\u0301".encode(), b"\xff\xfe", b"10", b"9"]).view(pa.string())
    for options in ({}, {"use_dictionary": False}):
        intake = taken(written({"image": [picture(n) for n in range(5)], "label": raw}, **options))
        assert load(intake.path).label_values["label"] == ("9", "10", "café", "��")


def test_more_columns_than_anybody_has(taken):
    columns = {"image": [picture(0), picture(1)]}
    columns |= {f"c{n}": pa.array([1, 2], pa.int8()) for n in range(10_100)}
    with pytest.raises(parquet.Broken):
        taken(written(columns, store_schema=False, write_statistics=False))


def test_more_groups_of_rows_than_are_read(taken, monkeypatch):
    data = written({"image": [picture(n) for n in range(9)]}, 1)
    code = "from gan.data import apart, parquet; parquet.MOST_GROUPS = 5; apart.main()"
    monkeypatch.setattr(apart, "CODE", code)
    assert taken(data).notes == ("Of 9 images, 5 were taken: as many as the limits allow.",)


def test_columns_in_columns_without_end(taken):
    kind = pa.int8()
    for _ in range(90):
        kind = pa.struct([("a", kind)])
    data = written({"image": [picture(0), picture(1)], "deep": pa.nulls(2, kind)}, store_schema=False)
    assert taken(data).count == 2


MANY = {"info": {"features": {"label": {"names": ["a"] * 10**5}}}}


@pytest.mark.parametrize(
    "said",
    [
        "[" * 5000,
        json.dumps(MANY),
        '{"info": {"features": 1' + "0" * 5000 + "}}",
        "\ud83d",
    ],
)
def test_what_a_file_says_of_its_columns_does_no_harm(taken, said):
    table = pa.table({"image": [picture(0), picture(1)], "label": [1, 0]})
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"huggingface": said.encode("utf-8", "replace")}), out)
    assert taken(out.getvalue()).count == 2


@pytest.mark.parametrize("seed", range(4))
def test_a_file_of_bytes_that_are_none(taken, seed):
    bad = bytearray(written({"image": [picture(n) for n in range(6)], "label": ["a", "b"] * 3}, 2))
    rng = np.random.RandomState(seed)
    for at in rng.randint(4, len(bad), 8):
        bad[at] = rng.randint(256)
    with contextlib.suppress(parquet.Broken, DataError):  # nothing may be left of it, or too little
        taken(bytes(bad))


def test_a_file_that_ends_the_process_that_reads_it_ends_nothing_else(taken, monkeypatch):
    """As pyarrow does where a histogram in the file's foot is of another length than it expects."""
    data = written({"image": [picture(n) for n in range(200)]})
    at_row = "parquet._bytes = lambda picture, name: os.abort() if '150 ' in name else picture"
    code = f"import os; from gan.data import apart, parquet; {at_row}; apart.main()"
    monkeypatch.setattr(apart, "CODE", code)
    intake = taken(data)
    assert intake.count >= 100 and intake.skipped[0][1].endswith("is damaged, and what follows it.")
    monkeypatch.setattr(apart, "CODE", "import os; os.abort()")
    with pytest.raises(parquet.Broken, match=r"a\.parquet"):
        taken(data)


def test_heads_of_pages_are_read_wherever_reading_stops():
    data = written({"image": [picture(n) for n in range(40)]}, data_page_size=200, use_dictionary=False)
    chunk = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0).column(0)
    start, end = chunk.data_page_offset, chunk.data_page_offset + chunk.total_compressed_size
    for step in (1, 7, 1000, len(data)):
        watched = pages.Watched(io.BytesIO(data), 10**6)
        watched.expect([(start, end)])
        watched.seek(start)
        assert b"".join(iter(lambda: watched.read(step), b"")) == data[start:] and not watched.expected  # noqa: B023
