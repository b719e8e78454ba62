"""People's own images in the Train tab: files, zips, a folder, a data set of the Hub, and what they hold."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import gradio as gr

from gan.config import AUGMENTATIONS
from gan.specs import IMAGE_SIZES
from gan.studio import USUAL, Choices, Doctor, Studio
from gan.ui import whose
from gan.ui.markup import Markup, html
from gan.ui.scripts import scripted
from gan.ui.train import doctor_view

log = logging.getLogger(__name__)
SHOWN = 8  # images with and without augmentation
PROPOSED = ("csv", "names")  # ways to have labels that need a person's word
NO_LABELS = ("No labels", "none")
NO_PAIRS = ("No pairs: plain pictures", "none")
ASK_PAIRS = {
    "folders": "Are these pairs? From source to answer",
    "halves": "Are these pairs, side by side? From source to answer",
}
TWO_SIDES = ("folder", "side")  # label columns that tell two sides apart, where they have two values
NOTHING_YET = html(
    '<p class="train-about">Before a run, this shows what is in your images: what can\'t be used and why, '
    "duplicates, labels, sizes, and advice.</p>"
)
SWEPT = html(
    '<p class="train-about" role="alert">Your images are no longer here: uploads are deleted after an '
    "hour. Choose your images again.</p>"
)
FOLDER = html(
    '<div class="folder"><button type="button">Choose a folder …</button> '
    "<span>or drop one above. Subfolders become labels; two with the same names, pairs.</span>"
    "<output></output>"
    '<input type="file" webkitdirectory multiple hidden></div>'
)


@dataclass(frozen=True)
class OwnImages:
    """The components of this part."""

    own: gr.State  # the name of the prepared images, or ""
    columns: gr.State  # their label columns
    image_size: gr.Radio
    colours: gr.Radio  # channels
    files: gr.File
    report: gr.HTML
    hub: gr.Textbox
    fetch: gr.Button
    fetched: gr.State  # the data set of the Hub that `own` is from, or ""
    choices: gr.State  # the Choices that `own` was prepared with
    fit: gr.Radio  # here only where pictures are not square,
    fits: gr.HTML  # with what becomes of some of them
    cut_bars: gr.Checkbox  # where pictures have bars
    labels: gr.Radio  # where there is more than one way to have labels
    pairs: gr.Radio  # where pictures are pairs, or may be some
    tiles: gr.Radio  # where they are sprite sheets
    suits: gr.State  # settings that suit these images, see `suiting`
    title: gr.Textbox  # what a person calls them, or ""
    browser: gr.HTML  # whose they will be


class Taken(NamedTuple):
    """What became of pictures that were sent."""

    name: str = ""  # of the prepared images
    columns: tuple[str, ...] = ()
    report: str = NOTHING_YET
    found: Doctor | None = None
    samples: Sequence = ()  # pictures that are not square
    tile: int = 0  # of sprite sheets, cut or not


def prepare(
    studio: Studio, files: list[str] | None, hub: str, image_size: int, channels: int, progress=None,
    choices: Choices = USUAL, title: str = "", browser: str = "",
) -> Taken:  # fmt: skip
    """The name of the images, their label columns, and what the doctor says, or why all were refused.

    With `hub`, "owner/name", a data set of the Hugging Face Hub is taken in and not the files.
    """
    hub = (hub or "").strip()
    source = hub or [Path(file) for file in files or ()]
    if not source:
        return Taken()
    if not hub and swept(files):
        return Taken(report=SWEPT)
    try:
        intake = studio.prepare_own(source, image_size, channels, progress, choices, browser, title)
        found = studio.examine(intake)
    except ValueError as error:
        log.info("own images refused: %s", error)
        return Taken(report=doctor_view.refusal(error), tile=getattr(error, "side", choices.tiles))
    report = _report(studio, intake.name, found)
    tile = choices.tiles or found.tile
    return Taken(intake.name, tuple(intake.labels), report, found, intake.samples, tile)


def take_in(studio: Studio, *asked, **named) -> tuple[str, tuple[str, ...], str]:
    """The same for whoever chooses nothing: the name, the label columns and the report."""
    taken = prepare(studio, *asked, **named)
    return taken.name, taken.columns, taken.report


def swept(files: list[str] | None) -> bool:
    """Uploads that are gone: Gradio deletes them after a while."""
    return not all(Path(file).is_file() for file in files or ())


def offered(part: OwnImages, taken: Taken, choices: Choices) -> dict:
    """What a person may choose of these pictures, and how they were taken in."""
    found, samples = taken.found, taken.samples
    ways = [(way.proposal, way.kind) for way in found.ways] if found else []
    proposed = any(kind in PROPOSED for _, kind in ways)
    if found and found.pairing:
        choices = replace(choices, pairs=found.pairing.used)
    bars = f"Cut off the black or white bars ({found.barred:,} images)" if found else ""
    return {
        part.own: taken.name, part.columns: taken.columns, part.report: taken.report, part.choices: choices,
        part.fit: gr.update(visible=len(samples) > 0, value=choices.fit),
        part.fits: doctor_view.fits(samples),
        part.cut_bars: gr.update(visible=bool(found and found.barred), value=choices.cut_bars, label=bars),
        part.labels: gr.update(
            visible=proposed, choices=[*ways, NO_LABELS], value=found.used if found else None
        ),
        part.pairs: pairs_choice(found),
        part.tiles: tiles_choice(taken.tile, choices.tiles),
        part.suits: suiting(found) if found else {},
    }  # fmt: skip


def pairs_choice(found: Doctor | None) -> dict:
    """An update of the question which of two is the source; hidden where nothing looks like pairs."""
    pairing = found.pairing if found else None
    if not pairing:
        return gr.update(visible=False, value=None)
    one, other = pairing.sides
    ways = [(f"{one} → {other}", pairing.ways[0]), (f"{other} → {one}", pairing.ways[1]), NO_PAIRS]
    return gr.update(visible=True, label=ASK_PAIRS[pairing.kind], choices=ways, value=pairing.used)


def tiles_choice(tile: int, used: int) -> dict:
    """An update of the question whether sprite sheets are cut; hidden where there are none."""
    if not tile:
        return gr.update(visible=False, value=None)
    cut = f"Cut them into drawings of {tile} × {tile} pixels"
    return gr.update(visible=True, choices=[(cut, tile), ("Leave them whole", 0)], value=used)


def suiting(found: Doctor) -> dict[str, str]:
    """Settings that suit these images, for the recipes that have them: the source, and what two sides are."""
    are_pairs = found.pairing and found.pairing.used != "none"
    suits = {"view": "pair"} if are_pairs else {}
    for column in TWO_SIDES:
        sides = [value for value, count in found.labels.get(column, {}).items() if count]
        if len(sides) == 2:
            a, b = (found.pairing.source, found.pairing.answer) if are_pairs else sides
            return suits | {"side_label": column, "side_a": a, "side_b": b}
    return suits


def otherwise(
    studio: Studio, part: OwnImages, taken: Taken, choices: Choices, own: str, was: Choices
) -> dict:
    """As offered; but the prepared images `own` stay, as they were, where they can't be had otherwise."""
    if taken.name or not own:
        return offered(part, taken, choices)
    _, size, _, channels = studio.data_preview(own, 1).shape
    return {
        part.report: taken.report, part.image_size: size, part.colours: channels, part.fit: was.fit,
        part.cut_bars: was.cut_bars, part.labels: was.labels or gr.skip(),
    } | {one: said for one, said in ((part.pairs, was.pairs), (part.tiles, was.tiles)) if said}  # fmt: skip


