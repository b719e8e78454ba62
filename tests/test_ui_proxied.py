"""Behind a proxy: every part of the page lies under its path there, whatever the proxy passes on."""

import json
import urllib.request

import pytest

from gan.studio import Studio
from gan.ui import page
from gan.ui.server import proxied

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module", params=["/gan", "https://example.org/gan"])
def address(tmp_path_factory, request):
    studio = Studio(tmp_path_factory.mktemp("models"), "cpu")
    built = page.build_page(studio)
    _, address, _ = built.launch(
        prevent_thread_lock=True, quiet=True, root_path=request.param, **page.launch_options(studio)
    )
    yield address.rstrip("/")
    built.close(verbose=False)
    studio.runs.close()


def ask(address: str, **options):
    headers = {"Host": "example.org", "X-Forwarded-Host": "example.org", "X-Forwarded-Proto": "https"}
    return DIRECT.open(urllib.request.Request(address, headers=headers, **options), timeout=60)


@pytest.mark.parametrize("root", ["", "/gan", "/gan/", "https://example.org/gan/"])
@pytest.mark.parametrize("path", ["/", "/config", "/gan", "/gan/config", "/gander"])
def test_a_path_has_that_of_the_page_in_front_of_it_once(root, path):
    scope = proxied.rooted({"root_path": root, "path": path})
    below = path[4:] if root and path in ("/gan", "/gan/config") else path
    assert scope["path"] == ("/gan" if root else "") + below
    assert proxied.within(scope) == (below or "/")


def test_mcp_is_found_and_leads_nobody_away(address):
    assert {tool["name"] for tool in json.load(ask(f"{address}/gradio_api/mcp/schema"))} >= {"generate"}
    assert ask(f"{address}/gan/config").status == 200  # by a proxy that leaves the path in
    with pytest.raises(urllib.error.HTTPError) as away:
        urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay).open(
            urllib.request.Request(f"{address}/gradio_api/mcp", headers={"Host": "example.org"}), timeout=60
        )
    assert away.value.headers["location"] == "http://example.org/gan/gradio_api/mcp/"


def test_what_crawlers_and_browsers_look_for_lies_under_the_path(address):
    assert b'href="./manifest.json"' in ask(f"{address}/").read()
    assert ask(f"{address}/manifest.json").status == 200
    card = ask(f"{address}/card.png", method="HEAD")
    assert card.headers["content-type"] == "image/png" and not card.read()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None
