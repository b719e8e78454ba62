"""Hostile pictures: none costs more than a picture may, and a good one beside a bad one is there at once."""

import io
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from PIL import Image

from gan.data import looks
from gan.images import ImageError
from gan.limits import Limits
from gan.pictures import decoding
from long_parts.costs import Cost, Watch
from long_parts.hostile_pictures import BY_HAND, by_chance
from long_parts.report import Excepted, Report, Share, counted

COUNT = 500
SECONDS, CLOCK, MEMORY, BESIDE = 2.1, 6.5, 300.0, 2.0  # a tenth of a second to notice and to answer
LIMITS = Limits()


def run(report: Report, share: Share):
    came, cost, count = Counter(), Cost(), share.of(COUNT)
    opened(good_picture(), 0)
    with Excepted() as logged:
        for number, (name, data) in enumerate(islice(all_pictures(share), count)):
            came[one(name, data, number, cost)] += 1
            report.progress(number, count)
    report.tell(f"{count:,} pictures: {counted(came)}")
    fine = sum(came[what] for what in ("opened", "refused in a sentence", "given up in a sentence"))
    report.at_most("pictures that raised anything else", count - fine + logged.seen.total(), 0)
    for kind, what, most, unit in (
        ("seconds", "most of a processor", SECONDS, " s"), ("clock", "most by the clock", CLOCK, " s"),
        ("memory", "most memory", MEMORY, " MB"), ("beside", "a good picture beside waited", BESIDE, " s"),
    ):  # fmt: skip
        report.at_most(f"{what} ({cost.what[kind]})", cost.most[kind], most, unit)


def all_pictures(share: Share) -> Iterator[tuple[str, bytes]]:
    """Those by hand in both ways in which pictures are opened, then as many as one likes by chance."""
    hand = list(BY_HAND)[: share.of(len(BY_HAND))]
    for name in hand:
        data = BY_HAND[name]()
        yield name, data
        yield f"{name}, to train", data
    yield from by_chance(COUNT, share.seed)


def one(name: str, data: bytes, number: int, cost: Cost) -> str:
    """What became of it; a good picture is asked for as soon as it is being opened."""
    answers = []
    for process in decoding._pool._all:  # one that has just been started anew imports what it needs
        process._warmed_up()
    began = time.monotonic()

    def ask():
        answers.append((opened(data, number), time.monotonic() - began))

    with Watch() as watch:
        bad = threading.Thread(target=ask)
        bad.start()
        asked = time.monotonic()
        assert opened(good_picture(), 0) == "opened"
        beside = time.monotonic() - asked
        bad.join()
    [(what, clock)] = answers
    cost.add(name, seconds=watch.seconds, memory=watch.grown, clock=clock, beside=beside)
    return what


def opened(data: bytes, number: int) -> str:
    """In one of two ways: as a whole, or as one of a set to train with."""
    try:
        if number % 2:
            decoding.ask(looks.look, data, "it", LIMITS, 32, 3, "crop", False, True, True, side=looks.SIDE)
        else:
            decoding.picture(decoding.ask(decoding.whole, data, "it", LIMITS))
        return "opened"
    except decoding.CostlyError as error:
        return told(error, "given up in a sentence")
    except ImageError as error:
        return told(error, "refused in a sentence")
    except Exception as error:
        return type(error).__name__


def told(error: ImageError, what: str) -> str:
    text = str(error)
    return what if text.startswith("it ") and text.endswith(".") and len(text) < 300 else f"{text[:80]!r}"


def good_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(out, "PNG")
    return out.getvalue()
