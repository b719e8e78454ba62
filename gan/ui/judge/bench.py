"""What lies in Judge to be judged, and what the page's address keeps of that."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from gan.ui.judge.view import KINDS
from gan.ui.markup import Markup, html

FIRST = 100  # the seed of the first examples: seed 0 is what Explore shows
IN_A_LINK = re.compile(rf"({'|'.join(KINDS)})\.(\d{{1,6}})\.([^,]+)")  # kind, seed, model


@dataclass(frozen=True)
class Examples:
    """A few images of one kind, drawn by a seed, so that another model can be asked about the same ones."""

    kind: str  # of KINDS
    model: str  # whose data or generator they come from
    seed: int


@dataclass(frozen=True)
class Bench:
    """What lies there to be judged: all that the page remembers of a visitor's images."""

    files: tuple[str, ...] = ()
    examples: tuple[Examples, ...] = ()  # at most one of each kind


def put_files(bench: Bench, files: list[str] | None) -> Bench:
    return replace(bench, files=tuple(map(str, files or ())))


def put_examples(kind: str, model: str, bench: Bench) -> Bench:
    """`bench` with fresh examples of `kind` in place of those that lay there."""
    before = [examples.seed for examples in bench.examples if examples.kind == kind]
    fresh = Examples(kind, model, before[0] + 1 if before else FIRST)
    return replace(bench, examples=_one_of_each((*bench.examples, fresh)))


def _one_of_each(examples: tuple[Examples, ...]) -> tuple[Examples, ...]:
    """The last of each kind, in the order of KINDS."""
    there = {one.kind: one for one in examples}
    return tuple(there[kind] for kind in KINDS if kind in there)


def first_bench(model: str | None) -> Bench:
    """No visitor finds the tab empty: four real images and four generated ones lie there."""
    if not model:
        return Bench()
    return Bench(examples=(Examples("real", model, FIRST), Examples("generated", model, FIRST)))


def in_address(bench: Bench, first: Bench, look_where: bool) -> Markup:
    """What the script writes into the address: the examples where they are not the `first` ones, and whether
    it is shown where D looks. Uploaded images are nobody else's and stand in no address."""
    lies = ",".join(f"{one.kind}.{one.seed}.{one.model}" for one in bench.examples)
    kept = ({} if bench.examples == first.examples else {"bench": lies}) | (
        {"heat": "1"} if look_where else {}
    )
    return html('<div hidden data-address="{}"></div>', urlencode(kept))


def of_address(query: Mapping[str, str], first: Bench) -> tuple[Bench, bool]:
    """What an address has lie there, `first` where it makes no sense; and whether it shows where D looks."""
    return _lies(query.get("bench"), first), query.get("heat") == "1"


def opened_with(linked: Bench, lies: Bench, first: Bench) -> Bench:
    """What lies there when the tab opens: what the link has, and what a quick hand has put there already."""
    return replace(linked, files=lies.files) if lies.examples == first.examples else lies


def _lies(text: str | None, first: Bench) -> Bench:
    found = [IN_A_LINK.fullmatch(part) for part in text.split(",")] if text else []
    if text is None or not all(found):
        return first
    return Bench(examples=_one_of_each(tuple(Examples(one[1], one[3], int(one[2])) for one in found)))
