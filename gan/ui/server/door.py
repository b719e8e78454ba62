"""Who may come in: a name and a password, or a login with Hugging Face, before anything else is answered.

Gradio guards its own routes one by one, and neither MCP nor the routes of this program are among them. Here
nothing passes without a login but what the page of the login itself needs.
"""

import base64
import secrets
from urllib.parse import urlencode

from gradio.oauth import _get_valid_oauth_info_from_session
from gradio.route_utils import API_PREFIX, compare_passwords_securely, get_root_url
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse

from gan.limits import READ_ONLY
from gan.ui.server.preview import CARD, locked
from gan.ui.server.proxied import within

OPEN = ("/", CARD, "/login", "/logout", "/login/huggingface", "/login/callback", "/favicon.ico",
        "/manifest.json", "/robots.txt", "/theme.css", f"{API_PREFIX}/startup-events",
        f"{API_PREFIX}/login_check")  # fmt: skip
OPEN_BELOW = ("/assets/", "/static/", "/svelte/")
REFUSED = "Log in first: open the page in a browser, or send a name and a password (HTTP Basic)."


def hugging_face_user(request: Request) -> str | None:
    """The name of who has logged in with Hugging Face, for Gradio's `auth_dependency`."""
    info = _get_valid_oauth_info_from_session(request.session) or {}
    return (info.get("userinfo") or {}).get("preferred_username")


class Door:
    """The middleware; where no login is asked for it lets everybody through.

    `read_only`: no files are taken.
    """

    def __init__(self, app, read_only: bool = False):
        self.app, self.read_only, self._tokens = app, read_only, {}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            path = within(scope)
            if self.read_only and path.rstrip("/") == f"{API_PREFIX}/upload":
                return await JSONResponse({"detail": READ_ONLY}, 403)(scope, receive, send)
            if locked(scope) and not self._user(scope):
                if path == "/" and scope["app"].auth_dependency:
                    return await _to_login(scope)(scope, receive, send)
                if not (path in OPEN or path.rstrip("/") in OPEN or path.startswith(OPEN_BELOW)):
                    return await JSONResponse({"detail": REFUSED}, 401)(scope, receive, send)
        await self.app(scope, receive, send)

    def _user(self, scope) -> str | None:
        app, request = scope["app"], Request(scope)
        if app.auth_dependency:
            return app.auth_dependency(request)
        kinds = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
        for token in filter(None, map(request.cookies.get, kinds)):
            if token in app.tokens:
                return app.tokens[token]
        return self._by_header(scope, request)

    def _by_header(self, scope, request: Request) -> str | None:
        """Programs, such as an MCP client, send the name and the password with each request."""
        name, password = basic(request.headers.get("authorization", ""))
        app = scope["app"]
        if name not in app.auth or not compare_passwords_securely(password, app.auth[name]):
            return None
        token = self._tokens.setdefault(name, secrets.token_urlsafe(16))
        app.tokens[token] = name
        cookie = f"access-token-unsecure-{app.cookie_id}={token}".encode()  # what Gradio's routes look for
        scope["headers"] = [*(pair for pair in scope["headers"] if pair[0] != b"cookie"), (b"cookie", cookie)]
        return name


def basic(header: str) -> tuple[str, str]:
    """The name and the password of HTTP's Basic authorization, or two empty ones."""
    kind, _, value = header.partition(" ")
    try:
        text = base64.b64decode(value, validate=True).decode() if kind.lower() == "basic" else ""
    except ValueError:  # neither base64 nor UTF-8
        text = ""
    name, _, password = text.partition(":")
    return name, password


def _to_login(scope) -> RedirectResponse:
    request = Request(scope)
    root = get_root_url(request, "/", scope["app"].root_path or scope.get("root_path"))
    query = f"?{urlencode(request.query_params)}" if request.query_params else ""
    return RedirectResponse(f"{root}/login/huggingface{query}", 302)
