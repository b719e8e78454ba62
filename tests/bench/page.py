"""What a run costs the page that watches it, in a real browser: does it answer, and stay light to the end?

    python tests/bench/page.py [--seconds 300] [--runs 1] [--data "Open Peeps"]

Starts the program and a Chromium, trains for so long, and looks three times: at a tenth, in the middle, and
just before the end, when Stop is pressed. --runs trains several in one page, one after another.
The bounds on a quiet machine: under 15 % of the main thread, and flat; no task of 200 ms; Stop shows in under
1 s; a heap under 150 MB; under 3 kB a second beside the pictures; page and server under 5 % of the processor
that the run gets. Before that, Explore is opened three times; --runs 0 does no more.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from serving import CHROMIUM, browser_program, end, free_port, wait_until_served

WINDOW = 10.0  # seconds that are looked at
TICKS = os.sysconf("SC_CLK_TCK")
LONG_TASKS = """new PerformanceObserver((list) => list.getEntries().forEach((task) => {
    window.longest = Math.max(window.longest ?? 0, task.duration);
})).observe({ type: "longtask", buffered: true });"""
STOP = """() => new Promise((shown) => {
    const start = performance.now();
    document.querySelector("#train-stop").click();
    const look = () => document.querySelector(".run-state").textContent.startsWith("Stop")
        ? shown(performance.now() - start) : setTimeout(look, 10);
    look();
})"""


# Processes


def processes() -> dict[int, tuple[int, str, float]]:
    """pid -> its parent, its command line, and the processor seconds that it has used."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has ended meanwhile
        found[int(folder.name)] = int(stat[1]), command, (int(stat[11]) + int(stat[12])) / TICKS
    return found


def used(server: int) -> dict[str, float]:
    """Processor seconds so far: of the server, of training, and of all that Chromium is."""
    there = processes()

    def below(root: int) -> set[int]:
        children = {pid for pid, (parent, *_) in there.items() if parent == root}
        return children.union(*(below(child) for child in children))

    browser = {pid for pid in below(os.getpid()) if "chrom" in there[pid][1].split(" ")[0]}
    renderer = {pid for pid in browser if "--type=renderer" in there[pid][1]}
    groups = {"server": {server}, "training": below(server), "browser": browser - renderer, "page": renderer}
    return {name: sum(there[pid][2] for pid in pids) for name, pids in groups.items()}


# Looking


class Look:
    """What the page does in a while."""

    def __init__(self, page: Page, server: int):
        self.page, self.server = page, server
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable")
        self.answers = []
        page.on("response", lambda answer: self.answers.append(answer))

    def metrics(self) -> dict[str, float]:
        return {one["name"]: one["value"] for one in self.devtools.send("Performance.getMetrics")["metrics"]}

    def heap(self) -> float:
        self.devtools.send("HeapProfiler.collectGarbage")
        return self.devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6

    def take(self, title: str):
        self.answers.clear()
        at, before, spent = time.monotonic(), self.metrics(), used(self.server)
        self.page.wait_for_timeout(1000 * WINDOW)
        wall, after, now = time.monotonic() - at, self.metrics(), used(self.server)
        cost = {name: (now[name] - spent[name]) / wall for name in now}
        task, script = ((after[name] - before[name]) / wall for name in ("TaskDuration", "ScriptDuration"))
        words, pictures = self.bytes()
        share = (cost["server"] + cost["page"]) / max(cost["training"], 1e-6)
        longest = self.page.evaluate("window.longest ?? 0")
        costs = ", ".join(f"{name} {value:.2f}" for name, value in cost.items())
        print(f"{title}: main thread {task:.1%} at work, {script:.1%} in scripts; longest task so far "
              f"{longest:.0f} ms; heap {self.heap():.0f} MB; {words / wall / 1000:.1f} kB a second and "
              f"{pictures / wall / 1000:.0f} kB of pictures; page and server {share:.1%} of training's "
              f"processor ({costs} s a second); load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip

    def bytes(self) -> tuple[int, int]:
        """What came in the window, without and of pictures."""
        words = pictures = 0
        for answer in [one for one in self.answers if one.url.startswith("http")]:  # not the page's own blobs
            try:
                body = answer.body()
            except Exception:  # a stream, or gone
                continue
            size = pictures_in(body)
            words, pictures = words + len(body) - size, pictures + size
        return words, pictures


def pictures_in(body: bytes) -> int:
    """Bytes of data URIs in an answer."""
    return sum(len(text) for text in re.findall(rb'data:image[^"\\\\]*', body))


def opening(browser, url: str):
    """What it takes until Explore shows all that it opens with, by a browser with no past."""
    context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
    page, begun = context.new_page(), time.monotonic()
    look = Look(page, 0)
    page.goto("/")
    page.locator(".cell").first.wait_for(timeout=120_000)
    seconds = time.monotonic() - begun
    work = look.metrics()["TaskDuration"]
    print(f"Explore opens in {seconds:.1f} s, {work:.1f} s of them the main thread's work", flush=True)
    context.close()


# The run


def begin(page: Page, data: str, seconds: float):
    page.locator("#train-data input").click()
    page.get_by_role("option", name=data).click()
    page.get_by_label("Seconds of training").first.fill(str(int(seconds)))
    page.get_by_label("Seconds of training").first.press("Tab")
    page.wait_for_timeout(1000)
    page.locator("#train-start").click()
    page.get_by_alt_text("Generated images at step").wait_for(timeout=120_000)


def stop(page: Page):
    if page.locator("#train-stop").is_enabled():
        print(f"Stop shows after {page.evaluate(STOP) / 1000:.2f} s", flush=True)
    page.locator(".run-state", has_text="kept as").wait_for(timeout=120_000)
    page.locator("#train-start:enabled").wait_for(timeout=120_000)


def watch(url: str, server: int, asked: argparse.Namespace):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=CHROMIUM)
        for _ in range(3):
            opening(browser, url)
        if not asked.runs:
            return
        page = browser.new_page(base_url=url, viewport={"width": 1440, "height": 900})
        page.add_init_script(LONG_TASKS)
        page.goto("/?tab=train")
        page.get_by_alt_text("Real images").wait_for(timeout=120_000)
        look = Look(page, server)
        for run in range(1, asked.runs + 1):
            begin(page, asked.data, asked.seconds)
            page.evaluate("window.longest = 0")  # laying out the page is another matter
            begun = time.monotonic()
            for share in (0.1, 0.5, 1.0):
                at = max(0.0, share * asked.seconds - WINDOW)
                page.wait_for_timeout(max(0, 1000 * (begun + at - time.monotonic())))
                look.take(f"run {run}, {time.monotonic() - begun:.0f} s")
            stop(page)
        browser.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--data", default="Open Peeps")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models, log, port = Path(folder) / "checkpoints", Path(folder) / "log.txt", free_port()
        shutil.copytree(ROOT / "checkpoints", models, ignore=shutil.ignore_patterns("training.safetensors"))
        command = [sys.executable, "app.py", "--checkpoints", str(models), "--port", str(port)]
        environment = os.environ | {"GRADIO_TEMP_DIR": f"{folder}/uploads", "NO_PROXY": "127.0.0.1,localhost"}
        with log.open("w") as out:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out,
                                      start_new_session=True)  # fmt: skip
        try:
            wait_until_served(f"http://127.0.0.1:{port}/", server, log)
            watch(f"http://127.0.0.1:{port}", server.pid, asked)
        finally:
            end(server)


if __name__ == "__main__":
    main()
