"""The data sets. torchvision's are read from small stand-ins, written as each set's own files are; where it
checks a file against a known checksum, the stand-in's checksum takes its place."""

import gzip
import hashlib
import io
import json
import os
import pickle
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from PIL import Image

from gan.data import DataError, DataSet, available, download, load, registry, store

BUNDLED = {
    "pixel_faces": ((20_000, 32, 32, 3), 9),
    "open_peeps": ((12_000, 64, 64, 3), 6),
    "fashion_mnist": ((20_000, 28, 28, 1), 1),
    "emoji": ((6_656, 64, 64, 3), 3),
}


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_STUDIO_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "*")


def own(path: Path, value: int = 0, count: int = 20) -> Path:
    images = np.full((count, 32, 32, 3), value, np.uint8)
    store.write(path, images, np.zeros((count, 0), np.uint8))
    return path


# the bundled ones


def test_all_sets_are_listed_bundled_first():
    assert [info.name for info in available()] == [
        "pixel_faces",
        "open_peeps",
        "fashion_mnist",
        "emoji",
        "mnist",
        "fashion_mnist_full",
        "cifar10",
        "svhn",
        "celeba",
    ]
    assert [info.bundled for info in available()] == [True] * 4 + [False] * 5
    assert all(info.title and info.about and info.licence for info in available())
    assert {info.name: info.image_size for info in available() if not info.bundled} == {
        "mnist": 28,
        "fashion_mnist_full": 28,
        "cifar10": 32,
        "svhn": 32,
        "celeba": 64,
    }


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_set_is_what_the_list_says(name):
    shape, k = BUNDLED[name]
    data, info = load(name), registry.INFOS[name]
    assert data.images.shape == shape == (info.count, info.image_size, info.image_size, info.channels)
    assert data.images.dtype == data.labels.dtype == np.uint8 and data.labels.shape == (shape[0], k)
    assert (data.name, data.title) == (name, info.title)
    assert (data.image_size, data.channels) == (info.image_size, info.channels)
    assert len(data.label_names) == k and set(data.label_values) == set(data.label_names)
    for column, label in enumerate(data.label_names):
        assert data.labels[:, column].max() == len(data.label_values[label]) - 1
    assert data.images.min() == 0 and data.images.max() == 255
    if name not in ("fashion_mnist", "emoji"):
        assert len({image.tobytes() for image in data.images}) == shape[0]  # no twins


@pytest.mark.parametrize("name", BUNDLED)
def test_the_list_names_the_labels_that_the_file_has(name):
    assert registry.INFOS[name].labels == load(name).label_names


def test_fashion_starts_as_its_authors_file_does():
    data = load("fashion_mnist")
    assert data.labels[:10, 0].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert data.label_values["garment"] == download.GARMENTS and download.GARMENTS[9] == "ankle boot"


@pytest.mark.parametrize(("count", "held"), [(50, 5), (59, 5), (20_000, 2000), (30_000, 2000)])
def test_the_last_tenth_is_held_out_2000_at_most(count, held):
    images = np.arange(count, dtype=np.uint16).view(np.uint8).reshape(count, 1, 1, 2)
    data = DataSet("", "", images, images[:, 0, 0], ("high", "low"), {})
    assert len(data.held_out.images) == len(data.held_out.labels) == held
    assert len(data.train.images) == len(data.images) - held
    assert np.array_equal(data.held_out.images[0], data.images[-held])
    assert np.array_equal(data.train.labels[-1], data.labels[-held - 1])
    assert np.shares_memory(data.train.images, data.images)  # no copy


def test_both_drawings_of_an_emoji_are_one_pair_in_one_split():
    data = load("emoji")
    style = data.column("style").reshape(-1, 2)
    assert (style == [0, 1]).all() and data.label_values["style"] == ("noto", "twemoji")
    assert np.array_equal(data.pair[::2], data.pair[1::2]) and len(set(data.pair.tolist())) == 3328
    for column in ("group", "skin"):
        both = data.column(column).reshape(-1, 2)
        assert np.array_equal(both[:, 0], both[:, 1])
    assert not set(data.train.pair.tolist()) & set(data.held_out.pair.tolist())
    assert len(data.held_out.pair) == len(data.held_out.images) == 666


