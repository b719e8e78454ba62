"""The door: what no request may be is refused here, before anything reads it, in Gradio's own routes too.

Gradio bounds the files of an upload, one by one, and nothing else: a body of JSON is read whole, however long
it is, while everybody waits.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

from anyio import fail_after, move_on_after
from gradio.utils import get_upload_folder
from starlette.datastructures import Headers

from gan.belonging import digest
from gan.limits import Limits
from gan.system.files import RoomError, check_room
from gan.system.quotas import Hourly, Most, QuotaError
from gan.ui.parts import MISUNDERSTOOD
from gan.ui.server.requests import (
    CLOSED,
    COSTLY,
    LOGIN,
    UPLOAD,
    Refused,
    check_json,
    check_session,
    size_in_words,
    words_of,
)
from gan.ui.server.turns import Turns

log = logging.getLogger(__name__)
BROWSER = "x-gan-browser"  # the header that page.js sends the browser's id in
AROUND_FILES = 2 * 2**20  # bytes of an upload that are no file's: names and boundaries
NAMED = b"filename="  # before the name of each file of an upload
PACE = 4096  # bytes of a body that give it a second more to come
AT_ONCE = 2  # costly answers that are made at the same time
DRAIN_SECONDS = 20.0  # that a browser has to finish sending what is refused


class Guard:
    """The middleware."""

    def __init__(self, app, limits: Limits):
        self.app, self.limits, self.turns = app, limits, Turns(AT_ONCE)
        self.bytes = Hourly(
            Most(limits.visitor_upload_bytes, limits.address_upload_bytes, limits.server_upload_bytes),
            "There is a limit to how much is taken",
        )
        self.files = Hourly(
            Most(limits.visitor_upload_files, limits.address_upload_files, limits.server_upload_files),
            "There is a limit to how many files are taken",
        )

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        question, answer = _Question(receive, self.limits.slow_seconds), _Answer(send)
        address = (scope.get("client") or ("",))[0]
        upload = bool(UPLOAD.search(scope["path"]))
        try:
            if scope["method"] in ("GET", "HEAD") and COSTLY.search(scope["path"]):
                await self.turns.take(address)
                answer.when_begun = self.turns.give_back
            await self._let_in(scope, question, answer, upload)
        except ValueError as error:  # Gradio quotes what it refuses, and no JSON has surrogates or NaN
            if answer.begun:
                raise
            log.info("%s was not understood: %s", scope["path"][:80], type(error).__name__)
            await _say(send, Refused(400, MISUNDERSTOOD), upload, close=question.more)
        except Refused as refused:
            if answer.begun:
                raise
            log.info("refused %s: %s", scope["path"][:80], refused)
            await question.drain(self.limits.upload_bytes)
            await _say(send, refused, upload, close=question.more)
        finally:
            answer.begin()

    async def _let_in(self, scope, receive, send, upload: bool):
        if CLOSED.search(scope["path"]):
            raise Refused(404, "Not found.")
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
        elif upload:
            await self.app(scope, self._counted(scope, receive), send)
        else:
            body = await self._small(Headers(scope=scope), receive, bool(LOGIN.search(scope["path"])))
            await self.app(scope, _again(body, receive), send)

    async def _small(self, headers: Headers, receive, is_form: bool) -> bytes:
        """The body of a request that is no upload. Raises Refused."""
        most, body, more = self.limits.request_bytes, bytearray(), True
        _check_length(_declared(headers), most)
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            _check_length(len(body), most)
        if not headers.get("content-type", "").lower().startswith("multipart/form-data"):
            check_json(body, self.limits.request_values, self.limits.request_depth)
            check_session(body)
        elif not is_form:
            raise Refused(415, "Files are accepted only by the upload.")
        return bytes(body)

    def _counted(self, scope, receive) -> Callable[[], Awaitable[dict]]:
        """`receive` for an upload, which raises Refused when it has become too much."""
        headers, files = Headers(scope=scope), self.limits.upload_bytes
        most = files + AROUND_FILES
        who = digest(headers.get(BROWSER, "")), (scope.get("client") or ("",))[0]
        declared, seen, tail = _declared(headers), 0, b""
        _check_length(declared, most, files)
        _check_room(self.limits.free_bytes, declared)
        if declared:
            _take(self.bytes, who, declared)

        async def counted() -> dict:
            nonlocal seen, tail
            message = await receive()
            chunk = message.get("body", b"")
            seen += len(chunk)
            _check_length(seen, most, files)
            if chunk and not declared:
                _take(self.bytes, who, len(chunk))
                _check_room(self.limits.free_bytes, len(chunk))
            if names := (tail + chunk).count(NAMED):
                _take(self.files, who, names)
            tail = (tail + chunk)[1 - len(NAMED) :]  # a name may begin in one chunk and end in the next
            return message

        return counted


class _Question:
    """`receive` that knows whether there is more of the body, and does not wait for it for good.

    Raises Refused where the body has taken too long: `seconds`, and one more for each 4 KB that have come.
    """

    def __init__(self, receive, seconds: float):
        self._receive, self._left, self.more = receive, seconds, True

    async def __call__(self) -> dict:
        if not self.more:  # it waits for the line to be closed
            return await self._receive()
        start = monotonic()
        try:
            with fail_after(self._left):
                message = await self._receive()
        except TimeoutError:
            raise Refused(408, "This request came too slowly: try again.") from None
        self._left += len(message.get("body", b"")) / PACE - (monotonic() - start)
        self.more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def drain(self, most: int):
        """Lets a browser finish sending, within reason: else it sees a broken line and not the sentence."""
        with suppress(Refused), move_on_after(DRAIN_SECONDS):
            while self.more and most > 0:
                most -= len((await self()).get("body", b""))


class _Answer:
    """`send` that knows whether an answer has begun, and does something then: not when it has been taken."""

    def __init__(self, send):
        self._send, self.begun, self.when_begun = send, False, None

    async def __call__(self, message):
        self.begun = True
        self.begin()
        await self._send(message)

    def begin(self):
        does, self.when_begun = self.when_begun, None
        if does:
            does()


def _declared(headers: Headers) -> int:
    """The length that a request says it has; 0 where it says none."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _check_length(size: int, most: int, files: int = 0):
    """Raises Refused for more than `most` bytes, of which so many may be those of files."""
    if size > most:
        raise Refused(
            413, f"That is more than the {size_in_words(files or most)} that one request may have here."
        )


def _check_room(floor: int, needs: int):
    try:
        check_room(get_upload_folder(), floor, needs)
    except RoomError as error:
        raise Refused(507, str(error)) from error


def _take(quota: Hourly, who: tuple[str, str], amount: int):
    try:
        quota.take(*who, amount)
    except QuotaError as error:
        raise Refused(429, str(error)) from error


def _again(body: bytes, receive) -> Callable[[], Awaitable[dict]]:
    """`receive` once a body has been read already."""
    told = False

    async def again() -> dict:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _say(send, refused: Refused, plain: bool, close: bool):
    kind = b"text/plain; charset=utf-8" if plain else b"application/json"
    body = words_of(refused, plain)
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    headers += [(b"connection", b"close")] * close  # else what is still to come would be read as well
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
