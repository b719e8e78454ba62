"""Explore under the hand: what is seen is what is pressed, at every width and with many models."""

import base64
import re
import shutil
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from waiting import another, changed, explored, numbered

from gan import checkpoint
from gan.images import png
from gan.recipes import recipe_config
from gan.trainer import Trainer

pytestmark = pytest.mark.browser
MANY = 14  # models beside the six that ship
SETTLED = """() => {
    const query = document.querySelector("#explore-image").dataset.query;
    return query && location.search.endsWith(query) && !document.querySelector(".cells.stale");
}"""
# What lies at the middle and near the edges of every control in sight that is not the control itself.
MISSED = """() => {
    const kinds = ["button", "a.button", "select", "summary", ".card", ".class", "input:not([type=radio])"];
    const controls = `#explore :is(${kinds})`;
    const missed = [];
    for (const control of document.querySelectorAll(controls)) {
        if (!control.checkVisibility({visibilityProperty: true}) || control.closest("[popover]")) continue;
        control.scrollIntoView({block: "center", inline: "nearest"});
        const box = control.getBoundingClientRect();
        for (const [x, y] of [[.5, .5], [.06, .5], [.94, .5], [.5, .12], [.5, .88]]) {
            const there = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
            if (!control.contains(there))
                missed.push([control.outerHTML.slice(0, 90), x, y, there && there.outerHTML.slice(0, 90)]);
        }
    }
    return missed;
}"""
NARROWEST = """() => Math.min(...[...document.querySelectorAll("#explore input[type=range]")]
    .filter((slider) => slider.checkVisibility()).map((slider) => slider.getBoundingClientRect().width))"""


@pytest.fixture(scope="module", autouse=True)
def many_models(models):
    """A class of thirty has trained: a list that is much longer than the shipped one."""
    model = {"feature_maps": 4, "latent_dim": 16}
    config = recipe_config("dcgan-small", model, data="pixel_faces", batch=8, device="cpu")
    trainer = Trainer(config)
    trainer.step()
    shot = trainer.snapshot()
    for number in range(MANY):
        checkpoint.save_model(models / f"class-{number}", shot, f"Run number {number} of the class")
    yield
    for number in range(MANY):
        shutil.rmtree(models / f"class-{number}")


def settled(page):
    page.wait_for_function(SETTLED)


def asked(page) -> dict:
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


