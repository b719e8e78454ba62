"""Weights fetched from a server that stands in, from none, and from one that says nothing."""

import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gan.measure import weights
from gan.measure.weights import INCEPTION, LPIPS, VGG, Weights, WeightsError, fetch, on_disk

CONTENT = b"numbers " * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):
        type(self).asked += 1
        good = self.path in ("/good.pth", "/half.pth")
        self.send_response(200 if good else 404)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: len(CONTENT) // (2 if "half" in self.path else 1)] if good else CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "hub" / "checkpoints"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(Handler, "asked", 0)
    served = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def meant(url: str, digest: str = DIGEST) -> Weights:
    return Weights("Some network", url, digest, len(CONTENT))


def test_weights_are_fetched_once_and_checked(server, home):
    wanted = meant(f"{server}/good.pth")
    assert not on_disk(wanted)
    assert fetch(wanted) == [home / "good.pth"] and on_disk(wanted)
    assert fetch(wanted, wanted)[1].read_bytes() == CONTENT and Handler.asked == 1
    wanted.path.write_bytes(b"something else")
    with pytest.raises(WeightsError, match=r"good.pth does not hold the weights of Some network: delete it"):
        fetch(wanted)


@pytest.mark.parametrize(("path", "digest", "reason"), [
    ("/missing.pth", DIGEST, "Not Found"),
    ("/half.pth", DIGEST, "not that file, or not all of it|more expected"),
    ("/good.pth", "0" * 64, "not that file, or not all of it"),
])  # fmt: skip
def test_what_does_not_come_whole_leaves_nothing_behind(server, home, path, digest, reason):
    with pytest.raises(WeightsError, match=rf"^The weights of Some network \(8 kB\) could not .*({reason})"):
        fetch(meant(server + path, digest))
    assert list(home.iterdir()) == []


def test_no_server_is_said_so():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(WeightsError, match=r"could not be fetched from 127.0.0.1: .*refused"):
        fetch(meant(f"http://127.0.0.1:{port}/good.pth"))


def test_a_silent_server_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(weights, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(WeightsError, match="timed out"):
        fetch(meant(f"http://127.0.0.1:{silent.getsockname()[1]}/good.pth"))


def test_they_lie_where_torch_fidelity_looks(home):
    import torchvision
    from torch_fidelity import feature_extractor_inceptionv3, sample_similarity_lpips

    assert INCEPTION.url == feature_extractor_inceptionv3.URL_INCEPTION_V3
    assert LPIPS.url == sample_similarity_lpips.URL_VGG16_LPIPS
    assert torchvision.models.VGG16_Weights.IMAGENET1K_V1.url == VGG.url
    for one in (INCEPTION, LPIPS, VGG):
        assert one.path == home / one.url.rsplit("/", 1)[1] and len(one.sha256) == 64
