"""Labels of own pictures that are not said by their folders."""

import json

import pytest
from pictures import packed, picture

from gan.data import load


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


@pytest.mark.parametrize("more", [
    {"class_names": ["cat", "dog", "owl"]}, {"classes": {"2": "owl", "0": "cat", "1": "dog"}}, {},
])
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


@pytest.mark.parametrize(("said", "words"), [
    ({"labels": None}, "have no labels"), ({"labels": []}, "have no labels"), ({}, "that can be read"),
    ({"labels": 7}, "that can be read"), (b"{", "that can be read"), (b"[" * 10**5, "that can be read"),
    ({"labels": [["a", 1, 2]]}, "that can be read"),
    (b'{"labels": [["a", 1' + b"0" * 5000 + b"]]}", "that can be read"),
    ({"labels": pairs([n / 7 + .5 for n in range(9)])}, "no whole numbers"),
    ({"labels": pairs([[0] * (1 + n % 2) for n in range(9)])}, "no whole numbers"),
    ({"labels": pairs([{"a": n} for n in range(9)])}, "no whole numbers"),
    ({"labels": pairs([list(range(99))] * 9)}, "99 numbers of each"),
    (b" " * 9 * 2**20, "larger than 8 MB"),
])
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
