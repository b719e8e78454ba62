"""The import rule: data flows one way, the page holds no torch, nothing below the page knows gradio."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# lowest first; a module imports only from rows above its own (and from its own package)
LEVELS = (
    ("reading", "losses", "upgrade"),
    ("specs", "latent", "words", "ending", "logs", "quotas", "shelf"),
    ("config", "labels"),
    ("events",),
    ("recipes", "temporary", "budget", "options"),
    ("tensors", "child", "colours", "kinds", "tiffs"),
    ("fitting",),
    ("opening",),
    ("decoding",),
    ("train_state", "images", "metrics", "occlusion", "scoring",
     "devices", "weights", "files"),
    ("measures",),
    ("data", "models", "nearness", "belonging", "model_card"),
    ("needed", "classifier", "memory", "inception", "path_length"),
    ("features", "conditions"),
    ("examiner",),
    ("train",),
    ("checkpoint",),
    ("trainer",),
    ("sharing",),
    ("keeper", "hub", "evaluation", "run_folders", "model_info", "run_view"),
    ("running",),
    ("worker",),
    ("alarms", "history"),
    ("run_rules",),
    ("runs", "zero"),
    ("studio",),
    ("ui", "train_command"),
    ("__main__",),
)
PAGE_MAY = {"budget", "labels", "losses", "measures", "specs", "config", "events", "images", "latent",
            "recipes", "run_view", "alarms", "runs", "scoring", "studio", "model_info", "reading", "words",
            "belonging", "files", "logs", "sharing", "quotas", "shelf", "ui"}  # fmt: skip
FILES = sorted((ROOT / "gan").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of what a file imports, function bodies included: "gan.data.own", "torch", …"""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: say the whole name of what is imported"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def module_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "gan" and len(parts) > 1 else None


def own_module(path: Path) -> str:
    return path.relative_to(ROOT / "gan").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_import_runs_downward(path):
    level = {name: i for i, names in enumerate(LEVELS) for name in names}
    own = own_module(path)
    if own == "__init__":
        assert path.read_text() == ""
        return
    for name in imported(path):
        other = module_of(name)
        if other and other != own:
            assert level[other] < level[own], f"{own} imports {name}, which stands above it"
        if own == "ui":
            assert name.split(".")[0] not in ("torch", "torchvision"), f"a tab imports {name}"
            assert other is None or other in PAGE_MAY, f"a tab imports {name}"
        else:
            assert name.split(".")[0] != "gradio", f"{own} imports gradio"


@pytest.mark.parametrize("modules, without", [
    (("config", "specs", "losses", "recipes", "events", "latent", "labels", "words", "run_view", "alarms",
      "options", "budget"), "torch"),
    (("checkpoint", "model_info", "hub", "sharing", "history"), "gan.trainer"),
])  # fmt: skip
def test_what_is_light_stays_so_all_the_way_down(modules, without):
    """In a fresh interpreter: what these import imports no more either."""
    asked = ", ".join(f"gan.{name}" for name in modules)
    code = f"import sys, {asked}; sys.exit(sys.modules.get({without!r}) is not None)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
