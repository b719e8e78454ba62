"""The Judge tab without a browser: what it draws, what it says of bad input, and its endpoint."""

import base64
import io
import json
import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from gan.images import fit
from gan.limits import Limits
from gan.measure.scoring import judge as judged
from gan.measure.unfamiliar import Kin
from gan.specs import Label
from gan.studio import CheckpointError
from gan.ui import parts
from gan.ui.judge import api as score_api
from gan.ui.judge import drawn, look
from gan.ui.judge import tab as judge
from gan.ui.judge import view as judge_view
from gan.ui.judge.bench import Bench, Examples, first_bench, in_address, of_address, opened_with, put_examples
from gan.ui.judge.histograms import histograms, svg
from gan.ui.judge.look import Look
from gan.ui.judge.view import Judged, Seen

REAL = np.random.RandomState(0).normal(3, 1, 500)
FAKE = np.random.RandomState(1).normal(-3, 1, 500)
DATA = histograms(REAL, FAKE)
FIRST = first_bench("m")


class MockStudio:
    """Judges by brightness; 8 pixels a side, and "grey" knows grey alone."""

    limits = Limits()
    labels: tuple = ()
    dropout = 0.0

    def __init__(self):
        self.asked = []

    def info(self, model):
        if model not in ("colour", "grey"):
            raise CheckpointError(f"There is no model called {model}; choose one from the list.")
        given = SimpleNamespace(label_dropout=self.dropout)
        told = {"labels": self.labels, "given": given, "name": model, "has_latent": model == "colour"}
        size = {"image_size": 8, "channels": 1 if model == "grey" else 3}
        return SimpleNamespace(title=model.title(), patches=False, sees_source=False, **told, **size)

    def see(self, model, pictures):
        return np.stack([fit(picture, 8, 1 if model == "grey" else 3) for picture in pictures])

    def shaping(self, model, picture):
        return ""

    def score(self, model, pictures):
        self.info(model)
        return judged([float(np.mean(picture)) / 32 - 4 for picture in pictures], REAL, FAKE)

    def kin(self, model, pictures):
        """What is dark is strange to it, and nearest to black."""
        strange = [float(np.mean(picture)) < 30 for picture in pictures]
        traits = {"distance": 0.5, "usual": 0.3, "odd": ("less contrast", "an emptier half")}
        return [(SimpleNamespace(strange=odd, **traits), np.zeros((8, 8, 3), np.uint8)) for odd in strange]

    def draws(self, model, picture):
        """It can draw what is rather light."""
        bright = float(np.mean(picture))
        return "well" if bright > 55 else "roughly" if bright > 45 else "not"

    def heat(self, model, pictures, step=None):
        return np.stack([np.linspace(-1, 1, 64, dtype=np.float32).reshape(8, 8) for _ in pictures])

    def usual_heat(self, model, step=None):
        return np.full((8, 8), 0.5, np.float32)

    def references(self, model, step=None):
        return REAL, FAKE

    def examples(self, model, kind, count, seed=0):
        self.info(model)
        self.asked.append((model, kind, seed))
        return np.random.RandomState(seed).randint(0, 256, (count, 8, 8, 3), np.uint8)


@pytest.fixture
def studio():
    return MockStudio()


@pytest.fixture
def picture(tmp_path):
    """Writes a picture and gives its path."""

    def written(name, brightness=200):
        Image.new("RGB", (20, 10), (brightness,) * 3).save(tmp_path / name)
        return str(tmp_path / name)

    return written


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    return str(path)


@pytest.fixture
def page(studio):
    studio.judges = lambda browser: []
    with gr.Blocks() as page, gr.Tab("Judge") as tab:
        judge.build(studio, tab)
    return page


def last(studio, model, bench, look_where=False):
    return list(judge.show(studio, model, bench, look_where))[-1]


# The histograms


def test_overlap_is_all_nothing_or_the_shared_half():
    spread = np.linspace(0, 1, 1000)
    assert histograms(spread, spread).overlap == pytest.approx(1)
    assert histograms(spread, spread + 5).overlap == 0
    assert histograms(spread, spread + 0.5).overlap == pytest.approx(0.5, abs=0.05)


