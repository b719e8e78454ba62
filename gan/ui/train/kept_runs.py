"""Runs by the names that the page has for them: an id, or of one that is over the model that it left."""

from dataclasses import replace

from gan.runs.queue import RunError
from gan.runs.view import RunView
from gan.studio import Studio

KEPT = "model:"  # how the name begins of a run that was kept with its model


def view_of(studio: Studio, run: str) -> RunView:
    """A run as it is, or as it was when it was kept. Raises RunError."""
    if not run.startswith(KEPT):
        return studio.runs.view(run)
    try:
        view = studio.history(run.removeprefix(KEPT))
    except ValueError as error:
        raise RunError(str(error)) from None
    if view is None:
        raise RunError("The run that made this model was not kept.")
    return replace(view, id=f"{run}@{view.version}")  # another run may take the model's name later
