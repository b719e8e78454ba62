"""People's own pairs: two folders of the same names, two pictures side by side, and what only looks so."""

import unicodedata
from collections import Counter

import numpy as np
import pytest
from pictures import as_file, drawn, packed, picture, side_by_side
from PIL import Image

from gan.__main__ import main
from gan.data import DataError, Intake, doctor, examine, halves, kept, load, sides, store, views
from gan.limits import Limits
from gan.specs import Sides

COUNT = 24


@pytest.fixture
def sent(tmp_path):
    """A zip with these files."""
    return lambda files, name="set": packed(tmp_path / f"{name}.zip", files)


def folders(one="edges", other="photos", names="{}", count=COUNT) -> dict[str, bytes]:
    """A drawing's outlines in one folder, and under the same name its colours in the other."""
    each = [(number, *drawn(number)) for number in range(count)]
    return {f"{one}/{names.format(n)}.png": as_file(lines) for n, lines, _ in each} | {
        f"{other}/{names.format(n)}.png": as_file(shapes) for n, _, shapes in each
    }


def files(kind="PNG", count=COUNT) -> dict[str, bytes]:
    """The two side by side in each file."""
    return {f"{n}.{kind.lower()}": as_file(side_by_side(*drawn(n)), kind) for n in range(count)}


def made_of(path) -> tuple[np.ndarray, np.ndarray]:
    return views.pairs("pair", load(path))


def are_outlines(images: np.ndarray) -> bool:
    """All of them are grey: the coloured ones are not."""
    return bool((np.ptp(images.astype(int), axis=-1).mean((1, 2)) < 2).all())


def numbers(path, sides=(0, 1)) -> list[int]:
    """Which drawing each pair is of, by its colours; fails where source and answer are not of one."""
    known = [[np.asarray(one.resize((32, 32)), int) for one in drawn(number)] for number in range(COUNT)]
    found = []
    for source, answer in zip(*made_of(path), strict=True):
        nearest = [min(range(COUNT), key=lambda n, one=one, side=side: np.abs(known[n][side] - one).sum())
                   for side, one in zip(sides, (source, answer), strict=True)]  # fmt: skip
        assert nearest[0] == nearest[1]
        found.append(nearest[0])
    return found


# Two folders


@pytest.mark.parametrize("wrapped", ["", "all/", "all/train/"])
def test_two_folders_with_the_same_names_are_pairs(take, sent, wrapped):
    litter = {
        "__MACOSX/edges/._1.png": b"x",
        ".DS_Store": b"x",
        "edges/Thumbs.db": b"x",
        "photos/.x.png": b"x",
    }
    one = {f"{wrapped}{path}": data for path, data in (folders() | litter).items()}
    intake = take(sent(one))
    assert (intake.count, intake.skipped, intake.labels) == (2 * COUNT, (), ("folder",))
    assert sorted(numbers(intake.path)) == list(range(COUNT)) != numbers(intake.path)
    assert are_outlines(made_of(intake.path)[0])
    data = load(intake.path)
    assert len(data.held_out.images) == 4 and data.held_out.pair.tolist() == [22, 22, 23, 23]
    assert data.labels[:4, 0].tolist() == [0, 1, 0, 1]  # a CycleGAN may have them, too
    assert examine(intake).advice[0] == (
        "24 pairs: “edges” is the source, “photos” the answer. pix2pix learns from them."
    )


def test_a_person_says_which_is_the_source_and_whether_they_are_pairs(take, sent):
    zipped = sent(folders())
    turned = take(zipped, pairs="second")
    assert are_outlines(made_of(turned.path)[1]) and sorted(numbers(turned.path, (1, 0))) == list(
        range(COUNT)
    )
    assert "“photos” is the source, “edges” the answer" in examine(turned).advice[0]
    plain = take(zipped, pairs="none")
    assert plain.count == 2 * COUNT and not len(load(plain.path).pair) and plain.labels == ("folder",)
    assert not any("pairs" in sentence for sentence in examine(plain).advice)
    assert (plain.pairing.sides, plain.pairing.used) == (
        ("edges", "photos"),
        "none",
    )  # and may be asked again
    with pytest.raises(DataError, match="The pairs can be left, right, first, second, none"):
        take(zipped, pairs="both")


