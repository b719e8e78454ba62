"""How soon the app serves its first page, and what it holds in memory when idle.

    python tests/bench/start.py

The bounds: 15 s with the files in the disk cache (so the second start counts), and 800 MB.
"""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORT = 7899
IDLE_SECONDS = 10


def started() -> tuple[subprocess.Popen, float]:
    """The app, and the seconds from the command to its first page."""
    begun = time.perf_counter()
    command = [sys.executable, "app.py", "--port", str(PORT)]
    app = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5).read()
            return app, time.perf_counter() - begun
        except (urllib.error.URLError, OSError):
            if app.poll() is not None:
                raise SystemExit("The app has ended; start it by hand to see why.") from None
            time.sleep(0.02)


def memory(pid: int) -> float:
    """Resident MB of a process and of all it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6 + sum(memory(int(child)) for child in children)


def main():
    for number in ("first", "second"):
        app, seconds = started()
        time.sleep(IDLE_SECONDS)
        print(f"{number} start: first page after {seconds:.1f} s, {memory(app.pid):.0f} MB when idle")
        app.terminate()
        app.wait()


if __name__ == "__main__":
    main()