def test_every_score_is_counted_the_outermost_too():
    data = histograms(np.append(REAL, 1e6), FAKE)
    assert data.real.sum() == pytest.approx(1) and data.edges[-1] < 10


@pytest.mark.parametrize("scores", [np.zeros(5), np.full(3, 2.5)])
def test_an_axis_for_scores_that_are_all_alike(scores):
    data = histograms(scores, scores)
    assert np.diff(data.edges).min() > 0 and data.overlap == pytest.approx(1)


@pytest.mark.parametrize(("logit", "place", "beyond"), [(-1e9, 0, -1), (1e9, 100, 1), (0, 50, 0)])
def test_the_marker_stays_on_the_drawing_and_says_when_it_is_off_the_scale(logit, place, beyond):
    assert DATA.place(logit) == pytest.approx(place, abs=3) and DATA.beyond(logit) == beyond
    drawing = ElementTree.fromstring(svg(DATA, "x", logit))
    marker = drawing.find("svg")
    assert ("off the scale" in "".join(marker.itertext())) == bool(beyond)
    assert (marker.find("line") is None) == bool(beyond)


def test_the_drawing_tells_real_from_generated_by_word_and_hatching_and_speaks():
    drawing = ElementTree.fromstring(svg(DATA, "x"))
    assert {text.text for text in drawing.iter("text")} == {"real", "generated", "0"}
    real, fake = drawing.findall("g")
    assert "url(#hatch-x)" in fake.get("style") and real.get("style") is None
    assert "overlap by 0\xa0%" in drawing.get("aria-label")


def test_the_taller_histogram_fills_the_height():
    bars = ElementTree.fromstring(svg(DATA, "x", height=50)).iter("rect")
    assert max(float(bar.get("height")) for bar in bars if bar.get("class") != "hatch") == 50


# What a card shows


def test_a_card_names_its_parts_and_never_says_a_bare_probability():
    image = np.zeros((8, 8, 3), np.uint8)
    score = judged([2.5], REAL, FAKE)[0]
    for whole in (True, False):
        html = judge_view.card(0, Judged(Seen("face.png", "file", image), score), DATA, whole, False)
        assert "+2.50" in html and "(logit)" in html and "(sigmoid)" in html
        assert score.verdict in re.sub("<.*?>", "", html)
        assert "8 × 8 pixels" in html and "in grey" not in html
        assert not re.search(r"\d\s*%\s*real", html)
        large = re.findall("<dd[^>]*>(.*?)</dd>", html)
        assert large == ["32 of 100 <small>real images</small>", "all <small>generated</small>"]
        assert html.count('class="hist"') == whole  # with many cards the line of all images shows it


def test_a_strange_image_lies_beside_the_nearest_one_that_is_known(studio, picture):
    html = last(studio, "colour", Bench((picture("dark.png", 10), picture("light.png", 200))))
    assert html.count("Nearest to dark.png") == 1 and "Nearest to light.png" not in html
    assert "differs by 25\xa0% of the way from black to white; up to 15\xa0% is usual." in html
    assert "The image has less contrast and an emptier half than any it knows." in html


def test_a_strange_image_that_is_near_is_said_to_be_near():
    kin = Kin(nearest=0, distance=0.2, usual=0.3, odd=("less contrast",))
    assert "up to 15\xa0% is usual, so that is near. But the image has less" in judge_view.why_strange(kin)


def test_a_file_name_cannot_write_into_the_page():
    seen = Seen('<img src=x onerror="x">', "file", np.zeros((8, 8, 1), np.uint8))
    scores = judged([2.5, 1], REAL, FAKE)
    both = [Judged(seen, score, Look(np.zeros((8, 8))), seen.image, "<b>") for score in scores]
    html = judge_view.render(both, DATA, ['<script>"']) + judge_view.render([*both, *both], DATA, [])
    assert "<b>" not in html and "<img src=x" not in html
    assert "<script>" not in html and 'onerror="' not in html


