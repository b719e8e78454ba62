"""Which browser asks, and from where: its id as a value for listeners, and the models that it deletes."""

import gradio as gr
from gradio.context import LocalContext

from gan import belonging
from gan.studio import Studio


def browser_id() -> gr.HTML:
    """The browser's id as a value, for listeners of the same tab; see `gan.browser` in page.js."""
    return gr.HTML(
        html_template=" ", js_on_load="props.value = gan.browser()", apply_default_css=False, padding=False,
        elem_classes="browser-id",
    )  # fmt: skip


def of(asked: dict) -> str:
    """The browser's id among what a script asks with."""
    return str(asked.get("browser") or "")


def digest(asked: dict) -> str:
    """What runs and models know that browser by."""
    return belonging.digest(of(asked))


def address() -> str:
    """Where whatever is being answered was asked from; a proxy's own where that tells no other."""
    request = LocalContext.request.get(None)
    client = getattr(request, "client", None)
    return str(getattr(client, "host", None) or "")


def delete_model(studio: Studio, asked: dict) -> dict:
    """Deletes one of the browser's own. Raises ValueError, a sentence."""
    studio.delete(str(asked.get("model")), of(asked))
    return {}
