"""The import rule: data flows one way, the page holds no torch, nothing below the page knows gradio."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# lowest first; a module imports only from rooms above its own, and from its own
LEVELS = (
    ("system",),
    ("losses", "ranges", "upgrade", "words", "version"),
    ("specs",),
    ("latent",),
    ("knobs", "labels"),
    ("config",),
    ("limits", "events", "recipes"),
    ("options", "devices"),
    ("pictures",),
    ("images", "metrics", "belonging"),
    ("data",),
    ("models",),
    ("measure",),
    ("checkpoint",),
    ("train",),
    ("trainer",),
    ("runs",),
    ("studio",),
    ("ui", "train_command"),
    ("__main__",),
)
OLD_NAMES = ("memory",)  # that scripts outside call still
PAGE_MAY = {
    "belonging", "checkpoint.info", "config", "events", "images", "knobs", "labels", "latent", "limits",
    "losses", "measure.game", "measure.measures", "measure.scoring", "metrics", "ranges", "recipes",
    "runs.alarms", "runs.budget", "runs.cures", "runs.queue", "runs.view", "specs", "studio",
    "system.files", "system.logs", "system.quotas", "system.reading", "system.shelf", "ui", "words",
    "checkpoint.sharing",
}  # fmt: skip
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
        if other and other != own and own not in OLD_NAMES:
            assert level[other] < level[own], f"{own} imports {name}, which stands above it"
        if own == "ui":
            assert name.split(".")[0] not in ("torch", "torchvision"), f"a tab imports {name}"
            allowed = other is None or any(f"{name}.".startswith(f"gan.{one}.") for one in PAGE_MAY)
            assert allowed, f"a tab imports {name}"
        else:
            assert name.split(".")[0] != "gradio", f"{own} imports gradio"


@pytest.mark.parametrize("modules, without", [
    (("config", "specs", "knobs", "losses", "recipes", "events", "latent", "labels", "limits", "words",
      "runs.view", "runs.alarms", "runs.budget", "runs.cures", "options"), "torch"),
    (("checkpoint", "checkpoint.info", "checkpoint.hub", "checkpoint.sharing", "runs.history"),
     "gan.trainer"),
])  # fmt: skip
def test_what_is_light_stays_so_all_the_way_down(modules, without):
    """In a fresh interpreter: what these import imports no more either."""
    asked = ", ".join(f"gan.{name}" for name in modules)
    code = f"import sys, {asked}; sys.exit(sys.modules.get({without!r}) is not None)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_nothing_loads_the_compiler_of_torch():
    """It takes more than a second of a start, of every run and of the server, and 140 MB."""
    code = """
import sys
from dataclasses import replace
from pathlib import Path
from gan import checkpoint
from gan.checkpoint import needed
from gan.recipes import RECIPES, recipe_config
from gan.trainer import Trainer

settings = {"batch": 2, "device": "cpu", "precision": "float32", "measure_images": 64}
config = recipe_config("dcgan", {"feature_maps": 4}, **settings)
for optimizer in ("adam", "rmsprop"):
    trainer = Trainer(replace(config, optimizer=optimizer))
    trainer.step()
    Trainer(trainer.config, trainer.state()).step()
trainer.measured()  # with a classifier
checkpoint.load_model(Path("checkpoints/pixel-faces"))
checkpoint.load_translator(Path("checkpoints/glasses"))
for recipe in RECIPES:
    needed.networks(recipe_config(recipe).model)
sys.exit(any(name in sys.modules for name in ("torch._dynamo", "sympy")))
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_gradio_writes_no_files_of_type_hints():
    """They take long, at every start; to write them it needs what is deleted here."""
    code = "import ast; del ast.get_source_segment; import gan.ui; from gradio import HTML; HTML().change"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("bench", sorted((ROOT / "tests" / "bench").glob("*.py")), ids=lambda path: path.stem)
def test_a_bench_imports_what_is_there(bench):  # nothing else runs them all
    for node in ast.walk(ast.parse(bench.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "gan":
            module = importlib.import_module(node.module)
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                assert hasattr(module, alias.name) or importlib.util.find_spec(whole), whole
