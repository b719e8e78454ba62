"""Labels of own pictures that are not said by their folders."""

import json

import pytest
from pictures import SMALL, packed, picture

from gan.data import Choices, DataError, load, prepare
from gan.data.pile import Way


def number_of(image) -> int:
    return int(image[0, 0, 0]) + 256 * int(image[0, 0, 1])


def labelled(intake, label: str = "label") -> dict[int, str]:
    """The numbers of the pictures, and the words of their labels."""
    data = load(intake.path)
    words, column = data.label_values[label], data.label_names.index(label)
    return {number_of(image): words[row[column]] for image, row in zip(data.images, data.labels, strict=True)}


# StyleGAN's dataset.json

SHARDED = [f"{n // 3:05d}/img{n:08d}.png" for n in range(9)]


def stylegan(said, paths=SHARDED, **more: bytes) -> dict[str, bytes]:
    """The members of a zip as dataset_tool.py makes it."""
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    return {path: picture(n) for n, path in enumerate(paths)} | {"dataset.json": text} | more


def pairs(values, paths=SHARDED) -> list:
    return [[path, value] for path, value in zip(paths, values, strict=True)]


def in_both(tmp_path, members):
    """The members as a zip, as a zip with a folder around them, and as a folder."""
    for path, data in members.items():
        (tmp_path / "home" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / path).write_bytes(data)
    yield packed(tmp_path / "a.zip", members)
    yield packed(tmp_path / "b.zip", {f"around/{path}": data for path, data in members.items()})
    yield tmp_path / "home"


def test_the_labels_of_dataset_json_are_the_labels(take, tmp_path):
    for source in in_both(tmp_path, stylegan({"labels": pairs([n % 3 for n in range(9)])})):
        intake = take(source)
        assert (intake.count, intake.skipped, intake.labels, intake.notes) == (9, (), ("label",), ())
        assert labelled(intake) == {n: str(n % 3) for n in range(9)}


@pytest.mark.parametrize(
    "more",
    [
        {"class_names": ["cat", "dog", "owl"]},
        {"classes": {"2": "owl", "0": "cat", "1": "dog"}},
        {},
    ],
)
def test_their_names_are_taken_from_where_they_may_stand(take, tmp_path, more):
    beside = {} if more else {"classes.txt": b"cat\r\ndog\nowl\n"}
    members = stylegan({"labels": pairs([n % 3 for n in range(9)])} | more) | beside
    intake = take(packed(tmp_path / "a.zip", members))
    assert labelled(intake) == {n: ("cat", "dog", "owl")[n % 3] for n in range(9)} and intake.skipped == ()


def test_words_unknown_ones_and_ten_after_nine(take, tmp_path):
    words = ["cat", None, "dog", "cat", "dog", "cat", "dog", "cat", "dog"]
    assert labelled(take(packed(tmp_path / "a.zip", stylegan({"labels": pairs(words)}))))[1] == "unlabelled"
    numbers = [10, 9, 2, 10, 9, 2, 10, 9, 2]
    intake = take(packed(tmp_path / "b.zip", stylegan({"labels": dict(pairs(numbers))})))
    assert load(intake.path).label_values["label"] == ("2", "9", "10")


def test_several_numbers_a_picture(take, tmp_path):
    hot = [[int(n % 3 == k) for k in range(3)] for n in range(9)]
    assert labelled(take(packed(tmp_path / "a.zip", stylegan({"labels": pairs(hot)})))) == {
        n: str(n % 3) for n in range(9)
    }
    several = [[n % 2, n % 3, 7] for n in range(9)]
    intake = take(packed(tmp_path / "b.zip", stylegan({"labels": pairs(several)})))
    assert intake.labels == ("label 1", "label 2")  # the third says nothing
    assert labelled(intake, "label 2") == {n: str(n % 3) for n in range(9)}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"labels": None}, "have no labels"),
        ({"labels": []}, "have no labels"),
        ({}, "that can be read"),
        ({"labels": 7}, "that can be read"),
        (b"{", "that can be read"),
        (b"[" * 10**5, "that can be read"),
        ({"labels": [["a", 1, 2]]}, "that can be read"),
        (b'{"labels": [["a", 1' + b"0" * 5000 + b"]]}", "that can be read"),
        ({"labels": pairs([n / 7 + 0.5 for n in range(9)])}, "neither whole numbers"),
        ({"labels": pairs([[0] * (1 + n % 2) for n in range(9)])}, "neither whole numbers"),
        ({"labels": pairs([{"a": n} for n in range(9)])}, "neither whole numbers"),
        ({"labels": pairs([list(range(99))] * 9)}, "99 numbers for each"),
        (b" " * 7 * 2**20, "too long"),
    ],
)
def test_without_labels_the_shards_are_none_and_a_word_says_why(take, tmp_path, said, words):
    intake = take(packed(tmp_path / "a.zip", stylegan(said)))
    assert (intake.count, intake.labels, intake.skipped) == (9, (), ())
    [note] = intake.notes
    assert note.startswith("dataset.json ") and words in note and note.endswith(".")


