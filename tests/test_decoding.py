"""Pictures that cost too much, and the processes that open them."""

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pictures import packed, picture
from PIL import Image

from gan.data import pile
from gan.images import ImageError, open_image
from gan.limits import Limits
from gan.pictures import decoding

TIGHT = replace(Limits(), decode_seconds=0.2)


def saved(image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain_png(width: int, height: int) -> bytes:
    """A black RGBA picture, packed as small as it gets."""
    packer, row = zlib.compressobj(9), bytes(1 + 4 * width)
    rows = [packer.compress(row * min(500, height - top)) for top in range(0, height, 500)]
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", b"".join(rows) + packer.flush()), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def many_scans() -> bytes:
    """A progressive JPEG that goes over its pixels 500 times."""
    image = saved(Image.new("RGB", (3000, 3000), (90, 120, 10)), "JPEG", progressive=True, quality=50)
    last = image[image.rindex(b"\xff\xda") : -2]
    return image[:-2] + 500 * last + b"\xff\xd9"


def long_comment() -> bytes:
    image = saved(Image.new("P", (8, 8)), "GIF")
    start = image.index(b",")
    return image[:start] + b"\x21\xfe" + (b"\xff" + b"a" * 255) * 40_000 + b"\0" + image[start:]


def many_markers() -> bytes:
    image = saved(Image.new("RGB", (8, 8)), "JPEG")
    marker = b"\xff\xed" + struct.pack(">H", 60_000) + b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\0" * 4998
    return image[:2] + marker[:60_002] * 300 + image[2:]


def runs() -> bytes:
    """A BMP of runs one pixel long."""
    width, height = 4000, 1000
    body = b"\x01\x07" * (width * height)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0) + bytes(1024)
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(body), 0, 0, 14 + len(head)) + head + body


HOSTILE = {
    "one pixel wide": lambda: plain_png(1, 39_999_999),
    "as large as may be": lambda: plain_png(8000, 5000),
    "scans": many_scans,
    "comments": long_comment,
    "markers": many_markers,
    "runs": runs,
    "text": lambda: b"P3 2000 2000 255\n" + b"1 2 3 " * 4_000_000,
}


def processes() -> list[int]:
    return [one._child.pid for one in decoding._pool._all if one._child]


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_picture_costs_much(kind):
    data, usual = HOSTILE[kind](), Path("/proc/self/statm").exists()
    try:
        assert max(open_image(data, name="it", limits=TIGHT).size) <= 30_000
    except ImageError as error:
        assert str(error).startswith("it ") and str(error).endswith(".")
    if usual:  # the most that any process had since it began
        peaks = [line for pid in processes() for line in status(pid) if line.startswith("VmHWM")]
        assert all(int(line.split()[1]) < 450_000 for line in peaks)
    assert open_image(picture(3)).size == (32, 32)  # the next one is well


