"""The /translate endpoint: an image in, an image out, for gradio_client and MCP."""

from collections.abc import Callable

import gradio as gr

from gan.images import open_image, png
from gan.studio import Studio
from gan.ui.explore.api import kept
from gan.ui.judge.api import name_of, source_of
from gan.ui.parts import in_a_sentence


def translate_endpoint(studio: Studio) -> Callable:
    """The function behind /translate; Gradio reads its types and text for the API page and for MCP."""

    def translate(model: str, image: gr.FileData, is_source: bool = False, way: str = "") -> gr.FileData:
        """Make one picture into another with a translator, such as a drawing of edges into a face.

        A photo first becomes the model's kind of source: its edges are found, its colours taken away, and so
        on. It is shrunk to the model's size; one that is not square is cropped.

        Args:
            model: Name of a translator, such as "parts-to-face".
            image: An image of any size; a file, an http(s) address, or a data: URI.
            is_source: Whether the image is the model's kind of source already, such as a drawing.
            way: Of a model between two sides, the way to go, such as "on" or "off"; empty for its first.

        Returns:
            A PNG at the model's own size.
        """
        return in_a_sentence(translated)(studio, model, image, is_source, way)

    return translate


def translated(studio: Studio, model: str, image: dict | str, is_source: bool, way: str = "") -> dict:
    studio.limits.check_open()
    studio.info(model)  # an unknown model is told before a bad image
    name = name_of(image, 1)
    picture = open_image(source_of(image, name), name=name, limits=studio.limits)
    source = picture if is_source else studio.source_of(model, picture)
    return kept(studio, png(studio.translate(model, [source], way)[0]), f"{model}-translated.png")
