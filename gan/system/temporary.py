"""A temporary folder of this program's own: private, gone when it ends; swept away if it was killed.

Gradio's own, /tmp/gradio, is everybody's: whoever came first owns it, and nobody else can write there. This
has to run before Gradio is imported.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from gan.system import ending

try:
    import fcntl
except ImportError:  # Windows: there folders of killed servers stay
    fcntl = None  # type: ignore[assignment]

PREFIX = "gan-studio."


def claim() -> Path:
    """Has all temporary files of this process, of its children and of Gradio lie in a new folder of its own.

    To be called before Gradio is imported. It lies where GRADIO_TEMP_DIR or TMPDIR say. Those that no living
    process holds are removed. Raises OSError where nothing can be written.
    """
    base = Path(os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()).absolute()
    base.mkdir(parents=True, exist_ok=True)
    sweep(base)
    with ending.held_back():
        folder, lock = _held(base)
        atexit.register(_remove, folder, lock, os.getpid())
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    os.environ["GRADIO_TEMP_DIR"] = str(folder / "gradio")
    (folder / "gradio").mkdir()
    return folder


def sweep(base: Path):
    """Removes the folders in `base` that are this user's and that no living process holds."""
    for folder in base.glob(f"{PREFIX}*") if fcntl else ():
        with suppress(OSError):
            if not folder.is_symlink() and folder.stat().st_uid == os.geteuid():
                lock = _lock(folder)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _held(base: Path) -> tuple[Path, int | None]:
    """A new folder and the lock on it. Another server that starts just now may sweep it before it is held."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))  # mode 700
        try:
            lock = _lock(folder) if fcntl else None
            if lock is None or os.path.samestat(os.fstat(lock), os.stat(folder)):
                return folder, lock
            os.close(lock)
        except (BlockingIOError, FileNotFoundError):
            continue
        except OSError:  # some network file systems know no such locks, and so never sweep either
            return folder, None


def _lock(folder: Path) -> int:
    """Holds a folder for as long as this process lives. Raises OSError where another does.

    systemd, too, leaves a folder in /tmp alone while somebody holds it so.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _remove(folder: Path, lock: int | None, owner: int):
    if os.getpid() != owner:  # a fork of the process that holds it
        return
    ending.ignore()
    for _ in range(3):  # a thread may be writing into it still
        shutil.rmtree(folder, ignore_errors=True)