def test_every_control_is_reached_where_it_is_seen_and_no_slider_is_short(page):
    explored(page, "?model=fashion-conditional&seed=3")
    for fold in page.locator(".shelf summary").all():
        fold.click()
    page.locator(".coordinates summary").click()
    expect(page.locator("[data-coordinate]").first).to_be_visible()
    for width in (320, 360, 390, 561, 600, 768, 901, 1024, 1060, 1100, 1251, 1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(NARROWEST) >= 140, width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(MISSED) == [], width
    for width, height in ((720, 450), (844, 390)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(NARROWEST) >= 140, width
        assert page.evaluate(MISSED) == [], width


def test_many_models_are_folded_away_found_by_name_and_the_chosen_one_is_in_sight(page):
    image = explored(page, "?model=pixel-faces&seed=3")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.get_by_label("Seed", exact=True).bounding_box()["y"] < 500  # the list pushes nothing away
    last = page.locator(".card", has_text="Run number 3 of")
    expect(last).to_be_hidden()
    page.get_by_text(re.compile("^[0-9]+ more trained models")).click()
    page.get_by_label("Find a model").fill("number 3")
    expect(page.locator(".shelf .card:visible")).to_have_count(1)
    before = image.get_attribute("src")
    last.click()
    changed(image, "src", before)
    settled(page)
    assert asked(page)["model"] == "class-3"
    page.reload()
    expect(last).to_be_in_viewport(ratio=0.9)


def test_back_returns_to_the_former_model_and_to_the_former_tab_without_a_reload(page):
    image = explored(page, "?model=pixel-faces&seed=3")
    page.evaluate("window.stillThere = true")
    numbered(page, 1).fill("1.5")  # and the other model before the address has it
    page.locator(".card", has_text="Open Peeps, by their labels").click()
    page.wait_for_url("**model=peeps-builder*")
    settled(page)
    peep = image.get_attribute("src")
    page.get_by_role("tab", name="Judge").click()
    page.wait_for_url("**tab=judge*")
    page.go_back()
    expect(page.get_by_role("tab", name="Explore")).to_have_attribute("aria-selected", "true")
    assert image.get_attribute("src") == peep
    page.go_back()
    changed(image, "src", peep)
    settled(page)
    assert asked(page) == {"model": "pixel-faces", "seed": "3", "moves": "0_1.5"}
    expect(page.locator('[data-move="1"]')).to_have_value("1.5")
    face = image.get_attribute("src")
    page.go_forward()
    changed(image, "src", face)
    settled(page)
    assert image.get_attribute("src") == peep and page.evaluate("stillThere")


@pytest.mark.new_window
@pytest.mark.parametrize("allowed", [True, False])
def test_a_link_is_copied_over_plain_http_or_offered_to_be_copied_by_hand(page, allowed):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    explored(page, "?model=pixel-faces&seed=3")
    settled(page)
    page.evaluate("addEventListener('copy', () => (window.kept = document.activeElement.value))")
    if not allowed:
        page.evaluate("document.execCommand = () => false")
    places = """() => [...document.querySelectorAll(".card, #explore button")]
        .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().y)"""
    before = page.evaluate(places)
    page.get_by_role("button", name="Copy link").click()
    notice = page.locator("#explore .notice")
    expect(notice).not_to_be_empty()
    assert page.evaluate(places) == before  # nothing has moved away from under the pointer
    if allowed:
        expect(notice).to_contain_text("is copied")
        assert page.evaluate("kept") == page.url
        whole = page.url
        # as at the first visit, whose image may change; a run that is watched is nobody else's concern
        page.evaluate("history.replaceState(null, '', '/?run=mine')")
        page.get_by_role("button", name="Copy link").click()
        page.wait_for_function("whole => kept === whole", arg=whole)
    else:
        field = page.get_by_label("copy by hand")
        expect(field).to_be_focused()
        selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
        assert field.evaluate(selected) == page.url


def test_a_picture_is_saved_large_and_crisp_or_at_its_own_size(page):
    image = explored(page, "?model=pixel-faces&seed=3")
    settled(page)
    large, own = (page.get_by_role("link", name=name) for name in ("Save PNG", "Original size"))
    expect(large).to_have_attribute("href", re.compile("^data:image/png"))
    pixels = """async (sources) => {
        const read = async (src, side) => {
            const [image, canvas] = [new Image(), new OffscreenCanvas(32, 32)];
            await Object.assign(image, {src}).decode();
            const context = canvas.getContext("2d");
            context.imageSmoothingEnabled = false;
            context.drawImage(image, 0, 0, 32, 32);
            return [image.naturalWidth, context.getImageData(0, 0, 32, 32).data.join()];
        };
        return Promise.all(sources.map(read));
    }"""
    (side, large_one), (own_side, own_one), (_, seen) = page.evaluate(
        pixels, [large.get_attribute("href"), own.get_attribute("href"), image.get_attribute("src")]
    )
    assert (side, own_side) == (512, 32) and large_one == own_one == seen


def test_a_saved_picture_opens_where_it_was_saved(page, tmp_path):
    link = "?model=pixel-faces&seed=3&scale=0.8&moves=1_-2"
    image = explored(page, link)
    settled(page)
    kept, files = image.get_attribute("src"), {}
    for name in ("Save PNG", "Original size"):
        address = page.get_by_role("link", name=name).get_attribute("href")
        files[name] = tmp_path / f"{name}.png"
        files[name].write_bytes(base64.b64decode(address.partition(",")[2]))
    page.get_by_role("button", name="Dice").click()
    changed(image, "src", kept)
    for file in files.values():
        page.locator("[name=explore-model][value=fashion-conditional]").check(force=True)
        expect(image).to_have_attribute("data-query", re.compile("^model=fashion-conditional&"))
        with page.expect_file_chooser() as chosen:
            page.get_by_role("button", name="Open saved").click()
        chosen.value.set_files(file)
        expect(image).to_have_attribute("src", kept)
        assert page.url.endswith(link) and not page.locator("#explore .notice").inner_text()
    stranger = tmp_path / "stranger.png"
    stranger.write_bytes(png(np.zeros((8, 8, 3), np.uint8)))
    dropped = page.evaluate_handle("""([letters]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(letters), (one) => one.charCodeAt(0))], "one.png"));
        return transfer;
    }""", [base64.b64encode(stranger.read_bytes()).decode()])  # fmt: skip
    page.dispatch_event("#explore .stage", "drop", {"dataTransfer": dropped})
    expect(page.locator("#explore .notice")).to_contain_text("was not saved here")
    expect(image).to_have_attribute("src", kept)


def test_the_pictures_beside_a_slider_show_its_ends_and_wait_for_the_end_of_a_drag(page):
    requests = []

    def hear(request):
        requests.append(request.post_data or "")

    page.on("request", hear)
    image = explored(page, "?model=pixel-faces&seed=3")
    slider = numbered(page, 2)
    ends = "() => document.querySelector('[data-part=numbered]').style.getPropertyValue('--ends')"
    page.wait_for_function(f"({ends})().startsWith('url(')")
    slider.scroll_into_view_if_needed()
    before = page.evaluate(ends)
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    requests.clear()
    source = image.get_attribute("src")
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=10)
    changed(image, "src", source)
    drawn = [one for one in requests if '"frame"' in one]
    assert drawn and not [one for one in requests[: len(drawn)] if '"ends"' in one]
    page.remove_listener("request", hear)  # an upload, which has no text, would be none for it
    page.mouse.up()
    shown = float(page.locator("label:has([data-move='2']) output").inner_text())
    assert shown == float(slider.input_value()) > 1 and slider.get_attribute("aria-valuetext").endswith(" σ")
    assert page.locator(".slide .end").evaluate_all("ends => ends.every(end => end.textContent === '')")
    page.wait_for_function(f"before => ({ends})() !== before", arg=before)


def test_the_edge_is_marked_and_says_why(page):
    image = explored(page, "?model=pixel-faces&seed=3&moves=4")
    edge = page.locator(".cell[aria-disabled]").first
    expect(edge).to_be_visible()
    before = image.get_attribute("src")
    edge.click(force=True)  # its state says that it does nothing, a press says why
    expect(page.locator("#explore .notice")).to_contain_text("the sliders end at ±4")
    assert image.get_attribute("src") == before


def test_a_walk_goes_between_what_one_saw_and_stands_in_the_link(page, chromium, url):
    image = explored(page, "?model=pixel-faces&seed=4")
    place = page.locator("#walk")
    numbered(page, 1).fill("-4")
    settled(page)
    first = image.get_attribute("src")
    page.get_by_role("button", name="Morph to another seed").click()  # which adds this one
    expect(place.get_by_role("textbox", name="Seeds")).to_be_focused()
    expect(place.get_by_role("textbox", name="Seeds")).to_be_in_viewport()
    page.get_by_label("Next seed").click()
    changed(image, "src", first)
    settled(page)
    place.get_by_role("button", name="Add this image").click()
    place.get_by_role("textbox", name="Seeds").fill("9")
    place.get_by_role("textbox", name="Seeds").press("Enter")
    expect(place.locator("li img")).to_have_count(3)
    assert place.locator("li img").first.get_attribute("src") == first
    expect(place.get_by_role("img", name="seeds 4 (moved), 5 (moved), 9: frame")).to_be_visible()
    assert place.locator("li > span").all_inner_texts() == ["4, slider 2 −4", "5, slider 2 −4", "9"]
    see = page.get_by_role("button", name="See the walk (3)")
    see.click()
    expect(
        place.get_by_role("heading", name="a morph between images, as GIF, WebP or MP4")
    ).to_be_in_viewport()
    old = place.get_by_text("This is the walk as it was")
    expect(old).to_be_hidden()
    place.get_by_role("textbox", name="Seeds").press_sequentially("12")
    expect(old).to_be_visible()
    place.get_by_role("textbox", name="Seeds").fill("")
    place.get_by_role("button", name="Make the walk").click()
    expect(old).to_be_hidden()
    place.get_by_role("button", name="Add this image").click()  # what is added or taken out is so in the film
    expect(place.get_by_role("img", name="seeds 4 (moved), 5 (moved), 9, 5 (moved): frame")).to_be_visible()
    place.get_by_role("button", name="5 (moved): out of the walk").last.click()
    expect(place.get_by_role("img", name="seeds 4 (moved), 5 (moved), 9: frame")).to_be_visible()
    expect(old).to_be_hidden()
    place.get_by_role("button", name="9: earlier").click()
    place.get_by_role("button", name="5 (moved): out of the walk").click()
    assert asked(page)["walk"] == "4M0_-4*9" and "film" not in asked(page)  # it goes as walks usually do
    seconds = place.get_by_label("4 (moved): seconds to the next image")
    seconds.fill("1000")
    seconds.press("Enter")
    expect(seconds).to_have_value("")
    seconds.fill("0.5")
    seconds.press("Tab")
    expect(place.get_by_label("9: seconds to the next image")).to_be_visible()
    place.get_by_role("radio", name="straight").check()
    page.get_by_role("button", name="Make the walk").click()
    expect(old).to_be_hidden()
    place.get_by_role("checkbox", name="Closed loop").uncheck()
    expect(old).to_be_visible()
    place.get_by_role("spinbutton", name="Frames", exact=False).first.fill("24")
    page.keyboard.press("Tab")
    page.wait_for_function("new URL(location.href).searchParams.get('film') === 'lerp,once,24,12'")
    place.get_by_role("checkbox", name="Slow at each image").check()
    page.wait_for_function("new URL(location.href).searchParams.get('film') === 'lerp,once,24,12,ease'")
    assert asked(page)["legs"] == "0.5*"
    expect(place.get_by_label("9: seconds to the next image")).to_have_count(0)  # no loop: nothing comes next
    with page.expect_download() as download:
        place.get_by_role("button", name="Save GIF").click()
    assert re.fullmatch(r"walk-pixel-faces-4-9-[0-9a-f]{6}\.gif", download.value.suggested_filename)
    place.get_by_role("radio", name="1024 pixels").check()
    with page.expect_download() as download:
        place.get_by_role("button", name="Save WebP").click()
    film = Image.open(download.value.path())
    assert (film.format, film.size, film.n_frames) == ("WEBP", (1024, 1024), 7)
    blocks = np.asarray(film.convert("RGB")).reshape(32, 32, 32, 32, 3)  # of one colour, for each pixel
    assert (blocks == blocks[:, :1, :, :1]).all() and blocks[:, 0, :, 0].std() > 10
    context = another(chromium, base_url=url)
    other = context.new_page()
    explored(other, "?" + urlsplit(page.url).query)
    other.locator("#walk").scroll_into_view_if_needed()
    played = re.compile(r"seeds 4 \(moved\), 9: frame \d+ of 7")  # half a second, and the last one
    expect(other.get_by_role("img", name=played)).to_be_visible()
    expect(other.get_by_label("4 (moved): seconds to the next image")).to_have_value("0.5")
    expect(other.get_by_role("radio", name="straight")).to_be_checked()
    expect(other.get_by_role("checkbox", name="Closed loop")).not_to_be_checked()
    assert other.locator("#walk li img").first.get_attribute("src") == first
    context.close()


def test_what_is_done_while_seeds_are_added_to_the_walk_stays(page):
    explored(page, "?model=pixel-faces&seed=4&walk=4")
    place, held = page.locator("#walk"), []
    expect(place.locator("li img")).to_have_count(1)
    page.route("**/queue/join**", lambda one: held.append(one))
    seeds = place.get_by_role("textbox", name="Seeds")
    seeds.fill("8")
    with page.expect_request("**/queue/join**"):
        seeds.press("Enter")
    place.get_by_role("button", name="Add this image").click()
    seeds.press_sequentially("0")  # on the way to 80
    expect(place.locator("li img")).to_have_count(2)
    for one in held:
        one.continue_()
    page.unroute("**/queue/join**")
    expect(place.locator("li img")).to_have_count(3)
    assert place.locator("li > span").all_inner_texts() == ["4", "4", "8"]
    expect(seeds).to_have_value("80")
    expect(place.get_by_role("img", name="seeds 4, 4, 8: frame")).to_be_visible()


def test_what_is_saved_is_the_image_that_was_asked_for(page):
    explored(page, "?model=pixel-faces&seed=4")
    settled(page)
    at_once = """() => {
        const seed = document.querySelector("#explore [data-field=seed]");
        seed.value = 11;
        seed.dispatchEvent(new Event("input", { bubbles: true }));
        document.querySelector("#explore [data-part=save]").click();
    }"""
    with page.expect_download() as download:
        page.evaluate(at_once)
    assert download.value.suggested_filename == "pixel-faces-seed-11.png"


def test_back_and_at_once_forward_leaves_one_where_one_was(page):
    image = explored(page, "?model=pixel-faces&seed=4")
    settled(page)
    first, held = image.get_attribute("src"), []
    page.locator("[name=explore-model][value=fashion-conditional]").check(force=True)
    other = changed(image, "src", first)
    settled(page)
    page.route("**/component_server/**", lambda one: held.append(one))
    with page.expect_request("**/component_server/**"):
        page.go_back()
    page.go_forward()
    for one in held:
        one.continue_()
    page.unroute("**/component_server/**")
    page.get_by_label("Next seed").click()  # what was on its way has been answered before this is
    changed(image, "src", other)
    settled(page)
    assert asked(page)["model"] == "fashion-conditional"
    expect(page.locator("[name=explore-model][value=fashion-conditional]")).to_be_checked()


def test_before_is_the_seed_s_own_image_while_a_button_is_held(page):
    image = explored(page, "?model=pixel-faces&seed=4")
    settled(page)
    own, over = image.get_attribute("src"), page.locator("[data-part=over]")
    before = page.get_by_role("button", name="Hold: all changes off")
    expect(before).to_be_disabled()  # nothing has been changed yet
    numbered(page, 1).fill("-4")
    moved = changed(image, "src", own)
    settled(page)
    expect(page.get_by_text("Changed: slider 2 −4")).to_be_visible()
    address, box = page.url, before.bounding_box()
    there = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger = page.context.new_cdp_session(page)
    holds = {
        "pointer": (lambda: (before.hover(), page.mouse.down()), page.mouse.up),
        "key": (lambda: (before.focus(), page.keyboard.down("Enter")), lambda: page.keyboard.up("Enter")),
        "finger": (
            lambda: finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [there]}),
            lambda: finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []}),
        ),
    }
    for hold, let_go in holds.values():
        hold()
        expect(over).to_be_visible()
        expect(over).to_have_attribute("src", own)
        expect(before).to_have_attribute("aria-pressed", "true")
        let_go()
        expect(over).to_be_hidden()
    assert (image.get_attribute("src"), page.url) == (moved, address)
    page.get_by_role("button", name="Reset to the seed").click()
    expect(before).to_be_disabled()


