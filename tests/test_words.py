"""Per cent are written one way in the whole program: the number, a no-break space, the sign."""

import ast
import re
from pathlib import Path

import pytest

from gan.words import duration, label_words, percent

GAN = Path(__file__).parent.parent / "gan"
FILES = sorted(path for kind in ("py", "js") for path in GAN.rglob(f"*.{kind}"))


def test_a_share_in_per_cent():
    assert percent(0.142) == "14\xa0%" and percent(1) == "100\xa0%"
    assert percent(0.9995, 1) == "100.0\xa0%" and percent(-0.05) == "−5\xa0%"


def test_a_label_as_people_read_it():
    assert list(map(label_words, ("hair_color", "clothing_color", "skin", "facial_hair"))) == [
        "hair colour", "clothing colour", "skin", "facial hair",
    ]  # fmt: skip


def test_a_limit_of_time():
    assert [duration(one) for one in (2.5, 90, 600)] == ["2.5 seconds", "90 seconds", "10 minutes"]


def texts(source: str) -> list[str]:
    """The strings of a Python file that people may read, what is formatted into them as {:its format}."""
    tree, found = ast.parse(source), []
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(map(part_of, node.values)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            found.append(node.value)
    return found


def part_of(node: ast.Constant | ast.FormattedValue) -> str:
    if isinstance(node, ast.Constant):
        return node.value
    return f"{{:{ast.unparse(node.format_spec)}}}" if node.format_spec else "{}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(GAN)))
def test_per_cent_are_written_one_way(path):
    source = path.read_text(encoding="utf-8")
    for text in texts(source) if path.suffix == ".py" else [source]:
        assert not re.search(r"[\d}] %(?!\s*[\w(])", text), text  # without its space, or able to part from it
        assert not re.search(r"{:[^}]*%'?\"?}", text), text
