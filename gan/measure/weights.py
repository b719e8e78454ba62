"""Networks that others trained, fetched when asked for, kept as torch keeps its.

Each is checked against the digest of the one file that is meant before anything reads it.
"""

import hashlib
import logging
import os
import tempfile
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlparse

import torch

log = logging.getLogger(__name__)
TIMEOUT = 10.0  # seconds that a server may stay silent
RELEASE = "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0"


class WeightsError(ValueError):
    """Weights that cannot be had; its text is a sentence."""


@dataclass(frozen=True)
class Weights:
    title: str
    url: str
    sha256: str
    size: int  # bytes

    @property
    def path(self) -> Path:
        """Where torch.hub would put it, and torch-fidelity looks."""
        return Path(torch.hub.get_dir()) / "checkpoints" / Path(urlparse(self.url).path).name


INCEPTION = Weights(
    "Inception-v3 of 2015-12-05", f"{RELEASE}/weights-inception-2015-12-05-6726825d.pth",
    "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2", 95_628_359,
)  # fmt: skip
VGG = Weights(
    "VGG-16", "https://download.pytorch.org/models/vgg16-397923af.pth",
    "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0", 553_433_881,
)  # fmt: skip
LPIPS = Weights(
    "LPIPS for VGG-16", f"{RELEASE}/weights-vgg16-lpips.pth",
    "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868", 7_289,
)  # fmt: skip


def on_disk(*needed: Weights) -> bool:
    return all(weights.path.is_file() for weights in needed)


def fetch(*needed: Weights) -> list[Path]:
    """The files, fetched where they are not yet there. Raises WeightsError, a sentence."""
    return [_fetch(weights) for weights in needed]


def _fetch(weights: Weights) -> Path:
    if not weights.path.is_file():
        log.info("Fetching the weights of %s (%s) ...", weights.title, _size(weights))
        _download(weights)
    elif not _is_meant(weights.path, weights):
        raise WeightsError(
            f"{weights.path} does not hold the weights of {weights.title}: delete it to fetch them anew."
        )
    return weights.path


def _is_meant(path: Path, weights: Weights) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == weights.sha256


def _download(weights: Weights):
    """To a file aside that is then renamed, so that no half of one is ever taken for the whole."""
    failed = f"The weights of {weights.title} ({_size(weights)}) could not be fetched from "
    failed += str(urlparse(weights.url).hostname)
    aside = None
    try:
        weights.path.parent.mkdir(parents=True, exist_ok=True)
        request = urllib.request.Request(weights.url, headers={"User-Agent": "gan-studio"})
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            handle, aside = tempfile.mkstemp(dir=weights.path.parent, prefix=f".{weights.path.name}.")
            with os.fdopen(handle, "wb") as file:
                while part := answer.read(2**20):
                    file.write(part)
        if not _is_meant(Path(aside), weights):
            raise WeightsError(f"{failed}: what came is not that file, or not all of it.")
        os.replace(aside, weights.path)
    except (OSError, HTTPException) as error:  # no network, no such host, a timeout, a full disk
        reason = getattr(error, "reason", None) or error
        raise WeightsError(f"{failed}: {reason}.") from error
    finally:
        if aside:
            Path(aside).unlink(missing_ok=True)


def _size(weights: Weights) -> str:
    return f"{weights.size / 1e6:,.0f} MB" if weights.size > 1e6 else f"{weights.size / 1e3:,.0f} kB"
