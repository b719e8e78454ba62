"""To the Hub and back, through the real client, against a small local server that speaks its protocol."""

import base64
import hashlib
import json
import threading
from http.server import ThreadingHTTPServer

import numpy as np
import pytest
from hub_stand_in import Answers
from huggingface_hub import HfApi

from gan import checkpoint
from gan.checkpoint import CheckpointError, hub
from gan.recipes import recipe_config
from gan.trainer import Trainer

SHA = "a" * 40


class Hub(Answers):
    """Repositories in memory: what create, preupload, commit, tree and resolve need and no more."""

    repos: dict[str, dict[str, bytes]]

    def do_GET(self):
        parts = self.path.split("?")[0].strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            self._about("/".join(parts[2:4]), "tree" in parts)
        else:
            self._file("/".join(parts[:2]), "/".join(parts[4:]))

    do_HEAD = do_GET

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parts = self.path.split("/")
        if self.path == "/api/repos/create":
            name = json.loads(body)["name"]
            self.repos.setdefault(f"me/{name}", {})
            self._json({"url": f"http://{self.headers['Host']}/me/{name}", "id": f"me/{name}"})
        elif "preupload" in parts:
            files = [
                {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False}
                for f in json.loads(body)["files"]
            ]
            self._json({"files": files})
        elif "commit" in parts:
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "file":
                    content = base64.b64decode(line["value"]["content"])
                    self.repos["/".join(parts[3:5])][line["value"]["path"]] = content
            address = f"http://{self.headers['Host']}/{'/'.join(parts[3:5])}/commit/{SHA}"
            self._json({"commitUrl": address, "commitOid": SHA, "success": True})
        else:
            self._json({"errors": [], "warnings": []})

    def _about(self, repo: str, tree: bool):
        if repo not in self.repos:
            return self._json({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})
        files = self.repos[repo]
        if tree:
            return self._json(
                [
                    {
                        "type": "file",
                        "path": path,
                        "size": len(content),
                        "oid": hashlib.sha1(content).hexdigest(),
                    }
                    for path, content in files.items()
                ]
            )
        return self._json({"id": repo, "sha": SHA, "siblings": [{"rfilename": path} for path in files]})

    def _file(self, repo: str, path: str):
        content = self.repos[repo][path]
        self._send(content, 200, {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": SHA})


@pytest.fixture
def api(monkeypatch):
    monkeypatch.setattr(Hub, "repos", {}, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield HfApi(f"http://127.0.0.1:{server.server_port}", token="hf_none")
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "faces"
    trainer = Trainer(recipe_config("dcgan", {"feature_maps": 4, "latent_dim": 8}, batch=8, device="cpu"))
    checkpoint.save_model(folder, trainer.snapshot(), "Faces")
    checkpoint.save_training(folder, trainer.state())
    return folder


def test_there_and_back(folder, api, tmp_path):
    hub.push(folder, "me/My_Faces", api)
    assert set(Hub.repos["me/My_Faces"]) == {"model.safetensors", "config.json", "README.md", "preview.png"}
    assert hub.pull("me/My_Faces", tmp_path, api) == "my_faces"
    z = np.ones((2, 8), np.float32)
    pulled, own = checkpoint.load_model(tmp_path / "my_faces"), checkpoint.load_model(folder)
    np.testing.assert_array_equal(checkpoint.generate(pulled.G, z), checkpoint.generate(own.G, z))
    assert {p.name for p in tmp_path.iterdir()} == {"my_faces"}
    with pytest.raises(CheckpointError, match="already"):
        hub.pull("me/My_Faces", tmp_path, api)


def test_a_translator_goes_there_and_back_too(api, tmp_path):
    config = recipe_config("pix2pix", {"feature_maps": 4}, batch=4, device="cpu")
    checkpoint.save_model(tmp_path / "faces", Trainer(config).snapshot(), "Edges")
    hub.push(tmp_path / "faces", "me/edges", api)
    assert hub.pull("me/edges", tmp_path, api) == "edges"
    assert checkpoint.load_translator(tmp_path / "edges").facts.title == "Edges"


@pytest.mark.parametrize("repo, word", [
    ("me/nothing", "could not be fetched"), ("me/other", "no model that GAN Studio can read"),
    ("a/b/c", "could not be fetched"),
])  # fmt: skip
def test_what_cannot_be_had_is_a_sentence_and_leaves_nothing(repo, word, api, tmp_path):
    Hub.repos["me/other"] = {"config.json": b"{}", "pytorch_model.bin": b"\x80pickle"}
    with pytest.raises(CheckpointError, match=word):
        hub.pull(repo, tmp_path, api)
    assert not list(tmp_path.iterdir())


def test_what_is_too_large_is_not_even_fetched(folder, api, tmp_path, monkeypatch):
    hub.push(folder, "me/large", api)
    Hub.repos["me/large"]["config.json"] += b" " * 300_000
    monkeypatch.setattr(Hub, "_file", lambda *_: pytest.fail("It was fetched."))
    with pytest.raises(CheckpointError, match="is too large"):
        hub.pull("me/large", tmp_path, api)
    assert not list(tmp_path.iterdir())


def test_without_a_network_too(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # between huggingface_hub's five tries
    with pytest.raises(CheckpointError, match="could not be fetched"):
        hub.pull("me/faces", tmp_path, HfApi("http://127.0.0.1:9", token=False))
