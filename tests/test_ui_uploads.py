"""An upload leaves nothing behind but its files, and no field of it fills the memory."""

import math

import pytest
from gradio.route_utils import upload_fn
from loops import run_apart
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from gan.ui.server import uploads

HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\n\r\n'
END = b"\r\n--b--\r\n"
FIELD = b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\n'


def upload(folder, chunks: list[bytes | None], most: float = math.inf) -> list:
    """What Gradio's route makes of it; None is a line that breaks."""
    left = list(chunks)

    async def receive():
        chunk = left.pop(0)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": bool(left)}

    uploads.install()
    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    return run_apart(upload_fn(request, folder, most, None))[0]


def kept(folder) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_is_whole_is_kept(tmp_path):
    assert len(upload(tmp_path, [HEAD % b"a.png" + b"one\r\n" + HEAD % b"b.png", b"two" + END])) == 2
    assert kept(tmp_path) == [b"one", b"two"]


def test_what_has_no_end_leaves_nothing(tmp_path):
    whole = HEAD % b"a.png" + b"one\r\n"
    assert len(upload(tmp_path, [whole + HEAD % b"b.png" + b"half"])) == 1
    assert kept(tmp_path) == [b"one"]


def test_what_breaks_off_leaves_nothing(tmp_path):
    with pytest.raises(ClientDisconnect):
        upload(tmp_path, [HEAD % b"a.png" + b"one\r\n" + HEAD % b"b.png", b"half", None])
    assert kept(tmp_path) == []


def test_a_long_field_that_is_no_file_is_refused(tmp_path):
    with_a_short_one = [FIELD.replace(b"files", b"x") + b"x" * 100 + END]
    assert upload(tmp_path, with_a_short_one) == []
    with pytest.raises(MultiPartException, match="not a file"):
        upload(tmp_path, [HEAD % b"a.png" + b"one\r\n" + FIELD, *[b"x" * 40_000] * 3, END])
    assert kept(tmp_path) == []


def test_a_file_may_be_as_large_as_the_limit_and_the_sentence_says_how_large(tmp_path):
    assert len(upload(tmp_path, [HEAD % b"a.png" + b"x" * 2048 + END], 2048)) == 1
    with pytest.raises(MultiPartException) as refused:
        upload(tmp_path, [HEAD % b"a.png" + b"x" * 2049 + END], 2048)
    assert refused.value.message == "File size exceeded: one file may have 2 KB here."
