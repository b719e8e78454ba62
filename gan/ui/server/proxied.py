"""Behind a proxy, the page has a path there that the proxy takes off the requests or leaves in."""

from urllib.parse import urlsplit


class Rooted:
    """The middleware: a request has its whole path, as ASGI asks. Else apps that are mounted deeper, such as
    MCP's, neither find their own part of it nor send anybody to an address that the proxy knows.
    """

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(rooted(scope) if scope["type"] == "http" else scope, receive, send)


def rooted(scope: dict) -> dict:
    """The scope with the page's path in front of the request's, once. root_path may be a whole address."""
    root, path = urlsplit(scope.get("root_path", "")).path.rstrip("/"), scope["path"]
    there = path == root or path.startswith(f"{root}/")
    return scope | {"root_path": root, "path": path if there else root + path}


def within(scope: dict) -> str:
    """The path below the address of the page."""
    return scope.get("path", "").removeprefix(scope.get("root_path", "")) or "/"
