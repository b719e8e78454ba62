"""What is sent in place of the page's values: refused in a sentence, never an exception in the log."""

import gradio as gr
import pytest
from gradio.state_holder import SessionState
from loops import run_apart

from gan.ranges import ConfigError
from gan.recipes import recipe_config
from gan.studio import Studio
from gan.ui.explore.tab import is_shown
from gan.ui.explore.walk import are_stops
from gan.ui.inputs import check, takes
from gan.ui.page import build_page

JUNK = ([], {}, {"path": "/etc/passwd"}, [{}], {"model": []}, [["a"]], "\ud800", "x" * 5000, 10**400,
        float("nan"), True)  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    studio = Studio(tmp_path_factory.mktemp("models"), "cpu")
    yield build_page(studio)
    studio.runs.close()


def test_what_hides_its_progress_has_no_place_for_it(page):
    """Gradio would look for each place through all parts of the page, at every event."""
    places = [
        one["show_progress_on"] for one in page.config["dependencies"] if one["show_progress"] == "hidden"
    ]
    assert len(places) > 60 and not any(place is None or place for place in places)


def test_no_listener_takes_anything_for_granted(page, caplog, capsys):
    """Each is asked with too little, and with each kind of thing in all places."""

    async def all_asked():
        state = SessionState(page)  # of one visitor: else Gradio copies the whole page for each question
        for number, one in page.fns.items():
            if one.inputs and one.fn and one.api_name != "train":
                for data in ([], {}, *([value] * len(one.inputs) for value in JUNK)):
                    await asked(page, number, data, state)

    run_apart(all_asked())
    assert not [record for record in caplog.records if record.exc_info]
    assert "Traceback" not in capsys.readouterr().err


async def asked(page, number: int, data, state: SessionState):
    try:
        event = gr.EventData(None, data)
        request = gr.Request(query_params={})
        await page.process_api(number, data, state, request, event_data=event)
    except gr.Error as error:
        assert not error.print_exception and len(error.message) < 2000


@pytest.mark.parametrize(("component", "good", "bad"), [
    (gr.HTML(), "a", {}), (gr.Dropdown(["a"]), "a", ["a"]), (gr.Textbox(), "a", {}), (gr.Slider(), 1, [1]),
    (gr.Dropdown(["a"], multiselect=True), ["a"], "a"), (gr.Dropdown(["a"], multiselect=True), [], [["a"]]),
    (gr.Checkbox(), True, "yes"), (gr.Number(), 1.5, "1"), (gr.Radio(["a"]), "a", {}),
    (takes(gr.HTML(), is_shown), {"model": "a"}, {"model": []}),
    (takes(gr.HTML(), are_stops), [{"text": "1"}], [1]),
])  # fmt: skip
def test_values_are_of_their_components_kinds(component, good, bad):
    check([component, component], [good, None])
    for values in ([bad, None], [good], {}, None):
        with pytest.raises(gr.Error):
            check([component, component], values)


def test_a_choice_that_is_missing_is_a_sentence(page, caplog):
    number = next(key for key, one in page.fns.items() if one.name == "on_recipe")
    with pytest.raises(gr.Error, match="recipe"):
        run_apart(page.process_api(number, ["modern*", None, "pixel_faces", None, {}]))
    assert not [record for record in caplog.records if record.exc_info]


def test_a_choice_that_there_is_not_is_quoted_short_and_as_text(page):
    number = next(key for key, one in page.fns.items() if one.name == "on_recipe")
    with pytest.raises(gr.Error) as told:
        run_apart(page.process_api(number, ["modern*", "<b>" + "x" * 5000, "pixel_faces", None, {}]))
    assert len(told.value.message) < 1000 and "&lt;b&gt;" in told.value.message


@pytest.mark.parametrize("recipe", [[], {}, None, 7, "none"])
def test_a_recipe_that_is_none_is_a_sentence(recipe):
    with pytest.raises(ConfigError):
        recipe_config(recipe)
