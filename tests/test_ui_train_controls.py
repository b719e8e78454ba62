"""What a run is asked for with: settings, recipes, own images with the doctor's report, and the endpoint."""

from dataclasses import fields, replace
from html import escape
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
from pictures import as_file, drawn, packed, picture
from PIL import Image, ImageOps

from gan.config import AUGMENTATIONS, TrainConfig
from gan.data import DataError, hub_sets
from gan.images import png
from gan.knobs import knobs
from gan.limits import Limits
from gan.ranges import ConfigError
from gan.recipes import FAILURES, FIRST_LABEL, RECIPES, recipe_config
from gan.studio import USUAL, Choices, Doctor, Studio
from gan.ui.train import api as train_api
from gan.ui.train import controls as train_controls
from gan.ui.train import doctor_view, form, own_images
from gan.ui.train import settings as train_settings
from gan.ui.train.settings import GROUPS, OF_THE_MODEL, SETTINGS

BASE = {"data": "pixel_faces", "own": "", "image_size": 64, "colours": 3, "seconds": 30, "name": " mine "}
FOUND = Doctor(
    count=1200, held_out=120, image_size=32, channels=3, skipped=(("a.png", "a.png is <broken>."),),
    reasons={"<broken>": 1}, duplicates=3, torn=0, near_duplicates=2, near_pairs=((0, 1),), near_held_out=0,
    labels={"<folder>": {"<cats>": 900, "dogs": 300}}, sizes=((8, 9), (40, 30), (4000, 3000)), enlarged=0.25,
    cropped=0.5, modes={"alpha": 7}, black=0, white=0, plain=0, colourless=0, notes=("<note>",),
    advice=("Turn on <augmentation>.",),
)  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    value = Studio(tmp_path_factory.mktemp("models"), "cpu")
    yield value
    value.runs.close()


def asked(studio: Studio, recipe: str, data: str = "pixel_faces", **changes) -> dict:
    """What the controls say once a recipe was chosen, and then some were moved."""
    columns = train_controls.label_columns(studio, data, ())
    chosen = train_controls.choose_recipe(columns, recipe)
    return BASE | {"data": data, "recipe": recipe} | chosen | changes


# Settings


def test_each_setting_is_a_field_and_stands_once():
    names = [*(field.name for field in fields(TrainConfig)), *OF_THE_MODEL]
    assert len(names) == len(set(names)), "a setting's key must say whose field it is"
    assert set(SETTINGS) <= set(names)
    assert sum(len(group.settings) for group in GROUPS) == len(SETTINGS)
    assert len({setting.label for setting in SETTINGS.values()}) == len(SETTINGS)


@pytest.mark.parametrize("recipe", RECIPES)
def test_an_untouched_recipe_comes_back_from_the_controls(studio, recipe):
    expected = recipe_config(
        recipe, {"image_size": 32, "channels": 3}, data="pixel_faces", seconds=30, name="mine", device="cpu",
        grid_images=36,
    )  # fmt: skip
    if expected.label == FIRST_LABEL:
        expected = replace(expected, label="glasses")  # the first of the faces' columns
    values = asked(studio, recipe)
    assert train_controls.asked_config(studio, values) == expected
    assert "Changed" not in train_controls.checked(studio, values)


@pytest.mark.parametrize("key", SETTINGS)
def test_each_control_reaches_the_config(studio, key):
    moved = {"label": "hat", "augment": ["cutout", "color"], "precision": "float32", "network": "mlp",
             "side_label": "mouth", "side_a": "happy", "side_b": "sad"}  # fmt: skip
    recipe = next(one for one in ("r1", *RECIPES) if has(one, key))
    now = getattr(value_of(recipe_config(recipe)), key)
    options = [value for _, value in SETTINGS[key].options] if SETTINGS[key].kind == "choice" else []
    other = moved.get(key) or next((value for value in options if value != now), None)
    other = other or (not now if isinstance(now, bool) else now + 1 if isinstance(now, int) else now + 0.05)
    fitting = {"loss": {"loss": "hinge"}, "clip": {"loss": "wasserstein"}, "d_norm": {"d_norm": "spectral"},
               "d_batch": {"d_batch": "stddev"}, "unroll": {"r1_gamma": 0}}.get(key, {})  # fmt: skip
    values = asked(studio, recipe, **{key: other} | fitting)
    config = value_of(train_controls.asked_config(studio, values))
    wanted = "color,cutout" if key == "augment" else values[key]
    assert getattr(config, key) == wanted
    assert SETTINGS[key].label in train_controls.changed(values)


