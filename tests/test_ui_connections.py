"""A connection that sends slowly, says nothing or takes no answer is ended, and an address has so many."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
import uvicorn

from gan.limits import Limits
from gan.ui.server import connections
from gan.ui.server.connections import Counted

LIMITS = replace(Limits(), slow_seconds=0.3)
ASK = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = 64 * 2**20  # more than the system holds for two ends of a line


async def app(scope, receive, send):
    if scope["type"] == "http":
        body = b"x" * LARGE if scope["path"] == "/large" else b"fine"
        await asyncio.sleep(4 * LIMITS.slow_seconds if scope["path"] == "/later" else 0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def served(limits: Limits):
    """The port of a server with these limits."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off")
    server, there = uvicorn.Server(config), threading.Event()
    startup = server.startup

    async def started(sockets=None):
        await startup(sockets)
        connections.install(server, limits)
        there.set()

    server.startup = started
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    there.wait()
    try:
        counted = config.http_protocol_class.keywords["counted"]
        yield server.servers[0].sockets[0].getsockname()[1], counted
    finally:
        server.should_exit = True
        thread.join()


def line(port: int, first: bytes = b"") -> socket.socket:
    there = socket.create_connection(("127.0.0.1", port))
    there.settimeout(120)
    there.sendall(first)
    return there


def is_over(there: socket.socket) -> bool:
    """It is ended by the server, sooner or later."""
    try:
        while there.recv(2**20):
            pass
    except ConnectionError:
        pass
    return True


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Endless: ", ASK % b""])
def test_a_line_that_says_nothing_more_is_ended(said):
    with served(LIMITS) as (port, _):
        assert is_over(line(port, said))


def test_a_line_that_trickles_is_ended():
    begun = b"GET / HTTP/1.1\r\n"
    with served(LIMITS) as (port, _), line(port, begun) as slow, pytest.raises(ConnectionError):
        while True:  # a header that has no end, a letter at a time
            slow.sendall(b"X")
            threading.Event().wait(0.02)


def test_an_answer_that_nobody_takes_is_given_up():
    with served(LIMITS) as (port, counted), line(port, ASK % b"large") as asleep:
        asleep.recv(1)
        while counted.all:  # the server looks by itself
            threading.Event().wait(0.05)
        rest = 0
        with pytest.raises(ConnectionError):
            while block := asleep.recv(2**20):
                rest += len(block)
            raise ConnectionError
        assert rest < LARGE


def test_who_waits_for_an_answer_is_left_alone():
    with served(LIMITS) as (port, _), line(port, ASK % b"later") as patient:
        assert patient.recv(2**16)


def test_an_address_has_so_many_lines_and_then_others_are_refused():
    with served(replace(Limits(), address_connections=2, slow_seconds=60)) as (port, counted):
        counted.proxies = []
        first, second = line(port, ASK % b""), line(port, ASK % b"")
        assert first.recv(2**16) and second.recv(2**16)
        assert is_over(line(port))
        first.close()
        while counted.all > 1:
            threading.Event().wait(0.01)
        third = line(port, ASK % b"")
        assert b"200 OK" in third.recv(2**16)


def test_lines_are_counted_by_address_and_in_all():
    limits = replace(Limits(), address_connections=2, server_connections=5)
    counted = Counted(limits, "127.0.0.1, 10.1.0.0/16, x")
    assert [counted.come("7.7.7.7") for _ in range(3)] == [True, True, False]
    assert counted.come("127.0.0.1") and counted.come("10.1.2.3") and not counted.come("8.8.8.8")
    for address in ("7.7.7.7", "7.7.7.7", "7.7.7.7", "127.0.0.1"):
        counted.go(address)
    assert [counted.come("10.1.2.3") for _ in range(3)] == [True, True, True] and set(counted.by) == {
        "10.1.2.3", "8.8.8.8"}  # fmt: skip
    assert Counted(Limits(), "*")._is_proxy("2001:db8::1")
    assert not Counted(Limits(), "127.0.0.1")._is_proxy("")