def test_the_heat_is_blue_for_real_orange_against_and_clear_for_nothing():
    image = np.zeros((2, 2, 3), np.uint8)
    html = look.heat_image(image, "it", np.array([[2.0, -1.0], [0.0, 1.0]]), 10.0, "words")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(html.split("base64,")[2].split('"')[0]))))
    assert tuple(pixels[0, 0, :3]) == look.REAL_RGB and tuple(pixels[0, 1, :3]) == look.FAKE_RGB
    assert pixels[1, 0, 3] == 0 and pixels[0, 0, 3] == 235 and pixels[0, 1, 3] == pixels[1, 1, 3] == 117
    pale = look.heat_image(image, "it", np.array([[0.2, -0.1], [0.0, 0.1]]), 10.0, "words")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(pale.split("base64,")[2].split('"')[0]))))
    assert pixels[..., 3].max() == 47  # a fifth of what decides something


@pytest.mark.parametrize(
    ("heat", "said"),
    [
        (
            [[1.5, -0.5]],
            "Covering the bluest spot lowers the score by 1.50. "
            "Covering the most orange one raises it by 0.50. Scores span 5.0, so that is 30\xa0%.",
        ),
        (
            [[2.0, 0.0]],
            "Covering the bluest spot lowers the score by 2.00. Scores span 5.0, so that is 40\xa0%.",
        ),
        ([[-0.2, -0.1]], "Covering the most orange one raises it by 0.20. Scores span 5.0, so that is tiny."),
        ([[0.0]], "No spot makes a difference."),
    ],
)
def test_the_heat_in_words(heat, said):
    assert look.heat_words(np.array(heat), 5.0) == said


@pytest.mark.parametrize(("heat", "usual", "said"), [
    ([[0.05, 0.9, 0.5]], [[0.6, 0.4, 0.5]],
     "Covering the most orange spot lowers the score by 0.05; in real images, by 0.60. "
     "Covering the bluest spot lowers the score by 0.90; in real images, by 0.40. "
     "Scores span 5.0, so they differ by 11\xa0%."),
    ([[-0.2, 0.6]], [[0.6, 0.6]],
     "Covering the most orange spot raises the score by 0.20; in real images it lowers it by 0.60. "
     "Scores span 5.0, so they differ by 16\xa0%."),
    ([[0.6, 0.2]], [[0.6, -0.2]],
     "Covering the bluest spot lowers the score by 0.20; in real images it raises it by 0.20. "
     "Scores span 5.0, so they differ by 8\xa0%."),
    ([[0.0, 0.6]], [[0.4, 0.6]],
     "Covering the most orange spot leaves the score as it is; in real images it lowers it by 0.40. "
     "Scores span 5.0, so they differ by 8\xa0%."),
    ([[0.5, 0.5]], [[0.3, 0.7]], "No spot says much more, or less, for real than real images do there."),
])  # fmt: skip
def test_a_map_beside_that_of_real_images_in_words(heat, usual, said):
    assert Look(np.array(heat), np.array(usual)).words(5.0) == said


def test_where_no_single_spot_is_to_blame_it_is_said_first():
    usual, doubted = np.full((10, 10), 1.0), np.full((10, 10), 0.95)
    doubted[0, 0] = 1.2
    everywhere = Look(doubted, usual, doubts=True)
    assert (everywhere.shown < 0).mean() == 0.99 and everywhere.words(5.0).startswith(look.EVERYWHERE)
    half = Look(np.where(np.arange(100).reshape(10, 10) % 2, 0.9, 1.1), usual, doubts=True)
    assert half.words(5.0).startswith(look.NO_SPOT) and half.tell(5.0) == look.NO_SPOT
    assert not half.words(1.0).startswith(look.NO_SPOT)  # there a tenth is a spot
    for believed in (Look(doubted, usual), Look(half.heat, usual)):
        assert not believed.whole(5.0)


