"""What one asks a run for: the controls of the Train tab, and the TrainConfig that they stand for."""

import logging
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

import gradio as gr

from gan.config import DEFAULT_RECIPE, IMAGE_SIZES, RECIPES, ConfigError, TrainConfig, recipe_config
from gan.studio import DataInfo, Studio
from gan.ui import train_view as shows

log = logging.getLogger(__name__)

OWN = "own"  # in the list of data: people's own images
NO_IMAGES = "Add images of your own first: picture files, or a zip of them."
SIDE = {28: 6, 32: 6, 64: 5}  # of the grid that the page shows, in images: about 200 to 320 pixels


@dataclass(frozen=True)
class Controls:
    """What a run is asked for with."""

    data: gr.Dropdown
    own: gr.State  # the path of people's own images, prepared
    image_size: gr.Radio  # of their own images
    colours: gr.Radio  # likewise: channels
    recipe: gr.Radio
    seconds: gr.Slider
    batch: gr.Slider
    g_lr: gr.Number
    d_lr: gr.Number
    seed: gr.Number
    name: gr.Textbox


def data_info(studio: Studio, name: str) -> DataInfo | None:
    return next((info for info in studio.datasets() if info.name == name), None)


def asked_config(studio: Studio, asked: dict) -> TrainConfig:
    """The run that the controls stand for, by their names. Raises ConfigError, a sentence."""
    size, channels, data = asked["image_size"], asked["colours"], asked["own"]
    if asked["data"] == OWN and not data:
        raise ConfigError(NO_IMAGES)
    if asked["data"] != OWN:
        data = asked["data"]
        info = data_info(studio, data)
        if not info:
            raise ConfigError("Choose the data to learn from first.")
        size, channels = info.image_size, info.channels
    rest = {key: asked[key] for key in ("batch", "g_lr", "d_lr", "seed", "seconds")}
    return recipe_config(
        asked["recipe"], {"image_size": size, "channels": channels}, data=data, name=asked["name"].strip(),
        device=studio.device, grid_images=SIDE[size] ** 2, **rest,
    )  # fmt: skip


def take_in(studio: Studio, files: list[str] | None, image_size: int, channels: int) -> tuple[str, str]:
    """Where people's own images lie now, and what became of each file, or why all were refused."""
    if not files:
        return "", ""
    try:
        intake = studio.prepare_own([Path(file) for file in files], image_size, channels)
    except ValueError as error:
        log.info("upload refused: %s", error)
        return "", shows.refusal_words(error)
    return str(intake.path), shows.intake_words(intake)


def choose_data(studio: Studio, data: str) -> tuple[str, dict]:
    info = data_info(studio, data)
    return shows.data_words(info) if info else "", gr.update(visible=data == OWN)


def choose_recipe(recipe: str) -> tuple[str, float, float]:
    values = recipe_config(recipe)
    return recipe_words(recipe), values.g_lr, values.d_lr


def recipe_words(recipe: str) -> str:
    return f'<p class="train-about">{escape(RECIPES[recipe]["about"])}</p>'


def controls(studio: Studio) -> tuple[Controls, gr.Button, gr.Button]:
    """Lays them out, with Start and Stop."""
    private = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    limits, sets = studio.limits, studio.datasets()
    first, recipe = sets[0], recipe_config(DEFAULT_RECIPE)
    choices = [*((info.title, info.name) for info in sets), ("My own images …", OWN)]
    data = gr.Dropdown(choices, value=first.name, label="Data")
    about = gr.HTML(shows.data_words(first), padding=False)
    with gr.Group(visible=False) as group:
        own, size, colours = _own_images(studio)
    data.change(partial(choose_data, studio), data, [about, group], **private)
    chosen = gr.Radio(list(RECIPES), value=DEFAULT_RECIPE, label="Recipe")
    words = gr.HTML(recipe_words(DEFAULT_RECIPE), padding=False)
    most = limits.run_seconds
    seconds = gr.Slider(10, most, min(120, most), step=5, label="Seconds", info="How long it may train")
    name = gr.Textbox(
        label="Name", info="What the model is kept as", placeholder="made up, if empty", max_length=60
    )
    with gr.Row():
        start = gr.Button("Start", variant="primary", min_width=80, elem_id="train-start")
        stop = gr.Button("Stop", interactive=False, min_width=80, elem_id="train-stop")
    with gr.Accordion("More settings", open=False):
        batch = gr.Slider(8, limits.run_batch, min(64, limits.run_batch), step=8, label="Batch",
                          info="Images a step: more is steadier, and slower")  # fmt: skip
        with gr.Row():
            g_lr = gr.Number(recipe.g_lr, label="Generator's learning rate", min_width=120)
            d_lr = gr.Number(recipe.d_lr, label="Discriminator's", min_width=120)
        seed = gr.Number(0, label="Seed", precision=0, info="The same seed and settings start the same run")
    chosen.change(choose_recipe, chosen, [words, g_lr, d_lr], **private)
    asked = Controls(data, own, size, colours, chosen, seconds, batch, g_lr, d_lr, seed, name)
    return asked, start, stop


def _own_images(studio: Studio) -> tuple[gr.State, gr.Radio, gr.Radio]:
    own = gr.State("")
    files = gr.File(
        label=f"Pictures or zips, at least {studio.limits.train_images_least} images", file_count="multiple",
        height=160, elem_id="train-files",
    )  # fmt: skip
    with gr.Row():
        size = gr.Radio([(f"{side} px", side) for side in IMAGE_SIZES], value=32, label="Size", min_width=120)
        colours = gr.Radio([("Colour", 3), ("Grey", 1)], value=3, label="Colours", min_width=120)
    report = gr.HTML(padding=False)
    gr.on(
        [files.change, size.change, colours.change], partial(take_in, studio), [files, size, colours],
        [own, report], trigger_mode="always_last", concurrency_id="intake", concurrency_limit=1,
        show_progress_on=report, api_visibility="private",
    )  # fmt: skip
    return own, size, colours
