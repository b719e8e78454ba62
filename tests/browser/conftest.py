"""What the Train tab's tests in a browser share."""

import pytest
from playwright.sync_api import expect
from waiting import SECONDS, open_tab

expect.set_options(timeout=SECONDS * 1000)


@pytest.fixture
def train(page):
    """The tab's panel; a run that the test leaves behind is stopped."""
    panel = open_tab(page, "Train")
    expect(panel.get_by_alt_text("Real images")).to_be_visible()
    yield panel
    stop_runs(page)


@pytest.fixture(scope="module")
def train_tab(same_page):
    """The page with the tab open, once for a module."""
    panel = open_tab(same_page, "Train")
    expect(panel.get_by_alt_text("Real images")).to_be_visible()
    return same_page


@pytest.fixture
def desk(train_tab):
    """Where one run is started after another; what a test leaves behind is stopped."""
    yield train_tab
    stop_runs(train_tab)


def stop_runs(page):
    # at once: a run that ends by itself just now takes the button away
    page.evaluate(
        """document.querySelectorAll("#train-stop:enabled").forEach((stop) => {
            if (stop.checkVisibility()) stop.click();
        })"""
    )
