"""What a chat or a social network shows of a link: the image that the link leads to, and what it is.

They read the page's head and run no script, so the server writes it for each link. Behind a password nothing
of a model is told: they have no password, and neither has whoever sees the card.
"""

import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np
from anyio import CapacityLimiter, to_thread
from gradio.route_utils import get_root_url
from numpy import ndarray
from starlette.requests import Request
from starlette.responses import Response

from gan.latent import Latent
from gan.ui.explore.pickers import spoken
from gan.ui.explore.tab import latent_of
from gan.ui.markup import Markup, html, joined
from gan.ui.server.card import compose
from gan.ui.server.proxied import within

log = logging.getLogger(__name__)
CARD = "/card.png"
AT_ONCE = 2  # cards that are made at the same time; the page goes before them
TAGS = re.compile(rb'<meta\s[^>]*?(?:property|name)="(?:og|twitter):[^>]*>\s*')
FIRST = re.compile(rb'(?=<script type="module"|</head>)')  # Gradio's script: ours go before it
MANIFEST = b'href="/manifest.json"'  # Gradio's: behind a proxy that may be another program's
TITLE = "GAN Studio"
WORDS = "A Generator makes images out of random numbers; a Discriminator learns to tell them from real ones."
OF_A_LINK = "A Generator made this image out of random numbers. Open it, move the sliders, and see it change."


def place(studio, query: Mapping[str, str]) -> tuple[str, Latent]:
    """The model and the latent of a link. Raises ValueError for a bad one."""
    models = studio.generators()
    if not models:
        raise ValueError("There is no model yet.")
    name = str(query.get("model") or models[0].name)
    return name, latent_of(studio, name, query)[0]


def title(studio, query: Mapping[str, str]) -> str:
    name, latent = place(studio, query)
    drawn = f", {spoken(latent.value)}" if latent.value else ""
    return f"{studio.info(name).title}, seed {latent.seed}{drawn}"


def image(studio, query: Mapping[str, str]) -> ndarray:
    """The image that the link opens, (h, w, c) uint8. Raises ValueError for a bad link."""
    name, latent = place(studio, query)
    return studio.draw(name, latent).image


def card(studio, query: Mapping[str, str]) -> bytes:
    """The card's PNG; that of the program where the link leads nowhere."""
    try:
        named, _, seed = title(studio, query).rpartition(", seed ")
        pixels = image(studio, query)
        return _composed(named, f"seed {seed}", pixels.tobytes(), pixels.shape)
    except ValueError as error:
        log.info("no card of its own: %s", error)
        return plain_card()


def plain_card() -> bytes:
    return _composed(TITLE, "see how a GAN learns", b"", ())


@lru_cache(maxsize=64)
def _composed(name: str, words: str, pixels: bytes, shape: tuple[int, ...]) -> bytes:
    return compose(name, words, np.frombuffer(pixels, np.uint8).reshape(shape) if shape else None)


def head(studio, query: Mapping[str, str], root: str) -> Markup:
    """The `meta` tags of a link. root: the page's own address, with no slash at its end."""
    try:
        named, words = f"{title(studio, query)} · {TITLE}", OF_A_LINK
        asked = {"model": place(studio, query)[0], **place(studio, query)[1].to_query()}
        address = f"?{urlencode(asked)}"
    except ValueError:
        named, words, address = TITLE, WORDS, ""
    return _tags(named, words, root, address)


def _tags(named: str, words: str, root: str, address: str) -> Markup:
    picture = f"{root}{CARD}{address}"
    facts = {
        "og:type": "website", "og:site_name": TITLE, "og:title": named, "og:description": words,
        "og:url": f"{root}/{address}", "og:image": picture,
        "og:image:width": "1200", "og:image:height": "630",
        "twitter:card": "summary_large_image", "twitter:title": named, "twitter:description": words,
        "twitter:image": picture,
    }  # fmt: skip
    kinds = {name: "property" if name.startswith("og") else "name" for name in facts}
    return joined(html('<meta {}="{}" content="{}">', kinds[name], name, facts[name]) for name in facts)


class Preview:
    """The middleware: writes the head of the page for its address, and serves the cards.

    `always` stands in every page's head: Gradio's own option adds to it by a script, after its components.
    """

    def __init__(self, app, studio, always: str = ""):
        self.app, self.studio, self.always, self.limiter = app, studio, always, None

    async def __call__(self, scope, receive, send):
        path, method = within(scope), scope.get("method")
        if path == CARD and method in ("GET", "HEAD"):
            await (await self._card(scope))(scope, receive, send)
        elif path != "/" or method != "GET":
            await self.app(scope, receive, send)
        else:
            tags = await self._thread(self._head, scope)
            await self.app(scope, receive, _Rewritten(send, (tags + self.always).encode()))

    async def _card(self, scope) -> Response:
        query = dict(Request(scope).query_params)
        made = plain_card if locked(scope) else lambda: card(self.studio, query)
        headers = {"Cache-Control": "max-age=600"}
        return Response(await self._thread(made), media_type="image/png", headers=headers)

    def _head(self, scope) -> Markup:
        request = Request(scope)
        root = get_root_url(request, "/", scope["app"].root_path or scope.get("root_path"))
        if locked(scope):
            return _tags(TITLE, WORDS, root, "")
        return head(self.studio, request.query_params, root)

    async def _thread(self, does, *given):
        self.limiter = self.limiter or CapacityLimiter(AT_ONCE)
        return await to_thread.run_sync(does, *given, limiter=self.limiter)


def locked(scope) -> bool:
    """Whether the page asks for a password."""
    return scope["app"].auth is not None or scope["app"].auth_dependency is not None


class _Rewritten:
    """Passes a page on with other tags in its head; what is no page, as it is."""

    def __init__(self, send, tags: bytes):
        self.send, self.tags, self.start, self.body = send, tags, None, b""

    async def __call__(self, message):
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = dict(self.start["headers"])
        if headers.get(b"content-type", b"").startswith(b"text/html"):
            self.body = FIRST.sub(lambda _: self.tags, TAGS.sub(b"", self.body), count=1)
            self.body = self.body.replace(MANIFEST, MANIFEST.replace(b'"/', b'"./'), 1)
            headers[b"content-length"] = str(len(self.body)).encode()
        await self.send({**self.start, "headers": list(headers.items())})
        await self.send({"type": "http.response.body", "body": self.body})
