"""The page's HTML: made by html() alone, which escapes; whatever people write stays text everywhere."""

import ast
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from test_runs import CONFIG, STARTED, grid, progress
from test_ui_judge import DATA, FAKE, REAL, judged
from test_ui_train import measure
from test_ui_train_controls import FOUND

from gan.belonging import Belongs
from gan.latent import Latent
from gan.runs.cures import Cure
from gan.runs.view import RunView
from gan.specs import Label, Noise
from gan.studio import Inverted
from gan.ui import drawing, help, parts
from gan.ui.explore import model_list, own_picture_view, pickers
from gan.ui.explore import view as explore_view
from gan.ui.judge import view as judge_view
from gan.ui.judge.look import Look
from gan.ui.markup import as_text, html, joined
from gan.ui.server import preview
from gan.ui.train import alarm_view, compare, doctor_view, following, nearest, remarks
from gan.ui.train import view as train_view
from gan.ui.translate import view as translate_view

UI = Path(__file__).parent.parent / "gan" / "ui"
TAG = re.compile(r"</?[a-zA-Z!]")


# How it is made


def test_what_is_put_into_html_is_text_unless_it_was_made_there():
    assert html("<p>{}</p>", '<b>"&') == "<p>&lt;b&gt;&#34;&amp;</p>"
    assert html("<p>{}</p>", html("<b>{x:.1f}</b>{y:,}", x=0.25, y=1000)) == "<p><b>0.2</b>1,000</p>"
    assert joined(["<", html("<br>")], "<") == "&lt;&lt;<br>"
    assert html("{}", joined(f"<{k}" for k in "ab")) == "&lt;a&lt;b"


def test_a_sentence_for_gradio_keeps_its_quotes():
    error = parts.error_of('It\'s “<b>” & "so"')
    assert error.message == 'It\'s “&lt;b&gt;” &amp; "so"' and type(error.message) is str
    assert as_text(html("<b>")) == "<b>"


