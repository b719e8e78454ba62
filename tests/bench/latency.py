"""From the event of a slider or a stroke to the image's bytes, over HTTP with connections that stay open.

    python tests/bench/latency.py [--checkpoints DIR] [--model NAME] [--translator NAME] [--events 900]
        [--run]
    python tests/bench/latency.py --each            the sliders of every model beside an empty event
    python tests/bench/latency.py --against DIR     another checkout of this project, drag by drag in turns

Timed drag by drag in turns in one run, so that whatever else the machine does slows all of them alike:
- slider: what explore.js asks at every step of a drag, answered with the PNG and the link;
- named: the same with two sliders that have names and one of somebody's own, on the first model with names;
- styled: the same with ψ, and sliders that move the fine layers, on the first StyleGAN;
- sketch: D's verdict on a drawing, which sketch.js asks for at every step of a stroke on Explore's pad;
- stroke: what translate.js asks at every step of a stroke on the pad, answered with the PNG; of the first
  translator, or of the one that --translator names;
- empty: a Gradio event of the same page with the same input, outside the queue, that does nothing;
- plain: the same generator behind queued gr.Sliders and a gr.Image, the page one would write first.
The bounds: the medians of all of them at most twice empty's, and slider's under a third of plain's.
With --each there are a slider or, of a StyleGAN, a styled one of every model, and empty.
With --run the same drags are timed again while a run of the default recipe trains beside the page.
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # as app.py has it
sys.path.insert(0, str(Path(__file__).parents[2]))

import gradio as gr
import numpy as np

from gan.latent import Latent, spelt
from gan.recipes import DEFAULT_RECIPE, recipe_config
from gan.runs.queue import Runs
from gan.studio import ModelInfo, Studio
from gan.ui.drawing import packed
from gan.ui.explore.view import DIRECTIONS
from gan.ui.inputs import takes
from gan.ui.page import build_page

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
SESSION = "latency"
DRAG = 30  # events in a row, as a drag sends them, before the next kind has its turn
WARM_UP = DRAG
HELD_AGAINST = ("empty", "plain")


class Server:
    """A page being served, and one open connection to it."""

    def __init__(self, page: gr.Blocks):
        self.page = page
        _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1")
        self.connection = http.client.HTTPConnection(address.split("//")[1].strip("/"))

    def open(self):
        """Anew: the server closes a connection that rests for some seconds, while a run begins for one."""
        self.connection.close()
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path: str, body: dict | None = None) -> http.client.HTTPResponse:
        method, headers = ("GET", {}) if body is None else ("POST", {"Content-Type": "application/json"})
        self.connection.request(method, f"/gradio_api/{path}", body and json.dumps(body), headers)
        answer = self.connection.getresponse()
        assert answer.status == 200, (path, answer.status, answer.read())
        return answer

    def component(self, elem_id: str) -> int:
        return next(block._id for block in self.page.blocks.values() if block.elem_id == elem_id)

    def listener(self, name: str) -> int:
        return next(key for key, fn in self.page.fns.items() if getattr(fn.fn, "__name__", "") == name)


def position(model: str, event: int) -> dict:
    """Where the sliders stand at this event of a drag: no two alike, so nothing could be remembered."""
    moves = [round(float(np.sin(event + k)), 3) for k in range(DIRECTIONS)]
    return {"model": model, "seed": event % 7, "scale": 1, "moves": moves, "edits": []}


def studio_page(studio: Studio) -> gr.Blocks:
    page = build_page(studio)

    def empty(_position):
        return ""

    with page:
        state, out = takes(gr.HTML({}, html_template=""), lambda value: isinstance(value, dict)), gr.HTML()
        state.change(empty, state, out, queue=False, show_progress="hidden", api_visibility="private")
    return page


def plain_page(studio: Studio, model: str) -> gr.Blocks:
    """A gr.Slider for each direction and a gr.Image, as Gradio's own guides have it."""

    def plain(seed, scale, *moves):
        z, moved = studio.points(model, [Latent(int(seed), scale, moves)])
        return studio.generate(model, z, moved=moved)[0].squeeze()

    with gr.Blocks() as page:
        inputs = [gr.Slider(0, 1000, step=1), gr.Slider(0, 2)]
        inputs += [gr.Slider(-4, 4) for _ in range(DIRECTIONS)]
        image = gr.Image()
        gr.on([one.change for one in inputs], plain, inputs, image)
    return page


def slider(server: Server, component: int, state: dict):
    body = {"data": state, "component_id": component, "fn_name": "frame", "session_hash": SESSION}
    answer = json.loads(server.ask("component_server/", body).read())
    assert answer["image"].startswith("data:image/png"), answer


