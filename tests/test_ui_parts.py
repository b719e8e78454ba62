"""What all tabs share: who is served when."""

import asyncio
import threading

from loops import run_apart

from gan.ui.parts import in_turn, served


def test_what_may_come_later_is_made_one_at_a_time():
    begun, go_on, at_work, most = threading.Event(), threading.Event(), [], []

    def slow(studio, asked):
        at_work.append(asked)
        most.append(len(at_work))
        begun.set()
        go_on.wait()
        at_work.pop()
        return {"made": asked["number"]}

    def other(studio, asked):
        return slow(studio, asked)

    async def asked_at_once():
        first, second = (served(handler, None) for handler in in_turn(slow, other))
        assert (first.__name__, second.__name__) == ("slow", "other")  # what the script calls them by
        asking = [asyncio.create_task(one({"number": k})) for k, one in enumerate((first, second, first))]
        await asyncio.to_thread(begun.wait)
        quick = await asyncio.to_thread(lambda: "drawn")  # while the others wait, without a thread
        go_on.set()
        return quick, await asyncio.gather(*asking)

    assert run_apart(asked_at_once()) == ("drawn", [{"made": 0}, {"made": 1}, {"made": 2}])
    assert most == [1, 1, 1]


def test_a_refusal_in_turn_is_a_sentence():
    def refuses(studio, asked):
        raise ValueError("No.")

    assert run_apart(served(in_turn(refuses)[0], None)({})) == {"error": "No."}