def test_pairs_that_are_none_are_refused(tmp_path):
    path = own(tmp_path / "pairs.npz", count=4)
    there = dict(np.load(path))
    for pair in ([0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0]):
        np.savez(path, **there, pair=np.array(pair, np.uint16))
        with pytest.raises(DataError, match="pairs that are none"):
            load(path)
    np.savez(path, **there, pair=np.array([7, 7, 3, 3], np.uint16))
    assert load(path).pair.tolist() == [7, 7, 3, 3]


def test_what_everyone_shares_nobody_can_change():
    data = load("fashion_mnist")
    for array in (data.images, data.labels, data.train.images):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_loading_needs_neither_torch_nor_torchvision():
    check = "import sys; from gan.data import load; load('fashion_mnist'); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


def test_no_file_is_too_large_for_a_space_and_all_are_credited():
    notice = (Path(__file__).parent.parent / "NOTICE").read_text()
    for path in registry.HERE.glob("*.xz"):
        assert path.stat().st_size < 10 * 2**20 and path.name in notice


# memory


def test_two_sets_stay_and_the_third_pushes_one_out(tmp_path, unpacked, monkeypatch):
    monkeypatch.setattr(registry, "_read", unpacked)
    a, b, c = (own(tmp_path / f"{name}.npz") for name in "abc")
    first, second = load(a), load(str(b))
    assert load(a) is first and load(b) is second
    load(c)
    assert load(b) is second and load(a) is not first


def test_a_file_written_anew_is_read_anew(tmp_path):
    path = own(tmp_path / "a.npz", 1)
    assert load(path).images[0, 0, 0, 0] == 1
    own(path, 2)
    os.utime(path, (1, 1))
    assert load(path).images[0, 0, 0, 0] == 2


def test_many_who_ask_at_once_share_one_loading(tmp_path, monkeypatch):
    path, calls, read = own(tmp_path / "a.npz"), [], store.read
    monkeypatch.setattr(store, "read", lambda path: calls.append(path) or time.sleep(0.05) or read(path))
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(load, [path] * 8))
    assert len(calls) == 1 and all(data is loaded[0] for data in loaded)


# wrong files


def test_an_unknown_name_gets_the_names_there_are():
    with pytest.raises(DataError, match=r"no data set “cats”; there are pixel_faces, .*celeba"):
        load("cats")
    with pytest.raises(DataError, match=r"no file gone\.npz"):
        load("/no/such/gone.npz")


class Trap:
    def __reduce__(self):
        return (print, ("unpickled",))


def saved(**arrays) -> bytes:
    out = io.BytesIO()
    good = {
        "images": np.zeros((4, 8, 8, 3), np.uint8),
        "labels": np.zeros((4, 1), np.uint8),
        "label_names": np.array(["kind"]),
        "label_values": np.array('{"kind": ["a"]}'),
    }
    np.savez(out, **{key: value for key, value in (good | arrays).items() if value is not None})
    return out.getvalue()


BROKEN = {
    "empty": b"",
    "text": b"not an npz",
    "cut off": saved()[:-200],
    "no images": saved(images=None),
    "pickled": saved(images=np.array([Trap()], object)),
    "floats": saved(images=np.zeros((4, 8, 8, 3))),
    "not square": saved(images=np.zeros((4, 8, 9, 3), np.uint8)),
    "two channels": saved(images=np.zeros((4, 8, 8, 2), np.uint8)),
    "flat": saved(images=np.zeros((4, 64), np.uint8)),
    "one image": saved(images=np.zeros((1, 8, 8, 3), np.uint8), labels=np.zeros((1, 1), np.uint8)),
    "labels of others": saved(labels=np.zeros((5, 1), np.uint8)),
    "labels without a name": saved(labels=np.zeros((4, 2), np.uint8)),
    "no values": saved(label_values=np.array("{}")),
    "no JSON": saved(label_values=np.array("{")),
    "nested deep": saved(label_values=np.array("[" * 200_000)),
    "values of numbers": saved(label_values=np.array('{"kind": [1]}')),
    "a label that has no name": saved(labels=np.full((4, 1), 7, np.uint8)),
    "a long text": saved(label_values=np.array(" " * 2_000_000 + "{}")),
    "a shape that lies": saved().replace(b"(4, 8, 8, 3)", b"(9, 8, 8, 3)"),
    "a shape without end": saved().replace(b"(4, 8, 8, 3), ", b"(4,8,8,10**9)"),
}


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "a.npz").write_bytes(saved())
    assert load(tmp_path / "a.npz").label_values == {"kind": ("a",)}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_a_sentence(what, tmp_path, capsys):
    (tmp_path / "a.npz").write_bytes(BROKEN[what])
    with pytest.raises(DataError, match=r"^a\.npz (is not a data set|holds) .*\.$"):
        load(tmp_path / "a.npz")
    assert "unpickled" not in capsys.readouterr().out


