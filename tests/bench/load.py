"""How long people wait who move sliders at the same time: each twice a second, alone and beside a run.

    python tests/bench/load.py [--people 1 30 100] [--seconds 30] [--run] [--url ADDRESS]

Starts the app, unless the address of one is given. Each person is as explore.js is: one question of a kind
under way at a time, and the last position asked for when the answer is there; the image and the verdict at
once, and when the slider has rested for a fifth of a second the verdict and the neighbours as well. Timed
is the image, from the move of the slider to the last byte. Printed are its median and 95th percentile, the
errors, and for how many people the image of the last position came last.
The bounds: p95 for 30 people under 150 ms alone and under 250 ms beside a run, for 100 under 400 ms; no
errors, the last position always drawn.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from gradio_client import Client

from gan.latent import Latent
from gan.ui.explore.view import DIRECTIONS

MOVE_SECONDS = 0.5
SETTLED_SECONDS = 0.2
BOUNDS = {(30, False): 150, (30, True): 250, (100, False): 400, (100, True): 400}  # ms
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Result:
    """What became of one person's moves."""

    times: list[float] = field(default_factory=list)  # ms
    errors: list[str] = field(default_factory=list)
    last_drawn: bool = False


class Line:
    """One connection that stays open."""

    def __init__(self, url: str, component: int, session: str):
        self.place, self.component, self.session, self.ends = urlsplit(url), component, session, None

    async def ask(self, name: str, question: dict) -> dict:
        if not self.ends:
            self.ends = await asyncio.open_connection(self.place.hostname, self.place.port)
        reader, writer = self.ends
        body = json.dumps({"data": question, "component_id": self.component, "fn_name": name,
                           "session_hash": self.session}).encode()  # fmt: skip
        head = f"POST /gradio_api/component_server/ HTTP/1.1\r\nHost: {self.place.netloc}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        answer = json.loads(await reader.readexactly(int(headers["content-length"])))
        if " 200 " not in status or "error" in answer:
            raise RuntimeError(f"{status}: {str(answer)[:200]}")
        return answer

    def close(self):
        if self.ends:
            self.ends[1].close()


class Latest:
    """As latest() in shared.js: one question at a time, and the last one never left out."""

    def __init__(self, question):
        self._question, self._again, self._task = question, False, None

    def __call__(self):
        self._again = True
        if not self._task or self._task.done():
            self._task = asyncio.create_task(self._ask_on())

    async def _ask_on(self):
        while self._again:
            self._again = False
            await self._question()

    async def done(self):
        if self._task:
            await self._task


class Person:
    def __init__(self, url: str, component: int, model: str, number: int):
        self.random, self.result = random.Random(number), Result()
        self.lines = [Line(url, component, f"load-{number}") for _ in range(3)]
        self.position = {"model": model, "seed": number, "scale": 1, "moves": [], "edits": [], "class": ""}
        self.moved, self.query = 0.0, ""
        self.draw, self.judge = Latest(self._draw), Latest(lambda: self._ask(1, "judged"))
        self.neighbours = Latest(lambda: self._ask(2, "neighbours", across=0, up=1, step=1))

    async def _ask(self, line: int, name: str, **more) -> dict:
        try:
            return await self.lines[line].ask(name, self.position | more)
        except (OSError, ValueError, RuntimeError, asyncio.IncompleteReadError) as error:
            self.result.errors.append(f"{name}: {error!r}")
            self.lines[line].ends = None
            return {}

    async def _draw(self):
        moved = self.moved
        answer = await self._ask(0, "frame")
        self.result.times.append(1000 * (time.perf_counter() - moved))
        self.query = answer.get("query", "")
        self.judge()

    async def play(self, seconds: float):
        """Moves a slider twice a second, beginning at any moment; ends when all is drawn."""
        await asyncio.sleep(self.random.random() * MOVE_SECONDS)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            moves = [round(self.random.uniform(-3, 3), 2) for _ in range(DIRECTIONS)]
            self.position, self.moved = self.position | {"moves": moves}, time.perf_counter()
            self.draw()
            await asyncio.sleep(SETTLED_SECONDS)
            self.judge()
            self.neighbours()
            await asyncio.sleep(MOVE_SECONDS - SETTLED_SECONDS)
        for kind in (self.draw, self.judge, self.neighbours):
            await kind.done()
        last = Latent(self.position["seed"], 1.0, tuple(self.position["moves"]))
        self.result.last_drawn = self.query == urlencode({"model": self.position["model"]} | last.to_query())
        for line in self.lines:
            line.close()


async def measured(url: str, component: int, model: str, people: int, seconds: float) -> list[Result]:
    crowd = [Person(url, component, model, number) for number in range(people)]
    await asyncio.gather(*(person.play(seconds) for person in crowd))
    return [person.result for person in crowd]


def report(results: list[Result], people: int, run: bool) -> bool:
    """Prints what came, and says whether it is within the bounds."""
    times = np.concatenate([result.times for result in results])
    errors = [error for result in results for error in result.errors]
    drawn, bound = sum(result.last_drawn for result in results), BOUNDS.get((people, run))
    p50, p95 = np.percentile(times, [50, 95])
    under = f" (under {bound})" if bound else ""
    where = "beside a run" if run else "alone"
    print(f"{people:3} people {where:12}  p50 {p50:6.1f} ms   p95 {p95:6.1f} ms{under}   {len(times)} images,"
          f" {len(errors)} errors, last position drawn for {drawn} of {people}", flush=True)  # fmt: skip
    for error in errors[:3]:
        print(f"    {error}")
    return not errors and drawn == people and (not bound or p95 < bound)


@contextmanager
def app() -> Iterator[str]:
    """The address of the program, started as a person starts it."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        for model in (ROOT / "checkpoints").iterdir():  # what runs keep does not stay in the repository
            (Path(folder) / model.name).symlink_to(model)
        command = [sys.executable, "app.py", "--port", str(port), "--checkpoints", folder]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def component_of(url: str) -> int:
    """Gradio's number of Explore, as soon as the page is there."""
    for _ in range(600):
        try:
            config = json.loads(DIRECT.open(f"{url}/config", timeout=10).read())
            return next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "explore")
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"Nothing answers at {url}.")


@contextmanager
def training(url: str, seconds: float) -> Iterator[None]:
    """A run of the default recipe, from its first step on."""
    job = Client(url, verbose=False).submit(seconds=seconds, api_name="/train")
    next(facts for facts in job if facts["step"])
    try:
        yield
    finally:
        job.cancel()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 30, 100])
    parser.add_argument("--seconds", type=float, default=30, help="that each crowd moves its sliders")
    parser.add_argument("--run", action="store_true", help="beside a run, too")
    parser.add_argument("--model", default="pixel-faces")
    parser.add_argument("--url", help="of an app that is running already")
    asked = parser.parse_args()
    with nullcontext(asked.url) if asked.url else app() as url:
        component = component_of(url)

        def crowds(run: bool) -> bool:
            return all([
                report(asyncio.run(measured(url, component, asked.model, people, asked.seconds)), people, run)
                for people in asked.people
            ])  # fmt: skip

        asyncio.run(measured(url, component, asked.model, 1, 1))  # loads the model
        fine = crowds(False)
        if asked.run:
            with training(url, min(600, 60 + 2 * asked.seconds * len(asked.people))):
                fine = crowds(True) and fine
    return int(not fine)


if __name__ == "__main__":
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")
    raise SystemExit(main())
