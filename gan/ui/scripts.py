"""The page's scripts, ES modules that the page brings with it, and the components that they move.

They stand in its head as an import map: no request and no address of their own, whatever proxy, path or login
the page is behind, and all are there when Gradio makes the first component. A text in a map has no folder, so
what a file imports by a relative path has its whole name there. Node and tsc read the files as they are.
"""

import json
import posixpath
import re
from collections.abc import Callable
from urllib.parse import quote

import gradio as gr

from gan.ui.markup import Markup, html
from gan.ui.parts import HERE, served

SOURCES = {path.relative_to(HERE).as_posix(): path.read_text("utf-8") for path in sorted(HERE.rglob("*.js"))}
IMPORTED = re.compile(r'(?<=\bfrom ")\.[^"]+(?=";)')
PLAIN = " !$&'()*+,-./:;=>?@[]^_`{|}~"  # what an address may hold as it is, and neither JSON nor HTML minds


def scripted(script: str, *handlers: Callable, studio=None, styled: bool = False, **options) -> gr.HTML:
    """A component moved by a script of page.js, which may call `handlers`, functions of (studio, asked).

    The script's default export gets what Gradio gives to `js_on_load`. styled: with Gradio's style for texts.
    No subclass: Gradio would write a .pyi beside it.
    """
    return gr.HTML(
        js_on_load=f'gan.begin("{script}", {{ element, trigger, props, server, watch }});',
        server_functions=[served(handler, studio) for handler in handlers],
        apply_default_css=styled,
        padding=False,
        **options,
    )


def tags() -> Markup:
    """For the page's head, before Gradio's own script: page.js runs first, and all that it imports."""
    names = json.dumps({"imports": {f"gan/{name}": address(name) for name in SOURCES}})
    begin = Markup('import "gan/page.js";')
    return html('<script type="importmap">{}</script><script type="module">{}</script>', Markup(names), begin)


def address(name: str) -> str:
    """The script as an address; sourceURL is what consoles and errors call it."""
    folder = posixpath.dirname(name)
    text = IMPORTED.sub(
        lambda path: f"gan/{posixpath.normpath(posixpath.join(folder, path[0]))}", SOURCES[name]
    )
    return f"data:text/javascript;charset=utf-8,{quote(f'{text}//# sourceURL=gan/{name}', safe=PLAIN)}"
