"""Things made once and kept for a while: nobody waits for what others are waiting for."""

import threading

import pytest

from gan.system.shelf import Shelf


def test_each_thing_is_made_once_and_the_longest_unused_goes():
    shelf, made = Shelf(2), []

    def get(key):
        return shelf.get(key, lambda: made.append(key) or key)

    assert [get(key) for key in "abab"] == list("abab") and made == ["a", "b"]
    get("c")  # in the place of a
    get("b")
    get("a")
    assert made == ["a", "b", "c", "a"]
    shelf.drop(lambda key: key == "b")
    get("b")
    assert made[-1] == "b"


def test_what_takes_long_holds_up_only_those_who_ask_for_it():
    shelf, begun, go_on, got = Shelf(4), threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        go_on.wait()
        return "slow"

    asking = [threading.Thread(target=lambda: got.append(shelf.get("slow", slow))) for _ in range(2)]
    for thread in asking:
        thread.start()
    begun.wait()
    assert shelf.get("quick", lambda: "quick") == "quick" and not got
    go_on.set()
    for thread in asking:
        thread.join()
    assert got == ["slow", "slow"]


def test_what_failed_is_tried_again():
    shelf, tries = Shelf(1), []

    def make():
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("no")
        return "there"

    with pytest.raises(ValueError, match="no"):
        shelf.get("a", make)
    assert shelf.get("a", make) == "there"


def test_what_lies_there_is_told_without_making_it():
    shelf = Shelf(2)
    with pytest.raises(ZeroDivisionError):
        shelf.get("a", lambda: 1 // 0)
    assert "a" not in shelf and "b" not in shelf
    shelf.get("a", lambda: None)
    assert "a" in shelf
