"""What the long checks send is what the program reads today: the names, and the kinds of models."""

import base64

from long_parts.functions import SENSE, WHITE
from long_parts.inputs import NAMES
from long_parts.server import MODELS
from serving import ROOT

from gan.checkpoint import read_facts
from gan.specs import Noise, Sides, Source

IN_A_LOOP = {"across", "up"}  # read by one call for both


def test_they_send_names_of_every_tab_and_know_values_that_make_sense():
    assert {"psi", "moves", "translator", "way", "source", "run", "cure", "texts"} <= set(NAMES)
    assert set(SENSE) - IN_A_LOOP <= set(NAMES)


def test_every_kind_of_model_is_asked():
    given = {name: read_facts(ROOT / "checkpoints" / name).train.model for name in MODELS}
    assert {type(model.given) for model in given.values()} >= {Noise, Source, Sides}
    assert "style" in {model.generator.kind for model in given.values()}
    grids = [16 * 16 * 3 for model in given.values() if model.image_size // model.enlarged == 16]
    assert grids and {len(base64.b64decode(WHITE))} == set(grids)
