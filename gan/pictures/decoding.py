"""Strangers' pictures, decoded in processes of their own that time and memory limits can end.

A few are kept warm. Each reads requests from its standard input, pickled by this program, and answers on its
standard output in JSON and plain bytes: what a picture may have taken over is never unpickled here.
"""

import atexit
import json
import logging
import os
import pickle
import queue
import signal
import stat
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from PIL import Image

from gan.limits import Limits
from gan.pictures import colours
from gan.pictures.fitting import ImageError
from gan.pictures.opening import DIM, MORE, Bounds, Opened, read
from gan.system import child

PROCESSES = 2  # one bad file holds one of them for two seconds at most
START_SECONDS = 60.0
CPU = hasattr(signal, "setitimer")  # seconds of the processor can be counted: a busy machine costs nobody
WALL = 3 if CPU else 1  # times these by the clock, since a machine may do much else at once
CHILD = "from gan.system import ending; ending.ignore(); from gan.pictures.decoding import main; main()"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
ANEW = "save it again as a plain PNG or JPEG"
SIGNALS = [-getattr(signal, name) for name in ("SIGPROF", "SIGALRM") if hasattr(signal, name)]
BUSY = "Too many images are being opened at the moment: try again in a few seconds."

log = logging.getLogger(__name__)


class CostlyError(ImageError):
    """A picture that cost the process that opened it."""


class Answer(NamedTuple):
    """What a process made of a picture."""

    facts: dict
    parts: list[bytes]


# What is done with a picture in the process: importable by its name, as pickle needs it
Work = Callable[..., tuple[dict, list[bytes]]]


def ask(
    work: Work, source: bytes | Path, name: str, limits: Limits, *args, side: int = 0, patient: bool = False
) -> Answer:
    """`work(opened, *args)` of a picture, its bytes or its path. Raises ImageError, which names it.

    `side`: how small a picture will do, see opening.read. Who is `patient` waits however many others do.
    """
    readable = _checked(source, name) if isinstance(source, Path) else source
    bounds = Bounds(limits.image_pixels, limits.image_side)
    request = (work, readable, name, bounds, side, args, limits.decode_seconds, limits.decode_bytes)
    return _pool.ask(request, name, limits, patient)


def whole(opened: Opened) -> tuple[dict, list[bytes]]:
    """The picture as RGB, on the first ground on which it can be seen."""
    image = opened.image
    ground = colours.best_ground(image) if image.mode == "RGBA" else 255
    image = colours.over(image, ground)
    facts = {
        "size": image.size,
        "more": opened.more,
        "ground": ground,
        "scale": opened.scale,
        "light": opened.light,
    }
    return facts, [image.tobytes()]


def picture(answer: Answer) -> Image.Image:
    """What `whole` answered."""
    return Image.frombytes("RGB", answer.facts["size"], answer.parts[0])


def remarks(name: str, facts: dict) -> list[str]:
    """Sentences on what was decided of a picture."""
    more, ground = MORE.get(facts["more"]), colours.GROUNDS[facts["ground"]]
    said = [f"{name} {more}."] * bool(more)
    if facts["scale"] and tuple(sorted(facts["scale"])) not in colours.PLAIN:
        black, white = (f"{end:,.6g}" for end in facts["scale"])
        said.append(f"{name} has numbers of more than 8 bits: {black} is black here, {white} white.")
    if 0 < (facts["light"] or 0) < DIM:
        said.append(
            f"{name} has more than 8 bits and is dark: its brightest place is below a quarter of white. If "
            "it should be brighter, save it with 8 bits first."
        )
    return said + [
        f"{name} is a drawing on a transparent background that would vanish on white: it is put on {ground}."
    ] * (ground != "white")


