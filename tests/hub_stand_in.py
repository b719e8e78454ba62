"""The Hub for data sets, in memory: what asking, listing and reading by parts need and no more."""

import hashlib
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from huggingface_hub import HfApi

SHA = "b" * 40


class SetsHub(ThreadingHTTPServer):
    """`repos` maps names to revisions, those to files; `cards` holds what a README's head says."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.repos: dict[str, dict[str, dict[str, bytes]]] = {}
        self.cards: dict[str, dict] = {}
        self.errors: dict[str, tuple[int, str]] = {}  # by repository: a status, and the Hub's word for it
        self.sent: list[tuple[str, int]] = []  # files and how many bytes of them went out
        self.tokens: set[str] = set()

    def put(self, name: str, files: dict[str, bytes], revision: str = SHA):
        self.repos.setdefault(name, {SHA: {}})[revision] = files

    def api(self, token: str | bool | None = False) -> HfApi:
        return HfApi(f"http://127.0.0.1:{self.server_port}", token=token)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Answers(BaseHTTPRequestHandler):
    """What any stand-in of the Hub says something with."""

    def _json(self, value, status=200, headers=()):
        self._send(json.dumps(value).encode(), status, {"Content-Type": "application/json"} | dict(headers))

    def _send(self, content: bytes, status: int, headers: dict[str, str]):
        self.send_response(status)
        for key, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


class _Answer(Answers):
    server: SetsHub

    def do_GET(self):
        self.server.tokens.add(self.headers.get("Authorization", ""))
        parts = unquote(urlsplit(self.path).path).strip("/").split("/")
        is_api = parts[:1] == ["api"]
        name = "/".join(parts[2:4] if is_api else parts[1:3])
        if name in self.server.errors:
            status, word = self.server.errors[name]
            return self._json({"error": word}, status, {"X-Error-Code": word})
        if name not in self.server.repos:
            return self._json({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})
        rest = parts[4:]
        if not is_api:
            return self._file(name, *self._split(name, rest))
        if not rest or rest[0] == "revision":
            return self._about(name, "/".join(rest[1:]) or SHA)
        revision, path = self._split(name, rest[1:])
        if revision not in self.server.repos[name]:
            return self._json({"error": "Invalid rev"}, 404, {"X-Error-Code": "RevisionNotFound"})
        return self._tree(self.server.repos[name][revision], path, "recursive=true" in self.path.lower())

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self._json([])  # paths-info: the listing has said all already

    def _split(self, name: str, rest: list[str]) -> tuple[str, str]:
        """Revision and path; a revision may hold slashes."""
        text = "/".join(rest)
        for revision in self.server.repos[name]:
            if text == revision or text.startswith(revision + "/"):
                return revision, text[len(revision) + 1 :]
        return rest[0] if rest[:1] != ["refs"] else "/".join(rest[:3]), ""

    def _about(self, name: str, revision: str):
        if revision not in self.server.repos[name]:
            return self._json({"error": "Invalid rev"}, 404, {"X-Error-Code": "RevisionNotFound"})
        self._json({"id": name, "sha": SHA, "cardData": self.server.cards.get(name)})

    def _tree(self, files: dict[str, bytes], folder: str, recursive: bool):
        listed, folders = [], set()
        for path, content in files.items():
            if folder and not path.startswith(folder + "/"):
                continue
            below = path[len(folder) + 1 if folder else 0 :]
            if "/" in below:
                folders.add(path[: len(path) - len(below)] + below.split("/")[0])
            if recursive or "/" not in below:
                oid = hashlib.sha1(content).hexdigest()
                listed.append({"type": "file", "path": path, "size": len(content), "oid": oid})
        self._json([*({"type": "directory", "path": path, "oid": "0" * 40} for path in folders), *listed])

    def _file(self, name: str, revision: str, path: str):
        content = self.server.repos[name][revision][path]
        headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": SHA}
        if span := self.headers.get("Range"):
            first, last = span.removeprefix("bytes=").split("-")
            part = content[int(first) : int(last) + 1 if last else None]
            headers["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}"
            return self._send(part, 206, headers, path)
        return self._send(content, 200, headers, path)

    def _send(self, content: bytes, status: int, headers: dict[str, str], path: str = ""):
        super()._send(content, status, headers)
        if path and self.command != "HEAD":
            self.server.sent.append((path, len(content)))


def parquet(pictures: list, features: dict | None = None, group: int = 100, **columns) -> bytes:
    """A file as the `datasets` library writes it: pictures as bytes beside a path, features in the schema."""
    rows = [None if data is None else {"bytes": data, "path": f"{n}.png"} for n, data in enumerate(pictures)]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    others = {name: pa.array(values) for name, values in columns.items()}
    table = pa.table({"image": pa.array(rows, kind)} | others)
    if features is not None:
        said = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": said})
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=group)
    return out.getvalue()
