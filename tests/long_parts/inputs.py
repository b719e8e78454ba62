"""What a visitor may send: Hypothesis's inventions, and the same in place of a little of what makes sense."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from serving import ROOT

# The names that the page's scripts ask with, as the program reads them in every tab
NAMES = sorted({name for path in (ROOT / "gan" / "ui").rglob("*.py") for name in
                re.findall(r'(?:asked|query|event|values)\.get\("(\w+)"|asked\["(\w+)"\]', path.read_text())
                for name in name if name})  # fmt: skip
HUGE = st.sampled_from([0, -1, 1, 10**18, -(10**40), 10**400, 2**31, 2**63, 2**64, 1e308, -0.0, 0.5])
ODD = ["", "..", "../../etc/passwd", "/etc/passwd", "\x00", "\ud800", "😀" * 500, "a" * 20_000, "NaN", "null",
       "<script>alert(1)</script>", "%s%n{0}{self}", "0-99999999999", "1," * 4000, "own:", "own:x", "-1",
       "١٢٣", "pixel_faces", "modern", "http://127.0.0.1:1/x", "file:///etc/passwd", "hf://a/b"]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=30))
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), HUGE, st.floats(), TEXTS)


def deep(levels: int) -> list:
    value: list = []
    for _ in range(levels):
        value = [value]
    return value


JUNK = st.one_of(
    PLAIN,
    st.recursive(PLAIN, lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.dictionaries(TEXTS, inner, max_size=5),
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)), max_leaves=12),
    st.integers(1, 28).map(deep),
    st.lists(st.floats(), min_size=500, max_size=3000),
)  # fmt: skip


def file_data(uploaded: str) -> st.SearchStrategy:
    """What Gradio takes for a file: one that is there, and others."""
    paths = st.sampled_from([uploaded, "/etc/passwd", "../../../etc/passwd", str(Path(uploaded).parent), "",
                             uploaded + "\x00", "app.py", "http://127.0.0.1:1/x.png"])  # fmt: skip
    return st.fixed_dictionaries(
        {"path": st.one_of(paths, JUNK)},
        optional={"url": st.one_of(paths, JUNK), "orig_name": TEXTS, "size": HUGE, "mime_type": TEXTS,
                  "is_stream": st.booleans(), "meta": st.one_of(st.just({"_type": "gradio.FileData"}), JUNK)},
    )  # fmt: skip


class Inputs:
    """Strategies for a server: `pool` holds what makes sense to it, of the visitor's own and of others'."""

    def __init__(self, pool: list, uploaded: str):
        self.told = [*pool, {"path": uploaded, "meta": {"_type": "gradio.FileData"}}]
        self.some = st.one_of(st.sampled_from(pool), file_data(uploaded))
        self.any = st.one_of(self.some, st.lists(self.some, max_size=4), JUNK)
        self.asked = st.one_of(st.dictionaries(st.sampled_from(NAMES), st.one_of(self.some, self.any),
                                               max_size=9), JUNK)  # fmt: skip

    def instead_of(self, sense: list[list]) -> st.SearchStrategy:
        """A list of inputs: of each the values that make sense are known."""
        return spoilt(sense, self.any)

    def asks(self, sense: dict[str, Sequence]) -> st.SearchStrategy:
        """What a script asks with: values that make sense, with some of it otherwise, or anything."""
        sensible = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in sense.items()})
        spoilt = st.tuples(sensible, self.asked).map(
            lambda both: both[0] | both[1] if isinstance(both[1], dict) else both[1])  # fmt: skip
        return st.one_of(sensible, spoilt, self.asked)


@st.composite
def spoilt(draw, sense: list[list], others: st.SearchStrategy) -> Any:
    """Values that make sense, a few of them others; or as many as one likes of any."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(st.lists(others, max_size=len(sense) + 2), JUNK))
    data = [draw(st.sampled_from(values)) for values in sense]
    for _ in range(draw(st.integers(0, 3)) if data else 0):
        data[draw(st.integers(0, len(data) - 1))] = draw(others)
    return data
