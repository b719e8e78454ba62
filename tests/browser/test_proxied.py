"""The page behind a proxy that gives it a path of its own and takes that off the requests, as nginx does."""

import threading
import time
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from playwright.sync_api import expect
from serving import free_port
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from waiting import another, changed

from gan.studio import Studio
from gan.ui import page as pages

pytestmark = pytest.mark.browser
PATH = "/gan"


@pytest.fixture(scope="module")
def inner(models):
    """The address of the program, which knows its path outside."""
    studio = Studio(models, "cpu")
    built = pages.build_page(studio)
    options = pages.launch_options(studio)
    _, address, _ = built.launch(prevent_thread_lock=True, quiet=True, root_path=PATH, **options)
    yield address.rstrip("/")
    built.close(verbose=False)
    studio.runs.close()


@pytest.fixture(scope="module")
def outer(inner):
    """The proxy's address."""
    server = uvicorn.Server(uvicorn.Config(proxy(inner), port=free_port(), log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)  # between two looks
    yield f"http://127.0.0.1:{server.config.port}"
    server.should_exit = server.force_exit = True
    thread.join()


def proxy(inner: str) -> Starlette:
    @asynccontextmanager
    async def lifespan(app):
        async with httpx.AsyncClient(base_url=inner, timeout=120, trust_env=False) as app.state.client:
            yield

    async def passes_on(request: Request) -> Response:
        client, host = request.app.state.client, request.headers["host"]
        headers = {**request.headers, "x-forwarded-host": host, "x-forwarded-proto": "http"}
        asked = client.build_request(request.method, f"/{request.path_params['below']}", headers=headers,
                                     params=request.query_params, content=await request.body())  # fmt: skip
        answer = await client.send(asked, stream=True)
        return StreamingResponse(answer.aiter_raw(), answer.status_code, answer.headers,
                                 background=BackgroundTask(answer.aclose))  # fmt: skip

    return Starlette(routes=[Route(PATH + "/{below:path}", passes_on, methods=["GET", "HEAD", "POST"])],
                     lifespan=lifespan)  # fmt: skip


def test_a_slider_is_dragged_and_each_tab_comes_to_life_below_the_path(chromium, outer):
    context = another(chromium, base_url=outer, viewport={"width": 1440, "height": 900})
    page, lost = context.new_page(), []
    page.on("response", lambda answer: answer.status < 400 or lost.append(answer.url))
    page.on("pageerror", lambda error: lost.append(str(error)))
    page.goto(f"{PATH}/?__theme=dark&model=pixel-faces")
    expect(page.locator(".cell").first).to_be_visible()
    image = page.locator("#explore-image")
    before = image.get_attribute("src")
    page.locator("[data-named]").first.press("ArrowRight")
    changed(image, "src", before)
    page.get_by_role("tab", name="Train", exact=True).click()
    expect(page.get_by_alt_text("Real images")).to_be_visible()
    page.get_by_role("tab", name="Judge", exact=True).click()
    expect(page.locator("#judge-shown")).to_be_visible()
    assert lost == []
    context.close()
