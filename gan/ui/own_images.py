"""People's own images in the Train tab: files, zips, a folder, a data set of the Hub, and what they hold."""

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr

from gan.config import AUGMENTATIONS, IMAGE_SIZES
from gan.studio import Doctor, Studio
from gan.ui import doctor_view
from gan.ui.parts import script

log = logging.getLogger(__name__)
SHOWN = 8  # images with and without augmentation
NOTHING_YET = (
    '<p class="train-about">Before a run you see here what is in your images: what can\'t be used and why, '
    "doubles, labels, sizes, and advice.</p>"
)
SWEPT = (
    '<p class="train-about" role="alert">Your pictures are no longer here: uploads are swept away after an '
    "hour. Choose your pictures again.</p>"
)
FOLDER = (
    '<div class="folder"><button type="button">Choose a folder …</button> '
    "<span>or drop one above. Subfolders become labels.</span><output></output>"
    '<input type="file" webkitdirectory multiple hidden></div>'
)


@dataclass(frozen=True)
class OwnImages:
    """The components of this part."""

    own: gr.State  # the path of the prepared images, or ""
    columns: gr.State  # their label columns
    image_size: gr.Radio
    colours: gr.Radio  # channels
    files: gr.File
    report: gr.HTML
    hub: gr.Textbox
    fetch: gr.Button
    fetched: gr.State  # the data set of the Hub that `own` is from, or ""


def take_in(
    studio: Studio, files: list[str] | None, hub: str, image_size: int, channels: int, progress=None
) -> tuple[str, tuple[str, ...], str]:
    """Where the images lie now, their label columns, and what the doctor says, or why all were refused.

    With `hub`, "owner/name", a data set of the Hugging Face Hub is taken in and not the files.
    """
    source = hub.strip() or [Path(file) for file in files or ()]
    if not source:
        return "", (), NOTHING_YET
    if not hub.strip() and swept(files):
        return "", (), SWEPT
    try:
        intake = studio.prepare_own(source, image_size, channels, progress)
        found = studio.examine(intake)
    except ValueError as error:
        log.info("own images refused: %s", error)
        return "", (), doctor_view.refusal(error)
    return str(intake.path), tuple(intake.labels), _report(studio, str(intake.path), found)


def swept(files: list[str] | None) -> bool:
    """Uploads that are gone: Gradio deletes them after a while."""
    return not all(Path(file).is_file() for file in files or ())


def in_another_size(
    studio: Studio, files: list[str] | None, hub: str, size: int, channels: int, own: str, columns: tuple,
    progress=None,
) -> tuple[str, tuple[str, ...], str, int, int]:
    """As take_in, and the size and channels. The prepared images stay where they can't be had in another."""
    taken, taken_columns, report = take_in(studio, files, hub, size, channels, progress)
    if own and not taken:
        _, size, _, channels = studio.data_preview(own, 1).shape
        return own, columns, report, size, channels
    return taken, taken_columns, report, size, channels


def augmentation(studio: Studio, data: str, policies: list[str]) -> str:
    """What these policies make of the first images of the data; without any, what one may do."""
    if not data:
        return '<p class="train-about">Choose data that are here to see what it does to them.</p>'
    if not policies:
        return '<p class="train-about">Tick one to see what it does to your images.</p>'
    policy = ",".join(name for name in AUGMENTATIONS if name in policies)
    return doctor_view.before_and_after(*studio.augmented(data, policy, SHOWN, 0))


def _report(studio: Studio, path: str, found: Doctor) -> str:
    images = studio.data_preview(path, found.count)
    pairs = [(images[a], images[b]) for a, b in found.near_pairs]
    return doctor_view.report(found, pairs, augmentation(studio, path, list(AUGMENTATIONS)))


def layout(studio: Studio) -> OwnImages:
    """Lays the part out and lets what is chosen be taken in; the report shows how far that is."""
    own, columns, fetched = gr.State(""), gr.State(()), gr.State("")
    files = gr.File(
        label=f"Pictures or zips, at least {studio.limits.train_images_least} images", file_count="multiple",
        height=160, elem_id="train-files",
    )  # fmt: skip
    gr.HTML(html_template=FOLDER, js_on_load=script("folder.js"), apply_default_css=False, padding=False)
    with gr.Row(elem_id="train-from-hub"):
        hub = gr.Textbox(
            label="Or from Hugging Face", placeholder="owner/name", max_length=200,
            scale=3, min_width=160, elem_id="train-hub",
        )  # fmt: skip
        fetch = gr.Button("Fetch", scale=1, min_width=70, elem_id="train-fetch")
    with gr.Row():
        size = gr.Radio([(f"{side} px", side) for side in IMAGE_SIZES], value=32, label="Size", min_width=120)
        colours = gr.Radio([("Colour", 3), ("Grey", 1)], value=3, label="Colours", min_width=120)
    report = gr.HTML(NOTHING_YET, padding=False, elem_id="train-report")
    return OwnImages(own, columns, size, colours, files, report, hub, fetch, fetched)


def taken_in(studio: Studio, part: OwnImages) -> list[gr.events.Dependency]:
    """The events that take images in: chosen, fetched, or wanted in another size. Others go on from them."""
    shared = {
        "concurrency_id": "intake", "concurrency_limit": 1, "show_progress_on": part.report,
        "api_visibility": "private",
    }  # fmt: skip
    outputs = [part.own, part.columns, part.report]

    def of_files(files, size, colours, progress=gr.Progress()):  # noqa: B008, Gradio's way to ask for it
        return *take_in(studio, files, "", size, colours, _told(progress)), ""

    def of_hub(name, size, colours, progress=gr.Progress()):  # noqa: B008
        taken = take_in(studio, None, name, size, colours, _told(progress))
        return *taken, name.strip() if taken[0] else "", None

    def again(files, name, size, colours, own, columns, progress=gr.Progress()):  # noqa: B008
        return in_another_size(studio, files, name, size, colours, own, columns, _told(progress))

    asked = [part.image_size, part.colours]
    return [
        gr.on([part.files.upload, part.files.clear, part.files.delete], of_files, [part.files, *asked],
              [*outputs, part.fetched], trigger_mode="always_last", **shared),
        gr.on([part.fetch.click, part.hub.submit], of_hub, [part.hub, *asked],
              [*outputs, part.fetched, part.files], **shared),
        gr.on([part.image_size.input, part.colours.input], again,
              [part.files, part.fetched, *asked, part.own, part.columns], [*outputs, *asked],
              trigger_mode="always_last", **shared),
    ]  # fmt: skip


def _told(progress: gr.Progress):
    return partial(_tell, progress)


def _tell(progress: gr.Progress, done: int, total: int):
    if done % 50 == 0 or done >= total:
        progress((done, max(total, done)), desc="Reading", unit="images")
