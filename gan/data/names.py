"""File names as people have them: in any system's letters, and with what systems leave lying among them."""

import contextlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

LONGEST = 60  # letters of a label's value
LONGEST_PATH = 120  # letters of a path that are shown
JOINERS = "\u200c\u200d"  # within emoji, and within Persian and Indian words
# In the order in which they win where a name reads as well in several of them
ENCODINGS = ("cp932", "gb18030", "cp949", "big5", "cp1252", "cp850", "cp1251", "cp866", "cp1250", "cp852")
READ, READ_BYTES = 150, 60  # names of which an encoding is told, and how much of each
# Two of three syllables of a Korean text
HANGUL = frozenset(
    "이다는을의에가고하지도로한은를사기나인어리자라그시서아들과대스정해일전수만보부제있으장원여주상오면었안게소구년"
    "동음무유신비것습당경성연거니세국조우모생공업등문방계미각선요화강할간내말실개트드명재회중관때없위와받심너러르바"
    "차물양학진식체적산발저호용두새토끼곰돼마말소꽃집람얼굴표노빨파검흰색"
)
# First bytes of the characters that their makers thought frequent, and of the others
FREQUENT = {"cp932": (0x88, 0x97), "gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}
RARE = {"cp932": (0x98, 0xEA), "gb18030": (0xD8, 0xF7), "big5": (0xC9, 0xF9)}
LITTER = frozenset((
    # of macOS, Windows, network disks, programs for pictures
    "__macosx", "icon\r", "icon\uf00d", "network trash folder", "temporary items",
    "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "iconcache.db", "$recycle.bin",
    "recycler", "system volume information",
    "lost+found", "@eadir", "#recycle", "#snapshot", "@tmp", "@recycle", "@recently-snapshot",
    "picasa.ini", "zbthumbnail.info", "pspbrwse.jbf", "captureone",
))  # fmt: skip
LITTER_ENDS = (
    "@synoeastream", "@synoresource", ".lrdata", ".lrcat", ".lrcat-data", ".cos", ".cot", ".cop", ".xmp",
    ".aae", ".thm",
)  # fmt: skip


def is_litter(path: str) -> bool:
    """Whether a file is hidden or put there by a system unasked, or lies in a folder that is."""
    return any(map(is_system_name, path.split("/")))


def is_system_name(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or put there by a system unasked."""
    plain = name.casefold()
    hidden = plain.startswith(".") and plain not in (".", "..")
    return hidden or plain in LITTER or plain.endswith(LITTER_ENDS)


def composed(path: str) -> str:
    """The one spelling of a path: letters and their marks in one, as macOS does not write them."""
    return unicodedata.normalize("NFC", path)


def trimmed(name: str) -> str:
    """A folder's name as Windows keeps it, without spaces around it and dots at its end."""
    return name.strip().rstrip(". ") or name


def shown(name: str) -> str:
    """A name without control characters and broken letters, which a page can't show, and not endless."""
    text = name if len(name) <= LONGEST_PATH else f"{name[:80]}…{name[-39:]}"
    return text if text.isprintable() else "".join(map(_shown_letter, text))


def short(value: str) -> str:
    """A label's value, as long as one is shown."""
    text = shown(composed(value[:1000])).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def distinct(values: Iterable[str]) -> list[str]:
    """The same texts, with a number where one has been there before."""
    texts: dict[str, None] = {}
    for value in values:
        text, number = value, 1
        while text in texts:
            number += 1
            text = f"{value} ({number})"
        texts[text] = None
    return list(texts)


def natural(text: str) -> list:
    """What to sort by so that img2 stands before img10."""
    parts = re.split(r"(\d+)", text.casefold())
    numbers = [(len(digits), digits) for digits in (part.lstrip("0") for part in parts[1::2])]
    return [*(item for pair in zip(parts[::2], [*numbers, (0, "")], strict=True) for item in pair), text]


def read(raw: bytes, encoding: str) -> str:
    """A name in `encoding`, or in the first after it that it can be in; cp437 has a letter for every byte."""
    for one in (encoding, "utf-8"):
        with contextlib.suppress(UnicodeError):
            return raw.decode(one)
    return raw.decode("cp437")


def encoding_of(raws: Iterable[bytes]) -> str:
    """The encoding in which the names, all of one writer, read most like a language."""
    parts = dict.fromkeys(part for raw in raws for part in raw.split(b"/") if not part.isascii())
    if all(map(_is_utf8, parts)):
        return "utf-8"
    some = [part[:READ_BYTES] for part in islice(parts, READ)]
    return min(ENCODINGS, key=lambda encoding: sum(_surprise(part, encoding) for part in some))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _shown_letter(letter: str) -> str:
    if letter.isprintable() or letter in JOINERS:
        return letter
    return " " if unicodedata.category(letter) == "Zs" else "?"


def _surprise(raw: bytes, encoding: str) -> float:
    """How unlikely these bytes are as a name in this encoding, roughly in bits."""
    try:
        text = raw.decode(encoding)
    except UnicodeError:
        return 30.0 * len(raw)
    return sum(_bits(*pair, encoding) for pair in zip(" " + text, text, strict=False))


@lru_cache(2**14)
def _bits(before: str, letter: str, encoding: str) -> float:
    """The surprise of one letter after another; a kind of writing that changes within a word is one."""
    script, last = _script(letter), _script(before)
    if letter.isascii() and not letter.isalpha():
        return 12 if letter in "\\|^`{}~" else 4
    if script == "HANGUL":
        return 8 if letter in HANGUL else 13
    if script == "CJK":
        return _bits_of_han(letter.encode(encoding), encoding)
    if script in ("HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH"):
        return 8 if encoding == "cp932" else 14
    if script == "HALFWIDTH":
        return 11
    if not letter.isalpha() or not script:
        return 15 if script else 30
    mixed = 9 if before.isalpha() and last != script else 0
    return mixed + _bits_of_case(before, letter) + (0 if script != "LATIN" or letter.isascii() else
                                                    2 if before.isascii() else 8)  # fmt: skip


def _bits_of_case(before: str, letter: str) -> float:
    """A capital stands at the start of a word, or all are capitals."""
    if not letter.isupper():
        return 5
    return 7 if not before.isalpha() else 6 if before.isupper() else 14


def _bits_of_han(raw: bytes, encoding: str) -> float:
    def within(ranges: dict) -> bool:
        low, high = ranges.get(encoding, (256, 0))
        return low <= raw[0] <= high

    if encoding == "gb18030" and (len(raw) > 2 or raw[1] < 0xA1):  # beyond what GB 2312 had
        return 22
    return 12 if within(FREQUENT) else 17 if within(RARE) else 20


def _script(letter: str) -> str:
    """The kind of writing that a letter is of, "" for none."""
    return re.split("[ -]", unicodedata.name(letter, ""))[0]
