"""Results that take hours: each made by a process of its own, kept at once, and not made again.

So a bench may be stopped and started. It answers `--one KEY` with a line of JSON, its last.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def make(bench: str, keys: Iterable[str], results: Path):
    """Makes what `results` has not yet, by the script `bench`; what fails is said, and left out."""
    for key in keys:
        if key in read(results):
            continue
        environment = os.environ | {"OMP_WAIT_POLICY": "passive"}  # as runs of the page have it
        done = subprocess.run([sys.executable, bench, "--one", key], cwd=ROOT, env=environment,
                              capture_output=True, text=True)  # fmt: skip
        if done.returncode:
            print(f"{key}: failed\n{done.stderr[-500:]}", flush=True)
            continue
        result = json.loads(done.stdout.splitlines()[-1])
        results.write_text(json.dumps(read(results) | {key: result}, indent=1, sort_keys=True) + "\n")
        print(f"{key}: {result}", flush=True)


def read(results: Path) -> dict:
    return json.loads(results.read_text()) if results.is_file() else {}


def into_readme(table: str, start: str, end: str):
    """Puts the table between its two marks."""
    before, _, rest = README.read_text().partition(start)
    README.write_text(f"{before}{start}\n{table}{end}{rest.partition(end)[2]}")
