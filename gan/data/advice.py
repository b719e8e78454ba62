"""What the data doctor says: plain advice, and all findings as lines of text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gan.specs import IMAGE_SIZES
from gan.words import percent

if TYPE_CHECKING:
    from gan.data.doctor import Doctor
    from gan.data.pairing import Pairing

VERY_FEW, FEW = 1000, 5000  # images; Zhao et al. (2020) measure DiffAugment on 100 to 5,000
FEW_PAIRS = 400  # Isola et al. (2017) learn façades from so many
FEW_NAMES = 3  # of files without a partner
ROUGH = 100  # held-out images below which measures on them are rough
MANY_NEAR = 0.05  # share
MANY_SKIPPED = 0.1
MANY_ENLARGED = 0.1
MANY_CROPPED = 0.25
NEARLY_ALL = 0.95
FEW_OF_A_KIND = 50
UNEVEN = 10  # times as many of one label's value as of another
MANY_BARRED = 0.02
SHOWN = 20  # lines of a list
LISTED = 10  # files that are named one by one; of more, some of each kind


def given(found: "Doctor") -> tuple[str, ...]:
    """What the findings call for, the weightiest first; one sentence at least."""
    asks = (
        _pairs, _sheets, _pixel_art, _amount, _near, _crossing, _tones, _bars, _size, _shape, _colour,
        _labels, _skipped, _held_out, _two_kinds,
    )  # fmt: skip
    sentences = tuple(sentence for ask in asks for sentence in ask(found))
    return sentences or ("No problems found: these images are ready to train on.",)


def lines(found: "Doctor") -> Iterator[str]:
    """All findings, for a terminal."""
    colour = "in colour" if found.channels == 3 else "in grey"
    yield (
        f"{found.count:,} images, {found.image_size} × {found.image_size} {colour}; "
        f"{found.held_out:,} of them are held out, for measuring."
    )
    if found.skipped:
        yield f"Skipped {_files(len(found.skipped))}:"
        yield from (f"  {line}" for line in skipped(found))
    if found.duplicates or found.near_duplicates:
        yield (
            f"Duplicates: {found.duplicates:,} the same as another and left out, "
            f"{found.near_duplicates:,} nearly the same as another and kept."
        )
    if found.sizes:
        small, middle, large = (f"{width:,} × {height:,}" for width, height in found.sizes)
        span = f"{small} to {large} pixels, median {middle}" if small != large else f"{small} pixels"
        yield f"Originals: {span}; {percent(found.enlarged)} were enlarged, {fitted(found)}"
    if found.barred:
        yield barred(found) + ("" if found.choices.cut_bars else " They are cut off with --cut-bars.")
    if found.modes:
        yield "Converted: " + ", ".join(f"{n:,} with {mode}" for mode, n in found.modes.items()) + "."
    for name, values in found.labels.items():
        counts = ", ".join(f"{value} {count:,}" for value, count in list(values.items())[:SHOWN])
        more = f", and {len(values) - SHOWN:,} more" if len(values) > SHOWN else ""
        yield f"Label “{name}”: {counts}{more}."
    for way in found.ways:
        if way.kind in ("csv", "names") and way.kind != found.used:
            yield f"{way.proposal}. They are used with --labels {way.kind}."
    if found.pairing:
        one, other = (way for way in ("none", *found.pairing.ways) if way != found.pairing.used)
        yield f"Take them otherwise with --pairs {one}, or --pairs {other}."
    if found.tile:
        yield f"They are cut into their drawings with --tiles {found.tile}."
    yield from found.notes
    yield "Advice:"
    yield from (f"  {sentence}" for sentence in found.advice)


def skipped(found: "Doctor") -> Iterator[str]:
    """What was skipped: each file's sentence, or of many files how many there are of each kind."""
    if len(found.skipped) <= LISTED:
        yield from (sentence for _, sentence in found.skipped)
        return
    for why, count in list(found.reasons.items())[:SHOWN]:
        names = found.examples.get(why, ())
        cure = found.cures.get(why, "")
        cure = f" → {cure[0].upper()}{cure[1:]}" if cure else ""
        yield f"{count:,} × {why}: {', '.join(names)}{' …' if count > len(names) else ''}{cure}"
    if len(found.reasons) > SHOWN:
        yield f"and {_files(sum(list(found.reasons.values())[SHOWN:]))} for other reasons"


