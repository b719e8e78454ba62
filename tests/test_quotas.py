"""What may be taken within an hour: for each visitor, for each address, for all."""

import io
import logging
import sys

import pytest

from gan.system.logs import A_MINUTE, MINUTE, Short, shortened
from gan.system.quotas import HOUR, Hourly, Most, QuotaError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hourly(clock):
    return Hourly(Most(3, 10, 12), "There is a limit", clock)


def test_each_visitor_has_a_share_and_gets_it_back_within_an_hour(hourly, clock):
    hourly.take("one", "school", 3)
    with pytest.raises(QuotaError, match="for each person"):
        hourly.take("one", "school")
    hourly.take("two", "school", 2)
    clock.now = HOUR
    hourly.take("one", "school", 3)


def test_thirty_pupils_behind_one_address_are_thirty_visitors_up_to_its_own_bound(hourly):
    for pupil in range(10):
        hourly.take(f"pupil {pupil}", "school")
    with pytest.raises(QuotaError, match="for each network"):
        hourly.take("an id made up", "school")
    hourly.take("a", "home", 2)
    with pytest.raises(QuotaError, match="everybody together"):
        hourly.take("b", "elsewhere")


def test_without_an_id_the_address_is_the_visitor(hourly):
    hourly.take("", "home", 3)
    with pytest.raises(QuotaError, match="for each person"):
        hourly.take("", "home")
    hourly.take("", "elsewhere")


def test_what_is_refused_is_not_taken_and_nothing_is_kept_for_ever(hourly, clock):
    for _ in range(50):
        with pytest.raises(QuotaError):
            hourly.take("one", "school", 4)
    hourly.take("one", "school", 3)
    clock.now = HOUR
    hourly.take("two", "home", 0)  # counts as 1: a flood of nothing is one, too
    assert len(hourly._taken) == 1 and len(hourly._sums) == 3


def test_what_is_written_at_once_is_cut(capsys):
    text = "begin" + "x" * 100_000 + "end"
    cut = shortened(text)
    assert len(cut) < 7000 and cut.startswith("begin") and cut.endswith("end")
    assert shortened("as it is") == "as it is"
    short = Short(sys.stdout)
    print(text, file=short)
    short.flush()
    assert len(capsys.readouterr().out) < 7000 and short.isatty() is False


def test_no_line_of_the_log_is_a_visitors():
    written = io.StringIO()
    forged = "x\n2026-01-01 gan.runs INFO all is well\r\x1b[2J\x85\u2028\u202e\x00é 猫 🎨"
    short = Short(written)
    logging.getLogger("forged").handlers = [handler := logging.StreamHandler(short)]
    logging.getLogger("forged").warning("refused: %s", forged)
    print(forged, file=short)
    handler.close()
    first, second, *_ = lines = written.getvalue().splitlines()
    assert first == "refused: x" and second.startswith("    2026-01-01") and second.endswith("é 猫 🎨")
    assert len(lines) == 4
    assert all(mark in second for mark in (r"\r", r"\x1b[2J", r"\x85", r"\u2028", r"\u202e", r"\x00"))


def test_a_flood_of_lines_is_cut_and_says_so(clock):
    written = io.StringIO()
    short = Short(written, clock)
    for _ in range(1000):
        short.write("x" * 999 + "\n")
    assert len(written.getvalue()) <= A_MINUTE
    clock.now += MINUTE
    short.write("again\n")
    words = "738,000 letters were left out here: too many at once."
    assert written.getvalue().endswith(f"\n{words}\nagain\n")
