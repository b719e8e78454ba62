"""ui.train.own_images under its old name, for scripts that call it so."""

from gan.ui.train.own_images import take_in

__all__ = ["take_in"]