def test_what_has_no_partner_is_named_and_left_out(take, sent):
    more = {"edges/x.png": as_file(drawn(70)[0]), "photos/y.png": as_file(drawn(71)[1])}
    broken = folders() | more | {"photos/3.png": b"no picture"}
    intake = take(sent(broken))
    assert intake.count == 2 * (COUNT - 1) and sorted({*range(COUNT)} - {*numbers(intake.path)}) == [3]
    assert intake.pairing.alone == ("edges/3.png", "edges/x.png", "photos/y.png")
    assert ("; 3 pictures have no partner and are left out (edges/3.png, edges/x.png, photos/y.png)."
            in examine(intake).advice[0])  # fmt: skip
    one = take(sent(folders() | {"edges/x.png": as_file(drawn(70)[0])}))
    assert "; 1 picture has no partner and is left out (edges/x.png)" in examine(one).advice[0]


@pytest.mark.parametrize("rename", [
    lambda path: path.replace("photos/", "photos/deep/").replace("edges/", "edges/deep/"),
    lambda path: path.upper() if path.startswith("edges") else path,
    lambda path: unicodedata.normalize("NFD" if path.startswith("edges") else "NFC", path),
    lambda path: path.replace(".png", ".jpeg") if path.startswith("edges") else path,
    lambda path: path.replace("/", " /"),
], ids=["deeper", "capitals", "composed", "another ending", "a space"])  # fmt: skip
def test_names_are_the_same_however_they_are_spelled(take, sent, rename):
    intake = take(sent({rename(path): data for path, data in folders(names="grün {}").items()}))
    assert intake.count == 2 * COUNT and sorted(numbers(intake.path)) == list(range(COUNT))


def test_two_of_one_name_but_for_their_endings_stay_apart(take, sent):
    spare = {
        f"{kind}/1.jpg": as_file(image) for kind, image in zip(("edges", "photos"), drawn(60), strict=True)
    }
    intake = take(sent(folders() | spare))
    assert intake.count == 2 * (COUNT + 1) and not intake.pairing.alone


def test_two_zips_are_two_folders(take, sent):
    whole = folders("a", "b")
    zips = [
        sent({path[2:]: data for path, data in whole.items() if path[0] == kind}, name)
        for kind, name in (("a", "lines"), ("b", "paintings"))
    ]
    intake = take(*zips)
    assert intake.pairing.sides == ("lines", "paintings") and sorted(numbers(intake.path)) == list(
        range(COUNT)
    )
    assert load(intake.path).label_values == {"folder": ("lines", "paintings")}


def test_two_zips_without_pairs_are_two_sides(take, sent):
    zips = [sent({f"{first + n}.png": picture(first + n) for n in range(60)}, name)
            for first, name in ((0, "apples"), (100, "oranges"))]  # fmt: skip
    intake = take(*zips)
    data = load(intake.path)
    assert data.label_values == {"folder": ("apples", "oranges")} and not len(data.pair)
    said = "“apples” and “oranges” can be two sides: a CycleGAN leads from each to the other."
    assert said in examine(intake).advice
    of = sides.chosen(Sides(), data)
    assert {of.a, of.b} == {"apples", "oranges"}
    a, b = sides.split(sides.chosen(Sides(column="folder", a="apples", b="oranges"), data), data)
    assert len(a) == len(b) == 60 and a[..., 0].max() < 60 <= b[..., 0].min()


def test_parts_of_one_set_and_a_loose_picture_tell_nothing(take, sent, tmp_path):
    parts = [sent({f"{10 * part + n}.png": picture(10 * part + n) for n in range(4)}, f"part{part}")
             for part in range(3)]  # fmt: skip
    assert take(*parts).labels == ()
    (tmp_path / "loose.png").write_bytes(picture(99))
    assert take(*parts[:2], tmp_path / "loose.png").labels == ()


@pytest.mark.parametrize("change", [
    lambda all_: all_ | {"third/1.png": picture(9)},
    lambda all_: all_ | {"preview.png": picture(9)},
    lambda all_: {path.replace("photos/", "photos/p"): data for path, data in all_.items()},
    lambda all_: {path: data for path, data in all_.items() if path[0] == "e" or path[-5] in "02468"},
], ids=["a third folder", "one outside", "other names", "half of them missing"])  # fmt: skip
def test_what_is_no_pair_of_folders_stays_plain_pictures(take, sent, change):
    zipped = sent(change(folders()))
    intake = take(zipped)
    assert not len(load(intake.path).pair) and intake.pairing is None
    if intake.count == 2 * COUNT + 1:
        with pytest.raises(DataError, match="These are not two folders that hold files of the same names"):
            take(zipped, pairs="first")


