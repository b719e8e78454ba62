"""A long day: 100,000 events of sliders over HTTP, then 200 short runs; the server does not grow."""

import http.client
import json
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from serving import end

from gan.runs.queue import KEEP_SECONDS
from long_parts.costs import resident, status
from long_parts.report import Report, Share
from long_parts.server import API, Server, serving

EVENTS, RUNS = 100_000, 200
WARM_EVENTS, WARM_RUNS = 3000, 12
GROWTH = 50.0  # MB
STEPS, REST_SECONDS = 3, 5.0
RUN_SECONDS = 600.0  # a run is niced, and beside other work its first step comes late
OPTIONS = (
    "--run-seconds", "15", "--visitor-runs", "9999", "--address-runs", "9999", "--server-runs", "9999",
    "--server-models", "9999", "--visitor-models", "9999",
)  # fmt: skip


def run(report: Report, share: Share):
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), *OPTIONS) as server:
        events(server, WARM_EVENTS, report)
        runs(server, WARM_RUNS, report, 0)
        before = held(server)
        count = share.of(EVENTS)
        began = time.monotonic()
        events(server, count, report)
        report.tell(f"{count:,} events, {1000 * (time.monotonic() - began) / count:.1f} ms each by the clock")
        grown(report, "by the events", before, held(server))
        before, count = held(server), share.of(RUNS)
        runs(server, count, report, WARM_RUNS)
        models = len(list((server.folder / "models").glob("short-*/model.safetensors")))
        report.holds(models == count + WARM_RUNS, f"{count} runs, each of which kept its model")
        until_forgotten(server)
        grown(report, "by the runs", before, held(server))
        end(server.process)
        left = list((server.folder / "tmp").iterdir())
        report.at_most("left in the place for temporary files when it has ended", len(left), 0)


def held(server: Server) -> dict[str, float]:
    """What the server has once it is at rest."""
    pid = server.process.pid
    time.sleep(REST_SECONDS)
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    temporary = sum(path.is_file() for path in (server.folder / "tmp").rglob("*"))
    return {"MB": resident(pid), "open files": files, "threads": status(pid, "Threads"),
            "temporary files": temporary}  # fmt: skip


def until_forgotten(server: Server):
    """Ended runs, and the states that one may fork from, are there for ten minutes."""
    ends = time.monotonic() + KEEP_SECONDS + 60
    while any((server.folder / "tmp").rglob("*.safetensors")) and time.monotonic() < ends:
        time.sleep(5)


def grown(report: Report, why: str, before: dict, now: dict):
    report.tell("before and after: " + ", ".join(f"{before[w]:,.0f} and {now[w]:,.0f} {w}" for w in now))
    report.at_most(f"memory grown {why}", now["MB"] - before["MB"], GROWTH, " MB")
    for what, most in (("open files", 5), ("threads", 5), ("temporary files", 5)):
        report.at_most(f"more {what} {why}", int(now[what] - before[what]), most)


def events(server: Server, count: int, report: Report):
    """Slider events, as explore.js sends them, through a connection that stays open."""
    place, component = urlsplit(server.url), server.component("explore")
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    for number in range(count):
        data = {"model": "pixel-faces", "seed": number % 97, "moves": [number % 61 / 10 - 3], "edits": []}
        body = {"data": data, "component_id": component, "fn_name": "frame"}
        asked = json.dumps(body | {"session_hash": f"s{number % 30}"})
        line.request("POST", f"{API}/component_server/", asked, {"Content-Type": "application/json"})
        answer = line.getresponse()
        if answer.status != 200 or b"data:image/png" not in answer.read():
            raise RuntimeError(f"event {number} was not answered: {answer.status}")
        report.progress(number, count)
    line.close()


def runs(server: Server, count: int, report: Report, first: int):
    """Runs of a few steps of a tiny network, one after another, as a program asks for them."""
    for number in range(first, first + count):
        last = short_run(server, f"short-{number}", steps=STEPS)
        if last["status"] != "finished":
            raise RuntimeError(f"run {number}: {last}")
        report.progress(number - first, count)


def short_run(server: Server, name: str, **more) -> dict:
    """What was told of it last."""
    settings = {"measure_images": 0, "model": {"feature_maps": 4, "latent_dim": 8}} | more
    asked = {"data": ["pixel_faces", "dcgan", 15, 8, None, None, 0, name, settings]}
    event = json.loads(server.ask(f"{API}/call/train", asked)[1])["event_id"]
    heard = server.heard(f"{API}/call/train/{event}", ("complete", "error"), RUN_SECONDS)
    told = [message["output"] for message in heard]
    return next(output[0] for output in reversed(told) if isinstance(output, list))