@pytest.mark.parametrize("names", [SHARDED, [f"{n // 3 * 1000:05d}/{n:05d}.png" for n in range(9)]])
def test_shards_are_no_kinds_without_a_dataset_json_either(take, tmp_path, names):
    members = {name: picture(n) for n, name in enumerate(names)}
    assert take(packed(tmp_path / "a.zip", members)).labels == ()


def test_folders_are_kinds_beside_a_dataset_json_that_says_none(take, tmp_path):
    paths = [f"{kind}/{n}.png" for kind in ("cats", "dogs") for n in range(3)]
    assert take(packed(tmp_path / "a.zip", stylegan({"labels": None}, paths))).labels == ("folder",)
    signs = [f"{kind:05d}/{kind:05d}_{n:05d}.png" for kind in range(3) for n in range(3)]  # of GTSRB
    members = {name: picture(n) for n, name in enumerate(signs)}
    assert take(packed(tmp_path / "b.zip", members)).labels == ("folder",)


def test_each_zip_has_its_own_dataset_json(take, tmp_path):
    one = packed(tmp_path / "a.zip", stylegan({"labels": pairs([0] * 9)}))
    other = {path: picture(100 + n) for n, path in enumerate(SHARDED)}
    other |= {"dataset.json": json.dumps({"labels": pairs([1] * 9)}).encode()}
    got = labelled(take(one, packed(tmp_path / "b.zip", other)))
    assert got == {n: "0" for n in range(9)} | {100 + n: "1" for n in range(9)}


# tables beside the pictures

PLAIN = [f"{n:03}.png" for n in range(12)]


def beside(paths=PLAIN, **files: bytes | str) -> dict[str, bytes]:
    """Pictures, and files with a dot for each __ in their names."""
    said = {name.replace("__", "."): as_bytes(text) for name, text in files.items()}
    return {path: picture(n) for n, path in enumerate(paths)} | said


def as_bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def from_zip(tmp_path, members, labels="csv"):
    return prepare([packed(tmp_path / "a.zip", members)], 32, 3, tmp_path / "a.npz", SMALL,
                   choices=Choices(labels=labels))  # fmt: skip


KIND = ["cat", "dog", "owl"]
ROWS = [(name, KIND[n % 3]) for n, name in enumerate(PLAIN)]


def table(rows, delimiter=",", end="\n") -> str:
    return end.join(map(delimiter.join, rows)) + end


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("labels.csv", table([("file", "kind"), *ROWS]), "kind"),
        ("labels.csv", table(ROWS), "label"),
        ("Labels.CSV", table([("kind", "file"), *(row[::-1] for row in ROWS)], ";", "\r\n"), "kind"),
        ("labels.tsv", table([("file", "kind"), *ROWS], "\t"), "kind"),
        ("train.csv", table([("id", "kind"), *((name[:-4], kind) for name, kind in ROWS)]), "kind"),
        (
            "a.csv",
            table([("path", "kind"), *((f"./data\\{name}", kind) for name, kind in ROWS)], "|"),
            "kind",
        ),
        ("a.csv", table([("file", "kind"), *((f'"{name}"', f' "{kind}"') for name, kind in ROWS)]), "kind"),
        ("a.csv", b"\xef\xbb\xbf" + table([("file", "kind"), *ROWS]).encode(), "kind"),
        ("a.csv", table([("file", "kind"), *ROWS], "\t").encode("utf-16"), "kind"),
        ("a.csv", table([("id", "file", "kind"), *((str(n), *row) for n, row in enumerate(ROWS))]), "kind"),
        ("a.csv", table([("file", "kind"), *ROWS, *ROWS, ("gone.png", "elk")]), "kind"),
    ],
)
def test_tables_are_read_in_every_dress(tmp_path, name, text, title):
    intake = from_zip(tmp_path, beside() | {name: as_bytes(text)})
    assert (intake.count, intake.skipped, intake.labels, intake.used) == (12, (), (title,), "csv")
    assert labelled(intake, title) == {n: KIND[n % 3] for n in range(12)}


def test_a_table_in_a_writers_own_letters(tmp_path):
    rows = [(name, ("猫", "犬", "鳥")[n % 3]) for n, name in enumerate(PLAIN)]
    intake = from_zip(tmp_path, beside(a__csv=table([("ファイル", "種類"), *rows]).encode("cp932")))
    assert load(intake.path).label_values == {"種類": ("犬", "猫", "鳥")}


def test_several_columns_and_what_names_no_kind(tmp_path):
    head = ("file", "kind", "size", "id", "same", "")
    rows = [(name, kind, str(n % 2), f"x{n}", "1", "" if n else "odd") for n, (name, kind) in enumerate(ROWS)]
    intake = from_zip(tmp_path, beside(a__csv=table([head, *rows])))
    assert intake.labels == ("kind", "size") and labelled(intake, "size")[3] == "1"


