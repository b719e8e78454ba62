"""kill -9 at 100 moments of saving and of training: whatever was kept loads, and the next start clears up."""

import multiprocessing
import signal
import tempfile
import threading
import time
from contextlib import suppress
from os import kill
from pathlib import Path

import numpy as np

from gan import checkpoint
from gan.checkpoint import CheckpointError
from gan.runs.process import ORPHAN_SECONDS
from gan.studio import Studio
from long_parts.costs import children, processor
from long_parts.growth import short_run
from long_parts.report import Report, Share
from long_parts.server import MODELS, Server, serving

SAVING, TRAINING, SERVERS = 60, 30, 10
OUTLIVES = ORPHAN_SECONDS + 5.0
LONGEST_SAVE, LONGEST_RUN = 1.5, 6.0  # seconds, between which and 0 the kill comes


def run(report: Report, share: Share):
    random = np.random.RandomState(share.seed)
    with tempfile.TemporaryDirectory() as folder:
        while_saving(report, share.of(SAVING), random, Path(folder) / "saved")
        while_training(report, share.of(TRAINING), random, Path(folder) / "trained")
        of_servers(report, share.of(SERVERS), random, Path(folder) / "served")


def while_saving(report: Report, count: int, random, folder: Path):
    """A process that saves model after model, and the same ones anew, says which it has kept."""
    context, kept, lost = multiprocessing.get_context("forkserver"), set(), set()
    context.set_forkserver_preload(["long_parts.kills"])
    folder.mkdir()
    for number in range(count):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=save_on, args=(folder, number % 7, theirs))
        process.start()
        theirs.close()
        with suppress(EOFError):  # it has begun
            kept.add(ours.recv())
        time.sleep(random.rand() * LONGEST_SAVE)
        process.kill()
        process.join()
        with suppress(EOFError):
            while True:
                kept.add(ours.recv())
        lost |= kept - loads(folder)
        report.progress(number, count)
    report.at_most(f"models lost of {len(kept)} that were kept, by {count} kills while saving", len(lost), 0)


def save_on(folder: Path, first: int, told):
    from test_checkpoint import trainer_of

    trainer, number = trainer_of(steps=1), first
    while True:
        trainer.step()
        checkpoint.save_model(folder / f"m{number % 7}", trainer.snapshot())
        checkpoint.save_training(folder / f"m{number % 7}", trainer.state())
        told.send(f"m{number % 7}")
        number += 1


def loads(folder: Path) -> set[str]:
    """The models that can be loaded; one that is listed and cannot counts as lost of itself."""
    studio, found = Studio(folder, "cpu"), set()
    for info in studio.models():
        with suppress(CheckpointError):
            read = checkpoint.load_translator if info.translates else checkpoint.load_model
            read(folder / info.name)
            found.add(info.name)
    return found


def while_training(report: Report, count: int, random, folder: Path):
    """The training process of a living server is killed; the server answers on and trains the next run."""
    listed, broken, told = set(), set(), []
    with serving(folder, "--visitor-runs", "9999", "--server-runs", "9999", "--address-runs", "9999",
                 "--run-seconds", "15", "--unwatched-seconds", "600") as server:  # fmt: skip
        for number in range(count):
            begin(server, f"killed-{number}", random.rand() * LONGEST_RUN)
            killed = [kill(pid, signal.SIGKILL) for pid in training(server)]
            told.append(len(killed))
            report.progress(number, count)
        fine = server.slides() and short_run(server, "after", steps=2)["status"] == "finished"
        listed = {info.name for info in Studio(folder / "models", "cpu").models()}
        broken = listed - loads(folder / "models")
        half = [path for path in (folder / "models").glob("*/.*")]
    report.at_most(f"models that do not load of {len(listed)}, after {sum(told)} kills while training",
                   len(broken), 0)  # fmt: skip
    report.at_most("files half written beside them", len(half), 0)
    report.holds(fine, "the server answered a slider and trained a run after them")


def training(server: Server) -> list[int]:
    found = []
    for pid in children(server.process.pid):
        with suppress(OSError):
            if b"gan.runs.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def begin(server: Server, name: str, seconds: float):
    """A run goes on for so long after its process has begun, while nobody listens."""

    def asks():
        with suppress(Exception):  # the server may be killed beneath it
            short_run(server, name, steps=0)

    threading.Thread(target=asks, daemon=True).start()
    ends = time.monotonic() + 60
    while not training(server) and time.monotonic() < ends:
        time.sleep(0.05)
    time.sleep(seconds)


def of_servers(report: Report, count: int, random, folder: Path):
    """The program itself is killed while it trains; the next one clears what it left."""
    left, alive, others = [0], 0, 0
    for number in range(count):
        with serving(folder, "--run-seconds", "15") as server:
            claimed = set((folder / "tmp").iterdir())
            others += len(claimed) - 1
            begin(server, f"run-{number}", random.rand() * LONGEST_RUN)
            pids = training(server)
            server.kill()
            alive += outliving(pids)
            left.append(server.left())
    with serving(folder) as server:
        others += len(list((folder / "tmp").iterdir())) - 1
        report.at_most("folders of killed ones that the next start left", others, 0)
    listed = {info.name for info in Studio(folder / "models", "cpu").models()} - set(MODELS)
    broken = listed - loads(folder / "models")
    report.tell(f"{count} kills of the server left up to {max(left):,} bytes; {len(listed)} models were kept")
    report.at_most("models that do not load", len(broken), 0)
    report.at_most(f"training processes that outlived it by {OUTLIVES:.0f} seconds", alive, 0)


def outliving(pids: list[int]) -> int:
    """How many are still there after as long as they may take to notice and to go."""
    ends = time.monotonic() + OUTLIVES
    while (there := sum(processor(pid) is not None for pid in pids)) and time.monotonic() < ends:
        time.sleep(0.1)
    return there
