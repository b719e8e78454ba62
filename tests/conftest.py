"""What tests in a browser stand on: the program itself on a free port, and a Chromium cut off from the rest.

`url` is where the program serves, `page` a fresh window whose base it is: `page.goto("/")`.
"""

import inspect
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

# before torch is there: networks as small as the tests' are quicker on one thread, and under any other load
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as runs have it: where they take more, none spins

from pictures import refusing, taking
from serving import CHROMIUM, ROOT, browser_program, end, free_port, wait_until_served

from gan.data import DataSet, registry

VIEWPORT = {"width": 1440, "height": 900}
BUNDLED = sum(info.bundled for info in registry.available())


@pytest.fixture(autouse=True)
def threads():
    """A run inside a test sets how many threads torch takes; those after it have one again."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory) -> Path:
    """Where prepared pictures are kept and data sets downloaded to: nobody's real one."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_STUDIO_DATA", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def unpacked():
    """All bundled data stay in memory: to unpack a set takes half a second, and the program keeps two.

    Gives what the program reads by.
    """
    with pytest.MonkeyPatch.context() as patch:
        read = registry._read
        patch.setattr(registry, "_read", lru_cache(2 + BUNDLED)(read.__wrapped__))
        yield read


@pytest.fixture(scope="module")
def few_images():
    """A run has a tenth of its set, pairs together: sources of all images take a second or two to be made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gan.trainer.load", lambda name: tenth(registry.load(name)))
        yield


def tenth(data: DataSet) -> DataSet:
    return data.part(np.arange(len(data.images)) // 2 % 10 == 0)


@pytest.fixture(scope="session", autouse=True)
def small_albums():
    """A model is kept with its discriminator's scores of 64 images instead of 1,024, which take a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gan.checkpoint.store.CALIBRATION_IMAGES", 64)
        yield


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """A copy of the shipped models, so that what the tests train does not stay in the repository.

    Without the recorded run: Train is empty until a run is started.
    """
    folder = tmp_path_factory.mktemp("models") / "checkpoints"
    shutil.copytree(ROOT / "checkpoints", folder, ignore=shutil.ignore_patterns("first-run"))
    return folder


@pytest.fixture(scope="session")
def url(models, tmp_path_factory) -> str:
    """The address of the program, started as a person does but for its runs, and ended with the tests."""
    folder = tmp_path_factory.mktemp("app")
    port, log = free_port(), folder / "log.txt"
    command = [sys.executable, "tests/served.py", "--checkpoints", str(models), "--device", "cpu",
               "--port", str(port)]  # fmt: skip
    environment = os.environ | {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": str(folder / "uploads"),
        "HF_HUB_OFFLINE": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
                                   start_new_session=True)  # fmt: skip
    try:
        wait_until_served(f"http://127.0.0.1:{port}/", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


@pytest.fixture
def forked(monkeypatch):
    """Runs' processes start in a moment, see forked.py; none outlives its test."""
    from forked import Forked

    from gan.runs import process

    started = []

    def start(stdin):
        started.append(Forked(stdin))
        return started[-1]

    monkeypatch.setattr(process, "_start", start)
    yield
    for one in started:
        one.kill()


@pytest.fixture
def take(tmp_path):
    """Takes pictures in, see pictures.py."""
    return taking(tmp_path / "kept")


@pytest.fixture
def refused(tmp_path):
    """Takes pictures in that are refused, and gives the sentence."""
    return refusing(tmp_path / "kept")


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium if it is there, else the one that `playwright install chromium` brings."""
    from playwright._impl import _sync_base
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setattr(_sync_base, "inspect", SimpleNamespace(stack=callers))
        browser = playwright.chromium.launch(executable_path=browser_program(), args=CHROMIUM)
        yield browser
        browser.close()


def callers(context: int) -> list[inspect.FrameInfo]:
    """What Playwright asks for at each call, to say where one failed: inspect.stack(0), in no time.

    That looks for each frame's file, and for one without, such as those that a test's process begins with,
    through all modules, at each call anew.
    """
    frame, found = sys._getframe(1), []
    while frame:
        code = frame.f_code
        found.append(inspect.FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None))
        frame = frame.f_back
    return found


@contextmanager
def opened(chromium, url):
    """A window 1440 pixels wide with no past."""
    context = chromium.new_context(base_url=url, viewport=VIEWPORT)
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


@contextmanager
def without_errors(page):
    """No script of the page may fail meanwhile."""
    errors = []

    def hear(error):
        errors.append(str(error))

    page.on("pageerror", hear)
    yield
    page.remove_listener("pageerror", hear)
    assert not errors, f"Scripts of the page failed: {errors}"


@contextmanager
def visit(chromium, url):
    """A new window; an error in a script of the page fails the test."""
    with opened(chromium, url) as page, without_errors(page):
        yield page


@pytest.fixture(scope="session")
def window(chromium, url):
    """The one that most visits take place in, one after another; see `page`."""
    with opened(chromium, url) as page:
        yield page


@pytest.fixture
def page(request, chromium, url):
    """A visit of its own: nothing is remembered of the last one.

    To load the page takes three seconds of processor time, and less in a window that has had it before. What
    can't be undone in a window, such as a script that it starts with, has the mark `new_window`.
    """
    if request.node.get_closest_marker("new_window"):
        with visit(chromium, url) as page:
            yield page
        return
    page = request.getfixturevalue("window")
    with without_errors(page):
        yield page
    forget(page, url)


def forget(page, url: str):
    """The window as it was before anyone came."""
    for other in page.context.pages:
        if other != page:
            other.close()
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"{url}/favicon.ico")  # where no script writes anything down any more
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.context.clear_cookies()
    page.mouse.move(0, 0)
    page.set_viewport_size(VIEWPORT)


@pytest.fixture(scope="module")
def same_page(chromium, url):
    """One visit for tests of a module that leave the page as they found it."""
    with visit(chromium, url) as page:
        yield page
