"""The /score endpoint: images of a request in, plain facts out, for gradio_client and MCP."""

import base64
import logging
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import gradio as gr
from gradio.processing_utils import save_url_to_cache
from gradio.utils import get_upload_folder
from gradio_client.utils import is_file_obj_with_meta
from numpy import ndarray

from gan.images import ImageError, open_with_remarks
from gan.measure.scoring import from_elsewhere
from gan.studio import Studio
from gan.ui.parts import in_a_sentence, sentence_of

log = logging.getLogger(__name__)


def score_endpoint(studio: Studio):
    """The function behind /score; Gradio reads its types and text for the API page and for MCP."""

    def score(model: str, images: list[gr.FileData]) -> list[dict]:
        """Ask a model's discriminator about images, and where its scores fall among those it knows.

        Each image is shrunk to the network's size first; one that is not square is made square as the model's
        training images were, usually by cropping. A score means little alone: compare the two
        percentiles, or read the verdict, which says the same in words.

        Args:
            model: Name of the model, such as "pixel-faces".
            images: Up to 16 images of any size and format; each a file, an http(s) address, or a data: URI.

        Returns:
            One entry per image, in their order: "name", and either "error", a sentence, or "verdict" (plain
            words), "likeness" ("real", "generated", "either", "neither" or "unknown"), "logit" (above 0 leans
            towards real), "probability" (its sigmoid, not the chance of being real), "real_percentile" and
            "fake_percentile" (shares of held-out real and of generated images, 0-100, that score lower),
            "above_real" and "above_fake" (the same as people say it: "14 of 100"). Besides "remark", a
            sentence, where a file holds more than the one picture used or a drawing got another ground.
        """
        return in_a_sentence(answers)(studio, model, images)

    return score


def answers(studio: Studio, model: str, images: list) -> list[dict]:
    studio.limits.check_open()
    most = studio.limits.judge_images
    if not isinstance(images, list) or not images:
        raise ValueError(f"Send a list of 1 to {most} images.")
    studio.info(model)  # an unknown model is one sentence, not one an image
    over = f"Only the first {most} images of a request are judged."
    judged = [answer(studio, model, image, number) for number, image in enumerate(images[:most], 1)]
    rest = enumerate(images[most:], most + 1)
    return judged + [{"name": name_of(image, number), "error": over} for number, image in rest]


def answer(studio: Studio, model: str, image: dict | str, number: int) -> dict:
    name = name_of(image, number)
    try:
        seen, remarks, _ = look(studio, model, source_of(image, name), name)
    except ImageError as error:
        return {"name": name, "error": refusal(error)}
    said = {"remark": " ".join(remarks)} if remarks else {}
    return {"name": name, **asdict(from_elsewhere(studio.score(model, [seen])[0])), **said}


def name_of(image: dict | str, number: int) -> str:
    """What to call an image of a request."""
    if isinstance(image, dict) and isinstance(image.get("path"), str):
        return Path(str(image.get("orig_name") or image["path"])).name
    return f"Image {number}"


def source_of(image: dict | str, name: str) -> str | bytes:
    """The file or the bytes of an image of a request.

    Only what Gradio marks as a file was checked by it to be an upload; any other path could be one of the
    server's. MCP sends the files of a list as bare addresses (gradio.mcp converts single ones alone).
    """
    if is_file_obj_with_meta(image):
        return image["path"]
    if isinstance(image, str) and image.startswith("data:"):
        try:
            return base64.b64decode(image.partition(",")[2], validate=True)
        except ValueError as error:
            raise ImageError(f"{name} is a data: URI that is not base64.") from error
    if isinstance(image, str) and image.startswith(("http://", "https://")):
        return fetched(image, name)
    raise ImageError(f"{name} is not a file: upload it, or send an http(s) address or a data: URI.")


def fetched(address: str, name: str) -> str:
    try:
        return save_url_to_cache(address, get_upload_folder())  # refuses the server's own network
    except Exception as error:  # whatever the network does
        raise ImageError(f"{name} could not be fetched from {address[:200]}.") from error


class Look(NamedTuple):
    """A file as the network gets it; the photo itself is let go of at once."""

    image: ndarray  # (h, w, c) uint8
    remarks: list[str]  # on what was decided of it
    shaping: str  # how it became a square, "" where it was one


def look(studio: Studio, model: str, source: str | bytes, name: str = "") -> Look:
    picture, remarks = open_with_remarks(source, name=name, limits=studio.limits)
    return Look(studio.see(model, [picture])[0], remarks, studio.shaping(model, picture))


def refusal(error: ImageError) -> str:
    log.warning("refused an image to judge: %s", error)
    return sentence_of(error)
