"""The "?" beside a word: a button that opens what the word means as text, for mouse, finger and keyboard."""

from html import escape


def explain(words: str, label: str) -> str:
    """A "?" that shows `words` over the page; `label` is what it explains. Fits within a paragraph."""
    return (
        f'<button type="button" class="help" aria-label="{escape(label)}: what is this?">?</button>'
        f'<span class="help-words" popover>{escape(words)}</span>'
    )
