"""GAN Studio: explore, judge and train small GANs on one web page."""

import logging
import os
import sys
import time
from importlib.util import find_spec

from gan.system import ending, temporary

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

if find_spec("spaces"):  # on a Space with ZeroGPU; it has to be there before torch
    import spaces  # noqa: F401

from gan import options
from gan.ranges import ConfigError
from gan.studio import Studio
from gan.system.logs import Short
from gan.ui.page import build_page, launch_options
from gan.ui.server import connections

log = logging.getLogger("gan")


def main():
    asked = options.parse()
    try:
        options.check_place(asked.host, asked.port)
    except ConfigError as error:
        sys.exit(str(error))
    sys.stdout, sys.stderr = Short(sys.stdout), Short(sys.stderr)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # Gradio's own calls to itself
    if not asked.checkpoints.is_dir():
        log.warning("The folder of models %s does not exist: the page starts without any.", asked.checkpoints)
    studio = Studio(asked.checkpoints, asked.device, asked.limits)
    page = build_page(studio, hf_login=asked.hf_login)
    try:
        page.launch(
            server_name=asked.host, server_port=asked.port, share=asked.share, inbrowser=asked.open,
            root_path=asked.root_path, prevent_thread_lock=True,
            **launch_options(studio, asked.accounts, asked.hf_login),
        )  # fmt: skip
        connections.install(page.server, asked.limits)
        while not ending.asked:
            studio.tidy_now_and_then()
            time.sleep(1)
    except OSError as error:  # its port is taken
        sys.exit(str(error))
    finally:
        studio.runs.close()
        page.close(verbose=False)


if __name__ == "__main__":
    main()
