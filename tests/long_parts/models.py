"""Spoilt models: each is read, or refused in a sentence, at little cost; nothing in them is ever executed."""

import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from spoilers import ANY, JSON, STATES, WEIGHTS, mutated
from test_spoilt import CONFIGS, FILES, PREVIEW, keep_one, what_became

from long_parts.costs import Cost, of_this_process
from long_parts.report import Excepted, Report, Share, counted

COUNT = 1000
SECONDS, MEMORY = 2.0, 300.0
RUNS = ("os.exec", "os.fork", "os.posix_spawn", "os.system", "subprocess.Popen", "pickle.find_class", "exec",
        "compile", "ctypes.dlopen", "marshal.loads", "socket.connect")  # fmt: skip
BY_HAND = {"config.json": CONFIGS, "model.safetensors": WEIGHTS, "training.safetensors": STATES,
           "history.json": JSON, PREVIEW: ANY}  # fmt: skip


def run(report: Report, share: Share):
    came, cost, count = Counter(), Cost(), share.of(COUNT)
    with tempfile.TemporaryDirectory() as folder, Executed() as executed, Excepted() as logged:
        kept, work = Path(folder) / "kept" / "m", Path(folder) / "work"
        keep_one(kept)
        shutil.copytree(kept, work / "m")
        what_became(work)  # imports what it needs
        executed.seen.clear()
        for number, (name, spoil) in enumerate(spoilt(kept, count, share.seed)):
            shutil.rmtree(work / "m")
            shutil.copytree(kept, work / "m")
            spoil(work / "m")
            what, seconds, memory = of_this_process(lambda: became(work))
            came[what] += 1
            cost.add(name, seconds=seconds, memory=memory)
            report.progress(number, count)
    report.tell(f"{count:,} models: {counted(came)}")
    fine = ("read", "refused in a sentence")
    others = sum(came.values()) - sum(came[what] for what in fine) + logged.seen.total()
    report.at_most("models that raised anything else", others, 0)
    report.at_most(f"most of a processor ({cost.what['seconds']})", cost.most["seconds"], SECONDS, " s")
    report.at_most(f"most memory ({cost.what['memory']})", cost.most["memory"], MEMORY, " MB")
    report.holds(not executed.seen, f"executed of what they held: {counted(executed.seen) or 'nothing'}")


def spoilt(kept: Path, count: int, seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """By hand first, in every way, then by chance: what it is, and what does it to a model's folder."""
    ways = [(file, way, BY_HAND[file][way]) for file in BY_HAND for way in BY_HAND[file]][: count // 2]
    for file, way, spoil in ways:
        yield f"{file}, {way}", lambda folder, file=file, spoil=spoil: spoil(folder / file)
    random = np.random.RandomState(seed)
    for number in range(count - len(ways)):
        file = FILES[number % len(FILES)]
        content = mutated((kept / file).read_bytes(), random)
        yield (
            f"{file}, mutation {number}",
            lambda folder, file=file, content=content: (folder / file).write_bytes(content),
        )


def became(work: Path) -> str:
    try:
        return what_became(work)
    except Exception as error:
        traceback.print_exc()
        return type(error).__name__


class Executed:
    """Counts what Python tells its auditors that runs code or starts programs, while it is entered."""

    def __init__(self):
        self.seen, self._on = Counter(), False

    def __enter__(self) -> "Executed":
        sys.addaudithook(self._hear)  # for good
        self._on = True
        return self

    def __exit__(self, *_):
        self._on = False

    def _hear(self, event: str, _):
        if self._on and event in RUNS:
            self.seen[event] += 1
