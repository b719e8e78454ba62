"""The Explore tab."""

from gan.ui.explore.tab import build, opened

__all__ = ["build", "opened"]
