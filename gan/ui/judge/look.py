"""Where a Discriminator looks, as the page shows it: colours over the picture, and what they say in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from gan.measure.scoring import middle
from gan.studio import Studio
from gan.ui.judge.histograms import signed
from gan.ui.markup import Markup, html
from gan.ui.parts import picture
from gan.words import percent

REAL_RGB, FAKE_RGB = (29, 99, 196), (194, 81, 0)  # --real and --fake of style.css, for pixels
TINY = 0.1  # of the range of scores: a spot that moves the score by less decides nothing,
WEAK = 0.05  # and one this near to what real images get there does not stand out
UNSEEN = 0.005  # of a score, which has two decimals
NEARLY_ALL = 0.95  # of the picture says less for real: then no spot is to blame
NO_SPOT = "No single spot speaks against it: it is the whole that D doubts."
EVERYWHERE = "Nearly everywhere it says less for real than real images do: it is the whole that D doubts."
NOTHING = "No spot makes a difference."
NOTHING_MORE = "No spot says much more, or less, for real than real images do there."
COVERED = html(
    'Patch by patch the picture was covered, and D asked again. <span class="real">Blue spots spoke for '
    'real</span>, <span class="fake">orange ones against</span>.'
)
BESIDE = html(
    "Patch by patch the picture was covered, and D asked again. Beside real pictures, at the same place, "
    '<span class="real">blue spots spoke more for real</span>, <span class="fake">orange ones less</span>.'
)
PATCHES = html(
    'This discriminator judges patch by patch: <span class="real">blue ones look real</span> to it, <span '
    'class="fake">orange ones generated</span>.'
)


@dataclass(frozen=True, eq=False)
class Look:
    """Where a network looks in a picture."""

    heat: ndarray  # (h, w): how much covering a spot lowers the score,
    usual: ndarray | None = None  # and how much that does in real images, where it is known: (h, w)
    patches: bool = False  # `heat` is what it says of each patch, not how its score would move
    doubts: bool = False  # it takes the picture for generated rather than for real

    @property
    def shown(self) -> ndarray:
        """(h, w): above 0 speaks for real; where `usual` is known, for it more than in real images."""
        return self.heat if self.usual is None else self.heat - self.usual

    @property
    def legend(self) -> Markup:
        """What the colours stand for."""
        if self.patches:
            return PATCHES
        return COVERED if self.usual is None else BESIDE

    def image(self, image: ndarray, name: str, span: float) -> Markup:
        """The colours over a picture (h, w, c) uint8."""
        return heat_image(image, name, self.shown, span, self.words(span))

    def words(self, span: float) -> str:
        """What the colours say, where usual scores span so much."""
        return f"{self.whole(span)} {self._said(span)}".strip()

    def caption(self, span: float) -> Markup:
        """In short what they say, and folded the numbers, where there are any."""
        said = self._said(span)
        if self.patches or said in (NOTHING, NOTHING_MORE):
            return html("{}", self.words(span))
        return html("{}<details><summary>In numbers</summary>{}</details>", self.tell(span), said)

    def _said(self, span: float) -> str:
        if self.patches:
            return patch_words(self.heat)
        if self.usual is None:
            return heat_words(self.heat, span)
        return apart_words(self.heat, self.usual, span)

    def whole(self, span: float) -> str:
        """That it is the whole which D doubts, where that is so; else nothing."""
        if self.patches or not self.doubts:
            return ""
        if (self.shown < 0).mean() > NEARLY_ALL:
            return EVERYWHERE if self.usual is not None else ""
        return NO_SPOT if -self.shown.min() < WEAK * span else ""

    def tell(self, span: float) -> str:
        """In short, what counted most for or against the picture."""
        side, spot = ("against", self.shown.argmin()) if self.doubts else ("for", self.shown.argmax())
        found = f"What speaks most {side} it lies {where(int(spot), self.shown)}."
        whole = self.whole(span)
        return whole if whole == NO_SPOT else f"{whole} {found}".strip()


def looked(
    studio: Studio, model: str, images: Sequence[ndarray], logits: Sequence[float], step: int | None = None
) -> list[Look]:
    """Where a model's network looks in the images that got these logits. step: as for Studio.score."""
    heats, usual = studio.heat(model, list(images), step), studio.usual_heat(model, step)
    zero, patches = middle(*studio.references(model, step)), studio.info(model).patches
    return [Look(heat, usual, patches, logit <= zero) for heat, logit in zip(heats, logits, strict=True)]


