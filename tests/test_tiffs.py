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


def packed_bits(values: np.ndarray, bits: int) -> bytes:
    """A TIFF of so many bits a pixel, one after another, each row ending on a byte."""
    rows = ["".join(f"{value:0{bits}b}" for value in row) for row in values.tolist()]
    strip = b"".join(int(row + "0" * (-len(row) % 8), 2).to_bytes(-(-len(row) // 8)) for row in rows)
    height, width = values.shape
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(strip)}
    strip += b"\0" * (len(strip) % 2)
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return (
        b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip + struct.pack("<H", len(tags)) + table + bytes(4)
    )


@pytest.mark.parametrize("part", [16, 1])
def test_twelve_bits_a_pixel_are_parts_of_4095_however_dark(part):
    picture, _ = open_with_remarks(packed_bits(GREY.astype(int) * part, 12), name="a.tif")
    assert np.array_equal(np.asarray(picture)[..., 0], np.rint(GREY.astype(int) * part * 255 / 4095))


@pytest.mark.parametrize("bits", [10, 14])
def test_ten_and_fourteen_bits_a_pixel_are_named(bits):
    with pytest.raises(ImageError, match="rare kind that can't be read here"):
        open_image(packed_bits(GREY.astype(int), bits))


def png(values: np.ndarray, significant: int = 16) -> bytes:
    """A PNG of 16 bits a value that says how many of them count."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, bands = (*values.shape, 1)[:3]
    head = struct.pack(">IIBBBBB", width, height, 16, 2 if bands == 3 else 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"sBIT", bytes([significant] * bands))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("data", [
    tiff(GREY.astype("<u2") * 64), tiff(GREY.astype(">u2") * 64), tiff(GREY.astype("<u2") * 4),
    tiff(COLOURS.astype("<u2") * 64, RGB), png(GREY.astype(int) * 64, 14), png(COLOURS.astype(int) * 64, 14),
], ids=["14", "14 big-endian", "10 in 12", "14 of colours", "png", "png of colours"])  # fmt: skip
def test_pictures_that_leave_two_bits_empty_are_told_to_be_dark(data, take, tmp_path):
    _, remarks = open_with_remarks(data, name="night")
    assert remarks[-1] == (
        "night has more than 8 bits and is dark: its brightest place is below a quarter of white. If it "
        "should be brighter, save it with 8 bits first."
    )
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(tiff(GREY[::-1].astype("<u2") * 50))
    dark = "The 2 images of more than 8 bits are dark: none is brighter than a quarter of white."
    assert take(tmp_path / "a", tmp_path / "b").notes[-1].startswith(dark)
    (tmp_path / "b").write_bytes(tiff(GREY.astype("<u2") * 257))
    assert not any("dark" in note for note in take(tmp_path / "a", tmp_path / "b").notes)


@pytest.mark.parametrize("data", [
    tiff(GREY.astype("<u2") * 257), png(GREY.astype(int) * 257, 12), png(COLOURS.astype(int) * 257, 14),
    tiff(GREY.astype("<u2") * 0), tiff(GREY // 5),
], ids=["16", "scaled as sBIT asks", "colours", "black", "8 bits"])  # fmt: skip
def test_others_are_not(data):
    assert open_with_remarks(data, name="day")[1] == []
