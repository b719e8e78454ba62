"""Files that are no picture which can be read here, named as what they are by their first bytes."""

import re

READABLE = "PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF"
ANEW = "save it as PNG or JPEG first"
RAW = "a camera's raw photo: save it as JPEG first, with the camera's own or a photo program"
HEIC = "a HEIC photo, which can't be read here: save it as JPEG first"
BROKEN = f"damaged, or of a rare kind that can't be read here: {ANEW}"
VECTOR = f"which has no pixels: {ANEW}"
RAW_ENDS = (
    ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".dng", ".arw", ".srf", ".sr2", ".orf", ".rw2", ".raf", ".pef",
    ".srw", ".x3f", ".3fr", ".iiq", ".erf", ".mef", ".mos", ".mrw", ".dcr", ".kdc", ".raw", ".rwl",
)  # fmt: skip
# How a file starts -> what it is; the first one that fits counts
STARTS = (
    (rb"....ftyp(hei[cxms]|hev[cmx])", HEIC),
    (rb"....ftyp(mif1|msf1|miaf)", HEIC),
    (rb"....ftypcrx |IIRO|IIRS|MMOR|IIU\0|FUJIFILMCCD-RAW|FOVb|\0MRM|II..\0\0HEAPCCDR", RAW),
    (rb"II\*\0....CR", RAW),
    (rb"....ftypavi[fs]", BROKEN),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", f"a JPEG XL image, which can't be read here: {ANEW}"),
    (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", f"a JPEG 2000 image, which is not read here: {ANEW}"),
    (rb"II\xbc", f"a JPEG XR image, which can't be read here: {ANEW}"),
    (rb"qoif", f"a QOI image, which is not read here: {ANEW}"),
    (rb"8BPS|8BPB", f"a Photoshop file: {ANEW}"),
    (rb"gimp xcf", f"a GIMP file: {ANEW}"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", f"an EPS or PostScript drawing, {VECTOR}"),
    (rb"%PDF", f"a PDF document: {ANEW}, one image per page"),
    (rb"\0\0[\x01\x02]\0[^\0]", f"an icon file (ICO), which holds several images: {ANEW}"),
    (rb"icns", f"an icon file (ICNS), which holds several images: {ANEW}"),
    (rb"\x0a[\0-\x05]\x01[\x01\x02\x04\x08]", f"a PCX image, which is not read here: {ANEW}"),
    (rb"v/1\x01", f"an OpenEXR image: {ANEW}"),
    (rb"#\?RADIANCE|#\?RGBE", f"a Radiance HDR image: {ANEW}"),
    (rb"DDS ", f"a DDS texture: {ANEW}"),
    (rb"BPG\xfb|FLIF|AT&TFORM|farbfeld|\x01\xda|Y\xa6j\x95", f"an image of a rare kind: {ANEW}"),
    (rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF", f"a WMF or EMF drawing, {VECTOR}"),
    (rb".{128}DICM", f"a DICOM file: {ANEW}"),
    (rb"SIMPLE  =", f"a FITS file: {ANEW}"),
    (rb"\x93NUMPY", f"a NumPy array: {ANEW}"),
    (rb"....ftypM4[AB]|RIFF....WAVE|fLaC|ID3|\xff[\xe3\xf2\xf3\xfb]|OggS.{24}(\x01vorbis|OpusHead|\x7fFLAC)|MThd",
     "a sound recording, not an image"),
    (rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI |\0\0\x01\xba|\0\0\x01\xb3|OggS|FLV|0&\xb2u\x8ef\xcf\x11|"
     rb"(G.{187}|....G.{191})G", "a video: save single images of it"),
    (rb"PK\x03\x04", "a zip or a document, not an image: take the images out of it first"),
    (rb"Rar!|7z\xbc\xaf|\xfd7zXZ|BZh|\x1f\x8b|\x28\xb5\x2f\xfd|.{257}ustar",
     "a packed archive: unpack it first, or make a zip of it"),
    (rb"\s*(<!doctype html|<html)", "a web page, not an image: save the image itself"),
    (rb"<\?xml", "a text (XML), not an image"),
    (rb"version https://git-lfs",
     "a note that stands for an image kept elsewhere (Git LFS): fetch the image itself"),
)  # fmt: skip
COMPILED = tuple((re.compile(start, re.DOTALL | re.IGNORECASE), what) for start, what in STARTS)
# Kinds whose first bytes say little
SVG = f"an SVG drawing, {VECTOR}"
ENDS = dict.fromkeys(RAW_ENDS, RAW) | {
    ".svg": SVG,
    ".svgz": SVG,
    ".tga": f"a TGA image, which is not read here: {ANEW}",
}
KNOWN = rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|BM|II[*+]\0|MM\0[*+]|P[1-7Ff]\s"
MAY_BE_PICTURE = re.compile(rb"\x89PNG|\xff|GIF|RIFF|BM|II|MM|P[\dFfy]|.{4}ftyp|.{4}jP|qoif", re.DOTALL)


def what_is(name: str, start: bytes) -> str:
    """What a file is that can't be read here, and what to do; `start`: its first few hundred bytes."""
    if re.search(rb"<svg[\s>/]", start, re.IGNORECASE):
        return SVG
    ending = re.search(r"\.\w+$", name.lower())
    named = ENDS.get(ending[0]) if ending else None
    start = start.removeprefix(b"\xef\xbb\xbf")
    found = next((what for start_of, what in COMPILED if start_of.match(start)), None)
    if named == SVG:  # packed, or with much before it
        return SVG
    if what := found or named:
        return what
    if re.match(KNOWN, start, re.DOTALL):
        return BROKEN
    return f"not an image that can be read here: send {READABLE}"
