"""Waiting for what a person would wait for: an open tab, an attribute that has changed. Never a sleep."""

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

SECONDS = 120  # enough for a machine that does much else
# the page has been drawn since, and what watches sizes has heard of it
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def another(chromium: Browser, **options) -> BrowserContext:
    """Another person's browser, as patient as the fixture `page`."""
    context = chromium.new_context(**options)
    context.set_default_timeout(SECONDS * 1000)
    return context


def open_tab(page: Page, title: str, query: str = "") -> Locator:
    """Opens the page and one of its tabs by a click; gives the tab's panel. `query` is such as "?seed=3"."""
    page.goto(f"/{query}")
    page.get_by_role("tab", name=title, exact=True).click()
    panel = page.get_by_role("tabpanel").filter(visible=True)
    expect(panel).to_have_count(1)
    return panel


def changed(element: Locator, attribute: str, before: str | None) -> str:
    """Waits until `attribute` is no longer `before`, and gives what it is then."""
    handle = element.element_handle()
    element.page.wait_for_function(
        "([element, name, before]) => element.getAttribute(name) !== before",
        arg=[handle, attribute, before],
    )
    return handle.get_attribute(attribute)


def numbered(page: Page, direction: int) -> Locator:
    """The slider of a direction without a name, in sight; where others have names it is folded away."""
    fold = page.locator("#explore details.more:not([open]) > summary")
    if fold.count():
        fold.click()
    return page.locator(f"#explore [data-move='{direction}']")


def explored(page: Page, query: str = "") -> Locator:
    """Opens Explore with everything drawn; gives its image. `query` is such as "?seed=3"."""
    page.goto(f"/{query}")
    expect(page.locator(".cell").first).to_be_visible()
    return page.locator("#explore-image")