@pytest.mark.parametrize(("spot", "place"), [
    ((0, 0), "at the top left"), ((3, 4), "in the middle"), ((2, 8), "at the top right"),
    ((8, 5), "at the bottom"), ((5, 0), "at the left"),
])  # fmt: skip
def test_what_counted_most_in_short(spot, place):
    heat = np.zeros((9, 9))
    heat[spot] = 2
    assert Look(heat).tell(5.0) == f"What speaks most for it lies {place}."
    assert (
        Look(-heat, np.zeros((9, 9)), doubts=True).tell(5.0) == f"What speaks most against it lies {place}."
    )
    assert Look(-heat, np.ones((9, 9)), doubts=True).tell(5.0).startswith(look.EVERYWHERE)


@pytest.mark.parametrize(("map", "said"), [
    ([[1.5, -0.5, -1.0, -2.0]], "25\xa0% of the patches real. Each square is its score of the patch"),
    ([[0.5, 1.0]], "every patch real. Each square is its score of the patch around it, +0.50 to +1.00."),
    ([[-0.5, -1.0]], "no patch real"),
])  # fmt: skip
def test_a_map_of_patches_in_words(map, said):
    assert said in look.patch_words(np.array(map))


def test_thumbnails_of_a_lane_never_touch():
    places = np.random.RandomState(0).uniform(0, 100, 40).tolist()
    lanes = judge_view.dodge(places, [9] * 40)
    for lane in set(lanes):
        row = np.sort([place for place, chosen in zip(places, lanes, strict=True) if chosen == lane])
        assert (np.diff(row) >= 9).all()
    assert judge_view.dodge([1, 50, 90], [9] * 3) == [0, 0, 0]
    assert judge_view.dodge([1, 50, 90], [60, 9, 9]) == [0, 1, 0]


def test_on_the_line_of_all_images_one_off_the_scale_says_so_at_its_edge():
    image = np.zeros((8, 8, 3), np.uint8)
    judged_ones = [Judged(Seen(f"{one:g}", "file", image), judged([one], REAL, FAKE)[0])
                   for one in (-20.0, 0.0, 31.5)]  # fmt: skip
    assert "The score, or logit: D’s one number for an image" in judge_view.strip(judged_ones, DATA)
    left, middle, right = re.findall("<li .*?</li>", judge_view.strip(judged_ones, DATA))
    assert ">← −20.00</span>" in left and "--x:0.0000" in left and 'title="-20: score −20.00, off the' in left
    assert ">+31.50 →</span>" in right and "--x:1.0000" in right and "off the scale" in right
    assert "<span" not in middle and "off the scale" not in middle


def test_the_verdict_is_the_first_that_a_card_says():
    score = judged([2.5], REAL, FAKE)[0]
    one = Judged(Seen("it", "file", np.zeros((8, 8, 3), np.uint8)), score)
    for whole in (True, False):
        html = judge_view.card(0, one, DATA, whole, False)
        assert "<details" not in html
        assert html.index("</h2>") < html.index("Like a real image") < html.index('class="judge-pictures"')


def test_what_is_dropped_in_is_never_headed_like_a_generated_image_for_its_score_alone(studio, picture):
    bench = Bench((picture("well.png", 60), picture("roughly.png", 50), picture("not.png", 40)))
    for model, places in (("colour", 3), ("grey", 0)):
        page = last(studio, model, bench)
        assert page.count('data-untried="colour" data-whole="0"') == places
        assert (
            "Like a generated image" not in page
            and page.count("It scores more like generated images than like real ones") == 3
        )
    pictures = re.findall(
        '<div class="judge-picture"><img class="pixels " src="(.*?)"', page := last(studio, "colour", bench)
    )
    own = Bench((), (Examples("generated", "colour", 3),))
    assert "data-untried" not in last(studio, "colour", own)
    answers = [
        drawn.drawn(studio, {"model": "colour", "picture": one, "whole": True})["verdict"] for one in pictures
    ]
    assert "Like a generated image: generated ones" in answers[0]
    assert "Like neither: it scores more like generated images, but this model cannot draw it." in answers[2]
    assert "though this model can draw it only roughly." in answers[1]
    assert all('class="track"' in one and "no real one does" in one for one in answers)
    plain = drawn.drawn(studio, {"model": "colour", "picture": pictures[2]})["verdict"]
    assert plain.startswith('<p class="judge-verdict"><strong>Like neither')
    with pytest.raises(ValueError, match="do not understand"):
        drawn.drawn(studio, {"model": "colour", "picture": "x"})


