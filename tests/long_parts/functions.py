"""Every function that takes what a visitor sends, called over HTTP with what Hypothesis invents.

The answer is a sentence, without a traceback or a place of the machine; the log has no exception in it; and
after each function a slider is answered. Another browser's run goes on all the while.
"""

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pictures import picture

from gan.images import data_uri
from long_parts.inputs import JUNK, Inputs
from long_parts.report import Report, Share, counted
from long_parts.server import API, MODELS, PLACES, Server, serving

EXAMPLES = 40
ANSWER_SECONDS = 15.0
MINE, YOURS = "mine-0123456789abcdef", "yours-0123456789abcdef"
OPTIONS = (
    "--run-seconds", "600", "--runs-at-once", "2", "--unwatched-seconds", "600", "--visitor-runs", "9999",
    "--address-runs", "9999", "--server-runs", "9999", "--server-models", "9999",
)  # fmt: skip
WHITE = "////" * 256  # a source of 16 by 16 pixels, in colour
SENSE = {"model": MODELS, "seed": [1], "scale": [1], "moves": [[0.5]], "edits": [[]], "class": ["", "hat"],
         "across": [0], "up": [1], "step": [1], "page": [0], "browser": [MINE], "translator": MODELS,
         "example": [0], "way": ["on", "off"], "source": [WHITE], "truth": ["", WHITE], "psi": [1, 0.5],
         "noise": [0, 7], "below": [0, 0.5], "a": [[0, 1, 2, 3]], "b": [[4, 5, 6, 7]],
         "style": ["fine", "coarse"], "layers": ["", "fine"], "votes": [["real"] * 20],
         "before": [[], [[900, 3]]], "layer": ["", "layers.6"], "channel": [0, 5], "factor": [0, 4],
         "picture": [data_uri(np.zeros((32, 32, 3), np.uint8))]}  # fmt: skip
ENDS = ("process_completed", "process_generating", "close_stream", "unexpected_error")
ENVELOPES = {
    f"{API}/queue/join": ("data", "fn_index", "session_hash", "event_data", "trigger_id", "event_id"),
    f"{API}/run/predict": ("data", "fn_index", "session_hash", "batched", "event_data"),
    f"{API}/component_server/": ("data", "fn_name", "component_id", "session_hash"),
    f"{API}/call/generate": ("data", "session_hash"),
    f"{API}/cancel": ("session_hash", "fn_index", "event_id"),
    f"{API}/reset": ("event_id",), f"{API}/run/generate": ("data",), f"{API}/api/score": ("data",),
    "/login": ("username", "password"), f"{API}/mcp/": ("jsonrpc", "id", "method", "params"),
}  # fmt: skip


class Asked:
    """Asks one server, and keeps what was wrong with its answers: what, and the shortest question so."""

    def __init__(self, server: Server):
        self.server, self.wrong, self.came = server, {}, Counter()
        self._log = (server.folder / "log.txt").open(errors="replace")
        self.new_log()

    def new_log(self) -> str:
        return self._log.read()

    def judge(self, where: str, body: object, status: int, said: str):
        """`said`: all of the answer that is meant for people."""
        self.came[status] += 1
        if status >= 500 and not said.startswith('{"error":"'):  # as Gradio tells a refusal
            self.keep(f"{where}: {status} {said[:200]}", body)
        sent = json.dumps(body, ensure_ascii=False)  # what the visitor has named may be quoted
        if found := next((place for place in PLACES.finditer(said) if place[0] not in sent), None):
            self.keep(f"{where}: {said[max(0, found.start() - 80) :][:200]}", body)
        for error in exceptions(self.new_log()):
            self.keep(f"{where}: {error}", body)

    def keep(self, what: str, body: object):
        what, text = re.sub(r"0x[0-9a-f]+|\d+", "#", what), json.dumps(body)[:2000]
        if what not in self.wrong:
            print(f"  … {what[:300]}", file=sys.stderr, flush=True)
        if what not in self.wrong or len(text) < len(self.wrong[what]):
            self.wrong[what] = text

    def component(self, body: dict):
        status, answer = self.server.ask(f"{API}/component_server/", body)
        self.judge(f"server function {body['fn_name']}", body, status, answer.decode())

    def beside_the_queue(self, name: str, body: dict):
        status, answer = self.server.ask(f"{API}/run/predict", body)
        self.judge(f"listener {name}", body, status, error_of(answer) if status != 200 else "")

    def through_the_queue(self, name: str, body: dict):
        body = body | {"session_hash": f"q{self.came.total()}"}  # no earlier one's messages
        status, answer = self.server.ask(f"{API}/queue/join", body)
        said = error_of(answer)
        if status == 200:
            stream = f"{API}/queue/data?session_hash={body['session_hash']}"
            last = {}
            for last in self.server.heard(stream, ENDS, ANSWER_SECONDS):  # noqa: B007
                continue
            said = str((last.get("output") or {}).get("error") or last.get("message") or "")
            if not last:
                self.keep(f"listener {name}: no answer", body)
        self.judge(f"listener {name}", body, status, said)


