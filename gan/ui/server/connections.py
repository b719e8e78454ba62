"""Connections that harm nobody: each has a time to send its request and to take its answer, and an address
has so many. By itself the server waits for good, and holds what it has to say in memory meanwhile.
"""

import ipaddress
import logging
import os
from collections import Counter
from contextlib import suppress
from functools import partial

from uvicorn.protocols.http.h11_impl import H11Protocol

from gan.limits import Limits

log = logging.getLogger(__name__)
FILES, RESERVED = 65_536, 256  # that this process may have open, at most, and how many are no connections
TOLD_EVERY = 60.0  # seconds between two lines in the log


class Counted:
    """How many connections are open, in all and by address. Proxies that say for whom they speak have no
    bound of their own: they keep one themselves.
    """

    def __init__(self, limits: Limits, proxies: str):
        self.limits, self.all, self.by = limits, 0, Counter()
        self.most = min(limits.server_connections, _open_files() - RESERVED)
        self.proxies = _networks(proxies)
        self.told = float("-inf")

    def come(self, address: str) -> bool:
        """Whether there is room for one more, which is counted in any case."""
        self.all += 1
        self.by[address] += 1
        free = self.by[address] <= self.limits.address_connections or self._is_proxy(address)
        return free and self.all <= self.most

    def go(self, address: str):
        self.all -= 1
        self.by[address] -= 1
        if not self.by[address]:
            del self.by[address]

    def tell(self, now: float):
        if now - self.told > TOLD_EVERY:
            self.told = now
            log.warning("connections are refused: %d are open, from %d addresses", self.all, len(self.by))

    def _is_proxy(self, address: str) -> bool:
        with suppress(ValueError):
            return any(ipaddress.ip_address(address) in network for network in self.proxies)
        return False


class Connection(H11Protocol):
    """The server's own, which does not wait for good. Looks are `slow_seconds` apart."""

    def __init__(self, *args, counted: Counted, **named):
        super().__init__(*args, **named)
        self._counted, self._address, self._timer, self._unsent = counted, "", None, 0
        self._idle_since = self.loop.time()

    def connection_made(self, transport):
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        if self._counted.come(self._address):
            self._look_later()
        else:
            self._counted.tell(self.loop.time())
            transport.abort()

    def connection_lost(self, exc):
        super().connection_lost(exc)
        self._counted.go(self._address)
        if self._timer:
            self._timer.cancel()

    def on_response_complete(self):
        self._idle_since = self.loop.time()
        super().on_response_complete()

    def _look_later(self):
        self._timer = self.loop.call_later(self._counted.limits.slow_seconds, self._look)

    def _look(self):
        before, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        answers = self.cycle is not None and not self.cycle.response_complete
        idle = not answers and self.loop.time() - self._idle_since >= self._counted.limits.slow_seconds
        if (self._unsent == before) if self._unsent else idle:
            self.transport.abort()
        else:
            self._look_later()


def install(server, limits: Limits):
    """A running uvicorn server takes connections as above from now on."""
    proxies = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")  # as uvicorn reads it
    server.config.http_protocol_class = partial(Connection, counted=Counted(limits, proxies))


def _open_files() -> int:
    """How many files this process may have open: as many as the system lets it ask for, within reason."""
    try:
        import resource
    except ImportError:  # Windows
        return FILES
    bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft, hard = (FILES if bound == resource.RLIM_INFINITY else bound for bound in bounds)
    if soft < (most := min(hard, FILES)):
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, bounds[1]))
            return most
    return soft


def _networks(text: str) -> list:
    found = []
    for part in text.replace("*", "0.0.0.0/0,::/0").split(","):
        with suppress(ValueError):  # a name, which no connection has
            found.append(ipaddress.ip_network(part.strip(), strict=False))
    return found