@pytest.mark.parametrize(("dropout", "said"), [
    (0.1, "Judged without labels: hat, mouth and hair colour are left open, which it learnt as “any”."),
    (0.0, "Judged without labels: hat, mouth and hair colour are told as all their values in equal parts."),
])  # fmt: skip
def test_what_a_discriminator_was_told_of_labels_is_said_once(studio, picture, dropout, said):
    bench = Bench((picture("a.png"), picture("b.png")))
    assert "Judged without labels" not in last(studio, "colour", bench)
    studio.labels = tuple(Label(column, ("a", "b")) for column in ("hat", "mouth", "hair_color"))
    studio.dropout = dropout
    for look_where in (False, True):
        assert last(studio, "colour", bench, look_where).count(said) == 1
    one = judge_view.told_words(studio.labels[:1], True)
    assert one.startswith("Judged without labels: hat is left open")


def test_the_caption_is_short_and_its_numbers_are_folded():
    heat = np.zeros((9, 9))
    heat[0, 8] = 2.0
    one = Look(heat, np.zeros((9, 9)))
    assert one.caption(5.0).startswith("What speaks most for it lies at the top right.<details>")
    folded = one.caption(5.0).partition("</summary>")[2].removesuffix("</details>")
    assert folded.startswith(
        "Covering the bluest spot lowers the score by 2.00; in real images it leaves it "
    ) and folded == one.words(5.0)
    assert Look(heat, heat).caption(5.0) == look.NOTHING_MORE and Look(0 * heat).caption(5.0) == look.NOTHING
    assert "<details>" not in Look(heat, patches=True).caption(5.0)


# What is judged


def test_nothing_says_what_to_do_next(studio):
    assert last(studio, "colour", Bench()) == judge_view.EMPTY


def test_verdicts_come_first_and_the_heat_after_where_it_is_asked_for(studio, picture):
    bench = Bench((picture("a.png"),))
    before, after = judge.show(studio, "colour", bench, True)
    assert "Finding out where it looks" in before and 'class="pixels heat"' not in before
    assert 'class="pixels heat"' in after and "judge-strip" not in after
    assert "Covering the most orange spot raises the score by 1.00; in real images it lowers" in after
    [alone] = judge.show(studio, "colour", bench, False)
    assert "Finding out" not in alone and "heat" not in alone


def test_the_tab_opens_with_eight_images(studio):
    bench = judge.first_bench("colour")
    assert last(studio, "colour", bench).count("<article") == 8
    assert {(kind, seed) for _, kind, seed in studio.asked} == {("real", 100), ("generated", 100)}
    assert judge.first_bench(None) == Bench()


def test_the_last_change_has_the_last_word(page):
    """A slow answer of one listener cannot cover what a later one has shown: a single one writes there."""
    built = page.get_config_file()
    [place] = [one["id"] for one in built["components"] if one["props"].get("elem_id") == "judge-shown"]
    [writes] = [one for one in built["dependencies"] if place in one["outputs"]]
    assert writes["trigger_mode"] == "always_last"


def test_a_bad_file_is_named_and_logged_and_the_good_ones_are_judged(studio, picture, broken, caplog):
    html = last(studio, "colour", Bench((picture("a.png"), broken, picture("b.png", 20))))
    assert html.count("<article") == 2 and "broken.png is not an image" in html and "judge-strip" in html
    assert "broken.png" in caplog.text


def test_what_was_decided_of_a_file_is_told(studio, tmp_path):
    Image.new("RGBA", (9, 9), (255, 255, 255, 128)).save(tmp_path / "ghost.png")
    html = last(studio, "colour", Bench((str(tmp_path / "ghost.png"),)))
    assert "ghost.png is a drawing on a transparent background" in html and "it is put on black." in html
    (answer,) = score_api.answers(studio, "colour", [uploaded(str(tmp_path / "ghost.png"))])
    assert answer["remark"].endswith("it is put on black.") and "logit" in answer


