"""Who may come in, and what a page for looking only refuses: asked as a browser and as a program would."""

import base64
import json
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from gradio_client import Client
from starlette.requests import Request

from gan.limits import Limits
from gan.studio import Studio
from gan.ui import page
from gan.ui.server import door

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ACCOUNTS = {"ann": "se:cret", "bob": "4"}
GUARDED = ("/config", "/gradio_api/info", "/gradio_api/queue/data?session_hash=1", "/gradio_api/mcp/schema",
           "/gradio_api/mcp/", "/gradio_api/file=README.md",
           "/gradio_api/upload_progress", "/nowhere")  # fmt: skip


def serve(tmp_path, limits=None, **options):
    studio = Studio(tmp_path, "cpu", limits)
    built = page.build_page(studio)
    given = page.launch_options(studio, **options)
    _, address, _ = built.launch(prevent_thread_lock=True, quiet=True, **given)
    return SimpleNamespace(studio=studio, page=built, address=address.rstrip("/"))


def end(served):
    served.page.close(verbose=False)
    served.studio.runs.close()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    served = serve(tmp_path_factory.mktemp("models"), accounts=ACCOUNTS)
    yield served.address
    end(served)


def asks(address: str, data: dict | None = None, **headers) -> tuple[int, bytes]:
    body = None if data is None else json.dumps(data).encode()
    kind = {"Content-Type": "application/json"} if body else {}
    try:
        request = urllib.request.Request(address, body, kind | headers)
        with DIRECT.open(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def basic(name: str, password: str) -> dict:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


@pytest.mark.parametrize("path", GUARDED)
def test_nothing_is_answered_before_a_login(guarded, path):
    assert asks(guarded + path)[0] == 401
    assert asks(guarded + path, **basic("ann", "wrong"))[0] == 401
    assert asks(guarded + path, **basic("", ""))[0] == 401


def test_neither_a_tool_nor_a_function_of_the_page_runs_before_a_login(guarded):
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"Accept": "application/json, text/event-stream"}
    assert asks(f"{guarded}/gradio_api/mcp/", call, **accept)[0] == 401
    status, answer = asks(f"{guarded}/gradio_api/mcp/", call, **accept, **basic("ann", "se:cret"))
    assert status == 200 and b"generate" in answer
    for path in ("component_server", "run/generate", "call/train", "upload"):
        assert asks(f"{guarded}/gradio_api/{path}", {"data": []})[0] == 401


def test_the_login_page_and_its_card_tell_nothing(guarded):
    status, answer = asks(guarded + "/")
    assert status == 200 and b'"auth_required":true' in answer.replace(b" ", b"")
    assert asks(guarded + "/card.png?model=faces")[0] == 200


def test_each_account_opens_the_page_and_its_functions(guarded):
    for name, password in ACCOUNTS.items():
        client = Client(guarded, auth=(name, password), verbose=False)
        with pytest.raises(Exception, match="no model called"):
            client.predict("nothing", "1", api_name="/generate")
    with pytest.raises(ValueError, match="login"):
        Client(guarded, verbose=False)


def test_a_header_that_is_no_basic_authorization_is_nobody():
    assert door.basic("Bearer abc") == door.basic("Basic ÄÖ") == door.basic("") == ("", "")


def test_hugging_face_tells_who_has_logged_in():
    scope = {"type": "http", "session": {"oauth_info": {"userinfo": {"preferred_username": "ann"}}}}
    assert door.hugging_face_user(Request(scope)) == "ann"
    assert door.hugging_face_user(Request({"type": "http", "session": {}})) is None


def test_a_page_for_looking_only_takes_nothing(tmp_path):
    served = serve(tmp_path, Limits(read_only=True))
    try:
        names = json.loads(asks(f"{served.address}/gradio_api/info")[1])["named_endpoints"]
        assert "/generate" in names and "/train" not in names
        assert asks(f"{served.address}/gradio_api/upload", {})[0] == 403
        client = Client(served.address, verbose=False)
        for name, given in (
            ("/score", ["m", ["data:image/png;base64,AAAA"]]),
            ("/encode", ["m", "data:image/png;base64,AAAA"]),
        ):
            with pytest.raises(Exception, match="looking only"):
                client.predict(*given, api_name=name)
        for refused in (
            lambda: served.studio.prepare_own("hf:a/b", 32),
            lambda: served.studio.delete("m", "browser"),
        ):
            with pytest.raises(ValueError, match="looking only"):
                refused()
        assert "looking only" in json.dumps(served.page.get_config_file()["components"], default=str)
    finally:
        end(served)
