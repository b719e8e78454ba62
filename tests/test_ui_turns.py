"""Costly answers are made for a few at a time, by turns of the addresses that ask."""

import asyncio

from loops import run_apart

from gan.limits import Limits
from gan.ui.server.guard import AT_ONCE, Guard
from gan.ui.server.turns import Turns


class App:
    """Answers when it is told to, and knows whom it answered and how many it was busy with."""

    def __init__(self):
        self.order, self.busy, self.most, self.go = [], 0, 0, asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.busy += 1
        self.most = max(self.most, self.busy)
        await self.go.wait()
        await asyncio.sleep(0)
        self.busy -= 1
        self.order.append(scope["client"][0])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def ask(guard, path: str, address: str, send=None) -> asyncio.Task:
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def heard(message):
        pass

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": (address, 1)}
    return asyncio.create_task(guard(scope, receive, send or heard))


def test_who_asks_once_waits_for_one_answer_of_who_asks_a_hundred_times():
    async def asked(path: str) -> App:
        guard = Guard(app := App(), Limits())
        asking = [ask(guard, path, "flood") for _ in range(100)]
        await asyncio.sleep(0)
        asking += [ask(guard, path, "one"), ask(guard, path, "other")]
        await asyncio.sleep(0)
        app.go.set()
        await asyncio.gather(*asking)
        return app

    for path in ("/", "/config", "/gan/", "/card.png", "/gradio_api/info"):
        app = run_apart(asked(path))
        assert app.most == AT_ONCE and len(app.order) == 102
        assert max(map(app.order.index, ("one", "other"))) < AT_ONCE + 4
    assert run_apart(asked("/gradio_api/queue/data")).most == 102  # which stays open


def test_who_takes_no_answer_holds_nobody_up():
    async def asked() -> list[str]:
        guard = Guard(app := App(), Limits())
        app.go.set()

        async def never(message):
            await asyncio.sleep(3600)

        asleep = [ask(guard, "/", "asleep", never) for _ in range(10)]
        await asyncio.wait_for(ask(guard, "/", "awake"), 60)
        for task in asleep:
            task.cancel()
        return app.order

    assert "awake" in run_apart(asked())


def test_who_goes_away_is_passed_over():
    async def taken() -> bool:
        turns = Turns(1)
        await turns.take("a")
        gone = asyncio.create_task(turns.take("b"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        late = asyncio.create_task(turns.take("c"))
        await asyncio.sleep(0)
        turns.give_back()
        late.cancel()  # in the very moment
        await asyncio.gather(gone, late, return_exceptions=True)
        await asyncio.wait_for(turns.take("d"), 60)
        return True

    assert run_apart(taken())
