"""Several discriminators on the same pictures: other models', and the same one's earlier in its run."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy import ndarray

from gan.measure.scoring import SHORT, Score
from gan.studio import ModelInfo, Studio
from gan.ui import whose
from gan.ui.judge.inside import picture_of
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import MISUNDERSTOOD, picture, scale_place

MOST = 5  # columns beside the first
FIRST = 3  # of them, that stand there unless one chooses
LONGEST = 200  # letters of a picture's name


@dataclass(frozen=True)
class Judge:
    """Who may be asked beside the one that is chosen."""

    key: str  # what a link calls it: a model's name, or @ and a step of the chosen one's run
    words: str


def compared(studio: Studio, asked: dict) -> dict:
    """The table for "pictures" as the page shows them, with "names": of "model" and of "judges", keys.

    No judges at all: a few that suit.
    """
    info = studio.info(str(asked.get("model")))
    pictures, names = asked.get("pictures"), asked.get("names")
    if not isinstance(pictures, list) or not isinstance(names, list) or len(names) != len(pictures):
        raise ValueError(MISUNDERSTOOD)
    pictures = pictures[: studio.limits.judge_images]
    seen = [picture_of(studio, info, one) for one in pictures]
    listed = studio.judges(whose.of(asked))
    offered = beside(studio, info, listed)
    wanted = asked.get("judges")
    keys = wanted if isinstance(wanted, list) else suited(info, offered, listed)
    chosen = [one for one in offered if one.key in keys][:MOST]
    columns = [(info.title, studio.score(info.name, seen))]
    columns += [(one.words, _scores(studio, info, one, seen)) for one in chosen]
    return {
        "choices": choices(offered, chosen),
        "judges": [one.key for one in chosen],
        "shown": table([str(name)[:LONGEST] for name in names], seen, columns) if seen else "",
    }


def beside(studio: Studio, info: ModelInfo, listed: Sequence[ModelInfo]) -> list[Judge]:
    """Whom one may choose beside a model's discriminator: itself earlier in its run, and of those listed."""
    earlier = [Judge(f"@{step}", f"{info.title}, after {step:,} steps") for step in studio.moments(info.name)]
    return earlier + [Judge(other.name, other.title) for other in listed if other.name != info.name]


def suited(info: ModelInfo, offered: Sequence[Judge], listed: Sequence[ModelInfo]) -> list[str]:
    """Keys of a few: of its own run the first and the middle, then models of the same data."""
    earlier = [one.key for one in offered if one.key.startswith("@")]
    kin = [one.name for one in listed if (one.data, one.patches) == (info.data, info.patches)]
    own = earlier[:1] + earlier[len(earlier) // 2 :][:1]
    return [key for key in dict.fromkeys(own + kin) if key != info.name][:FIRST]


def _scores(studio: Studio, info: ModelInfo, one: Judge, seen: list[ndarray]) -> list[Score]:
    if one.key.startswith("@"):
        return studio.score(info.name, seen, int(one.key[1:]))
    return studio.score(one.key, seen)


def choices(offered: Sequence[Judge], chosen: Sequence[Judge]) -> Markup:
    """A box for each; where as many stand there as may, the others wait until one is taken away."""
    free = "" if len(chosen) < MOST else html(" disabled")
    boxes = joined(
        html('<label><input type="checkbox" name="beside" value="{}"{}> {}</label>',
             one.key, html(" checked") if one in chosen else free, one.words)
        for one in offered
    )  # fmt: skip
    return html(
        '<fieldset class="beside-choices"><legend>Beside it, up to {}</legend>{}</fieldset>', MOST, boxes
    )


def table(
    names: Sequence[str], seen: Sequence[ndarray], columns: Sequence[tuple[str, list[Score]]]
) -> Markup:
    """A row a picture, a column a discriminator; where they differ, the row says so."""
    rows = [[scores[at] for _, scores in columns] for at in range(len(names))]
    head = joined(html('<th scope="col">{}</th>', title) for title, _ in columns)
    body = joined(map(_row, names, seen, rows))
    return html(
        '<p class="closer-words">{}</p><div class="scrolls"><table class="side-by-side"><thead><tr>'
        '<th scope="col">Picture</th>{}</tr></thead><tbody>{}</tbody></table></div>',
        summary(names, rows), head, body,
    )  # fmt: skip


def differ(scores: Sequence[Score]) -> bool:
    """One says real where another says generated."""
    return {"real", "generated"} <= {score.likeness for score in scores}


def summary(names: Sequence[str], rows: Sequence[Sequence[Score]]) -> str:
    if len(rows[0]) < 2:
        return "Choose who is asked beside it."
    apart = sum(map(differ, rows))
    spreads = [max(map(scale_place, row)) - min(map(scale_place, row)) for row in rows]
    most = names[spreads.index(max(spreads))]
    if not apart:
        return f"Nowhere does one say real and another generated. They are furthest apart on {most}."
    pictures = "picture" if len(rows) == 1 else "pictures"
    return (
        f"On {apart} of {len(rows)} {pictures} one says real and another generated. They are furthest apart "
        f"on {most}."
    )


def _row(name: str, image: ndarray, scores: Sequence[Score]) -> Markup:
    apart = html('<small class="apart">≠ they differ</small>') if differ(scores) else ""
    return html(
        '<tr><th scope="row">{}<span>{}</span>{}</th>{}</tr>',
        picture(image, ""), name, apart, joined(map(_cell, scores)),
    )  # fmt: skip


def _cell(score: Score) -> Markup:
    return html(
        '<td class="is-{}"><span class="track"><i style="left:{:.1f}%"></i></span>{}</td>',
        score.likeness, scale_place(score), SHORT[score.likeness],
    )  # fmt: skip
