"""What a run will need of memory is told beforehand, nearly: networks counted, and one run measured."""

import subprocess
import sys
from dataclasses import replace

import pytest
from small import model_of

from gan.limits import Limits
from gan.models import count_parameters, sides
from gan.ranges import ConfigError
from gan.recipes import RECIPES, recipe_config
from gan.runs import budget

MEASURED = """
from pathlib import Path
from sys import argv
from gan.runs import work as running
from gan.runs.keeper import Places
from gan.recipes import recipe_config
running.SAVE_SECONDS = 0.0
config = recipe_config("original", {"feature_maps": 64}, steps=2, batch=64,
                       measure_images=0, device="cpu", precision="float32")
places = Places(Path(argv[1]) / "m", Path(argv[1]) / "states")
for _ in running.work(config, places, running.Orders()):
    pass
# not getrusage's: that peak is handed on from the process that started this one
lines = Path("/proc/self/status").read_text().splitlines()
print(1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
"""


@pytest.mark.parametrize("model", [
    {}, {"image_size": 64, "feature_maps": 16}, {"network": "mlp", "d_norm": "none", "feature_maps": 16},
    {"encoder": True, "feature_maps": 16}, {"classes": ("a", "b", "c")}, {"stem": "linear", "channels": 1},
    {"full_res": True}, {"full_res": True, "image_size": 28, "d_norm": "none", "feature_maps": 16},
    {"classes": ("a", "b", "c"), "condition": "placed"}, {"by_size": True, "image_size": 64},
    {"image_size": 16},
    {"d_batch": "discrimination", "feature_maps": 16}, {"d_norm": "spectral"}, {"d_head": "dense"},
    {"network": "big"}, {"network": "big", "image_size": 64, "classes": ("a", "b"), "feature_maps": 24},
    {"network": "big", "image_size": 16, "feature_maps": 24},
    {"network": "style", "d_norm": "none", "feature_maps": 32},
    {"network": "style", "d_norm": "none", "feature_maps": 16, "image_size": 64, "mapping_layers": 4},
    {"network": "progressive", "feature_maps": 32}, {"network": "progressive"},
])  # fmt: skip
@pytest.mark.parametrize("enlarged", [1, 2])
def test_parameters_are_counted_nearly(model, enlarged):
    config = model_of(**{"latent_dim": 100, "feature_maps": 64} | model)
    if config.image_size >= 16 * enlarged:  # its own grid has at least 16 pixels
        config = replace(config, enlarged=enlarged)
    g, d = map(count_parameters, sides(config))
    told = budget.parameters(config)
    assert told[0] == pytest.approx(g, rel=0.05) and told[1] == pytest.approx(d, rel=0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="measured in Linux's units")
def test_a_run_needs_about_what_was_told(tmp_path):
    asked = [sys.executable, "-c", MEASURED, str(tmp_path)]
    peak = int(subprocess.run(asked, capture_output=True, check=True, text=True).stdout)
    told = budget.run_bytes(recipe_config("original", {"feature_maps": 64}, batch=64))
    assert 0.6 < told / peak < 1.7


def test_every_recipe_fits_and_the_largest_networks_do_not():
    for recipe in RECIPES:
        for size in (32, 64):
            budget.check(recipe_config(recipe, {"image_size": size}), Limits())
    huge = recipe_config("modern", {"feature_maps": 256, "image_size": 64})
    words = r"would need about [\d.]+ GB .* make the width \(feature maps\) smaller"
    with pytest.raises(ConfigError, match=words):
        budget.check(huge, Limits())
    wide = recipe_config("wgan-gp", {"feature_maps": 100, "image_size": 64}, batch=256)
    with pytest.raises(ConfigError, match="or the batch smaller"):
        budget.check(wide, Limits(run_memory_bytes=2 * 2**30))
