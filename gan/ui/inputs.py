"""The values that are sent for the page's components: of their kinds, before anything relies on that.

Gradio checks some of them, and what a handler takes for granted of the others only the handler knows.
"""

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from gan.ranges import ConfigError
from gan.system.logs import shortened
from gan.ui.parts import LONGEST, MISUNDERSTOOD, UNEXPECTED, error_of, sentence_of

log = logging.getLogger(__name__)
SCALARS = (str, int, float)


class Blocks(gr.Blocks):
    """Gradio's, but whatever is sent in place of what the page sends is refused in a sentence."""

    async def preprocess_data(self, block_fn, inputs, state, explicit_call=False):
        try:
            check(block_fn.inputs, inputs)
            return await super().preprocess_data(block_fn, inputs, state, explicit_call)
        except gr.Error as error:  # such as a choice that there is not, quoted whole
            raise error_of(shortened(error.message, LONGEST)) from error
        except Exception as error:
            log.info("an event was not understood: %s", type(error).__name__)
            raise error_of(MISUNDERSTOOD) from error

    async def process_api(self, *args, **kwargs):
        try:
            return await super().process_api(*args, **kwargs)
        except gr.Error as error:  # a sentence already
            error.print_exception = False
            raise
        except ConfigError as error:
            raise error_of(sentence_of(error)) from error
        except Exception as error:
            log.exception("an event failed")
            raise error_of(UNEXPECTED) from error


def takes(component: gr.components.Component, fits: Callable[[Any], bool]) -> gr.components.Component:
    """The component, of whose values handlers may now rely on `fits` being true, or None."""
    component.fits = fits
    return component


def check(components: list, values: Any):
    """Raises gr.Error for values that are no list of what these components have."""
    if not isinstance(values, list) or len(values) < len(components):
        raise gr.Error(f"This takes {len(components)} values; see “Use via API” at the foot of the page.")
    if not all(map(_fits, components, values)):
        raise gr.Error(MISUNDERSTOOD)


def _fits(component, value) -> bool:
    if value is None:
        return True
    if own := getattr(component, "fits", None):
        return own(value)
    several = isinstance(component, gr.CheckboxGroup) or getattr(component, "multiselect", False)
    if several:
        return isinstance(value, list) and all(isinstance(one, SCALARS) for one in value)
    if isinstance(component, gr.Dropdown | gr.Radio | gr.Textbox):
        return isinstance(value, SCALARS)
    if isinstance(component, gr.Number | gr.Slider):
        return isinstance(value, int | float)
    if isinstance(component, gr.Checkbox):
        return isinstance(value, bool)
    return not isinstance(component, gr.HTML) or isinstance(value, str)
