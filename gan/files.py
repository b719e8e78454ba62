"""Files that are whole or not there: written aside, flushed, then renamed."""

import os
import tempfile
from pathlib import Path


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