def test_a_swept_file_is_asked_for_again_and_the_others_are_judged(studio, picture, tmp_path):
    html = last(studio, "grey", Bench((picture("a.png"), str(tmp_path / "swept.png"))))
    assert html.count("<article") == 1 and "swept.png is no longer here; choose it again." in html


def test_bad_files_alone_leave_their_sentences_alone(studio, broken):
    html = last(studio, "colour", Bench((broken, broken)))
    assert html.count("<p>") == 2 and "<article" not in html


def test_more_than_sixteen_are_cut_with_a_sentence(studio, picture):
    html = last(studio, "colour", Bench((picture("a.png"),) * 18))
    assert html.count("<article") == 16 and "18 images are too many at once" in html
    html = last(studio, "colour", Bench((picture("a.png"),) * 15, (Examples("noise", "colour", 0),)))
    assert html.count("<article") == 16 and "19 images are too many at once" in html


def test_another_model_is_asked_about_the_same_images_and_sees_grey(studio, picture):
    bench = Bench((picture("a.png"),), (Examples("generated", "colour", 3),))
    html = last(studio, "grey", bench)
    assert studio.asked == [("colour", "generated", 3)]
    assert html.count("in grey") == 2 * html.count("<article") == 10 and "(Colour)" in html


@pytest.mark.parametrize(("model", "said"), [("gone", "no model called gone"), (None, "no model to judge")])
def test_a_missing_model_is_a_sentence(studio, picture, model, said):
    html = last(studio, model, Bench((picture("a.png"),)))
    assert said in html and "<article" not in html


def test_examples_are_replaced_by_fresh_ones_and_keep_their_order():
    bench = put_examples("noise", "m", Bench(("a",)))
    bench = put_examples("real", "m", bench)
    bench = put_examples("noise", "m", bench)
    assert bench == Bench(("a",), (Examples("real", "m", 100), Examples("noise", "m", 101)))
    assert judge.put_files(bench, None) == Bench((), bench.examples)


@pytest.mark.parametrize(
    ("bench", "look_where", "query"),
    [
        (Bench(("mine.png",), FIRST.examples), False, {}),  # uploads are nobody else's
        (Bench(examples=(Examples("noise", "a.b", 102),)), True, {"bench": "noise.102.a.b", "heat": "1"}),
        (Bench(examples=(FIRST.examples[0], Examples("noise", "n", 7))), False,
         {"bench": "real.100.m,noise.7.n"}),
        (Bench(), False, {"bench": ""}),
    ],
)  # fmt: skip
def test_what_lies_there_stands_in_the_address(bench, look_where, query):
    [said] = re.findall('data-address="(.*?)"', in_address(bench, FIRST, look_where))
    assert dict(parse_qsl(unescape(said), keep_blank_values=True)) == query
    assert of_address(query, FIRST) == (Bench(examples=bench.examples), look_where)


@pytest.mark.parametrize(
    "text", ["real", "real.x.m", "dog.100.m", "real.100.m,", "real.1000000.m", "real.1."]
)
def test_an_address_that_makes_no_sense_leaves_what_lies_there_first(text):
    assert of_address({"bench": text, "heat": "yes"}, FIRST) == (FIRST, False)


def test_another_model_than_an_address_asks_for_judges_with_a_sentence(studio):
    said = judge.stand_in(studio, "<b>" + "x" * 99, "colour")
    assert said == f"There is no model “<b>{'x' * 37}” here; “Colour” judges instead."
    assert not any(judge.stand_in(studio, *one) for one in (("", "grey"), ("grey", "grey"), ("grey", None)))


def test_an_address_has_one_of_each_kind_lie_there():
    bench, _ = of_address({"bench": "noise.1.m,real.1.m,noise.2.m"}, FIRST)
    assert bench.examples == (Examples("real", "m", 1), Examples("noise", "m", 2))


