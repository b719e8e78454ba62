"""TIFFs of rarer numbers, written here: each comes out as it is meant, or is named."""

import struct
import zlib

import numpy as np
import pytest

from gan.images import ImageError, open_image, open_with_remarks

GREY = np.uint8([[10, 60, 120], [160, 200, 250]])
COLOURS = np.dstack([GREY, 255 - GREY, GREY // 2])
BLACK_IS_ZERO, RGB = 1, 2


def tiff(values: np.ndarray, photometric=BLACK_IS_ZERO, planes=False, packed=False) -> bytes:
    """An array (2, 3) or (2, 3, c), its own kind of numbers and order of bytes kept."""
    order = ">" if values.dtype.byteorder == ">" else "<"
    bands = values.shape[2] if values.ndim == 3 else 1
    parts = [values[..., band] for band in range(bands)] if planes else [values]
    strips = [part.tobytes() for part in parts]
    strips = [zlib.compress(strip) for strip in strips] if packed else strips
    bits, kind = 8 * values.itemsize, {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    places = np.cumsum([8, *map(len, strips)]).tolist()
    tags = {
        256: [3], 257: [2], 258: [bits] * bands, 259: [8 if packed else 1], 262: [photometric],
        273: places[:-1], 277: [bands], 278: [2], 279: [len(strip) for strip in strips],
        284: [2 if planes else 1], 339: [kind] * bands,
    } | ({338: [2]} if bands == 2 else {})  # fmt: skip
    end, table, more = places[-1] + 2 + 12 * len(tags) + 4, b"", b""
    for tag, numbers in sorted(tags.items()):
        body = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(body) > 4:
            body, more = struct.pack(f"{order}I", end + len(more)), more + body
        table += struct.pack(f"{order}HHI", tag, 4, len(numbers)) + body
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", places[-1])
    return head + b"".join(strips) + struct.pack(f"{order}H", len(tags)) + table + bytes(4) + more


def opened(data: bytes) -> np.ndarray:
    return np.asarray(open_image(data))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("kind", "factor"), [
    ("<u2", 257), (">u2", 257), ("<f4", 1 / 255), (">f4", 1 / 255), ("<i4", 257), (">i4", 257),
    ("<u4", 2**32 // 255),
])  # fmt: skip
def test_numbers_of_every_kind_and_order_of_bytes(kind, factor, packed):
    data = tiff((GREY * np.float64(factor)).astype(kind), packed=packed)
    assert np.abs(opened(data)[..., 0].astype(int) - GREY).max() <= 1


@pytest.mark.parametrize(("kind", "most"), [("<u1", 255), ("<u2", 65535), ("<f4", 1)])
def test_white_may_be_zero(kind, most):
    data = tiff(((255 - GREY) / 255 * most).round(6 if most == 1 else 0).astype(kind), photometric=0)
    assert np.abs(opened(data)[..., 0].astype(int) - GREY).max() <= 1


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["<u1", "<u2", ">u2"])
def test_colours_may_lie_in_planes(kind, packed):
    values = (COLOURS * np.uint16(257 if kind[-1] == "2" else 1)).astype(kind)
    assert np.array_equal(opened(tiff(values, RGB, planes=True, packed=packed)), COLOURS)


@pytest.mark.parametrize("data", [
    tiff((GREY.astype(int) - 128).astype("i1")),
    tiff(np.dstack([GREY, GREY]), planes=True, packed=True),
])  # fmt: skip
def test_what_would_come_out_wrong_is_named(data):
    with pytest.raises(ImageError, match=r"rare kind that can't be read here: save it as PNG or JPEG"):
        open_image(data)


@pytest.mark.parametrize(("values", "said"), [
    (GREY.astype("<u2") * 16, "more than 8 bits: 0 is black here, 4,095 white."),
    (GREY.astype("<f4") - 20.5, "more than 8 bits: -10.5 is black here, 229.5 white."),
    (GREY.astype("<u2") * 257, ""), (GREY.astype("<u2"), ""), (GREY.astype("<f4") / 255, ""), (GREY, ""),
])  # fmt: skip
def test_which_numbers_are_black_and_white_is_told_where_it_was_guessed(values, said):
    _, remarks = open_with_remarks(tiff(values), name="cells.tif")
    assert remarks == ([f"cells.tif has numbers of {said}"] if said else [])


def test_a_set_is_told_where_its_numbers_cannot_be_compared(take, tmp_path):
    deep = [tmp_path / f"{number}.tif" for number in range(4)]
    for path, factor in zip(deep, (15, 16, 255, 257), strict=True):
        path.write_bytes(tiff(GREY.astype("<u2") * factor))
    assert take(*deep).notes == (
        "Images of more than 8 bits use different numbers for white: 4,095 in 2, 65,535 in 2. If they "
        "belong together, save them all the same way with 8 bits first.",
    )
    assert take(*deep[2:]).notes == ()
    deep[0].write_bytes(tiff(GREY.astype("<f4") - 11))
    deep[1].write_bytes(tiff(GREY[::-1].astype("<f4") - 12))
    assert "each is stretched from black to white" in take(*deep[:2]).notes[0]
