"""The program on a port of its own and the Chromium that looks at it: for fixtures, tests and benches."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
START_SECONDS = 120  # a machine that does much else at once; the promise of 15 s is checked by the bench
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no page can depend on the network
]


def browser_program() -> str | None:
    """Debian's Chromium; the one without windows, where it is there, takes a fifth less of the processor."""
    names = "chromium-headless-shell", "chromium", "chromium-browser"
    return next(filter(None, map(shutil.which, names)), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_served(address: str, process: subprocess.Popen, log: Path):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            direct.open(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)  # between two looks
    pytest.fail(f"app.py did not serve {address}. Its log ends:\n{log.read_text()[-3000:]}")


def end(process: subprocess.Popen):
    """Ends the program and whatever runs it has started."""
    process.send_signal(signal.SIGTERM)  # a shell's background may ignore Ctrl-C, and the program then does
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
