"""Files that are whole or not there, written aside, flushed, then renamed; and whether there is room."""

import os
import shutil
import tempfile
from pathlib import Path

FULL = (
    "The disk of this server is almost full, so nothing new is kept on it. Whoever runs it has to make "
    "room; try again later."
)
CLOSED = (
    "This server can't write where it would keep this, so nothing new is kept on it. Whoever runs it "
    "has to allow that; try again later."
)


class RoomError(ValueError):
    """There is no room on the disk, or nothing may be written there; its text is a sentence."""


def check_room(folder: Path, floor: int, needs: int = 0):
    """Raises RoomError where nothing can be written, or `needs` more would leave less than `floor` free."""
    there = next(path for path in (Path(folder), *Path(folder).parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise RoomError(CLOSED)
    if shutil.disk_usage(there).free - needs < floor:
        raise RoomError(FULL)


def write(path: Path, content: bytes):
    """A crash leaves the old file or the new one, never half. Raises OSError on a full disk."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
