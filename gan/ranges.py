"""Values and their ranges: fields that say what they may be, the check of them, and how a refusal is said."""

from dataclasses import dataclass, field, fields
from typing import Any


class ConfigError(ValueError):
    """A configuration that makes no sense; its text is a sentence for the person who asked."""


def number(default: float, low: float, high: float, called: str = "", knob: str = "") -> Any:
    """A field for a number from `low` to `high`; sentences call it `called`, flat settings `knob`."""
    return field(default=default, metadata={"low": low, "high": high, "called": called, "knob": knob})


def choice(default, among: tuple, called: str = "", knob: str = "", asked: bool = True) -> Any:
    """A field for one of some values; where it is not `asked`, no setting reaches it."""
    return field(default=default, metadata={"among": among, "called": called, "knob": knob, "asked": asked})


def check(config):
    """Raises ConfigError for a field outside its range."""
    for one in fields(config):
        value, about = getattr(config, one.name), one.metadata
        called = about.get("called") or one.name.replace("_", " ")
        if "among" in about:
            one_of(called, value, about["among"])
        elif "low" in about:
            within(called, value, about["low"], about["high"])


def one_of(what: str, value, allowed: tuple):
    """Raises ConfigError unless the value is one of those."""
    if value not in allowed:
        raise ConfigError(f"The {what} can be {', '.join(map(str, allowed))}, not “{_said(value)}”.")


def within(what: str, value: float, low: float, high: float):
    """Raises ConfigError unless the value is a number from `low` to `high`."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:  # as no NaN is
        raise ConfigError(f"The {what} must be between {low:g} and {high:g}, not “{_said(value)}”.")


def refuse(senseless, why: str):
    if senseless:
        raise ConfigError(why)


def _said(value) -> str:
    """A value as a sentence quotes it, cut."""
    try:
        return str(value)[:40]
    except ValueError:  # a whole number of thousands of digits
        return "a huge number"


@dataclass(frozen=True)
class Rule:
    """A combination that is refused, though each of its values alone is fine."""

    broken_by: Any  # takes the config
    why: str  # a sentence that says what to do