def has(recipe: str, key: str) -> bool:
    """The recipe's model has such a setting."""
    shown = train_settings.shown(recipe_config(recipe))
    return key in shown and key in train_settings.offered(shown)


def value_of(config: TrainConfig) -> SimpleNamespace:
    """All fields of a config and its model in one."""
    return SimpleNamespace(**knobs(config.model) | vars(config))


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_a_control_can_show_every_recipe(studio, setting):
    for recipe in RECIPES:
        shown = train_settings.shown(recipe_config(recipe))
        if setting.key not in shown:  # this recipe's networks have no such part
            continue
        value = shown[setting.key]
        if setting.key == "label":
            value = ""
        control = train_settings.component(setting, value, studio.limits)
        assert control.preprocess(control.postprocess(value)) == value
        if setting.kind == "choice":
            assert value in [choice for _, choice in control.choices]


@pytest.mark.parametrize("recipe, changes, words", [
    ("wgan", {"clip": 0}, "Wasserstein loss needs weight clipping"),
    ("wgan-gp", {"clip": 0.01}, "do the same work"),
    ("wgan-gp", {"d_norm": "batch"}, "batch norm in the discriminator does not"),
    ("dcgan", {"clip": 0.01}, "with another loss it only hurts"),
    ("dcgan", {"r1_gamma": 1}, "batch norm in the discriminator does not"),
    ("dcgan", {"network": "mlp"}, "have no batch norm"),
    ("r1", {"d_batch": "discrimination"}, "minibatch discrimination does not"),
    ("hinge", {"label_smoothing": 0.1}, "no target that label smoothing"),
    ("unrolled", {"optimizer": "rmsprop"}, "written for Adam"),
    ("unrolled", {"d_norm": "spectral"}, "can&#39;t be followed"),
    ("unrolled", {"feature_matching": True}, "looks no steps ahead"),
    ("bigan", {"loss": "least-squares"}, "choose another loss"),
    ("bigan", {"label": "hat"}, "given the latent"),
    ("bigan", {"network": "mlp", "d_norm": "none"}, "convolutional networks"),
    ("dcgan", {"g_lr": None}, "is empty"),
    ("dcgan", {"g_lr": 7}, "must be between"),
    ("dcgan", {"seconds": float("nan")}, "must be between"),
    ("conditional", {"label": ""}, "choose a label"),
    ("dcgan", {"data": None}, "Choose the data"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_before_start(studio, recipe, changes, words):
    values = asked(studio, recipe, **changes)
    shown = train_controls.checked(studio, values)
    assert words in shown and "refused" in shown and 'role="status"' in shown
    with pytest.raises(ConfigError):
        train_controls.asked_config(studio, values)


def test_what_is_better_with_a_label_goes_without_one(studio):
    assert not train_controls.asked_config(studio, asked(studio, "biggan", label="")).label


def test_a_run_that_needs_too_much_memory_is_refused_before_start(studio):
    shown = train_controls.checked(studio, asked(studio, "dcgan", feature_maps=256, data="open_peeps"))
    assert "GB of memory" in shown and "make the width" in shown and "refused" in shown


def test_an_unknown_recipe_is_refused(studio):
    with pytest.raises(ConfigError, match="no recipe"):
        train_controls.asked_config(studio, asked(studio, "dcgan") | {"recipe": "x"})


def test_own_images_bring_their_own_size_and_are_asked_for(studio):
    values = asked(studio, "dcgan", own="/x/a.npz") | {"data": "own"}
    config = train_controls.asked_config(studio, values)
    assert (config.data, config.model.image_size, config.model.channels) == ("/x/a.npz", 64, 3)
    shown = train_controls.checked(studio, values | {"own": ""})
    assert "Add images" in shown and "refused" not in shown  # nobody has done anything wrong yet


def test_the_label_follows_data_and_recipe():
    faces, none = ("glasses", "hat"), ()
    assert train_controls.label_shown(faces, "conditional") == "glasses"
    assert train_controls.label_shown(faces, "conditional", "hat") == "hat"
    assert train_controls.label_shown(faces, "dcgan") == ""
    assert train_controls.label_shown(none, "conditional", "hat") == ""
    assert train_controls.label_shown(faces, "told") == train_controls.label_shown(none, "told") == "*?"
    assert train_controls.label_shown(faces, "told", "hat") == "hat"
    assert train_controls.label_shown(("hat",), "told", "hat") == "*?"  # the same: all that there are
    assert train_controls.label_shown(faces, "dcgan", "*?") == "*?"
    assert train_controls.label_shown(faces, "conditional", "glasses,hat") == "*?"  # as the run has it
    choices = [("None", ""), ("All that there are", "*?"), ("hair colour", "hair_color")]
    assert train_settings.label_choices(("hair_color",)) == choices


def test_every_failure_is_on_offer_with_its_words():
    assert train_controls.FAILURE_WORDS.keys() == FAILURES.keys()


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_asked_for_with_the_chosen_data(studio, failure):
    config = train_controls.failing_config(failure, studio, asked(studio, "bigan", "fashion_mnist"))
    assert (config.data, config.model.image_size) == ("fashion_mnist", 28)
    assert config.seconds >= 120 and not config.name
    with pytest.raises(ConfigError, match="Add images"):
        train_controls.failing_config(failure, studio, asked(studio, "dcgan") | {"data": "own"})


def test_what_nobody_chooses_keeps_to_the_limits_of_the_host(studio, monkeypatch):
    few = Limits(run_batch=16, run_grid_images=9, run_grid_seconds=5, run_measure_images=0, name_length=80)
    monkeypatch.setattr(studio, "limits", few)
    for failure in FAILURES:
        few.check_run(train_controls.failing_config(failure, studio, asked(studio, "modern")))
    few.check_run(train_controls.asked_config(studio, asked(studio, "modern", batch=16)))
    few.check_run(train_api.asked(studio, "fashion_mnist", "dcgan", {"batch": 16}, {}))
    more = train_api.asked(studio, "fashion_mnist", "dcgan", {"batch": 16}, {"grid_images": 10})
    with pytest.raises(ConfigError, match="up to 9 samples"):
        few.check_run(more)
    with gr.Blocks():
        assert form.controls(studio)[0].name.max_length == 80


def test_the_time_is_told_from_a_run_like_it():
    config = recipe_config("modern", {"image_size": 28, "channels": 1}, seconds=60, batch=50)
    like = {"name": "mine", "recipe": "modern", "image_size": 28, "channels": 1, "feature_maps": 32,
            "steps": 400, "images_seen": 20_000, "g_steps": 1, "seconds": 16.0}  # fmt: skip
    others = {"image_size": 64}, {"g_steps": 3, "seconds": 40.0}  # a run that has failed on purpose
    models = [SimpleNamespace(**like | other) for other in (*others, {})]
    here = SimpleNamespace(models=lambda: models)
    # 60 s at 20,000 / 16 = 1,250 images a second are 75,000 images, and so 1,500 steps of 50
    told = train_controls.expected(here, config)
    assert "mine" not in told and "(1,250 images a second)" in told
    assert told.startswith("About 1,500 steps in 60 seconds, if it is as fast as a similar run was here (")
    unknown = train_controls.expected(SimpleNamespace(models=list), config)
    assert unknown == "The run will show how many steps fit into 60 seconds."


def test_the_words_below_a_recipe_link_to_its_papers():
    for key, recipe in RECIPES.items():
        words = train_controls.recipe_words(key)
        for name in recipe.source.split(", "):
            assert f">{escape(name)}</a>" in words
        assert words.count('href="https://arxiv.org/abs/') == recipe.source.count("(")
    assert 'href="https://arxiv.org/abs/2501.05441"' in train_controls.recipe_words("modern")
    assert train_controls.recipe_words("conditional").count("<a ") == 2


# Own images


def test_the_report_escapes_names_and_counts_everything():
    image = np.zeros((4, 4, 3), np.uint8)
    strips = doctor_view.before_and_after([image] * 8, [image] * 8)
    shown = doctor_view.report(FOUND, [(image, image)], strips)
    for words in (
        "1,200 images are ready", "120 of them", "a.png is &lt;broken&gt;.", "Turn on &lt;augmentation&gt;.",
        "&lt;note&gt;", "3 were the same", "2 were nearly", "&lt;cats&gt;", "2 kinds by &lt;folder&gt;",
        "From 8 × 9 to 4,000 × 3,000", "25\xa0% were smaller than 32 × 32", "50\xa0% lost", "7 × alpha",
    ):  # fmt: skip
        assert words in shown, words
    assert "<broken>" not in shown and "<cats>" not in shown and "<note>" not in shown
    assert shown.count("<img") == 3


def test_a_long_report_is_cut_short():
    many = tuple((f"{n}.png", f"{n}.png is no picture.") for n in range(250))
    labels, kinds = {"folder": {str(n): n for n in range(40)}}, {"no <picture>": 248, "empty": 2}
    examples = {"no <picture>": ("0.png", "<1>.png", "2.png"), "empty": ("8.png", "9.png")}
    shown = doctor_view.report(replace(FOUND, skipped=many, labels=labels, reasons=kinds, examples=examples))
    assert "250 skipped" in shown and "and 28 more" in shown and shown.count("png") == 5
    assert "248 × no &lt;picture&gt;: 0.png, &lt;1&gt;.png, 2.png …" in shown
    assert "2 × empty: 8.png, 9.png<" in shown


def test_a_report_of_faultless_images_is_short():
    nothing = {"skipped": (), "reasons": {}, "duplicates": 0, "near_duplicates": 0, "labels": {}, "sizes": (),
               "enlarged": 0.0, "cropped": 0.0, "modes": {}, "notes": ()}  # fmt: skip
    clean = replace(FOUND, **nothing)
    assert doctor_view.report(clean).count("<details") == 0


def test_a_folder_of_folders_becomes_data_with_labels(studio, tmp_path):
    files = [(kind, n) for kind in "ab" for n in range(30)]
    members = {f"all/{kind}/{n}.png": picture(100 * (kind == "b") + n) for kind, n in files}
    upload = packed(tmp_path / "all.zip", members | {"all/b/x.png": b"no picture"})
    path, columns, shown = own_images.take_in(studio, [str(upload)], "", 28, 3)
    assert columns == ("folder",) and "60 images are ready" in shown and "1 skipped" in shown
    assert "What augmentation would do" in shown and "all/b/x.png" in shown
    values = asked(studio, "conditional", label="folder", own=path, image_size=28)
    config = train_controls.asked_config(studio, values | {"data": "own"})
    assert (config.data, config.label, config.model.channels) == (path, "folder", 3)


@pytest.fixture(scope="module")
def part(studio):
    with gr.Blocks():
        return own_images.layout(studio)


def test_swept_uploads_leave_the_prepared_images_and_a_sentence(studio, part, tmp_path):
    upload = packed(tmp_path / "all.zip", {f"{n}.png": picture(n) for n in range(60)})
    was = Choices(fit="pad", labels="none")
    own = own_images.prepare(studio, [str(upload)], "", 28, 3, choices=was).name
    upload.unlink()
    taken = own_images.prepare(studio, [str(upload)], "", 64, 3)
    assert (taken.name, taken.columns, taken.report) == ("", (), own_images.SWEPT)
    again = own_images.otherwise(studio, part, taken, USUAL, own, was)
    assert again == {part.report: own_images.SWEPT, part.image_size: 28, part.colours: 3, part.fit: "pad",
                     part.cut_bars: False, part.labels: "none"}  # fmt: skip
    assert "Choose your images again" in own_images.SWEPT


def test_a_hub_that_is_out_of_reach_leaves_the_prepared_images(studio, part, tmp_path, monkeypatch):
    upload = packed(tmp_path / "all.zip", {f"{n}.png": picture(n) for n in range(60)})
    own = own_images.prepare(studio, [str(upload)], "", 28, 3).name
    monkeypatch.setattr(hub_sets, "prepare", lambda *_: refuse())
    taken = own_images.prepare(studio, None, "owner/name", 64, 1)
    again = own_images.otherwise(studio, part, taken, USUAL, own, USUAL)
    assert "No such set." in again[part.report] and (again[part.image_size], again[part.colours]) == (28, 3)
    assert part.own not in again
    assert own_images.otherwise(studio, part, taken, USUAL, "", USUAL)[part.own] == ""


def test_what_was_found_is_offered_and_what_was_not_is_not(studio, part, tmp_path):
    wide = {f"{('cat', 'dog')[n % 2]}_{n}.png": as_png(photo(n)) for n in range(60)}
    taken = own_images.prepare(studio, [str(packed(tmp_path / "a.zip", wide))], "", 28, 3)
    offer = own_images.offered(part, taken, USUAL)
    assert taken.columns == () and offer[part.labels]["visible"] and offer[part.labels]["value"] == "none"
    assert ("Labels from the names: cat, dog", "names") in offer[part.labels]["choices"]
    assert offer[part.fit]["visible"] and offer[part.fits].count("<img") == 16
    assert offer[part.cut_bars]["visible"] and "(60 images)" in offer[part.cut_bars]["label"]
    assert "60 have black or white bars" in taken.report
    chosen = Choices("white", True, "names")
    again = own_images.prepare(studio, [str(tmp_path / "a.zip")], "", 28, 3, choices=chosen)
    offer = own_images.otherwise(studio, part, again, chosen, taken.name, USUAL)
    assert again.columns == ("name",) and "which were cut off" in again.report
    assert (offer[part.fit]["value"], offer[part.labels]["value"]) == ("white", "names")
    square = own_images.prepare(
        studio, [str(packed(tmp_path / "b.zip", {f"{n}.png": picture(n) for n in range(60)}))], "", 28, 3
    )
    offer = own_images.offered(part, square, USUAL)
    assert not any(offer[one]["visible"] for one in (part.fit, part.cut_bars, part.labels))
    assert offer[part.fits] == ""


def photo(number: int) -> Image.Image:
    """A wide picture between black bars above and below."""
    coarse = np.random.RandomState(number).randint(30, 230, (5, 5, 3), np.uint8)
    return ImageOps.expand(Image.fromarray(coarse).resize((96, 48)), (0, 12))


def as_png(image: Image.Image) -> bytes:
    return png(np.asarray(image))


def test_pairs_are_asked_about_and_decide_what_a_recipe_starts_from(studio, part, tmp_path):
    files = {f"{kind}/{n}.png": as_file(image) for n in range(30)
             for kind, image in zip(("<edges>", "photos"), drawn(n), strict=True)}  # fmt: skip
    taken = own_images.prepare(studio, [str(packed(tmp_path / "a.zip", files))], "", 32, 3)
    offer = own_images.offered(part, taken, USUAL)
    assert offer[part.pairs]["visible"] and offer[part.pairs]["value"] == "first"
    assert offer[part.pairs]["choices"] == [
        ("<edges> → photos", "first"), ("photos → <edges>", "second"), own_images.NO_PAIRS,
    ]  # fmt: skip
    assert "30 pairs: “&lt;edges&gt;” is the source" in taken.report
    assert offer[part.choices].pairs == "first"  # which it is again where another wish fails
    assert offer[part.suits] == {
        "view": "pair",
        "side_label": "folder",
        "side_a": "<edges>",
        "side_b": "photos",
    }
    turned = own_images.prepare(studio, [str(tmp_path / "a.zip")], "", 32, 3, choices=Choices(pairs="second"))
    assert own_images.offered(part, turned, USUAL)[part.suits]["side_a"] == "photos"
    plain = own_images.prepare(studio, [str(tmp_path / "a.zip")], "", 32, 3, choices=Choices(pairs="none"))
    offer = own_images.offered(part, plain, Choices(pairs="none"))
    assert offer[part.pairs]["value"] == "none" and "view" not in offer[part.suits]
    assert offer[part.suits]["side_b"] == "photos"
    values = asked(studio, "pix2pix", own=turned.name, image_size=32, view="pair") | {"data": "own"}
    assert train_controls.asked_config(studio, values).model.source.view == "pair"
    assert "Changed" not in train_controls.checked(studio, values)


@pytest.mark.parametrize("recipe, suits, columns, current, found", [
    ("pix2pix", {"view": "pair", "side_a": "x"}, ("folder",), {"view": "edges"}, {"view": "pair"}),
    ("srgan", {"view": "pair"}, (), {"view": "small-4"}, {}),  # which must start from something small
    ("pix2pix", {}, (), {"view": "pair"}, {"view": "edges"}),
    ("pix2pix", {}, (), {"view": "grey"}, {}),
    ("cyclegan", {"view": "pair", "side_label": "folder", "side_a": "x", "side_b": "y"}, ("folder",), {},
     {"side_label": "folder", "side_a": "x", "side_b": "y"}),
    ("cyclegan", {}, ("glasses",), {"side_label": "folder", "side_a": "x"},
     {"side_label": "", "side_a": "", "side_b": ""}),
    ("cyclegan", {}, ("glasses",), {"side_label": "glasses", "side_a": "none"}, {}),
    ("modern", {"view": "pair", "side_label": "folder"}, ("folder",), {"view": "edges"}, {}),
])  # fmt: skip
def test_what_own_images_suit_is_filled_in_and_what_is_gone_is_emptied(
    recipe, suits, columns, current, found
):
    assert train_controls.suited(recipe, suits, columns, current) == found


def test_a_sprite_sheet_is_asked_about_where_it_is_refused(studio, part, tmp_path):
    sheet = np.full((128, 128, 3), 255, np.uint8)
    for number in range(64):
        top, left = 16 * (number // 8), 16 * (number % 8)
        sheet[top + 3 : top + 13, left + 3 : left + 13] = (3 * number, 90, 20)
    (tmp_path / "sheet.png").write_bytes(png(sheet))
    asked_for = [str(tmp_path / "sheet.png")], "", 16, 3
    taken = own_images.prepare(studio, *asked_for)
    offer = own_images.offered(part, taken, USUAL)
    assert (taken.name, taken.tile) == ("", 16) and "8 × 8 drawings of 16 × 16 pixels" in taken.report
    assert offer[part.tiles]["visible"] and offer[part.tiles]["value"] == 0
    assert ("Cut them into drawings of 16 × 16 pixels", 16) in offer[part.tiles]["choices"]
    cut = own_images.prepare(studio, *asked_for, choices=Choices(tiles=16))
    offer = own_images.otherwise(studio, part, cut, Choices(tiles=16), "", USUAL)
    assert cut.found.count == 64 and offer[part.tiles]["value"] == 16 and offer[part.own] == cut.name


def test_an_upload_without_enough_images_leaves_none(studio, tmp_path):
    (tmp_path / "a.png").write_bytes(b"nothing")
    path, columns, words = own_images.take_in(studio, [str(tmp_path / "a.png")], "", 32, 3)
    assert (path, columns) == ("", ()) and 'role="alert"' in words
    assert own_images.prepare(studio, None, " ", 32, 3) == own_images.Taken()


@pytest.mark.parametrize("typed", ["{}", "hf:{}", " ~/.. ", "owner/name"])
def test_a_typed_name_goes_to_the_hub_and_never_is_a_path_of_the_server(studio, tmp_path, monkeypatch, typed):
    packed(tmp_path / "all.zip", {f"{n}.png": picture(n) for n in range(60)})
    names = []
    monkeypatch.setattr(hub_sets, "prepare", lambda name, *_: names.append(name) or refuse())
    path, _, words = own_images.take_in(studio, None, typed.format(tmp_path), 32, 3)
    assert path == "" and "No such set." in words
    assert all(name.startswith("hf:") for name in names) and len(names) == 1


def refuse():
    raise DataError("No such set.")


def test_augmentation_changes_the_same_images_always_alike(studio):
    before, after = studio.augmented("pixel_faces", "color,translation,cutout", 8, 0)
    assert before.shape == after.shape == (8, 32, 32, 3) and after.dtype == np.uint8
    assert np.array_equal(before, studio.data_preview("pixel_faces", 8))
    assert (before != after).any((1, 2, 3)).all()
    assert np.array_equal(after, studio.augmented("pixel_faces", "color,translation,cutout", 8, 0)[1])
    same = studio.augmented("pixel_faces", "", 8, 0)
    assert np.array_equal(*same)
    # cutout sets a square of up to half the side to mid grey, and nothing else
    hole = (studio.augmented("pixel_faces", "cutout", 8, 0)[1] != before).any(3)
    assert hole.sum((1, 2)).max() <= 16 * 16
    with pytest.raises(ConfigError, match="augmentation"):
        studio.augmented("pixel_faces", "nonsense", 8, 0)


def test_the_preview_is_told_what_is_ticked(studio):
    assert own_images.augmentation(studio, "pixel_faces", list(AUGMENTATIONS)).count("<img") == 2
    assert "Tick one" in own_images.augmentation(studio, "pixel_faces", [])
    assert "<img" not in own_images.augmentation(studio, "", ["color"])


# The endpoint


def test_a_script_may_set_every_field(studio):
    networks = {"d_norm": "spectral", "latent_dim": 32}
    settings = {"n_critic": 2, "augment": "cutout", "beta1": 0, "model": networks}
    config = train_api.asked(studio, "fashion_mnist", "dcgan", {"seconds": 9, "batch": 8}, settings)
    said = config.n_critic, config.augment, config.beta1, config.batch, config.seconds
    assert said == (2, "cutout", 0, 8, 9)
    assert knobs(config.model).items() >= {**networks, "image_size": 28}.items()


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"x": 1}, "no setting x"),
        ({"model": {"y": 1}}, "has no y"),
        ({"model": 3}, "Write settings as"),
        ([1], "Write settings as"),
        ({"seconds": 1}, "a separate parameter"),
        ({"device": "cuda"}, "set by the server"),
        ({"model": {"labels": ["a", "b"]}}, "has no labels"),
        ({"unroll": "3"}, "a whole number"),
        ({"unroll": True}, "a whole number"),
        ({"augment": 5}, "must be text"),
        ({"feature_matching": "no"}, "true or false"),
        ({"r1_gamma": None}, "a number"),
        ({"loss": "wasserstein"}, "Without a bound"),
        ({"model": {"network": "mlp"}}, "no batch norm"),
    ],
)
def test_a_script_is_refused_in_a_sentence(studio, settings, words):
    with pytest.raises(ConfigError, match=words):
        train_api.asked(studio, "fashion_mnist", "dcgan", {"seconds": 9}, settings)


def test_the_endpoint_names_every_recipe(studio):
    text = train_api.train_endpoint(studio).__doc__
    assert all(f'"{name}"' in text for name in RECIPES)


# A page that is loaded again


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_controls_show_a_run_as_it_was_asked_for(studio, recipe):
    controls = asked(studio, recipe, "fashion_mnist", seconds=45, name="Mine", seed=7, g_lr=3e-4)
    config = train_controls.asked_config(studio, controls)
    again = train_controls.asked_config(studio, train_controls.of_run(config))
    assert again == config


def test_a_name_that_was_made_up_is_not_shown_as_ones_own():
    for name, shown in (("pixel-faces-dcgan-3", ""), ("dcgan-3", "dcgan-3"), ("Mine", "Mine")):
        assert train_controls.of_run(recipe_config("dcgan", name=name))["name"] == shown
    own = train_controls.of_run(recipe_config("dcgan", {"image_size": 64}, data="/x/a.npz"))
    assert (own["data"], own["own"], own["image_size"]) == ("own", "/x/a.npz", 64)
