"""The Judge tab: what a discriminator makes of images, where it looks, and how sure one may be."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import gradio as gr

from gan.images import ImageError
from gan.measure.scoring import Score, from_elsewhere
from gan.studio import ModelInfo, Studio
from gan.ui.judge import closer, drawn, inside
from gan.ui.judge.api import look, refusal, score_endpoint
from gan.ui.judge.bench import (
    Bench,
    Examples,
    first_bench,
    in_address,
    of_address,
    opened_with,
    put_examples,
    put_files,
)
from gan.ui.judge.game import Table
from gan.ui.judge.game_view import frame
from gan.ui.judge.histograms import histograms
from gan.ui.judge.look import looked
from gan.ui.judge.view import EMPTY, KINDS, Judged, Seen, explanation, notes, render, told_words, why_strange
from gan.ui.markup import as_text, html
from gan.ui.parts import in_turn, model_choices, refreshed, sentence_of
from gan.ui.scripts import scripted
from gan.ui.whose import browser_id

log = logging.getLogger(__name__)

LONGEST = 40  # letters of a model's name that is not here
EXAMPLES = 4  # images that a press of a button brings
PATCHES = (
    "This discriminator judges patch by patch, and so textures and edges, not the whole (PatchGAN). Where it "
    "looks needs no covering: it is its score of each patch, and their mean is the picture's score."
)
SOURCE = "It is shown a source beside each picture: here the one that the picture itself would give."
NO_MODEL = "There is no model to judge with yet. Train one in the Train tab: it appears here at once."

APART = "judge-apart"  # of what makes room while one plays
# tells the scripts which model is chosen, and that the address is to say so
JUDGING = '(name) => void document.dispatchEvent(new CustomEvent("gan:judging", { detail: name }))'
CHOSEN = '(name) => void document.dispatchEvent(new CustomEvent("gan:judge", { detail: name }))'
# beside the list's own value, which may hold no name that the list has not got yet
OF_ADDRESS = '(_, ...given) => [new URLSearchParams(location.search).get("judge") || "", ...given]'


def show(studio: Studio, model: str | None, bench: Bench, look_where: bool = False) -> Iterator[str]:
    """The right-hand side: the verdicts at once, where the network looks as soon as that is found out."""
    try:
        seen, remarks = gather(studio, model, bench) if model else ([], [NO_MODEL])
        if not seen:
            yield notes(remarks) or EMPTY
            return
        images, data = [one.image for one in seen], histograms(*studio.references(model))
        told = told_of(info := studio.info(model))
        found = zip(seen, studio.score(model, images), studio.kin(model, images), strict=True)
        judged = [judged_one(info, *one) for one in found]
        yield render(judged, data, remarks, look_where, told)
        if look_where:
            looks = looked(studio, model, images, [one.score.logit for one in judged])
            judged = [replace(one, look=look) for one, look in zip(judged, looks, strict=True)]
            yield render(judged, data, remarks, told=told)
    except ValueError as error:  # a sentence for people: the model is gone, for one
        log.warning("could not judge: %s", error)
        yield notes([sentence_of(error)])


def told_of(info: ModelInfo) -> str:
    """A sentence on the labels that its discriminator is told beside a picture, "" for one without."""
    return told_words(info.labels, info.given.label_dropout > 0) if info.labels else ""


def judged_one(info: ModelInfo, seen: Seen, score: Score, kin: tuple) -> Judged:
    nearest, image = kin
    if not nearest.strange:
        if seen.kind != "file" or score.likeness != "generated":
            return Judged(seen, score)
        # a stranger's picture is not like a generated one for its score alone
        untried = info.name if info.has_latent else ""
        return Judged(seen, from_elsewhere(score), untried=untried)
    return Judged(seen, score, nearest=image, why=why_strange(nearest))


def gather(studio: Studio, model: str, bench: Bench) -> tuple[list[Seen], list[str]]:
    """What lies on the bench as `model` gets it, no more than the limit, and sentences about the rest."""
    most = studio.limits.judge_images
    seen, remarks = [], []
    for path in bench.files[:most]:
        try:
            image, decided, shaping = look(studio, model, path)
            seen.append(Seen(Path(path).name, "file", image, shaping))
            remarks += decided
        except ImageError as error:
            remarks.append(refusal(error))
    for examples in bench.examples:
        try:
            seen += taken(studio, model, examples)
        except ValueError as error:  # its model or its data set is gone
            remarks.append(refusal(error))
    asked = len(seen) + max(0, len(bench.files) - most)
    if asked > most:
        remarks.append(f"{asked} images are too many at once: only the first {most} were judged.")
    return seen[:most], remarks


def taken(studio: Studio, model: str, examples: Examples) -> list[Seen]:
    """Examples as `model` gets them, whichever model they were drawn from."""
    images = studio.examples(examples.model, examples.kind, EXAMPLES, examples.seed)
    own = examples.model == model or examples.kind == "noise"
    origin = "" if own else f" ({studio.info(examples.model).title})"
    return [
        Seen(f"{KINDS[examples.kind]} {number}{origin}", examples.kind, image)
        for number, image in enumerate(studio.see(model, list(images)), 1)
    ]


def explain(studio: Studio, model: str | None) -> str:
    if not model:
        return NO_MODEL
    info = studio.info(model)
    more = [PATCHES] * info.patches + [SOURCE] * info.sees_source
    return explanation(info.title, histograms(*studio.references(model)), more)


def stand_in(studio: Studio, asked: str, judge: str | None) -> str:
    """A sentence where `judge` judges in place of the model that an address asks for, else ""."""
    if not judge or asked in ("", judge):
        return ""
    return f"There is no model “{asked[:LONGEST]}” here; “{studio.info(judge).title}” judges instead."


def build(studio: Studio, tab: gr.Tab):
    """Fill the tab; selecting it brings in models that were trained meanwhile."""
    choices = model_choices(studio)
    first = first_bench(choices[0][1] if choices else None)
    bench, opened = gr.State(first), gr.State(False)
    browser = browser_id()
    with gr.Row(elem_id="judge"):
        with gr.Column(scale=1, min_width=260):
            model, files, takes, look_where, clear = _controls(studio, choices)
        with gr.Column(scale=3, min_width=320):
            _game(studio)
            with gr.Accordion("What does a score mean?", open=False, elem_classes=APART):
                words = gr.HTML()
            shown = gr.HTML(EMPTY, elem_id="judge-shown")
            inside.build(studio, shown, model, APART)
            closer.build(studio, APART)
            drawn.build(studio)

    # Gradio finds a request by its type
    def opens(was_open: bool, judge: str | None, lies: Bench, request: gr.Request) -> dict:
        if was_open:
            return {opened: True}
        if words := stand_in(studio, request.query_params.get("judge", ""), judge):
            gr.Info(as_text(words))
        linked, looks = of_address(request.query_params, first)
        heat = True if looks else gr.skip()  # somebody may have ticked it meanwhile
        return {opened: True, bench: opened_with(linked, lies, first), look_where: heat}

    def shows(is_open: bool, name: str | None, lies: Bench, looks: bool) -> Iterator[str | dict]:
        if not is_open:  # what the address has lie there does not yet
            yield gr.skip()
            return
        for judged in show(studio, name, lies, looks):
            yield in_address(lies, first, looks) + judged

    private = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last"}
    # what fills the bench is queued: after a listener beside the queue the page hears of no State's change;
    # and one after another, for none may put back what it has read there before another has written
    filling = private | {"concurrency_id": "bench", "concurrency_limit": 1}
    for kind, button in takes.items():
        button.click(partial(put_examples, kind), [model, bench], bench, **filling)
    files.change(put_files, [bench, files], bench, **filling)
    clear.click(None, None, files, js="() => null")  # at once: what is dropped in next stays
    clear.click(Bench, None, bench, **filling)
    # one listener for all that changes what is shown: of two, the slower would have the last word
    changes = [opened.change, bench.change, model.change, look_where.change]
    gr.on(changes, shows, [opened, model, bench, look_where], shown, **private)
    gr.on([tab.select, model.change], partial(explain, studio), model, words, queue=False, **private)
    refreshes = {
        "fn": partial(refreshed, studio),
        "inputs": [gr.HTML(visible=False), model, browser],
        "outputs": model,
        "queue": False,
        "js": OF_ADDRESS,
        **private,
    }
    browser.change(**refreshes)
    # who judges is known before anything is judged: else the scripts would hear of the first model first
    chosen = tab.select(**refreshes)
    chosen.then(opens, [opened, model, bench], [opened, bench, look_where], **filling)
    chosen.then(None, model, None, js=JUDGING)
    model.change(None, model, None, js=JUDGING)
    model.change(None, model, None, js=CHOSEN)
    gr.api(score_endpoint(studio), api_name="score")


def _game(studio: Studio):
    """The game, whose state is the server's and the script's: see game.py and game.js."""
    table = Table()
    asked = (*in_turn(table.begun, table.tells), table.answered)
    scripted("judge/game", *asked, studio=studio, value=None, html_template="${first}", first=frame(),
             elem_id="judge-game")  # fmt: skip


def _controls(studio: Studio, choices: list[tuple[str, str]]):
    most, takes_files = studio.limits.judge_images, not studio.limits.read_only
    first = choices[0][1] if choices else None
    model = gr.Dropdown(choices, value=first, label="Which model's discriminator judges")
    with gr.Column(elem_classes=APART, min_width=0):
        files = gr.File(
            label=f"Your images, up to {most}", file_count="multiple", height=180, elem_id="judge-files",
            visible=takes_files,
        )  # fmt: skip
        words = f"{'or take' if takes_files else 'Take'} four examples, and press again for more"
        gr.HTML(html('<p class="judge-or">{}</p>', words))
        with gr.Row():
            takes = {
                kind: gr.Button(text, size="sm", min_width=70,
                                elem_classes=["judge-take", f"judge-take-{kind}"])
                for kind, text in KINDS.items()
            }  # fmt: skip
        look_where = gr.Checkbox(
            label="Show where it looks",
            elem_id="judge-heat",
            info="Blue spots speak more for real than the same spots of real images do, orange ones less.",
        )
        clear = gr.Button("Clear all", size="sm")
    return model, files, takes, look_where, clear
