"""The pages of a parquet file, held against a limit as they are read: before pyarrow makes room for one.

What a file states of itself at its end may be false. What counts is how much each page says, at its own
head, that it unpacks to: pyarrow believes it. A head is a struct in Thrift's compact protocol.
"""

from gan.data.sets import DataError

HEAD = 2**16  # bytes of a page's head, at most
LOOSE = 64 * 2**20  # bytes to which every page may unpack;
TIGHT = 8  # beyond that only to so many times its packed size: pictures hardly shrink
UNPACKED, PACKED = 2, 3  # a head's fields
DEEPEST = 8  # structs in each other


class TooTight(DataError):
    """A page that would unpack to too much."""


class Watched:
    """A stream of bytes that can be read anywhere, and stops before a page of more than `most` bytes."""

    def __init__(self, stream, most: int):
        self.stream, self.most = stream, most
        self.expected: dict[int, int] = {}

    def expect(self, chunks: list[tuple[int, int]]):
        """Pages will be read between these places, each from the first one on."""
        self.expected = dict(chunks)

    def read(self, size: int = -1) -> bytes:
        place = self.stream.tell()
        data = self.stream.read(size)
        for at in sorted(self.expected):
            while place <= at < place + len(data):
                end = self.expected.pop(at)
                at += self._length(data[at - place : at - place + HEAD], place + len(data))
                if at >= end:
                    break
                self.expected[at] = end
        return data

    def _length(self, head: bytes, place: int) -> int:
        """Of a page whose head begins so; what the head lacks stands from `place` on."""
        try:
            return self._checked(head)
        except IndexError:
            head += self._beyond(place, HEAD - len(head))
        try:
            return self._checked(head)
        except IndexError as error:
            raise ValueError("a head has no end") from error

    def _beyond(self, place: int, size: int) -> bytes:
        self.stream.seek(place)
        more = self.stream.read(size)
        self.stream.seek(place)
        return more

    def _checked(self, head: bytes) -> int:
        """How long a page is, its head included."""
        fields, length = _struct(head, 0, 0)
        unpacked, packed = fields.get(UNPACKED, 0), fields.get(PACKED, 0)
        if not 0 <= unpacked <= min(self.most, max(LOOSE, TIGHT * packed)) or packed < 0:
            raise TooTight("is packed in a way that unpacks to far too much")
        return length + packed

    def seek(self, *place) -> int:
        return self.stream.seek(*place)

    def tell(self) -> int:
        return self.stream.tell()

    def close(self):
        self.stream.close()

    @property
    def closed(self) -> bool:
        return self.stream.closed

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def _struct(data: bytes, at: int, depth: int) -> tuple[dict[int, int], int]:
    """The whole numbers among a struct's fields, by their ids, and where it ends."""
    fields, number = {}, 0
    while data[at]:
        kind, step = data[at] & 15, data[at] >> 4
        at += 1
        if step:
            number += step
        else:
            number, at = _number(data, at)
        fields[number], at = _value(data, at, kind, depth)
    return {key: value for key, value in fields.items() if isinstance(value, int)}, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[int | None, int]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    if kind in (1, 2):  # yes and no have no bytes of their own
        return None, at
    if kind == 3:
        return None, at + 1
    if kind in (4, 5, 6):
        return _number(data, at)
    if kind == 7:
        return None, at + 8
    if kind == 8:
        size, at = _varint(data, at)
        return None, at + size
    if kind == 12:
        return None, _struct(data, at, depth + 1)[1]
    raise ValueError("a head holds no lists")


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        value, at = value | (byte & 127) << shift, at + 1
        if byte < 128:
            return value, at
    raise ValueError("an endless number")
