"""The program as the fixture `url` has it: itself, but its runs' processes are forked, see forked.py.

Those that find its processes by their name start app.py itself.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]


def main():
    import app  # noqa: I001, first: it sets what torch and Gradio read when they are imported
    from forked import Forked
    from gan.runs import process

    process._start = Forked
    app.main()


if __name__ == "__main__":  # the forked read this file, too, and want no Gradio
    main()
