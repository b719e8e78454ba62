"""Data sets of the Hub, through the real client, against a small local server that speaks its protocol."""

import io
import unicodedata
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hub_stand_in import SetsHub, parquet
from pictures import SMALL, packed, picture

from gan.data import Choices, DataError, hub_sets, load

IMAGE = {"_type": "Image"}
PETS = {"image": IMAGE, "label": {"_type": "ClassLabel", "names": ["cat", "dog", "owl"]}}


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with SetsHub() as hub:
        yield hub


@pytest.fixture
def take(hub, tmp_path):
    def run(name="me/pets", limits=SMALL, progress=None, api=None, **choices):
        out = tmp_path / "kept" / "pets.npz"
        return hub_sets.prepare(name, 32, 3, out, limits, progress, api or hub.api(), Choices(**choices))

    return run


@pytest.fixture
def refused(take, tmp_path):
    def run(*args, **options) -> str:
        with pytest.raises(DataError) as caught:
            take(*args, **options)
        assert not list((tmp_path / "kept").glob("*"))
        assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
        return str(caught.value)

    return run


def shown(path, label: str = "label") -> dict[int, str]:
    """The numbers of the pictures kept, and the words of their labels."""
    data = load(path)
    column = data.label_names.index(label)
    numbers = data.images[:, 0, 0, 0] + 256 * data.images[:, 0, 0, 1].astype(int)
    words = data.label_values[label]
    return {int(n): words[row] for n, row in zip(numbers, data.labels[:, column], strict=True)}


# parquet


def test_images_and_class_labels(hub, take):
    first = parquet([picture(n) for n in range(4)], PETS, label=[0, 1, 1, 0])
    second = parquet([picture(n) for n in range(4, 6)], PETS, label=[0, 1])
    test = parquet([picture(9), picture(10)], PETS, label=[0, 1])
    hub.put(
        "me/pets",
        {
            "README.md": b"pets",
            "data/test-00000-of-00001.parquet": test,
            "data/train-00000-of-00002.parquet": first,
            "data/train-00001-of-00002.parquet": second,
        },
    )
    heard = []
    intake = take(progress=lambda *now: heard.append(now))
    assert (intake.count, intake.labels, intake.skipped, intake.notes) == (6, ("label",), (), ())
    assert shown(intake.path) == {0: "cat", 1: "dog", 2: "dog", 3: "cat", 4: "cat", 5: "dog"}
    assert load(intake.path).label_values["label"] == ("cat", "dog", "owl")
    assert heard == [(n, 6) for n in range(1, 7)]
    assert intake.sizes.shape == (6, 2)


@pytest.mark.parametrize(
    "name",
    [
        "hf:me/pets",
        " me/pets ",
        "https://huggingface.co/datasets/me/pets/",
        "datasets/me/pets",
        "me/pets/",
        "hf:https://huggingface.co/datasets/me/pets",
        "http://huggingface.co/datasets/me/pets",
        "https://huggingface.co/datasets/me/pets/tree/main",
        "hf.co/datasets/me/pets#data",
        "https://huggingface.co/datasets/me/pets/viewer/default/train?row=3",
        "huggingface.co/datasets/me/pets",
        "https://www.huggingface.co/datasets/me/pets?library=x",
        "hf://datasets/me/pets@main/data/a.parquet",
        "https://hf.co/datasets/me/pets.git",
        "HTTPS://HuggingFace.co/datasets/me/pets/blob/main/README.md",
    ],
)
def test_names_are_read_in_every_spelling(name):
    assert hub_sets.is_name(name) and hub_sets.repository(name) == "me/pets"


def test_a_pages_address_is_fetched_from(hub, take):
    hub.put("me/pets", {"a.parquet": parquet([picture(0), picture(1)])})
    assert take(" https://huggingface.co/datasets/me/pets/tree/main ").count == 2


def test_bad_rows_are_named_and_skipped(hub, take):
    pictures = [picture(0), None, b"no picture", picture(1, 200)[:-50], b"", picture(2)]
    hub.put("me/pets", {"a.parquet": parquet(pictures, PETS, group=2, label=[0, 0, 0, 0, 0, None])})
    intake = take()
    assert shown(intake.path) == {0: "cat", 2: "unlabelled"}
    reasons = dict(intake.skipped)
    assert list(reasons) == [f"Row {n} of a.parquet" for n in (1, 2, 3, 4)]
    assert reasons["Row 1 of a.parquet"] == "Row 1 of a.parquet holds no image."
    assert "damaged" in reasons["Row 3 of a.parquet"] and "empty" in reasons["Row 4 of a.parquet"]