def test_one_image_is_no_walk_yet_and_the_second_makes_it_one(page):
    explored(page, "?model=pixel-faces&seed=4")
    page.get_by_role("button", name="Add to the walk").click()
    place = page.locator("#walk")
    place.scroll_into_view_if_needed()
    place.get_by_role("button", name="Add this image").click()
    expect(place.get_by_role("img", name="Walk through seeds 4, 4: frame")).to_be_visible()
    expect(page.locator(".toast-body")).to_have_count(0)


def test_a_model_that_does_not_open_is_not_left_chosen(page):
    explored(page, "?model=pixel-faces&seed=4")
    page.route("**/component_server/", lambda route: route.abort())
    page.locator('[name=explore-model][value="peeps-builder"]').click(force=True)
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    expect(page.locator('[name=explore-model][value="pixel-faces"]')).to_be_checked()


def test_whoever_is_quicker_than_the_first_answer_reads_of_no_error(page):
    first, asked = [], []

    def slow(route):
        name = route.request.post_data_json["fn_name"]
        asked.append(name)
        first.append(route) if name == "opened" else route.continue_()

    page.route("**/component_server/", slow)
    with page.expect_request(lambda request: "opened" in (request.post_data or "")):
        page.goto("/?model=pixel-faces&seed=4")
    scale = page.locator("#explore [data-field=scale]")
    scale.evaluate("one => one.dispatchEvent(new Event('input', { bubbles: true }))")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert "frame" not in asked
    # what the first answer would set back cannot be moved before it
    hit = "one => (one.scrollIntoView({block: 'center'}), document.elementFromPoint(%s) === one)"
    hit %= "...((box) => [box.x + box.width / 2, box.y + box.height / 2])(one.getBoundingClientRect())"
    move = page.locator("#explore [data-named]").first
    assert not move.evaluate(hit)
    for route in first:
        route.continue_()
    expect(page.locator(".cell").first).to_be_visible()
    expect(page.locator("#explore [data-part=notice]")).to_have_text("")
    assert move.evaluate(hit)


