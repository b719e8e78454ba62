"""A full disk, a folder of models that can't be written to, no memory for a run: each is told."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from long_parts.growth import short_run
from long_parts.kills import training
from long_parts.report import Report, Share
from long_parts.server import MODELS, PLACES, Server, serving

try:
    import resource
except ImportError:  # Windows
    resource = None

ROOM = "60k"  # on the small disk, beside the models that it begins with
OPTIONS = ("--run-seconds", "20", "--free-bytes", "0")


def run(report: Report, share: Share):
    if not resource or not hasattr(resource, "prlimit") or os.geteuid() != 0:
        report.tell("left out: only root can mount a small disk, and only Linux limits another's memory")
        return
    with tempfile.TemporaryDirectory() as folder:
        no_memory(report, Path(folder) / "memory")
        mounted(report, Path(folder) / "full", "a full disk", full, "is almost full")
        mounted(report, Path(folder) / "only-read", "a folder that is only read from", only_read,
                "can't be written to")  # fmt: skip


def mounted(report: Report, folder: Path, what: str, mount, words: str):
    with serving(folder, *OPTIONS):  # which copies the models
        pass
    with suppress(PermissionError), mount(folder / "models"), serving(folder, *OPTIONS) as server:
        tells(report, server, what, words)
        return
    report.tell(f"{what}: left out, nothing may be mounted here")


def tells(report: Report, server: Server, what: str, words: str):
    """A run cannot be kept there: that is told, nothing lies about, and a slider is answered."""
    said = short_run(server, "kept-nowhere", steps=3)
    told = words in said["message"] and said["message"].endswith(".") and not PLACES.search(said["message"])
    report.holds(told and said["model"] is None, f"{what}: {said['message']}")
    aside = [path.name for path in (server.folder / "models").glob("*/.*")]
    report.at_most("files half written", len(aside), 0)
    report.holds(server.slides(), "a slider is answered")


def no_memory(report: Report, folder: Path):
    """The run's process may have no more than it has as soon as it has begun."""
    with serving(folder, *OPTIONS) as server:

        def limited():
            ends = time.monotonic() + 60
            while time.monotonic() < ends and not (found := training(server)):
                time.sleep(0.02)
            for pid in found:
                used = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
                resource.prlimit(pid, resource.RLIMIT_AS, (used + 2**26, used + 2**26))

        thread = threading.Thread(target=limited)
        thread.start()
        tells(report, server, "no memory for a run", "No model was kept")
        thread.join()


@contextmanager
def full(models: Path) -> Iterator[None]:
    """The models lie on a small disk, with hardly any room beside them."""
    size = sum(-(-path.stat().st_size // 4096) * 4 for path in models.rglob("*")) + 4 * len(MODELS)
    aside = models.with_name("aside")
    models.rename(aside)
    models.mkdir()
    call("mount", "-t", "tmpfs", "-o", f"size={size + int(ROOM[:-1])}k", "tmpfs", str(models))
    try:
        call("cp", "-r", f"{aside}/.", str(models))
        yield
    finally:
        call("umount", "-l", str(models))


@contextmanager
def only_read(models: Path) -> Iterator[None]:
    call("mount", "--bind", "-o", "ro", str(models), str(models))
    call("mount", "-o", "remount,bind,ro", str(models))
    try:
        yield
    finally:
        call("umount", "-l", str(models))


def call(*command: str):
    if subprocess.run(command, capture_output=True).returncode:
        raise PermissionError(" ".join(command))
