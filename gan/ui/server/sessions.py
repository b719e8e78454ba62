"""What Gradio keeps for those who visit the page, bounded: by itself it keeps much of it for good.

A session holds a copy of all that its components showed last, as long as anyone likes to send it; an answer
waits for whoever asked for it, also where nobody ever fetches it; and so do names of uploads.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace

import gradio as gr
from gradio import routes, state_holder
from gradio.route_utils import FileUploadProgress, FileUploadProgressTracker
from gradio.state_holder import SessionState

UNREAD_SECONDS = 120.0  # that an answer waits for whoever asked for it,
ASLEEP_SECONDS = 10.0  # and that it waits in any case,
MOST_UNREAD = 200  # however many others wait as long as that
EVERY = 1.0  # seconds between two looks at them
MOST_UPLOADS = 200  # whose progress is remembered
GLANCE = 0.1  # seconds between two looks whether an upload has begun


class _Nothing(dict):
    """Keeps nothing of what it is given."""

    def __setitem__(self, key, value):
        pass


class Session(SessionState):
    """Gradio's, without what it keeps for deep links, which are closed."""

    def __init__(self, blocks: gr.Blocks):
        # with no blocks to describe: describing the page takes 13 ms, in which nobody is answered
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))
        self.config_values = _Nothing()

    def _update_config(self, key: int):
        pass

    def _update_value_in_config(self, key: int, value):
        pass


class Unread:
    """The answers in Gradio's queue that nobody has fetched yet."""

    def __init__(self, queue, clock: Callable[[], float] = monotonic):
        self._queue, self._clock, self._looked = queue, clock, float("-inf")
        self._since: dict[str, float] = {}  # session -> when something of it was first seen waiting

    def sweep(self):
        """Drops what has waited too long, and of what has waited for a while the oldest if it is too much."""
        if (now := self._clock()) < self._looked + EVERY:
            return
        sessions, self._looked = self._queue.pending_messages_per_session, now
        counts = {name: messages.qsize() for name, messages in sessions.items() if messages.qsize()}
        self._since = {name: self._since.get(name, now) for name in counts}
        asleep = [name for name, since in self._since.items() if now - since > ASLEEP_SECONDS]
        total = sum(map(counts.get, asleep))
        for name in sorted(asleep, key=self._since.get):
            if total > MOST_UNREAD or now - self._since[name] > UNREAD_SECONDS:
                total -= counts[name]
                self._drop(name)
        self._forget_ids()

    def _drop(self, session: str):
        messages = self._queue.pending_messages_per_session[session]
        while messages.qsize():
            messages.get_nowait()
        if session not in self._busy():  # whose events would have nowhere to put what they say
            del self._queue.pending_messages_per_session[session]

    def _forget_ids(self):
        """Of sessions that are gone."""
        ids = self._queue.pending_event_ids_session
        for session in set(ids) - set(self._queue.pending_messages_per_session) - self._busy():
            del ids[session]

    def _busy(self) -> set[str]:
        return {event.session_hash for event in self._queue.event_ids_to_events.values()}


class UploadProgress(FileUploadProgress):
    """How far uploads are, of the last few; whoever asks about one that never comes leaves nothing."""

    def track(self, upload_id: str):
        if upload_id not in self._statuses:
            self._statuses[upload_id] = FileUploadProgressTracker(deque(), False)
        while len(self._statuses) > MOST_UPLOADS:
            del self._statuses[next(iter(self._statuses))]

    async def is_tracked(self, upload_id: str) -> bool:
        while upload_id not in self._statuses:
            await asyncio.sleep(GLANCE)
        return True


class _NoNames(set):
    def update(self, *names):
        """Those of uploads: for nothing but to be there."""


def install(page: gr.Blocks):
    """From now on Gradio keeps no more than this for the page."""
    state_holder.SessionState = Session
    routes.file_upload_statuses = UploadProgress()
    page.upload_file_set = _NoNames()
    unread, push = Unread(page._queue), page._queue.push

    async def pushed(*args, **named):
        unread.sweep()
        return await push(*args, **named)

    page._queue.push = pushed
