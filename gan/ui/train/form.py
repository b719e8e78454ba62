"""The controls that a run is asked for with, laid out, and kept in step with one another."""

from dataclasses import replace
from types import SimpleNamespace

import gradio as gr

from gan.recipes import DEFAULT_RECIPE, RECIPES
from gan.studio import DataInfo, Studio
from gan.ui.markup import html
from gan.ui.train import own_images
from gan.ui.train import settings as train_settings
from gan.ui.train import view as shows
from gan.ui.train.controls import (
    FAILURE_WORDS,
    OF_OWN,
    OWN,
    Controls,
    checked,
    choose_recipe,
    data_here,
    data_info,
    label_columns,
    label_shown,
    of_its_kind,
    of_run,
    recipe_words,
    suited,
)
from gan.ui.train.following import known

# Gradio tells of a choice twice, and again when the list is left, and an answer to a second telling would set
# back what was changed since the first. So what is chosen is noted down, and it changes once a choice. The
# mark says that somebody chose: of a run that is loaded nothing is filled in but what it was asked for.
MARK = "*"
NOTED = f"(chosen, noted) => noted.replace('{MARK}', '') === chosen ? noted : chosen + '{MARK}'"
RECIPE = "(words) => void document.dispatchEvent(new CustomEvent('gan:recipe', { detail: words }))"
AT_ONCE = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


def chosen_by_hand(noted: str | None) -> bool:
    return str(noted).endswith(MARK)


def controls(studio: Studio) -> tuple[Controls, gr.Button, gr.Button, dict[str, gr.Button]]:
    """Lays them out, with the buttons Start and Stop, and one that shows each of the failures."""
    sets, most = studio.datasets(), studio.limits.run_seconds
    first = sets[0]
    choices = [*((info.title, info.name) for info in sets), ("My own images …", OWN)]
    data = gr.Dropdown(choices, value=first.name, label="Data", elem_id="train-data")
    about = gr.HTML(shows.data_words(first))
    with gr.Column(visible=False) as group:
        part = own_images.layout(studio)
    titles = [(recipe.title, key) for key, recipe in RECIPES.items()]
    recipe = gr.Dropdown(titles, value=DEFAULT_RECIPE, label="Recipe", elem_id="train-recipe")
    words = gr.HTML(recipe_words(DEFAULT_RECIPE), elem_id="train-recipe-words")
    seconds = gr.Slider(10, most, min(120, most), step=5, label="Seconds of training")
    name = gr.Textbox(label="Name", placeholder="of the model; made up if empty",
                      max_length=studio.limits.name_length)  # fmt: skip
    with gr.Row():
        start = gr.Button("Start", variant="primary", min_width=80, elem_id="train-start")
        stop = gr.Button("Stop", interactive=False, min_width=80, elem_id="train-stop")
    says, filled = gr.HTML(elem_id="train-says"), gr.Textbox(recipe.value, visible="hidden")
    failing = {}
    gr.HTML(html('<p class="train-about">Watch a run fail, and choose a cure:</p>'))
    for failure, why in FAILURE_WORDS.items():
        id = f"train-{failure.replace(' ', '-')}"
        failing[failure] = gr.Button(f"Show me {failure}", size="md", elem_id=id)
        gr.HTML(html('<p class="train-about">{}</p>', why))
    with gr.Accordion("More settings", open=False, elem_id="train-more"):
        settings, preview = _settings(studio, first)
    asked = Controls(
        data=data, own=part.own, image_size=part.image_size, colours=part.colours, recipe=recipe,
        filled=filled, seconds=seconds, name=name, **settings,
    )  # fmt: skip
    places = SimpleNamespace(about=about, group=group, words=words, says=says, preview=preview,
                             recipe=gr.Textbox(recipe.value, visible="hidden"),
                             data=gr.Textbox(data.value, visible="hidden"))  # fmt: skip
    Listening(studio, asked, part, places).begin()
    says.value = checked(studio, {key: one.value for key, one in vars(asked).items()})
    return asked, start, stop, failing


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