def fitted(found: "Doctor") -> str:
    """What became of those that are far from square."""
    what = {"crop": "lost more than a quarter to the crop", "stretch": "were stretched a lot"}
    return f"{percent(found.cropped)} {what.get(found.choices.fit, 'are padded by more than a quarter')}."


def barred(found: "Doctor") -> str:
    done = ", which were cut off" if found.choices.cut_bars else ""
    return f"{found.barred:,} with black or white bars on two sides{done}."


def _pairs(found: "Doctor") -> Iterator[str]:
    pairing = found.pairing
    if pairing and pairing.used != "none":
        yield f"{found.count // 2:,} pairs: {_who(pairing)}{_alone(pairing.alone)}. pix2pix learns from them."
    elif pairing and pairing.kind == "halves" and found.choices.pairs != "none":
        yield (
            "Each picture is twice as wide as it is high: if two stand side by side in it, say that they are "
            "pairs, or the cut to a square goes through both."
        )


def _two_kinds(found: "Doctor") -> Iterator[str]:
    """What two folders that are no pairs may be."""
    pairing = found.pairing
    kinds = [kind for kind, count in found.labels.get("folder", {}).items() if count]
    if len(kinds) == 2 and not _are_pairs(found):
        yield f"“{kinds[0]}” and “{kinds[1]}” can be two sides: a CycleGAN leads from each to the other."
    if pairing and pairing.kind == "folders" and pairing.used == "none" and found.choices.pairs != "none":
        one, other = pairing.sides
        yield f"“{one}” and “{other}” hold the same names: if they are pairs, say which is the source."


def _who(pairing: "Pairing") -> str:
    if pairing.kind == "folders":
        return f"“{pairing.source}” is the source, “{pairing.answer}” the answer"
    halves = f"the {pairing.source} one is the source, the {pairing.answer} one the answer"
    return f"each file is cut into two pictures side by side, {halves}"


