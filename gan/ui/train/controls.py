"""What one asks a run for: the controls of the Train tab, and the TrainConfig that they stand for."""

import re
from dataclasses import replace
from types import SimpleNamespace

import gradio as gr

from gan import recipes
from gan.checkpoint.info import SHIPPED
from gan.config import TrainConfig, is_own
from gan.knobs import knobs
from gan.ranges import ConfigError
from gan.recipes import DEFAULT_RECIPE, FIRST_LABEL, RECIPES, of_pairs, papers, recipe_config
from gan.runs import budget
from gan.studio import DataInfo, Studio
from gan.ui.markup import Markup, html, joined
from gan.ui.parts import sentence_of
from gan.ui.train import own_images
from gan.ui.train import settings as train_settings
from gan.ui.train import view as shows
from gan.ui.train.following import known

OWN = "own"  # in the list of data: people's own images
NO_IMAGES = "Add images of your own first: image files, a zip or a folder of them."
NO_LABEL = (
    "This recipe gives both networks a class: choose a label under More settings, The networks. Data without "
    "labels can't be used; your own images get labels from folders, one per class."
)
COLLAPSE_WORDS = (
    "The original loss of 2014, and a discriminator that is far too strong: watch it go wrong, and choose a "
    "cure."
)
SIDE = {28: 6, 32: 6, 64: 5}  # of the grid that the page shows, in images: about 200 to 320 pixels
OF_SIDES = ("side_label", "side_a", "side_b")
OF_OWN = ("view", *OF_SIDES)  # settings that people's own images decide
COLLAPSE_SECONDS = 180.0
FEWEST_STEPS = 50  # of a run that tells how fast another will be


class Controls(SimpleNamespace):
    """The components that a run is asked for with, by name.

    data, own (a State: the path of people's own images, prepared), image_size and colours (of their own
    images), recipe, seconds, name, and one for each of train_settings.SETTINGS.
    """


def data_info(studio: Studio, name: str) -> DataInfo | None:
    return next((info for info in studio.datasets() if info.name == name), None)


# From controls to a config


def asked_config(studio: Studio, asked: dict) -> TrainConfig:
    """The run that the controls stand for, by their names. Raises ConfigError, a sentence."""
    model, rest = train_settings.read(asked)
    data, common = _common(studio, asked)
    recipe = RECIPES.get(asked["recipe"])
    if recipe and recipe.needs_label and not rest.get("label", FIRST_LABEL):
        raise ConfigError(NO_LABEL)
    return recipe_config(asked["recipe"], model | data, name=(asked["name"] or "").strip(), **common, **rest)


def collapse_config(studio: Studio, asked: dict) -> TrainConfig:
    """A run on the chosen data that goes wrong on purpose. Raises ConfigError where there are no data."""
    data, common = _common(studio, asked)
    common["seconds"] = min(max(common["seconds"], COLLAPSE_SECONDS), studio.limits.run_seconds)
    config = recipes.collapse_config(data, **common)
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
        and info.feature_maps == knobs(model).get("feature_maps")
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
    return html('<p class="train-about">{} <cite>{}</cite></p>', RECIPES[recipe].why, links)


def label_shown(columns: tuple[str, ...], recipe: str, current: str | None = "") -> str:
    """The label column to choose: the one that was if the data have it, the first if the recipe needs one."""
    if current in columns:
        return current
    return columns[0] if columns and _wants_label(recipe) else ""


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


# Layout


def controls(studio: Studio) -> tuple[Controls, gr.Button, gr.Button, gr.Button]:
    """Lays them out, with the buttons Start, Stop and Show me a collapse."""
    sets, most = studio.datasets(), studio.limits.run_seconds
    first = sets[0]
    choices = [*((info.title, info.name) for info in sets), ("My own images …", OWN)]
    data = gr.Dropdown(choices, value=first.name, label="Data", elem_id="train-data")
    about = gr.HTML(shows.data_words(first))
    with gr.Column(visible=False) as group:
        part = own_images.layout(studio)
    titles = [(recipe.title, key) for key, recipe in RECIPES.items()]
    recipe = gr.Dropdown(titles, value=DEFAULT_RECIPE, label="Recipe", elem_id="train-recipe")
    words = gr.HTML(recipe_words(DEFAULT_RECIPE))
    seconds = gr.Slider(10, most, min(120, most), step=5, label="Seconds of training")
    name = gr.Textbox(label="Name", placeholder="of the model; made up if empty",
                      max_length=studio.limits.name_length)  # fmt: skip
    with gr.Row():
        start = gr.Button("Start", variant="primary", min_width=80, elem_id="train-start")
        stop = gr.Button("Stop", interactive=False, min_width=80, elem_id="train-stop")
    says = gr.HTML(elem_id="train-says")
    collapse = gr.Button("Show me a collapse", size="md", elem_id="train-collapse")
    gr.HTML(html('<p class="train-about">{}</p>', COLLAPSE_WORDS))
    with gr.Accordion("More settings", open=False, elem_id="train-more"):
        settings, preview = _settings(studio, first)
    asked = Controls(
        data=data, own=part.own, image_size=part.image_size, colours=part.colours, recipe=recipe,
        seconds=seconds, name=name, **settings,
    )  # fmt: skip
    places = SimpleNamespace(about=about, group=group, words=words, says=says, preview=preview)
    _listen(studio, asked, part, places)
    says.value = checked(studio, {key: one.value for key, one in vars(asked).items()})
    return asked, start, stop, collapse


