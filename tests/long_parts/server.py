"""The program itself, as a person starts it, with models and temporary files of its own; and asking it."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from serving import ROOT, end, free_port, wait_until_served

API = "/gradio_api"
# of this machine: what a visitor made up, such as /etc/passwd, may be quoted
MACHINE = (ROOT, Path.home(), Path(sys.prefix), Path(sys.base_prefix), Path(tempfile.gettempdir()))
PLACES = re.compile("|".join(["Traceback", 'File "', *(re.escape(f"{place}/") for place in MACHINE)]))
SECONDS = 30.0
MODELS = ("pixel-faces", "fashion-conditional", "pixel-faces-bigan", "stylegan-faces", "parts-to-face",
          "parts-to-face-l1", "glasses")  # fmt: skip


@dataclass
class Server:
    url: str
    folder: Path  # models/, tmp/, data/ and log.txt
    process: subprocess.Popen
    config: dict = field(default_factory=dict)

    def ask(self, path: str, body: object = None, kind="application/json", **headers) -> tuple[int, bytes]:
        """The status and the body of an answer; what is sent is JSON unless it is bytes."""
        place = urlsplit(self.url)
        line = http.client.HTTPConnection(place.hostname, place.port, timeout=SECONDS)
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        try:
            line.request("GET" if body is None else "POST", path, content, {"Content-Type": kind, **headers})
            answer = line.getresponse()
            return answer.status, whole(answer, time.monotonic() + SECONDS)
        finally:
            line.close()

    def heard(self, path: str, until: tuple[str, ...], seconds: float = SECONDS) -> Iterator[dict]:
        """The messages of a stream, until one of that kind, or so long."""
        place, ends = urlsplit(self.url), time.monotonic() + seconds
        line = http.client.HTTPConnection(place.hostname, place.port, timeout=seconds)
        try:
            line.request("GET", path)
            answer, kind = line.getresponse(), ""
            while time.monotonic() < ends and (text := answer.readline()):
                kind = text[7:].decode().strip() if text.startswith(b"event: ") else kind
                if text.startswith(b"data: "):
                    message = json.loads(text[6:])
                    message = message if isinstance(message, dict) else {"output": message}
                    message.setdefault("msg", kind)
                    yield message
                    if message["msg"] in until:
                        return
        except TimeoutError:
            return
        finally:
            line.close()

    def component(self, elem_id: str) -> int:
        return next(one["id"] for one in self.config["components"] if one["props"].get("elem_id") == elem_id)

    def slides(self, seed: int = 1) -> bool:
        """A slider's event is answered with an image."""
        data = {"model": "pixel-faces", "seed": seed, "moves": [0.5], "edits": []}
        body = {"data": data, "component_id": self.component("explore"), "fn_name": "frame"}
        status, answer = self.ask(f"{API}/component_server/", body | {"session_hash": "good"})
        return status == 200 and b"data:image/png" in answer

    def log(self) -> str:
        return (self.folder / "log.txt").read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def left(self) -> int:
        """Bytes in its place for temporary files."""
        return sum(path.stat().st_size for path in (self.folder / "tmp").rglob("*") if path.is_file())


def whole(answer: http.client.HTTPResponse, ends: float) -> bytes:
    """What came of it by then: a stream of MCP has no end."""
    parts = []
    with suppress(TimeoutError):
        while time.monotonic() < ends and (part := answer.read1(2**20)):
            parts.append(part)
    return b"".join(parts)


@contextmanager
def serving(folder: Path, *options: str, **more: str) -> Iterator[Server]:
    """The program with those options, its files in `folder`, where what an earlier one left still lies."""
    with start(folder, *options, **more) as process:
        url = f"http://127.0.0.1:{process.args[process.args.index('--port') + 1]}"
        wait_until_served(f"{url}/", process, folder / "log.txt")
        server = Server(url, folder, process)
        server.config = json.loads(server.ask("/config")[1])
        yield server


@contextmanager
def start(folder: Path, *options: str, **more: str) -> Iterator[subprocess.Popen]:
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    if not (folder / "models").exists():
        leaves = shutil.ignore_patterns("training.safetensors")
        for model in (*MODELS, "classifiers"):
            shutil.copytree(ROOT / "checkpoints" / model, folder / "models" / model, ignore=leaves)
    command = [sys.executable, "app.py", "--checkpoints", str(folder / "models"), "--device", "cpu",
               "--port", str(free_port()), *options]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "GRADIO_TEMP_DIR"}
    environment |= {"TMPDIR": str(folder / "tmp"), "GAN_STUDIO_DATA": str(folder / "data"),
                    "PYTHONUNBUFFERED": "1"} | more  # fmt: skip
    with (folder / "log.txt").open("a") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log,
                                   start_new_session=True)  # fmt: skip
    try:
        yield process
    finally:
        end(process)
