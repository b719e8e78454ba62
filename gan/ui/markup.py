"""HTML of which every part is escaped that was not made as HTML: the one way in which the page's is made.

A template is a literal, so that nobody's text can be one: `html('<p class="{}">{}</p>', kind, sentence)`.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape


def html(template: str, /, *values, **named) -> Markup:
    """The template with these values in the places that {} marks, as in `str.format`."""
    return Markup(template).format(*values, **named)


def joined(pieces: Iterable[str], between: str = "") -> Markup:
    return escape(between).join(pieces)


def as_text(words: str) -> str:
    """For what Gradio shows as HTML and tells a script as it stands: quotes stay as they are."""
    return str(escape(words)).replace("&#39;", "'").replace("&#34;", '"')