def _settings(studio: Studio, first: DataInfo) -> tuple[dict[str, gr.components.Component], gr.HTML]:
    """The folded groups of settings, by key, and the place that shows the augmentation."""
    values, settings = choose_recipe(first.labels, DEFAULT_RECIPE), {}
    there = train_settings.offered(values)
    for group in train_settings.GROUPS:
        with gr.Accordion(group.title, open=False, elem_id=f"settings-{group.key}"):
            gr.HTML(html('<p class="train-about">{}</p>', group.words))
            with gr.Column(elem_classes="settings"):
                for one in group.settings:
                    if one.key == "label":
                        one = replace(one, options=tuple(train_settings.label_choices(first.labels)))
                    value = values[one.key] if one.key in values else train_settings.usual(one.key)
                    settings[one.key] = train_settings.component(one, value, studio.limits)
                    settings[one.key].visible = one.key in there
            if group.key == "collapse":
                preview = gr.HTML(own_images.augmentation(studio, first.name, []))
    return settings, preview


def _listen(studio: Studio, asked: Controls, part: own_images.OwnImages, places: SimpleNamespace):
    """Keeps what is shown in step with what is chosen."""
    at_once = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    every = vars(asked)
    settings = {key: every[key] for key in train_settings.SETTINGS}
    of_own = [settings[key] for key in OF_OWN]

    def check(values: dict) -> str:
        return checked(studio, {key: values[one] for key, one in every.items()})

    def on_recipe(recipe, data, own_columns, suits):
        columns = label_columns(studio, data, own_columns)
        shown = choose_recipe(columns, recipe)
        shown |= suited(recipe, suits if data == OWN else {}, columns, shown)
        shown["batch"] = min(shown["batch"], studio.limits.run_batch)
        return {places.words: recipe_words(recipe)} | updated(shown)

    def updated(values: dict) -> dict:
        return {settings[key]: update for key, update in of_its_kind(values).items()}

    def on_kind(network, encoder):
        return updated({"network": network, "encoder": encoder})

    def on_data(data, recipe, label, own_columns):
        info, columns = data_info(studio, data), label_columns(studio, data, own_columns)
        return {
            places.about: gr.update(value=shows.data_words(info) if info else "", visible=bool(info)),
            places.group: gr.update(visible=data == OWN),
            asked.label: gr.update(
                choices=train_settings.label_choices(columns), value=label_shown(columns, recipe, label)
            ),
        }

    def on_images(data, recipe, label, own_columns, suits, *current):
        columns, now = label_columns(studio, data, own_columns), dict(zip(OF_OWN, current, strict=True))
        chosen = suited(recipe, suits if data == OWN else {}, columns, now)
        return on_data(data, recipe, label, own_columns) | {settings[key]: one for key, one in chosen.items()}

    def on_augment(data, own, policies):
        return own_images.augmentation(studio, data_here(studio, data, own), policies)

    checks = {"fn": check, "inputs": set(every.values()), "outputs": places.says, **at_once}
    looks = {
        "fn": on_augment,
        "inputs": [asked.data, part.own, asked.augment],
        "outputs": places.preview,
        **at_once,
    }
    chooses = {
        "fn": on_images,
        "inputs": [asked.data, asked.recipe, asked.label, part.columns, part.suits, *of_own],
        "outputs": [places.about, places.group, asked.label, *of_own],
        **at_once,
    }
    asked.recipe.input(
        on_recipe,
        [asked.recipe, asked.data, part.columns, part.suits],
        [places.words, *settings.values()],
        **at_once,
    ).then(**checks).then(**looks)
    taken = [event.then(**chooses) for event in own_images.taken_in(studio, part)]
    for event in (asked.data.input(**chooses), *taken):
        event.then(**checks).then(**looks)
    told = [one.input for one in (*settings.values(), asked.seconds)]
    gr.on(told, trigger_mode="always_last", **checks)
    asked.augment.input(**looks, trigger_mode="always_last")
    gr.on([asked.network.input, asked.encoder.input], on_kind, [asked.network, asked.encoder],
          [*settings.values()], **at_once)  # fmt: skip

    def on_load(request: gr.Request) -> dict:
        """A page that is loaded in the middle of a run shows what was asked for."""
        view = known(studio, request.query_params.get("run") or "")
        if not view or view.config.recipe not in RECIPES:
            return {places.says: gr.skip()}
        shown, label = of_run(view.config), view.config.label
        about = on_data(shown["data"], shown["recipe"], label, (label,) if label else ())
        kept = {every[key]: value for key, value in shown.items() if key not in settings}
        filled = {one: update for one, update in updated(shown).items() if one is not asked.label}
        return (
            kept
            | filled
            | about
            | {places.words: recipe_words(shown["recipe"]), places.says: checked(studio, shown)}
        )

    gr.on(None, on_load, None, [places.about, places.group, places.words, places.says, *every.values()],
          **at_once)  # fmt: skip
