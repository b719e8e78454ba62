"""ui.train.controls under its old name, for scripts that call it so."""

from gan.ui.train.controls import expected

__all__ = ["expected"]
