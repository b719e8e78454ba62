"""What lies at an address that a visitor names is fetched within limits, and never from the own network."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from gradio import processing_utils
from loops import run_apart

from gan.limits import Limits
from gan.system.files import RoomError
from gan.ui.server import fetching
from gan.ui.server.fetching import FetchError

LIMITS = replace(Limits(), fetch_bytes=1000, slow_seconds=0.2, free_bytes=0)


async def once(block: bytes):
    yield block


async def trickle():
    while True:
        yield b"x"
        await asyncio.sleep(0.01)


async def endless():
    while True:
        yield b"x" * 100


def answer(request: httpx.Request) -> httpx.Response:
    match request.url.path:
        case "/small":
            assert request.headers["accept-encoding"] == "identity"
            return httpx.Response(200, content=once(b"small"))
        case "/endless":
            return httpx.Response(200, content=endless())
        case "/trickle":
            return httpx.Response(200, content=trickle())
        case "/packed":
            return httpx.Response(200, content=once(b"x"), headers={"content-encoding": "gzip"})
        case "/round":
            return httpx.Response(302, headers={"location": "/round"})
        case "/home":
            return httpx.Response(302, headers={"location": "http://127.0.0.1:7860/config"})
        case "/elsewhere":
            return httpx.Response(302, headers={"location": "http://other.example/small"})
    return httpx.Response(404)


@pytest.fixture
def fetch(tmp_path, monkeypatch):
    """Gradio's own download of an address, over a network that is a stand-in."""
    validate = fetching.safehttpx.async_validate_url

    async def transport(host: str):
        if not host.endswith(".example"):
            await validate(host)
        return httpx.MockTransport(answer)

    monkeypatch.setattr(fetching, "_transport", transport)
    monkeypatch.setattr(processing_utils, "async_ssrf_protected_get", None)
    monkeypatch.setattr(fetching, "get_upload_folder", lambda: str(tmp_path))

    def fetched(path: str, limits: Limits = LIMITS) -> bytes:
        fetching.install(limits)
        url = path if path.startswith("http") else f"http://a.example{path}"
        file = run_apart(processing_utils.async_ssrf_protected_download(url, str(tmp_path)))
        with open(file, "rb") as stream:
            return stream.read()

    return fetched


def test_a_file_comes_whole_also_by_way_of_another_address(fetch):
    assert fetch("/small") == fetch("/elsewhere") == b"small"


@pytest.mark.parametrize("path, error", [
    ("/endless", FetchError), ("/trickle", TimeoutError), ("/packed", FetchError), ("/round", FetchError),
    ("/home", ValueError), ("http://127.0.0.1/x", ValueError), ("http://[::1]/x", ValueError),
    ("http://10.0.0.1/x", ValueError), ("http://169.254.169.254/x", ValueError), ("http://0/x", ValueError),
])  # fmt: skip
def test_what_has_no_end_or_lies_within_is_refused(fetch, monkeypatch, path, error):
    async def nowhere(_):
        return []

    monkeypatch.setattr(fetching.safehttpx, "async_resolve_hostname_google", nowhere)
    with pytest.raises(error):
        fetch(path)


def test_nothing_is_fetched_onto_a_full_disk(fetch):
    with pytest.raises(RoomError):
        fetch("/small", replace(LIMITS, free_bytes=2**62))