def test_two_folders_may_hold_the_same_names(tmp_path):
    paths = [f"{folder}/{n}.png" for folder in "ab" for n in range(4)]
    rows = [("file", "kind"), *((path, KIND[n % 3]) for n, path in enumerate(paths))]
    intake = from_zip(tmp_path, beside(paths, a__csv=table(rows)))
    assert labelled(intake, "kind") == {n: KIND[n % 3] for n in range(8)}


def test_a_table_beside_loose_pictures_and_one_that_names_some(tmp_path):
    for name, data in beside(a__csv=table([("file", "kind"), *ROWS[:8]])).items():
        (tmp_path / name).write_bytes(data)
    files = [tmp_path / name for name in (*PLAIN, "a.csv")]
    intake = prepare(files, 32, 3, tmp_path / "a.npz", SMALL, choices=Choices(labels="csv"))
    assert labelled(intake, "kind")[8] == "unlabelled" and labelled(intake, "kind")[7] == "dog"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names none"),
        ("a,b\nc,d\n", "names none"),
        (table((row[0],) for row in ROWS), "nothing but names"),
        (table(ROWS[:3]), "names only 3 of 12"),
        (b"\0" * 5000, "names none"),
        (b"0" * (7 * 2**20), "too long"),
        ('"' + "x" * 200_000, "not a table"),
        (b"\xff\xfe" + b"0", "not a table"),
    ],
)
def test_a_table_that_is_none_is_told_and_no_label(tmp_path, text, words):
    intake = from_zip(tmp_path, beside(a__csv=text), "")
    assert intake.labels == () and intake.ways == () and intake.skipped == ()
    [note] = intake.notes
    assert note.startswith("a.csv ") and words in note
    with pytest.raises(DataError, match="no CSV or TSV"):
        from_zip(tmp_path, beside(a__csv=text))


# names


@pytest.mark.parametrize(
    "names",
    [
        ["cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg"],
        ["dog_12.png", "Dog_13.png", "cat-1.png", "cat (2).png"],
        ["01 cat.png", "02 cat.png", "3-dog.png", "4-dog.png"],
        ["a/cat0.png", "b/cat1.png", "a/dog0.png", "b/dog.1.png"],
    ],
)
def test_a_word_and_a_number_are_a_kind_when_the_person_says_so(tmp_path, names):
    members = {name: picture(n) for n, name in enumerate(names)}
    intake = from_zip(tmp_path, members, "none")
    assert intake.labels == () and Way("names", "the names", ("cat", "dog")) in intake.ways
    intake = from_zip(tmp_path, members, "names")
    assert set(load(intake.path).label_values["name"]) == {"cat", "dog"} and intake.used == "names"
    assert {word == "cat" for n, word in labelled(intake, "name").items() if "cat" in names[n]} == {True}


@pytest.mark.parametrize(
    "names",
    [
        [f"IMG_{n}.jpg" for n in range(9)],
        [f"{kind}0{n}.jpg" for n in range(5) for kind in ("DSC", "IMG_")],
        [f"{n:05}.png" for n in range(9)],
        [f"{word}.png" for word in "abcdefgh"],
        [f"cat_{n}.png" for n in range(9)],
        [f"{word}{n}.png" for n, word in enumerate("abcdefgh")],
        [f"cat_{n}.png" for n in range(5)] + [f"{word}.png" for word in "abcde"] + ["dog_1.png"],
    ],
)
def test_names_that_are_no_kinds(tmp_path, names):
    members = {name: picture(n) for n, name in enumerate(names)}
    assert from_zip(tmp_path, members, "").ways == ()
    with pytest.raises(DataError, match="not like cat"):
        from_zip(tmp_path, members, "names")


def test_all_ways_are_found_and_the_folders_used_unless_another_is_asked_for(tmp_path):
    paths = [f"{('red', 'blue')[n % 2]}/{KIND[n % 3]}_{n}.png" for n in range(12)]
    members = beside(paths, a__csv=table((path, str(n % 4)) for n, path in enumerate(paths)))
    ways = (Way("folder", "the folders", ("blue", "red")), Way("csv", "a.csv", ("0", "1", "2", "3")),
            Way("names", "the names", ("cat", "dog", "owl")))  # fmt: skip
    for asked, used, labels in (
        ("", "folder", ("folder",)),
        ("csv", "csv", ("label",)),
        ("names", "names", ("name",)),
        ("none", "none", ()),
        ("folder", "folder", ("folder",)),
    ):
        intake = from_zip(tmp_path, members, asked)
        assert (intake.ways, intake.used, intake.labels) == (ways, used, labels)
    with pytest.raises(DataError, match="are not in subfolders"):
        from_zip(tmp_path, beside(), "folder")
