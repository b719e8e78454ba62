import base64
import io
import struct
import subprocess
import sys
import zlib

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageCms

from gan.images import (
    ImageError,
    data_uri,
    fit,
    gif,
    grid,
    mp4,
    open_image,
    open_with_remarks,
    png,
    to_tensor,
    to_uint8,
    webp,
)
from gan.specs import FITS

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
# A picture without symmetry: 2 rows, 3 columns
CORNERS = np.array([[RED, GREEN, BLUE], [WHITE, (0, 0, 0), (90, 90, 90)]], np.uint8)


def saved(image, kind="PNG", **options) -> bytes:
    out = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(out, kind, **options)
    return out.getvalue()


def opened(data) -> np.ndarray:
    image = open_image(data)
    assert image.mode == "RGB"
    return np.asarray(image)


def png_of_size(width: int, height: int) -> bytes:
    """A header with no pixels behind it: decoding it would fail."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    first = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + first + struct.pack(">I", 100) + b"IDAT"


def gif_of_size(screen: tuple[int, int], frame: tuple[int, int]) -> bytes:
    """Headers of the whole and of its first frame, which may claim more than the whole."""
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0, 0, 0)
    return head + b"," + struct.pack("<HHHHBB", 0, 0, *frame, 0, 8)


def plain(mode: str, colour, **options) -> Image.Image:
    return Image.new(mode, (4, 3), colour, **options)


# tensors


def test_every_byte_survives_the_round_trip():
    images = np.arange(256, dtype=np.uint8).reshape(2, 8, 16, 1)
    tensor = to_tensor(images)
    assert tensor.dtype == torch.float32 and tensor.shape == (2, 1, 8, 16)
    assert tensor.min() == -1 and tensor.max() == 1
    assert np.array_equal(to_uint8(tensor), images)


def test_channels_move_and_keep_their_order():
    tensor = to_tensor(CORNERS[None])
    assert tensor.shape == (1, 3, 2, 3)
    assert tensor[0, :, 0, 1].tolist() == [-1, 1, -1]  # green
    assert np.array_equal(to_uint8(tensor), CORNERS[None])


def test_tensors_are_rounded_and_clamped():
    step = 1 / 127.5
    values = torch.tensor([-1 + 0.49 * step, -1 + 0.51 * step, 1.5, -3, float("nan"), float("inf")])
    assert to_uint8(values.view(6, 1, 1, 1)).ravel().tolist() == [0, 1, 255, 0, 128, 255]


def test_half_precision_and_gradients_are_taken():
    half = torch.full((1, 1, 2, 2), 1.0, dtype=torch.bfloat16, requires_grad=True)
    assert to_uint8(half).tolist() == [[[[255], [255]], [[255], [255]]]]


def test_read_only_images_become_tensors_without_a_warning(recwarn):
    images = np.zeros((1, 2, 2, 3), np.uint8)
    images.flags.writeable = False
    to_tensor(images).add_(1)  # its own memory
    assert not recwarn.list and not images.any()


def test_pictures_do_without_torch():
    check = "import sys, gan.images; sys.exit('torch' in sys.modules or 'av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


# every mode


def palette(transparent: bool) -> bytes:
    image = Image.new("P", (4, 3), 1)
    image.putpalette([0, 0, 0, 10, 200, 30, 0, 0, 0])
    return saved(image, **({"transparency": 1} if transparent else {}))


MODES = {
    "grey": (saved(plain("L", 77)), (77, 77, 77)),
    "grey with alpha": (saved(plain("LA", (100, 51))), (224, 224, 224)),  # 0.2 * 100 + 0.8 * 255
    "RGB": (saved(plain("RGB", (1, 2, 3))), (1, 2, 3)),
    "RGBA": (saved(plain("RGBA", (255, 0, 100, 51))), (255, 204, 224)),
    "RGBA, all transparent": (saved(plain("RGBA", (9, 9, 9, 0))), WHITE),
    "RGBA, all there": (saved(plain("RGBA", (9, 8, 7, 255))), (9, 8, 7)),
    "palette": (palette(False), (10, 200, 30)),
    "palette, transparent": (palette(True), WHITE),
    "grey, one value transparent": (saved(plain("L", 40), transparency=40), WHITE),
    "RGB, another colour transparent": (saved(plain("RGB", (4, 5, 6)), transparency=(1, 1, 1)), (4, 5, 6)),
    "black and white": (saved(plain("1", 1)), WHITE),
    "16 bit": (saved(np.full((3, 4), 40 * 257, np.uint16)), (40, 40, 40)),
    "16 bit, brightest": (saved(np.full((3, 4), 65535, np.uint16)), WHITE),
    "16 bit, eight of them used": (saved(np.full((3, 4), 100, np.uint16)), (100, 100, 100)),
    "16 bit, twelve of them used": (saved(np.full((3, 4), 4095, np.uint16)), WHITE),
    "16 bit TIFF": (saved(np.full((3, 4), 200 * 257, np.uint16), "TIFF"), (200, 200, 200)),
    "32 bit TIFF": (saved(np.full((3, 4), 99 * 257, np.int32), "TIFF"), (99, 99, 99)),
    "float to 1": (saved(np.full((3, 4), 0.2, np.float32), "TIFF"), (51, 51, 51)),
    "float to 255": (saved(np.full((3, 4), 51, np.float32), "TIFF"), (51, 51, 51)),
    "CMYK TIFF": (saved(plain("CMYK", (255, 0, 0, 0)), "TIFF"), (0, 255, 255)),
    "bitmap": (saved(plain("RGB", (1, 2, 3)), "BMP"), (1, 2, 3)),
    "WebP": (saved(plain("RGBA", (255, 0, 100, 51)), "WEBP", lossless=True), (255, 204, 224)),
    "portable greymap": (b"P5 4 3 255\n" + bytes([77] * 12), (77, 77, 77)),
}


@pytest.mark.parametrize("name", MODES)
def test_every_mode_ends_as_upright_rgb(name):
    data, colour = MODES[name]
    assert np.array_equal(opened(data), np.broadcast_to(np.uint8(colour), (3, 4, 3)))


INKS = [((0, 255, 255, 0), RED), ((0, 0, 0, 0), WHITE), ((0, 0, 0, 255), 0)]


@pytest.mark.parametrize(("ink", "colour"), INKS)
def test_a_cmyk_jpeg_is_not_turned_inside_out(ink, colour):
    data = saved(Image.new("CMYK", (16, 16), ink), "JPEG", quality=95)
    assert Image.open(io.BytesIO(data)).mode == "CMYK"
    assert np.abs(opened(data).astype(int) - colour).max() <= 4


def test_floats_beyond_every_range_are_spread_and_survive_nan():
    values = np.array([[-10, 0, 10], [np.nan, np.inf, 10]], np.float32)
    grey = opened(saved(values, "TIFF"))[..., 0]
    assert grey.tolist() == [[0, 128, 255], [128, 128, 255]]


# What EXIF's orientations ask for, as the standard words them (row 0 and column 0 as seen), in numpy
TURNS = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),  # the first row is the right side
    7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
    8: lambda a: np.rot90(a),  # the first row is the left side
}


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {})])
@pytest.mark.parametrize("orientation", TURNS)
def test_exif_orientation_puts_every_corner_right(orientation, kind, options):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(CORNERS, kind, exif=exif, **options)
    assert np.array_equal(opened(data), TURNS[orientation](CORNERS))


def test_a_rotated_jpeg_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # as phones write it
    blocks = CORNERS.repeat(16, 0).repeat(16, 1)
    upright = opened(saved(blocks, "JPEG", quality=95, subsampling=0, exif=exif))
    assert upright.shape == (48, 32, 3)
    assert np.abs(upright[8, 24].astype(int) - RED).max() < 12  # stored top left, seen top right


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\x00\x00broken", b"Exif\x00\x00II*\x00\xff\xff\xff\xff"])
def test_broken_exif_costs_only_the_rotation(exif):
    assert opened(saved(CORNERS.repeat(8, 0), "JPEG", exif=exif)).shape == (16, 3, 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_counts(kind):
    frames = [Image.new("RGB", (5, 4), colour) for colour in (RED, GREEN, BLUE)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert np.array_equal(opened(data), np.broadcast_to(np.uint8(RED), (4, 5, 3)))


# colours, grounds, pages

SRGB, LAB = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
DISPLAY_P3 = base64.b64decode(
    "AAAB9GFwcGwEAAAAbW50clJHQiBYWVogB+QAAQABAAAAAAAAYWNzcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPbWAAEA"
    "AAAA0y0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJZGVzYwAAAPAAAAAwY3BydAAA"
    "ASAAAAAkd3RwdAAAAUQAAAAUclhZWgAAAVgAAAAUZ1hZWgAAAWwAAAAUYlhZWgAAAYAAAAAUclRSQwAAAZQAAAAgZ1RSQwAAAbQA"
    "AAAgYlRSQwAAAdQAAAAgbWx1YwAAAAAAAAABAAAADGVuVVMAAAAUAAAAHABEAGkAcwBwAGwAYQB5ACAAUAAzbWx1YwAAAAAAAAAB"
    "AAAADGVuVVMAAAAIAAAAHABuAG8AbgBlWFlaIAAAAAAAAPbWAAEAAAAA0y1YWVogAAAAAAAAg98AAD2/////u1hZWiAAAAAAAABK"
    "vwAAsTcAAAq5WFlaIAAAAAAAACg4AAARCwAAyLlwYXJhAAAAAAADAAAAAmZmAADypwAADVkAABPQAAAKW3BhcmEAAAAAAAMAAAAC"
    "ZmYAAPKnAAANWQAAE9AAAApbcGFyYQAAAAAAAwAAAAJmZgAA8qcAAA1ZAAAT0AAACls="
)
P3_RED = (234, 51, 35)  # of sRGB, as Display P3 writes it


@pytest.mark.parametrize(("kind", "options"), [
    ("PNG", {}), ("JPEG", {"quality": 100, "subsampling": 0}), ("WEBP", {"lossless": True}), ("TIFF", {}),
    ("AVIF", {"quality": 100}),
])  # fmt: skip
def test_colours_are_those_that_the_profile_means(kind, options):
    data = saved(plain("RGB", P3_RED), kind, icc_profile=DISPLAY_P3, **options)
    assert np.abs(opened(data).astype(int) - RED).max() <= 2


def fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(65536 * value) for value in values))


def profile(space: str, connection: str, tags: dict[str, bytes]) -> bytes:
    """A colour profile of version 2 with these tags."""
    white = fixed(0.9642, 1, 0.8249)
    tags = {"desc": b"desc\0\0\0\0\0\0\0\2x\0" + bytes(80), "wtpt": b"XYZ \0\0\0\0" + white} | tags
    tags = {name: body + bytes(-len(body) % 4) for name, body in tags.items()}
    place, table = 132 + 12 * len(tags), struct.pack(">I", len(tags))
    for name, body in tags.items():
        table += name.encode() + struct.pack(">II", place, len(body))
        place += len(body)
    kind, spaces = b"prtr" if space == "CMYK" else b"mntr", (space.encode(), connection.encode())
    head = struct.pack(">I4xI4s4s4s12x4s28x", place, 0x02400000, kind, *(s.ljust(4) for s in spaces), b"acsp")
    return (head + white).ljust(128, b"\0") + table + b"".join(tags.values())


def power(exponent: float) -> bytes:
    return b"curv\0\0\0\0\0\0\0\1" + struct.pack(">H", round(256 * exponent))


ADOBE_RGB = profile("RGB", "XYZ", {
    "rXYZ": b"XYZ \0\0\0\0" + fixed(0.60974, 0.31111, 0.01947), "rTRC": power(2.2),
    "gXYZ": b"XYZ \0\0\0\0" + fixed(0.20528, 0.62567, 0.06087), "gTRC": power(2.2),
    "bXYZ": b"XYZ \0\0\0\0" + fixed(0.14919, 0.06322, 0.74457), "bTRC": power(2.2),
})  # fmt: skip
LINEAR_SRGB = profile("RGB", "XYZ", {
    "desc": b"desc\0\0\0\0\0\0\0\x0clinear sRGB\0" + bytes(70),
    "rXYZ": b"XYZ \0\0\0\0" + fixed(0.43607, 0.22249, 0.01392), "rTRC": power(1),
    "gXYZ": b"XYZ \0\0\0\0" + fixed(0.38515, 0.71687, 0.09708), "gTRC": power(1),
    "bXYZ": b"XYZ \0\0\0\0" + fixed(0.14307, 0.06061, 0.71410), "bTRC": power(1),
})  # fmt: skip
LINEAR_GREY = profile("GRAY", "XYZ", {"kTRC": power(1)})
# An ink that only black shows of
BLACK_INK = profile("CMYK", "Lab", {
    "A2B0": b"mft1\0\0\0\0\4\3\2\0" + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + bytes(range(256)) * 4
            + b"\xff\x80\x80\0\x80\x80" * 8 + bytes(range(256)) * 3,
})  # fmt: skip


@pytest.mark.parametrize(("mode", "colour", "means", "of", "kinds"), [
    ("RGB", (100, 150, 100), (66, 151, 97), ADOBE_RGB, ("PNG", "TIFF", "WEBP")),
    ("RGB", (55, 55, 55), (128, 128, 128), LINEAR_SRGB, ("PNG", "TIFF", "WEBP")),
    ("RGBA", (100, 150, 100, 255), (66, 151, 97), ADOBE_RGB, ("PNG", "TIFF", "WEBP")),
    ("L", 55, (128, 128, 128), LINEAR_GREY, ("PNG", "TIFF", "JPEG")),
    ("LA", (55, 255), (128, 128, 128), LINEAR_GREY, ("PNG", "TIFF")),
    ("I;16", 55 * 257, (128, 128, 128), LINEAR_GREY, ("PNG", "TIFF")),
    ("CMYK", (0, 255, 0, 0), WHITE, BLACK_INK, ("TIFF", "JPEG")),
    ("CMYK", (0, 255, 0, 255), (0, 0, 0), BLACK_INK, ("TIFF", "JPEG")),
])  # fmt: skip
def test_profiles_of_every_space_are_used(mode, colour, means, of, kinds):
    for kind in kinds:
        options = {"lossless": True} if kind == "WEBP" else {}
        pixels = opened(saved(plain(mode, colour), kind, icc_profile=of, **options)).astype(int)
        assert np.abs(pixels - means).max() <= 2, kind


def with_cicp(primaries: int, transfer: int) -> bytes:
    data, chunk = saved(plain("RGB", P3_RED)), b"cICP" + bytes([primaries, transfer, 0, 1])
    return data[:33] + struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]


def test_colours_are_those_that_a_number_means():
    avif = saved(plain("RGB", P3_RED), "AVIF", quality=100)
    kind = avif.index(b"colrnclx") + 8
    for data in (with_cicp(12, 13), avif[:kind] + b"\0\x0c" + avif[kind + 2 :]):
        assert np.abs(opened(data).astype(int) - RED).max() <= 3
    assert opened(with_cicp(1, 13))[0, 0].tolist() == list(P3_RED)
    assert opened(with_cicp(9, 1))[0, 0, 0] == 255
    with pytest.raises(ImageError, match="is an HDR image"):
        open_image(with_cicp(9, 16))


def test_a_profile_counts_in_palettes_and_beside_transparency():
    palette = plain("RGB", P3_RED).quantize(2)
    assert np.abs(opened(saved(palette, icc_profile=DISPLAY_P3))[0, 0].astype(int) - RED).max() <= 2
    clear = plain("RGBA", (*P3_RED, 255))
    clear.putpixel((3, 2), (0, 0, 0, 0))
    pixels = opened(saved(clear, icc_profile=DISPLAY_P3))
    assert np.abs(pixels[0, 0].astype(int) - RED).max() <= 2 and pixels[2, 3].tolist() == list(WHITE)


OF_LAB = ImageCms.ImageCmsProfile(LAB).tobytes()


@pytest.mark.parametrize("profile", [b"nonsense" * 40, DISPLAY_P3[:200], OF_LAB])
def test_a_profile_that_does_not_fit_is_no_profile(profile):
    assert opened(saved(plain("RGB", P3_RED), icc_profile=profile))[0, 0].tolist() == list(P3_RED)
    assert opened(saved(plain("L", 99), icc_profile=DISPLAY_P3))[0, 0].tolist() == [99] * 3


def test_lab_is_a_colour_space_of_its_own():
    lab = ImageCms.profileToProfile(plain("RGB", (200, 60, 30)), SRGB, LAB, outputMode="LAB")
    assert np.abs(opened(saved(lab, "TIFF")).astype(int) - (200, 60, 30)).max() <= 5


def test_a_png_that_names_a_gamma_is_shown_by_it():
    data = saved(plain("RGB", (55, 55, 55)))
    chunk = b"gAMA" + struct.pack(">I", 100_000)  # the numbers are the light itself
    data = data[:33] + struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
    assert opened(data)[0, 0].tolist() == [127] * 3


def deep_png(value: int) -> bytes:
    header = struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    body = zlib.compress(b"\0" + struct.pack(">H", value) * 6)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in chunks
    )


def test_sixteen_bits_a_colour_are_no_black():
    assert opened(deep_png(200 * 257)).max() == 200
    with pytest.raises(ImageError, match="would be black here: save it with 8 bits first"):
        open_image(deep_png(4000))  # twelve bits, of which Pillow keeps four


def test_light_beyond_white_does_not_darken_the_rest():
    light = np.linspace(0, 3, 6, dtype=np.float32).reshape(2, 3)
    assert opened(saved(light, "TIFF"))[..., 0].tolist() == [[0, 51, 102], [153, 204, 255]]


def drawing(colour) -> Image.Image:
    """A filled square on nothing."""
    image = Image.new("RGBA", (40, 40), (*colour, 0))
    image.paste((*colour, 255), (10, 10, 30, 30))
    return image


@pytest.mark.parametrize(("colour", "ground"), [
    ((0, 0, 0), 255), ((250, 200, 10), 255), ((255, 255, 255), 0), ((240, 245, 240), 0),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_drawing_stands_on_a_ground_that_shows_it(colour, ground, kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    image, remarks = open_with_remarks(saved(drawing(colour), kind, **options), name="a.x")
    assert image.getpixel((0, 0)) == (ground,) * 3 and image.getpixel((20, 20)) == colour
    said = "a.x is a drawing on a transparent background that would vanish on white: it is put on black."
    assert remarks == ([] if ground else [said])


def test_black_and_white_on_nothing_stay_on_white():
    image = drawing((255, 255, 255))
    image.paste((0, 0, 0, 255), (0, 0, 12, 40))
    assert open_image(saved(image)).getpixel((39, 0)) == WHITE


@pytest.mark.parametrize(("kind", "said"), [
    ("GIF", "is an animation"), ("PNG", "is an animation"), ("WEBP", "is an animation"),
    ("AVIF", "is an animation"), ("TIFF", "has several pages"),
])  # fmt: skip
def test_what_a_file_holds_beside_its_first_picture_is_told(kind, said):
    frames = [plain("RGB", colour) for colour in (RED, GREEN)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    _, (remark,) = open_with_remarks(data, name="a")
    assert remark.startswith(f"a {said}: ") and remark.endswith(" is used.")
    assert open_with_remarks(saved(frames[0], kind))[1] == []


def test_a_thumbnail_before_the_photo_is_not_taken_for_it():
    pages = [Image.new("RGB", size, RED) for size in ((16, 12), (64, 48), (32, 24))]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], tiffinfo={254: 1})
    for name in ("", "DSC_0000.NEF"):
        assert open_image(data, name=name).size == (64, 48)
    with pytest.raises(ImageError, match=r"a\.NEF is a camera's raw photo: save it as JPEG first"):
        open_image(saved(pages[0], "TIFF", tiffinfo={254: 1}), name="a.NEF")
    with pytest.raises(ImageError, match="raw photo"):
        open_image(saved(pages[0], "TIFF", tiffinfo={50706: b"\1\4\0\0"}), name="a.tif")  # DNG
    assert open_image(saved(pages[0], "TIFF", tiffinfo={254: 1})).size == (16, 12)


def test_a_very_large_picture_is_made_smaller_and_keeps_its_ground():
    image = Image.new("LA", (6000, 3000), (0, 255))
    image.paste((0, 0), (3000, 0, 6000, 3000))
    small = open_image(saved(image, compress_level=1))
    assert small.size == (3000, 1500)
    assert small.getpixel((0, 0)) == (0, 0, 0) and small.getpixel((2999, 1499)) == WHITE


# wrong files

NOISE = np.random.RandomState(0).randint(0, 255, (64, 64, 3), np.uint8)
WRONG = {
    "empty.png": (b"", "empty"),
    "notes.png": (b"Dear diary, this is no picture.\n", "not an image"),
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    "prolog.svg": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg/>', "SVG"),
    "phone.heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
    "figure.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "EPS"),
    "photo.CR2": (b"II*\0\x10\0\0\0CR\2\0" + bytes(40), "raw photo"),
    "photo.cr3": (b"\0\0\0\x18ftypcrx \0\0\0\1", "raw photo"),
    "photo.pef": (b"MM\0*" + bytes(40), "raw photo"),
    "picture.jxl": (b"\xff\x0a\xfa\x1f", "JPEG XL"),
    "scan.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    "layers.psd": (b"8BPS\0\1" + bytes(20), "Photoshop"),
    "page.pdf": (b"%PDF-1.7\n", "PDF"),
    "packed.svgz": (b"\x1f\x8b\x08\0" + bytes(20), "SVG"),
    "site.ico": (b"\0\0\1\0\2\0\x10\x10", "ICO"),
    "old.tga": (b"\0\0\2" + bytes(9) + b"\x08\0\x08\0\x18\0", "TGA"),
    "error.jpg": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<Error/>', "a text (XML)"),
    "all.tar": (b"x.jpg".ljust(257, b"\0") + b"ustar\x0000" + bytes(240), "packed archive"),
    "all.tar.gz": (b"\x1f\x8b\x08\0" + bytes(20), "packed archive"),
    "voice.m4a": (b"\0\0\0\x18ftypM4A \0\0\0\0", "sound"),
    "song.ogg": (b"OggS\0\2" + bytes(22) + b"\x01vorbis", "sound"),
    "film.ogv": (b"OggS\0\2" + bytes(22) + b"\x80theora", "video"),
    "film.wmv": (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa", "video"),
    "film.m2ts": ((b"\0\0\0\0G" + bytes(187)) * 3, "video"),
    "app.png": (b"\x89PNG\r\n\x1a\n\0\0\0\4CgBI" + bytes(8) + png_of_size(4, 3)[8:], "rare kind"),
    "light.pfm": (b"PF\n4 3\n-1.0\n" + bytes(144), "rare kind"),
    "old.pcx": (b"\x0a\5\1\x08" + bytes(40), "PCX"),
    "film.mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0", "video"),
    "saved.jpg": (b"<!DOCTYPE html><html></html>", "web page"),
    "pointer.png": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
    "half.png": (saved(NOISE)[:6000], "damaged"),
    "half.jpg": (saved(NOISE, "JPEG")[:900], "damaged"),
    "header.png": (png_of_size(10, 10), "damaged"),
    "bomb.png": (png_of_size(50_000, 50_000), "too large"),
    "wide.png": (png_of_size(8_000, 5_001), "too large (8,000 × 5,001 pixels)"),
    "bomb.gif": (gif_of_size((65535, 65535), (1, 1)), "too large"),
    "hidden.gif": (gif_of_size((1, 1), (30_000, 2_000)), "too large"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gets_a_sentence_that_names_it(name, tmp_path):
    data, reason = WRONG[name]
    (tmp_path / name).write_bytes(data)
    for source, known_as in ((tmp_path / name, ""), (data, name)):
        with pytest.raises(ImageError) as caught:
            open_image(source, name=known_as)
        text = str(caught.value)
        assert text.startswith(name) and reason in text and text.endswith(".") and "\n" not in text


def test_a_file_that_is_not_there_is_a_sentence_too(tmp_path):
    with pytest.raises(ImageError, match=r"^gone\.png is no longer here; choose it again\.$"):
        open_image(tmp_path / "gone.png")
    with pytest.raises(ImageError, match="could not be read"):
        open_image(tmp_path)


def test_the_limit_on_pixels_is_exact():
    data = saved(plain("RGB", RED))
    assert open_image(data, max_pixels=12).size == (4, 3)
    with pytest.raises(ImageError, match="too large"):
        open_image(data, max_pixels=11)


# fit


def test_fit_takes_the_centre_and_keeps_pixels_it_need_not_resize():
    wide = np.arange(2 * 5 * 3, dtype=np.uint8).reshape(2, 5, 3)
    assert np.array_equal(fit(wide, 2, 3), wide[:, 1:3])
    assert np.array_equal(fit(wide.swapaxes(0, 1), 2, 3), wide.swapaxes(0, 1)[1:3])
    assert np.array_equal(fit(Image.fromarray(wide), 2, 3), wide[:, 1:3])


def test_fit_pads_with_the_edges_own_colours_or_with_white():
    wide = np.array([[RED] * 4, [BLUE, BLUE, WHITE, WHITE]], np.uint8)
    padded = fit(wide, 4, 3, "pad")
    assert np.array_equal(padded[1:3], wide)
    assert (padded[0] == RED).all() and (padded[3] == (128, 128, 255)).all()  # the mean of its edge
    tall = fit(wide.swapaxes(0, 1), 4, 3, "pad")
    assert np.array_equal(tall, padded.swapaxes(0, 1))
    white = fit(wide, 4, 3, "white")
    assert (white[[0, 3]] == 255).all() and np.array_equal(white[1:3], wide)
    assert fit(np.zeros((64, 20, 3), np.uint8), 32, 1, "white")[:, :, 0].mean(0).tolist() == (
        [255] * 11 + [0] * 10 + [255] * 11
    )


def test_fit_stretches_and_a_square_is_the_same_in_every_way():
    halves = np.zeros((32, 8, 3), np.uint8)
    halves[:, 4:] = 255
    assert fit(halves, 32, 1, "stretch")[:, [0, 4, 27, 31], 0].tolist() == [[0, 0, 255, 255]] * 32
    square = np.random.RandomState(0).randint(0, 256, (40, 40, 3), np.uint8)
    for how in FITS:
        assert np.array_equal(fit(square, 32, 3, how), fit(square, 32, 3))
        assert fit(np.zeros((1, 999, 3), np.uint8), 32, 3, how).shape == (32, 32, 3)


def test_fit_is_antialiased():
    stripes = np.zeros((256, 256), np.uint8)
    stripes[:, ::2] = 255
    small = fit(stripes, 32, 1)[4:-4, 4:-4]  # away from the edges, where a filter sees less
    assert np.abs(small.astype(int) - 127.5).max() <= 1.5


def test_fit_to_grey_is_luma():
    for colour, luma in ((RED, 76), (GREEN, 150), (BLUE, 29), ((50, 50, 50), 50)):  # 0.299, 0.587, 0.114
        assert fit(np.full((4, 4, 3), colour, np.uint8), 4, 1).ravel().tolist() == [luma] * 16


SHAPES = [(1, 1), (1, 1, 1), (1, 1, 3), (5000, 1, 3), (1, 5000), (300, 7, 4), (33, 32, 3)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 3), (64, 3)])
def test_fit_takes_any_shape(shape, size, channels):
    fitted = fit(np.full(shape, 255, np.uint8), size, channels)
    assert fitted.shape == (size, size, channels) and fitted.dtype == np.uint8
    assert (fitted == 255).all()


@pytest.mark.parametrize("shape", [(4,), (4, 4, 2), (0, 4, 3), (1, 4, 4, 3)])
def test_fit_refuses_what_is_no_picture(shape):
    with pytest.raises(ImageError, match="uint8"):
        fit(np.zeros(shape, np.uint8), 32, 3)
    with pytest.raises(ImageError, match="float"):
        fit(np.zeros((4, 4, 3)), 32, 3)


# grid, PNG


def test_grid_has_no_gaps_and_reads_row_by_row():
    images = np.arange(1, 6, dtype=np.uint8)[:, None, None, None].repeat(2, 1).repeat(3, 2)  # 5 of 2 x 3
    assert grid(images, columns=3)[::2, ::3, 0].tolist() == [[1, 2, 3], [4, 5, 255]]
    assert grid(images).shape == (4, 9, 1)
    assert grid(images[:4]).shape == (4, 6, 1)
    assert np.array_equal(grid(images[:1]), images[0])


@pytest.mark.parametrize("channels", [1, 3])
def test_png_is_lossless_and_of_native_size(channels):
    image = np.random.RandomState(0).randint(0, 256, (7, 5, channels), np.uint8)
    back = Image.open(io.BytesIO(png(image)))
    assert (back.format, back.mode, back.size) == ("PNG", "L" if channels == 1 else "RGB", (5, 7))
    assert np.array_equal(np.asarray(back).reshape(7, 5, channels), image)
    head, _, body = data_uri(image).partition(",")
    assert head == "data:image/png;base64" and base64.b64decode(body) == png(image)


# films


def film(n: int, h: int, w: int, c: int) -> np.ndarray:
    """Frames of one colour each, all different."""
    colours = np.linspace(0, 255, n * c).astype(np.uint8).reshape(n, 1, 1, c)
    return np.broadcast_to(colours, (n, h, w, c)).copy()


@pytest.mark.parametrize("channels", [1, 3])
def test_gif_keeps_frames_size_speed_and_colours(channels):
    frames = film(7, 5, 6, channels)
    frames[:, 0, 0] = 255 - frames[:, 0, 0]
    back = Image.open(io.BytesIO(gif(frames, fps=12, scale=3)))
    assert (back.n_frames, back.size, back.info["loop"]) == (7, (18, 15), 0)
    times = []
    for number, frame in enumerate(frames):
        back.seek(number)
        times.append(back.info["duration"])
        shown = np.asarray(back.convert("RGB"))[1::3, 1::3]
        assert np.array_equal(shown, np.broadcast_to(frame, (5, 6, 3)))
    assert sum(times) == 580 and set(times) == {80, 90}  # 7 / 12 s in hundredths


def test_gif_goes_no_faster_than_browsers_play():
    back = Image.open(io.BytesIO(gif(film(3, 4, 4, 3), fps=100)))
    assert back.info["duration"] == 20


def played(data: bytes):
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        return stream, pictures, float(stream.average_rate)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("size", "scale", "side"), [(28, 4, 112), (33, 1, 34), (1, 1, 2)])
def test_mp4_keeps_frames_size_speed_and_colours(channels, size, scale, side):
    frames = film(9, size, size, channels)
    stream, pictures, rate = played(mp4(frames, fps=15, scale=scale))
    assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    assert len(pictures) == 9 and rate == 15
    for picture, frame in zip(pictures, frames, strict=True):
        assert picture.shape == (side, side, 3)
        assert np.abs(picture.astype(int) - frame[0, 0]).max() <= 6


def test_mp4_takes_a_broken_rate():
    assert played(mp4(film(3, 8, 8, 3), fps=29.97))[2] == pytest.approx(29.97, abs=0.01)


@pytest.mark.parametrize("channels", [1, 3])
def test_webp_loses_no_colour(channels):
    frames = film(7, 5, 6, channels)
    frames[:, 0, 0] = 255 - frames[:, 0, 0]
    back = Image.open(io.BytesIO(webp(frames, fps=12, scale=3)))
    assert (back.n_frames, back.size, back.info["loop"]) == (7, (18, 15), 0)
    times = []
    for number, frame in enumerate(frames):
        back.seek(number)
        shown = np.asarray(back.convert("RGB"))
        times.append(back.info["duration"])
        assert np.array_equal(shown, np.broadcast_to(frame.repeat(3, 0).repeat(3, 1), (15, 18, 3)))
    assert sum(times) == 583  # 7 / 12 s in milliseconds


@pytest.mark.parametrize("save", [gif, mp4, webp])
def test_no_frames_is_a_sentence(save):
    with pytest.raises(ImageError, match="no frames"):
        save(np.zeros((0, 4, 4, 3), np.uint8), 10)
    with pytest.raises(ImageError, match="frames a second"):
        save(film(2, 4, 4, 3), 0)


@pytest.mark.parametrize("shape", [(5, 7), (28, 28, 1), (7, 5, 3), (64, 64, 3), (9, 4, 4), (1, 1, 3)])
def test_a_png_reads_back_to_the_last_bit(shape):
    image = np.random.RandomState(0).randint(0, 256, shape, dtype=np.uint8)
    with Image.open(io.BytesIO(png(image))) as read:
        read.verify()
    read = Image.open(io.BytesIO(png(image)))
    assert read.mode == {1: "L", 3: "RGB", 4: "RGBA"}[image.size // (shape[0] * shape[1])]
    np.testing.assert_array_equal(np.asarray(read).reshape(shape), image)
