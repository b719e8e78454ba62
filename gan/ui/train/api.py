"""The /train endpoint: a run for scripts, one fact sheet after the other, for gradio_client and MCP."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from gan.config import TrainConfig
from gan.knobs import FLAT
from gan.ranges import ConfigError
from gan.recipes import DEFAULT_RECIPE, RECIPES, recipe_config
from gan.runs.view import RunView
from gan.studio import Studio
from gan.ui import whose
from gan.ui.parts import error_of, sentence_of
from gan.ui.train.controls import data_info

log = logging.getLogger(__name__)
PACE = 1.0  # seconds between two fact sheets
PARAMETERS = ("data", "recipe", "seconds", "name")  # said as such, and not among the settings
THE_SERVERS = ("device", "threads", "start_from", "fit", "cut_bars")
KINDS = {
    bool: ((bool,), "true or false"), str: ((str,), "text"), int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
}  # fmt: skip

KNOBS = {"network": "", "encoder": False} | {name: one.default for name, one in FLAT.items()}


def train_endpoint(studio: Studio) -> Callable:
    """The function behind /train; Gradio reads its types and text for the API page and for MCP."""

    async def train(
        data: str = "pixel_faces",
        recipe: str = DEFAULT_RECIPE,
        seconds: float = 120,
        batch: int = 64,
        g_lr: float | None = None,
        d_lr: float | None = None,
        seed: int = 0,
        name: str = "",
        settings: dict | None = None,
    ) -> AsyncIterator[dict]:
        """Train a GAN on a data set and keep it as a model. A run whose caller goes away is stopped.

        Args:
            data: Name of a data set, such as "pixel_faces", "open_peeps" or "fashion_mnist".
            recipe: One of RECIPE_NAMES.
            seconds: How long to train, up to the server's limit of 600 by default.
            batch: Images per step.
            g_lr: Learning rate of the generator; the recipe's own if left out.
            d_lr: Learning rate of the discriminator; likewise.
            seed: What the run's random numbers start from, a whole number from 0.
            name: The name to keep the model under; made up if empty. An existing name is refused.
            settings: Anything else that a recipe sets, by the field names of gan/config.py, and under "model"
                what the networks are made of, by the knobs of gan/knobs.py: {"n_critic": 2, "augment":
                "color,cutout", "model": {"d_norm": "spectral"}}. A combination that makes no sense is refused
                with the reason.

        Returns:
            About once a second, how the run is doing: "run" (its id), "status" ("waiting", "running",
            "finished", "stopped" or "failed"), "place" in the queue, "message", "step", "images_seen",
            "seconds", "images_per_second", "d_loss", "g_loss", "d_accuracy", "variety" and "data_variety" of
            the samples and of the data, and "model", the name under which it is kept, once it is.
        """
        try:
            rates = {"g_lr": g_lr, "d_lr": d_lr}
            said = {key: rate for key, rate in rates.items() if rate is not None}
            said |= {"seconds": seconds, "batch": batch, "seed": seed, "name": str(name).strip()}
            run = studio.start(asked(studio, data, recipe, said, settings or {}), "", whose.address())
            with studio.runs.watching(run):
                while not (view := studio.runs.view(run)).over:
                    yield facts(view)
                    await asyncio.sleep(PACE)
            yield facts(view)
        except ValueError as error:  # a sentence for people
            log.info("train refused: %s", error)
            raise error_of(sentence_of(error)) from error

    train.__doc__ = train.__doc__.replace("RECIPE_NAMES", ", ".join(f'"{name}"' for name in RECIPES))
    return train


def asked(studio: Studio, data: str, recipe: str, said: dict, settings: dict) -> TrainConfig:
    """The run that a script asks for; `said` are fields of TrainConfig. Raises ConfigError, a sentence."""
    info = data_info(studio, data)
    if info is None:
        names = ", ".join(info.name for info in studio.datasets())
        raise ConfigError(f"There is no data set “{str(data)[:40]}”; there are {names}.")
    check_settings(settings)
    model = settings.get("model", {}) | {"image_size": info.image_size, "channels": info.channels}
    rest = {key: value for key, value in settings.items() if key != "model"}
    usual = studio.limits.usual(TrainConfig().grid_images)
    return recipe_config(recipe, model, **usual | said | rest, data=data, device=studio.device)


def check_settings(settings: dict):
    """Raises ConfigError for what is no setting, or is not the kind of value that it takes."""
    if not isinstance(settings, dict) or not isinstance(settings.get("model", {}), dict):
        raise ConfigError('Write settings as {"a setting": its value, …, "model": {…}}.')
    for key in (*settings, *settings.get("model", {})):
        if key in PARAMETERS:
            raise ConfigError(f"“{key}” is a separate parameter, not one of the settings.")
        if key in THE_SERVERS:
            raise ConfigError(f"“{key}” is set by the server.")
    _check_kinds(settings, vars(TrainConfig()))
    _check_kinds(settings.get("model", {}), KNOBS)


def _check_kinds(values: dict, defaults: dict):
    for key in set(values) & set(defaults) - {"model"}:  # an unknown one is named by the config
        kinds, words = KINDS[type(defaults[key])]
        if type(values[key]) not in kinds:
            raise ConfigError(f"“{key}” must be {words}, not {str(values[key])[:40]!r}.")


def facts(view: RunView) -> dict:
    """A run in plain values."""
    sheet = {
        "run": view.id, "status": view.status, "place": view.place, "message": view.message, "step": 0,
        "images_seen": 0, "seconds": 0.0, "images_per_second": None, "d_loss": None, "g_loss": None,
        "d_accuracy": None, "variety": view.grids[-1].variety if view.grids else None,
        "data_variety": view.started.data_variety if view.started else None,
        "model": view.saved.name if view.saved else None,
    }  # fmt: skip
    if view.progress:
        now = vars(view.progress[-1])
        sheet |= {key: now[key] for key in sheet if key in now}
    return sheet
