"""What a request may be: which of Gradio's own routes answer at all, and how much JSON is read."""

import json
import re

# Of Gradio's own, for nothing that this page does: some keep a connection open, write files that nobody
# removes, fetch other sites' addresses, or are for developers. README, "Security", says what each does.
CLOSED = re.compile(
    r"/(monitoring|pwa_icon)(/|$)"
    r"|/gradio_api/(custom_component|deep_link|dev|heartbeat|process_recording|profiling|run-history|runs|stream"
    r"|undo-vibe-edit|vibe-code|vibe-edit|vibe-starter-queries)(/|$)"
    r"|/gradio_api/(proxy=|file[=/]+https?:)",
    re.IGNORECASE,
)
UPLOAD = re.compile(r"/gradio_api/upload/?$")
# Each costs as much as ten moves of a slider or more, and is asked for once by a page or a program
COSTLY = re.compile(r"/(config|card\.png|openapi\.json)?/?$|/gradio_api/(info|mcp/schema)/?$", re.IGNORECASE)
LOGIN = re.compile(r"/login/?$")  # the one other form with parts
STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)  # or one without an end
BRACKET = re.compile(rb"[\[\]{}]")


LONGEST_NAME = 100  # letters of a session's name, which Gradio keeps: its own have 36 at most


class Refused(Exception):
    """A request that is not let through: its status, and a sentence."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


def size_in_words(size: int) -> str:
    unit, name = (2**20, "MB") if size >= 2**20 else (2**10, "KB")
    return f"{round(size / unit, 1):,g} {name}"


def check_json(body: bytes, most_values: int, most_depth: int):
    """Raises Refused for JSON that takes long to read or nests deep, told without reading it."""
    if b"\0" in body:  # in UTF-16 a string would end elsewhere than it seems
        raise Refused(400, "The server reads JSON in UTF-8 only.")
    bare = STRING.sub(b"", body)
    if sum(map(bare.count, (b",", b"[", b"{"))) > most_values:
        raise Refused(413, f"This request holds more than {most_values:,} values, which is too many.")
    depth = 0
    for bracket in BRACKET.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > most_depth:
            raise Refused(413, f"This request is nested more than {most_depth} deep, which is too much.")


def check_session(body: bytes):
    """Raises Refused for JSON that gives its session a name that is none; what is no JSON has no session."""
    try:
        said = json.loads(body)
    except ValueError:
        return
    name = said.get("session_hash") if isinstance(said, dict) else None
    if name is not None and (not isinstance(name, str) or len(name) > LONGEST_NAME):
        raise Refused(400, "This request has a session with a name that is far too long.")


def words_of(refused: Refused, plain: bool) -> bytes:
    """The answer's body: a plain sentence after an upload, where Gradio shows it as it is."""
    sentence = str(refused)
    return (sentence if plain else json.dumps({"error": sentence, "detail": sentence})).encode()
