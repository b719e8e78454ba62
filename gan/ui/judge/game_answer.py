"""The answer to a round of "Which is real?": who was right, what that says of the model, and all pictures."""

from collections.abc import Iterable, Sequence

from numpy import ndarray

from gan.measure.game import Confusion, Round, Tally, confusion
from gan.metrics import wilson
from gan.ui.help import explain
from gan.ui.judge.game_curve import curve
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import picture
from gan.words import percent

REAL, GENERATED = "● real", "◆ generated"
CHANCE = 0.5
MEASURE = (
    "People as a measure of a generator (HYPE; Zhou et al., 2019): the share of all pictures, real and "
    "generated, that they call wrong. The 95 % interval is Wilson's, and takes each picture for a try of its "
    "own: of 100 such intervals about 95 hold the error that one would find in ever more rounds."
)
GROUPS = (  # whether you were right, and whether D was
    ((False, True), "D saw it, you did not"),
    ((True, False), "You saw it, D did not"),
    ((False, False), "Both of you were wrong"),
    ((True, True), "Both of you were right"),
)
ROWS = (
    ("real", REAL, (("real_as_real", "right"), ("real_as_generated", "doubted"))),
    ("fake", GENERATED, (("generated_as_real", "fooled"), ("generated_as_generated", "right"))),
)


def answer(round: Round, said: ndarray, tally: Tally, rounds: Sequence[tuple[int, int]]) -> Markup:
    """All that there is to tell at once, with a place for where D looked.

    said: the player's votes, (n,) bool. tally: everybody's rounds. rounds: the player's own on this model,
    (step, how many were wrong) each, this one among them.
    """
    you, d = confusion(round.real, said), confusion(round.real, round.of_d)
    called = html(
        '<div class="game-scores">{}{}</div>', _score("You", you), _score("D, the discriminator", d)
    )
    more = (
        ("All twenty", _twenty(round, said)),
        ("Real or generated: who called what", called),
        ("When did it fool you?", curve(rounds)),
    )
    return html(
        '<h3 tabindex="-1" data-part="result">{}</h3>{}'
        '<p><button type="button" class="game-go" data-do="again">Play another round</button></p>'
        '<section class="game-tells" data-part="tells"><h3>The tells: where D looked</h3>'
        '<p class="game-waits">Finding out where it looks …</p></section>{}',
        headline(you, d),
        measure(round, you, d, tally),
        joined(map(_folded, more)),
    )


def _folded(one: tuple[str, Markup]) -> Markup:
    """What comes after the summary, behind its title; nothing where there is none."""
    title, shown = one
    if not shown:
        return shown
    return html('<details class="game-more"><summary><h3>{}</h3></summary>{}</details>', title, shown)


def headline(you: Confusion, d: Confusion) -> str:
    said = f"You were right about {you.right} of {you.count} pictures, and D about {d.right} of them."
    if you.right == d.right:
        return f"{said} A draw!"
    return f"{said} {'You have beaten D!' if you.right > d.right else 'D wins.'}"


def _score(name: str, outcome: Confusion) -> Markup:
    return html(
        '<div class="game-score"><p>{} <b>{}</b> of {} right</p><table>'
        '<thead><tr><td></td><th scope="col" class="real">called real</th>'
        '<th scope="col" class="fake">called generated</th></tr></thead><tbody>{}</tbody></table></div>',
        name, outcome.right, outcome.count, joined(_row(outcome, *row) for row in ROWS),
    )  # fmt: skip


def _row(outcome: Confusion, kind: str, name: str, cells: tuple) -> Markup:
    counts = joined(
        html(
            '<td class="is-{}"><b>{}</b> <small>{}</small></td>',
            "right" if word == "right" else "wrong",
            getattr(outcome, field),
            word,
        )
        for field, word in cells
    )
    return html('<tr><th scope="row" class="{}">{}</th>{}</tr>', kind, name, counts)


