"""The door: what is refused before anything reads it. The app behind it is a stand-in."""

import asyncio
import json
import time
from dataclasses import replace

import pytest
from loops import run_apart

from gan.limits import Limits
from gan.system import files
from gan.ui.server.guard import Guard
from gan.ui.server.requests import Refused, check_json

SMALL = replace(
    Limits(),
    request_bytes=1000,
    request_values=100,
    upload_bytes=10_000,
    free_bytes=0,
    visitor_upload_bytes=5 * 2**20,
    visitor_upload_files=20,
)
ID = "0123456789abcdef"
UPLOAD = "/gradio_api/upload"
JSON = ("/gradio_api/run/predict", "/gradio_api/queue/join", "/gradio_api/call/train", "/gradio_api/mcp/",
        "/gradio_api/component_server/", "/gan/gradio_api/api/score", "/login",
        "/gradio_api/reset", "/gradio_api/cancel", "/gradio_api/uploads", "/nothing")  # fmt: skip


class App:
    """Reads all that it is sent, and says so."""

    def __init__(self):
        self.heard = b""

    async def __call__(self, scope, receive, send):
        more = scope["method"] == "POST"
        while more:
            message = await receive()
            self.heard += message["body"]
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})


@pytest.fixture
def app():
    return App()


@pytest.fixture
def guard(app):
    return Guard(app, SMALL)


def ask(
    guard, path: str, body: bytes | list[bytes] = b"", length: int | None = None, method="POST", **headers
):
    """The status and the body of the answer; `body` as a list comes in chunks."""
    chunks = body if isinstance(body, list) else [body]
    headers = {"content-length": str(length)} | headers if length is not None else headers
    scope = {
        "type": "http", "method": method, "path": path, "client": ("10.0.0.1", 1),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    left, answer = list(chunks), []

    async def receive():
        assert left, "it waits for what never comes"
        chunk = left.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(left)}

    async def send(message):
        answer.append(message)

    run_apart(guard(scope, receive, send))
    return answer[0]["status"], b"".join(message.get("body", b"") for message in answer).decode()


@pytest.mark.parametrize("path", JSON)
def test_a_large_request_is_refused_before_it_is_read(app, guard, path):
    for body, length in ((b"x" * 2000, 2000), ([b"x" * 500] * 5, None), ([b"x" * 500] * 5, 10)):
        status, words = ask(guard, path, body, length)
        assert status == 413 and "more than the 1 KB" in json.loads(words)["error"]
    assert app.heard == b""
    assert ask(guard, path, b'{"data": [1]}', 13) == (200, "fine") and app.heard == b'{"data": [1]}'


@pytest.mark.parametrize("body, words", [
    (b"[" * 40 + b"]" * 40, "nested more than 32 deep"), (b'{"a":' * 40 + b"1" + b"}" * 40, "nested"),
    (b"[" + b"1," * 200 + b"1]", "more than 100 values"), (b"{}" * 150, "more than 100 values"),
    ('["é"]'.encode("utf-16"), "UTF-8"),
])  # fmt: skip
def test_json_that_takes_long_is_refused_before_it_is_read(app, guard, body, words):
    for headers in ({}, {"content_type": "application/json"}, {"content_type": "text/plain"}):
        status, said = ask(guard, JSON[0], body, len(body), **headers)
        assert status in (400, 413) and words in said and app.heard == b""


@pytest.mark.parametrize("text", ["[" * 99, "," * 300, '\\"[[[' * 50, "data:image/png;base64,AA==", "\\\\"])
def test_what_stands_in_a_text_is_no_structure(app, guard, text):
    body = json.dumps({"a": [text, {"b": text}]}).encode()
    assert ask(guard, JSON[0], body, len(body))[0] == 200 and app.heard == body


def test_a_text_without_an_end_takes_no_longer():
    start = time.process_time()
    for body in (b'"' + b'\\"' * 250_000, b'"' * 500_000, b'"' + b"\\" * 500_001, b"[" * 500_000):
        try:
            check_json(body, 20_000, 32)
        except Refused:
            continue
    assert time.process_time() - start < 5  # a slip here takes minutes


@pytest.mark.parametrize("path", [
    "/monitoring", "/monitoring/summary", "/monitoring/key", "/pwa_icon/90000", "/gradio_api/deep_link",
    "/gradio_api/heartbeat/session", "/gradio_api/process_recording", "/gradio_api/vibe-edit/",
    "/gradio_api/vibe-code", "/gradio_api/dev/reload", "/gradio_api/proxy=https://x.hf.space/",
    "/gradio_api/file=https://example.org/x", "/gradio_api/file/http://example.org/", "/gradio_api/stream/1",
    "/behind/gradio_api/profiling/traces", "/gradio_api/runs", "/gradio_api/run-history/connect",
])  # fmt: skip
def test_what_the_page_does_not_need_is_closed(guard, path):
    for method in ("GET", "POST", "HEAD"):
        assert ask(guard, path, method=method)[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/config",
        "/gradio_api/info",
        "/gradio_api/startup-events",
        "/gradio_api/file=/tmp/gradio/x.png",
        "/gradio_api/run/runs",
        "/theme.css",
    ],
)
def test_the_rest_stays_open(guard, path):
    assert ask(guard, path, method="GET")[0] == 200