def faults(source: str) -> list[str]:
    """Where a file makes HTML in another way than html() with a template that is written out there."""
    tree, found = ast.parse(source), []
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    templates = [call.args[0] for call in calls if call.func.id == "html"]
    found += [node for node in templates if not isinstance(node, ast.Constant)]
    found += [call for call in calls if call.func.id == "Markup" and call.args]
    apart = {*map(id, templates), *(id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            found += [node] * bool(TAG.search(node.value))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", ""), *(alias.name for alias in node.names)]
            found += [node] * bool({"html", "markupsafe"} & {*names} and "gan.ui.markup" not in names)
    return [ast.unparse(node) for node in found]


@pytest.mark.parametrize("source", [
    'f"<p>{words}</p>"', '"<p>" + words', '"<p>%s</p>" % words', '"<p>{}</p>".format(words)', "Markup(words)",
    '"<br>".join(words)', 'html(f"<p>{words}</p>")', "html(words)", 'html("<p>" + words)', "import html",
    "from html import escape", "from markupsafe import Markup",
])  # fmt: skip
def test_other_ways_to_make_html_are_found(source):
    assert faults(source)


def test_the_page_is_made_in_no_other_way():
    files = {path: path.read_text(encoding="utf-8") for path in UI.rglob("*.py") if path.name != "markup.py"}
    found = {str(path.relative_to(UI)): wrong for path, text in files.items() if (wrong := faults(text))}
    own = {"Markup(names)", "Markup('import \"gan/page.js\";')"}  # the program's own scripts, as they are
    assert found.keys() == {"scripts.py"} and {*found["scripts.py"]} == own


# What people write


class Reader(HTMLParser):
    """The tags, the attributes and the texts of some HTML, as a browser reads them."""

    def __init__(self, shown: str):
        super().__init__()
        self.names, self.texts = set(), []
        self.feed(shown)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.names |= {tag, *(name for name, _ in attributes)}
        self.texts += [value or "" for _, value in attributes]

    def handle_data(self, data):
        self.texts.append(data)


EVIL = """<evil onerror="x">'"</p></script>&amp;${x}{{x}}{0}"""
IMAGE = np.zeros((8, 8, 3), np.uint8)
LOST = measure(1, 1.0, lost={EVIL: (EVIL,)})
VIEW = RunView(
    "id", replace(CONFIG, name=EVIL, recipe=EVIL), "failed", started=replace(STARTED, data=EVIL),
    message=EVIL, grids=(grid(0), grid(8)), progress=(progress(1),), measured=(LOST,),
)  # fmt: skip
LABEL = Label(EVIL, (EVIL, "<evil>"))
MODEL = SimpleNamespace(
    name=EVIL, title=EVIL, dataset=EVIL, recipe=EVIL, image_size=8, images_seen=1, latent_dim=2,
    parameters=(1, 1), preview=UI / "none.png", belongs=Belongs(), label=EVIL, classes=LABEL.values,
    labels=(LABEL,), given=Noise(labels=(LABEL,)),
)  # fmt: skip
SCORES = [replace(score, verdict=EVIL) for score in judged([1.0, -1.0, 0.0], REAL, FAKE)]
SEEN = judge_view.Seen(EVIL, "file", IMAGE, EVIL)
JUDGED = [judge_view.Judged(SEEN, score, Look(IMAGE[..., 0]), IMAGE, EVIL, EVIL) for score in SCORES]
DOCTOR = replace(
    FOUND, skipped=((EVIL, EVIL),), labels={EVIL: {EVIL: 1}}, notes=(EVIL,), advice=(EVIL,) * 4,
    modes={EVIL: 1}, reasons={EVIL: 300}, examples={EVIL: (EVIL,)},
)  # fmt: skip
INVERTED = Inverted(IMAGE, np.zeros(2), Latent(1), IMAGE, 0.1, 0.5, 9)
GIVEN = own_picture_view.Given(EVIL, IMAGE, "file", EVIL, EVIL, EVIL, np.zeros(2))
CARD = own_picture_view.Card(INVERTED, (IMAGE, 0.1), (IMAGE, 0.2), INVERTED, INVERTED)
SIDES = [
    compare.Side("", "", replace(VIEW, started=None, config=replace(CONFIG, data=data)))
    for data in (EVIL, "")
]


DATA_SET = SimpleNamespace(about=EVIL, licence=EVIL, channels=1, count=1, image_size=8, bundled=True)
ASKED = replace(VIEW, started=None, config=replace(CONFIG, label=EVIL))
SHOWN = {
    "picture": lambda: parts.picture(IMAGE, EVIL),
    "verdict": lambda: parts.verdict(SCORES[0]),
    "explain": lambda: help.explain(EVIL, EVIL),
    "explorer": lambda: explore_view.explorer({"alt": EVIL, "empty": EVIL}),
    "classes": lambda: pickers.pickers(MODEL, EVIL),
    "models": lambda: model_list.model_cards([MODEL] * 9, EVIL),
    "translators": lambda: translate_view.choices([MODEL], MODEL),
    "palette": lambda: drawing.palette([SimpleNamespace(name=EVIL, group=EVIL, colour=0)]),
    "spoilt models": lambda: model_list.left_out({EVIL: EVIL}),
    "own picture, refused": lambda: own_picture_view.refused(EVIL),
    "own picture, searched for": lambda: own_picture_view.working(GIVEN, INVERTED),
    "own picture, found": lambda: own_picture_view.report(GIVEN, CARD),
    "one judged": lambda: judge_view.render(JUDGED[:1], DATA, [EVIL]),
    "many judged": lambda: judge_view.render(JUDGED, DATA, [EVIL]),
    "scores explained": lambda: judge_view.explanation(EVIL, DATA),
    "run": lambda: train_view.head(VIEW),
    "settings": lambda: train_view.all_settings(ASKED),
    "data": lambda: train_view.data_words(DATA_SET),
    "two runs": lambda: compare.table(*SIDES),
    "cures": lambda: alarm_view.cures((Cure(EVIL, EVIL, {}),)),
    "measured": lambda: remarks.measured_words(VIEW),
    "report": lambda: doctor_view.report(DOCTOR),
    "refused images": lambda: doctor_view.refusal(ValueError(EVIL)),
    "nearest": lambda: nearest.words(EVIL, [], EVIL),
    "no run": lambda: following.nothing(EVIL)["parts"]["head"][1],
    "a link's tags": lambda: preview._tags(EVIL, EVIL, "https://x.org", f"?{EVIL}"),
}


@pytest.mark.parametrize("shown", SHOWN)
def test_whatever_people_write_stays_text(shown):
    read = Reader(SHOWN[shown]())
    assert not {"evil", "onerror"} & read.names
    assert any(EVIL in text for text in read.texts)