def test_two_kinds_that_are_numbered_alike_are_no_pairs_until_somebody_says_so(take, sent):
    cats = {f"cats/{n}.png": as_file(drawn(n)[1]) for n in range(COUNT)}
    dogs = {f"dogs/{n}.png": as_file(drawn(100 + n)[1]) for n in range(COUNT)}
    intake = take(sent(cats | dogs))
    assert not len(load(intake.path).pair) and intake.labels == ("folder",)
    said = "“cats” and “dogs” hold the same names: if they are pairs, say which is the source."
    assert examine(intake).advice[-1] == said
    assert "--pairs first, or --pairs second" in doctor.text(examine(intake))
    assert len(load(take(sent(cats | dogs), pairs="first").path).pair) == 2 * COUNT


@pytest.mark.parametrize("shift", [0, 1])
def test_drawings_of_one_thing_in_two_styles_are_told_from_any_two(take, sent, shift):
    images = load("emoji").images[:1200]
    chosen = np.arange(0, 1200, 10)
    styles = {"noto": images[chosen], "twemoji": np.roll(images[chosen + 1], shift, 0)}
    each = {f"{style}/{n}.png": as_file(Image.fromarray(image))
            for style, drawings in styles.items() for n, image in enumerate(drawings)}  # fmt: skip
    assert (len(load(take(sent(each)).path).pair) > 0) == (not shift)


def test_one_source_may_have_several_answers_and_a_pair_counts_once(take, sent):
    """Among single pictures a double is dropped; here it would tear a pair."""
    whole = folders()
    whole["edges/5.png"] = whole["edges/4.png"]
    whole |= {f"{kind}/again.png": whole[f"{kind}/7.png"] for kind in ("edges", "photos")}
    intake = take(sent(whole))
    assert (intake.count, intake.duplicates) == (2 * COUNT, 1)
    sources, _ = made_of(intake.path)
    assert len(np.unique(sources.reshape(COUNT, -1), axis=0)) == COUNT - 1