def _alone(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    told = ", ".join(names[:FEW_NAMES]) + (" …" if len(names) > FEW_NAMES else "")
    one, more = "1 picture has no partner and is", f"{len(names):,} pictures have no partner and are"
    return f"; {one if len(names) == 1 else more} left out ({told})"


def _are_pairs(found: "Doctor") -> bool:
    return bool(found.pairing and found.pairing.used != "none")


def _sheets(found: "Doctor") -> Iterator[str]:
    if found.tile:
        each = f"{found.tile} × {found.tile}"
        yield f"These look like sprite sheets, each many drawings of {each} pixels: have them cut into these."


def _pixel_art(found: "Doctor") -> Iterator[str]:
    if not found.drawn:
        return
    width, height, times = found.drawn
    side, grid = found.image_size, found.image_size // found.on_grid
    if found.on_grid > 1:
        was = "" if times == found.on_grid else f" (in its file {times} times)"
        yield (
            f"Each picture is a {grid} × {grid} drawing enlarged {found.on_grid} times{was}: with native "
            "pixels on (“Learn pixel art on its own grid”), it is trained on its own grid."
        )
        return
    own = min(width, height) if found.choices.fit == "crop" else max(width, height)
    if side % own:
        fitting = next((size for size in IMAGE_SIZES if not size % own), None)
        way = f": {fitting} × {fitting} would suit it" if fitting else ""
        yield (
            f"Each picture is a {width} × {height} drawing enlarged {times} times; {side} is no multiple of "
            f"{own}, so its pixels are blurred{way}."
        )


def _amount(found: "Doctor") -> Iterator[str]:
    if _are_pairs(found):
        if found.count < 2 * FEW_PAIRS:
            yield (
                f"{found.count // 2:,} pairs are few: answers will be good to sources much like these. The "
                f"pix2pix paper learnt façades from {FEW_PAIRS}."
            )
        return
    if found.count < VERY_FEW:
        yield (
            f"Only {found.count:,} images: turn on augmentation (DiffAugment), or the discriminator learns "
            "them by heart."
        )
    elif found.count < FEW:
        yield f"{found.count:,} images are not many: augmentation (DiffAugment) helps."


def _near(found: "Doctor") -> Iterator[str]:
    share = found.share(found.near_duplicates)
    if share >= MANY_NEAR:
        yield (
            f"{percent(share)} are near-duplicates of another image: the samples will show these more often, "
            "and there are fewer different images than it seems."
        )


def _crossing(found: "Doctor") -> Iterator[str]:
    if found.near_held_out >= max(1, MANY_NEAR * found.held_out):
        yield (
            f"{found.near_held_out:,} of the {found.held_out:,} held-out images nearly equal a training "
            "image: measures on them look better than they are."
        )


def _tones(found: "Doctor") -> Iterator[str]:
    counts = {"all black": found.black, "all white": found.white, "of one colour": found.plain}
    kinds = [f"{count:,} {words}" for words, count in counts.items() if count]
    if kinds:
        yield f"Some images show nothing: {', '.join(kinds)}. Remove them unless they belong there."


def _size(found: "Doctor") -> Iterator[str]:
    if found.enlarged < MANY_ENLARGED or found.on_grid > 1:
        return
    short = min(found.sizes[1])
    fitting = max((size for size in IMAGE_SIZES if size <= short and size < found.image_size), default=None)
    way = f": {fitting} × {fitting} would suit them better" if fitting else ""
    yield (
        f"{percent(found.enlarged)} were smaller than {found.image_size} × {found.image_size} and are "
        f"blurred by being enlarged{way}."
    )


def _bars(found: "Doctor") -> Iterator[str]:
    if found.barred >= MANY_BARRED * found.count and found.barred and not found.choices.cut_bars:
        yield (
            f"{found.barred:,} have black or white bars on two sides: cut these off, or the generator learns "
            "to paint them."
        )


def _shape(found: "Doctor") -> Iterator[str]:
    if found.cropped < MANY_CROPPED:
        return
    what = {
        "crop": "more than a quarter of each was cut away at the edges: if what matters lies there, pad them",
        "stretch": "what they show looks squeezed: if that matters, crop or pad them",
    }.get(found.choices.fit, "the generator learns to paint the padding as well: if that matters, crop them")
    yield f"{percent(found.cropped)} are far from square, and {what}."


def _colour(found: "Doctor") -> Iterator[str]:
    if found.channels == 3 and found.share(found.colourless) >= NEARLY_ALL:
        yield "These images have no colour: in grey (one channel) they train a little faster."


def _labels(found: "Doctor") -> Iterator[str]:
    if _are_pairs(found):
        return
    for name, values in found.labels.items():
        few = [value for value, count in values.items() if 0 < count < FEW_OF_A_KIND]
        if few:
            shown = ", ".join(f"“{value}”" for value in few[:3]) + (" and others" if len(few) > 3 else "")
            yield f"Label “{name}”: {shown} with fewer than {FEW_OF_A_KIND} images will hardly be learnt."
            continue
        there = [count for count in values.values() if count]
        if there and max(there) > UNEVEN * min(there):
            yield (
                f"Label “{name}” is uneven: {max(there):,} images of one kind and {min(there):,} of another. "
                "The rare ones will look worse."
            )
    if found.torn:
        yield (
            f"{found.torn:,} duplicates had a different label from the image that was kept: check your "
            "labels."
        )


def _skipped(found: "Doctor") -> Iterator[str]:
    if len(found.skipped) > MANY_SKIPPED * (found.count + len(found.skipped)):
        why = next(iter(found.reasons))
        yield f"{_files(len(found.skipped)).capitalize()} could not be used; the most common reason: {why}."


def _held_out(found: "Doctor") -> Iterator[str]:
    if found.held_out < ROUGH:
        yield f"Only {found.held_out:,} images are held out: measures on them are rough."


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
