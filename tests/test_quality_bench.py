"""The table of how good images are: which recipes it holds, and that each can run on its data."""

import pytest
from bench import quality
from small import OF_NOISE, OF_PICTURES

from gan.data import load
from gan.data.conditions import fitted


def test_it_holds_every_recipe_that_makes_images_out_of_noise_and_no_other():
    assert (quality.PLAIN, *OF_NOISE) == quality.NAMES
    for data in quality.DATA:
        for name in quality.NAMES:
            fitted(quality.config_of(name, data, 0, 200), load(data))


@pytest.mark.parametrize("name", [*OF_PICTURES[:1], "nothing"])
def test_what_it_cannot_measure_is_named_before_anything_runs(name, capsys):
    with pytest.raises(SystemExit):
        quality.main(["--recipes", f"modern,{name}"])
    assert f"{name}: there are plain, told, modern" in capsys.readouterr().err
