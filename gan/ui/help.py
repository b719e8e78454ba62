"""The "?" beside a word: a button that opens what the word means as text, for mouse, finger and keyboard."""

from gan.ui.markup import Markup, html


def explain(words: str, label: str) -> Markup:
    """A "?" that shows `words` over the page; `label` is what it explains. Fits within a paragraph."""
    return html(
        '<button type="button" class="help" aria-label="{}: what is this?">?</button>'
        '<span class="help-words" popover>{}</span>',
        label,
        words,
    )