def heat_image(image: ndarray, name: str, heat: ndarray, span: float, words: str) -> Markup:
    """Where it looks, over the picture in grey: blue speaks for real, orange against, clear says nothing.

    The colours are full where a spot moves the score by the most, or by TINY of the range of scores if that
    is more: what decides nothing stays pale.
    """
    strength = np.abs(heat) / max(float(np.abs(heat).max()), TINY * span, 1e-6)
    colours = np.where(heat[..., None] > 0, REAL_RGB, FAKE_RGB)
    overlay = np.dstack([colours, 235 * strength]).astype(np.uint8)  # (h, w, 4)
    over = picture(overlay, f"Where the network looks in {name}. {words}", "heat")
    return picture(image, "", "under") + over


def heat_words(heat: ndarray, span: float) -> str:
    most, least = float(heat.max()), float(heat.min())
    words = [f"Covering the bluest spot lowers the score by {most:.2f}."] * (most > 0)
    words += [f"Covering the most orange one raises it by {-least:.2f}."] * (least < 0)
    if not words:
        return NOTHING
    share = max(most, -least) / span
    size = "tiny" if share < TINY else percent(share)
    return f"{' '.join(words)} Scores span {span:.1f}, so that is {size}."


def apart_words(heat: ndarray, usual: ndarray, span: float) -> str:
    """Of a map that is held against that of real images."""
    apart = heat - usual
    spots = (("most orange", apart.argmin(), -apart.min()), ("bluest", apart.argmax(), apart.max()))
    words = [
        f"Covering the {name} spot {_moves(heat.flat[spot], usual.flat[spot])}."
        for name, spot, far in spots
        if far > max(WEAK * span, 1e-6)
    ]
    if not words:
        return NOTHING_MORE
    return (
        f"{' '.join(words)} Scores span {span:.1f}, so they differ by {percent(np.abs(apart).max() / span)}."
    )


def _moves(fall: float, usual: float) -> str:
    """What covering a spot does to the score, and does in real images."""
    there = f"{_verb(usual)} it by {abs(usual):.2f}" if abs(usual) >= UNSEEN else "leaves it as it is"
    if abs(fall) < UNSEEN:
        return f"leaves the score as it is; in real images it {there}"
    if fall * usual > 0 and abs(usual) >= UNSEEN:
        return f"{_verb(fall)} the score by {abs(fall):.2f}; in real images, by {abs(usual):.2f}"
    return f"{_verb(fall)} the score by {abs(fall):.2f}; in real images it {there}"


def _verb(fall: float) -> str:
    return "lowers" if fall > 0 else "raises"


def patch_words(heat: ndarray) -> str:
    """Of a network that gives one logit a patch."""
    share = float((heat > 0).mean())
    said = "no patch" if not share else "every patch" if share == 1 else f"{percent(share)} of the patches"
    return (
        f"It calls {said} real. Each square is its score of the patch around it, {signed(heat.min())} to "
        f"{signed(heat.max())}."
    )


def where(spot: int, heat: ndarray) -> str:
    """In which ninth of a map (h, w) its value number `spot` lies, counted row by row."""
    row, column = (3 * at // side for at, side in zip(divmod(spot, heat.shape[1]), heat.shape, strict=True))
    place = f"{('top', '', 'bottom')[row]} {('left', '', 'right')[column]}".strip()
    return f"at the {place}" if place else "in the middle"