def test_a_list_of_models_that_is_read_anew_leaves_the_choice_alone(monkeypatch):
    studio, there = None, [("Colour", "colour"), ("Grey", "grey")]
    monkeypatch.setattr(parts, "model_choices", lambda studio, browser: there)
    assert all("value" not in parts.refreshed(studio, asked, "grey", "") for asked in ("", "grey", "gone"))
    assert parts.refreshed(studio, "colour", "grey", "")["value"] == "colour"
    assert parts.refreshed(studio, "", "gone", "")["value"] == "colour"


def test_a_tab_that_opens_keeps_what_a_quick_hand_has_put_there():
    linked = Bench(examples=(Examples("noise", "m", 1),))
    added = replace(FIRST, files=("a.png",))
    assert opened_with(linked, FIRST, FIRST) == linked
    assert opened_with(linked, added, FIRST) == replace(linked, files=("a.png",))
    for changed in (put_examples("noise", "m", added), Bench()):
        assert opened_with(linked, changed, FIRST) == changed


def test_the_explanation_says_the_overlap_of_this_model():
    same = histograms(REAL, REAL)
    html = judge_view.explanation("A & B", same)
    assert "<strong>100\xa0%" in html and "A &amp; B" in html
    assert "next to nothing" in judge_view.sureness(same) and "tells a lot" in judge_view.sureness(DATA)


# The endpoint


def uploaded(path):
    return {"path": path, "orig_name": path.rsplit("/", 1)[1], "meta": {"_type": "gradio.FileData"}}


def test_the_endpoint_answers_each_image_in_plain_json(studio, picture, broken):
    good, bad = score_api.score_endpoint(studio)("colour", [uploaded(picture("a.png")), uploaded(broken)])
    assert good["name"] == "a.png"
    assert {"logit", "probability", "real_percentile", "fake_percentile", "verdict"} < set(good)
    assert "not an image" in bad["error"] and json.dumps([good, bad])


def test_the_endpoint_takes_data_uris(studio, picture):
    with open(picture("a.png"), "rb") as file:
        uri = "data:image/png;base64," + base64.b64encode(file.read()).decode()
    good, bad = score_api.answers(studio, "colour", [uri, "data:image/png;base64,%%"])
    assert good["name"] == "Image 1" and good["logit"] > 0 and "not base64" in bad["error"]


def test_an_address_that_cannot_be_fetched_is_a_sentence(studio, monkeypatch):
    def unreachable(address, folder):
        raise OSError("no network")

    monkeypatch.setattr(score_api, "save_url_to_cache", unreachable)
    (answer,) = score_api.answers(studio, "colour", ["https://example.org/a.png"])
    assert answer["error"] == "Image 1 could not be fetched from https://example.org/a.png."


def test_the_endpoint_opens_no_path_that_was_not_uploaded(studio, picture):
    path = picture("secret.png")
    for image in (path, {"path": path}, {"path": path, "meta": {}}, {"path": [path]}, 7, None):
        (answer,) = score_api.answers(studio, "colour", [image])
        assert "is not a file" in answer["error"]


def test_the_endpoint_judges_sixteen_and_says_so_of_the_rest(studio, picture):
    answers = score_api.answers(studio, "colour", [uploaded(picture("a.png"))] * 18)
    assert [("error" in answer) for answer in answers] == [False] * 16 + [True] * 2


@pytest.mark.parametrize(
    ("model", "images", "said"), [("gone", [{}], "no model called"), ("colour", [], "1 to 16")]
)
def test_a_senseless_request_is_one_sentence(studio, model, images, said):
    with pytest.raises(gr.Error, match=said):
        score_api.score_endpoint(studio)(model, images)


def test_the_endpoint_is_the_only_public_one(page):
    assert list(page.get_api_info()["named_endpoints"]) == ["/score"]
    names = [one["parameter_name"] for one in page.get_api_info()["named_endpoints"]["/score"]["parameters"]]
    assert names == ["model", "images"]
