"""Gradio's own parts in the page's look: ink on paper, as blue and orange already mean real and generated."""

import gradio as gr
from gradio.themes.utils.fonts import Font

# style.css names the colours and turns them for the dark, so that one value serves both.
LOOK = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--quiet)",
    "background_fill_primary": "var(--paper)",
    "background_fill_secondary": "var(--wash)",
    "border_color_primary": "var(--line)",
    "border_color_accent": "var(--ink)",
    "color_accent_soft": "var(--wash)",
    "link_text_color": "var(--ink)",
    "link_text_color_hover": "var(--ink)",
    "link_text_color_active": "var(--ink)",
    "link_text_color_visited": "var(--ink)",
    "accordion_text_color": "var(--ink)",
    # a field is its label and what is typed into, with no box around them
    "block_background_fill": "transparent",
    "block_border_color": "var(--line)",
    "block_border_width": "0px",
    "block_info_text_color": "var(--quiet)",
    "block_label_background_fill": "var(--paper)",
    "block_label_border_color": "var(--line)",
    "block_label_text_color": "var(--ink)",
    "block_title_text_color": "var(--ink)",
    "input_background_fill": "var(--paper)",
    "input_background_fill_focus": "var(--paper)",
    "input_background_fill_hover": "var(--paper)",
    "input_border_color": "var(--line)",
    "input_border_color_focus": "var(--quiet)",
    "input_border_color_hover": "var(--quiet)",
    "input_border_width": "1px",
    "input_placeholder_color": "var(--quiet)",
    "input_shadow": "none",
    "input_shadow_focus": "none",
    "checkbox_background_color": "var(--paper)",
    "checkbox_background_color_focus": "var(--paper)",
    "checkbox_background_color_hover": "var(--paper)",
    "checkbox_background_color_selected": "var(--ink)",
    "checkbox_border_color": "var(--quiet)",
    "checkbox_border_color_focus": "var(--quiet)",
    "checkbox_border_color_hover": "var(--ink)",
    "checkbox_border_color_selected": "var(--ink)",
    "checkbox_label_background_fill": "var(--paper)",
    "checkbox_label_background_fill_hover": "var(--wash)",
    "checkbox_label_background_fill_selected": "var(--paper)",
    "checkbox_label_border_color": "var(--line)",
    "checkbox_label_border_color_hover": "var(--line)",
    "checkbox_label_border_color_selected": "var(--ink)",
    "checkbox_label_border_width": "1px",
    "checkbox_label_text_color": "var(--ink)",
    "checkbox_label_text_color_selected": "var(--ink)",
    "button_border_width": "1px",
    "button_primary_background_fill": "var(--ink)",
    "button_primary_background_fill_hover": "var(--ink-soft)",
    "button_primary_border_color": "var(--ink)",
    "button_primary_border_color_hover": "var(--ink-soft)",
    "button_primary_text_color": "var(--paper)",
    "button_primary_text_color_hover": "var(--paper)",
    "button_secondary_background_fill": "var(--paper)",
    "button_secondary_background_fill_hover": "var(--wash)",
    "button_secondary_border_color": "var(--line)",
    "button_secondary_border_color_hover": "var(--line)",
    "button_secondary_text_color": "var(--ink)",
    "button_secondary_text_color_hover": "var(--ink)",
    "loader_color": "var(--quiet)",
    "slider_color": "var(--ink)",
}
SIZES = {
    "color_accent": "var(--ink)",
    "block_padding": "0px",
    "block_radius": "8px",
    "container_radius": "8px",
    "block_info_text_size": ".85rem",
    "block_title_text_size": ".9rem",
    "block_title_text_weight": "600",
    "block_label_text_size": ".8rem",
    "layout_gap": "1rem",
    "input_padding": ".4rem .6rem",
    "input_radius": "6px",
    "input_text_size": ".9rem",
    "checkbox_border_radius": "4px",
    "checkbox_label_gap": ".5rem",
    "checkbox_label_padding": ".4rem .7rem",
    "checkbox_label_text_size": ".9rem",
}
PADDINGS = {"large": ".5rem 1rem", "medium": ".4rem .8rem", "small": ".3rem .5rem"}
BUTTON = {"radius": "6px", "text_size": ".85rem", "text_weight": "500"}
BUTTONS = {
    f"button_{size}_{part}": value
    for size, padding in PADDINGS.items()
    for part, value in {"padding": padding, **BUTTON}.items()
}


def theme() -> gr.themes.Base:
    """The look, with the fonts of the reader's own system."""
    look = gr.themes.Base(
        primary_hue="neutral",
        neutral_hue="neutral",
        radius_size="md",
        font=[Font("system-ui"), Font("Segoe UI"), Font("Roboto"), Font("sans-serif")],
        font_mono=[Font("ui-monospace"), Font("Consolas"), Font("monospace")],
    )
    return look.set(**LOOK, **{f"{name}_dark": value for name, value in LOOK.items()}, **SIZES, **BUTTONS)
