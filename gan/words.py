"""Numbers and labels as people write them, the same way everywhere. Free of torch and all other code here."""

NO_BREAK = "\N{NO-BREAK SPACE}"  # between a number and its sign, so that no line ends there


def label_words(column: str) -> str:
    """A label's column as people read it: "hair_color" is "hair colour"."""
    return column.replace("_color", " colour").replace("_", " ")


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 in per cent: 0.142 is 14 %."""
    return f"{100 * share:.{digits}f}{NO_BREAK}%".replace("-", "−")


def duration(seconds: float) -> str:
    """A time that a limit sets: “90 seconds”, “10 minutes”."""
    return f"{seconds:g} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"
