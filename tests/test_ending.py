"""The program itself is ended in every way: its runs keep their models, and nothing of it stays behind."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from serving import ROOT, free_port, wait_until_served

from gan import checkpoint
from gan.system import ending, temporary

pytestmark = pytest.mark.skipif(temporary.fcntl is None, reason="Windows has other ways to end a program")
ENDS = [getattr(signal, name) for name in ending.NAMES if hasattr(signal, name)]
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def start(tmp_path):
    """Starts the program; its temporary files go to tmp_path / "tmp", its models to tmp_path / "models"."""
    started = []
    (tmp_path / "tmp").mkdir()

    def start(port: int) -> subprocess.Popen:
        command = [sys.executable, "app.py", "--checkpoints", str(tmp_path / "models"), "--device", "cpu",
                   "--port", str(port)]  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if name != "GRADIO_TEMP_DIR"}
        environment |= {"TMPDIR": str(tmp_path / "tmp"), "NO_PROXY": "127.0.0.1,localhost"}
        with (tmp_path / "log.txt").open("w") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log,
                                       preexec_fn=heeding)  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def heeding():
    """As in a terminal, also where the tests themselves ignore some: in a shell's background, or by nohup."""
    for number in ENDS:
        signal.signal(number, signal.SIG_DFL)


def folders(tmp_path) -> list[Path]:
    return list((tmp_path / "tmp").iterdir())


def until_claimed(tmp_path, process) -> Path:
    """Its temporary folder, as soon as there is one: long before the page is."""
    while not (there := list((tmp_path / "tmp").glob(f"{temporary.PREFIX}*"))):
        assert process.poll() is None, (tmp_path / "log.txt").read_text()
    return there[0]


def trains(port: int):
    """Starts a run that soon has something to keep."""
    small = {"model": {"feature_maps": 4}}
    asked = {"data": ["pixel_faces", "dcgan", 500, 8, None, None, 0, "kept", small]}
    address = f"http://127.0.0.1:{port}/gradio_api/call/train"
    body, kind = json.dumps(asked).encode(), {"Content-Type": "application/json"}
    with DIRECT.open(urllib.request.Request(address, body, kind)) as answer:
        event = json.load(answer)["event_id"]
    with DIRECT.open(f"{address}/{event}") as stream:
        for line in stream:
            if line.startswith(b"data: [") and json.loads(line[6:])[0]["step"]:
                return
    pytest.fail("The run ended by itself.")


def processes(tmp_path) -> list[str]:
    """Command lines of what still runs with its temporary files in this place."""
    place, left = f"TMPDIR={tmp_path}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if place in (folder / "environ").read_bytes():
                left.append((folder / "cmdline").read_text())
        except OSError:  # it has ended meanwhile, or is another's
            continue
    return left


def test_a_killed_server_is_cleared_by_the_next_which_keeps_its_run_when_it_is_ended_twice(start, tmp_path):
    killed = start(free_port())
    left = until_claimed(tmp_path, killed)
    (left / "upload.png").write_bytes(b"somebody's")
    killed.kill()
    killed.wait()
    port = free_port()
    process = start(port)
    wait_until_served(f"http://127.0.0.1:{port}/", process, tmp_path / "log.txt")
    assert "does not exist: the page starts without any" in (tmp_path / "log.txt").read_text()
    (own,) = folders(tmp_path)
    assert own != left and own.stat().st_mode & 0o777 == 0o700
    trains(port)
    assert len(processes(tmp_path)) >= 2
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 0
    assert checkpoint.read_facts(tmp_path / "models" / "kept").steps > 0
    assert not folders(tmp_path) and not processes(tmp_path)


@pytest.mark.parametrize("number", ENDS)
def test_it_ends_in_order_while_it_starts(start, tmp_path, number):
    process = start(free_port())
    until_claimed(tmp_path, process)
    process.send_signal(number)
    process.send_signal(number)
    assert process.wait(120) == 0
    assert not folders(tmp_path) and "Traceback" not in (tmp_path / "log.txt").read_text()
