"""Hostile zips and parquet files: each is taken in part, or refused in a sentence, at little cost."""

import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain, islice
from pathlib import Path

from pictures import picture

from gan.data import DataError, apart, parquet, prepare
from gan.data.finishing import finish
from gan.data.pile import Pile
from gan.limits import Limits
from gan.pictures import decoding
from long_parts.costs import Cost, Watch, of_this_process
from long_parts.hostile_zips import BY_HAND, by_chance, parquet_files
from long_parts.report import Excepted, Report, Share, counted

COUNT, PARQUET = 200, 40
SECONDS, MEMORY = 2.0, 300.0
MANY, A_FILE = 2000, 0.001  # files, of which each has so many seconds
PARQUET_SECONDS = 4.0  # a process of its own begins with two of them at work, importing
LIMITS = Limits()


def run(report: Report, share: Share):
    hand = ((name, make()) for name, make in islice(BY_HAND.items(), share.of(len(BY_HAND))))
    zips = chain(hand, by_chance(COUNT, share.seed))
    with tempfile.TemporaryDirectory() as folder, Excepted() as logged:
        work = Path(folder)
        whole_kind(report, share.of(COUNT), "zips", zips, lambda data: zip_taken(work, data), SECONDS)
        files = parquet_files(PARQUET, share.seed)
        whole_kind(report, share.of(PARQUET), "parquet files", files, lambda data: rows_taken(work, data),
                   PARQUET_SECONDS)  # fmt: skip
    report.at_most("exceptions in the log", logged.seen.total(), 0)


def whole_kind(report: Report, count: int, kind: str, files: Iterable, take: Callable, seconds: float):
    came, cost = Counter(), Cost()
    decoding.ask(decoding.whole, picture(1), "it", LIMITS)
    for number, (name, data) in enumerate(islice(files, count)):
        for process in decoding._pool._all:
            process._warmed_up()
        with Watch(anew=kind != "zips") as watch:
            what, processor, memory = of_this_process(lambda data=data: take(data))
        came[what] += 1
        took, files_in_it = processor + watch.seconds, data.count(b"PK\x01\x02")
        cost.add(name, memory=max(memory, watch.grown), **(
            {"each": took / files_in_it} if files_in_it > MANY else {"processor": took}
        ))  # fmt: skip
        report.progress(number, count)
    fine = came["taken"] + came["refused in a sentence"]
    report.tell(f"{count:,} {kind}: {counted(came)}")
    report.at_most(f"{kind} that raised anything else", count - fine, 0)
    report.at_most(f"most of a processor ({cost.what['processor']})", cost.most["processor"], seconds, " s")
    if "each" in cost.most:
        report.at_most(f"most of a processor for each of over {MANY:,} files ({cost.what['each']})",
                       1000 * cost.most["each"], 1000 * A_FILE, " ms")  # fmt: skip
    report.at_most(f"most memory ({cost.what['memory']})", cost.most["memory"], MEMORY, " MB")


def zip_taken(work: Path, data: bytes) -> str:
    (work / "a.zip").write_bytes(data)
    return became(work, lambda: prepare([work / "a.zip"], 32, 3, work / "kept" / "own.npz", LIMITS))


def rows_taken(work: Path, data: bytes) -> str:
    def take():
        pile = Pile(32, 3, LIMITS)
        with apart.Table([("a.parquet", io.BytesIO(data))], {}, LIMITS) as table:
            notes = parquet.fill(pile, table.total, table.rows(), None)
            finish(pile, work / "kept" / "own.npz", table.labels, notes)

    return became(work, take)


def became(work: Path, take: Callable) -> str:
    """What became of it; whatever that is, nothing lies anywhere but where it may."""
    try:
        take()
        what = "taken"
    except (DataError, parquet.Broken) as error:
        said = str(error)
        fine = "\n" not in said and len(said) < 600 and str(work) not in said
        what = "refused in a sentence" if fine else repr(said[:100])
    except Exception as error:
        what = f"{type(error).__name__}: {error}"[:100]
    left = sorted(path.name for path in work.rglob("*") if path.is_file() and path.name != "a.zip")
    (work / "kept" / "own.npz").unlink(missing_ok=True)
    return what if left == ["own.npz"] * (what == "taken") else f"{what}, and left {left[:3]}"