def named(server: Server, target: tuple[int, str, list[str], str], state: dict):
    """Two sliders with names and one that was taught, in the place of the first three without."""
    component, model, names, code = target
    first, second, third, *_ = state["moves"]
    sliders = [[names[0], first], [names[1], second]]
    by_name = {"model": model, "moves": [], "named": sliders, "taught": [["own", code, third]]}
    slider(server, component, state | by_name)


def styled(server: Server, target: tuple[int, ModelInfo], state: dict):
    component, info = target
    manner = {"model": info.name, "psi": 0.7, "layers": "fine"}
    slider(server, component, state | manner)


def unstyled(server: Server, target: tuple[int, ModelInfo], state: dict):
    component, info = target
    slider(server, component, state | {"model": info.name})


def sketch(server: Server, target: tuple[int, ModelInfo], state: dict):
    component, info = target
    asked = {"model": info.name, "sketch": _drawing(info, info.channels, state)}
    body = {"data": asked, "component_id": component, "fn_name": "sketched", "session_hash": SESSION}
    answer = json.loads(server.ask("component_server/", body).read())
    assert "error" not in answer, answer


def _drawing(info: ModelInfo, channels: int, state: dict) -> str:
    """With a line whose heights are the state's moves: no two are alike here, either."""
    pixels = np.zeros((info.pad_side, info.pad_side, channels), np.uint8)
    heights = (np.array(state["moves"]) + 1) / 2 * (info.pad_side - 1)
    pixels[heights.astype(int), np.arange(len(heights))] = 255
    return packed(pixels)


def stroke(server: Server, target: tuple[int, ModelInfo], state: dict):
    component, info = target
    asked = {"model": info.name, "source": _drawing(info, info.source_channels, state), "way": ""}
    body = {"data": asked, "component_id": component, "fn_name": "translated", "session_hash": SESSION}
    answer = json.loads(server.ask("component_server/", body).read())
    assert answer["image"].startswith("data:image/png"), answer


def empty(server: Server, listener: int, state: dict):
    body = {"data": [state], "fn_index": listener, "session_hash": SESSION}
    server.ask("run/predict", body).read()


def plain(server: Server, listener: int, state: dict):
    body = {"data": [state["seed"], state["scale"], *state["moves"]], "fn_index": listener}
    server.ask("queue/join", body | {"session_hash": SESSION}).read()
    stream = server.ask(f"queue/data?session_hash={SESSION}")
    messages = [json.loads(line[5:]) for line in stream if line.startswith(b"data:")]
    (done,) = [message for message in messages if message["msg"] == "process_completed"]
    assert done["success"], done
    address = done["output"]["data"][0]["url"].split("/gradio_api/")[1]
    assert server.ask(address).read()


def served(studio: Studio, model: str, translator: ModelInfo | None = None) -> dict[str, tuple]:
    """What is timed, by kind: the function, the server that it asks, and what it asks for there."""
    page, other = Server(studio_page(studio)), Server(plain_page(studio, model))
    kinds = {
        "slider": (slider, page, page.component("explore")),
        "empty": (empty, page, page.listener("empty")),
        "plain": (plain, other, other.listener("plain")),
    }
    explore = page.component("explore")
    for info in studio.generators():
        works = [one for one in studio.known_directions(info.name) or () if one.works]
        if len(works) > 1 and "named" not in kinds:
            names = [one.name for one in works[:2]]
            kinds["named"] = named, page, (explore, info.name, names, spelt(works[2 % len(works)].vector))
        if info.layers > 1 and "styled" not in kinds:
            kinds["styled"] = styled, page, (explore, info)
    kinds["sketch"] = sketch, page, (explore, studio.info(model))
    if translator:
        kinds["stroke"] = stroke, page, (page.component("translate"), translator)
    return kinds


def each(studio: Studio) -> dict[str, tuple]:
    """The same for the sliders of every model, by its name, and an empty event."""
    page = Server(studio_page(studio))
    kinds: dict[str, tuple] = {"empty": (empty, page, page.listener("empty"))}
    explore = page.component("explore")
    for info in studio.generators():
        kinds[info.name] = styled if info.layers > 1 else unstyled, page, (explore, info)
    return kinds


def measure(kinds: dict[str, tuple], model: str, events: int) -> dict[str, np.ndarray]:
    """Milliseconds of each event, by kind."""
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _, server, _ in kinds.values():
        server.open()
    for first in range(0, WARM_UP + events, DRAG):
        for kind, (run, server, target) in kinds.items():
            for event in range(first, first + DRAG):
                began = time.perf_counter()
                run(server, target, position(model, event))
                times[kind].append(1000 * (time.perf_counter() - began))
    return {kind: np.array(values[WARM_UP:]) for kind, values in times.items()}


