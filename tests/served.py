"""The program as the fixture `url` has it: itself, but its runs' processes are forked, see forked.py, and a
search for names, which takes a minute of the processor, is content with what it has found in seconds.

Those that find its processes by their name start app.py itself.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]


def main():
    import app  # noqa: I001, first: it sets what torch and Gradio read when they are imported
    from forked import Forked
    from gan.runs import process
    from gan.ui.explore import named

    process._start = Forked
    named.SECONDS = 5.0
    app.main()


if __name__ == "__main__":  # the forked read this file, too, and want no Gradio
    main()
