"""Pictures that mean harm: built by hand, and mutated from good ones of every format."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image
from spoilers import mutated
from test_decoding import HOSTILE, many_markers, many_scans, plain_png, saved
from test_images import MODES, gif_of_size, png_of_size

SIDE = 700
SIZES = (0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 30_000, 6_300)


def photo(mode: str = "RGB") -> Image.Image:
    """Some noise on a gradient: nothing packs it well."""
    random = np.random.RandomState(0)
    ramp = np.linspace(0, 200, SIDE)[None, :, None] + random.randint(0, 56, (SIDE, SIDE, 4))
    return Image.fromarray(ramp.astype(np.uint8), "RGBA").convert(mode)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunks(*chunks: bytes) -> bytes:
    """A PNG with more between its header and its pixels."""
    data = saved(photo().resize((40, 40)), "PNG")
    return data[:33] + b"".join(chunks) + data[33:]


def many_frames(kind: str) -> bytes:
    frames = [Image.new("P", (8, 8), n % 250) for n in range(2000)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


def many_pages(count: int, endless: bool = False) -> bytes:
    """A TIFF of so many pages, each marked as a copy; `endless`: the last one points to the first."""
    page, out = 2 + 5 * 12 + 4, io.BytesIO()
    out.write(b"II*\0" + struct.pack("<I", 8))
    for number in range(count):
        last = 8 if endless else 0
        after = 8 + (number + 1) * page if number + 1 < count else last
        tags = ((254, 4, 1), (256, 4, 1), (257, 4, 1), (258, 3, 8), (262, 3, 1))
        out.write(struct.pack("<H", len(tags)))
        out.write(b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags))
        out.write(struct.pack("<I", after))
    return out.getvalue()


def many_strips() -> bytes:
    """A TIFF of a million strips, all the same few bytes."""
    count = 30_000 * 33
    tags = ((256, 4, 1, 1), (257, 4, 1, count), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
            (273, 4, count, 200), (277, 3, 1, 1), (278, 4, 1, 1),
            (279, 4, count, 200 + 4 * count))  # fmt: skip
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    head += b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return head.ljust(200, b"\0") + struct.pack("<I", 10) * count + struct.pack("<I", 1) * count


def tiff(mode: str, side: int, **options) -> bytes:
    return saved(Image.new(mode, (side, side)), "TIFF", **options)


BY_HAND: dict[str, Callable[[], bytes]] = HOSTILE | {
    "PNG, a text that unpacks to 400 MB": lambda: with_chunks(
        chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(400 * 2**20), 9))),
    "PNG, a profile that unpacks to 400 MB": lambda: with_chunks(
        chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(400 * 2**20), 9))),
    "PNG, a million chunks": lambda: with_chunks(chunk(b"tEXt", b"a\0b") * 10**6),
    "PNG, a million chunks that are none": lambda: with_chunks(chunk(b"abCd", b"") * 10**6),
    "PNG, 16 bit, as large as may be": lambda: saved(Image.new("I;16", (6300, 6300)), "PNG"),
    "PNG, interlaced sides": lambda: plain_png(30_000, 1300),
    "PNG, no pixels": lambda: png_of_size(6000, 6000),
    "PNG, sides beyond any": lambda: png_of_size(2**31 - 1, 2**31 - 1),
    "GIF, 2,000 frames": lambda: many_frames("GIF"),
    "GIF, a frame beyond its screen": lambda: gif_of_size((10, 10), (65535, 65535)),
    "GIF, a large screen": lambda: gif_of_size((6300, 6300), (6300, 6300)) + bytes(4000),
    "GIF, an endless comment": lambda: b"GIF89a\x08\0\x08\0\0\0\0\x21\xfe" + b"\xffa" * 3_000_000,
    "WebP, 2,000 frames": lambda: many_frames("WEBP"),
    "WebP, as large as may be": lambda: saved(Image.new("RGBA", (6300, 6300)), "WEBP", lossless=True),
    "WebP, noise": lambda: saved(photo("RGBA").resize((3000, 3000)), "WEBP", lossless=True, method=0),
    "AVIF, as large as may be": lambda: saved(Image.new("RGB", (6300, 6300)), "AVIF", speed=10),
    "TIFF, 100,000 pages": lambda: many_pages(100_000),
    "TIFF, pages without end": lambda: many_pages(3, endless=True),
    "TIFF, a million strips": many_strips,
    "TIFF, LZW as large as may be": lambda: tiff("RGB", 6300, compression="tiff_lzw"),
    "TIFF, deflated as large as may be": lambda: tiff("RGBA", 6300, compression="tiff_adobe_deflate"),
    "TIFF, fax as large as may be": lambda: tiff("1", 6300, compression="group4"),
    "TIFF, floats as large as may be": lambda: tiff("F", 6300, compression="tiff_lzw"),
    "TIFF, inks as large as may be": lambda: tiff("CMYK", 6300, compression="packbits"),
    "TIFF, LAB as large as may be": lambda: tiff("LAB", 6300, compression="tiff_lzw"),
    "JPEG, as large as may be": lambda: saved(Image.new("RGB", (6300, 6300), "red"), "JPEG"),
    "JPEG, inks as large as may be": lambda: saved(Image.new("CMYK", (6300, 6300)), "JPEG", progressive=True),
    "JPEG, scans of a small picture": lambda: again(saved(photo(), "JPEG", progressive=True), 3000),
    "JPEG, markers before markers": lambda: many_markers() + many_markers(),
    "JPEG, a start without end": lambda: b"\xff\xd8" + b"\xff" * 20_000_000,
    "JPEG, restarts without end": lambda: saved(photo(), "JPEG")[:-2] + b"\xff\xd0" * 5_000_000,
    "JPEG, scans cut off": lambda: many_scans()[:-1000],
    "PPM, one comment": lambda: b"P6 #" + b"a" * 30_000_000 + b"\n10 10 255\n" + bytes(300),
    "PPM, spaces": lambda: b"P6" + b" " * 30_000_000 + b"10 10 255\n" + bytes(300),
    "PPM, a number without end": lambda: b"P3 1" + b"0" * 10_000_000 + b" 1 255 1",
    "PBM, of text": lambda: b"P1 6000 6000 " + b"1 0 " * 9_000_000,
    "PGM, two bytes a value": lambda: b"P5 6300 6300 65535\n" + bytes(2 * 6300 * 6300),
    "PFM": lambda: b"Pf 6300 6300 -1\n" + bytes(4 * 6300 * 6300),
    "BMP, upside down and lying": lambda: lying_bmp(6300, -6300),
    "BMP, as many colours as it says": lambda: lying_bmp(100, 100, colours=2**31 - 1),
}  # fmt: skip


def again(jpeg: bytes, times: int) -> bytes:
    last = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + times * last + b"\xff\xd9"


def lying_bmp(width: int, height: int, colours: int = 0) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, colours, 0)
    return b"BM" + struct.pack("<IHHI", 10**9, 0, 0, 54) + head + bytes(3000)


def good() -> dict[str, bytes]:
    """Of every format and mode a picture: what mutations begin with."""
    kinds = (
        ("PNG", "RGBA", {}), ("JPEG", "RGB", {}), ("JPEG", "RGB", {"progressive": True}), ("GIF", "P", {}),
        ("WEBP", "RGB", {}), ("WEBP", "RGBA", {"lossless": True}), ("BMP", "RGB", {}), ("PPM", "RGB", {}),
        ("TIFF", "RGB", {}), ("TIFF", "CMYK", {"compression": "tiff_lzw"}), ("JPEG", "CMYK", {}),
        ("TIFF", "1", {"compression": "group3"}), ("TIFF", "RGB", {"compression": "jpeg"}),
        ("AVIF", "RGB", {"speed": 10}),
    )  # fmt: skip
    large = {f"large {kind} {mode} {said}": saved(photo(mode), kind, **said) for kind, mode, said in kinds}
    return large | {name: data for name, (data, _) in MODES.items()}


def by_chance(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    random, bases = np.random.RandomState(seed), list(good().items())
    for number in range(count):
        name, data = bases[number % len(bases)]
        way = WAYS[random.randint(len(WAYS))]
        yield f"{name}, {way.__name__} {number}", way(data, random)


def bits(data: bytes, random) -> bytes:
    changed = np.frombuffer(data, np.uint8).copy()
    places = random.randint(0, len(data), random.randint(1, 200))
    changed[places] ^= (1 << random.randint(0, 8, len(places))).astype(np.uint8)
    return changed.tobytes()


def cut(data: bytes, random) -> bytes:
    return data[: random.randint(len(data))]


def lies(data: bytes, random) -> bytes:
    """A number in the header, of two or four bytes in either order, is a size that it is not."""
    changed, at = bytearray(data), random.randint(4, min(len(data) - 4, 120))
    size = SIZES[random.randint(len(SIZES))]
    form = (">H", "<H", ">I", "<I")[random.randint(4)]
    struct.pack_into(form, changed, at, size & (0xFFFF if form[1] == "H" else 0xFFFFFFFF))
    return bytes(changed)


def doubled(data: bytes, random) -> bytes:
    """A piece of it, often."""
    at = random.randint(len(data))
    piece = data[at : at + random.randint(2, 4000)]
    return data[:at] + piece * min(3000, 5_000_000 // len(piece) if piece else 0) + data[at:]


def joined(data: bytes, random) -> bytes:
    return data[: random.randint(len(data))] + data[random.randint(len(data)) :]


WAYS = (bits, cut, lies, lies, doubled, joined, mutated)
