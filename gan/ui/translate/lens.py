"""Super-resolution: a small picture enlarged in every way, beside the true one, all under one lens."""

from dataclasses import dataclass

from numpy import ndarray

from gan.checkpoint.info import ModelInfo
from gan.images import ENLARGING, data_uri, enlarged
from gan.metrics import psnr, ssim
from gan.studio import Studio
from gan.ui.help import explain
from gan.ui.markup import Markup, html, joined
from gan.ui.translate.sources import truth_of, unpacked, whole

NO_SMALLER = "This model does not enlarge pictures: choose one for super-resolution."
BLUR = (
    "Of the two networks, PSNR and SSIM prefer the softer one. A small picture leaves open what was there, "
    "and the average of all that it could be is the safest bet, pixel by pixel. A sharp guess looks right "
    "but counts as wrong wherever it is a pixel off, so both numbers may be much the same for a blurred "
    "picture and a sharp one. The Fréchet distance asks something else: do many such pictures, together, "
    "look like real ones?"
)
ABOUT = (
    "Nearest repeats each pixel; bicubic lays smooth curves through them. “Pixels alone” is a network that "
    "learnt only to come close to the true picture (L1); “with a critic” is one that must also convince a "
    "discriminator. ↑: more is better; ↓: less is. PSNR: how close the pixels are to the true picture, in "
    "decibels; 3 dB more is half the squared error. SSIM: how alike the structure is, 1 at most. Both are of "
    "this one picture. The Fréchet distance is of many pictures and comes from the model's card; 0 is best. "
    "The best number of each kind is bold."
)
UNKNOWN = (
    "Nobody knows the true picture of a drawing, so PSNR and SSIM cannot be measured: choose an example or a "
    "photo for that. The Fréchet distance is of many other pictures, and comes from the models' cards."
)


@dataclass(frozen=True, eq=False)
class Way:
    """One way to enlarge, and what comes of it."""

    title: str
    image: ndarray  # (h, w, c) uint8
    kind: str = ""  # a class of the style sheet
    frechet: float | None = None  # of the model's card


@dataclass(frozen=True)
class Figure:
    """A number below a picture."""

    name: str
    value: float | None  # None where it is not known
    words: str  # the value, as it is shown
    higher: bool = True  # is better


def compared(studio: Studio, asked: dict) -> dict:
    """The source enlarged in all ways, and how near each comes to the truth, if the script sends that."""
    info = studio.info(str(asked.get("model")))
    if info.shrunk == 1:
        raise ValueError(NO_SMALLER)
    source, truth = unpacked(info, asked.get("source")), truth_of(info, asked.get("truth"))
    words = UNKNOWN if truth is None else BLUR
    return {"lens": row(all_ways(studio, info, source), truth), "words": words}


def all_ways(studio: Studio, info: ModelInfo, source: ndarray) -> list[Way]:
    """source: (side, side, c) uint8 on the model's own grid."""
    alone = studio.without_gan(info.name)
    return [
        *(
            Way(
                name.capitalize(),
                enlarged(by(source[None], info.shrunk), info.enlarged)[0],
                frechet=info.metrics.get(f"frechet_{name}"),
            )
            for name, by in ENLARGING.items()
        ),
        *(_by(studio, model, whole(info, source)) for model in (alone, info) if model),
    ]


def _by(studio: Studio, model: ModelInfo, source: ndarray) -> Way:
    title = "◆ With a critic" if model.gan else "◆ Pixels alone"
    return Way(title, studio.translate(model.name, [source])[0], "fake", model.metrics.get("frechet"))


def frame() -> Markup:
    """The part of the tab that `compared` fills; lens.js moves the lens."""
    return html(
        '<div class="more" data-part="lens-more" hidden><h2>All ways to enlarge it, under one lens {}</h2>'
        '<div class="lenses" data-part="lens" tabindex="0" role="application" '
        'aria-label="Lens over all pictures: arrow keys move it"></div>'
        '<p data-part="lens-words"></p></div>', explain(ABOUT, "The numbers"),
    )  # fmt: skip


def row(ways: list[Way], truth: ndarray | None) -> Markup:
    """One figure for each way, and one for the truth where it is known."""
    figures = [_figures(way, truth) for way in ways]
    best = [_best(column) for column in zip(*figures, strict=True)]
    shown = [_shown(way, _numbers(each, best)) for way, each in zip(ways, figures, strict=True)]
    if truth is None:
        return joined(shown)
    return joined([*shown, _shown(Way("● The true picture", truth, "real"), Markup())])


def _figures(way: Way, truth: ndarray | None) -> list[Figure]:
    frechet = Figure(
        "Fréchet", way.frechet, "" if way.frechet is None else f"{way.frechet:.2f}", higher=False
    )
    if truth is None:
        return [frechet]
    db, likeness = (float(of(truth[None], way.image[None])[0]) for of in (psnr, ssim))
    return [
        Figure("PSNR", db, f"{db:.1f} dB".replace("inf", "∞")),
        Figure("SSIM", likeness, f"{likeness:.3f}"),
        frechet,
    ]


def _best(column: tuple[Figure, ...]) -> float | None:
    there = [figure.value for figure in column if figure.value is not None]
    return (max if column[0].higher else min)(there, default=None) if len(there) > 1 else None


def _numbers(figures: list[Figure], best: list[float | None]) -> Markup:
    rows = joined(
        html(
            "<div><dt>{} {}</dt><dd>{}</dd></div>",
            figure.name,
            "↑" if figure.higher else "↓",
            _number(figure, top),
        )
        for figure, top in zip(figures, best, strict=True)
    )
    return html("<dl>{}</dl>", rows)


def _number(figure: Figure, best: float | None) -> str:
    if figure.value is None:
        return "–"
    return html("<b>{}</b>", figure.words) if figure.value == best else figure.words


def _shown(way: Way, numbers: Markup) -> Markup:
    address = data_uri(way.image)
    return html(
        '<figure><figcaption class="{}">{}</figcaption><div class="under"><img class="pixels" src="{}" '
        'alt="{}" draggable="false"><i></i></div><div class="lens pixels" role="img" '
        'aria-label="{}, under the lens" style="background-image:url({})"></div>{}</figure>',
        way.kind, way.title, address, way.title, way.title, address, numbers,
    )  # fmt: skip