def error_of(answer: bytes) -> str:
    return answer.decode(errors="replace")


def exceptions(log: str) -> list[str]:
    """The last line of each traceback, with the function in which it was raised."""
    found = []
    for part in log.split("Traceback (most recent call last)")[1:]:
        places = re.findall(r'File "[^"]*/([^"/]+)", line (\d+), in (\S+)', part)
        error = re.search(r"^(\w[\w.]*)(: .*)?$", part, re.M)
        told = error[0][:150] if error else part[-100:]
        found.append(f"{told} in {' '.join(places[-1]) if places else '?'}")
    return found


def run(report: Report, share: Share):
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), *OPTIONS) as server:
        asked = Asked(server)
        run, inputs = others_run(server), None
        inputs = Inputs([run, MINE, "seen", 0, 1, [0.5], "", *MODELS, "pixel_faces", "dcgan", 60, True, None],
                        uploaded(server))  # fmt: skip
        functions = all_functions(asked, inputs)
        for number, (name, strategy, ask) in enumerate(functions):
            report.slowly(name)
            examples(strategy, ask, share)
            if server.process.poll() is not None or not server.slides(number):
                report.holds(False, f"a slider is answered after {name}")
                return
        report.slowly("")
        report.tell(f"{len(functions)} functions, {asked.came.total():,} requests: {counted(asked.came)}")
        going = json.loads(server.ask(f"{API}/component_server/", news(server, run))[1])
        report.holds('"error"' not in json.dumps(going), "another browser's run is still there")
    report.at_most("kinds of exceptions in the log, of 500s and of machine's paths", len(asked.wrong), 0)
    for what, body in sorted(asked.wrong.items()):
        report.tell(f"  {what}\n      {body[:400]}")


def examples(strategy: st.SearchStrategy, ask: Callable, share: Share):
    @seed(share.seed)
    @settings(max_examples=share.of(EXAMPLES), database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(strategy)
    def one(body):
        ask(body)

    one()


def all_functions(asked: Asked, inputs: Inputs) -> list[tuple[str, st.SearchStrategy, Callable]]:
    """The name of each, the bodies it is asked with, and what asks."""
    config, found = asked.server.config, []
    for component in config["components"]:
        for name in component["props"].get("server_fns") or ():
            body = {"component_id": st.just(component["id"]), "fn_name": st.just(name),
                    "data": inputs.asks(SENSE), "session_hash": st.sampled_from(["good", "s1"])}  # fmt: skip
            found.append((name, st.fixed_dictionaries(body), asked.component))
    for one in filter(lambda one: one["backend_fn"], config["dependencies"]):
        name = f"{one['id']} {one['api_name']}"
        body = {"fn_index": st.just(one["id"]), "data": inputs.instead_of(sense_of(config, one, inputs)),
                "session_hash": st.sampled_from([f"h{one['id']}-{n}" for n in range(9)]),
                "event_data": st.one_of(st.none(), inputs.asked)}  # fmt: skip
        ask = asked.through_the_queue if one["queue"] else asked.beside_the_queue
        found.append((name, st.fixed_dictionaries(body), lambda body, name=name, ask=ask: ask(name, body)))
    for path, names in ENVELOPES.items():
        body = st.one_of(st.fixed_dictionaries({}, optional=dict.fromkeys(names, inputs.any)), JUNK)
        found.append((path, body, lambda body, path=path: envelope(asked, path, body)))
    return found


def envelope(asked: Asked, path: str, body: object):
    status, answer = asked.server.ask(path, body, Accept="application/json, text/event-stream")
    asked.judge(path, body, status, error_of(answer))


def sense_of(config: dict, dependency: dict, inputs: Inputs | None = None) -> list[list]:
    """Of each of its inputs what makes sense; for what an endpoint must be told, that of `inputs`."""
    components = {one["id"]: one for one in config["components"]}
    found = []
    for one in (components[number] for number in dependency["inputs"]):
        value, choices = one["props"].get("value"), one["props"].get("choices") or ()
        told = inputs and one["type"] == "api" and value is None
        found.append(inputs.told if told else [value, *(choice[1] for choice in choices[:5])])
    return found


def uploaded(server: Server) -> str:
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n' + picture(1)
    answer = server.ask(f"{API}/upload", part + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")[1]
    return json.loads(answer)[0]


def others_run(server: Server) -> str:
    """The id of a run that another browser has started."""
    start = next(one for one in server.config["dependencies"] if len(one["inputs"]) > 35 and one["queue"])
    data = [values[0] for values in sense_of(server.config, start)]
    data[1] = YOURS
    server.ask(f"{API}/queue/join", {"data": data, "fn_index": start["id"], "session_hash": "others"})
    last = list(server.heard(f"{API}/queue/data?session_hash=others", ("process_completed",)))[-1]
    return last["output"]["data"][0]


def news(server: Server, run: str) -> dict:
    return {"component_id": server.component("train-run"), "fn_name": "news", "session_hash": "others",
            "data": {"run": run, "browser": YOURS}}  # fmt: skip