class Listening:
    """What is shown follows what is chosen. Methods with on_ are listeners; each gives {component: value}.

    places: the words about the data and the recipe, the group of own images, what Start would come to, the
    preview of the augmentation, and the notes of the recipe and the data that were chosen, see NOTED.
    """

    def __init__(self, studio: Studio, asked: Controls, part: own_images.OwnImages, places: SimpleNamespace):
        self.studio, self.asked, self.part, self.places = studio, asked, part, places
        self.every = vars(asked)
        self.settings = {key: self.every[key] for key in train_settings.SETTINGS}

    def on_check(self, values: dict) -> dict:
        said = checked(self.studio, {key: values[one] for key, one in self.every.items()})
        return {self.places.says: said}

    def on_recipe(self, noted, recipe, data, own_columns, suits) -> dict:
        if not chosen_by_hand(noted):
            return {self.places.words: gr.skip()}
        columns = label_columns(self.studio, data, own_columns)
        shown = choose_recipe(columns, recipe)
        shown |= suited(recipe, suits if data == OWN else {}, columns, shown)
        shown["batch"] = min(shown["batch"], self.studio.limits.run_batch)
        return self._updated(shown) | {self.asked.filled: recipe, self.places.words: recipe_words(recipe)}

    def on_kind(self, network, encoder) -> dict:
        return self._updated({"network": network, "encoder": encoder})

    def on_other_data(self, noted, *chosen) -> dict:
        return self.on_data(*chosen) if chosen_by_hand(noted) else {self.places.about: gr.skip()}

    def on_data(self, data, recipe, label, own_columns, suits, *current) -> dict:
        columns = label_columns(self.studio, data, own_columns)
        now = dict(zip(OF_OWN, current, strict=True))
        chosen = suited(recipe, suits if data == OWN else {}, columns, now)
        about = self._about(data, label_shown(columns, recipe, label), columns)
        return about | {self.settings[key]: value for key, value in chosen.items()}

    def on_augment(self, data, own, policies) -> dict:
        here = data_here(self.studio, data, own)
        return {self.places.preview: own_images.augmentation(self.studio, here, policies)}

    def on_load(self, request: gr.Request) -> dict:
        """A page that is loaded in the middle of a run shows what was asked for."""
        view = known(self.studio, request.query_params.get("run") or "")
        if not view or view.config.recipe not in RECIPES:
            return {self.places.says: gr.skip()}
        shown, label = of_run(view.config), view.config.label
        columns = label_columns(self.studio, shown["data"], (label,) if label else ())
        if label or not columns:  # else it was told none on purpose
            shown["label"] = label_shown(columns, shown["recipe"], label)
        kept = {self.every[key]: value for key, value in shown.items() if key not in self.settings}
        filled = {one: update for one, update in self._updated(shown).items() if one is not self.asked.label}
        words = {
            self.places.words: recipe_words(shown["recipe"]), self.places.says: checked(self.studio, shown),
            self.places.recipe: shown["recipe"], self.places.data: shown["data"],
        }  # fmt: skip
        return kept | filled | self._about(shown["data"], shown["label"], columns) | words

    def _updated(self, values: dict) -> dict:
        return {self.settings[key]: update for key, update in of_its_kind(values).items()}

    def _about(self, data: str, label: str, columns: tuple[str, ...]) -> dict:
        """The words about the data, its group if it is people's own, and the labels that it has."""
        info = data_info(self.studio, data)
        return {
            self.places.about: gr.update(value=shows.data_words(info) if info else "", visible=bool(info)),
            self.places.group: gr.update(visible=data == OWN),
            self.asked.label: gr.update(choices=train_settings.label_choices(columns), value=label),
        }

    def begin(self):
        asked, part, places = self.asked, self.part, self.places
        settings, of_own = [*self.settings.values()], [self.settings[key] for key in OF_OWN]
        of_recipe = [places.recipe, asked.recipe, asked.data, part.columns, part.suits]
        of_data = [asked.recipe, asked.label, part.columns, part.suits, *of_own]
        check = {"fn": self.on_check, "inputs": {*self.every.values()}, "outputs": [places.says]}
        look = {"fn": self.on_augment, "inputs": [asked.data, part.own, asked.augment],
                "outputs": [places.preview]}  # fmt: skip
        check, look = check | AT_ONCE, look | AT_ONCE
        for name in ("recipe", "data"):
            asked_of, noted = getattr(asked, name), getattr(places, name)
            asked_of.input(None, [asked_of, noted], noted, js=NOTED)
        last = {"trigger_mode": "always_last", **AT_ONCE}
        # the words come last: who reads of the recipe and then changes a setting, changes the recipe's
        filled = [*settings, asked.filled, places.words]
        chosen = places.recipe.change(self.on_recipe, of_recipe, filled, **last)
        places.words.change(None, places.words, None, js=RECIPE)
        shown = [asked.label, *of_own, places.about, places.group]
        other = places.data.change(self.on_other_data, [places.data, asked.data, *of_data], shown, **last)
        taken = [event.then(self.on_data, [asked.data, *of_data], shown, **AT_ONCE)
                 for event in own_images.taken_in(self.studio, part)]  # fmt: skip
        for event in (chosen, other, *taken):
            event.then(**check).then(**look)
        told = [one.input for one in (*settings, asked.seconds)]
        gr.on(told, trigger_mode="always_last", **check)
        asked.augment.input(**look, trigger_mode="always_last")
        kinds = [asked.network, asked.encoder]
        gr.on([one.input for one in kinds], self.on_kind, kinds, settings, **AT_ONCE)
        loaded = [*self.every.values(), *vars(places).values()]
        gr.on(None, self.on_load, None, loaded, **AT_ONCE)