def status(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return []


def test_what_takes_too_long_is_named_and_given_up():
    with pytest.raises(ImageError, match=r"^it takes too long to open: save it again as a plain PNG or JPEG"):
        open_image(HOSTILE["runs"](), name="it", limits=TIGHT)


@pytest.mark.skipif(sys.platform != "linux", reason="Memory is counted on Linux alone")
def test_what_takes_too_much_memory_is_named():
    limits = replace(Limits(), decode_bytes=30 * 2**20)
    with pytest.raises(ImageError, match=r"^it needs too much memory to open: make it smaller first\.$"):
        open_image(plain_png(4000, 3900), name="it", limits=limits)
    assert open_image(picture(3), limits=limits).size == (32, 32)


def test_one_bad_picture_holds_nobody_up():
    def refused():
        with pytest.raises(ImageError):
            open_image(HOSTILE["runs"](), limits=TIGHT)

    bad = threading.Thread(target=refused)
    bad.start()
    assert all(open_image(picture(number)).getpixel((0, 0)) == (number, 0, 100) for number in range(20))
    bad.join()


def test_a_line_that_is_too_long_is_a_sentence():
    taken = [decoding._pool._free.get() for _ in range(decoding.PROCESSES)]
    try:
        with pytest.raises(ImageError, match="try again in a few seconds"):
            open_image(picture(1), limits=replace(Limits(), decode_waiting=0))
    finally:
        for process in taken:
            decoding._pool._free.put(process)
    assert open_image(picture(1), limits=replace(Limits(), decode_waiting=0)).size == (32, 32)


def test_a_process_that_was_killed_is_started_again():
    open_image(picture(1))
    for pid in processes():
        os.kill(pid, signal.SIGKILL)
    sizes = set()
    for number in range(2 * decoding.PROCESSES):  # the first may find out what has happened
        try:
            sizes.add(open_image(picture(number)).size)
        except ImageError as error:
            assert "could not be opened" in str(error)
    assert sizes == {(32, 32)}


def test_a_timer_that_goes_off_too_late_ends_no_other_process(monkeypatch):
    timers = []

    class Timer(threading.Timer):
        def __init__(self, seconds, function):
            super().__init__(seconds, function)
            timers.append(function)

    monkeypatch.setattr(decoding.threading, "Timer", Timer)
    limits, process = Limits(), decoding._Process()
    bounds = decoding.Bounds(limits.image_pixels, limits.image_side)
    request = (decoding.whole, picture(1), "a", bounds, 0, (), limits.decode_seconds, limits.decode_bytes)
    assert process.ask(request, 600).facts["size"] == [32, 32]
    asked, first = process._child, timers[-1]
    process.start()
    first()
    assert process._child is not asked and process.ask(request, 600)
    assert process._child.poll() is None and asked.poll() is not None
    process.end()


def test_pictures_are_opened_without_torch_and_from_any_folder(tmp_path):
    (tmp_path / "gan.py").write_text("raise SystemExit(1)")  # not what is meant by gan
    (tmp_path / "a.png").write_bytes(picture(5))
    code = (
        f"import sys; sys.path[0] = {str(Path.cwd())!r}; from gan.images import open_image; "
        "from gan.pictures import decoding; size = open_image('a.png').size; "
        "print(size, *(one._child.pid for one in decoding._pool._all if one._child)); input()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
    size, _, pid = parent.stdout.readline().rpartition(" ")
    assert size == "(32, 32)"
    if sys.platform == "linux":
        assert "torch" not in Path(f"/proc/{int(pid)}/maps").read_text()
    parent.kill()  # what it started ends with it
    parent.communicate()
    wait_for_the_end(int(pid))


def wait_for_the_end(pid: int):
    for _ in range(1200):
        state = [line.split()[1] for line in status(pid) if line.startswith("State")]
        if not state or state == ["Z"]:
            return
        threading.Event().wait(0.05)
    pytest.fail("A process that opens pictures outlived the program.")


def test_a_set_full_of_costly_pictures_is_refused(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(pile, "MOST_COSTLY", 2)
    bad = b"P3 1000 1000 255\n" + b"1 2 3 " * 1_000_000
    archive = packed(tmp_path / "bad.zip", {f"{n}.ppm": bad for n in range(30)})
    limits = replace(Limits(), decode_seconds=0.02)
    said = refused(archive, limits=limits)
    assert said.startswith("2 of these images can't be opened in time. 1.ppm takes too long to open")


def test_what_a_process_answers_is_never_unpickled():
    head = b'{"facts": {"size": [1, 1], "more": "", "ground": 255}, "parts": 1}'
    said = struct.pack(">I", len(head)) + head + b"\0\0\0\3abc"
    answer = decoding._answer(io.BytesIO(said))
    assert np.asarray(decoding.picture(answer)).tolist() == [[[97, 98, 99]]]
    for cut in (b"", said[:3], said[:20], said[:-1]):
        with pytest.raises(EOFError):
            decoding._answer(io.BytesIO(cut))