def test_columns_are_found_without_the_librarys_word(hub, take):
    out = io.BytesIO()
    pq.write_table(
        pa.table(
            {
                "id": pa.array([b"a", b"b", b"c"]),
                "img": pa.array([picture(n) for n in range(3)]),
                "kind": ["b", "a", "b"],
                "year": [1, 2, 3],
                "smiles": [True, False, None],
                "note": ["x", "y", "z"],
            }
        ),
        out,
    )
    hub.put("me/pets", {"a.parquet": out.getvalue()})
    intake = take()
    assert intake.labels == ("kind", "smiles")
    assert shown(intake.path, "kind") == {0: "b", 1: "a", 2: "b"}
    assert shown(intake.path, "smiles") == {0: "yes", 1: "no", 2: "unlabelled"}
    assert load(intake.path).label_values["kind"] == ("a", "b")


def test_class_names_are_read_from_the_card(hub, take):
    hub.put("me/pets", {"a.parquet": parquet([picture(0), picture(1)], label=[1, 0])})
    names = {"class_label": {"names": {"0": "cat", "10": "yak", "1": "dog"}}}
    features = [{"name": "image", "dtype": "image"}, {"name": "label", "dtype": names}]
    hub.cards["me/pets"] = {"dataset_info": {"features": features}}
    assert shown(take().path) == {0: "dog", 1: "cat"}


@pytest.mark.parametrize(
    "card",
    [
        {"dataset_info": "nonsense"},
        {"dataset_info": []},
        {"dataset_info": {"features": [{"dtype": {}}]}},
        {"configs": "x"},
        {"configs": [{"data_files": 7}]},
    ],
)
def test_a_card_written_by_hand_does_no_harm(hub, take, card):
    hub.put("me/pets", {"a.parquet": parquet([picture(0), picture(1)], label=[1, 0])})
    hub.cards["me/pets"] = card
    assert shown(take().path) == {0: "1", 1: "0"}


def test_more_than_256_values_are_no_label_unless_fewer_occur(hub, take):
    many, pictures = [f"n{n}" for n in range(1000)], [picture(n) for n in range(300)]
    features = PETS | {"label": {"_type": "ClassLabel", "names": many}}
    labels = [900 + n % 2 for n in range(300)]
    hub.put("me/pets", {"a.parquet": parquet(pictures, features, label=labels, target=range(300))})
    intake = take()
    assert load(intake.path).label_values == {"label": ("n900", "n901")}
    assert "“target” has 300 values" in intake.notes[0]


def test_the_default_configuration_of_the_card_is_taken(hub, take):
    hub.put(
        "me/pets",
        {
            "big/train.parquet": parquet([picture(0), picture(1)]),
            "small/one.parquet": parquet([picture(2), picture(3)]),
            "small/two.parquet": parquet([picture(4), picture(5)]),
        },
    )
    hub.cards["me/pets"] = {
        "configs": [
            {"config_name": "big", "data_files": "big/*"},
            {
                "config_name": "small",
                "default": True,
                "data_files": [{"split": "train", "path": ["small/one*"]}],
            },
        ]
    }
    intake = take()
    assert sorted(load(intake.path).images[:, 0, 0, 0]) == [2, 3]


def test_a_folder_of_parquet_without_images_is_passed_over(hub, take):
    words = io.BytesIO()
    pq.write_table(pa.table({"text": ["a", "b"]}), words)
    pictures = parquet([picture(0), picture(1)])
    hub.put("me/pets", {"about/train.parquet": words.getvalue(), "data/x.parquet": pictures})
    assert take().count == 2


def test_the_hubs_own_conversion_serves_where_there_is_no_parquet(hub, take):
    hub.put("me/pets", {"pets.tar": b"x"})
    hub.put(
        "me/pets",
        {"default/train/0000.parquet": parquet([picture(0), picture(1)], PETS, label=[0, 2])},
        revision=hub_sets.CONVERTED,
    )
    assert shown(take().path) == {0: "cat", 1: "owl"}


