"""Find an image's latent: what a model's encoder makes of a picture, and the way there in Explore."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from numpy import ndarray
from PIL import Image

from gan.images import open_image, open_with_remarks, png
from gan.latent import Latent, seed_to_z, seeds_to_z
from gan.studio import Studio
from gan.ui.explore import encode_view as view
from gan.ui.explore.api import kept
from gan.ui.explore.encode_view import Found
from gan.ui.judge.api import name_of, source_of
from gan.ui.judge.view import notes
from gan.ui.parts import in_a_sentence, sentence_of
from gan.ui.scripts import scripted

log = logging.getLogger(__name__)

DECIMALS = 3  # of each coordinate that was found, so that a link holds them all
OTHERS = 32  # seeds whose images show how unlike two images are anyway


def find(studio: Studio, model: str, image) -> Found:
    """The latent that the model's encoder finds for an image of any size. Raises ValueError, a sentence."""
    encoded = studio.encode(model, image)
    latent = Latent(edits=tuple((k, round(float(value), DECIMALS)) for k, value in enumerate(encoded.z)))
    z = latent.z(studio.directions(model)[0])
    others = studio.generate(model, np.concatenate([z[None], seeds_to_z(range(OTHERS), len(z))]))
    apart = [_apart(encoded.seen, other) for other in others]
    shaping = studio.shaping(model, image) if isinstance(image, Image.Image) else ""
    return Found(latent, z, encoded.seen, others[0], apart[0], float(np.mean(apart[1:])), shaping)


def _apart(a: ndarray, b: ndarray) -> float:
    return float(np.sqrt(np.square(a.astype(np.float64) - b).mean())) / 255


def answered(handler: Callable) -> Callable:
    """A listener whose first result is HTML: a refusal stands there as a sentence."""

    def answer(studio: Studio, shown: dict | None, *asked):
        try:
            return handler(studio, (shown or {}).get("model"), *asked)
        except ValueError as error:
            log.info("%s refused: %s", handler.__name__, error)
            return view.refused(sentence_of(error))

    return answer


@answered
def of_file(studio: Studio, model: str, path: str | None) -> str:
    """What is found for an uploaded file."""
    if not path:
        return view.EMPTY
    picture, remarks = open_with_remarks(path, limits=studio.limits)
    return notes(remarks) + view.found(find(studio, model, picture), model, "file", Path(path).name)


@answered
def of_seed(studio: Studio, model: str, seed: int) -> str:
    """What is found for one of the model's own images, of which one knows the latent."""
    z = seed_to_z(seed, studio.info(model).latent_dim)
    one = find(studio, model, studio.generate(model, z[None])[0])
    likeness = float(np.corrcoef(z, one.z)[0, 1])
    return view.found(one, model, "generated", f"The model's own image from seed {seed}", likeness)


@answered
def of_real(studio: Studio, model: str, seed: int) -> str:
    """What is found for a real image that the model was not trained on."""
    image = studio.examples(model, "real", 1, seed)[0]
    return view.found(find(studio, model, image), model, "real", "A real image, held out from training")


def offered(studio: Studio, section: gr.Column, result: gr.HTML, file: gr.File, shown: dict | None) -> dict:
    """Whether the model in sight has an encoder; what was found for another one goes away."""
    try:
        visible = studio.info((shown or {}).get("model")).encoder
    except ValueError:  # none is in sight yet, or it is gone
        visible = False
    return {section: gr.update(visible=visible), result: view.EMPTY, file: None}


def another(seed: gr.State, file: gr.File, number: int) -> dict:
    """The next press of an example's button brings the next one; a file that lies there goes away."""
    return {seed: number + 1, file: None}


def encode_endpoint(studio: Studio) -> Callable:
    """The function behind /encode; Gradio reads its types and text for the API page and for MCP."""

    def encode(model: str, image: gr.FileData) -> tuple[list[float], gr.FileData]:
        """Find the latent of an image with a model's encoder, and see what the generator makes of it.

        The image is shrunk to the network's size first; one that is not square becomes so as the model's
        training images did, which mostly is by a cut. Only models trained with the recipe "bigan" have an
        encoder.

        Args:
            model: Name of a model with an encoder.
            image: An image of any size; a file, an http(s) address, or a data: URI.

        Returns:
            The latent's coordinates, to three decimals; and the image that the generator makes of them, a PNG
            at the model's own size.
        """
        return in_a_sentence(encoded)(studio, model, image)

    return encode


def encoded(studio: Studio, model: str, image: dict | str) -> tuple[list[float], dict]:
    studio.limits.check_open()
    studio.info(model)  # an unknown model is told before a bad image
    name = name_of(image, 1)
    found = find(studio, model, open_image(source_of(image, name), name=name, limits=studio.limits))
    picture = kept(studio, png(found.reconstruction), f"{model}-encoded.png")
    return [value for _, value in found.latent.edits], picture


# Layout


def build(studio: Studio, shown: gr.HTML):
    """The part below the explorer. shown: the component whose value is the model and the class in sight."""
    with gr.Column(visible=False, elem_id="encode") as section:
        gr.Markdown(view.HEADING)
        with gr.Row(equal_height=False):
            with gr.Column(scale=1, min_width=260):
                takes = not studio.limits.read_only
                file = gr.File(label="Your image", height=140, elem_id="encode-file", visible=takes)
                gr.HTML(view.OR, visible=takes)
                with gr.Row():
                    own, real = (
                        gr.Button(text, size="sm", min_width=110, elem_classes=f"judge-take-{kind}")
                        for kind, text in view.EXAMPLES.items()
                    )
            with gr.Column(scale=2, min_width=320):
                result = scripted("explore/encode", styled=True, value=view.EMPTY)
    private = {"api_visibility": "private", "show_progress": "hidden"}
    offers = partial(offered, studio, section, result, file)
    shown.change(offers, shown, [section, result, file], queue=False, **private)
    file.upload(partial(of_file, studio), [shown, file], result, **private)
    file.clear(lambda: view.EMPTY, None, result, queue=False, **private)
    for button, find_one in ((own, of_seed), (real, of_real)):
        seed = gr.State(0)
        button.click(partial(find_one, studio), [shown, seed], result, **private).then(
            partial(another, seed, file), seed, [seed, file], queue=False, **private
        )
