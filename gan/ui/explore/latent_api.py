"""The /encode and /invert endpoints: a picture in, its latent out, for gradio_client and MCP."""

from collections.abc import Callable

import gradio as gr

from gan.images import open_image, png, with_recipe
from gan.latent import Latent
from gan.studio import Studio
from gan.ui.explore.api import kept, recipe
from gan.ui.judge.api import name_of, source_of
from gan.ui.parts import in_a_sentence


def encode_endpoint(studio: Studio) -> Callable:
    """The function behind /encode; Gradio reads its types and text for the API page and for MCP."""

    def encode(model: str, image: gr.FileData) -> tuple[list[float], gr.FileData]:
        """Find the latent of an image with a model's encoder, and see what the generator makes of it.

        The image is shrunk to the network's size first; one that is not square becomes so as the model's
        training images did, which mostly is by a cut. Only models trained with the recipe "bigan" have an
        encoder; `invert` works for all, and comes nearer.

        Args:
            model: Name of a model with an encoder.
            image: An image of any size; a file, an http(s) address, or a data: URI.

        Returns:
            The latent's coordinates, to three decimals; and the image that the generator makes of them, a PNG
            at the model's own size.
        """
        return in_a_sentence(encoded)(studio, model, image)

    return encode


def invert_endpoint(studio: Studio) -> Callable:
    """The function behind /invert."""

    def invert(model: str, image: gr.FileData) -> tuple[list[float], str, float, gr.FileData]:
        """Search a model's latent space for the image that comes nearest to a picture. It takes some seconds.

        The picture is shrunk to the model's size first, as for `encode`.

        Args:
            model: Name of a model that makes images out of noise, such as "pixel-faces".
            image: An image of any size; a file, an http(s) address, or a data: URI.

        Returns:
            The latent's coordinates, to three decimals; the labels, for a model that is told some; the root
            mean square difference of picture and result in grey levels, 0 to 255; and the result, a PNG at
            the model's own size that Explore opens.
        """
        return in_a_sentence(inverted)(studio, model, image)

    return invert


def encoded(studio: Studio, model: str, image: dict | str) -> tuple[list[float], dict]:
    found = studio.encode(model, _opened(studio, model, image))
    point = Latent.at(found.z)
    made = studio.draw(model, point).image
    return _coordinates(point), kept(studio, png(made), f"{model}-encoded.png")


def inverted(studio: Studio, model: str, image: dict | str) -> tuple[list[float], str, float, dict]:
    found = studio.invert(model, _opened(studio, model, image))
    made = with_recipe(png(found.reconstruction), recipe(studio, model, found.point))
    picture = kept(studio, made, f"{model}-inverted.png")
    return _coordinates(found.point), found.point.value, round(found.error, 2), picture


def _opened(studio: Studio, model: str, image: dict | str):
    studio.limits.check_open()
    studio.info(model)  # an unknown model is told before a bad image
    name = name_of(image, 1)
    return open_image(source_of(image, name), name=name, limits=studio.limits)


def _coordinates(point: Latent) -> list[float]:
    return [value for _, value in point.edits]