def test_a_bomb_and_what_is_no_file_are_never_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    arrays = {"images": np.zeros((3000, 32, 32, 3), np.uint8), "labels": np.zeros((3000, 0), np.uint8)}
    np.savez_compressed(path, **arrays, label_names=np.array([], np.str_), label_values=np.array("{}"))
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("It was unpacked."))
    with pytest.raises(DataError, match="damaged"):
        store.read(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(DataError, match="damaged"):
        store.read(path)


def test_writing_leaves_the_old_file_or_the_new_one(tmp_path, monkeypatch):
    path = own(tmp_path / "a.npz", 1)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        own(path, 2)
    assert path.read_bytes() == before and list(tmp_path.glob("*.part")) == []


# torchvision's sets, from stand-ins in their own files

DIGITS = np.random.RandomState(0).randint(0, 256, (30, 28, 28), np.uint8)
COLOURS = np.random.RandomState(1).randint(0, 256, (30, 32, 32, 3), np.uint8)
KINDS = [row % 10 for row in range(30)]


def idx(array: np.ndarray) -> bytes:
    """The file format of MNIST: big-endian sizes, then the bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


MNIST_FILES = {
    f"{part}-{kind}-ubyte": idx(array)
    for part in ("train", "t10k")
    for kind, array in (("images-idx3", DIGITS), ("labels-idx1", np.uint8(KINDS)))
}


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()


def put(folder: Path, files: dict[str, bytes]):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def read(name: str, root: Path):
    """As a download that found its files there already; checked like any other set when it is read back."""
    store.write(root / "kept.npz", **download.READERS[name](root, False))
    data = load(root / "kept.npz")
    assert name == "celeba" or data.label_names == registry.INFOS[name].labels
    return data


@pytest.mark.parametrize(
    ("name", "folder", "label", "last"),
    [
        ("mnist", "MNIST", "digit", "9"),
        ("fashion_mnist_full", "FashionMNIST", "garment", "ankle boot"),
    ],
)
def test_mnist_files_are_read(name, folder, label, last, tmp_path):
    put(tmp_path / folder / "raw", MNIST_FILES)
    data = read(name, tmp_path)
    assert np.array_equal(data.images, DIGITS[..., None]) and data.labels[:, 0].tolist() == KINDS
    assert data.label_names == (label,) and data.label_values[label][9] == last


def test_cifar10_files_are_read(tmp_path, monkeypatch):
    from torchvision.datasets import CIFAR10

    rows = COLOURS.transpose(0, 3, 1, 2).reshape(30, -1)  # red plane, green plane, blue plane
    batch = pickle.dumps({"data": rows, "labels": KINDS})
    meta = pickle.dumps({"label_names": list("abcdefghij")})
    put(tmp_path / CIFAR10.base_folder, {"batch": batch, "meta": meta})
    monkeypatch.setattr(CIFAR10, "train_list", [["batch", md5(batch)]])
    monkeypatch.setattr(CIFAR10, "test_list", [])
    monkeypatch.setattr(CIFAR10, "meta", {"filename": "meta", "key": "label_names", "md5": md5(meta)})
    data = read("cifar10", tmp_path)
    assert np.array_equal(data.images, COLOURS) and data.labels[:, 0].tolist() == KINDS
    assert data.label_values["kind"] == tuple("abcdefghij")


def svhn_file() -> bytes:
    out = io.BytesIO()
    labels = np.array([[kind or 10] for kind in KINDS], np.uint8)  # it calls the digit 0 ten
    scipy.io.savemat(out, {"X": COLOURS.transpose(1, 2, 3, 0), "y": labels})
    return out.getvalue()


def test_svhn_files_are_read(tmp_path, monkeypatch):
    from torchvision.datasets import SVHN

    put(tmp_path, {"train.mat": svhn_file()})
    monkeypatch.setattr(SVHN, "split_list", {"train": ["", "train.mat", md5(svhn_file())]})
    data = read("svhn", tmp_path)
    assert np.array_equal(data.images, COLOURS) and data.labels[:, 0].tolist() == KINDS


def celeba_files(count: int) -> dict[str, bytes]:
    def table(head: list[str], row: str) -> bytes:
        return "\n".join([*head, *(f"{n:06}.jpg {row}" for n in range(1, count + 1))]).encode() + b"\n"

    return {
        "list_attr_celeba.txt": table([str(count), "Bald Smiling "], "-1  1"),
        "list_eval_partition.txt": table([], "0"),
        "identity_CelebA.txt": table([], "7"),
        "list_bbox_celeba.txt": table([str(count), "image_id x_1 y_1 width height"], "1 2 3 4"),
        "list_landmarks_align_celeba.txt": table([str(count), "lefteye_x lefteye_y"], "1 2"),
    }


def test_celeba_is_cropped_to_its_middle_178(tmp_path, monkeypatch):
    from torchvision.datasets import CelebA

    files = celeba_files(5)
    face = np.zeros((218, 178, 3), np.uint8)
    face[..., 1] = 200
    face[:16] = face[-16:] = (255, 0, 0)  # outside of the square, which starts at row 20
    put(tmp_path / "celeba", files)
    (tmp_path / "celeba" / "img_align_celeba").mkdir()
    for number in range(1, 6):
        Image.fromarray(face).save(tmp_path / "celeba" / "img_align_celeba" / f"{number:06}.jpg", quality=95)
    monkeypatch.setattr(CelebA, "file_list", [("", md5(data), name) for name, data in files.items()])
    monkeypatch.setattr(download, "CELEBA_COUNT", 4)
    data = read("celeba", tmp_path)
    assert data.images.shape == (4, 64, 64, 3)
    assert np.abs(data.images.astype(int) - (0, 200, 0)).max() < 25
    assert {"Bald", "Smiling"} < set(registry.INFOS["celeba"].labels)
    assert len(registry.INFOS["celeba"].labels) == 40
    assert data.label_names == ("Bald", "Smiling") and data.labels.tolist() == [[0, 1]] * 4
    assert data.label_values["Smiling"] == ("no", "yes")


# the network


class Server(ThreadingHTTPServer):
    """Serves `files`; a value that is an Event is waited for and then not answered."""

    daemon_threads = True
    files: dict

    def address(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        data = self.server.files.get(self.path.strip("/"))
        if isinstance(data, threading.Event):
            data.wait(20)
            return
        self.send_response(200 if data else 404)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data[: self.server.cut] if data else b"")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = Server(("127.0.0.1", 0), Answer)
    server.files, server.cut = {}, None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def mnist(server, monkeypatch):
    """MNIST on the local server alone."""
    from torchvision.datasets import MNIST

    server.files |= {f"{name}.gz": gzip.compress(data) for name, data in MNIST_FILES.items()}
    monkeypatch.setattr(MNIST, "resources", [(name, md5(data)) for name, data in server.files.items()])
    monkeypatch.setattr(MNIST, "mirrors", [server.address()])
    return server


def refused(name: str) -> str:
    with pytest.raises(DataError) as caught:
        load(name)
    left = list(download.folder().glob("*")) if download.folder().is_dir() else []
    assert left == []
    text = str(caught.value)
    assert text.endswith(". These work offline: pixel_faces, open_peeps, fashion_mnist.") and "\n" not in text
    return text


def test_a_set_is_downloaded_once_and_then_kept(mnist, monkeypatch):
    data = load("mnist")
    assert np.array_equal(data.images[..., 0], DIGITS) and data.labels[:, 0].tolist() == KINDS
    assert (data.name, data.title) == ("mnist", "MNIST digits")
    assert [path.name for path in download.folder().iterdir()] == ["mnist.npz"]
    assert socket.getdefaulttimeout() is None
    registry._read.cache_clear()
    monkeypatch.setattr(download, "READERS", {})
    assert np.array_equal(load("mnist").images, data.images)


def test_after_a_download_cut_off_the_next_try_is_whole(mnist):
    mnist.cut = 500
    assert refused("mnist").startswith("MNIST digits could not be downloaded")
    mnist.cut = None
    assert len(load("mnist").images) == 30


def test_a_silent_server_is_given_up(mnist, monkeypatch):
    silence = threading.Event()
    mnist.files = dict.fromkeys(mnist.files, silence)
    monkeypatch.setattr(download, "TIMEOUT", 0.3)
    refused("mnist")  # else the server would be silent for ever
    silence.set()
    assert socket.getdefaulttimeout() is None


def test_no_network(monkeypatch):
    from torchvision.datasets import MNIST

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refuses
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{closed.getsockname()[1]}/"])
        refused("mnist")


def test_a_file_that_has_moved_away(server, monkeypatch):
    from torchvision.datasets import SVHN

    monkeypatch.setattr(SVHN, "split_list", {"train": [server.address("gone.mat"), "train.mat", "0"]})
    assert "could not be downloaded" in refused("svhn")


ERRORS = [RuntimeError("checksum"), TimeoutError(), EOFError(), ConnectionResetError(104, "reset")]


@pytest.mark.parametrize("error", ERRORS)
def test_whatever_the_download_raises_is_one_sentence(error, monkeypatch):
    def fail(root, download):
        (root / "half").write_bytes(b"half")
        raise error

    monkeypatch.setitem(download.READERS, "cifar10", fail)
    assert refused("cifar10").startswith("CIFAR-10 could not be downloaded; the server or the network")


def test_celeba_says_which_package_it_lacks(server, monkeypatch):
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO())
    monkeypatch.setitem(sys.modules, "gdown", None)
    assert "pip install gdown" in refused("celeba")


def test_a_folder_that_can_not_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GAN_STUDIO_DATA", str(tmp_path / "file" / "cache"))
    told = refused("mnist")
    assert "could not be kept on the server (Not a directory)" in told and str(tmp_path) not in told


def test_a_full_disk(monkeypatch):
    def fail(root, download):
        raise OSError(28, "No space left")

    monkeypatch.setitem(download.READERS, "svhn", fail)
    assert "(No space left)" in refused("svhn")


def test_what_a_killed_download_left_is_swept_when_it_is_old(mnist):
    old, new = (download.folder() / f"{name}.part" for name in ("old", "new"))
    for folder in (old, new):
        put(folder, {"half": b"half"})
    unwritten = download.folder() / "svhn.npz.1.part"
    unwritten.write_bytes(b"half")
    for path in (old, unwritten):
        os.utime(path, (1, 1))
    load("mnist")
    assert new.is_dir() and not old.exists() and not unwritten.exists()


def test_a_download_keeps_nobody_else_waiting(monkeypatch, tmp_path):
    started, go_on = threading.Event(), threading.Event()

    def slow(root, download):
        started.set()
        go_on.wait(20)
        raise RuntimeError

    monkeypatch.setitem(download.READERS, "svhn", slow)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(load, "svhn")
        assert started.wait(10)
        assert len(load(own(tmp_path / "a.npz")).images) == 20
        own(download.folder() / "cifar10.npz")
        assert len(load("cifar10").images) == 20
        assert not waiting.done()
        go_on.set()
        with pytest.raises(DataError):
            waiting.result()


def test_label_values_are_json(tmp_path):
    store.write(tmp_path / "a.npz", np.zeros((2, 4, 4, 1), np.uint8), [[0], [1]], ("é",), {"é": ("x", "y")})
    with np.load(tmp_path / "a.npz", allow_pickle=False) as stored:
        assert json.loads(str(stored["label_values"])) == {"é": ["x", "y"]}
    assert load(tmp_path / "a.npz").label_values == {"é": ("x", "y")}