def part(name: str = "a.png", size: int = 10) -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + b"x" * size + b"\r\n"


def test_an_upload_may_be_as_large_as_uploads_may_be(app, guard):
    body = part(size=9000)
    for path in (UPLOAD, UPLOAD + "/", "/gan" + UPLOAD):
        assert ask(guard, path, body, len(body)) == (200, "fine")
    status, words = ask(guard, UPLOAD, [b"x" * 2**20] * 3, 3 * 2**20)
    assert status == 413 and words == "That is more than the 9.8 KB that one request may have here."
    assert ask(guard, UPLOAD, [b"x" * 2**20] * 3)[0] == 413  # it says no length
    assert len(app.heard) < 3 * len(body) + 2.1 * 2**20


def test_uploads_have_a_limit_for_a_person_and_not_only_for_a_file(guard):
    def upload(id: str) -> int:
        return ask(guard, UPLOAD, [b"x" * 2**20, b"x" * 2**20], 2**21, x_gan_browser=id)[0]

    assert [upload(ID) for _ in range(3)] == [200, 200, 429]
    assert upload(ID[::-1]) == 200  # another pupil behind the same address
    unsaid = [ask(guard, UPLOAD, [b"x" * 2**20] * 2, x_gan_browser="z" * 16)[0] for _ in range(3)]
    assert unsaid == [200, 200, 429]  # its length


def test_files_are_counted_wherever_a_chunk_ends(guard):
    for _ in range(2):
        body = b"".join(part(f"{k}.png") for k in range(10))
        chunks = [body[k : k + 7] for k in range(0, len(body), 7)]
        assert ask(guard, UPLOAD, chunks, len(body), x_gan_browser=ID)[0] == 200
    status, words = ask(guard, UPLOAD, part(), len(part()), x_gan_browser=ID)
    assert status == 429 and "for each person" in words


def test_nothing_is_uploaded_to_a_full_disk(app, monkeypatch):
    guard = Guard(app, replace(SMALL, free_bytes=10**9))
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10**9 + 100}))
    assert ask(guard, UPLOAD, part(), len(part()))[0] == 200
    status, words = ask(guard, UPLOAD, part(size=200), len(part(size=200)))
    assert status == 507 and "disk of this server is almost full" in words


def test_a_body_that_comes_slowly_is_given_up(app):
    async def never():
        await asyncio.sleep(3600)

    for path, waits in ((JSON[1], 2), (UPLOAD, 2)):
        guard, answer, left = Guard(app, replace(SMALL, slow_seconds=0.05)), [], [b"{"] * waits

        async def receive(left=left):
            if not left:
                await never()
            return {"type": "http.request", "body": left.pop(), "more_body": True}

        async def send(message, answer=answer):
            answer.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "headers": [], "client": ("10.0.0.1", 1)}
        run_apart(guard(scope, receive, send))
        assert answer[0]["status"] == 408 and (b"connection", b"close") in answer[0]["headers"]


@pytest.mark.parametrize("name, status", [("a" * 36, 200), (None, 200), ("a" * 1000, 400), (["a"], 400)])
def test_a_session_has_a_name_of_some_length(app, name, status):
    guard = Guard(app, replace(SMALL, request_bytes=5000))
    told = json.dumps({"data": [], "session_hash": name}).encode()
    hidden = told.replace(b"session_hash", b"session\\u005fhash")
    twice = told.replace(b"{", b'{"session_hash": "short", ', 1)
    assert {ask(guard, JSON[1], body, len(body))[0] for body in (told, hidden, twice)} == {status}


def test_a_form_with_parts_is_an_upload_or_a_login(app, guard):
    kind = {"content_type": "Multipart/form-data; boundary=b"}
    assert ask(guard, "/gradio_api/component_server", b"--b--", 5, **kind)[0] == 415
    assert ask(guard, "/login", b"--b--", 5, **kind)[0] == ask(guard, UPLOAD, b"--b--", 5, **kind)[0] == 200


def test_what_cannot_even_be_quoted_is_refused():
    async def quotes(scope, receive, send):
        json.dumps({"input": float("nan")}, allow_nan=False)

    status, body = ask(Guard(quotes, SMALL), "/gradio_api/cancel", b"{}")
    assert status == 400 and "do not understand each other" in str(body)
