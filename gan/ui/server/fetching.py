"""What is fetched from an address that a visitor names: never this server's own network, and never much.

Gradio sees to the first, and takes a file whole into memory, however long it is and however slowly it comes.
"""

from urllib.parse import urljoin

import httpx
import safehttpx
from anyio import fail_after
from gradio import processing_utils
from gradio.utils import get_upload_folder

from gan.limits import Limits
from gan.system.files import check_room

REDIRECTS = 5


class FetchError(ValueError):
    """What lies at an address is not taken."""


async def get(url: str, limits: Limits) -> httpx.Response:
    """The whole answer from an address. Raises FetchError, RoomError, TimeoutError or an error of httpx."""
    check_room(get_upload_folder(), limits.free_bytes, limits.fetch_bytes)
    with fail_after(limits.slow_seconds):
        for _ in range(REDIRECTS + 1):
            transport = await _transport(httpx.URL(url).host)
            async with (
                httpx.AsyncClient(transport=transport) as client,
                client.stream("GET", url, headers={"accept-encoding": "identity"}) as answer,
            ):
                if not answer.has_redirect_location:
                    return await _whole(answer, limits.fetch_bytes)
            url = urljoin(url, answer.headers["location"])
    raise FetchError("This address redirects too many times.")


async def _transport(host: str) -> httpx.AsyncBaseTransport | None:
    """To a host in the open network; raises ValueError for any other. As Gradio does it."""
    if safehttpx.matches_domain_whitelist(host, processing_utils.PUBLIC_HOSTNAME_WHITELIST):
        return None
    return safehttpx.AsyncSecureTransport(await safehttpx.async_validate_url(host))


async def _whole(answer: httpx.Response, most: int) -> httpx.Response:
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchError("This file is compressed, and may unpack to any size.")
    content = bytearray()
    async for block in answer.aiter_raw():
        content += block
        if len(content) > most:
            raise FetchError(f"This file has more than {most / 2**20:g} MB.")
    return httpx.Response(answer.status_code, content=bytes(content), request=answer.request)


def install(limits: Limits):
    """Gradio fetches with this from now on."""

    async def bounded(url: str) -> httpx.Response:
        return await get(url, limits)

    processing_utils.async_ssrf_protected_get = bounded
