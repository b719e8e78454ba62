"""The /train endpoint: a run for scripts, one fact sheet after the other, for gradio_client and MCP."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from html import escape

import gradio as gr

from gan.config import DEFAULT_RECIPE, ConfigError, TrainConfig, recipe_config
from gan.run_view import RunView
from gan.studio import Studio
from gan.ui.train_controls import data_info

log = logging.getLogger(__name__)
PACE = 1.0  # seconds between two fact sheets


def train_endpoint(studio: Studio) -> Callable:
    """The function behind /train; Gradio reads its types and text for the API page and for MCP."""

    async def train(
        data: str = "pixel_faces", recipe: str = DEFAULT_RECIPE, seconds: float = 120, batch: int = 64,
        g_lr: float | None = None, d_lr: float | None = None, seed: int = 0, name: str = "",
    ) -> AsyncIterator[dict]:
        """Train a GAN on a data set and keep it as a model. A run whose caller goes away is stopped.

        Args:
            data: Name of a data set, such as "pixel_faces", "open_peeps" or "fashion_mnist".
            recipe: "modern", "dcgan", "dcgan-small" or "sngan".
            seconds: How long to train, up to the server's limit of 600 by default.
            batch: Images a step.
            g_lr: Learning rate of the generator; the recipe's own if left out.
            d_lr: Learning rate of the discriminator; likewise.
            seed: What the run's random numbers start from, a whole number from 0.
            name: What to keep the model as; made up if empty. An existing name is refused.

        Returns:
            About once a second what the run has come to: "run" (its id), "status" ("waiting", "running",
            "finished", "stopped" or "failed"), "place" in the line, "message", "step", "images_seen",
            "seconds", "images_per_second", "d_loss", "g_loss", "d_accuracy", "variety" and "data_variety" of
            the samples and of the data, and "model", the name under which it is kept, once it is.
        """
        try:
            run = studio.start(asked(studio, data, recipe, seconds, batch, g_lr, d_lr, seed, name))
            with studio.runs.watching(run):
                while not (view := studio.runs.view(run)).over:
                    yield facts(view)
                    await asyncio.sleep(PACE)
            yield facts(view)
        except ValueError as error:  # a sentence for people
            log.info("train refused: %s", error)
            raise gr.Error(escape(str(error)), print_exception=False) from error

    return train


def asked(studio: Studio, data: str, recipe: str, seconds, batch, g_lr, d_lr, seed, name: str) -> TrainConfig:
    info = data_info(studio, data)
    if info is None:
        names = ", ".join(info.name for info in studio.datasets())
        raise ConfigError(f"There is no data set “{str(data)[:40]}”; there are {names}.")
    rates = {key: rate for key, rate in (("g_lr", g_lr), ("d_lr", d_lr)) if rate is not None}
    model = {"image_size": info.image_size, "channels": info.channels}
    return recipe_config(
        recipe, model, data=data, seconds=seconds, batch=batch, seed=seed, name=str(name).strip(),
        device=studio.device, **rates,
    )  # fmt: skip


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