def test_a_source_like_its_own_answer_is_no_near_duplicate(tmp_path):
    answers = np.stack([np.asarray(drawn(number, 32)[1]) for number in range(40)])
    answers[7] = answers[30] // 2 * 2
    images = np.stack([answers // 2 * 2 + 1, answers], 1).reshape(80, 32, 32, 3)
    store.write(tmp_path / "a.npz", images, np.zeros((80, 0)), pair=np.arange(80) // 2 + 5)
    with pytest.raises(DataError, match="damaged"):  # numbers are whole and not negative
        store.read(tmp_path / "a.npz")
    store.write(tmp_path / "a.npz", images, np.zeros((80, 0)), pair=np.arange(80, dtype=np.uint32) // 2)
    report = examine(Intake(80, (), 0, tmp_path / "a.npz"))
    assert (report.near_duplicates, report.near_pairs, report.held_out) == (2, ((15, 61),), 8)


def test_pictures_of_other_proportions_are_told(take, sent):
    whole = folders()
    whole["photos/5.png"] = as_file(drawn(5)[1].resize((64, 48)))
    whole["photos/6.png"] = as_file(drawn(6)[1].resize((128, 128)))  # only larger
    (note,) = take(sent(whole)).notes
    assert note.startswith(
        "The two pictures of 1 pair have different proportions: what they show may not lie"
    )


def test_too_few_pairs_are_refused_where_pairs_are_wanted(take, sent):
    few, limits = sent(folders(count=24)), Limits(train_images_least=50)
    with pytest.raises(DataError, match="Training needs 25 pairs or more, but this has 24"):
        take(few, limits=limits, pairs="first")
    with pytest.raises(DataError, match=r"but this has 0\. edges/0.png is not twice"):
        take(few, limits=limits, pairs="left")


# Side by side


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_two_pictures_side_by_side_are_recognised_and_cut_apart(take, sent, kind):
    intake = take(sent(files(kind)))
    assert (intake.count, intake.skipped, intake.labels) == (2 * COUNT, (), ("side",))
    assert intake.sizes.tolist() == [[64, 64]] * 2 * COUNT
    assert sorted(numbers(intake.path)) == list(range(COUNT))
    assert np.ptp(made_of(intake.path)[0].astype(int), axis=-1).mean() < 4  # outlines have no colour
    data = load(intake.path)
    assert data.label_values == {"side": ("left", "right")} and data.labels[:4, 0].tolist() == [0, 1, 0, 1]
    assert examine(intake).advice[0] == (
        "24 pairs: each file is cut into two pictures side by side, the left one is the source, the right "
        "one the answer. pix2pix learns from them."
    )


def test_side_by_side_may_be_turned_or_left_whole(take, sent):
    zipped = sent(files())
    assert are_outlines(made_of(take(zipped, pairs="right").path)[1])
    plain = take(zipped, pairs="none")
    assert plain.count == COUNT and not len(load(plain.path).pair) and plain.pairing.kind == "halves"
    report = examine(plain)
    assert not any("side by side" in sentence for sentence in report.advice)  # somebody has said so
    assert any(sentence.startswith("100\xa0% are far from square") for sentence in report.advice)


def test_folders_beside_them_stay_labels(take, sent):
    split = {f"{('birds', 'cars')[n % 2]}/{name}": data for n, (name, data) in enumerate(files().items())}
    data = load(take(sent(split)).path)
    assert data.label_values == {"folder": ("birds", "cars"), "side": ("left", "right")}
    assert (data.labels[::2, 0] == data.labels[1::2, 0]).all() and Counter(data.labels[:, 0]) == {
        0: 24,
        1: 24,
    }


def test_transparent_halves_and_a_few_others_among_them(take, sent):
    some = files(count=COUNT)
    image = side_by_side(*drawn(0)).convert("RGBA")
    image.putpixel((100, 5), (0, 0, 0, 0))
    some["0.png"] = as_file(image)
    intake = take(sent(some | {"wide.png": as_file(drawn(50)[1].resize((100, 64)))}))
    assert intake.count == 2 * COUNT and intake.modes == {"alpha": 2}
    assert intake.skipped == (
        ("wide.png", "wide.png is not twice as wide as it is high, so it is no pair side by side."),
    )


def landscape(number: int) -> Image.Image:
    """One wide picture."""
    coarse = np.random.RandomState(number).randint(0, 256, (4, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((128, 64), Image.Resampling.BICUBIC)


def test_wide_photos_are_no_pairs_but_may_be_called_so(take, sent):
    zipped = sent({f"{n}.jpg": as_file(landscape(n), "JPEG") for n in range(COUNT)})
    intake = take(zipped)
    assert intake.count == COUNT and not len(load(intake.path).pair)
    assert (
        examine(intake).advice[0].startswith("Each picture is twice as wide as it is high: if two stand side")
    )
    assert take(zipped, pairs="left").count == 2 * COUNT


@pytest.mark.parametrize(("image", "found"), [
    (side_by_side(*drawn(1)), "broken"),
    (side_by_side(Image.new("RGB", (64, 64), "white"), Image.new("RGB", (64, 64), "black")), "broken"),
    (side_by_side(drawn(1)[0], drawn(2)[0]), "broken"),  # each on the same plain ground
    (landscape(3), "across"),
    (Image.new("RGB", (128, 64), "green"), "still"),
    (side_by_side(drawn(1)[0], Image.new("RGB", (64, 64), "white")), "still"),  # one thing at one side
    (Image.new("RGB", (8, 4)), "still"),
])  # fmt: skip
def test_what_lies_in_the_middle(image, found):
    assert halves.seam(image) == found


@pytest.mark.parametrize(("seams", "count", "likely", "may"), [
    ({"broken": 95, "across": 0}, 100, True, True), ({"broken": 94}, 100, False, False),
    ({"broken": 75, "across": 25}, 100, True, True), ({"broken": 74, "across": 26}, 100, False, True),
    ({"broken": 49, "still": 51}, 100, False, True), ({}, 0, False, False),
])  # fmt: skip
def test_when_they_are_taken_for_pairs(seams, count, likely, may):
    assert halves.are_likely(Counter(seams), count) == likely
    assert halves.may_be(Counter(seams), count) == may


# Kept, and trained on


def test_pairs_have_a_digest_of_their_own(take, sent, tmp_path):
    names = {kept.keep(take(sent(files()), pairs=way).path, "x", None) for way in ("left", "right", "none")}
    assert len(names) == 3 and len(load(sorted(names)[0]).images)


@pytest.mark.parametrize("recipe, says", [("pix2pix", "12 of them"), ("cyclegan", "12 of them")])
def test_the_command_line_trains_on_them(tmp_path, capsys, recipe, says):
    for path, data in folders(count=60).items():
        (tmp_path / "set" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / path).write_bytes(data)
    light = "--steps 2 --seconds 0 --batch 4 --feature-maps 4 --precision float32 --size 16 --device cpu"
    if recipe == "pix2pix":
        light += " --patch-layers 1"
    main(
        [
            "train",
            "--data",
            str(tmp_path / "set"),
            "--recipe",
            recipe,
            "--out",
            str(tmp_path / "m"),
            *light.split(),
        ]
    )
    told = capsys.readouterr().out
    assert (
        says in told
        and "60 pairs: “edges” is the source" in told
        and "--pairs none, or --pairs second" in told
    )
    given = (tmp_path / "m" / "config.json").read_text()
    assert ('"view": "pair"' in given) == (recipe == "pix2pix")
    assert ('"a": "edges"' in given and '"b": "photos"' in given) == (recipe == "cyclegan")