# how much


def sorted_set(count: int) -> bytes:
    """Pictures sorted by kind, as folders become parquet."""
    rng = np.random.RandomState(0)
    padded = [picture(n) + rng.bytes(2000) for n in range(count)]  # PNG readers stop where the picture ends
    return parquet(padded, PETS, group=20, label=[3 * n // count for n in range(count)])


def test_of_too_many_a_sample_from_all_over(hub, take):
    hub.put("me/pets", {"train.parquet": sorted_set(600)})
    intake = take(limits=replace(SMALL, upload_files=120))
    assert intake.count == 120 and set(shown(intake.path).values()) == {"cat", "dog", "owl"}
    assert intake.notes == ("Of 600 images, 120 were taken: as many as the limits allow.",)


def test_of_a_large_file_only_what_is_taken_travels(hub, take, monkeypatch):
    monkeypatch.setattr(hub_sets, "BLOCK", 2**14)
    file = sorted_set(2000)
    hub.put("me/pets", {"train.parquet": file})
    intake = take(limits=replace(SMALL, upload_bytes=200_000))
    assert 50 < intake.count < 100 and "were taken" in intake.notes[0]
    assert sum(size for _, size in hub.sent) < len(file) / 4


def test_of_many_files_some_are_opened(hub, take):
    files = {f"train-{n:03}.parquet": parquet([picture(2 * n), picture(2 * n + 1)]) for n in range(40)}
    hub.put("me/pets", files)
    intake = take()
    assert intake.count == 32 and intake.notes == (
        "16 of its 40 files were looked at, spread over all of them.",
    )
    assert {path for path, _ in hub.sent} >= {"train-000.parquet", "train-039.parquet"}


def test_of_a_table_nobody_can_want_pairs(hub, refused):
    hub.put("me/pets", {"a.parquet": parquet([picture(0), picture(1)])})
    assert "pairs are told from folders and files alone" in refused(pairs="left")


def test_a_row_too_large_for_a_picture(hub, take):
    hub.put("me/pets", {"a.parquet": parquet([picture(0), bytes(3 * 2**20), picture(1)])})
    intake = take(limits=replace(SMALL, image_pixels=100 * 100))
    assert intake.count == 2 and "too large to be an image" in intake.skipped[0][1]


# zips and pictures


def test_picture_files_and_their_folders(hub, take):
    files = {f"{kind}/{n}.png": picture(n) for n, kind in enumerate(("cat", "dog", "cat"))}
    hub.put("me/pets", files | {"README.md": b"x", ".hidden/x.png": picture(5), "run.py": b"import os"})
    intake = take()
    assert shown(intake.path, "folder") == {0: "cat", 1: "dog", 2: "cat"} and intake.skipped == ()
    assert {path for path, _ in hub.sent} == set(files)


def test_a_zip(hub, take, tmp_path):
    zipped = packed(tmp_path / "x.zip", {"cat/a.png": picture(0), "dog/b.png": picture(1)}).read_bytes()
    hub.put("me/pets", {"pets.zip": zipped})
    assert shown(take().path, "folder") == {0: "cat", 1: "dog"}


def test_of_too_many_pictures_some_are_fetched(hub, take):
    hub.put("me/pets", {f"{n:03}.png": picture(n) for n in range(60)})
    intake = take(limits=replace(SMALL, upload_files=20))
    assert intake.count == 20 and intake.notes[0].startswith("Of its 60 files 20 were fetched")
    numbers = sorted(load(intake.path).images[:, 0, 0, 0])
    assert numbers[0] == 0 and numbers[-1] == 59


def test_a_zip_too_large_to_fetch(hub, refused):
    hub.put("me/pets", {"pets.zip": bytes(2000)})
    assert "too much to fetch" in refused(limits=replace(SMALL, upload_bytes=1000))
    assert hub.sent == []


# what can't be had


def test_no_such_set(refused):
    assert refused("me/none").startswith("There is no data set me/none on the Hugging Face Hub, or it is")


def test_one_behind_terms(hub, refused):
    hub.errors["me/pets"] = (403, "GatedRepo")
    assert "accept its terms" in refused()


def test_a_hub_out_of_order(hub, refused, monkeypatch):
    hub.errors["me/pets"] = (500, "Oops")
    text = refused()
    assert text.startswith("The Hugging Face Hub did not deliver me/pets") and "work offline" in text


def test_no_network(refused):
    from huggingface_hub import HfApi

    text = refused(api=HfApi("http://127.0.0.1:9", token=False))
    assert text.startswith("me/pets could not be fetched") and "pixel_faces" in text


def test_the_hub_switched_off(refused, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in refused()


@pytest.mark.parametrize("files", [{}, {"README.md": b"x", "model.pkl": b"\x80\x04"}])
def test_no_images_in_it(hub, refused, files):
    hub.put("me/pets", files)
    assert "holds no images that can be read here" in refused()


def test_parquet_of_words_alone(hub, refused):
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["a", "b"], "label": [1, 2]}), out)
    hub.put("me/pets", {"a.parquet": out.getvalue()})
    assert "no parquet file with a column of images" in refused()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PAR1",
        b"nothing of the kind",
        b"x" * 50 + (2**31 - 1).to_bytes(4, "little") + b"PAR1",
        b"x" * 50 + b"\x10\0\0\0PAR1",
    ],
)
def test_a_broken_parquet(hub, refused, content):
    hub.put("me/pets", {"data/a.parquet": content})
    assert refused() == "data/a.parquet of me/pets is damaged or not a parquet file."


