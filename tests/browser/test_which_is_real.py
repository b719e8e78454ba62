"""Which is real? in a browser: a round by keyboard on a phone, by mouse on a desk, and two at one time."""

import re

import pytest
from playwright.sync_api import expect
from waiting import another, open_tab

pytestmark = pytest.mark.browser
DEALT = {"round", "sheet", "columns", "width", "height", "pictures", "model", "step", "trained", "about",
         "moments"}  # fmt: skip
PLACE = "(at the ((top|bottom) ?)?(left|right)?|in the middle)"  # in which ninth of a picture
TOLD = rf"You said generated, D (real|generated)\. .*(it lies {PLACE}|the whole that D doubts)\."
INTERVAL = re.compile(r"95 % interval: \d+\s% to \d+\s%")
ANSWERED = """async (data) => {
    const { id } = gradio_config.components.find(({ props }) => props.server_fns?.includes("answered"));
    const body = JSON.stringify({ data, fn_name: "answered", component_id: id, session_hash: "again" });
    const headers = { "Content-Type": "application/json" };
    return (await fetch("/gradio_api/component_server/", { method: "POST", headers, body })).json();
}"""  # what the script asks


def play(page):
    """A game in the Judge tab: its panel, and what the browser got."""
    panel = open_tab(page, "Judge")
    dealt = deal(page, panel.get_by_role("button", name="Play: which is real?"))
    expect(count(panel)).to_have_text("Picture 1 of 20")
    return panel, dealt


def deal(page, button) -> dict:
    """Presses a button that begins a round; what the server sends for it."""

    def begins(response):
        return response.url.endswith("/component_server/") and '"begun"' in response.request.post_data

    with page.expect_response(begins) as answer:
        button.click()
    return answer.value.json()


def count(panel):
    return panel.locator("[data-part=count]")


def rounds(panel) -> int:
    """How many of everybody's there are, as an answer says it."""
    said = panel.get_by_text(re.compile(r"^Everybody, \d+ rounds?$")).inner_text()
    return int(said.split()[1])


def test_a_round_by_keyboard_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    panel, dealt = play(page)
    assert "game=1" in page.url
    expect(panel.get_by_text("to take one back")).to_be_hidden()  # of the keys
    expect(panel.get_by_text("Nothing to judge yet")).to_be_hidden()
    expect(panel.locator(".judge-card").first).to_be_hidden()
    assert set(dealt) == DEALT  # nothing of what is real
    buttons = [one.bounding_box() for one in panel.locator(".game button:visible").all()]
    assert len(buttons) == 5 and all(box["height"] >= 44 and box["width"] >= 44 for box in buttons)
    picture = panel.locator(".game-stage canvas")
    first = picture.evaluate("canvas => canvas.toDataURL()")
    for key in ("ArrowLeft", "ArrowRight", "r", "G"):
        page.keyboard.press(key)
    expect(count(panel)).to_have_text("Picture 5 of 20")
    expect(picture).to_have_attribute("aria-label", "Picture 5 of 20")
    assert picture.evaluate("canvas => canvas.toDataURL()") != first
    for _ in range(4):
        page.keyboard.press("Backspace")
    expect(count(panel)).to_have_text("Picture 1 of 20")
    assert picture.evaluate("canvas => canvas.toDataURL()") == first
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    result = panel.locator("[data-part=result]")
    expect(result).to_be_focused()
    expect(result).to_contain_text("You were right about 10 of 20")  # whoever calls all generated
    expect(panel.get_by_text("50 % is chance")).to_be_visible()
    expect(panel.locator(".game-twenty li")).to_have_count(20)
    expect(panel.locator(".game-twenty li").first).to_be_hidden()
    panel.get_by_text("All twenty").click()
    expect(panel.locator(".game-twenty li").first).to_be_visible()
    panel.get_by_text("Real or generated: who called what").click()
    tables = panel.locator(".game-score table")
    expect(tables).to_have_count(2)
    for table in tables.all():
        expect(table).to_be_visible()
        rows = [row.locator("td b").all_inner_texts() for row in table.locator("tbody tr").all()]
        assert [sum(map(int, row)) for row in rows] == [10, 10]
    assert tables.first.locator("td b").all_inner_texts() == ["0", "10", "0", "10"]
    # Wilson's interval of 10 in 20, worked out apart: 0.5 ± 0.201
    measured = panel.locator(".game-measure li small")
    expect(measured.first).to_have_text("95 % interval: 30 % to 70 %")
    expect(measured.last).to_have_text(INTERVAL)
    expect(panel.locator(".game-looks .heat").first).to_be_visible()
    told = panel.locator(".game-tells article > div > p").all_text_contents()
    assert all(re.match(TOLD, one) for one in told) and any("it lies" in one for one in told)
    # those that the player called wrong come first: all of what is explained but D's surest
    expect(panel.locator(".game-tells h4").first).to_have_text(re.compile("^(D|You) saw it, "))
    kept = page.evaluate("JSON.parse(localStorage.getItem('gan.game'))")
    assert [[wrong for _, wrong in played] for played in kept.values()] == [[10]]
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    another_round = deal(page, panel.get_by_role("button", name="Play another round"))
    assert another_round["sheet"] != dealt["sheet"]
    expect(count(panel)).to_have_text("Picture 1 of 20")
    page.go_back()
    invitation = panel.get_by_role("button", name="Play: which is real?")
    expect(invitation).to_be_visible()
    # before all that one may drop in: no thumb has to go past it
    choice = panel.get_by_label("Which model's discriminator judges").bounding_box()
    assert invitation.bounding_box()["y"] < choice["y"]
    expect(panel.locator(".judge-card").first).to_be_visible()


def test_two_people_by_mouse_have_rounds_of_their_own_and_are_counted_together(page, chromium, url):
    context = another(chromium, base_url=url, viewport={"width": 1440, "height": 900})
    other = context.new_page()
    panels, dealt = zip(*map(play, (page, other)), strict=True)
    assert all(dealt[0][key] != dealt[1][key] for key in ("round", "sheet"))
    votes = [panel.locator("[data-say=real]") for panel in panels]
    for number in range(1, 21):  # in turns
        for panel, vote in zip(panels, votes, strict=True):
            vote.click()
            if number < 20:
                expect(count(panel)).to_have_text(f"Picture {number + 1} of 20")
            else:
                expect(panel.locator("[data-part=result]")).to_contain_text("You were right about 10 of 20")
    assert rounds(panels[1]) == rounds(panels[0]) + 1
    votes = {"round": dealt[0]["round"], "votes": ["real"] * 20, "before": []}
    assert page.evaluate(ANSWERED, votes) == {"error": "This round is over; start another."}
    context.close()


def test_a_link_opens_the_game_and_another_model_another_round(page):
    page.goto("/?tab=judge&game=1")
    panel = page.get_by_role("tabpanel").filter(visible=True)
    expect(count(panel)).to_have_text("Picture 1 of 20")
    panel.locator("[data-say=generated]").click()
    expect(count(panel)).to_have_text("Picture 2 of 20")
    about = panel.locator(".game-about")
    before = about.inner_text()
    panel.get_by_label("Which model's discriminator judges").click()
    page.get_by_role("option", name="Edges to face").first.click()
    expect(about).not_to_have_text(before)
    expect(count(panel)).to_have_text("Picture 1 of 20")
    for _ in range(20):
        panel.locator("[data-say=generated]").click()
    expect(panel.get_by_text("This discriminator judges patch by patch")).to_be_visible()
    panel.get_by_role("button", name="Close the game").click()
    expect(panel.locator(".judge-card").first).to_be_visible()
    assert "game" not in page.url
