"""What Gradio keeps of those who visit the page stays bounded, whatever they send and never fetch."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import gradio as gr
from gradio import state_holder
from gradio.utils import LRUCache
from loops import run_apart

from gan.ui.server import sessions
from gan.ui.server.sessions import (
    MOST_UNREAD,
    MOST_UPLOADS,
    UNREAD_SECONDS,
    Session,
    Unread,
    UploadProgress,
)


class Line:
    """Gradio's queue, as much of it as counts here, and a clock."""

    def __init__(self):
        self.pending_messages_per_session = LRUCache(2000)
        self.pending_event_ids_session, self.event_ids_to_events = {}, {}
        self.now = 0.0
        self.unread = Unread(self, lambda: self.now)

    def say(self, session: str, count: int = 1, busy: bool = False):
        messages = self.pending_messages_per_session.setdefault(session, asyncio.Queue())
        self.pending_event_ids_session[session] = {session}
        if busy:
            self.event_ids_to_events[session] = SimpleNamespace(session_hash=session)
        for _ in range(count):
            messages.put_nowait("something long")

    def sweep(self, seconds: float):
        self.now += seconds
        self.unread.sweep()

    @property
    def waiting(self) -> dict[str, int]:
        return {name: messages.qsize() for name, messages in self.pending_messages_per_session.items()}


def test_an_answer_that_nobody_fetches_is_dropped_in_time():
    line = Line()
    line.say("asleep", 3)
    line.sweep(1)
    line.say("new")
    line.sweep(UNREAD_SECONDS - 1)
    assert line.waiting == {"asleep": 3, "new": 1}
    line.sweep(2)
    assert line.waiting == {"new": 1} and set(line.pending_event_ids_session) == {"new"}


def test_many_that_nobody_fetches_are_dropped_sooner_the_oldest_first():
    line = Line()
    for k in range(10):
        line.say(f"old {k}", MOST_UNREAD // 5)
        line.sweep(2)
    line.sweep(11)
    assert sum(line.waiting.values()) <= MOST_UNREAD
    assert "old 9" in line.waiting and "old 0" not in line.waiting


def test_what_comes_at_once_for_many_is_not_dropped():
    line = Line()
    for k in range(2 * MOST_UNREAD):
        line.say(f"{k}")
    for _ in range(5):
        line.sweep(1.5)
    assert len(line.waiting) == 2 * MOST_UNREAD


def test_who_still_has_work_going_keeps_a_place_for_what_it_says():
    line = Line()
    line.say("busy", 5, busy=True)
    line.sweep(1)
    line.sweep(UNREAD_SECONDS + 1)
    assert line.waiting == {"busy": 0} and "busy" in line.pending_event_ids_session


def test_who_fetches_is_not_counted_as_asleep():
    line = Line()
    for _ in range(50):
        line.say("awake")
        line.sweep(UNREAD_SECONDS / 10)
        line.pending_messages_per_session["awake"].get_nowait()
        line.sweep(UNREAD_SECONDS / 10)
    line.say("awake")
    line.sweep(2)
    assert line.waiting == {"awake": 1}


def test_names_of_sessions_that_are_gone_are_forgotten():
    line = Line()
    for k in range(3000):
        line.say(f"{k}", 0)
    line.sweep(2)
    assert len(line.pending_event_ids_session) == 2000


def test_a_session_keeps_no_copy_of_what_was_sent():
    with gr.Blocks() as page:
        text, out = gr.Textbox(), gr.Textbox()
        text.change(lambda said: "short", text, out, api_name="say")
    page.queue()
    sessions.install(page)
    session = Session(page)
    asked = {"block_fn": page.fns[0], "inputs": ["x" * 1000], "state": session}
    answer = run_apart(page.process_api(**asked))
    assert answer["data"] == ["short"] and not session.config_values and not list(session.components)
    assert state_holder.SessionState is Session


def test_a_session_begins_without_describing_the_whole_page(monkeypatch):
    described = []
    with gr.Blocks() as page:
        gr.Textbox()
    monkeypatch.setattr(type(page.default_config), "config_for_block", lambda *asked: described.append(asked))
    session = Session(page)
    assert not described and set(session.blocks_config.blocks) == set(page.default_config.blocks)


def test_names_of_uploads_are_forgotten():
    async def ask() -> tuple:
        progress = UploadProgress()
        for k in range(3 * MOST_UPLOADS):
            progress.append(f"{k}", "a.png", b"123")
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(progress.is_tracked("never"), 0.01)
        known = await progress.is_tracked(f"{3 * MOST_UPLOADS - 1}")
        return len(progress._statuses), len(progress._signals), known

    assert run_apart(ask()) == (MOST_UPLOADS, 0, True)
