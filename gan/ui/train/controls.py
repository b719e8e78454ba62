"""What one asks a run for: the TrainConfig that the Train tab's controls stand for, and what they show."""

import re
from dataclasses import replace
from types import SimpleNamespace

import gradio as gr

from gan import recipes
from gan.checkpoint.info import SHIPPED
from gan.config import LABELS_IF_ANY, TrainConfig, is_own
from gan.knobs import knobs
from gan.ranges import ConfigError
from gan.recipes import FIRST_LABEL, RECIPES, of_pairs, papers, recipe_config
from gan.runs import budget
from gan.studio import DataInfo, Studio
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import sentence_of
from gan.ui.train import settings as train_settings
from gan.ui.train.loop import given

OWN = "own"  # in the list of data: people's own images
NO_IMAGES = "Add images of your own first: image files, a zip or a folder of them."
NO_LABEL = (
    "This recipe gives both networks a class: choose a label under More settings, The networks. Data without "
    "labels can't be used; your own images get labels from folders, one per class."
)
FAILURE_WORDS = {  # of recipes.FAILURES
    "mode collapse": "G takes three long steps for each short one of D: nearly all images become the same.",
    "vanishing gradients": "The loss of the first GANs, and far too strong a D: G learns nothing from it.",
}
SIDE = {28: 6, 32: 6, 64: 5}  # of the grid that the page shows, in images: about 200 to 320 pixels
OF_SIDES = ("side_label", "side_a", "side_b")
OF_OWN = ("view", *OF_SIDES)  # settings that people's own images decide
FAILURE_SECONDS = 180.0
FEWEST_STEPS = 50  # of a run that tells how fast another will be


class Controls(SimpleNamespace):
    """The components that a run is asked for with, by name.

    data, own (a State: the path of people's own images, prepared), image_size and colours (of their own
    images), recipe, filled (the recipe that has filled in the settings), seconds, name, and one for each of
    train_settings.SETTINGS.
    """


def data_info(studio: Studio, name: str) -> DataInfo | None:
    return next((info for info in studio.datasets() if info.name == name), None)


# From controls to a config


def asked_config(studio: Studio, asked: dict) -> TrainConfig:
    """The run that the controls stand for, by their names. Raises ConfigError, a sentence."""
    if asked.get("filled", asked["recipe"]) != asked["recipe"]:  # whoever is quick gets the recipe's own
        asked = asked | choose_recipe(label_columns(studio, asked["data"], ()), asked["recipe"])
    model, rest = train_settings.read(asked)
    data, common = _common(studio, asked)
    recipe = RECIPES.get(asked["recipe"])
    if recipe and recipe.needs_label and not rest.get("label", FIRST_LABEL):
        raise ConfigError(NO_LABEL)
    return recipe_config(asked["recipe"], model | data, name=(asked["name"] or "").strip(), **common, **rest)


def failing_config(failure: str, studio: Studio, asked: dict) -> TrainConfig:
    """A run on the chosen data that goes wrong on purpose. Raises ConfigError where there are no data."""
    data, common = _common(studio, asked)
    common["seconds"] = min(max(common["seconds"], FAILURE_SECONDS), studio.limits.run_seconds)
    config = recipes.failing_config(failure, data, **common)
    return replace(config, batch=min(config.batch, studio.limits.run_batch))


def _common(studio: Studio, asked: dict) -> tuple[dict, dict]:
    """Fields of the ModelConfig that the data decide, and fields of the TrainConfig that no recipe does."""
    data, size, channels = asked["own"], asked["image_size"], asked["colours"]
    if asked["data"] == OWN and not data:
        raise ConfigError(NO_IMAGES)
    if asked["data"] != OWN:
        info = data_info(studio, asked["data"])
        if not info:
            raise ConfigError("Choose the data to learn from first.")
        data, size, channels = info.name, info.image_size, info.channels
    return {"image_size": size, "channels": channels}, {
        "data": data, "seconds": asked["seconds"], "device": studio.device,
        **studio.limits.usual(SIDE[size] ** 2),
    }  # fmt: skip


def _wants_label(recipe: str) -> bool:
    return recipe in RECIPES and bool(RECIPES[recipe].values.get("label"))


# What the controls show


def checked(studio: Studio, asked: dict) -> Markup:
    """Below Start: why the run would be refused, or what to expect of it."""
    try:
        config = asked_config(studio, asked)
        budget.check(config, studio.limits)
    except ConfigError as error:
        kind = "" if str(error) == NO_IMAGES else " refused"
        return html('<p class="train-check{}" role="status">{}</p>', kind, sentence_of(error))
    words = expected(studio, config) + changed(asked)
    return html('<p class="train-check" role="status">{}</p>', words)