# A drag of each kind whenever it is told to, by the functions of whichever checkout it is run for
IN_TURNS = """
import sys
tree, model = sys.argv[1:]
sys.path[:0] = [tree, f"{tree}/tests/bench"]
import json
from pathlib import Path
from time import perf_counter
import latency
kinds = latency.served(latency.Studio(Path(tree) / "checkpoints"), model)
for _, server, _ in kinds.values():
    getattr(server, "open", list)()  # an older checkout's are open
for number, line in enumerate(sys.stdin):
    times = {}
    for kind in ("slider", "empty"):
        run, server, target = kinds[kind]
        times[kind] = []
        for event in range(number * latency.DRAG, (number + 1) * latency.DRAG):
            began = perf_counter()
            run(server, target, latency.position(model, event))
            times[kind].append(1000 * (perf_counter() - began))
    print(json.dumps(times), flush=True)
"""


def against(other: Path, model: str, events: int):
    """Two checkouts, a process each; prints what a drag is over an empty event in both."""
    trees = {"here": Path(__file__).parents[2], "there": other.resolve()}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = {
        name: subprocess.Popen([sys.executable, "-c", IN_TURNS, str(tree), model], cwd=tree, **pipes)
        for name, tree in trees.items()
    }
    times = {name: {"slider": [], "empty": []} for name in trees}
    for turn in range(1 + events // DRAG):
        for name, child in children.items():
            child.stdin.write("\n")
            child.stdin.flush()
            told = next(line for line in child.stdout if line.startswith("{"))  # Gradio talks there, too
            for kind, values in json.loads(told).items():
                times[name][kind] += values if turn else []  # the first drag warms up
    for child in children.values():
        child.stdin.close()
        child.wait()
    over = {}
    for name, kinds in times.items():
        medians = {kind: float(np.median(values)) for kind, values in kinds.items()}
        over[name] = medians["slider"] / medians["empty"]
        print(
            f"{name:6} slider {medians['slider']:.2f} ms   empty {medians['empty']:.2f} ms   {over[name]:.3f}"
        )
    print(f"slider / empty here over there: {over['here'] / over['there']:.3f}")


def show(times: dict[str, np.ndarray]):
    for kind, values in times.items():
        p50, p95 = np.percentile(values, [50, 95])
        print(f"{kind:20} p50 {p50:6.2f} ms   p95 {p95:6.2f} ms")


def beside_empty(times: dict[str, np.ndarray]) -> bool:
    """Whether all medians that are held against empty's are within the bound."""
    medians = {kind: float(np.median(values)) for kind, values in times.items()}
    over = {kind: median / medians["empty"] for kind, median in medians.items() if kind not in HELD_AGAINST}
    for kind, share in over.items():
        print(f"{kind} / empty {share:.2f} (at most 2)")
    return max(over.values()) <= 2


def beside_a_run(studio: Studio, timed):
    """What `timed` gives while a run trains; nothing of the run is kept."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder))
        run = runs.start(recipe_config(DEFAULT_RECIPE, seconds=600))
        with runs.watching(run):
            view = runs.view(run)
            while not view.progress:
                view = runs.wait(run, view.version, 60)
            times = timed()
            before, now = view.progress[-1], runs.view(run).progress[-1]
            print(f"the run took {now.step - before.step:,} steps meanwhile")
        runs.close()
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS)
    parser.add_argument("--model", help="its name; the first without this")
    parser.add_argument("--translator", help="its name; the first without this")
    parser.add_argument("--events", type=int, default=900)
    parser.add_argument("--each", action="store_true", help="the sliders of every model")
    parser.add_argument("--run", action="store_true", help="time it beside a run too")
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout of this project")
    asked = parser.parse_args()
    studio = Studio(asked.checkpoints)
    if asked.against:
        return against(asked.against, asked.model or studio.models()[0].name, asked.events) or 0
    if asked.each:
        first = studio.generators()[0].name
        times = measure(each(studio), first, asked.events)
        show(times)
        gr.close_all()
        return int(not beside_empty(times))
    info = studio.info(asked.model or studio.models()[0].name)
    print(f"{info.name}: {info.image_size} pixels, {info.feature_maps} maps, {asked.events} events a kind")
    named = asked.translator
    translator = studio.info(named) if named else next(iter(studio.translators()), None)
    if translator:
        print(f"{translator.name}: {translator.image_size} pixels, {translator.feature_maps} maps")
    kinds = served(studio, info.name, translator)
    times = measure(kinds, info.name, asked.events)
    show(times)
    if asked.run:
        beside = beside_a_run(studio, lambda: measure(kinds, info.name, asked.events))
        print("beside a run of the default recipe:")
        show(beside)
        slower = np.median(beside["slider"]) / np.median(times["slider"])
        print(f"slider beside a run / alone {slower:.2f}")
    within = beside_empty(times)
    to_plain = np.median(times["slider"]) / np.median(times["plain"])
    print(f"slider / plain {to_plain:.2f} (under 0.33)")
    gr.close_all()
    return int(not within or to_plain >= 1 / 3)


if __name__ == "__main__":
    raise SystemExit(main())