def test_a_sample_plays_once_it_is_seen_and_rests_in_another_tab(page):
    explored(page, "?model=pixel-faces&seed=4")
    player = page.get_by_role("img", name="Sample of a walk")
    expect(player).to_have_count(0)
    page.locator("#walk").scroll_into_view_if_needed()
    expect(player).to_be_visible()
    label = "document.querySelector('.walk-player > canvas').getAttribute('aria-label')"
    page.wait_for_function(f"before => {label} !== before", arg=page.evaluate(label))
    page.get_by_role("tab", name="Judge").click()
    expect(page.locator("#walk")).to_be_hidden()
    # two frames of a page after the place went out of sight, no frame of the walk is drawn any more
    drawn = """async () => {
        const pause = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        for (let k = 0; k < 5; k++) await pause();
        let count = 0;
        const draw = CanvasRenderingContext2D.prototype.drawImage;
        CanvasRenderingContext2D.prototype.drawImage = function (...all) { count++; draw.apply(this, all); };
        for (let k = 0; k < 30; k++) await pause();
        return count;
    }"""
    assert page.evaluate(drawn) == 0


IN_SIGHT = """(one) => {
    const box = (it) => it.getBoundingClientRect();
    const [own, around] = [box(one.parentElement), box(one.closest(".cards, .class-cards"))];
    return own.left >= around.left && own.right <= around.right && own.top >= around.top
        && own.bottom <= around.bottom;
}"""