def test_a_group_broken_inside_costs_only_itself(hub, take):
    file = bytearray(parquet([picture(n) for n in range(6)], group=2))
    column = pq.ParquetFile(io.BytesIO(file)).metadata.row_group(1).column(0)
    at = column.dictionary_page_offset or column.data_page_offset  # where the second group's pages begin
    file[at : at + 30] = bytes(30)
    hub.put("me/pets", {"a.parquet": bytes(file)})
    intake = take()
    assert sorted(load(intake.path).images[:, 0, 0, 0]) == [0, 1, 4, 5]
    [(name, text)] = intake.skipped
    assert name == "Row 2 of a.parquet" and text == f"{name} is damaged, and what follows beside it."


def test_too_few(hub, refused):
    hub.put("me/pets", {"a.parquet": parquet([picture(0), picture(0)])})
    assert "1 usable image (1 more are duplicates)" in refused()


def test_the_revision_is_the_one_that_was_asked_about(hub, take):
    hub.put("me/pets", {"a.parquet": parquet([picture(0), picture(1)])})
    hub.put("me/pets", {"a.parquet": b"newer"}, revision="main")
    assert take().count == 2


def test_what_systems_leave_behind_is_not_even_fetched(hub, take):
    files = {f"{kind}/{n}.png": picture(n) for n, kind in enumerate(("cat", "dog", "cat"))}
    litter = {"cat/@eaDir/0.png/SYNOPHOTO_THUMB_M.png": picture(9), "__MACOSX/._0.png": b"x"}
    hub.put("me/pets", files | litter)
    intake = take()
    assert (intake.count, intake.skipped) == (3, ()) and {path for path, _ in hub.sent} == set(files)


def test_two_spellings_of_a_folder_are_one_kind(hub, take):
    whole, parted = (unicodedata.normalize(form, "Kätzchen") for form in ("NFC", "NFD"))
    files = {f"{whole}/0.png": picture(0), f"{parted}/1.png": picture(1), "Hund/2.png": picture(2)}
    hub.put("me/pets", files)
    assert shown(take().path, "folder") == {0: whole, 1: whole, 2: "Hund"}


def test_what_lies_beside_the_pictures_says_their_labels(hub, take):
    said = b'{"labels": [["0.png", 1], ["1.png", 0], ["2.png", 1]], "class_names": ["cat", "dog"]}'
    hub.put("me/pets", {f"{n}.png": picture(n) for n in range(3)} | {"dataset.json": said})
    assert shown(take().path) == {0: "dog", 1: "cat", 2: "dog"}
    table = b"file_name,kind\n0.png,a\n1.png,b\n2.png,b\n"
    hub.put("me/pets", {f"{n}.png": picture(n) for n in range(3)} | {"metadata.csv": table})
    assert [(way.kind, way.words) for way in take().ways] == [("csv", ("a", "b"))]
