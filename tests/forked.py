"""Runs' processes, forked from one that has imported torch already, which takes two seconds each time.

They are real ones, with their pipes, signals and exit codes, but not niced, so that none starves, and
measure and keep their models by fewer images, which else takes two seconds each. Those that the program
itself starts are tried by tests/test_worker.py and by all that starts the program.
"""

import multiprocessing
import os
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Lock
from unittest.mock import patch

from gan.checkpoint import directions, store
from gan.config import TrainConfig
from gan.measure.live_measures import Examiner
from gan.runs import process
from gan.system import ending
from gan.train.tasks import noise

IMAGES = 64  # that a model is measured and kept by
HERE = Path(__file__).parent
server = multiprocessing.get_context("forkserver")
server.set_forkserver_preload(["gan.runs.process", "warmed"])
alone = Lock()  # of two threads that ask for one exit code at once, one would get none


def few(config: TrainConfig) -> TrainConfig:
    return replace(config, measure_images=min(config.measure_images, IMAGES))


class Forked:
    """What gan.runs.process asks of a subprocess.Popen."""

    def __init__(self, stdin):
        ours, theirs = server.Pipe(duplex=False)
        ends = Connection(os.dup(stdin.fileno()), writable=False), theirs
        self._process = server.Process(target=_child, args=(*ends, dict(os.environ)), daemon=True)
        # the server, which the first of them starts, finds modules by the environment alone
        with alone, patch.dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, (HERE, HERE.parent)))):
            self._process.start()
        for end in ends:
            end.close()
        self.stdout = os.fdopen(os.dup(ours.fileno()), "rb")

    def poll(self) -> int | None:
        with alone:
            return self._process.exitcode

    def wait(self) -> int | None:
        wait([self._process.sentinel])
        return self.poll()

    def kill(self):
        self._process.kill()


def _child(requests: Connection, events: Connection, environment: dict[str, str]):
    os.dup2(requests.fileno(), 0)
    os.dup2(events.fileno(), 1)
    os.environ.clear()
    os.environ.update(environment)
    ending.ignore()
    store.CALIBRATION_IMAGES, directions.SEEDS = IMAGES, 1
    noise.Examiner = lambda config, data: Examiner(few(config), data)
    process.main()
