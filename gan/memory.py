"""measure.copies under its old name, for scripts that call it so."""

from gan.measure.copies import caution, flags

__all__ = ["caution", "flags"]
