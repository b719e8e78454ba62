"""The /generate and /interpolate endpoints: seeds in, files out, for gradio_client and MCP."""

from collections.abc import Callable
from dataclasses import replace

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from gan.images import png, with_recipe
from gan.latent import Latent, parse_moves, parse_seeds, styled
from gan.studio import Studio
from gan.system.files import check_room
from gan.ui.explore.asked import query_of
from gan.ui.explore.classes import file_stem, read_classes, slug, stops
from gan.ui.explore.stops import is_plain
from gan.ui.explore.walk import read_seconds, read_walk, walk_images
from gan.ui.films import film
from gan.ui.parts import in_a_sentence


def generate_endpoint(studio: Studio) -> Callable:
    """The function behind /generate; Gradio reads its types and text for the API page and for MCP."""

    def generate(
        model: str, seeds: str = "0", label: str = "", psi: float = 1, moves: str = ""
    ) -> list[gr.FileData]:
        """Make images from seeds with a model's generator. The same seed is always the same image.

        A conditional model is also given a class: the same seed in another class is another image.

        Args:
            model: Name of the model, such as "pixel-faces".
            seeds: Whole numbers and ranges, such as "7" or "1,2,5-10"; up to 64 of them.
            label: For a conditional model, such as "dress", or "hat=hat+mouth=sad" where it has several
                labels: one for all seeds, or as many as seeds with commas between them, or several for one
                seed. Empty: any, or its first class.
            psi: For a StyleGAN, how far its styles are from the mean one, 0 to 1.5: at 0 all images are the
                mean one, at 1 they are as varied as the data.
            moves: How far along the model's own directions, in σ, the biggest change first, such as "2,-1":
                what Explore's sliders do, for all seeds alike.

        Returns:
            One PNG per seed, in their order, at the model's own size (28 to 64 pixels a side).
        """
        return in_a_sentence(generated)(studio, model, seeds, label, psi, moves)

    return generate


def interpolate_endpoint(studio: Studio) -> Callable:
    """The function behind /interpolate."""

    def interpolate(
        model: str, seeds: str, frames: int = 48, kind: str = "slerp", loop: bool = True, format: str = "gif",
        label: str = "", ease: bool = False, seconds: str = "",
    ) -> gr.FileData:  # fmt: skip
        """Film a walk through latent space from seed to seed with a model's generator.

        With a conditional model it may lead from class to class as well: in between lies a mix of both.

        Args:
            model: Name of the model, such as "pixel-faces".
            seeds: Two or more whole numbers and ranges, such as "0,1" or "1,2,5-10".
            frames: Number of frames of the whole walk, 2 to 240, and no fewer than there are seeds.
            kind: "slerp", curved, at a typical distance from the origin, or "lerp", straight.
            loop: Whether the walk goes on from the last seed to the first, to play round and round.
            format: "gif", "webp" or "mp4".
            label: For a conditional model, such as "dress", or "hat=hat+mouth=sad" where it has several
                labels: one for all seeds, or as many as seeds with commas between them, or several for one
                seed. Empty: any, or its first class.
            ease: Whether it is slow at each seed, eased in and out, in place of one speed.
            seconds: From each seed to the next, such as "1.5,,2"; an even share of the frames where none are
                said.

        Returns:
            The film, twelve frames a second, at least 512 pixels a side.
        """
        return in_a_sentence(interpolated)(
            studio, model, seeds, frames, kind, loop, format, label, ease, seconds
        )  # fmt: skip

    return interpolate


def generated(
    studio: Studio, model: str, seeds: str, label: str = "", psi: float = 1, moves: str = ""
) -> list[dict]:
    info, most = studio.info(model), studio.limits.generate_images
    named = stops(info, parse_seeds(str(seeds), most), read_classes(info, label), most)
    like = replace(styled(psi), moves=parse_moves(moves))
    points = [replace(like, seed=seed, value=value) for seed, value in named]
    z, moved = studio.points(model, points)
    return [
        kept(
            studio,
            with_recipe(png(image), recipe(studio, model, point)),
            picture_name(model, point),
        )
        for point, image in zip(points, studio.generate(model, z, like, moved), strict=True)
    ]


def picture_name(model: str, point: Latent) -> str:
    told = slug(point.value, f"psi {point.psi:g}" if point.psi != 1 else "")
    more = "" if is_plain(replace(point, psi=1)) else point.to_text()
    return f"{file_stem(model, f'-seed-{point.seed}', told, more)}.png"


def recipe(studio: Studio, model: str, point: Latent) -> dict:
    """What a saved picture says of itself; share.js reads it."""
    return {"image": query_of(model, point), "weights": studio.weights(model)}


def interpolated(
    studio: Studio, model: str, seeds: str, frames: int, kind: str, loop: bool, format: str, label: str,
    ease: bool, seconds: str,
) -> dict:  # fmt: skip
    legs = read_seconds(seconds)
    asked = read_walk(studio, model, seeds, kind, frames, loop, classes=label, ease=ease, seconds=legs)
    return kept(studio, film(walk_images(studio, asked), format, asked.fps), asked.file_name(format))


def kept(studio: Studio, data: bytes, name: str) -> dict:
    """A file for the caller to fetch; Gradio deletes it within the hours that the page's settings name.

    Raises RoomError, a sentence, on a disk that is almost full.
    """
    check_room(get_upload_folder(), studio.limits.free_bytes, len(data))
    return gr.FileData(path=save_bytes_to_cache(data, name, get_upload_folder()), orig_name=name).model_dump()
