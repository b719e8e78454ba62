"""Whom a kept model belongs to and who is shown it: one small file in its folder, which never travels.

A model without that file is the host's: it came with the program, by the command line or from the Hub. The
others belong to browsers. A browser has a random id, which it tells nobody but this server; here lies only a
digest of it.
"""

import json
import logging
import re
import shutil
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from gan.system import files
from gan.system.reading import built, json_file

log = logging.getLogger(__name__)
FILE = "belongs.json"
MOST_BYTES = 4096
ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Belongs:
    """Of whom a model is, and who finds it in a list. A link opens it for anyone."""

    owner: str | None = None  # a browser, see `digest`; "": somebody without one; None: the host
    offered: bool = True  # to others, too
    hidden: bool = False  # by the host, in every list

    def to(self, browser: str) -> bool:
        """It is this browser's own."""
        return bool(self.owner) and self.owner == digest(browser)

    def listed(self, browser: str) -> bool:
        """This browser finds it in its lists."""
        return not self.hidden and (self.offered or self.owner is None or self.to(browser))

    def of_others(self, browser: str) -> bool:
        return self.owner is not None and not self.to(browser)


def digest(browser: str) -> str:
    """What is kept of a browser's id; "" of anything that is none."""
    known = isinstance(browser, str) and ID.fullmatch(browser)
    return sha256(browser.encode()).hexdigest() if known else ""


def read(folder: Path) -> Belongs:
    """A file that makes no sense leaves the model nobody's, and out of the lists of others."""
    try:
        return built(Belongs, json_file(folder / FILE, MOST_BYTES))
    except FileNotFoundError:
        return Belongs()
    except (OSError, ValueError):
        return Belongs(owner="", offered=False)


def write(folder: Path, belongs: Belongs):
    """Raises OSError on a full disk."""
    folder.mkdir(parents=True, exist_ok=True)
    files.write(folder / FILE, json.dumps(asdict(belongs)).encode())


def change(folder: Path, **news):
    """Raises OSError."""
    write(folder, replace(read(folder), **news))


def offer(folder: Path):
    """A run has ended well: what it made is for others to see, too. A full disk is only logged."""
    for made in filter(Path.is_dir, (folder, last_of(folder))):
        try:
            change(made, offered=True)
        except OSError as error:
            log.warning("%s is not offered to others: %s", made.name, error)


def last_of(folder: Path) -> Path:
    """Where a run that keeps its best model in `folder` keeps the last one, if that is much worse."""
    return folder.with_name(f"{folder.name}-last")


def delete(folder: Path):
    """Takes a model off the disk. Raises OSError."""
    if folder.is_symlink():
        return folder.unlink()
    shutil.rmtree(folder)
