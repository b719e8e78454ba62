"""What the whole page stands on: notices, what the browser keeps, "?", and sliders under a finger."""

import re

import pytest
from playwright.sync_api import expect
from waiting import another

from gan.ui.help import explain

pytestmark = pytest.mark.browser
BLOCKED = """for (const kind of ["sessionStorage", "localStorage"]) Object.defineProperty(window, kind, {
    get() { throw new DOMException("no", "SecurityError"); } });"""
TOP = "() => document.querySelector('#explore').getBoundingClientRect().top"

UNDER_THE_FINGER = """selector => {
    const slider = document.querySelector(selector);
    slider.scrollIntoView({block: 'end', behavior: 'instant'});
    const box = slider.getBoundingClientRect();
    const rests = window.lastBox === JSON.stringify(box);
    window.lastBox = JSON.stringify(box);
    return rests && document.elementFromPoint(box.x + box.width * 0.3, box.y + box.height / 2) === slider;
}"""  # the page has come to rest, and neither the picture that stays nor the last swipe's end lies over it
OURS = "[data-named='glasses']"
GRADIOS = ".tabitem:has(#train-start) [data-testid=range-input]"


BROWSER = "import('gan/browser.js')"  # the module that the page itself uses


def loaded(page, query: str = ""):
    page.goto(f"/{query}")
    expect(page.get_by_role("tabpanel").filter(visible=True)).to_have_count(1)


def test_a_notice_is_read_out_shifts_nothing_and_goes_by_itself(page):
    loaded(page)
    before = page.evaluate(TOP)
    page.evaluate(f"{BROWSER}.then(({{ toast }}) => toast('The link is <b>copied</b>.'))")
    notice = page.get_by_role("status").filter(has_text="The link is <b>copied</b>.")
    expect(notice).to_be_in_viewport()
    assert page.evaluate(TOP) == before
    expect(notice).to_have_count(0)


def test_a_long_film_is_saved_whole(page):
    loaded(page)
    film = "`data:image/gif;base64,${'A'.repeat(4e7)}`"
    with page.expect_download() as download:
        page.evaluate(f"import('gan/shared.js').then(({{ save }}) => save({film}, 'long.gif'))")
    assert download.value.path().stat().st_size == 3e7 and download.value.suggested_filename == "long.gif"


def test_what_a_question_mark_explains_opens_by_key_and_press_within_the_window(page):
    loaded(page)
    html = explain("Numbers <from> noise.", 'z "x"')
    place = "html => document.body.insertAdjacentHTML('afterbegin', html)"
    page.evaluate(place, f'<p style="text-align: right">{html}</p>')
    button = page.get_by_role("button", name='z "x": what is this?')
    words = page.get_by_text("Numbers <from> noise.")
    expect(words).to_be_hidden()
    button.click()
    expect(words).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    button.click()
    expect(words).to_be_hidden()


@pytest.mark.new_window
def test_a_page_at_rest_draws_no_frames(page):
    page.add_init_script("""const next = window.requestAnimationFrame;
        window.framesAsked = 0;
        window.requestAnimationFrame = (does) => next.call(window, does, window.framesAsked += 1);""")
    loaded(page)
    # Half a second without one; the first after some seconds, while the page still comes
    assert page.evaluate("""() => new Promise((rests) => {
        let before = -1, looks = 0;
        setInterval(() => {
            if (window.framesAsked === before || (looks += 1) > 60) rests(window.framesAsked === before);
            before = window.framesAsked;
        }, 500);
    })"""), "it goes on drawing"


@pytest.mark.new_window
def test_where_the_browser_may_keep_nothing_the_page_does(page):
    page.add_init_script(BLOCKED)
    loaded(page, "?tab=train")
    stores = page.evaluate_handle(BROWSER)
    stores.evaluate("({ ofTab, ofBrowser }) => { ofTab.set('a', 1); ofBrowser.set('b', 'two') }")
    kept = "({ ofTab, ofBrowser }) => [ofTab.get('a'), ofBrowser.get('b'), ofBrowser.get('a')]"
    assert stores.evaluate(kept) == ["1", "two", None]
    stores.evaluate("({ ofTab }) => ofTab.remove('a')")
    assert stores.evaluate("({ ofTab }) => ofTab.get('a')") is None


