"""What costs the server much is done for a few at a time, and those who wait are let in by turns of their
addresses: whoever asks a thousand times waits for a thousand answers, and the others for one each.
"""

import asyncio
from collections import OrderedDict, deque


class Turns:
    """`await take(address)`, then `give_back()`. For one event loop."""

    def __init__(self, at_once: int):
        self._free = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future]] = OrderedDict()

    async def take(self, address: str):
        if self._free:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # just let in
                self.give_back()
            raise

    def give_back(self):
        """Lets in the next: of the address that has waited longest for its turn."""
        while self._waiting:
            address, line = self._waiting.popitem(last=False)
            mine = line.popleft()
            if line:
                self._waiting[address] = line
            if not mine.done():  # who has gone away meanwhile is passed over
                mine.set_result(None)
                return
        self._free += 1