def augmentation(studio: Studio, data: str, policies: list[str]) -> Markup:
    """What these policies make of the first images of the data; without any, what one may do."""
    if not data:
        return html(
            '<p class="train-about">Choose data that is already here to see what it does to the images.</p>'
        )
    if not policies:
        return html('<p class="train-about">Tick one to see what it does to your images.</p>')
    policy = ",".join(name for name in AUGMENTATIONS if name in policies)
    return doctor_view.before_and_after(*studio.augmented(data, policy, SHOWN, 0))


def _report(studio: Studio, name: str, found: Doctor) -> Markup:
    images = studio.data_preview(name, found.count)
    pairs = [(images[a], images[b]) for a, b in found.near_pairs]
    return doctor_view.report(found, pairs, augmentation(studio, name, list(AUGMENTATIONS)))


def layout(studio: Studio) -> OwnImages:
    """Lays the part out and lets what is chosen be taken in; the report shows how far that is."""
    own, columns, fetched = gr.State(""), gr.State(()), gr.State("")
    files = gr.File(
        label=f"Images or zips, at least {studio.limits.train_images_least}",
        file_count="multiple", height=160, elem_id="train-files",
    )  # fmt: skip
    scripted("train/folder", html_template=FOLDER)
    with gr.Row(elem_id="train-from-hub"):
        hub = gr.Textbox(
            label="Or from Hugging Face", placeholder="owner/name", max_length=200,
            scale=3, min_width=160, elem_id="train-hub",
        )  # fmt: skip
        fetch = gr.Button("Fetch", scale=1, min_width=70, elem_id="train-fetch")
    with gr.Row():
        size = gr.Radio([(f"{side} px", side) for side in IMAGE_SIZES], value=32, label="Size", min_width=120)
        colours = gr.Radio([("Colour", 3), ("Grey", 1)], value=3, label="Colours", min_width=120)
    ways = [(words, how) for how, words in doctor_view.FIT_WORDS.items()]
    fit = gr.Radio(
        ways, value=USUAL.fit, label="Images that are not square", visible=False, elem_id="train-fit"
    )
    fits = gr.HTML()
    cut_bars = gr.Checkbox(label="Cut off the bars", visible=False, elem_id="train-bars")
    labels = gr.Radio([NO_LABELS], label="Labels", visible=False, elem_id="train-labels")
    pairs = gr.Radio([], label="Pairs", visible=False, elem_id="train-pairs")
    tiles = gr.Radio([], label="Sprite sheets: many drawings in one picture?", visible=False,
                     elem_id="train-tiles")  # fmt: skip
    title = gr.Textbox(label="Name for these images", placeholder="the name of the zip or folder",
                       max_length=40, elem_id="train-own-title")  # fmt: skip
    report = gr.HTML(NOTHING_YET, elem_id="train-report")
    return OwnImages(
        own, columns, size, colours, files, report, hub, fetch, fetched, gr.State(USUAL), fit, fits, cut_bars,
        labels, pairs, tiles, gr.State({}), title, whose.browser_id(),
    )  # fmt: skip