def test_what_a_link_chooses_is_in_sight_in_its_row_and_what_one_scrolls_stays(page):
    page.set_viewport_size({"width": 390, "height": 844})
    explored(page)
    row, chosen = page.locator("[data-part=models] > .trained"), page.locator("[name=explore-model]:checked")
    explored(page, f"?model={row.locator('input').last.get_attribute('value')}")
    assert chosen.evaluate(IN_SIGHT) and page.evaluate("scrollY") == 0
    row.evaluate("row => { row.scrollLeft = 40; row.dataset.old = ''; dispatchEvent(new Event('focus')); }")
    expect(row).not_to_have_attribute("data-old", "")  # it was read anew
    assert row.evaluate("row => row.scrollLeft") == 40
    beside = row.locator("input").nth(1)
    beside.check(force=True)
    expect(page.locator("#explore-image")).to_have_attribute(
        "data-query", re.compile(f"^model={beside.get_attribute('value')}&")
    )
    settled(page)
    assert chosen.evaluate(IN_SIGHT)
    values = page.locator("[data-part=classes] input")
    explored(page, "?model=fashion-conditional")
    explored(page, f"?model=fashion-conditional&class={values.last.get_attribute('value')}")
    assert page.locator("[data-part=classes] :checked").evaluate(IN_SIGHT) and page.evaluate("scrollY") == 0
