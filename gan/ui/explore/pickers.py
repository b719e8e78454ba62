"""What a conditional model is told, as pickers: of each label its values, each with its picture."""

from collections.abc import Iterator

from gan.labels import ANY, ANY_NAME, chosen, spelled
from gan.specs import Latent
from gan.studio import ModelInfo
from gan.ui.explore.classes import heading, usual_class
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.words import label_words

MOST_PICTURED = 128  # values of all labels together; with more they are names alone

TOLD = (
    "The generator is told these beside z, and so is the discriminator. Each small picture shows the current "
    "image with that one value in place of the chosen one: the seed and the sliders stay."
)
ABOUT_LABELS = explain(TOLD, "Labels")
ABOUT_LABELS_LEFT_OPEN = explain(f"{TOLD} “any” leaves a label open: then z decides.", "Labels")
LEAVE_OPEN = html('<button type="button" data-do="open-labels">All any</button>')


def offered(given: Latent, column: int) -> list[int]:
    """The values to choose from for a label, as their numbers; ANY first, if the model has learnt that."""
    return [ANY] * bool(given.label_dropout) + [*range(len(given.labels[column].values))]


def every(info: ModelInfo, value: str) -> list[tuple[int, ...]]:
    """What `value` says of all labels, with each choice of each label in its place, picker after picker.

    Raises ValueError, a sentence, for what the model does not know.
    """
    here = chosen(info.labels, value or usual_class(info))
    return [
        (*here[:column], number, *here[column + 1 :])
        for column in range(len(here))
        for number in offered(info.given, column)
    ]


def pickers(info: ModelInfo, value: str) -> Markup | str:
    """A picker for each label that the model is told, "" for one that is told none."""
    if not info.labels:
        return ""
    count = len(every(info, value))
    places = iter(range(count))
    shown = joined(_picker(info, column, value, places, count) for column in range(len(info.labels)))
    several = len(info.labels) > 1
    head, kind = (_head(info.given), " several") if several else ("", "")
    return html('{}<div class="pickers{}" style="--count:{}">{}</div>', head, kind, count, shown)


def _head(given: Latent) -> Markup:
    return html(
        '<p class="labels-head"><b>Labels</b>{}<span class="buttons">'
        '<button type="button" data-do="random-labels">⚄ Random labels</button>{}</span></p>',
        *((ABOUT_LABELS_LEFT_OPEN, LEAVE_OPEN) if given.label_dropout else (ABOUT_LABELS, "")),
    )  # fmt: skip


def _picker(info: ModelInfo, column: int, value: str, places: Iterator[int], count: int) -> Markup:
    here = chosen(info.labels, value or usual_class(info))[column]
    cards = joined(
        _card(info, column, number, number == here, next(places), count)
        for number in offered(info.given, column)
    )
    alone = html(" <small>the same seed and sliders in every class</small>")
    return html(
        '<fieldset class="picker"><legend>{}{}</legend><div class="class-cards">{}</div></fieldset>',
        heading(info.labels[column].column), "" if len(info.labels) > 1 else alone, cards,
    )  # fmt: skip


def _card(info: ModelInfo, column: int, number: int, checked: bool, place: int, count: int) -> Markup:
    part = html('<i style="background-position:{:.3f}% 0"></i>', 100 * place / max(count - 1, 1))
    return html(
        '<label class="class" title="{name}"><input type="radio" name="explore-class-{column}" '
        'value="{text}"{checked}>{part}<span>{name}</span></label>',
        name=ANY_NAME if number == ANY else info.labels[column].values[number],
        column=column, text=_text(info, column, number), checked=" checked" if checked else "",
        part=part if count <= MOST_PICTURED else "",
    )  # fmt: skip


def _text(info: ModelInfo, column: int, number: int) -> str:
    """What a label's choice adds to the text that `chosen` reads; classes.js puts all of them together."""
    alone = spelled(info.labels, [number if k == column else ANY for k in range(len(info.labels))])
    return alone or ("" if len(info.labels) > 1 else ANY_NAME)


def spoken(value: str) -> str:
    """What labels are, for people: "hat=no hat+mouth=smile" is "no hat, mouth smile"."""
    return ", ".join(map(_spoken, value.split("+"))) if "=" in value else value


def _spoken(label: str) -> str:
    column, _, value = label_words(label).partition("=")
    return value if column in value else f"{column} {value}".strip()
