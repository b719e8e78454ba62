"""The last few things that were made, for whoever asks next."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any


class Shelf:
    """Keeps `most` things by key, those that were asked for last; each is made once, at its own pace.

    Whoever asks for a thing that is being made waits for it; whoever asks for another does not.
    """

    def __init__(self, most: int):
        self._most = most
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The thing of that key; what `make` raises is raised here, and the next to ask tries again."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
        with place.lock:
            if not place.made:
                place.thing, place.made = make(), True
        return place.thing

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            place = self._places.get(key)
        return place is not None and place.made

    def drop(self, unwanted: Callable[[Any], bool]):
        """Forgets the things whose keys are unwanted."""
        with self._lock:
            for key in [key for key in self._places if unwanted(key)]:
                del self._places[key]


class _Place:
    def __init__(self):
        self.lock, self.made, self.thing = threading.Lock(), False, None