def taken_in(studio: Studio, part: OwnImages) -> list[gr.events.Dependency]:
    """The events that take images in: chosen, fetched, or wanted otherwise. Others go on from them."""
    shared = {
        "concurrency_id": "intake", "concurrency_limit": 1, "show_progress_on": part.report,
        "api_visibility": "private",
    }  # fmt: skip
    asked = [part.image_size, part.colours, part.fit, part.cut_bars]
    answers = [part.labels, part.pairs, part.tiles]
    offers = [part.fit, part.fits, part.cut_bars, *answers, part.suits]
    shown = [part.own, part.columns, part.report, part.choices, *offers]

    def of_files(title, browser, files, size, colours, fit, cut_bars, progress=gr.Progress()):  # noqa: B008
        choices = Choices(fit, cut_bars)
        taken = prepare(studio, files, "", size, colours, _told(progress), choices, title, browser or "")
        return offered(part, taken, choices) | {part.fetched: ""}

    def of_hub(title, browser, name, size, colours, fit, cut_bars, progress=gr.Progress()):  # noqa: B008
        choices = Choices(fit, cut_bars)
        taken = prepare(studio, None, name, size, colours, _told(progress), choices, title, browser or "")
        fetched = name.strip() if taken.name else ""
        return offered(part, taken, choices) | {part.fetched: fetched, part.files: None}

    def again(
        title,
        browser,
        files,
        name,
        size,
        colours,
        fit,
        cut_bars,
        labels,
        pairs,
        tiles,
        own,
        was,
        progress=gr.Progress(),  # noqa: B008
    ):
        choices = Choices(fit, cut_bars, labels or "", pairs or "", tiles or 0)
        taken = prepare(studio, files, name, size, colours, _told(progress), choices, title, browser or "")
        return otherwise(studio, part, taken, choices, own, was)

    of_whom, files = [part.title, part.browser], part.files
    part.title.blur(studio.call_own, [part.own, part.title], part.own, show_progress="hidden",
                    api_visibility="private", queue=False)  # fmt: skip
    return [
        gr.on([files.upload, files.clear, files.delete], of_files, [*of_whom, files, *asked],
              [*shown, part.fetched], trigger_mode="always_last", **shared),
        gr.on([part.fetch.click, part.hub.submit], of_hub, [*of_whom, part.hub, *asked],
              [*shown, part.fetched, part.files], **shared),
        gr.on([one.input for one in (*asked, *answers)], again,
              [*of_whom, files, part.fetched, *asked, *answers, part.own, part.choices],
              [*shown, part.image_size, part.colours], trigger_mode="always_last", **shared),
    ]  # fmt: skip


def _told(progress: gr.Progress):
    return partial(_tell, progress)


def _tell(progress: gr.Progress, done: int, total: int):
    if done % 50 == 0 or done >= total:
        progress((done, max(total, done)), desc="Reading", unit="images")