def _checked(path: Path, name: str) -> str:
    """The path of a file that can be read; a pipe, for one, would be waited for."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(0, "it is no file")
        path.open("rb").close()
    except FileNotFoundError as error:  # an upload, for one: they are swept away after a while
        raise ImageError(f"{name} is no longer here; choose it again.") from error
    except OSError as error:
        raise ImageError(f"{name} could not be read: {error.strerror or error}.") from error
    return str(path.absolute())


# The parent's end


class _Process:
    """One process and its pipes, started anew whenever it has ended."""

    def __init__(self):
        self._child: subprocess.Popen[bytes] | None = None
        self._warm = False

    def start(self):
        """At once; what it imports it does while nobody waits."""
        self.end()
        self._child, self._warm = None, False
        try:
            self._child = child.start(CHILD, **ONE_THREAD)
        except OSError:
            log.exception("A process that opens pictures could not be started.")

    def ask(self, request: tuple, seconds: float) -> Answer | None:
        """None where it died of the picture. Raises TimeoutError where that took too long."""
        process = self._warmed_up()
        requests, late = child.requests_of(process), threading.Event()

        def give_up():
            late.set()
            process.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            pickle.dump(request, requests)
            requests.flush()
            return _answer(child.replies_of(process))
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            if late.is_set() or _ended(process) in SIGNALS:
                raise TimeoutError from None
            return None
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
            if process.poll() is not None or late.is_set():
                self.start()

    def end(self):
        if self._child:
            child.end(self._child)

    def _warmed_up(self) -> subprocess.Popen[bytes]:
        """The process, once it can be asked; started anew if it has ended. Raises ImageError without one."""
        if self._child is None or self._child.poll() is not None:
            self.start()
        process = self._child
        if process and not self._warm:
            timer = threading.Timer(START_SECONDS, process.kill)
            timer.daemon = True
            timer.start()
            self._warm = child.replies_of(process).read(1) == b"."
            timer.cancel()
        if not process or not self._warm:
            raise ImageError("Images can't be opened at the moment: try again later.")
        return process


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Its exit code; one that wrote what is no answer is ended."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(1)
    process.kill()
    return process.wait()


class _Pool:
    """Who asks gets the process that was used last, so that one person's pictures keep to one of them."""

    def __init__(self):
        self._all = [_Process() for _ in range(PROCESSES)]
        self._free: queue.LifoQueue[_Process] = queue.LifoQueue()
        for process in reversed(self._all):
            self._free.put(process)
        self._lock, self._waiting = threading.Lock(), 0

    def ask(self, request: tuple, name: str, limits: Limits, patient: bool) -> Answer:
        process = self._take(limits, patient)
        try:
            answer = process.ask(request, WALL * limits.decode_seconds)
        except TimeoutError as error:
            log.warning("a picture took longer than %g s to open and was given up", limits.decode_seconds)
            raise CostlyError(f"{name} takes too long to open: {ANEW}.") from error
        finally:
            self._free.put(process)
        if answer is None:
            log.warning("a picture ended the process that opened it")
            raise CostlyError(f"{name} could not be opened: {ANEW}.")
        if "error" in answer.facts:
            raise ImageError(str(answer.facts["error"]))
        return answer

    def end(self):
        for process in self._all:
            process.end()

    def _take(self, limits: Limits, patient: bool) -> _Process:
        with suppress(queue.Empty):
            return self._free.get_nowait()
        with self._lock:
            if not patient and self._waiting >= limits.decode_waiting:
                raise ImageError(BUSY)
            self._waiting += 1
        try:
            return self._free.get()
        finally:
            with self._lock:
                self._waiting -= 1


def _answer(stream: IO[bytes]) -> Answer:
    head = json.loads(child.receive(stream))
    return Answer(head["facts"], [child.receive(stream) for _ in range(head["parts"])])


def _anew():
    """In a fork, where the processes are still the parent's."""
    global _pool
    _pool = _Pool()


_pool = _Pool()
atexit.register(lambda: _pool.end())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_anew)


# The process


def main():
    """Answers until the pipe ends: then the parent has gone."""
    requests, replies = child.take_pipes()
    base = _prepare()
    replies.write(b".")
    replies.flush()
    with suppress(EOFError, OSError):
        while True:
            work, source, name, bounds, side, args, seconds, most = pickle.load(requests)
            _limit(seconds, base and base + most)
            facts, parts = _worked(work, source, name, bounds, side, args)
            del source
            _limit(0, None)
            head = json.dumps({"facts": facts, "parts": len(parts)}).encode()
            child.send(replies, head, *parts)
    os._exit(0)


def _worked(work: Work, source, name: str, bounds: Bounds, side: int, args: tuple) -> tuple:
    try:
        return work(read(source, name, bounds, side), *args)
    except MemoryError:
        return {"error": f"{name} needs too much memory to open: make it smaller first."}, []
    except ImageError as error:
        return {"error": str(error)}, []
    except Exception as error:  # of this one picture
        return {"error": f"{name} could not be opened ({type(error).__name__}): {ANEW}."}, []


def _prepare() -> int | None:
    """Imports what decodes, gives up what decoding never needs; the address space used so far, where told."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # the bounds are our own
    from PIL import AvifImagePlugin, ImageCms

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    with suppress(Exception):
        ImageCms.createProfile("sRGB")
    with suppress(ImportError, ValueError, OSError):
        import resource

        for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
            resource.setrlimit(kind, (0, 0))
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return None


def _limit(seconds: float, most: int | None):
    """What the next picture may cost; 0 and None: nothing is counted."""
    if CPU:  # what these signals do by default is to end the process, also in the middle of a library
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, WALL * seconds)
    if most:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