def measure(round: Round, you: Confusion, d: Confusion, tally: Tally) -> Markup:
    """How often people are wrong as a measure of the model: this round, everybody's, and D's beside."""
    everybody = "Everybody, 1 round" if tally.rounds == 1 else f"Everybody, {tally.rounds:,} rounds"
    rows = (
        ("You, this round", you.wrong, you.count),
        (everybody, tally.wrong, tally.count),
        ("D, this round", d.wrong, d.count),
    )
    when = "" if round.step is None else f" at step {round.step:,}"
    return html(
        '<section class="game-measure"><h3>How well the model “{}”{} fools people {}</h3><ul>{}</ul>'
        '<p class="game-scale" aria-hidden="true"><span>{} wrong</span><span>{}: chance</span>'
        "<span>{}</span></p><p>{}</p><p>{}</p></section>",
        round.title, when, explain(MEASURE, "The error rate"), joined(_bar(*row) for row in rows),
        percent(0), percent(0.5), percent(1), told(you), gathered(tally),
    )  # fmt: skip


def _bar(name: str, wrong: int, count: int) -> Markup:
    low, high = wilson(wrong, count)
    return html(
        "<li><span>{}</span>"
        '<span class="game-track" aria-hidden="true"><i style="left:{:.1f}%;width:{:.1f}%"></i>'
        '<b style="left:{:.1f}%"></b></span>'
        "<span><b>{}</b> wrong: {:,} of {:,} <small>95 % interval: {} to {}</small></span></li>",
        name, 100 * low, 100 * (high - low), 100 * wrong / count,
        percent(wrong / count), wrong, count, percent(low), percent(high),
    )  # fmt: skip


def told(you: Confusion) -> str:
    """What an error rate says, and what so few pictures cannot say."""
    low, high = wilson(you.wrong, you.count)
    first = (
        f"You were wrong about {you.wrong} of {you.count}. From so few pictures your error may really be "
        f"anything from {percent(low)} to {percent(high)} (95 % interval). 50 % is chance: "
        "whoever guesses is wrong about half the time, and a perfect generator leaves nothing but guessing."
    )
    if high < CHANCE:
        return f"{first} You tell them apart better than by guessing."
    if low > CHANCE:
        return f"{first} You do see a difference, and call it by the wrong name: look at the real ones again."
    return f"{first} Guessing could have brought the same."


def gathered(tally: Tally) -> str:
    first = "Yours is the first round on this model since the server started."
    if tally.rounds > 1:
        first = f"Since the server started, {tally.rounds:,} rounds have been played on this model."
    return f"{first} The server counts votes alone, without names, and forgets them when it stops."


def _twenty(round: Round, said: ndarray) -> Markup:
    """All pictures with what they are, first those on which the player and D differ."""
    right = list(zip((said == round.real).tolist(), (round.of_d == round.real).tolist(), strict=True))
    groups = ((words, [n for n, one in enumerate(right) if one == kind]) for kind, words in GROUPS)
    return html(
        '<section class="game-twenty"><div>{}</div></section>',
        joined(_group(round, words, numbers) for words, numbers in groups if numbers),
    )  # fmt: skip


def _group(round: Round, words: str, numbers: Iterable[int]) -> Markup:
    tiles = joined(_tile(round, number) for number in numbers)
    return html('<div class="game-group"><h4>{}</h4><ol>{}</ol></div>', words, tiles)


def _tile(round: Round, number: int) -> Markup:
    shown = picture(round.images[number], f"Picture {number + 1}")
    return html('<li class="{}">{}{}</li>', *origin(round, number, shown))


def origin(round: Round, number: int, shown: Markup) -> tuple[str, Markup, Markup]:
    """What a picture is, as a class for its frame; what is shown of it; and the word for it."""
    kind, word = ("real", REAL) if round.real[number] else ("fake", GENERATED)
    return f"from-{kind}", shown, html('<span class="{}">{}</span>', kind, word)
