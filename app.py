"""GAN Studio: explore, judge and train small GANs on one web page."""

import argparse
import logging
import os
import sys
import time
from pathlib import Path

from gan import ending, temporary

# Read by Gradio when it is imported: nothing is reported to anyone, and the summary that it rebuilds at every
# queued event stays short. Read by torch: an image or two at a time are fastest on one core, and many people
# ask at once; runs have a process of their own, which takes all cores.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "100")
os.environ.setdefault("OMP_NUM_THREADS", "1")
ending.listen()  # importing torch and Gradio takes seconds
try:
    temporary.claim()
except OSError as error:
    sys.exit(f"There is no place for temporary files ({error}): set TMPDIR to a folder that can be written.")

from gan.config import DEVICES
from gan.logs import Short
from gan.studio import Studio
from gan.ui.page import build_page, launch_options

HERE = Path(__file__).parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoints", type=Path, default=HERE / "checkpoints", help="the folder of models")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument("--host", help="0.0.0.0 opens the page to the network")
    parser.add_argument("--port", type=int, help="7860, or the next free one")
    parser.add_argument("--share", action="store_true", help="a public link through Gradio's tunnel")
    parser.add_argument("--open", action="store_true", help="open the page in this machine's browser")
    return parser.parse_args()


def main():
    sys.stdout, sys.stderr = Short(sys.stdout), Short(sys.stderr)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # Gradio's own calls to itself
    asked = arguments()
    studio = Studio(asked.checkpoints, asked.device)
    page = build_page(studio)
    try:
        page.launch(
            server_name=asked.host, server_port=asked.port, share=asked.share, inbrowser=asked.open,
            prevent_thread_lock=True, **launch_options(studio),
        )  # fmt: skip
        while not ending.asked:
            time.sleep(1)
    except OSError as error:  # its port is taken
        sys.exit(str(error))
    finally:
        studio.runs.close()
        page.close(verbose=False)


if __name__ == "__main__":
    main()