def swipe(page, selector: str, right: int, up: int):
    """A finger comes down on a slider, moves in small steps and leaves."""
    page.wait_for_function(UNDER_THE_FINGER, arg=selector, polling=300)
    box = page.locator(selector).first.bounding_box()
    x, y = box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    finger("touchStart", {"x": x, "y": y})
    for step in range(1, 15):
        finger("touchMove", {"x": x + step * right / 14, "y": y - step * up / 14})
    finger("touchEnd")


def test_a_swipe_over_a_slider_scrolls_the_page_and_leaves_its_value(chromium, url):
    context = another(
        chromium, base_url=url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    loaded(page, "?model=pixel-faces")
    slider = page.locator(OURS)
    expect(slider).to_have_value("0")
    swipe(page, OURS, right=80, up=3)  # along the slider it is meant
    expect(slider).not_to_have_value("0")
    meant, before = slider.input_value(), page.evaluate("scrollY")
    swipe(page, OURS, right=20, up=200)
    page.wait_for_function("before => scrollY > before + 50", arg=before)
    expect(slider).to_have_value(meant)
    page.goto("/?tab=train")
    slider = page.locator(GRADIOS).first
    expect(slider).to_have_value("120")
    swipe(page, GRADIOS, right=20, up=200)
    expect(slider).to_have_value("120")
    context.close()


def test_the_arrow_keys_go_from_tab_to_tab(page):
    loaded(page)
    page.get_by_role("tab", name="Explore").focus()
    for pressed in ("ArrowRight Judge", "End Train", "ArrowRight Explore", "ArrowLeft Train"):
        key, name = pressed.split()
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tab", name=name)).to_be_focused()


def test_the_page_introduces_itself_on_a_phone_too(page):
    page.set_viewport_size({"width": 360, "height": 700})
    loaded(page)
    for word in ("Generator (G)", "random numbers (z)", "Discriminator (D)"):
        expect(page.locator(".masthead")).to_contain_text(word)
    expect(page.locator(".masthead p")).to_be_in_viewport(ratio=1)
    icon = page.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile("^data:image/svg"))
    assert page.request.get("/favicon.ico").text().startswith("<svg")


LOOKS = """([ours, gradios]) => [ours, gradios].map((selector) => {
    const element = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
    const style = getComputedStyle(element);
    const { backgroundColor, borderTopColor, borderTopWidth, borderRadius, color } = style;
    return [backgroundColor, borderTopColor, borderTopWidth, borderRadius, color];
})"""


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_gradios_parts_look_like_ours(page, theme):
    page.goto(f"/?__theme={theme}")
    expect(page.locator(".cell").first).to_be_visible()
    pairs = ((".explorer [data-field=seed]", "#walk input[type=text], #walk textarea"),
             (".explorer [data-do=dice]", "#walk button.secondary"))  # fmt: skip
    for pair in pairs:
        ours, gradios = page.evaluate(LOOKS, pair)
        assert ours == gradios
    slider = page.get_by_test_id("range-input").filter(visible=True).first
    ink, line = ("rgb(236, 239, 243)", "rgb(58, 66, 76)") if theme == "dark" else (
        "rgb(31, 35, 40)", "rgb(212, 217, 223)")  # fmt: skip
    track = slider.evaluate("slider => getComputedStyle(slider).backgroundImage")
    assert track.index(ink) < track.index(line)  # what is done is ink, the rest a line, in the dark too
    for kind in ("checkbox", "radio"):
        chosen = page.locator(f"#walk input[type={kind}]:checked").first
        chosen.hover()  # or it is white on white there
        expect(chosen).to_have_css("background-color", ink)


def test_the_names_of_the_tabs_are_whole_with_text_of_twice_the_size(page):
    loaded(page)
    for width in (320, 390, 844):
        page.set_viewport_size({"width": width, "height": 844})
        for size in (16, 32):
            page.evaluate("size => (document.documentElement.style.fontSize = `${size}px`)", size)
            tabs = page.locator("#tabs").get_by_role("tab").filter(visible=True)
            expect(tabs).to_have_text(["Explore", "Judge", "Translate", "Train"])
            cut = page.evaluate("""() => [...document.querySelectorAll("#tabs [role=tab]")].map((tab) => {
                const words = document.createRange(), place = tab.parentElement.getBoundingClientRect();
                words.selectNodeContents(tab);
                const [text, own] = [words, tab].map((one) => one.getBoundingClientRect());
                const beside = text.right - Math.min(own.right, place.right);
                return Math.max(beside, place.top - text.top, text.bottom - place.bottom);
            })""")
            assert max(cut) <= 0, (width, size)
