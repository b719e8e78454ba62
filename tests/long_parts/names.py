"""50 odd names, each of a model, a picture and a folder: taken as they are, or refused in a sentence."""

import tempfile
from pathlib import Path

from pictures import SMALL, packed, picture
from test_names import WORDS

from gan import checkpoint
from gan.checkpoint import CheckpointError
from gan.data import DataError, load, prepare
from gan.studio import Studio
from gan.ui.explore import tab as explore
from long_parts.report import Excepted, Report, Share

ODD = (
    "..",
    ".",
    " ",
    "...",
    "CON",
    "nul.png",
    "a/b",
    "../../x",
    "/etc/passwd",
    "C:\\x",
    "~",
    "$HOME",
    "`id`",
    "$(id)",
    "a;b",
    "-rf",
    "--help",
    "%2e%2e",
    "a b",
    " a ",
    "a.",
    "a\nb",
    "a\tb",
    "\x1b[2J",
    "\x7f",
    "\u200b",
    "\u202egnp",
    "<b>x</b>",
    "<img src=x onerror=alert(1)>",
    "&amp;",
    '"',
    "'",
    "{0}",
    "{model}",
    "%s%n",
    "null",
    "NaN",
    "0",
    "-1",
    "1e999",
    "e\u0301",
    "\u00e9",
    "\U0001f600",
    "\U0001f469\u200d\U0001f680",
    "x" * 200,
    "\u00e9" * 90,
    "__proto__",
    "classifiers",
    "config.json",
    "\u0647\u0644\u0627",
)


def run(report: Report, share: Share):
    names = (ODD + tuple(word for words in WORDS.values() for word in words))[: max(2, share.of(len(ODD)))]
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Excepted() as logged:
        studio = Studio(Path(folder) / "models", "cpu")
        for number, name in enumerate(names):
            wrong += [f"{name!r}: {what}" for what in as_model(studio, name)]
            wrong += [f"{name!r}: {what}" for what in as_pictures(Path(folder) / str(number), name)]
        studio.runs.close()
    report.tell(f"{len(names)} names, each of a model, a picture and a folder of pictures")
    report.at_most("names that were lost, led elsewhere or raised", len(wrong), 0)
    report.at_most("exceptions in the log", logged.seen.total(), 0)
    for what in wrong:
        report.tell(f"  {what}")


def as_model(studio: Studio, name: str) -> list[str]:
    """What is wrong of it as a model's name, typed or asked for."""
    try:
        kept = checkpoint.safe_name(name)
        fine = kept.isascii() and Path(kept).name == kept and kept[0] not in ".-"
        wrong = [] if fine else [f"kept as {kept!r}"]
    except CheckpointError:
        wrong = []
    said = explore.opened(studio, {"model": name})
    return wrong + ([] if set(said) == {"empty"} else [f"opened: {str(said)[:80]}"])


def as_pictures(folder: Path, name: str) -> list[str]:
    """What is wrong of it as the name of one of two folders, and of pictures, in a zip."""
    folder.mkdir()
    label = name.replace("/", "_").replace("\\", "_").replace(":", "_")
    file = packed(folder / "a.zip", {f"{label}/{label}.png": picture(0), "other/a.png": picture(1)})
    try:
        intake = prepare([file], 32, 3, folder / "kept" / "own.npz", SMALL)
    except DataError as error:
        return [] if str(error).endswith(".") and str(folder) not in str(error) else [str(error)]
    labels = load(intake.path).label_values.get("folder", ())
    outside = [path for path in folder.rglob("*") if path.name not in ("a.zip", "kept", "own.npz")]
    lost = len(labels) != 2 and intake.count == 2 and bool(label.strip(" .\u200b\x7f"))
    return [f"the labels {labels}"] * lost + [f"wrote {outside}"] * bool(outside)