def expected(studio: Studio, config: TrainConfig) -> str:
    """How many steps fit into the run's time, told from a run of the same recipe and size that was here."""
    seconds = f"{config.seconds:g} seconds"
    model = config.model
    alike = [
        info for info in studio.models()
        if info.name not in SHIPPED and info.seconds > 0 and info.steps >= FEWEST_STEPS
        and (info.image_size, info.channels, info.recipe) == (model.image_size, model.channels, config.recipe)
        and (info.feature_maps, info.g_steps) == (knobs(model).get("feature_maps"), config.g_steps)
    ]  # fmt: skip
    if not alike:
        return f"The run will show how many steps fit into {seconds}."
    speed = alike[0].images_seen / alike[0].seconds
    steps = round_number(config.seconds * speed / config.batch / config.n_critic)
    like = f"if it is as fast as a similar run was here ({speed:,.0f} images a second)"
    return f"About {steps:,} steps in {seconds}, {like}."


def round_number(value: float) -> int:
    """Two digits that count."""
    return int(float(f"{value:.2g}"))


def changed(asked: dict) -> str:
    """Which settings are no longer those of the recipe."""
    of_recipe = train_settings.shown(recipe_config(asked["recipe"]))
    if _wants_label(asked["recipe"]):
        del of_recipe["label"]  # any of the data's will do
    if asked["data"] == OWN:
        of_recipe = {key: value for key, value in of_recipe.items() if key not in OF_OWN}
    labels = list(train_settings.differences(of_recipe, asked))
    return f" Changed from the recipe: {', '.join(labels)}." if labels else ""


def recipe_words(recipe: str) -> Markup:
    links = joined(
        (
            html('<a href="{}" target="_blank" rel="noopener">{}</a>', address, name)
            for name, address in papers(recipe)
        ),
        ", ",
    )
    return html(
        '<p class="train-about" data-gives="{}">{} <cite>{}</cite></p>',
        given(recipe_config(recipe)), RECIPES[recipe].why, links,
    )  # fmt: skip


def label_shown(columns: tuple[str, ...], recipe: str, current: str | None = "") -> str:
    """The labels to choose: what was if the data have it, else as the recipe has it, all, one or none."""
    usual = RECIPES[recipe].values.get("label") if recipe in RECIPES else ""
    if current == LABELS_IF_ANY or (len(columns) > 1 and current == ",".join(columns)):  # as a run has them
        return LABELS_IF_ANY
    if usual == LABELS_IF_ANY and current in ("", ",".join(columns)):
        return usual
    if current in columns:
        return current
    return columns[0] if columns and usual else ""


def choose_recipe(columns: tuple[str, ...], recipe: str) -> dict:
    """What each setting shows when the recipe is chosen, by its key; `columns` are the data's labels."""
    return train_settings.shown(recipe_config(recipe)) | {"label": label_shown(columns, recipe)}


def suited(recipe: str, suits: dict[str, str], columns: tuple[str, ...], current: dict[str, str]) -> dict:
    """Those of OF_OWN that change: for what `suits` own images, and where the data have no more what was."""
    usual = train_settings.shown(recipe_config(recipe))
    able = {*usual} if of_pairs(recipe) else {*usual} - {"view"}
    mine = {key: value for key, value in suits.items() if key in able}
    if current.get("view") == "pair":
        mine = {"view": usual.get("view", "pair")} | mine
    if current.get("side_label") and current["side_label"] not in columns:
        mine = dict.fromkeys(OF_SIDES, "") | mine
    return mine


def of_its_kind(values: dict) -> dict:
    """What becomes of each setting's control: those that this kind of model has show, with their values."""
    there = train_settings.offered(values)
    return {key: gr.update(visible=key in there, **{"value": values[key]} if key in values else {})
            for key in train_settings.SETTINGS}  # fmt: skip


def of_run(config: TrainConfig) -> dict:
    """What the controls show of a run, by their names: what was asked for. A made-up name is not shown."""
    own, made_up = is_own(config.data), rf".+-{re.escape(config.recipe)}-\d+"
    return train_settings.shown(config) | {
        "data": OWN if own else config.data, "own": config.data if own else "", "recipe": config.recipe,
        "filled": config.recipe,
        "image_size": config.model.image_size, "colours": config.model.channels, "seconds": config.seconds,
        "name": "" if re.fullmatch(made_up, config.name) else config.name,
    }  # fmt: skip


def label_columns(studio: Studio, data: str, own: tuple[str, ...]) -> tuple[str, ...]:
    info = data_info(studio, data)
    return tuple(info.labels) if info else tuple(own)


def data_here(studio: Studio, data: str, own: str) -> str:
    """What `Studio.data_preview` takes without a download, or ""."""
    info = data_info(studio, data)
    return own if data == OWN else info.name if info and info.bundled else ""
