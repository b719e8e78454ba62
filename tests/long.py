"""The long checks of what means harm: many hostile files, names, requests, kills, full disks, and long days.

    python tests/long.py [--only models pictures …] [--share 0.05] [--seed 0]

Each part prints figures, "ok" or "NOT HELD" before each that has a bound; the exit code is 1 where one does
not hold. `--share` tries a part of each count. All of it takes some 40 minutes on two cores. What is quick of
it is in the suite.
"""

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "NO_PROXY": "127.0.0.1,localhost"}
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from long_parts.report import Report, Share

PARTS = {
    "models": "1,000 spoilt and mutated models: weights, configs, previews, histories, training states",
    "pictures": "500 hostile and mutated pictures of every format",
    "zips": "200 hostile and mutated zips, and 40 parquet files",
    "functions": "every function that takes what a visitor sends, with inputs that Hypothesis invents",
    "growth": "100,000 events of sliders and 200 short runs: what the server holds before and after",
    "kills": "kill -9 at 100 moments of saving, of training, and of the whole program",
    "disk": "a full disk, a folder that is only read from, no memory for a run",
    "names": "50 odd names of models, pictures and folders",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=PARTS,
        default=list(PARTS),
        metavar="PART",
        help="\n".join(f"{name}: {what}" for name, what in PARTS.items()),
    )
    parser.add_argument("--share", type=float, default=1.0, help="of each count, for a quick try")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    report = Report()
    for name in asked.only:
        began = time.monotonic()
        print(f"{name}: {PARTS[name]}", flush=True)
        importlib.import_module(f"long_parts.{name}").run(report, Share(asked.share, asked.seed))
        print(f"  took {time.monotonic() - began:,.0f} s\n", flush=True)
    for line in report.broken:
        print(f"NOT HELD  {line}")
    return int(bool(report.broken))


if __name__ == "__main__":
    raise SystemExit(main())
